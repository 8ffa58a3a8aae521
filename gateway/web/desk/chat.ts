/* What one chat becomes when something happens in it; pure. */

import type { Chat, ChatEvent, ChatRole, Handover, Note, Promised, Tried } from './types';

/** How long a "typing" mark stands without being renewed, ms. */
export const TYPING_MS = 8000;

const fromVisitor = (e: ChatEvent): boolean => e.kind === 'message' && e.from === 'visitor';

const unreadAfter = (events: ChatEvent[], read: number): number =>
  events.reduce((n, e) => (e.seq > read && fromVisitor(e) ? n + 1 : n), 0);

/** A chat from its hand-over; what was already drawn (`before`) keeps its identity and its reading mark. */
export function chatFrom(handover: Handover, role: ChatRole, before: Chat | undefined): Chat {
  const read = Math.max(handover.a_seen ?? 0, before && before.role !== 'offered' ? before.read : 0);
  const known = new Map((before?.transcript ?? []).map((e) => [e.seq, e]));
  // The same event keeps its object; after a store lost something another may stand in its place.
  const transcript = (handover.transcript ?? []).map((e) => {
    const old = known.get(e.seq);
    return old && old.at === e.at && old.mid === e.mid ? old : e;
  });
  return {
    ...handover,
    transcript,
    head: Math.max(handover.head ?? 0, transcript.at(-1)?.seq ?? 0),
    tried: handover.tried ?? [],
    transfers: handover.transfers ?? [],
    notes: handover.notes ?? [],
    visitor: handover.visitor ?? { id: '' },
    role,
    owned: role === 'mine',
    goneReason: '',
    read,
    unread: unreadAfter(transcript, read),
    typing: null,
  };
}

function promisesAfter(list: Promised[] | undefined, e: ChatEvent): Promised[] | undefined {
  if (e.kind === 'promise')
    return [...(list ?? []), { promise: e.promise ?? 0, text: e.text ?? '', due: e.due ?? 0, agent: e.agent ?? '', name: e.name ?? '', at: e.at, kept_at: 0, overdue: false }];
  if (e.kind === 'kept') return list?.map((p) => (p.promise === e.promise ? { ...p, kept_at: e.at, overdue: e.late === true } : p));
  return list;
}

function triedAfter(tried: Tried[], e: ChatEvent): Tried[] {
  if (e.kind === 'answer') return [...tried, { faq: e.faq ?? '', title: e.title ?? '', ok: null }];
  if (e.kind === 'helped') return tried.map((t) => (t.faq === e.faq ? { ...t, ok: e.ok === true } : t));
  return tried;
}

const PHASE_AFTER: Record<string, string> = { queued: 'queued', transferred: 'queued', joined: 'active', closed: 'closed' };

/** The chat with the next event at its end; the same object when the event is already there. A hole is the caller's to see. */
export function withEvent(chat: Chat, e: ChatEvent, attended: boolean): Chat {
  if (e.seq <= chat.head) return chat;
  const read = attended ? e.seq : chat.read;
  const to = e.to?.name ?? e.to?.agent ?? e.to?.queue ?? '';
  const from = e.from_name ?? (typeof e.from === 'string' ? e.from : '');
  return {
    ...chat,
    transcript: [...chat.transcript, e],
    head: e.seq,
    phase: PHASE_AFTER[e.kind] ?? chat.phase,
    tried: triedAfter(chat.tried, e),
    promises: promisesAfter(chat.promises, e),
    transfers:
      e.kind === 'transferred' ? [...chat.transfers, { from, to, reason: e.reason ?? '', at: e.at }] : chat.transfers,
    read,
    unread: attended ? 0 : chat.unread + (fromVisitor(e) ? 1 : 0),
    typing: fromVisitor(e) ? null : chat.typing,
  };
}

export function withNote(chat: Chat, note: Note): Chat {
  if (chat.notes.some((n) => (note.mid ? n.mid === note.mid : n.at === note.at && n.text === note.text))) return chat;
  return { ...chat, notes: [...chat.notes, note] };
}

export function withTyping(chat: Chat, on: boolean, draft: string, now: number): Chat {
  if (!on && !chat.typing) return chat;
  return { ...chat, typing: on ? { draft, until: now + TYPING_MS } : null };
}

/** The events before those of the hand-over, put in front. */
export function withEarlier(chat: Chat, events: ChatEvent[]): Chat {
  const from = chat.transcript[0]?.seq ?? chat.head + 1;
  const earlier = events.filter((e) => e.seq < from);
  return { ...chat, transcript: [...earlier, ...chat.transcript], first: earlier[0]?.seq ?? chat.first };
}

export const readToEnd = (chat: Chat): Chat =>
  chat.unread === 0 && chat.read === chat.head ? chat : { ...chat, read: chat.head, unread: 0 };

/** The newest words, for a row of the list. */
export function lastWords(chat: Chat): string {
  for (let i = chat.transcript.length - 1; i >= 0; i--) {
    const e = chat.transcript[i];
    if (e && e.kind === 'message') return e.text ?? '';
  }
  return '';
}
