// Supervisors at their desk: settings, ready replies, phrases and people over the wire, with one history and undo; search; practice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stage } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const boss = { account: { name: 'Ona', supervisor: true } };

test('a setting is changed, refused with what would fit, found in the history and undone; every gateway obeys', async (t) => {
  const s = await stage(t, { gateways: 2 });
  const ona = await s.agent('ona', boss);
  const { settings } = await ona.command('settings');
  const name = settings.find((x) => x.name === 'shop_name');
  assert.deepEqual([name.kind, name.value, name.default, name.low, name.high], ['text', 'Demo shop', 'Demo shop', 1, 80]);
  assert.equal((await ona.command('settings.set', { name: 'shop_name', value: 'Lentynėlė', was: 'Demo shop' })).value, 'Lentynėlė');
  for (const gateway of s.gateways) await until('the new name', async () => (await (await fetch(`${gateway.url}/api/v1/site?lang=en`)).json()).name === 'Lentynėlė');
  const wrong = await ona.request('settings.set', { name: 'clock_s', value: '4' });
  assert.deepEqual([wrong.code, wrong.message], ['bad_argument', 'clock_s takes a whole number from 5 to 600.']);
  assert.equal((await ona.request('settings.set', { name: 'shop_name', value: 'X', was: 'Demo shop' })).code, 'moved_on');
  await s.ops.set('clock_s', '90');
  const { changes } = await ona.command('settings.history');
  assert.deepEqual(changes.slice(0, 2).map((c) => [c.of, c.name, c.from, c.to]), [['clock_s', '', '60', '90'], ['shop_name', 'Ona', 'Demo shop', 'Lentynėlė']]);
  assert.equal((await ona.command('settings.undo', { change: changes[1].id })).value, 'Demo shop');
  assert.equal((await ona.request('settings.undo', { change: changes[1].id })).code, 'moved_on');
  assert.equal((await ona.command('settings.set', { name: 'clock_s' })).value, '60');
  assert.equal((await ona.command('settings.history', { before: changes[0].id })).changes[0].of, 'shop_name');

  const bob = await s.agent('bob');
  for (const [type, more] of [['settings', {}], ['settings.set', { name: 'clock_s', value: '90' }], ['settings.history', {}], ['settings.undo', { change: '1-0' }], ['phrases', { lang: 'en' }],
    ['people', {}], ['people.put', { agent: 'eve' }], ['people.disable', { agent: 'ona' }], ['people.invite', { agent: 'ona' }], ['vouchers', {}], ['vouchers.add', { codes: ['ABC1'] }]]) {
    assert.equal((await bob.request(type, more)).code, 'forbidden', type);
  }
});

test('ready replies and the phrase guard are the shop’s own, at once for every dashboard', async (t) => {
  const s = await stage(t, { gateways: 2 });
  const ona = await s.agent('ona', boss), bob = await s.agent('bob', { at: 1 });
  const shipped = (await bob.command('canned')).canned;
  assert.deepEqual(Object.keys(shipped), ['bs', 'en', 'fa', 'lt', 'pl', 'zh']);
  await ona.command('settings.set', { name: 'canned.lt.grąžinimas', value: 'Grąžinti galima per 30 dienų.' });
  await bob.next('words', (f) => f.type === 'words');
  assert.deepEqual((await bob.command('canned')).canned.lt.at(-1), { name: 'grąžinimas', text: 'Grąžinti galima per 30 dienų.', own: true });

  const said = async (text) => (await bob.command('check', { text, lang: 'en' })).hints.map((h) => h.better);
  assert.equal((await said('you must sign it')).length, 1);
  await ona.command('settings.set', { name: 'phrase.en.per our terms', value: 'here is what we can do' });
  await ona.command('settings.set', { name: 'phrase.en.you must', value: '-' });
  await until('the new list', async () => (await said('you must sign it')).length === 0 && (await said('It is so, per our terms!'))[0] === 'here is what we can do', { every: 100 });
  await until('here, too', async () => (await ona.command('phrases', { lang: 'en' })).phrases[0].own, { every: 100 });
  const { phrases, own } = await ona.command('phrases', { lang: 'en' });
  assert.deepEqual(phrases[0], { say: 'per our terms', better: 'here is what we can do', own: true });
  assert.ok(phrases.length > 12 && !phrases.some((p) => p.say === 'you must'));
  assert.deepEqual(own, [{ lang: 'en', say: 'per our terms', better: 'here is what we can do' }, { lang: 'en', say: 'you must', better: '-' }]);
  await ona.command('settings.set', { name: 'phrase.en.you must' });
  await until('the list that ships', async () => (await said('you must sign it')).length === 1, { every: 100 });
});

