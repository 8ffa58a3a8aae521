// What a visitor does: say, ask for a person, rate, end, come back.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, mid, SITE, T0 } from './redis.mjs';

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

test('the first message opens a chat; the next ones continue it', async () => {
  const got = await s.heard(async () => {
    assert.deepEqual(await s.say(1, 'Hello', { lang: 'lt', page: '{"url":"/x","title":"X"}', profile: '{"name":"Jonas"}' }),
      { chat: '1', seq: 1, at: T0, dup: '0', phase: 'auto', opened: '1' });
  });
  const frame = got.find(([channel]) => channel === 'chat:1')[1];
  assert.match(frame, /^E1 \{"type":"event","chat":1,"seq":1,"at":1795341600000,"kind":"message","from":"visitor","text":"Hello","mid":"mid-\d+"\}$/);
  s.now += 1000;
  const next = await s.say(1, 'Again');
  assert.deepEqual([next.chat, next.seq, next.opened], ['1', 2, '0']);
  const chat = await s.chat(1);
  assert.deepEqual([chat.phase, chat.lang, chat.queue, chat.name, chat.last_text, chat.opened], ['auto', 'lt', 'general', 'Jonas', 'Again', String(T0)]);
  assert.equal(await s.redis.zscore(`${SITE}:unheard`, 1), String(s.now + 10000));
  assert.equal((await s.say(2)).chat, '2');
  assert.deepEqual((await s.redis.hgetall(`${SITE}:stats:2026-11-22`)), { chats: '2', 'queue:general:chats': '2', 'hour:10:chats': '2' });
  await s.sound();
});

test('the transcript read back is the published event, byte for byte', async () => {
  const got = await s.heard(() => s.say(1, 'A "quoted" \\ line\nand 한국어 </script>'));
  const [, head, json] = await s.ro('read', 1, 1, 10).then(r => ['', ...r]);
  assert.equal(head, '1');
  assert.equal('E1 ' + json.slice(1, -1), got.find(([c]) => c === 'chat:1')[1]);
});

test('the same mid is accepted once, and never with other words', async () => {
  const m = mid();
  const first = await s.say(1, 'Hello', { mid: m });
  s.now += 5000;
  assert.deepEqual(await s.say(1, 'Hello', { mid: m }), { ...first, dup: '1', opened: '0' });
  await s.no('mid_reused', 'visitor_say', vid(1), m, JSON.stringify({ from: 'visitor', text: 'Other', mid: m }), 'Other', '', '', '', '');
  await s.no('mid_reused', 'visitor_human', vid(1), m, '', '', '', '');
  assert.equal((await s.events(1)).length, 1);
  await s.sound();
});

test('a retry that comes after the chat was closed finds its message, and opens nothing', async () => {
  const m = mid();
  await s.say(1, 'Hello', { mid: m });
  await s.ok('visitor_end', vid(1));
  assert.deepEqual(await s.say(1, 'Hello', { mid: m }), { chat: '1', seq: 1, at: T0, dup: '1', phase: 'closed', opened: '0' });
  await s.no('mid_reused', 'visitor_say', vid(1), m, '{"from":"visitor","text":"No"}', 'No', '', '', '', '');
  assert.ok(await s.redis.ttl(`${SITE}:chat:1:mids`) > 86000);
});

test('malformed arguments are refused before anything is written', async () => {
  const body = '{"from":"visitor","text":"x"}';
  for (const args of [
    ['short', mid(), body, 'x'], [vid(1), 'no', body, 'x'], [vid(1), 'white space 1', body, 'x'], [vid(1), mid(), 'text', 'x'], [vid(1), mid(), '{' + ' '.repeat(32768) + '}', 'x'],
    [vid(1), mid(), body, 'x'.repeat(601)], [vid(1), mid(), body, 'x', 'not a language'], [vid(1), mid(), body, 'x', '', '[1]'], [vid(1), mid(), body, 'x', '', '{'],
    [vid(1), mid(), body, 'x', '', '', '{"name":7,"attrs":[]'], [vid(1), mid(), body, 'x', '', '', `{"name":"${'x'.repeat(201)}"}`], [vid(1), mid()],
    [vid(1), mid(), body, 'x', '', '', '{"attrs":{"a":{}}}'],
  ]) await s.no('bad_argument', 'visitor_say', ...args);
  await s.no('bad_argument', 'visitor_human', vid(1), 'x', '', '', '', '');
  assert.equal((await s.redis.call('FCALL', 'visitor_say', 1, SITE, 'soon', vid(1), mid(), body, 'x'))[1], 'bad_argument');
  await assert.rejects(s.redis.call('FCALL', 'visitor_say', 1, 'main', 0, vid(1), mid(), body, 'x'), /give one key, the site in braces/);
  await assert.rejects(s.redis.call('FCALL', 'visitor_say', 2, SITE, SITE, 0, vid(1), mid(), body, 'x'), /give one key/);
  assert.deepEqual(await s.keys(), []);
});

