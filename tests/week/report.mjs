// Does the report, as JSON, as CSV and as fl_report shows it, equal the independent count?
import { SITE } from './engine.mjs';

const KINDS = ['', 'shop', 'agent', 'queue', 'category', 'faq', 'hour'];
/** Equal, but for the last digit shown of a mean. */
const same = (shown, counted, name) => Math.abs(shown - counted) <= (Number.isInteger(counted) && !/_s$|_pct$|^score$/.test(name) ? 0 : name === 'score' ? 0.0051 : 0.051);

function compare(fault, what, shown, counted) {
  for (const [key, want] of counted) {
    const have = shown.get(key);
    if (!have) { fault(`${what}: no row "${key}"`); continue; }
    for (const [name, n] of Object.entries(want)) if (!(name in have) || !same(Number(have[name]), n, name)) fault(`${what}, ${key}: ${name} is ${have[name]}, counted ${n}`);
    for (const name of Object.keys(have)) if (!(name in want)) fault(`${what}, ${key}: ${name} is ${have[name]}, counted none`);
  }
  for (const [key, have] of shown) if (!counted.has(key) && Object.values(have).some(Number)) fault(`${what}: a row "${key}" that nothing was counted for`);
}

function fromCsv(text) {
  const [head, ...lines] = text.trim().split('\r\n').map(line => line.split(','));
  return new Map(lines.map(cells => [`${cells[0] === 'sum' ? '' : cells[0]} ${cells[1]} ${cells[2]}`,
    Object.fromEntries(head.map((name, i) => [name, cells[i]]).slice(4).filter(([, value]) => value !== ''))]));
}

/** A table of fl_report: the first column names a row. */
function fromTable(lines, by) {
  const [head, ...rows] = lines.map(line => line.trim().split(/ {2,}/));
  const from = head.findIndex(name => name !== 'day' && name !== 'id' && name !== 'name');
  return new Map(rows.map(cells => [by === 'day' ? `${cells[0] === 'sum' ? '' : cells[0]} shop ` : ` ${by} ${cells[0]}`,
    Object.fromEntries(head.map((name, i) => [name, cells[i]]).slice(from).filter(([, value]) => value !== '-'))]));
}

/** The figures of `counted` that the table has columns for; it leaves out those in which nothing stands. */
function narrowed(counted, table) {
  const names = new Set([...table.values()].flatMap(row => Object.keys(row)));
  return new Map([...counted].map(([key, row]) => [key, Object.fromEntries(Object.entries(row).filter(([name, n]) => names.has(name) || n !== 0))]));
}

export async function checkReport(week, ledger) {
  const { redis, calendar } = week, fault = text => week.fault('report', text);
  const from = calendar.day(calendar.start), to = calendar.day(calendar.end);
  const ask = async (by, form) => (await redis.call('FCALL_RO', 'report', 1, SITE, week.now, '', from, to, by, form))[1];
  for (const by of KINDS) {
    const json = JSON.parse(await ask(by, 'json')), counted = ledger.rows(by);
    const shown = new Map(json.rows.map(({ day, by: kind, id, name, ...rest }) => [`${day} ${kind} ${id}`, rest]));
    compare(fault, `report by "${by}"`, shown, counted);
    compare(fault, `CSV by "${by}"`, fromCsv(await ask(by, 'csv')), counted);
    if (by === '') checkCauses(fault, json, counted.get(' shop '));
  }
  for (const by of ['day', 'agent', 'queue', 'category', 'faq', 'hour']) {
    const lines = await redis.call('FCALL_RO', 'fl_report', 1, SITE, 92, by);
    const table = fromTable(lines, by), counted = by === 'day' ? ledger.rows('shop') : new Map([...ledger.rows(by)].filter(([key]) => key[0] === ' '));
    compare(fault, `fl_report by ${by}`, table, narrowed(counted, table));
  }
}

function checkCauses(fault, json, shop) {
  const causes = json.causes.reduce((sum, cause) => sum + cause.n, 0);
  if (json.causes.length < 50 && causes !== Math.min(2000, shop.complaints)) fault(`the causes tell of ${causes} complaints, counted ${shop.complaints}`);
  if (json.complaints.length !== Math.min(100, shop.complaints)) fault(`${json.complaints.length} complaints are shown, counted ${shop.complaints}`);
}
