#!/usr/bin/env node
// How right the demo shop's FAQ is in each language: messages, answers, precision, recall, as a table beside the goals.
//   node tests/faq/demo.mjs [--rules FILE] [--misses] [FILE.jsonl…]      exit status 1 when a goal is missed, 2 when it cannot be measured
// A line is {"lang", "label", "text"}; the label is the entry's id, or null where nothing should be answered. Without files: those
// of FIRSTLINE_TEST_DATA/faq whose lines look so, else our own samples in tests/faq/samples/shop.jsonl, which guard what was reached.
// --misses lists what was answered wrongly or not at all. FIRSTLINE_BIN: the program (default build/gateway/firstline).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const { values: options, positionals } = parseArgs({
  options: { rules: { type: 'string', default: join(root, 'faq/demo/shop.yaml') }, misses: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const program = process.env.FIRSTLINE_BIN ?? join(root, 'build/gateway/firstline');
const languages = ['en', 'lt', 'bs', 'pl', 'fa', 'zh'];
const goal = { precision: 0.95, recall: 0.6 };

function fail(why) {
  console.error(`demo: ${why}`);
  process.exit(2);
}

const lines = (file) => readFileSync(file, 'utf8').split('\n').filter((line) => line.trim() !== '');

/** Whether a file's first line is a message with its language. */
function isOurs(file) {
  try {
    const first = JSON.parse(lines(file)[0] ?? '{}');
    return typeof first.text === 'string' && languages.includes(first.lang) && 'label' in first;
  } catch {
    return false;
  }
}

function files() {
  if (positionals.length > 0) return positionals;
  const given = process.env.FIRSTLINE_TEST_DATA && join(process.env.FIRSTLINE_TEST_DATA, 'faq');
  const found = given && existsSync(given) ? readdirSync(given).filter((name) => name.endsWith('.jsonl')).map((name) => join(given, name)).filter(isOurs) : [];
  return found.length > 0 ? found : [join(here, 'samples/shop.jsonl')];
}

function messagesOf(file) {
  if (!existsSync(file)) fail(`there is no file ${file}`);
  return lines(file).map((line, i) => {
    let message;
    try {
      message = JSON.parse(line);
    } catch {
      fail(`${file}:${i + 1} is not JSON`);
    }
    if (typeof message.text !== 'string' || !languages.includes(message.lang)) fail(`${file}:${i + 1}: a line needs a "text", and a "lang" of ${languages.join(', ')}`);
    return { lang: message.lang, label: message.label ?? null, text: message.text };
  });
}

/** Each message with the entry that answers it, or null. */
function answered(messages) {
  const scratch = mkdtempSync(join(tmpdir(), 'firstline-demo-'));
  try {
    const log = join(scratch, 'log.jsonl');
    writeFileSync(log, messages.map(({ text, label }) => `${JSON.stringify({ text, label })}\n`).join(''));
    const out = execFileSync(program, ['faq', 'replay', '--rules', options.rules, '--json', log], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const verdicts = out.trimEnd().split('\n').slice(0, -1).map((line) => JSON.parse(line)); // the last one is the summary
    if (verdicts.length !== messages.length) fail(`${messages.length} messages went in, ${verdicts.length} verdicts came out`);
    return messages.map((message, i) => ({ ...message, answer: verdicts[i].answer }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const share = (part, whole) => (whole === 0 ? null : part / whole);
const number = (value) => (value === null ? '–' : value.toFixed(3));
const row = (...cells) => console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(10) : String(cell).padStart(10))).join(''));

if (!existsSync(program)) fail(`${program} is not built; build it, or name it with FIRSTLINE_BIN`);
const all = answered(files().flatMap(messagesOf));
let missed = 0;
row('language', 'messages', 'asked', 'fires', 'wrong', 'precision', 'recall', 'met');
for (const lang of languages) {
  const mine = all.filter((message) => message.lang === lang);
  if (mine.length === 0) continue;
  const fires = mine.filter((message) => message.answer !== null);
  const right = fires.filter((message) => message.answer === message.label);
  const asked = mine.filter((message) => message.label !== null);
  const precision = share(right.length, fires.length);
  const recall = share(right.length, asked.length);
  const met = (precision ?? 1) >= goal.precision && (recall ?? 1) >= goal.recall;
  missed += met ? 0 : 1;
  row(lang, mine.length, asked.length, fires.length, fires.length - right.length, number(precision), number(recall), met ? 'yes' : 'NO');
}
row('  goal', '', '', '', '', `≥ ${goal.precision}`, `≥ ${goal.recall}`);
if (options.misses) {
  for (const { lang, label, text, answer } of all) if (answer !== label) console.log(`${answer === null ? 'silent' : 'WRONG '} ${lang} ${label ?? '–'}${answer === null ? '' : ` ← ${answer}`}: ${text}`);
}
console.log(missed === 0 ? '\nThe goals are met in every language.' : `\nThe goals are missed in ${missed} ${missed === 1 ? 'language' : 'languages'}.`);
process.exit(missed === 0 ? 0 : 1);
