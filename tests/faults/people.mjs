// Visitors and agents who write without end, with the real clients in their hands (clients.mjs). What they do is told to the journal.
import { openPage } from './clients.mjs';

const LOOK_MS = 500; // whoever has nothing to wait for looks again after this

const jitter = (ms) => ms * (0.5 + Math.random());

/** Which gateway a page reaches next: another one than last time, and none that is known to be dead. */
class Route {
  constructor(world, first) {
    this.world = world;
    this.at = first;
  }

  next() {
    const { gateways } = this.world;
    for (let i = 0; i < gateways.length; i++) {
      const gateway = gateways[this.at++ % gateways.length];
      if (!gateway.gone) return this.world.via(gateway);
    }
    return this.world.via(gateways[this.at++ % gateways.length]);
  }
}

class Person {
  constructor(world, side, first) {
    this.world = world;
    this.side = side;
    this.route = new Route(world, first);
    this.timers = new Set();
    this.n = 0;
  }

  place() {
    return this.route.next();
  }

  heard(frame) {
    this.world.frame(this, frame);
    if (frame.type === 'ack') this.world.journal.gotAck(frame, performance.now());
  }

  /** The next message's words. */
  words() {
    return `${++this.n} of ${this.side}: ${this.world.sentence()}`;
  }

  /** One to three messages at a time, as people do. */
  burst() {
    return Math.random() < 0.8 ? 1 : 2 + Math.floor(Math.random() * 2);
  }

  later(ms, act) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
  }

  get gateway() {
    return this.page.socket?.readyState === 1 ? this.page.socket.gateway : null;
  }

  leave() {
    for (const timer of this.timers) clearTimeout(timer);
    clearInterval(this.looking);
    this.page.close();
  }
}

export class VisitorPerson extends Person {
  constructor(world, number) {
    super(world, `visitor${number}`, number);
    this.page = openPage('widget/chat', { place: () => this.place(), heard: (frame) => this.heard(frame) });
    this.chat = this.page.code.openChat('ws://site.test/ws/visitor', {
      event_: (event) => this.show(event),
      cleared_: () => {},
      changed_: () => this.look(),
      refused_: (text) => this.refused(text),
      introduction_: () => ({ lang: 'en' }),
    });
    this.chat.link_.start_();
    this.looking = setInterval(() => this.look(), LOOK_MS);
  }

  get sender() {
    return this.side;
  }

  /** The number of the chat on screen; 0 before there is one. */
  get number() {
    return this.chat.events_.at(-1)?.chat ?? 0;
  }

  get talking() {
    return this.chat.phase_ === 'active';
  }

  /** What is still under way, in words; '' when nothing is. */
  busy() {
    if (!this.chat.link_.up_) return `${this.side} is not connected`;
    return this.chat.outbox_.length ? `${this.side} has ${this.chat.outbox_.length} messages under way, the first ${JSON.stringify(this.chat.outbox_[0])}` : '';
  }

  /** Where it stands, in words, for whoever looks for what went wrong. */
  describe() {
    const { phase_: phase, outbox_: outbox, link_: link, events_: events } = this.chat;
    return `phase ${phase || 'none'}, ${link.up_ ? 'connected' : 'not connected'}, ${outbox.length} under way, seq ${events.at(-1)?.seq ?? 0}`;
  }

  show(event) {
    const { journal } = this.world;
    journal.show(this.side, event, performance.now());
    if (event.kind === 'closed' || event.kind === 'left') this.world.excuse(this.side, event.chat);
  }

  refused(text) {
    this.world.error(`${this.side}: refused: ${text.slice(0, 40)}`);
  }

  /** When there is a turn to take, takes it after a pause. */
  look() {
    if (this.due || !this.world.running || !this.chat) return;
    this.due = true;
    this.later(jitter(this.world.pause), () => {
      this.due = false;
      if (this.world.running) this.turn();
    });
  }

  turn() {
    const { chat, world } = this;
    if (chat.outbox_.some(({ acked }) => !acked)) return;
    if (chat.phase_ === 'auto' && !chat.waiting_()) return chat.askForPerson_();
    const newest = chat.events_.at(-1);
    if (newest?.kind !== 'closed' && (newest?.seq ?? 0) >= world.chatLength) return; // the agent closes it
    for (let n = this.talking ? this.burst() : 1; n > 0; n--) this.write(this.words());
  }

  write(text) {
    const before = this.chat.outbox_.length;
    this.chat.say_(text);
    const item = this.chat.outbox_.at(-1);
    if (this.chat.outbox_.length > before) this.world.journal.wrote(this.side, item.mid, text, performance.now());
  }
}

