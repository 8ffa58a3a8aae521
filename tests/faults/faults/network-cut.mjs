// One gateway's network is cut for 3 to 9 s: no packet passes, nobody is told; then it is whole again.
import { openNetwork } from '../network.mjs';
import { startRedis } from '../../lib/redis.mjs';
import { sleep } from '../world.mjs';

const network = openNetwork();

export default {
  name: 'network-cut',
  title: 'network cut for 3 to 9 s',
  isolated: true,
  world: {
    store: async (options) => {
      await network.open(3);
      return startRedis(options);
    },
    via: network.via,
  },
  bounds: { next: 20_000 },
  async inject(world, n) {
    const gateway = world.gateways[n % world.gateways.length];
    world.struck();
    network.cut(gateway);
    await sleep(3000 + Math.random() * 6000);
    network.mend(gateway);
  },
};
