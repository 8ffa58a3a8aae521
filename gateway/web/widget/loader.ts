// The script a shop embeds. It draws the launcher and waits: before a visitor opens the chat there is no other request,
// no socket, no cookie and nothing written to storage. Opening it imports the panel, which takes over from here.
import { inkOn, isColour } from './accent';
import css from './launcher.css';
import type { Call, Panel, Stage } from './stage';

declare const APP_FILE: string;

const OPEN: Record<string, string> = { en: 'Open chat', lt: 'Atidaryti pokalbį', bs: 'Otvori razgovor', pl: 'Otwórz czat', fa: 'باز کردن گفتگو', zh: '打开聊天' };

type Global = { q?: Call[] } & Record<string, unknown>;
const page = window as unknown as { Firstline?: Global };
const script = document.currentScript as HTMLScriptElement | null;

function pickLanguage(wanted: (string | undefined)[]): string {
  for (const tag of wanted) {
    const lang = (tag || '').slice(0, 2).toLowerCase().replace(/hr|sr|sh/, 'bs');
    if (OPEN[lang]) return lang;
  }
  return 'en';
}

function begin({ src, dataset: data }: HTMLScriptElement) {
  const early = page.Firstline?.q || [];
  const base = new URL('.', src).href;
  const lang = pickLanguage([data.lang, document.documentElement.lang, ...navigator.languages]);
  let panel: Panel | undefined;
  let loading = false;

  const host = document.createElement('firstline-chat');
  const root = host.attachShadow({ mode: 'open' });
  const launcher = document.createElement('button');
  const badge = document.createElement('span');
  const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');

  function dress(text: string) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    } catch { // browsers before 2023
      root.append(Object.assign(document.createElement('style'), { textContent: text }));
    }
  }

  function draw() {
    const [inline, block = inline] = (data.offset || '').split(/[ ,]+/).map(parseFloat);
    dress(css + (isColour(data.accent) ? `:host{--accent:${data.accent};--accent-text:${inkOn(data.accent)}}` : '')
      + (inline! >= 0 ? `:host{--inline:${inline}px;--block:${block}px}` : ''));
    if (/start|left/.test(data.position || '')) host.setAttribute('side', 'start');
    launcher.className = 'launch';
    launcher.type = 'button';
    launcher.setAttribute('aria-label', OPEN[lang]!);
    launcher.setAttribute('aria-expanded', 'false');
    picture.setAttribute('viewBox', '0 0 24 24');
    picture.setAttribute('aria-hidden', 'true');
    for (const [name, d] of [['a', 'M20 11.5a7.6 7.6 0 0 1-8 7.3 9 9 0 0 1-3.2-.6L4 19.5l1.4-3.9A6.9 6.9 0 0 1 4 11.5a7.6 7.6 0 0 1 8-7.3 7.6 7.6 0 0 1 8 7.3zM8.5 11.5h0M12 11.5h0M15.5 11.5h0'], ['b', 'M6 9.5l6 6 6-6']] as const) {
      const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      path.setAttribute('class', name);
      path.setAttribute('d', d);
      picture.append(path);
    }
    badge.className = 'badge';
    badge.hidden = true;
    launcher.append(picture, badge);
    launcher.onclick = () => call(['toggle']);
    root.append(launcher);
    document.body.append(host);
  }

  /** Fetches the panel; a failed import is tried again, under another address because browsers remember the failure. */
  async function load(attempt = 0) {
    if (loading && !attempt) return;
    loading = true;
    launcher.setAttribute('aria-busy', 'true');
    try {
      const stage: Stage = { host, root, launcher, badge, base, data, lang, dress };
      const { start } = await import(`${base}widget/${APP_FILE}${attempt ? '?' + attempt : ''}`) as { start(stage: Stage): Promise<Panel> };
      panel = await start(stage);
      for (const item of early.splice(0)) panel(item);
      launcher.removeAttribute('aria-busy');
    } catch {
      setTimeout(load, Math.min(15e3, 1e3 * 2 ** attempt), attempt + 1);
    }
  }

  function call(item: Call) {
    const [name] = item;
    if (panel) return panel(item);
    if (name == 'hide' || name == 'show') host.hidden = name == 'hide';
    if (name == 'toggle') item = ['open'];
    if (name != 'close') early.push(item);
    if (item[0] == 'open') load();
  }

  const api: Global = { q: { push: (...items: Call[]) => items.forEach(call) } as unknown as Call[], version: 1 };
  for (const name of ['open', 'close', 'toggle', 'show', 'hide', 'setUser', 'setAttributes', 'setLocale', 'reset', 'on', 'off']) {
    api[name] = (...args: unknown[]) => call([name, ...args]);
  }
  page.Firstline = api;

  function ready() {
    draw();
    early.splice(0).forEach(call);
    // Opened before in this tab: 1 = the panel was open, 0 = a chat goes on behind the launcher.
    try {
      const was = sessionStorage.getItem('firstline.open');
      if (was) call(was == '1' ? ['open', 1] : ['resume']), load();
    } catch { /* storage is refused: begin closed */ }
  }
  if (document.body) ready();
  else addEventListener('DOMContentLoaded', ready);
}

if (script && !page.Firstline?.version) begin(script);
