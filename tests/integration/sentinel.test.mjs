// Sentinels fail over while people write: nothing acknowledged is lost or doubled, and they can write again within seconds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newMid, Visitor } from '../lib/client.mjs';
import { firstline, slowness, startGateway } from '../lib/gateway.mjs';
import { startSentinels } from '../lib/sentinels.mjs';
import { sleep, until } from '../lib/wait.mjs';

const VISITORS = 16;
const GAP_MS = 5000;

/** One visitor who writes without pause, as a client does: keeps each text until it is acknowledged, over errors and new sockets. */
async function write(gateways, number, run) {
  const mine = { token: undefined, chat: undefined, shown: [], acks: [] };
  let visitor;
  const open = async () => {
    for (;;) {
      try {
        const last = mine.shown.at(-1);
        visitor = new Visitor(gateways[(number + run.opened++) % gateways.length]);
        await visitor.opened;
        visitor.after = last?.seq ?? 0;
        const hello = { type: 'hello', lang: 'en', ...(mine.token && { token: mine.token }), ...(last && { chat: last.chat, after: last.seq }) };
        for (;;) {
          const answer = await visitor.ask(hello, (frame) => frame.type === 'welcome' || frame.type === 'error');
          if (answer.type === 'welcome') { visitor.welcome = answer; visitor.token = answer.token; break; }
          assert.equal(answer.code, 'busy');
          await sleep(Math.min(answer.retry_after_ms, 200));
        }
        const show = (event) => {
          const before = mine.shown.at(-1);
          if (before && event.seq === 1 && before.seq >= 1) mine.shown.length = 0; // told anew from the beginning
          mine.shown.push(event);
        };
        visitor.welcome.events.forEach(show);
        // What came between the welcome and now, then what comes.
        for (const frame of visitor.frames) if (frame.type === 'event') show(frame);
        visitor.onframe = (frame) => { if (frame.type === 'event') show(frame); };
        mine.token = visitor.token;
        return;
      } catch {
        visitor?.socket.terminate();
        await sleep(100);
      }
    }
  };
  await open();
  for (let n = 0; !run.over; n++) {
    const mid = newMid();
    for (;;) {
      const answer = await visitor.say(`message ${n} of ${number}`, mid, { ms: 6000 }).catch((error) => {
        if (visitor.failures.length) throw visitor.failures[0];
        return { type: 'broken', message: error.message };
      });
      if (answer.type === 'ack') {
        mine.acks.push({ mid, chat: answer.chat, seq: answer.seq, at: Date.now() });
        run.acks.push(Date.now());
        break;
      }
      if (answer.type === 'broken') {
        visitor.socket.terminate();
        await open();
      } else {
        assert.equal(answer.code, 'busy', JSON.stringify(answer));
        await sleep(Math.min(answer.retry_after_ms, 200));
      }
    }
    await sleep(20);
  }
  const head = mine.acks.at(-1).seq;
  await until(`visitor ${number} to see everything`, () => mine.shown.at(-1)?.seq >= head, { ms: 5000 * slowness, seen: () => `${mine.shown.length} of ${head}` });
  await visitor.close();
  return mine;
}

/** Holds what was acknowledged and shown against the transcripts of the master there is now. */
async function check(master, everybody) {
  let acked = 0;
  for (const { acks, shown } of everybody) {
    const chat = acks[0].chat;
    const lines = await master.cli('--json', 'XRANGE', `{main}:chat:${chat}:log`, '-', '+');
    const entries = JSON.parse(lines.join('\n'));
    const events = entries.map(([id, [, , , kind, , body]]) => ({ seq: Number(id.split('-')[0]), kind, mid: JSON.parse(body).mid }));
    assert.deepEqual(events.map(({ seq }) => seq), events.map((_, i) => i + 1), 'no hole in seq');
    for (const ack of acks) {
      assert.equal(ack.chat, chat);
      assert.deepEqual(events.filter(({ mid }) => mid === ack.mid).map(({ seq }) => seq), [ack.seq], `an acknowledged message of chat ${chat} is there once, with its seq`);
      acked++;
    }
    assert.deepEqual(acks.map(({ seq }) => seq), acks.map(({ seq }) => seq).sort((a, b) => a - b), 'in the order they were sent');
    assert.deepEqual(shown.map(({ seq, mid }) => [seq, mid]), events.slice(0, shown.length).map(({ seq, mid }) => [seq, mid]), 'shown is what is stored');
  }
  return acked;
}

