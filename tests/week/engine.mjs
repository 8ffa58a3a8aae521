// The clockwork of the simulated week: plans in order of time, three gateways that renew leases and tick, a feed that is read on as
// it grows, and every Function called with the week's own time.
import { random } from '../functions/random.mjs';
import { SITE, start, vid } from '../functions/redis.mjs';
import { arrivals, Calendar, HOUR, MINUTE, OFFSET_S, QUEUES, STAFF, weekBefore } from './shop.mjs';

// A tick when something is due, not oftener than QUICK; and at least every SLOW, at night, when nobody is at work, every NIGHT.
const QUICK = 8000, SLOW = 10_000, NIGHT = 60_000;
const RENEW = 8000, RENEW_NIGHT = 15_000, LEASE = 25_000; // a gateway's own lease is 20 s
const GATEWAYS = ['gw1', 'gw2', 'gw3'];
const fields = f => Object.fromEntries(Array.from({ length: f.length / 2 }, (_, i) => [f[2 * i], f[2 * i + 1]]));

/** Plans in order of time; those of the same moment in the order they were made. */
class Plans {
  heap = [];
  made = 0;

  before(a, b) { return a.at < b.at || a.at === b.at && a.order < b.order; }

  add(at, act) {
    const heap = this.heap, item = { at, act, order: ++this.made };
    let i = heap.push(item) - 1;
    for (let up; i > 0 && this.before(item, heap[up = (i - 1) >> 1]); i = up) heap[i] = heap[up];
    heap[i] = item;
  }

  next() { return this.heap[0]?.at ?? Infinity; }

  take() {
    const heap = this.heap, first = heap[0], last = heap.pop();
    if (!heap.length) return first.act;
    let i = 0;
    for (let down; (down = 2 * i + 1) < heap.length; i = down) {
      if (down + 1 < heap.length && this.before(heap[down + 1], heap[down])) down++;
      if (!this.before(heap[down], last)) break;
      heap[i] = heap[down];
    }
    heap[i] = last;
    return first.act;
  }
}

export class Engine {
  /** options: {visitors, days, seed, library (its text, else the real one)} */
  static async open(options) {
    return new Engine(await start(options.library), options);
  }

  constructor(server, { visitors, days, seed }) {
    Object.assign(this, { server, days, redis: server.redis, plans: new Plans(), faults: [], feed: [], notes: [], stopped: false });
    this.pick = random(seed);
    this.calendar = new Calendar(weekBefore(Date.now(), days), days);
    this.now = this.calendar.start;
    this.arriving = arrivals(this.calendar, visitors, () => this.draw());
    this.staff = new Map(STAFF.map((agent, i) => [agent.id, { ...agent, online: false, open: false, gateway: GATEWAYS[i % 3], log: [] }]));
    this.down = new Set(); // gateways that are dead just now
    this.offers = new Map(); // "chat deadline" -> {chat, agent, deadline}
    this.ticks = []; // {at, missed: [agents], unheard}
    this.waiting = new Map(); // chat -> its queue, of those that wait and were not told why it takes long
    this.ranges = new Map(); // chat -> the range it had been told at the last tick
    this.calls = 0;
    this.feedAt = '-';
    this.nextTick = this.now;
    this.nextRenew = this.now;
    this.again = 0;
    this.lastTick = this.now - QUICK;
  }

  draw() { return this.pick(1 << 30) / (1 << 30); }
  chance(share) { return this.draw() < share; }
  /** A moment between `low` and `high` from now. */
  in(low, high) { return Math.floor(this.now + low + this.draw() * (high - low)); }
  plan(at, act) { this.plans.add(at, act); }
  /** What is in no event of the feed, for the count. */
  note(kind, of, more = {}) { this.notes.push({ at: this.now, kind, of, ...more }); }
  fault(check, text) { this.faults.push({ check, text }); }

