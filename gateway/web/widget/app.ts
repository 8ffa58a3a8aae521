// The panel's entry: loads the words and the site document, keeps the panel, the chat and the launcher together,
// and answers the page's `Firstline.…` calls.
import { inkOn, readable } from './accent';
import { openChat, type ChatEvent } from './chat';
import { drawWith, h, ICONS } from './dom';
import type { Answer, Site } from './home';
import { recall, remember } from './keep';
import type { Later } from './later';
import { panel as build, type Panel } from './panel';
import type { Call, Stage } from './stage';
import css from './style.css';
import { speech, type Words } from './words';

declare const LANGUAGES: string[];
declare const PARTS_HASH: string;

/** Luminance of the light and the dark surface under a pointer (--surface-2), the harder one to read on. */
const LIGHT = 0.9;
const DARK = 0.0204;
const RETRY_MS = 3000;

type Listener = (detail: unknown) => void;

const cut = (text: string) => text.slice(0, 500);
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export async function start(stage: Stage): Promise<(call: Call) => void> {
  const { host_: host, root_: root, launcher_: launcher, picture_: picture, base_: base, data_: data } = stage;
  const bubble = picture.firstElementChild!.getAttribute('d')!;
  const listeners = new Map<string, Set<Listener>>();
  const profile: Record<string, unknown> = {};
  const badge = h('span.badge', { hidden: true });
  let identity: unknown;
  let lang = recall('lang') ?? stage.lang_;
  let words!: Words;
  let speak!: ReturnType<typeof speech>;
  let site: Site | undefined;
  let everything: Promise<Answer[]> | undefined;
  let laterPart: Promise<Later> | undefined;
  let dressed = false;
  let panel!: Panel;
  let opened = false;
  let unread = 0;
  let titled = false;
  let turns = 0;

  const emit = (name: string, detail?: unknown) => listeners.get(name)?.forEach((listener) => listener(detail));
  const looking = () => opened && !document.hidden && document.hasFocus();

  const chat = openChat(base.replace(/^http/, 'ws') + 'ws/visitor', {
    introduction_: () => ({
      lang: recall('lang') ?? undefined, langs: navigator.languages.slice(0, 8), queue: data.queue, identity,
      page: { url: cut(location.href), title: cut(pageTitle()), referrer: cut(document.referrer), lang: data.lang || document.documentElement.lang },
      profile: Object.keys(profile).length ? profile : undefined,
    }),
    event_: (event, replay) => {
      panel.event_(event);
      if (!replay) arrived(event);
    },
    cleared_: () => panel.cleared_(),
    refused_: (text, code) => panel.put_([text, panel.draft_()].filter(Boolean).join('\n'), code == 'blocked' ? words.blocked_ : words.refused_),
    changed_: () => {
      panel.refresh_();
      look();
      mind();
    },
  });

  // Unread -------------------------------------------------------------------------------------------------------------
  const pageTitle = () => (titled ? document.title.replace(/^\(\d+\) /, '') : document.title);

  function arrived(event: ChatEvent) {
    const forVisitor = event.kind == 'answer' || (event.kind == 'message' && event.from == 'agent');
    if (event.kind == 'message' || event.kind == 'answer') emit('message', { from: event.from ?? 'auto', text: event.text, seq: event.seq });
    if (!forVisitor || looking()) return;
    if (recall('sound') != 'off') void later().then(({ beep }) => beep());
    count(unread + 1);
  }
  function count(n: number) {
    if (n == unread) return;
    unread = n;
    badge.hidden = !n || opened;
    badge.textContent = speak.fill_(n > 9 ? '{n}+' : '{n}', { n: Math.min(n, 9) });
    const title = pageTitle();
    titled = n > 0;
    document.title = n ? `(${n}) ${title}` : title;
    label();
    emit('unread', n);
  }
  function label() {
    launcher.ariaLabel = opened ? words.hideChat_ : words.openChat_ + (unread ? ', ' + speak.many_(words.unread_, unread) : '');
  }
  function turn() {
    launcher.ariaExpanded = `${opened}`;
    picture.firstElementChild!.setAttribute('d', opened ? ICONS.down : bubble);
    panel.el_.hidden = !opened;
    host.toggleAttribute('open', opened);
    badge.hidden = opened || !unread;
    label();
  }
  /** What the visitor looks at is seen. */
  function look() {
    if (!looking()) return;
    count(0);
    chat.seen_();
  }

  // Open and closed ----------------------------------------------------------------------------------------------------
  /** Remembers for this tab that the panel is open (1), or that a chat goes on behind the launcher (0). */
  function mind() {
    try {
      if (opened || !chat.idle_()) sessionStorage.setItem('firstline.open', opened ? '1' : '0');
      else sessionStorage.removeItem('firstline.open');
    } catch { /* storage is refused: not reopened after a reload */ }
    if (!opened && chat.idle_()) chat.link_.stop_();
  }
  function open(quietly = false) {
    host.hidden = false;
    if (opened) return quietly || panel.focus_();
    opened = true;
    turn();
    chat.link_.start_();
    panel.measure_();
    panel.refresh_();
    panel.toEnd_();
    if (!quietly) panel.focus_();
    look();
    mind();
    emit('open');
  }
  function close() {
    if (!opened) return;
    opened = false;
    panel.leave_();
    turn();
    launcher.focus();
    mind();
    emit('close');
  }

  // Language and site --------------------------------------------------------------------------------------------------
  /** A part of the widget; a failed import is tried again, under another address because browsers remember the failure. */
  async function part(name: string): Promise<any> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await import(`${base}widget/${name}-${PARTS_HASH}.js${attempt ? '?' + attempt : ''}`);
      } catch {
        await pause(RETRY_MS);
      }
    }
  }
  function later(): Promise<Later> {
    return laterPart ??= Promise.all([part('later'), part('more-' + lang)]).then(([found, { default: more }]) => {
      if (!dressed) stage.dress_(found.css);
      dressed = true;
      return { ...found, more_: more };
    });
  }
  async function askSite(more = ''): Promise<Site> {
    const answer = await fetch(`${base}api/v1/site?lang=${lang}${more}`, { credentials: 'omit' });
    if (!answer.ok) throw answer;
    return answer.json();
  }
  async function fetchSite() {
    const wanted = lang;
    while (wanted == lang) {
      try {
        const found = await askSite();
        if (wanted != lang) return;
        const own = found.hours?.[data.queue || ''];
        site = own ? { ...found, until: undefined, opens: undefined, ...own } : found;
        if (!data.accent) paint(site.accent);
        return panel.show_(site, LANGUAGES);
      } catch {
        await pause(RETRY_MS);
      }
    }
  }
  /** The whole FAQ, for searching; while it cannot be had, what is there. */
  function allAnswers(): Promise<Answer[]> {
    const known = site?.faq ?? [];
    return everything ??= askSite('&faq=all').then(({ faq }) => faq ?? known, () => {
      everything = undefined;
      return known;
    });
  }
  function paint(accent = '') {
    const ground = stage.luminance_(accent);
    if (!(ground >= 0)) return;
    const dark = `--link:${readable(accent, DARK, stage.luminance_)}`;
    stage.dress_(`:host{--accent:${accent};--ink:${inkOn(ground)};--link:${readable(accent, LIGHT, stage.luminance_)}}`
      + `@media(prefers-color-scheme:dark){:host{${dark}}}`);
  }
  async function setLocale(wanted: string, chosen = true) {
    if (!LANGUAGES.includes(wanted)) return;
    const mine = ++turns;
    const found = ((await part('lang-' + wanted)) as { default: Words }).default;
    if (mine != turns) return; // another was chosen meanwhile
    words = found;
    lang = wanted;
    site = everything = laterPart = undefined;
    if (chosen) remember('lang', lang);
    speak = speech(words);
    const old = panel as Panel | undefined;
    panel = build(words, speak, lang, chat, { close_: close, speak_: (code) => void setLocale(code), later_: later, all_: allAnswers });
    panel.el_.hidden = !opened;
    panel.show_(undefined, LANGUAGES);
    if (old) old.el_.replaceWith(panel.el_);
    else root.prepend(panel.el_);
    launcher.dir = panel.el_.dir;
    label();
    panel.measure_();
    panel.toEnd_();
    if (old && opened) panel.focus_();
    void fetchSite();
  }

  const calls: Record<string, (first?: any, second?: any) => void> = {
    open: (quietly) => open(!!quietly),
    close,
    toggle: () => (opened ? close() : open()),
    show: () => void (host.hidden = false),
    hide() {
      close();
      host.hidden = true;
    },
    /** After a reload, while a chat goes on behind the launcher. */
    resume: chat.link_.start_,
    on(name: string, listener: Listener) {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
    },
    off: (name: string, listener: Listener) => listeners.get(name)?.delete(listener),
    setUser({ identity: signed, ...user }: Record<string, unknown>) {
      Object.assign(profile, user);
      const contact = user.email ?? user.phone;
      if (contact) remember('contact', contact as string);
      if (signed) {
        identity = signed;
        chat.link_.again_();
      } else if (chat.link_.up_) chat.tell_({ type: 'profile', ...user });
    },
    setAttributes: (attrs: object) => calls.setUser!({ attrs: { ...profile.attrs as object, ...attrs } }),
    setLocale: (code: string) => void setLocale(code),
    reset() {
      for (const key in profile) delete profile[key];
      identity = undefined;
      count(0);
      chat.reset_();
      mind();
    },
  };

  drawWith(stage.draw_);
  stage.dress_(css);
  paint('#0b6bcb');
  paint(data.accent);
  launcher.append(badge);
  await setLocale(LANGUAGES.includes(lang) ? lang : stage.lang_, false);
  for (const name of ['focus', 'pointerdown']) addEventListener(name, look);
  document.addEventListener('visibilitychange', look);
  const phone = window.visualViewport;
  phone?.addEventListener('resize', () => host.style.setProperty('--height', phone.height + 'px'));

  return ([name, first, second]) => calls[name]?.(first, second);
}
