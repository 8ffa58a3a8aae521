// The whole Redis process stops (SIGSTOP) and goes on.
import { silence } from '../silence.mjs';

export default {
  name: 'redis-stop',
  title: 'Redis hangs (SIGSTOP)',
  bounds: { recover: 2000 },
  inject: (world) => silence(world, { begin: () => world.redis.child.kill('SIGSTOP'), end: () => world.redis.child.kill('SIGCONT'), ms: 2000 }),
};
