// One websocket to the gateway that comes back by itself: jittered back-off, at once when the browser comes online or wakes.
export type Frame = { type: string } & Record<string, any>;

interface Ears {
  /** The first frame of each connection. */
  hello(): Frame;
  heard(frame: Frame): void;
  /** The connection is gone; the next try is under way. */
  lost(): void;
}

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 15_000;
const WELCOME_MS = 10_000;
const PROBE_MS = 4_000;

export class Link {
  up = false;
  private socket?: WebSocket;
  private wanted = false;
  private tries = 0;
  private retry?: ReturnType<typeof setTimeout>;
  private doom?: ReturnType<typeof setTimeout>;
  private beat?: ReturnType<typeof setInterval>;
  private spoke = 0;

  constructor(private url: string, private ears: Ears) {
    const wake = () => this.wake();
    addEventListener('online', wake);
    addEventListener('offline', wake);
    addEventListener('pageshow', wake);
    document.addEventListener('visibilitychange', () => document.hidden || wake());
  }

  start(): void {
    this.wanted = true;
    if (!this.socket) this.connect();
  }

  stop(): void {
    this.wanted = false;
    this.drop();
  }

  /** Connects anew at once, to be told what is missing; the second time in a row it waits like after a failure. */
  again(): void {
    if (this.wanted) this.failed(this.tries ? 0 : 1001);
  }

  /** Sent if connected; false means the caller keeps it. */
  send(frame: Frame): boolean {
    if (!this.up) return false;
    this.spoke = Date.now();
    this.socket!.send(JSON.stringify(frame));
    return true;
  }

  /** Every frame that shows progress resets the back-off. */
  progress(): void {
    this.tries = 0;
  }

  private wake(): void {
    if (!this.wanted) return;
    if (this.up) this.probe(PROBE_MS);
    else if (!this.socket) {
      this.tries = 0;
      this.connect();
    }
  }

  /** Asks the gateway for a sign of life; without one the socket is given up. */
  private probe(patience: number): void {
    this.send({ type: 'ping' });
    clearTimeout(this.doom);
    this.doom = setTimeout(() => this.failed(1001), patience);
  }

  private connect(): void {
    clearTimeout(this.retry);
    const socket = this.socket = new WebSocket(this.url, 'firstline.visitor.v1');
    this.doom = setTimeout(() => this.failed(0), WELCOME_MS);
    socket.onopen = () => socket.send(JSON.stringify(this.ears.hello()));
    socket.onclose = ({ code }) => this.failed(code);
    socket.onmessage = ({ data }) => {
      clearTimeout(this.doom);
      const frame = JSON.parse(data) as Frame;
      if (frame.type == 'welcome') this.settle(frame.heartbeat_s || 15);
      this.ears.heard(frame);
    };
  }

  private settle(heartbeat: number): void {
    const beatMs = heartbeat * 1000;
    this.up = true;
    this.spoke = Date.now();
    clearInterval(this.beat);
    this.beat = setInterval(() => Date.now() - this.spoke >= beatMs * 0.9 && this.probe(beatMs), beatMs / 3);
  }

  private drop(): void {
    clearTimeout(this.doom);
    clearTimeout(this.retry);
    clearInterval(this.beat);
    const socket = this.socket;
    this.socket = undefined;
    this.up = false;
    if (socket) {
      socket.onopen = socket.onclose = socket.onmessage = null;
      socket.close(1000);
    }
  }

  private failed(code: number): void {
    this.drop();
    if (!this.wanted) return;
    const tries = this.tries++;
    const wait = code == 1001 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (code == 1013 ? Math.max(2, tries) : tries));
    this.retry = setTimeout(() => this.connect(), wait * (0.5 + Math.random() / 2));
    this.ears.lost();
  }
}
