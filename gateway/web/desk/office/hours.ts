/* The setting `hours` as a table edits it: days and dates as lines like "09:00-12:00, 13:00-18:00". Pure. */

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** Hours of the shop, or of one queue. */
export interface Table {
  week: Record<Day, string>;
  /** Date (or MM-DD, every year) and its hours; '' = closed. */
  dates: { date: string; hours: string }[];
}

export interface Hours {
  tz: string;
  shop: Table;
  queues: Record<string, Table>;
}

interface Part {
  week?: Partial<Record<Day, string[]>>;
  closed?: string[];
  dates?: Record<string, string[]>;
}
type Stored = Part & { tz?: string; queues?: Record<string, Part> };

const emptyWeek = (): Record<Day, string> => ({ mon: '', tue: '', wed: '', thu: '', fri: '', sat: '', sun: '' });

function tableOf(part: Part): Table {
  const week = emptyWeek();
  for (const day of DAYS) week[day] = (part.week?.[day] ?? []).join(', ');
  const dates = [
    ...(part.closed ?? []).map((date) => ({ date, hours: '' })),
    ...Object.entries(part.dates ?? {}).map(([date, spans]) => ({ date, hours: spans.join(', ') })),
  ].sort((a, b) => a.date.localeCompare(b.date));
  return { week, dates };
}

/** What the setting says; null: always open. */
export function hoursFrom(setting: string): Hours | null {
  try {
    const s = JSON.parse(setting) as Stored;
    return { tz: s.tz ?? 'UTC', shop: tableOf(s), queues: Object.fromEntries(Object.entries(s.queues ?? {}).map(([name, part]) => [name, tableOf(part)])) };
  } catch {
    return null;
  }
}

/** Monday to Friday, nine to six. */
export const usualHours = (tz: string): Hours => ({
  tz,
  shop: { week: { ...emptyWeek(), mon: '09:00-18:00', tue: '09:00-18:00', wed: '09:00-18:00', thu: '09:00-18:00', fri: '09:00-18:00' }, dates: [] },
  queues: {},
});

const SPAN = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** "9-18, 20:00 – 02:00" as ["09:00-18:00", "20:00-02:00"]; null when it is none. */
export function spansOf(line: string): string[] | null {
  const spans = line
    .split(/[,;]/)
    .map((x) => x.replace(/\s+/g, '').replace(/[–—]/g, '-'))
    .filter(Boolean)
    .map((x) => x.split('-').map((time) => (/^\d{1,2}$/.test(time) ? `${time}:00` : time).padStart(5, '0')).join('-'));
  return spans.every((x) => SPAN.test(x)) && spans.length <= 8 ? spans : null;
}

export const isDate = (text: string): boolean => /^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text);

function partOf(table: Table): Part | null {
  const week: Partial<Record<Day, string[]>> = {};
  const closed: string[] = [];
  const dates: Record<string, string[]> = {};
  for (const day of DAYS) {
    const spans = spansOf(table.week[day]);
    if (!spans) return null;
    if (spans.length > 0) week[day] = spans;
  }
  for (const { date, hours } of table.dates) {
    const spans = spansOf(hours);
    if (!spans || !isDate(date)) return null;
    if (spans.length > 0) dates[date] = spans;
    else closed.push(date);
  }
  return { week, ...(closed.length > 0 ? { closed } : {}), ...(Object.keys(dates).length > 0 ? { dates } : {}) };
}

/** The setting; null when a line cannot be read. */
export function settingOf(hours: Hours): string | null {
  const shop = partOf(hours.shop);
  const queues: Record<string, Part> = {};
  for (const [name, table] of Object.entries(hours.queues)) {
    const part = partOf(table);
    if (!part) return null;
    queues[name] = part;
  }
  return shop && JSON.stringify({ tz: hours.tz, ...shop, ...(Object.keys(queues).length > 0 ? { queues } : {}) });
}
