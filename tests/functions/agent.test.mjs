// What an agent does with a chat: accept, decline, take, say, note, transfer, close; and who may.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, mid, SITE, T0 } from './redis.mjs';

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

const words = text => JSON.stringify({ from: 'agent', agent: 'ana', name: 'Ana', text });

test('an offer is accepted: the chat is active with the agent', async () => {
  await s.work('ana');
  const heard = await s.heard(() => s.human(1));
  assert.ok(heard.some(([c, p]) => c === 'agent:ana' && p === `O 1 ${T0 + 30000}`));
  assert.equal((await s.agent('ana')).load, '1', 'an offer is load');
  s.now += 12000;
  const got = await s.heard(async () => assert.deepEqual(await s.ok('accept', 'ana', 1), ['2']));
  assert.deepEqual(got.filter(([c]) => c === 'agent:ana').map(([, p]) => p), ['G 1 accepted', 'J 1']);
  assert.match(got.find(([c]) => c === 'chat:1')[1], /"kind":"joined","agent":"ana","name":"Ana"/);
  const chat = await s.chat(1);
  assert.deepEqual([chat.phase, chat.agent, chat.offered_to, chat.human, chat.waited_ms, chat.first_joined_at], ['active', 'ana', '', '1', '12000', String(s.now)]);
  assert.equal(await s.redis.hget(`${SITE}:visitor:${vid(1)}`, 'agent'), 'ana');
  assert.deepEqual(await s.ok('accept', 'ana', 1), ['2'], 'a retry is safe');
  const stats = await s.redis.hgetall(`${SITE}:stats:2026-11-22`);
  assert.deepEqual([stats.joined, stats.within_60s], ['1', '1']);
  await s.sound();
});

test('joining after the clock ran out is not counted as in time', async () => {
  await s.human(1);
  s.now += 60001;
  await s.work('ana');
  await s.ok('accept', 'ana', 1);
  const stats = await s.redis.hgetall(`${SITE}:stats:2026-11-22`);
  assert.deepEqual([stats.joined, stats.within_60s], ['1', undefined]);
});

test('each refusal of accept and decline', async () => {
  await s.work('ana');
  await s.work('bob', { capacity: 1 });
  await s.say(1);
  for (const act of ['accept', 'decline']) {
    await s.no('offer_gone', act, 'ana', 1);
    await s.no('no_such_chat', act, 'ana', 7);
    await s.no('no_such_agent', act, 'zoe', 1);
    await s.no('bad_argument', act, 'Ana!', 1);
    await s.no('bad_argument', act, 'ana', 'one');
  }
  await s.human(1);
  const other = (await s.chat(1)).offered_to === 'ana' ? 'bob' : 'ana';
  await s.no('offer_gone', 'accept', other, 1);
  await s.ok('visitor_end', vid(1));
  await s.no('closed', 'accept', 'ana', 1);
  await s.no('offer_gone', 'decline', 'ana', 1);
  await s.ok('agent_disable', 'bob');
  await s.no('forbidden', 'accept', 'bob', 1);
});

test('a declined chat keeps its place and passes the agent by for 60 s', async () => {
  await s.work('ana');
  await s.human(1);
  s.now += 5000;
  const got = await s.heard(() => s.ok('decline', 'ana', 1));
  assert.ok(got.some(([c, p]) => c === 'agent:ana' && p === 'G 1 declined'));
  assert.equal(await s.redis.zscore(`${SITE}:queue:general`, 1), String(T0));
  assert.deepEqual([(await s.chat(1)).phase, (await s.agent('ana')).load], ['queued', '0']);
  s.now += 60000;
  assert.equal((await s.ok('tick', 'gw'))[3], '0');
  s.now += 1;
  assert.equal((await s.ok('tick', 'gw'))[3], '1');
  assert.equal((await s.redis.hgetall(`${SITE}:stats:2026-11-22`)).declined, '1');
  await s.sound();
});

test('a declined chat goes to the next agent at once', async () => {
  await s.work('ana');
  await s.work('bob');
  await s.human(1);
  const first = (await s.chat(1)).offered_to;
  await s.ok('decline', first, 1);
  assert.equal((await s.chat(1)).offered_to, first === 'ana' ? 'bob' : 'ana');
});

