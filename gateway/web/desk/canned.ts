/* The ready replies in force, as the gateway tells them, by language. {visitor} {agent} {shop} are filled in. */

import { signal } from '@preact/signals';

export interface Canned {
  name: string;
  text: string;
  /** The shop's own, not as it ships. */
  own?: boolean;
}

export const canned = signal<Record<string, Canned[]>>({});

/** Those in `lang` (English when there are none) whose name or text begins a word with `word`. */
export function cannedFor(lang: string, word: string): Canned[] {
  const set = canned.value[lang.split('-')[0] ?? ''] ?? [];
  const wanted = word.toLocaleLowerCase();
  return (set.length > 0 ? set : (canned.value.en ?? [])).filter((c) => c.name.toLocaleLowerCase().startsWith(wanted) || c.text.toLocaleLowerCase().includes(wanted));
}

/** The text with its blanks filled; a name we do not know goes together with the comma before it. */
export function fill(text: string, values: Record<'visitor' | 'agent' | 'shop', string>): string {
  const named = values.visitor ? text : text.replace(/[,，،]?\s*\{visitor\}/g, '');
  return named.replace(/\{(visitor|agent|shop)\}/g, (_, name: 'visitor' | 'agent' | 'shop') => values[name]);
}
