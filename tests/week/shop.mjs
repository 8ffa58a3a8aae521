// The shop of the simulated week: its calendar (opening hours with a night, a weekend and a holiday), its staff, and when visitors
// come. Moments are milliseconds; the shop's clock is two hours ahead of UTC all week.
export const OFFSET_S = 7200;
export const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
export const QUEUES = ['general', 'returns', 'billing'];
export const CATEGORIES = ['delivery', 'returns', 'payment', 'product', 'other'];
const HOLIDAY = 3; // Thursday
// Hours by weekday, Monday first: [from, to]; null = closed.
const HOURS = {
  general: [[9, 18], [9, 18], [9, 18], [9, 18], [9, 18], [10, 15], null],
  returns: [[9, 18], [9, 18], [9, 18], [9, 18], [9, 17], null, null],
  billing: [[9, 16], [9, 16], [9, 16], [9, 16], [9, 16], null, null],
};
// Two shifts, two part-timers who know a rare language, and a supervisor in each shift. Nobody of returns or billing speaks Persian.
export const STAFF = [
  { id: 'ana', langs: 'en,lt', queues: 'general,returns', from: 8.9, to: 14 }, { id: 'bob', langs: 'en,bs', queues: 'general,billing', from: 8.95, to: 14.5 },
  { id: 'cid', langs: 'en,pl', queues: 'general,returns', from: 9, to: 13 }, { id: 'dan', langs: 'lt,en', queues: 'returns', from: 9.05, to: 17.2 },
  { id: 'eva', langs: 'en,lt,pl', queues: 'general,returns,billing', from: 9, to: 15, supervisor: true }, { id: 'fay', langs: 'fa,en', queues: 'general', from: 10, to: 14 },
  { id: 'gil', langs: 'zh,en', queues: 'general', from: 11, to: 15 }, { id: 'hana', langs: 'en,bs', queues: 'general,returns', from: 12.5, to: 18.25 },
  { id: 'ivo', langs: 'pl,en', queues: 'general,billing', from: 13, to: 18.25 }, { id: 'jon', langs: 'en', queues: 'general,returns', from: 13.5, to: 18.25 },
  { id: 'kaja', langs: 'lt,en', queues: 'billing', from: 9.3, to: 16.1 }, { id: 'lea', langs: 'en,lt', queues: 'general,returns,billing', from: 14.5, to: 18.25, supervisor: true },
];
const LANGS = [['en', 45], ['lt', 20], ['pl', 12], ['bs', 10], ['zh', 7], ['fa', 6]];
// How many visitors come in each hour of an open day, and of a closed one.
const OPEN_DAY = [1, 0, 0, 0, 0, 1, 1, 2, 4, 9, 11, 12, 12, 10, 9, 9, 10, 8, 4, 3, 3, 2, 2, 1];
const CLOSED_DAY = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0];
const SURGE = { from: 11.5, to: 11.75, share: 0.1 }; // a tenth of an open day's visitors in a quarter of an hour

/** The first moment of a week that is over, `days` long, as near as can be: fl_report has no other "today" than Redis' own. */
export function weekBefore(real, days) {
  const today = Math.floor((real + OFFSET_S * 1000) / DAY), monday = today - ((today + 3) % 7);
  return (monday + days <= today ? monday : monday - 7) * DAY - OFFSET_S * 1000;
}

/** The calendar of `days` from `start`: when each queue is open. */
export class Calendar {
  constructor(start, days) {
    Object.assign(this, { start, days, end: start + days * DAY });
    const spans = queue => Array.from({ length: days + 7 }, (_, day) => [day, day === HOLIDAY ? null : HOURS[queue][day % 7]])
      .filter(([, hours]) => hours).map(([day, [from, to]]) => [start + day * DAY + from * HOUR, start + day * DAY + to * HOUR]);
    this.spans = Object.fromEntries(QUEUES.map(queue => [queue, spans(queue)]));
  }

  /** Is it open, and when does that change? */
  at(queue, moment) {
    const span = this.spans[queue].find(([, to]) => moment < to);
    if (!span) return { open: false, turns: 0 };
    return moment >= span[0] ? { open: true, turns: span[1] } : { open: false, turns: span[0] };
  }

  opens(day) { return day !== HOLIDAY && HOURS.general[day % 7] !== null; }

  /** All moments at which some queue opens or closes. */
  turns() {
    return [...new Set(Object.values(this.spans).flat(2))].filter(at => at < this.end).sort((a, b) => a - b);
  }

  /** The shop's day a moment lies in, and its hour "09". */
  day(moment) { return new Date(moment + OFFSET_S * 1000).toISOString().slice(0, 10); }
  hour(moment) { return new Date(moment + OFFSET_S * 1000).toISOString().slice(11, 13); }
}

/** The moments at which `count` visitors come. draw() is from 0 to 1. */
export function arrivals(calendar, count, draw) {
  const slots = [];
  for (let day = 0; day < calendar.days; day++) {
    const hours = calendar.opens(day) ? OPEN_DAY : CLOSED_DAY, sum = OPEN_DAY.reduce((a, b) => a + b);
    hours.forEach((weight, hour) => { if (weight) slots.push({ at: calendar.start + day * DAY + hour * HOUR, length: HOUR, weight }); });
    if (calendar.opens(day)) slots.push({ at: calendar.start + day * DAY + SURGE.from * HOUR, length: (SURGE.to - SURGE.from) * HOUR, weight: sum * SURGE.share });
  }
  return Array.from({ length: count }, () => {
    const slot = weighed(slots.map(s => [s, s.weight]), draw);
    return Math.floor(slot.at + draw() * slot.length);
  }).sort((a, b) => a - b);
}

/** One of [[item, weight], …]. */
export function weighed(items, draw) {
  let at = draw() * items.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of items) if ((at -= weight) < 0) return item;
  return items.at(-1)[0];
}

export const language = draw => weighed(LANGS, draw);
