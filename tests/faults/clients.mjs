// The widget's and the dashboard's own code, bundled from gateway/web as it is, run in as many pretended browsers as wanted:
// each has a storage, a page and websockets of its own. Nothing here knows the protocol.
import { createRequire } from 'node:module';
import { webcrypto } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

const web = fileURLToPath(new URL('../../gateway/web/', import.meta.url));
const sources = process.env.FAULTS_WEB ?? web; // a proof of the checker has its own, with a bug
const TIMERS = { setTimeout, clearTimeout, setInterval, clearInterval, Date };
const GLOBALS = ['window', 'document', 'location', 'localStorage', 'addEventListener', 'WebSocket', 'fetch', 'crypto', ...Object.keys(TIMERS)];
const bundles = new Map();

/** The exports of a TypeScript module of gateway/web, as a function of the browser's globals. */
async function bundle(entry) {
  const { build } = createRequire(`${web}package.json`)('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: `export * from './${entry}';`, resolveDir: sources, loader: 'ts' }, bundle: true, write: false, format: 'iife', globalName: 'code',
    platform: 'neutral', mainFields: ['module', 'main'], conditions: ['import'], target: 'node18', jsx: 'automatic', jsxImportSource: 'preact',
    tsconfig: `${web}tsconfig.json`, define: { 'process.env.NODE_ENV': '"production"' },
  });
  return new Function(...GLOBALS, `${outputFiles[0].text}\nreturn code;`);
}

export async function prepareClients() {
  for (const entry of ['widget/chat', 'desk/app']) bundles.set(entry, await bundle(entry));
}

class Storage {
  getItem(key) { return Object.hasOwn(this, key) ? this[key] : null; }
  setItem(key, value) { this[key] = String(value); }
  removeItem(key) { delete this[key]; }
  key(i) { return Object.keys(this)[i] ?? null; }
}
Object.defineProperty(Storage.prototype, 'length', { get() { return Object.keys(this).length; } });

/**
 * One page: `code` holds the module's exports. place() gives the gateway to reach next ({url, sockets}), headers() what the
 * browser adds; heard(frame) is told each frame that the code hears, just before it does. storage may be kept over pages.
 * `timers` in place of the system's, and `globals` in place of any other, are for tests of the clients alone.
 */
export function openPage(entry, { place, headers = () => ({}), heard, storage = new Storage(), timers = TIMERS, globals = {} }) {
  const page = { storage, sockets: new Set(), events: new EventTarget(), hidden: false };

  class Socket extends WebSocket {
    constructor(url, protocol) {
      const gateway = place();
      super(`${gateway.sockets}${new URL(url).pathname}`, protocol, { perMessageDeflate: false, headers: { origin: gateway.url, ...headers() } });
      this.gateway = gateway;
      page.sockets.add(this);
      page.socket = this;
      this.on('error', () => {}); // the close event tells
      this.on('close', () => page.sockets.delete(this));
    }

    get onmessage() { return super.onmessage; }
    set onmessage(hear) {
      super.onmessage = hear && ((message) => {
        heard(JSON.parse(message.data), this.gateway);
        hear(message);
      });
    }
  }

  const document = { addEventListener: page.events.addEventListener.bind(page.events), hasFocus: () => !page.hidden, get hidden() { return page.hidden; } };
  const window = { addEventListener: page.events.addEventListener.bind(page.events), ...timers };
  const location = { protocol: 'http:', host: 'site.test' };
  const call = (path, options = {}) => {
    const gateway = place();
    return fetch(gateway.url + path, { ...options, headers: { origin: gateway.url, ...headers(), ...options.headers }, signal: AbortSignal.timeout(10_000) });
  };
  const all = { window, document, location, localStorage: storage, addEventListener: window.addEventListener, WebSocket: Socket, fetch: call, crypto: globalThis.crypto ?? webcrypto, ...timers, ...globals };
  page.code = bundles.get(entry)(...GLOBALS.map((name) => all[name]));
  /** The page is gone, as when its tab is closed. */
  page.close = () => {
    for (const socket of page.sockets) {
      socket.onopen = socket.onclose = socket.onmessage = null;
      socket.terminate();
    }
  };
  return page;
}
