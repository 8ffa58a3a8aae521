/* An FAQ entry as its editor shows it, and back: texts per language, groups of words as rows, examples as lines; pure. */

export type Texts = string | Record<string, string>;
export type Rule = string[][];

/** As stored; see gateway/protocol/schemas/faq.json. */
export interface Entry {
  id: string;
  link?: Texts;
  title?: Texts;
  answer?: Texts;
  when?: Rule | Record<string, Rule>;
  not?: string[] | Record<string, string[]>;
  regex?: string;
  shadow?: boolean;
  guard?: Record<string, string>;
  yes?: string[];
  no?: string[];
}

/** One way to ask: its label ("en", "en/2", "" = any language), and a row of words for each group. */
export interface Way {
  label: string;
  rows: string;
}

export interface Draft {
  id: string;
  title: Record<string, string>;
  answer: Record<string, string>;
  link: Record<string, string>;
  ways: Way[];
  not: Record<string, string>;
  yes: string;
  no: string;
  shadow: boolean;
  regex: string;
  guard: Record<string, string> | undefined;
}

const byLanguage = (texts: Texts | undefined): Record<string, string> => (typeof texts === 'string' ? { '': texts } : { ...texts });
const rowsOf = (rule: Rule): string => rule.map((group) => group.join(', ')).join('\n');
const wordsOf = (row: string): string[] => row.split(/[,،，、\n]/).map((w) => w.trim()).filter(Boolean);
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean);

export function draftFrom(entry: Entry): Draft {
  const when = Array.isArray(entry.when) ? { '': entry.when } : (entry.when ?? {});
  const not = Array.isArray(entry.not) ? { '': entry.not } : (entry.not ?? {});
  return {
    id: entry.id,
    title: byLanguage(entry.title),
    answer: byLanguage(entry.answer),
    link: byLanguage(entry.link),
    ways: Object.entries(when).map(([label, rule]) => ({ label, rows: rowsOf(rule) })),
    not: Object.fromEntries(Object.entries(not).map(([lang, words]) => [lang, words.join(', ')])),
    yes: (entry.yes ?? []).map((s) => s.replace(/\s+/g, ' ')).join('\n'),
    no: (entry.no ?? []).map((s) => s.replace(/\s+/g, ' ')).join('\n'),
    shadow: entry.shadow === true,
    regex: entry.regex ?? '',
    guard: entry.guard,
  };
}

/** Only what is filled in; one text for every language stands alone. */
function textsFrom(texts: Record<string, string>): Texts | undefined {
  const filled = Object.entries(texts).filter(([, text]) => text.trim() !== '');
  if (filled.length === 0) return undefined;
  if (filled.length === 1 && filled[0]?.[0] === '') return filled[0][1].trim();
  return Object.fromEntries(filled.map(([lang, text]) => [lang || 'en', text.trim()]));
}

function whenFrom(ways: Way[]): Entry['when'] {
  const rules = ways.map((w): [string, Rule] => [w.label, w.rows.split('\n').map(wordsOf).filter((g) => g.length > 0)]).filter(([, rule]) => rule.length > 0);
  if (rules.length === 0) return undefined;
  if (rules.length === 1 && rules[0]?.[0] === '') return rules[0][1];
  return Object.fromEntries(rules.map(([label, rule]) => [label || 'en', rule]));
}

function notFrom(not: Record<string, string>): Entry['not'] {
  const lists = Object.entries(not).map(([lang, text]): [string, string[]] => [lang, wordsOf(text)]).filter(([, words]) => words.length > 0);
  if (lists.length === 0) return undefined;
  if (lists.length === 1 && lists[0]?.[0] === '') return lists[0][1];
  return Object.fromEntries(lists.map(([lang, words]) => [lang || 'en', words]));
}

/** Members that are empty are left out, and every one is in the order in which they are stored. */
export function entryFrom(d: Draft): Entry {
  const yes = linesOf(d.yes);
  const no = linesOf(d.no);
  const all: Entry = {
    id: d.id, link: textsFrom(d.link), title: textsFrom(d.title), answer: textsFrom(d.answer), when: whenFrom(d.ways), not: notFrom(d.not),
    regex: d.regex.trim() || undefined, shadow: d.shadow || undefined, guard: d.guard, yes: yes.length > 0 ? yes : undefined, no: no.length > 0 ? no : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as Entry;
}

/** What decides which messages it answers: when this changed, it is tried on the past before it goes live. */
export const matching = (e: Entry): string => JSON.stringify([e.when, e.not, e.regex, e.guard]);

/** Languages an entry knows, its own first text's first. */
export function languagesOf(d: Draft): string[] {
  const all = [...Object.keys(d.answer), ...Object.keys(d.title), ...d.ways.map((w) => w.label.split('/')[0] ?? '')];
  return [...new Set(all)];
}

/** The next free label of a language: "en", "en/2", "en/3". */
export function nextLabel(d: Draft, lang: string): string {
  const taken = new Set(d.ways.map((w) => w.label));
  if (lang === '') return '';
  if (!taken.has(lang)) return lang;
  for (let i = 2; ; i++) if (!taken.has(`${lang}/${i}`)) return `${lang}/${i}`;
}

/** A name out of words: letters a–z, digits and dashes, not taken yet. */
export function idFrom(words: string[], taken: Set<string>): string {
  const plain = words.map((w) => w.replace(/\*$/, '').normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '')).filter(Boolean).slice(0, 3).join('-').slice(0, 48) || 'entry';
  if (!taken.has(plain)) return plain;
  for (let i = 2; ; i++) if (!taken.has(`${plain}-${i}`)) return `${plain}-${i}`;
}

export interface Question {
  id: string;
  text: string;
  lang: string;
  chat: number;
  at: number;
}

export interface Group {
  n: number;
  words: Rule;
  items: Question[];
  ids: string[];
}

/** The language most of a group's questions are in. */
export function langOf(group: Group): string {
  const votes = new Map<string, number>();
  for (const q of group.items) votes.set(q.lang || 'en', (votes.get(q.lang || 'en') ?? 0) + 1);
  return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0].split('-')[0] ?? 'en';
}

/** A new entry from questions nobody had an answer for: their common words are its rule, they themselves its examples. In shadow first. */
export function draftFromGroup(group: Group, taken: Set<string>): Draft {
  const lang = langOf(group);
  return draftFrom({
    id: idFrom(group.words.flat(), taken), title: { [lang]: '' }, answer: { [lang]: '' }, link: { [lang]: '' }, when: { [lang]: group.words }, shadow: true,
    yes: [...new Set(group.items.map((q) => q.text.replace(/\s+/g, ' ').trim()))],
  });
}