test('take: from auto, from the queue, from another\'s offer, with any capacity', async () => {
  await s.work('ana', { state: 'away', capacity: 1 });
  await s.say(1);
  assert.deepEqual(await s.ok('take', 'ana', 1), ['2']);
  assert.equal(await s.redis.zscore(`${SITE}:unheard`, 1), null);
  await s.human(2);
  await s.ok('take', 'ana', 2);
  assert.deepEqual(await s.ok('take', 'ana', 2), ['2'], 'a retry is safe');
  await s.work('bob');
  await s.human(3);
  const got = await s.heard(() => s.ok('take', 'ana', 3));
  assert.deepEqual(got.filter(([c]) => c.startsWith('agent:')), [['agent:bob', 'G 3 taken'], ['agent:ana', 'J 3']]);
  assert.deepEqual([(await s.agent('ana')).load, (await s.agent('bob')).load], ['3', '0']);
  await s.sound();
});

test('take: of another\'s active chat only by a supervisor; of a foreign queue not at all', async () => {
  await s.fl('fl_set', 'queues', 'general,returns');
  await s.work('ana');
  await s.work('bob');
  await s.work('sup', { supervisor: true, state: 'away' });
  await s.serve(1, 'ana');
  await s.no('not_yours', 'take', 'bob', 1);
  const got = await s.heard(() => s.ok('take', 'sup', 1));
  assert.deepEqual(got.filter(([c]) => c.startsWith('agent:')), [['agent:ana', 'L 1 taken'], ['agent:sup', 'J 1']]);
  assert.deepEqual((await s.events(1)).slice(-2).map(e => [e.kind, e.agent, e.reason]), [['left', 'ana', 'taken'], ['joined', 'sup', undefined]]);
  await s.say(2, 'x', { queue: 'returns' });
  await s.no('forbidden', 'take', 'bob', 2);
  await s.ok('take', 'sup', 2);
  await s.ok('close', 'sup', 2, 'solved', 'other', '');
  await s.no('closed', 'take', 'sup', 2);
  await s.sound();
});

test('an agent speaks in their own active chat; repeats are told apart from news', async () => {
  await s.work('ana');
  await s.work('bob');
  await s.serve(1, 'ana');
  const m = mid();
  assert.deepEqual(await s.agentSay('ana', 1, 'Good day', m), ['1', '3', String(T0), '0']);
  s.now += 1000;
  assert.deepEqual(await s.agentSay('ana', 1, 'Good day', m), ['1', '3', String(T0), '1']);
  await s.no('mid_reused', 'agent_say', 'ana', 1, m, words('Other'));
  assert.equal((await s.chat(1)).first_reply_at, String(T0));
  await s.no('not_yours', 'agent_say', 'bob', 1, mid(), words('x'));
  await s.no('no_such_chat', 'agent_say', 'ana', 5, mid(), words('x'));
  await s.no('no_such_agent', 'agent_say', 'zoe', 1, mid(), words('x'));
  await s.no('bad_argument', 'agent_say', 'ana', 1, mid(), 'x');
  await s.ok('close', 'ana', 1, 'solved', 'other', '');
  await s.no('closed', 'agent_say', 'ana', 1, mid(), words('x'));
  assert.deepEqual(await s.agentSay('ana', 1, 'Good day', m), ['1', '3', String(T0), '1'], 'a retry whose ack was lost, after closing');
  await s.say(2);
  await s.no('not_yours', 'agent_say', 'ana', 2, mid(), words('x'));
  await s.sound();
});

test('the same mid from visitor and agent are two messages', async () => {
  await s.work('ana');
  const m = mid();
  await s.say(1, 'x', { mid: m });
  await s.ok('take', 'ana', 1);
  assert.equal((await s.agentSay('ana', 1, 'x', m))[3], '0');
});

test('notes are private, kept apart, and repeated safely', async () => {
  await s.work('ana');
  await s.work('bob');
  await s.work('sup', { supervisor: true });
  await s.serve(1, 'ana');
  const m = mid();
  const got = await s.heard(async () => assert.deepEqual(await s.ok('note', 'ana', 1, m, 'VIP "x"'), [String(T0), '0']));
  assert.deepEqual(got, [['chat:1', `A {"type":"note","chat":1,"at":${T0},"agent":"ana","name":"Ana","text":"VIP \\"x\\"","mid":"${m}"}`]]);
  s.now += 1000;
  assert.deepEqual(await s.ok('note', 'ana', 1, m, 'VIP "x"'), [String(T0), '1']);
  await s.no('mid_reused', 'note', 'ana', 1, m, 'Other');
  await s.no('not_yours', 'note', 'bob', 1, mid(), 'x');
  await s.no('bad_argument', 'note', 'ana', 1, mid(), '');
  await s.no('bad_argument', 'note', 'ana', 1, mid(), 'x'.repeat(4001));
  await s.ok('note', 'sup', 1, mid(), 'seen');
  await s.ok('close', 'ana', 1, 'solved', 'other', '');
  await s.ok('note', 'ana', 1, mid(), 'afterwards');
  assert.deepEqual((await s.json('handover', 1, '')).notes.map(n => n.text), ['VIP "x"', 'seen', 'afterwards']);
  assert.deepEqual(await s.kinds(1), ['queued', 'joined', 'closed']);
  await s.sound();
});

