// Waiting: the ladder of notices, each once; surges; language; hours; vouchers; the range for the wait; alerts for supervisors.
import { test, before, beforeEach, after } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, SITE, T0 } from './redis.mjs';

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

const notices = async n => (await s.events(n)).filter(e => e.kind === 'notice').map(e => e.code);
const notice = async (n, code) => (await s.events(n)).find(e => e.code === code)?.params;
/** Time passes, a tick each second as with one gateway, which also renews who is there. */
async function pass(seconds) {
  for (let i = 0; i < seconds; i++) {
    s.now += 1000;
    if (i % 100 === 0) for (const id of await s.redis.zrangebyscore(`${SITE}:leases`, s.now, '+inf')) await s.ok('lease', 'gw', 1, 1, id, 300000);
    await s.ok('tick', 'clock');
  }
}
/** Somebody at work who is full: visitors wait, yet not for want of people. */
async function busy(id = 'ana', more = {}) {
  await s.work(id, { capacity: 1, ...more });
  await s.serve(900 + (id.charCodeAt(0) % 50), id);
}

test('the ladder: 30 s, 60 s, 3 min, each once, with the moment it was due', async () => {
  await busy();
  const { chat } = await s.human(1);
  await pass(29);
  assert.deepEqual(await notices(chat), []);
  await pass(1);
  assert.deepEqual(await notices(chat), ['waiting']);
  await pass(29);
  assert.deepEqual(await notices(chat), ['waiting']);
  await pass(31);
  assert.deepEqual(await notices(chat), ['waiting', 'longer']);
  await pass(90);
  assert.deepEqual(await notices(chat), ['waiting', 'longer', 'busy', 'sorry']);
  assert.deepEqual(await notice(chat, 'sorry'), { minutes: 3 });
  const at = (await s.events(chat)).filter(e => e.kind === 'notice').map(e => e.at - T0);
  assert.deepEqual(at, [30000, 60000, 180000, 180000]);
  await pass(200);
  assert.equal((await notices(chat)).length, 4, 'no more, however long it takes');
  await s.sound();
});

test('after an outage only the highest step is told; settings move the steps at once', async () => {
  await busy();
  const { chat } = await s.human(1);
  s.now += 100000;
  await s.ok('tick', 'clock');
  assert.deepEqual(await notices(chat), ['longer']);
  await s.fl('fl_set', 'wait_sorry_s', '110');
  await pass(10);
  assert.deepEqual(await notices(chat), ['longer', 'sorry']);
});

test("a person's message cancels the ladder, joining alone does not", async () => {
  await busy();
  const a = (await s.human(1)).chat, b = (await s.human(2)).chat;
  await s.work('bob', { capacity: 5 });
  await s.ok('take', 'bob', a);
  await s.ok('take', 'bob', b);
  await s.agentSay('bob', a);
  await pass(200);
  assert.deepEqual(await notices(a), []);
  assert.deepEqual(await notices(b), ['reading', 'reading', 'reading']);
  assert.deepEqual(await notice(b, 'reading'), { name: 'Bob' });
  assert.equal(await s.redis.zcard(`${SITE}:ladder`), 0, 'nobody is looked at for ever');
  await s.ok('transfer', 'bob', a, 'queue', 'general', 'why', '');
  await s.ok('presence', 'bob', 'online', 1);
  await pass(200);
  assert.deepEqual(await notices(a), ['waiting', 'longer', 'busy', 'sorry'], 'waiting again is told, too');
});

test('taken over by a supervisor: told on when nobody has spoken yet, nothing when somebody has', async () => {
  for (const [id, supervisor] of [['ana', false], ['eva', true]]) await s.work(id, { supervisor, state: 'away' });
  for (const [visitor, spoken] of [[1, true], [2, false]]) {
    const { chat } = await s.human(visitor);
    await pass(1);
    await s.ok('take', 'ana', chat);
    await pass(5); // looked at: the next look is at 30 s
    if (spoken) await s.agentSay('ana', chat);
    await pass(4);
    await s.ok('take', 'eva', chat);
    await pass(25);
    assert.deepEqual((await notices(chat)).filter(code => code === 'reading'), spoken ? [] : ['reading']);
    await s.agentSay('eva', chat);
  }
  await s.sound();
});

