// The script a shop embeds. It draws the launcher and waits: before a visitor opens the chat there is no other request,
// no socket, no cookie and nothing written to storage. Opening it imports the panel, which takes over from here.
import { inkOn, luminance } from './accent';
import css from './launcher.css';
import type { Call, Stage } from './stage';

declare const APP_FILE: string;

const OPEN: Record<string, string> = { en: 'Open chat', lt: 'Atidaryti pokalbį', bs: 'Otvori razgovor', pl: 'Otwórz czat', fa: 'باز کردن گفتگو', zh: '打开聊天' };
const BUBBLE = 'M4 4h16v12h-9l-4 4v-4H4z';

type Global = { q?: Call[] } & Record<string, unknown>;
const page = window as unknown as { Firstline?: Global };
const script = document.currentScript as HTMLScriptElement | null;

/** The first language we speak: the tag's, the page's, the browser's; Croatian and Serbian readers understand Bosnian. */
function pickLanguage(wanted: (string | undefined)[]): string {
  for (const tag of wanted) {
    const lang = (tag || '').slice(0, 2).toLowerCase().replace(/hr|s[rh]/, 'bs');
    if (OPEN[lang]) return lang;
  }
  return 'en';
}

function begin({ src, dataset: data }: HTMLScriptElement) {
  const early = page.Firstline?.q || [];
  const base = new URL('.', src).href;
  const lang = pickLanguage([data.lang, document.documentElement.lang, ...navigator.languages]);
  let panel: ((call: Call) => void) | undefined;
  let loading = false;

  const host = document.createElement('firstline-chat');
  const root = host.attachShadow({ mode: 'open' });
  const launcher = document.createElement('button');
  const draw = (name: string, attributes: Record<string, string>) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const key in attributes) element.setAttribute(key, attributes[key]!);
    return element;
  };
  const picture = draw('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' });
  const dress = (text: string) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  };

  function appear() {
    const [inline, block = inline] = (data.offset || '').match(/\d+/g) || [];
    const ground = luminance(data.accent);
    dress(css + (ground >= 0 ? `:host{--accent:${data.accent};--ink:${inkOn(ground)}}` : '') + (inline ? `:host{--inline:${inline}px;--block:${block}px}` : ''));
    host.toggleAttribute('side', /start|left/.test(data.position || ''));
    launcher.className = 'launch';
    launcher.ariaLabel = OPEN[lang]!;
    launcher.ariaExpanded = 'false';
    picture.append(draw('path', { d: BUBBLE }));
    launcher.append(picture);
    launcher.onclick = () => call(['toggle']);
    root.append(launcher);
    document.body.append(host);
    early.splice(0).forEach(call);
    // Opened before in this tab: 1 = the panel was open, 0 = a chat goes on behind the launcher.
    try {
      const was = sessionStorage.getItem('firstline.open');
      if (was) call([+was ? 'open' : 'resume', 1]);
    } catch { /* storage is refused: begin closed */ }
  }

  /** Fetches the panel; a failed import is tried again, under another address because browsers remember the failure. */
  async function load(attempt: number) {
    loading = true;
    launcher.ariaBusy = 'true';
    try {
      const stage: Stage = { host_: host, root_: root, launcher_: launcher, picture_: picture, base_: base, data_: data, lang_: lang, dress_: dress, draw_: draw, luminance_: luminance };
      const { start } = await import(`${base}widget/${APP_FILE}${attempt ? '?' + attempt : ''}`);
      panel = await start(stage);
      early.splice(0).forEach(panel!);
      launcher.ariaBusy = null;
    } catch {
      setTimeout(load, Math.min(15e3, 1e3 * 2 ** attempt), attempt + 1);
    }
  }

  function call([name, ...args]: Call) {
    if (panel) return panel([name, ...args]);
    if (name == 'toggle') name = 'open';
    host.hidden = name == 'hide' || (host.hidden && name != 'show');
    early.push([name, ...args]);
    if (/open|resume/.test(name) && !loading) load(0);
  }

  const api: Global = page.Firstline = { q: { push: call } as unknown as Call[], version: 1 };
  for (const name of ['open', 'close', 'toggle', 'show', 'hide', 'setUser', 'setAttributes', 'setLocale', 'reset', 'on', 'off']) {
    api[name] = (...args: unknown[]) => call([name, ...args]);
  }
  if (document.body) appear();
  else addEventListener('DOMContentLoaded', appear);
}

if (script && !page.Firstline?.version) begin(script);
