/* Practice: the visitor of a recorded dialogue, played to this agent at human speed. The chat is this page's own: it has a number
   below zero, goes to no gateway, and is gone with the page. It answers an agent's commands as a gateway would. */

import { dispatch, say, state } from '../app';
import type { ChatEvent, Frame, Handover, Note } from '../types';
import { t } from '../words';
import { DIALOGUES, type Dialogue, type Turn } from './dialogues';

/** How long people take: to read what was answered, and to type what they say; ms. */
export const readingMs = (text: string): number => Math.min(9000, 1200 + 30 * text.length);
export const typingMs = (text: string): number => Math.min(14_000, 900 + 70 * text.length);
const OFFER_MS = 60_000;
const STEP_MS = 700;

export interface Clock {
  after(ms: number, act: () => void): () => void;
  now(): number;
}
const clock: Clock = {
  after: (ms, act) => {
    const timer = window.setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
  now: () => Date.now(),
};

const show = (frame: Frame): void => dispatch({ do: 'frame', frame, now: Date.now() });

/** One practice chat. `emit` gets the frames a gateway would send. */
export class Player {
  private at = 0;
  private readonly events: ChatEvent[] = [];
  private readonly notes: Note[] = [];
  private cancel: () => void = () => undefined;
  private phase: 'offered' | 'active' | 'closed' = 'offered';

  constructor(
    readonly chat: number,
    private readonly dialogue: Dialogue,
    private readonly me: { id: string; name: string },
    private readonly emit: (frame: Frame) => void = show,
    private readonly time: Clock = clock,
  ) {}

  private add(kind: string, more: Record<string, unknown>): ChatEvent {
    const event = { type: 'event', chat: this.chat, seq: this.events.length + 1, at: this.time.now(), kind, ...more } as ChatEvent;
    this.events.push(event);
    return event;
  }

  private visitorSays(text: string): ChatEvent {
    return this.add('message', { from: 'visitor', text, mid: `practice${this.events.length}` });
  }

  private turn(): Turn | undefined {
    return this.dialogue.turns[this.at];
  }

  private handover(): Handover {
    const first = this.events[0]?.at ?? this.time.now();
    return {
      chat: this.chat, phase: this.phase, queue: 'general', lang: this.dialogue.lang, reason: 'asked', waited_s: 0, waiting_since: first, opened: first,
      head: this.events.length, v_seen: 0, a_seen: 0, first: 1, transcript: [...this.events], tried: [], transfers: [], notes: [...this.notes],
      visitor: { id: '', name: this.dialogue.visitor, lang: this.dialogue.lang, page: null, verified: false, earlier: [] },
    };
  }

  /** Offers the chat, with what the visitor said before anybody came. */
  offer(): void {
    while (this.turn()?.[0] === 'agent') this.at++;
    for (let turn = this.turn(); turn?.[0] === 'visitor'; turn = this.turn()) {
      this.visitorSays(turn[1]);
      this.at++;
    }
    this.add('queued', { queue: 'general', reason: 'asked' });
    this.emit({ type: 'offer', chat: this.chat, deadline: this.time.now() + OFFER_MS, left_ms: OFFER_MS, handover: this.handover() });
    this.cancel = this.time.after(OFFER_MS, () => this.end('offer_gone', 'missed'));
  }

  private end(type: string, reason: string): void {
    this.cancel();
    this.phase = 'closed';
    this.emit({ type, chat: this.chat, reason });
  }

  /** After the agent spoke: the visitor reads, types, says the next turns of theirs, and waits again. */
  private goOn(answer: string): void {
    this.cancel();
    while (this.turn()?.[0] === 'agent') this.at++;
    const turn = this.turn();
    if (turn) this.cancel = this.time.after(readingMs(answer), () => this.type(turn[1]));
  }

  private type(text: string): void {
    this.emit({ type: 'seen', chat: this.chat, seq: this.events.length });
    this.emit({ type: 'typing', chat: this.chat, who: 'visitor', on: true, draft: text.slice(0, Math.ceil(text.length / 2)) });
    this.cancel = this.time.after(typingMs(text), () => {
      this.at++;
      this.emit({ type: 'typing', chat: this.chat, who: 'visitor', on: false });
      this.emit(this.visitorSays(text) as unknown as Frame);
      const next = this.turn();
      if (next?.[0] === 'visitor') this.cancel = this.time.after(STEP_MS, () => this.type(next[1]));
    });
  }

  private event(kind: string, more: Record<string, unknown>): void {
    this.emit(this.add(kind, more) as unknown as Frame);
  }

  /** A reply to the visitor or a note. */
  write(kind: 'say' | 'note', text: string): void {
    if (this.phase !== 'active') return;
    const mid = `practice-own${this.events.length}-${this.notes.length}`;
    if (kind === 'note') {
      const note: Note = { at: this.time.now(), agent: this.me.id, name: this.me.name, text, mid };
      this.notes.push(note);
      this.emit({ type: 'note', chat: this.chat, ...note });
      return;
    }
    this.event('message', { from: 'agent', agent: this.me.id, name: this.me.name, text, mid });
    this.goOn(text);
  }

  /** What a command would be answered with. */
  command(frame: Frame): Frame {
    switch (frame.type) {
      case 'accept':
        this.cancel();
        this.phase = 'active';
        this.add('joined', { agent: this.me.id, name: this.me.name });
        this.emit({ type: 'offer_gone', chat: this.chat, reason: 'accepted' });
        this.emit({ type: 'chat', chat: this.chat, handover: this.handover() });
        break;
      case 'decline':
        this.end('offer_gone', 'declined');
        break;
      case 'transfer':
        this.end('chat_gone', 'transfer');
        break;
      case 'close':
      case 'block':
        this.event('closed', { by: 'agent', outcome: String(frame.outcome ?? ''), agent: this.me.id, name: this.me.name });
        this.end('chat_gone', 'closed');
        break;
    }
    return { type: 'ok', suggestions: [], hints: [] };
  }
}

/* --- those under way ------------------------------------------------------------------------------------------------------ */

const players = new Map<number, Player>();
let last = 0;

/** A dialogue by name, any when there is none of that name, or one's own turns. */
function dialogueOf(play: unknown): Dialogue {
  if (Array.isArray(play)) return { name: '', lang: 'en', visitor: 'Alex', turns: play as Turn[] };
  const langs = (state.value.me?.langs ?? []).map((l) => l.split('-')[0]);
  const fit = DIALOGUES.filter((d) => langs.includes(d.lang));
  const list = fit.length > 0 ? fit : DIALOGUES;
  return DIALOGUES.find((d) => d.name === play) ?? (list[-last % list.length] as Dialogue);
}

export function begin(play: unknown, by: string): void {
  const me = state.value.me;
  if (!me) return;
  const dialogue = dialogueOf(play);
  last -= 1;
  const player = new Player(last, { ...dialogue, visitor: `${t('practice')} · ${dialogue.visitor}` }, { id: me.id, name: me.name });
  players.set(last, player);
  player.offer();
  say(by && by !== me.name ? t('practice.from', { who: by }) : t('practice.begins'));
}

export const command = (frame: Frame): Frame => players.get(Number(frame.chat))?.command(frame) ?? { type: 'ok' };
export const write = (chat: number, kind: 'say' | 'note', text: string): void => players.get(chat)?.write(kind, text);