  /** A Function at the week's time. Refused with a code that is not among `may`: a fault. Gives the reply. */
  async call(may, name, ...args) {
    this.calls++;
    const reply = await this.redis.call('FCALL', name, 1, SITE, this.now, ...args);
    if (reply[0] !== 'ok' && !may.includes(reply[1])) this.fault('surprise', `${name} ${args.join(' ').slice(0, 120)} -> ${reply.join(' ')}`);
    if (reply[0] === 'ok') this.nextTick = Math.min(this.nextTick, Math.max(this.now, this.lastTick + QUICK));
    return reply;
  }

  async set(name, value) { await this.redis.call('FCALL', 'fl_set', 1, SITE, name, value); }

  /** Settings, people, hours: what stands before the first visitor comes. */
  async prepare(settings, capacity) {
    for (const [name, value] of Object.entries(settings)) await this.set(name, String(value));
    this.settings = JSON.parse((await this.redis.call('FCALL_RO', 'settings', 1, SITE, this.now))[1]);
    for (const [id, agent] of this.staff) {
      await this.call([], 'agent_add', id, id[0].toUpperCase() + id.slice(1), agent.langs, agent.queues, agent.supervisor ? '1' : '0');
      await this.call([], 'presence', id, 'away', capacity);
    }
    for (const at of [this.now, ...this.calendar.turns()]) this.plan(at, () => this.tellHours());
  }

  /** What the gateways tell of the hours when they change. */
  tellHours() {
    return this.call([], 'opening', ...QUEUES.flatMap(queue => { const { open, turns } = this.calendar.at(queue, this.now); return [queue, open ? 1 : 0, turns]; }));
  }

  night() { return ![...this.staff.values()].some(agent => agent.open); }
  /** The gateways at work: by night one. */
  alive() { return GATEWAYS.filter((gateway, i) => !this.down.has(gateway) && (i === 0 || !this.night())); }

  /** The gateways renew their leases, and those of the agents they hold. */
  async renew() {
    const line = this.redis.pipeline(), alive = this.alive();
    for (const gateway of alive) line.call('FCALL', 'lease', 1, SITE, this.now, ...this.leases(gateway));
    for (const [error] of await line.exec()) if (error) throw error;
    this.calls += alive.length;
    this.nextRenew = this.now + (this.night() ? RENEW_NIGHT : RENEW);
  }

  /** Whoever holds a lease by this gateway: lines for `lease`. */
  leases(gateway) {
    const held = [...this.staff.values()].filter(agent => agent.open && agent.gateway === gateway);
    for (const agent of held) agent.till = this.now + LEASE;
    return [gateway, held.length, 4711, ...held.flatMap(agent => [agent.id, LEASE])];
  }

  /** One tick, by the gateways in turn; and what the gateways do beside it. */
  async tick() {
    await this.readFeed();
    const overdue = await this.redis.zrangebyscore(`${SITE}:offers`, '-inf', this.now, 'WITHSCORES');
    const line = this.redis.pipeline(), alive = this.alive();
    const waiting = [...this.waiting].filter(([, queue]) => this.calendar.at(queue, this.now).open).map(([chat]) => chat);
    const send = (name, ...args) => line.call('FCALL', name, 1, SITE, this.now, ...args);
    for (const chat of waiting) line.hget(`${SITE}:chat:${chat}`, 'told_wait');
    send('tick', alive[this.ticks.length % alive.length], OFFSET_S);
    line.zrange(`${SITE}:offers`, 0, -1, 'WITHSCORES');
    for (const key of ['ladder', 'unheard', 'promises:next']) line.zrange(`${SITE}:${key}`, 0, 0, 'WITHSCORES');
    const replies = (await line.exec()).map(([error, reply]) => { if (error) throw error; return reply; });
    this.ranges = new Map(waiting.map((chat, i) => [chat, replies[i] ?? '']));
    const [told, offers, ladder, unheard, promises] = replies.slice(waiting.length);
    this.calls += replies.length;
    if (told[0] !== 'ok') throw new Error(`tick: ${told.join(' ')}`);
    const missed = overdue.flatMap((chat, i) => i % 2 ? [] : [this.offers.get(`${chat} ${overdue[i + 1]}`)?.agent ?? '?']);
    this.lastTick = this.now;
    await this.see(offers);
    this.ticks.push(this.now);
    overdue.forEach((chat, i) => i % 2 || this.note('missed', chat, { agent: missed[i / 2] }));
    if (missed.length !== Number(told[2])) this.fault('surprise', `a tick missed ${told[2]} offers, ${missed.length} were overdue`);
    for (let i = 0; i < Number(told[3]); i++) this.note('unanswered', '');
    const night = this.night(), times = [...offers.filter((_, i) => i % 2), unheard[1], promises[1], night ? undefined : ladder[1]];
    const next = Math.min(...times.filter(time => time !== undefined).map(Number));
    // At an opening more may be due than one tick does: the gateways, who tick every second, go on at once.
    this.again = !night && ladder[1] <= this.now && this.again < 5 ? this.again + 1 : 0;
    this.nextTick = this.again ? this.now : Math.max(this.now + QUICK, Math.min(next, this.now + (night ? NIGHT : SLOW)));
  }

