// The open chat: header, menu, home or transcript, composer. Built anew when the language changes; the chat itself stays.
import type { Chat, ChatEvent } from './chat';
import * as dom from './dom';
import { field as input, h, icon, initials } from './dom';
import { home, type Site, type Sources } from './home';
import { recall, remember } from './keep';
import type { Frame } from './link';
import type { Later } from './later';
import { transcript } from './transcript';
import type { Speech, Words } from './words';

export const LONGEST_TEXT = 4000;
const COUNTED_FROM = 3600;
const MOST_ROWS = 5;
const LATE_MS = 5000;

export interface Doing extends Sources {
  close_(): void;
  speak_(lang: string): void;
}

export type Panel = ReturnType<typeof panel>;

export function panel(words: Words, speak: Speech, lang: string, chat: Chat, doing: Doing) {
  let site: Site | undefined;
  let searching = false;
  let languages: string[] = [];
  let menu: HTMLElement | undefined;
  let sure: HTMLElement | undefined;
  let end: ReturnType<Later['ending']> | undefined;
  let deserted = false;
  let lookup = home(words, speak, undefined, doing, () => {});
  let wasUp = true;
  let downSince = 0;
  let tick: ReturnType<typeof setTimeout>;
  let remark = '';
  /** The newest message is in view, and stays so. */
  let stuck = true;

  // Header
  const face = h('span.face', { 'aria-hidden': 'true' });
  const title = h('h2');
  const about = h('p.about');
  const menuButton = h('button.tool', { 'aria-label': words.menu_, 'aria-expanded': 'false', onclick: () => (menu ? closeMenu() : openMenu()) }, icon('more'));
  const closeButton = h('button.tool', { 'aria-label': words.closeChat_, onclick: doing.close_ }, icon('close'));

  // Transcript and home
  const talk = transcript(words, speak, chat, doing.later_, focus);
  const typing = h('p.typing', { hidden: true });
  const tail = h('div.tail', {}, typing);
  const body = h('div.body', { onscroll: scrolled }, talk.log_, tail);
  const newest = h('button.newest', { hidden: true, 'aria-label': words.newest_, onclick: () => toEnd() }, icon('down'));

  // Composer
  const trouble = h('p.trouble', { role: 'status' });
  const field = input('textarea', words.write_, { rows: 1, enterkeyhint: 'send', oninput: () => typed(), onkeydown: key });
  const count = h('p.count', { 'aria-live': 'polite' });
  const sendButton = h('button.send', { 'aria-label': words.send_ }, icon('send'));
  const composer = h('form.composer', { onsubmit: (e: Event) => (e.preventDefault(), submit()) }, field, sendButton);
  const person = h('button.person', { onclick: () => (find(false), chat.askForPerson_(), focus()) }, icon('person'), words.person_);
  const asked = h('p.person dim', {}, icon('check'), words.asked_);
  const again = h('button.main', { onclick: () => (end?.leave_(), chat.fresh_(), focus()) }, words.again_);

  const el = h('div.panel', { role: 'dialog', tabindex: -1, lang, dir: words.rtl_ ? 'rtl' : 'ltr', onkeydown: escape },
    h('div.head', {}, face, h('div.who', {}, title, about), menuButton, closeButton), body,
    h('div.foot', {}, newest, trouble, composer, count, person, asked, again));

  const active = () => (el.getRootNode() as ShadowRoot).activeElement;

  // Menu ---------------------------------------------------------------------------------------------------------------
  async function openMenu() {
    const later = await doing.later_();
    if (menu) return;
    menu = later.menu(dom, later.more_, lang, {
      languages_: languages, speak_: doing.speak_, close_: closeMenu,
      quiet_: recall('sound') == 'off', hush_: (quiet) => remember('sound', quiet ? 'off' : ''),
      find_: begun() && site?.faq?.length ? () => find(true) : undefined,
      end_: chat.phase_ && chat.phase_ != 'closed' ? () => askEnd(later) : undefined,
    });
    body.before(menu);
    menuButton.ariaExpanded = 'true';
    menu.querySelector('select')!.focus();
  }
  function closeMenu() {
    const inside = menu?.contains(active());
    menu?.remove();
    menu = undefined;
    menuButton.ariaExpanded = 'false';
    if (inside) menuButton.focus();
  }
  function askEnd({ sure: build, more_: more }: Later) {
    sure?.remove();
    sure = build(dom, more, () => (keep(), chat.tell_({ type: 'end', chat: chat.events_[0]?.chat })), keep);
    composer.before(sure);
    sure.querySelector('button')!.focus();
  }
  function keep() {
    sure?.remove();
    sure = undefined;
    focus();
  }
  function find(open: boolean) {
    searching = open;
    refresh();
    if (open) lookup.query_.focus();
    else toEnd();
  }
  function escape(event: KeyboardEvent) {
    if (event.key != 'Escape' || event.isComposing) return;
    event.stopPropagation();
    if (menu) closeMenu();
    else if (sure) keep();
    else doing.close_();
  }

  // Composer -----------------------------------------------------------------------------------------------------------
  function typed() {
    remember('draft', field.value);
    chat.typed_(field.value.trim());
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
    if (stuck) toEnd();
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
    chat.say_(text);
    put('');
    toEnd();
  }
  function put(text: string, why = '') {
    remark = why;
    field.value = text;
    remember('draft', text);
    measure();
  }

  // What changes -------------------------------------------------------------------------------------------------------
  function scrolled() {
    stuck = body.scrollHeight - body.scrollTop - body.clientHeight < 60;
    if (stuck) newest.hidden = true;
  }
  function toEnd() {
    body.scrollTop = lookup.el_.hidden ? body.scrollHeight : 0;
    stuck = newest.hidden = true;
  }

  function header() {
    const name = site?.name ?? '';
    title.textContent = chat.agent_ || name;
    face.textContent = initials(chat.agent_ || name);
    el.ariaLabel = name || words.talk_;
    const { open, staffed = true, until = 0, opens = Infinity } = (chat.site_ ?? site ?? {}) as Partial<Frame>;
    const now = Date.now();
    const here = opens <= now || (!!open && (!until || until > now));
    const nobody = !!site && !(here && staffed);
    if (nobody && !deserted && field.value.trim() && !chat.agent_) void doing.later_().then(({ more_: more }) => (remark = more.kept_, connection()));
    deserted = nobody;
    const when = (text: string, at: number) => speak.fill_(text, { time: speak.when_(at) });
    about.textContent = chat.agent_ ? name : !site ? ''
      : here ? (!staffed ? words.away_ : until > now ? when(words.until_, until) : words.open_)
        : opens < Infinity ? when(words.opens_, opens) : words.shut_;
    about.classList.toggle('on', !nobody || !!chat.agent_);
  }

  function connection() {
    const up = chat.link_.up_;
    if (up != wasUp) downSince = Date.now();
    wasUp = up;
    const waiting = chat.outbox_.find(({ acked }) => !acked);
    const late = Date.now() - (waiting?.at ?? (up ? Infinity : downSince)) >= LATE_MS;
    const text = !late ? remark : waiting ? words.notYet_ : navigator.onLine ? words.connecting_ : words.offline_;
    if (trouble.textContent != text) trouble.textContent = text;
    clearTimeout(tick);
    if (!late && (waiting || !up)) tick = setTimeout(refresh, 1000);
  }

  const begun = () => chat.events_.length > 0 || chat.outbox_.length > 0;

  function refresh() {
    const closed = chat.phase_ == 'closed';
    const talking = begun();
    const had = composer.contains(active());
    header();
    connection();
    talk.follow_();
    lookup.el_.hidden = talking && !searching;
    el.classList.toggle('searching', talking && searching);
    talk.log_.hidden = tail.hidden = !talking || searching;
    typing.hidden = !chat.typist_;
    typing.textContent = chat.typist_ && speak.fill_(words.typing_, { name: chat.typist_ });
    composer.hidden = count.hidden = closed;
    again.hidden = !closed;
    if (closed && had) focus();
    asked.hidden = closed || !chat.waiting_();
    person.hidden = closed || chat.waiting_() || chat.phase_ == 'active';
    if (talking) void doing.later_().then(finish);
    if (stuck) toEnd();
  }
  function finish({ ending, more_: more }: Later) {
    if (chat.phase_ == 'closed' && sure) keep();
    if (!end) tail.append((end = ending(dom, more, speak, chat, () => site?.wishes ?? [], focus)).el_);
    end.refresh_();
    if (stuck) toEnd();
  }

  function event(one: ChatEvent) {
    talk.add_(one);
    newest.hidden = stuck;
  }
  function cleared() {
    talk.clear_();
    searching = false;
  }
  function show(about: Site | undefined, spoken: string[]) {
    site = about;
    languages = spoken.filter((code) => site?.languages?.includes(code) ?? true);
    lookup.el_.remove();
    lookup = home(words, speak, site, doing, () => (find(false), field.focus()));
    body.prepend(lookup.el_);
    refresh();
  }
  /** Into the composer; with a finger only onto the panel, so that no keyboard covers the questions. */
  function focus() {
    (chat.phase_ == 'closed' ? again : matchMedia('(pointer: coarse)').matches ? el : field).focus();
  }

  field.value = recall('draft') ?? '';
  for (const one of chat.events_) talk.add_(one);
  return {
    el_: el, show_: show, event_: event, cleared_: cleared, refresh_: refresh, measure_: measure, put_: put, toEnd_: toEnd, focus_: focus,
    leave_: () => end?.leave_(), draft_: () => field.value,
  };
}