test('an unknown queue becomes general, or the first there is', async () => {
  await s.fl('fl_set', 'queues', 'sales,general,returns');
  await s.say(1, 'x', { queue: 'returns' });
  await s.say(2, 'x', { queue: 'nowhere' });
  await s.say(3, 'x');
  await s.fl('fl_set', 'queues', 'sales,returns');
  await s.say(4, 'x', { queue: 'nowhere' });
  assert.deepEqual(await Promise.all([1, 2, 3, 4].map(n => s.redis.hget(`${SITE}:chat:${n}`, 'queue'))), ['returns', 'general', 'general', 'sales']);
});

test('language and page follow the visitor within a chat', async () => {
  await s.say(1, 'x', { lang: 'en', page: '{"url":"/a"}' });
  await s.say(1, 'x', { lang: 'pl', page: '{"url":"/b"}' });
  await s.say(1, 'x');
  const chat = await s.chat(1);
  assert.deepEqual([chat.lang, chat.page], ['pl', '{"url":"/b"}']);
});

test('a message that comes late, by a gateway that hung, is found in the chat it was accepted in, however many came after', async () => {
  const [m, wish] = [mid(), mid()];
  await s.say(1, 'Hello', { mid: m });
  await s.human(1, { mid: wish });
  for (let n = 2; n < 5; n++) {
    await s.ok('visitor_end', vid(1));
    assert.equal((await s.say(1, 'Again')).chat, String(n));
    assert.deepEqual(await s.say(1, 'Hello', { mid: m }), { chat: '1', seq: 1, at: T0, dup: '1', phase: 'closed', opened: '0' });
    assert.equal((await s.human(1, { mid: wish })).chat, '1', 'a wish of then asks for nobody now');
    assert.equal((await s.chat(n)).phase, 'auto');
  }
  await s.ok('visitor_end', vid(1));
  assert.equal((await s.say(1, 'Hello', { mid: m })).chat, '1', 'nor does it open a chat');
  await s.redis.del(`${SITE}:chat:1:mids`);
  assert.equal((await s.say(1, 'Hello', { mid: m })).chat, '5', 'after 24 hours it is news');
});

test('the pages gone through in a chat are kept, the last 20, and agents are told of another one', async () => {
  const page = n => JSON.stringify({ url: `https://shop.example/${n}`, title: `Page ${n}`, referrer: '' });
  await s.work('ana');
  await s.say(1, 'x', { page: page(0) });
  await s.human(1);
  s.now += 1000;
  const got = await s.heard(() => s.ok('profile', vid(1), '', page(1)));
  const told = JSON.parse(got.find(([c, p]) => c === 'chat:1' && p.startsWith('A '))[1].slice(2));
  assert.deepEqual([told.type, told.visitor.page.title, told.visitor.pages], ['profile', 'Page 1', [
    { url: 'https://shop.example/0', title: 'Page 0', at: T0 }, { url: 'https://shop.example/1', title: 'Page 1', at: T0 + 1000 }]]);
  assert.equal((await s.heard(() => s.ok('profile', vid(1), '', page(1)))).length, 0, 'no news');
  for (let n = 2; n < 30; n++) await s.say(1, 'x', { page: page(n) });
  const { visitor } = await s.json('handover', 1, 'ana');
  assert.deepEqual(visitor.pages.map(p => p.title), Array.from({ length: 20 }, (_, i) => `Page ${i + 10}`));
  assert.equal((await s.ro('resume', vid(1), 0))[8], page(29));
  await s.no('bad_argument', 'profile', vid(1), '', '[]');
});

test('what was wanted of one chat is not wanted of the next', async () => {
  await s.say(1, 'x', { profile: '{"name":"Ida"}' });
  await s.ok('profile', vid(1), '{"wish":"refund"}');
  assert.equal((await s.json('handover', 1, '')).visitor.wish, 'refund');
  await s.ok('visitor_end', vid(1));
  await s.say(1, 'y');
  const { visitor } = await s.json('handover', 2, '');
  assert.deepEqual([visitor.name, visitor.wish], ['Ida', '']);
});

