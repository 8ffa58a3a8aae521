// What comes after the words: promises, closing and rating over real sockets, the follow-up, the feed forwarded to a receiver that dies
// and returns, and mail as a channel.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, start, stop } from '../lib/children.mjs';
import { root } from '../lib/gateway.mjs';
import { checkFeed } from '../lib/schema.mjs';
import { stage } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const HOUR = 3_600_000;

test('a promise: seen by the visitor, kept or escalated, also once the chat is closed and its gateway is gone', async (t) => {
  const s = await stage(t, { gateways: 2, settings: { remind_s: 86400, hours: '{"tz":"Europe/Vilnius","week":{"mon":["00:00-24:00"]}}' } });
  const ana = await s.agent('ana'), boss = await s.agent('boss', { at: 1, account: { supervisor: true } });
  const { visitor, chat } = await s.talk(ana);
  const due = Date.now() + HOUR;
  const made = await ana.command('promise', { chat, text: 'A call from the carrier', due });
  assert.deepEqual([made.type, made.promise], ['ok', 1]);
  const shown = await visitor.event('promise');
  assert.deepEqual([shown.text, shown.due, shown.tz, shown.agent], ['A call from the carrier', due, 'Europe/Vilnius', 'ana']);
  assert.equal((await ana.next('its state', (f) => f.type === 'promise')).promise.kept_at, 0);
  const reminder = await ana.next('the reminder', (f) => f.type === 'due');
  assert.deepEqual([reminder.chat, reminder.promise.text, reminder.promise.overdue], [chat, 'A call from the carrier', false]);
  await ana.command('close', { chat, outcome: 'solved', category: 'delivery' });
  assert.equal((await ana.command('kept', { chat, promise: 1 })).type, 'ok');
  assert.equal((await visitor.event('kept')).late, false);
  await assert.rejects(ana.command('kept', { chat, promise: 1 }), /already/);
  const soon = await ana.command('promise', { chat, text: 'a voucher', due: Date.now() + 1500 });
  assert.equal(soon.promise, 2, 'on a closed chat, too');
  s.gateway.gone = true;
  await s.gateway.kill();
  await boss.next('word of what is overdue', (f) => f.type === 'due' && f.promise.overdue && f.promise.promise === 2);
  await boss.next('the desk', (f) => f.type === 'desk' && f.overdue.some((p) => p.chat === chat && p.promise === 2));
  const again = await s.agent('ana', { at: 1 });
  assert.deepEqual(again.welcome.promises.map((p) => [p.promise, p.overdue]), [[2, true]]);
  const text = await (await fetch(`${s.gateways[1].url}/api/v1/chats/${chat}.txt`, { headers: { cookie: s.accounts.get('ana').cookie } })).text();
  assert.match(text, /promised by .* UTC: A call from the carrier/);
  assert.equal((await fetch(`${s.gateways[1].url}/api/v1/chats/${chat}.txt`)).status, 401);
});

test('the welcome asks whether a complaint was really solved; "no" brings the chat back in front, to the same agent', async (t) => {
  const s = await stage(t, { settings: { ask_rating: 1 } });
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  assert.equal(visitor.welcome.rating, 1);
  await ana.command('close', { chat, outcome: 'unsolved', category: 'delivery' });
  await visitor.event('closed');
  await s.ops.cli('ZADD', '{main}:followups', 'XX', '1', String(chat));
  await visitor.next('the question', (f) => f.type === 'followup' && f.chat === chat);
  const back = await s.visitor({ token: visitor.welcome.token });
  assert.equal(back.welcome.followup, chat);
  assert.equal((await back.tell('rate', { score: 2, chat })).type, 'ok');
  assert.equal((await back.tell('end', { chat: chat + 7 })).code, 'closed');
  assert.equal((await back.tell('followup', { chat, ok: false })).type, 'ok');
  await ana.offer(chat);
  assert.equal((await back.tell('followup', { chat, ok: true })).code, 'already');
  await ana.accept(chat);
  await back.event('joined', (e) => e.seq > 5);
});

/** A receiver of web hooks that can die and return on the same port. */
function receiver(secret) {
  const got = [], r = { got, port: 0, refuse: () => 204 };
  r.open = () => new Promise((done) => {
    r.server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += part)).on('end', () => {
        const [, time, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers['firstline-signature']) ?? [];
        const right = v1 === createHmac('sha256', secret).update(`${time}.${body}`).digest('hex') && Math.abs(Date.now() / 1000 - time) < 300;
        const status = right ? r.refuse(JSON.parse(body)) : 401;
        if (status < 300) got.push(JSON.parse(body));
        response.writeHead(status).end();
      });
    }).listen(r.port, '127.0.0.1', () => ((r.port = r.server.address().port), done()));
  });
  r.close = () => new Promise((done) => (r.server.closeAllConnections(), r.server.close(done)));
  return r;
}

