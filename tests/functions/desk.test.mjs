// What supervisors set and look up: settings, words and people with one history and undo; search; practice.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, SITE, vid, hash } from './redis.mjs';

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(async () => {
  await s.clear();
  await s.work('ana', { supervisor: true });
  await s.work('bob');
  await s.redis.del(`${SITE}:changes`); // of adding them
});

const set = (name, value, expected) => s.raw('set', 'ana', name, value === undefined ? 0 : 1, value ?? '', expected === undefined ? 0 : 1, expected ?? '');
const changes = () => s.json('changes', 'ana', '', 50);
const inForce = async () => s.json('settings');
const canned = async (lang) => Object.fromEntries((await s.json('canned'))[lang].map(c => [c.name, c.text]));
const search = async (query, before = 0) => s.json('search', 'bob', before, JSON.stringify(query));

test('a setting is changed by a supervisor or by ops through one door, with one history', async () => {
  const got = await s.heard(async () => assert.deepEqual(await set('clock_s', '90'), ['ok', '90']));
  assert.deepEqual(got, [['config', 'settings']]);
  assert.equal((await inForce()).clock_s, 90);
  s.now += 1000;
  assert.deepEqual(await s.fl('fl_set', 'clock_s', '45'), ['clock_s is now 45 (was 90)']);
  const [second, first] = await changes();
  assert.deepEqual([first.who, first.name, first.of, first.from, first.to, first.what], ['ana', 'Ana', 'clock_s', '60', '90', 'set']);
  assert.deepEqual([second.who, second.of, second.from, second.to], ['', 'clock_s', '90', '45']);
  assert.deepEqual(await set('clock_s', '45'), ['ok', '45']);
  assert.equal((await changes()).length, 2, 'no change is no history');
  assert.deepEqual(await set('clock_s'), ['ok', '60']);
  assert.equal(await s.redis.hexists(`${SITE}:config`, 'clock_s'), 0, 'a default is not stored');
});

test('what does not fit is refused with what would; so is what changed meanwhile, and whoever is no supervisor', async () => {
  const no = async (code, name, value, expected) => {
    const before = await s.dump();
    const reply = await set(name, value, expected);
    assert.deepEqual(reply.slice(0, 2), ['no', code], reply.join(' '));
    assert.deepEqual(await s.dump(), before);
    return reply[2];
  };
  assert.equal(await no('bad_argument', 'clock_s', '4'), 'clock_s takes a whole number from 5 to 600.');
  assert.match(await no('bad_argument', 'no_such', '4'), /^there is no setting "no_such"/);
  assert.match(await no('bad_argument', 'default_lang', 'de'), /takes one of languages/);
  assert.match(await no('bad_argument', 'canned.lt.a b', 'x'), /without blanks/);
  assert.match(await no('bad_argument', 'canned.lt.a', 'x'.repeat(2001)), /at most 2000 characters/);
  assert.match(await no('bad_argument', 'agent.bob', '{}'), /agent_put/);
  assert.match(await no('moved_on', 'clock_s', '30', '90'), /is now "60"/);
  assert.deepEqual(await set('clock_s', '30', '60'), ['ok', '30']);
  await s.no('forbidden', 'set', 'bob', 'clock_s', 1, '50', 0, '');
  await s.no('forbidden', 'changes', 'bob', '', 10);
  await s.no('forbidden', 'settings_all', 'bob');
  await s.no('no_such_agent', 'set', 'eve', 'clock_s', 1, '50', 0, '');
  assert.match((await s.fl('fl_set', 'agent.bob', '{}'))[0], /^error: people are changed with/);
});