test('asking for a person queues the chat, once', async () => {
  await s.say(1, 'x');
  const m = mid();
  const got = await s.heard(async () => {
    assert.deepEqual(await s.human(1, { mid: m }), { chat: '1', seq: 2, at: T0, dup: '0', phase: 'queued', opened: '0' });
  });
  assert.ok(got.some(([c, p]) => c === 'chat:1' && p === 'V {"type":"queue","place":1}'));
  assert.ok(got.some(([c]) => c === 'desk'));
  s.now += 1000;
  assert.deepEqual(await s.human(1, { mid: m }), { chat: '1', seq: 2, at: T0, dup: '1', phase: 'queued', opened: '0' });
  assert.deepEqual(await s.human(1), { chat: '1', seq: 2, at: T0, dup: '1', phase: 'queued', opened: '0' });
  const last = (await s.events(1)).at(-1);
  assert.deepEqual([last.kind, last.queue, last.reason], ['queued', 'general', 'asked']);
  const chat = await s.chat(1);
  assert.deepEqual([chat.phase, chat.human, chat.waiting_since, chat.place_at], ['queued', '1', String(T0), String(T0)]);
  assert.equal(await s.redis.zscore(`${SITE}:unheard`, 1), null);
  await s.sound();
});

test('asking for a person without a chat opens one; with an agent free it is offered at once', async () => {
  await s.work('ana');
  assert.deepEqual(await s.human(1, { lang: 'en', profile: '{"name":"Eve"}' }), { chat: '1', seq: 1, at: T0, dup: '0', phase: 'offered', opened: '1' });
  assert.deepEqual(await s.kinds(1), ['queued']);
  await s.sound();
});

test('an ended chat is closed by the visitor; the next message opens another', async () => {
  await s.no('no_such_chat', 'visitor_end', vid(1));
  await s.say(1);
  await s.human(1);
  assert.deepEqual(await s.ok('visitor_end', vid(1)), ['3']);
  const closed = (await s.events(1)).at(-1);
  assert.deepEqual([closed.kind, closed.by, closed.outcome], ['closed', 'visitor', '']);
  await s.no('closed', 'visitor_end', vid(1));
  const again = await s.say(1);
  assert.deepEqual([again.chat, again.seq, again.phase, again.opened], ['2', 1, 'auto', '1']);
  assert.equal((await s.redis.hgetall(`${SITE}:stats:2026-11-22`)).abandoned, '1');
  await s.sound();
});

test('rating goes to the newest closed chat, once, even when the next is open', async () => {
  await s.no('not_closed', 'rate', vid(1), 5, '');
  await s.say(1);
  await s.no('not_closed', 'rate', vid(1), 5, '');
  await s.ok('visitor_end', vid(1));
  for (const score of ['0', '6', 'x', '4.5']) await s.no('bad_argument', 'rate', vid(1), score, '');
  await s.no('bad_argument', 'rate', vid(1), 5, 'x'.repeat(2001));
  await s.say(1);
  assert.deepEqual(await s.ok('rate', vid(1), 5, 'Thanks "a lot"'), ['3']);
  const rated = (await s.events(1)).at(-1);
  assert.deepEqual([rated.kind, rated.score, rated.text], ['rated', 5, 'Thanks "a lot"']);
  await s.no('already', 'rate', vid(1), 1, '');
  const stats = await s.redis.hgetall(`${SITE}:stats:2026-11-22`);
  assert.deepEqual([stats.rated_count, stats.rated_sum], ['1', '5']);
  await s.sound();
});

test('resume gives the newest chat and what came after', async () => {
  assert.deepEqual(await s.ro('resume', vid(1), 0), ['0', '', '0', '', '0', '[]', '', '0', '']);
  for (let i = 1; i <= 3; i++) await s.say(1, `m${i}`);
  let [chat, phase, head, agent, place, events] = await s.ro('resume', vid(1), 2);
  assert.deepEqual([chat, phase, head, agent, place], ['1', 'auto', '3', '', '0']);
  assert.deepEqual(JSON.parse(events).map(e => e.seq), [3]);
  await s.human(2);
  s.now += 1;
  await s.human(1);
  assert.equal((await s.ro('resume', vid(1), 4))[4], '2', 'second in the queue');
  await s.work('ana', { capacity: 1 });
  assert.equal((await s.ro('resume', vid(2), 4))[1], 'offered');
  assert.equal((await s.ro('resume', vid(2), 4))[4], '1', 'an offered visitor is next');
  assert.equal((await s.ro('resume', vid(1), 4))[4], '1');
  await s.ok('accept', 'ana', 2);
  assert.equal((await s.ro('resume', vid(2), 0))[3], '{"id":"ana","name":"Ana"}');
});

