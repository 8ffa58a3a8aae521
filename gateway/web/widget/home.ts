// What a visitor sees before the first message, and again on "Find answers": a greeting and the shop's FAQ.
import { field, h, icon, outLink, webAddress } from './dom';
import type { Speech, Words } from './words';

export interface Answer {
  id: string;
  title: string;
  text: string;
  link?: string;
}

export interface Site {
  name?: string;
  accent?: string;
  open?: boolean;
  languages?: string[];
  greeting?: string;
  faq?: Answer[];
  top?: number;
}

const MOST_FOUND = 12;
const LETTERS: Record<string, string> = { ł: 'l', đ: 'd', ı: 'i', ي: 'ی', ى: 'ی', ك: 'ک', '\u200c': ' ' };

/** Folded for searching: no case, no diacritics, one spelling of Persian letters. */
const folded = (text: string) =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[łđıيىك\u200c]/g, (letter) => LETTERS[letter]!);

/** Entries by how much of the question they hold, titles counting threefold; Han is compared sign by sign. */
export function search(faq: Answer[], query: string): Answer[] {
  const wanted = folded(query).match(/\p{sc=Han}|[^\s\p{P}\p{sc=Han}]+/gu) ?? [];
  const weighed = faq.map((entry) => {
    const head = folded(entry.title);
    const all = folded(entry.text) + head;
    const weight = wanted.reduce((sum, word) => sum + (all.includes(word) ? word.length * (head.includes(word) ? 3 : 1) : 0), 0);
    return { entry, weight };
  }).sort((a, b) => b.weight - a.weight);
  return weighed.filter(({ weight }) => weight && weight * 2 > weighed[0]!.weight).slice(0, MOST_FOUND).map(({ entry }) => entry);
}

/** The link of an answer as a button that opens a new tab. */
export function readMore(words: Words, link: unknown) {
  const href = webAddress(link);
  return href && outLink('a.box', href, words.more_, icon('out'), h('span.vh', {}, ` (${words.newTab_})`));
}

export function home(words: Words, speak: Speech, site: Site | undefined, back: () => void) {
  const list = h('div.faq');
  const title = h('p.top');
  const count = h('p.vh', { role: 'status' });
  const faq = site?.faq ?? [];

  function entry({ title: question, text, link }: Answer) {
    const head = h('button', { 'aria-expanded': 'false', dir: 'auto' }, h('span', {}, question), icon('down'));
    const more = readMore(words, link);
    const answer = h('div.answer', { hidden: true }, h('p', { dir: 'auto' }, text), more);
    head.onclick = () => {
      answer.hidden = !answer.hidden;
      head.ariaExpanded = `${!answer.hidden}`;
    };
    return h('div', {}, head, answer);
  }

  function show(wanted: string) {
    const found = wanted ? search(faq, wanted) : faq.slice(0, site?.top || 5);
    title.textContent = wanted ? (found.length ? speak.many_(words.found_, found.length) : words.nothing_) : words.top_;
    count.textContent = wanted && title.textContent;
    list.replaceChildren(...found.map(entry));
  }

  const query = field('input', words.search_, { type: 'search', maxlength: 100, oninput: () => show(query.value.trim()) });
  const el = h('div.home', {},
    h('button.goback', { onclick: back }, icon('back'), words.back_),
    h('p.hello', { dir: 'auto' }, site?.greeting || words.hello_), h('p.dim', {}, words.intro_));
  if (!site) el.append(h('div.bones'));
  else if (faq.length) {
    el.append(h('label.find', {}, icon('find'), query), title, count, list);
    show('');
  }
  return { el_: el, query_: query };
}
