// Ops with redis-cli: settings obeyed by every gateway without a restart, answers in words, several gateways over one Redis.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Agent } from '../lib/client.mjs';
import { faqTool } from '../lib/gateway.mjs';
import { questions, stage } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

test('a conversation across two gateways', async (t) => {
  const s = await stage(t, { gateways: 2 });
  const ana = await s.agent('ana', { at: 1 });
  const { visitor, chat } = await s.talk(ana, { at: 0 });
  let seq = 0;
  for (let i = 0; i < 20; i++) ({ seq } = await (i % 2 ? ana.say(chat, `reply ${i}`) : visitor.say(`question ${i}`)));
  await Promise.all([ana, visitor].map((side) => side.event('message', (event) => event.seq === seq)));
  assert.deepEqual(ana.events(chat), visitor.events(chat));
  visitor.send({ type: 'typing', on: true, draft: 'across' });
  await ana.next('typing', (frame) => frame.type === 'typing' && frame.draft === 'across');
});

test('fl_set is obeyed by both gateways, running, and checks what it is given', async (t) => {
  const s = await stage(t, { gateways: 2, settings: { quiet_ms: 50 } });
  const answers = async (at) => {
    const visitor = await s.visitor({}, { at });
    await visitor.say(questions.returns);
    const first = await visitor.next('an answer or the queue', (frame) => frame.kind === 'answer' || frame.kind === 'queued');
    return first.kind;
  };
  assert.deepEqual([await answers(0), await answers(1)], ['answer', 'answer']);
  await s.ops.set('answers_max', 0);
  assert.deepEqual([await answers(0), await answers(1)], ['queued', 'queued']);
  await s.ops.set('heartbeat_s', 7);
  for (const at of [0, 1]) await until('the new heartbeat', async () => (await s.visitor({}, { at })).welcome.heartbeat_s === 7, { every: 50 });
  for (const [name, value] of [['answers_max', '11'], ['answers_max', '-1'], ['answers_max', 'two'], ['answers_max', ''], ['no_such_setting', '1'], ['accent', 'red; x'], ['quiet_ms', '1e9'], ['offer_s', '4']]) {
    const [line] = await s.ops.fcall('fl_set', name, value);
    assert.match(line, /^error: /, `fl_set ${name} ${value}`);
  }
  const [now] = await s.ops.fcallRo('fl_get', 'answers_max');
  assert.match(now, /\b0\b/);
  assert.ok((await s.ops.fcallRo('fl_get')).length > 10, 'fl_get lists all settings');
});

test('ops read in words: help, status, queue, agents, chat, report, version, fsck', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana', { account: { name: 'Ana' } });
  const { chat } = await s.talk(ana);
  const waiting = await s.visitor();
  await ana.command('presence', { state: 'away' });
  const { chat: queued } = await waiting.human();
  const read = async (name, ...args) => (await s.ops.fcallRo(name, ...args)).join('\n');
  const help = await read('fl_help');
  for (const name of ['fl_status', 'fl_queue', 'fl_agents', 'fl_chat', 'fl_report', 'fl_fsck', 'fl_set', 'fl_get', 'fl_close', 'fl_requeue', 'fl_away', 'fl_drain', 'fl_block', 'fl_unblock', 'fl_version']) assert.ok(help.includes(name), name);
  assert.match(await read('fl_status'), /1/);
  assert.match(await read('fl_queue'), new RegExp(`\\b${queued}\\b`));
  assert.match(await read('fl_agents'), /ana/);
  assert.match(await read('fl_chat', chat), /active/);
  assert.match(await read('fl_chat', 999), /^error: /);
  assert.match(await read('fl_chat', 'x'), /^error: /);
  assert.ok((await read('fl_report', 1)).length > 20);
  assert.match(await read('fl_fsck'), /^ok/m);
  assert.match(await read('fl_version'), /\d/);
});

test('fl_fsck finds what is broken', async (t) => {
  const s = await stage(t);
  s.unchecked = true;
  const visitor = await s.visitor();
  const { chat } = await visitor.human();
  assert.match((await s.ops.fsck()).join('\n'), /^ok/m);
  await s.ops.cli('ZREM', '{main}:queue:general', chat);
  assert.doesNotMatch((await s.ops.fsck()).join('\n'), /^ok\b/);
  await s.ops.cli('ZADD', '{main}:queue:general', 1, chat);
  assert.match((await s.ops.fsck()).join('\n'), /^ok/m);
  await s.ops.cli('XADD', `{main}:chat:${chat}:log`, '9-0', 'at', '1', 'kind', 'message', 'body', '{}');
  assert.doesNotMatch((await s.ops.fsck()).join('\n'), /^ok\b/);
});

