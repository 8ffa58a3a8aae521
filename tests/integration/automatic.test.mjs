// The automatic reply knows its place: after the visitor has stopped typing, at most so many, never twice the same, never once
// a person was asked for or has joined.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newMid } from '../lib/client.mjs';
import { slowness } from '../lib/gateway.mjs';
import { questions, stage } from '../lib/stage.mjs';
import { sleep } from '../lib/wait.mjs';

test('it waits until the visitor has been quiet, and typing signals postpone it', async (t) => {
  const quiet = 2500; // the default: a loaded machine may be late by two seconds and the test still means what it says
  const s = await stage(t, { settings: { quiet_ms: quiet } });
  const visitor = await s.visitor();
  assert.equal(visitor.welcome.quiet_ms, quiet);
  await visitor.say(questions.returns);
  let last = 0;
  for (let i = 0; i < 8; i++) {
    await sleep(400);
    visitor.send({ type: 'typing', on: true, draft: 'and '.repeat(i + 1) });
    last = Date.now();
  }
  assert.ok(!visitor.frames.some((frame) => frame.kind === 'answer'), 'it spoke while the visitor was typing');
  await visitor.event('answer');
  const waited = Date.now() - last;
  assert.ok(waited >= quiet - 60, `it spoke ${waited} ms after the last key, not ${quiet}`);
});

test('several messages in a row are read as one: one answer, and only after the last', async (t) => {
  const quiet = 2000;
  const s = await stage(t, { settings: { quiet_ms: quiet } });
  const visitor = await s.visitor();
  await visitor.say('Hello!');
  await sleep(300);
  await visitor.say(questions.returns);
  const sent = Date.now();
  const answer = await visitor.event('answer');
  assert.ok(Date.now() - sent >= quiet - 60);
  assert.equal(answer.seq, 3);
  assert.ok(!visitor.events(answer.chat).some((event) => event.kind === 'queued'), 'the greeting alone brought nobody');
});

test('never the same answer twice: the second time a person comes', async (t) => {
  const s = await stage(t, { settings: { quiet_ms: 50, answers_gap_s: 0 } });
  const visitor = await s.visitor();
  await visitor.say(questions.returns);
  await visitor.event('answer');
  await visitor.say(questions.returns);
  await visitor.event('queued');
  assert.equal(visitor.events(visitor.chat).filter((event) => event.kind === 'answer').length, 1);
});

test('never more than answers_max, and not within answers_gap_s', async (t) => {
  const s = await stage(t, { settings: { quiet_ms: 50, answers_gap_s: 0, answers_max: 2 } });
  const visitor = await s.visitor();
  await visitor.say(questions.returns);
  await visitor.event('answer', (event) => event.faq === 'returns');
  await visitor.say(questions.delivery);
  await visitor.event('answer', (event) => event.faq === 'delivery');
  await visitor.say(questions.payment);
  assert.equal((await visitor.event('queued')).reason, 'limit');
  assert.equal(visitor.events(visitor.chat).filter((event) => event.kind === 'answer').length, 2);

  await s.ops.set('answers_gap_s', 60);
  const hasty = await s.visitor();
  await hasty.say(questions.returns);
  await hasty.event('answer');
  await hasty.say(questions.delivery);
  await hasty.event('queued');
  assert.equal(hasty.events(hasty.chat).filter((event) => event.kind === 'answer').length, 1);
});

test('answers_max 0 switches it off', async (t) => {
  const s = await stage(t, { settings: { quiet_ms: 50, answers_max: 0 } });
  const visitor = await s.visitor();
  await visitor.say(questions.returns);
  await visitor.event('queued');
  assert.ok(!visitor.frames.some((frame) => frame.kind === 'answer'));
});