test('resume sends everything when `after` cannot be meant', async () => {
  await s.say(1, 'a');
  await s.say(1, 'b');
  await s.ok('visitor_end', vid(1));
  await s.say(1, 'new');
  assert.equal(JSON.parse((await s.ro('resume', vid(1), 3))[5]).length, 1, 'after beyond the head');
  assert.equal(JSON.parse((await s.ro('resume', vid(1), 1, 1))[5]).length, 1, 'after counted in the chat before');
  assert.equal((await s.ro('resume', vid(1), 1, 2))[5], '[]');
  const [{ at }] = JSON.parse((await s.ro('resume', vid(1), 0))[5]);
  assert.equal((await s.ro('resume', vid(1), 1, 2, at))[5], '[]');
  assert.equal(JSON.parse((await s.ro('resume', vid(1), 1, 2, at - 1))[5]).length, 1, 'another event than the visitor saw');
});

test('a page of events is bounded, and read goes on', async () => {
  for (let i = 0; i < 250; i++) await s.say(1, `m${i}`);
  const page = JSON.parse((await s.ro('resume', vid(1), 0))[5]);
  assert.equal(page.length, 200);
  assert.deepEqual((await s.json('read', 1, 201, 500)).map(e => e.seq), Array.from({ length: 50 }, (_, i) => 201 + i));
  assert.equal((await s.json('read', 1, 11, 5)).length, 5);
  for (let i = 0; i < 20; i++) await s.say(2, 'x'.repeat(16000));
  const heavy = JSON.parse((await s.ro('resume', vid(2), 0))[5]);
  assert.ok(heavy.length < 20 && JSON.stringify(heavy).length < 160000, `${heavy.length}`);
  await s.no('no_such_chat', 'read', 99, 1, 10);
  await s.no('bad_argument', 'read', 1, 1, 501);
  await s.no('bad_argument', 'read', 'one', 1, 10);
  assert.equal((await s.ro('read', 1, 251, 10))[1], '[]');
});

test('seen goes forward only, never beyond the head, and tells the other side', async () => {
  await s.say(1);
  await s.say(1);
  const got = await s.heard(async () => {
    await s.ok('seen', 1, 'a', 1);
    await s.ok('seen', 1, 'a', 1);
    await s.ok('seen', 1, 'v', 9);
    await s.ok('seen', 1, 'v', 1);
  });
  assert.deepEqual(got, [['chat:1', 'V {"type":"seen","seq":1}'], ['chat:1', 'A {"type":"seen","chat":1,"seq":2}']]);
  const chat = await s.chat(1);
  assert.deepEqual([chat.a_seen, chat.v_seen], ['1', '2']);
  await s.no('no_such_chat', 'seen', 9, 'v', 1);
  await s.no('bad_argument', 'seen', 1, 'x', 1);
});

test('a profile is merged, and agents of the open chat are told', async () => {
  assert.deepEqual(await s.ok('profile', vid(1), '{"name":"Early"}'), []);
  assert.deepEqual(await s.keys(), []);
  await s.say(1, 'x', { profile: '{"name":"Jonas","attrs":{"tier":"gold","orders":3}}' });
  const got = await s.heard(() => s.ok('profile', vid(1), '{"email":"j@example.org","name":"Jonas P.","attrs":{"tier":"","city":"Vilnius"}}'));
  assert.deepEqual(got, [['chat:1', `A {"type":"profile","chat":1,"visitor":{"id":"${vid(1)}","name":"Jonas P.","email":"j@example.org","phone":"","account":"","wish":"","attrs":{"city":"Vilnius","orders":"3"},"verified":false,"page":null,"pages":[]}}`]]);
  assert.deepEqual(JSON.parse(await s.redis.hget(`${SITE}:visitor:${vid(1)}`, 'profile')), { name: 'Jonas P.', email: 'j@example.org', attrs: { city: 'Vilnius', orders: '3' } });
  for (const bad of ['', 'x', '[]', '{"name":{}}', '{"attrs":7}', '{"attrs":[1]}', JSON.stringify({ attrs: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`a${i}`, 'x'])) })]) {
    if (bad === '') continue;
    await s.no('bad_argument', 'profile', vid(1), bad);
  }
});

