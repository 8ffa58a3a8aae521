// Redis keeps everybody waiting (CLIENT PAUSE), as ops do before a failover by hand.
import { silence } from '../silence.mjs';
import { until } from '../world.mjs';

export default {
  name: 'redis-pause',
  title: 'Redis pauses (CLIENT PAUSE)',
  bounds: { recover: 2000 },
  inject: (world) => silence(world, {
    begin: () => world.redis.cli('CLIENT', 'PAUSE', 4000, 'ALL'),
    end: () => until('Redis to answer', () => world.redis.cli('PING').then(([line]) => line === 'PONG')),
    ms: 1500,
  }),
};
