/* The dashboard's words: one dictionary a language, blanks {like_this}, plurals by Intl. */

import { signal } from '@preact/signals';
import { recall, remember } from './prefs';
import { en } from './words_en';
import { lt } from './words_lt';

export type Plural = { one: string; few?: string; many?: string; other: string };
export type Key = keyof typeof en;
export type Words = Record<Key, string | Plural>;

const DICTIONARIES: Record<string, Words> = { en, lt };
export const languages: [string, string][] = [
  ['en', 'English'],
  ['lt', 'Lietuvių'],
];

const first = (): string => {
  const wanted = [recall('language'), ...(typeof navigator === 'undefined' ? [] : navigator.languages)];
  return wanted.map((w) => w.slice(0, 2)).find((w) => w in DICTIONARIES) ?? 'en';
};

export const language = signal(first());

export function setLanguage(code: string): void {
  if (!(code in DICTIONARIES)) return;
  language.value = code;
  remember('language', code);
}

export const hasWord = (key: string): boolean => key in en;

/** Speaks out of dictionaries of the same keys, one a language. `n` chooses the plural and is written as the language writes numbers. */
export const speaker =
  <K extends string>(dictionaries: Record<string, Record<K, string | Plural>> & { en: Record<K, string | Plural> }) =>
  (key: K, blanks: Record<string, string | number> = {}): string => {
    const words = (dictionaries[language.value] ?? dictionaries.en)[key] ?? dictionaries.en[key];
    const text = typeof words === 'string' ? words : pluralOf(words, Number(blanks.n));
    return text.replace(/\{(\w+)\}/g, (all, name: string) => {
      const value = blanks[name];
      if (value === undefined) return all;
      return typeof value === 'number' ? new Intl.NumberFormat(language.value, { useGrouping: false }).format(value) : value;
    });
  };

/** The words for `key` in the agent's language. */
export const t = speaker<Key>({ en, lt });

function pluralOf(words: Plural, n: number): string {
  const form = new Intl.PluralRules(language.value).select(n);
  return (form in words ? words[form as keyof Plural] : undefined) ?? words.other;
}
