// One command keeps Redis busy for seconds (DEBUG SLEEP), as a KEYS or a fork on a slow machine does.
import { startRedis } from '../../lib/redis.mjs';
import { silence } from '../silence.mjs';

const SECONDS = 4;

export default {
  name: 'redis-sleep',
  title: 'Redis busy (DEBUG SLEEP)',
  world: { store: (options) => startRedis({ ...options, args: ['--enable-debug-command', 'yes'] }) },
  bounds: { recover: 2000 },
  async inject(world) {
    let asleep;
    await silence(world, { begin: () => { asleep = world.redis.cli('DEBUG', 'SLEEP', SECONDS); }, end: () => asleep, ms: 1500 });
  },
};
