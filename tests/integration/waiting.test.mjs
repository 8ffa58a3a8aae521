// Waiting over real sockets: hours obeyed by every gateway at once, who is there, each notice once with three gateways ticking,
// alerts on supervisors' desks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { questions, stage } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const closed = JSON.stringify({ tz: 'UTC', week: {}, dates: { [new Date(Date.now() + 2 * 864e5).toISOString().slice(0, 10)]: ['09:00-18:00'] } });
const frame = (peer, type) => peer.frames.filter((f) => f.type === type);

test('hours: told to visitors of both gateways, kept in Redis, closed_hours with the opening; and open again', async (t) => {
  const s = await stage(t, { gateways: 2 });
  const [near, far] = [await s.visitor({}, { at: 0 }), await s.visitor({}, { at: 1 })];
  assert.equal(near.welcome.open, true);
  await s.ops.set('hours', closed);
  for (const one of [near, far]) await until('the closing to be told', () => frame(one, 'site').some((f) => f.open === false && f.opens > Date.now()));
  const late = await s.visitor({}, { at: 1 });
  assert.equal(late.welcome.open, false);
  const { opens } = late.welcome;
  await until('both gateways to have told Redis', async () => (await s.ops.cli('HGET', '{main}:open', 'general'))[0] === `0 ${opens}`);
  const site = await (await fetch(`${s.gateways[1].url}/api/v1/site?lang=en`)).json();
  assert.deepEqual([site.open, site.opens], [false, opens]);
  await near.say(questions.unmatched);
  await near.human();
  const queued = await near.event('queued');
  assert.deepEqual([queued.reason, queued.opens], ['closed_hours', opens]);
  await s.ops.set('hours', '');
  await until('the opening to be told', () => frame(far, 'site').at(-1)?.open === true);
  await until('Redis to have forgotten the hours', async () => (await s.ops.cli('EXISTS', '{main}:open'))[0] === '0');
  const ana = await s.agent('ana');
  const offer = await ana.offer(near.chat);
  assert.equal(offer.handover.reason, 'closed_hours');
});

test('three gateways tick: each notice once; who is there is told to all when the last one leaves', async (t) => {
  const s = await stage(t, { gateways: 3, settings: { wait_first_s: 5, wait_second_s: 6, wait_sorry_s: 7 } });
  await s.ops.cli('FCALL', 'fl_voucher_add', 1, '{main}', 'ONLY-ONE');
  const visitor = await s.visitor({}, { at: 2 });
  await visitor.say(questions.unmatched);
  await visitor.human();
  await until('the apology and the voucher', () => visitor.events(visitor.chat).some((e) => e.code === 'voucher'));
  const told = visitor.events(visitor.chat).filter((e) => e.kind === 'notice').map((e) => e.code);
  assert.equal(new Set(told).size, told.length, told.join());
  assert.ok(told.includes('nobody') && told.includes('sorry'), told.join());
  assert.equal(visitor.events(visitor.chat).find((e) => e.code === 'voucher').params.voucher, 'ONLY-ONE');
  const idle = await s.visitor({}, { at: 1 });
  await until('nobody to be known there', () => idle.welcome.staffed === false || frame(idle, 'site').at(-1)?.staffed === false);
  const ana = await s.agent('ana');
  await until('somebody to be there', () => frame(idle, 'site').at(-1)?.staffed === true);
  await ana.command('presence', { state: 'away' });
  await until('nobody to be there', () => frame(idle, 'site').at(-1)?.staffed === false);
});
