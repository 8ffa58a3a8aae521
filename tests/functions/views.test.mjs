// What agents see: hand-over, home, desk, transcript; held against the schemas of the protocol.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import { start, vid, mid, SITE, T0 } from './redis.mjs';

const SCHEMAS = fileURLToPath(new URL('../../gateway/protocol/schemas/', import.meta.url));
const ajv = new Ajv2020({ strict: false });
for (const name of readdirSync(SCHEMAS)) ajv.addSchema(JSON.parse(readFileSync(join(SCHEMAS, name), 'utf8')));

/** The value must fit a definition of the protocol. */
function fits(schema, value) {
  const check = ajv.getSchema(schema);
  assert.ok(check, `no schema ${schema}`);
  assert.ok(check(value), `${schema}: ${ajv.errorsText(check.errors)}\n${JSON.stringify(value, null, 1).slice(0, 2000)}`);
}

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

test('a hand-over holds everything the visitor said and did', async () => {
  await s.work('ana');
  await s.serve(1, 'ana');
  await s.ok('close', 'ana', 1, 'unsolved', 'delivery', 'x');
  await s.ok('rate', vid(1), 2, '');
  s.now += 86400000;
  await s.work('ana', { capacity: 1 });
  await s.say(1, 'Where is it?', { lang: 'lt', page: '{"url":"/p","title":"P","referrer":""}', profile: '{"name":"Jonas","email":"j@example.org","attrs":{"tier":"gold"}}' });
  s.now += 2500;
  await s.answer(2, 'parcel', 0, 'Where is my parcel?');
  s.now += 60000;
  await s.answer(2, 'delay', 0, 'Why so late?');
  await s.ok('helped', vid(1), 2, '1');
  s.now += 1000;
  await s.say(1, 'Still nothing');
  await s.human(1);
  s.now += 7900;
  const h = await s.json('handover', 2, 'ana');
  fits('desk.json#/$defs/handover', h);
  assert.deepEqual({ ...h, transcript: h.transcript.map(e => e.kind) }, {
    chat: 2, phase: 'offered', queue: 'general', lang: 'lt', reason: 'asked', waited_s: 7, waiting_since: s.now - 7900, opened: T0 + 86400000, head: 6, v_seen: 0, a_seen: 0,
    agent: null, first: 1, transcript: ['message', 'answer', 'answer', 'helped', 'message', 'queued'],
    visitor: { id: vid(1), name: 'Jonas', email: 'j@example.org', phone: '', account: '', wish: '', attrs: { tier: 'gold' }, lang: 'lt',
      page: { url: '/p', title: 'P', referrer: '' }, pages: [{ url: '/p', title: 'P', at: T0 + 86400000 }], verified: false,
      earlier: [{ chat: 1, opened: T0, closed_at: T0, outcome: 'unsolved', category: 'delivery', agent: 'ana', score: 2 }] },
    tried: [{ faq: 'parcel', title: 'Where is my parcel?', ok: true }, { faq: 'delay', title: 'Why so late?', ok: null }],
    transfers: [], notes: [], promises: [], followup: '', channel: '',
  });
  for (const e of h.transcript) fits('event.json', e);
});

test('who may see a hand-over', async () => {
  await s.fl('fl_set', 'queues', 'general,returns');
  await s.work('ana', { queues: 'general' });
  await s.work('bob', { queues: 'returns', state: 'away' });
  await s.work('sup', { supervisor: true, state: 'away' });
  await s.serve(1, 'ana');
  await s.ok('presence', 'ana', 'away', '');
  await s.human(2, { queue: 'returns' });
  assert.deepEqual((await s.json('handover', 1, 'ana')).agent, { id: 'ana', name: 'Ana' });
  await s.json('handover', 1, 'sup');
  await s.json('handover', 1, '');
  await s.json('handover', 2, 'bob');
  await s.no('forbidden', 'handover', 1, 'bob');
  await s.no('forbidden', 'handover', 2, 'ana');
  await s.no('no_such_chat', 'handover', 9, 'ana');
  await s.no('no_such_agent', 'handover', 1, 'zoe');
});