test('undo puts back one change of many, refuses what was changed again, and can be undone', async () => {
  await set('clock_s', '90');
  await set('offer_s', '45');
  await set('clock_s', '120');
  const [third, second, first] = await changes();
  assert.match(await s.no('moved_on', 'undo', 'ana', first.id), /undo the later change first/);
  assert.deepEqual(await s.ok('undo', 'ana', third.id), ['90']);
  assert.deepEqual(await s.ok('undo', 'ana', second.id), ['30']);
  assert.deepEqual(await s.ok('undo', 'ana', first.id), ['60']);
  assert.deepEqual([(await inForce()).clock_s, (await inForce()).offer_s], [60, 30]);
  const [undone] = await changes();
  assert.deepEqual([undone.what, undone.of, undone.from, undone.to], ['undo', 'clock_s', '90', '60']);
  assert.deepEqual(await s.ok('undo', 'ana', undone.id), ['90']);
  await s.no('no_such_revision', 'undo', 'ana', '1-0');
  await s.no('bad_argument', 'undo', 'ana', 'x');
  await s.no('forbidden', 'undo', 'bob', undone.id);
  const [last] = await changes();
  assert.deepEqual(await s.fl('fl_undo', last.id), ['clock_s is "60" again']);
});

test('the history keeps the newest 500, and pages', async () => {
  for (let i = 0; i < 505; i++) await set('clock_s', String(10 + (i % 2)));
  assert.equal(await s.redis.xlen(`${SITE}:changes`), 500);
  const page = await s.json('changes', 'ana', '', 200);
  const next = await s.json('changes', 'ana', page.at(-1).id, 200);
  assert.equal(page.length + next.length, 400);
  assert.ok(next[0].id < page.at(-1).id);
});

test('ready replies ship in six languages, and can be changed, added and taken out', async () => {
  const names = ['greeting', 'sympathy', 'apology', 'clarify', 'assure', 'recap', 'thanks'];
  const all = await s.json('canned');
  assert.deepEqual(Object.keys(all), ['bs', 'en', 'fa', 'lt', 'pl', 'zh']);
  for (const [lang, list] of Object.entries(all)) assert.deepEqual(list.map(c => c.name), names, lang);
  const shipped = (await canned('lt')).greeting;
  const heard = await s.heard(() => set('canned.lt.greeting', 'Laba diena, {visitor}!'));
  assert.deepEqual(heard, [['config', 'words']]);
  await set('canned.lt.grąžinimas', 'Grąžinti galima per 30 dienų.\nMielai padėsiu.');
  await set('canned.de.gruss', 'Guten Tag, {visitor}');
  await set('canned.lt.recap', '');
  const lt = await canned('lt');
  assert.equal(lt.greeting, 'Laba diena, {visitor}!');
  assert.equal(lt['grąžinimas'], 'Grąžinti galima per 30 dienų.\nMielai padėsiu.');
  assert.equal(lt.recap, undefined);
  assert.deepEqual((await s.json('canned')).de, [{ name: 'gruss', text: 'Guten Tag, {visitor}', own: true }]);
  await set('canned.lt.greeting');
  assert.equal((await canned('lt')).greeting, shipped);
  const recap = (await changes()).find(c => c.of === 'canned.lt.recap');
  await s.ok('undo', 'ana', recap.id);
  assert.ok((await canned('lt')).recap);
  assert.equal(await s.redis.hexists(`${SITE}:words`, 'canned.lt.recap'), 0);
  assert.match((await s.fl('fl_canned', 'de'))[0], /^canned\.de\.gruss +own +Guten Tag/);
  assert.match((await s.fl('fl_get', 'canned.de.gruss'))[0], /"Guten Tag, \{visitor\}"/);
});

test('the phrase guard takes more phrases, and lets shipped ones off', async () => {
  assert.deepEqual(await s.json('phrases'), []);
  await set('phrase.en.per our terms', 'here is what we can do');
  await set('phrase.en.calm down', '-');
  assert.deepEqual(await s.json('phrases'), [{ lang: 'en', say: 'calm down', better: '-' }, { lang: 'en', say: 'per our terms', better: 'here is what we can do' }]);
  assert.deepEqual(await s.fl('fl_phrases'), ['phrase.en.calm down      -', 'phrase.en.per our terms  here is what we can do']);
  await set('phrase.en.calm down');
  assert.equal((await s.json('phrases')).length, 1);
});

