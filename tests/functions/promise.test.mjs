// Promises: recorded, shown, reminded, escalated, kept or broken; on closed chats as well, and whoever is there.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, SITE } from './redis.mjs';

const MINUTE = 60_000, HOUR = 3_600_000;
let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

const stats = async () => s.redis.hgetall(`${SITE}:stats:2026-11-22`);
const tick = () => s.ok('tick', 'gw');
/** The frames an agent's tabs are sent while `act` runs. */
async function frames(agent, act) {
  return (await s.heard(act)).filter(([channel, line]) => channel === `agent:${agent}` && line.startsWith('D ')).map(([, line]) => JSON.parse(line.replace(/^D \d+ /, '')));
}
const feed = async kind => (await s.redis.xrange(`${SITE}:feed`, '-', '+')).map(([, f]) => f).filter(f => f[7] === kind);
const lease = (...ids) => s.ok('lease', 'gw', 1, 1, ...ids.flatMap(id => [id, '300000']));

test('a promise is an event, listed for its agent, and kept', async () => {
  await s.fl('fl_set', 'hours', '{"tz":"Europe/Vilnius","week":{"mon":["09:00-18:00"]}}');
  await s.work('ana');
  const chat = await s.serve(1, 'ana');
  const told = await frames('ana', async () => assert.deepEqual(await s.ok('promise', 'ana', chat, 'A call from the carrier', s.now + HOUR), ['1', '3']));
  assert.equal(told[0].type, 'promise');
  assert.equal(told[0].promise.text, 'A call from the carrier');
  const event = (await s.events(chat)).at(-1);
  assert.deepEqual([event.kind, event.promise, event.text, event.due, event.tz, event.agent, event.name], ['promise', 1, 'A call from the carrier', s.now + HOUR, 'Europe/Vilnius', 'ana', 'Ana']);
  assert.deepEqual(await s.ok('promise', 'ana', chat, 'A call from the carrier', s.now + HOUR), ['1', '3'], 'a retry makes no second one');
  const home = await s.json('home', 'ana');
  assert.deepEqual(home.promises.map(p => [p.chat, p.promise, p.kept_at]), [[+chat, 1, 0]]);
  assert.equal(home.site.tz, 'Europe/Vilnius');
  assert.deepEqual((await s.json('handover', chat, '')).promises.map(p => p.text), ['A call from the carrier']);
  s.now += 10 * MINUTE;
  await s.ok('kept', 'ana', chat, 1);
  await s.no('already', 'kept', 'ana', chat, 1);
  const kept = (await s.events(chat)).at(-1);
  assert.deepEqual([kept.kind, kept.promise, kept.late], ['kept', 1, false]);
  assert.deepEqual((await s.json('home', 'ana')).promises, []);
  const counted = await stats();
  assert.deepEqual([counted.promises_made, counted.promises_kept, counted.promises_broken], ['1', '1', undefined]);
  await s.sound();
});

test('reminded once 15 minutes before, escalated once when overdue, then kept late: broken stays broken', async () => {
  for (const [id, supervisor] of [['ana', false], ['bob', true], ['cid', false]]) await s.work(id, { supervisor });
  const chat = await s.serve(1, 'ana'), due = s.now + HOUR;
  await s.ok('promise', 'ana', chat, 'a refund', due);
  s.now = due - 15 * MINUTE - 1;
  await lease('ana', 'bob', 'cid');
  assert.deepEqual(await frames('ana', tick), []);
  s.now += 1;
  const [reminder, ...more] = await frames('ana', async () => { await tick(); await tick(); });
  assert.deepEqual([reminder.type, reminder.promise.overdue, more.length], ['due', false, 0]);
  assert.equal((await feed('promise_due')).length, 1);
  s.now = due;
  await lease('ana', 'bob', 'cid');
  const heard = await s.heard(async () => { await tick(); await tick(); });
  const due_to = heard.filter(([, line]) => line.startsWith('D ')).map(([channel, line]) => [channel, JSON.parse(line.replace(/^D \d+ /, '')).promise.overdue]);
  assert.deepEqual(due_to, [['agent:ana', true], ['agent:bob', true]], 'its agent and the supervisors, once');
  assert.equal((await feed('promise_overdue')).length, 1);
  assert.deepEqual((await s.json('desk')).overdue.map(p => [p.chat, p.text]), [[+chat, 'a refund']]);
  assert.match((await s.fl('fl_promises'))[1], /overdue/);
  assert.equal((await stats()).promises_broken, '1');
  s.now += HOUR;
  await s.ok('kept', 'bob', chat, 1);
  assert.equal((await s.events(chat)).at(-1).late, true);
  assert.deepEqual((await s.json('desk')).overdue, []);
  const counted = await stats();
  assert.deepEqual([counted.promises_kept, counted.promises_broken], [undefined, '1']);
  await s.sound();
});

