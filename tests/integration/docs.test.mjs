// What the pages for people tell to type works as it stands there: every block marked `sh`, in a folder with a running demo.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../lib/children.mjs';
import { program, root, startGateway } from '../lib/gateway.mjs';

const pages = ['README.md', 'deploy/README.md', 'faq/README.md', 'gateway/protocol/README.md'].filter((page) => existsSync(join(root, page)));

for (const page of pages) {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1]);
  if (blocks.length === 0) continue;
  test(`the commands of ${page}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'fl-docs-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'bin'));
    symlinkSync(program, join(folder, 'bin/firstline'));
    for (const part of ['faq', 'deploy']) symlinkSync(join(root, part), join(folder, part));
    const gateway = await startGateway({ data: join(folder, 'data'), args: ['--demo'] });
    t.after(() => gateway.stop());
    await gateway.line('the demo agents', /#invite=/);
    for (const block of blocks) {
      const { code, stdout, stderr } = await run('bash', ['-euo', 'pipefail', '-c', block], { cwd: folder, env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` } });
      assert.equal(code, 0, `${block}\n${stdout}${stderr}`);
      assert.doesNotMatch(stdout, /^(error|ERR|\(error\))/m, `${block}\n${stdout}`);
      assert.ok(stdout.trim().length > 0, `${block} says nothing`);
    }
  });
}

test('every metric on the Grafana board is told by a gateway', async (t) => {
  const gateway = await startGateway();
  t.after(() => gateway.stop());
  const told = new Set([...(await (await fetch(`${gateway.url}/metrics`)).text()).matchAll(/^(firstline_\w+)/gm)].map((match) => match[1]));
  const board = JSON.parse(readFileSync(join(root, 'deploy/grafana.json'), 'utf8'));
  const wanted = new Set(board.panels.flatMap((panel) => panel.targets.flatMap(({ expr }) => [...expr.matchAll(/firstline_\w+/g)].map(([name]) => name))));
  assert.ok(wanted.size > 15);
  // A counter of errors is told once there was one.
  assert.deepEqual([...wanted].filter((name) => !told.has(name) && name !== 'firstline_errors_total'), []);
});
