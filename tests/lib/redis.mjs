// A redis-server of the test's own, on a unix socket in a folder of its own, and redis-cli as ops would use it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, start, stop } from './children.mjs';
import { until } from './wait.mjs';

/** redis-cli against a unix socket: the answer's lines, errors thrown. */
export async function redisCli(socket, ...args) {
  const { code, stdout, stderr } = await run('redis-cli', ['-s', socket, ...args.map(String)]);
  if (code !== 0 || stderr.trim()) throw new Error(`redis-cli ${args.slice(0, 4).join(' ')}: ${stderr || stdout}`);
  if (/^(ERR|WRONGTYPE|NOSCRIPT|NOPERM|MISCONF|OOM) /.test(stdout)) throw new Error(`redis-cli ${args.slice(0, 4).join(' ')}: ${stdout}`);
  return stdout.replace(/\n$/, '').split('\n');
}

/** What ops call: FCALL of a Function of the site. */
export const opsOf = (socket, site = 'main') => ({
  cli: (...args) => redisCli(socket, ...args),
  fcall: (name, ...args) => redisCli(socket, 'FCALL', name, 1, `{${site}}`, ...args),
  fcallRo: (name, ...args) => redisCli(socket, 'FCALL_RO', name, 1, `{${site}}`, ...args),
  async set(name, value) {
    const [line] = await redisCli(socket, 'FCALL', 'fl_set', 1, `{${site}}`, name, value);
    if (line.startsWith('error')) throw new Error(`fl_set ${name} ${value}: ${line}`);
    return line;
  },
  async fsck() {
    const lines = await redisCli(socket, 'FCALL_RO', 'fl_fsck', 1, `{${site}}`);
    return lines;
  },
});

export async function startRedis({ fsync = 'always', folder = mkdtempSync(join(tmpdir(), 'fl-redis-')), args = [], env = {} } = {}) {
  const socket = join(folder, 'redis.sock');
  const redis = {
    folder, socket, url: `unix:${socket}`, child: null, ...opsOf(socket),
    async start() {
      redis.child = start('redis-server', ['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700', '--dir', folder, '--save', '',
        '--appendonly', fsync === 'no' ? 'no' : 'yes', '--appendfsync', fsync === 'no' ? 'everysec' : fsync, '--daemonize', 'no', ...args], { env: { ...process.env, ...env } });
      redis.child.stdout.resume();
      redis.child.stderr.resume();
      await until('redis-server to answer', () => redis.cli('PING').then(([line]) => line === 'PONG', () => false), { ms: 15_000, every: 30 });
    },
    kill: () => stop(redis.child, 'SIGKILL'),
    async stop() {
      await stop(redis.child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}
