// Things die. What was acknowledged is there afterwards, once, in order, and on every screen.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newMid, Visitor } from '../lib/client.mjs';
import { slowness, startGateway } from '../lib/gateway.mjs';
import { questions, stage } from '../lib/stage.mjs';
import { sleep, until } from '../lib/wait.mjs';

/** The pid of the embedded redis-server of a data folder: whoever works in it and is called redis-server. */
function embeddedRedis(folder) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'redis-server' && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)) return Number(pid);
    } catch { /* it ended meanwhile */ }
  }
  return 0;
}

/** Says `text` with one mid until it is acknowledged, as a client does: over errors that ask to try again. */
async function insist(side, say) {
  for (;;) {
    const answer = await say();
    if (answer.type === 'ack') return answer;
    assert.equal(answer.code, 'busy', JSON.stringify(answer));
    assert.ok(answer.retry_after_ms > 0);
    await sleep(Math.min(answer.retry_after_ms, 500));
  }
}

test('an agent’s socket breaks in mid-chat: within 30 s front of the queue, visitor told, the next one has everything', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana', { account: { name: 'Ana' } });
  const { visitor, chat } = await s.talk(ana);
  await ana.say(chat, 'One moment please');
  await ana.note(chat, 'She is right');
  const waiting = await s.visitor();
  await ana.command('presence', { state: 'away' });
  await waiting.human();
  const cut = Date.now();
  await ana.cut();
  const left = await visitor.event('left', undefined, { ms: 32_000 });
  const took = Date.now() - cut;
  assert.ok(took <= 30_000 * slowness, `it took ${took} ms`);
  assert.deepEqual([left.agent, left.name, left.reason], ['ana', 'Ana', 'agent_lost']);
  assert.equal((await visitor.event('queued', (event) => event.seq > left.seq)).reason, 'agent_lost');
  await visitor.next('the front of the queue', (frame) => frame.type === 'queue' && frame.place === 1);
  const jonas = await s.agent('jonas', { capacity: 1 });
  const offer = await jonas.accept(chat);
  assert.equal(offer.handover.reason, 'agent_lost');
  assert.deepEqual(offer.handover.transcript.filter((event) => event.kind === 'message').map((event) => event.text), [questions.unmatched, 'One moment please']);
  assert.deepEqual(offer.handover.notes.map((note) => note.text), ['She is right']);
  await visitor.event('joined', (event) => event.agent === 'jonas');
  t.diagnostic(`requeued after ${took} ms`);
});

test('an agent who reconnects at once keeps the chats', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  await ana.cut();
  const back = await s.agent('ana', { online: false });
  assert.deepEqual(back.welcome.chats.map((entry) => entry.chat), [chat]);
  assert.equal(back.welcome.agent.state, 'online', 'the state chosen is kept');
  await back.say(chat, 'Here I am again');
  await visitor.event('message', (event) => event.text === 'Here I am again');
  assert.ok(!visitor.events(chat).some((event) => event.kind === 'left'));
});

test('a half-dead client is found by the heartbeat', async (t) => {
  const s = await stage(t, { settings: { heartbeat_s: 5 } });
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  // The socket stays open, but nobody reads or answers pings any more: a laptop asleep.
  ana.socket._socket.pause();
  await visitor.event('left', undefined, { ms: 32_000 });
  assert.equal(visitor.events(chat).find((event) => event.kind === 'left').reason, 'agent_lost');
});

test('the embedded Redis is killed: it is started again, clients carry on, nothing acknowledged is lost', async (t) => {
  const s = await stage(t, { embedded: true });
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  for (let round = 0; round < 3; round++) {
    const pid = await until('the embedded Redis', () => embeddedRedis(s.gateway.folder));
    process.kill(pid, 'SIGKILL');
    for (let i = 0; i < 3; i++) {
      const [mine, theirs] = [newMid(), newMid()];
      await insist(visitor, () => visitor.say(`question ${round} ${i}`, mine));
      await insist(ana, () => ana.say(chat, `reply ${round} ${i}`, theirs));
    }
    await until('another Redis', () => { const next = embeddedRedis(s.gateway.folder); return next && next !== pid; });
  }
  const texts = [];
  for (let round = 0; round < 3; round++) for (let i = 0; i < 3; i++) texts.push(`question ${round} ${i}`, `reply ${round} ${i}`);
  const spoken = (side) => side.events(chat).filter((event) => event.kind === 'message').slice(1).map((event) => event.text);
  await until('everything on both screens', () => spoken(ana).length === texts.length && spoken(visitor).length === texts.length, { seen: () => `${spoken(ana).length} and ${spoken(visitor).length} of ${texts.length}` });
  assert.deepEqual(spoken(visitor), texts);
  assert.deepEqual(spoken(ana), texts);
  assert.equal((await fetch(`${s.gateway.url}/readyz`)).status, 200);
});

