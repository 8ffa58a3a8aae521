// Firstline as the scenarios need it: a Redis, gateways with limits by address lifted, agents logged in; and the generator.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, start } from '../lib/children.mjs';
import { addAgent, faqTool, startGateway } from '../lib/gateway.mjs';
import { startRedis } from '../lib/redis.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'fl-load-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

let built;
/** Compiles the generator once; gives its path. */
export async function generator() {
  built ??= run(process.env.CC || 'cc', ['-std=c17', '-O2', '-o', join(scratch, 'load'), ...['load', 'client', 'latency', 'process'].map((name) => join(here, `${name}.c`))], { ms: 120_000 })
    .then(({ code, stderr }) => {
      if (code !== 0) throw new Error(`the generator does not compile: ${stderr}`);
      return join(scratch, 'load');
    });
  return built;
}

/** One run of the generator: its line of JSON, with `opened` (what sockets cost, by kind and process). */
export async function load(scenario, args, { ms = 300_000 } = {}) {
  const { code, stdout, stderr } = await run(await generator(), [scenario, ...args.map(String)], { ms });
  if (!stdout.trim()) throw new Error(`load ${scenario} ended with ${code}: ${stderr}`);
  return { ...JSON.parse(stdout), opened: stderr.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)), complaint: stderr };
}

/** The generator started and left running; `ready` when it says so, `result` at its end. */
export async function loadBeside(scenario, args) {
  const child = start(await generator(), [scenario, ...args.map(String)]);
  let out = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (out += chunk));
  const ready = new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      said += chunk;
      if (/^ready$/m.test(said)) resolve(said);
    });
    child.once('close', () => reject(new Error(`load ${scenario} ended: ${said}`)));
  });
  ready.catch(() => {});
  const result = new Promise((resolve, reject) => child.once('close', () => (out.trim() ? resolve({ ...JSON.parse(out), complaint: said }) : reject(new Error(said)))));
  result.catch(() => {});
  return { child, ready, result };
}

const visitors = ['--path-a', '/ws/visitor', '--path-idle', '/ws/visitor', '--header-a', 'Sec-WebSocket-Protocol: firstline.visitor.v1', '--path-b', '/ws/agent'];

/** {gateway, redis, args(gateway?), cookies(n), stop()}; `fsync` is Redis' appendfsync. */
export async function ours({ fsync = 'everysec', args = [], under = [], gateways = 1, rules = null, settings = {} } = {}) {
  const redis = await startRedis({ fsync });
  const all = [];
  for (let i = 0; i < gateways; i++) all.push(await startGateway({ redis, args, under }));
  for (const [name, value] of Object.entries({ say_per_10s: 1000, offer_s: 300, unheard_ms: 60_000, ...settings })) await redis.set(name, value);
  if (rules) {
    const loaded = await faqTool(all[0], 'load', rules);
    if (loaded.code !== 0) throw new Error(loaded.stderr);
  }
  let named = 0;
  return {
    name: 'Firstline', redis, gateways: all, gateway: all[0],
    args: (gateway = all[0], pids = [gateway.pid]) => ['--port', new URL(gateway.url).port, ...visitors, '--measure', `gateway=${pids.join(',')}`, '--measure', `redis=${redis.child.pid}`],
    /** Agents enough for so many visitors; arguments that name their cookies. */
    async agents(pairs, gateway = all[0]) {
      const cookies = [];
      for (let i = 0; i < Math.ceil(pairs / 50); i++) cookies.push((await addAgent(gateway, `agent${named++}`)).cookie);
      const file = join(scratch, `cookies${named}`);
      writeFileSync(file, `${cookies.join('\n')}\n`);
      return ['--cookies', file];
    },
    async stop() {
      for (const gateway of all) await gateway.stop();
      await redis.stop();
    },
  };
}