test('a surge tells why: more than five wait, or it takes longer than three minutes', async () => {
  await busy();
  for (let i = 1; i <= 5; i++) await s.human(i);
  await pass(1);
  for (let i = 2; i <= 6; i++) assert.deepEqual(await notices(i), []);
  const { chat } = await s.human(6);
  await pass(5);
  for (let i = 2; i <= 7; i++) assert.deepEqual(await notices(i), ['busy'], `chat ${i}`);
  assert.deepEqual(await notice(chat, 'busy'), { waiting: 6 });
});

test('nobody at work is said honestly, once in each stretch of waiting; and when the last one leaves', async () => {
  const { chat } = await s.human(1);
  await pass(8);
  assert.deepEqual(await notices(chat), ['nobody']);
  await s.work('ana');
  await s.ok('accept', 'ana', chat);
  await s.agentSay('ana', chat);
  await s.ok('lease', 'gw', 1, 1, 'ana', '=500');
  await pass(1);
  assert.deepEqual(await s.kinds(chat), ['queued', 'notice', 'joined', 'message', 'left', 'queued', 'notice']);
  await s.work('ana', { capacity: 1 });
  assert.equal((await s.ok('tick', 'clock')).at(-1), 'general');
  const { chat: second } = await s.human(2);
  await pass(2);
  assert.deepEqual(await notices(second), []);
  await s.ok('presence', 'ana', 'away', '');
  await pass(6);
  assert.deepEqual(await notices(second), ['nobody']);
  assert.equal((await s.ok('tick', 'clock')).at(-1), '');
});

test('language: who speaks it is preferred, kin counts; when nobody does it is said once and the best other comes', async () => {
  await s.work('ana', { langs: 'en,pl', capacity: 1 });
  const fa = (await s.human(1, { lang: 'fa' })).chat;
  await pass(1);
  assert.equal((await s.chat(fa)).offered_to, 'ana', 'the best other');
  assert.deepEqual(await notice(fa, 'language'), { lang: 'fa', speaks: ['en', 'pl'] });
  await s.ok('accept', 'ana', fa);
  await pass(2);
  assert.deepEqual(await notices(fa), ['language']);
  await s.work('bo', { langs: 'bs', capacity: 1 });
  await s.work('cy', { langs: 'en', capacity: 1 });
  const hr = (await s.human(2, { lang: 'hr-HR' })).chat;
  assert.equal((await s.chat(hr)).offered_to, 'bo', 'Croatian is served in Bosnian');
  await pass(1);
  assert.deepEqual(await notices(hr), []);
  const joined = (await s.human(3, { lang: 'zh' })).chat;
  await s.ok('accept', 'cy', joined);
  await pass(1);
  assert.deepEqual(await notice(joined, 'language'), { lang: 'zh', speaks: ['en'] }, 'also when somebody was quicker than the tick');
});

test('hours: closed_hours with when it opens; no ladder meanwhile; the clock begins at the opening, the place stays first', async () => {
  const opens = T0 + 3600_000;
  await s.ok('opening', 'general', 0, opens);
  await busy();
  assert.ok((await s.redis.call('FCALL_RO', 'fl_status', 1, SITE)).some(line => /^hours +general /.test(line)));
  const asked = (await s.human(1)).chat;
  assert.equal((await s.events(asked)).at(-1).reason, 'closed_hours');
  assert.equal((await s.events(asked)).at(-1).opens, opens);
  assert.equal((await s.chat(asked)).human, '1', 'no automatic answer for who asked for a person');
  await s.say(2);
  s.now += 11000;
  await s.ok('tick', 'clock');
  assert.equal((await s.events(3)).at(-1).reason, 'closed_hours', 'a message nobody answered as well');
  while (s.now < opens - 70000) { s.now += 60000; await pass(1); }
  assert.deepEqual(await notices(asked), []);
  s.now = opens - 1000;
  const early = (await s.human(4)).chat;
  await pass(1);
  const late = (await s.human(5)).chat;
  await pass(29);
  assert.deepEqual(await notices(asked), []);
  await pass(2);
  assert.deepEqual(await notices(asked), ['waiting']);
  assert.equal(Number((await s.chat(asked)).waiting_since) - opens < 1001, true, 'nobody is late for the night');
  assert.deepEqual(await s.redis.zrange(`${SITE}:queue:general`, 0, -1), [asked, '3', early, late], 'first come, first offered');
  await s.work('bob', { capacity: 5 });
  assert.equal((await s.chat(asked)).phase, 'offered');
  await s.ok('accept', 'bob', asked);
  await s.sound();
});

