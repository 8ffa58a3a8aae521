// The people of the simulated week: visitors who ask, wait, give up, vanish, come back, rate; agents who accept, miss, decline, speak,
// hand over, promise, close, and whose tabs die; the gateways' automatic answers. All by chance, all from one seed.
import { SITE, vid } from './engine.mjs';
import { CATEGORIES, DAY, HOUR, language, MINUTE, QUEUES, weighed } from './shop.mjs';

const SECOND = 1000;
const FAQ = Array.from({ length: 12 }, (_, i) => `faq-${i + 1}`);
const LONGEST = 8; // turns of a conversation
const message = (from, text, mid, more = {}) => JSON.stringify({ from, ...more, text, mid });

export class People {
  constructor(week, dialogues) {
    Object.assign(this, { week, dialogues, chats: new Map(), visitors: [], mids: 0 });
    week.heard = entry => this.heard(entry);
    week.offered = offer => this.offered(offer);
    for (const at of week.arriving) week.plan(at, () => this.arrives());
    for (let day = 0; day < week.calendar.days; day++) if (week.calendar.opens(day)) this.planShifts(week.calendar.start + day * DAY);
    this.planOutages();
  }

  mid() { return `mid-${String(++this.mids).padStart(8, '0')}`; }
  chance(share) { return this.week.chance(share); }
  pick(list) { return list[this.week.pick(list.length)]; }
  later(low, high, act) { this.week.plan(this.week.in(low, high), act); }
  call(may, ...args) { return this.week.call(may, ...args); }

  // ---- visitors -------------------------------------------------------------------------------------------------------

  /** Somebody comes; one in ten was here before. */
  arrives() {
    const old = this.chance(0.1) && this.visitors.length ? this.pick(this.visitors) : null;
    const v = old ?? { n: this.visitors.length + 1, lang: language(() => this.week.draw()), queue: weighed([['general', 6], ['returns', 3], ['billing', 2]], () => this.week.draw()) };
    if (!old) this.visitors.push(v);
    if (old?.chat && !old.chat.closed) return this.says(old, 'Are you still there?');
    v.words = this.pick(this.dialogues);
    return this.chance(0.7) ? this.says(v, v.words.visitor[0]) : this.asks(v);
  }

  /** The chat a reply tells of. */
  of(v, reply) {
    let c = this.chats.get(reply[1]);
    if (!c) {
      c = { n: reply[1], v, turn: 0, said: 0, dead: false, closed: false, agent: '', moves: 0, reopened: 0 };
      this.chats.set(c.n, c);
      v.chat = c;
    }
    return c;
  }

  async says(v, text) {
    const mid = this.mid(), body = message('visitor', text, mid);
    const args = [vid(v.n), mid, body, text.slice(0, 120), v.lang, '{"url":"https://shop.example/"}', '', v.queue];
    const reply = await this.call([], 'visitor_say', ...args);
    if (this.chance(0.03)) await this.call([], 'visitor_say', ...args); // the ack was lost: again
    const c = this.of(v, reply);
    if (reply[5] === 'auto' && reply[4] === '0') this.later(2500, 3500, () => this.robot(c, reply[2]));
    return c;
  }

  async asks(v) {
    const reply = await this.call([], 'visitor_human', vid(v.n), this.mid(), v.lang, '', '{"name":"Visitor"}', v.queue);
    const c = this.of(v, reply);
    this.waits(c);
    if (this.chance(0.1)) this.later(0, MINUTE, () => this.robot(c, 0, true)); // an answer that comes too late
    return c;
  }

  async leaves(c) {
    if (c.v.chat === c && !c.closed && (await this.call(['closed'], 'visitor_end', vid(c.v.n)))[0] === 'ok') c.closed = true;
  }

