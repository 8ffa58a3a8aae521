// Gateways: the real program, started on a free port with a data folder of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, start, stop } from './children.mjs';
import { opsOf, redisCli } from './redis.mjs';
import { until } from './wait.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const program = process.env.FIRSTLINE_BIN || join(root, 'build/gateway/firstline');
// A program built with sanitizers is slower; limits on time (never on behaviour) are multiplied by this.
export const slowness = Number(process.env.FIRSTLINE_SLOWNESS || 1);

export const firstline = (args, options) => run(program, args, { cwd: root, ...options });

/** Starts `firstline serve`. With `redis` (from startRedis) it uses that one, otherwise its own embedded one in `data`; `under` is
 *  a command that runs it: valgrind, strace. */
export async function startGateway({ redis, data, under = [], args = [], env = {}, listen = '127.0.0.1:0', wait = 'ready', perAddress = 0 } = {}) {
  const owned = data === undefined;
  const folder = data ?? mkdtempSync(join(tmpdir(), 'fl-data-'));
  const gateway = { folder, output: '', url: '', sockets: '', began: Date.now(), redisUrl: redis?.url, ...opsOf(redis?.socket ?? join(folder, 'redis.sock')) };
  const options = ['serve', '--listen', listen, '--data', folder];
  if (redis) options.push('--redis', redis.url);
  if (perAddress !== null) options.push('--per-address', String(perAddress));
  const [command, ...rest] = [...under, program, ...options, ...args];
  gateway.child = start(command, rest, { cwd: root, env: { ...process.env, ...env } });
  for (const stream of [gateway.child.stdout, gateway.child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (gateway.output += chunk));
  gateway.pid = gateway.child.pid;
  gateway.line = (what, pattern, ms = 15_000) => until(what, () => {
    const found = pattern.exec(gateway.output);
    if (found) return found;
    if (gateway.child.exitCode !== null) throw new Error(`the gateway ended with ${gateway.child.exitCode} before ${what}:\n${gateway.output}`);
    return null;
  }, { ms: ms * slowness, seen: () => gateway.output });
  gateway.stop = async (signal = 'SIGTERM') => {
    const end = await stop(gateway.child, signal);
    if (!redis && signal === 'SIGKILL') await redisCli(join(folder, 'redis.sock'), 'SHUTDOWN', 'NOSAVE').catch(() => {});
    if (owned) rmSync(folder, { recursive: true, force: true });
    return end;
  };
  /** kill -9, leaving the data folder and an embedded Redis as they are. */
  gateway.kill = () => stop(gateway.child, 'SIGKILL');
  if (wait !== 'nothing') {
    gateway.url = (await gateway.line('the address', /listening url=(\S+)/))[1];
    gateway.sockets = gateway.url.replace(/^http/, 'ws');
  }
  if (wait === 'ready') await gateway.line('readiness', /\bready ms=\d+/);
  return gateway;
}

export const basic = (user, password) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** The token of an invite link. */
export function inviteToken(text) {
  const found = /#invite=([A-Za-z0-9_-]+)/.exec(text);
  if (!found) throw new Error(`no invite link in: ${text}`);
  return found[1];
}

/** Where the command line tools find the gateway's Redis. */
const place = (gateway) => (gateway.redisUrl ? ['--redis', gateway.redisUrl] : ['--data', gateway.folder]);

/** `firstline agent …` against the gateway's Redis. */
export const agentTool = (gateway, ...args) => firstline(['agent', ...args, ...place(gateway)]);
/** `firstline faq …` against the gateway's Redis. */
export const faqTool = (gateway, ...args) => firstline(['faq', ...args, ...place(gateway)]);

/** Adds an agent by the command line and sets a password by the invite link, as a person would. Gives {id, password, cookie}. */
export async function addAgent(gateway, id, { name, langs, queues, supervisor } = {}) {
  const options = [id];
  if (name) options.push('--name', name);
  if (langs) options.push('--langs', langs);
  if (queues) options.push('--queues', queues);
  if (supervisor) options.push('--supervisor');
  const added = await agentTool(gateway, 'add', ...options);
  if (added.code !== 0) throw new Error(`agent add ${id} ended with ${added.code}: ${added.stderr}`);
  const password = `${id}-has-a-long-password`;
  const response = await fetch(`${gateway.url}/api/v1/invite`, { method: 'POST', headers: { authorization: basic(inviteToken(added.stdout), password), origin: gateway.url } });
  if (response.status !== 204) throw new Error(`the invite of ${id} answered ${response.status}: ${await response.text()}`);
  return { id, password, cookie: response.headers.get('set-cookie').split(';')[0] };
}
