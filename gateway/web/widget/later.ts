// What a visitor needs later than at the opening: menu, search, rating, the tone of a new message. One file, fetched when a
// chat begins or one of them is wanted first. It builds with the panel's own helpers, so that they are downloaded once.
import type { Chat } from './chat';
import type * as Dom from './dom';
import type { Answer } from './home';
import { question } from './after';
import { place, reach, wish } from './waiting';
import type { More, Speech } from './words';

export { default as css } from './later.css';
export { told } from './waiting';
/** This file, with its words in the visitor's language. */
export type Later = typeof import('./later') & { more_: More };
type Kit = typeof Dom;

const NAMES: Record<string, string> = { en: 'English', lt: 'Lietuvių', bs: 'Bosanski', pl: 'Polski', fa: 'فارسی', zh: '中文' };

// Menu -----------------------------------------------------------------------------------------------------------------

export interface MenuActions {
  languages_: string[];
  speak_(lang: string): void;
  quiet_: boolean;
  hush_(quiet: boolean): void;
  close_(): void;
  /** Left out where there is nothing to find or to end. */
  find_?: () => void;
  end_?: () => void;
}

export function menu({ h }: Kit, words: More, lang: string, can: MenuActions) {
  const known = can.languages_.filter((code) => NAMES[code]);
  const language = h('select', { onchange: () => can.speak_(language.value) }, ...known.map((code) => h('option', { value: code, selected: code == lang }, NAMES[code])));
  const sound = h('button', { 'aria-pressed': `${!can.quiet_}`, onclick: hush }, words.sound_, h('i.switch'));
  function hush() {
    const quiet = sound.ariaPressed == 'true';
    sound.ariaPressed = `${!quiet}`;
    can.hush_(quiet);
  }
  const entry = (label: string, go?: () => void) => go && h('button', { onclick: () => (can.close_(), go()) }, label);
  return h('div.menu', {}, h('label', {}, words.language_, language), sound, entry(words.answers_, can.find_), entry(words.end_, can.end_));
}

/** "End this chat?" in place of nothing: the composer stays usable. */
export function sure({ h }: Kit, words: More, end: () => void, keep: () => void) {
  return h('div.ask', { role: 'group', 'aria-label': words.endSure_ }, h('p', {}, words.endSure_),
    h('button.main', { onclick: end }, words.end_), h('button.box', { onclick: keep }, words.keep_));
}

// Search ---------------------------------------------------------------------------------------------------------------

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

// Rating ---------------------------------------------------------------------------------------------------------------

/** After a chat: one score and, if the visitor likes, one sentence. Sent once; a score without the button is sent on leaving. */
function rating({ h, icon, field }: Kit, words: More, speak: Speech, chat: Chat, focus: () => void) {
  const number = chat.events_[0]?.chat;
  let score = 0;
  let sent = false;
  const text = field('textarea', words.better_, { rows: 2, maxlength: 1000 });
  const stars = [1, 2, 3, 4, 5].map((n) => h('button', { 'aria-label': speak.fill_(words.score_, { n }), 'aria-pressed': 'false', onclick: () => choose(n) }, icon('star')));
  const more = h('div.ask', { hidden: true }, chat.ask_ > 1 && text, h('button.box', { onclick: () => (send(), focus()) }, words.sendRating_));
  const el = h('div.rating', { role: 'group', 'aria-label': words.rate_ }, h('p', {}, words.rate_), h('div.stars', {}, ...stars), more);

  function choose(n: number) {
    score = n;
    more.hidden = false;
    stars.forEach((star, i) => {
      star.classList.toggle('on', i < n);
      star.ariaPressed = `${i + 1 == n}`;
    });
    el.scrollIntoView({ block: 'nearest' });
  }
  function send() {
    if (!score || sent) return;
    sent = true;
    el.replaceChildren(words.thanks_);
    chat.tell_({ type: 'rate', score, text: text.value.trim() || undefined, chat: number });
  }
  addEventListener('pagehide', send); // a tab that is closed with the score chosen
  return { el_: el, send_: send };
}

// Below the transcript --------------------------------------------------------------------------------------------------

/** What stands below the newest message: place and wait, what is wanted, where an answer may reach the visitor, the rating. */
export function ending(kit: Kit, words: More, speak: Speech, chat: Chat, wishes: () => string[], focus: () => void) {
  const queue = kit.h('p.line queue', { role: 'status' });
  const contact = reach(kit, words, speak, chat, focus);
  const want = wish(kit, words, speak, chat, wishes, focus);
  const el = kit.h('div', {}, queue, contact.el_, want.el_);
  let rate: ReturnType<typeof rating> | undefined;
  let solved: HTMLElement | undefined;

  function refresh() {
    const text = place(words, speak, chat);
    if (queue.textContent != text) queue.textContent = text;
    contact.refresh_();
    want.refresh_();
    const closed = chat.phase_ == 'closed';
    if (closed && chat.followup_ && !solved) el.append((solved = question(kit, words, chat, focus)));
    if (solved && !(closed && chat.followup_)) {
      solved.remove();
      solved = undefined;
    }
    const due = closed && chat.ask_ && !solved && !chat.pending_('rate') && !chat.events_.some(({ kind }) => kind == 'rated' || kind == 'followup');
    if (due && !rate) el.append((rate = rating(kit, words, speak, chat, focus)).el_);
    if (!due && rate) {
      rate.el_.remove();
      rate = undefined;
    }
  }
  return { el_: el, refresh_: refresh, leave_: () => rate?.send_() };
}

// Sound ----------------------------------------------------------------------------------------------------------------

/** One short tone made here, no file to load. */
export function beep(): void {
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = 660;
    volume.gain.value = 0.06;
    volume.gain.linearRampToValueAtTime(0, audio.currentTime + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    setTimeout(() => audio.close(), 300);
  } catch { /* no sound here */ }
}
