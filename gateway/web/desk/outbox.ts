/* Messages on their way: stored before they are sent, sent one at a time a chat, sent again until acknowledged. */

import type { Frame, Pending } from './types';
import { recall, recallNames, remember } from './prefs';

/** An ack that has not come after this time is asked for again with the same mid, ms. */
const RESEND_MS = 10_000;
/** Unacknowledged messages on the line at once; the gateway's limit is 32. */
const ON_LINE_MAX = 24;

/** 128 random bits, in the letters the gateway takes. */
export function newMid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const nameOf = (agent: string, mid: string): string => `out.${agent}.${mid}`;

export function store(agent: string, p: Pending): void {
  remember(nameOf(agent, p.mid), JSON.stringify({ mid: p.mid, chat: p.chat, kind: p.kind, text: p.text, at: p.at }));
}

export function forget(agent: string, mid: string): void {
  remember(nameOf(agent, mid), '');
}

/** What an earlier page, or another tab, has not seen acknowledged, oldest first. */
export function stored(agent: string): Pending[] {
  const list: Pending[] = [];
  for (const name of recallNames(`out.${agent}.`)) {
    try {
      const p = JSON.parse(recall(name)) as Pending;
      if (p.mid && p.chat && typeof p.text === 'string') list.push({ ...p, state: 'waiting', code: '' });
    } catch {
      remember(name, '');
    }
  }
  return list.sort((a, b) => a.at - b.at);
}

export class Sender {
  /** mid -> when it was sent, this machine's clock, ms. */
  private onLine = new Map<string, number>();
  private holdUntil = 0;

  /** overdue() is told that an answer is missing. */
  constructor(
    private readonly send: (frame: Frame) => boolean,
    private readonly overdue: () => void = () => {},
  ) {}

  /** A new line: nothing is on it. */
  reset(): void {
    this.onLine.clear();
    this.holdUntil = 0;
  }

  answered(mid: string): void {
    this.onLine.delete(mid);
  }

  /** The gateway asks for a pause. */
  hold(mid: string, ms: number, now: number): void {
    this.onLine.delete(mid);
    this.holdUntil = Math.max(this.holdUntil, now + Math.max(250, ms));
  }

  /** Sends what may go now: the oldest waiting message of each chat, so that a chat's messages keep their order whatever is refused. */
  pump(outbox: Pending[], now: number): void {
    if (now < this.holdUntil) return;
    const busy = new Set<number>();
    for (const p of outbox) {
      if (p.state !== 'waiting' || busy.has(p.chat)) continue;
      busy.add(p.chat);
      const sentAt = this.onLine.get(p.mid);
      if (sentAt !== undefined ? now - sentAt < RESEND_MS : this.onLine.size >= ON_LINE_MAX) continue;
      if (!this.send({ type: p.kind, chat: p.chat, mid: p.mid, text: p.text })) return;
      this.onLine.set(p.mid, now);
      if (sentAt !== undefined) this.overdue();
    }
  }
}
