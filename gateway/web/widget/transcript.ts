// The transcript: messages in groups, automatic replies as cards, everything else as a quiet line.
import type { Chat, ChatEvent } from './chat';
import * as dom from './dom';
import { h, icon, linked } from './dom';
import { readMore } from './home';
import type { Later } from './later';
import type { Speech, Words } from './words';

const GROUP_MS = 300_000;
const GAP_MS = 900_000;

export function transcript(words: Words, speak: Speech, chat: Chat, later: () => Promise<Later>, focus: () => void) {
  const log = h('div.log', { role: 'log', 'aria-live': 'polite', 'aria-label': words.talk_, tabindex: 0 });
  const state = h('p.state', { 'aria-live': 'off' });
  const onTheWay = new Map<string, HTMLElement>();
  const choices = new Map<number, HTMLElement>();
  let before: ChatEvent | undefined;

  /** A quiet line, worded once the words are there. */
  function line(event: ChatEvent) {
    const el = h('div.line', { dir: 'auto' });
    void later().then(({ told, more_: more }) => el.append(told(dom, more, speak, event) ?? ''));
    return el;
  }

  function message(mine: boolean, text: string, at: number, name?: string) {
    return h(mine ? 'div.msg me' : 'div.msg them', {},
      (mine || name) && h(mine ? 'span.vh' : 'span.name', {}, mine ? words.you_ : name),
      h('p.text', { dir: 'auto' }, ...linked(text)),
      h('time', { datetime: new Date(at).toISOString() }, speak.time_(at)));
  }

  function card({ seq, title, text, link, lang }: ChatEvent) {
    const judge = (ok: boolean) => () => (chat.tell_({ type: 'helped', seq, ok }), focus());
    const asked = h('div.choices', {}, h('p.dim', {}, words.helpful_),
      h('button.box', { onclick: judge(true) }, words.yes_), h('button.box', { onclick: judge(false) }, words.person_));
    choices.set(seq, asked);
    return h('article.card', { 'aria-label': words.auto_ },
      h('p.kind', {}, icon('auto'), words.auto_), h('div', { lang },
        title && h('p.title', { dir: 'auto' }, title), h('p.text', { dir: 'auto' }, ...linked(text ?? ''))),
      readMore(words, link), asked);
  }

  function judged({ of, ok }: ChatEvent) {
    choices.get(of)?.replaceChildren(icon('check'), ok ? words.glad_ : words.notHelped_);
    choices.delete(of);
    return undefined;
  }

  function drawn(event: ChatEvent, grouped: boolean) {
    const { kind, name = '', text = '', at } = event;
    switch (kind) {
      case 'message': {
        const mine = event.from == 'visitor';
        return (mine && onTheWay.get(event.mid)) || message(mine, text, at, mine || grouped ? '' : name);
      }
      case 'answer': return card(event);
      case 'helped': return judged(event);
      default: return line(event);
    }
  }

  function add(event: ChatEvent) {
    const sameDay = before && new Date(before.at).toDateString() == new Date(event.at).toDateString();
    const near = sameDay && event.at - before!.at < GROUP_MS;
    const grouped = !!near && event.kind == 'message' && before!.kind == 'message' && before!.from == event.from && before!.agent == event.agent;
    const el = drawn(event, grouped);
    if (!el) return;
    const first = onTheWay.values().next().value as HTMLElement | undefined;
    const place = first && first != el ? first : null;
    if (!sameDay || event.at - before!.at > GAP_MS) {
      log.insertBefore(h('p.line', {}, speak.when_(event.at)), el.isConnected ? el : place);
    }
    el.classList.toggle('follow', grouped);
    el.dataset.seq = `${event.seq}`;
    if (!el.isConnected) log.insertBefore(el, place);
    if (event.mid) onTheWay.delete(event.mid);
    before = event;
  }

  /** Draws what is on its way and the state under the newest own message. */
  function follow() {
    for (const [mid, el] of onTheWay) if (!chat.outbox_.some((item) => item.mid == mid)) el.remove(), onTheWay.delete(mid);
    for (const { mid, at, text } of chat.outbox_) {
      if (text === undefined || onTheWay.has(mid)) continue;
      const el = message(true, text, at);
      el.dataset.mid = mid;
      onTheWay.set(mid, el);
      log.append(el);
    }
    const all = log.querySelectorAll<HTMLElement>('.me');
    const last = all[all.length - 1];
    if (!last) return state.remove();
    const waiting = chat.outbox_.find((item) => !item.acked && item.text !== undefined);
    const seq = +(last.dataset.seq ?? 0);
    const late = waiting && Date.now() - waiting.at > 5000;
    const text = waiting ? (late ? words.notYet_ : words.sending_) : seq && seq <= chat.seenByAgent_ ? words.seen_ : words.sent_;
    if (state.textContent != text) state.textContent = text;
    state.classList.toggle('late', !!late);
    if (state.previousSibling != last) last.after(state);
  }

  function clear() {
    log.replaceChildren();
    onTheWay.clear();
    choices.clear();
    before = undefined;
  }

  return { log_: log, add_: add, follow_: follow, clear_: clear };
}