test('silence after the gateway that heard the message died: unheard_ms later a person comes all the same', async (t) => {
  const s = await stage(t, { gateways: 2, settings: { quiet_ms: 5000, unheard_ms: 1500 } });
  const visitor = await s.visitor({}, { at: 0 });
  const { chat } = await visitor.say(questions.unmatched);
  s.gateways[0].gone = true;
  await s.gateways[0].kill();
  const back = await s.visitor({ token: visitor.token, after: 0 }, { at: 1 });
  const queued = await back.event('queued', undefined, { ms: 10_000 });
  assert.deepEqual([queued.chat, queued.reason], [chat, 'no_answer']);
});

test('raced, 2,400 times: never an automatic reply after a person was asked for or has joined', async (t) => {
  const rounds = Number(process.env.FIRSTLINE_RACES || 2400);
  const lanes = 100; // one visitor may end so many chats in 10 s, no more
  const quiet = 20;
  const s = await stage(t, { fsync: 'everysec', settings: { quiet_ms: quiet, say_per_10s: 1000, queues: 'general,races' } });
  // Agents take chats out of their automatic phase; nobody is offered any, so that only the race decides.
  const agents = [];
  for (let i = 0; i < 8; i++) agents.push(await s.agent(`agent${i}`, { online: false, account: { queues: 'general,races' } }));
  const seen = { 'answer first': 0, 'person first': 0, 'agent first': 0 };
  // A staircase for each of the two: the side that lost the last race starts a little earlier in the next, so that on a machine of
  // any speed about as many are won as lost, and most are close.
  const centre = { agent: quiet, human: quiet };
  let trial = 0;
  const lane = async (number) => {
    const visitor = await s.visitor({ queue: 'races' });
    while (trial < rounds) {
      const mine = trial++;
      const from = visitor.frames.length;
      const { chat } = await visitor.say(questions.returns);
      const byAgent = mine % 3 === 0;
      const rival = byAgent ? 'agent' : 'human';
      const moment = centre[rival] + ((mine * 7 + number * 3) % 60) - 30;
      if (moment > 0) await sleep(moment);
      if (byAgent) await agents[number % agents.length].command('take', { chat });
      else await visitor.human(newMid());
      const here = (frame) => frame.chat === chat && (byAgent ? frame.kind === 'joined' : frame.kind === 'queued');
      await visitor.next('the person', here, { from });
      await visitor.tell('end');
      await visitor.next('the end', (frame) => frame.chat === chat && frame.kind === 'closed', { from });
      const kinds = visitor.events(chat).map((event) => event.kind);
      const person = kinds.indexOf(byAgent ? 'joined' : 'queued');
      assert.ok(!kinds.slice(person).includes('answer'), `chat ${chat}: ${kinds.join(', ')}`);
      assert.ok(kinds.filter((kind) => kind === 'answer').length <= 1, `chat ${chat}: ${kinds.join(', ')}`);
      const answered = kinds.includes('answer');
      seen[answered ? 'answer first' : byAgent ? 'agent first' : 'person first']++;
      centre[rival] = Math.min(Math.max(centre[rival] + (answered ? -0.5 : 0.5), -30), 3000);
      visitor.transcripts.delete(chat);
      visitor.frames.length = 0;
      if (number < agents.length) agents[number].frames.length = 0;
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  t.diagnostic(JSON.stringify(seen));
  for (const [what, times] of Object.entries(seen)) assert.ok(times >= rounds / 50, `"${what}" was raced only ${times} times: ${JSON.stringify(seen)}`);
  // What was still under way when a chat closed must not add anything afterwards either.
  await sleep(3 * quiet * slowness);
  const last = `local late = 0
    for n = 1, tonumber(ARGV[1]) do
      local entry = redis.call('XREVRANGE', '{main}:chat:' .. n .. ':log', '+', '-', 'COUNT', 1)[1]
      if table.concat(entry[2], ' '):find('kind closed', 1, true) == nil then late = late + 1 end
    end
    return late`;
  assert.deepEqual(await s.ops.cli('GET', '{main}:next_chat'), [String(rounds)]);
  assert.deepEqual(await s.ops.cli('EVAL', last, 0, rounds), ['0']);
});
