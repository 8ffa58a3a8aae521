// The commands for people: what they print, what they change, how they refuse; and fl_fsck against planted breaks.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, mid, SITE } from './redis.mjs';

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(async () => { await s.clear(); s.now = 0; });

const one = async (...call) => {
  const lines = await s.fl(...call);
  assert.equal(lines.length, 1, lines.join('\n'));
  return lines[0];
};

test('fl_help lists exactly what exists', async () => {
  const list = (await s.redis.call('FUNCTION', 'LIST', 'LIBRARYNAME', 'firstline'))[0];
  const exist = list[list.indexOf('functions') + 1].map(f => f[1]).filter(name => name.startsWith('fl_')).sort();
  const help = await s.fl('fl_help');
  assert.deepEqual(help.map(line => line.match(/^\S+/)[0]).sort(), exist);
  assert.match(help.find(l => l.startsWith('fl_chat')), /^fl_chat N +one chat/);
});

test('a wrong use is answered by the usage', async () => {
  assert.equal(await one('fl_chat'), 'error: usage: fl_chat N  (one chat: where it is, and its last 20 events)');
  assert.match(await one('fl_block', '10.0.0.1'), /^error: usage: fl_block IP HOURS/);
  assert.match(await one('fl_help', 'x'), /^error: usage: fl_help/);
  assert.equal(await one('fl_chat', 'x'), 'error: A chat is named by its number.');
  assert.equal(await one('fl_chat', '7'), 'error: There is no chat 7.');
  assert.match(await one('fl_version'), /^[1-9]\d*$/);
});

test('fl_status, fl_queue, fl_agents show who is where', async () => {
  assert.equal(await one('fl_queue'), 'nobody waits');
  assert.equal(await one('fl_agents'), 'no agents yet; add one with: firstline agent add NAME');
  assert.match((await s.fl('fl_status')).join('\n'), /gateway +none alive/);
  await s.work('ana', { capacity: 2, langs: 'lt,en' });
  await s.work('bob', { state: 'away', supervisor: true });
  await s.ok('agent_add', 'cid', '', '', '', '');
  await s.ok('agent_add', 'dee', '', '', '', '');
  await s.ok('agent_disable', 'dee');
  await s.serve(1, 'ana');
  await s.human(2, { profile: '{"name":"Žydrė"}', lang: 'lt' });
  await s.human(3);
  await s.redis.hset(`${SITE}:chat:3`, 'waiting_since', Date.now() - 48000);
  await s.say(4);
  const status = await s.fl('fl_status');
  assert.match(status[0], /^site     main, library \d+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  assert.deepEqual(status.slice(1, 5), ['agents   1 online, 1 away, 1 offline', 'waiting  2 chats (1 offered), longest 0:48', 'active   1 chat', 'unheard  1 chat']);
  assert.match(status[5], /^gateway  gw, pid 1, 1 socket, up 0:0\d$/);
  assert.equal(status[6], 'today    4 chats, 0 automatic answers, 1 joined by a person, 1 of them within 60 s');
  assert.deepEqual((await s.fl('fl_queue')).map(l => l.replace(/0:00/, '0:0-').replace(/ +$/, '')), [
    'chat  queue    waiting  lang  reason  offered to  visitor',
    '2     general  0:0-     lt    asked   ana         Žydrė',
    '3     general  0:48     en    asked   -           -'].sort((a, b) => a.startsWith('chat') ? -1 : b.startsWith('chat') ? 1 : a < b ? -1 : 1));
  assert.deepEqual(await s.fl('fl_agents'), [
    'agent  state     load    langs  queues   lease  name',
    'ana    online    2 of 2  lt,en  general  300 s  Ana',
    'bob    away      0 of 3  en     general  300 s  Bob (supervisor)',
    'cid    offline   0 of 4  -      general  -      cid',
    'dee    disabled  0 of 4  -      general  -      dee']);
  await s.sound();
});

test('fl_chat shows one chat and its events', async () => {
  await s.work('ana');
  await s.say(1, 'Where is my parcel, please? ' + 'x'.repeat(100), { profile: '{"name":"Eve"}' });
  await s.answer(1, 'parcel');
  await s.ok('helped', vid(1), 2, '0');
  await s.ok('accept', 'ana', 1);
  await s.agentSay('ana', 1, 'Hello\nEve');
  const lines = await s.fl('fl_chat', '1');
  assert.equal(lines[0], 'chat       1, active with ana');
  assert.equal(lines[1], `visitor    Eve, ${vid(1)}`);
  assert.equal(lines[3], 'waited     0:00, reason not_helped');
  assert.equal(lines[4], 'automatic  1 answer (parcel=no)');
  assert.match(lines[5], /^events     6, the last 0:00 ago$/);
  const events = lines.slice(6).map(l => l.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/, 'T'));
  assert.equal(events[0], '1  T  message  visitor: Where is my parcel, please? ' + 'x'.repeat(40) + '...');
  assert.deepEqual(events.slice(1), ['2  T  answer   parcel: It is so.', '3  T  helped   parcel did not help', '4  T  queued   general, not_helped', '5  T  joined   Ana', '6  T  message  ana: Hello Eve']);
});

