/* The dashboard's state and the one pure function that changes it: an action (mostly a frame from the gateway) in, the next state out. */

import { known } from './zone';
import { chatFrom, readToEnd, withEarlier, withEvent, withNote, withTyping } from './chat';
import type { Action, Alert, Chat, ChatEvent, Frame, Handover, Note, OfferFrame, Pending, Promised, QueueItem, State, Visitor, Welcome } from './types';

export const EMPTY: State = {
  link: { state: 'connecting', retryAt: 0, attempt: 0 },
  welcomed: false,
  heartbeatS: 15,
  offset: 0,
  me: null,
  shop: '',
  categories: [],
  queues: [],
  queue: [],
  waitingTotal: 0,
  alerts: [],
  promises: [],
  overdue: [],
  dues: [],
  zone: '',
  askRecord: true,
  storeTakes: true,
  agents: [],
  chats: {},
  offers: [],
  selected: null,
  attending: null,
  outbox: [],
  hole: false,
};

export function reduce(state: State, action: Action): State {
  switch (action.do) {
    case 'frame':
      return settle(onFrame(state, action.frame, action.now));
    case 'link':
      return { ...state, link: action.link };
    case 'select':
      return select(state, action.chat);
    case 'attend':
      return attend({ ...state, attending: action.chat });
    case 'compose':
      return { ...state, outbox: [...state.outbox, action.pending] };
    case 'watched':
      return watched(state, action.handover);
    case 'unwatched':
      return state.chats[action.chat]?.role === 'watched' ? drop({ ...state, selected: state.selected === action.chat ? null : state.selected }, action.chat) : state;
    case 'unsend':
      return { ...state, outbox: state.outbox.filter((p) => p.mid !== action.mid) };
    case 'refuse':
      return refuse(state, action.mid, action.code);
    case 'restore': {
      const known = new Set(state.outbox.map((p) => p.mid));
      return settle({ ...state, outbox: [...state.outbox, ...action.pending.filter((p) => !known.has(p.mid))] });
    }
    case 'earlier': {
      const chat = state.chats[action.chat];
      return chat ? put(state, withEarlier(chat, action.events)) : state;
    }
    case 'away':
      return state.me ? { ...state, me: { ...state.me, ...action.agent } } : state;
    case 'tick':
      return tick(state, action.now);
    case 'due-seen':
      return { ...state, dues: withoutPromise(state.dues, action.promise) };
    case 'leave':
      return EMPTY;
  }
}

function onFrame(state: State, frame: Frame, now: number): State {
  switch (frame.type) {
    case 'welcome':
      return welcome(state, frame as unknown as Welcome, now);
    case 'desk':
      return desk(state, frame as unknown as DeskFrame, now);
    case 'store':
      return { ...state, storeTakes: frame.takes !== false };
    case 'offer':
      return offered(state, frame as unknown as OfferFrame, now);
    case 'offer_gone':
      return offerGone(state, Number(frame.chat), String(frame.reason ?? ''));
    case 'chat':
      return became(state, Number(frame.chat), frame.handover as Handover);
    case 'chat_gone':
      return gone(state, Number(frame.chat), String(frame.reason ?? ''));
    case 'promise':
      return promised(state, frame.promise as Promised);
    case 'due':
      return { ...state, dues: [...withoutPromise(state.dues, frame.promise as Promised), frame.promise as Promised] };
    case 'presence':
      return presence(state, String(frame.state), Number(frame.capacity));
    case 'ack':
      return { ...state, outbox: state.outbox.map((p) => (p.mid === frame.mid ? { ...p, state: 'acked', seq: Number(frame.seq) || 0 } : p)) };
    default:
      return onChatFrame(state, frame, now);
  }
}

function onChatFrame(state: State, frame: Frame, now: number): State {
  const chat = state.chats[Number(frame.chat)];
  if (!chat) return state;
  switch (frame.type) {
    case 'event': {
      const e = frame as unknown as ChatEvent;
      if (e.seq > chat.head + 1) return { ...state, hole: true };
      return put(state, withEvent(chat, e, state.attending === chat.chat));
    }
    case 'note':
      return put(state, withNote(chat, frame as unknown as Note));
    case 'typing':
      return frame.who === 'visitor' ? put(state, withTyping(chat, frame.on === true, String(frame.draft ?? ''), now)) : state;
    case 'profile':
      return put(state, { ...chat, visitor: { ...chat.visitor, ...(frame.visitor as Visitor) } });
    case 'seen':
      return put(state, { ...chat, v_seen: Math.max(chat.v_seen, Number(frame.seq)) });
    default:
      return state;
  }
}

const put = (state: State, chat: Chat): State =>
  state.chats[chat.chat] === chat ? state : { ...state, chats: { ...state.chats, [chat.chat]: chat } };

function drop(state: State, number: number): State {
  if (!state.chats[number]) return state;
  const chats: Record<number, Chat> = { ...state.chats };
  delete chats[number];
  return { ...state, chats };
}

const withoutOffer = (state: State, chat: number): State =>
  state.offers.some((o) => o.chat === chat) ? { ...state, offers: state.offers.filter((o) => o.chat !== chat) } : state;