  /** How long somebody waits: most give up at some time, some say more, some vanish without a word. */
  waits(c) {
    const { open } = this.week.calendar.at(c.v.queue, this.week.now);
    if (!open) {
      if (this.chance(0.25)) return this.later(30 * SECOND, 3 * MINUTE, () => this.joinedBy(c) || this.leaves(c));
      return this.call([], 'profile', vid(c.v.n), '{"email":"visitor@example.org"}');
    }
    if (this.chance(0.1)) { c.dead = true; return null; } // the tab dies
    const patience = 2 * MINUTE - 8 * MINUTE * Math.log(1 - this.week.draw());
    if (this.chance(0.2)) this.later(20 * SECOND, 2 * MINUTE, () => this.joinedBy(c) || c.closed || c.v.chat !== c || this.says(c.v, 'It is urgent.'));
    if (this.chance(0.01)) this.later(20 * SECOND, MINUTE, () => this.takes(c));
    return this.week.plan(Math.floor(this.week.now + patience), () => this.joinedBy(c) || this.leaves(c));
  }

  joinedBy(c) { return c.agent !== '' || c.again; }

  async rates(c) {
    const score = weighed([[1, 6], [2, 6], [3, 10], [4, 28], [5, 50]], () => this.week.draw()), text = this.chance(0.5) ? 'My words' : '';
    await this.call(['not_closed', 'already'], 'rate', vid(c.v.n), score, text);
    if (this.chance(0.1)) await this.call(['not_closed', 'already'], 'rate', vid(c.v.n), 1, 'again');
  }

  /** A day after a complaint the widget asks; some answer. */
  async answersFollowup(c) {
    const asked = (await this.week.redis.call('FCALL_RO', 'resume', 1, SITE, this.week.now, vid(c.v.n), 0, ''))[8];
    if (asked !== (c.v.chat === c && c.closed ? c.n : asked)) this.week.fault('follow-up', `chat ${c.n}: the widget was told to ask about ${asked}`);
    const yes = this.chance(0.6) ? 1 : 0, reply = await this.call(['not_now', 'already'], 'followup', vid(c.v.n), c.n, yes);
    if (reply[0] === 'ok' && !yes) Object.assign(c, { closed: false, again: true, reopened: this.week.now, dead: false, said: 0, agent: '' });
  }

  // ---- the gateways' automatic answers ---------------------------------------------------------------------------------

  /** After a message: an answer, a person, or (the gateway is dying) nothing. */
  async robot(c, seq, late = false) {
    if (!late && this.chance(0.08)) return null;
    if (!late && !this.chance(0.55)) return this.enqueue(c, 'no_answer', seq);
    const faq = this.pick(FAQ), may = ['not_auto', 'person_asked', 'moved_on', 'limit', 'too_soon', 'repeated'];
    const reply = await this.call(may, 'answer', c.n, faq, JSON.stringify({ faq, title: `About ${faq}`, text: 'It is so.', link: '/faq', lang: c.v.lang }), seq);
    if (reply[0] === 'ok') return this.later(5 * SECOND, MINUTE, () => this.reacts(c, reply[1]));
    if (['limit', 'too_soon', 'repeated'].includes(reply[1])) return this.enqueue(c, reply[1] === 'limit' ? 'limit' : 'no_answer', seq);
    return null;
  }

  async enqueue(c, reason, seq) {
    const reply = await this.call(['not_auto', 'moved_on'], 'enqueue', c.n, reason, seq);
    if (reply[0] !== 'ok') return;
    if (reason === 'no_answer') this.week.note('unanswered', c.n);
    this.waits(c);
  }

  /** The visitor reads an automatic answer. */
  async reacts(c, seq) {
    const draw = this.week.draw();
    if (c.closed || c.v.chat !== c) return;
    if (draw < 0.62) {
      const helped = draw < 0.45, reply = await this.call(['already'], 'helped', vid(c.v.n), seq, helped ? 1 : 0);
      if (!helped && reply[0] === 'ok') this.waits(c);
      if (helped && this.chance(0.6)) await this.leaves(c);
    } else if (draw < 0.85) {
      this.later(1, 80 * SECOND, () => c.closed || c.v.chat !== c || this.says(c.v, 'And another thing?'));
    } else if (draw < 0.93) await this.asks(c.v);
  }

  // ---- agents ---------------------------------------------------------------------------------------------------------

