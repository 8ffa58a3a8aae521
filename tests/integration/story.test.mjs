// What people do with it, from the first question to the rating, over real sockets and a real Redis.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newMid } from '../lib/client.mjs';
import { questions, stage } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const kindsOf = (events) => events.map((event) => event.kind);

test('the whole story: question, automatic answer, "no", a person with everything said so far, solved, rated', async (t) => {
  const s = await stage(t, { settings: { quiet_ms: 100 } });
  const ana = await s.agent('ana', { account: { name: 'Ana Balsienė' } });
  const visitor = await s.visitor({ lang: 'lt', page: { url: 'https://shop.example/orders/1042', title: 'Order 1042', referrer: 'https://shop.example/' } });
  assert.equal(visitor.welcome.chat, undefined, 'opening the widget makes no chat');
  await visitor.tell('profile', { name: 'Rūta', email: 'ruta@example.com', attrs: { order: '1042' } });

  const asked = await visitor.say(questions.returns);
  assert.equal(asked.type, 'ack');
  assert.equal(asked.seq, 1);
  const answer = await visitor.event('answer');
  assert.equal(answer.faq, 'returns');
  assert.match(answer.link, /^(https?:\/\/|\/)/);
  assert.ok(answer.title && answer.text);

  await visitor.tell('helped', { seq: answer.seq, ok: false });
  const queued = await visitor.event('queued');
  assert.equal(queued.reason, 'not_helped');

  const offer = await ana.offer(asked.chat);
  const { handover } = offer;
  assert.deepEqual(kindsOf(handover.transcript).slice(0, 4), ['message', 'answer', 'helped', 'queued']);
  assert.equal(handover.transcript[0].text, questions.returns);
  assert.equal(handover.visitor.name, 'Rūta');
  assert.equal(handover.visitor.email, 'ruta@example.com');
  assert.deepEqual(handover.visitor.attrs, { order: '1042' });
  assert.equal(handover.visitor.page.url, 'https://shop.example/orders/1042');
  assert.equal(handover.visitor.verified, false);
  assert.equal(handover.lang, 'lt');
  assert.equal(handover.reason, 'not_helped');
  assert.deepEqual(handover.tried.map(({ faq, ok }) => ({ faq, ok })), [{ faq: 'returns', ok: false }]);
  assert.ok(offer.left_ms > 20_000 && offer.left_ms <= 30_000, `left_ms ${offer.left_ms}`);

  await ana.command('accept', { chat: asked.chat });
  const joined = await visitor.event('joined');
  assert.deepEqual([joined.agent, joined.name], ['ana', 'Ana Balsienė']);
  const reply = await ana.say(asked.chat, 'Good morning Rūta, I am sending you a label.');
  assert.equal(reply.type, 'ack');
  const heard = await visitor.event('message', (event) => event.from === 'agent');
  assert.deepEqual([heard.seq, heard.text, heard.agent, heard.name, heard.mid], [reply.seq, 'Good morning Rūta, I am sending you a label.', 'ana', 'Ana Balsienė', reply.mid]);
  await visitor.say('Thank you! <b>ačiū</b> & 谢谢 🙂');
  await ana.event('message', (event) => event.text === 'Thank you! <b>ačiū</b> & 谢谢 🙂');

  await ana.command('close', { chat: asked.chat, outcome: 'solved', category: 'returns', need: 'a label' });
  const closed = await visitor.event('closed');
  assert.equal(closed.outcome, 'solved');
  await ana.next('chat_gone', (frame) => frame.type === 'chat_gone' && frame.chat === asked.chat && frame.reason === 'closed');
  await visitor.tell('rate', { score: 5, text: 'Quick and kind' });
  const rated = await visitor.event('rated');
  assert.deepEqual([rated.score, rated.text], [5, 'Quick and kind']);
  assert.equal((await visitor.tell('rate', { score: 1 })).code, 'already', 'a chat is rated once');

  assert.deepEqual(kindsOf(visitor.events(asked.chat)), ['message', 'answer', 'helped', 'queued', 'joined', 'message', 'message', 'closed', 'rated']);
  assert.deepEqual(ana.events(asked.chat), visitor.events(asked.chat).slice(0, ana.events(asked.chat).length), 'both sides have the same transcript');
  const stored = await s.ops.cli('XLEN', `{main}:chat:${asked.chat}:log`);
  assert.equal(Number(stored[0]), 9);
});