  /** Reads the feed on, and keeps who waits and was not told yet why it takes long. */
  async readFeed() {
    for (const [id, list] of await this.redis.xrange(`${SITE}:feed`, this.feedAt, '+')) {
      const f = fields(list), entry = { ...JSON.parse(f.body), of: f.chat, at: Number(f.at), seq: Number(f.seq), kind: f.kind, range: this.ranges.get(f.chat) };
      this.feed.push(entry);
      if (['queued', 'transferred'].includes(f.kind)) this.waiting.set(f.chat, entry.queue ?? entry.to.queue ?? 'general');
      if (['joined', 'closed'].includes(f.kind) || entry.code === 'busy') this.waiting.delete(f.chat);
      this.heard?.(entry);
      this.feedAt = `(${id}`;
    }
  }

  /** What is offered now; new offers reach their agents. */
  async see(list) {
    const now = new Map();
    for (let i = 0; i < list.length; i += 2) {
      const key = `${list[i]} ${list[i + 1]}`, known = this.offers.get(key);
      now.set(key, known ?? { chat: list[i], deadline: Number(list[i + 1]) });
    }
    const fresh = [...now.values()].filter(offer => !offer.agent);
    this.offers = now;
    if (!fresh.length) return;
    const line = this.redis.pipeline();
    for (const { chat } of fresh) line.hget(`${SITE}:chat:${chat}`, 'offered_to');
    (await line.exec()).forEach(([, agent], i) => { fresh[i].agent = agent; this.offered?.(fresh[i]); });
  }

  /** An agent comes (open), goes away (no offers), or is gone; `log` keeps what the checks want to know. */
  async comes(agent) {
    Object.assign(agent, { open: true, online: true });
    await this.call([], 'lease', ...this.leases(agent.gateway));
    await this.call([], 'presence', agent.id, 'online', '');
    agent.log.push({ from: this.now, to: Infinity, maybe: Infinity });
  }

  async goesAway(agent) {
    if (!agent.online) return;
    agent.online = false;
    await this.call([], 'presence', agent.id, 'away', '');
    this.ends(agent, this.now);
  }

  /** The agent's tab dies: the lease runs out by itself. */
  dies(agent) {
    agent.open = false;
    this.ends(agent, Math.max(this.now, agent.till));
  }

  ends(agent, maybe) {
    const last = agent.log.at(-1);
    if (last && last.to === Infinity) Object.assign(last, { to: this.now, maybe });
  }

  /** Runs to the end; `progress(share)` is called now and then. */
  async run(progress = () => {}) {
    for (let n = 0; !this.stopped; n++) {
      const at = Math.min(this.plans.next(), this.nextTick, this.nextRenew);
      if (at >= this.calendar.end) break;
      this.now = Math.max(this.now, at);
      if (n % 500 === 0) progress((this.now - this.calendar.start) / (this.calendar.end - this.calendar.start));
      if (this.nextRenew <= at) await this.renew();
      else if (this.nextTick <= at) await this.tick();
      else await this.plans.take()();
    }
    this.now = this.calendar.end;
    await this.tick();
    await this.readFeed();
  }
}

export { GATEWAYS, HOUR, MINUTE, SITE, vid };