test('an id the shop has signed is the account, and only another signed one replaces it', async () => {
  await s.say(1, 'x', { profile: '{"account":"mine","verified":"kate"}' });
  const seen = async () => {
    const { visitor } = JSON.parse((await s.ok('handover', 1, ''))[0]);
    return [visitor.account, visitor.verified];
  };
  assert.deepEqual(await seen(), ['kate', true]);
  await s.ok('profile', vid(1), '{"account":"eve","wish":"refund"}');
  assert.deepEqual(await seen(), ['kate', true]);
  assert.deepEqual(await s.heard(() => s.ok('profile', vid(1), '{"verified":"kate"}')), [], 'no news, no noise');
  const [[channel, told]] = await s.heard(() => s.ok('profile', vid(1), '{"verified":"kim"}'));
  assert.equal(channel, 'chat:1');
  assert.deepEqual([JSON.parse(told.slice(2)).visitor.account, JSON.parse(told.slice(2)).visitor.verified], ['kim', true]);
  assert.deepEqual(await seen(), ['kim', true]);
  for (const bad of ['{"verified":""}', '{"verified":{}}', '{"verified":null}', JSON.stringify({ verified: 'x'.repeat(201) })]) await s.no('bad_argument', 'profile', vid(1), bad);
  await s.say(2, 'x', { profile: '{"account":"kate"}' });
  const { visitor } = JSON.parse((await s.ok('handover', 2, ''))[0]);
  assert.deepEqual([visitor.account, visitor.verified], ['kate', false]);
});

test('a clock that jumps back does not disorder a chat', async () => {
  await s.say(1, 'a');
  s.now -= 3600000;
  assert.equal((await s.say(1, 'b')).at, T0);
  await s.human(1);
  s.now = T0 + 5;
  await s.work('ana');
  const at = (await s.events(1)).map(e => e.at);
  assert.deepEqual(at, [...at].sort((a, b) => a - b));
  await s.sound();
});

test('a counter restored from an old copy does not overwrite chats', async () => {
  for (let i = 1; i <= 3; i++) await s.say(i);
  await s.redis.set(`${SITE}:next_chat`, 1);
  assert.equal((await s.say(9)).chat, '4');
  assert.equal((await s.events(2)).length, 1);
  await s.sound();
});

test('wrong-typed keys: an error, and nothing changed', async () => {
  await s.say(1);
  const spoil = async (key, act) => {
    const saved = await s.redis.dumpBuffer(key);
    await s.redis.del(key);
    await s.redis.set(key, 'not ours');
    const before = await s.dump();
    await assert.rejects(act(), /firstline: key .* nothing was changed|WRONGTYPE/);
    assert.deepEqual(await s.dump(), before, key);
    await s.redis.del(key);
    if (saved) await s.redis.restore(key, 0, saved);
  };
  const body = '{"from":"visitor","text":"x"}';
  for (const key of [':visitor:' + vid(1), ':chat:1', ':chat:1:log', ':chat:1:mids']) await spoil(SITE + key, () => s.raw('visitor_say', vid(1), mid(), body, 'x'));
  for (const key of [':queue:general', ':offers', ':active', ':unheard', ':chat:1:log', ':leases', ':agents', ':gateways']) {
    await spoil(SITE + key, () => s.raw('visitor_human', vid(1), mid(), '', '', '', ''));
  }
  await s.redis.set(`${SITE}:feed`, 'x');
  await s.redis.set(`${SITE}:stats:2026-11-22`, 'x');
  await s.say(1, 'a broken feed or counter fails no chat');
  await s.sound();
});

test('out of memory is said before anything is written', async () => {
  await s.say(1);
  await s.redis.config('SET', 'maxmemory', 1);
  try {
    await assert.rejects(s.raw('visitor_say', vid(1), mid(), '{"from":"visitor","text":"x"}', 'x'), /OOM/);
    assert.equal((await s.ro('read', 1, 1, 10))[0], '1', 'reading still works');
  } finally {
    await s.redis.config('SET', 'maxmemory', 0);
  }
  await s.sound();
});

test('the feed has every event, with its seq', async () => {
  await s.say(1, 'x');
  await s.human(1);
  const entries = (await s.redis.xrange(`${SITE}:feed`, '-', '+')).map(([, f]) => f);
  assert.deepEqual(entries.map(f => [f[3], f[5], f[7]]), [['1', '0', 'opened'], ['1', '1', 'message'], ['1', '2', 'queued']]);
});
