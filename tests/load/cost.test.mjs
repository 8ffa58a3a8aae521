// What one message costs the gateway, counted so that the machine's mood does not matter: instructions and allocations
// (callgrind), system calls (strace). One visitor, one message at a time: nothing is shared between messages, so this is
// the dearest case. Each count is the difference of two runs, which takes start and end out of it.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { load, ours } from './ours.mjs';

// About a quarter above what was measured when they were set (44,600; 44.5; 8.1); lower them when the product gets leaner.
const most = { instructions: 56_000, allocations: 56, systemCalls: 10.5 };
const few = 100;
const many = 600;

/** Runs `messages` through a gateway under `command`; gives what the command wrote to its file. */
async function written(t, command, messages) {
  const folder = mkdtempSync(join(tmpdir(), 'fl-cost-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'out');
  const stage = await ours({ under: command(file) });
  let done = 0;
  try {
    ({ done } = await load('chat', ['--pairs', 1, '--depth', 1, '--messages', messages, ...await stage.agents(1), ...stage.args()]));
  } finally {
    await stage.stop();
  }
  assert.equal(done, messages);
  return readFileSync(file, 'utf8');
}

/** Calls of the functions named, out of a callgrind file: each "cfn=(id) name" is followed by "calls=N". */
function callsOf(profile, names) {
  const name = new Map();
  let callee;
  let calls = 0;
  for (const line of profile.split('\n')) {
    const told = /^c?fn=\((\d+)\)(?: (.*))?$/.exec(line);
    if (told) {
      if (told[2]) name.set(told[1], told[2]);
      if (line.startsWith('c')) callee = name.get(told[1]);
    } else if (line.startsWith('calls=') && names.includes(callee)) calls += Number(/\d+/.exec(line)[0]);
  }
  return calls;
}

test('instructions and allocations of a message', async (t) => {
  const command = (file) => ['valgrind', '--tool=callgrind', `--callgrind-out-file=${file}`, '--quiet'];
  const less = await written(t, command, few);
  const more = await written(t, command, many);
  const instructions = (profile) => Number(/^(?:summary|totals): (\d+)/m.exec(profile)[1]);
  const each = (count) => (count(more) - count(less)) / (many - few);
  const used = each(instructions);
  const allocated = each((profile) => callsOf(profile, ['malloc', 'calloc', 'realloc']));
  t.diagnostic(`${Math.round(used)} instructions and ${allocated.toFixed(1)} allocations a message`);
  assert.ok(used > 1000 && allocated > 0, 'the count itself is broken');
  assert.ok(used <= most.instructions, `${Math.round(used)} instructions a message, at most ${most.instructions}`);
  assert.ok(allocated <= most.allocations, `${allocated.toFixed(1)} allocations a message, at most ${most.allocations}`);
});

test('system calls of a message', async (t) => {
  const command = (file) => ['strace', '-D', '-f', '-c', '-o', file];
  const calls = (table) => Number(/^100\.00.*?(\d+)\s+(?:\d+\s+)?total$/m.exec(table)[1]);
  const less = await written(t, command, few);
  const more = await written(t, command, many);
  const each = (calls(more) - calls(less)) / (many - few);
  t.diagnostic(`${each.toFixed(1)} system calls a message\n${more.split('\n').slice(0, 9).join('\n')}`);
  assert.ok(each > 2, 'the count itself is broken');
  assert.ok(each <= most.systemCalls, `${each.toFixed(1)} system calls a message, at most ${most.systemCalls}`);
});