test('fl_report adds up the days', async () => {
  await s.work('ana');
  await s.serve(1, 'ana');
  await s.ok('close', 'ana', 1, 'solved', 'other', '');
  await s.ok('rate', vid(1), 4, '');
  const yesterday = new Date(Date.now() - 86400000).toISOString().slice(0, 10);
  await s.redis.hset(`${SITE}:stats:${yesterday}`, 'chats', 9, 'joined', 3, 'within_60s', 1, 'closed_unsolved', 2, 'rated_count', 1, 'rated_sum', 5);
  const [head, ...rows] = (await s.fl('fl_report', '2')).map(line => line.split(/ +/));
  assert.deepEqual(head, ['day', 'chats', 'queued', 'joined', 'timed', 'in_time', 'in_time_pct', 'turns', 'solved', 'unsolved', 'solved_first', 'first_contact_pct', 'rated', 'score']);
  assert.deepEqual(rows, [
    [yesterday, '9', '0', '3', '0', '1', '-', '0', '0', '2', '0', '0.0', '1', '5.00'],
    [new Date().toISOString().slice(0, 10), '1', '1', '1', '1', '1', '100.0', '1', '1', '0', '1', '100.0', '1', '4.00'],
    ['sum', '10', '1', '4', '1', '2', '200.0', '1', '1', '2', '1', '33.3', '2', '4.50']]);
  assert.equal((await s.fl('fl_report')).length, 9);
  assert.equal(await one('fl_report', '93'), 'error: DAYS must be a whole number from 1 to 92.');
  assert.equal(await one('fl_report', '7', 'shop'), 'error: BY is day, agent, queue, category, faq or hour.');
  assert.equal(await one('fl_report', '7', 'faq'), 'nothing was counted');
  assert.match((await s.fl('fl_report', '7', 'agent'))[1], /^ana  Ana   1       1 /);
});

test('fl_set checks, changes, tells; fl_get shows', async () => {
  assert.equal(await one('fl_get', 'offer_s'), 'offer_s  30  an agent may accept an offered chat for this long (5 to 300, default 30)');
  const got = await s.heard(async () => assert.equal(await one('fl_set', 'offer_s', '045'), 'offer_s is now 45 (was 30)'));
  assert.deepEqual(got, [['config', 'settings']]);
  assert.equal(await s.redis.hget(`${SITE}:config`, 'offer_s'), '45');
  assert.equal(await one('fl_set', 'offer_s', '45'), 'offer_s stays 45');
  assert.equal(await one('fl_set', 'offer_s'), 'offer_s is now 30 (was 45)');
  assert.equal(await s.redis.exists(`${SITE}:config`), 0, 'a default is not stored');
  assert.equal(await one('fl_set', 'shop_name', 'Žalia "arbata"'), 'shop_name is now "Žalia "arbata"" (was "Demo shop")');
  assert.equal(await one('fl_set', 'queues', 'general , returns'), 'queues is now "general,returns" (was "general")');
  const all = await s.fl('fl_get');
  assert.equal(all.length, Object.keys(await s.json('settings')).length);
  assert.match(all.find(l => l.startsWith('queues')), /^queues +"general,returns" +departments, comma separated \(default "general"\)$/);
});

