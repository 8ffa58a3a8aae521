// What a waiting visitor must have been told, reckoned out of the times in the feed, the settings, the calendar and the staff's comings
// and goings: each notice that was due is there once, in time, and no other.
import { STAFF } from './shop.mjs';

const SLACK = 25_000; // a look every 5 s (60 s while the queue is closed), a tick at most 15 s later
const STEPS = [['waiting', 'wait_first_s'], ['longer', 'wait_second_s'], ['sorry', 'wait_sorry_s']];
const langsOf = Object.fromEntries(STAFF.map(agent => [agent.id, agent.langs.split(',')]));

/** Since when a chat has waited: from `since`, or from the first look after its queue opened while it waited. */
export const waitsFrom = week => (queue, since, from, at) => {
  const opened = week.calendar.spans[queue].map(([open]) => open).filter(open => open > from && open <= at).at(-1);
  if (opened === undefined) return since;
  const looked = firstTick(week.ticks, opened);
  return looked <= at ? looked : since;
};

function firstTick(ticks, at) {
  let low = 0, high = ticks.length;
  while (low < high) { const middle = (low + high) >> 1; if (ticks[middle] < at) low = middle + 1; else high = middle; }
  return ticks[low] ?? Infinity;
}

/** The stretches of a chat in which no person has spoken: {from, to, queue, since, agent: "" or who has joined, closed: no clock runs}. */
function stretches(events, week) {
  const found = [], from = waitsFrom(week);
  let now = null, waited = 0, queue = '', taken = null;
  const end = at => { if (now) { now.to = at; now = null; } };
  const begin = (at, more) => { end(at); found.push(now = { from: at, to: week.calendar.end, queue, ...more }); };
  for (const e of events) {
    if (e.kind === 'queued' || e.kind === 'transferred') {
      queue = e.kind === 'queued' ? e.queue : e.to.queue ?? queue;
      begin(e.at, { agent: '', since: e.at - waited, reason: e.reason ?? 'transfer' });
    } else if (e.kind === 'joined') {
      // Taken over from somebody: the clock goes on, or, if that one had spoken, there is none.
      if (taken === 'spoken') { taken = null; continue; }
      const since = taken?.since ?? (now ? from(now.queue, now.since, now.from, e.at) : e.at - waited);
      if (!taken) waited = e.at - since;
      taken = null;
      begin(e.at, { agent: e.agent, since, wasShut: !week.calendar.at(queue, e.at).open });
    } else if (e.kind === 'message' && e.from === 'agent' && now?.agent) end(e.at);
    else if (e.kind === 'closed' || e.kind === 'left') {
      taken = e.reason === 'taken' ? now ?? 'spoken' : null;
      end(e.at);
      if (e.kind === 'closed') waited = 0; // opened again, it begins anew
    }
  }
  return found;
}

/** The parts of a stretch in which its clock runs: [from, to, since]. */
function running(stretch, calendar, from) {
  if (stretch.agent) return [[stretch.from, stretch.to, stretch.since]];
  return calendar.spans[stretch.queue].map(([open, shut]) => [Math.max(open, stretch.from), Math.min(shut, stretch.to)]).filter(([a, b]) => a < b)
    .map(([a, b]) => [a, b, from(stretch.queue, stretch.since, stretch.from, b)]);
}

export class Waits {
  constructor(week) {
    Object.assign(this, { week, from: waitsFrom(week), given: [], told: {} });
    this.after = STEPS.map(([, name]) => week.settings[name] * 1000);
  }

  fault(n, text) { this.week.fault('notices', `chat ${n}: ${text}`); }

  /** All chats: Map chat -> its events, in order. */
  check(chats) {
    for (const [n, events] of chats) {
      const notices = events.filter(e => e.kind === 'notice'), parts = stretches(events, this.week);
      for (const { code } of notices) this.told[code] = (this.told[code] ?? 0) + 1;
      this.once(n, notices);
      this.steps(n, notices.filter(e => ['waiting', 'longer', 'sorry', 'reading'].includes(e.code)), parts);
      this.nobody(n, notices.filter(e => e.code === 'nobody'), parts);
      this.shut(n, notices.filter(e => e.code === 'closed'), parts);
      this.busy(n, notices.filter(e => e.code === 'busy'), parts);
      this.language(n, events[0].lang, notices.filter(e => e.code === 'language'), parts);
    }
  }

  once(n, notices) {
    for (const code of ['waiting', 'longer', 'sorry', 'busy', 'language', 'voucher']) {
      const times = notices.filter(e => e.code === code).length;
      if (times > 1) this.fault(n, `${code} was told ${times} times`);
    }
  }

