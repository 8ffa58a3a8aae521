// Who gets which chat, and what the clockwork does with time: leases, offers, unheard messages, places.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, SITE, T0 } from './redis.mjs';

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

const offeredTo = async n => (await s.chat(n)).offered_to;

test('longest waiting first, over all queues of an agent', async () => {
  await s.fl('fl_set', 'queues', 'general,returns');
  for (const [i, queue] of ['returns', 'general', 'returns', 'general'].entries()) {
    s.now += 1000;
    await s.human(i + 1, { queue });
  }
  await s.work('ana', { queues: 'general,returns', capacity: 2 });
  assert.deepEqual(await Promise.all([1, 2, 3, 4].map(async n => (await s.chat(n)).phase)), ['offered', 'offered', 'queued', 'queued']);
  await s.sound();
});

test('only queues the agent serves', async () => {
  await s.fl('fl_set', 'queues', 'general,returns');
  await s.human(1, { queue: 'returns' });
  await s.work('ana', { queues: 'general' });
  assert.equal((await s.chat(1)).phase, 'queued');
  await s.work('bob', { queues: 'returns' });
  assert.equal(await offeredTo(1), 'bob');
});

test('language before idleness, the preferred agent before language', async () => {
  await s.work('ana', { langs: 'en' });
  s.now += 1000;
  await s.work('bob', { langs: 'lt,en' });
  await s.human(1, { lang: 'lt' });
  assert.equal(await offeredTo(1), 'bob', 'speaks the language');
  await s.human(2, { lang: 'fa' });
  assert.equal(await offeredTo(2), 'ana', 'nobody does: the longest idle');
  await s.ok('accept', 'ana', 2);
  await s.ok('close', 'ana', 2, 'solved', 'other', '');
  s.now += 1000;
  await s.say(2, 'again', { lang: 'lt' });
  await s.human(2);
  assert.equal(await offeredTo(3), 'ana', 'who served the visitor last');
  await s.human(4, { lang: 'lt-LT' });
  assert.equal(await offeredTo(4), 'bob', 'a region does not hide the language');
  await s.sound();
});

test('the longest idle among equals; capacity is never exceeded', async () => {
  await s.work('zed', { capacity: 1 });
  s.now += 1000;
  await s.work('bob', { capacity: 2 });
  s.now += 1000;
  const got = [];
  for (let i = 1; i <= 4; i++) {
    await s.human(i);
    got.push(await offeredTo(i));
    s.now += 1000;
  }
  assert.deepEqual(got, ['zed', 'bob', 'bob', '']);
  await s.sound();
});

test('nobody without a lease, away, or disabled', async () => {
  await s.ok('agent_add', 'ana', '', '', '', '');
  await s.ok('presence', 'ana', 'online', 3);
  await s.work('bob', { state: 'away' });
  await s.work('cid');
  await s.ok('agent_disable', 'cid');
  await s.human(1);
  assert.equal((await s.chat(1)).phase, 'queued');
  await s.ok('lease', 'gw', 1, 1, 'ana', 25000);
  assert.equal(await offeredTo(1), 'ana', 'coming back is matched at once');
});

test('a missed offer goes back to its place, passes the agent by for 30 s, and tells', async () => {
  await s.work('ana');
  await s.human(1);
  s.now += 29999;
  assert.deepEqual(await s.ok('tick', 'clock'), ['0', '0', '0', '0', 'general']);
  s.now += 1;
  const got = await s.heard(async () => assert.deepEqual((await s.ok('tick', 'clock')).slice(0, 4), ['0', '1', '0', '0']));
  assert.deepEqual(got.filter(([c]) => c === 'agent:ana').map(([, p]) => p), ['G 1 missed']);
  assert.equal(await s.redis.zscore(`${SITE}:queue:general`, 1), String(T0));
  s.now += 30001;
  assert.deepEqual((await s.ok('tick', 'clock')).slice(0, 4), ['0', '0', '0', '1']);
  assert.equal((await s.redis.hgetall(`${SITE}:stats:2026-11-22`)).missed, '1');
  await s.sound();
});