test('fl_away: the agent’s chats go to the front of the queue, the visitor is told, another gets everything', async (t) => {
  const s = await stage(t, { gateways: 2 });
  const ana = await s.agent('ana', { at: 1 });
  const { visitor, chat } = await s.talk(ana);
  await ana.say(chat, 'I am looking it up');
  const other = await s.visitor();
  await ana.command('presence', { state: 'away' });
  await other.human();
  const [line] = await s.ops.fcall('fl_away', 'ana');
  assert.doesNotMatch(line, /^error/);
  await visitor.event('queued', (event) => event.seq > 3);
  await ana.next('chat_gone', (frame) => frame.type === 'chat_gone' && frame.chat === chat);
  const jonas = await s.agent('jonas', { at: 0, capacity: 1 });
  const offer = await jonas.accept(chat);
  assert.ok(offer.handover.transcript.some((event) => event.text === 'I am looking it up'));
  await visitor.event('joined', (event) => event.agent === 'jonas');
  assert.match((await s.ops.fcall('fl_away', 'nobody'))[0], /^error: /);
});

test('fl_close, fl_requeue', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  await ana.command('presence', { state: 'away' });
  assert.doesNotMatch((await s.ops.fcall('fl_requeue', chat))[0], /^error/);
  await visitor.event('queued', (event) => event.seq > 3);
  await ana.next('chat_gone', (frame) => frame.type === 'chat_gone' && frame.chat === chat);
  assert.doesNotMatch((await s.ops.fcall('fl_close', chat))[0], /^error/);
  await visitor.event('closed');
  for (const [name, arg] of [['fl_close', chat], ['fl_requeue', chat], ['fl_close', 999], ['fl_requeue', 'x']]) assert.match((await s.ops.fcall(name, arg))[0], /^error: /);
});

test('fl_block refuses an address, fl_unblock lets it in again', async (t) => {
  const s = await stage(t, { rules: false, args: ['--trusted-proxy', '127.0.0.1/32'] });
  const from = { headers: { 'x-forwarded-for': '203.0.113.9' } };
  assert.equal((await (await s.visitor({}, from)).say('Hello')).type, 'ack');
  assert.doesNotMatch((await s.ops.fcall('fl_block', '203.0.113.9', 1))[0], /^error/);
  const refused = async () => {
    try {
      const visitor = await s.visitor({}, from);
      const end = await Promise.race([visitor.closed, visitor.say('Hello').catch(() => visitor.closed)]);
      return end.code !== undefined && end.type !== 'ack';
    } catch {
      return true;
    }
  };
  await until('the address to be refused', refused, { every: 100 });
  assert.equal((await (await s.visitor()).say('Hello')).type, 'ack', 'others are not');
  assert.doesNotMatch((await s.ops.fcall('fl_unblock', '203.0.113.9'))[0], /^error/);
  await until('the address to be let in', async () => !(await refused()), { every: 100 });
  assert.match((await s.ops.fcall('fl_block', 'nonsense', 1))[0], /^error: /);
});

test('fl_drain empties one gateway: its clients are told to reconnect and find the other', async (t) => {
  const s = await stage(t, { gateways: 2 });
  const visitor = await s.visitor({}, { at: 0 });
  await visitor.say('Hello');
  const gateways = await s.ops.cli('ZRANGE', '{main}:gateways', 0, -1);
  assert.equal(gateways.length, 2);
  let drained;
  for (const id of gateways) if (Number((await s.ops.cli('HGET', `{main}:gateway:${id}`, 'pid'))[0]) === s.gateways[0].pid) drained = id;
  assert.ok(drained, 'a gateway is known by its pid');
  await s.ops.fcall('fl_drain', drained);
  assert.equal((await visitor.closed).code, 1001);
  s.gateways[0].gone = true;
  const back = await s.visitor({ token: visitor.token, after: 0 }, { at: 1 });
  assert.equal(back.events(visitor.chat).length, 1);
});

