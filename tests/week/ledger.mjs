// An independent count of the week, out of the feed's events alone (and, for what is in no event: the gateways' own record of what they
// did): the same figures the report shows, reckoned again by the published formulas, by day and for everybody and everything.
const MEANT = {
  agent: 'joined timed in_time in_time_pct wait_s reply_s turns handling_s solved unsolved unrecorded solved_first first_contact_pct rated score praise complaints transfers missed declined promises_kept promises_broken',
  queue: 'chats queued joined timed in_time in_time_pct wait_s response_s reply_s turns handling_s solved unsolved unrecorded solved_first first_contact_pct rated score praise complaints transfers missed declined abandoned',
  category: 'solved unsolved solved_first first_contact_pct rated score praise complaints', faq: 'answers helped not_helped', hour: 'chats joined timed in_time in_time_pct',
};
const COUNTED = 'chats queued joined timed in_time turns solved unsolved unrecorded solved_first rated praise complaints transfers missed declined promises_kept promises_broken abandoned unanswered answers helped not_helped'.split(' ');
const share = (n, of) => of ? 100 * n / of : undefined;
const mean = (sum, n, unit = 1000) => n ? sum / n / unit : undefined;

/** Figures of raw counters, by the formulas of router/README.md. */
function figures(c, by) {
  const n = name => c[name] ?? 0, all = Object.fromEntries(COUNTED.map(name => [name, n(name)]));
  Object.assign(all, { in_time_pct: share(n('in_time'), n('timed')), wait_s: mean(n('wait'), n('timed')), response_s: mean(n('response'), n('responses')),
    reply_s: mean(n('reply'), n('replies')), handling_s: mean(n('handling'), n('turns')), first_contact_pct: share(n('solved_first'), n('solved') + n('unsolved')),
    score: mean(n('stars'), n('rated'), 1) });
  const meant = by === 'shop' ? Object.keys(all) : MEANT[by].split(' ');
  return Object.fromEntries(meant.filter(name => all[name] !== undefined).map(name => [name, all[name]]));
}

export class Ledger {
  /** waitsFrom(queue, since, from, at): since when a chat has waited that joined its queue at `from` and still waits at `at`. */
  constructor(calendar, clockMs, waitsFrom) {
    Object.assign(this, { calendar, clockMs, waitsFrom, days: new Map(), chats: new Map() });
  }

  add(at, name, by = 1, who = {}) {
    const day = this.calendar.day(at), counters = this.days.get(day) ?? new Map();
    this.days.set(day, counters);
    for (const [kind, id] of [['shop', ''], ...Object.entries(who)]) {
      if (kind !== 'shop' && id === '') continue;
      const key = `${kind}:${id}`, c = counters.get(key) ?? {};
      counters.set(key, c);
      c[name] = (c[name] ?? 0) + by;
    }
  }

  /** For whom something counts that belongs to one agent alone. */
  alone(at, agent, name) {
    const counters = this.days.get(this.calendar.day(at)) ?? new Map(), key = `agent:${agent}`;
    this.days.set(this.calendar.day(at), counters);
    counters.set(key, { ...counters.get(key), [name]: (counters.get(key)?.[name] ?? 0) + 1 });
  }

  /** One event of the feed, in the order of the feed. */
  take(e) {
    if (e.kind === 'opened') {
      this.chats.set(e.of, { queue: e.queue, people: [], reason: '', since: 0, waited: 0, promises: {}, closes: 0, moves: 0 });
      return this.add(e.at, 'chats', 1, { queue: e.queue, hour: this.calendar.hour(e.at) });
    }
    if (e.kind === 'unanswered') return this.add(e.at, 'unanswered');
    const c = this.chats.get(e.of), act = this[`on_${e.kind}`];
    if (!c) throw new Error(`chat ${e.of}: ${e.kind} before it was opened`);
    return act?.call(this, e, c);
  }

  on_queued(e, c) {
    const first = c.reason === '';
    Object.assign(c, { queue: e.queue, reason: e.reason, since: e.at - c.waited, asked: c.asked ?? 0, waits: true, from: e.at });
    if (!first || c.people.length) return;
    this.add(e.at, 'queued', 1, { queue: e.queue });
    if (e.reason !== 'closed_hours') c.asked = e.at;
  }

  on_joined(e, c) {
    const first = !c.people.length, known = c.people.includes(e.agent), who = { agent: e.agent, queue: c.queue };
    if (c.waits) c.waited = e.at - this.waitsFrom(c.queue, c.since, c.from, e.at);
    Object.assign(c, { agent: e.agent, turn: e.at, silent: true, waits: false, last: e.agent });
    if (!known) c.people.push(e.agent);
    if (!first) return known ? null : this.alone(e.at, e.agent, 'joined');
    const hour = this.calendar.hour(e.at);
    this.add(e.at, 'joined', 1, { ...who, hour });
    if (c.reason === 'closed_hours') return null;
    c.asked = c.asked || e.at;
    this.add(e.at, 'timed', 1, { ...who, hour });
    this.add(e.at, 'wait', c.waited, who);
    if (c.waited <= this.clockMs) this.add(e.at, 'in_time', 1, { ...who, hour });
    return null;
  }

