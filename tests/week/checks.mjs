// What must be true when the simulated week is over. Each check adds a sentence for every fault it finds.
import { SITE } from './engine.mjs';
import { Ledger } from './ledger.mjs';
import { checkReport } from './report.mjs';
import { HOUR, QUEUES } from './shop.mjs';
import { Waits, waitsFrom } from './waits.mjs';

const SLACK = 30_000; // a tick, and a promise is looked at again after ten seconds

/** The feed by chat: first `opened`, then events 1, 2, 3 … and what stands beside them. */
function byChat(week) {
  const chats = new Map();
  for (const e of week.feed) {
    if (!chats.has(e.of)) chats.set(e.of, []);
    const events = chats.get(e.of), last = events.findLast(one => one.seq > 0)?.seq ?? 0;
    if (e.seq > 0 && e.kind !== 'alert' && e.seq !== last + 1) week.fault('feed', `chat ${e.of}: after event ${last} comes ${e.seq}`);
    events.push(e);
  }
  return chats;
}

async function fsck(week, chats) {
  for (let from = 1; from <= chats.size; from += 2000) {
    const lines = await week.redis.call('FCALL_RO', 'fl_fsck', 1, SITE, from, 2000);
    if (!lines.at(-1).startsWith('ok: ')) for (const line of lines) week.fault('fsck', line);
  }
}

/** The report against the independent count. */
async function report(week) {
  const ledger = new Ledger(week.calendar, week.settings.clock_s * 1000, waitsFrom(week));
  const all = [...week.feed, ...week.notes].map((e, i) => ({ e, i })).sort((a, b) => a.e.at - b.e.at || a.i - b.i);
  for (const { e } of all) ledger.take(e);
  await checkReport(week, ledger);
  return ledger.rows('').get(' shop ');
}

function answers(week, chats) {
  const { answers_max: most, answers_gap_s: gap } = week.settings;
  for (const [n, events] of chats) {
    const given = events.filter(e => e.kind === 'answer'), person = events.find(e => ['queued', 'joined', 'closed'].includes(e.kind))?.at ?? Infinity;
    if (given.length > most) week.fault('answers', `chat ${n}: ${given.length} automatic answers, at most ${most} are allowed`);
    if (new Set(given.map(e => e.faq)).size < given.length) week.fault('answers', `chat ${n}: the same automatic answer twice`);
    given.forEach((e, i) => { if (i && e.at - given[i - 1].at < gap * 1000) week.fault('answers', `chat ${n}: two automatic answers within ${e.at - given[i - 1].at} ms`); });
    if (given.some(e => e.at > person)) week.fault('answers', `chat ${n}: an automatic answer after a person was asked for, had joined, or after the end`);
  }
}

/** Each code once, in the order of the pool, with every apology while there were any; and the pool knows. */
async function vouchers(week) {
  const given = new Map(), left = [], added = [...week.vouchers];
  let last = null; // the newest apology
  for (const e of week.feed.filter(one => one.kind === 'notice' && ['sorry', 'voucher'].includes(one.code))) {
    while (added[0]?.at <= e.at) left.push(...added.shift().codes);
    if (e.code === 'sorry') { e.expects = left.length > 0; last = e; continue; }
    if (last?.of !== e.of || last.at !== e.at || last.expects !== true) week.fault('vouchers', `chat ${e.of}: a voucher without an apology`);
    else last.expects = false;
    if (given.has(e.params.voucher)) week.fault('vouchers', `${e.params.voucher} was given to chats ${given.get(e.params.voucher)} and ${e.of}`);
    if (e.params.voucher !== left.shift()) week.fault('vouchers', `${e.params.voucher} was not the next of the pool`);
    given.set(e.params.voucher, e.of);
  }
  for (const e of week.feed) if (e.expects) week.fault('vouchers', `chat ${e.of}: an apology without a voucher, while there were some`);
  for (const more of added) left.push(...more.codes);
  const known = await week.redis.hgetall(`${SITE}:vouchers:given`), pool = await week.redis.zrange(`${SITE}:vouchers`, 0, -1);
  for (const [code, chat] of given) if (known[code]?.split(' ')[0] !== chat) week.fault('vouchers', `${code} went to chat ${chat}; the shop's list says ${known[code]}`);
  if (Object.keys(known).length !== given.size || pool.length !== left.length) week.fault('vouchers', `${Object.keys(known).length} given and ${pool.length} left in the store, ${given.size} and ${left.length} counted`);
  return given.size;
}

