// A simulated week at a shop, against a real Redis, through the Functions, with time as their parameter:
//   node tests/week/week.mjs [--visitors 5000] [--days 7] [--seed 1] [--functions DIR] [--show CHAT,…]
// Three queues, twelve agents in shifts, a night, a weekend, a holiday; visitors who say what people in recorded dialogues said, who give up,
// vanish, come back; tabs and gateways that die. At the end everything that happened is checked against rules and counts of its own:
// see checks.mjs. Ends with status 1 when anything is wrong. --functions takes the library from another folder (to plant a fault);
// --show prints all events of these chats.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { library } from '../functions/redis.mjs';
import { checkWeek, CHECKS } from './checks.mjs';
import { Engine } from './engine.mjs';
import { People } from './people.mjs';
import { DAY } from './shop.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Recorded dialogues, each as what the visitor and what the agent said. */
function dialogues() {
  const places = [process.env.FIRSTLINE_TEST_DATA && join(process.env.FIRSTLINE_TEST_DATA, 'dialogues.jsonl'), join(root, '../shared/data/dialogues.jsonl'), join(root, 'tests/replay/samples.jsonl')];
  const lines = readFileSync(places.find(place => place && existsSync(place)), 'utf8').trim().split('\n');
  const of = (turns, who) => turns.filter(([from]) => from === who).map(([, text]) => text.slice(0, 500));
  return lines.map(line => JSON.parse(line).turns).map(turns => ({ visitor: of(turns, 'visitor'), agent: of(turns, 'agent') })).filter(d => d.visitor.length && d.agent.length);
}

/** Vouchers come in two loads, so that the pool is empty for a while. */
function planVouchers(week, visitors) {
  const load = Math.ceil(visitors / 60);
  week.vouchers = [];
  for (const [i, at] of [[1, week.calendar.start], [2, week.calendar.start + 1.55 * DAY]]) {
    const codes = Array.from({ length: load }, (_, n) => `SORRY-${i}-${n + 1}`);
    week.plan(at, async () => {
      for (let n = 0; n < codes.length; n += 100) await week.call([], 'vouchers_add', 'eva', ...codes.slice(n, n + 100));
      week.vouchers.push({ at: week.now, codes });
    });
  }
}

/** Plays the week and checks it: {faults: [{check, text}], counted, calls}. opened(week) gets it before it begins. */
export async function simulate({ visitors = 5000, days = 7, seed = 1, library: text, show = [], opened = () => {}, progress }) {
  const week = await Engine.open({ visitors, days, seed, library: text });
  opened(week);
  try {
    await week.prepare({ queues: 'general,returns,billing', categories: 'delivery,returns,payment,product,other', voucher_text: '5 euros off' }, Math.max(1, Math.round(visitors / days / 260)));
    planVouchers(week, visitors);
    new People(week, dialogues());
    await week.run(progress);
    const counted = week.stopped ? null : await checkWeek(week);
    for (const n of show) for (const { of, text, mid, visitor, range, ...e } of week.feed) if (of === n) console.log(n, JSON.stringify(e));
    return { faults: week.faults, counted, calls: week.calls, from: week.calendar.day(week.calendar.start) };
  } finally {
    await week.server.stop();
  }
}

function tell({ faults, counted, calls, from }, seconds) {
  const { shop, ...rest } = counted;
  console.log(`a week from ${from}: ${counted.chats} chats, ${counted.events} events, ${calls} calls in ${seconds.toFixed(1)} s`);
  const round = n => Math.round(n * 10) / 10;
  console.log(`  shop       ${Object.entries(shop).filter(([, n]) => n).map(([name, n]) => `${name} ${round(n)}`).join(', ')}`);
  for (const [name, value] of Object.entries(rest)) if (typeof value === 'object') console.log(`  ${name.padEnd(10)} ${Object.entries(value).map(([what, n]) => `${what} ${n}`).join(', ')}`);
  console.log(`  vouchers   ${counted.vouchers} given`);
  for (const [check, what] of Object.entries(CHECKS)) {
    const found = faults.filter(fault => fault.check === check);
    console.log(`${found.length ? 'FAILED' : 'ok    '} ${what}${found.length ? `: ${found.length} faults` : ''}`);
    for (const { text } of found.slice(0, 12)) console.log(`         ${text}`);
  }
}

async function main() {
  const { values: o } = parseArgs({ options: { visitors: { type: 'string', default: '5000' }, days: { type: 'string', default: '7' }, seed: { type: 'string', default: '1' }, functions: { type: 'string' }, show: { type: 'string', default: '' } } });
  const numbers = { visitors: Number(o.visitors), days: Number(o.days), seed: Number(o.seed) };
  if (!Object.values(numbers).every(Number.isInteger) || numbers.visitors < 1 || numbers.days < 1 || numbers.days > 28) {
    console.error('usage: node tests/week/week.mjs [--visitors 5000] [--days 1 to 28] [--seed N] [--functions DIR]');
    process.exit(2);
  }
  const began = Date.now(), drawn = process.stdout.isTTY;
  const result = await simulate({ ...numbers, library: o.functions && library(o.functions), show: o.show.split(','),
    opened: week => { for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => { week.stopped = true; }); },
    progress: share => { if (drawn) process.stdout.write(`\r${'#'.repeat(Math.round(share * 40)).padEnd(40, '.')} ${Math.round(share * 100)} %`); } });
  if (drawn) process.stdout.write('\r'.padEnd(60) + '\r');
  if (!result.counted) { console.log('stopped'); process.exit(130); }
  tell(result, (Date.now() - began) / 1000);
  process.exit(result.faults.length ? 1 : 0);
}

if (process.argv[1] && dirname(fileURLToPath(import.meta.url)) === dirname(process.argv[1]) && process.argv[1].endsWith('week.mjs')) await main();
