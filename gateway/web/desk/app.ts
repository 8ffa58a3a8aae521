/* The running dashboard: the state signal, the connection and the outbox wired to it, and what an agent can do. */

import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { canned, type Canned } from './canned';
import { Connection, type Refusal } from './connection';
import { cues, type Cue } from './cues';
import * as outbox from './outbox';
import { pruneDrafts, recall, recallNames, remember } from './prefs';
import { loggedIn, logOut, readChat } from './session';
import { attention, EMPTY, mayRetry, mine, reduce, waiting, watching } from './store';
import { begin as beginPractice, isPractice, practised, write as practise } from './practice';
import { now } from './time';
import type { Action, Chat, Frame, Handover, Pending, Promised, State } from './types';
import { hasWord, t, type Key } from './words';

export type Page = 'boot' | 'login' | 'invite' | 'desk' | 'unreachable';
export const page = signal<Page>('boot');
export const state = signal<State>(EMPTY);
/** The pane a phone shows. */
export const pane = signal<'list' | 'chat' | 'info'>('list');
export type Area = 'chats' | 'live' | 'reports' | 'search' | 'faq' | 'people' | 'settings';
/** What stands right of the list: the chats, or one of the pages (pages.ts). */
export const area = signal<Area>('chats');
/** One quiet line of news; gone after a few seconds. */
export const toast = signal('');

/** A computed list that stays the same array while its items do. */
function list<T>(items: () => T[]): ReadonlySignal<T[]> {
  let last: T[] = [];
  return computed(() => {
    const fresh = items();
    if (fresh.length !== last.length || fresh.some((item, i) => item !== last[i])) last = fresh;
    return last;
  });
}

export const mineChats = list<Chat>(() => mine(state.value));
export const watchedChats = list<Chat>(() => watching(state.value));
export const waitingItems = list(() => waiting(state.value));
export const offers = computed(() => state.value.offers);
export const selected = computed(() => state.value.selected);
export const selectedChat = computed(() => (state.value.selected === null ? undefined : state.value.chats[state.value.selected]));
export const waitingTotal = computed(() => Math.max(waitingItems.value.length, state.value.waitingTotal - offers.value.length));
export const agents = computed(() => state.value.agents);
export const me = computed(() => state.value.me);
export const link = computed(() => state.value.link);
export const welcomed = computed(() => state.value.welcomed);
export const offset = computed(() => state.value.offset);
export const pending = computed(() => state.value.outbox);
export const attentionCount = computed(() => attention(state.value));

const cueListeners: ((list: Cue[]) => void)[] = [];
export const onCues = (f: (list: Cue[]) => void): void => void cueListeners.push(f);

export function dispatch(action: Action): void {
  const before = state.value;
  const after = reduce(before, action);
  if (after === before) return;
  state.value = after;
  if (after.outbox !== before.outbox) outboxChanged(before, after);
  const news = action.do === 'frame' ? cues(before, after) : [];
  if (news.length > 0) for (const f of cueListeners) f(news);
  if (after.hole && !before.hole) mend();
}

const MEND_GAP_MS = 3000;
let mendedAt = 0;

/** A hole in seq: a new connection brings everything. Never in a tight circle. */
function mend(): void {
  const wait = Math.max(0, mendedAt + MEND_GAP_MS - Date.now());
  mendedAt = Date.now() + wait;
  window.setTimeout(() => connection.restart(), wait);
}

function outboxChanged(before: State, after: State): void {
  const agent = after.me?.id ?? before.me?.id ?? '';
  // What was refused stays stored too, until its agent has decided about it; and logging out is no answer.
  const left = new Set(after.outbox.filter((p) => p.state !== 'acked').map((p) => p.mid));
  if (after.me) for (const p of before.outbox) if (!left.has(p.mid)) outbox.forget(agent, p.mid);
  sender.pump(after.outbox, Date.now());
}

/* --- the line ------------------------------------------------------------------------------------------------------- */

