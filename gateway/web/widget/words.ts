/** The widget's words in one language; `{name}` marks what is filled in. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export interface Words {
  /** Tags for Intl, best first. */
  locale: string[];
  rtl?: true;
  openChat: string; hideChat: string; closeChat: string;
  unread: Forms;
  hello: string; intro: string; top: string; search: string; found: Forms; nothing: string;
  more: string; newTab: string;
  open: string; openUntil: string; shut: string; opensAt: string;
  connecting: string; offline: string;
  talk: string; write: string; send: string; person: string; asked: string;
  left: Forms; tooLong: Forms;
  auto: string; helpful: string; yes: string; glad: string; notHelped: string;
  typing: string; sending: string; sent: string; seen: string; notYet: string; refused: string;
  queued: Record<string, string>;
  place: Forms; wait: string;
  joined: string; gone: string; lost: string; transferred: string; promised: string; ended: string; closed: string;
  notice: Record<string, string>;
  rate: string; score: string; better: string; sendRating: string; thanks: string; again: string;
  menu: string; language: string; sound: string; answers: string; end: string; endSure: string; keep: string; back: string;
  newest: string;
  email: string; emailWhy: string; save: string; saved: string;
}

export type Fill = Record<string, string | number>;

/** What turns words into sentences: placeholders, plurals, numbers and dates of one language. */
export function speech(words: Words) {
  const numbers = new Intl.NumberFormat(words.locale);
  const cardinal = new Intl.PluralRules(words.locale);
  const ordinal = new Intl.PluralRules(words.locale, { type: 'ordinal' });
  const clock = new Intl.DateTimeFormat(words.locale, { hour: 'numeric', minute: '2-digit' });
  const date = new Intl.DateTimeFormat(words.locale, { weekday: 'long', day: 'numeric', month: 'long' });
  const moment = new Intl.DateTimeFormat(words.locale, { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
  const ago = new Intl.RelativeTimeFormat(words.locale, { numeric: 'auto' });
  const number = (n: number) => numbers.format(n);
  const fill = (text: string, values: Fill) =>
    text.replace(/\{(\w+)\}/g, (_, key: string) => {
      const value = values[key];
      return typeof value === 'number' ? number(value) : value ?? '';
    });
  const days = (at: number) => Math.round((new Date(at).setHours(12) - new Date().setHours(12)) / 864e5);
  return {
    number,
    fill,
    many: (forms: Forms, n: number) => fill(forms[cardinal.select(n)] ?? forms.other, { n }),
    nth: (forms: Forms, n: number) => fill(forms[ordinal.select(n)] ?? forms.other, { n }),
    time: (at: number) => clock.format(at),
    /** "today", "yesterday" or the date. */
    day: (at: number) => (days(at) > -2 ? ago.format(days(at), 'day') : date.format(at)),
    /** The time today, with the date on other days. */
    when: (at: number) => (days(at) ? moment : clock).format(at),
  };
}
export type Speech = ReturnType<typeof speech>;
