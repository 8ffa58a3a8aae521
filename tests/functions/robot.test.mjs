// The limited automatic reply: when it may speak, when it must not, and how it brings a person.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, SITE } from './redis.mjs';

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

const body = faq => JSON.stringify({ faq, title: 'T', text: 'x', link: '', lang: 'en' });

test('an answer goes into the transcript and settles the unheard message', async () => {
  await s.say(1, 'Where is my parcel?');
  s.now += 2500;
  const got = await s.heard(async () => assert.deepEqual(await s.answer(1, 'parcel', 1), ['ok', '2']));
  assert.match(got.find(([c]) => c === 'chat:1')[1], /^E2 .*"kind":"answer","faq":"parcel","title":"About parcel"/);
  assert.equal(await s.redis.zscore(`${SITE}:unheard`, 1), null);
  const chat = await s.chat(1);
  assert.deepEqual([chat.answers, chat.answered, chat.tried, chat.answer_seqs, chat.last_answer_at, chat.phase], ['1', 'parcel', 'parcel=-', '2', String(s.now), 'auto']);
  await s.sound();
});

test('each refusal of an answer', async () => {
  await s.no('no_such_chat', 'answer', 1, 'a', body('a'), 0);
  await s.say(1);
  await s.no('bad_argument', 'answer', 1, 'a b', body('a'), 0);
  await s.no('bad_argument', 'answer', 1, '', body('a'), 0);
  await s.no('bad_argument', 'answer', 1, 'a', 'a', 0);
  await s.no('bad_argument', 'answer', 1, 'a', body('a'), 'x');
  await s.say(1);
  await s.no('moved_on', 'answer', 1, 'a', body('a'), 1);
  await s.ok('answer', 1, 'a', body('a'), 2);
  await s.no('too_soon', 'answer', 1, 'b', body('b'), 0);
  s.now += 59999;
  await s.no('too_soon', 'answer', 1, 'b', body('b'), 0);
  s.now += 1;
  await s.no('repeated', 'answer', 1, 'a', body('a'), 0);
  await s.ok('answer', 1, 'b', body('b'), 0);
  s.now += 60000;
  await s.no('limit', 'answer', 1, 'c', body('c'), 0);
  await s.human(1);
  await s.no('person_asked', 'answer', 1, 'c', body('c'), 0);
  await s.say(2);
  await s.ok('enqueue', 2, 'no_answer', 0);
  await s.no('not_auto', 'answer', 2, 'c', body('c'), 0);
  await s.say(3);
  await s.ok('visitor_end', vid(3));
  await s.no('not_auto', 'answer', 3, 'c', body('c'), 0);
});

test('never once a person has joined', async () => {
  await s.work('ana');
  await s.say(1);
  await s.ok('take', 'ana', 1);
  await s.no('person_asked', 'answer', 1, 'a', body('a'), 0);
  await s.ok('close', 'ana', 1, 'solved', 'other', '');
  await s.no('person_asked', 'answer', 1, 'a', body('a'), 0);
});

test('the limits obey the settings at once', async () => {
  await s.fl('fl_set', 'answers_max', '1');
  await s.fl('fl_set', 'answers_gap_s', '0');
  await s.say(1);
  await s.ok('answer', 1, 'a', body('a'), 0);
  await s.no('limit', 'answer', 1, 'b', body('b'), 0);
  await s.fl('fl_set', 'answers_max', '2');
  await s.ok('answer', 1, 'b', body('b'), 0);
  await s.fl('fl_set', 'answers_max', '0');
  await s.say(2);
  await s.no('limit', 'answer', 2, 'a', body('a'), 0);
});

test('a clock that jumped back does not shorten the gap', async () => {
  await s.say(1);
  await s.ok('answer', 1, 'a', body('a'), 0);
  s.now -= 1e6;
  await s.no('too_soon', 'answer', 1, 'b', body('b'), 0);
});

test('enqueue brings a person, for each reason, once', async () => {
  for (const [i, reason] of ['no_answer', 'limit', 'asked', 'closed_hours'].entries()) {
    await s.say(i + 1);
    await s.no('moved_on', 'enqueue', i + 1, reason, 9);
    assert.deepEqual(await s.ok('enqueue', i + 1, reason, 1), ['2']);
    await s.no('not_auto', 'enqueue', i + 1, reason, 0);
    assert.equal((await s.events(i + 1)).at(-1).reason, reason);
    assert.equal((await s.chat(i + 1)).human, reason === 'asked' ? '1' : '0');
  }
  await s.say(9);
  await s.no('bad_argument', 'enqueue', 5, 'because', 0);
  await s.no('no_such_chat', 'enqueue', 77, 'limit', 0);
  await s.sound();
});

test('"that helped" is counted; "no" brings a person at once; each is judged once', async () => {
  await s.fl('fl_set', 'answers_gap_s', '0');
  await s.no('no_such_chat', 'helped', vid(1), 2, '1');
  await s.say(1);
  await s.ok('answer', 1, 'a', body('a'), 0);
  await s.ok('answer', 1, 'b', body('b'), 0);
  await s.no('bad_argument', 'helped', vid(1), 1, '1');
  await s.no('bad_argument', 'helped', vid(1), 2, 'perhaps');
  assert.deepEqual(await s.ok('helped', vid(1), 2, '1'), ['4', 'auto']);
  await s.no('already', 'helped', vid(1), 2, '0');
  assert.deepEqual(await s.ok('helped', vid(1), 3, '0'), ['5', 'queued']);
  const [yes, no, queued] = (await s.events(1)).slice(3);
  assert.deepEqual([yes.faq, yes.ok, yes.of, no.faq, no.ok, no.of, queued.reason], ['a', true, 2, 'b', false, 3, 'not_helped']);
  const chat = await s.chat(1);
  assert.deepEqual([chat.tried, chat.human], ['a=yes,b=no', '1']);
  const stats = await s.redis.hgetall(`${SITE}:stats:2026-11-22`);
  assert.deepEqual([stats.answers, stats.helped_yes, stats.helped_no, stats.queued], ['2', '1', '1', '1']);
  await s.ok('visitor_end', vid(1));
  await s.no('closed', 'helped', vid(1), 2, '1');
  await s.sound();
});

test('judging while a person serves changes no phase', async () => {
  await s.work('ana');
  await s.say(1);
  await s.ok('answer', 1, 'a', body('a'), 0);
  await s.ok('take', 'ana', 1);
  assert.deepEqual(await s.ok('helped', vid(1), 2, '0'), ['4', 'active']);
  await s.sound();
});
