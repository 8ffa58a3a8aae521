/* Opening hours: the week, single dates, and queues with hours of their own. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { say, state } from '../app';
import { language } from '../words';
import { DAYS, hoursFrom, isDate, settingOf, spansOf, usualHours, type Day, type Hours, type Table } from './hours';
import { attempt } from './model';
import { readSettings, settings, valueOf } from './settings';
import { w } from './words';

/** Monday was the 5th of January 1970. */
const dayName = (i: number): string => new Intl.DateTimeFormat(language.value, { weekday: 'long', timeZone: 'UTC' }).format(new Date((4 + i) * 86_400_000));

const zones = (): string[] => (Intl as unknown as { supportedValuesOf?(what: string): string[] }).supportedValuesOf?.('timeZone') ?? [];

function Line({ label, value, change }: { label: string; value: string; change(value: string): void }) {
  const wrong = spansOf(value) === null;
  return (
    <label class="hours-line">
      <span>{label}</span>
      <input dir="ltr" value={value} placeholder={w('hours.closed')} aria-invalid={wrong} autocomplete="off" onInput={(e) => change(e.currentTarget.value)} />
      {wrong && <span class="trouble" role="alert">{w('hours.wrong')}</span>}
    </label>
  );
}

function Dates({ table, change }: { table: Table; change(table: Table): void }) {
  const put = (i: number, more: Partial<{ date: string; hours: string }>) => change({ ...table, dates: table.dates.map((d, k) => (k === i ? { ...d, ...more } : d)) });
  return (
    <>
      <h4>{w('hours.dates')}</h4>
      <p class="dim">{w('hours.dates.hint')}</p>
      {table.dates.map((d, i) => (
        <div key={i} class="hours-line hours-date">
          <input dir="ltr" aria-label={w('hours.date')} placeholder="2026-12-24" value={d.date} aria-invalid={!isDate(d.date)} onInput={(e) => put(i, { date: e.currentTarget.value.trim() })} />
          <input dir="ltr" aria-label={w('hours.of', { day: d.date })} placeholder={w('hours.closed')} value={d.hours} aria-invalid={spansOf(d.hours) === null} onInput={(e) => put(i, { hours: e.currentTarget.value })} />
          <button type="button" class="small" onClick={() => change({ ...table, dates: table.dates.filter((_, k) => k !== i) })}>{w('remove')}</button>
        </div>
      ))}
      <button type="button" class="small" onClick={() => change({ ...table, dates: [...table.dates, { date: '', hours: '' }] })}>{w('hours.dates.add')}</button>
    </>
  );
}

export function HoursPage() {
  const draft = useSignal<Hours | null>(null);
  const queue = useSignal('');
  const trouble = useSignal('');
  useEffect(() => void readSettings(), []);
  const stored = valueOf('hours');
  useEffect(() => {
    draft.value = hoursFrom(stored);
    trouble.value = '';
  }, [stored]);
  if (!settings.value) return null;
  const hours = draft.value;

  async function keep(value: string | null): Promise<void> {
    if (value === null) return void (trouble.value = w('hours.fix'));
    trouble.value = await attempt({ type: 'settings.set', name: 'hours', value, was: stored });
    if (trouble.value) return;
    await readSettings();
    say(w('saved'));
  }

  if (!hours)
    return (
      <section class="office-group">
        <p>{w('hours.always')}</p>
        <button class="primary" onClick={() => (draft.value = usualHours(Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'))}>{w('hours.set')}</button>
      </section>
    );
  const own = queue.value ? hours.queues[queue.value] : undefined;
  const table = queue.value ? own : hours.shop;
  const change = (t: Table) => (draft.value = queue.value ? { ...hours, queues: { ...hours.queues, [queue.value]: t } } : { ...hours, shop: t });
  const dayLine = (day: Day, i: number, t: Table) => <Line key={day} label={dayName(i)} value={t.week[day]} change={(v) => change({ ...t, week: { ...t.week, [day]: v } })} />;
  return (
    <form
      class="office-group hours"
      onSubmit={(e) => {
        e.preventDefault();
        void keep(settingOf(hours));
      }}
    >
      <div class="pair">
        <label>
          {w('hours.tz')}
          <input list="zones" dir="ltr" value={hours.tz} onInput={(e) => (draft.value = { ...hours, tz: e.currentTarget.value.trim() })} />
          <datalist id="zones">{zones().map((z) => <option key={z} value={z} />)}</datalist>
        </label>
        <label>
          {w('hours.whose')}
          <select value={queue.value} onChange={(e) => (queue.value = e.currentTarget.value)}>
            <option value="">{w('hours.shop')}</option>
            {state.value.queues.map((q) => <option key={q} value={q}>{q}{hours.queues[q] ? ' •' : ''}</option>)}
          </select>
        </label>
      </div>
      {table ? (
        <>
          <p class="dim">{w('hours.hint')}</p>
          {DAYS.map((day, i) => dayLine(day, i, table))}
          <Dates table={table} change={change} />
        </>
      ) : (
        <p>
          {w('hours.same')} <button type="button" class="small" onClick={() => change(structuredClone(hours.shop))}>{w('hours.own')}</button>
        </p>
      )}
      <p class="trouble" role="alert">{trouble.value}</p>
      <div class="office-foot">
        {own && (
          <button type="button" onClick={() => {
            const { [queue.value]: _, ...others } = hours.queues;
            draft.value = { ...hours, queues: others };
          }}>{w('hours.asshop')}</button>
        )}
        {stored && <button type="button" onClick={() => void keep('')}>{w('hours.drop')}</button>}
        <button class="primary">{w('save')}</button>
      </div>
    </form>
  );
}
