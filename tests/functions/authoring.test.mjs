// The FAQ in the hands of supervisors: single changes, history and undo, counters, unanswered and past questions.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, SITE } from './redis.mjs';

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(async () => { await s.clear(); await s.work('ana', { supervisor: true }); await s.work('bob'); });

const entry = (id, more = {}) => JSON.stringify({ id, title: id, ...more });
const set = async () => Object.fromEntries(JSON.parse((await s.ro('faq_all'))[1]).map(e => [e.id, e]));
const history = () => s.json('faq_history');

test('single entries are put and taken out under the expected revision only', async () => {
  assert.deepEqual(await s.ok('faq_change', 'ana', 0, 'put', 1, 'a', entry('a')), ['1']);
  const got = await s.heard(async () => assert.deepEqual(await s.ok('faq_change', 'ana', 1, 'put', 2, 'b', entry('b'), 'c', entry('c')), ['2']));
  assert.deepEqual(got, [['config', 'faq 2']]);
  await s.no('moved_on', 'faq_change', 'ana', 1, 'put', 1, 'd', entry('d'));
  assert.deepEqual(await s.ok('faq_change', 'ana', 2, 'drop', 1, 'b', ''), ['3']);
  assert.deepEqual(Object.keys(await set()), ['a', 'c']);
  await s.no('no_such_entry', 'faq_change', 'ana', 3, 'drop', 1, 'b', '');
  await s.no('forbidden', 'faq_change', 'bob', 3, 'put', 1, 'd', entry('d'));
  await s.no('no_such_agent', 'faq_change', 'eve', 3, 'put', 1, 'd', entry('d'));
  for (const args of [['ana', '', 'put', 1, 'd', '{}'], ['ana', 3, 'burn', 1, 'd', '{}'], ['ana', 3, 'put', 2, 'd', '{}'], ['ana', 3, 'put', 0], ['ana', 3, 'put', 1, 'd d', '{}'],
    ['ana', 3, 'put', 1, 'd', '[]'], ['ana', 3, 'put', 2, 'd', '{}', 'd', '{}'], ['ana', 3, 'put', 1, 'd', `{"x":"${'x'.repeat(65536)}"}`]]) {
    await s.no('bad_argument', 'faq_change', ...args);
  }
});

test('history tells who did what, also from the command line', async () => {
  await s.ok('faq_put', '', 2, 'a', entry('a'), 'b', entry('b'));
  s.now += 1000;
  await s.ok('faq_change', 'ana', 1, 'put', 1, 'a', entry('a', { shadow: true }));
  await s.ok('faq_put', '2', 1, 'a', entry('a', { shadow: true }));
  const [third, second, first] = await history();
  assert.deepEqual([first.rev, first.who, first.what, first.n, first.ids, first.at], [1, '', 'load', 2, ['a', 'b'], s.now - 1000]);
  assert.deepEqual([second.rev, second.who, second.name, second.what, second.ids], [2, 'ana', 'Ana', 'put', ['a']]);
  assert.deepEqual([third.what, third.n, third.ids], ['load', 1, ['b']], 'only what differs');
});

test('undo brings back the set of any kept revision, byte for byte, as a new one; and can itself be undone', async () => {
  const sets = [await s.ro('faq_all')];
  await s.ok('faq_put', '', 2, 'a', entry('a', { yes: [] }), 'b', entry('b'));
  sets.push(await s.ro('faq_all'));
  await s.ok('faq_change', 'ana', 1, 'put', 1, 'a', entry('a', { shadow: true }));
  sets.push(await s.ro('faq_all'));
  await s.ok('faq_change', 'ana', 2, 'drop', 1, 'b', '');
  sets.push(await s.ro('faq_all'));
  await s.ok('faq_change', 'ana', 3, 'put', 1, 'c', entry('c'));
  sets.push(await s.ro('faq_all'));
  let rev = 4;
  for (const to of [3, 2, 4, 1, 0, 4, 2]) {
    assert.deepEqual(await s.ok('faq_undo', 'ana', rev, to), [String(++rev)]);
    assert.deepEqual((await s.ro('faq_all'))[1], sets[to][1], `revision ${to}`);
  }
  assert.deepEqual((await history())[0].what, 'undo');
  await s.no('moved_on', 'faq_undo', 'ana', rev - 1, 1);
  await s.no('forbidden', 'faq_undo', 'bob', rev, 1);
  await s.no('no_such_revision', 'faq_undo', 'ana', rev, rev);
  await s.no('no_such_revision', 'faq_undo', 'ana', rev, rev + 5);
});

test('the history keeps 200 changes and forgets what is older; too large a change is only told', async () => {
  for (let i = 0; i < 205; i++) await s.ok('faq_change', 'ana', i, 'put', 1, 'a', entry('a', { i }));
  const kept = await history();
  assert.deepEqual([kept.length, kept[0].rev, kept.at(-1).rev], [200, 205, 6]);
  assert.equal((await s.keys()).filter(k => k.includes(':before:')).length, 200);
  await s.no('no_such_revision', 'faq_undo', 'ana', 205, 4);
  await s.ok('faq_undo', 'ana', 205, 5);
  assert.equal((await set()).a.i, 4);
  const big = Array.from({ length: 20 }, (_, i) => [`x${i}`, entry(`x${i}`, { text: 'x'.repeat(60000) })]).flat();
  await s.ok('faq_put', '', 20, ...big);
  await s.ok('faq_put', '', 0);
  assert.equal((await history())[0].whole, false);
  await s.no('no_such_revision', 'faq_undo', 'ana', 208, 207);
});

