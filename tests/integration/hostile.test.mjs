// Bad input of every kind, from visitors, agents and whoever else finds the port: a clear answer, never a crash, and nobody
// else is disturbed.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { Agent, newMid, Peer, Visitor } from '../lib/client.mjs';
import { slowness } from '../lib/gateway.mjs';
import { questions, stage } from '../lib/stage.mjs';
import { until, within } from '../lib/wait.mjs';

const closing = (peer, what = 'the gateway to close the socket') => within(what, peer.closed, 10_000 * slowness);

test('visitor: wrong frames get an error that says what is wrong, and the socket lives on', async (t) => {
  const s = await stage(t);
  let visitor = await s.visitor();
  const mid = newMid();
  const cases = [
    ['bad_frame', {}], ['bad_frame', []], ['bad_frame', { type: 7 }], ['bad_frame', { type: null }], ['bad_frame', { type: ['say'] }],
    ['unknown_type', { type: 'dance' }], ['unknown_type', { type: '' }], ['unknown_type', { type: 'accept', chat: 1 }],
    ['bad_frame', { type: 'say' }], ['bad_frame', { type: 'say', mid }], ['bad_frame', { type: 'say', text: 'x' }],
    ['bad_frame', { type: 'say', mid: 5, text: 'x' }], ['bad_frame', { type: 'say', mid, text: 5 }], ['bad_frame', { type: 'say', mid, text: null }],
    ['bad_frame', { type: 'say', mid, text: ['x'] }], ['bad_frame', { type: 'say', mid, text: { a: 1 } }],
    ['bad_frame', { type: 'say', mid, text: '' }], ['bad_frame', { type: 'say', mid: 'short', text: 'x' }],
    ['bad_frame', { type: 'say', mid: 'x'.repeat(65), text: 'x' }], ['bad_frame', { type: 'say', mid: 'with space in it', text: 'x' }],
    ['too_long', { type: 'say', mid, text: 'x'.repeat(4001) }], ['too_long', { type: 'say', mid, text: 'ž'.repeat(4001) }],
    ['bad_frame', { type: 'typing' }], ['bad_frame', { type: 'typing', on: 'yes' }], ['bad_frame', { type: 'typing', on: 1 }], ['bad_frame', { type: 'typing', on: true, draft: 5 }],
    ['bad_frame', { type: 'seen' }], ['bad_frame', { type: 'seen', seq: '1' }], ['bad_frame', { type: 'seen', seq: -1 }], ['bad_frame', { type: 'seen', seq: 1.5 }], ['bad_frame', { type: 'seen', seq: 1e18 }],
    ['bad_frame', { type: 'helped' }], ['bad_frame', { type: 'helped', seq: 1 }], ['bad_frame', { type: 'helped', ok: true }], ['bad_frame', { type: 'helped', seq: 1, ok: 'no' }], ['bad_frame', { type: 'helped', seq: true, ok: true }],
    ['bad_frame', { type: 'human' }], ['bad_frame', { type: 'human', mid: {} }],
    ['bad_frame', { type: 'profile', name: 5 }], ['bad_frame', { type: 'profile', attrs: 'x' }], ['bad_frame', { type: 'profile', attrs: { a: {} } }],
    ['bad_frame', { type: 'rate' }], ['bad_frame', { type: 'rate', score: 0 }], ['bad_frame', { type: 'rate', score: 6 }], ['bad_frame', { type: 'rate', score: '5' }], ['bad_frame', { type: 'rate', score: 4.5 }], ['bad_frame', { type: 'rate', score: 5, text: 1 }],
  ];
  for (const [i, [code, frame]] of cases.entries()) {
    if (i % 20 === 19) visitor = await s.visitor(); // one socket may send 60 such frames in 10 s
    const error = await visitor.refused(frame);
    assert.equal(error.code, code, `${JSON.stringify(frame).slice(0, 120)} was answered ${JSON.stringify(error)}`);
    assert.ok(error.message.length > 10 && /[a-z]/.test(error.message), `a sentence, not ${error.message}`);
    if (typeof frame.mid === 'string' && /^[A-Za-z0-9_-]{8,64}$/.test(frame.mid)) assert.equal(error.mid, frame.mid, 'an error names the mid it answers');
    await visitor.ping();
  }
  assert.deepEqual(await s.ops.cli('EXISTS', '{main}:next_chat'), ['0'], 'none of this made a chat');
  visitor = await s.visitor();
  assert.equal((await visitor.say('x'.repeat(4000))).type, 'ack', '4,000 code points are allowed');
  assert.equal((await visitor.say('🙂'.repeat(4000), newMid())).code ?? 'ack', 'ack', 'code points are counted, not bytes: 16,000 bytes of text fit a frame');
});

