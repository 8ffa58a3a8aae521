// The disk of the embedded Redis fills up: a clear error, chats stay readable, nothing is acknowledged and nothing breaks; when there is
// room again, all goes through.
import assert from 'node:assert/strict';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refused, stillness } from '../full.mjs';
import { isolated, isolation, smallDisk } from '../network.mjs';
import { sleep, until } from '../world.mjs';

const DISK_MIB = 48;
const LEFT = 200 * 1024;
const FULL_MS = 4000;

if (isolated) process.env.TMPDIR = smallDisk(DISK_MIB); // where data folders go
const ballast = () => join(tmpdir(), 'ballast');
const ready = async ({ url }) => (await fetch(`${url}/readyz`)).status === 200;

export default {
  name: 'disk-full',
  title: 'disk full',
  isolated: true,
  world: { gateways: 2, chats: 50, embedded: true },
  times: isolated || isolation() ? { short: 1, long: 20, part: 5 } : { short: 0, long: 0 },
  bounds: { next: FULL_MS + 5000 },
  async inject(world) {
    const { bavail, bsize } = statfsSync(tmpdir());
    const room = bavail * bsize;
    assert.ok(room > 10 * LEFT, `only ${room} bytes are free at the beginning`);
    world.struck();
    writeFileSync(ballast(), Buffer.alloc(room - LEFT));
    await until('the gateways to notice', async () => !(await Promise.all(world.gateways.map(ready))).some(Boolean), { ms: 10_000, every: 20 });
    const acked = await stillness(world);
    assert.match(await refused(world), /disk .* is full/);
    await sleep(FULL_MS);
    assert.equal(world.journal.acked, acked, 'nothing is acknowledged meanwhile');
    for (const gateway of world.gateways) {
      assert.match(await (await fetch(`${gateway.url}/readyz`)).text(), /disk/);
      assert.doesNotMatch(gateway.output, /redis-server ended/, 'Redis itself never met the full disk');
    }
    rmSync(ballast());
    await until('the gateways to be ready', async () => (await Promise.all(world.gateways.map(ready))).every(Boolean), { ms: 10_000, every: 20 });
  },
};
