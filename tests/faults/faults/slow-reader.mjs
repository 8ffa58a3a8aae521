// Clients with a tiny receive buffer that never read, in chats where much is said: each is closed, and costs at most 300 KiB of the
// gateway's memory and of the kernel's send buffers together. Measured at a gateway of its own, while the others have their load.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { newMid, Visitor } from '../../lib/client.mjs';
import { slowness } from '../../lib/gateway.mjs';
import { isolated } from '../network.mjs';
import { sleep } from '../world.mjs';

const READERS = 20;
const SPENT_MAX = 300 * 1024;
const CLOSED_MS = 30_000;

const resident = (pid) => 1024 * Number(/^Rss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
const tooSlow = async (gateway) => Number(/^firstline_sockets_too_slow_total (\d+)/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())[1]);

/** Bytes the kernel keeps to be sent from a port. */
function unsent(port) {
  const { stdout } = spawnSync('ss', ['-tmn', 'sport', '=', `:${port}`], { encoding: 'utf8' });
  return [...stdout.matchAll(/skmem:\([^)]*\bw(\d+)/g)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

/** What the kernel takes for a new client's reader; back to what it was when called again. Only in a network of its own. */
function receiveBuffers(sizes) {
  if (isolated) spawnSync('sysctl', ['-qw', `net.ipv4.tcp_rmem=${sizes}`]);
}

export default {
  name: 'slow-reader',
  title: 'clients that do not read',
  isolated: true,
  world: { gateways: 2, chats: 50 },
  bounds: { next: 2000 },
  async prepare(world) {
    world.extra = await world.startGateway();
    world.spent = [];
  },
  async inject(world) {
    const gateway = world.extra;
    const port = new URL(gateway.url).port;
    const talker = await Visitor.open(gateway, { lang: 'en' });
    // What is said here is in the books, too: a chat with this much unanswered ends up with an agent.
    const say = (text, mid = newMid()) => {
      world.journal.wrote('talker', mid, text, performance.now());
      return talker.say(text, mid);
    };
    await say('Now I tell you everything');
    const rmem = readFileSync('/proc/sys/net/ipv4/tcp_rmem', 'utf8').trim();
    receiveBuffers('2304 2304 2304');
    const readers = [];
    for (let i = 0; i < READERS; i++) {
      const reader = await Visitor.open(gateway, { lang: 'en', token: talker.token, after: 1 });
      reader.socket._socket.pause();
      readers.push(reader);
    }
    receiveBuffers(rmem);
    const [before, spoken] = [await tooSlow(gateway), resident(gateway.pid)];
    const kernel = unsent(port);
    let peak = 0;
    const closed = async () => (await tooSlow(gateway)) - before;
    const from = performance.now();
    world.struck();
    while ((await closed()) < READERS) {
      assert.ok(performance.now() - from < CLOSED_MS * slowness, `${await closed()} of ${READERS} closed`);
      const { type, message } = await say('字'.repeat(3900));
      assert.equal(type, 'ack', message);
      peak = Math.max(peak, resident(gateway.pid) - spoken + unsent(port) - kernel);
      await sleep(5);
    }
    world.spent.push(peak / READERS);
    for (const reader of readers) reader.cut();
    talker.cut();
  },
  async after(world) {
    const { code } = await world.extra.stop();
    assert.equal(code, 0, world.extra.output.slice(-2000));
    console.log(`a client that does not read costs ${Math.round(Math.max(...world.spent) / 1024)} KiB at most`);
    assert.ok(Math.max(...world.spent) <= SPENT_MAX, `${Math.max(...world.spent)} bytes a reader`);
  },
};