  planShifts(midnight) {
    for (const agent of this.week.staff.values()) {
      if (this.chance(0.05)) continue; // ill
      const from = midnight + agent.from * HOUR, to = midnight + agent.to * HOUR;
      this.week.plan(Math.floor(from), () => this.week.comes(agent));
      this.week.plan(Math.floor(to), () => { agent.ending = true; return this.week.goesAway(agent); });
      this.week.plan(Math.floor(to + HOUR / 2), () => { agent.ending = false; this.week.dies(agent); });
      if (this.chance(0.5)) this.week.plan(Math.floor(from + this.week.draw() * (to - from)), () => this.tabDies(agent));
    }
  }

  /** The tab is gone for a few seconds, or for minutes: then the lease runs out. */
  tabDies(agent) {
    if (!agent.open || !agent.online) return;
    this.week.dies(agent);
    this.later(5 * SECOND, this.chance(0.4) ? 15 * SECOND : 6 * MINUTE, () => agent.open || agent.ending || this.week.comes(agent));
  }

  /** Each day two gateways die for some minutes; their agents are soon with another one. */
  planOutages() {
    const { start, days } = this.week.calendar;
    for (let day = 0; day < days; day++) {
      for (const gateway of ['gw2', 'gw3']) {
        const at = Math.floor(start + day * DAY + (9 + 8 * this.week.draw()) * HOUR);
        this.week.plan(at, () => {
          this.week.down.add(gateway);
          for (const agent of this.week.staff.values()) if (agent.gateway === gateway) this.week.plan(this.week.in(SECOND, 6 * SECOND), () => { agent.gateway = 'gw1'; });
          this.later(MINUTE, 5 * MINUTE, () => this.week.down.delete(gateway));
        });
      }
    }
  }

  offered(offer) {
    const c = this.chats.get(offer.chat), agent = this.week.staff.get(offer.agent);
    if (!c) throw new Error(`chat ${offer.chat} was offered, but nobody opened it`);
    const draw = this.week.draw();
    if (draw < 0.03) return; // not seen
    if (draw < 0.06) return this.later(2 * SECOND, 20 * SECOND, () => this.declines(c, offer, agent));
    const [low, high] = draw < 0.08 ? [31 * SECOND, 33 * SECOND] : [2 * SECOND, 12 * SECOND]; // a few are too late
    return this.later(low, high, () => this.accepts(c, agent));
  }

  async declines(c, offer, agent) {
    if (!agent.open) return;
    const reply = await this.call(['offer_gone'], 'decline', agent.id, c.n);
    if (reply[0] === 'ok') this.week.note('declined', c.n, { agent: agent.id });
  }

  async accepts(c, agent) {
    if (!agent.open) return;
    const reply = await this.call(['offer_gone', 'closed'], 'accept', agent.id, c.n);
    if (reply[0] === 'ok') this.serves(c, agent);
  }

  /** A supervisor takes a waiting chat, or somebody's. */
  async takes(c) {
    const agent = [...this.week.staff.values()].find(one => one.supervisor && one.open && one.online);
    if (!agent) return;
    const reply = await this.call(['closed'], 'take', agent.id, c.n);
    if (reply[0] === 'ok' && c.agent !== agent.id) this.serves(c, agent);
  }

  serves(c, agent) {
    Object.assign(c, { agent: agent.id, dead: c.dead || this.chance(0.04) });
    const turn = ++c.turn, slow = this.chance(0.08);
    this.later(3 * SECOND, (slow ? 240 : 35) * SECOND, () => this.speaks(c, agent, turn));
    if (this.chance(0.01)) this.later(MINUTE, 3 * MINUTE, () => c.closed || this.takes(c));
  }

