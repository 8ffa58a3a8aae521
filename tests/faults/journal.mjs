// What happened, as the people at both ends could tell: every message written, acknowledged, shown; and the times between.
// Pure bookkeeping: no sockets, no clock (times are given, in ms). checker.mjs holds it against what is stored.

/** One entry of a transcript, told by what must be the same everywhere. */
export const mark = (event) => event.mid || event.kind;

export class Journal {
  constructor() {
    this.sent = new Map(); // mid -> {mid, sender, text, at, ack: {chat, seq} or null, arrived: the other side saw it}
    this.order = new Map(); // sender -> mids as written
    this.shown = new Map(); // side -> chat -> marks, in order
    this.chats = new Set();
    this.problems = []; // {what: lost | doubled | reordered | error, detail}
    this.acked = 0;
    this.lastAck = 0;
    this.window = null;
  }

  problem(what, detail) {
    this.problems.push({ what, detail });
  }

  /** `sender` is one line of messages that must keep its order: a visitor, or an agent in a chat. */
  wrote(sender, mid, text, at) {
    const message = { mid, sender, text, at, ack: null, arrived: false };
    this.sent.set(mid, message);
    if (!this.order.has(sender)) this.order.set(sender, []);
    this.order.get(sender).push(mid);
    this.#waitFor(message);
  }

  gotAck({ mid, chat, seq }, at) {
    const message = this.sent.get(mid);
    if (!message) return;
    this.chats.add(chat);
    if (message.ack) {
      if (message.ack.chat !== chat || message.ack.seq !== seq) this.problem('reordered', `${mid} was acknowledged as ${message.ack.chat}/${message.ack.seq}, then as ${chat}/${seq}`);
      return;
    }
    message.ack = { chat, seq };
    this.acked++;
    const w = this.window;
    if (w) {
      w.gap = Math.max(w.gap, at - Math.max(this.lastAck, w.from));
      w.wait = Math.max(w.wait, at - Math.max(message.at, w.from));
    }
    this.lastAck = at;
  }

  marks(side, chat) {
    if (!this.shown.has(side)) this.shown.set(side, new Map());
    const chats = this.shown.get(side);
    if (!chats.has(chat)) chats.set(chat, []);
    return chats.get(chat);
  }

  /** A hand-over begins at event `first`: `side` has what came before when it asks for it. */
  leftOut(side, chat, first, at) {
    const marks = this.marks(side, chat);
    while (marks.length < first - 1) marks.push(null);
    for (const mid of this.window?.waiting.values() ?? []) {
      const message = this.sent.get(mid);
      if (message?.ack?.chat === chat && message.ack.seq < first && message.sender.startsWith('visitor')) this.#arrived(message, at);
    }
  }

  /** `side` shows this event now. */
  show(side, event, at) {
    const marks = this.marks(side, event.chat);
    this.chats.add(event.chat);
    if (event.seq <= marks.length) {
      if (marks[event.seq - 1] === null) marks[event.seq - 1] = mark(event);
      else if (marks[event.seq - 1] !== mark(event)) this.problem('reordered', `${side} was shown ${mark(event)} as ${event.chat}/${event.seq} where ${marks[event.seq - 1]} had been`);
      return;
    }
    if (event.seq > marks.length + 1) {
      this.problem('lost', `${side} was shown ${event.chat}/${event.seq} after ${marks.length}`);
      while (marks.length < event.seq - 1) marks.push(null);
    }
    marks.push(mark(event));
    const message = event.mid && this.sent.get(event.mid);
    if (!message || event.kind !== 'message') return;
    if (message.text !== event.text) this.problem('lost', `${side} was shown other words under ${event.mid} than were written`);
    if (!side.startsWith(event.from)) this.#arrived(message, at);
  }

  // ---- one injection's window: gap = the longest time without any ack, wait = the longest one message waited for its ack,
  // next = for each sender the time until the other side saw the next message, counted from the blow or from its writing

  /** `senders`: whose next message is waited for. */
  openWindow(at, senders) {
    this.window = { from: at, gap: 0, wait: 0, next: new Map(), waiting: new Map() };
    for (const sender of senders) {
      // The first of those at the end that the other side has not seen, if there are any.
      const mids = this.order.get(sender) ?? [];
      let i = mids.length;
      while (i > 0 && !this.sent.get(mids[i - 1]).arrived) i--;
      this.window.waiting.set(sender, mids[i] ?? null);
    }
  }

  #waitFor(message) {
    const waiting = this.window?.waiting;
    if (waiting?.has(message.sender) && waiting.get(message.sender) === null) waiting.set(message.sender, message.mid);
  }

  #arrived(message, at) {
    message.arrived = true;
    const w = this.window;
    if (!w || w.waiting.get(message.sender) !== message.mid) return;
    w.waiting.delete(message.sender);
    w.next.set(message.sender, at - Math.max(message.at, w.from));
    w.last = at;
  }

  /** Nobody will hear this sender's next message: the chat is over, or with somebody else. */
  excuse(sender) {
    this.window?.waiting.delete(sender);
  }

  recovered() {
    return this.window.waiting.size === 0;
  }

  closeWindow(at) {
    const w = this.window;
    this.window = null;
    return { gap: Math.max(w.gap, at - Math.max(this.lastAck, w.from)), wait: w.wait, next: [...w.next.values()], recover: Math.max(0, (w.last ?? at) - (w.healed ?? w.from)) };
  }
}
