// A Redis whose power can be cut: what it had not synced to disk is gone, as synced.c noted it.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start, stop } from '../lib/children.mjs';
import { opsOf, startRedis } from '../lib/redis.mjs';
import { check } from './checker.mjs';
import { compilePreload } from './preload.mjs';
import { until } from './world.mjs';

const SLOT_BYTES = 16;

/** inode -> bytes on disk for sure. */
function readNotes(file) {
  const notes = readFileSync(file);
  const known = new Map();
  for (let at = 0; at < notes.length; at += SLOT_BYTES) {
    const inode = notes.readBigUInt64LE(at);
    if (inode) known.set(inode, Number(notes.readBigUInt64LE(at + 8)));
  }
  return known;
}

/** A startRedis whose result has cut(): dies, and loses what was not synced; gives the bytes lost. start() begins again. */
export async function startFragileRedis({ fsync }) {
  const tools = mkdtempSync(join(tmpdir(), 'fl-powercut-'));
  const notes = join(tools, 'notes');
  const redis = await startRedis({ fsync, env: { LD_PRELOAD: await compilePreload('synced', tools), FAULTS_SYNCED: notes } });
  const files = join(redis.folder, 'appendonlydir');
  redis.cut = async () => {
    await redis.kill();
    const synced = readNotes(notes);
    let lost = 0;
    for (const name of readdirSync(files)) {
      const file = join(files, name);
      const { ino, size } = statSync(file, { bigint: true });
      const kept = synced.get(ino) ?? 0;
      if (kept < Number(size)) {
        lost += Number(size) - kept;
        truncateSync(file, kept);
      }
    }
    return lost;
  };
  /** What another server finds in the files as they are now; `look(socket)` may read. */
  redis.autopsy = async (look) => {
    const socket = join(tools, 'autopsy.sock');
    const child = start('redis-server', ['--port', '0', '--unixsocket', socket, '--dir', redis.folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'no']);
    child.stdout.resume();
    child.stderr.resume();
    try {
      await until('the files to be read', () => opsOf(socket).cli('PING').then(([line]) => line === 'PONG', () => false), { ms: 30_000, every: 10 });
      return await look(socket);
    } finally {
      await stop(child, 'SIGKILL');
    }
  };
  const stopRedis = redis.stop;
  redis.stop = async () => {
    await stopRedis();
    rmSync(tools, { recursive: true, force: true });
  };
  return redis;
}

/** The power is cut, the files are examined before anybody can mend anything, and Redis starts again. */
export async function cutPower(world) {
  const { redis, journal } = world;
  await redis.cut();
  for (const problem of await redis.autopsy(async (socket) => check(journal, await world.streams(socket)))) journal.problem(problem.what, `after the power cut: ${problem.detail}`);
  await redis.start();
  world.healed();
}