test('"that helped" is recorded, keeps the chat open, and a second judgement is refused', async (t) => {
  const s = await stage(t, { settings: { quiet_ms: 50 } });
  const visitor = await s.visitor();
  await visitor.say(questions.delivery);
  const answer = await visitor.event('answer');
  assert.equal((await visitor.tell('helped', { seq: answer.seq, ok: true })).type, 'ok');
  const helped = await visitor.event('helped');
  assert.deepEqual([helped.faq, helped.ok], ['delivery', true]);
  assert.equal((await visitor.tell('helped', { seq: answer.seq, ok: false })).code, 'already');
  assert.equal((await visitor.say('One more thing')).type, 'ack', 'the chat stays open');
});

test('a message nobody has an answer for brings a person by itself', async (t) => {
  const s = await stage(t, { settings: { quiet_ms: 50 } });
  const ana = await s.agent('ana');
  const visitor = await s.visitor();
  const { chat } = await visitor.say(questions.unmatched);
  assert.equal((await visitor.event('queued')).reason, 'no_answer');
  await ana.accept(chat);
  await visitor.event('joined');
});

test('the wish for a person, typed, is obeyed like the button', async (t) => {
  const s = await stage(t, { settings: { quiet_ms: 50 } });
  for (const words of ['agent please', 'Noriu kalbėti su žmogumi', '转人工']) {
    const visitor = await s.visitor();
    await visitor.say(words);
    assert.equal((await visitor.event('queued')).reason, 'asked', words);
  }
});

test('"talk to a person" works before anything was said, and once is enough', async (t) => {
  const s = await stage(t);
  const visitor = await s.visitor();
  const ack = await visitor.human();
  assert.equal(ack.type, 'ack');
  assert.equal((await visitor.event('queued')).reason, 'asked');
  const again = await visitor.human();
  assert.equal(again.type, 'ack');
  await visitor.ping();
  assert.deepEqual(kindsOf(visitor.events(ack.chat)), ['queued']);
});

test('place in the queue is told and changes as others are served', async (t) => {
  const s = await stage(t);
  const first = await s.visitor();
  const { chat } = await first.human();
  const second = await s.visitor();
  await second.human();
  await second.next('place 2', (frame) => frame.type === 'queue' && frame.place === 2);
  const again = await s.visitor({ token: second.token, after: 0 });
  assert.equal(again.welcome.phase, 'queued');
  assert.equal(again.welcome.place, 2, 'who reconnects is told the place at once');
  const ana = await s.agent('ana', { capacity: 1 });
  await ana.accept(chat);
  await second.next('place 1', (frame) => frame.type === 'queue' && frame.place === 1);
});

test('typing: the agent sees that and what the visitor types, the visitor that the agent types', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana', { account: { name: 'Ana' } });
  const { visitor, chat } = await s.talk(ana);
  visitor.send({ type: 'typing', on: true, draft: 'it still ratt' });
  const typing = await ana.next('typing', (frame) => frame.type === 'typing' && frame.on);
  assert.deepEqual([typing.chat, typing.who, typing.draft], [chat, 'visitor', 'it still ratt']);
  visitor.send({ type: 'typing', on: false });
  await ana.next('typing off', (frame) => frame.type === 'typing' && !frame.on);
  ana.send({ type: 'typing', chat, on: true });
  const seen = await visitor.next('typing', (frame) => frame.type === 'typing' && frame.on);
  assert.deepEqual([seen.who, seen.name], ['agent', 'Ana']);
  ana.send({ type: 'typing', chat, on: false });
  await visitor.next('typing off', (frame) => frame.type === 'typing' && !frame.on);
  assert.ok(!s.gateway.output.includes('it still ratt'), 'no message text in logs');
});

test('seen marks reach the other side and are in the next hand-over', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  const { seq } = await ana.say(chat, 'Hello');
  await visitor.event('message', (event) => event.seq === seq);
  visitor.send({ type: 'seen', seq });
  await ana.next('seen', (frame) => frame.type === 'seen' && frame.chat === chat && frame.seq === seq);
  ana.send({ type: 'seen', chat, seq });
  await visitor.next('seen', (frame) => frame.type === 'seen' && frame.seq === seq);
  const second = await s.agent('ana', { online: false });
  const mine = second.welcome.chats.find((entry) => entry.chat === chat);
  assert.deepEqual([mine.v_seen, mine.a_seen], [seq, seq]);
});