/** First come, first shown. */
const sorted = (queue: QueueItem[]): QueueItem[] => [...queue].sort((a, b) => a.waiting_since - b.waiting_since || a.chat - b.chat);

/** The new list, but with the old objects (and the old list) where nothing in them changed: rows that are the same are not drawn again. */
export function keepSame<T extends object>(old: T[], fresh: T[], id: (item: T) => string | number): T[] {
  const known = new Map(old.map((item) => [id(item), item]));
  const list = fresh.map((item) => {
    const before = known.get(id(item));
    return before && JSON.stringify(before) === JSON.stringify(item) ? before : item;
  });
  return list.length === old.length && list.every((item, i) => item === old[i]) ? old : list;
}

const promiseKey = (p: Promised): string => `${p.chat}:${p.promise}`;
const withoutPromise = (list: Promised[], p: Promised): Promised[] => list.filter((other) => promiseKey(other) !== promiseKey(p));

/** One of ours was made, or kept: then nobody need be reminded of it. */
function promised(state: State, p: Promised): State {
  const rest = withoutPromise(state.promises, p);
  if (p.kept_at === 0) return { ...state, promises: [...rest, p].sort((a, b) => a.due - b.due) };
  return { ...state, promises: rest, dues: withoutPromise(state.dues, p), overdue: withoutPromise(state.overdue, p) };
}

type DeskFrame = Pick<Welcome, 'queue' | 'waiting' | 'agents' | 'now' | 'alerts' | 'overdue'>;

const alertKey = (a: Alert): string => `${a.code} ${a.chat}`;

function desk(state: State, frame: DeskFrame, now: number): State {
  const queue = keepSame(state.queue, sorted(frame.queue ?? []), (q) => q.chat);
  const agents = keepSame(state.agents, frame.agents ?? [], (a) => a.id);
  const self = agents.find((a) => a.id === state.me?.id);
  return {
    ...state,
    queue,
    waitingTotal: frame.waiting ?? queue.length,
    alerts: keepSame(state.alerts, frame.alerts ?? [], alertKey),
    overdue: keepSame(state.overdue, frame.overdue ?? [], promiseKey),
    agents,
    // "offline" is how others see us until our lease is there; we are connected.
    me: self && state.me && self.state !== 'offline' ? { ...state.me, state: self.state, capacity: self.capacity } : state.me,
    offset: typeof frame.now === 'number' ? frame.now - now : state.offset,
  };
}

function welcome(state: State, w: Welcome, now: number): State {
  const chats: Record<number, Chat> = {};
  for (const h of w.chats ?? []) chats[h.chat] = chatFrom(h, 'mine', state.chats[h.chat]);
  for (const o of w.offers ?? []) chats[o.chat] = chatFrom(o.handover, 'offered', state.chats[o.chat]);
  // What was watched is asked for anew (app.ts); until then it stays as it was.
  for (const chat of watching(state)) chats[chat.chat] ??= chat;
  // A practice chat is the page's own: no gateway tells of it.
  for (const chat of Object.values(state.chats)) if (chat.chat < 0 && chat.role !== 'gone') chats[chat.chat] = chat;
  const looking = state.selected === null ? undefined : state.chats[state.selected];
  if (looking && !chats[looking.chat])
    chats[looking.chat] = looking.role === 'gone' ? looking : { ...looking, role: 'gone', goneReason: 'meanwhile', unread: 0, typing: null };
  return revive(attend({
    ...state,
    welcomed: true,
    hole: false,
    storeTakes: true,
    heartbeatS: w.heartbeat_s || state.heartbeatS,
    offset: w.now ? w.now - now : state.offset,
    me: w.agent,
    shop: w.site?.name ?? state.shop,
    categories: w.categories ?? [],
    queues: w.queues ?? [],
    queue: keepSame(state.queue, sorted(w.queue ?? []), (q) => q.chat),
    waitingTotal: w.waiting ?? w.queue?.length ?? 0,
    alerts: keepSame(state.alerts, w.alerts ?? [], alertKey),
    promises: keepSame(state.promises, w.promises ?? [], promiseKey),
    overdue: keepSame(state.overdue, w.overdue ?? [], promiseKey),
    zone: known(w.site?.tz ?? ''),
    askRecord: w.site?.ask_record !== false,
    agents: keepSame(state.agents, w.agents ?? [], (a) => a.id),
    chats,
    offers: [...(w.offers ?? []).map((o) => ({ chat: o.chat, deadline: now + o.left_ms, total: o.left_ms })), ...state.offers.filter((o) => o.chat < 0)],
  }));
}

function offered(state: State, o: OfferFrame, now: number): State {
  const rest = withoutOffer(state, o.chat);
  const offers = [...rest.offers, { chat: o.chat, deadline: now + o.left_ms, total: o.left_ms }];
  return put({ ...rest, offers }, chatFrom(o.handover, 'offered', state.chats[o.chat]));
}

/** Ours now: accepted, taken or transferred to us, here or in another tab. */
const became = (state: State, number: number, handover: Handover): State =>
  revive(attend(put(withoutOffer(state, number), chatFrom(handover, 'mine', state.chats[number]))));

