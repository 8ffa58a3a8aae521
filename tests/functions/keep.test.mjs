// Erase and keep, the feed, the bridge: nothing of an erased person is in any key; old chats go by themselves; every entry of
// the feed is what its schema says.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { checkFeed } from '../lib/schema.mjs';
import { start, vid, SITE, mid } from './redis.mjs';

const HOUR = 3_600_000, DAY = 24 * HOUR;
let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

const entries = async (key = 'feed') => (await s.redis.xrange(`${SITE}:${key}`, '-', '+')).map(([id, f]) => ({ id, ...Object.fromEntries(f.map((v, i) => (i % 2 ? null : [v, f[i + 1]])).filter(Boolean)) }));

/** Everything in the store as one text: names, members, scores, values of every type. */
async function everything() {
  const parts = [];
  for (const key of await s.keys()) {
    const type = await s.redis.type(key);
    const value = type === 'string' ? await s.redis.get(key) : type === 'hash' ? await s.redis.hgetall(key) : type === 'set' ? await s.redis.smembers(key)
      : type === 'zset' ? await s.redis.zrange(key, 0, -1, 'WITHSCORES') : type === 'list' ? await s.redis.lrange(key, 0, -1) : await s.redis.xrange(key, '-', '+');
    parts.push(`${key} ${JSON.stringify(value)}`);
  }
  return parts.join('\n');
}

/** A visitor with a secret word in all that they and others said of them, in every corner. Gives their chats. */
async function wholeLife(visitor, word) {
  const chats = [];
  const page = JSON.stringify({ url: `https://shop.example/${word}`, title: word, referrer: '' });
  const first = await s.say(visitor, `${word} rattles`, { page, profile: JSON.stringify({ name: word, email: `${word}@example.org`, attrs: { note: word } }) });
  chats.push(first.chat);
  await s.ok('enqueue', first.chat, 'no_answer', 0);
  await s.ok('take', 'ana', first.chat);
  await s.agentSay('ana', first.chat, `Good day ${word}`);
  await s.ok('note', 'ana', first.chat, mid(), `${word} is angry`);
  await s.ok('promise', 'ana', first.chat, `call ${word}`, s.now + HOUR);
  await s.ok('transfer', 'ana', first.chat, 'queue', 'general', `because of ${word}`, `note ${word}`);
  await s.ok('take', 'ana', first.chat);
  await s.ok('close', 'ana', first.chat, 'unsolved', 'other', `need ${word}`);
  await s.ok('rate', vid(visitor), 5, `praise from ${word}`);
  s.now += HOUR;
  await s.ok('tick', 'gw'); // overdue
  s.now += 24 * HOUR;
  await s.ok('tick', 'gw');
  await s.ok('lease', 'gw', 1, 1, 'ana', 300000);
  await s.ok('followup', vid(visitor), first.chat, 0);
  await s.ok('take', 'ana', first.chat);
  await s.ok('close', 'ana', first.chat, 'unsolved', 'other', word);
  chats.push((await s.human(visitor)).chat); // left open
  return chats;
}

test('fl_erase leaves no trace in any key; others lose nothing', async () => {
  await s.work('ana', { capacity: 9 });
  const other = await wholeLife(1, 'keepme');
  const before = (await everything()).split('\n').filter(line => line.includes('keepme')).length;
  const gone = await wholeLife(2, 'eraseme');
  await s.redis.xadd(`${SITE}:feed:dead`, '*', 'at', s.now, 'chat', gone[0], 'seq', '1', 'kind', 'message', 'body', '{"text":"eraseme"}');
  await s.redis.call('FCALL', 'profile', 1, SITE, `${s.now}+`, vid(2), '{"phone":"eraseme"}'); // a wake-up kept back
  await s.ok('block', 'ana', gone[0], 24);
  assert.match(await everything(), /eraseme/);
  assert.equal((await s.fl('fl_erase', vid(2)))[0], 'erased: 2 chats and all that was known of the visitor');
  const left = await everything();
  assert.ok(!left.includes('eraseme'), left.split('\n').filter(line => line.includes('eraseme')).join('\n').slice(0, 2000));
  assert.ok(!left.includes(vid(2)), 'nor the visitor');
  for (const chat of gone) assert.ok(!(await s.keys()).some(key => key.includes(`:chat:${chat}`)));
  const lists = left.split('\n').filter(line => /^\{main\}:(queue:|offers|active|unheard|promises|followups|ages|complaints|agent:ana:)/.test(line)).join('\n');
  for (const chat of gone) assert.doesNotMatch(lists, new RegExp(`"${chat}(:1)?"`));
  assert.equal((await everything()).split('\n').filter(line => line.includes('keepme')).length, before, 'the other visitor is whole');
  assert.deepEqual((await entries()).filter(e => e.kind === 'erased').map(e => JSON.parse(e.body).chats.sort()), [gone.map(Number).sort()]);
  assert.equal((await s.agent('ana')).load, String(await s.redis.scard(`${SITE}:agent:ana:chats`)));
  assert.match((await s.fl('fl_erase', vid(2)))[0], /^error: there is no visitor/);
  await s.sound();
  await s.redis.hset(`${SITE}:chat:${gone[0]}:mids`, 'v:x', 1);
  assert.match((await s.fl('fl_fsck'))[0], /does not exist, but pieces/);
  await s.redis.del(`${SITE}:chat:${gone[0]}:mids`);
  await s.say(2, 'I am back');
  assert.equal(other.length, 2);
});

test('a visitor with more than fifty chats is erased whole', async () => {
  await s.work('ana');
  for (let i = 0; i < 60; i++) {
    await s.say(3, `secret ${i}`);
    await s.ok('visitor_end', vid(3));
  }
  assert.match((await s.fl('fl_erase', vid(3)))[0], /^erased: 60 chats/);
  assert.ok(!(await everything()).includes('secret'));
});