test('fl_set refuses what a setting cannot be', async () => {
  const refused = {
    'nonsense 1': 'error: there is no setting "nonsense"; fl_get lists them.',
    'offer_s 4': 'error: offer_s takes a whole number from 5 to 300.',
    'offer_s 30.5': 'error: offer_s takes a whole number from 5 to 300.',
    'offer_s -5': 'error: offer_s takes a whole number from 5 to 300.',
    'accent blue': 'error: accent takes a colour like #0b6bcb.',
    'queues a,a': 'error: queues names "a" twice.',
    'queues A': 'error: queues cannot hold "A".',
    'queues ,': 'error: queues takes 1 to 50 items, comma separated.',
    'hours [': 'error: hours takes a JSON object of at most 8000 bytes.',
    'hours {}': 'error: hours needs "tz", a time zone such as Europe/Vilnius.',
    'hours {"tz":"UTC"}': 'error: hours needs "week", an object of days such as "mon":["09:00-18:00"].',
    'hours {"tz":"UTC","week":{"monday":[]}}': 'error: hours has "week" with other days than mon tue wed thu fri sat sun.',
    'hours {"tz":"UTC","week":{"mon":"09:00-18:00"}}': 'error: hours has no list of spans for mon.',
    'hours {"tz":"UTC","week":{"mon":["9-18"]}}': 'error: hours has a span for mon that is not like "09:00-18:00".',
    'hours {"tz":"UTC","week":{},"dates":{"02-30":[]}}': 'error: hours takes at most 100 dates like "2026-12-24" or, each year, "12-24".',
    'hours {"tz":"UTC","week":{},"closed":["Christmas"]}': 'error: hours has in "closed" what is no date like "2026-12-24" or, each year, "12-24".',
    'hours {"tz":"UTC","week":{},"queues":{"returns":{"week":{"sat":["24:00-09:00"]}}}}': 'error: hours has a span for sat that is not like "09:00-18:00".',
    'default_lang de': 'error: default_lang takes one of languages: en,lt,bs,pl,fa,zh.',
    'languages lt,pl': 'error: languages must contain default_lang, en.',
    'languages en,english': 'error: languages cannot hold "english".',
    'default_lang english': 'error: default_lang takes a language like en.',
  };
  for (const [call, line] of Object.entries(refused)) assert.equal(await one('fl_set', ...call.split(' ')), line);
  assert.equal(await one('fl_set', 'shop_name', ''), 'error: shop_name takes 1 to 80 characters.');
  assert.equal(await one('fl_set', 'greeting', 'two\nlines'), 'error: greeting takes one line of text.');
  await s.fl('fl_set', 'queues', 'general,returns');
  await s.human(1, { queue: 'returns' });
  assert.equal(await one('fl_set', 'queues', 'general'), 'error: queues would drop returns, where 1 chat is waiting; empty it first.');
  assert.equal(await s.redis.exists(`${SITE}:config`), 1);
});

