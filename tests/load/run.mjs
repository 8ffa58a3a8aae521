#!/usr/bin/env node
// How fast, beside what people would pick instead. Each scenario runs its contestants in turns, so that a noisy machine is
// noisy for all; medians of the rounds, with the lowest and highest; CPU time from the scheduler's own counters.
//   node tests/load/run.mjs [SCENARIO …] [--rounds 5] [--seconds 3] [--json FILE]      without a name: all of them
//   node tests/load/run.mjs --list
// deploy/install-packages load brings nginx with nchan. Every scenario ends by itself, and uses loopback only.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scenarios } from './scenarios.mjs';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: {
  rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' }, json: { type: 'string' }, list: { type: 'boolean', default: false } } });
const names = positionals.length ? positionals : Object.keys(scenarios);
const unknown = names.filter((name) => !scenarios[name]);
if (options.list || unknown.length || !(Number(options.rounds) >= 1) || !(Number(options.seconds) > 0)) {
  if (unknown.length) console.error(`There is no scenario "${unknown[0]}".`);
  for (const [name, { about }] of Object.entries(scenarios)) console.log(`${name.padEnd(12)} ${about}`);
  process.exit(options.list ? 0 : 2);
}

const results = {};
let missed = 0;
for (const name of names) {
  const began = Date.now();
  const step = (what) => (process.stderr.isTTY ? process.stderr.write(`\r\x1b[K${name}: ${what} …`) : console.error(`${name}: ${what}`));
  const { rows, goals } = await scenarios[name].measure({ rounds: Number(options.rounds), seconds: Number(options.seconds), step });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  console.log(`\n### ${name}: ${scenarios[name].about}\n\n${table(rows)}\n`);
  for (const goal of goals) {
    missed += !goal.reached;
    console.log(`- ${goal.reached ? 'reached' : 'MISSED'}: ${goal.what}: ${goal.value} (goal ${goal.goal})`);
  }
  console.log(`\n(${Math.round((Date.now() - began) / 1000)} s)`);
  results[name] = { rows, goals };
  if (options.json) writeFileSync(options.json, JSON.stringify(results, null, 1));
}
process.exitCode = missed ? 1 : 0;

/** Markdown; the columns of the first row. */
function table(rows) {
  const columns = Object.keys(rows[0]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map((row) => line(columns.map((column) => row[column] ?? '')))].join('\n');
}
