// After the chat: what closing asks, the rating, the follow-up a day after a complaint, and "no" that reopens in front.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, SITE } from './redis.mjs';

const HOUR = 3_600_000;
let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

const followupOf = async visitor => (await s.ro('resume', vid(visitor), 0))[7];
const feed = async kind => (await s.redis.xrange(`${SITE}:feed`, '-', '+')).map(([, f]) => f).filter(f => f[7] === kind);
async function complaint(visitor = 1, outcome = 'unsolved', category = 'delivery') {
  const chat = await s.serve(visitor, 'ana');
  await s.ok('close', 'ana', chat, outcome, category, 'a refund');
  return chat;
}

test('asked 24 h after an unsolved chat was closed, when the shop is open; "yes" ends it', async () => {
  await s.work('ana');
  const chat = await complaint();
  await s.ok('profile', vid(1), '{"name":"Rūta","email":"ruta@example.org"}');
  s.now += 24 * HOUR - 1;
  const opens = s.now + 8 * HOUR;
  await s.ok('opening', 'general', 0, opens);
  await s.ok('tick', 'gw');
  s.now += 1;
  await s.ok('tick', 'gw');
  assert.equal(await followupOf(1), '0', 'not while the shop is closed');
  s.now = opens;
  const heard = await s.heard(async () => { await s.ok('tick', 'gw'); await s.ok('tick', 'gw'); });
  assert.deepEqual(heard.filter(([channel]) => channel === `chat:${chat}`), [[`chat:${chat}`, `V {"type":"followup","chat":${chat}}`]]);
  assert.equal((await feed('followup')).length, 1, 'once');
  assert.equal(await followupOf(1), chat);
  const [entry] = await feed('followup');
  const body = JSON.parse(entry[9]);
  assert.deepEqual([body.visitor, body.name, body.email, body.category, body.need, body.agent], [vid(1), 'Rūta', 'ruta@example.org', 'delivery', 'a refund', 'ana']);
  await s.no('no_such_chat', 'followup', vid(2), chat, 1);
  await s.no('bad_argument', 'followup', vid(1), chat, 'maybe');
  assert.deepEqual((await s.ok('followup', vid(1), chat, 1)).slice(1), ['closed']);
  await s.no('already', 'followup', vid(1), chat, 0);
  assert.equal(await followupOf(1), '0');
  assert.deepEqual((await s.events(chat)).at(-1).ok, true);
  await s.sound();
});

test('"no" reopens the chat in front, the same agent preferred', async () => {
  await s.work('ana', { capacity: 1 });
  await s.work('bob', { capacity: 1, state: 'away' });
  const chat = await complaint();
  s.now += 25 * HOUR;
  await s.ok('tick', 'gw');
  await s.human(2);
  await s.human(3);
  await s.ok('lease', 'gw', 1, 1, 'ana', '300000', 'bob', '300000');
  const [, phase] = await s.ok('followup', vid(1), chat, 0);
  const c = await s.chat(chat);
  assert.deepEqual([c.outcome, c.closed_at, c.followup, c.pref], ['', '0', 'no', 'ana']);
  assert.deepEqual((await s.kinds(chat)).slice(-2), ['followup', 'queued']);
  assert.equal((await s.events(chat)).at(-1).reason, 'not_solved');
  assert.deepEqual([phase, c.offered_to], ['offered', 'ana'], 'before those who waited');
  assert.ok(+c.place_at < +(await s.chat(+chat + 1)).place_at, 'in front of them');
  assert.equal(await s.redis.ttl(`${SITE}:chat:${chat}:mids`), await s.redis.exists(`${SITE}:chat:${chat}:mids`) ? -1 : -2, 'ids are remembered again');
  await s.ok('take', 'ana', chat);
  await s.ok('close', 'ana', chat, 'solved', 'delivery', '');
  await s.sound();
});

test('with both agents free the one who had the chat is offered it', async () => {
  await s.work('ana');
  const chat = await complaint();
  s.now += 25 * HOUR;
  await s.ok('tick', 'gw');
  await s.work('bob');
  await s.ok('lease', 'gw', 1, 1, 'ana', '300000', 'bob', '300000');
  await s.ok('accept', 'bob', (await s.human(2)).chat).catch(() => {});
  await s.ok('followup', vid(1), chat, 0);
  assert.equal((await s.chat(chat)).offered_to, 'ana');
});

test('solved chats are asked about only in the categories set; 0 hours never; a new chat withdraws the question', async () => {
  await s.work('ana');
  await complaint(1, 'solved');
  await s.fl('fl_set', 'followup_categories', 'payment');
  const paid = await complaint(2, 'solved', 'payment');
  await complaint(3);
  await s.fl('fl_set', 'followup_h', '0');
  await complaint(4);
  assert.deepEqual(await s.redis.zrange(`${SITE}:followups`, 0, -1), [paid, String(+paid + 1)]);
  assert.equal((await s.fl('fl_followups')).length, 3);
  s.now += 24 * HOUR;
  await s.say(3, 'It is about my parcel again');
  await s.ok('tick', 'gw');
  assert.equal(await followupOf(3), '0', 'who wrote again is not asked');
  assert.equal(await followupOf(2), paid);
  await s.say(2);
  assert.equal(await followupOf(2), '0');
  await s.no('not_now', 'followup', vid(2), paid, 0);
  await s.sound();
});

test('a chat named is rated, also when a newer one was closed; each once', async () => {
  await s.work('ana');
  const first = await complaint(1, 'solved'), second = await complaint(1, 'solved');
  await s.ok('rate', vid(1), 4, '', first);
  await s.no('already', 'rate', vid(1), 5, '', first);
  await s.no('no_such_chat', 'rate', vid(2), 5, '', first);
  await s.ok('rate', vid(1), 5, 'thanks');
  assert.deepEqual([(await s.chat(first)).score, (await s.chat(second)).score], ['4', '5']);
  const third = await s.serve(1, 'ana');
  await s.no('not_closed', 'rate', vid(1), 5, '', third);
});

test('visitor_end with a chat ends only that one', async () => {
  const { chat } = await s.say(1);
  await s.no('closed', 'visitor_end', vid(1), +chat + 1);
  await s.ok('visitor_end', vid(1), chat);
});

test('closing asks for outcome and category; with ask_record 0 they may be left out, but not wrong', async () => {
  await s.work('ana');
  let chat = await s.serve(1, 'ana');
  await s.no('bad_argument', 'close', 'ana', chat, '', '', '');
  await s.no('bad_argument', 'close', 'ana', chat, 'solved', '', '');
  await s.fl('fl_set', 'ask_record', '0');
  await s.no('bad_argument', 'close', 'ana', chat, 'meh', '', '');
  await s.no('bad_argument', 'close', 'ana', chat, '', 'weather', '');
  await s.ok('close', 'ana', chat, '', '', '');
  assert.equal((await s.events(chat)).at(-1).outcome, '');
  assert.equal((await s.json('home', 'ana')).site.ask_record, false);
});
