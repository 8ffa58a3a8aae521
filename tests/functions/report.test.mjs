// Reports: hand-made days with known answers; the shop's own days; and the same numbers counted independently from transcripts.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { start, vid, SITE, T0 } from './redis.mjs';

const DAY = 86400000;
let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

const report = (more = {}) => s.json('report', more.as ?? '', more.from ?? '', more.to ?? '', more.by ?? '', 'json');
const row = (r, by, id = '', day = '') => r.rows.find(x => x.by === by && x.id === id && x.day === day);
/** The row's figures with these names. */
const figures = (r, ...names) => Object.fromEntries(names.map(name => [name, r[name]]));
const at = ms => { s.now = T0 + ms; };
const SECOND = 1000, MINUTE = 60 * SECOND;

/** A morning with four chats, each moment chosen by hand. */
async function morning() {
  await s.fl('fl_set', 'queues', 'general,returns');
  await s.work('ana', { queues: 'general,returns', state: 'away' });
  await s.work('bob', { queues: 'general,returns', state: 'away' });
  await s.work('eva', { queues: 'general', supervisor: true, state: 'away' });
  const lease = () => s.ok('lease', 'gw', 1, 1, 'ana', 300000, 'bob', 300000, 'eva', 300000);
  // Chat 1: an automatic answer that did not help, 20 s in the queue, words 10 s after joining, solved after 4 min; rated 5 with words.
  await s.say(1, 'Where is it?');
  await s.answer('1', 'parcel');
  at(30 * SECOND);
  await s.ok('helped', vid(1), 2, '0');
  at(50 * SECOND);
  await s.ok('take', 'ana', 1);
  at(60 * SECOND);
  await s.agentSay('ana', 1, 'Good day');
  await s.agentSay('ana', 1, 'Let me look');
  at(290 * SECOND);
  await lease();
  await s.ok('close', 'ana', 1, 'solved', 'delivery', 'a date');
  await s.ok('rate', vid(1), 5, 'So quick!');
  // Chat 2: 90 s in the queue, handed over after 30 s without a word, joined by bob 40 s later, words after 20 s, unsolved; rated 1.
  at(300 * SECOND);
  await s.human(2, { queue: 'returns' });
  at(390 * SECOND);
  await s.ok('take', 'ana', 2);
  at(420 * SECOND);
  await s.ok('transfer', 'ana', 2, 'queue', 'general', 'knows refunds', '');
  at(460 * SECOND);
  await s.ok('take', 'bob', 2);
  at(480 * SECOND);
  await s.agentSay('bob', 2, 'Hello');
  at(560 * SECOND);
  await lease();
  await s.ok('close', 'bob', 2, 'unsolved', 'returns', 'A  refund ');
  await s.ok('rate', vid(2), 1, 'No money back');
  // Chat 3: leaves after 10 s of waiting.
  at(600 * SECOND);
  await s.human(3);
  at(610 * SECOND);
  await s.ok('visitor_end', vid(3));
  // Chat 4: joined after exactly 60 s; the visitor ends it after another 30 s, nothing is recorded.
  at(620 * SECOND);
  await s.human(4);
  at(680 * SECOND);
  await s.ok('take', 'bob', 4);
  at(710 * SECOND);
  await s.ok('visitor_end', vid(4));
}

