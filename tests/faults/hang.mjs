// A process that stops for a while, and goes on whatever happens here.
import { sleep } from './world.mjs';

/** One gateway after the other is stopped for `ms`; gives the gateway. */
export async function hang(world, n, ms) {
  const victim = world.gateways[n % world.gateways.length];
  victim.child.kill('SIGSTOP');
  try {
    await sleep(ms);
  } finally {
    victim.child.kill('SIGCONT');
  }
  return victim;
}