test('visitor: the wrong moment', async (t) => {
  const s = await stage(t);
  const early = new Visitor(s.gateway);
  await early.opened;
  for (const frame of [{ type: 'say', mid: newMid(), text: 'x' }, { type: 'human', mid: newMid() }, { type: 'typing', on: true }, { type: 'end' }, { type: 'rate', score: 5 }]) {
    assert.equal((await early.refused(frame)).code, 'hello_first', frame.type);
  }
  early.cut();
  const visitor = await s.visitor();
  assert.equal((await visitor.tell('end')).type, 'error');
  assert.equal((await visitor.tell('rate', { score: 5 })).code, 'not_closed');
  assert.equal((await visitor.tell('helped', { seq: 1, ok: true })).type, 'error');
  visitor.send({ type: 'seen', seq: 1 });
  visitor.send({ type: 'typing', on: true });
  await visitor.ping();
  const { chat } = await visitor.say(questions.unmatched);
  assert.equal((await visitor.tell('helped', { seq: 1, ok: true })).type, 'error', 'a message is no answer');
  assert.equal((await visitor.tell('helped', { seq: 999, ok: true })).type, 'error');
  await visitor.tell('end');
  assert.equal((await visitor.tell('end')).type, 'error');
  assert.equal(visitor.events(chat).at(-1).kind, 'closed');
});

test('visitor: a hello of wrong types is refused, of strange values is survived', async (t) => {
  const s = await stage(t);
  const bad = [{ token: 5 }, { after: '1' }, { after: -1 }, { lang: 5 }, { page: 'x' }, { queue: 5 }, { profile: [] }, { langs: 'lt' }, { chat: 'x' }];
  for (const members of bad) {
    const visitor = new Visitor(s.gateway);
    await visitor.opened;
    const error = await visitor.refused({ type: 'hello', ...members });
    assert.equal(error.code, 'bad_frame', JSON.stringify(members));
    visitor.cut();
  }
  const strange = [{ token: '' }, { token: '../../etc/passwd' }, { token: 'x'.repeat(128) }, { lang: 'xx-$$' }, { lang: '' }, { page: { url: 'javascript:alert(1)', title: 'x'.repeat(3000), referrer: '' } }, { queue: '{main}:config' }, { queue: '' },
    { after: 4_000_000_000 }, { profile: { name: 'x', unknown: 1 } }, { profile: { name: 1, attrs: 5 } }, { page: { url: 5 } }, { langs: [5, {}] }, { unknown: { nested: [1] } }];
  for (const members of strange) {
    const visitor = new Visitor(s.gateway);
    await visitor.opened;
    const from = visitor.frames.length;
    visitor.sendRaw(JSON.stringify({ type: 'hello', ...members }));
    const answer = await visitor.next('an answer', (frame) => frame.type === 'welcome' || frame.type === 'error', { from });
    if (answer.type === 'welcome') assert.equal((await visitor.say('Hello')).type, 'ack', JSON.stringify(members));
    visitor.cut();
  }
});

