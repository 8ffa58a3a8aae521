// What comes after: promises with their due time, and a day later the question whether it was really solved. Part of later.ts.
import type { Chat, ChatEvent } from './chat';
import type * as Dom from './dom';
import type { More, Speech } from './words';

/** A moment by the clock of the shop; its zone is named where the visitor's clock shows another time. */
function inZone(speak: Speech, at: number, zone: string): string {
  const written = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(speak.locale_, { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', ...options }).format(at);
  try {
    const theirs = written({ timeZone: zone || undefined });
    return theirs == written({}) ? theirs : written({ timeZone: zone, timeZoneName: 'short' });
  } catch {
    return written({});
  }
}

/** Stands among words of the other direction without turning them around. */
const apart = (text: string) => `\u2068${text}\u2069`;

/** The words of a promise, of one kept, and of the visitor's answer a day later. */
export function later({ h }: typeof Dom, more: More, speak: Speech, { kind, name = '', text = '', due, tz, ok }: ChatEvent): Node | string {
  if (kind == 'followup') return ok ? more.solved_ : more.reopened_;
  const fill = { name: apart(name), text: apart(text), time: due ? apart(inZone(speak, due, tz)) : '' };
  return h('span', { dir: speak.locale_[0]!.startsWith('fa') ? 'rtl' : 'ltr' }, speak.fill_(kind == 'kept' ? more.done_ : more.promised_, fill));
}

/** "Was it really solved?"; gone with its answer. */
export function question({ h }: typeof Dom, more: More, chat: Chat, focus: () => void) {
  const answer = (label: string, ok: boolean) => h('button.box', {
    onclick() {
      chat.tell_({ type: 'followup', chat: chat.followup_, ok });
      el.replaceChildren(h('p', {}, ok ? more.solved_ : more.reopened_));
      focus();
    },
  }, label);
  const el = h('div.rating', { role: 'group', 'aria-label': more.really_ }, h('p', {}, more.really_), h('div.ask both', {}, answer(more.itIs_, true), answer(more.itIsNot_, false)));
  return el;
}
