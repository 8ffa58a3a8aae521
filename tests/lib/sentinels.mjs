// A master, two replicas and three Sentinels on loopback, set up from the files in deploy/, each a process of its own.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, start, stop } from './children.mjs';
import { root } from './gateway.mjs';
import { opsOf } from './redis.mjs';
import { until } from './wait.mjs';

const HOST = '127.0.0.1';

async function freePorts(n) {
  const servers = await Promise.all(Array.from({ length: n }, () => new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, HOST, () => resolve(server));
  })));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A line of a configuration file, replaced; it must be there. */
function put(text, pattern, line) {
  if (!pattern.test(text)) throw new Error(`the file in deploy/ has no line like ${pattern}`);
  return text.replace(pattern, line);
}

export async function startSentinels() {
  const folder = mkdtempSync(join(tmpdir(), 'fl-sentinels-'));
  const ports = await freePorts(6);
  const cluster = { folder, redises: [], sentinels: [], url: `sentinel://${ports.slice(3).map((port) => `${HOST}:${port}`).join(',')}/firstline` };

  const launch = (node, args) => {
    node.child = start('redis-server', [node.conf, ...args], { cwd: node.dir });
    node.child.stdout.resume();
    node.child.stderr.resume();
    node.gone = false;
  };
  for (let i = 0; i < 3; i++) {
    const dir = join(folder, `redis${i}`);
    const node = { i, dir, port: ports[i], conf: join(dir, 'redis.conf'), socket: join(dir, 'redis.sock'), ...opsOf(join(dir, 'redis.sock')) };
    let text = readFileSync(join(root, 'deploy/redis.conf'), 'utf8');
    text = put(text, /^port .*$/m, `port ${node.port}\nunixsocket ${node.socket}\nlogfile redis.log`);
    text = put(text, /^dir .*$/m, `dir ${dir}`);
    text = put(text, /^maxmemory \d.*$/m, 'maxmemory 200mb');
    if (i > 0) text += `replicaof ${HOST} ${ports[0]}\n`;
    mkdirSync(dir);
    writeFileSync(node.conf, text);
    node.start = () => launch(node, []);
    node.kill = async () => { node.gone = true; await stop(node.child, 'SIGKILL'); };
    node.signal = (name) => { node.stopped = name === 'SIGSTOP'; node.child.kill(name); };
    node.start();
    cluster.redises.push(node);
  }
  const info = async (node, field) => (await node.cli('INFO', 'replication')).map((line) => line.trim()).find((line) => line.startsWith(`${field}:`))?.slice(field.length + 1);
  cluster.info = info;
  await until('the replicas', async () => (await info(cluster.redises[0], 'connected_slaves').catch(() => '')) === '2', { ms: 20_000, every: 50 });
  for (let i = 0; i < 3; i++) {
    const dir = join(folder, `sentinel${i}`);
    const node = { dir, port: ports[3 + i], conf: join(dir, 'sentinel.conf') };
    let text = readFileSync(join(root, `deploy/sentinel${i + 1}.conf`), 'utf8');
    text = put(text, /^bind .*$/m, `bind ${HOST}\nlogfile sentinel.log`);
    text = put(text, /^port .*$/m, `port ${node.port}`);
    text = put(text, /^dir .*$/m, `dir ${dir}`);
    text = put(text, /^(sentinel monitor firstline) \S+ \S+/m, `$1 ${HOST} ${ports[0]}`);
    mkdirSync(dir);
    writeFileSync(node.conf, text);
    launch(node, ['--sentinel']);
    cluster.sentinels.push(node);
  }
  const ask = async (node, ...args) => (await run('redis-cli', ['-p', String(node.port), ...args])).stdout.trim().split('\n');
  await until('the Sentinels to know each other and the replicas', async () => {
    for (const node of cluster.sentinels) {
      const about = await ask(node, 'SENTINEL', 'MASTER', 'firstline').catch(() => []);
      const of = (name) => about[about.indexOf(name) + 1];
      if (of('num-slaves') !== '2' || of('num-other-sentinels') !== '2' || of('flags') !== 'master') return false;
    }
    return true;
  }, { ms: 30_000, every: 100 });

  /** Who writes: the only one that says master and that the Sentinels name. */
  cluster.master = async () => {
    for (const node of cluster.sentinels) {
      const [, port] = await ask(node, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'firstline');
      const found = cluster.redises.find((one) => one.port === Number(port) && !one.gone && !one.stopped);
      if (found && (await info(found, 'role').catch(() => '')) === 'master') return found;
    }
    return null;
  };
  cluster.stop = async () => {
    for (const node of [...cluster.sentinels, ...cluster.redises]) {
      if (node.child.exitCode !== null || node.child.signalCode !== null) continue;
      node.child.kill('SIGCONT');
      await stop(node.child, 'SIGKILL');
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }); // a killed Redis may leave a child that still writes
  };
  return cluster;
}