test('each entry counts its answers, whether they helped, and what it would have answered in shadow', async () => {
  await s.ok('faq_put', '', 2, 'a', entry('a'), 'b', entry('b', { shadow: true }));
  await s.say(1);
  await s.answer(1, 'a');
  await s.ok('faq_shadow', 1, 'b');
  await s.ok('faq_shadow', 1, 'b');
  await s.say(2);
  await s.answer(2, 'a');
  await s.ok('faq_shadow', 2, 'b');
  await s.ok('helped', '1'.padStart(32, '0'), 2, '1');
  await s.ok('helped', '2'.padStart(32, '0'), 2, '0');
  assert.deepEqual(await s.json('faq_stats'), { a: { answers: 2, yes: 1, no: 1, shadow: 0 }, b: { answers: 0, yes: 0, no: 0, shadow: 2 } });
  await s.no('no_such_entry', 'faq_shadow', 1, 'z');
  await s.no('no_such_chat', 'faq_shadow', 9, 'b');
});

test('a counter of the wrong type fails no chat', async () => {
  await s.redis.set(`${SITE}:faq:stats`, 'x');
  await s.redis.set(`${SITE}:unanswered`, 'x');
  await s.say(1);
  assert.deepEqual(await s.answer(1, 'a'), ['ok', '2']);
  await s.say(1);
  await s.ok('enqueue', 1, 'no_answer', 0);
  await s.sound();
});

test('what nobody had an answer for is kept, once, with all the visitor said last', async () => {
  await s.say(1, 'Do you engrave boards?', { lang: 'en' });
  await s.say(1, 'With a name');
  await s.ok('enqueue', 1, 'no_answer', 0);
  await s.say(2, 'Nobody heard me', { lang: 'lt' });
  s.now += 11000;
  await s.ok('tick', 'gw');
  await s.say(3, 'Limit');
  await s.ok('enqueue', 3, 'limit', 0);
  await s.human(4);
  await s.say(5, 'Returns?');
  await s.answer(5, 'returns');
  await s.say(5, 'ž'.repeat(700));
  await s.ok('enqueue', 5, 'no_answer', 0);
  const list = await s.json('unanswered', '', 10);
  assert.deepEqual(list.map(q => [q.text, q.lang, q.chat]), [['ž'.repeat(500), 'en', 5], ['Nobody heard me', 'lt', 2], ['Do you engrave boards?\nWith a name', 'en', 1]]);
  assert.deepEqual((await s.json('unanswered', list[0].id, 1)).map(q => q.chat), [2], 'page by page');
  await s.no('forbidden', 'unanswered_drop', 'bob', list[0].id);
  await s.no('bad_argument', 'unanswered_drop', 'ana');
  await s.no('bad_argument', 'unanswered_drop', 'ana', 'x');
  await s.ok('unanswered_drop', 'ana', list[0].id, list[1].id);
  assert.deepEqual((await s.json('unanswered', '', 10)).map(q => q.chat), [1]);
});

test('the list of unanswered questions is capped', async () => {
  const fill = s.redis.pipeline();
  for (let i = 0; i < 5000; i++) fill.xadd(`${SITE}:unanswered`, `${i + 1}-0`, 'text', `q${i}`, 'lang', 'en', 'chat', i + 1, 'at', 1);
  await fill.exec();
  await s.say(1, 'One more');
  await s.ok('enqueue', 1, 'no_answer', 0);
  assert.equal(await s.redis.xlen(`${SITE}:unanswered`), 5000);
  const page = await s.json('unanswered', '', 1000);
  assert.deepEqual([page.length, page[0].text, page[1].text], [1000, 'One more', 'q4999']);
});

test('the past: what visitors said, and what came in between', async () => {
  await s.say(1, 'Returns?');
  await s.answer(1, 'returns');
  await s.say(1, 'And engraving?');
  await s.ok('enqueue', 1, 'no_answer', 0);
  await s.ok('take', 'ana', 1);
  await s.agentSay('ana', 1, 'Hello');
  const [next, items] = await s.ro('past', '', 1000);
  assert.equal(next, '');
  assert.deepEqual(JSON.parse(items).map(e => [e.seq, e.kind, e.text]), [[5, 'joined', ''], [4, 'queued', ''], [3, 'message', 'And engraving?'], [2, 'answer', ''], [1, 'message', 'Returns?']]);
  const [on, first] = await s.ro('past', '', 4);
  assert.notEqual(on, '');
  const [end, rest] = await s.ro('past', on, 4);
  assert.deepEqual([...JSON.parse(first), ...JSON.parse(rest)], JSON.parse(items));
  assert.equal(end, '');
});
