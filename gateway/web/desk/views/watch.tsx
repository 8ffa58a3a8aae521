/* A colleague's chat, followed by a supervisor: its transcript live, notes to the agent only, and ways to step in. */

import { block, nameOf, state, take, unwatch } from '../app';
import type { Chat } from '../types';
import { t } from '../words';
import { Composer } from './composer';
import { Head } from './conversation';
import { visitorName } from './parts';
import { Transcript } from './transcript';

/** Who has the chat now, as far as its events tell. */
function holder(chat: Chat): string {
  for (let i = chat.transcript.length - 1; i >= 0; i--) {
    const e = chat.transcript[i];
    if (e?.kind === 'joined') return e.name || e.agent || '';
    if (e && ['left', 'transferred', 'queued', 'closed'].includes(e.kind)) return '';
  }
  return '';
}

export function WatchView({ chat }: { chat: Chat }) {
  const pending = state.value.outbox.filter((p) => p.chat === chat.chat && p.state !== 'refused');
  const who = holder(chat);
  const closed = chat.phase === 'closed';
  const sub = closed ? t('watch.closed') : who ? t('watch.with', { who: nameOf(who), n: chat.chat }) : t('watch.waits', { queue: chat.queue });
  return (
    <section class="chat-body" aria-label={t('watch.of', { who: visitorName(chat.visitor.name, chat.chat) })}>
      <Head name={visitorName(chat.visitor.name, chat.chat)} lang={chat.lang} sub={sub} />
      <Transcript key={chat.chat} chat={chat} pending={pending} />
      <Composer key={chat.chat} chat={chat} />
      <footer class="offer-foot watch-foot">
        <p class="dim">{t('watch.unseen')}</p>
        {!closed && (
          <button class="danger" onClick={() => confirm(t('block.sure')) && void block(chat.chat, 24)}>
            {t('block')}
          </button>
        )}
        <button onClick={() => unwatch(chat.chat)}>{t('watch.stop')}</button>
        {!closed && (
          <button class="primary" onClick={() => void take(chat.chat)}>
            {t('watch.take')}
          </button>
        )}
      </footer>
    </section>
  );
}
