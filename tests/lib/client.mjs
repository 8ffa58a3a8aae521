// Clients of both subprotocols. Each validates every frame it sends and gets, and holds the delivery contract against every
// event it gets: seq goes 1, 2, 3 … per chat, nothing doubled, nothing missing, nothing reordered.
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { slowness } from './gateway.mjs';
import { checkFrame } from './schema.mjs';
import { within } from './wait.mjs';

export const newMid = () => randomBytes(16).toString('base64url');

export class Peer {
  constructor(url, protocol, { headers = {}, side, check = true, ...options } = {}) {
    this.side = side;
    this.check = check;
    this.frames = [];
    this.failures = [];
    this.waiting = new Set();
    this.transcripts = new Map(); // chat -> events in the order shown
    this.socket = new WebSocket(url, protocol, { headers, perMessageDeflate: false, ...options });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
      this.socket.once('unexpected-response', (_, response) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk)).on('end', () => reject(Object.assign(new Error(`refused with ${response.statusCode}: ${body}`), { status: response.statusCode })));
        response.on('error', reject);
      });
    });
    this.opened.catch(() => {});
    this.closed = new Promise((resolve) => this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    this.closed.then(({ code, reason }) => this.#giveUp(`the socket closed with ${code} ${reason}`));
    this.socket.on('error', () => {});
    this.socket.on('message', (raw, binary) => this.#got(raw, binary));
  }

  #got(raw, binary) {
    let frame;
    try {
      if (binary) throw new Error('the gateway sent a binary frame');
      frame = JSON.parse(raw);
      if (this.check) checkFrame(`gateway-to-${this.side}.json`, frame);
      this.take(frame);
    } catch (error) {
      this.failures.push(error);
      this.#giveUp(error.message);
      return;
    }
    this.frames.push(frame);
    this.onframe?.(frame);
    for (const waiter of [...this.waiting]) if (waiter.fits(frame)) waiter.resolve(frame);
  }

  #giveUp(why) {
    for (const waiter of [...this.waiting]) waiter.reject(new Error(`while waiting for ${waiter.what}: ${why}`));
  }

  /** Keeps the transcripts; overridden by the agent's client for hand-overs. */
  take(frame) {
    if (frame.type === 'event') this.showEvent(frame);
  }

  showEvent(event) {
    const shown = this.transcripts.get(event.chat) ?? [];
    this.transcripts.set(event.chat, shown);
    const expected = shown.length === 0 ? this.firstSeq?.(event) ?? 1 : shown.at(-1).seq + 1;
    if (event.seq !== expected) throw new Error(`chat ${event.chat}: event ${event.seq} (${event.kind}) came where ${expected} belongs`);
    shown.push(event);
  }

  events(chat) {
    return this.transcripts.get(chat) ?? [];
  }

  send(frame) {
    if (this.check) checkFrame(`${this.side}-to-gateway.json`, frame);
    this.socket.send(JSON.stringify(frame));
  }

  sendRaw(data, options) {
    this.socket.send(data, options);
  }

  /** The first frame, of those already here (from index `from`) or to come, that fits. Fails when the socket closes or a frame breaks the protocol. */
  next(what, fits, { from = 0, ms = 10_000 } = {}) {
    if (this.failures.length) return Promise.reject(this.failures[0]);
    for (let i = from; i < this.frames.length; i++) if (fits(this.frames[i])) return Promise.resolve(this.frames[i]);
    let waiter;
    const promise = new Promise((resolve, reject) => (waiter = { what, fits, resolve, reject }));
    this.waiting.add(waiter);
    return within(what, promise, ms * slowness)
      .catch((error) => {
        error.message += `; last frames: ${this.frames.slice(-6).map((frame) => JSON.stringify(frame).slice(0, 200)).join(' ')}`;
        throw error;
      })
      .finally(() => this.waiting.delete(waiter));
  }

  event(kind, fits = () => true, options) {
    return this.next(`event ${kind}`, (frame) => frame.type === 'event' && frame.kind === kind && fits(frame), options);
  }

  /** Sends and waits for the answer: what carries the same mid or id, or an error. */
  async ask(frame, fits, options) {
    const from = this.frames.length;
    const answer = this.next(`the answer to ${frame.type}`, fits, { from, ...options });
    this.send(frame);
    return answer;
  }

  /** The next error frame from now on, after sending `data` as it is. */
  async refused(data) {
    const from = this.frames.length;
    const answer = this.next('an error frame', (frame) => frame.type === 'error', { from });
    this.sendRaw(typeof data === 'string' || Buffer.isBuffer(data) ? data : JSON.stringify(data));
    return answer;
  }

  /** pong comes after everything sent before it was handled. */
  ping() {
    return this.ask({ type: 'ping' }, (frame) => frame.type === 'pong');
  }

  async close() {
    this.socket.close();
    const timer = setTimeout(() => this.socket.terminate(), 2000);
    await this.closed;
    clearTimeout(timer);
    if (this.failures.length) throw this.failures[0];
  }

  /** As when the cable is pulled: no close frame. */
  cut() {
    this.socket.terminate();
    return this.closed;
  }
}

