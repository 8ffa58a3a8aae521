// After a chat: one score and, if the visitor likes, one sentence. Sent once; a score without the button is sent on leaving.
import { field, h, icon } from './dom';
import type { Chat } from './chat';
import type { Speech, Words } from './words';

export function rating(words: Words, speak: Speech, chat: Chat, focus: () => void) {
  let score = 0;
  let sent = false;
  const text = field('textarea', words.better_, { rows: 2, maxlength: 1000 });
  const stars = [1, 2, 3, 4, 5].map((n) => h('button', { 'aria-label': speak.fill_(words.score_, { n }), 'aria-pressed': 'false', onclick: () => choose(n) }, icon('star')));
  const more = h('div.ask', { hidden: true }, text, h('button.box', { onclick: () => (send(), focus()) }, words.sendRating_));
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
    chat.tell_({ type: 'rate', score, text: text.value.trim() || undefined });
  }
  return { el_: el, send_: send };
}
