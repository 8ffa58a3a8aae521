// A gateway that does as the test says: it serves the built widget and plays the visitor's side of the protocol in memory,
// and can lose an ack, skip an event, refuse, hang, cut and come back at the moment the test chooses.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { WebSocketServer } from 'ws';
import { root } from './gateway.mjs';

const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.svg': 'image/svg+xml' };
// As strict as a page can be: the widget has to live with it.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws:; base-uri 'none'; form-action 'none'";

/** Builds the web files into a folder of their own. */
export function buildWeb() {
  const out = mkdtempSync(join(tmpdir(), 'fl-web-'));
  execFileSync(process.execPath, [join(root, 'gateway/web/build.mjs'), '--out', out], { stdio: ['ignore', 'ignore', 'inherit'] });
  return out;
}

const entry = (id, en, fa, text) => ({ id, title: { en, fa }, text, link: `https://shop.example/help#${id}` });
export const faq = [
  entry('delivery-time', 'Delivery time', 'زمان ارسال', 'We deliver within two to four working days.'),
  entry('returns', 'Returning goods', 'مرجوع کردن کالا', 'You can return anything within 30 days.'),
  entry('warranty', 'Warranty', 'ضمانت', 'Everything we sell has a warranty of two years.'),
  entry('refund', 'When your money comes back', 'بازگشت وجه', 'A refund is on your account within five days.'),
];
const TOP = 2;