test('a long transcript is handed over by its newest end', async () => {
  await s.work('ana', { capacity: 2 });
  for (let i = 0; i < 20; i++) await s.say(1, 'x'.repeat(15000));
  await s.ok('take', 'ana', 1);
  for (let i = 0; i < 600; i++) await s.say(2, `m${i}`);
  await s.ok('take', 'ana', 2);
  const heavy = await s.json('handover', 1, 'ana');
  assert.equal(heavy.transcript.at(-1).seq, heavy.head);
  assert.equal(heavy.transcript[0].seq, heavy.first);
  assert.ok(heavy.first > 10 && JSON.stringify(heavy).length < 140000);
  const long = await s.json('handover', 2, 'ana');
  assert.deepEqual([long.transcript.length, long.first], [500, 102]);
  assert.ok(JSON.stringify(await s.json('home', 'ana')).length < 200000, 'home fits an outbox');
  assert.equal((await s.json('transcript', 2)).transcript.length, 601);
});

test('home: own chats, offers, queue, colleagues, and what the shop is', async () => {
  await s.fl('fl_set', 'shop_name', 'Šaltinis "7"');
  await s.work('ana', { capacity: 2, langs: 'lt,en' });
  await s.work('zed', { state: 'away' });
  await s.serve(1, 'ana');
  s.now += 1000;
  await s.human(2, { profile: '{"name":"Eve"}', lang: 'en' });
  s.now += 1000;
  await s.say(3, 'Hello?', { lang: 'en' });
  await s.human(3);
  s.now += 5000;
  const home = await s.json('home', 'ana');
  fits('gateway-to-agent.json#/$defs/welcome', { type: 'welcome', heartbeat_s: 15, ...home });
  assert.deepEqual(home.chats.map(c => c.chat), [1]);
  assert.deepEqual(home.offers.map(o => [o.chat, o.left_ms, o.handover.chat]), [[2, 24000, 2]]);
  const item = { lang: 'en', queue: 'general', reason: 'asked' };
  assert.deepEqual(home.queue, [
    { chat: 2, name: 'Eve', ...item, phase: 'offered', waiting_since: T0 + 1000, offered_to: 'ana', preview: '' },
    { chat: 3, name: '', ...item, phase: 'queued', waiting_since: T0 + 2000, offered_to: null, preview: 'Hello?' }]);
  assert.equal(home.waiting, 2);
  assert.deepEqual(home.agent, { id: 'ana', name: 'Ana', state: 'online', load: 2, capacity: 2, langs: ['lt', 'en'], queues: ['general'], supervisor: false });
  assert.deepEqual(home.agents.map(a => [a.id, a.state]), [['ana', 'online'], ['zed', 'away']]);
  assert.deepEqual(home.site, { site: 'main', name: 'Šaltinis "7"', accent: '#0b6bcb', languages: ['en', 'lt', 'bs', 'pl', 'fa', 'zh'], default_lang: 'en', clock_s: 60, offer_s: 30, tz: '', ask_record: true });
  assert.deepEqual([home.categories[0], home.queues], ['delivery', ['general']]);
  await s.no('no_such_agent', 'home', 'nobody');
});

test('an empty desk is empty lists, not empty objects', async () => {
  const raw = (await s.ro('desk'))[0];
  assert.equal(raw, `{"queue":[],"waiting":0,"agents":[],"overdue":[],"now":${s.now},"alerts":[]}`);
  await s.ok('agent_add', 'ana', 'Ana', '', '', '');
  const home = (await s.ro('home', 'ana'))[0];
  assert.match(home, /"chats":\[\],"offers":\[\],"queue":\[\]/);
  await s.say(1);
  const handover = (await s.ro('handover', 1, ''))[0];
  assert.match(handover, /"earlier":\[\]/);
  assert.match(handover, /"attrs":\{\}/);
  assert.match(handover, /"tried":\[\],"transfers":\[\],"notes":\[\]/);
  fits('desk.json#/$defs/handover', JSON.parse(handover));
});

test('an agent without a lease is offline; a disabled one is not shown', async () => {
  await s.work('ana');
  await s.work('bob');
  await s.ok('agent_disable', 'bob');
  s.now += 300001;
  const desk = await s.json('desk');
  fits('gateway-to-agent.json#/$defs/desk', { type: 'desk', ...desk });
  assert.deepEqual(desk.agents.map(a => [a.id, a.state]), [['ana', 'offline']]);
});

test('a desk of 700 waiting shows 500 and says how many there are', async () => {
  for (let i = 1; i <= 700; i++) { s.now += 1; await s.human(i); }
  const desk = await s.json('desk');
  assert.deepEqual([desk.queue.length, desk.waiting, desk.queue[0].chat, desk.queue[499].chat], [500, 700, 1, 500]);
});

