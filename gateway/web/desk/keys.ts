/* The keyboard: everything an agent does, without a mouse. Letters count only while nobody types. */

import { signal } from '@preact/signals';
import { accept, area, decline, mineChats, offers, page, select, selected, selectedChat, take, toggleAway, waitingItems, watchedChats } from './app';
import { goByKey, goTo, pages } from './pages';

export const sheetOpen = signal(false);
/** The panel that stands where the composer is. */
export const panel = signal<'' | 'transfer' | 'close' | 'promise'>('');
/** Told to the composer: go to this tab, open the canned replies. */
export const composeWish = signal<'' | 'reply' | 'note' | 'canned'>('');
/** Told to the composer: words to put into the reply. */
export const insertWish = signal('');
/** The right pane's suggestions, by number; false when there is none. */
let insertNth: (chat: number, n: number) => boolean = () => false;
export const onInsert = (f: (chat: number, n: number) => boolean): void => void (insertNth = f);
/** The row the list keys stand on: o12, w13, m14. */
export const cursor = signal('');

/** Keys pressed in the first moments of an offer that opened by itself were meant for something else. */
export const OFFER_GRACE_MS = 700;
export let offerOpenedAt = 0;
export const offerOpensItself = (at: number): void => void (offerOpenedAt = at);

/** Opened on purpose: the next key decides. */
export function openOffer(chat: number): void {
  offerOpenedAt = 0;
  select(chat, 'offer');
}

/** The list brings a row that is not drawn into view. */
let reveal: (row: string) => void = () => undefined;
export const onReveal = (f: (row: string) => void): void => void (reveal = f);

export const isEditable = (target: Element | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && !['radio', 'checkbox', 'button'].includes(target.type));

const isControl = (target: Element | null): boolean =>
  isEditable(target) || !!target?.closest('button, a, summary, input, [role="separator"]');

/** The letter of a key whatever the alphabet of the keyboard. */
function letter(e: KeyboardEvent): string {
  if (/^[\x20-\x7e]$/.test(e.key)) return e.key.toLowerCase();
  return /^Key[A-Z]$/.test(e.code) ? e.code.slice(3).toLowerCase() : e.key;
}

export const rows = (): string[] => [
  ...offers.value.map((o) => `o${o.chat}`),
  ...waitingItems.value.map((q) => `w${q.chat}`),
  ...mineChats.value.map((c) => `m${c.chat}`),
  ...watchedChats.value.map((c) => `m${c.chat}`),
];

function move(step: 1 | -1): void {
  const all = rows();
  if (all.length === 0) return;
  const at = all.indexOf(cursor.value);
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))] ?? '';
  cursor.value = next;
  reveal(next);
  // At once, so that the next key meets the right row; later only for a row that had to be drawn first.
  if (!focusRow(next)) requestAnimationFrame(() => cursor.value === next && focusRow(next));
}

function focusRow(row: string): boolean {
  const element = document.querySelector<HTMLElement>(`[data-row="${row}"]`);
  element?.focus({ preventScroll: row.startsWith('w') });
  return element !== null;
}

function switchChat(step: 1 | -1): void {
  const chats = mineChats.value;
  if (chats.length === 0) return;
  const at = chats.findIndex((c) => c.chat === selected.value);
  const next = chats[at < 0 ? 0 : (at + step + chats.length) % chats.length];
  if (next) select(next.chat, 'composer');
}

function withAlt(e: KeyboardEvent): boolean {
  if (e.key === 'ArrowUp' || e.key === 'ArrowDown') {
    switchChat(e.key === 'ArrowUp' ? -1 : 1);
    return true;
  }
  const chat = selectedChat.value;
  const digit = /^Digit([1-3])$/.exec(e.code)?.[1];
  if (digit && chat?.role === 'mine' && area.value === 'chats') return insertNth(chat.chat, Number(digit));
  const first = offers.value[0];
  if (e.code === 'KeyO' && first) {
    openOffer(first.chat);
    return true;
  }
  return false;
}

function enterKey(): boolean {
  const chat = selectedChat.value;
  if (chat?.role === 'offered') {
    if (Date.now() - offerOpenedAt >= OFFER_GRACE_MS) void accept(chat.chat);
    return true;
  }
  const waits = waitingItems.value.find((q) => q.chat === selected.value);
  if (waits?.phase === 'queued') void take(waits.chat);
  return !!waits;
}

/** Esc outside of any field: the innermost thing that is open goes. */
function escape(): boolean {
  const chat = selectedChat.value;
  if (area.value !== 'chats') goTo('chats');
  else if (panel.value) panel.value = '';
  else if (chat?.role === 'offered') {
    if (Date.now() - offerOpenedAt >= OFFER_GRACE_MS) void decline(chat.chat);
  } else if (selected.value !== null) select(null);
  else return false;
  return true;
}

function single(e: KeyboardEvent): boolean {
  const opens = pages.value.some((p) => p.key === letter(e));
  if (area.value !== 'chats' && !opens && !['?', 'j', 'k', 'Escape'].includes(e.key)) return false;
  const mineNow = selectedChat.value?.role === 'mine';
  if (e.key === '?') return (sheetOpen.value = true);
  if (e.key === '/') return mineNow && !!(composeWish.value = 'canned');
  if (e.key === 'Escape') return escape();
  if (e.key === 'Enter') return !isControl(document.activeElement) && enterKey();
  switch (letter(e)) {
    case 'j':
      return move(1), true;
    case 'k':
      return move(-1), true;
    case 'a':
      return toggleAway(), true;
    case 't':
      return mineNow && !!(panel.value = 'transfer');
    case 'e':
      return mineNow && !!(panel.value = 'close');
    case 'm':
      return mineNow && !!(panel.value = 'promise');
    case 'r':
      return mineNow && !!(composeWish.value = 'reply');
    case 'n':
      return mineNow && !!(composeWish.value = 'note');
    default:
      return goByKey(letter(e));
  }
}

export function startKeys(): void {
  document.addEventListener('keydown', (e) => {
    if (page.value !== 'desk' || e.defaultPrevented || e.isComposing || sheetOpen.value) return;
    const plain = !e.ctrlKey && !e.metaKey && !e.altKey;
    const took = e.altKey && !e.ctrlKey && !e.metaKey ? withAlt(e) : plain && !isEditable(e.target as Element) && single(e);
    if (took) e.preventDefault();
  });
}
