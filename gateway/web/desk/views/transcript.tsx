/* The transcript: events and notes in the order they happened, then what is on its way. Stays at its end while the reader is there. */

import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { bringEarlier, tellSeen } from '../app';
import { dayLine, now, sameDay } from '../time';
import type { Chat, ChatEvent, Note, Pending } from '../types';
import { t } from '../words';
import { Entry, NoteEntry, PendingEntry } from './entries';
import { Bubble } from './parts';

/** Entries drawn at first; earlier ones come on demand. */
const SHOWN = 200;
/** Messages of one person within this time stand together, ms. */
const TOGETHER_MS = 300_000;

export type Item = { at: number; key: string; event?: ChatEvent; note?: Note };

/** Events keep the order of their seq; notes stand between them by their time. */
export function merge(events: ChatEvent[], notes: Note[]): Item[] {
  const items: Item[] = events.map((e) => ({ at: e.at, key: `e${e.seq}`, event: e }));
  for (const note of notes) {
    let i = items.length;
    while (i > 0 && (items[i - 1]?.at ?? 0) > note.at) i--;
    items.splice(i, 0, { at: note.at, key: `n${note.mid || note.at}`, note });
  }
  return items;
}

const author = (item: Item | undefined): string => {
  const e = item?.event;
  if (e?.kind !== 'message') return '';
  return e.from === 'visitor' ? 'visitor' : `agent ${e.agent ?? e.name ?? ''}`;
};

const continues = (before: Item | undefined, item: Item): boolean =>
  !!before && author(item) !== '' && author(before) === author(item) && item.at - before.at < TOGETHER_MS;

/** Where our newest message stands, -1 when there is none. */
function lastOwnOf(items: Item[]): number {
  for (let i = items.length - 1; i >= 0; i--) if (author(items[i]).startsWith('agent')) return i;
  return -1;
}

function Day({ at }: { at: number }) {
  const line = useComputed(() => dayLine(at, now.value));
  return (
    <li class="day">
      <span>{line}</span>
    </li>
  );
}

function Typing({ chat }: { chat: Chat }) {
  if (!chat.typing) return null;
  return (
    <li class="entry visitor" aria-live="off">
      <Bubble text={chat.typing.draft || '···'} label={t('typing.draft')} />
      <p class="meta">{t('typing')}</p>
    </li>
  );
}

/** Pinned to the end until the reader scrolls up; `fresh` tells of news below. */
function useEnd(size: number, key: number) {
  const box = useRef<HTMLDivElement>(null);
  const pinned = useRef(true);
  const fresh = useSignal(false);
  const toEnd = () => {
    pinned.current = true;
    fresh.value = false;
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (pinned.current) toEnd();
    else fresh.value = true;
  }, [size]);
  useLayoutEffect(toEnd, [key]);
  useEffect(() => {
    const element = box.current;
    const inner = element?.firstElementChild;
    if (!element || !inner) return;
    // Also when the composer grows, a draft shows, or the window changes.
    const watch = new ResizeObserver(() => {
      if (pinned.current) element.scrollTop = element.scrollHeight;
    });
    watch.observe(element);
    watch.observe(inner);
    return () => watch.disconnect();
  }, []);
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    pinned.current = element.scrollHeight - element.scrollTop - element.clientHeight < 48;
    if (pinned.current) fresh.value = false;
  };
  return { box, fresh, toEnd, onScroll };
}

export function Transcript({ chat, pending }: { chat: Chat; pending: Pending[] }) {
  const items = useMemo(() => merge(chat.transcript, chat.notes), [chat.transcript, chat.notes]);
  const all = useSignal(false);
  const { box, fresh, toEnd, onScroll } = useEnd(items.length + pending.length, chat.chat);
  useEffect(() => tellSeen(chat), [chat.read]);
  const from = all.value ? 0 : Math.max(0, items.length - SHOWN);
  const before = Math.max(0, (chat.first ?? 1) - 1);
  const hidden = from + before;
  const lastOwn = lastOwnOf(items);
  return (
    <div class="transcript" ref={box} onScroll={onScroll} tabIndex={0} role="log" aria-label={t('transcript')}>
      <ol class="entries">
        {hidden > 0 && (
          <li class="day">
            <button
              class="quiet-text"
              onClick={() => {
                all.value = true;
                if (before > 0) void bringEarlier(chat.chat);
              }}
            >
              {t('transcript.earlier', { n: hidden })}
            </button>
          </li>
        )}
        {items.slice(from).map((item, i) => {
          const last = items[from + i - 1];
          const newDay = !last || !sameDay(last.at, item.at);
          return [
            newDay && <Day key={`d${item.key}`} at={item.at} />,
            item.note ? (
              <NoteEntry key={item.key} note={item.note} />
            ) : (
              item.event && (
                <Entry
                  key={item.key}
                  event={item.event}
                  visitor={chat.visitor.name ?? ''}
                  joined={!newDay && continues(last, item)}
                  seen={from + i === lastOwn && item.event.seq <= chat.v_seen}
                />
              )
            ),
          ];
        })}
        {pending.map((p) => (
          <PendingEntry key={p.mid} p={p} />
        ))}
        <Typing chat={chat} />
      </ol>
      {fresh.value && (
        <button class="to-end" onClick={toEnd}>
          {t('transcript.new')}
        </button>
      )}
    </div>
  );
}