test('transfer to an agent: an offer to exactly that one, with reason and note', async () => {
  await s.work('ana');
  await s.human(1);
  s.now += 20000;
  await s.ok('accept', 'ana', 1);
  await s.work('bob');
  await s.work('cid', { state: 'away' });
  s.now += 100000;
  const got = await s.heard(async () => assert.deepEqual(await s.ok('transfer', 'ana', 1, 'agent', 'bob', ' knows parcels ', 'is angry'), ['3']));
  assert.deepEqual(got.filter(([c]) => c.startsWith('agent:')), [['agent:ana', 'L 1 transfer'], ['agent:bob', `O 1 ${s.now + 30000}`]]);
  const moved = (await s.events(1)).at(-1);
  assert.deepEqual([moved.kind, moved.from, moved.from_name, moved.to, moved.reason], ['transferred', 'ana', 'Ana', { agent: 'bob', name: 'Bob' }, 'knows parcels']);
  const chat = await s.chat(1);
  assert.deepEqual([chat.phase, chat.offered_to, chat.pref, chat.transfers, chat.reason], ['offered', 'bob', 'bob', '1', 'transfer']);
  const handover = await s.json('handover', 1, 'bob');
  assert.deepEqual(handover.transfers, [{ from: 'ana', to: 'bob', reason: 'knows parcels', at: s.now }]);
  assert.equal(handover.notes[0].text, 'is angry');
  assert.equal(handover.waited_s, 20, 'what was waited before counts on');
  s.now += 5000;
  await s.ok('accept', 'bob', 1);
  assert.equal((await s.chat(1)).waited_ms, '25000');
  await s.sound();
});

test('a transfer that the other declines goes to the queue, not straight back', async () => {
  await s.work('ana');
  await s.serve(1, 'ana');
  await s.work('bob');
  await s.ok('transfer', 'ana', 1, 'agent', 'bob', 'why', '');
  await s.ok('decline', 'bob', 1);
  assert.equal((await s.chat(1)).phase, 'queued');
  s.now += 60001;
  await s.ok('tick', 'gw');
  assert.equal((await s.chat(1)).offered_to, 'bob', 'the agent it was meant for is preferred');
  await s.sound();
});

test('transfer to a queue: at the place the waiting deserves', async () => {
  await s.fl('fl_set', 'queues', 'general,returns');
  await s.work('ana');
  await s.say(1);
  await s.human(1);
  s.now += 30000;
  await s.ok('accept', 'ana', 1);
  s.now += 1000;
  await s.say(2, 'x', { queue: 'returns' });
  await s.human(2);
  s.now += 10000;
  await s.say(3, 'x', { queue: 'returns' });
  await s.human(3);
  await s.ok('transfer', 'ana', 1, 'queue', 'returns', 'a return', '');
  assert.deepEqual(await s.redis.zrange(`${SITE}:queue:returns`, 0, -1), ['1', '2', '3'], '30 s waited before beats 10 s');
  const last = (await s.events(1)).at(-1);
  assert.deepEqual([last.kind, last.to], ['transferred', { queue: 'returns', name: 'returns' }]);
  assert.equal((await s.redis.hgetall(`${SITE}:stats:2026-11-22`)).transfers, '1');
  await s.sound();
});

test('each refusal of transfer', async () => {
  await s.work('ana');
  await s.work('bob', { capacity: 1 });
  await s.work('cid', { state: 'away' });
  await s.work('dee');
  await s.work('eve');
  await s.serve(1, 'ana');
  await s.ok('lease', 'gw', 1, 1, 'dee', '=0');
  await s.no('reason_required', 'transfer', 'ana', 1, 'queue', 'general', '  ', '');
  await s.no('bad_argument', 'transfer', 'ana', 1, 'queue', 'general', 'x'.repeat(501), '');
  await s.no('bad_argument', 'transfer', 'ana', 1, 'robot', 'general', 'x', '');
  await s.no('bad_argument', 'transfer', 'ana', 1, 'agent', 'ana', 'x', '');
  await s.no('bad_argument', 'transfer', 'ana', 1, 'agent', 'NOBODY', 'x', '');
  await s.no('no_such_queue', 'transfer', 'ana', 1, 'queue', 'nowhere', 'x', '');
  await s.no('no_such_agent', 'transfer', 'ana', 1, 'agent', 'zoe', 'x', '');
  await s.no('agent_busy', 'transfer', 'ana', 1, 'agent', 'cid', 'x', '');
  await s.no('agent_busy', 'transfer', 'ana', 1, 'agent', 'dee', 'x', '');
  await s.no('not_yours', 'transfer', 'eve', 1, 'queue', 'general', 'x', '');
  await s.serve(2, 'bob');
  await s.no('agent_busy', 'transfer', 'ana', 1, 'agent', 'bob', 'x', '');
  await s.ok('agent_disable', 'eve');
  await s.no('no_such_agent', 'transfer', 'ana', 1, 'agent', 'eve', 'x', '');
  await s.ok('close', 'ana', 1, 'solved', 'other', '');
  await s.no('closed', 'transfer', 'ana', 1, 'queue', 'general', 'x', '');
  await s.sound();
});

