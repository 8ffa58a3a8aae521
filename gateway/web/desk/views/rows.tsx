/* The rows of the list. Each draws again only when its own chat changes; its clock moves alone. */

import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { accept, decline, offset, select, selected, state } from '../app';
import { lastWords } from '../chat';
import { cursor, openOffer } from '../keys';
import { clock, languageName, now } from '../time';
import type { Chat, Offer, QueueItem } from '../types';
import { t } from '../words';
import { Icon } from './icons';
import { memo, Ring, visitorName } from './parts';

/** Dim under 30 s, warning from 30 s, late from 60 s. */
export const urgency = (waitedMs: number): 'fresh' | 'warn' | 'late' => (waitedMs >= 60_000 ? 'late' : waitedMs >= 30_000 ? 'warn' : 'fresh');

export function WaitClock({ since }: { since: number }) {
  const waited = now.value + offset.value - since;
  return (
    <span class="clock" data-urgency={urgency(waited)}>
      {clock(waited)}
    </span>
  );
}

/** Is this the chat on screen? Changes only for the two rows concerned. */
function useSelected(chat: number): boolean {
  return useMemo(() => computed(() => selected.value === chat), [chat]).value;
}

const Lang = ({ code }: { code: string }) => (
  <abbr class="lang" title={languageName(code)}>
    {code}
  </abbr>
);

export const OfferRow = memo(({ offer }: { offer: Offer }) => {
  const chat = useMemo(() => computed(() => state.value.chats[offer.chat]), [offer.chat]).value;
  const on = useSelected(offer.chat);
  if (!chat) return null;
  const name = visitorName(chat.visitor.name, chat.chat);
  return (
    <li class="offer-row">
      <button class="row" data-row={`o${chat.chat}`} aria-current={on} onFocus={() => (cursor.value = `o${chat.chat}`)} onClick={() => openOffer(chat.chat)}>
        <Ring offer={offer} />
        <span class="row-main">
          <span class="row-top">
            <b class="name" dir="auto">
              {name}
            </b>
            <Lang code={chat.lang} />
          </span>
          <span class="row-sub" dir="auto">
            {lastWords(chat)}
          </span>
        </span>
      </button>
      <span class="row-actions">
        <button class="small primary" aria-label={t('offer.accept.name', { who: name })} onClick={() => void accept(chat.chat)}>
          {t('offer.accept')}
        </button>
        <button class="small" aria-label={t('offer.decline.name', { who: name })} onClick={() => void decline(chat.chat)}>
          {t('offer.decline')}
        </button>
      </span>
    </li>
  );
});

export const WaitingRow = memo(({ item, at, size }: { item: QueueItem; at: number; size: number }) => {
  const on = useSelected(item.chat);
  const sub = item.phase === 'offered' ? t('waiting.offered') : item.preview;
  return (
    <li aria-setsize={size} aria-posinset={at + 1} style={{ insetBlockStart: `${at * 48}px` }}>
      <button class="row" data-row={`w${item.chat}`} aria-current={on} onFocus={() => (cursor.value = `w${item.chat}`)} onClick={() => select(item.chat, 'offer')}>
        <WaitClock since={item.waiting_since} />
        <span class="row-main">
          <span class="row-top">
            <b class="name" dir="auto">
              {visitorName(item.name, item.chat)}
            </b>
            <Lang code={item.lang} />
          </span>
          <span class="row-sub" dir="auto">
            {sub}
          </span>
        </span>
      </button>
    </li>
  );
});

function MineSub({ chat }: { chat: Chat }) {
  if (chat.role === 'gone') return <span class="row-sub">{t('gone.row')}</span>;
  if (chat.typing) return <span class="row-sub typing-word">{t('typing')}</span>;
  return (
    <span class="row-sub" dir="auto">
      {lastWords(chat)}
    </span>
  );
}

/** How long the visitor has waited for an answer: shown while the last words are theirs. */
function ReplyClock({ chat }: { chat: Chat }) {
  const last = chat.transcript.at(-1);
  if (chat.role !== 'mine' || last?.kind !== 'message' || last.from !== 'visitor') return null;
  return <WaitClock since={last.at} />;
}

export const MineRow = memo(({ chat }: { chat: Chat }) => {
  const on = useSelected(chat.chat);
  return (
    <li>
      <button
        class="row"
        data-row={`m${chat.chat}`}
        data-unread={chat.role !== 'watched' && chat.unread > 0}
        data-gone={chat.role === 'gone'}
        aria-current={on}
        onFocus={() => (cursor.value = `m${chat.chat}`)}
        onClick={() => select(chat.chat, 'composer')}
      >
        <span class="row-main">
          <span class="row-top">
            <b class="name" dir="auto">
              {visitorName(chat.visitor.name, chat.chat)}
            </b>
            {chat.visitor.verified && <Icon name="verified" />}
            <Lang code={chat.lang} />
          </span>
          <MineSub chat={chat} />
        </span>
        <span class="row-end">
          <ReplyClock chat={chat} />
          {chat.role !== 'watched' && chat.unread > 0 && (
            <span class="badge">
              {chat.unread}
              <span class="visually-hidden"> {t('unread', { n: chat.unread })}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  );
});