test('fl_close and fl_requeue, from every phase', async () => {
  await s.work('ana', { capacity: 5 });
  await s.say(1);
  await s.human(2);
  await s.serve(3, 'ana');
  assert.equal(await one('fl_requeue', '1'), 'chat 1 is back in queue general (was auto)');
  assert.equal((await s.chat(1)).phase, 'offered', 'and is offered to who is free');
  assert.equal(await one('fl_requeue', '2'), 'chat 2 is back in queue general (was offered with ana)');
  assert.equal((await s.chat(2)).phase, 'queued', 'not to the one who just had it');
  assert.equal(await one('fl_requeue', '2'), 'error: chat 2 already waits in queue general at place 1.');
  assert.equal(await one('fl_requeue', '3'), 'chat 3 is back in queue general (was active with ana)');
  assert.deepEqual((await s.events(3)).slice(-2).map(e => [e.kind, e.reason]), [['left', 'requeued'], ['queued', 'returned']]);
  assert.deepEqual(await s.redis.zrange(`${SITE}:queue:general`, 0, -1), ['3', '2'], 'in front');
  await s.sound();
  await s.ok('take', 'ana', 3);
  await s.say(4);
  for (const [n, was] of [[1, 'offered'], [2, 'queued'], [3, 'active'], [4, 'auto']]) assert.equal(await one('fl_close', String(n)), `chat ${n} closed (was ${was})`);
  assert.equal(await one('fl_close', '1'), 'error: chat 1 is already closed.');
  assert.equal(await one('fl_requeue', '1'), 'error: chat 1 is closed; the visitor\'s next message opens a new one.');
  assert.equal((await s.events(4)).at(-1).by, 'ops');
  await s.sound();
});

test('fl_away sends an agent away, chats and offers to the front', async () => {
  await s.work('ana', { capacity: 2 });
  await s.serve(1, 'ana');
  await new Promise(r => setTimeout(r, 3));
  await s.human(2);
  await s.human(3);
  const got = await s.heard(async () => assert.equal(await one('fl_away', 'ana'), 'ana is away; 2 chats went to the front of the queue'));
  assert.deepEqual(got.filter(([c]) => c === 'agent:ana').map(([, p]) => p).sort(), ['G 2 away', 'L 1 away', 'P away 2']);
  assert.deepEqual(await s.redis.zrange(`${SITE}:queue:general`, 0, -1), ['1', '2', '3']);
  assert.deepEqual((await s.events(1)).slice(-2).map(e => [e.kind, e.reason]), [['left', 'away'], ['queued', 'returned']]);
  assert.equal(await one('fl_away', 'ana'), 'ana is away; 0 chats went to the front of the queue');
  assert.equal(await one('fl_away', 'zoe'), 'error: There is no agent zoe.');
  await s.sound();
});

test('fl_drain, fl_block, fl_unblock', async () => {
  assert.equal(await one('fl_drain', 'gw'), 'error: no gateway "gw" is alive; there is none.');
  await s.ok('lease', 'gw', 0, 1);
  assert.equal(await one('fl_drain', 'other'), 'error: no gateway "other" is alive; there are: gw.');
  const got = await s.heard(async () => {
    assert.equal(await one('fl_drain', 'gw'), 'gateway gw was asked to drain');
    assert.match(await one('fl_block', '2001:DB8::7', '24'), /^2001:db8::7 is blocked for 24 hours, until \d{4}-.* UTC$/);
  });
  assert.deepEqual(got, [['gateway:gw', 'drain'], ['config', 'block 2001:db8::7']]);
  assert.ok(await s.redis.ttl(`${SITE}:blocked:2001:db8::7`) > 86390);
  for (const ip of ['256.1.1.1', '1.2.3', 'example', '1.2.3.4.5', ':::::x', '']) assert.match(await one('fl_block', ip, '1'), /is no IP address\.$/);
  for (const hours of ['0', '8761', 'long']) assert.equal(await one('fl_block', '1.2.3.4', hours), 'error: HOURS must be a whole number from 1 to 8760.');
  const freed = await s.heard(async () => assert.equal(await one('fl_unblock', '2001:db8::7'), '2001:db8::7 may come in again'));
  assert.deepEqual(freed, [['config', 'unblock 2001:db8::7']]);
  assert.equal(await one('fl_unblock', '2001:db8::7'), 'error: 2001:db8::7 is not blocked.');
});