test('people are added, changed, disabled and invited by a supervisor; history and undo know it', async () => {
  assert.deepEqual(await s.ok('agent_put', 'ana', 'cid', 'Cid', 'lt,pl', '', ''), ['1']);
  assert.deepEqual((await s.json('people', 'ana')).map(p => [p.id, p.langs, p.login]), [['ana', ['en'], false], ['bob', ['en'], false], ['cid', ['lt', 'pl'], false]]);
  const heard = await s.heard(() => s.ok('agent_put', 'ana', 'cid', 'Cidas', '', '', '1'));
  assert.ok(heard.some(([channel, what]) => channel === 'agent:cid' && what === 'R'), 'the dashboards of cid come back with their new rights');
  await s.ok('agent_invite', 'ana', 'cid', hash(1));
  assert.deepEqual(await s.ok('invite_use', hash(1), '$argon2id$v=19$example'), ['cid']);
  await s.serve(1, 'bob');
  await s.ok('agent_off', 'ana', 'bob');
  assert.equal((await s.agent('bob')).disabled, '1');
  assert.deepEqual([(await s.chat(1)).phase, (await s.chat(1)).offered_to], ['offered', 'ana'], 'to whoever is there');
  const [off] = await changes();
  assert.deepEqual([off.of, off.who, JSON.parse(off.to).disabled], ['agent.bob', 'ana', 1]);
  await s.ok('undo', 'ana', off.id);
  assert.equal((await s.agent('bob')).disabled, '0');
  const [, , renamed, added] = await changes();
  await s.ok('undo', 'ana', renamed.id);
  assert.deepEqual([(await s.agent('cid')).name, (await s.agent('cid')).supervisor], ['Cid', '0']);
  await s.no('moved_on', 'undo', 'ana', renamed.id);
  assert.equal(added.from, '');
  await s.no('forbidden', 'agent_put', 'bob', 'dan', 'Dan', '', '', '');
  await s.no('forbidden', 'agent_off', 'bob', 'ana');
  await s.no('forbidden', 'agent_off', 'ana', 'ana');
  await s.no('forbidden', 'agent_put', 'ana', 'ana', '', '', '', '0');
  await s.no('forbidden', 'agent_invite', 'bob', 'cid', hash(2));
  await s.no('no_such_queue', 'agent_put', 'ana', 'dan', 'Dan', '', 'nowhere', '');
  await s.no('no_such_agent', 'agent_off', 'ana', 'eve');
  await s.sound();
});

test('search finds words said anywhere in a chat, whatever their marks, and tells where it stands', async () => {
  const one = await s.serve(1, 'bob');
  await s.say(1, 'Kur mano ŠAUKŠTAS ir peilis?');
  await s.agentSay('bob', one, 'Tuoj patikrinsiu siuntą 4711.');
  await s.ok('close', 'bob', one, 'solved', 'delivery', 'a spoon');
  const two = await s.serve(2, 'bob');
  await s.ok('profile', vid(2), JSON.stringify({ name: 'Łucja Żak', email: 'lucja@example.org' }));
  await s.say(2, 'كتاب من كجاست؟');
  await s.ok('close', 'bob', two, 'unsolved', 'returns', '');
  const hits = async query => (await search(query)).hits.map(h => h.chat);
  assert.deepEqual(await hits({ q: 'saukstas' }), [1]);
  assert.deepEqual(await hits({ q: 'Šaukštas PATIKRINSIU' }), [1], 'words of both sides');
  assert.deepEqual(await hits({ q: 'saukstas nowhere' }), []);
  assert.deepEqual(await hits({ q: 'spoon' }), [1], 'what was needed, too');
  assert.deepEqual(await hits({ q: 'کتاب' }), [2], 'Arabic letters are as good as Persian ones');
  assert.deepEqual(await hits({ q: 'from' }), [], 'nothing but what was said');
  assert.deepEqual(await hits({ who: 'lucja zak' }), [2]);
  assert.deepEqual(await hits({ who: 'EXAMPLE.org' }), [2]);
  assert.deepEqual(await hits({ who: vid(1) }), [1]);
  assert.deepEqual(await hits({ category: 'returns' }), [2]);
  assert.deepEqual(await hits({ outcome: 'solved' }), [1]);
  assert.deepEqual(await hits({ agent: 'ana' }), []);
  assert.deepEqual(await hits({ from: s.now + 1 }), []);
  assert.deepEqual(await hits({ to: s.now, from: s.now }), [2, 1]);
  const [hit] = (await search({ q: 'patikrinsiu' })).hits;
  assert.deepEqual([hit.text, hit.seq, hit.category, hit.outcome, hit.agent], ['Tuoj patikrinsiu siuntą 4711.', 4, 'delivery', 'solved', 'bob']);
  assert.deepEqual((await s.json('history', 'bob', vid(1))).map(h => h.chat), [1]);
  assert.deepEqual((await search({})).next, 0);
  assert.match((await s.fl('fl_search', 'saukstas')).at(-1), /^1 chat found in 2 chats back to 2026-11-22/);
  for (const bad of ['[]', '{"q":7}', '{"from":"x"}', `{"q":"${'x'.repeat(801)}"}`]) await s.no('bad_argument', 'search', 'bob', 0, bad);
  await s.no('no_such_agent', 'search', 'eve', 0, '{}');
});