test('a lost agent\'s chats go to the front with everything in them; offers to their place', async () => {
  await s.work('ana', { capacity: 3 });
  await s.human(1);
  await s.ok('accept', 'ana', 1);
  await s.agentSay('ana', 1, 'Good day');
  s.now += 1000;
  await s.serve(2, 'ana');
  await s.ok('presence', 'ana', 'away', '');
  s.now += 1000;
  await s.human(3);
  s.now += 1000;
  await s.ok('presence', 'ana', 'online', '');
  assert.equal(await offeredTo(3), 'ana');
  await s.ok('presence', 'ana', 'online', 1);
  s.now += 1000;
  await s.human(4);
  await s.ok('lease', 'gw', 1, 1, 'ana', '=5000');
  s.now += 5000;
  const got = await s.heard(async () => assert.deepEqual((await s.ok('tick', 'clock')).slice(0, 4), ['1', '0', '0', '0']));
  assert.deepEqual(got.filter(([c]) => c === 'agent:ana').map(([, p]) => p).sort(), ['G 3 missed', 'L 1 agent_lost', 'L 2 agent_lost']);
  assert.deepEqual(await s.redis.zrange(`${SITE}:queue:general`, 0, -1), ['1', '2', '3', '4']);
  assert.deepEqual((await s.events(1)).slice(-3, -1).map(e => [e.kind, e.reason, e.agent ?? e.queue]), [['left', 'agent_lost', 'ana'], ['queued', 'agent_lost', 'general']]);
  const agent = await s.agent('ana');
  assert.deepEqual([agent.state, agent.load], ['online', '0'], 'the state stays as it was chosen');
  assert.ok(got.some(([c, p]) => c === 'chat:1' && p === 'V {"type":"queue","place":1}'));
  assert.ok(got.some(([c, p]) => c === 'chat:4' && p === 'V {"type":"queue","place":4}'));
  await s.sound();
  await s.ok('lease', 'gw', 1, 1, 'ana', 25000);
  assert.equal(await offeredTo(1), 'ana', 'back again: the same agent is preferred');
  assert.deepEqual((await s.json('handover', 1, 'ana')).transcript.map(e => e.kind), ['queued', 'joined', 'message', 'left', 'queued', 'notice']);
});

test('a lease renewed in time, or by another gateway for longer, is not lost', async () => {
  await s.work('ana');
  await s.serve(1, 'ana');
  await s.ok('lease', 'gw', 1, 1, 'ana', '=25000');
  await s.ok('lease', 'gw2', 1, 1, 'ana', 3000);
  s.now += 24999;
  assert.equal((await s.ok('tick', 'clock'))[0], '0');
  await s.ok('lease', 'gw', 1, 1, 'ana', 25000);
  s.now += 24999;
  assert.equal((await s.ok('tick', 'clock'))[0], '0');
  s.now += 1;
  assert.equal((await s.ok('tick', 'clock'))[0], '1');
});

test('an outage in which nobody could renew anything is held against nobody', async () => {
  await s.work('ana', { capacity: 2 });
  await s.serve(1, 'ana');
  await s.human(2);
  await s.ok('lease', 'gw', 1, 1, 'ana', '=25000');
  s.now += 3_600_000;
  assert.deepEqual(await s.ok('tick', 'gw'), ['0', '0', '0', '0', ''], 'this gateway has not renewed yet: nothing expires');
  await s.ok('lease', 'gw', 1, 1);
  s.now += 9999;
  assert.deepEqual(await s.ok('tick', 'gw'), ['0', '0', '0', '0', 'general'], 'ten seconds to come back');
  s.now += 1;
  assert.deepEqual((await s.ok('tick', 'gw')).slice(0, 1), ['1'], 'ana did not');
  assert.equal((await s.chat(1)).phase, 'queued');
  await s.sound();
});

test('a lease from before a clock jumped back does not last for ever', async () => {
  await s.work('ana');
  s.now -= 3_600_000;
  await s.ok('lease', 'gw', 1, 1, 'ana', 25000);
  assert.equal(await s.redis.zscore(`${SITE}:leases`, 'ana'), String(s.now + 25000));
});