test('fl_fsck finds every planted break, and fl_repair mends it or says what is left', async () => {
  const r = s.redis, at = key => `${SITE}:${key}`;
  const left = true; // a person must judge
  const plant = [
    [() => r.zrem(at('queue:general'), 2), 'chat 2: is queued but in no place instead of queue general'],
    [() => r.zadd(at('queue:general'), 1, 1), 'chat 1: is auto but in queue general and unheard'],
    [() => r.zadd(at('offers'), 1, 2), 'chat 2: is queued but in queue general and offers instead of queue general'],
    [() => r.zrem(at('active'), 4), 'chat 4: is active but in no place instead of active'],
    [() => r.srem(at('agent:ana:chats'), 4), ['agent ana: load is 2 but it holds 1 chat', 'chat 4: is active with ana but held by nobody']],
    [() => r.hset(at('chat:4'), 'agent', 'bob'), 'chat 4: is active with bob but held by ana'],
    [() => r.hset(at('chat:3'), 'offered_to', 'bob'), 'chat 3: is offered with bob but held by ana'],
    [() => r.hset(at('agent:ana'), 'load', 7), 'agent ana: load is 7 but it holds 2 chats'],
    [() => r.hset(at('agent:ana'), 'state', 'asleep'), 'agent ana: state is asleep, not online or away'],
    [() => r.hset(at('agent:ana'), 'disabled', 1), 'agent ana: is disabled but holds 2 chats', left],
    [() => r.zrem(at('leases'), 'ana'), 'agent ana: holds 2 chats without a lease'],
    [() => r.sadd(at('agents'), 'ghost'), 'agent ghost: is listed but does not exist'],
    [() => r.hset(at('chat:1'), 'phase', 'lost'), 'chat 1: has the unknown phase lost', left],
    [() => r.hset(at('chat:5'), 'phase', 'queued'), 'chat 5: is queued but in no place instead of queue general'],
    [() => r.del(at('chat:5')), 'chat 5: does not exist, but pieces of it are left', left],
    [() => r.zadd(at('queue:general'), 5, 99), 'chat 99: is in queue general but does not exist'],
    [() => r.xdel(at('chat:4:log'), '2-0'), 'chat 4: seq is 3 but the transcript has 2 events', left],
    [() => r.xtrim(at('chat:4:log'), 'MAXLEN', 2), ['chat 4: seq is 3 but the transcript has 2 events', 'chat 4: the transcript runs from 2-0 to 3-0 instead of 1-0 to 3-0'], left],
    [() => r.hset(at('chat:1'), 'seq', 9), ['chat 1: seq is 9 but the transcript has 1 event', 'chat 1: the transcript runs from 1-0 to 1-0 instead of 1-0 to 9-0']],
    [() => r.hset(at('chat:1:mids'), 'v:planted-1', 5), 'chat 1: v:planted-1 points to event 5, which is not there'],
    [() => r.hset(at('chat:4:mids'), 'n:ana:planted', '1-1'), 'chat 4: n:ana:planted points to a note that is not there'],
    [() => r.del(at(`visitor:${vid(1)}`)), 'chat 1: its visitor does not exist'],
    [() => r.hset(at(`visitor:${vid(1)}`), 'chat', 2), 'chat 1: is auto although the visitor has the newer chat 2'],
    [() => r.hset(at('chat:4'), 'human', 0), 'chat 4: is with a person, yet automatic answers are not shut off'],
    [async () => { await r.del(at('chat:1:mids')); await r.set(at('chat:1:mids'), 'x'); }, `chat 1: key ${at('chat:1:mids')} is a string where a hash belongs`, left],
    [() => r.sadd(at('agent:bob:chats'), 99), ['chat 99: is held by bob but does not exist', 'agent bob: load is 0 but it holds 1 chat']],
    [() => r.sadd(at('agent:bob:chats'), 1), 'chat 1: is auto but held by bob'],
    [() => r.zadd(at('unheard'), 1, 4), 'chat 4: is active but in active and unheard instead of active'],
    [() => r.hset(at('chat:4'), 'offered_to', 'bob'), 'chat 4: is active yet offered to bob'],
    [() => r.hset(at('chat:2'), 'queue', 'gone'), 'chat 2: is queued but in queue general instead of queue gone', left],
    [() => r.persist(at('chat:5:mids')), 'chat 5: is closed but its mids never go'],
    [() => r.expire(at('chat:1:mids'), 100), 'chat 1: is auto but its mids go in 100 s'],
  ];
  await s.work('ana', { capacity: 1 });
  await s.work('bob', { state: 'away' });
  await s.say(1);
  await s.human(2);
  await s.human(3);
  await s.ok('presence', 'ana', 'online', 5);
  for (const n of [2, 3]) if ((await s.chat(n)).phase === 'offered') await s.ok('decline', 'ana', n);
  await s.human(3);
  await s.serve(4, 'ana');
  await s.agentSay('ana', 4, 'Hi');
  await s.say(5);
  await s.ok('visitor_end', vid(5));
  await s.redis.hset(`${SITE}:chat:3`, 'passed:ana', 0);
  await s.ok('tick', 'gw');
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map(async n => (await s.chat(n)).phase)), ['auto', 'queued', 'offered', 'active', 'closed']);
  await s.sound();
  const keys = await s.keys();
  const whole = await Promise.all(keys.map(async key => [key, await r.dumpBuffer(key), Math.max(0, await r.pttl(key))]));
  assert.deepEqual(await s.fl('fl_repair'), ['ok: 0 faults mended, 0 left in 5 chats']);
  assert.deepEqual(await s.fl('fl_fsck', 'repair'), [`error: fl_fsck only reads; to mend: FCALL fl_repair 1 ${SITE}.`]);
  for (const [act, expected, judged] of plant) {
    await act();
    const lines = await s.fl('fl_fsck');
    for (const line of [expected].flat()) assert.ok(lines.includes(line), `not found: ${line}\n${lines.join('\n')}`);
    assert.match(lines.at(-1), /^[1-9]\d* faults? in \d+ chats/);
    const mended = await s.fl('fl_repair');
    const after = await s.fl('fl_fsck');
    if (judged) {
      for (const line of [expected].flat()) assert.ok(mended.includes(line) && after.includes(line), `not told as left: ${line}\n${mended.join('\n')}`);
      assert.match(mended.at(-1), /^\d+ faults? mended, [1-9]\d* left in \d+ chats/);
    } else {
      for (const line of [expected].flat().slice(0, 1)) assert.ok(mended.includes(`mended: ${line}`), `not mended: ${line}\n${mended.join('\n')}`);
      assert.match(mended.at(-1), /^ok: [1-9]\d* faults? mended, 0 left in \d+ chats/);
      assert.match(after.at(-1), /^ok/);
    }
    await r.flushall();
    for (const [key, value, ttl] of whole) await r.restore(key, ttl, value);
  }
  await s.sound();
});

test('fl_fsck goes through a part when asked', async () => {
  for (let i = 1; i <= 5; i++) await s.say(i);
  assert.equal(await one('fl_fsck'), 'ok: 5 chats checked');
  assert.equal(await one('fl_fsck', '2', '3'), 'ok: 3 chats checked (numbers 2 to 4 of 5)');
  await s.human(1);
  for (let i = 6; i <= 2101; i++) await s.say(i);
  assert.equal(await one('fl_fsck'), 'ok: 2001 chats checked (the newest, and all that wait or are served; older ones with FROM)');
  await s.redis.hset(`${SITE}:chat:1`, 'seq', 7);
  assert.equal((await s.fl('fl_fsck'))[0], 'chat 1: seq is 7 but the transcript has 2 events', 'an old chat that waits is looked at');
  assert.match(await one('fl_fsck', 'x'), /^error: FROM must be/);
});

test('ops commands need the site as their key', async () => {
  await assert.rejects(s.redis.call('FCALL_RO', 'fl_status', 0), /give one key, the site in braces/);
  await assert.rejects(s.redis.call('FCALL_RO', 'fl_status', 1, 'main'), /give one key/);
});