export function startScripted(out) {
  const g = {
    url: '', requests: [], frames: [], sockets: new Set(), chats: [], tokens: new Set(),
    /** ok, down (nothing answers), hang (sockets are deaf), busy, refuse, noack, lostack (the next one is stored, then the socket cut) */
    mode: 'ok',
    heartbeat: 15, siteDelay: 0, site: { open: true },
    /** Events for which this is true are stored but not sent. */
    skip: () => false,
    /** The entry that answers the next message automatically. */
    auto: '',
  };

  function siteDocument(query) {
    const lang = query.get('lang');
    const shown = query.get('faq') === 'all' ? faq : faq.slice(0, TOP);
    return {
      site: 'main', name: 'Linden & Loom', accent: '#0b6bcb', heartbeat_s: 15, languages: ['en', 'lt', 'bs', 'pl', 'fa', 'zh'], lang,
      greeting: '', queues: ['general'], ...g.site, faq: shown.map(({ title, ...rest }) => ({ ...rest, title: title[lang] ?? title.en })),
    };
  }

  const server = http.createServer((request, response) => {
    const { pathname, searchParams, search } = new URL(request.url, 'http://gateway');
    if (pathname === '/favicon.ico') return void response.writeHead(204).end(); // the browser's own wish
    g.requests.push(pathname.replace(/-[0-9a-f]{8}\./, '-HASH.') + search);
    g.cookies = (g.cookies ?? '') + (request.headers.cookie ?? '');
    if (g.mode === 'down') return void request.socket.destroy();
    if (pathname === '/api/v1/site') {
      response.setHeader('content-type', 'application/json');
      return void setTimeout(() => response.end(JSON.stringify(siteDocument(searchParams))), g.siteDelay);
    }
    response.setHeader('content-security-policy', POLICY);
    if (pathname === '/page') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      return void response.end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>A page</title><body><main><h1>A shop</h1><a href="/page">A link</a></main><script src="/widget.js" async ${searchParams.get('with') ?? ''}></script>`);
    }
    const path = join(out, pathname);
    if (!TYPES[extname(path)] || !existsSync(path)) {
      response.statusCode = 404;
      return void response.end();
    }
    response.setHeader('content-type', TYPES[extname(path)]);
    response.end(readFileSync(path));
  });

  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'firstline.visitor.v1' });
  server.on('upgrade', (request, raw, head) => {
    if (g.mode === 'down') return void raw.destroy();
    sockets.handleUpgrade(request, raw, head, (socket) => {
      g.sockets.add(socket);
      socket.on('close', () => g.sockets.delete(socket));
      socket.on('message', (data) => heard(socket, JSON.parse(data)));
    });
  });

  const send = (socket, frame) => socket.send(JSON.stringify(frame));
  const chatOf = (token) => g.chats.filter((chat) => chat.token === token).at(-1);
  const entryOf = (id) => faq.find((one) => one.id === id);

  function hello(socket, { token, after = 0 }) {
    socket.token = token && g.tokens.has(token) ? token : randomBytes(16).toString('hex');
    g.tokens.add(socket.token);
    const chat = chatOf(socket.token);
    const state = chat && { chat: chat.number, phase: chat.phase, head: chat.log.length, ...(chat.agent && { agent: chat.agent }) };
    send(socket, { type: 'welcome', token: socket.token, events: chat ? chat.log.filter(({ seq }) => seq > after) : [], staffed: true, ...g.site, heartbeat_s: g.heartbeat, quiet_ms: 2500, ...state });
  }

  function take(socket, { type, mid, text }) {
    if (g.mode === 'busy') return send(socket, { type: 'error', code: 'busy', message: 'Try again.', mid, retry_after_ms: 300 });
    if (g.mode === 'refuse') return send(socket, { type: 'error', code: 'bad_argument', message: 'No.', mid });
    if (g.mode === 'noack') return undefined;
    let chat = chatOf(socket.token);
    const acked = (seq) => send(socket, { type: 'ack', mid, chat: chat.number, seq, at: Date.now() });
    if (chat?.mids.has(mid)) return acked(chat.mids.get(mid));
    if (!chat || chat.phase === 'closed') g.chats.push(chat = { number: g.chats.length + 42, token: socket.token, phase: 'auto', log: [], mids: new Map() });
    chat.mids.set(mid, chat.log.length + 1);
    const lost = g.mode === 'lostack';
    if (!lost) acked(chat.log.length + 1);
    if (type === 'human') {
      chat.phase = 'queued';
      g.event(chat, { kind: 'queued', queue: 'general', reason: 'asked' });
      return g.tell(chat, { type: 'queue', place: 2 });
    }
    if (lost) {
      g.mode = 'ok';
      g.skip = () => true;
    }
    g.event(chat, { kind: 'message', from: 'visitor', text, mid });
    if (lost) {
      g.skip = () => false;
      return socket.terminate();
    }
    const answer = entryOf(g.auto);
    g.auto = '';
    return answer && g.event(chat, { kind: 'answer', faq: answer.id, title: answer.title.en, text: answer.text, link: answer.link, lang: 'en' });
  }

  function heard(socket, frame) {
    g.frames.push(frame);
    if (g.mode === 'hang') return undefined;
    const chat = chatOf(socket.token);
    const ok = (more = {}) => send(socket, { type: 'ok', for: frame.type, ...more });
    switch (frame.type) {
      case 'hello': return hello(socket, frame);
      case 'ping': return send(socket, { type: 'pong' });
      case 'say': case 'human': return take(socket, frame);
      case 'profile': return ok();
      case 'rate': ok(); return g.event(chat, { kind: 'rated', score: frame.score, text: frame.text ?? '' });
      case 'end': ok(); chat.phase = 'closed'; return g.event(chat, { kind: 'closed', by: 'visitor', outcome: '' });
      case 'helped':
        ok({ seq: frame.seq });
        g.event(chat, { kind: 'helped', faq: chat.log[frame.seq - 1].faq, ok: frame.ok, of: frame.seq });
        if (frame.ok) return undefined;
        chat.phase = 'queued';
        return g.event(chat, { kind: 'queued', queue: 'general', reason: 'not_helped' });
      default: return undefined;
    }
  }

  Object.assign(g, {
    newest: () => g.chats.at(-1),
    tell(chat, frame) {
      for (const socket of g.sockets) if (socket.token === chat.token) send(socket, frame);
    },
    event(chat, members) {
      const event = { type: 'event', chat: chat.number, seq: chat.log.length + 1, at: Date.now(), ...members };
      chat.log.push(event);
      if (!g.skip(event)) g.tell(chat, event);
    },
    join(chat, name = 'Ana Kovač') {
      chat.phase = 'active';
      chat.agent = { id: 'ana', name };
      g.event(chat, { kind: 'joined', agent: 'ana', name });
    },
    say: (chat, text) => g.event(chat, { kind: 'message', from: 'agent', agent: 'ana', name: 'Ana Kovač', text, mid: randomBytes(16).toString('hex') }),
    close(chat) {
      chat.phase = 'closed';
      delete chat.agent;
      g.event(chat, { kind: 'closed', by: 'agent', outcome: 'solved' });
    },
    /** All sockets at once; without a code like a pulled cable. */
    cut(code) {
      for (const socket of g.sockets) code ? socket.close(code) : socket.terminate();
    },
    stop() {
      g.cut();
      server.close();
      server.closeAllConnections();
    },
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => {
    g.url = `http://127.0.0.1:${server.address().port}`;
    resolve(g);
  }));
}
