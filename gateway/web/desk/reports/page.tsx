/* Reports: how the days went, for the whole shop and by agent, queue, category and automatic answer; an agent sees their own. */

import { useEffect } from 'preact/hooks';
import { nameOf } from '../app';
import { goTo } from '../pages';
import { moment } from '../time';
import { categoryWords } from '../views/close';
import { Icon } from '../views/icons';
import { OverviewCharts } from './charts';
import { cell, dayName, type Row } from './figures';
import { csvAddress, daily, lastDays, own, range, read, report, setRange, span, sums, tab, trouble, type RatedChat, type Report, type Tab } from './model';
import { columnName, hasKey, w, type Key } from './words';

const COLUMNS: Record<Exclude<Tab, 'complaints'>, string[]> = {
  shop: ['chats', 'joined', 'in_time_pct', 'response_s', 'handling_s', 'solved', 'unsolved', 'first_contact_pct', 'score', 'complaints', 'transfers', 'abandoned', 'answers'],
  agent: ['joined', 'in_time_pct', 'reply_s', 'handling_s', 'solved', 'unsolved', 'first_contact_pct', 'rated', 'score', 'praise', 'transfers', 'missed', 'declined', 'promises_kept', 'promises_broken'],
  queue: ['chats', 'joined', 'in_time_pct', 'wait_s', 'response_s', 'handling_s', 'solved', 'unsolved', 'score', 'transfers', 'abandoned'],
  category: ['solved', 'unsolved', 'first_contact_pct', 'rated', 'score', 'complaints'],
  faq: ['answers', 'helped', 'not_helped'],
};

/** By what a table is best read: the most, or the worst, first. */
const ORDER: Record<string, string> = { agent: 'joined', queue: 'chats', category: 'complaints', faq: 'not_helped' };

const nameOfRow = (row: Row): string => row.name || (row.by === 'category' ? categoryWords(row.id) : row.id);

