// What a visitor sees before the first message, and again on "Find answers": a greeting and the shop's FAQ.
import { field, h, icon, outLink, webAddress } from './dom';
import type { Later } from './later';
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
  /** When that changes, if hours are set: ms since 1970. */
  until?: number;
  opens?: number;
  /** The same for queues with hours of their own. */
  hours?: Record<string, object>;
  languages?: string[];
  greeting?: string;
  /** What those who wait are asked to choose from. */
  wishes?: string[];
  /** Those asked most; all of them come with `Sources.all_`. */
  faq?: Answer[];
}

/** The link of an answer as a button that opens a new tab. */
export function readMore(words: Words, link: unknown) {
  const href = webAddress(link);
  return href && outLink('a.box', href, words.more_, icon('out'), h('span.vh', {}, ` (${words.newTab_})`));
}

/** What is fetched when it is needed first. */
export interface Sources {
  later_(): Promise<Later>;
  all_(): Promise<Answer[]>;
}

export function home(words: Words, speak: Speech, site: Site | undefined, sources: Sources, back: () => void) {
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

  const fetched = () => Promise.all([sources.later_(), sources.all_()]);
  async function show() {
    const wanted = query.value.trim();
    let found = faq;
    title.textContent = words.top_;
    if (wanted) {
      const [{ search, more_: more }, all] = await fetched();
      if (wanted != query.value.trim()) return;
      found = search(all, wanted);
      title.textContent = found.length ? speak.many_(more.found_, found.length) : more.nothing_;
    }
    count.textContent = wanted && title.textContent;
    list.replaceChildren(...found.map(entry));
  }

  const query = field('input', words.search_, { type: 'search', maxlength: 100, oninput: show, onfocus: fetched });
  const el = h('div.home', {},
    h('button.goback', { onclick: back }, icon('back'), words.back_),
    h('p.hello', { dir: 'auto' }, site?.greeting || words.hello_), h('p.dim', {}, words.intro_));
  if (!site) el.append(h('div.bones'));
  else if (faq.length) {
    el.append(h('label.find', {}, icon('find'), query), title, count, list);
    void show();
  }
  return { el_: el, query_: query };
}
