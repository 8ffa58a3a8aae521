// Every connection of a gateway breaks in the middle of whatever it carries: a frame, a frame's head, a handshake.
import { Board } from '../proxy.mjs';
import { startRedis } from '../../lib/redis.mjs';
import { sleep, until } from '../world.mjs';

const board = new Board();

export default {
  name: 'network-mid-frame',
  title: 'connections cut in mid-frame',
  world: {
    store: async (options) => {
      await board.open(3);
      return startRedis(options);
    },
    via: board.via,
  },
  bounds: { next: 2000 },
  async inject(world, n) {
    const proxy = board.of(world.gateways[n % world.gateways.length]);
    const pairs = [...proxy.pairs];
    world.struck();
    proxy.cutAmid(() => 1 + Math.floor(Math.random() * 200));
    // Those that carried nothing since are cut as they are.
    await sleep(300);
    for (const pair of pairs) pair.cut();
    await until('everybody to be connected', () => world.people.every((person) => person.gateway), { ms: 30_000, every: 10 });
  },
};
