// The master is killed: a replica takes its place, and has everything that was acknowledged.
import { clustered } from '../cluster.mjs';

export default {
  name: 'failover-kill',
  title: 'failover: master killed (replicated)',
  world: clustered,
  everyTime: true,
  times: { short: 1, long: 20, part: 5 },
  bounds: { gap: 5000 },
  async inject(world) {
    const old = await world.redis.master();
    world.struck();
    await old.kill();
    await world.redis.another(old);
    await world.redis.whole();
  },
};
