// router/README.md is run: every ```sh block, in order, against a store of its own; a ```text block after it is what it must
// print ("…" stands for anything). And it must show every function there is.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readFileSync } from 'node:fs';
import { start } from './redis.mjs';

const README = readFileSync(new URL('../../router/README.md', import.meta.url), 'utf8');
const run = promisify(execFile);

let s;
before(async () => { s = await start(); });
after(() => s.stop());

/** The blocks, with the line each begins at: {line, script, expected}. */
function blocks() {
  const found = [...README.matchAll(/^```(sh|text)\n([\s\S]*?)^```$/gm)].map(m => ({ kind: m[1], text: m[2], end: m.index + m[0].length, start: m.index, line: README.slice(0, m.index).split('\n').length }));
  return found.filter(b => b.kind === 'sh').map(b => {
    const next = found[found.indexOf(b) + 1];
    const follows = next?.kind === 'text' && README.slice(b.end, next.start).trim() === '';
    return { line: b.line, script: b.text, expected: follows ? next.text : null };
  });
}

// Columns are as wide as their longest cell: how wide, no example needs to say.
const narrow = line => line.trimEnd().replace(/ {2,}/g, '  ');
const pattern = line => new RegExp('^' + line.split('…').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*') + '$');

test('every example runs and prints what is said', async () => {
  assert.ok(blocks().length > 20);
  for (const { line, script, expected } of blocks()) {
    const { stdout } = await run('sh', ['-eu', '-c', script], { env: { ...process.env, SOCKET: s.socket } });
    const where = `router/README.md:${line}\n${script}\nprinted:\n${stdout}`;
    assert.doesNotMatch(stdout, /^ERR |^\(error\)/m, where);
    if (expected === null) { assert.doesNotMatch(stdout, /^(no|error: .*)$/m, where); continue; }
    const wanted = expected.trimEnd().split('\n'), got = stdout.trimEnd().split('\n').map(narrow);
    assert.equal(got.length, wanted.length, where);
    wanted.forEach((w, i) => assert.match(got[i], pattern(narrow(w)), where));
  }
  await s.sound();
});

test('every function is shown', async () => {
  const list = (await s.redis.call('FUNCTION', 'LIST', 'LIBRARYNAME', 'firstline'))[0];
  const scripts = blocks().map(b => b.script).join('\n');
  for (const f of list[list.indexOf('functions') + 1]) assert.match(scripts, new RegExp(`FCALL(_RO)? ${f[1]} 1 '\\{main\\}'`), `no example of ${f[1]}`);
});