test('a supervisor adds somebody, who sets a password, works, and is disabled', async (t) => {
  const s = await stage(t);
  const ona = await s.agent('ona', boss);
  assert.equal((await ona.command('people.put', { agent: 'cid', name: 'Cid', langs: 'lt,en', queues: 'general' })).created, true);
  const { token } = await ona.command('people.invite', { agent: 'cid' });
  const login = await fetch(`${s.gateway.url}/api/v1/invite`, { method: 'POST', headers: { Authorization: `Basic ${Buffer.from(`${token}:a long enough password`).toString('base64')}` } });
  assert.equal(login.status, 204);
  const cookie = login.headers.get('set-cookie').split(';')[0];
  const whoami = async () => fetch(`${s.gateway.url}/api/v1/session`, { headers: { cookie } });
  assert.deepEqual((await (await whoami()).json()).agent, { id: 'cid', name: 'Cid', supervisor: false });
  assert.equal((await ona.command('people.put', { agent: 'cid', supervisor: true })).created, false);
  assert.equal((await (await whoami()).json()).agent.supervisor, true);
  const cid = (await ona.command('people')).people.find((p) => p.id === 'cid');
  assert.deepEqual([cid.name, cid.langs, cid.supervisor, cid.disabled, cid.login], ['Cid', ['lt', 'en'], true, false, true]);
  assert.equal((await ona.request('people.put', { agent: 'ona', supervisor: false })).code, 'forbidden');
  assert.equal((await ona.request('people.put', { agent: 'eve', queues: 'nowhere' })).code, 'no_such_queue');
  await ona.command('people.disable', { agent: 'cid' });
  assert.equal((await whoami()).status, 401);
  assert.equal((await ona.command('settings.history')).changes[0].of, 'agent.cid');
});

test('new rights reach a dashboard that is open: it comes back with them', async (t) => {
  const s = await stage(t);
  const ona = await s.agent('ona', boss), bob = await s.agent('bob');
  assert.equal((await bob.request('people')).code, 'forbidden');
  await ona.command('people.put', { agent: 'bob', supervisor: true });
  assert.equal((await bob.closed).code, 1001);
  const again = await s.agent('bob');
  assert.ok((await again.command('people')).people.length >= 2);
});

test('past chats are found by words, visitor, category and date; and all of one visitor', async (t) => {
  const s = await stage(t);
  const ona = await s.agent('ona', boss);
  await ona.command('presence', { state: 'online' });
  const { visitor, chat } = await s.talk(ona, { text: 'Mano ŠAUKŠTAS sulūžo' });
  await visitor.tell('profile', { name: 'Rūta', email: 'ruta@example.org' });
  await ona.say(chat, 'Atsiųsime naują.');
  await ona.command('close', { chat, outcome: 'solved', category: 'product', need: 'a new spoon' });
  const found = async (query) => (await ona.command('search', { query })).search.hits.map((h) => h.chat);
  assert.deepEqual(await found({ q: 'saukstas nauja' }), [chat]);
  assert.deepEqual(await found({ q: 'spoon', who: 'ruta@example', category: 'product', outcome: 'solved', agent: 'ona' }), [chat]);
  assert.deepEqual(await found({ q: 'saukstas', category: 'returns' }), []);
  assert.deepEqual(await found({ to: 1000 }), []);
  const { search } = await ona.command('search', { query: {} });
  assert.deepEqual([search.next, search.looked, search.newest], [0, 1, 1]);
  const { visitor: who } = (await ona.command('watch', { chat })).handover;
  assert.deepEqual((await ona.command('history', { visitor: who.id })).chats.map((c) => [c.chat, c.category]), [[chat, 'product']]);
  assert.equal((await ona.refused({ type: 'search', id: 'when', query: { from: 'yesterday' } })).code, 'bad_argument');
});

test('a practice chat is the dashboard’s own: the wish is passed on, nothing is stored', async (t) => {
  const s = await stage(t);
  const ona = await s.agent('ona', boss), bob = await s.agent('bob');
  await bob.command('presence', { state: 'online' });
  const keys = async () => (await s.ops.cli('KEYS', '*')).filter((k) => !/lease|gateway|desk/.test(k)).sort();
  const before = await keys();
  await ona.command('practice', { agent: 'bob', dialogue: 'parcel' });
  assert.deepEqual(await bob.next('practice', (f) => f.type === 'practice'), { type: 'practice', play: 'parcel', by: 'Ona' });
  const turns = [['visitor', 'Hello "there"'], ['agent', 'Good day']];
  await bob.command('practice', { agent: 'bob', turns });
  assert.deepEqual((await bob.next('practice', (f) => f.type === 'practice' && typeof f.play !== 'string')).play, turns);
  assert.equal((await bob.request('practice', { agent: 'ona' })).code, 'forbidden');
  assert.equal((await ona.request('practice', { agent: 'bob', turns: [['agent', 'x']] })).code, 'bad_argument');
  assert.equal((await ona.request('practice', { agent: 'eve' })).code, 'no_such_agent');
  assert.deepEqual(await keys(), before);
});

test('vouchers go into the pool', async (t) => {
  const s = await stage(t);
  const ona = await s.agent('ona', boss);
  assert.equal((await ona.command('vouchers.add', { codes: ['SORRY-1', 'SORRY-2'] })).added, 2);
  assert.equal((await ona.command('vouchers.add', { codes: ['SORRY-2', 'SORRY-3'] })).added, 1);
  assert.deepEqual((await ona.command('vouchers')).vouchers, { left: 3, given: [] });
  assert.equal((await ona.refused({ type: 'vouchers.add', id: 'none', codes: [] })).code, 'bad_frame');
  assert.equal((await ona.request('vouchers.add', { codes: ['no good'] })).code, 'bad_argument');
});
