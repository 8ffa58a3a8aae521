/* Figures as people read them. Rows come from the gateway; nothing is reckoned here. */

import { language } from '../words';

/** A row of a report: its figures by column; what has no denominator is not there. */
export interface Row {
  day: string;
  by: string;
  id: string;
  name: string;
  [column: string]: number | string | undefined;
}

export const NONE = '–';

const format = (value: number, digits: number): string => new Intl.NumberFormat(language.value, { minimumFractionDigits: 0, maximumFractionDigits: digits }).format(value);

/** 12 s, 1:40, 2:05:00 */
export function seconds(value: unknown): string {
  if (typeof value !== 'number') return NONE;
  if (value < 60) return `${format(value, value < 10 ? 1 : 0)} s`;
  const s = Math.round(value);
  const two = (n: number): string => String(n).padStart(2, '0');
  const h = Math.floor(s / 3600);
  return h > 0 ? `${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

export const share = (value: unknown): string => (typeof value === 'number' ? `${format(value, 1)} %` : NONE);

/** A cell of a table, by the column's name. */
export function cell(column: string, value: unknown): string {
  if (typeof value !== 'number') return NONE;
  if (column.endsWith('_pct')) return share(value);
  if (column.endsWith('_s')) return seconds(value);
  return format(value, column === 'score' ? 2 : 0);
}

/** "Mon, 23 Nov" of a day "2026-11-23"; the day is the shop's, so it is read as it stands. */
export function dayName(day: string): string {
  return new Intl.DateTimeFormat(language.value, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(Date.parse(`${day}T00:00:00Z`));
}

/** A day so many days after another. */
export const dayAfter = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