async function failover(t, hurt, { durability = 'replicated', gapMs = GAP_MS } = {}) {
  const cluster = await startSentinels();
  t.after(() => cluster.stop());
  const gateways = [];
  t.after(async () => { for (const gateway of gateways) assert.equal((await gateway.stop()).code, 0, gateway.output.slice(-2000)); });
  const redis = { url: cluster.url, socket: cluster.redises[0].socket };
  for (let i = 0; i < 2; i++) gateways.push(await startGateway({ redis, args: ['--durability', durability], env: { FIRSTLINE_LOG_LEVEL: 'debug' } }));
  const master = cluster.redises[0];
  await master.set('answers_max', 0);
  await master.set('unheard_ms', 60000);
  await master.set('say_per_10s', 1000);
  const run = { over: false, acks: [], opened: 0 };
  const writing = Promise.all(Array.from({ length: VISITORS }, (_, number) => write(gateways, number, run)));
  writing.catch(() => (run.over = true));
  await until('a flow of messages', () => run.acks.length > 300 || run.over, { ms: 20_000 * slowness });
  const struck = Date.now();
  await hurt(cluster, master, run);
  const fresh = await until('another master', async () => {
    const found = await cluster.master();
    return found && found !== master ? found : null;
  }, { ms: 30_000, every: 50 });
  await until('the flow to go on', () => run.over || run.acks.filter((at) => at > struck).length > 500, { ms: 30_000 * slowness, seen: () => gateways.map((gateway) => gateway.output.slice(-1500)).join('\n') });
  await sleep(1000);
  run.over = true;
  const everybody = await writing;
  const last = await until('the last master', () => cluster.master(), { ms: 20_000, every: 50 });
  const acked = await check(last, everybody);
  const times = run.acks.filter((at) => at > struck - 500).sort((a, b) => a - b);
  const gap = Math.max(...times.slice(1).map((at, i) => at - times[i]));
  t.diagnostic(`${acked} acknowledged, 0 lost; the longest time without an ack was ${gap} ms`);
  assert.ok(gap <= gapMs * slowness, `${gap} ms without an ack`);
  const fsck = await last.fsck();
  assert.match(fsck.at(-1), /^ok/, fsck.join('\n'));
  return { cluster, gateways, master, fresh: last };
}

test('the master is killed: its acknowledged messages are in the next one', async (t) => {
  const { cluster, gateways, fresh } = await failover(t, (_, master) => master.kill());
  // The command line finds the new master, too.
  const added = await firstline(['agent', 'add', 'ana', '--redis', cluster.url]);
  assert.equal(added.code, 0, added.stderr);
  assert.equal((await fresh.cli('HGET', '{main}:agent:ana', 'name'))[0], 'ana');
  const doctor = await firstline(['doctor', '--redis', cluster.url, '--listen', '127.0.0.1:0']);
  assert.match(doctor.stdout, /^ok +replicas +1 /m, doctor.stdout);
  assert.match(gateways[0].output, /failed over to another master/);
});

test('the master hangs and wakes up as the old one: nothing it took meanwhile was acknowledged', async (t) => {
  const { cluster, master } = await failover(t, async (all, old) => {
    old.signal('SIGSTOP');
    await until('a failover', async () => {
      const found = await all.master().catch(() => null);
      return found && found !== old;
    }, { ms: 20_000, every: 100 });
    old.signal('SIGCONT');
  });
  await until('the old master to follow', async () => (await cluster.info(master, 'role')) === 'slave', { ms: 20_000, every: 100 });
});

const PAUSE_MS = 1000; // shorter than the Sentinels take for an absence

/** Both replicas hang, the master goes on alone, and dies before they have what it took. */
async function killAhead(cluster, master) {
  const replicas = cluster.redises.slice(1);
  await master.cli('CONFIG', 'SET', 'min-replicas-to-write', '0');
  for (const node of replicas) node.signal('SIGSTOP');
  await master.cli('CLIENT', 'KILL', 'TYPE', 'replica'); // else they would find it in their sockets when they wake
  await sleep(PAUSE_MS);
  await master.kill();
  for (const node of replicas) node.signal('SIGCONT');
}

test('the master dies while it is ahead of its replicas: what only it had was not acknowledged', async (t) => {
  await failover(t, killAhead, { gapMs: GAP_MS + PAUSE_MS });
});

test('the same without waiting for replicas loses messages, and this check sees it', async (t) => {
  await assert.rejects(failover(t, killAhead, { durability: 'fsync', gapMs: GAP_MS + PAUSE_MS }), /is there once, with its seq|came where|shown is what is stored/);
});