test('every kind of event, live and stored, fits the protocol', async () => {
  await s.work('ana');
  await s.work('sup', { supervisor: true });
  const got = await s.heard(async () => {
    await s.say(1);
    await s.answer(1, 'a');
    await s.ok('helped', vid(1), 2, '0');
    await s.ok('take', 'ana', 1);
    await s.agentSay('ana', 1);
    await s.ok('take', 'sup', 1);
    await s.ok('transfer', 'sup', 1, 'agent', 'ana', 'why', '');
    await s.ok('accept', 'ana', 1);
    await s.ok('transfer', 'ana', 1, 'queue', 'general', 'why', '');
    await s.ok('take', 'ana', 1);
    await s.fl('fl_requeue', '1');
    await s.ok('take', 'ana', 1);
    await s.fl('fl_away', 'ana');
    await s.ok('take', 'ana', 1);
    await s.ok('lease', 'gw', 1, 1, 'ana', '=1');
    await s.ok('lease', 'gw', 1, 1, 'sup', '=1');
    s.now += 5;
    await s.ok('tick', 'gw');
    await s.fl('fl_close', '1');
    await s.ok('rate', vid(1), 4, 'ok');
  });
  const live = got.filter(([c, p]) => c === 'chat:1' && p[0] === 'E').map(([, p]) => p.slice(p.indexOf(' ') + 1));
  const stored = (await s.ro('read', 1, 1, 500))[1];
  assert.equal('[' + live.join(',') + ']', stored);
  for (const event of live) fits('event.json', JSON.parse(event));
  assert.deepEqual(live.map(e => JSON.parse(e).seq), live.map((_, i) => i + 1));
  assert.deepEqual(new Set(live.map(e => JSON.parse(e).kind)), new Set(['message', 'answer', 'helped', 'queued', 'joined', 'left', 'transferred', 'closed', 'rated', 'notice']));
  const transcript = await s.json('transcript', 1);
  assert.deepEqual([transcript.phase, transcript.outcome, transcript.score, transcript.transcript.length], ['closed', '', 4, live.length]);
  await s.no('no_such_chat', 'transcript', 2);
  await s.sound();
});

test('read-only functions answer FCALL_RO; writing ones refuse it', async () => {
  await s.work('ana');
  await s.work('sup', { supervisor: true });
  await s.say(1);
  const reading = [['resume', vid(1), 0], ['read', 1, 1, 1], ['handover', 1, ''], ['home', 'ana'], ['desk'], ['transcript', 1], ['settings'], ['faq_all'], ['faq_history'], ['faq_stats'], ['unanswered', '', 10], ['past', '', 10], ['report', '', '', '', '', 'json'], ['blocked', '10.0.0.1'], ['agent_list'],
    ['vouchers', 'sup'], ['canned'], ['phrases'], ['changes', 'sup', '', 10], ['settings_all', 'sup'], ['people', 'sup'], ['search', 'ana', 0, '{}'], ['history', 'ana', vid(1)], ['live', 'sup'], ['channel', 1]];
  for (const call of reading) await s.ro(...call);
  const all = (await s.redis.call('FUNCTION', 'LIST', 'LIBRARYNAME', 'firstline'))[0];
  const functions = all[all.indexOf('functions') + 1].map(f => Object.fromEntries([[f[1], f[5]]]));
  const flags = Object.assign({}, ...functions);
  const ro = Object.keys(flags).filter(name => flags[name].includes('no-writes')).sort();
  assert.deepEqual(ro.filter(name => !name.startsWith('fl_')), [...reading.map(c => c[0]), 'login', 'outbox'].sort());
  for (const name of ['fl_help', 'fl_status', 'fl_chat', 'fl_report', 'fl_get', 'fl_fsck', 'fl_history', 'fl_search']) assert.ok(ro.includes(name), name);
  await assert.rejects(s.redis.call('FCALL_RO', 'visitor_end', 1, SITE, 0, vid(1)), /Can not execute a script with write flag/);
  // With the memory full an agent who comes back is still known: it only lengthens a life.
  assert.deepEqual(Object.keys(flags).filter(name => flags[name].includes('allow-oom')), ['session_get']);
});

test('two sites in one Redis know nothing of each other', async () => {
  await s.say(1);
  const m = mid();
  const reply = await s.redis.call('FCALL', 'visitor_say', 1, '{other}', s.now, vid(1), m, '{"from":"visitor","text":"x"}', 'x', '', '', '', '');
  assert.deepEqual(reply.slice(0, 3), ['ok', '1', '1']);
  const keys = await s.keys();
  assert.deepEqual(keys.filter(k => k.startsWith('{other}')).map(k => k.slice(7)), keys.filter(k => k.startsWith('{main}')).map(k => k.slice(6)));
  assert.equal((await s.events(1)).length, 1);
});
