// The open chat: header, menu, home or transcript, composer. Built anew when the language changes; the chat itself stays.
import type { Chat, ChatEvent } from './chat';
import { field as input, h, icon, initials } from './dom';
import { home, type Site } from './home';
import { recall, remember } from './keep';
import { rating } from './rating';
import { transcript } from './transcript';
import type { Speech, Words } from './words';

export const LONGEST_TEXT = 4000;
const COUNTED_FROM = 3600;
const MOST_ROWS = 5;
const LATE_MS = 5000;
const NAMES: Record<string, string> = { en: 'English', lt: 'Lietuvių', bs: 'Bosanski', pl: 'Polski', fa: 'فارسی', zh: '中文' };

export interface Doing {
  close(): void;
  speak(lang: string): void;
}

export type Panel = ReturnType<typeof panel>;

export function panel(words: Words, speak: Speech, lang: string, chat: Chat, doing: Doing) {
  let site: Site | undefined;
  let searching = false;
  let rate: ReturnType<typeof rating> | undefined;
  let lookup = home(words, speak, undefined, () => {});
  let wasUp = true;
  let downSince = 0;
  let tick: ReturnType<typeof setTimeout>;
  let remark = '';

  // Header
  const face = h('span.face', { 'aria-hidden': 'true' });
  const title = h('h2');
  const about = h('p.about');
  const menuButton = h('button.tool', { 'aria-label': words.menu_, 'aria-expanded': 'false', onclick: () => toggleMenu() }, icon('more'));
  const closeButton = h('button.tool', { 'aria-label': words.closeChat_, onclick: doing.close }, icon('close'));

  // Menu
  const language = h('select', { onchange: () => doing.speak(language.value) });
  const sound = h('button', { 'aria-pressed': 'true', onclick: () => setSound(recall('sound') == 'off') }, words.sound_, h('i.switch'));
  const findButton = h('button', { onclick: () => (toggleMenu(false), find(true)) }, words.answers_);
  const endButton = h('button', { onclick: () => (toggleMenu(false), confirmEnd(true)) }, words.end_);
  const menu = h('div.menu', { hidden: true }, h('label', {}, words.language_, language), sound, findButton, endButton);

  // Transcript and home
  const talk = transcript(words, speak, chat);
  const typing = h('p.typing', { hidden: true });
  const queue = h('p.line queue', { role: 'status' });
  const tail = h('div.tail', {}, typing, queue);
  const body = h('div.body', { onscroll: () => atEnd() && (newest.hidden = true) }, talk.log, tail);
  const newest = h('button.newest', { hidden: true, 'aria-label': words.newest_, onclick: () => toEnd() }, icon('down'));

  // Composer
  const trouble = h('p.trouble', { role: 'status' });
  const field = input('textarea', words.write_, { rows: 1, enterkeyhint: 'send', oninput: () => typed(), onkeydown: key });
  const count = h('p.count', { 'aria-live': 'polite' });
  const sendButton = h('button.send', { 'aria-label': words.send_ }, icon('send'));
  const composer = h('form.composer', { onsubmit: (e: Event) => (e.preventDefault(), submit()) }, field, sendButton);
  const person = h('button.person', { onclick: () => (find(false), chat.askForPerson(), toEnd()) }, icon('person'), words.person_);
  const asked = h('p.person dim', {}, icon('check'), words.asked_);
  const sure = h('div.ask', { role: 'group', 'aria-label': words.endSure_, hidden: true }, h('p', {}, words.endSure_),
    h('button.main', { onclick: () => (confirmEnd(false), chat.tell({ type: 'end' })) }, words.end_),
    h('button.box', { onclick: () => confirmEnd(false) }, words.keep_));
  const again = h('button.main', { onclick: () => (rate?.send(), chat.fresh(), focus()) }, words.again_);
  const email = input('input', words.email_, { type: 'email', required: true, autocomplete: 'email', maxlength: 200, dir: 'ltr' });
  const contact = h('form.ask', { hidden: true, onsubmit: saveContact }, h('p', {}, words.emailWhy_), email, h('button.main', {}, words.save_));

  const el = h('div.panel', { role: 'dialog', tabindex: -1, lang: words.locale_[0], dir: words.rtl_ ? 'rtl' : 'ltr', onkeydown: escape },
    h('header', {}, face, h('div.who', {}, title, about), menuButton, closeButton), menu, body,
    h('footer', {}, newest, trouble, sure, contact, composer, count, person, asked, again));

  // Menu ---------------------------------------------------------------------------------------------------------------
  function toggleMenu(open = menu.hidden) {
    const inside = menu.contains((el.getRootNode() as ShadowRoot).activeElement);
    menu.hidden = !open;
    menuButton.setAttribute('aria-expanded', `${open}`);
    if (open) language.focus();
    else if (inside) menuButton.focus();
  }
  function setSound(on: boolean) {
    remember('sound', on ? '' : 'off');
    sound.setAttribute('aria-pressed', `${on}`);
  }
  function find(open: boolean) {
    searching = open;
    refresh();
    if (open) lookup.query.focus();
    else toEnd();
  }
  function confirmEnd(open: boolean) {
    sure.hidden = !open;
    if (open) sure.querySelector('button')!.focus();
    else focus();
  }
  function escape(event: KeyboardEvent) {
    if (event.key != 'Escape' || event.isComposing) return;
    event.stopPropagation();
    if (!menu.hidden) toggleMenu(false);
    else if (!sure.hidden) confirmEnd(false);
    else doing.close();
  }

  // Composer -----------------------------------------------------------------------------------------------------------
  function typed() {
    remember('draft', field.value);
    chat.typed(field.value.trim());
    measure();
  }
  function measure() {
    field.rows = 1;
    field.rows = Math.min(MOST_ROWS, Math.max(1, Math.round(field.scrollHeight / (parseFloat(getComputedStyle(field).lineHeight) || 21))));
    const length = field.value.length < COUNTED_FROM ? 0 : [...field.value.trim()].length;
    const left = LONGEST_TEXT - length;
    count.textContent = length < COUNTED_FROM ? '' : left < 0 ? speak.many_(words.tooLong_, -left) : speak.many_(words.left_, left);
    count.classList.toggle('late', left < 0);
    sendButton.disabled = !field.value.trim() || left < 0;
  }
  function key(event: KeyboardEvent) {
    if (event.key != 'Enter' || event.shiftKey || event.isComposing || event.keyCode == 229) return;
    event.preventDefault();
    submit();
  }
  function submit() {
    const text = field.value.trim();
    if (!text || sendButton.disabled) return;
    searching = false;
    chat.say(text);
    put('');
    toEnd();
  }
  function put(text: string, why = '') {
    remark = why;
    field.value = text;
    remember('draft', text);
    measure();
  }
  function saveContact(event: Event) {
    event.preventDefault();
    chat.tell({ type: 'profile', email: email.value });
    contact.replaceChildren(words.saved_);
  }

  // What changes -------------------------------------------------------------------------------------------------------
  const atEnd = () => body.scrollHeight - body.scrollTop - body.clientHeight < 60;
  function toEnd() {
    body.scrollTop = body.scrollHeight;
    newest.hidden = true;
  }

  function header() {
    const name = site?.name ?? '';
    title.textContent = chat.agent || name;
    face.textContent = initials(chat.agent || name);
    el.setAttribute('aria-label', name || words.talk_);
    const open = chat.open ?? site?.open;
    about.textContent = chat.agent ? name : open == undefined ? '' : open
      ? (site?.until ? speak.fill_(words.openUntil_, { time: speak.time_(site.until) }) : words.open_)
      : site?.opens ? speak.fill_(words.opensAt_, { time: speak.when_(site.opens) }) : words.shut_;
    about.classList.toggle('on', !!open || !!chat.agent);
  }

  function connection() {
    const up = chat.link.up;
    if (up != wasUp) downSince = Date.now();
    wasUp = up;
    const waiting = chat.outbox.find(({ acked }) => !acked);
    const late = Date.now() - (waiting?.at ?? (up ? Infinity : downSince)) >= LATE_MS;
    const text = !late ? remark : waiting ? words.notYet_ : navigator.onLine ? words.connecting_ : words.offline_;
    if (trouble.textContent != text) trouble.textContent = text;
    clearTimeout(tick);
    if (!late && (waiting || !up)) tick = setTimeout(refresh, 1000);
  }

  function refresh() {
    const down = atEnd();
    const closed = chat.phase == 'closed';
    const begun = chat.events.length > 0 || chat.outbox.length > 0;
    header();
    connection();
    talk.follow();
    lookup.el.hidden = begun && !searching;
    el.classList.toggle('searching', begun && searching);
    talk.log.hidden = tail.hidden = !begun || searching;
    typing.hidden = !chat.typist;
    typing.textContent = chat.typist && speak.fill_(words.typing_, { name: chat.typist });
    const place = chat.waiting() && chat.place ? speak.fill_(words.place_, { n: chat.place }) + (chat.wait ? ' ' + speak.fill_(words.wait_, chat.wait) : '') : '';
    if (queue.textContent != place) queue.textContent = place;
    composer.hidden = count.hidden = closed;
    again.hidden = !closed;
    asked.hidden = closed || !chat.waiting();
    person.hidden = closed || chat.waiting() || chat.phase == 'active';
    endButton.hidden = closed || !chat.phase;
    findButton.hidden = !begun || !site?.faq?.length;
    contact.hidden = closed || !begun || chat.open !== false;
    if (closed && !rate && !chat.events.some(({ kind }) => kind == 'rated')) {
      rate = rating(words, speak, chat);
      tail.append(rate.el);
    }
    if (down) toEnd();
  }

  function event(one: ChatEvent) {
    const down = atEnd() || one.from == 'visitor';
    talk.add(one);
    if (one.kind == 'rated') rate?.el.remove();
    if (down) toEnd();
    else newest.hidden = false;
  }
  function cleared() {
    talk.clear();
    rate?.el.remove();
    rate = undefined;
    searching = false;
  }
  function show(about: Site | undefined, languages: string[]) {
    site = about;
    const known = languages.filter((code) => NAMES[code] && (site?.languages?.includes(code) ?? true));
    language.replaceChildren(...known.map((code) => h('option', { value: code, selected: code == lang }, NAMES[code])));
    lookup.el.remove();
    lookup = home(words, speak, site, () => (find(false), field.focus()));
    body.prepend(lookup.el);
    refresh();
  }
  /** Into the composer; with a finger only onto the panel, so that no keyboard covers the questions. */
  function focus() {
    (chat.phase == 'closed' ? again : matchMedia('(pointer: coarse)').matches ? el : field).focus();
  }

  setSound(recall('sound') != 'off');
  field.value = recall('draft') ?? '';
  for (const one of chat.events) talk.add(one);
  return { el, show, event, cleared, refresh, measure, put, toEnd, focus, leave: () => rate?.send(), draft: () => field.value };
}