test('close: outcome, category, need; the freed agent gets the next chat', async () => {
  await s.work('ana', { capacity: 1 });
  await s.work('bob', { state: 'away' });
  await s.serve(1, 'ana');
  await s.human(2);
  await s.no('not_yours', 'close', 'bob', 1, 'solved', 'other', '');
  await s.no('not_yours', 'close', 'ana', 2, 'solved', 'other', '');
  await s.no('bad_argument', 'close', 'ana', 1, 'perhaps', 'other', '');
  await s.no('bad_argument', 'close', 'ana', 1, 'solved', 'weather', '');
  await s.no('bad_argument', 'close', 'ana', 1, 'solved', 'other', 'x'.repeat(501));
  const got = await s.heard(async () => assert.deepEqual(await s.ok('close', 'ana', 1, 'unsolved', 'delivery', 'a courier'), ['3']));
  assert.deepEqual(got.filter(([c]) => c.startsWith('agent:')).map(([, p]) => p), ['L 1 closed', `O 2 ${s.now + 30000}`]);
  const closed = (await s.events(1)).at(-1);
  assert.deepEqual([closed.kind, closed.by, closed.agent, closed.name, closed.outcome, closed.category], ['closed', 'agent', 'ana', 'Ana', 'unsolved', undefined]);
  const feed = (await s.redis.xrevrange(`${SITE}:feed`, '+', '-', 'COUNT', 1))[0][1];
  assert.deepEqual(JSON.parse(feed.at(-1)), { by: 'agent', outcome: 'unsolved', agent: 'ana', name: 'Ana', visitor: vid(1), category: 'delivery', need: 'a courier' });
  await s.no('closed', 'close', 'ana', 1, 'solved', 'other', '');
  const chat = await s.chat(1);
  assert.deepEqual([chat.phase, chat.outcome, chat.category, chat.need, chat.closed_at], ['closed', 'unsolved', 'delivery', 'a courier', String(s.now)]);
  assert.equal((await s.redis.hgetall(`${SITE}:stats:2026-11-22`)).closed_unsolved, '1');
  assert.ok(await s.redis.ttl(`${SITE}:chat:1:mids`) > 86000);
  await s.sound();
});

test('a supervisor closes any open chat', async () => {
  await s.work('sup', { supervisor: true, state: 'away' });
  await s.work('ana');
  await s.serve(1, 'ana');
  await s.say(2);
  await s.human(3);
  for (const n of [1, 2, 3]) await s.ok('close', 'sup', n, 'solved', 'other', '');
  await s.sound();
});

test('presence: capacity is kept or changed; away gives offers back but keeps chats', async () => {
  await s.work('ana', { capacity: 2 });
  await s.serve(1, 'ana');
  await s.human(2);
  assert.equal((await s.chat(2)).phase, 'offered');
  const got = await s.heard(() => s.ok('presence', 'ana', 'away', ''));
  assert.deepEqual(got.filter(([c]) => c === 'agent:ana').map(([, p]) => p), ['G 2 away', 'P away 2']);
  assert.deepEqual([(await s.chat(1)).phase, (await s.chat(2)).phase, (await s.agent('ana')).load], ['active', 'queued', '1']);
  await s.ok('presence', 'ana', 'online', 1);
  assert.equal((await s.chat(2)).phase, 'queued', 'no room');
  await s.ok('presence', 'ana', 'online', 50);
  assert.equal((await s.chat(2)).phase, 'offered');
  for (const [state, capacity] of [['busy', ''], ['online', '0'], ['online', '51'], ['online', 'x']]) await s.no('bad_argument', 'presence', 'ana', state, capacity);
  await s.no('no_such_agent', 'presence', 'zoe', 'online', '');
  await s.sound();
});
