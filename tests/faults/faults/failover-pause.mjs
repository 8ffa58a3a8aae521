// The master hangs, a replica takes its place, and the old one wakes and believes for a moment that it is still the master.
import { clustered } from '../cluster.mjs';
import { sleep } from '../world.mjs';

export default {
  name: 'failover-pause',
  title: 'failover: master paused, then back (replicated)',
  world: clustered,
  everyTime: true,
  times: { short: 1, long: 20, part: 5 },
  bounds: { gap: 5000 },
  async inject(world) {
    const old = await world.redis.master();
    world.struck();
    old.signal('SIGSTOP');
    await world.redis.another(old);
    await sleep(Math.random() * 500); // at some moment of the gateways' change
    old.signal('SIGCONT');
    await world.redis.whole();
  },
};
