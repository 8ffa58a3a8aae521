// The shop's own: settings, FAQ set, accounts of agents, blocked addresses.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, hash, SITE, T0 } from './redis.mjs';

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

test('settings: all defaults, changed ones merged, broken ones as their default', async () => {
  const defaults = await s.json('settings');
  assert.deepEqual(defaults, { answers_max: 2, answers_gap_s: 60, quiet_ms: 2500, unheard_ms: 10000, offer_s: 30, clock_s: 60, lease_s: 25, say_per_10s: 20, heartbeat_s: 15,
    shop_name: 'Demo shop', accent: '#0b6bcb', languages: 'en,lt,bs,pl,fa,zh', default_lang: 'en', queues: 'general',
    categories: 'delivery,returns,payment,product,account,other', greeting: '',
    wait_first_s: 30, wait_second_s: 60, wait_sorry_s: 180, surge_waiting: 5, surge_wait_s: 180, transfers_alert: 3, voucher_text: '',
    hours: '', faq_top: '',
    ask_record: 1, ask_rating: 2, ask_wishes: 'answer,refund,replacement,delivery', followup_h: 24, followup_categories: '', remind_s: 900, feed_max: 10000, keep_days: 730 });
  await s.fl('fl_set', 'offer_s', '45');
  await s.redis.hset(`${SITE}:config`, 'clock_s', 'soon', 'queues', ',,', 'unknown', 'x');
  assert.deepEqual(await s.json('settings'), { ...defaults, offer_s: 45 });
});

test('the FAQ set is replaced as a whole, under a revision', async () => {
  assert.deepEqual(await s.ro('faq_all'), ['0', '[]']);
  const got = await s.heard(async () => assert.deepEqual(await s.ok('faq_put', '0', 2, 'b', '{"id":"b"}', 'a', '{"id":"a"}'), ['1']));
  assert.deepEqual(got, [['config', 'faq 1']]);
  assert.deepEqual(await s.ro('faq_all'), ['1', '[{"id":"a"},{"id":"b"}]']);
  await s.no('moved_on', 'faq_put', '0', 1, 'c', '{}');
  assert.deepEqual(await s.ok('faq_put', '', 1, 'c', '{"id":"c"}'), ['2']);
  assert.deepEqual(await s.ro('faq_all'), ['2', '[{"id":"c"}]']);
  for (const args of [['', 2, 'a', '{}'], ['', 1, 'a b', '{}'], ['', 2, 'a', '{}', 'a', '{}'], ['', 1, 'a', 'x'], ['', 'x'], ['', 5001], ['', 1, 'a', `{"x":"${'y'.repeat(65536)}"}`]]) {
    await s.no('bad_argument', 'faq_put', ...args);
  }
  assert.deepEqual(await s.ok('faq_put', '2', 0), ['3']);
  assert.deepEqual(await s.ro('faq_all'), ['3', '[]']);
});

test('a FAQ set of 5,000 entries goes in and comes out', async () => {
  const entries = Array.from({ length: 5000 }, (_, i) => [`e${String(i).padStart(4, '0')}`, `{"id":${i}}`]);
  await s.ok('faq_put', '', entries.length, ...entries.flat());
  assert.deepEqual(JSON.parse((await s.ro('faq_all'))[1]), entries.map(([, json]) => JSON.parse(json)));
});

test('agents are added, changed, disabled, enabled again', async () => {
  assert.deepEqual(await s.ok('agent_add', 'ana', 'Ana K.', 'lt,en', '', '1'), ['1']);
  assert.deepEqual(await s.ok('agent_add', 'ana', '', 'lt', '', ''), ['0']);
  assert.deepEqual(await s.json('agent_list'), [{ id: 'ana', name: 'Ana K.', state: 'offline', load: 0, capacity: 4, langs: ['lt'], queues: ['general'], supervisor: true, disabled: false, login: false }]);
  await s.ok('agent_disable', 'ana');
  assert.equal((await s.json('agent_list'))[0].disabled, true);
  await s.ok('agent_add', 'ana', '', '', '', '');
  assert.equal((await s.json('agent_list'))[0].disabled, false);
  await s.no('no_such_queue', 'agent_add', 'bob', 'Bob', '', 'nowhere', '');
  await s.no('bad_argument', 'agent_add', 'Bob', 'Bob', '', '', '');
  await s.no('bad_argument', 'agent_add', 'bob', 'x'.repeat(81), '', '', '');
  await s.no('bad_argument', 'agent_add', 'bob', '', '12', '', '');
  await s.no('bad_argument', 'agent_add', 'bob', '', '', '', 'yes');
  await s.no('no_such_agent', 'agent_disable', 'zoe');
});

