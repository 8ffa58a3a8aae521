/* Moments as the clocks of a zone show them, for date fields; pure. A zone is an IANA name, "" this machine's own. */

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

function clockIn(at: number, zone: string): Record<Part, string> {
  const options: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
  if (zone) options.timeZone = zone;
  return Object.fromEntries(new Intl.DateTimeFormat('en-GB', options).formatToParts(at).map((p) => [p.type, p.value])) as Record<Part, string>;
}

/** "2026-11-22T14:30", as a field of type datetime-local takes it. */
export function localIn(at: number, zone: string): string {
  const c = clockIn(at, zone);
  return `${c.year}-${c.month}-${c.day}T${c.hour}:${c.minute}`;
}

const ahead = (at: number, zone: string): number => {
  const c = clockIn(at, zone);
  return Date.UTC(Number(c.year), Number(c.month) - 1, Number(c.day), Number(c.hour), Number(c.minute), Number(c.second)) - Math.floor(at / 1000) * 1000;
};

/** The moment at which that zone's clocks show `local`; NaN when it is no time. Skipped by a change of clocks: an hour later. */
export function momentIn(local: string, zone: string): number {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return NaN;
  const first = asUtc - ahead(asUtc, zone);
  return asUtc - ahead(first, zone);
}

/** The zone itself when this browser knows it, else "". */
export function known(zone: string): string {
  try {
    if (zone) new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return '';
  }
}