export class Visitor extends Peer {
  constructor(gateway, options = {}) {
    super(`${gateway.sockets}/ws/visitor`, options.protocol ?? 'firstline.visitor.v1', { side: 'visitor', ...options, headers: { origin: gateway.url, ...options.headers } });
    this.after = 0;
  }

  static async open(gateway, hello = {}, options = {}) {
    const visitor = new Visitor(gateway, options);
    await within('the socket to open', visitor.opened, 10_000 * slowness);
    visitor.after = hello.after ?? 0;
    visitor.welcome = await visitor.ask({ type: 'hello', ...hello }, (frame) => frame.type === 'welcome');
    visitor.token = visitor.welcome.token;
    return visitor;
  }

  firstSeq(event) {
    const counts = event.chat === this.welcomed?.chat && this.after <= this.welcomed.head; // else all is told anew
    return counts ? this.after + 1 : 1;
  }

  take(frame) {
    if (frame.type === 'welcome') {
      this.welcomed = frame;
      for (const event of frame.events) this.showEvent(event);
    }
    super.take(frame);
  }

  get chat() {
    return [...this.transcripts.keys()].at(-1);
  }

  say(text, mid = newMid(), options) {
    return this.ask({ type: 'say', mid, text }, (frame) => frame.mid === mid && (frame.type === 'ack' || frame.type === 'error'), options);
  }

  human(mid = newMid()) {
    return this.ask({ type: 'human', mid }, (frame) => frame.mid === mid && (frame.type === 'ack' || frame.type === 'error'));
  }

  /** helped, profile, rate, end: answered by ok or error with `for`. */
  tell(type, members = {}) {
    return this.ask({ type, ...members }, (frame) => (frame.type === 'ok' || frame.type === 'error') && frame.for === type);
  }
}

export class Agent extends Peer {
  constructor(gateway, cookie, options = {}) {
    super(`${gateway.sockets}/ws/agent`, options.protocol ?? 'firstline.agent.v1', { side: 'agent', ...options, headers: { origin: gateway.url, ...(cookie ? { cookie } : {}), ...options.headers } });
    this.lastId = 0;
  }

  static async open(gateway, { cookie }, { online = true, capacity = 10, ...options } = {}) {
    const agent = new Agent(gateway, cookie, options);
    await within('the socket to open', agent.opened, 10_000 * slowness);
    agent.welcome = await agent.ask({ type: 'hello', id: 'hello' }, (frame) => frame.type === 'welcome');
    agent.id = agent.welcome.agent.id;
    if (online) await agent.command('presence', { state: 'online', capacity });
    return agent;
  }

  take(frame) {
    if (frame.type === 'welcome') for (const entry of [...frame.chats, ...frame.offers.map((offer) => offer.handover)]) this.showHandover(entry);
    if (frame.type === 'offer' || frame.type === 'chat') this.showHandover(frame.handover);
    super.take(frame);
  }

  // A hand-over is the transcript from `first` (1, unless it is very long) to its head, without holes.
  showHandover(handover) {
    handover.transcript.forEach((event, index) => {
      if (event.seq !== handover.first + index) throw new Error(`the hand-over of chat ${handover.chat} has event ${event.seq} in place ${handover.first + index}`);
    });
    const shown = this.transcripts.get(handover.chat) ?? [];
    if ((shown.at(-1)?.seq ?? 0) < handover.head) this.transcripts.set(handover.chat, [...handover.transcript]);
  }

  say(chat, text, mid = newMid(), options) {
    return this.ask({ type: 'say', chat, mid, text }, (frame) => frame.mid === mid && (frame.type === 'ack' || frame.type === 'error'), options);
  }

  note(chat, text, mid = newMid()) {
    return this.ask({ type: 'note', chat, mid, text }, (frame) => frame.mid === mid && (frame.type === 'ack' || frame.type === 'error'));
  }

  /** A command; gives ok or error. */
  request(type, members = {}) {
    const id = `c${++this.lastId}`;
    return this.ask({ type, id, ...members }, (frame) => frame.id === id && (frame.type === 'ok' || frame.type === 'error'));
  }

  /** A command that must succeed. */
  async command(type, members) {
    const answer = await this.request(type, members);
    if (answer.type === 'error') throw new Error(`${type} ${JSON.stringify(members)}: ${answer.code} ${answer.message}`);
    return answer;
  }

  offer(chat, options) {
    return this.next(`the offer of chat ${chat}`, (frame) => frame.type === 'offer' && frame.chat === chat, options);
  }

  async accept(chat, options) {
    const offer = await this.offer(chat, options);
    await this.command('accept', { chat });
    return offer;
  }
}
