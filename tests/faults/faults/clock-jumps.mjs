// The clocks of Redis and of all gateways jump an hour ahead, or an hour back, and return: times in a transcript never run backwards, and no
// agent loses a chat over it.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../../lib/redis.mjs';
import { compilePreload } from '../preload.mjs';
import { sleep, until } from '../world.mjs';

const STAY_MS = 8000; // longer than leases take to be looked at, and renewed

const folder = mkdtempSync(join(tmpdir(), 'fl-clock-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'clock');
/** The clocks are so many seconds off. The file is written over, not anew: the processes look at its page. */
function set(seconds) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(seconds));
  const fd = openSync(file, 'a+');
  closeSync(fd);
  writeFileSync(file, bytes, { flag: 'r+' });
}
const env = { FAULTS_CLOCK: file };

/** Before anything else starts: the gateways take `env` as it is then. */
async function store(options) {
  set(0);
  env.LD_PRELOAD = await compilePreload('jumped', folder);
  return startRedis({ ...options, env });
}

const redisTime = async (world) => Number((await world.redis.cli('TIME'))[0]);

export default {
  name: 'clock-jumps',
  title: 'clocks jump an hour and return',
  world: { store, env, chatLength: 100_000 },
  bounds: { next: 2000 },
  calm: true,
  async inject(world, n) {
    for (const offset of [n % 2 ? -3600 : 3600, 0]) {
      set(offset);
      await until('the clock to jump', async () => Math.abs((await redisTime(world)) - Date.now() / 1000 - offset) < 10);
      await sleep(STAY_MS);
    }
  },
  async after(world, result) {
    for (const [chat, events] of await world.streams()) {
      const left = events.filter(({ kind }) => kind === 'left').length;
      if (left) result.problems.push({ what: 'error', detail: `chat ${chat}: an agent was taken off it ${left} times` });
      if (left) result.errors++;
      for (let i = 1; i < events.length; i++) {
        if (events[i].at >= events[i - 1].at) continue;
        result.reordered++;
        result.problems.push({ what: 'reordered', detail: `chat ${chat}: event ${events[i].seq} is older than the one before` });
      }
    }
  },
};