test('what is no text frame with one JSON object closes the socket: 1007, 1003, 1009', async (t) => {
  const s = await stage(t);
  const witness = await s.visitor();
  const deep = `{"type":"say","x":${'['.repeat(9)}${']'.repeat(9)}}`;
  const cases = [
    [1007, '{"type":"say"', 'half an object'], [1007, 'hello', 'a word'], [1007, '', 'nothing'], [1007, '{"type":"ping"}{"type":"ping"}', 'two objects'],
    [1007, '"ping"', 'a string'], [1007, 'null', 'null'], [1007, '{"type":"ping","type":"ping"}', 'a member twice'], [1007, deep, 'nested 9 deep'],
    [1007, '{"type":"\\ud800"}', 'half a surrogate'], [1007, '{"type":"ping"\u0000}', 'a NUL'], [1007, '{"type":"say","mid":"aaaaaaaaaa","text":"\\u0000"}', 'an escaped NUL', true], [1007, "{'type':'ping'}", 'wrong quotes'], [1007, '{"type":NaN}', 'NaN'],
    [1009, JSON.stringify({ type: 'say', mid: newMid(), text: 'x'.repeat(16_384) }), 'more than 16 KiB'], [1009, 'x'.repeat(1_000_000), 'a megabyte'],
  ];
  for (const [code, data, what, mayAnswer] of cases) {
    const visitor = new Visitor(s.gateway);
    await visitor.opened;
    await visitor.ask({ type: 'hello' }, (frame) => frame.type === 'welcome');
    visitor.sendRaw(data);
    if (mayAnswer) {
      const end = await Promise.race([closing(visitor), visitor.next('an error', (frame) => frame.type === 'error').catch(() => closing(visitor))]);
      assert.ok(end.type === 'error' || end.code === code, what);
    } else assert.equal((await closing(visitor, `${what} to be refused`)).code, code, what);
    visitor.cut();
  }
  const binary = await s.visitor();
  binary.sendRaw(Buffer.from('{"type":"ping"}'), { binary: true });
  assert.equal((await closing(binary)).code, 1003);
  const latin = await s.visitor();
  latin.sendRaw(Buffer.from([0x7b, 0x22, 0x74, 0x79, 0x70, 0x65, 0x22, 0x3a, 0x22, 0xe6, 0x22, 0x7d]), { binary: false });
  assert.equal((await closing(latin)).code, 1007);
  const pieces = await s.visitor();
  pieces.socket.send('{"type":"pi', { fin: false });
  pieces.socket.send('ng"}', { fin: true });
  await pieces.next('pong', (frame) => frame.type === 'pong');
  const endless = await s.visitor();
  for (let i = 0; i < 40 && endless.socket.readyState === 1; i++) endless.socket.send('x'.repeat(1000), { fin: false });
  assert.equal((await closing(endless)).code, 1009);
  await witness.ping();
});