test('a morning made by hand: every figure has its known value', async () => {
  await morning();
  const r = await report();
  assert.deepEqual([r.from, r.to, r.today, r.clock_s], ['2026-11-16', '2026-11-22', '2026-11-22', 60]);
  const { by, id, name, day, ...shop } = row(r, 'shop');
  assert.deepEqual(shop, {
    chats: 4, queued: 4, joined: 3, timed: 3, in_time: 2, in_time_pct: 66.7, wait_s: 56.7, // (20 + 90 + 60) / 3
    response_s: 105, // (30 + 180) / 2: from coming to wait to a person's first words
    reply_s: 15, // (10 + 20) / 2
    turns: 4, handling_s: 100, // (240 + 30 + 100 + 30) / 4
    solved: 1, unsolved: 1, unrecorded: 1, solved_first: 1, first_contact_pct: 50, rated: 2, score: 3, praise: 1, complaints: 1, transfers: 1,
    missed: 0, declined: 0, promises_kept: 0, promises_broken: 0, abandoned: 1, unanswered: 0, answers: 1, helped: 0, not_helped: 1 });
  assert.deepEqual(row(r, 'shop', '', '2026-11-22'), { ...row(r, 'shop'), day: '2026-11-22' });
  const names = ['joined', 'timed', 'in_time', 'wait_s', 'reply_s', 'turns', 'handling_s', 'solved', 'unsolved', 'unrecorded', 'solved_first', 'rated', 'score', 'praise', 'complaints', 'transfers'];
  assert.deepEqual(figures(row(r, 'agent', 'ana'), ...names), { joined: 2, timed: 2, in_time: 1, wait_s: 55, reply_s: 10, turns: 2, handling_s: 135, solved: 1, unsolved: 0,
    unrecorded: 0, solved_first: 1, rated: 1, score: 5, praise: 1, complaints: 0, transfers: 1 });
  assert.deepEqual(figures(row(r, 'agent', 'bob'), ...names), { joined: 2, timed: 1, in_time: 1, wait_s: 60, reply_s: 20, turns: 2, handling_s: 65, solved: 0, unsolved: 1,
    unrecorded: 1, solved_first: 0, rated: 1, score: 1, praise: 0, complaints: 1, transfers: 0 });
  assert.equal(row(r, 'agent', 'eva'), undefined, 'who did nothing has no row');
  assert.deepEqual(figures(row(r, 'queue', 'returns'), 'chats', 'queued', 'joined', 'in_time', 'wait_s', 'turns', 'transfers', 'unsolved'),
    { chats: 1, queued: 1, joined: 1, in_time: 0, wait_s: 90, turns: 1, transfers: 1, unsolved: 0 });
  assert.deepEqual(figures(row(r, 'queue', 'general'), 'chats', 'joined', 'in_time', 'abandoned', 'response_s', 'unsolved'),
    { chats: 3, joined: 2, in_time: 2, abandoned: 1, response_s: 105, unsolved: 1 });
  assert.deepEqual(figures(row(r, 'category', 'returns'), 'solved', 'unsolved', 'complaints', 'score'), { solved: 0, unsolved: 1, complaints: 1, score: 1 });
  assert.deepEqual(figures(row(r, 'faq', 'parcel'), 'answers', 'helped', 'not_helped'), { answers: 1, helped: 0, not_helped: 1 });
  assert.deepEqual(figures(row(r, 'hour', '10'), 'chats', 'joined', 'in_time'), { chats: 4, joined: 3, in_time: 2 });
  assert.deepEqual(r.causes, [{ category: 'returns', need: 'A refund', n: 1 }]);
  assert.deepEqual(r.complaints.map(c => [c.chat, c.agent, c.need, c.score, c.text, c.outcome]), [[2, 'bob', 'A  refund ', 1, 'No money back', 'unsolved']]);
  assert.deepEqual(r.praise.map(p => [p.chat, p.agent, p.text]), [[1, 'ana', 'So quick!']]);
  await s.sound();
});

test('JSON, CSV and redis-cli show the same numbers, for every kind', async () => {
  await morning();
  const now = await s.redis.time(); // fl_report has no time of its own: the counters stand on today, too
  const today = new Date(now[0] * 1000).toISOString().slice(0, 10);
  if (today !== '2026-11-22') await s.redis.copy(`${SITE}:stats:2026-11-22`, `${SITE}:stats:${today}`);
  for (const by of ['shop', 'agent', 'queue', 'category', 'faq', 'hour']) {
    const { rows, columns } = await report({ from: today, to: today, by });
    const [head, ...lines] = (await s.ok('report', '', today, today, by, 'csv'))[0].trimEnd().split('\r\n').map(line => line.split(','));
    assert.deepEqual(head, ['day', 'by', 'id', 'name', ...columns]);
    assert.deepEqual(lines.map(cells => Object.fromEntries(cells.map((cell, i) => [head[i], cell]).filter(([name, cell], i) => i < 4 || cell !== ''))
    ).map(cells => ({ ...cells, day: cells.day === 'sum' ? '' : cells.day })).map(cells => Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, columns.includes(name) ? Number(cell) : cell]))),
    rows, `${by}: CSV and JSON`);
    const [titles, ...table] = (await s.fl('fl_report', '1', by === 'shop' ? 'day' : by)).map(line => line.split(/ {2,}/));
    const sums = rows.filter(r => r.day === '');
    assert.equal(table.length, by === 'shop' ? 2 : sums.length);
    for (const cells of table) {
      const shown = Object.fromEntries(cells.map((cell, i) => [titles[i], cell]));
      const wanted = by === 'shop' ? rows.find(r => r.day === (shown.day === 'sum' ? '' : shown.day)) : sums.find(r => r.id === shown.id);
      for (const title of titles.filter(title => columns.includes(title))) assert.equal(shown[title] === '-' ? undefined : Number(shown[title]), wanted[title], `${by} ${title}`);
      for (const name of columns) if (!titles.includes(name)) assert.ok(!wanted[name], `${by} ${name} is not shown, yet it is ${wanted[name]}`);
    }
  }
});

