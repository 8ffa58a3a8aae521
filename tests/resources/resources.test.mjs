// What it costs: start, rest, sockets. (What a browser downloads is counted in tests/browser.)
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { stop } from '../lib/children.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { stage } from '../lib/stage.mjs';
import { loadBeside } from '../load/ours.mjs';
import { until } from '../lib/wait.mjs';

/** Resident memory of a process in bytes, without what is only mapped from files. */
function residentOf(pid, field = 'VmRSS') {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

test('from nothing to ready, embedded Redis included, in 500 ms', async (t) => {
  const times = [];
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    const gateway = await startGateway();
    times.push(Math.round(performance.now() - began));
    const said = Number(/\bready ms=(\d+)/.exec(gateway.output)[1]);
    assert.ok(said <= times.at(-1), `it says ${said} ms, it was ${times.at(-1)}`);
    await gateway.stop();
  }
  t.diagnostic(`ready after ${times.join(', ')} ms`);
  assert.ok(Math.min(...times) <= 500, `ready after ${times.join(', ')} ms`);
});

test('at rest: at most 12 MB, with the demo shop and its rules at most 14 MB', async (t) => {
  const bare = await stage(t, { rules: false });
  const rest = residentOf(bare.gateway.pid);
  const demo = await startGateway({ args: ['--demo'] });
  t.after(() => demo.stop());
  await until('the demo rules', async () => (await (await fetch(`${demo.url}/api/v1/site`)).json()).faq.length > 0);
  const shop = residentOf(demo.pid);
  t.diagnostic(`at rest ${(rest / 1e6).toFixed(1)} MB, with the demo ${(shop / 1e6).toFixed(1)} MB`);
  assert.ok(rest <= 12 * 1024 * 1024, `${(rest / 1e6).toFixed(1)} MB at rest`);
  assert.ok(shop <= 14 * 1024 * 1024, `${(shop / 1e6).toFixed(1)} MB with the demo`);
});

test('10,000 idle visitors: at most 3 KB each', async (t) => {
  const s = await stage(t);
  const rest = residentOf(s.gateway.pid);
  const count = 10_000;
  const idle = await loadBeside('storm', ['--pairs', 0, '--idle', count, '--hello', '--seconds', 600, '--port', new URL(s.gateway.url).port, '--path-idle', '/ws/visitor', '--header-a', 'Sec-WebSocket-Protocol: firstline.visitor.v1']);
  await idle.ready;
  const each = (residentOf(s.gateway.pid) - rest) / count;
  t.diagnostic(`${Math.round(each)} bytes a socket`);
  const visitor = await s.visitor();
  assert.equal((await visitor.say('Among ten thousand')).type, 'ack');
  await stop(idle.child);
  assert.ok(each <= 3072, `${Math.round(each)} bytes a socket`);
  await until('the sockets to be gone', async () => /^firstline_sockets\{kind="visitor"\} 1$/m.test(await (await fetch(`${s.gateway.url}/metrics`)).text()), { ms: 30_000, every: 200 });
  await until('the memory to go back to the system', () => residentOf(s.gateway.pid) - rest < 6e6, { ms: 20_000 });
  t.diagnostic(`${((residentOf(s.gateway.pid) - rest) / 1e6).toFixed(1)} MB more than at rest once they were gone`);
});
