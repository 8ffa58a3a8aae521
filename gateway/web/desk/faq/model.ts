/* What the FAQ pages show and do: signals, and the gateway's faq.* commands behind them. */

import { computed, signal } from '@preact/signals';
import { ask, refusalWords, say } from '../app';
import type { Refusal } from '../connection';
import type { Frame } from '../types';
import { draftFrom, draftFromGroup, entryFrom, idFrom, matching, type Draft, type Entry, type Group, type Texts } from './entry';
import { w } from './words';

export interface Item {
  id: string;
  title: Texts;
  shadow: boolean;
  stats: { answers: number; yes: number; no: number; shadow: number };
}

export interface Near {
  entry: string;
  matches: boolean;
  shadow: boolean;
  way: string;
  groups: { words: string[]; n: number; found: string | null }[];
  not: string | null;
}

export interface Test {
  problems: string[];
  broken: number;
  verdict?: 'answer' | 'shadow' | 'ambiguous' | 'unsure' | 'person' | 'too_long' | 'nothing';
  answer?: { faq: string; title: string; text: string; link: string } | null;
  near?: Near[];
}

export interface Asked {
  text: string;
  chat: number;
  at: number;
  unanswered: boolean;
  was: string;
}

export interface Replay {
  asked: number;
  fires: number;
  unanswered: number;
  hits: Asked[];
  lost: Asked[];
}

export interface Change {
  rev: number;
  at: number;
  who: string;
  name: string;
  what: 'put' | 'drop' | 'undo' | 'load';
  n: number;
  ids: string[];
  whole: boolean;
}

export type Tab = 'entries' | 'unanswered' | 'history';
export const tab = signal<Tab>('entries');
export const items = signal<Item[] | null>(null);
export const unanswered = signal<{ open: number; answered: number; groups: Group[] } | null>(null);
export const history = signal<Change[] | null>(null);
/** Why the page at hand could not be read; '' = it could. */
export const trouble = signal('');
export const filter = signal('');

/** The entry being edited; `base` is what is in force (null: it is new). */
export const draft = signal<Draft | null>(null);
export const base = signal<Entry | null>(null);
export const lang = signal('');
export const sentence = signal('');
export const test = signal<Test | null>(null);
export const testing = signal(false);
export const replay = signal<Replay | null>(null);
export const replaying = signal(false);
export const saving = signal(false);
/** Somebody else changed this very entry: theirs. */
export const theirs = signal<Entry | null>(null);
/** What was tried on the past last: the matching part of an entry. */
const replayOf = signal('');
let rev = 0;

export const edited = computed(() => (draft.value ? entryFrom(draft.value) : null));
export const isChanged = computed(() => edited.value !== null && JSON.stringify(edited.value) !== JSON.stringify(base.value && entryFrom(draftFrom(base.value))));
export const taken = computed(() => new Set((items.value ?? []).map((i) => i.id)));

/** It is about to answer other messages than it does now: seen on the past first. */
export function mustReplay(): boolean {
  const e = edited.value;
  if (!e || e.shadow || replayOf.value === matching(e)) return false;
  return base.value === null || base.value.shadow === true || matching(e) !== matching(base.value);
}

export const titleOf = (title: Texts | undefined, language: string): string =>
  typeof title === 'string' ? title : (title?.[language] ?? title?.['en'] ?? Object.values(title ?? {})[0] ?? '');

/** The answer, or null when it was said what went wrong. */
async function tell(frame: Frame, quietly = false): Promise<Frame | null> {
  try {
    return await ask(frame);
  } catch (e) {
    const words = refusalWords(e as Refusal);
    if (quietly) trouble.value = words;
    else say(words);
    return null;
  }
}

/* --- the lists ------------------------------------------------------------------------------------------------------ */

export async function readItems(): Promise<void> {
  const all: Item[] = [];
  for (let after = ''; ; ) {
    const page = await tell({ type: 'faq.list', ...(after ? { after } : {}) }, true);
    if (!page) return;
    all.push(...(page.entries as Item[]));
    rev = Number(page.rev);
    if (typeof page.next !== 'string') break;
    after = page.next;
  }
  trouble.value = '';
  items.value = all;
}

async function readUnanswered(): Promise<void> {
  const got = await tell({ type: 'faq.unanswered' }, true);
  if (got) unanswered.value = got.unanswered as typeof unanswered.value;
}

async function readHistory(): Promise<void> {
  const got = await tell({ type: 'faq.history' }, true);
  if (got) history.value = got.history as Change[];
}

export async function read(): Promise<void> {
  trouble.value = '';
  if (tab.value !== 'history') await readItems();
  if (tab.value === 'unanswered') await readUnanswered();
  if (tab.value === 'history') await readHistory();
}

export function show(next: Tab): void {
  tab.value = next;
  void read();
}

export async function dismiss(group: Group): Promise<void> {
  if (await tell({ type: 'faq.dismiss', ids: group.ids })) await readUnanswered();
}