test('a day is the shop’s own: the gateway tells how far its clock is ahead; days that were stay', async () => {
  at(11.5 * 60 * MINUTE); // 21:30 UTC
  await s.say(1);
  await s.ok('tick', 'gw', '10800'); // 00:30 in the shop
  await s.say(2);
  const r = await report({ by: 'shop' });
  assert.equal(r.today, '2026-11-23');
  assert.deepEqual(r.rows.filter(x => x.chats).map(x => [x.day, x.chats]), [['2026-11-22', 1], ['2026-11-23', 1], ['', 2]]);
  assert.deepEqual((await report({ by: 'hour' })).rows.filter(x => x.day === '').map(x => [x.id, x.chats]), [['00', 1], ['21', 1]]);
  await s.ok('tick', 'gw', '-18000');
  assert.equal((await report()).today, '2026-11-22');
  await s.ok('tick', 'gw', '');
  assert.equal(await s.redis.get(`${SITE}:offset`), '-18000');
  for (const offset of ['x', '86401', '1.5']) await s.no('bad_argument', 'tick', 'gw', offset);
});

test('automatic time is nobody’s: a night in the queue and what a machine said count for no person', async () => {
  await s.work('ana', { state: 'away' });
  await s.say(1, 'Is anybody there?');
  await s.answer('1', 'hours');
  await s.ok('enqueue', 1, 'closed_hours', 0);
  at(12 * 60 * MINUTE);
  await s.ok('take', 'ana', 1);
  at(12 * 60 * MINUTE + 30 * SECOND);
  await s.ok('lease', 'gw', 1, 1, 'ana', 300000);
  await s.agentSay('ana', 1);
  // Taken before it ever waited, after an automatic answer: the clock begins with the person.
  await s.say(2, 'And here?');
  at(12 * 60 * MINUTE + 2 * MINUTE);
  await s.answer('2', 'hours');
  at(12 * 60 * MINUTE + 3 * MINUTE);
  await s.ok('take', 'ana', 2);
  at(12 * 60 * MINUTE + 3 * MINUTE + 5 * SECOND);
  await s.agentSay('ana', 2);
  const r = await report();
  assert.deepEqual(figures(row(r, 'agent', 'ana'), 'joined', 'timed', 'in_time', 'wait_s', 'reply_s'), { joined: 2, timed: 1, in_time: 1, wait_s: 0, reply_s: 17.5 });
  assert.deepEqual(figures(row(r, 'shop'), 'joined', 'timed', 'response_s', 'answers'), { joined: 2, timed: 1, response_s: 5, answers: 2 });
});

test('missed and declined offers, a lost agent, a takeover: each counts where it belongs, and a chat once for each person', async () => {
  await s.work('ana', { capacity: 1 });
  await s.human(1);
  for (const seconds of [15, 30, 45, 62]) {
    at(seconds * SECOND);
    await s.ok('lease', 'gw', 1, 1, 'ana', 300000);
    await s.ok('tick', 'gw', '');
  }
  at(70 * SECOND);
  await s.ok('decline', 'ana', 1);
  await s.ok('take', 'ana', 1);
  await s.work('eva', { supervisor: true, state: 'away' });
  at(100 * SECOND);
  await s.ok('take', 'eva', 1);
  at(110 * SECOND);
  await s.ok('transfer', 'eva', 1, 'agent', 'ana', 'yours after all', '');
  await s.ok('accept', 'ana', 1);
  at(120 * SECOND);
  await s.ok('lease', 'gw', 1, 1, 'ana', '=0');
  await s.ok('tick', 'gw', '');
  const r = await report();
  assert.deepEqual(figures(row(r, 'agent', 'ana'), 'joined', 'missed', 'declined', 'turns', 'handling_s', 'transfers'), { joined: 1, missed: 1, declined: 1, turns: 2, handling_s: 20, transfers: 0 });
  assert.deepEqual(figures(row(r, 'agent', 'eva'), 'joined', 'turns', 'handling_s', 'transfers'), { joined: 1, turns: 1, handling_s: 10, transfers: 1 });
  assert.equal(row(r, 'shop').joined, 1);
  await s.sound();
});