test('disabling gives chats back, ends sessions, logs out', async () => {
  await s.work('ana', { capacity: 2 });
  await s.ok('session_put', hash(1), 'ana');
  await s.serve(1, 'ana');
  s.now += 1;
  await s.human(2);
  const got = await s.heard(() => s.ok('agent_disable', 'ana'));
  assert.deepEqual(got.filter(([c]) => c === 'agent:ana').map(([, p]) => p).sort(), ['G 2 away', 'L 1 away', 'X']);
  assert.deepEqual(await s.redis.zrange(`${SITE}:queue:general`, 0, -1), ['1', '2']);
  await s.no('gone', 'session_get', hash(1));
  await s.no('forbidden', 'invite_put', 'ana', hash(2));
  await s.no('forbidden', 'session_put', hash(3), 'ana');
  await s.no('forbidden', 'home', 'ana');
  await s.sound();
});

test('an invitation sets a password once, and ends older sessions', async () => {
  await s.ok('agent_add', 'ana', '', '', '', '');
  await s.no('unknown', 'login', 'ana');
  await s.ok('session_put', hash(9), 'ana');
  await s.ok('invite_put', 'ana', hash(1));
  assert.ok(await s.redis.ttl(`${SITE}:invite:${hash(1)}`) > 172700);
  await s.no('bad_argument', 'invite_use', hash(1), 'short');
  const got = await s.heard(async () => assert.deepEqual(await s.ok('invite_use', hash(1), '$argon2id$hash'), ['ana']));
  assert.deepEqual(got, [['agent:ana', 'X']]);
  assert.deepEqual(await s.ro('login', 'ana'), ['$argon2id$hash']);
  await s.no('gone', 'session_get', hash(9));
  await s.no('invite_gone', 'invite_use', hash(1), '$argon2id$other');
  await s.no('invite_gone', 'invite_use', hash(7), '$argon2id$other');
  await s.no('no_such_agent', 'invite_put', 'zoe', hash(1));
  await s.no('bad_argument', 'invite_put', 'ana', 'token');
  await s.ok('invite_put', 'ana', hash(2));
  await s.ok('agent_disable', 'ana');
  await s.no('invite_gone', 'invite_use', hash(2), '$argon2id$other');
  await s.no('unknown', 'login', 'ana');
  await s.no('unknown', 'login', 'zoe');
});

test('sessions: kept, slid, ended', async () => {
  await s.ok('agent_add', 'ana', 'Ana', 'lt', '', '1');
  await s.ok('session_put', hash(1), 'ana');
  assert.deepEqual(await s.ok('session_get', hash(1)), ['ana', 'Ana', 'lt', 'general', '1']);
  await s.redis.expire(`${SITE}:session:${hash(1)}`, 600);
  await s.ok('session_get', hash(1));
  assert.ok(await s.redis.ttl(`${SITE}:session:${hash(1)}`) > 43100, 'used: 12 h from now');
  await s.ok('session_del', hash(1));
  await s.ok('session_del', hash(1));
  await s.no('gone', 'session_get', hash(1));
  await s.no('no_such_agent', 'session_put', hash(1), 'zoe');
  await s.no('bad_argument', 'session_get', 'cookie');
  assert.equal(await s.redis.exists(`${SITE}:agent:ana:sessions`), 0);
  await s.ok('session_put', hash(2), 'ana');
  await s.redis.del(`${SITE}:session:${hash(2)}`);
  await s.ok('session_put', hash(3), 'ana');
  assert.deepEqual(await s.redis.smembers(`${SITE}:agent:ana:sessions`), [hash(3)], 'ended ones are forgotten');
});

test('blocked addresses', async () => {
  assert.deepEqual(await s.ro('blocked', '10.0.0.1'), ['0']);
  await s.fl('fl_block', '10.0.0.1', '2');
  assert.deepEqual(await s.ro('blocked', '10.0.0.1'), ['1']);
  await s.no('bad_argument', 'blocked', '');
});

test('counters go to the UTC day of the event, through month ends and leap days', async () => {
  const days = { '2026-11-22': T0, '2027-01-01': Date.UTC(2027, 0, 1), '2028-02-29': Date.UTC(2028, 1, 29, 23, 59, 59, 999), '2028-03-01': Date.UTC(2028, 2, 1), '2026-12-31': Date.UTC(2026, 11, 31, 12), '2100-02-28': Date.UTC(2100, 1, 28) };
  for (const [day, at] of Object.entries(days)) {
    s.now = at;
    await s.say(at % 1000003);
    assert.equal(await s.redis.hget(`${SITE}:stats:${day}`, 'chats'), '1', day);
  }
  const ttl = await s.redis.ttl(`${SITE}:stats:2026-11-22`);
  assert.ok(ttl > 399 * 86400 && ttl <= 400 * 86400);
});