/** Kept in time, or told to supervisors when it was due; and its agent (or who is there) was reminded before. */
function promises(week, chats) {
  const counted = { made: 0, kept: 0, broken: 0, open: 0 }, remind = week.settings.remind_s * 1000, end = week.calendar.end;
  for (const [n, events] of chats) {
    for (const p of events.filter(e => e.kind === 'promise')) {
      const of = kind => events.filter(e => e.kind === kind && Number(e.promise) === Number(p.promise)), what = `chat ${n}, promise ${p.promise}`;
      const kept = of('kept')[0]?.at ?? Infinity, overdue = of('promise_overdue'), reminded = of('promise_due');
      counted.made++;
      counted[kept <= p.due ? 'kept' : p.due < end ? 'broken' : 'open']++;
      if (kept <= p.due && overdue.length) week.fault('promises', `${what} was kept, yet told to be overdue`);
      if (kept > p.due + SLACK && p.due + SLACK < end && overdue.length !== 1) week.fault('promises', `${what} was due at ${p.due}, and supervisors were told ${overdue.length} times`);
      for (const e of overdue) if (e.at < p.due || e.at > p.due + SLACK) week.fault('promises', `${what} was due at ${p.due} and told at ${e.at}`);
      const from = Math.max(p.at, p.due - remind), there = presence(week, from, Math.min(kept, p.due, end));
      if (reminded.length > 1) week.fault('promises', `${what} was reminded of ${reminded.length} times`);
      if (there && !reminded.length) week.fault('promises', `${what}, due at ${p.due}: nobody was reminded, though ${there} was at work`);
      for (const e of reminded) if (e.at < from || e.at >= p.due || e.at > kept) week.fault('promises', `${what}, due at ${p.due}, was reminded of at ${e.at}`);
    }
  }
  return counted;
}

/** Somebody who was surely at work between two moments for as long as a reminder takes. */
function presence(week, from, to) {
  for (const agent of week.staff.values()) if (agent.log.some(l => Math.min(l.to, to) - Math.max(l.from, from) > SLACK)) return agent.id;
  return null;
}

/** A day after a complaint was closed, in shop hours, unless the visitor came back by themselves. */
function followups(week, chats) {
  const counted = { due: 0, asked: 0, yes: 0, no: 0 }, after = week.settings.followup_h * HOUR, newest = new Map();
  for (const [, events] of chats) { const o = events[0]; newest.set(o.visitor, [...newest.get(o.visitor) ?? [], o.at]); }
  for (const [n, events] of chats) {
    const asked = events.filter(e => e.kind === 'followup' && e.seq === 0), answered = events.filter(e => e.kind === 'followup' && e.seq > 0);
    for (const e of asked) {
      const closed = events.findLast(one => one.kind === 'closed' && one.at <= e.at);
      counted.asked++;
      if (closed?.outcome !== 'unsolved') week.fault('follow-up', `chat ${n} was asked about, but was no complaint`);
      else if (e.at < closed.at + after) week.fault('follow-up', `chat ${n} was asked about ${e.at - closed.at} ms after its end`);
      const queue = queueOf(events.filter(one => one.at <= e.at));
      if (!week.calendar.at(queue, e.at).open) week.fault('follow-up', `chat ${n} was asked about at ${e.at}, when ${queue} was closed`);
    }
    if (asked.length > 1) week.fault('follow-up', `chat ${n} was asked about ${asked.length} times`);
    for (const e of answered) counted[e.ok ? 'yes' : 'no']++;
    const first = events.find(e => e.kind === 'closed');
    if (first?.outcome !== 'unsolved') continue;
    const queue = queueOf(events.filter(one => one.at <= first.at)), from = first.at + after, { open, turns } = week.calendar.at(queue, from), due = open ? from : turns;
    if (!due || due + 90_000 > week.calendar.end) continue;
    counted.due++;
    const came = newest.get(events[0].visitor).some(at => at > events[0].at && at <= due);
    if (came && asked.length && asked[0].at > due) week.fault('follow-up', `chat ${n} was asked about, though its visitor had come back`);
    if (!came && !asked.some(e => e.at >= due && e.at <= due + 90_000)) week.fault('follow-up', `chat ${n} was a complaint, and was not asked about at ${due}`);
  }
  return counted;
}