test('a supervisor sees all, an agent their own; days and kinds are checked', async () => {
  await morning();
  const all = await report({ as: 'eva' });
  assert.deepEqual(all.rows, (await report()).rows);
  const own = await report({ as: 'ana', by: 'shop' });
  assert.ok(own.rows.length > 0 && own.rows.every(r => r.by === 'agent' && r.id === 'ana'));
  assert.deepEqual([own.complaints, own.causes, own.praise.length], [[], [], 1]);
  assert.deepEqual((await report({ as: 'bob' })).praise, []);
  await s.no('no_such_agent', 'report', 'zoe', '', '', '', 'json');
  for (const args of [['2026-02-30', ''], ['2026-11-2', ''], ['', 'x'], ['2026-11-23', '2026-11-22'], ['2026-08-22', '2026-11-22']]) await s.no('bad_argument', 'report', '', ...args, '', 'json');
  await s.no('bad_argument', 'report', '', '', '', 'weather', 'json');
  await s.no('bad_argument', 'report', '', '', '', '', 'xml');
  const r = await report({ from: '2024-02-28', to: '2024-03-01', by: 'shop' });
  assert.deepEqual(r.rows.map(x => x.day), ['2024-02-28', '2024-02-29', '2024-03-01', '']);
});

test('what a spreadsheet would take for a formula or a second cell stays text', async () => {
  await s.ok('agent_add', 'ana', '=HYPERLINK("x")', 'en', '', '1');
  await s.ok('agent_add', 'bob', 'Bob, "the" Builder', 'en', '', '1');
  for (const id of ['ana', 'bob']) await s.redis.hincrby(`${SITE}:stats:2026-11-22`, `agent:${id}:joined`, 1);
  const lines = (await s.ok('report', '', '2026-11-22', '2026-11-22', 'agent', 'csv'))[0].split('\r\n');
  assert.match(lines[1], /^2026-11-22,agent,ana,"'=HYPERLINK\(""x""\)",/);
  assert.match(lines[2], /^2026-11-22,agent,bob,"Bob, ""the"" Builder",/);
});

test('praise reaches the agent at once, and is there later', async () => {
  await s.work('ana');
  const chat = await s.serve(1, 'ana');
  await s.ok('close', 'ana', chat, 'solved', 'other', '');
  const heard = await s.heard(() => s.ok('rate', vid(1), 5, 'Thank "you"'));
  assert.deepEqual(JSON.parse(heard.find(([channel, line]) => channel === 'agent:ana' && line.startsWith('D 1 '))[1].slice(4)), { type: 'praise', chat: 1, name: '', text: 'Thank "you"' });
  assert.deepEqual((await report({ as: 'ana' })).praise.map(p => [p.chat, p.text]), [[1, 'Thank "you"']]);
  assert.deepEqual((await s.json('home', 'ana')).praise.map(p => [p.chat, p.text]), [[1, 'Thank "you"']], 'and at the next visit');
});