test('Redis hangs: nothing is acknowledged falsely, and everything goes through when it is back', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  s.redis.child.kill('SIGSTOP');
  const mid = newMid();
  const from = visitor.frames.length;
  visitor.send({ type: 'say', mid, text: 'Into the silence' });
  await sleep(1500);
  assert.ok(!visitor.frames.slice(from).some((frame) => frame.type === 'ack'), 'acknowledged by a Redis that sleeps');
  s.redis.child.kill('SIGCONT');
  const ack = await insist(visitor, () => visitor.say('Into the silence', mid));
  for (const side of [ana, visitor]) await side.event('message', (event) => event.text === 'Into the silence' && event.seq === ack.seq);
  assert.equal(visitor.events(chat).filter((event) => event.mid === mid).length, 1);
});

test('kill -9 of the gateway, embedded Redis and all: restarted on the same folder, nothing lost, chats carry on', async (t) => {
  const s = await stage(t, { embedded: true });
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  const acked = [];
  for (let i = 0; i < 10; i++) acked.push((await (i % 2 ? ana.say(chat, `words ${i}`) : visitor.say(`words ${i}`))).mid);
  const unsure = newMid();
  visitor.send({ type: 'say', mid: unsure, text: 'Did you get this?' });
  s.gateway.gone = true;
  await s.gateway.kill();
  const next = await startGateway({ data: s.gateway.folder, listen: new URL(s.gateway.url).host });
  s.gateways.unshift(next);
  const back = await s.visitor({ token: visitor.token, after: 0 }, { at: 0 });
  const again = await back.say('Did you get this?', unsure);
  assert.equal(again.type, 'ack');
  const desk = await s.agent('ana', { at: 0, online: false });
  assert.deepEqual(desk.welcome.chats.map((entry) => entry.chat), [chat], 'the session and the chat survived');
  await desk.say(chat, 'Yes');
  await back.event('message', (event) => event.text === 'Yes');
  const mids = back.events(chat).filter((event) => event.kind === 'message').map((event) => event.mid);
  for (const mid of [...acked, unsure]) assert.equal(mids.filter((other) => other === mid).length, 1, 'exactly once');
  await until('both sides the same', () => desk.events(chat).length === back.events(chat).length);
  assert.deepEqual(desk.events(chat), back.events(chat));
});

test('kill -9 of one gateway of two: its clients resume at the other', async (t) => {
  const s = await stage(t, { gateways: 2 });
  const ana = await s.agent('ana', { at: 0 });
  const { visitor, chat } = await s.talk(ana, { at: 0 });
  await visitor.say('Before');
  s.gateways[0].gone = true;
  await s.gateways[0].kill();
  const began = Date.now();
  const back = await s.visitor({ token: visitor.token, after: visitor.events(chat).length }, { at: 1 });
  const desk = await s.agent('ana', { at: 1, online: false });
  assert.ok(Date.now() - began < 2000 * slowness);
  assert.deepEqual(desk.welcome.chats.map((entry) => entry.chat), [chat]);
  await desk.say(chat, 'After');
  await back.event('message', (event) => event.text === 'After');
  assert.ok(!back.events(chat).some((event) => event.kind === 'left'), 'who is back at once has not lost the chat');
});

test('Redis is full: a clear error, chats stay readable, and it recovers', async (t) => {
  const s = await stage(t, { fsync: 'no' });
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  await s.ops.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  await s.ops.cli('CONFIG', 'SET', 'maxmemory', '1');
  const mid = newMid();
  const refused = await visitor.say('No room', mid);
  assert.equal(refused.type, 'error');
  assert.equal(refused.code, 'busy');
  const reader = new Visitor(s.gateway);
  await reader.opened;
  const welcome = await reader.ask({ type: 'hello', token: visitor.token, after: 0 }, (frame) => frame.type === 'welcome');
  assert.equal(welcome.events.length, 3, 'the chat is readable');
  reader.cut();
  await s.ops.cli('CONFIG', 'SET', 'maxmemory', '0');
  await insist(visitor, () => visitor.say('No room', mid));
  await ana.event('message', (event) => event.chat === chat && event.text === 'No room');
});
