// Redis is in trouble: everybody sees it, calmly, and nothing that was written is lost.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { scene } from '../lib/browser.mjs';
import { slowness } from '../lib/gateway.mjs';
import { until } from '../lib/wait.mjs';

/** The pid of the redis-server that works in a data folder. */
function embeddedRedis(folder) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'redis-server' && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)) return Number(pid);
    } catch { /* it ended meanwhile */ }
  }
  return 0;
}

const bar = (sheet) => sheet.locator('.store-away');

test('Redis hangs: "Sending …", a bar in the dashboard, 503 with the reason, a line in the log with the way out; then all is well again', async (t) => {
  const { gateway, agent, visitor } = await scene(t);
  const ana = await agent('ana', 'Ana');
  const { widget } = await visitor('en');
  await widget.say('My lamp flickers');
  await widget.person.click();
  await ana.desk.accept();
  assert.equal(await bar(ana.sheet).count(), 0);
  const pid = embeddedRedis(gateway.folder);
  process.kill(pid, 'SIGSTOP');
  t.after(() => { try { process.kill(pid, 'SIGCONT'); } catch { /* ended */ } });
  await widget.say('Are you there?');
  await widget.root.getByText('Sending …').waitFor();
  await ana.desk.say('Yes, I am');
  await ana.sheet.getByText('sending …').waitFor();
  await bar(ana.sheet).getByText('Messages do not get through just now').waitFor();
  await until('/readyz to tell', async () => {
    const response = await fetch(`${gateway.url}/readyz`);
    return response.status === 503 && /Redis does not answer/.test(await response.text());
  }, { ms: 20_000 * slowness, every: 100 });
  assert.match(await (await fetch(`${gateway.url}/metrics`)).text(), /^firstline_redis_up 0$/m);
  await gateway.line('the way out in the log', /what="redis away" why=.* do="start Redis; /);
  process.kill(pid, 'SIGCONT');
  await widget.sees('Yes, I am');
  await ana.desk.sees('Are you there?');
  await bar(ana.sheet).waitFor({ state: 'detached' });
  assert.equal((await fetch(`${gateway.url}/readyz`)).status, 200);
  assert.match(await (await fetch(`${gateway.url}/metrics`)).text(), /^firstline_redis_up 1$/m);
});

test('the memory is full: the bar is there once a reply does not get through, and goes when it does', async (t) => {
  const { gateway, agent, visitor } = await scene(t);
  const ana = await agent('ana', 'Ana');
  const { widget } = await visitor('en');
  await widget.say('My lamp flickers');
  await widget.person.click();
  await ana.desk.accept();
  await gateway.cli('CONFIG', 'SET', 'maxmemory', '1');
  await ana.desk.say('Yes, I am');
  await bar(ana.sheet).waitFor();
  await ana.sheet.reload();
  await ana.sheet.locator('section.mine [data-row^="m"]').first().click();
  await ana.desk.sees('My lamp flickers');
  await gateway.cli('CONFIG', 'SET', 'maxmemory', '0');
  await widget.sees('Yes, I am');
  await bar(ana.sheet).waitFor({ state: 'detached' });
});