/** Words refused because the chat had been given back go out after all when it is ours again and nobody else was there meanwhile. */
function revive(state: State): State {
  const may = (p: Pending): boolean => {
    const chat = state.chats[p.chat];
    return chat?.role === 'mine' && !chat.transcript.some((e) => e.kind === 'joined' && e.agent !== state.me?.id && e.at > p.at + state.offset);
  };
  if (!state.outbox.some((p) => p.code === 'not_yours' && may(p))) return state;
  return { ...state, outbox: state.outbox.map((p) => (p.code === 'not_yours' && may(p) ? { ...p, state: 'waiting', code: '' } : p)) };
}

function offerGone(state: State, number: number, reason: string): State {
  const rest = withoutOffer(state, number);
  const chat = rest.chats[number];
  // Accepted here or in another tab: the `chat` frame brings it, before or after this one.
  if (!chat || chat.role !== 'offered' || reason === 'accepted') return rest;
  return gone(rest, number, reason);
}

/** No longer ours. The one on screen stays, to be read and copied from; it goes when another is chosen. */
function gone(state: State, number: number, reason: string): State {
  const chat = state.chats[number];
  if (!chat) return state;
  if (state.selected !== number) return drop(state, number);
  return put(state, { ...chat, role: 'gone', goneReason: reason, unread: 0, typing: null });
}

function presence(state: State, mode: string, capacity: number): State {
  if (!state.me) return state;
  return { ...state, me: { ...state.me, state: mode, capacity: capacity > 0 ? capacity : state.me.capacity } };
}

function select(state: State, chat: number | null): State {
  const before = state.selected;
  if (before === chat) return state;
  const left = before !== null && state.chats[before]?.role === 'gone' ? drop(state, before) : state;
  return { ...left, selected: chat };
}

/** The chat being read has nothing unread. */
function attend(state: State): State {
  const chat = state.attending === null ? undefined : state.chats[state.attending];
  return chat && chat.role !== 'offered' ? put(state, readToEnd(chat)) : state;
}

/** Codes that may pass when tried again; all others are final. */
const PASSING = new Set(['busy', 'slow_down', 'hello_first', 'not_now']);
export const mayRetry = (code: string): boolean => PASSING.has(code);

function refuse(state: State, mid: string, code: string): State {
  return { ...state, outbox: state.outbox.map((p) => (p.mid === mid ? { ...p, state: 'refused', code } : p)) };
}

/** What waits to be sent goes once the transcript or the notes show it; acknowledged words of chats that are not ours any more go too. */
function settle(state: State): State {
  if (state.outbox.length === 0) return state;
  const left = state.outbox.filter((p) => {
    const chat = state.chats[p.chat];
    if (!chat) return p.state !== 'acked';
    if (p.seq && p.seq < (chat.first ?? 1)) return false; // it stands in what the hand-over leaves out
    return p.kind === 'say' ? !hasMid(chat.transcript, p.mid) : !hasMid(chat.notes, p.mid);
  });
  return left.length === state.outbox.length ? state : { ...state, outbox: left };
}

/** From the end: what was just sent is among the newest. */
function hasMid(list: { mid?: string }[], mid: string): boolean {
  for (let i = list.length - 1; i >= 0; i--) if (list[i]?.mid === mid) return true;
  return false;
}

function tick(state: State, now: number): State {
  let next = state;
  for (const chat of Object.values(state.chats))
    if (chat.typing && chat.typing.until <= now) next = put(next, { ...chat, typing: null });
  // The gateway says when an offer is over; should that word be lost, it is over two seconds later all the same.
  for (const o of state.offers) if (o.deadline + 2000 <= now) next = offerGone(next, o.chat, 'missed');
  return next;
}

/** Chats of this agent in the order they were opened, and the one on screen that was theirs. */
export const mine = (state: State): Chat[] =>
  Object.values(state.chats)
    .filter((c) => c.role === 'mine' || (c.role === 'gone' && c.owned))
    .sort((a, b) => a.opened - b.opened || a.chat - b.chat);

/** Chats a supervisor watches, in the order they were opened. */
export const watching = (state: State): Chat[] =>
  Object.values(state.chats)
    .filter((c) => c.role === 'watched')
    .sort((a, b) => a.opened - b.opened || a.chat - b.chat);

/** Follows a chat from its hand-over; one that is ours stays ours. */
function watched(state: State, handover: Handover): State {
  const before = state.chats[handover.chat];
  return before && before.role !== 'watched' && before.role !== 'gone' ? state : put(state, chatFrom(handover, 'watched', before));
}

/** Waiting chats, without those offered to this agent (they are shown above). */
export const waiting = (state: State): QueueItem[] => {
  const held = new Set(state.offers.map((o) => o.chat));
  return state.queue.filter((q) => !held.has(q.chat) && state.chats[q.chat]?.role !== 'mine');
};

/** What deserves the agent's eye: unread messages and open offers. */
export const attention = (state: State): number =>
  state.offers.length + Object.values(state.chats).reduce((n, c) => n + (c.role === 'mine' ? c.unread : 0), 0);