test('chats go keep_days after their last event, a few a tick; open ones stay; the visitor goes with the last one', async () => {
  await s.work('ana', { capacity: 9 });
  await s.fl('fl_set', 'keep_days', '30');
  for (let i = 10; i < 40; i++) {
    await s.say(i, `old ${i}`);
    await s.ok('enqueue', (await s.chat(i - 9)).visitor ? i - 9 : 1, 'no_answer', 0);
    if (i % 2) await s.ok('visitor_end', vid(i));
  }
  const waiting = 15;
  s.now += 29 * DAY;
  const { chat: fresh } = await s.say(11, 'later');
  s.now += 2 * DAY;
  await s.ok('tick', 'gw');
  const closed = async () => (await s.keys()).filter(key => /:chat:\d+$/.test(key)).length;
  assert.ok((await closed()) >= 31 - 10, 'at most ten a tick');
  for (let i = 0; i < 8; i++) await s.ok('tick', 'gw');
  assert.equal(await closed(), waiting + 1, 'those who wait, and the fresh one');
  assert.deepEqual(await s.redis.lrange(`${SITE}:visitor:${vid(11)}:chats`, 0, -1), [fresh]);
  assert.equal(await s.redis.exists(`${SITE}:visitor:${vid(13)}`), 0);
  assert.ok(!(await s.redis.xrange(`${SITE}:feed`, '-', '+')).some(([, f]) => f.includes('{"from":"visitor","text":"old 13"}')));
  await s.fl('fl_set', 'keep_days', '0');
  s.now += 999 * DAY;
  await s.ok('tick', 'gw');
  assert.equal(await closed(), waiting + 1);
});

test('every entry of the feed is what the schema says; the feed is capped by feed_max', async () => {
  await s.work('ana', { capacity: 9 });
  await s.work('bob', { supervisor: true });
  const chats = await wholeLife(1, 'word');
  const { chat } = await s.say(5, 'Where?');
  await s.answer(chat, 'parcel');
  await s.ok('helped', vid(5), 2, 0);
  await s.ok('take', 'ana', chat);
  await s.fl('fl_away', 'ana');
  await s.fl('fl_erase', vid(1));
  await wholeLife(7, 'again');
  const kinds = new Set();
  for (const { id, ...entry } of await entries()) {
    checkFeed(entry);
    kinds.add(entry.kind);
  }
  assert.deepEqual([...kinds].sort(), ['answer', 'closed', 'erased', 'followup', 'helped', 'joined', 'left', 'message', 'opened', 'promise', 'promise_due', 'promise_overdue', 'queued', 'rated', 'transferred'].filter(k => kinds.has(k) || k !== 'promise_due'));
  assert.throws(() => checkFeed({ at: '1', chat: '1', seq: '1', kind: 'joined', body: '{}' }), /agent/);
  await s.fl('fl_set', 'feed_max', '1000');
  for (let i = 0; i < 1500; i++) await s.redis.xadd(`${SITE}:feed`, '*', 'at', s.now, 'chat', '1', 'seq', '1', 'kind', 'joined', 'body', '{}');
  await s.ok('tick', 'gw');
  const length = await s.redis.xlen(`${SITE}:feed`);
  assert.ok(length >= 1000 && length < 1200, `${length} entries`);
  assert.ok(chats.length);
});

test('a bridge opens a chat for who wrote elsewhere; agents see the channel; the same mail twice is one message', async () => {
  await s.work('ana');
  const m = mid();
  const [chat, seq, , dup, phase, opened] = await s.ok('bridge_say', 'mail', 'eve@example.org', m, 'Where is it?', 'lt', '{"name":"Eve","email":"eve@example.org"}', '');
  assert.deepEqual([seq, dup, opened], ['1', '0', '1']);
  assert.equal(phase, 'offered', 'a person is called at once');
  assert.equal((await s.events(chat)).at(-1).reason, 'channel');
  assert.deepEqual((await s.ok('bridge_say', 'mail', 'eve@example.org', m, 'Where is it?', 'lt', '', '')).slice(0, 4).filter((_, i) => i !== 2), [chat, '1', '1']);
  await s.no('mid_reused', 'bridge_say', 'mail', 'eve@example.org', m, 'Something else', 'lt', '', '');
  await s.ok('accept', 'ana', chat);
  const handover = await s.json('handover', chat, 'ana');
  assert.deepEqual([handover.channel, handover.visitor.email, handover.lang], ['mail', 'eve@example.org', 'lt']);
  await s.agentSay('ana', chat, 'On its way');
  const words = (await entries()).find(e => e.kind === 'message' && JSON.parse(e.body).from === 'agent');
  const [channel, address, visitor, lang, profile] = await s.ro('channel', words.chat);
  assert.deepEqual([channel, address, lang, JSON.parse(profile).name], ['mail', 'eve@example.org', 'lt', 'Eve']);
  assert.match(visitor, /^[0-9a-f]{32}$/);
  assert.equal((await s.ok('bridge_say', 'mail', 'eve@example.org', mid(), 'Thanks', '', '', ''))[0], chat, 'the same chat goes on');
  assert.deepEqual((await s.ro('channel', (await s.say(9)).chat))[0], '', 'a widget has no channel');
  for (const args of [['Mail', 'a', mid(), 'x'], ['mail', '', mid(), 'x'], ['mail', 'a', 'short', 'x'], ['mail', 'a', mid(), ''], ['mail', 'a', mid(), 'x'.repeat(4001)]]) {
    await s.no('bad_argument', 'bridge_say', ...args, '', '', '');
  }
  await s.sound();
});
