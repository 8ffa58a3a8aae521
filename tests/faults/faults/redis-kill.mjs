// Redis dies and is started again: texts wait in the browsers, nothing acknowledged is gone, all is drained in 2 s.
import { sleep } from '../world.mjs';

export default {
  name: 'redis-kill',
  title: 'Redis killed, started again',
  bounds: { recover: 2000 },
  async inject(world) {
    await world.redis.kill();
    await sleep(500);
    await world.redis.start();
    world.healed();
  },
};
