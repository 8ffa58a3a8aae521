// Every connection of a gateway becomes half-open: it carries nothing, nobody is told. Both sides must find it within 30 s.
import assert from 'node:assert/strict';
import { Board } from '../proxy.mjs';
import { startRedis } from '../../lib/redis.mjs';
import { slowness } from '../../lib/gateway.mjs';
import { until } from '../world.mjs';

const FOUND_MS = 30_000;
const board = new Board();
const dropped = async (gateway) => Number(/^firstline_sockets_silent_total (\d+)/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())[1]);

export default {
  name: 'network-half-open',
  title: 'half-open connections',
  world: {
    store: async (options) => {
      await board.open(3);
      return startRedis(options);
    },
    via: board.via,
  },
  bounds: { next: FOUND_MS, recover: FOUND_MS },
  async inject(world, n) {
    const gateway = world.gateways[n % world.gateways.length];
    const before = await dropped(gateway);
    const from = performance.now();
    world.struck();
    const pairs = board.of(gateway).silence();
    const sockets = pairs.filter(({ server }) => !server.destroyed).length;
    assert.ok(sockets > 0, 'nobody was connected there');
    // The proxy throws the goodbyes away too: what ends at the gateway's side, the gateway ended by itself.
    const open = () => pairs.filter(({ server }) => !server.destroyed && !server.readableEnded).length;
    await until('the gateway to drop what is dead', async () => open() === 0, { ms: FOUND_MS * slowness * 2, every: 50, seen: () => `${open()} of ${sockets} still open` });
    world.found = Math.max(world.found ?? 0, performance.now() - from);
    assert.ok((await dropped(gateway)) > before, 'its metrics tell of them');
    for (const pair of pairs) pair.cut();
  },
  after(world, result) {
    console.log(`half-open connections were dropped by the gateway within ${(world.found / 1000).toFixed(1)} s`);
    result.recovers.push(world.found);
  },
};