test('transfer to an agent: reason shown, note kept private, everything handed over', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana', { account: { name: 'Ana' } });
  const { visitor, chat } = await s.talk(ana);
  const jonas = await s.agent('jonas', { account: { name: 'Jonas' } });
  assert.equal((await ana.note(chat, 'Third parcel lost this year')).type, 'ack');
  await ana.next('note', (frame) => frame.type === 'note' && frame.text === 'Third parcel lost this year');
  await ana.command('transfer', { chat, to: { agent: 'jonas' }, reason: 'Jonas knows parcels', note: 'Please call the carrier' });
  const told = await visitor.event('transferred');
  assert.deepEqual([told.from, told.from_name, told.to.agent, told.to.name, told.reason], ['ana', 'Ana', 'jonas', 'Jonas', 'Jonas knows parcels']);
  await ana.next('chat_gone', (frame) => frame.type === 'chat_gone' && frame.chat === chat && frame.reason === 'transfer');
  const offer = await jonas.accept(chat);
  assert.deepEqual(offer.handover.notes.map((note) => note.text), ['Third parcel lost this year', 'Please call the carrier']);
  assert.equal(offer.handover.transfers.length, 1);
  assert.equal(offer.handover.transfers[0].reason, 'Jonas knows parcels');
  await visitor.event('joined', (event) => event.agent === 'jonas');
  await jonas.say(chat, 'Hello, Jonas here.');
  await visitor.event('message', (event) => event.agent === 'jonas');
  assert.equal((await ana.say(chat, 'And me')).code, 'not_yours');
  assert.ok(!JSON.stringify(visitor.frames).includes('Third parcel') && !JSON.stringify(visitor.frames).includes('carrier'), 'notes never reach a visitor');
});

test('transfer to a queue, to one who is away, to nobody, without a reason', async (t) => {
  const s = await stage(t, { settings: { queues: 'general,returns' } });
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  const away = await s.agent('away', { online: false });
  const no = async (members) => (await ana.request('transfer', { chat, reason: 'because', ...members })).code;
  assert.equal(await no({ to: { agent: 'away' } }), 'agent_busy');
  assert.equal(await no({ to: { agent: 'nobody' } }), 'no_such_agent');
  assert.equal(await no({ to: { queue: 'nowhere' } }), 'no_such_queue');
  assert.equal((await ana.refused({ type: 'transfer', id: 'x', chat, to: { queue: 'returns' }, reason: '' })).code, 'reason_required');
  await ana.command('transfer', { chat, to: { queue: 'returns' }, reason: 'Returns desk' });
  assert.equal((await visitor.event('transferred')).to.queue, 'returns');
  const marta = await s.agent('marta', { account: { queues: 'returns' } });
  await marta.accept(chat);
  await away.ping();
});

test('decline: the chat goes to somebody else and back in its place', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const visitor = await s.visitor();
  const { chat } = await visitor.human();
  await ana.offer(chat);
  await ana.command('decline', { chat });
  const gone = await ana.next('offer_gone', (frame) => frame.type === 'offer_gone' && frame.chat === chat);
  assert.equal(gone.reason, 'declined');
  const jonas = await s.agent('jonas');
  await jonas.accept(chat);
  await visitor.event('joined', (event) => event.agent === 'jonas');
});

test('an offer nobody takes in time is missed and offered again', async (t) => {
  const s = await stage(t, { settings: { offer_s: 5 } });
  const ana = await s.agent('ana');
  const visitor = await s.visitor();
  const { chat } = await visitor.human();
  await ana.offer(chat);
  const jonas = await s.agent('jonas');
  const gone = await ana.next('offer_gone', (frame) => frame.type === 'offer_gone' && frame.chat === chat, { ms: 12_000 });
  assert.equal(gone.reason, 'missed');
  await jonas.accept(chat, { ms: 12_000 });
});

test('take: from the queue by anyone who serves it; from a colleague by a supervisor only', async (t) => {
  const s = await stage(t);
  const visitor = await s.visitor();
  const { chat } = await visitor.human();
  const ana = await s.agent('ana', { online: false });
  await ana.command('take', { chat });
  await ana.next('chat', (frame) => frame.type === 'chat' && frame.chat === chat);
  await visitor.event('joined', (event) => event.agent === 'ana');
  const jonas = await s.agent('jonas', { online: false });
  assert.equal((await jonas.request('take', { chat })).code, 'not_yours');
  const boss = await s.agent('boss', { online: false, account: { supervisor: true } });
  await boss.command('take', { chat });
  await visitor.event('joined', (event) => event.agent === 'boss');
  await ana.next('chat_gone', (frame) => frame.type === 'chat_gone' && frame.reason === 'taken');
});

