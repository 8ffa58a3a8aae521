// What somebody who waits is told: place and wait, notices in the widget's words, a voucher; and the question where an answer
// may reach them when nobody is there, and what they want. Part of later.ts.
import { later } from './after';
import type { Chat, ChatEvent } from './chat';
import type * as Dom from './dom';
import { recall, remember } from './keep';
import type { Fill, More, Speech } from './words';

type Kit = typeof Dom;

const EMAIL = /^\S+@\S+\.\S+$/;
const PHONE = /^\+?[\p{Nd}\s()./-]{6,30}$/u;

/** A language by its name in the visitor's own. */
function called(speak: Speech, lang: string): string {
  try {
    return new Intl.DisplayNames(speak.locale_, { type: 'language' }).of(lang) ?? lang;
  } catch {
    return lang;
  }
}

function voucher({ h }: Kit, more: More, { voucher: code, text }: Record<string, string>) {
  const copy = h('button.box', { onclick: () => void navigator.clipboard?.writeText(code!).then(() => (copy.textContent = more.copied_)) }, more.copy_);
  return h('div.voucher', {}, h('p', {}, more.voucher_), h('div', {}, h('code', { dir: 'ltr' }, code), copy), text && h('p.dim', { dir: 'auto' }, text));
}

/** The words of a system line; undefined for what is not shown. */
export function told(kit: Kit, more: More, speak: Speech, event: ChatEvent): Node | string | undefined {
  const { kind, code, params = {}, name = '', reason = '' } = event;
  const say = (text: string, fill: Fill) => speak.fill_(text, fill);
  switch (code ?? kind) {
    case 'queued': return event.opens && reason == 'closed_hours' ? say(more.closedUntil_, { time: speak.when_(event.opens) }) : more.queued_[reason] ?? more.queued_.asked!;
    case 'joined': return say(more.joined_, { name });
    case 'left': return say(reason == 'agent_lost' ? more.lost_ : more.gone_, { name });
    case 'transferred': return say(more.transferred_, { from: event.from_name, to: event.to.name, reason });
    case 'rated': return more.thanks_;
    case 'promise': case 'kept': case 'followup': return later(kit, more, speak, event);
    case 'closed': // the notice of closing time, or the end of the chat
      if (kind == 'notice') return params.opens ? say(more.closedUntil_, { time: speak.when_(params.opens) }) : more.queued_.closed_hours!;
      return event.by == 'visitor' ? more.ended_ : more.closed_;
    case 'waiting': return more.waiting_;
    case 'longer': return more.longer_;
    case 'sorry': return speak.many_(more.sorry_, Math.max(1, params.minutes));
    case 'busy': return say(more.busy_, { n: params.waiting });
    case 'nobody': return more.nobody_;
    case 'reading': return say(more.reading_, params);
    case 'voucher': return voucher(kit, more, params);
    case 'language': {
      const others = new Intl.ListFormat(speak.locale_, { type: 'disjunction' }).format(params.speaks.map((lang: string) => called(speak, lang)));
      return say(more.tongue_, { lang: called(speak, params.lang), others });
    }
  }
  return undefined;
}

/** "You are 2nd. About 2–4 min."; nothing while the shop is closed: that is said already. */
export function place(more: More, speak: Speech, chat: Chat): string {
  const { place_: n, wait_: wait } = chat;
  if (!n || !chat.waiting_() || alone(chat) == 'closed') return '';
  const minutes = wait && { low: wait.low / 60, high: wait.high / 60 };
  return speak.fill_(more.place_, { n }) + (minutes ? ' ' + speak.fill_(minutes.low ? more.wait_ : more.under_, minutes) : '');
}

/** Nobody will be there soon, said by the last event of waiting: the shop is closed, or nobody is online. */
function alone({ events_: events, waiting_: waiting }: Chat): '' | 'closed' | 'nobody' {
  const last = waiting() ? [...events].reverse().find(({ kind, code }) => kind == 'queued' || code == 'nobody' || code == 'closed') : undefined;
  return last?.code ?? (last && (last.opens || last.reason == 'closed_hours') ? 'closed' : '');
}

/** Asks for an e-mail address or a phone number while nobody is there, and confirms it once the gateway has it. */
export function reach({ h, field }: Kit, more: More, speak: Speech, chat: Chat, focus: () => void) {
  const box = field('input', more.reachField_, { autocomplete: 'email', maxlength: 100 });
  const bad = h('p.late', { role: 'alert' });
  const form = h('form.ask reach', { 'aria-label': more.reach_, novalidate: true, onsubmit: save }, h('p', {}, more.reach_), box, h('button.box', {}, more.reachSend_), bad);
  const saved = h('p.line', { role: 'status' });

  function save(event: Event) {
    event.preventDefault();
    const contact = box.value.trim();
    const email = EMAIL.test(contact);
    bad.textContent = email || PHONE.test(contact) ? '' : more.reachBad_;
    if (bad.textContent) return box.focus();
    remember('contact', contact);
    chat.tell_({ type: 'profile', [email ? 'email' : 'phone']: contact });
    refresh();
    focus();
  }
  function refresh() {
    const contact = recall('contact');
    const needed = !!alone(chat);
    form.hidden = !needed || !!contact;
    const text = needed && contact && !chat.pending_('profile') ? speak.fill_(more.reachSaved_, { contact }) : '';
    if (saved.textContent != text) saved.textContent = text;
  }
  return { el_: h('div', {}, saved, form), refresh_: refresh };
}

/** What would help most, one tap, once a chat; left alone it is no obstacle. The agent sees it before accepting. */
export function wish({ h }: Kit, more: More, speak: Speech, chat: Chat, choices: () => string[], focus: () => void) {
  const box = h('div.ask wish', { role: 'group', 'aria-label': more.wish_ });
  const noted = h('p.line', { role: 'status' });
  const called = (name: string) => more.wishes_[name] ?? name.replace(/[-_]/g, ' ');
  const number = () => '' + (chat.events_.at(-1)?.chat ?? '');
  function choose(name: string) {
    remember('wanted', `${number()} ${name}`);
    chat.tell_({ type: 'profile', wish: name });
    refresh();
    focus();
  }
  function refresh() {
    const [of, name] = (recall('wanted') ?? '').split(' ');
    const chosen = of == number() && name;
    const waits = chat.waiting_() && !!number();
    box.hidden = !waits || !!chosen || !choices().length || (!!alone(chat) && !recall('contact')); // one question at a time
    if (!box.hidden && !box.firstChild) box.append(h('p', {}, more.wish_), ...choices().map((one) => h('button.box', { onclick: () => choose(one) }, called(one))));
    const text = waits && chosen ? speak.fill_(more.wished_, { wish: called(chosen) }) : '';
    if (noted.textContent != text) noted.textContent = text;
  }
  return { el_: h('div', {}, noted, box), refresh_: refresh };
}