const address = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/agent`;

const connection = new Connection(address(), {
  hello() {
    const after: Record<string, number> = {};
    for (const chat of Object.values(state.value.chats)) if (chat.role === 'mine') after[chat.chat] = chat.head;
    return { type: 'hello', after };
  },
  frame: onFrame,
  link: (l) => dispatch({ do: 'link', link: l }),
  async mayReturn(everOpen, code) {
    if (everOpen && code !== 1008) return true;
    if ((await loggedIn()) !== false) return true;
    // Somebody else may log in next: nothing of this agent stays in the page; their words wait in storage.
    dispatch({ do: 'leave' });
    page.value = 'login';
    return false;
  },
});

const sender = new outbox.Sender((frame) => connection.send(frame), () => connection.wake());

function onFrame(frame: Frame): void {
  const mid = typeof frame.mid === 'string' ? frame.mid : '';
  if (frame.type === 'welcome') sender.reset();
  if (frame.type === 'ack') sender.answered(mid);
  if (frame.type === 'error' && mid) return notTaken(mid, String(frame.code), Number(frame.retry_after_ms) || 1000);
  dispatch({ do: 'frame', frame, now: Date.now() });
  if (frame.type === 'welcome') welcome();
  if (frame.type === 'words') void readCanned();
  if (frame.type === 'practice') void beginPractice(frame.play, String(frame.by ?? ''));
  if (frame.type === 'praise') praised(frame as unknown as Praise);
  if (frame.type === 'welcome') for (const newest of (frame.praise as Praise[] | undefined) ?? []) praised(newest);
}

interface Praise {
  chat: number;
  name: string;
  text: string;
}

/** Kind words, shown once: when they come, or at the next visit. */
function praised({ chat, name, text }: Praise): void {
  const place = `praise.${state.value.me?.id ?? ''}`;
  if (recall(place) === String(chat)) return;
  remember(place, String(chat));
  say(t('praise.new', { who: name || t('visitor.n', { n: chat }), text }));
}

function welcome(): void {
  void readCanned();
  for (const chat of watchedChats.value) void watchAgain(chat.chat);
  const agent = state.value.me?.id ?? '';
  dispatch({ do: 'restore', pending: outbox.stored(agent) });
  closeAgain();
  pruneDrafts(agent, new Set(Object.keys(state.value.chats).map(Number)));
  sender.pump(state.value.outbox, Date.now());
}

function notTaken(mid: string, code: string, retryMs: number): void {
  if (mayRetry(code)) return sender.hold(mid, retryMs, Date.now());
  sender.answered(mid);
  dispatch({ do: 'refuse', mid, code });
}

/** Once a second: clocks, heartbeat, what expired, what waits to be sent again. */
function beat(): void {
  const at = Date.now();
  const slept = at - now.value > 20_000;
  now.value = at;
  if (page.value !== 'desk') return;
  dispatch({ do: 'tick', now: at });
  if (slept) connection.wake();
  connection.tick(at);
  if (state.value.outbox.length > 0) sender.pump(state.value.outbox, at);
}

export function start(): void {
  window.setInterval(beat, 1000);
  window.addEventListener('online', () => connection.wake());
  window.addEventListener('pageshow', () => connection.wake());
  document.addEventListener('visibilitychange', () => {
    attend();
    if (!document.hidden) connection.wake();
  });
  window.addEventListener('focus', attend);
  window.addEventListener('blur', attend);
}

export function enter(): void {
  page.value = 'desk';
  connection.open();
}

/** Is anybody logged in here? Goes where the answer leads. */
export async function boot(): Promise<void> {
  const yes = await loggedIn();
  if (yes === null) page.value = 'unreachable';
  else if (yes) enter();
  else page.value = 'login';
}

export async function leave(): Promise<void> {
  connection.close();
  await logOut();
  dispatch({ do: 'leave' });
  area.value = 'chats';
  page.value = 'login';
}

export const retryNow = (): void => connection.open();

/* --- what an agent can do ------------------------------------------------------------------------------------------- */

let toastTimer = 0;
export function say(words: string): void {
  toast.value = words;
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => (toast.value = ''), 6000);
}

/** What went wrong, in the agent's words. */
export function refusalWords(r: Refusal): string {
  const key = `error.${r.code}`;
  return hasWord(key) ? t(key as Key) : r.message || t('error.other');
}

/** True when done; otherwise it was said what went wrong. */
async function command(frame: Frame): Promise<boolean> {
  try {
    await ask(frame);
    return true;
  } catch (e) {
    say(refusalWords(e as Refusal));
    return false;
  }
}

/** A command whose answer matters to the caller; rejects with a Refusal. */
export const ask = (frame: Frame): Promise<Frame> => (isPractice(frame.chat) ? practised(frame) : connection.command(frame));

/** Reads the ready replies anew; what was known stays when that fails: the next welcome or change asks again. */
export async function readCanned(): Promise<void> {
  try {
    canned.value = (await ask({ type: 'canned' })).canned as Record<string, Canned[]>;
  } catch {
    // Said nowhere: nobody asked for it.
  }
}

/** Where the keyboard goes when the next conversation is drawn. */
export const wantFocus = signal<'' | 'composer' | 'offer'>('');

export function select(chat: number | null, focus: '' | 'composer' | 'offer' = ''): void {
  wantFocus.value = focus;
  if (chat !== null) area.value = 'chats';
  dispatch({ do: 'select', chat });
  attend();
}

function attend(): void {
  const s = state.value;
  const chat = s.selected !== null && document.hasFocus() && !document.hidden ? s.selected : null;
  if (chat !== s.attending) dispatch({ do: 'attend', chat });
}

/** Tells the gateway how far the chat on screen was read; called when it changes. */
let told = new Map<number, number>();
export function tellSeen(chat: Chat): void {
  const mark = Math.max(chat.a_seen, told.get(chat.chat) ?? 0);
  if (isPractice(chat.chat) || chat.role !== 'mine' || chat.read <= mark || !connection.isReady()) return;
  if (connection.send({ type: 'seen', chat: chat.chat, seq: chat.read })) told = told.set(chat.chat, chat.read);
}

/** Brings the events from before the hand-over's first one. */
export async function bringEarlier(chat: number): Promise<void> {
  const whole = await readChat(chat);
  if (whole) dispatch({ do: 'earlier', chat, events: whole.transcript });
  else say(t('error.other'));
}

/** A colleague's name, or a queue's. */
export const nameOf = (id: string): string => agents.value.find((a) => a.id === id)?.name ?? id;

export async function accept(chat: number): Promise<void> {
  select(chat, 'composer');
  await command({ type: 'accept', chat });
}

export const decline = async (chat: number): Promise<void> => void (await command({ type: 'decline', chat }));

export async function take(chat: number): Promise<void> {
  wantFocus.value = 'composer';
  await command({ type: 'take', chat });
}

/** Follows a colleague's chat; the conversation shows it. */
export async function watch(chat: number): Promise<void> {
  try {
    dispatch({ do: 'watched', handover: (await ask({ type: 'watch', chat })).handover as Handover });
    select(chat);
  } catch (e) {
    say(refusalWords(e as Refusal));
  }
}

/** After the line was away: what happened meanwhile, or the chat is let go. */
async function watchAgain(chat: number): Promise<void> {
  try {
    dispatch({ do: 'watched', handover: (await ask({ type: 'watch', chat })).handover as Handover });
  } catch (e) {
    if (!['offline', 'late'].includes((e as Refusal).code)) dispatch({ do: 'unwatched', chat });
  }
}

export function unwatch(chat: number): void {
  dispatch({ do: 'unwatched', chat });
  void ask({ type: 'unwatch', chat }).catch(() => undefined);
}

/** Ends the chat and keeps its visitor out. True when done. */
export const block = (chat: number, hours: number): Promise<boolean> => command({ type: 'block', chat, hours });

export async function presence(mode: 'online' | 'away', capacity?: number): Promise<void> {
  const before = state.value.me;
  dispatch({ do: 'away', agent: capacity ? { state: mode, capacity } : { state: mode } });
  const done = await command(capacity ? { type: 'presence', state: mode, capacity } : { type: 'presence', state: mode });
  if (!done && before) dispatch({ do: 'away', agent: { state: before.state, capacity: before.capacity } });
}

export const toggleAway = (): void => void presence(state.value.me?.state === 'online' ? 'away' : 'online');

export interface TransferTo {
  kind: 'agent' | 'queue';
  to: string;
}

/** Rejects with a Refusal. */
export const transfer = (chat: number, target: TransferTo, reason: string, note: string): Promise<Frame> =>
  ask({ type: 'transfer', chat, to: { [target.kind]: target.to }, reason, ...(note ? { note } : {}) });

/** Codes after which a close need not be tried again: it was done before, or the chat is with somebody else. */
const CLOSED_CODES = new Set(['closed', 'not_yours', 'no_such_chat']);

const closingName = (chat: number): string => `closing.${state.value.me?.id ?? ''}.${chat}`;

/** Sends a close that is kept until it is answered, so that no closed tab and no lost line loses it. */
async function sendClose(frame: Frame): Promise<void> {
  const name = closingName(Number(frame.chat));
  remember(name, JSON.stringify(frame));
  try {
    await ask(frame);
  } catch (e) {
    const { code } = e as Refusal;
    if (code === 'offline' || code === 'late' || mayRetry(code)) throw e; // stays kept: the next welcome tries again
    remember(name, '');
    if (CLOSED_CODES.has(code)) return;
    throw e;
  }
  remember(name, '');
}

export const closeChat = (chat: number, outcome: '' | 'solved' | 'unsolved', category: string, need: string): Promise<void> =>
  sendClose({ type: 'close', chat, ...(outcome ? { outcome } : {}), ...(category ? { category } : {}), ...(need ? { need } : {}) });

/** Closes that were under way when the line or the page went. */
function closeAgain(): void {
  for (const name of recallNames(`closing.${state.value.me?.id ?? ''}.`)) {
    try {
      const frame = JSON.parse(recall(name)) as Frame;
      if (state.value.chats[Number(frame.chat)]?.role !== 'mine') remember(name, '');
      else void sendClose(frame).catch(() => {});
    } catch {
      remember(name, '');
    }
  }
}

/** Rejects with a Refusal. `due` in ms. */
export const promise = (chat: number, text: string, due: number): Promise<Frame> => ask({ type: 'promise', chat, text, due });

export const kept = (p: Promised): Promise<boolean> => command({ type: 'kept', chat: p.chat ?? 0, promise: p.promise });

export const dueSeen = (p: Promised): void => dispatch({ do: 'due-seen', promise: p });

export function write(chat: number, kind: 'say' | 'note', text: string): void {
  const agent = state.value.me?.id;
  if (!agent) return;
  if (isPractice(chat)) return practise(chat, kind, text);
  const p: Pending = { mid: outbox.newMid(), chat, kind, text, at: Date.now(), state: 'waiting', code: '' };
  outbox.store(agent, p);
  dispatch({ do: 'compose', pending: p });
}

export const discard = (mid: string): void => dispatch({ do: 'unsend', mid });

export const typing = (chat: number, on: boolean): boolean => isPractice(chat) || connection.send({ type: 'typing', chat, on });