  /** The agent's next words; then, by chance, a promise, a note, a hand-over; then the visitor's. Ends when the turn is no longer theirs. */
  async speaks(c, agent, turn) {
    if (c.turn !== turn || c.closed) return null;
    if (!agent.open) return agent.ending || this.later(10 * SECOND, MINUTE, () => this.speaks(c, agent, turn));
    const text = c.v.words?.agent[c.said] ?? 'Let me see.', mid = this.mid();
    const reply = await this.call(['not_yours', 'closed'], 'agent_say', agent.id, c.n, mid, message('agent', text, mid, { agent: agent.id, name: agent.id }));
    if (reply[0] !== 'ok') return null;
    if (this.chance(0.02)) await this.call([], 'note', agent.id, c.n, this.mid(), 'seen before');
    if (this.chance(0.02)) await this.promises(c, agent);
    if (this.chance(c.moves ? 0.2 : 0.03)) return this.transfers(c, agent);
    c.said++;
    if (c.dead) return this.later(2 * MINUTE, 4 * MINUTE, () => this.closes(c, agent, turn));
    if (this.chance(0.01)) return this.later(5 * SECOND, MINUTE, () => c.turn === turn && this.leaves(c));
    const last = c.said >= Math.min(LONGEST, c.v.words?.visitor.length ?? 2);
    return this.later(5 * SECOND, MINUTE, () => last ? this.closes(c, agent, turn) : this.replies(c, agent, turn));
  }

  async replies(c, agent, turn) {
    if (c.turn !== turn || c.closed || c.v.chat !== c) return;
    await this.says(c.v, c.v.words?.visitor[c.said] ?? 'Thank you.');
    this.later(8 * SECOND, 70 * SECOND, () => this.speaks(c, agent, turn));
  }

  async transfers(c, agent) {
    c.moves++;
    const to = this.chance(0.3) ? ['agent', this.pick([...this.week.staff.keys()].filter(id => id !== agent.id))] : ['queue', this.pick(QUEUES)];
    const turn = c.turn;
    const reply = await this.call(['agent_busy', 'no_such_agent', 'not_yours', 'closed'], 'transfer', agent.id, c.n, ...to, 'knows it better', this.chance(0.5) ? 'a note' : '');
    if (reply[0] !== 'ok') return this.later(5 * SECOND, 20 * SECOND, () => this.speaks(c, agent, turn));
    c.turn++;
    return null;
  }

  async promises(c, agent) {
    const due = this.week.in(0, MINUTE) + this.pick([10 * MINUTE, HOUR, 5 * HOUR, 26 * HOUR, 50 * HOUR]);
    const reply = await this.call(['not_yours'], 'promise', agent.id, c.n, `Promise ${this.mids}`, due);
    if (reply[0] !== 'ok') return;
    const keep = () => this.call([], 'kept', this.chance(0.8) ? agent.id : 'eva', c.n, reply[1]), draw = this.week.draw();
    if (draw < 0.7) this.week.plan(Math.floor(this.week.now + this.week.draw() * (due - this.week.now)), keep);
    else if (draw < 0.82) this.week.plan(Math.floor(due + this.week.draw() * 5 * HOUR), keep);
  }

  async closes(c, agent, turn) {
    if (c.turn !== turn || c.closed) return;
    if (!agent.open) { if (!agent.ending) this.later(10 * SECOND, MINUTE, () => this.closes(c, agent, turn)); return; }
    const solved = this.chance(c.dead ? 0.5 : 0.85), category = this.pick(CATEGORIES);
    const reply = await this.call(['not_yours', 'closed'], 'close', agent.id, c.n, solved ? 'solved' : 'unsolved', category, this.chance(0.5) ? 'a refund' : '');
    if (reply[0] !== 'ok') return;
    c.closed = true;
    if (!c.dead && this.chance(0.5)) this.later(3 * SECOND, 5 * MINUTE, () => this.rates(c));
  }

  // ---- what the feed tells ---------------------------------------------------------------------------------------------

  heard(entry) {
    const c = this.chats.get(entry.of);
    if (!c) return;
    if (entry.kind === 'closed' && entry.at >= c.reopened) c.closed = true;
    if (entry.kind === 'followup' && entry.seq === 0 && this.chance(0.7)) this.later(5 * MINUTE, 12 * HOUR, () => this.answersFollowup(c));
  }
}