test('a rule file: a bad pattern is refused with its line, and the set in force stays', async (t) => {
  const s = await stage(t, { gateways: 2, settings: { quiet_ms: 50 } });
  const { mkdtempSync, writeFileSync, readFileSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const { rulesFile } = await import('../lib/stage.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'fl-rules-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const good = readFileSync(rulesFile, 'utf8');
  const refuse = async (what, text, pattern) => {
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, text);
    for (const tool of ['check', 'load']) {
      const { code, stderr, stdout } = tool === 'check' ? await (await import('../lib/gateway.mjs')).firstline(['faq', 'check', file]) : await faqTool(s.gateway, 'load', file);
      assert.equal(code, 1, `${tool} of ${what}: ${stdout}${stderr}`);
      assert.match(stderr + stdout, pattern, what);
    }
  };
  const extra = (lines) => `${good.trimEnd()}\n${lines}\n`;
  const at = good.trimEnd().split('\n').length;
  const entry = (id, more) => `  - id: ${id}\n    link: { en: "https://shop.example/x" }\n    title: { en: X }\n    answer: { en: X. }\n${more}`;
  await refuse('a broken regex', extra(entry('broken', '    regex: "(unclosed"\n    yes: [unclosed]')), new RegExp(`bad\\.yaml:(${Array.from({ length: 8 }, (_, i) => at + i).join('|')}):`));
  await refuse('a failing example', extra(entry('failing', '    when: { en: [[zebra]] }\n    yes: [nothing of the kind]')), /bad\.yaml:\d+:.*failing/s);
  await refuse('an id twice', extra(entry('returns', '    when: { en: [[zebra]] }\n    yes: [zebra]')), /bad\.yaml:\d+:.*returns/s);
  await refuse('broken YAML', 'entries:\n  - id: "x\n', /bad\.yaml:\d+/);
  await refuse('a script link', extra(entry('script', '    when: { en: [[zebra]] }\n    yes: [zebra]').replace('https://shop.example/x', 'javascript:alert(1)')), /bad\.yaml:\d+:.*https:/s);
  await refuse('nothing', '', /bad\.yaml/);
  for (const at of [0, 1]) {
    const visitor = await s.visitor({}, { at });
    await visitor.say(questions.returns);
    await visitor.event('answer', (event) => event.faq === 'returns');
  }
  // A good new set is in force everywhere at once.
  writeFileSync(join(folder, 'new.yaml'), good.replace('You can return anything within 30 days.', 'You can return anything within 60 days.'));
  const loaded = await faqTool(s.gateway, 'load', join(folder, 'new.yaml'));
  assert.equal(loaded.code, 0, loaded.stderr);
  for (const at of [0, 1]) {
    await until('the new answer', async () => {
      const visitor = await s.visitor({}, { at });
      await visitor.say(questions.returns);
      return /60 days/.test((await visitor.event('answer')).text);
    }, { every: 100 });
  }
  const exported = await faqTool(s.gateway, 'export');
  assert.equal(exported.code, 0);
  writeFileSync(join(folder, 'exported.yaml'), exported.stdout);
  assert.match(exported.stdout, /60 days/);
  assert.equal((await faqTool(s.gateway, 'load', join(folder, 'exported.yaml'))).code, 0, 'what was exported loads');
});

test('the feed tells other systems everything, in order', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  await ana.command('close', { chat, outcome: 'solved', category: 'other' });
  await visitor.event('closed');
  const feed = (await s.ops.cli('XRANGE', '{main}:feed', '-', '+')).join('\n');
  const kinds = [...feed.matchAll(/^kind\n(\w+)$/gm)].map((match) => match[1]);
  const wanted = ['message', 'queued', 'joined', 'closed'];
  assert.deepEqual(kinds.filter((kind) => wanted.includes(kind)), wanted);
});

test('a connection Redis drops is mended, and nothing published meanwhile is missed', async (t) => {
  const s = await stage(t, { gateways: 2 });
  const ana = await s.agent('ana', { at: 1 });
  const { visitor, chat } = await s.talk(ana);
  for (const kind of ['pubsub', 'normal', 'pubsub']) {
    await s.ops.cli('CLIENT', 'KILL', 'TYPE', kind, 'SKIPME', 'yes');
    let stored = 0;
    for (let i = 0; i < 5; i++) {
      const mid = `${kind}-${Date.now()}-${i}-xxxx`;
      let answer = await ana.say(chat, `during ${kind} ${i}`, mid);
      while (answer.type === 'error') {
        assert.equal(answer.code, 'busy');
        await new Promise((resolve) => setTimeout(resolve, answer.retry_after_ms));
        answer = await ana.say(chat, `during ${kind} ${i}`, mid);
      }
      stored = answer.seq;
    }
    await visitor.event('message', (event) => event.seq === stored, { ms: 15_000 });
    await until('both sides the same', () => ana.events(chat).length === visitor.events(chat).length);
    assert.deepEqual(ana.events(chat), visitor.events(chat));
  }
});

test('a session works at every gateway', async (t) => {
  const s = await stage(t, { gateways: 2, rules: false });
  const ana = await s.agent('ana', { at: 0, online: false });
  const there = await Agent.open(s.gateways[1], s.accounts.get('ana'), { online: false });
  assert.equal(there.welcome.agent.id, ana.id);
  there.cut();
});
