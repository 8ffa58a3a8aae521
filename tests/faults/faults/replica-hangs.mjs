// One replica hangs, then both: with one left messages are acknowledged as ever; without any nothing is acknowledged, and all goes on after.
import assert from 'node:assert/strict';
import { clustered } from '../cluster.mjs';
import { sleep } from '../world.mjs';

const ALONE_MS = 5500; // what was already confirmed, or may have been, is acknowledged by then
const HUNG_MS = 3000;

export default {
  name: 'replica-hangs',
  title: 'replicas hang, one, then both (replicated)',
  world: clustered,
  everyTime: true,
  times: { short: 1, long: 20, part: 5 },
  bounds: { gap: ALONE_MS + HUNG_MS + 5000 },
  async inject(world) {
    const master = await world.redis.master();
    const [one, other] = world.redis.cluster.redises.filter((node) => node !== master);
    world.struck();
    one.signal('SIGSTOP');
    const before = world.journal.acked;
    await sleep(HUNG_MS);
    assert.ok(world.journal.acked > before + 50, 'one replica is enough');
    other.signal('SIGSTOP');
    await sleep(ALONE_MS);
    const alone = world.journal.acked;
    await sleep(HUNG_MS);
    assert.equal(world.journal.acked, alone, 'nothing is acknowledged without a replica');
    await world.redis.whole();
  },
};