  on_message(e, c) {
    if (e.from !== 'agent' || !c.silent) return;
    c.silent = false;
    this.add(e.at, 'replies', 1, { agent: e.agent, queue: c.queue });
    this.add(e.at, 'reply', e.at - c.turn, { agent: e.agent, queue: c.queue });
    if (!c.spoken && c.asked) {
      this.add(e.at, 'responses', 1, { queue: c.queue });
      this.add(e.at, 'response', e.at - c.asked, { queue: c.queue });
    }
    c.spoken = true;
  }

  turnEnds(e, c) {
    if (!c.agent) return;
    this.add(e.at, 'turns', 1, { agent: c.agent, queue: c.queue });
    this.add(e.at, 'handling', e.at - c.turn, { agent: c.agent, queue: c.queue });
    c.agent = '';
  }

  on_left(e, c) { this.turnEnds(e, c); }

  on_transferred(e, c) {
    this.turnEnds(e, c);
    this.add(e.at, 'transfers', 1, { agent: e.from, queue: c.queue });
    // It waits again without an event of its own, for those it was handed to.
    Object.assign(c, { moves: c.moves + 1, queue: e.to.queue ?? c.queue, waits: true, since: e.at - c.waited, from: e.at });
    c.reason = 'transfer';
  }

  on_closed(e, c) {
    const who = { agent: c.agent || (e.agent ?? ''), queue: c.queue, category: e.category };
    c.last = c.agent || (c.waits ? '' : c.last ?? '');
    this.turnEnds(e, c);
    if (c.waits && !c.people.length) this.add(e.at, 'abandoned', 1, { queue: c.queue });
    if (e.outcome) this.add(e.at, e.outcome, 1, who); else if (c.people.length) this.add(e.at, 'unrecorded', 1, who);
    if (e.outcome === 'solved' && !c.moves && !c.closes && c.people.length <= 1) this.add(e.at, 'solved_first', 1, who);
    Object.assign(c, { closes: c.closes + 1, waits: false, waited: 0, category: e.category, silent: false });
    if (e.outcome === 'unsolved') this.complains(e.at, c, who);
  }

  complains(at, c, who) {
    if (!c.complaint) this.add(at, 'complaints', 1, who);
    c.complaint = true;
  }

  on_rated(e, c) {
    const who = { agent: e.agent, queue: c.queue, category: c.category };
    this.add(e.at, 'rated', 1, who);
    this.add(e.at, 'stars', e.score, who);
    if (e.score <= 2) this.complains(e.at, c, who);
    if (e.score === 5 && e.text && e.agent) this.add(e.at, 'praise', 1, who);
  }

  on_missed(e, c) { this.add(e.at, 'missed', 1, { agent: e.agent, queue: c.queue }); }
  on_declined(e, c) { this.add(e.at, 'declined', 1, { agent: e.agent, queue: c.queue }); }
  on_answer(e) { this.add(e.at, 'answers', 1, { faq: e.faq }); }
  on_helped(e) { this.add(e.at, e.ok ? 'helped' : 'not_helped', 1, { faq: e.faq }); }

  on_promise(e, c) { c.promises[e.promise] = { agent: e.agent }; }
  on_promise_overdue(e, c) { this.broken(e.at, c, c.promises[e.promise]); }

  on_kept(e, c) {
    const p = c.promises[e.promise];
    if (e.late) this.broken(e.at, c, p); else this.add(e.at, 'promises_kept', 1, { agent: p.agent, queue: c.queue });
  }

  broken(at, c, p) {
    if (!p.broken) this.add(at, 'promises_broken', 1, { agent: p.agent, queue: c.queue });
    p.broken = true;
  }

  /** The rows a report by `by` ("" = the shop by day and all sums) must have: "day by id" -> figures. */
  rows(by) {
    const rows = new Map(), sums = new Map();
    for (const [day, counters] of this.days) {
      for (const [key, c] of counters) {
        const kind = key.slice(0, key.indexOf(':')), sum = sums.get(key) ?? {};
        sums.set(key, sum);
        for (const [name, n] of Object.entries(c)) sum[name] = (sum[name] ?? 0) + n;
        if (kind === (by || 'shop')) rows.set(`${day} ${kind} ${key.slice(kind.length + 1)}`, figures(c, kind));
      }
    }
    for (const [key, c] of sums) {
      const kind = key.slice(0, key.indexOf(':'));
      if (!by || kind === by) rows.set(` ${kind} ${key.slice(kind.length + 1)}`, figures(c, kind));
    }
    return rows;
  }
}