test('a flood is told to slow down, then closed with 1008; what was acknowledged is there, nothing else', async (t) => {
  const s = await stage(t, { settings: { say_per_10s: 20 } });
  const witness = await s.visitor();
  const visitor = await s.visitor();
  const acks = new Set();
  let slowed;
  for (let i = 0; i < 4000 && visitor.socket.readyState === 1; i++) {
    visitor.sendRaw(JSON.stringify({ type: 'say', mid: newMid(), text: `flood ${i}` }));
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const { code } = await closing(visitor, 'the flood to be closed');
  assert.equal(code, 1008);
  for (const frame of visitor.frames) {
    if (frame.type === 'ack') acks.add(frame.seq);
    if (frame.type === 'error') slowed ??= frame;
  }
  assert.equal(slowed?.code, 'slow_down');
  assert.ok(slowed.retry_after_ms > 0 && slowed.retry_after_ms <= 10_000, `retry_after_ms ${slowed.retry_after_ms}`);
  const stored = Number((await s.ops.cli('XLEN', '{main}:chat:1:log'))[0]);
  assert.ok(stored >= 1 && stored <= 40, `${stored} of a burst were accepted with a limit of 20`);
  for (const seq of acks) assert.ok(seq <= stored, 'what was acknowledged is stored');
  assert.equal((await witness.say('Not disturbed')).type, 'ack');
});

test('a flood of wrong frames is closed with 1008 too', async (t) => {
  const s = await stage(t, { rules: false });
  for (const frame of [{ type: 'say', mid: 'short', text: 'x' }, { type: 'dance' }, { type: 'ping' }, { type: 'typing', on: true }, { type: 'human' }, { type: 'profile', name: 5 }]) {
    const visitor = await s.visitor();
    const data = JSON.stringify(frame);
    for (let i = 0; i < 3000 && visitor.socket.readyState === 1; i++) {
      visitor.sendRaw(data);
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal((await closing(visitor, `the flood of ${frame.type} to be closed`)).code, 1008, frame.type);
  }
  const early = new Visitor(s.gateway);
  await early.opened;
  for (let i = 0; i < 3000 && early.socket.readyState === 1; i++) early.sendRaw('{"type":"end"}');
  assert.equal((await closing(early)).code, 1008, 'before hello');
});

test('after slow_down and its pause the same words go through', async (t) => {
  const s = await stage(t, { settings: { say_per_10s: 5 } });
  const visitor = await s.visitor();
  let refused;
  let mid;
  for (let i = 0; i < 20 && !refused; i++) {
    mid = newMid();
    const answer = await visitor.say(`message ${i}`, mid);
    if (answer.type === 'error') refused = answer;
  }
  assert.equal(refused?.code, 'slow_down');
  await new Promise((resolve) => setTimeout(resolve, refused.retry_after_ms + 50));
  assert.equal((await visitor.say('the same words', mid)).type, 'ack');
});

test('agent: wrong frames, wrong types, somebody else’s chats', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { chat, visitor } = await s.talk(ana);
  const jonas = await s.agent('jonas', { online: false });
  const id = 'x1';
  const mid = newMid();
  const wrong = [
    ['bad_frame', {}], ['unknown_type', { type: 'dance', id }], ['unknown_type', { type: 'human', mid }],
    ['bad_frame', { type: 'presence', id }], ['bad_frame', { type: 'presence', id, state: 'asleep' }], ['bad_frame', { type: 'presence', id, state: 'online', capacity: '4' }], ['bad_frame', { type: 'presence', id, state: 'online', capacity: 51 }], ['bad_frame', { type: 'presence', id, state: 'online', capacity: -1 }],
    ['bad_frame', { type: 'accept', id }], ['bad_frame', { type: 'accept', id, chat: '1' }], ['bad_frame', { type: 'accept', id, chat: 0 }], ['bad_frame', { type: 'accept', id, chat: -3 }], ['bad_frame', { type: 'accept', id, chat: 1.5 }],
    ['no_such_chat', { type: 'take', id, chat: 999 }],
    ['bad_frame', { type: 'say', mid, text: 'x' }], ['bad_frame', { type: 'say', chat, text: 'x' }], ['bad_frame', { type: 'say', chat, mid }], ['bad_frame', { type: 'say', chat, mid, text: 5 }], ['bad_frame', { type: 'say', chat, mid, text: '' }], ['too_long', { type: 'say', chat, mid, text: 'x'.repeat(4001) }],
    ['bad_frame', { type: 'note', chat, mid, text: [] }], ['too_long', { type: 'note', chat, mid, text: 'x'.repeat(4001) }],
    ['bad_frame', { type: 'transfer', id, chat, reason: 'x' }], ['bad_frame', { type: 'transfer', id, chat, to: 'jonas', reason: 'x' }], ['bad_frame', { type: 'transfer', id, chat, to: {}, reason: 'x' }], ['reason_required', { type: 'transfer', id, chat, to: { agent: 'jonas' } }], ['reason_required', { type: 'transfer', id, chat, to: { agent: 'jonas' }, reason: '' }],
    ['bad_argument', { type: 'close', id, chat }], ['bad_frame', { type: 'close', id, chat, outcome: 'maybe', category: 'other' }], ['bad_frame', { type: 'close', id, chat, outcome: 'solved', category: 5 }],
    ['bad_frame', { type: 'typing', chat }], ['bad_frame', { type: 'seen', chat }], ['bad_frame', { type: 'seen', chat, seq: 'x' }],
  ];
  for (const [code, frame] of wrong) {
    const error = await ana.refused(frame);
    assert.equal(error.code, code, `${JSON.stringify(frame).slice(0, 120)} was answered ${JSON.stringify(error)}`);
    if (frame.id) assert.equal(error.id, frame.id);
    if (frame.mid && frame.type !== 'human') assert.equal(error.mid, frame.mid);
  }
  for (const [type, members] of [['accept', { chat }], ['transfer', { chat, to: { queue: 'general' }, reason: 'x' }], ['close', { chat, outcome: 'solved', category: 'other' }], ['decline', { chat }]]) {
    const error = await jonas.request(type, members);
    assert.ok(['not_yours', 'offer_gone', 'forbidden'].includes(error.code), `${type}: ${JSON.stringify(error)}`);
  }
  assert.equal((await jonas.say(chat, 'Mine?')).code, 'not_yours');
  assert.ok(['not_yours', 'forbidden'].includes((await jonas.note(chat, 'Mine?')).code));
  jonas.send({ type: 'typing', chat, on: true });
  jonas.send({ type: 'seen', chat, seq: 2 });
  await jonas.ping().catch(() => {});
  await visitor.ping();
  assert.ok(!visitor.frames.some((frame) => frame.type === 'typing'), 'typing of one who does not own the chat is not shown');
  assert.ok(!visitor.frames.some((frame) => frame.type === 'seen'), 'seen of one who does not own the chat is not shown');
  assert.deepEqual(visitor.events(chat).map((event) => event.kind), ['message', 'queued', 'joined']);
  await ana.command('close', { chat, outcome: 'solved', category: 'other' });
  assert.equal((await ana.say(chat, 'Too late')).code, 'closed');
  assert.equal((await ana.request('close', { chat, outcome: 'solved', category: 'other' })).code, 'closed');
});

test('upgrades: wrong version, key, method, Origin, subprotocol, path and no session are refused before the upgrade', async (t) => {
  const s = await stage(t, { rules: false });
  const port = Number(new URL(s.gateway.url).port);
  const host = `127.0.0.1:${port}`;
  const good = { Host: host, Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Protocol': 'firstline.visitor.v1', Origin: s.gateway.url };
  const status = (changes, line = 'GET /ws/visitor HTTP/1.1') => new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const headers = Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined);
    let got = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      got += chunk;
      if (got.includes('\r\n')) { resolve(Number(/^HTTP\/1\.[01] (\d+)/.exec(got)?.[1])); socket.destroy(); }
    }).on('error', reject).on('close', () => resolve(got ? Number(/^HTTP\/1\.[01] (\d+)/.exec(got)?.[1]) : 0));
    socket.write(`${line}\r\n${headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`);
    setTimeout(() => { resolve(-1); socket.destroy(); }, 5000 * slowness).unref();
  });
  assert.equal(await status({}), 101, 'the good one');
  assert.equal(await status({ Origin: undefined }), 101, 'what is no browser sends no Origin');
  const refused = [
    ['version 12', { 'Sec-WebSocket-Version': '12' }], ['version 8', { 'Sec-WebSocket-Version': '8' }], ['no version', { 'Sec-WebSocket-Version': undefined }],
    ['a short key', { 'Sec-WebSocket-Key': 'a' }], ['no key', { 'Sec-WebSocket-Key': undefined }], ['a key that is no base64', { 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!!!' }],
    ['Upgrade: h2c', { Upgrade: 'h2c' }], ['Upgrade: websocketx', { Upgrade: 'websocketx' }],
    ['POST', {}, 'POST /ws/visitor HTTP/1.1'], ['PUT', {}, 'PUT /ws/visitor HTTP/1.1'],
    ['a foreign Origin', { Origin: 'https://evil.example' }], ['Origin null', { Origin: 'null' }], ['an Origin that begins right', { Origin: `${s.gateway.url}.evil.example` }], ['another port', { Origin: 'http://127.0.0.1:1' }],
    ['no subprotocol', { 'Sec-WebSocket-Protocol': undefined }], ['a foreign subprotocol', { 'Sec-WebSocket-Protocol': 'chat' }], ['the agent’s subprotocol', { 'Sec-WebSocket-Protocol': 'firstline.agent.v1' }],
    ['another path', {}, 'GET /ws/other HTTP/1.1'], ['no path', {}, 'GET / HTTP/1.1'], ['a longer path', {}, 'GET /ws/visitor/x HTTP/1.1'],
    ['an agent without session', { 'Sec-WebSocket-Protocol': 'firstline.agent.v1' }, 'GET /ws/agent HTTP/1.1'],
  ];
  for (const [what, changes, line] of refused) {
    const got = await status(changes, line);
    assert.ok(got !== 101 && got !== -1, `${what}: ${got}`);
    if (got !== 0) assert.ok(got === 200 ? line?.startsWith('GET / ') : got >= 400 && got < 500, `${what}: ${got}`);
  }
  const visitor = await s.visitor();
  await visitor.ping();
});