test('random work: the report equals a count made independently from the feed', async () => {
  let seed = Number(process.env.FIRSTLINE_SEED ?? 7);
  const dice = n => (seed = (seed * 48271) % 2147483647) % n;
  for (const id of ['ana', 'bob', 'eva']) await s.work(id, { supervisor: id === 'eva', capacity: 4 });
  const tell = async (name, ...args) => (await s.raw(name, ...args))[0] === 'ok';
  const open = async () => (await s.redis.get(`${SITE}:next_chat`)) ?? 1;
  for (let i = 0; i < 1500; i++) {
    s.now += dice(40) * SECOND;
    if (i % 5 === 0) await s.ok('lease', 'gw', 1, 1, 'ana', 300000, 'bob', 300000, 'eva', 300000);
    if (i % 3 === 0) await s.ok('tick', 'gw', i > 700 ? '7200' : '3600');
    const newest = Number(await open()), chat = Math.max(1, newest - dice(12));
    const { agent: owner, offered_to: asked } = await s.chat(chat);
    const agent = dice(3) && (owner || asked) || ['ana', 'bob', 'eva'][dice(3)], visitor = vid(1 + dice(12));
    await [() => s.raw('visitor_say', visitor, `mid-${i}-aaaa`, `{"from":"visitor","text":"t","mid":"mid-${i}-aaaa"}`, 't', 'en', '', '', ''),
      () => s.raw('visitor_human', visitor, `mid-${i}-bbbb`, 'en', '', '', ''), () => s.answer(String(newest), 'parcel'), () => tell('accept', agent, chat), () => tell('accept', agent, chat),
      () => tell('take', agent, chat), () => tell('transfer', agent, chat, 'queue', 'general', 'why', ''), () => tell('decline', agent, chat), () => tell('visitor_end', visitor),
      () => s.raw('agent_say', agent, chat, `mid-${i}-cccc`, `{"from":"agent","agent":"${agent}","text":"t"}`), () => s.raw('agent_say', agent, chat, `mid-${i}-dddd`, `{"from":"agent","agent":"${agent}","text":"t"}`),
      () => tell('close', agent, chat, dice(3) ? 'solved' : 'unsolved', 'other', ''), () => tell('rate', visitor, 1 + dice(5), '')][dice(13)]();
  }
  const events = (await s.redis.xrange(`${SITE}:feed`, '-', '+')).map(([, f]) => ({ at: +f[1], chat: +f[3], kind: f[7], ...JSON.parse(f[9]) }));
  const mine = {}, add = (key, name, by = 1) => { (mine[key] ??= {})[name] = (mine[key][name] ?? 0) + by; };
  const chats = {};
  for (const e of events) {
    const c = chats[e.chat] ??= { people: new Set(), first: true };
    if (c.first) { c.first = false; add('shop', 'chats'); }
    if (e.kind === 'queued' && !c.asked && !c.people.size) { c.asked = e.at; add('shop', 'queued'); }
    if (e.kind === 'joined') {
      if (!c.people.size) {
        add('shop', 'joined');
        if (e.at - (c.asked ?? e.at) <= 60000) add('shop', 'in_time');
        c.asked ??= e.at;
      }
      if (!c.people.has(e.agent)) add(e.agent, 'joined');
      c.people.add(e.agent);
      Object.assign(c, { agent: e.agent, turn: e.at, silent: true });
    }
    if (c.agent && ['left', 'transferred', 'closed'].includes(e.kind)) {
      for (const key of ['shop', c.agent]) { add(key, 'turns'); add(key, 'handled', e.at - c.turn); }
      if (e.kind === 'closed') c.last = c.agent;
      c.agent = '';
    }
    if (e.kind === 'transferred') { add('shop', 'transfers'); add(e.from, 'transfers'); c.moved = true; }
    if (e.kind === 'message' && e.from === 'agent') {
      if (c.silent) for (const key of ['shop', e.agent]) { add(key, 'replies'); add(key, 'replied', e.at - c.turn); }
      c.silent = false;
      if (!c.spoken) { c.spoken = true; add('shop', 'responses'); add('shop', 'responded', e.at - c.asked); }
    }
    if (e.kind === 'closed') {
      if (e.outcome) add('shop', e.outcome); else if (c.people.size) add('shop', 'unrecorded');
      if (!c.people.size && c.asked) add('shop', 'abandoned');
      if (e.outcome === 'solved' && !c.moved && c.people.size <= 1) add('shop', 'solved_first');
    }
    if (e.kind === 'rated') { add('shop', 'rated'); add('shop', 'stars', e.score); }
    if (e.kind === 'answer') add('shop', 'answers');
  }
  const r = await report({ from: '2026-11-22', to: '2026-11-24' });
  const round = (sum, n, digits = 1) => n ? Number((sum / n).toFixed(digits)) : undefined;
  const shop = row(r, 'shop'), m = mine.shop;
  for (const name of ['chats', 'queued', 'joined', 'in_time', 'turns', 'transfers', 'solved', 'unsolved', 'unrecorded', 'abandoned', 'solved_first', 'rated', 'answers']) {
    assert.ok(m[name] > 0, `the dice made no ${name}`);
    assert.equal(shop[name], m[name], name);
  }
  const close = (have, want, what) => assert.ok(have === want || Math.abs(have - want) <= 0.1, `${what}: ${have}, counted ${want}`); // rounding of halves
  close(shop.handling_s, round(m.handled / 1000, m.turns), 'handling');
  close(shop.response_s, round(m.responded / 1000, m.responses), 'response');
  close(shop.reply_s, round(m.replied / 1000, m.replies), 'reply');
  close(shop.score, round(m.stars, m.rated, 2), 'score');
  for (const id of ['ana', 'bob', 'eva']) {
    for (const name of ['joined', 'turns', 'transfers']) assert.equal(row(r, 'agent', id)[name], mine[id][name] ?? 0, `${id} ${name}`);
    close(row(r, 'agent', id).handling_s, round(mine[id].handled / 1000, mine[id].turns), `${id} handling`);
    close(row(r, 'agent', id).reply_s, round(mine[id].replied / 1000, mine[id].replies), `${id} reply`);
  }
  await s.sound();
});