test('works on closed chats, by the agent who had it or a supervisor, nobody else', async () => {
  for (const [id, supervisor] of [['ana', false], ['bob', true], ['cid', false]]) await s.work(id, { supervisor });
  const chat = await s.serve(1, 'ana');
  await s.ok('close', 'ana', chat, 'solved', 'other', '');
  await s.ok('promise', 'ana', chat, 'mine', s.now + HOUR);
  await s.ok('promise', 'bob', chat, 'a supervisor\'s', s.now + HOUR);
  await s.no('not_yours', 'promise', 'cid', chat, 'not mine', s.now + HOUR);
  await s.no('not_yours', 'kept', 'cid', chat, 1);
  await s.ok('kept', 'ana', chat, 1);
  assert.equal((await s.chat(chat)).phase, 'closed');
  assert.deepEqual((await s.kinds(chat)).slice(-4), ['closed', 'promise', 'promise', 'kept']);
  await s.sound();
});

test('whoever is there is reminded when its agent is not; nobody there: when somebody comes', async () => {
  for (const [id, supervisor] of [['ana', false], ['bob', true], ['cid', false]]) await s.work(id, { supervisor });
  const chat = await s.serve(1, 'ana'), due = s.now + HOUR;
  await s.ok('close', 'ana', chat, 'solved', 'other', '');
  await s.ok('promise', 'ana', chat, 'x', due);
  await s.ok('promise', 'ana', chat, 'y', due + 30 * MINUTE);
  s.now = due - 15 * MINUTE;
  await s.ok('lease', 'gw', 1, 1, 'ana', '=0', 'bob', '=300000', 'cid', '=300000');
  assert.deepEqual([await frames('bob', async () => { await tick(); }).then(f => f.length)], [1], 'a supervisor');
  s.now = due + 15 * MINUTE - 11_000;
  await s.ok('lease', 'gw', 1, 1);
  s.now += 11_000;
  await tick(); // leases have run out: nobody
  assert.equal((await s.heard(tick)).filter(([, line]) => line.startsWith('D ') && !line.includes('"overdue":true')).length, 0);
  s.now += 9_000;
  await lease('cid');
  assert.equal((await frames('cid', tick)).length, 0, 'looked at again after ten seconds');
  s.now += 1_000;
  assert.equal((await frames('cid', tick)).filter(f => !f.promise.overdue).length, 1, 'the first who comes');
  await s.sound();
});

test('limits', async () => {
  await s.work('ana');
  const chat = await s.serve(1, 'ana');
  await s.no('bad_argument', 'promise', 'ana', chat, '', s.now + HOUR);
  await s.no('bad_argument', 'promise', 'ana', chat, 'x'.repeat(501), s.now + HOUR);
  await s.no('bad_argument', 'promise', 'ana', chat, 'past', s.now);
  await s.no('bad_argument', 'promise', 'ana', chat, 'far', s.now + 367 * 24 * HOUR);
  await s.no('bad_argument', 'promise', 'ana', chat, 'never', 'soon');
  await s.no('no_such_chat', 'promise', 'ana', 99, 'x', s.now + HOUR);
  await s.no('no_such_agent', 'promise', 'zoe', chat, 'x', s.now + HOUR);
  await s.no('bad_argument', 'kept', 'ana', chat, 1);
  await s.no('bad_argument', 'kept', 'ana', chat, 'x');
  for (let i = 0; i < 20; i++) await s.ok('promise', 'ana', chat, `number ${i}`, s.now + HOUR);
  await s.no('bad_argument', 'promise', 'ana', chat, 'one more', s.now + HOUR);
});

test('fl_fsck sees a promise that is not listed, and fl_repair lists it again', async () => {
  await s.work('ana');
  const chat = await s.serve(1, 'ana');
  await s.ok('promise', 'ana', chat, 'x', s.now + 365 * 24 * HOUR);
  await s.redis.zrem(`${SITE}:promises`, `${chat}:1`);
  await s.redis.zadd(`${SITE}:promises`, 1, '77:1');
  assert.equal((await s.fl('fl_fsck')).at(-1), '2 faults in 1 chat');
  await s.fl('fl_repair');
  await s.sound();
  assert.deepEqual(await s.redis.zrange(`${SITE}:promises`, 0, -1), [`${chat}:1`]);
  assert.equal((await s.fl('fl_kept', chat, 1))[0], `promise 1 of chat ${chat} is kept`);
  assert.match((await s.fl('fl_kept', chat, 1))[0], /^error: /);
});
