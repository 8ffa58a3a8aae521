// The table of deploy/practice.md tells the truth: every file it names is there, and so is every test, under the name it gives.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'deploy/practice.md'), 'utf8');
const rows = page.split('\n').filter(line => /^\| \d+ \|/.test(line)).map(line => line.split(/(?<!\\)\|/).map(cell => cell.trim().replaceAll('\\|', '|')).slice(1, -1));
const quoted = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Does the file hold a test of this name? "…" stands for whatever a test puts there. */
function holds(file, name) {
  const text = readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'");
  if (file.endsWith('.c')) return new RegExp(`(?:TEST|cmocka_unit_test\\w*)\\(${quoted(name)}\\b`).test(text);
  const pattern = name.split('…').map(quoted).join('[^\\n]*');
  return new RegExp(`[tT]est\\((['"\`])${pattern}\\1`).test(text);
}

test('22 rows, each with where it lives, how it is seen, and proof', () => {
  assert.deepEqual(rows.map(([n]) => Number(n)), Array.from({ length: 22 }, (_, i) => i + 1));
  for (const row of rows) {
    assert.equal(row.length, 5, `row ${row[0]}`);
    for (const cell of row) assert.ok(cell.length > 0, `row ${row[0]}`);
  }
});

test('every file and every test in the table exists, and every command', () => {
  const known = readFileSync(join(root, 'router/README.md'), 'utf8');
  for (const [n, , lives, seen, proof] of rows) {
    const files = [...lives.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, file]) => file), proofs = [...proof.matchAll(/`(tests\/[^`]+)` “([^”]+)”/g)];
    assert.ok(files.length && proofs.length && proofs.length === proof.split('<br>').length, `row ${n}`);
    for (const file of files) assert.ok(existsSync(join(root, file)), `row ${n}: there is no ${file}`);
    for (const [, file, name] of proofs) {
      assert.ok(existsSync(join(root, file)), `row ${n}: there is no ${file}`);
      assert.ok(holds(file, name), `row ${n}: ${file} has no test "${name}"`);
    }
    for (const [command] of seen.matchAll(/\bfl_\w+/g)) assert.ok(known.includes(command), `row ${n}: there is no ${command}`);
  }
  assert.equal(holds('tests/functions/practice.test.mjs', 'a test that is not there'), false);
});
