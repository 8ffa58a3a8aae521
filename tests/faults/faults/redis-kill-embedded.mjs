// The gateways' own Redis dies: whichever gateway keeps it starts it again.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { until } from '../world.mjs';

/** The pid of the redis-server that works in a folder, 0 when none does. */
function serverIn(folder) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'redis-server' && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)) return Number(pid);
    } catch { /* it ended meanwhile */ }
  }
  return 0;
}

export default {
  name: 'redis-kill-embedded',
  title: 'own Redis killed',
  world: { gateways: 2, embedded: true },
  bounds: { recover: 2000 },
  async inject(world) {
    const { folder } = world.gateways[0];
    process.kill(serverIn(folder), 'SIGKILL');
    await until('the own Redis', () => world.ops.cli('PING').then(([line]) => line === 'PONG', () => false), { ms: 30_000, every: 30 });
    world.healed();
  },
};