test('lease: unknown and disabled agents are passed over; malformed ones refused', async () => {
  await s.work('ana');
  await s.ok('agent_disable', 'ana');
  await s.ok('lease', 'gw', 7, 42, 'ana', 25000, 'nobody', 25000);
  assert.equal(await s.redis.zcard(`${SITE}:leases`), 0);
  assert.deepEqual({ ...(await s.redis.hgetall(`${SITE}:gateway:gw`)) }, { started: String(T0), pid: '42', sockets: '7' });
  await s.no('bad_argument', 'lease', 'gw', 1, 1, 'ana');
  await s.no('bad_argument', 'lease', 'gw', 1, 1, 'ana', '300001');
  await s.no('bad_argument', 'lease', 'g w', 1, 1);
  await s.no('bad_argument', 'lease', 'gw', 'many', 1);
  s.now += 20000;
  await s.ok('tick', 'gw2');
  assert.equal(await s.redis.exists(`${SITE}:gateway:gw`, `${SITE}:gateways`), 0, 'an expired gateway is dropped');
});

test('a message nobody reacts to goes to a person', async () => {
  await s.say(1);
  s.now += 5000;
  await s.say(1);
  s.now += 9999;
  assert.equal((await s.ok('tick', 'clock'))[2], '0');
  s.now += 1;
  assert.equal((await s.ok('tick', 'clock'))[2], '1');
  assert.deepEqual((await s.events(1)).find(e => e.kind === 'queued').reason, 'no_answer');
  await s.sound();
});

test('tick twice is tick once', async () => {
  await s.work('ana', { capacity: 1 });
  await s.work('bob', { capacity: 1 });
  for (let i = 1; i <= 5; i++) { await s.human(i); s.now += 10; }
  for (let i = 6; i <= 8; i++) { await s.say(i); s.now += 10; }
  await s.ok('lease', 'gw', 1, 1, 'bob', '=1000');
  s.now += 40000;
  await s.ok('tick', 'clock');
  const once = await s.dump();
  assert.deepEqual(await s.ok('tick', 'clock'), ['0', '0', '0', '0', 'general']);
  const heard = await s.heard(() => s.ok('tick', 'gw2'));
  assert.deepEqual(heard, []);
  assert.deepEqual(await s.dump(), once);
  await s.sound();
});

test('places are told when they change, and only then', async () => {
  for (let i = 1; i <= 3; i++) { await s.human(i); s.now += 10; }
  await s.ok('visitor_end', vid(1));
  const got = (await s.heard(() => s.ok('tick', 'clock'))).filter(([, line]) => line[0] === 'V');
  assert.deepEqual(got, [['chat:2', 'V {"type":"queue","place":1}'], ['chat:3', 'V {"type":"queue","place":2}']]);
});

test('a surge is matched over several calls, at most 100 chats each', async () => {
  for (let i = 1; i <= 130; i++) { await s.human(i); s.now += 1; }
  for (const id of ['a1', 'a2', 'a3']) await s.ok('agent_add', id, '', '', '', '');
  for (const id of ['a1', 'a2', 'a3']) await s.ok('presence', id, 'online', 50);
  await s.ok('lease', 'gw', 1, 1, 'a1', 300000, 'a2', 300000, 'a3', 300000);
  assert.equal(await s.redis.zcard(`${SITE}:offers`), 100);
  assert.equal((await s.ok('tick', 'clock'))[3], '30');
  await s.sound();
});

test('one broken chat stops neither the tick nor the matcher', async () => {
  await s.say(1);
  await s.say(2);
  await s.human(3);
  await s.redis.del(`${SITE}:chat:1`);
  await s.redis.del(`${SITE}:chat:3`);
  s.now += 20000;
  assert.equal((await s.ok('tick', 'clock'))[2], '1');
  assert.equal((await s.chat(2)).phase, 'queued');
  assert.equal(await s.redis.zscore(`${SITE}:unheard`, 1), null, 'what cannot be is dropped');
  await s.work('ana');
  assert.equal(await offeredTo(2), 'ana');
});
