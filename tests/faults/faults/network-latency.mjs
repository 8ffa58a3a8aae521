// The way to the gateways becomes long: 150 to 400 ms each way, for everybody, then short again.
import { Board } from '../proxy.mjs';
import { startRedis } from '../../lib/redis.mjs';
import { sleep } from '../world.mjs';

const board = new Board();

export default {
  name: 'network-latency',
  title: 'long way to the gateways (150 to 400 ms)',
  world: {
    store: async (options) => {
      await board.open(3);
      return startRedis(options);
    },
    via: board.via,
  },
  calm: true,
  last: true, // it measures times
  bounds: { next: 3000, wait: 3000 },
  async inject(world) {
    world.struck();
    for (const gateway of world.gateways) board.of(gateway).delayMs = 150 + Math.random() * 250;
    await sleep(4000);
    for (const gateway of world.gateways) board.of(gateway).delayMs = 0;
  },
};