test('two tabs of one agent show the same', async (t) => {
  const s = await stage(t);
  const left = await s.agent('ana');
  const right = await s.agent('ana', { online: false });
  const { chat } = await s.talk(left);
  await right.next('chat', (frame) => frame.type === 'chat' && frame.chat === chat);
  const { seq } = await left.say(chat, 'From the left tab');
  await right.event('message', (event) => event.seq === seq);
  await left.command('presence', { state: 'away' });
  await right.next('presence', (frame) => frame.type === 'presence' && frame.state === 'away');
});

test('a queue picked by the page is kept, an unknown one is replaced by the default', async (t) => {
  const s = await stage(t, { settings: { queues: 'general,returns' } });
  const one = await s.visitor({ queue: 'returns' });
  await one.human();
  assert.equal((await one.event('queued')).queue, 'returns');
  const two = await s.visitor({ queue: 'nosuch' });
  await two.human();
  assert.equal((await two.event('queued')).queue, 'general');
});

test('an agent who speaks the visitor’s language is preferred', async (t) => {
  const s = await stage(t);
  await s.agent('ewa', { account: { langs: 'pl' } });
  const lina = await s.agent('lina', { account: { langs: 'lt' } });
  const visitor = await s.visitor({ lang: 'lt' });
  const { chat } = await visitor.human();
  await lina.offer(chat);
});

test('who comes back after closing gets a new chat, the same agent, and is known', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  await ana.command('close', { chat, outcome: 'unsolved', category: 'delivery' });
  await visitor.event('closed');
  const jonas = await s.agent('jonas');
  const next = await visitor.say('It is me again');
  assert.notEqual(next.chat, chat);
  assert.equal(next.seq, 1);
  await visitor.human();
  const offer = await ana.offer(next.chat);
  assert.deepEqual(offer.handover.visitor.earlier.map((earlier) => [earlier.chat, earlier.outcome, earlier.category, earlier.agent]), [[chat, 'unsolved', 'delivery', 'ana']]);
  await jonas.ping();
  assert.ok(!jonas.frames.some((frame) => frame.type === 'offer'));
});

test('the visitor ends the chat; rating it goes to the one just closed', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  assert.equal((await visitor.tell('rate', { score: 4 })).code, 'not_closed');
  await visitor.tell('end');
  assert.equal((await visitor.event('closed')).by, 'visitor');
  await ana.next('chat_gone', (frame) => frame.type === 'chat_gone' && frame.chat === chat);
  assert.equal((await ana.say(chat, 'Too late')).code, 'closed');
  assert.equal((await visitor.tell('rate', { score: 4 })).type, 'ok');
  assert.equal((await visitor.event('rated')).chat, chat);
});

test('the same mid again is the same place in the transcript; with other words it is refused', async (t) => {
  const s = await stage(t);
  const visitor = await s.visitor();
  const mid = newMid();
  const first = await visitor.say('Only once', mid);
  const second = await visitor.say('Only once', mid);
  assert.deepEqual([second.chat, second.seq, second.at], [first.chat, first.seq, first.at]);
  assert.equal((await visitor.say('Something else', mid)).code, 'mid_reused');
  await visitor.ping();
  assert.equal(visitor.events(first.chat).filter((event) => event.kind === 'message').length, 1);

  const ana = await s.agent('ana');
  await visitor.human();
  await ana.accept(first.chat);
  const answer = newMid();
  const one = await ana.say(first.chat, 'Hello', answer);
  const two = await ana.say(first.chat, 'Hello', answer);
  assert.equal(two.seq, one.seq);
  assert.equal((await ana.say(first.chat, 'Goodbye', answer)).code, 'mid_reused');
});

test('a first message retried after a lost ack opens one chat, not two', async (t) => {
  const s = await stage(t);
  const visitor = await s.visitor();
  const mid = newMid();
  visitor.send({ type: 'say', mid, text: 'Is anybody there?' });
  await until('the message stored', async () => Number((await s.ops.cli('EXISTS', '{main}:chat:1'))[0]) === 1);
  await visitor.cut();
  const again = await s.visitor({ token: visitor.token, after: 0 });
  const ack = await again.say('Is anybody there?', mid);
  assert.deepEqual([ack.chat, ack.seq], [1, 1]);
  assert.deepEqual(await s.ops.cli('GET', '{main}:next_chat'), ['1']);
});