test('closing while somebody waits is told once; other queues are not touched; unknown hours are open', async () => {
  await s.fl('fl_set', 'queues', 'general,returns');
  await s.work('ana', { queues: 'general,returns', capacity: 1 });
  await s.serve(9, 'ana');
  await s.ok('opening', 'general', 1, s.now + 10000);
  const { chat } = await s.human(1), other = (await s.human(2, { queue: 'returns' })).chat;
  await pass(12);
  assert.deepEqual(await notices(chat), ['closed']);
  await s.ok('opening', 'general', 0, s.now + 3600000);
  await pass(70);
  assert.deepEqual(await notices(chat), ['closed']);
  assert.deepEqual(await notices(other), ['waiting', 'longer']);
  await s.ok('opening');
  await pass(62);
  assert.deepEqual(await notices(chat), ['closed', 'waiting'].slice(0, (await notices(chat)).length));
  assert.equal((await s.chat(chat)).shut, '');
  await s.no('bad_argument', 'opening', 'general', 2, 0);
  await s.no('bad_argument', 'opening', 'general', 1);
  await s.no('bad_argument', 'opening', 'GENERAL', 1, 0);
});

test('vouchers: with the apology, each code once, never again; an empty pool is an apology alone', async () => {
  await busy();
  assert.equal((await s.fl('fl_voucher_add', 'AAA-1', 'BBB-2', 'AAA-1'))[0], '2 codes added, 1 known before; 2 codes left');
  await s.fl('fl_set', 'voucher_text', '10 % off');
  for (let i = 1; i <= 3; i++) { await s.human(i); s.now += 1; }
  await pass(185);
  const given = [await notice(2, 'voucher'), await notice(3, 'voucher'), await notice(4, 'voucher')];
  assert.deepEqual(given.map(g => g?.voucher ?? '').sort(), ['', 'AAA-1', 'BBB-2']);
  assert.equal(given.find(g => g).text, '10 % off');
  for (const n of [2, 3, 4]) assert.ok(await notice(n, 'sorry'), `chat ${n} is told sorry, with or without one`);
  assert.equal((await s.fl('fl_voucher_add', 'AAA-1'))[0], '0 codes added, 1 known before; 0 codes left', 'given is given');
  assert.match((await s.fl('fl_vouchers')).join('\n'), /^0 codes left, 2 given\n(AAA-1|BBB-2)  chat \d  2026-/);
  assert.match((await s.fl('fl_voucher_drop', 'AAA-1'))[0], /^error: "AAA-1" is not in the pool; it was given/);
  assert.match((await s.fl('fl_voucher_add', 'A B'))[0], /^error: A voucher code has 3 to 40/);
  await s.work('sup', { supervisor: true });
  assert.deepEqual(await s.ok('vouchers_add', 'sup', 'CCC-3', 'AAA-1'), ['1']);
  assert.equal((await s.json('vouchers', 'sup')).left, 1);
  assert.deepEqual((await s.json('vouchers', 'sup')).given.map(g => g.voucher).sort(), ['AAA-1', 'BBB-2']);
  await s.no('forbidden', 'vouchers_add', 'ana', 'DDD-4');
  assert.equal((await s.fl('fl_voucher_drop', 'CCC-3'))[0], 'CCC-3 is out of the pool; 0 codes left');
});

test('under replicated durability a voucher is shown only once a replica has it', async () => {
  await busy();
  await s.fl('fl_voucher_add', 'AAA-1');
  const { chat } = await s.human(1);
  s.now += 180000;
  const got = await s.heard(() => s.redis.call('FCALL', 'tick', 1, SITE, `${s.now}+`, 'clock'));
  assert.deepEqual(got.filter(([c]) => c === `chat:${chat}`), []);
  assert.ok((await s.redis.xrange(`${SITE}:outbox`, '-', '+')).some(([, f]) => f[3].includes('AAA-1')));
});

