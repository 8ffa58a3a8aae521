import type { Words } from '../words';

const words: Words = {
  locale_: ['zh-CN', 'zh'],
  openChat_: '打开聊天', hideChat_: '隐藏聊天', closeChat_: '关闭聊天',
  unread_: { other: '{n} 条新消息' },
  hello_: '您好！有什么可以帮您？',
  intro_: '选择一个问题，或在下方给我们留言。',
  top_: '常见问题', search_: '搜索答案',
  more_: '了解更多', newTab_: '在新标签页中打开',
  away_: '现在没有客服在线，请留言。',
  open_: '我们在线', shut_: '非营业时间', until_: '营业至 {time}', opens_: '{time} 恢复服务，请留言',
  connecting_: '正在连接……', offline_: '您已离线，我们会保留您写的内容。',
  you_: '您', talk_: '对话', write_: '输入消息', send_: '发送', person_: '转人工客服',
  asked_: '已为您呼叫人工客服',
  left_: { other: '还可输入 {n} 个字' },
  tooLong_: { other: '超出 {n} 个字' },
  auto_: '自动回复', helpful_: '这对您有帮助吗？', yes_: '有帮助',
  glad_: '很高兴能帮到您，有问题随时留言。', notHelped_: '接下来由人工客服为您服务。',
  typing_: '{name} 正在输入', sending_: '正在发送……', sent_: '已发送', seen_: '已读',
  notYet_: '尚未发送，我们会继续尝试。',
  refused_: '这条消息无法按原样接收，请修改后重新发送。',
  blocked_: '我们暂时无法在此接收您的消息，请通过其他方式联系我们。',
  again_: '开始新的对话',
  menu_: '菜单',
  back_: '返回对话', newest_: '最新消息',
};
export default words;
