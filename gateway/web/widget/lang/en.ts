import type { Words } from '../words';

const words: Words = {
  locale_: ['en-GB', 'en'],
  openChat_: 'Open chat', hideChat_: 'Hide chat', closeChat_: 'Close chat',
  unread_: { one: '{n} new message', other: '{n} new messages' },
  hello_: 'Hello! How can we help?',
  intro_: 'Pick a question or write to us below.',
  top_: 'Asked most often', search_: 'Search answers',
  more_: 'Read more', newTab_: 'opens in a new tab',
  away_: 'Nobody is online right now. Leave us a message.',
  open_: 'We are here', shut_: 'Closed now', until_: 'Open until {time}', opens_: 'Back {time}. Leave us a message.',
  connecting_: 'Connecting …', offline_: 'You are offline. We keep what you write.',
  you_: 'You', talk_: 'Conversation', write_: 'Write a message', send_: 'Send', person_: 'Talk to a person',
  asked_: 'A person has been asked for',
  left_: { one: '{n} character left', other: '{n} characters left' },
  tooLong_: { one: '{n} character too many', other: '{n} characters too many' },
  auto_: 'Automatic reply', helpful_: 'Did this help?', yes_: 'That helped',
  glad_: 'Glad that helped. Write any time.', notHelped_: 'A person takes it from here.',
  typing_: '{name} is typing', sending_: 'Sending …', sent_: 'Sent', seen_: 'Seen',
  notYet_: 'Not sent yet. We keep trying.',
  refused_: 'This message could not be taken as it is. Please change it and send it again.',
  blocked_: 'We cannot take messages from you here for now. Please reach us another way.',
  again_: 'Start a new chat',
  menu_: 'Menu',
  back_: 'Back to the chat', newest_: 'Newest messages',
};
export default words;