  /** 30 s, 60 s, 3 min: walks through the stretches with the step that must, and the one that may, have been reached. */
  steps(n, notices, parts) {
    let told = 0;
    for (const part of parts) {
      const here = notices.filter(e => e.at >= part.from && e.at <= part.to && (e.code === 'reading') === (part.agent !== ''));
      for (const [from, to, since] of running(part, this.week.calendar, this.from)) {
        const mine = here.filter(e => e.at >= from && e.at <= to && !e.taken), slack = SLACK + (part.wasShut ? 60_000 : 0), must = this.after.filter(after => Math.max(from, since + after) + slack < to).length;
        const may = this.after.filter(after => since + after <= to).length;
        for (const e of mine) {
          e.taken = true;
          told++;
          if (e.code !== 'reading') { // which step it is, is told; what it passed over is told no more
            const step = STEPS.findIndex(([code]) => code === e.code) + 1;
            if (step < told) this.fault(n, `${e.code} at ${e.at}, though step ${told - 1} had been told`);
            told = step;
          } else told = Math.max(told, this.after.filter(after => since + after <= e.at).length);
          if (since + this.after[told - 1] > e.at) this.fault(n, `${e.code} at ${e.at}, ${e.at - since} ms after ${since}: too early`);
        }
        if (told < must) this.fault(n, `step ${must} (${STEPS[must - 1][0]}) was due before ${to}, ${to - since} ms after ${since}; told were ${told}`);
        if (mine.length && told > may) this.fault(n, `${told} steps were told, ${may} were due`);
      }
    }
    for (const e of notices) if (!e.taken) this.fault(n, `${e.code} at ${e.at}, when no clock ran`);
  }

  /** Who surely, and who perhaps, is at work for a queue during all of, or at some moment of, from..to. */
  staff(queue, from, to) {
    const there = [...this.week.staff.values()].filter(agent => agent.queues.split(',').includes(queue));
    return { all: there.filter(agent => agent.log.some(l => l.from < from && l.to > to)), some: there.filter(agent => agent.log.some(l => l.from <= to && l.maybe >= from)) };
  }

  nobody(n, notices, parts) {
    for (const part of parts.filter(p => !p.agent)) {
      const here = notices.filter(e => e.at >= part.from && e.at <= part.to && !e.taken);
      if (here.length > 1) this.fault(n, `"nobody" ${here.length} times in one stretch`);
      for (const e of here) { e.taken = true; if (this.staff(part.queue, e.at, e.at).all.length) this.fault(n, `"nobody" at ${e.at}, yet ${this.staff(part.queue, e.at, e.at).all[0].id} was at work`); }
      const alone = running(part, this.week.calendar, this.from).some(([from, to]) => to - from > SLACK && !this.staff(part.queue, from, from + SLACK).some.length);
      if (alone && !here.length) this.fault(n, `nobody was at work for ${part.queue}, and it was not told`);
    }
    for (const e of notices) if (!e.taken) this.fault(n, `"nobody" at ${e.at}, when it did not wait`);
  }

  /** The queue closed while it waited. */
  shut(n, notices, parts) {
    for (const part of parts.filter(p => !p.agent)) {
      const here = notices.filter(e => e.at >= part.from && e.at <= part.to);
      const open = this.week.calendar.at(part.queue, part.from).open, closes = this.week.calendar.spans[part.queue].map(([, to]) => to).find(to => to > part.from);
      const due = open && part.reason !== 'closed_hours' && closes + SLACK < part.to;
      if (due && !here.length) this.fault(n, `${part.queue} closed at ${closes} while it waited, and it was not told`);
      for (const e of here) { e.taken = true; if (this.week.calendar.at(part.queue, e.at).open) this.fault(n, `"closed" at ${e.at}, when ${part.queue} was open`); }
      if (here.length > 1) this.fault(n, `"closed" ${here.length} times in one stretch`);
    }
    for (const e of notices) if (!e.taken) this.fault(n, `"closed" at ${e.at}, when it did not wait`);
  }

  /** Long waits are explained: more than the setting wait, or 3 min have passed or lie ahead. */
  busy(n, notices, parts) {
    const long = this.week.settings.surge_wait_s * 1000;
    for (const e of notices) {
      const part = parts.find(p => !p.agent && e.at >= p.from && e.at <= p.to), since = part && running(part, this.week.calendar, this.from).find(([from, to]) => e.at >= from && e.at <= to)?.[2];
      if (since === undefined) this.fault(n, `"busy" at ${e.at}, when no clock ran`);
      else if (!(e.params.waiting > this.week.settings.surge_waiting || e.at - since >= long || Number((e.range ?? '').split('-')[0]) * 1000 >= long)) {
        this.fault(n, `"busy" at ${e.at}: ${e.params.waiting} waited, it for ${e.at - since} ms, told ${e.range || 'no range'}`);
      }
    }
    // While it is offered to somebody it is not looked at for this: offers last up to half a minute and a tick.
    const offered = this.week.settings.offer_s * 1000 + SLACK;
    const due = parts.filter(p => !p.agent).some(p => running(p, this.week.calendar, this.from).some(([from, to, since]) => {
      const at = Math.max(from, since + long);
      return to - at > offered * 3 && this.staff(p.queue, at, to).all.length;
    }));
    if (due && !notices.length) this.fault(n, 'waited long among people at work, and was not told why');
  }

  language(n, lang, notices, parts) {
    const speaks = agent => langsOf[agent.id ?? agent].includes(lang);
    for (const e of notices) {
      const part = parts.find(p => e.at >= p.from && e.at <= p.to);
      if (!part) this.fault(n, `"language" at ${e.at}, when nobody was awaited`);
      else if (part.agent ? speaks(part.agent) : this.staff(part.queue, e.at, e.at).all.some(speaks)) this.fault(n, `"language" at ${e.at}, yet somebody speaks ${lang}`);
    }
    const due = parts.some(p => !p.agent && running(p, this.week.calendar, this.from).some(([from, to]) => to - from > SLACK
      && this.staff(p.queue, from, from + SLACK).all.length && !this.staff(p.queue, from, from + SLACK).some.some(speaks)));
    if (due && !notices.length) this.fault(n, `nobody at work speaks ${lang}, and it was not told`);
  }
}
