// Supervisors at work over the wire: the report as JSON and CSV, the live board, whispering, taking over, keeping a visitor out; and praise.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDocument } from '../lib/schema.mjs';
import { stage } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

/** A visitor served by ana, closed and rated. */
async function served(s, ana, outcome, score, words) {
  const { visitor, chat } = await s.talk(ana);
  await ana.say(chat, 'Good day');
  await ana.command('close', { chat, outcome, category: 'returns', need: 'a refund' });
  await visitor.event('closed');
  await visitor.tell('rate', { score, text: words });
  await visitor.event('rated');
  return chat;
}

test('the report over HTTP: for supervisors all of it, for an agent their own; JSON and CSV are what redis-cli shows', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana'), boss = await s.agent('boss', { online: false, account: { supervisor: true } });
  await served(s, ana, 'solved', 5, 'Thank you, Ana!');
  await served(s, ana, 'unsolved', 1, 'No money yet');
  const get = (path, who = boss) => fetch(`${s.gateway.url}/api/v1/report${path}`, { headers: { cookie: s.accounts.get(who === boss ? 'boss' : 'ana').cookie } });
  const report = async (path, who) => {
    const answer = await get(path, who);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /^application\/json/);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const document = await answer.json();
    checkDocument('report.json', 'report', document);
    return document;
  };
  const all = await report('');
  const shop = all.rows.find((row) => row.by === 'shop' && row.day === '');
  assert.deepEqual([shop.chats, shop.joined, shop.solved, shop.unsolved, shop.rated, shop.score, shop.praise, shop.complaints], [2, 2, 1, 1, 2, 3, 1, 1]);
  assert.deepEqual(all.causes, [{ category: 'returns', need: 'a refund', n: 1 }]);
  assert.deepEqual(all.praise.map(({ agent, text }) => [agent, text]), [['ana', 'Thank you, Ana!']]);
  const own = await report('?by=shop', ana);
  assert.ok(own.rows.every((row) => row.by === 'agent' && row.id === 'ana'));
  assert.deepEqual([own.complaints, own.causes.length, own.praise.length], [[], 0, 1]);

  const csv = await get(`.csv?from=${all.today}&to=${all.today}&by=agent`);
  assert.match(csv.headers.get('content-type'), /^text\/csv/);
  assert.equal(csv.headers.get('content-disposition'), `attachment; filename="report-${all.today}.csv"`);
  const [head, day, sum] = (await csv.text()).split('\r\n').map((line) => line.split(','));
  const shown = Object.fromEntries(head.map((name, i) => [name, sum[i]]));
  assert.deepEqual([day[0], sum[0], shown.id, shown.joined, shown.solved, shown.score], [all.today, 'sum', 'ana', '2', '1', '3.00']);
  const [titles, line] = (await s.ops.cli('FCALL_RO', 'fl_report', '1', '{main}', '1', 'agent')).map((text) => text.trim().split(/ {2,}/));
  for (const [i, title] of titles.entries()) if (title in shown) assert.equal(line[i] === '-' ? '' : line[i] === undefined ? '' : line[i], title === 'name' ? shown.name || '-' : shown[title], title);

  for (const path of ['?from=yesterday', '?from=2026-01-01&to=2026-12-31', '?by=weather', '?from=2026-11-02%20x', `?from=${'2'.repeat(900)}`, '.csv?to=2026-02-30']) {
    const answer = await get(path);
    assert.equal(answer.status, 400, path);
    assert.equal((await answer.json()).code, 'bad_argument');
  }
  assert.equal((await fetch(`${s.gateway.url}/api/v1/report`)).status, 401);
  assert.equal((await fetch(`${s.gateway.url}/api/v1/report`, { method: 'POST' })).status, 405);
});

test('the shop’s day follows the zone in its hours, through daylight saving, without a restart', async (t) => {
  const s = await stage(t, { settings: { hours: JSON.stringify({ tz: 'Pacific/Kiritimati', week: {} }) } });
  const offset = async () => (await s.ops.cli('GET', '{main}:offset'))[0];
  await until('14 hours ahead', async () => (await offset()) === '50400');
  await s.ops.set('hours', JSON.stringify({ tz: 'Etc/GMT+12', week: {} }));
  await until('12 hours behind', async () => (await offset()) === '-43200');
  const boss = await s.agent('boss', { account: { supervisor: true } });
  await s.talk(boss);
  const { today } = await (await fetch(`${s.gateway.url}/api/v1/report`, { headers: { cookie: s.accounts.get('boss').cookie } })).json();
  const here = () => new Date(Date.now() - 43200_000).toISOString().slice(0, 10);
  const before = here();
  assert.ok([before, here()].includes(today));
  assert.deepEqual(await s.ops.cli('EXISTS', `{main}:stats:${today}`), ['1']);
});

