// The HTTP side: routes, methods, bodies, headers, logging in and out, exports, health.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { addAgent, agentTool, basic, inviteToken, slowness } from '../lib/gateway.mjs';
import { questions, stage } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

/** A request byte by byte as given; the whole answer, or what came until the connection closed or 5 s passed. */
function raw(gateway, text) {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    let got = '';
    const began = Date.now();
    const done = () => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.[01] (\d+)/.exec(got)?.[1] ?? 0), got, ms: Date.now() - began });
    };
    socket.setEncoding('latin1').on('data', (chunk) => {
      got += chunk;
      const length = /content-length: (\d+)/i.exec(got);
      const end = got.indexOf('\r\n\r\n');
      if (end > 0 && length && got.length >= end + 4 + Number(length[1])) done();
    }).on('close', done).on('error', done);
    socket.write(text);
    setTimeout(done, 5000 * slowness).unref();
  });
}

test('the routes of a shop without demo', async (t) => {
  const s = await stage(t);
  const get = (path, options) => fetch(`${s.gateway.url}${path}`, { redirect: 'manual', ...options });
  const expect = async (path, status, type) => {
    const response = await get(path);
    assert.equal(response.status, status, path);
    if (type) assert.match(response.headers.get('content-type') ?? '', type, path);
    return response;
  };
  const loader = await expect('/widget.js', 200, /javascript/);
  assert.equal(loader.headers.get('access-control-allow-origin'), '*');
  await expect('/desk/', 200, /text\/html/);
  assert.ok([301, 302, 308].includes((await get('/desk')).status) || (await get('/desk')).status === 404);
  await expect('/healthz', 200);
  await expect('/readyz', 200);
  await expect('/metrics', 200, /text\/plain/);
  await expect('/api/v1/site', 200, /application\/json/);
  const door = await get('/');
  assert.ok(door.status === 404 || (door.status === 302 && door.headers.get('location') === '/desk/'), `/: ${door.status}`);
  for (const path of ['/demo/', '/nothing', '/api', '/api/v1', '/api/v2/site', '/ws', '/desk/../../etc/passwd', '/widget/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '/widget.js/x', '/.git/config', '/%00', '/desk/%00.html']) {
    const response = await raw(s.gateway, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    assert.ok(response.status >= 300 && response.status < 500, `${path}: ${response.status}`);
    assert.ok(response.status >= 400 || /^location: \/desk\/\r$/im.test(response.got), `${path}: ${response.got.slice(0, 300)}`);
  }
});

test('the demo shop is served with --demo only, and prints invite links', async (t) => {
  const s = await stage(t, { rules: false, args: ['--demo'] });
  await s.gateway.line('invite links', /#invite=/);
  const page = await fetch(`${s.gateway.url}/`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /widget\.js/);
  const site = await (await fetch(`${s.gateway.url}/api/v1/site?lang=en`)).json();
  assert.ok(site.faq.length >= 5, 'the sample FAQ is loaded');
  const token = inviteToken(s.gateway.output);
  const used = await fetch(`${s.gateway.url}/api/v1/invite`, { method: 'POST', headers: { authorization: basic(token, 'a-long-enough-password'), origin: s.gateway.url } });
  assert.equal(used.status, 204);
});

test('what a widget needs: /api/v1/site in each language, cacheable, for allowed origins', async (t) => {
  const s = await stage(t, { args: ['--origin', 'https://shop.example'] });
  await s.ops.set('shop_name', 'Linden & Loom');
  await s.ops.set('accent', '#123456');
  const site = async (lang, headers) => {
    const response = await fetch(`${s.gateway.url}/api/v1/site${lang ? `?lang=${lang}` : ''}`, { headers });
    assert.equal(response.status, 200);
    return { response, body: await response.json() };
  };
  await until('the new settings', async () => (await site('en')).body.name === 'Linden & Loom');
  const { response, body } = await site('en', { origin: 'https://shop.example' });
  assert.equal(response.headers.get('access-control-allow-origin'), 'https://shop.example');
  assert.match(response.headers.get('cache-control'), /max-age=30/);
  assert.match(response.headers.get('vary') ?? '', /origin/i);
  assert.deepEqual([body.site, body.name, body.accent, body.open, body.lang], ['main', 'Linden & Loom', '#123456', true, 'en']);
  assert.ok(body.languages.includes('lt') && body.languages.includes('fa'));
  assert.ok(body.queues.includes('general'));
  assert.deepEqual(body.faq.map((entry) => entry.id).sort(), ['delivery', 'payment', 'returns']);
  for (const entry of body.faq) assert.deepEqual(Object.keys(entry).sort(), ['id', 'link', 'text', 'title']);
  const lithuanian = (await site('lt')).body.faq.find((entry) => entry.id === 'returns');
  assert.equal(lithuanian.title, 'Prekių grąžinimas');
  assert.equal((await site('tlh')).body.lang, 'en', 'an unknown language gets the default');
  assert.equal((await site('en', { origin: 'https://evil.example' })).response.headers.get('access-control-allow-origin'), null);
});

test('security headers are on every page; static files are compressed, tagged, and say 304', async (t) => {
  const s = await stage(t, { rules: false });
  for (const path of ['/desk/', '/widget.js', '/api/v1/site', '/healthz', '/nothing', '/api/v1/session']) {
    const { headers } = await fetch(`${s.gateway.url}${path}`);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.ok(headers.get('referrer-policy'), path);
    assert.doesNotMatch(headers.get('server') ?? '', /\d/, `${path} tells the version of the server`);
    assert.equal(headers.get('x-powered-by'), null, path);
  }
  const desk = await fetch(`${s.gateway.url}/desk/`);
  const policy = desk.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*/);
  const plain = await fetch(`${s.gateway.url}/widget.js`, { headers: { 'accept-encoding': 'identity' } });
  assert.equal(plain.headers.get('content-encoding'), null);
  const tag = plain.headers.get('etag');
  assert.ok(tag);
  assert.match(plain.headers.get('vary') ?? '', /accept-encoding/i);
  assert.equal((await fetch(`${s.gateway.url}/widget.js`, { headers: { 'if-none-match': tag, 'accept-encoding': 'identity' } })).status, 304);
  const zipped = await raw(s.gateway, 'GET /widget.js HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n');
  assert.match(zipped.got, /content-encoding: gzip/i);
  const body = Buffer.from(zipped.got.slice(zipped.got.indexOf('\r\n\r\n') + 4), 'latin1');
  assert.equal(gunzipSync(body).toString('utf8'), await plain.text());
  const head = await raw(s.gateway, 'HEAD /widget.js HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.ok(head.status === 200 ? head.got.endsWith('\r\n\r\n') : head.status === 405, `HEAD: ${head.status}`);
});

test('no route takes a body, other methods are refused, nothing hangs', async (t) => {
  const s = await stage(t, { rules: false });
  const requests = [
    ['a body where none is taken', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello'],
    ['a GET with a body', 'GET /api/v1/site HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello'],
    ['a chunked body', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    ['a negative length', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    ['a length twice', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    ['a huge length', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n'],
    ['PUT', 'PUT /api/v1/site HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['DELETE', 'DELETE /widget.js HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['POST to a file', 'POST /widget.js HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['CONNECT', 'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.repeat(20)],
    ['a line of 100 KB', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['headers of 100 KB', `GET / HTTP/1.1\r\nHost: x\r\n${'X-A: b\r\n'.repeat(13_000)}\r\n`],
    ['a proxy request', 'GET http://other.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n'],
  ];
  for (const [what, text] of requests) {
    const { status, got, ms } = await raw(s.gateway, text);
    assert.ok(status === 0 || (status >= 400 && status < 500) || status === 501, `${what}: ${status} ${got.slice(0, 200)}`);
    assert.ok(ms < 4900 * slowness, `${what}: hung for ${ms} ms`);
  }
  assert.equal((await fetch(`${s.gateway.url}/healthz`)).status, 200);
});

test('log in, who am I, log out; the cookie is HttpOnly, SameSite=Strict and, behind TLS, Secure with the __Host- name', async (t) => {
  const s = await stage(t, { rules: false, args: ['--trusted-proxy', '127.0.0.1/32'] });
  const { password } = await addAgent(s.gateway, 'ana', { name: 'Ana', supervisor: true });
  const session = (method, headers = {}) => fetch(`${s.gateway.url}/api/v1/session`, { method, headers: { origin: s.gateway.url, ...headers } });
  const login = await session('POST', { authorization: basic('ana', password) });
  assert.equal(login.status, 204);
  const cookie = login.headers.get('set-cookie');
  assert.match(cookie, /^firstline=[A-Za-z0-9_-]{32,};/);
  for (const part of [/HttpOnly/i, /SameSite=Strict/i, /Path=\//i]) assert.match(cookie, part);
  assert.doesNotMatch(cookie, /Secure/i, 'plain http on loopback');
  const mine = cookie.split(';')[0];
  const who = await session('GET', { cookie: mine });
  assert.deepEqual(await who.json(), { agent: { id: 'ana', name: 'Ana', supervisor: true } });
  assert.match(who.headers.get('cache-control') ?? '', /no-store/);
  const tls = await session('POST', { authorization: basic('ana', password), 'x-forwarded-proto': 'https', origin: s.gateway.url.replace('http', 'https') });
  assert.equal(tls.status, 204);
  assert.match(tls.headers.get('set-cookie'), /^__Host-firstline=.*Secure/i);
  const out = await session('DELETE', { cookie: mine });
  assert.equal(out.status, 204);
  assert.match(out.headers.get('set-cookie') ?? '', /Max-Age=0|1970/);
  assert.equal((await session('GET', { cookie: mine })).status, 401, 'the session is gone on the server too');
  assert.equal((await session('GET')).status, 401);
  assert.equal((await session('POST', { authorization: basic('ana', password), origin: 'https://evil.example' })).status, 403, 'no log-in from another site');
});

test('a wrong password, an unknown name and a malformed header are the same 401; the eleventh try in a minute waits', async (t) => {
  const s = await stage(t, { rules: false, perAddress: 64 });
  await addAgent(s.gateway, 'ana');
  const attempt = (authorization) => fetch(`${s.gateway.url}/api/v1/session`, { method: 'POST', headers: { origin: s.gateway.url, ...(authorization ? { authorization } : {}) } });
  const bodies = new Set();
  for (const header of [basic('ana', 'wrong-password'), basic('nobody', 'wrong-password')]) {
    const response = await attempt(header);
    assert.equal(response.status, 401);
    assert.equal(response.headers.get('www-authenticate'), null, 'no browser dialog');
    bodies.add(await response.text());
  }
  assert.equal(bodies.size, 1, 'nobody learns which names exist');
  const { code, message } = JSON.parse([...bodies][0]);
  assert.ok(code && message.length > 10);
  for (const header of [undefined, 'Basic', 'Basic !!!', 'Bearer x', basic('ana', ''), basic('', 'x')]) assert.ok([400, 401, 429].includes((await attempt(header)).status), header);
  let limited;
  for (let i = 0; i < 12 && !limited; i++) {
    const response = await attempt(basic('ana', `wrong-password-${i}`));
    if (response.status === 429) limited = response;
    else assert.equal(response.status, 401);
  }
  assert.ok(limited, 'twelve tries were not limited');
  assert.ok(Number(limited.headers.get('retry-after')) > 0);
});

test('an invite works once and asks for a good password', async (t) => {
  const s = await stage(t, { rules: false });
  const added = await agentTool(s.gateway, 'add', 'ana', '--name', 'Ana');
  assert.equal(added.code, 0, added.stderr);
  const token = inviteToken(added.stdout);
  const use = (password, which = token) => fetch(`${s.gateway.url}/api/v1/invite`, { method: 'POST', headers: { authorization: basic(which, password), origin: s.gateway.url } });
  const short = await use('short');
  assert.ok(short.status >= 400 && short.status < 500 && short.status !== 410);
  assert.match((await short.json()).message, /10/);
  assert.equal((await use('long enough password')).status, 204);
  const again = await use('another long password');
  assert.equal(again.status, 410);
  assert.ok((await again.json()).message.length > 10);
  assert.equal((await use('long enough password', 'A'.repeat(32))).status, 410);
  const invited = await agentTool(s.gateway, 'invite', 'ana');
  assert.equal((await use('a third long password', inviteToken(invited.stdout))).status, 204);
  const login = await fetch(`${s.gateway.url}/api/v1/session`, { method: 'POST', headers: { origin: s.gateway.url, authorization: basic('ana', 'a third long password') } });
  assert.equal(login.status, 204);
  const changed = await agentTool(s.gateway, 'add', 'ana', '--name', 'Ana B.');
  assert.equal(changed.code, 0, 'adding an agent again changes what is told');
  assert.match((await agentTool(s.gateway, 'list')).stdout, /Ana B\./);
  assert.equal((await agentTool(s.gateway, 'invite', 'nobody')).code, 1);
  assert.equal((await agentTool(s.gateway, 'add', 'Not A Name!')).code !== 0, true);
});

test('a transcript is for logged-in agents: JSON with every event, text for people', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana, { text: questions.unmatched });
  await ana.say(chat, 'Reply with <b>tags</b>');
  await ana.note(chat, 'private');
  await ana.command('close', { chat, outcome: 'solved', category: 'product' });
  await visitor.event('closed');
  const { cookie } = s.accounts.get('ana');
  const get = (path, headers = { cookie }) => fetch(`${s.gateway.url}/api/v1/chats/${path}`, { headers });
  for (const path of [`${chat}`, `${chat}.txt`]) assert.equal((await get(path, {})).status, 401, path);
  assert.equal((await get(`${chat}`, { cookie: `firstline=${'A'.repeat(32)}` })).status, 401);
  const json = await get(`${chat}`);
  assert.match(json.headers.get('content-type'), /application\/json/);
  assert.match(json.headers.get('cache-control') ?? '', /no-store/);
  assert.deepEqual((await json.json()).transcript, visitor.events(chat));
  const text = await (await get(`${chat}.txt`)).text();
  assert.ok(text.includes(questions.unmatched) && text.includes('Reply with <b>tags</b>'));
  assert.ok(!text.includes('private') || /note/i.test(text));
  for (const path of ['999', '0', '-1', 'abc', '1e3', '1.csv', '99999999999999999999999']) assert.ok([400, 404].includes((await get(path)).status), path);
});

test('metrics are Prometheus text with the numbers of what happened', async (t) => {
  const s = await stage(t);
  const visitor = await s.visitor();
  await visitor.say('Hello');
  const text = await (await fetch(`${s.gateway.url}/metrics`)).text();
  for (const line of text.trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+Inf-]+)$/, line);
  assert.match(text, /^firstline_visitor_messages_total 1$/m);
  assert.match(text, /^firstline_sockets\{kind="visitor"\} 1$/m);
  assert.match(text, /^firstline_redis_up 1$/m);
});
