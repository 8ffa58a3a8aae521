#!/usr/bin/env node
// Injects faults into a running Firstline under load, and checks that nothing acknowledged is lost, doubled or reordered:
//   tests/faults/run.mjs [FAULT …] [--short | --long | --times N] [--side-by-side N] [--messages N] [--json FILE] [--markdown] [--list]
//   tests/faults/run.mjs --merge FILE … [--long] [--markdown | --into deploy/reliability.md]
// Without a FAULT all of them. --short (the default): once or twice each, bounds on time five times as wide, since others may use the
// machine. --long: at least 20 times each, and more messages at the end until 1,000,000 are acknowledged in all. --json keeps the result;
// --merge draws one table of several; --into puts it where a document has its table. Ctrl-C ends it with the table so far. Exit status 1 when anything was wrong.
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { faultNames, loadFault } from './faults.mjs';
import { isolation } from './network.mjs';
import { faulty, markdownTable, merge, plainTable } from './table.mjs';

const LONG = { faults: 400, messages: 1_000_000 }; // at least, of a long run of all faults
const SHORT_SLACK = 5;
const LANES = { short: 3, long: 4 }; // jobs side by side
const SPLIT_TIMES = 10; // a job's injections at most, so that the jobs of a long run end together

function fail(why) {
  console.error(`tests/faults/run.mjs: ${why}`);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({ allowPositionals: true, options: {
      short: { type: 'boolean' }, long: { type: 'boolean' }, times: { type: 'string' }, 'side-by-side': { type: 'string' }, messages: { type: 'string' },
      pause: { type: 'string' }, json: { type: 'string' }, markdown: { type: 'boolean' }, list: { type: 'boolean' }, merge: { type: 'boolean' }, into: { type: 'string' } } });
  } catch (error) {
    return fail(error.message);
  }
}

const { values: options, positionals } = readOptions();
const number = (name, or) => {
  if (options[name] === undefined) return or;
  if (!/^[1-9]\d*$/.test(options[name])) fail(`--${name} takes a whole number from 1`);
  return Number(options[name]);
};

const TABLE = /(<!-- table of the faults -->\n)[^]*?(<!-- end of the table -->)/;

function putInto(file, table) {
  const text = readFileSync(file, 'utf8');
  if (!TABLE.test(text)) fail(`${file} has no place for the table: <!-- table of the faults --> … <!-- end of the table -->`);
  writeFileSync(file, text.replace(TABLE, (_, begin, end) => `${begin}\n${table}\n\n${end}`));
}

/** A long run of everything is held against what it is to amount to. */
function longEnough(all) {
  if (!options.long || (positionals.length && !options.merge)) return true;
  const sound = all.filter((result) => !result.loses);
  const [times, acked] = ['times', 'acked'].map((key) => sound.reduce((sum, result) => sum + result[key], 0));
  console.log(`${times} faults and ${acked.toLocaleString('en')} acknowledged messages; at least ${LONG.faults} and ${LONG.messages.toLocaleString('en')} are wanted`);
  return times >= LONG.faults && acked >= LONG.messages;
}

/** The table, and what is wrong; gives the exit status. */
async function report(results, slack) {
  const all = merge(results);
  if (options.into) putInto(options.into, markdownTable(all));
  console.log(`\n${options.markdown ? markdownTable(all) : plainTable(all)}`);
  let bad = 0;
  for (const result of all) {
    const wrong = faulty(result, await loadFault(result.name), slack);
    if (!wrong.length) continue;
    bad++;
    console.log(`\nWRONG ${result.name}: ${wrong.join('; ')}`);
    for (const { what, detail } of result.problems) console.log(`  ${what}: ${detail}`);
    for (const log of result.logs ?? []) console.log(`  a gateway's last words:\n${log.replace(/^/gm, '    ')}`);
  }
  console.log(`\n${all.length - bad} of ${all.length} faults without a fault`);
  return bad || !longEnough(all) ? 1 : 0;
}