function Figures({ rows, columns, head, label }: { rows: Row[]; columns: string[]; head: Key; label: string }) {
  if (rows.length === 0) return <p class="empty">{w('nothing')}</p>;
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={label}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{w(head)}</th>
            {columns.map((c) => <th key={c} scope="col">{columnName(c)}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.day}${row.id}`} data-id={row.id} data-day={row.day || 'sum'} class={head === 'day' && row.day === '' ? 'sum' : undefined}>
              <th scope="row" dir="auto">{head === 'day' ? (row.day ? dayName(row.day) : w('sum')) : nameOfRow(row)}</th>
              {columns.map((c) => <td key={c}>{cell(c, row[c])}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Overview({ r }: { r: Report }) {
  const kind = own.value ? 'agent' : 'shop';
  return (
    <>
      <OverviewCharts r={r} />
      <Figures rows={[...daily(r), ...sums(r, kind)]} columns={COLUMNS[kind]} head="day" label={w('tab.shop')} />
    </>
  );
}

function Sums({ r, by }: { r: Report; by: 'agent' | 'queue' | 'category' | 'faq' }) {
  const order = ORDER[by] ?? '';
  const rows = [...sums(r, by)].sort((a, b) => Number(b[order] ?? 0) - Number(a[order] ?? 0) || a.id.localeCompare(b.id));
  return <Figures rows={rows} columns={COLUMNS[by]} head="id" label={w(`tab.${by}`)} />;
}

function Rated({ item }: { item: RatedChat }) {
  return (
    <li>
      <p>
        <a href={`/api/v1/chats/${item.chat}.txt`} target="_blank" rel="noopener">{w('open.chat', { n: item.chat })}</a>{' '}
        <span class="dim">
          {[item.name, item.category && categoryWords(item.category), item.agent && w('with', { who: nameOf(item.agent) }), item.at > 0 && moment(item.at), item.score && `${item.score} / 5`].filter(Boolean).join(' · ')}
        </span>
      </p>
      {item.need && <p dir="auto">{item.need}</p>}
      {item.text && <q dir="auto">{item.text}</q>}
    </li>
  );
}

function Complaints({ r }: { r: Report }) {
  if (r.complaints.length === 0) return <p class="empty">{w('complaints.none')}</p>;
  return (
    <>
      <section>
        <h3>{w('causes')}</h3>
        <div class="table-box" tabIndex={0} role="region" aria-label={w('causes')}>
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">{w('tab.category')}</th>
                <th scope="col" class="text">{w('cause.need')}</th>
                <th scope="col">{w('count')}</th>
              </tr>
            </thead>
            <tbody>
              {r.causes.map((c) => (
                <tr key={`${c.category}\n${c.need}`}>
                  <th scope="row">{c.category ? categoryWords(c.category) : w('cause.none')}</th>
                  <td class="text" dir="auto">{c.need || <span class="dim">{w('cause.none')}</span>}</td>
                  <td>{c.n}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <section>
        <h3>{w('complaints')}</h3>
        <ul class="rated">{r.complaints.map((item) => <Rated key={item.chat} item={item} />)}</ul>
      </section>
    </>
  );
}

function Praise({ r }: { r: Report }) {
  return (
    <section>
      <h3>{w('praise')}</h3>
      {r.praise.length === 0 ? <p class="empty">{w('praise.none')}</p> : <ul class="rated">{r.praise.map((item) => <Rated key={item.chat} item={item} />)}</ul>}
    </section>
  );
}

function How({ r }: { r: Report }) {
  const explained = r.columns.filter((c) => hasKey(`x.${c}`));
  return (
    <details class="how">
      <summary>{w('how')}</summary>
      <dl>
        {explained.map((c) => (
          <div key={c}>
            <dt>{columnName(c)}</dt>
            <dd>{w(`x.${c}` as Key, { s: r.clock_s })}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Days({ r }: { r: Report }) {
  const shown = { from: range.value.from || r.from, to: range.value.to || r.to };
  return (
    <div class="days">
      {[7, 28, 92].map((n) => (
        <button key={n} class="small" aria-pressed={span.value === n && r.to === r.today} onClick={() => lastDays(n)}>{w('days.n', { n })}</button>
      ))}
      <label>
        <span>{w('from')}</span>
        <input type="date" value={shown.from} max={r.today} onChange={(e) => setRange(e.currentTarget.value, shown.to)} />
      </label>
      <label>
        <span>{w('to')}</span>
        <input type="date" value={shown.to} max={r.today} onChange={(e) => setRange(shown.from, e.currentTarget.value)} />
      </label>
      <a class="csv" href={csvAddress()} title={w('csv.title')} download>{w('csv')}</a>
    </div>
  );
}

const TABS: Tab[] = ['shop', 'agent', 'queue', 'category', 'faq', 'complaints'];

function Tabs() {
  return (
    <div class="tabs" role="tablist" aria-label={w('title')}>
      {TABS.map((name, i) => (
        <button
          key={name}
          role="tab"
          id={`report-tab-${name}`}
          aria-selected={tab.value === name}
          aria-controls="report-body"
          tabIndex={tab.value === name ? 0 : -1}
          onClick={() => (tab.value = name)}
          onKeyDown={(e) => {
            const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
            const next = TABS[(i + step + TABS.length) % TABS.length];
            if (!step || !next) return;
            tab.value = next;
            document.getElementById(`report-tab-${next}`)?.focus();
          }}
        >
          {w(`tab.${name}`)}
        </button>
      ))}
    </div>
  );
}

function Body({ r }: { r: Report }) {
  const name = own.value ? 'shop' : tab.value;
  return (
    <>
      {name === 'shop' ? <Overview r={r} /> : name === 'complaints' ? <Complaints r={r} /> : <Sums r={r} by={name} />}
      {(name === 'shop' || name === 'agent') && <Praise r={r} />}
      <How r={r} />
    </>
  );
}

export function Page() {
  useEffect(() => void read(), []);
  const r = report.value;
  return (
    <>
      <header class="chat-head">
        <button class="quiet phone-only" aria-label={w('back')} onClick={() => goTo('chats')}>
          <Icon name="back" />
        </button>
        <h2>{w(own.value ? 'mine' : 'title')}</h2>
        {!own.value && <Tabs />}
      </header>
      <div class="scroll page-body" id="report-body" tabIndex={0} role={own.value ? 'region' : 'tabpanel'} aria-labelledby={own.value ? undefined : `report-tab-${tab.value}`} aria-label={own.value ? w('mine') : undefined}>
        {r && <Days r={r} />}
        {trouble.value && (
          <p class="trouble" role="alert">
            {w(trouble.value)} {trouble.value === 'trouble' && <button class="small" onClick={() => void read()}>{w('again')}</button>}
          </p>
        )}
        {r ? <Body r={r} /> : !trouble.value && <div class="skeleton" aria-hidden="true">{[0, 1, 2, 3].map((i) => <span key={i} />)}</div>}
      </div>
    </>
  );
}
