// Starting and stopping: what is missing is said in one clear line, and waited for where waiting helps.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { stop } from '../lib/children.mjs';
import { firstline, slowness, startGateway } from '../lib/gateway.mjs';
import { startRedis } from '../lib/redis.mjs';
import { stage } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

function folderOf(t) {
  const folder = mkdtempSync(join(tmpdir(), 'fl-start-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
const oneLine = (text) => assert.equal(text.trim().split('\n').filter((line) => /error|level=error/i.test(line)).length <= 1, true, text);

test('Redis is not there yet: the gateway listens, says why it is not ready, and is ready when Redis comes', async (t) => {
  const folder = folderOf(t);
  const socket = join(folder, 'redis.sock');
  const gateway = await startGateway({ redis: { url: `unix:${socket}`, socket }, wait: 'listening' });
  t.after(() => gateway.stop());
  const notReady = await fetch(`${gateway.url}/readyz`);
  assert.equal(notReady.status, 503);
  assert.match(await notReady.text(), /redis/i);
  assert.equal((await fetch(`${gateway.url}/healthz`)).status, 200, 'alive all the same');
  const redis = await startRedis({ folder });
  t.after(() => redis.stop());
  await gateway.line('readiness', /\bready ms=/);
  assert.equal((await fetch(`${gateway.url}/readyz`)).status, 200);
});

test('a Redis that is too old is refused in words', async (t) => {
  // What a Redis 6.0 answers.
  const info = '# Server\r\nredis_version:6.0.16\r\nredis_mode:standalone\r\n# Replication\r\nrole:master\r\n';
  const answers = { PING: '+PONG\r\n', ROLE: '*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n', INFO: `$${info.length}\r\n${info}\r\n`, SELECT: '+OK\r\n', CLIENT: '+OK\r\n', AUTH: '+OK\r\n' };
  const server = createServer((client) => {
    client.on('error', () => {});
    client.on('data', (data) => {
      for (const [, , command] of data.toString().matchAll(/\*\d+\r\n\$(\d+)\r\n(\w+)\r\n/g)) client.write(answers[command.toUpperCase()] ?? `-ERR unknown command \`${command}\`, with args beginning with: \r\n`);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `redis://127.0.0.1:${server.address().port}`;
  const gateway = await startGateway({ redis: { url, socket: '' }, wait: 'nothing' });
  t.after(() => gateway.stop());
  const said = () => /older than 7\.0/.test(gateway.output) && /use Redis 7\.0 or newer/.test(gateway.output);
  await until('a sentence about the version', said, { seen: () => gateway.output });
  const address = /listening url=(\S+)/.exec(gateway.output)?.[1];
  if (address && gateway.child.exitCode === null) {
    const ready = await fetch(`${address}/readyz`);
    assert.equal(ready.status, 503);
    assert.match(await ready.text(), /redis/i);
  } else assert.equal(gateway.child.exitCode, 1);
});

test('the port is taken: one clear line, status 1', async (t) => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address();
  const { code, stderr } = await firstline(['serve', '--listen', `127.0.0.1:${port}`, '--data', folderOf(t)], { ms: 20_000 });
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`${port}`));
  assert.match(stderr, /in use|taken|another/i);
  oneLine(stderr);
});

test('the data folder cannot be written: one clear line, status 1', async (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, 'file'), '');
  for (const data of [join(folder, 'file'), join(folder, 'file', 'below'), '/proc/firstline']) {
    const { code, stderr } = await firstline(['serve', '--listen', '127.0.0.1:0', '--data', data], { ms: 20_000 });
    assert.equal(code, 1, data);
    assert.ok(stderr.includes(data), stderr);
    oneLine(stderr);
  }
  const long = join(folder, 'x'.repeat(100));
  const { code, stderr } = await firstline(['serve', '--listen', '127.0.0.1:0', '--data', long], { ms: 20_000 });
  assert.equal(code, 1, 'a path too long for a unix socket');
  assert.match(stderr, /long|short/i);
});

test('two gateways do not fight for one data folder', async (t) => {
  const folder = folderOf(t);
  chmodSync(folder, 0o700);
  const first = await startGateway({ data: folder });
  t.after(() => first.stop());
  const second = await startGateway({ data: folder });
  const a = await (await fetch(`${second.url}/readyz`)).text();
  assert.ok(a);
  assert.equal((await second.stop()).code, 0);
  await until('the first to be ready all the same', async () => (await fetch(`${first.url}/readyz`)).status === 200);
});

test('wrong usage: status 2 and a line that says what', async () => {
  for (const args of [[], ['dance'], ['serve', '--nonsense'], ['serve', '--listen'], ['serve', '--listen', 'nonsense'], ['serve', '--listen', '127.0.0.1:99999'], ['serve', '--per-address', 'x'], ['serve', '--redis', 'http://x'], ['serve', '--log-level', 'loud'],
    ['serve', '--trusted-proxy', 'x'], ['serve', '--origin', 'not a url'], ['serve', '--tls-cert', '/nowhere'], ['agent'], ['agent', 'dance'], ['agent', 'add'], ['faq'], ['faq', 'dance'], ['faq', 'check']]) {
    const { code, stderr } = await firstline(args, { ms: 20_000 });
    assert.equal(code, 2, `firstline ${args.join(' ')}: ${stderr}`);
    assert.ok(stderr.trim().length > 10, `firstline ${args.join(' ')} says nothing`);
  }
});

test('--version, --help, environment variables', async (t) => {
  const version = await firstline(['--version']);
  assert.equal(version.code, 0);
  assert.match(version.stdout, /\d+\.\d+\.\d+/);
  const help = await firstline(['--help']);
  assert.equal(help.code, 0);
  for (const option of ['--listen', '--redis', '--data', '--site', '--demo', '--origin', '--tls-cert', '--trusted-proxy', '--log-level', '--per-address']) assert.ok(help.stdout.includes(option), option);
  const s = await stage(t, { rules: false, env: { FIRSTLINE_SITE: 'other' } });
  s.unchecked = true;
  const visitor = await s.visitor();
  await visitor.say('Hello');
  assert.deepEqual(await s.ops.cli('EXISTS', '{other}:chat:1'), ['1']);
  const site = await (await fetch(`${s.gateway.url}/api/v1/site`)).json();
  assert.equal(site.site, 'other');
});

test('doctor says what is weak and why, in words', async (t) => {
  const s = await stage(t, { rules: false, fsync: 'everysec' });
  const { code, stdout, stderr } = await firstline(['doctor', '--redis', s.redis.url], { ms: 20_000 });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /redis/i);
  assert.match(stdout, /everysec/, 'appendfsync everysec is a weakness worth a line');
});

test('SIGTERM drains: 1001 to every client, status 0, and in time', async (t) => {
  const s = await stage(t, { embedded: true });
  const ana = await s.agent('ana');
  const { visitor } = await s.talk(ana);
  const began = Date.now();
  const end = stop(s.gateway.child);
  for (const side of [visitor, ana]) assert.equal((await side.closed).code, 1001);
  assert.equal((await end).code, 0);
  assert.ok(Date.now() - began < 10_000 * slowness);
  const again = await startGateway({ data: s.gateway.folder });
  assert.equal((await again.cli('XLEN', `{main}:chat:${visitor.chat}:log`))[0], '3', 'the embedded Redis kept everything');
  assert.match((await again.fsck()).at(-1), /^ok/);
  assert.equal((await again.stop()).code, 0);
  s.unchecked = true;
});

test('SIGINT stops as SIGTERM does', async (t) => {
  const s = await stage(t, { embedded: true, rules: false });
  const { code } = await stop(s.gateway.child, 'SIGINT');
  assert.equal(code, 0);
  s.unchecked = true;
});
