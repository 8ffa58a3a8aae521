/* The one clock that ticks, and how moments, spans and languages are written. */

import { signal } from '@preact/signals';
import { language } from './words';

/** This machine's clock, ms; moves once a second. */
export const now = signal(Date.now());

/** 0:05, 12:40, 1:02:03. */
export function clock(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** The agent's region where the browser tells it: en-GB writes dates otherwise than en-US. */
const locale = (): string => navigator.languages.find((l) => l.startsWith(language.value)) ?? language.value;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language.value + name;
  let f = formats.get(key);
  if (!f) formats.set(key, (f = new Intl.DateTimeFormat(locale(), options)));
  return f;
}

export const hour = (at: number): string => format('hour', { hour: '2-digit', minute: '2-digit' }).format(at);
export const moment = (at: number): string => format('moment', { dateStyle: 'medium', timeStyle: 'short' }).format(at);
/** In the clocks of a zone; "" = this machine's. */
export const momentInZone = (at: number, zone: string): string =>
  format(`moment ${zone}`, { dateStyle: 'medium', timeStyle: 'short', ...(zone ? { timeZone: zone } : {}) }).format(at);
/** The same without the date. */
export const hourInZone = (at: number, zone: string): string =>
  format(`hour ${zone}`, { hour: '2-digit', minute: '2-digit', ...(zone ? { timeZone: zone } : {}) }).format(at);
export const day = (at: number): string => format('day', { dateStyle: 'medium' }).format(at);

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
export const sameDay = (a: number, b: number): boolean => midnight(a) === midnight(b);

/** Today, yesterday, or the date. */
export function dayLine(at: number, today: number): string {
  const days = Math.round((midnight(at) - midnight(today)) / 86_400_000);
  if (days === 0 || days === -1) {
    const word = new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' }).format(days, 'day');
    return word.charAt(0).toLocaleUpperCase(language.value) + word.slice(1);
  }
  return format('dayline', { weekday: 'long', day: 'numeric', month: 'long' }).format(at);
}

/** "Persian" for fa, in the agent's language; the code itself when it is none. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([language.value], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