test('resume: exactly what was missed, from the first event to the last', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  await visitor.cut();
  let head;
  for (const text of ['one', 'two', 'three']) head = (await ana.say(chat, text)).seq;
  await ana.event('message', (event) => event.seq === head);
  const back = await s.visitor({ token: visitor.token, after: head - 2 });
  assert.equal(back.token, visitor.token);
  assert.deepEqual([back.welcome.chat, back.welcome.phase, back.welcome.head], [chat, 'active', head]);
  assert.deepEqual(back.welcome.agent.id, 'ana');
  assert.deepEqual(back.welcome.events.map((event) => event.text), ['two', 'three']);
  const whole = await s.visitor({ token: visitor.token, after: 0 });
  assert.deepEqual(whole.events(chat), ana.events(chat));
  await ana.say(chat, 'four');
  await Promise.all([back, whole].map((side) => side.event('message', (event) => event.text === 'four')));
});

test('a long transcript comes whole: more than a page is continued by event frames', async (t) => {
  const s = await stage(t, { fsync: 'everysec', settings: { say_per_10s: 1000 } });
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  let head = 0;
  for (let batch = 0; batch < 25; batch++) {
    const acks = await Promise.all(Array.from({ length: 20 }, (_, i) => visitor.say(`message ${batch * 20 + i}`)));
    head = Math.max(head, ...acks.map((ack) => ack.seq));
  }
  await until('all of it at the sender', () => visitor.events(chat).at(-1).seq === head);
  const back = await s.visitor({ token: visitor.token, after: 0 });
  await until('all events', () => back.events(chat).at(-1)?.seq === head);
  assert.deepEqual(back.events(chat), visitor.events(chat));
  const desk = await s.agent('ana', { online: false });
  assert.equal(desk.welcome.chats[0].head, head);
  assert.deepEqual(desk.events(chat), visitor.events(chat).slice(-500), 'an agent gets the newest 500');
});

test('an unknown token is answered like a newcomer’s', async (t) => {
  const s = await stage(t);
  const known = await s.visitor();
  await known.say('Hello');
  const stranger = 'A'.repeat(32);
  const visitor = await s.visitor({ token: stranger, after: 7 });
  assert.equal(visitor.welcome.chat, undefined);
  assert.deepEqual(visitor.welcome.events, []);
  assert.match(visitor.token, /^[A-Za-z0-9_-]{22,}$/);
  const { chat, seq } = await visitor.say('Hello too');
  assert.equal(seq, 1);
  assert.notEqual(chat, known.chat);
});

test('Redis never sees a token', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor } = await s.talk(ana);
  const cookie = s.accounts.get('ana').cookie.split('=')[1];
  const keys = await s.ops.cli('KEYS', '*');
  let everything = keys.join('\n');
  for (const key of keys) {
    const [type] = await s.ops.cli('TYPE', key);
    const read = { string: ['GET', key], hash: ['HGETALL', key], list: ['LRANGE', key, 0, -1], set: ['SMEMBERS', key], zset: ['ZRANGE', key, 0, -1], stream: ['XRANGE', key, '-', '+'] }[type];
    if (read) everything += (await s.ops.cli(...read)).join('\n');
  }
  assert.ok(everything.length > 500);
  assert.ok(!everything.includes(visitor.token), 'the visitor’s token is in Redis');
  assert.ok(!everything.includes(cookie), 'the agent’s session token is in Redis');
  for (const secret of [visitor.token, cookie, s.accounts.get('ana').password]) assert.ok(!s.gateway.output.includes(secret), 'a secret is in the log');
});

test('a supervisor watches a chat without anybody noticing', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  const jonas = await s.agent('jonas', { online: false });
  assert.equal((await jonas.request('watch', { chat })).code, 'forbidden');
  const boss = await s.agent('boss', { online: false, account: { supervisor: true } });
  const { handover } = await boss.command('watch', { chat });
  boss.showHandover(handover);
  await ana.say(chat, 'Is anybody watching?');
  await boss.event('message', (event) => event.text === 'Is anybody watching?');
  await boss.command('unwatch', { chat });
  await ana.say(chat, 'And now?');
  await visitor.event('message', (event) => event.text === 'And now?');
  await boss.ping();
  assert.ok(!boss.frames.some((frame) => frame.text === 'And now?'));
  assert.deepEqual(visitor.events(chat).map((event) => event.kind), ['message', 'queued', 'joined', 'message', 'message']);
});
