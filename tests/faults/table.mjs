// Results of jobs, added up by fault, judged, and drawn as a table: plain for a terminal, Markdown for the page in deploy/. Pure.
import { quantile } from '../lib/wait.mjs';

const SUMS = ['times', 'acked', 'lost', 'doubled', 'reordered', 'errors', 'seconds'];
const LISTS = ['gaps', 'waits', 'recovers', 'nexts', 'problems'];

/** One result a fault, in the order first met. */
export function merge(results) {
  const byName = new Map();
  for (const result of results) {
    const sum = byName.get(result.name);
    if (!sum) {
      byName.set(result.name, structuredClone(result));
      continue;
    }
    for (const key of SUMS) sum[key] += result[key];
    for (const key of LISTS) sum[key].push(...result[key]);
  }
  return [...byName.values()];
}

/** What is wrong with a fault's result, in words; `slack` multiplies the bounds. */
export function faulty(result, fault, slack = 1) {
  const wrong = [];
  const { lost, doubled, reordered, errors } = result;
  if (result.times === 0) wrong.push('it was never injected');
  if (errors) wrong.push(`${errors} errors`);
  if (fault.loses ? lost + reordered === 0 : lost) wrong.push(fault.loses ? 'nothing was lost, where something must be' : `${lost} lost`);
  if (doubled) wrong.push(`${doubled} doubled`);
  if (!fault.loses && reordered) wrong.push(`${reordered} reordered`);
  const { next, gap, wait, recover } = fault.bounds;
  const over = (what, value, bound) => {
    if (bound !== undefined && !(value <= bound * slack)) wrong.push(`${what} ${Math.round(value)} ms, allowed are ${bound * slack}`);
  };
  over('the next message on the other side (p99):', quantile(result.nexts, 0.99), next);
  over('the longest time without an acknowledgement:', Math.max(...result.gaps), gap);
  over('the longest wait for an acknowledgement:', Math.max(...result.waits), wait);
  over('time to recover:', Math.max(...result.recovers), recover);
  return wrong;
}

const seconds = (ms) => (Number.isFinite(ms) ? (ms / 1000).toFixed(ms < 9950 ? 2 : 1) : '–');
const pair = (list) => (list.length ? `${seconds(quantile(list, 0.5))} / ${seconds(Math.max(...list))}` : '–');

const COLUMNS = [
  ['fault', (r) => r.title],
  ['times', (r) => r.times],
  ['acknowledged', (r) => r.acked.toLocaleString('en')],
  ['lost', (r) => r.lost],
  ['doubled', (r) => r.doubled],
  ['reordered', (r) => r.reordered],
  ['no ack for, s', (r) => pair(r.gaps)],
  ['one message waited, s', (r) => pair(r.waits)],
  ['other side sees the next, s p99', (r) => (r.nexts.length ? seconds(quantile(r.nexts, 0.99)) : '–')],
  ['all served again, s', (r) => pair(r.recovers)],
];

function rows(results) {
  const sum = merge(results.map((result) => ({ ...result, name: 'all' })))[0];
  const all = sum && { ...sum, title: 'all', gaps: [], waits: [], recovers: [], nexts: [] };
  return [COLUMNS.map(([head]) => head), ...[...results, ...(results.length > 1 ? [all] : [])].map((result) => COLUMNS.map(([, cell]) => String(cell(result))))];
}

export function plainTable(results) {
  const lines = rows(results);
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines.map((line) => line.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ')).join('\n');
}

export function markdownTable(results) {
  const [head, ...lines] = rows(results);
  return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}
