// One gateway with --workers 3 over its own Redis; a worker is killed, its clients reconnect to the same port, the parent starts another.
import { readFileSync, readdirSync } from 'node:fs';
import { until } from '../world.mjs';

/** The workers' pids: children of the parent that are no redis-server. */
function workers(parent) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      const [, name, rest] = /^\d+ \((.*)\) \S (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      return Number(rest.split(' ')[0]) === parent && name === 'firstline';
    } catch {
      return false; // it ended meanwhile
    }
  });
}

export default {
  name: 'worker-kill',
  title: 'worker killed (--workers 3)',
  world: { gateways: 1, embedded: true, args: ['--workers', '3'] },
  bounds: { next: 2000 },
  async inject(world, n) {
    const [{ pid }] = world.gateways;
    const before = await until('three workers', () => { const all = workers(pid); return all.length === 3 && all; });
    process.kill(Number(before[n % 3]), 'SIGKILL');
    await until('another worker', () => { const all = workers(pid); return all.length === 3 && all.some((one) => !before.includes(one)); });
  },
};