test('an agent’s socket needs a session, and ends with it', async (t) => {
  const s = await stage(t, { rules: false });
  const ana = await s.agent('ana');
  // Whether a session is still good only Redis knows: it is asked at hello.
  const stranger = async (cookie) => {
    const agent = new Agent(s.gateway, cookie);
    await agent.opened;
    agent.send({ type: 'hello', id: '1' });
    assert.equal((await closing(agent)).code, 1008);
    assert.deepEqual(agent.frames, []);
  };
  await stranger(`firstline=${'A'.repeat(32)}`);
  for (const cookie of [undefined, 'firstline=', 'firstline=short', 'other=x']) await assert.rejects(new Agent(s.gateway, cookie).opened, { status: 401 });
  const foreign = new Agent(s.gateway, s.accounts.get('ana').cookie, { headers: { origin: 'https://shop.example' } });
  await assert.rejects(foreign.opened, { status: 403 });
  const out = await fetch(`${s.gateway.url}/api/v1/session`, { method: 'DELETE', headers: { cookie: s.accounts.get('ana').cookie, origin: s.gateway.url } });
  assert.equal(out.status, 204);
  assert.equal((await closing(ana)).code, 1008);
  await stranger(s.accounts.get('ana').cookie);
});

test('an agent disabled by ops is logged out at once; chats go on with others', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  const { agentTool } = await import('../lib/gateway.mjs');
  const done = await agentTool(s.gateway, 'disable', 'ana');
  assert.equal(done.code, 0, done.stderr);
  assert.equal((await closing(ana)).code, 1008);
  const jonas = await s.agent('jonas');
  await jonas.accept(chat);
  await visitor.event('joined', (event) => event.agent === 'jonas');
});

