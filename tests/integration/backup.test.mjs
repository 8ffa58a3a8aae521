// deploy/backup and deploy/restore, rehearsed: a copy taken while people write holds everything acknowledged before it.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../lib/children.mjs';
import { Visitor } from '../lib/client.mjs';
import { root, slowness, startGateway } from '../lib/gateway.mjs';
import { until } from '../lib/wait.mjs';

const backup = (...args) => run(join(root, 'deploy/backup'), args, { ms: 30_000 });
const restore = (...args) => run(join(root, 'deploy/restore'), args, { ms: 30_000 });

function workspace(t) {
  const folder = mkdtempSync(join(tmpdir(), 'fl-backup-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { copy: join(folder, 'copy'), data: join(folder, 'data'), other: join(folder, 'other') };
}

test('a copy of a busy store is consistent and complete, and comes up elsewhere', async (t) => {
  const { copy, data, other } = workspace(t);
  const gateway = await startGateway({ data });
  const ended = [];
  t.after(async () => { for (const one of [gateway, ...ended]) await one.stop(); });
  await gateway.set('say_per_10s', 1000);
  const visitors = await Promise.all(Array.from({ length: 8 }, () => Visitor.open(gateway, { lang: 'en' })));
  const acks = [];
  let over = false;
  const writing = Promise.all(visitors.map(async (visitor, number) => {
    for (let n = 0; !over; n++) {
      const answer = await visitor.say(`message ${n} of ${number}`);
      assert.equal(answer.type, 'ack', JSON.stringify(answer));
      acks.push({ ...answer, when: Date.now() });
    }
  }));
  writing.catch(() => (over = true));
  await until('a flow of messages', () => acks.length > 100 || over, { ms: 10_000 * slowness });
  // A rewrite of the files is under way when the copy is asked for: it waits for its end.
  await gateway.cli('BGREWRITEAOF');
  const began = Date.now();
  const made = await backup(join(data, 'redis.sock'), copy);
  const took = Date.now();
  assert.equal(made.code, 0, made.stderr);
  await until('the flow to go on', () => acks.some(({ when }) => when > took) || over, { ms: 10_000 * slowness });
  over = true;
  await writing;
  assert.equal((await gateway.cli('CONFIG', 'GET', 'auto-aof-rewrite-percentage'))[1], '100', 'the setting is as it was');
  for (const visitor of visitors) await visitor.close();

  const put = await restore(copy, other);
  assert.equal(put.code, 0, put.stderr);
  const again = await startGateway({ data: other });
  ended.push(again);
  const before = acks.filter(({ when }) => when < began);
  assert.ok(before.length >= 100);
  for (const { chat, seq, mid } of before) {
    assert.match((await again.cli('XRANGE', `{main}:chat:${chat}:log`, `${seq}-0`, `${seq}-0`)).join(' '), new RegExp(mid), `chat ${chat}, event ${seq}`);
  }
  const fsck = await again.fsck();
  assert.match(fsck.at(-1), /^ok/, fsck.join('\n'));
  t.diagnostic(`${before.length} messages acknowledged before the copy, all in it; the copy took ${took - began} ms`);
});

test('restoring keeps what was there, and refuses what would harm', async (t) => {
  const { copy, data } = workspace(t);
  const gateway = await startGateway({ data });
  const visitor = await Visitor.open(gateway, { lang: 'en' });
  await visitor.say('before the copy');
  assert.equal((await backup(join(data, 'redis.sock'), copy)).code, 0);
  const after = await visitor.say('after the copy');
  const twice = await backup(join(data, 'redis.sock'), copy);
  assert.equal(twice.code, 1);
  assert.match(twice.stderr, /is there already/);
  const early = await restore(copy, data);
  assert.equal(early.code, 1);
  assert.match(early.stderr, /a Redis is at work/);
  visitor.socket.terminate();
  await gateway.stop();
  assert.match((await backup(join(data, 'redis.sock'), `${copy}2`)).stderr, /is no socket: is the gateway running\?/);

  const put = await restore(copy, data);
  assert.equal(put.code, 0, put.stderr);
  assert.match(put.stdout, /what was there is kept in /);
  const again = await startGateway({ data });
  t.after(() => again.stop());
  assert.equal((await again.cli('XLEN', `{main}:chat:${after.chat}:log`))[0], String(after.seq - 1));
  assert.ok(readdirSync(data).some((name) => name.startsWith('appendonlydir.before-restore-')));

  // A visitor who saw more than the restored store has is told everything anew.
  const back = await Visitor.open(again, { lang: 'en', token: visitor.token, chat: after.chat, after: after.seq });
  assert.deepEqual(back.welcome.events.map(({ seq }) => seq), Array.from({ length: after.seq - 1 }, (_, i) => i + 1));
  back.socket.terminate();

  // Damage in the copy is noticed before anything is touched.
  const files = join(copy, 'appendonlydir');
  appendFileSync(join(files, readdirSync(files).find((name) => name.endsWith('.incr.aof'))), '*3\r\n$3\r\nSET\r\n$1\r\nx\r\ngarbage');
  const torn = await restore(copy, `${copy}-new`);
  assert.equal(torn.code, 1);
  assert.match(torn.stderr, /not sound/);
  assert.ok(!existsSync(join(`${copy}-new`, 'appendonlydir')));
});
