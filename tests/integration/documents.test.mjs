// The examples in the documents are run: every ```sh block of the guides, line by line, as its reader would type it.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { run } from '../lib/children.mjs';
import { program, root, startGateway } from '../lib/gateway.mjs';

const guides = ['README.md', 'deploy/README.md', 'faq/README.md', 'gateway/protocol/README.md'];

/** The commands of a document's sh blocks; a line that ends in a backslash goes on. */
function commands(text) {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map((found) => found[1]);
  return blocks.flatMap((block) => block.replace(/\\\n\s*/g, ' ').split('\n')).filter((line) => line.trim() && !line.startsWith('#'));
}

for (const guide of guides) {
  test(`${guide}: its commands work`, async (t) => {
    const list = commands(readFileSync(join(root, guide), 'utf8'));
    if (guide === 'README.md' || guide === 'deploy/README.md') assert.ok(list.length >= 5, `only ${list.length} commands found in ${guide}`);
    const folder = mkdtempSync(join(tmpdir(), 'fl-guide-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    for (const room of ['faq', 'tests', 'deploy', 'gateway']) symlinkSync(join(root, room), join(folder, room));
    const gateway = await startGateway({ data: join(folder, 'data'), args: ['--demo'] });
    t.after(() => gateway.stop());
    const env = { ...process.env, PATH: `${dirname(program)}:${process.env.PATH}` };
    for (const command of list) {
      const { code, stdout, stderr } = await run('bash', ['-c', command], { cwd: folder, env });
      assert.equal(code, 0, `${command}\n${stdout}${stderr}`);
      assert.doesNotMatch(stdout, /^(error:|ERR |\(error\))/m, `${command}\n${stdout}`);
      assert.ok(stdout.trim() || stderr.trim(), `${command} said nothing`);
    }
  });
}