test('the live board: who serves whom, who waits for words, and the day so far; for supervisors only', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const boss = await s.agent('boss', { online: false, account: { supervisor: true } });
  assert.equal((await ana.request('live')).code, 'forbidden');
  assert.deepEqual((await boss.command('live')).live.active, []);
  const { visitor, chat } = await s.talk(ana);
  let { live } = await boss.command('live');
  assert.deepEqual([live.total, live.active[0].chat, live.active[0].agent, live.active[0].replied, live.active[0].says], [1, chat, 'ana', false, '']);
  assert.deepEqual([live.today.chats, live.today.joined, live.today.in_time, live.queues[0].id], [1, 1, 1, 'general']);
  await ana.say(chat, 'Good day');
  await visitor.say('Finally somebody');
  ({ live } = await boss.command('live'));
  assert.deepEqual([live.active[0].replied, live.active[0].says, live.active[0].preview], [true, 'visitor', 'Finally somebody']);
  assert.ok(live.active[0].said_at >= live.active[0].since);
  await s.ops.set('transfers_alert', '2');
  for (let i = 0; i < 2; i++) {
    await boss.command('take', { chat });
    await boss.command('transfer', { chat, to: { queue: 'general' }, reason: 'knows more' });
  }
  assert.deepEqual((await boss.command('live')).live.alerts.map(({ code, chat: n, n: times }) => [code, n, times]), [['transfers', chat, 2]]);
});

test('watch, whisper, take over: the agent reads the whisper, the visitor never, and each side hears of the change', async (t) => {
  const s = await stage(t, { gateways: 2 });
  const ana = await s.agent('ana'), boss = await s.agent('boss', { at: 1, online: false, account: { supervisor: true } });
  const { visitor, chat } = await s.talk(ana);
  const { handover } = await boss.command('watch', { chat });
  boss.showHandover(handover);
  await boss.note(chat, 'Offer her the new model');
  await ana.next('the whisper', (frame) => frame.type === 'note' && frame.text === 'Offer her the new model');
  await ana.say(chat, 'There is a new model');
  await boss.event('message', (event) => event.text === 'There is a new model');
  await boss.command('take', { chat });
  await visitor.event('joined', (event) => event.agent === 'boss');
  await ana.next('its loss', (frame) => frame.type === 'chat_gone' && frame.reason === 'taken');
  await boss.say(chat, 'I am the manager');
  await visitor.event('message', (event) => event.text === 'I am the manager');
  assert.ok(!JSON.stringify(visitor.frames).includes('Offer her'));
});

test('a visitor is kept out: the chat ends, nothing new opens, until the time is over or they are let in again', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana'), jonas = await s.agent('jonas', { online: false }), boss = await s.agent('boss', { online: false, account: { supervisor: true } });
  const { visitor, chat } = await s.talk(ana);
  assert.equal((await jonas.request('block', { chat, hours: 1 })).code, 'not_yours');
  assert.equal((await ana.refused({ type: 'block', id: 'b', chat, hours: 8761 })).code, 'bad_frame');
  await ana.command('block', { chat, hours: 24 });
  await visitor.event('closed');
  assert.equal((await visitor.say('Hello?')).code, 'blocked');
  assert.equal((await visitor.human()).code, 'blocked');
  await boss.command('block', { chat, hours: 0 });
  assert.equal((await visitor.say('Hello again')).type, 'ack');
});

test('praise comes to the agent, wherever they are', async (t) => {
  const s = await stage(t, { gateways: 2 });
  const ana = await s.agent('ana', { at: 1 });
  const chat = await served(s, ana, 'solved', 5, 'So kind <b>!');
  const praise = await ana.next('the praise', (frame) => frame.type === 'praise');
  assert.deepEqual([praise.chat, praise.text], [chat, 'So kind <b>!']);
});
