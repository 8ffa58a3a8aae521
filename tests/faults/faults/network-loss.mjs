// A fifth of all packets between clients and gateways is lost, in both directions, for some seconds.
import { openNetwork } from '../network.mjs';
import { startRedis } from '../../lib/redis.mjs';
import { sleep } from '../world.mjs';

const CHANCE = 0.2;
const network = openNetwork();

export default {
  name: 'network-loss',
  title: 'every fifth packet lost',
  isolated: true,
  world: {
    store: async (options) => {
      await network.open(3);
      return startRedis(options);
    },
    via: network.via,
  },
  bounds: { next: 15_000 },
  async inject(world) {
    world.struck();
    for (const gateway of world.gateways) network.lose(gateway, CHANCE);
    await sleep(5000);
    for (const gateway of world.gateways) network.keep(gateway, CHANCE);
  },
};
