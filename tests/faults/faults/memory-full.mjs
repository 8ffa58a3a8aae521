// Redis is out of memory for some seconds: a clear error, chats stay readable, nothing is acknowledged; then all goes through.
import assert from 'node:assert/strict';
import { refused, stillness } from '../full.mjs';
import { sleep } from '../world.mjs';

const FULL_MS = 3000;

export default {
  name: 'memory-full',
  title: 'memory full',
  world: { gateways: 2, chats: 50 },
  bounds: { next: FULL_MS + 4500 },
  async inject(world) {
    await world.ops.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    world.struck();
    await world.ops.cli('CONFIG', 'SET', 'maxmemory', '1');
    const acked = await stillness(world);
    assert.match(await refused(world), /out of memory/);
    await sleep(FULL_MS);
    assert.equal(world.journal.acked, acked, 'nothing is acknowledged meanwhile');
    await world.ops.cli('CONFIG', 'SET', 'maxmemory', '0');
  },
};