const queueOf = events => events.reduce((queue, e) => e.kind === 'queued' || e.kind === 'opened' ? e.queue : e.kind === 'transferred' ? e.to.queue ?? queue : queue, '');

/** Everything is closed, or waits for a shop that is closed, or had an answer and nobody said that it did not help. */
async function forgotten(week, chats) {
  const counted = { closed: 0, answered: 0, waiting: 0 };
  const queued = new Set((await Promise.all(QUEUES.map(queue => week.redis.zrange(`${SITE}:queue:${queue}`, 0, -1)))).flat());
  const unheard = new Set(await week.redis.zrange(`${SITE}:unheard`, 0, -1));
  for (const [n, events] of chats) {
    const phase = await week.redis.hget(`${SITE}:chat:${n}`, 'phase'), last_event = events.findLast(e => e.seq > 0 && e.kind !== 'alert' && e.kind !== 'promise' && e.kind !== 'kept');
    if (phase === 'closed') counted.closed++;
    else if (phase === 'auto') {
      counted.answered++;
      if (!(last_event.kind === 'answer' || last_event.kind === 'helped' && last_event.ok || unheard.has(n) && week.calendar.end - last_event.at < SLACK)) {
        week.fault('forgotten', `chat ${n} has had no reaction to its ${last_event.kind} at ${last_event.at}`);
      }
    } else if (phase === 'queued' && queued.has(n) && !week.calendar.at(queueOf(events), week.calendar.end).open) {
      counted.waiting++;
      const since = Math.max(...events.filter(e => ['queued', 'transferred'].includes(e.kind)).map(e => e.at)), shop = week.calendar.spans[queueOf(events)];
      const left = shop.find(([from, to]) => since < from && to < week.calendar.end);
      if (left) week.fault('forgotten', `chat ${n} has waited since ${since}, through all of ${week.calendar.day(left[0])}`);
    } else week.fault('forgotten', `chat ${n} is ${phase} when everybody has gone home`);
  }
  return counted;
}

/** All checks; what they counted, for people to read. */
export async function checkWeek(week) {
  const chats = byChat(week), waits = new Waits(week);
  await fsck(week, chats);
  const counted = { chats: chats.size, events: week.feed.length, shop: await report(week) };
  answers(week, chats);
  waits.check(chats);
  counted.notices = waits.told;
  counted.vouchers = await vouchers(week);
  counted.promises = promises(week, chats);
  counted.followups = followups(week, chats);
  counted.at_the_end = await forgotten(week, chats);
  return counted;
}
export const CHECKS = { surprise: 'the Functions refuse only what may be refused', feed: 'the feed has every event, in order', fsck: 'fl_fsck is clean',
  report: 'the report, as JSON, CSV and fl_report, equals an independent count', answers: 'no more automatic answers than allowed, none twice, none after a person',
  notices: 'every waiting visitor was told exactly what was due', vouchers: 'every voucher once', promises: 'every promise was reminded of, and kept or escalated',
  'follow-up': 'every complaint was asked about a day later, in shop hours', forgotten: 'no chat was forgotten' };
