// Redis stops for longer than the gateways wait for it: they give up their requests and tell the clients "busy"; when it goes on it carries
// out what was given up, while the clients send it again.
import { silence } from '../silence.mjs';

export default {
  name: 'redis-stop-long',
  title: 'Redis hangs 8 s (SIGSTOP)',
  bounds: { recover: 2000 },
  inject: (world) => silence(world, { begin: () => world.redis.child.kill('SIGSTOP'), end: () => world.redis.child.kill('SIGCONT'), ms: 8000 }),
};