test('the range: from measured holding times, left out under five samples, in whole minutes, with the place', async () => {
  await s.work('ana', { capacity: 1 });
  const served = async (n, seconds) => { const chat = await s.serve(n, 'ana'); s.now += seconds * 1000; await s.ok('lease', 'gw', 1, 1, 'ana', 300000); await s.ok('close', 'ana', chat, 'solved', 'other', ''); };
  for (let i = 0; i < 4; i++) await served(100 + i, 200 + 10 * i);
  await s.serve(200, 'ana');
  const first = (await s.human(1)).chat;
  assert.equal((await s.chat(first)).told_wait ?? '', '', 'four samples are no measure');
  await s.ok('visitor_end', vid(1));
  await s.ok('close', 'ana', 5, 'solved', 'other', '');
  await served(104, 240);
  s.now += 20000;
  await s.serve(201, 'ana');
  const got = await s.heard(() => s.human(2));
  const told = JSON.parse(got.map(([, line]) => line).find(line => line.includes('"queue","place"')).slice(2));
  assert.ok(told.wait_s, JSON.stringify(told));
  assert.equal(told.wait_s.low % 60 + told.wait_s.high % 60, 0);
  assert.ok(told.wait_s.low <= 220 && told.wait_s.high >= 220, JSON.stringify(told));
  assert.equal((await s.ro('resume', vid(2), 0))[6], `${told.wait_s.low}-${told.wait_s.high}`);
  s.now += 3_700_000;
  await s.ok('lease', 'gw', 1, 1, 'ana', 300000);
  await s.ok('tick', 'clock');
  assert.equal((await s.ro('resume', vid(2), 0))[6], '', 'what was measured more than an hour ago says nothing');
});

test('a spread too wide tells nothing; nobody at work tells nothing', async () => {
  await s.work('ana', { capacity: 1 });
  await s.redis.lpush(`${SITE}:served:general`, ...[10, 20, 3000, 15, 2500, 60, 1800].map(sec => `${s.now} ${sec * 1000}`));
  await s.serve(1, 'ana');
  const wide = (await s.human(2)).chat;
  await s.ok('tick', 'clock');
  assert.equal((await s.chat(wide)).told_wait, '');
  await s.redis.del(`${SITE}:served:general`);
  await s.redis.lpush(`${SITE}:served:general`, ...[100, 110, 120, 115, 105, 108].map(sec => `${s.now} ${sec * 1000}`));
  s.now += 6000;
  await s.ok('tick', 'clock');
  assert.equal((await s.chat(wide)).told_wait, '60-120');
  await s.ok('presence', 'ana', 'away', '');
  s.now += 6000;
  await s.ok('tick', 'clock');
  assert.equal((await s.chat(wide)).told_wait, '');
});

test('the third transfer alerts supervisors: on the desk until the chat is closed, and on the feed', async () => {
  await s.work('ana');
  await s.work('bob');
  await s.work('sup', { supervisor: true, state: 'away' });
  const chat = await s.serve(1, 'ana');
  for (const [from, to] of [['ana', 'bob'], ['bob', 'ana']]) {
    await s.ok('transfer', from, chat, 'agent', to, 'why', '');
    await s.ok('accept', to, chat);
  }
  assert.deepEqual((await s.json('desk')).alerts, []);
  await s.ok('transfer', 'ana', chat, 'queue', 'general', 'why', '');
  assert.deepEqual((await s.json('desk')).alerts, [{ code: 'transfers', chat: 1, name: '', n: 3, at: s.now }]);
  assert.deepEqual((await s.json('home', 'sup')).alerts.length, 1);
  const feed = (await s.redis.xrange(`${SITE}:feed`, '-', '+')).map(([, f]) => Object.fromEntries(f.reduce((p, v, i) => (i % 2 ? p.at(-1).push(v) : p.push([v]), p), [])));
  assert.deepEqual(feed.filter(e => e.kind === 'alert').map(e => [e.chat, e.body]), [['1', '{"code":"transfers","n":3}']]);
  await s.fl('fl_close', chat);
  assert.deepEqual((await s.json('desk')).alerts, []);
});

test('a transfer to a queue keeps the place the waiting deserves; the agent of before is preferred on return', async () => {
  await s.work('ana', { capacity: 1 });
  const { chat } = await s.human(1);
  s.now += 120000;
  await s.ok('take', 'ana', chat);
  s.now += 600000;
  await s.ok('lease', 'gw', 1, 1, 'ana', 300000);
  const other = (await s.human(2)).chat;
  s.now += 60000;
  await s.ok('presence', 'ana', 'away', '');
  await s.ok('transfer', 'ana', chat, 'queue', 'general', 'a colleague knows more', '');
  assert.deepEqual(await s.redis.zrange(`${SITE}:queue:general`, 0, -1), [chat, other], 'two minutes of waiting stand before one');
  await s.work('bob');
  await s.ok('accept', 'bob', chat);
  await s.ok('close', 'bob', chat, 'solved', 'other', '');
  await s.work('cid');
  await s.ok('presence', 'ana', 'online', '');
  assert.equal((await s.chat((await s.human(1)).chat)).offered_to, 'bob');
});