test('a search goes in slices that together see every chat once', async () => {
  const pipeline = s.redis.pipeline();
  for (let n = 1; n <= 700; n++) {
    pipeline.hset(`${SITE}:chat:${n}`, 'phase', 'closed', 'visitor', vid(n), 'opened', s.now + n);
    if (n % 7) for (let i = 1; i <= 5; i++) pipeline.xadd(`${SITE}:chat:${n}:log`, `${i}-0`, 'at', 1, 'kind', 'message', 'body', JSON.stringify({ from: 'visitor', text: i === 3 && n % 100 === 50 ? 'a needle' : 'hay' }));
  }
  pipeline.set(`${SITE}:next_chat`, 700);
  await pipeline.exec();
  let before = 0, looked = 0, slices = 0, last = Infinity;
  const hits = [];
  do {
    const slice = await search({ q: 'NEEDLE' }, before);
    hits.push(...slice.hits.map(h => h.chat));
    assert.ok(slice.looked <= 302, 'a slice is small');
    assert.ok(slice.oldest < last);
    [before, looked, slices, last] = [slice.next, looked + slice.looked, slices + 1, slice.oldest];
  } while (before);
  assert.deepEqual(hits, [650, 550, 450, 250, 150, 50]);
  assert.equal(looked, 700);
  assert.ok(slices > 10);
  assert.equal((await search({ q: 'hay' })).hits.length, 20, 'a slice shows at most 20');
  const dated = await search({ q: 'hay', from: s.now + 698 });
  assert.deepEqual([dated.hits.length, dated.next, dated.looked], [2, 0, 4], 'it stops where all is older');
});

test('practice is passed on to the agent and leaves nothing behind', async () => {
  const before = await s.dump();
  const turns = JSON.stringify([['visitor', 'Hello'], ['agent', 'Good day'], ['visitor', 'Where is my parcel?']]);
  const heard = await s.heard(async () => {
    await s.ok('practice', 'ana', 'bob', 'parcel');
    await s.ok('practice', 'bob', 'bob', turns);
    assert.deepEqual(await s.fl('fl_practice', 'bob'), ['error: Bob is not there.']); // its time is the server's own
  });
  assert.deepEqual(heard, [['agent:bob', 'D 0 {"type":"practice","play":"parcel","by":"Ana"}'], ['agent:bob', `D 0 {"type":"practice","play":${turns},"by":"Bob"}`]]);
  assert.deepEqual(await s.dump(), before, 'no key was written');
  await s.no('forbidden', 'practice', 'bob', 'ana', '');
  await s.no('no_such_agent', 'practice', 'ana', 'eve', '');
  for (const bad of ['a b', '[]', '[["agent","x"]]', '[["visitor"]]', '[["visitor",""]]', '[7]', '{"x":1}', '[', JSON.stringify(Array(101).fill(['visitor', 'x']))]) {
    await s.no('bad_argument', 'practice', 'ana', 'bob', bad);
  }
  await s.ok('agent_add', 'dan', 'Dan', '', '', '');
  await s.no('agent_busy', 'practice', 'ana', 'dan', '');
});