/** Long: each fault in worlds of its own, in parts. Short: faults that need no special world share a few, one after the other. */
async function plan(names) {
  const jobs = [];
  const shared = Array.from({ length: LANES.short }, () => []);
  for (const fault of await Promise.all(names.map(loadFault))) {
    const times = number('times', options.long ? fault.times.long : fault.times.short);
    if (times === 0) continue;
    const parts = options.long ? Math.ceil(times / (fault.times.part ?? SPLIT_TIMES)) : 1;
    const alone = options.long || options.times || times !== 1 || fault.world || fault.run || fault.isolated || fault.last;
    if (!alone) shared.sort((a, b) => a.length - b.length)[0].push(fault.name);
    else for (let part = 0; part < parts; part++) jobs.push({ faults: [fault.name], times: Math.floor((times + part) / parts), isolated: fault.isolated, last: fault.last, writes: !fault.loses && !fault.run });
  }
  jobs.unshift(...shared.filter((list) => list.length).map((list) => ({ faults: list, times: 1, writes: true })));
  const messages = number('messages', options.long ? LONG.messages : 0);
  const writers = jobs.filter((job) => job.writes).length;
  return jobs.map((job) => ({ ...job, long: Boolean(options.long), pause: number('pause', undefined), messages: job.writes ? Math.ceil(messages / writers) : 0 }));
}

const running = new Map(); // child -> its job
const results = [];
let stopping = 0;

const line = (job) => `${job.at ?? job.faults[0]} ${job.done ?? 0}/${job.times}, ${(job.acked ?? 0).toLocaleString('en')} acknowledged`;
function draw() {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${[...running.values()].map(line).join(' · ').slice(0, (process.stdout.columns || 120) - 1)}`);
}
function say(words) {
  console.log(process.stdout.isTTY ? `\r\x1b[K${words}` : words);
}

const crashed = (name, why) => ({ name, title: name, times: 0, acked: 0, lost: 0, doubled: 0, reordered: 0, errors: 1, gaps: [], waits: [], recovers: [], nexts: [], seconds: 0, problems: [{ what: 'error', detail: why }] });

function take(result) {
  results.push(result);
  if (options.json) writeFileSync(options.json, JSON.stringify(results));
  const bad = result.doubled + result.errors + (result.loses ? 0 : result.lost + result.reordered);
  say(`${bad ? 'SEE BELOW' : 'done'} ${result.title}: ${result.times} times, ${result.acked.toLocaleString('en')} acknowledged, ${result.seconds} s`);
}

function work(job) {
  return new Promise((resolve) => {
    const { words: [execPath, ...execArgv], env } = (job.isolated && isolation()) || { words: [process.execPath] };
    if (env) execArgv.push(process.execPath);
    const child = fork(fileURLToPath(new URL('job.mjs', import.meta.url)), { execPath, execArgv, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
    running.set(child, job);
    const left = new Set(job.faults);
    child.on('message', ({ result, progress }) => {
      if (progress) return Object.assign(job, { at: progress.fault, done: progress.times, acked: progress.acked });
      left.delete(result.name);
      return take(result);
    });
    child.once('exit', (code, signal) => {
      running.delete(child);
      if (!stopping) for (const name of left) take(crashed(name, `its process ended with ${code ?? signal}`));
      resolve();
    });
    child.send(job);
  });
}

/** Ctrl-C: the jobs check what they have and end; a second one ends them at once, with all they started. */
function stop() {
  stopping++;
  say(stopping === 1 ? 'stopping; once more stops at once' : 'stopped');
  for (const child of running.keys()) if (stopping === 1 && child.connected) child.send('stop'); else child.kill('SIGTERM');
}

async function main() {
  if (options.list) {
    for (const name of faultNames()) console.log(`${name.padEnd(24)} ${(await loadFault(name)).title}`);
    return 0;
  }
  if (options.merge) return report(positionals.flatMap((file) => JSON.parse(readFileSync(file, 'utf8'))), 1);
  for (const name of positionals) if (!faultNames().includes(name)) fail(`there is no fault "${name}"; --list names them`);
  let queue = await plan(positionals.length ? positionals : faultNames());
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal).on(signal, stop); // in place of what lib/children.mjs does
  const drawing = setInterval(draw, 500);
  const lane = async () => {
    while (queue.length && !stopping) await work(queue.shift());
  };
  const last = queue.filter((job) => job.last);
  queue = queue.filter((job) => !job.last);
  await Promise.all(Array.from({ length: number('side-by-side', options.long ? LANES.long : LANES.short) }, lane));
  queue = last; // what measures a limit of the machine has it for itself
  await lane();
  clearInterval(drawing);
  const status = await report(results, options.long ? 1 : SHORT_SLACK);
  return stopping ? 130 : status;
}

process.exitCode = await main();