test('the forwarder: every entry of the feed arrives, signed and in order, whatever dies; what is refused for good is put aside', async (t) => {
  const s = await stage(t);
  const secret = 'a secret of the shop', hook = receiver(secret);
  await hook.open();
  const script = join(root, 'deploy/webhook.mjs');
  const launch = () => start('node', [script, `http://127.0.0.1:${hook.port}/hook`, 'main', '-s', s.redis.socket], { env: { ...process.env, FIRSTLINE_WEBHOOK_SECRET: secret, FIRSTLINE_WEBHOOK_FIRST_MS: '2' } });
  let forwarder = launch();
  t.after(async () => { await stop(forwarder); await hook.close().catch(() => {}); });
  const visitor = await s.visitor();
  const said = async (text) => { await visitor.say(text); };
  const arrived = (text) => until(text, () => hook.got.some((e) => e.kind === 'message' && e.body.text === text));
  await said('one');
  await arrived('one');
  await hook.close();
  await said('two');
  await said('three');
  await hook.open();
  await arrived('three');
  await stop(forwarder, 'SIGKILL');
  await said('four');
  forwarder = launch();
  await arrived('four');
  hook.refuse = (e) => (e.body.text === 'poison' ? 500 : 204);
  await said('poison');
  await said('five');
  await arrived('five');
  const texts = hook.got.filter((e) => e.kind === 'message').map((e) => e.body.text);
  assert.deepEqual([...new Set(texts)], ['one', 'two', 'three', 'four', 'five'], 'all of them, in order; doubles are allowed');
  const dead = (await s.ops.cli('XRANGE', '{main}:feed:dead', '-', '+')).join('\n');
  assert.match(dead, /poison/);
  assert.match(dead, /\b500\b/);
  const feed = await s.ops.cli('XINFO', 'GROUPS', '{main}:feed');
  await until('everything confirmed', async () => /pending\n0\n/.test((await s.ops.cli('XINFO', 'GROUPS', '{main}:feed')).join('\n') + '\n'));
  assert.ok(feed.length > 0);
  for (const { id, at, chat, seq, kind, body } of hook.got) checkFeed({ at: String(at), chat: String(chat), seq: String(seq), kind, body: JSON.stringify(body), ...(id ? {} : {}) });
});

test('a letter becomes a chat, the answer becomes a letter', async (t) => {
  const s = await stage(t);
  const folder = mkdtempSync(join(tmpdir(), 'fl-mail-')), inbox = join(folder, 'new'), outbox = join(folder, 'out');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(inbox);
  const bridge = () => run(join(root, 'deploy/mail-bridge'), ['--once', inbox, outbox, 'shop@example.com', 'main', '-s', s.redis.socket]);
  const letter = (name, more = '') => writeFileSync(join(inbox, name), `From: =?utf-8?q?R=C5=ABta?= <Ruta@Example.org>\nTo: shop@example.com\nSubject: =?utf-8?b?S3VyIG1hbm8gc2l1bnRpbnlzPw==?=\nMessage-ID: <1@example.org>\nContent-Language: lt\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nLabas, "siuntinys" 1042 dar nepasiek=C4=97 man=C4=99s.\\ $HOME=0A${more}\n`);
  letter('a.eml');
  const first = await bridge();
  assert.equal(first.code, 0, first.stderr);
  const ana = await s.agent('ana');
  const offer = await ana.offer(1);
  assert.deepEqual([offer.handover.channel, offer.handover.visitor.name, offer.handover.visitor.email, offer.handover.lang], ['mail', 'Rūta', 'Ruta@Example.org', 'lt']);
  assert.equal(offer.handover.transcript[0].text, 'Kur mano siuntinys?\n\nLabas, "siuntinys" 1042 dar nepasiekė manęs.\\ $HOME');
  await ana.accept(1);
  await ana.say(1, 'Jau pakeliui! – Ana');
  letter('b.eml'); // the same letter again
  const second = await bridge();
  assert.equal(second.code, 0, second.stderr);
  const out = readdirSync(outbox);
  assert.equal(out.length, 1);
  const answer = readFileSync(join(outbox, out[0]), 'utf8');
  assert.match(answer, /^To: ruta@example\.org\r$/m);
  assert.match(answer, /^In-Reply-To: <1@example\.org>\r$/m);
  assert.match(answer, /^Content-Type: text\/plain; charset="utf-8"\r$/m);
  const encoded = answer.split('\r\n\r\n')[1];
  const octets = /^Content-Transfer-Encoding: base64/m.test(answer) ? Buffer.from(encoded, 'base64')
    : Buffer.from(encoded.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
  assert.match(octets.toString(), /Jau pakeliui! – Ana/);
  assert.deepEqual(readdirSync(inbox), []);
  assert.equal((await s.ops.cli('XLEN', '{main}:chat:1:log'))[0], '4', 'message, queued, joined, answer: the second letter was no news');
});
