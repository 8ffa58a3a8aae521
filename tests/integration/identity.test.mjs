// Visitors the shop vouches for: a signed id is believed, anything else is served like everybody.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { stage } from '../lib/stage.mjs';

const secret = 'a secret of the shop and the gateway';
const later = Math.floor(Date.now() / 1000) + 600;
const signed = (id, exp = later, by = secret) => ({ id, exp, hmac: createHmac('sha256', by).update(`${id}|${exp}`).digest('hex') });

test('a signed identity reaches the agent, and no profile overwrites it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fl-secret-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'secret');
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  const s = await stage(t, { rules: false, args: ['--identity-secret-file', file] });
  const ana = await s.agent('ana');
  const visitor = await s.visitor({ identity: signed('kundė-7'), profile: { account: 'mine' } });
  assert.equal(visitor.welcome.verified, true);
  const { chat } = await visitor.say('Hello');
  await visitor.human();
  const { handover } = await ana.offer(chat);
  assert.deepEqual([handover.visitor.verified, handover.visitor.account], [true, 'kundė-7']);
  assert.equal((await visitor.tell('profile', { account: 'eve', name: 'Kate' })).type, 'ok');
  const { visitor: told } = await ana.next('the profile', (frame) => frame.type === 'profile');
  assert.deepEqual([told.verified, told.account, told.name], [true, 'kundė-7', 'Kate']);
});

test('a visitor who logs in during a chat is verified from the next hello on', async (t) => {
  const s = await stage(t, { rules: false, env: { FIRSTLINE_IDENTITY_SECRET: secret } });
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  const again = await s.visitor({ token: visitor.welcome.token, identity: signed('kate') });
  assert.equal(again.welcome.verified, true);
  const told = await ana.next('the profile', (frame) => frame.type === 'profile');
  assert.deepEqual([told.chat, told.visitor.verified, told.visitor.account], [chat, true, 'kate']);
  const line = readFileSync(`/proc/${s.gateway.pid}/cmdline`, 'utf8');
  assert.ok(!line.includes(secret));
  assert.ok(!s.gateway.output.includes(secret) && !s.gateway.output.includes(signed('kate').hmac));
});

test('what is expired, forged or altered is not believed', async (t) => {
  const s = await stage(t, { rules: false, env: { FIRSTLINE_IDENTITY_SECRET: secret } });
  const good = signed('kate');
  const bad = [signed('kate', Math.floor(Date.now() / 1000) - 5), signed('kate', later, 'another secret of the same kind'), { ...good, id: 'eve' }, { ...good, exp: later + 1 }, { ...good, hmac: good.hmac.replace(/^./, (c) => (c === '0' ? '1' : '0')) }];
  for (const identity of bad) {
    const visitor = await s.visitor({ identity });
    assert.equal(visitor.welcome.verified, false, JSON.stringify(identity));
    assert.equal((await visitor.say('Hello')).type, 'ack');
  }
  assert.equal((await s.visitor()).welcome.verified, undefined);
});
