// What it costs: start, rest, sockets, downloads. Budgets with room for a noisy machine; what is counted in bytes is exact.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { run, start, stop } from '../lib/children.mjs';
import { root, startGateway } from '../lib/gateway.mjs';
import { stage } from '../lib/stage.mjs';
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

test('at rest: at most 12 MB; 10,000 idle visitors: at most 3 KB each', async (t) => {
  const s = await stage(t, { args: ['--demo'], rules: false });
  s.unchecked = true;
  await s.gateway.line('invite links', /#invite=/);
  await until('the demo rules', async () => (await (await fetch(`${s.gateway.url}/api/v1/site`)).json()).faq.length > 0);
  const rest = residentOf(s.gateway.pid);
  const folder = mkdtempSync(join(tmpdir(), 'fl-idle-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const built = await run(process.env.CC || 'cc', ['-std=c17', '-O2', '-o', join(folder, 'idle'), join(root, 'tests/load/idle.c')]);
  assert.equal(built.code, 0, built.stderr);
  const count = 10_000;
  const idle = start(join(folder, 'idle'), [new URL(s.gateway.url).port, String(count)], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  idle.stdout.setEncoding('utf8').on('data', (chunk) => (said += chunk));
  await until('all sockets to be open', () => { assert.doesNotMatch(said, /failed/, said); return /open/.test(said); }, { ms: 60_000 });
  const each = (residentOf(s.gateway.pid) - rest) / count;
  t.diagnostic(`at rest ${(rest / 1e6).toFixed(1)} MB; ${said.trim()}; ${Math.round(each)} bytes a socket`);
  const visitor = await s.visitor();
  assert.equal((await visitor.say('Among ten thousand')).type, 'ack');
  idle.stdin.end();
  await stop(idle);
  assert.ok(rest <= 12 * 1024 * 1024, `${(rest / 1e6).toFixed(1)} MB at rest`);
  assert.ok(each <= 3072, `${Math.round(each)} bytes a socket`);
  await until('the sockets to be gone', async () => /^firstline_\w*(sockets|connections)\w*\{[^}]*visitor[^}]*\} 1$/m.test(await (await fetch(`${s.gateway.url}/metrics`)).text()), { ms: 30_000, every: 200 });
  const after = residentOf(s.gateway.pid) - rest;
  t.diagnostic(`${(after / 1e6).toFixed(1)} MB more than at rest once they were gone`);
});

test('downloads: the loader ≤ 2 KB, the opened widget ≤ 15 KB, the dashboard ≤ 100 KB, compressed', async (t) => {
  const gateway = await startGateway();
  t.after(() => gateway.stop());
  const sizes = new Map();
  async function get(path) {
    if (sizes.has(path)) return '';
    const { stdout } = await run('curl', ['-sf', '-H', 'Accept-Encoding: gzip', '-o', '-', '--output-dir', tmpdir(), '-w', '%{stderr}%{size_download} %{header_json}', `${gateway.url}${path}`], { encoding: 'buffer' }).catch((error) => ({ stdout: '', error }));
    void stdout;
    const response = await fetch(`${gateway.url}${path}`, { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(response.status, 200, path);
    const length = Number(response.headers.get('content-length'));
    assert.ok(length > 0, `${path} tells its length`);
    sizes.set(path, length);
    return response.text();
  }
  const loader = await get('/widget.js');
  assert.ok(sizes.get('/widget.js') <= 2048, `loader ${sizes.get('/widget.js')} bytes`);
  const [panel] = /widget\/[\w./-]+\.js/.exec(loader) ?? assert.fail('the loader names no panel');
  const source = await get(`/${panel}`);
  const others = [...new Set([...source.matchAll(/["'`](?:\.\/|\/widget\/)?((?:[\w-]+\/)*[\w-]+[.-][A-Za-z0-9]{6,}\.(?:js|css|json))["'`]/g)].map((match) => match[1]))];
  // One language is loaded, not all: the largest of them is counted.
  const chunks = [];
  for (const name of others) { const path = `/widget/${name.replace(/^widget\//, '')}`; await get(path); chunks.push([path, sizes.get(path)]); }
  const languages = chunks.filter(([path]) => /\b(en|lt|bs|pl|fa|zh)\b/.test(path));
  const rest = chunks.filter((chunk) => !languages.includes(chunk)).reduce((sum, [, size]) => sum + size, 0);
  const opened = sizes.get('/widget.js') + sizes.get(`/${panel}`) + rest + Math.max(0, ...languages.map(([, size]) => size));
  t.diagnostic(`widget: ${JSON.stringify([...sizes])}, opened ${opened}`);
  assert.ok(opened <= 15 * 1024, `the opened widget loads ${opened} bytes`);
  const page = await get('/desk/');
  let desk = sizes.get('/desk/');
  for (const [, path] of page.matchAll(/(?:src|href)="(\/desk\/[^"]+\.(?:js|css))"/g)) { await get(path); desk += sizes.get(path); }
  t.diagnostic(`dashboard ${desk} bytes`);
  assert.ok(desk <= 100 * 1024, `the dashboard loads ${desk} bytes`);
  void gunzipSync;
});
