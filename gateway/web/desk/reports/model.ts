/* Which report is shown, and reading it over HTTP. */

import { computed, signal } from '@preact/signals';
import { me } from '../app';
import { dayAfter, type Row } from './figures';

export type Tab = 'shop' | 'agent' | 'queue' | 'category' | 'faq' | 'complaints';

export interface RatedChat {
  chat: number;
  name: string;
  agent: string;
  category: string;
  need: string;
  score: number | null;
  outcome: string;
  text: string;
  at: number;
}

export interface Report {
  from: string;
  to: string;
  today: string;
  clock_s: number;
  columns: string[];
  rows: Row[];
  complaints: RatedChat[];
  causes: { category: string; need: string; n: number }[];
  praise: RatedChat[];
}

const MOST_DAYS = 92;

export const tab = signal<Tab>('shop');
export const report = signal<Report | null>(null);
export const trouble = signal<'' | 'trouble' | 'range'>('');
/** As asked for; empty = the last seven days. */
export const range = signal({ from: '', to: '' });

/** Agents see themselves, and nothing else. */
export const own = computed(() => !me.value?.supervisor);

const query = (more: Record<string, string>): string => new URLSearchParams(Object.entries({ ...range.value, ...more }).filter(([, v]) => v !== '')).toString();

/** The same days as a file, by what the page shows. */
export function csvAddress(): string {
  const by = own.value || tab.value === 'complaints' ? '' : tab.value;
  return `/api/v1/report.csv?${query({ by })}`;
}

let asked = 0;

export async function read(): Promise<void> {
  const mine = ++asked;
  try {
    const response = await fetch(`/api/v1/report?${query({})}`, { credentials: 'same-origin', cache: 'no-store' });
    if (mine !== asked) return;
    if (response.ok) report.value = (await response.json()) as Report;
    trouble.value = response.ok ? '' : response.status === 400 ? 'range' : 'trouble';
  } catch {
    if (mine === asked) trouble.value = 'trouble';
  }
}

/** How many days are shown. */
export const span = computed(() => {
  const r = report.value;
  return r ? Math.round((Date.parse(r.to) - Date.parse(r.from)) / 86_400_000) + 1 : 0;
});

/** The last `days` days, today being the last. */
export function lastDays(days: number): void {
  const today = report.value?.today;
  if (!today) return;
  range.value = { from: dayAfter(today, 1 - Math.min(days, MOST_DAYS)), to: today };
  void read();
}

export function setRange(from: string, to: string): void {
  if (!from || !to) return;
  range.value = { from, to };
  void read();
}

/** Rows of a kind: day by day, or the sums. */
export const daily = (r: Report): Row[] => r.rows.filter((row) => row.day !== '' && (own.value || row.by === 'shop'));
export const sums = (r: Report, by: string): Row[] => r.rows.filter((row) => row.day === '' && row.by === by);