export class AgentPerson extends Person {
  constructor(world, account, number) {
    super(world, `agent:${account.id}`, number);
    this.account = account;
    this.seen = new Map(); // chat -> the transcript last told to the journal
    this.turns = new Set();
    this.asked = new Map(); // command -> when
    this.page = openPage('desk/app', { place: () => this.place(), headers: () => ({ cookie: account.cookie }), heard: (frame) => this.heard(frame) });
    this.app = this.page.code;
    this.app.start();
    this.app.state.subscribe((state) => this.changed(state));
    this.app.enter();
    this.looking = setInterval(() => this.look(), LOOK_MS);
  }

  get state() {
    return this.app.state.value;
  }

  mine() {
    return Object.values(this.state.chats).filter((chat) => chat.role === 'mine');
  }

  busy() {
    const { link, outbox, chats } = this.state;
    if (link.state !== 'open') return `${this.side} is ${link.state}`;
    // Acknowledged words of a chat that is on screen but over stay where they are: nothing is told of it any more.
    const left = outbox.filter((item) => item.state !== 'refused' && !(item.state === 'acked' && chats[item.chat]?.role === 'gone'));
    return left.length ? `${this.side} has ${left.length} messages under way, the first ${JSON.stringify(left[0])} in a chat that is ${chats[left[0].chat]?.role}` : '';
  }

  sender(chat) {
    return `${this.side} in ${chat}`;
  }

  changed(state) {
    const now = performance.now();
    for (const chat of Object.values(state.chats)) {
      const before = this.seen.get(chat.chat);
      if (before === chat.transcript) continue;
      this.seen.set(chat.chat, chat.transcript);
      if (chat.first > 1) this.world.journal.leftOut(this.side, chat.chat, chat.first, now);
      const appended = before && chat.transcript.length > before.length && chat.transcript[before.length - 1] === before.at(-1);
      for (const event of appended ? chat.transcript.slice(before.length) : chat.transcript) this.world.journal.show(this.side, event, now);
    }
    for (const number of this.seen.keys()) {
      if (state.chats[number]?.role === 'mine') continue;
      this.world.journal.excuse(this.sender(number));
      if (!state.chats[number]) this.seen.delete(number);
    }
    this.look();
  }

  /** What an agent does: be there, accept, write in every chat, close what is long enough. */
  look() {
    if (!this.app || this.state.link.state !== 'open') return;
    const { me, offers, outbox } = this.state;
    if (me?.state !== 'online' && this.mayAsk('presence')) void this.app.presence('online', this.world.capacity);
    for (const { chat } of offers) if (this.mayAsk(`accept ${chat}`)) void this.app.accept(chat);
    for (const item of outbox) if (item.state === 'refused') this.refused(item);
    if (!this.world.running) return;
    for (const chat of this.mine()) this.serve(chat);
  }

  /** Asked again only when the answer had its time. */
  mayAsk(what) {
    const now = performance.now();
    if (now - (this.asked.get(what) ?? -Infinity) < 1000) return false;
    this.asked.set(what, now);
    return true;
  }

  serve({ chat, head }) {
    if (this.turns.has(chat) || this.state.outbox.some((item) => item.chat === chat && item.state === 'waiting')) return;
    if (head >= this.world.chatLength) {
      if (this.mayAsk(`close ${chat}`)) this.app.closeChat(chat, 'solved', 'other', '').catch(() => {});
      return;
    }
    this.turns.add(chat);
    this.later(jitter(this.world.pause), () => {
      this.turns.delete(chat);
      if (!this.world.running || this.state.chats[chat]?.role !== 'mine') return;
      for (let n = this.burst(); n > 0; n--) this.write(chat, this.words());
    });
  }

  write(chat, text) {
    const known = new Set(this.state.outbox.map(({ mid }) => mid));
    this.app.write(chat, 'say', text);
    const item = this.state.outbox.find(({ mid }) => !known.has(mid));
    if (item) this.world.journal.wrote(this.sender(chat), item.mid, text, performance.now());
  }

  /** The dashboard shows it and asks what to do; only a chat that went to somebody else excuses it. */
  refused(item) {
    if (item.code !== 'not_yours' && item.code !== 'closed') this.world.error(`${this.side}: ${item.code} in chat ${item.chat}`);
    this.app.discard(item.mid);
  }

  leave() {
    super.leave();
    this.page.socket?.terminate();
  }
}
