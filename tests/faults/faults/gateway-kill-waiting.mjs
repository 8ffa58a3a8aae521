// A gateway is killed while its requests wait for a Redis that hangs: they are carried out when it goes on, and nobody is told. The clients send
// everything again through another gateway; it must be found, not stored twice.
import { sleep } from '../world.mjs';

export default {
  name: 'gateway-kill-waiting',
  title: 'gateway killed with requests under way',
  bounds: { recover: 2000 },
  async inject(world, n) {
    const victim = world.gateways[n % world.gateways.length];
    world.redis.child.kill('SIGSTOP');
    try {
      await sleep(300);
      victim.gone = true;
      await victim.kill();
    } finally {
      world.redis.child.kill('SIGCONT');
    }
    await world.moved(victim);
    await world.restartGateway(victim);
    world.healed();
  },
};
