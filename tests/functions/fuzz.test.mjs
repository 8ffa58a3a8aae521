// Random operations of several visitors, agents and clocks (also backwards): afterwards fl_fsck must be clean, every event
// in order, every accepted message there exactly once. FIRSTLINE_SEED repeats a run, FIRSTLINE_OPS lengthens it.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, SITE, T0 } from './redis.mjs';
import { random } from './random.mjs';

const OPS = Number(process.env.FIRSTLINE_OPS ?? 6000);
const SEEDS = process.env.FIRSTLINE_SEED ? [Number(process.env.FIRSTLINE_SEED)] : [1, 2, 3];
const AGENTS = ['ana', 'bob', 'cid', 'dee'];
const VISITORS = 12;

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

/** One random operation, as a call. Most are plausible, some are not. */
function operation(pick, chats) {
  const visitor = vid(1 + pick(VISITORS)), agent = AGENTS[pick(AGENTS.length)], chat = String(1 + pick(chats + 1));
  const recent = String(Math.max(1, chats - pick(14))), m = `mid-${pick(4000)}-xx`, one = list => list[pick(list.length)];
  const body = m => JSON.stringify({ from: 'visitor', text: m, mid: m });
  const table = [
    [20, () => ['visitor_say', visitor, m, body(m), m, one(['', 'lt', 'en']), '', '', one(['', 'general', 'returns'])]],
    [8, () => ['visitor_human', visitor, `hum-${pick(4000)}-xx`, '', '', '', one(['', 'returns'])]],
    [3, () => ['visitor_end', visitor]],
    [2, () => ['rate', visitor, 1 + pick(5), '']],
    [14, () => { const faq = one(['a', 'b', 'c']); return ['answer', recent, faq, JSON.stringify({ faq, title: faq, text: 'x', link: '', lang: 'en' }), pick(3)]; }],
    [3, () => ['enqueue', recent, one(['no_answer', 'limit', 'asked']), 0]],
    [10, () => ['helped', visitor, 2 + pick(3), one(['0', '1', '1'])]],
    [1, () => ['profile', visitor, '{"name":"N","attrs":{"a":"b"}}']],
    [12, () => ['accept', agent, recent]],
    [4, () => ['decline', agent, recent]],
    [4, () => ['take', agent, one([recent, chat])]],
    [12, () => ['agent_say', agent, recent, m, body(m)]],
    [2, () => ['note', agent, recent, m, m]],
    [4, () => ['transfer', agent, recent, 'agent', one(AGENTS), 'because', one(['', 'a note'])]],
    [3, () => ['transfer', agent, recent, 'queue', one(['general', 'returns']), 'because', '']],
    [8, () => ['close', agent, recent, one(['solved', 'unsolved']), 'other', '']],
    [5, () => ['presence', agent, one(['online', 'online', 'away']), one(['', 1, 2, 5])]],
    [8, () => ['lease', 'gw', 1, 1, agent, one(['25000', '=2000', '300000', '=0'])]],
    [6, () => ['tick', 'gw']],
    [1, () => ['agent_disable', agent]],
    [2, () => ['agent_add', agent, '', '', one(['general,returns', 'general']), one(['', '0', '1'])]],
    [1, () => ['seen', recent, one(['v', 'a']), pick(20)]],
    [1, () => ['fl_away', agent]],
    [3, () => ['fl_requeue', recent]],
    [1, () => ['fl_close', recent]],
    [4, () => ['promise', agent, recent, `by ${pick(3)}`, s.now + 1 + pick(60000)]],
    [3, () => ['kept', agent, recent, 1 + pick(3)]],
    [2, () => ['followup', visitor, recent, pick(2)]],
    [1, () => ['bridge_say', 'mail', `v${pick(4)}@example.org`, m, m, 'lt', '', '']],
  ];
  let at = pick(table.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of table) { if (at < weight) return make(); at -= weight; }
}

/** Every event of every chat: in order, `at` never backwards, at most one chat open per visitor. */
async function transcripts(chats) {
  let messages = 0;
  for (let n = 1; n <= chats; n++) {
    const events = await s.events(n);
    events.forEach((e, i) => {
      assert.equal(e.seq, i + 1);
      if (i) assert.ok(e.at >= events[i - 1].at, `chat ${n}: time ran backwards at ${e.seq}`);
    });
    messages += events.filter(e => e.kind === 'message').length;
    const closed = events.findIndex(e => e.kind === 'closed');
    if (closed >= 0) assert.ok(events.slice(closed + 1).every(e => ['rated', 'promise', 'kept'].includes(e.kind)), `chat ${n}: something after its end`);
  }
  return messages;
}

for (const seed of SEEDS) {
  test(`${OPS} random operations, seed ${seed}`, { timeout: 300000 }, async () => {
    const pick = random(seed), done = {};
    let accepted = 0, chats = 0;
    await s.fl('fl_set', 'queues', 'general,returns');
    await s.fl('fl_set', 'answers_gap_s', '5');
    for (const agent of AGENTS) await s.work(agent, { queues: 'general,returns' });
    for (let i = 0; i < OPS; i++) {
      s.now += pick(20) === 0 ? -pick(5000) : pick(1500);
      const [name, ...args] = operation(pick, chats);
      if (AGENTS.includes(args[0]) && Number(args[1]) > 0 && pick(3) > 0) { // mostly the agent who has the chat
        const c = await s.chat(args[1]);
        args[0] = c.offered_to || c.agent || args[0];
      }
      const reply = name.startsWith('fl_') ? await s.fl(name, ...args) : await s.raw(name, ...args);
      const ok = name.startsWith('fl_') ? !reply[0].startsWith('error') : reply[0] === 'ok';
      if (ok) done[name] = (done[name] ?? 0) + 1;
      if (ok && name.endsWith('_say') && reply[4] === '0') accepted++;
      if (name === 'visitor_say' || name === 'visitor_human') chats = Number(await s.redis.get(`${SITE}:next_chat`) ?? 0);
      if (i % 100 === 99) {
        const lines = await s.fl('fl_fsck');
        assert.match(lines.at(-1), /^ok: /, `after operation ${i}, ${name} ${args.join(' ')} (seed ${seed}):\n${lines.join('\n')}`);
      }
    }
    assert.equal(await transcripts(chats), accepted, 'each accepted message is in a transcript exactly once');
    for (const name of ['visitor_say', 'visitor_human', 'answer', 'helped', 'accept', 'decline', 'take', 'agent_say', 'transfer', 'close', 'tick', 'rate', 'fl_away', 'fl_requeue']) {
      assert.ok(done[name] > 0, `${name} never succeeded, so it was not tried`);
    }
    // The time stands still from here on: everything due is done in a few ticks, and then nothing more happens.
    s.now = Math.max(s.now, T0) + 1e6;
    for (let i = 0; i < 5; i++) await s.ok('tick', 'gw');
    assert.deepEqual((await s.ok('tick', 'gw')).slice(0, 4), ['0', '0', '0', '0']);
    await s.sound();
  });
}