test('one who does not read is closed, and costs little', async (t) => {
  const s = await stage(t, { fsync: 'everysec', settings: { say_per_10s: 1000 } });
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  const deaf = await s.agent('ana', { online: false });
  deaf.socket._socket.pause();
  // Messages of nearly 16 KiB each, until it is noticed.
  const text = '🙂'.repeat(3900);
  const noticed = async () => /^firstline_sockets_too_slow_total [1-9]/m.test(await (await fetch(`${s.gateway.url}/metrics`)).text());
  for (let i = 0; i < 900 && !(await noticed()); i += 10) await Promise.all(Array.from({ length: 10 }, () => visitor.say(text)));
  await until('it to be noticed', noticed, { ms: 8000, every: 200 });
  deaf.socket._socket.resume();
  const { code } = await within('the deaf socket to be closed', deaf.closed, 15_000 * slowness);
  assert.ok(code === 1013 || code === 1006, `closed with ${code}`);
  assert.match(await (await fetch(`${s.gateway.url}/metrics`)).text(), /^firstline_sockets_too_slow_total 1$/m);
  assert.equal((await visitor.say('Still here?')).type, 'ack');
  const asked = Date.now();
  await ana.event('message', (event) => event.text === 'Still here?');
  t.diagnostic(`the others have it after ${Date.now() - asked} ms`);
});