/* --- one entry ------------------------------------------------------------------------------------------------------ */

function open(entry: Entry | null, as: Draft, language: string): void {
  base.value = entry;
  draft.value = as;
  lang.value = language;
  test.value = replay.value = theirs.value = null;
  replayOf.value = '';
  check();
}

const firstLanguage = (e: Entry): string => (typeof e.answer === 'string' ? '' : (Object.keys(e.answer ?? {})[0] ?? 'en'));

export async function edit(id: string): Promise<void> {
  const got = await tell({ type: 'faq.get', entry: id });
  if (!got) return;
  const entry = got.entry as Entry;
  open(entry, draftFrom(entry), firstLanguage(entry));
}

export function create(language: string): void {
  sentence.value = '';
  open(null, draftFrom({ id: idFrom([], taken.value), title: { [language]: '' }, answer: { [language]: '' }, when: { [language]: [] }, shadow: true }), language);
}

export function createFrom(group: Group): void {
  const d = draftFromGroup(group, taken.value);
  sentence.value = group.items[0]?.text ?? '';
  open(null, d, Object.keys(d.answer)[0] ?? 'en');
  void runReplay();
}

export function close(): void {
  draft.value = base.value = test.value = replay.value = theirs.value = null;
}

export function change(more: Partial<Draft>): void {
  if (!draft.value) return;
  draft.value = { ...draft.value, ...more };
  check();
}

/** What is not written yet does not keep its rules from being tried. */
const tryable = (e: Entry): Entry => ({ ...e, title: e.title ?? '–', answer: e.answer ?? '–', link: e.link ?? '/' });

let checkTimer = 0;
let checkNumber = 0;

/** What would the sentence get, and what keeps the entry from being saved? Asked when nothing was typed for a moment. */
export function check(): void {
  clearTimeout(checkTimer);
  testing.value = true;
  const number = ++checkNumber;
  checkTimer = window.setTimeout(async () => {
    const e = edited.value;
    const got = await tell({ type: 'faq.test', text: sentence.value.slice(0, 4000), lang: lang.value, ...(e ? { entry: tryable(e) } : {}) });
    if (number !== checkNumber) return;
    testing.value = false;
    if (got) test.value = got.test as Test;
  }, 300);
}

export async function runReplay(): Promise<void> {
  const e = edited.value;
  if (!e) return;
  replaying.value = true;
  const got = await tell({ type: 'faq.replay', entry: tryable(e) });
  replaying.value = false;
  if (!got) return;
  replayOf.value = matching(e);
  replay.value = got.replay as Replay;
}

/** What must be filled in before anything else is said. */
export function missing(): string[] {
  const e = edited.value;
  if (!e) return [];
  const parts: [unknown, string][] = [[e.title, w('ed.title')], [e.answer, w('ed.answer')], [e.link, w('ed.link')]];
  return parts.filter(([value]) => value === undefined).map(([, name]) => name);
}

/** The set has another revision. Was this entry changed, too? */
async function movedOn(e: Entry): Promise<void> {
  await readItems();
  const got = taken.value.has(e.id) ? await tell({ type: 'faq.get', entry: e.id }) : null;
  const now = got ? (got.entry as Entry) : null;
  if (JSON.stringify(now) === JSON.stringify(base.value)) say(w('moved'));
  else theirs.value = now ?? { id: e.id };
}

export function takeTheirs(): void {
  const entry = theirs.value;
  if (!entry) return;
  if (entry.answer === undefined) return close();
  open(entry, draftFrom(entry), firstLanguage(entry));
}

export function keepMine(): void {
  base.value = theirs.value?.answer === undefined ? null : theirs.value;
  theirs.value = null;
}

export async function save(): Promise<void> {
  const e = edited.value;
  if (!e || saving.value) return;
  saving.value = true;
  try {
    rev = Number((await ask({ type: 'faq.put', rev, entry: e })).rev);
    say(w(e.shadow ? 'ed.saved.shadow' : 'ed.saved.live'));
    base.value = e;
    replay.value = null;
    replayOf.value = ''; // by the time it goes live, more was asked
    if (draft.value && JSON.stringify(entryFrom(draft.value)) === JSON.stringify(e)) draft.value = draftFrom(e);
    await read();
  } catch (x) {
    const r = x as Refusal;
    if (r.code === 'moved_on') await movedOn(e);
    else say(refusalWords(r));
  }
  saving.value = false;
}

export async function remove(): Promise<void> {
  const id = base.value?.id;
  if (!id) return;
  const got = await tell({ type: 'faq.drop', rev, entry: id });
  if (!got) return void readItems();
  close();
  say(w('ed.deleted'));
  await read();
}

export async function goBackTo(to: number): Promise<void> {
  await readItems();
  const got = await tell({ type: 'faq.undo', rev, to });
  if (!got) return;
  say(w('h.done'));
  close();
  await read();
}
