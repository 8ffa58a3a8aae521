// A simulated day: 500 chats, staff who come and go, people who give up. Whoever was told a range for the wait: how often was the
// true wait in it, and how wide was it? Time is a parameter, so a day takes seconds.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, SITE, T0 } from './redis.mjs';
import { random } from './random.mjs';

const CHATS = 500;
const HOUR = 3600_000;
// Hours from the opening at 9: who works when, how much of a chat an agent can have at once, and how many visitors come in each.
const STAFF = [
  { id: 'ana', from: 0, to: 8, capacity: 2 }, { id: 'bob', from: 0, to: 5, capacity: 2 }, { id: 'cid', from: 1, to: 9, capacity: 3 },
  { id: 'dan', from: 2, to: 6, capacity: 2 }, { id: 'eve', from: 4, to: 10, capacity: 2 }, { id: 'fay', from: 5, to: 10, capacity: 2 },
];
const ARRIVALS = [38, 62, 70, 74, 58, 50, 46, 44, 36, 22];

let s;
before(async () => { s = await start(); });
after(() => s.stop());

/** Moments of arrival, spread within each hour by chance. */
function arrivals(draw) {
  const all = ARRIVALS.flatMap((n, hour) => Array.from({ length: n }, () => Math.floor((hour + draw()) * HOUR)));
  assert.equal(all.length, CHATS);
  return all.sort((a, b) => a - b);
}

/** A day with this seed: for each who was told a range when they came, {low, high, wait} in seconds; and how many were. */
async function day(seed) {
  await s.clear();
  const pick = random(seed), draw = () => pick(1e6) / 1e6;
  // How long a chat holds its agent: most some minutes, a few long (log-normal); how patient a visitor is.
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const length = () => Math.round(60_000 * Math.exp(Math.log(6) + 0.55 * normal()));
  const patience = () => Math.round(8 * 60_000 * -Math.log(1 - draw())) + 3 * 60_000;
  for (const { id, capacity } of STAFF) { await s.ok('agent_add', id, id, 'en', '', '0'); await s.ok('presence', id, 'away', capacity); }
  const coming = arrivals(draw), plans = [], told = new Map(), joined = new Map(), came = new Map(), working = new Set();
  const plan = (at, act) => { let i = plans.length; while (i > 0 && plans[i - 1].at > at) i--; plans.splice(i, 0, { at, act }); };
  coming.forEach((at, i) => plan(T0 + at, async () => {
    const { chat } = await s.human(i + 1);
    came.set(chat, s.now);
    const wait = (await s.redis.hget(`${SITE}:chat:${chat}`, 'told_wait')) ?? '';
    if (wait) told.set(chat, wait.split('-').map(Number));
    const giveUp = s.now + patience();
    plan(giveUp, async () => { if (!joined.has(chat)) await s.raw('visitor_end', vid(i + 1)); });
  }));
  for (const { id, from, to } of STAFF) {
    plan(T0 + from * HOUR, async () => { working.add(id); await s.ok('lease', 'gw', 1, 1, id, 300000); await s.ok('presence', id, 'online', ''); });
    plan(T0 + to * HOUR, async () => { await s.ok('presence', id, 'away', ''); });
  }
  // Every second the tick; agents accept what they were offered after some seconds, and end each chat in its time.
  const seen = new Set();
  for (let at = T0; plans.length || (await s.redis.zcard(`${SITE}:active`)) || (await s.redis.zcard(`${SITE}:offers`)); at += 1000) {
    s.now = at;
    if ((at - T0) % 60000 === 0) for (const id of working) await s.ok('lease', 'gw', 1, 1, id, 300000);
    while (plans[0]?.at <= at) await plans.shift().act();
    if (at % 2000 === 0) await s.ok('tick', 'gw');
    for (const chat of await s.redis.zrange(`${SITE}:offers`, 0, -1)) {
      const agent = await s.redis.hget(`${SITE}:chat:${chat}`, 'offered_to');
      if (seen.has(`${chat} ${agent}`)) continue;
      seen.add(`${chat} ${agent}`);
      plan(at + 2000 + pick(8000), async () => {
        if ((await s.raw('accept', agent, chat))[0] !== 'ok') return;
        joined.set(chat, s.now);
        plan(s.now + length(), () => s.raw('close', agent, chat, 'solved', 'other', ''));
      });
    }
    assert.ok(at < T0 + 30 * HOUR, 'the day ends');
  }
  const measured = [];
  for (const [chat, [low, high]] of told) if (joined.has(chat)) measured.push({ low, high, wait: (joined.get(chat) - came.get(chat)) / 1000 });
  const waits = [...joined].map(([chat, at]) => (at - came.get(chat)) / 1000);
  return { measured, joined: joined.size, waited: waits.filter(w => w > 60).length };
}

const median = numbers => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

test(`a day of ${CHATS} chats: the true wait lies in the range told`, { timeout: 600000 }, async t => {
  const seeds = (process.env.FIRSTLINE_SEEDS ?? '1').split(',').map(Number);
  for (const seed of seeds) {
    const { measured, joined, waited } = await day(seed);
    const inside = measured.filter(m => m.wait >= m.low && m.wait <= m.high).length;
    const above = measured.filter(m => m.wait > m.high).length;
    const share = inside / measured.length, width = median(measured.map(m => (m.high - m.low) / 60));
    t.diagnostic(`seed ${seed}: ${joined} served, ${waited} of them waited over a minute; ${measured.length} were told a range; ` +
      `${(100 * share).toFixed(1)} % of the true waits lay in it, ${above} were longer; median width ${width} min`);
    assert.ok(measured.length >= 100, `only ${measured.length} were told a range`);
    assert.ok(share >= 0.8, `${(100 * share).toFixed(1)} % is less than 80 %`);
    assert.ok(width <= 5, `a median of ${width} min is too wide`);
  }
  await s.sound();
});
