/* One websocket to the gateway, kept up: hello, heartbeat, back-off, and commands answered by id. Knows nothing of chats. */

import type { Frame, Link } from './types';

const COMMAND_MS = 10_000;
const WELCOME_MS = 10_000;
const PROBE_MS = 3_000;
/** Of a heartbeat: how long a ping may go unanswered, so that a dead line is found within two. */
const PATIENCE = 0.6;
const BACKOFF_MAX_MS = 15_000;
const DRAINING = 1001;
const TOO_BUSY = 1013;
/** Our own for a socket that is given up. */
const UNHEARD = 1006;

export interface Refusal {
  code: string;
  message: string;
  retryAfterMs: number;
}

export interface Listener {
  hello(): Frame;
  frame(frame: Frame): void;
  link(link: Link): void;
  /** The socket closed; true when we may try again, false when the agent is not logged in any more. */
  mayReturn(everOpen: boolean, code: number): Promise<boolean>;
}

interface Waiting {
  done(frame: Frame): void;
  failed(refusal: Refusal): void;
  timer: number;
}

/** The wait before try number `attempt` (0 = the first after a loss), ms; `chance` 0..1 spreads clients that fell together. */
export function backoffMs(attempt: number, chance: number, code: number): number {
  if (code === DRAINING && attempt === 0) return Math.round(chance * 300);
  const base = Math.min(BACKOFF_MAX_MS, (code === TOO_BUSY ? 2000 : 500) * 2 ** attempt);
  return Math.round(base / 2 + (base / 2) * chance);
}

export class Connection {
  private socket: WebSocket | null = null;
  private ready = false;
  private attempt = 0;
  private retryTimer = 0;
  private probeTimer = 0;
  private greetTimer = 0;
  private lastSent = 0;
  private lastHeard = 0;
  private pingAt = 0;
  private commands = new Map<string, Waiting>();
  private nextId = 1;
  private wanted = false;
  heartbeatS = 15;

  constructor(
    private readonly url: string,
    private readonly listener: Listener,
  ) {}

  /** Connects now; again when it is lost, until close(). */
  open(): void {
    this.wanted = true;
    clearTimeout(this.retryTimer);
    this.forget();
    this.listener.link({ state: 'connecting', retryAt: 0, attempt: this.attempt });
    const socket = new WebSocket(this.url, 'firstline.agent.v1');
    this.socket = socket;
    let opened = false;
    this.awaitWelcome(socket);
    socket.onopen = () => {
      opened = true;
      this.lastHeard = Date.now();
      this.pingAt = 0;
      this.greet(socket);
    };
    socket.onmessage = (m) => this.heard(socket, m.data);
    socket.onclose = (e) => void this.closed(socket, opened, e.code);
  }

  close(): void {
    this.wanted = false;
    clearTimeout(this.retryTimer);
    this.forget();
    this.fail('offline');
  }

  /** Drops the socket and connects again at once (a hole in seq, a dead line). */
  restart(): void {
    this.fail('offline');
    if (this.wanted) this.open();
  }

  /** The machine woke up, the page became visible or online, or an answer is overdue: finds out at once whether the line lives. */
  wake(): void {
    if (!this.wanted) return;
    if (!this.socket || this.socket.readyState === WebSocket.CLOSED) return this.open();
    if (!this.ready || this.probeTimer) return;
    const askedAt = Date.now();
    this.raw({ type: 'ping' });
    this.probeTimer = window.setTimeout(() => {
      this.probeTimer = 0;
      if (this.lastHeard < askedAt) this.restart();
    }, PROBE_MS);
  }

  /** Once a second. A hidden page's clock may run slow, so silence counts only after a ping that had its time. */
  tick(now: number): void {
    if (!this.ready) return;
    const beat = this.heartbeatS * 1000;
    if (this.pingAt > this.lastHeard && now - this.pingAt > beat * PATIENCE) return this.restart();
    if (now - Math.min(this.lastSent, this.lastHeard) < beat || this.pingAt > this.lastHeard) return;
    this.pingAt = now;
    this.raw({ type: 'ping' });
  }

