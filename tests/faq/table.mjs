#!/usr/bin/env node
// How right the FAQ matcher is: the rule sets in tests/faq/rules/ over real questions, as a table beside the goals.
//   node tests/faq/table.mjs [--folds N]      exit status 1 when a goal is missed, 2 when it cannot be measured
// FIRSTLINE_TEST_DATA names a folder with faq/*.jsonl ({"text","label"} lines; default ../shared/data). Without one, our own
// samples in tests/faq/samples/ are measured instead. FIRSTLINE_BIN: the program (default build/gateway/firstline).
// Each row tells what its figures are worth: "training" = the rules were written from these messages, so they flatter (folds,
// split by hash, show how much luck there is in them); "totals" = nobody read the messages, but their totals chose entries and
// guards; "blind" = neither.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const { values: options } = parseArgs({ options: { folds: { type: 'string', default: '4' } } });
const folds = Number(options.folds);
const program = process.env.FIRSTLINE_BIN ?? join(root, 'build/gateway/firstline');
if (!existsSync(program) || !(folds >= 2 && folds <= 20)) {
  console.error(existsSync(program) ? 'table: --folds is a number from 2 to 20' : `table: ${program} is not built; build it, or name it with FIRSTLINE_BIN`);
  process.exit(2);
}
const outside = 'NO_NODES_DETECTED'; // the label of messages that belong to no intent
const bank = { precision: 0.985, recall: 0.75, wrong: 0.15, entries: 15 };
const shop = { precision: 0.95, recall: 0.45, wrong: 0.5, entries: 10 };
const sets = [
  { rules: 'banking77', goal: bank, logs: ['banking77.train', 'banking77.test'] },
  { rules: 'sofmattress', goal: shop, logs: ['sofmattress.train', 'sofmattress.test'] },
  { rules: 'curekart', goal: shop, logs: ['curekart.train', 'curekart.test'] },
  { rules: 'powerplay11', goal: shop, logs: ['powerplay11.train', 'powerplay11.test'] },
];
const steering = ['sofmattress.test']; // whose totals chose entries and guards
const worth = (log) => (log.endsWith('.train') ? 'training' : steering.includes(log) ? 'totals' : 'blind');
const strangers = 'clinc150.oos_train_val';
const strangersGoal = 3; // fires per 1,000

const given = process.env.FIRSTLINE_TEST_DATA ?? join(root, '../shared/data');
const whole = existsSync(join(given, 'faq', `${sets[0].logs[0]}.jsonl`));
const folder = whole ? join(given, 'faq') : join(here, 'samples');
if (!whole) console.log(`There are no data in ${given} (FIRSTLINE_TEST_DATA names another folder): these are our own samples, which only show that it works.\n`);

const scratch = mkdtempSync(join(tmpdir(), 'firstline-table-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const read = (name) => readFileSync(join(folder, `${name}.jsonl`), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const fold = ({ text }) => createHash('sha256').update(text).digest().readUInt32BE() % folds;

/** What the rules make of some messages. */
function replay(rules, messages) {
  const log = join(scratch, 'log.jsonl');
  writeFileSync(log, messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  const out = execFileSync(program, ['faq', 'replay', '--rules', join(here, 'rules', `${rules}.yaml`), '--json', log], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = out.trimEnd().split('\n').map((line) => JSON.parse(line));
  return { totals: lines.pop(), lines };
}

function measure(rules, messages) {
  const { totals, lines } = replay(rules, messages);
  const entries = Object.keys(totals.per_entry);
  const fired = lines.filter((line) => line.answer !== null);
  const right = fired.filter((line) => line.answer === line.label).length;
  const asked = lines.filter((line) => entries.includes(line.label)).length;
  const strange = lines.filter((line) => line.label === null || line.label === outside);
  const answered = strange.filter((line) => line.answer !== null).length;
  return {
    entries: entries.length, messages: lines.length, asked, right, wrong: fired.length - right,
    precision: fired.length ? right / fired.length : null, recall: asked ? right / asked : null, per100: ((fired.length - right) * 100) / lines.length,
    strange: strange.length, answered,
  };
}

let missed = 0;
const number = (value, digits) => (value === null ? '–' : value.toFixed(digits));
const cells = (...all) => console.log(all.map((text, i) => (i ? String(text).padStart([0, 8, 8, 8, 10, 10, 12, 8][i]) : String(text).padEnd(42))).join(' '));
const judge = (good) => {
  if (!good) missed++;
  return good ? 'yes' : 'NO';
};
const row = (name, m, verdict = '') => cells(name, m.messages, m.asked, m.wrong, number(m.precision, 3), number(m.recall, 3), number(m.per100, 2), verdict);

cells('messages', 'all', 'asked', 'wrong', 'precision', 'recall', 'wrong/100', 'met');
let strange = 0;
let answered = 0;
const measured = [];
for (const set of sets) {
  const { goal } = set;
  for (const log of set.logs) {
    if (!existsSync(join(folder, `${log}.jsonl`))) continue;
    const messages = read(log);
    const m = measure(set.rules, messages);
    measured.push(set.rules);
    strange += m.strange;
    answered += m.answered;
    row(`${log}, ${m.entries} entries (${worth(log)})`, m, judge(m.entries >= goal.entries && m.precision >= goal.precision && m.recall >= goal.recall && Number(m.per100.toFixed(2)) <= goal.wrong));
    if (whole && log.endsWith('.train')) for (let i = 0; i < folds; i++) row(`  fold ${i + 1} of ${folds}`, measure(set.rules, messages.filter((message) => fold(message) === i)));
  }
  cells(`  goal, ≥ ${goal.entries} entries`, '', '', '', `≥ ${goal.precision}`, `≥ ${goal.recall}`, `≤ ${goal.wrong}`);
}

console.log();
cells('questions nobody should answer', 'all', 'fires', '', '', '', 'per 1,000', 'met');
const aliens = read(strangers).map(({ text }) => ({ text, label: null }));
let asked = 0;
let fires = 0;
for (const rules of new Set(measured)) {
  const m = measure(rules, aliens);
  asked += m.messages;
  fires += m.wrong;
  cells(`${strangers} by ${rules}`, m.messages, m.wrong, '', '', '', number((m.wrong * 1000) / m.messages, 1));
}
if (strange) cells(`${outside} of the shops' own`, strange, answered, '', '', '', number((answered * 1000) / strange, 1));
const rate = ((fires + answered) * 1000) / (asked + strange);
cells('together', asked + strange, fires + answered, '', '', '', number(rate, 1), judge(rate <= strangersGoal));
cells('  goal', '', '', '', '', '', `≤ ${strangersGoal}`);
console.log(missed ? `\n${missed} ${missed === 1 ? 'goal is' : 'goals are'} missed.` : '\nAll goals are met.');
process.exit(missed ? 1 : 0);
