/* The charts of the overview, out of the same rows as the table under them. */

import { Chart } from './chart';
import { cell, dayName, type Row } from './figures';
import { daily, own, sums, type Report } from './model';
import { columnName, w } from './words';

const values = (rows: Row[], column: string): (number | null)[] => rows.map((row) => (typeof row[column] === 'number' ? (row[column] as number) : null));
const series = (rows: Row[], column: string, bars = false) => ({ name: columnName(column), values: values(rows, column), bars });

/** An agent's days may have holes; the shop's have none. */
function Hours({ r }: { r: Report }) {
  const by = new Map(sums(r, 'hour').map((row) => [row.id, row]));
  if (by.size === 0) return null;
  const hours = Array.from({ length: 24 }, (_, h) => String(h).padStart(2, '0'));
  const of = (column: string): number[] => hours.map((h) => Number(by.get(h)?.[column] ?? 0));
  return (
    <Chart
      title={w('chart.hours')}
      labels={hours}
      of="hour"
      series={[
        { name: columnName('chats'), values: of('chats'), bars: true },
        { name: columnName('joined'), values: of('joined') },
      ]}
      show={(v) => cell('chats', v)}
    />
  );
}

export function OverviewCharts({ r }: { r: Report }) {
  const rows = daily(r);
  if (rows.length === 0) return null;
  const labels = rows.map((row) => dayName(row.day));
  return (
    <div class="charts">
      <Chart title={w('chart.chats')} labels={labels} series={own.value ? [series(rows, 'joined', true)] : [series(rows, 'chats', true), series(rows, 'joined'), series(rows, 'abandoned')]} show={(v) => cell('chats', v)} />
      <Chart title={w('chart.intime')} labels={labels} series={[series(rows, 'in_time_pct')]} range={[0, 105]} show={(v) => cell('in_time_pct', v)} />
      <Chart title={w('chart.times')} labels={labels} series={[series(rows, own.value ? 'reply_s' : 'response_s'), series(rows, 'handling_s')]} show={(v) => cell('handling_s', v)} />
      <Chart title={w('chart.score')} labels={labels} series={[series(rows, 'score')]} range={[0.8, 5.2]} show={(v) => cell('score', v)} />
      {!own.value && <Hours r={r} />}
    </div>
  );
}
