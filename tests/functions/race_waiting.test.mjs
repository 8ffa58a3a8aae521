// Raced trials of waiting, from three connections at once: an agent accepts while the visitor leaves; three gateways tick while
// people wait, join and go. Whatever the order: one end, no chat in two places, each notice and each voucher once.
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

const eventsOf = async n => JSON.parse((await s.redis.call('FCALL_RO', 'read', 1, SITE, s.now, n, 1, 500))[2]);
/** All at once, each on a connection of its own, in random order. */
function race(pick, acts) {
  const order = acts.map(act => [pick(1e6), act]).sort((a, b) => a[0] - b[0]);
  return Promise.all(order.map(([, [name, ...args]], i) => lines[i % 3].call('FCALL', name, 1, SITE, s.now, ...args).then(reply => [name, reply])));
}

test(`${TRIALS} times an agent accepts while the visitor leaves`, { timeout: 300000 }, async () => {
  const pick = random(SEED), won = { accept: 0, left: 0 };
  await s.work('ana', { capacity: 1 });
  for (let n = 1; n <= TRIALS; n++) {
    s.now += 1000;
    if (n % 100 === 0) await s.ok('lease', 'gw', 1, 1, 'ana', 300000);
    await s.redis.call('FCALL', 'visitor_human', 1, SITE, s.now, vid(n), `human-${n}-xx`, '', '', '', '');
    const replies = Object.fromEntries(await race(pick, [['accept', 'ana', n], ['visitor_end', vid(n)], ['tick', 'gw']]));
    assert.equal(replies.visitor_end[0], 'ok', 'a visitor may always leave');
    const kinds = (await eventsOf(n)).map(e => e.kind).filter(kind => kind !== 'notice');
    const accepted = replies.accept[0] === 'ok';
    if (!accepted) assert.ok(['closed', 'offer_gone'].includes(replies.accept[1]), replies.accept.join(' '));
    assert.deepEqual(kinds, accepted ? ['queued', 'joined', 'closed'] : ['queued', 'closed'], `chat ${n} (seed ${SEED})`);
    won[accepted ? 'accept' : 'left']++;
    if (n % 500 === 0) assert.deepEqual([await s.redis.scard(`${SITE}:agent:ana:chats`), await s.redis.zcard(`${SITE}:offers`), await s.redis.zcard(`${SITE}:active`)], [0, 0, 0]);
  }
  for (const [who, count] of Object.entries(won)) assert.ok(count > TRIALS / 10, `${who} won only ${count} times`);
  await s.sound();
});

test(`${TRIALS} chats wait while three gateways tick: each notice and each voucher once`, { timeout: 300000 }, async t => {
  await s.clear();
  const pick = random(SEED + 1), AT_ONCE = 20, steps = [0, 30, 60, 180], seen = { notices: 0, vouchers: 0, cancelled: 0 }, given = new Set();
  for (const id of ['ana', 'bob']) await s.work(id, { capacity: 1 });
  await s.serve(90001, 'ana');
  await s.serve(90002, 'bob');
  for (let from = 3; from <= TRIALS; from += AT_ONCE) {
    const codes = Array.from({ length: AT_ONCE / 2 }, (_, i) => `CODE-${from}-${i}`);
    await s.fl('fl_voucher_add', ...codes);
    const chats = Array.from({ length: AT_ONCE }, (_, i) => from + i), begun = s.now, ended = new Map();
    for (const n of chats) await s.redis.call('FCALL', 'visitor_human', 1, SITE, s.now, vid(n), `human-${n}-xx`, '', '', '', '');
    for (const step of steps) {
      s.now = begun + step * 1000;
      await s.ok('lease', 'gw', 1, 1, 'ana', 300000, 'bob', 300000);
      const acts = [['tick', 'gw'], ['tick', 'gw2'], ['tick', 'gw3'], ['tick', 'gw'], ['tick', 'gw2']];
      const goes = chats.filter(n => !ended.has(n) && pick(10) === 0);
      for (const n of goes) ended.set(n, step), acts.push(['visitor_end', vid(n)]);
      await race(pick, acts);
      for (const n of chats) if (!ended.has(n)) assert.equal((await s.redis.hget(`${SITE}:chat:${n}`, 'phase')), 'queued');
    }
    for (const n of chats) {
      const codesTold = (await eventsOf(n)).filter(e => e.kind === 'notice');
      const told = codesTold.map(e => e.code);
      assert.equal(new Set(told).size, told.length, `chat ${n}: ${told} (seed ${SEED})`);
      const end = ended.get(n) ?? Infinity;
      // Due before the visitor left: must be there. Due in the same moment: may be. Later: must not.
      [['waiting', 30], ['longer', 60], ['sorry', 180]].forEach(([code, at]) => {
        if (at < end) assert.ok(told.includes(code), `chat ${n} left at ${end} and was not told ${code}: ${told}`);
        if (at > end) assert.ok(!told.includes(code), `chat ${n} left at ${end} and was told ${code}`);
      });
      for (const { params } of codesTold.filter(e => e.code === 'voucher')) {
        assert.ok(!given.has(params.voucher), `${params.voucher} was given twice`);
        given.add(params.voucher);
      }
      seen.notices += told.length;
      if (end < Infinity) seen.cancelled++;
      await s.raw('visitor_end', vid(n));
    }
  }
  seen.vouchers = given.size;
  t.diagnostic(JSON.stringify(seen));
  assert.equal(await s.redis.hlen(`${SITE}:vouchers:given`), given.size, 'what left the pool was shown');
  for (const [what, count] of Object.entries(seen)) assert.ok(count > TRIALS / 10, `${what}: only ${count}`);
  await s.sound();
});
