// All gateways are restarted one after the other, as an update does it: SIGTERM, wait for the end, start, next. Nobody notices.
import { stop } from '../../lib/children.mjs';

export default {
  name: 'rolling-restart',
  title: 'rolling restart',
  times: { short: 1, long: 20, part: 7 },
  bounds: { next: 2000 },
  calm: true,
  async inject(world) {
    for (const gateway of [...world.gateways]) {
      gateway.gone = true; // as a load balancer learns from /readyz
      const { code } = await stop(gateway.child, 'SIGTERM');
      if (code !== 0) throw new Error(`a gateway asked to stop ended with ${code}`);
      await world.restartGateway(gateway);
    }
  },
};
