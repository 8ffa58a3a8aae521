// Raced trial: people against people, from three connections at once. Agents accept and take the same chat, a supervisor takes over,
// the visitor leaves, it is handed over, closed, rated, and three gateways tick. Whatever the order in which Redis sees them: one
// owner at a time, nothing after the end, no hole, and the report counts what the transcripts tell.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { start, connect, vid, SITE } from './redis.mjs';
import { random } from './random.mjs';

const TRIALS = Number(process.env.FIRSTLINE_TRIALS ?? 10000);
const SEED = Number(process.env.FIRSTLINE_SEED ?? 20261125);
const PEOPLE = ['ana', 'bob', 'eva'];

let s, lines;
before(async () => {
  s = await start();
  lines = [connect(s.socket), connect(s.socket), connect(s.socket)];
});
after(async () => { lines.forEach(l => l.disconnect()); await s.stop(); });

const call = (line, name, ...args) => line.call('FCALL', name, 1, SITE, 0, ...args);

/** What races for chat n: always two who want it, then some of the rest, in random order. */
function commands(n, pick) {
  const who = () => PEOPLE[pick(3)];
  const rest = [() => ['take', who(), n], () => ['take', 'eva', n], () => ['visitor_end', vid(n)], () => ['transfer', who(), n, 'queue', 'general', 'better known there', ''],
    () => ['close', who(), n, pick(2) ? 'solved' : 'unsolved', 'other', ''], () => ['rate', vid(n), 1 + pick(5), pick(2) ? 'words' : ''], () => ['decline', who(), n],
    () => ['agent_say', who(), n, `say-${n}-${pick(9)}-xx`, '{"from":"agent","text":"x"}'], () => ['tick', `gw${pick(3)}`, '']];
  const acts = [['accept', 'ana', n], ['accept', 'bob', n]];
  for (let i = 0; i < 2 + pick(5); i++) acts.push(rest[pick(rest.length)]());
  for (let i = acts.length - 1; i > 0; i--) { const j = pick(i + 1); [acts[i], acts[j]] = [acts[j], acts[i]]; }
  return acts;
}

/** Follows a transcript: who has the chat after each event. */
function check(events, what, sum) {
  let owner = '', ended = false;
  const people = new Set();
  events.forEach((e, i) => {
    assert.equal(e.seq, i + 1, `${what}: a hole in seq`);
    assert.ok(!ended || e.kind === 'rated', `${what}: ${e.kind} after the end`);
    if (e.kind === 'joined') {
      assert.equal(owner, '', `${what}: ${e.agent} joined while ${owner} had it`);
      owner = e.agent;
      if (!people.has(e.agent)) sum[e.agent]++;
      people.add(e.agent);
    }
    if (e.kind === 'left') { assert.equal(e.agent, owner, `${what}: who left did not have it`); owner = ''; }
    if (e.kind === 'transferred') { assert.equal(e.from, owner, `${what}: handed over by who did not have it`); owner = ''; sum.transfers++; }
    if (e.kind === 'closed') { ended = true; owner = ''; sum[e.outcome || 'open']++; }
    if (e.kind === 'rated') { assert.ok(ended, `${what}: rated before the end`); sum.rated++; }
  });
  if (people.size > 0) sum.joined++;
  if (people.size > 1) sum.two++;
  return { owner, ended };
}

test(`${TRIALS} chats raced for`, { timeout: 600000 }, async () => {
  const pick = random(SEED), sum = { ana: 0, bob: 0, eva: 0, joined: 0, two: 0, transfers: 0, solved: 0, unsolved: 0, open: 0, rated: 0 }, refused = {};
  s.now = 0;
  for (const id of PEOPLE) await s.work(id, { supervisor: id === 'eva', capacity: 50, state: id === 'eva' ? 'away' : 'online' });
  for (let n = 1; n <= TRIALS; n++) {
    if (n % 500 === 1) await call(s.redis, 'lease', 'gw0', 1, 1, 'ana', 300000, 'bob', 300000, 'eva', 300000);
    await call(s.redis, 'visitor_human', vid(n), `human-${n}-xx`, '', '', '', '');
    const acts = commands(n, pick);
    const replies = await Promise.all(acts.map(([name, ...args]) => call(lines[pick(3)], name, ...args)));
    replies.forEach((reply, i) => { if (reply[0] === 'no') refused[`${acts[i][0]} ${reply[1]}`] = (refused[`${acts[i][0]} ${reply[1]}`] ?? 0) + 1; });
    const what = `chat ${n} (seed ${SEED})`;
    const last = (await s.redis.hmget(`${SITE}:chat:${n}`, 'phase', 'agent', 'offered_to'));
    if (last[0] !== 'closed') await call(s.redis, 'close', 'eva', n, 'solved', 'other', '');
    const { owner } = check(JSON.parse((await s.redis.call('FCALL_RO', 'read', 1, SITE, 0, n, 1, 500))[2]), what, sum);
    assert.equal(owner, '', `${what}: closed, yet with ${owner}`);
  }
  // The trial must really have raced.
  for (const code of ['accept offer_gone', 'accept closed', 'take closed', 'close closed', 'transfer not_yours', 'rate not_closed', 'rate already', 'agent_say not_yours']) {
    assert.ok(refused[code] > TRIALS / 2000, `${code}: only ${refused[code] ?? 0}`);
  }
  assert.ok(sum.two > TRIALS / 50 && sum.rated > TRIALS / 50 && sum.transfers > TRIALS / 50, JSON.stringify(sum));
  const { rows } = JSON.parse((await s.redis.call('FCALL_RO', 'report', 1, SITE, 0, '', '', '', '', 'json'))[1]);
  const row = (by, id) => rows.find(r => r.day === '' && r.by === by && r.id === id);
  const shop = row('shop', '');
  assert.deepEqual([shop.chats, shop.joined, shop.solved, shop.unsolved, shop.transfers, shop.rated], [TRIALS, sum.joined, sum.solved, sum.unsolved, sum.transfers, sum.rated]);
  for (const id of PEOPLE) assert.equal(row('agent', id).joined, sum[id], id);
  const fsck = await s.fl('fl_fsck');
  assert.match(fsck.at(-1), /^ok: /, fsck.join('\n'));
});