  isReady(): boolean {
    return this.ready;
  }

  /** Sends a frame nobody answers by id. False when there is no line now. */
  send(frame: Frame): boolean {
    if (!this.ready) return false;
    this.raw(frame);
    return true;
  }

  /** Sends a command; resolves with `ok`, rejects with a Refusal (`offline` and `late` are ours). */
  command(frame: Frame): Promise<Frame> {
    return new Promise((resolve, reject: (r: Refusal) => void) => {
      if (!this.ready) return reject({ code: 'offline', message: '', retryAfterMs: 0 });
      const id = String(this.nextId++);
      const timer = window.setTimeout(() => {
        this.commands.delete(id);
        reject({ code: 'late', message: '', retryAfterMs: 0 });
        this.wake();
      }, COMMAND_MS);
      this.commands.set(id, { done: resolve, failed: reject, timer });
      this.raw({ ...frame, id });
    });
  }

  /** Without a welcome the socket is given up, open or not. */
  private awaitWelcome(socket: WebSocket): void {
    clearTimeout(this.greetTimer);
    this.greetTimer = window.setTimeout(() => void this.closed(socket, true, UNHEARD), WELCOME_MS);
  }

  private greet(socket: WebSocket): void {
    this.awaitWelcome(socket);
    this.raw(this.listener.hello());
  }

  private raw(frame: Frame): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.lastSent = Date.now();
    this.socket.send(JSON.stringify(frame));
  }

  private heard(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket || typeof data !== 'string') return;
    this.lastHeard = Date.now();
    const frame = JSON.parse(data) as Frame;
    if (!this.ready && frame.type === 'error') {
      // The gateway is busy: the socket stays, hello is said again.
      clearTimeout(this.greetTimer);
      this.greetTimer = window.setTimeout(() => this.greet(socket), Number(frame.retry_after_ms) || 1000);
      return;
    }
    if (frame.type === 'welcome') {
      clearTimeout(this.greetTimer);
      this.ready = true;
      this.attempt = 0;
      this.heartbeatS = Number(frame.heartbeat_s) || this.heartbeatS;
      this.listener.frame(frame);
      this.listener.link({ state: 'open', retryAt: 0, attempt: 0 });
      return;
    }
    if ((frame.type === 'ok' || frame.type === 'error') && typeof frame.id === 'string') this.answered(frame.id, frame);
    this.listener.frame(frame);
  }

  private answered(id: string, frame: Frame): void {
    const waiting = this.commands.get(id);
    if (!waiting) return;
    this.commands.delete(id);
    clearTimeout(waiting.timer);
    if (frame.type === 'ok') waiting.done(frame);
    else waiting.failed({ code: String(frame.code), message: String(frame.message ?? ''), retryAfterMs: Number(frame.retry_after_ms) || 0 });
  }

  private fail(code: string): void {
    for (const w of this.commands.values()) {
      clearTimeout(w.timer);
      w.failed({ code, message: '', retryAfterMs: 0 });
    }
    this.commands.clear();
  }

  /** Lets go of the socket; what it still says is not heard. */
  private forget(): void {
    const old = this.socket;
    this.socket = null;
    this.ready = false;
    clearTimeout(this.greetTimer);
    clearTimeout(this.probeTimer);
    this.probeTimer = 0;
    if (!old) return;
    old.onopen = old.onmessage = old.onclose = null;
    if (old.readyState <= WebSocket.OPEN) old.close(1000);
  }

  private async closed(socket: WebSocket, opened: boolean, code: number): Promise<void> {
    if (socket !== this.socket) return;
    this.forget();
    this.fail('offline');
    if (!this.wanted) return;
    const wait = backoffMs(this.attempt, Math.random(), code);
    this.attempt += 1;
    this.listener.link({ state: 'waiting', retryAt: Date.now() + wait, attempt: this.attempt });
    this.retryTimer = window.setTimeout(() => this.open(), wait);
    if (!(await this.listener.mayReturn(opened, code))) this.close();
  }
}
