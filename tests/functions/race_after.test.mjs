// Raced trials around a chat's end: transfer while closing, rating while reopening. Whatever the order in which Redis sees
// them: one place for each chat, no hole in seq, one rating, one answer to the follow-up, and what was refused changed nothing.
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

const call = (line, name, ...args) => line.call('FCALL', name, 1, SITE, 0, ...args);
function shuffled(acts, pick) {
  for (let i = acts.length - 1; i > 0; i--) { const j = pick(i + 1); [acts[i], acts[j]] = [acts[j], acts[i]]; }
  return acts;
}
const race = (acts, pick) => Promise.all(acts.map(([name, ...args]) => call(lines[pick(3)], name, ...args)));
const events = async n => JSON.parse((await s.redis.call('FCALL_RO', 'read', 1, SITE, 0, n, 1, 500))[2]);
const count = (list, kind) => list.filter(e => e.kind === kind).length;
const done = (replies, acts, name) => replies.filter((r, i) => acts[i][0] === name && r[0] === 'ok').length;

async function sound() {
  const fsck = await s.fl('fl_fsck');
  assert.match(fsck.at(-1), /^ok: /, fsck.join('\n'));
}

test(`transfer while closing, ${TRIALS} chats`, { timeout: 600000 }, async () => {
  const pick = random(SEED), seen = { moved: 0, closed: 0, both: 0, late: 0 };
  s.now = 0;
  for (const id of ['ana', 'bob']) await s.work(id, { capacity: 50, state: 'away' });
  for (let n = 1; n <= TRIALS; n++) {
    await call(s.redis, 'visitor_human', vid(n), `human-${n}-xx`, 'en', '', '', '');
    await call(s.redis, 'take', 'ana', n);
    const acts = [['transfer', 'ana', n, 'queue', 'general', 'because', ''], ['close', 'ana', n, 'unsolved', 'other', '']];
    if (pick(2)) acts.push(['close', 'ana', n, 'solved', 'other', '']);
    if (pick(2)) acts.push(['visitor_end', vid(n)]);
    if (pick(2)) acts.push(['take', 'bob', n]);
    if (pick(3) === 0) acts.push(['promise', 'ana', n, 'x', Date.now() + 3600000]);
    shuffled(acts, pick);
    const replies = await race(acts, pick), list = await events(n), what = `chat ${n} (seed ${SEED}) ${JSON.stringify(acts)}`;
    list.forEach((e, i) => assert.equal(e.seq, i + 1, what));
    assert.equal(count(list, 'closed'), done(replies, acts, 'close') + done(replies, acts, 'visitor_end'), what);
    assert.ok(count(list, 'closed') <= 1, what);
    assert.equal(count(list, 'transferred'), done(replies, acts, 'transfer'), what);
    const end = list.findIndex(e => e.kind === 'closed'), phase = await s.redis.hget(`${SITE}:chat:${n}`, 'phase');
    if (end >= 0) assert.ok(list.slice(end + 1).every(e => e.kind === 'promise'), `${what}: moved after its end`);
    assert.equal(phase === 'closed', end >= 0, what);
    if (count(list, 'transferred')) seen.moved++;
    if (end >= 0) seen.closed++;
    if (end >= 0 && count(list, 'transferred')) seen.both++;
    if (replies.some(([, code]) => code === 'closed' || code === 'not_yours')) seen.late++;
    if (phase !== 'closed') await s.fl('fl_close', n);
    if (n % 2000 === 0) await sound();
  }
  for (const [what, times] of Object.entries(seen)) assert.ok(times > TRIALS / 50, `${what}: only ${times}`);
  await sound();
});

test(`rating while reopening, ${TRIALS} chats`, { timeout: 600000 }, async () => {
  const pick = random(SEED + 1), seen = { rated: 0, refused: 0, reopened: 0, answered_yes: 0, new_chat: 0 };
  await s.clear();
  s.now = 0;
  await s.work('ana', { capacity: 50, state: 'away' });
  for (let i = 1; i <= TRIALS; i++) {
    const [, n] = await call(s.redis, 'visitor_human', vid(i), `human-${i}-xx`, 'en', '', '', '');
    await call(s.redis, 'take', 'ana', n);
    await call(s.redis, 'close', 'ana', n, 'unsolved', 'other', '');
    await s.redis.zadd(`${SITE}:followups`, 1, n);
    await call(s.redis, 'tick', 'gw');
    const acts = [['rate', vid(i), 1 + pick(5), '', n], ['followup', vid(i), n, pick(4) ? 0 : 1]];
    if (pick(2)) acts.push(['rate', vid(i), 1 + pick(5), 'again']);
    if (pick(2)) acts.push(['followup', vid(i), n, pick(2)]);
    if (pick(3) === 0) acts.push(['visitor_say', vid(i), `say-${i}-xx`, '{"from":"visitor","text":"x"}', 'x', '', '', '', '']);
    if (pick(2)) acts.push(['take', 'ana', n]);
    shuffled(acts, pick);
    const replies = await race(acts, pick), list = await events(n), what = `chat ${n} (seed ${SEED}) ${JSON.stringify(acts)}`;
    list.forEach((e, at) => assert.equal(e.seq, at + 1, what));
    assert.ok(count(list, 'rated') <= 1, `${what}: rated twice`);
    assert.ok(count(list, 'followup') <= 1, `${what}: answered twice`);
    assert.equal(count(list, 'followup'), done(replies, acts, 'followup'), what);
    const reopened = list.findIndex(e => e.kind === 'queued' && e.reason === 'not_solved');
    if (reopened >= 0) assert.ok(!list.slice(reopened).some(e => e.kind === 'rated'), `${what}: rated while open`);
    assert.equal((await s.redis.hget(`${SITE}:chat:${n}`, 'phase')) === 'closed', reopened < 0, what);
    if (count(list, 'rated')) seen.rated++;
    if (replies.some(([, code]) => code === 'not_closed' || code === 'already')) seen.refused++;
    if (reopened >= 0) seen.reopened++; else if (list.some(e => e.kind === 'followup' && e.ok)) seen.answered_yes++;
    const newest = await s.redis.hget(`${SITE}:visitor:${vid(i)}`, 'chat');
    if (newest !== n) seen.new_chat++;
    for (const open of new Set([n, newest])) if ((await s.redis.hget(`${SITE}:chat:${open}`, 'phase')) !== 'closed') await s.fl('fl_close', open);
    if (i % 2000 === 0) await sound();
  }
  for (const [what, times] of Object.entries(seen)) assert.ok(times > TRIALS / 50, `${what}: only ${times}`);
  await sound();
});