test('one address may hold so many sockets and no more; other things still work', async (t) => {
  const s = await stage(t, { rules: false, perAddress: 5 });
  const held = [];
  for (let i = 0; i < 5; i++) held.push(await s.visitor());
  const sixth = new Visitor(s.gateway);
  await assert.rejects(sixth.opened, (error) => error.status === 429 || error.status === 503);
  await held[0].close();
  await until('room for one more', async () => {
    const next = new Visitor(s.gateway);
    return next.opened.then(() => { next.cut(); return true; }, () => false);
  }, { every: 200 });
});

test('text is text: markup goes through untouched and is HTML nowhere', async (t) => {
  const s = await stage(t);
  const ana = await s.agent('ana');
  const { visitor, chat } = await s.talk(ana);
  for (const text of ['<img src=x onerror=alert(1)>', '</script><script>alert(1)</script>', '"quotes" \\ and \u2028 \u2029', '\u202eright to left', 'a\nb\tc', '{"type":"event"}', '%s%n%x', '${7*7}', "'; return redis.call('FLUSHALL') --", 'E1 {"type":"event"}']) {
    await visitor.say(text);
    await ana.event('message', (event) => event.text === text);
    const page = await fetch(`${s.gateway.url}/api/v1/chats/${chat}.txt`, { headers: { cookie: s.accounts.get('ana').cookie } });
    assert.match(page.headers.get('content-type'), /^text\/plain/);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
  }
});

test('a thousand random mutations of good frames: no crash, no silence', async (t) => {
  const s = await stage(t, { settings: { say_per_10s: 1000 } });
  let state = 20_240_607;
  const random = (n) => { state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0; return (state >>> 8) % n; };
  const good = [
    { type: 'hello', token: 'A'.repeat(32), after: 0, lang: 'lt', page: { url: 'https://shop.example/', title: 'x', referrer: '' }, profile: { name: 'x', attrs: { a: 'b' } } },
    { type: 'say', mid: newMid(), text: 'Hello there' }, { type: 'typing', on: true, draft: 'Hel' }, { type: 'seen', seq: 1 }, { type: 'helped', seq: 1, ok: true }, { type: 'human', mid: newMid() }, { type: 'rate', score: 5, text: 'x' }, { type: 'profile', name: 'x' },
  ];
  const values = [null, true, 0, -1, 2 ** 53, 1e308, '', 'x'.repeat(5000), [], {}, [[[]]], '\u0000', '\ud83d\ude00', { type: 'say' }];
  const ana = await s.agent('ana');
  const agentGood = [{ type: 'accept', id: '1', chat: 1 }, { type: 'say', chat: 1, mid: newMid(), text: 'x' }, { type: 'transfer', id: '2', chat: 1, to: { agent: 'ana' }, reason: 'x' }, { type: 'close', id: '3', chat: 1, outcome: 'solved', category: 'other' }, { type: 'presence', id: '4', state: 'away', capacity: 3 }, { type: 'take', id: '5', chat: 1 }];
  const mutate = (frame) => {
    const copy = structuredClone(frame);
    const keys = Object.keys(copy);
    const key = keys[random(keys.length)];
    if (random(4) === 0) delete copy[key];
    else copy[key] = values[random(values.length)];
    let text = JSON.stringify(copy);
    if (random(5) === 0) { const at = random(text.length); text = text.slice(0, at) + String.fromCharCode(32 + random(95)) + text.slice(at + 1); }
    return text;
  };
  let visitor = await s.visitor();
  for (let i = 0; i < 1000; i++) {
    if (i % 3 === 0 && ana.socket.readyState === 1) ana.sendRaw(mutate(agentGood[random(agentGood.length)]));
    if (visitor.socket.readyState !== 1) visitor = await s.visitor();
    visitor.sendRaw(mutate(good[random(good.length)]));
    if (i % 20 === 0) await Promise.race([visitor.ping().catch(() => {}), visitor.closed]);
  }
  const witness = await s.visitor();
  assert.equal((await witness.say('Still well?')).type, 'ack');
  assert.equal(s.gateway.child.exitCode, null);
});
