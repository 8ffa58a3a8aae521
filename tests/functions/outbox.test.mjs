// Wake-ups kept back until a replica has what they tell of: nothing is published before, nothing is lost, nothing out of order.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { SITE, mid, start, vid } from './redis.mjs';

let s;
before(async () => { s = await start(); });
after(() => s.stop());
beforeEach(() => s.clear());

const held = (name, ...args) => s.redis.call('FCALL', name, 1, SITE, `${s.now}+`, ...args);
const say = (visitor, text) => {
  const m = mid();
  return held('visitor_say', vid(visitor), m, JSON.stringify({ from: 'visitor', text, mid: m }), text, 'en', '', '', '');
};
const last = async () => (await s.ro('outbox'))[0];
const ofChats = (got) => got.filter(([channel]) => channel !== 'desk');

test('with + nothing of chats and agents is published until it is told, then all of it in order', async () => {
  await s.work('ana');
  const plain = [];
  const during = await s.heard(async () => {
    await say(1, 'one');
    await say(1, 'two');
    await held('visitor_human', vid(1), mid(), 'en', '', '', '');
    await held('accept', 'ana', '1');
    await held('seen', '1', 'a', '2');
    await held('note', 'ana', '1', mid(), 'Careful');
  });
  assert.deepEqual(ofChats(during), []);
  const told = ofChats(await s.heard(async () => assert.ok(Number((await s.ok('tell', await last()))[0]) > 6)));
  // The same acts of another visitor, published at once, wake in the same order.
  const at = await s.heard(async () => {
    const { chat } = await s.say(2, 'one');
    await s.say(2, 'two');
    await s.human(2);
    await s.ok('accept', 'ana', chat);
    await s.ok('seen', chat, 'a', '2');
    await s.ok('note', 'ana', chat, mid(), 'Careful');
    plain.push(chat);
  });
  const shape = (got) => ofChats(got).map(([channel, line]) => `${channel.replace(/\d+/, 'N')} ${line.replace(/\d+/g, 'N').replace(/mid-N/g, 'M')}`);
  assert.deepEqual(shape(told), shape(at));
  assert.deepEqual(ofChats(told).filter(([, line]) => line[0] === 'E').map(([, line]) => Number(line.match(/^E(\d+)/)[1])), [1, 2, 3, 4]);
  assert.deepEqual(plain, ['2']);
  assert.equal(await last(), '');
  await s.sound();
});

test('tell stops at the entry it is given; what came later waits', async () => {
  await say(1, 'one');
  const upto = await last();
  await say(1, 'two');
  const told = await s.heard(() => s.ok('tell', upto));
  assert.deepEqual(told.map(([channel, line]) => [channel, line.slice(0, 2)]), [['chat:1', 'E1']]);
  assert.notEqual(await last(), '');
  assert.deepEqual(await s.ok('tell', upto), ['0'], 'nothing is told twice');
});

test('what a dead gateway left is told by the next tell, 500 at a time, and by the tick of one that does not keep back', async () => {
  for (let i = 0; i < 600; i++) await say(1, `line ${i}`);
  const upto = await last();
  const told = await s.heard(async () => {
    assert.deepEqual(await s.ok('tell', upto), ['500']);
    assert.deepEqual(await s.ok('tell', upto), ['100']);
  });
  assert.deepEqual(told.map(([, line]) => Number(line.match(/^E(\d+)/)[1])), Array.from({ length: 600 }, (_, i) => i + 1));
  await say(1, 'left behind');
  assert.deepEqual(ofChats(await s.heard(() => held('tick', 'gw'))).length, 0);
  assert.deepEqual(ofChats(await s.heard(() => s.ok('tick', 'gw'))).map(([channel]) => channel), ['chat:1']);
  assert.equal(await last(), '');
});

test('a call without + after one with it publishes at once, and so do commands for people', async () => {
  await say(1, 'kept');
  assert.equal((await s.heard(() => s.say(1, 'at once'))).length, 1);
  assert.ok((await s.heard(() => s.fl('fl_close', '1'))).some(([channel, line]) => channel === 'chat:1' && line.startsWith('E3 ')));
  assert.deepEqual((await s.heard(async () => s.ok('tell', await last()))).map(([, line]) => line.slice(0, 2)), ['E1']);
});

test('a refusal keeps nothing back, and a broken outbox changes nothing', async () => {
  await s.work('ana');
  const before = await s.dump();
  assert.deepEqual((await held('accept', 'ana', '7')).slice(0, 2), ['no', 'no_such_chat']);
  assert.deepEqual(await s.dump(), before);
  await s.no('bad_argument', 'tell', 'x');
  await s.no('bad_argument', 'tell');
  await s.redis.set(`${SITE}:outbox`, 'x');
  const broken = await s.dump();
  await assert.rejects(say(1, 'Hello'), /ERR firstline: key \{main\}:outbox is a string/);
  assert.deepEqual(await s.dump(), broken);
});
