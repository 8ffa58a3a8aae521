// Raced trial: automatic answers against people, from several connections at once. Whatever the order in which Redis sees
// them: never an answer after a person was asked for or has joined, never more than the limit, never the same twice.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { start, connect, vid, SITE } from './redis.mjs';
import { random } from './random.mjs';

const TRIALS = Number(process.env.FIRSTLINE_TRIALS ?? 10000);
const SEED = Number(process.env.FIRSTLINE_SEED ?? 20261122);

let s, lines;
before(async () => {
  s = await start();
  lines = [connect(s.socket), connect(s.socket), connect(s.socket)];
});
after(async () => { lines.forEach(l => l.disconnect()); await s.stop(); });

const answerBody = faq => JSON.stringify({ faq, title: faq, text: 'x', link: '', lang: 'en' });
const say = (n, i) => ['visitor_say', vid(n), `say-${n}-${i}-xx`, '{"from":"visitor","text":"x"}', 'x', '', '', '', ''];

/** The commands of one trial on chat n, in random order: answers race a person, a verdict, more words, the end. */
function commands(n, pick) {
  const acts = [];
  for (let i = 0; i < 3 + pick(4); i++) acts.push(['answer', n, ['a', 'b', 'c'][pick(3)], '', pick(2) ? 0 : 1 + pick(4)]);
  for (let i = 0; i < pick(3); i++) acts.push(say(n, i));
  const people = [['visitor_human', vid(n), `human-${n}-xx`, '', '', '', ''], ['take', 'ana', n], ['enqueue', n, 'asked', 0], ['enqueue', n, 'no_answer', 0], ['visitor_end', vid(n)], ['helped', vid(n), 2, '0'], null];
  for (let i = 0; i < 1 + pick(2); i++) { const act = people[pick(people.length)]; if (act) acts.push(act); }
  for (let i = acts.length - 1; i > 0; i--) { const j = pick(i + 1); [acts[i], acts[j]] = [acts[j], acts[i]]; }
  return acts.map(act => act[0] === 'answer' ? ['answer', act[1], act[2], answerBody(act[2]), act[4]] : act);
}

/** What must hold of a transcript, whatever happened. */
function check(events, most, what) {
  const faqs = events.filter(e => e.kind === 'answer').map(e => e.faq);
  assert.ok(faqs.length <= most, `${what}: ${faqs.length} answers, the limit is ${most}`);
  assert.equal(new Set(faqs).size, faqs.length, `${what}: the same answer twice`);
  const person = events.findIndex(e => e.kind === 'queued' || e.kind === 'joined' || e.kind === 'closed');
  if (person >= 0) assert.ok(!events.slice(person).some(e => e.kind === 'answer'), `${what}: an answer after a person`);
  events.forEach((e, i) => assert.equal(e.seq, i + 1, `${what}: a hole in seq`));
  return faqs.length;
}

test(`${TRIALS} raced chats`, { timeout: 300000 }, async () => {
  const pick = random(SEED), seen = { answers: 0, after: 0, limit: 0, two: 0 };
  await s.fl('fl_set', 'answers_gap_s', '0');
  s.now = 0;
  await s.work('ana', { capacity: 50, state: 'away' });
  let most = 2;
  for (let n = 1; n <= TRIALS; n++) {
    if (n % 1000 === 0) { most = 1 + (n / 1000) % 3; await s.fl('fl_set', 'answers_max', String(most)); }
    await s.redis.call('FCALL', 'visitor_say', 1, SITE, 0, ...say(n, 'first').slice(1));
    const replies = await Promise.all(commands(n, pick).map(([name, ...args]) => lines[pick(3)].call('FCALL', name, 1, SITE, 0, ...args)));
    const events = JSON.parse((await s.redis.call('FCALL_RO', 'read', 1, SITE, 0, n, 1, 500))[2]);
    const answers = check(events, most, `chat ${n} (seed ${SEED})`);
    seen.answers += answers;
    if (answers > 1) seen.two++;
    for (const [, code] of replies) { if (code === 'person_asked' || code === 'not_auto') seen.after++; if (code === 'limit') seen.limit++; }
    if ((await s.redis.hget(`${SITE}:chat:${n}`, 'phase')) === 'active') await s.redis.call('FCALL', 'close', 1, SITE, 0, 'ana', n, 'solved', 'other', '');
  }
  // The trial must really have raced: answers given, and answers refused for each reason.
  for (const [what, count] of Object.entries(seen)) assert.ok(count > TRIALS / 50, `${what}: only ${count}`);
  const fsck = await s.fl('fl_fsck');
  assert.match(fsck.at(-1), /^ok: /, fsck.join('\n'));
});
