// RFC 6455, case by case over bare sockets, against one gateway that other visitors are using meanwhile.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newMid, Visitor } from '../lib/client.mjs';
import { firstline, slowness, startGateway } from '../lib/gateway.mjs';
import { startRedis } from '../lib/redis.mjs';
import { sleep, until, within } from '../lib/wait.mjs';
import { groups, sized, utf8 } from './cases.mjs';
import { echoes } from './echoes.mjs';
import { handshakes } from './handshakes.mjs';
import { binary, close, everyBytes, frame, handshake, last, more, ping, Raw, text } from './raw.mjs';

const atOnce = { concurrency: 32 };
const HEARTBEAT_S = 5;
let redis, gateway, witness, silence;

before(async () => {
  redis = await startRedis({ fsync: 'no' });
  gateway = await startGateway({ redis, env: { FIRSTLINE_TEST_ECHO: '1' } });
  await redis.set('heartbeat_s', HEARTBEAT_S);
  await until('the heartbeat in force', async () => (await (await fetch(`${gateway.url}/api/v1/site?lang=en`)).json()).heartbeat_s === HEARTBEAT_S);
  witness = await Visitor.open(gateway, { lang: 'en' });
  assert.equal((await witness.say('Before all this')).type, 'ack');
  silence = watchSilence();
  silence.catch(() => {});
});

after(async () => {
  witness?.socket.terminate();
  await gateway?.stop();
  await redis?.stop();
});

/** Two who say nothing for two heartbeats: one answers the gateway's pings, one does not. */
async function watchSilence() {
  const [quiet, dead] = [await Raw.open(gateway), await Raw.open(gateway)];
  dead.answers.ping = false;
  await sleep(HEARTBEAT_S * 2600);
  const seen = { quiet: { pings: quiet.pings, gone: Boolean(quiet.gone || quiet.close) }, dead: { pings: dead.pings, code: dead.close?.code ?? null } };
  for (const raw of [quiet, dead]) raw.cut();
  return seen;
}

const isPong = (message) => message.opcode === 1 && message.data.toString() === '{"type":"pong"}';
const limit = (ms) => ms * slowness;

/** The end of a connection the gateway closed with one of `codes`, within `ms` of our own close frame. */
async function ended(raw, codes) {
  const closed = await raw.until('the close frame', () => raw.close);
  assert.ok(codes.includes(closed.code), `closed with ${closed.code} ${closed.reason}, not ${codes}`);
  await within('the connection to end once both have closed', raw.ended, limit(3000));
}

async function expect(raw, wanted, { pongs, somePongs } = {}) {
  if (wanted.quiet) {
    await sleep(300);
    assert.ok(!raw.gone && !raw.close && raw.messages.length === 0);
    return;
  }
  if (wanted.dropped) {
    await within('the connection to end', raw.ended, limit(8000));
    assert.equal(raw.close, null);
    return;
  }
  if (wanted.codes) {
    raw.closing = wanted.answered; // the client was first
    if (wanted.reset) await within('the connection to end', raw.ended, limit(8000));
    else await ended(raw, wanted.codes);
    if (wanted.answers !== undefined) assert.equal(raw.messages.length, wanted.answers);
    return;
  }
  await raw.until(`${wanted.answers} answers`, () => raw.messages.length >= wanted.answers || raw.close);
  await raw.send([text('{"type":"ping"}')]);
  await raw.until('the socket to go on', () => raw.messages.length === wanted.answers + 1 || raw.close);
  assert.equal(raw.close, null, `closed with ${raw.close?.code} ${raw.close?.reason}`);
  assert.ok(raw.messages.every(isPong), `${raw.messages.find((message) => !isPong(message))?.data}`);
  if (pongs) {
    await raw.until('the pongs', () => raw.pongs.length === pongs.length);
    assert.deepEqual(raw.pongs, pongs.map((data) => Buffer.from(data)));
  }
  if (somePongs) {
    await raw.until('a pong', () => raw.pongs.length);
    assert.ok(raw.pongs.every((data, i) => Number(data) < somePongs && (i === 0 || Number(data) > Number(raw.pongs[i - 1]))));
  }
}

// Several groups at a time: much of it is waiting for connections to end.
describe('RFC 6455', { concurrency: 4 }, () => {
  for (const [group, cases] of Object.entries(groups)) {
    describe(group, atOnce, () => {
      for (const [name, bytes, wanted, how = {}] of cases) {
        it(how.gap ? `${name} (${how.gap})` : name, async () => {
          const raw = await Raw.open(gateway);
          await raw.send(bytes, { chop: how.chop });
          await expect(raw, wanted, how);
          assert.deepEqual(raw.failures, []);
          raw.cut();
        });
      }
    });
  }

  describe('what comes with the handshake, and after the end', atOnce, () => {
    const hello = text('{"type":"hello","lang":"en"}');
    const asks = (count) => Array.from({ length: count }, () => text('{"type":"ping"}'));
    const cases = [
      ['a hello', hello, 1], ['a hello and a fragmented ping', Buffer.concat([hello, ...everyBytes('{"type":"ping"}', 4)]), 2], ['20 messages', Buffer.concat(asks(20)), 20],
      ['a message of 8,000 bytes', text(sized(8000)), 1], ['a message of 16,384 bytes', text(sized(16_384)), 1], ['30 messages of 1,000 bytes', Buffer.concat(Array.from({ length: 30 }, () => text(sized(1000)))), 30],
    ];
    for (const [name, first, answers] of cases) {
      for (const chop of [undefined, 61]) {
        if (chop && first.length > 4000) continue;
        it(`${name} in the handshake's segment${chop ? ', in segments of 61 bytes' : ''}`, async () => {
          const raw = new Raw(gateway);
          await raw.send([handshake(gateway).bytes, first], { chop });
          // A client may not speak before the answer: libwebsockets takes little of it, loses the rest, and ends.
          await raw.until(`${answers} answers`, () => raw.messages.length === answers).catch((error) => assert.ok(raw.gone, error.message));
          assert.ok(raw.messages.length <= answers);
          assert.deepEqual(raw.failures, []);
          raw.cut();
        });
      }
    }
    it('a close frame in the handshake\'s segment', async () => {
      const raw = new Raw(gateway);
      const { bytes } = handshake(gateway);
      raw.closing = true;
      await raw.send([bytes, close(1000)]);
      await ended(raw, [1000]);
    });
    it('a wrong frame in the handshake\'s segment', async () => {
      const raw = new Raw(gateway);
      await raw.send([handshake(gateway).bytes, frame(3)]);
      await within('the connection to end', raw.ended, limit(8000));
      assert.ok(raw.close === null || raw.close.code === 1002);
    });
    for (const [name, wrong, code] of [['the gateway', frame(3), 1002], ['the product', text('x'), 1007]]) {
      it(`nothing follows a close frame of ${name}, however much there were to say; who does not answer it is cut off`, async (t) => {
        const raw = await Raw.open(gateway);
        raw.answers.close = false;
        await raw.send([text('{"type":"hello","lang":"en"}')]);
        const { token } = JSON.parse((await raw.until('the welcome', () => raw.messages[0])).data);
        await raw.send(text(JSON.stringify({ type: 'say', mid: newMid(), text: 'the chat begins' })));
        await raw.until('the first event', () => raw.messages.some(({ data }) => data.includes('"event"')));
        const other = await Visitor.open(gateway, { token });
        t.after(() => other.cut());
        await other.say('seen by both');
        await raw.until('the event', () => raw.messages.some(({ data }) => data.includes('seen by both')));
        await raw.send([wrong]);
        await raw.until('the close frame', () => raw.close);
        assert.equal(raw.close.code, code);
        for (let i = 0; i < 3; i++) await other.say(`seen by one ${i}`);
        await raw.send([text('{"type":"ping"}'), ping('late')]).catch(() => {});
        await within('the connection to end', raw.ended, limit(7000));
        assert.deepEqual(raw.failures, []);
      });
    }
  });

  describe('handshakes', atOnce, () => {
    for (const [name, change, wanted] of handshakes) {
      const statuses = [wanted].flat();
      it(`${name}: ${statuses.join(' or ')}`, async () => {
        const how = typeof change === 'function' ? change(gateway) : change;
        const raw = new Raw(gateway);
        const { key, bytes } = handshake(gateway, how);
        raw.key = key;
        await raw.send(how.half ? bytes.subarray(0, 100) : bytes, { chop: how.chop });
        if (wanted === 'stuck') {
          await sleep(500);
          assert.equal(raw.head, null);
          raw.cut();
          return;
        }
        await Promise.race([raw.ended, raw.until('an answer', () => raw.head, 12_000).catch(() => {})]);
        const got = raw.head?.status ?? (raw.gone ? 'ended' : 'nothing');
        assert.ok(statuses.includes(got), `answered ${got} ${raw.head?.text ?? ''}`);
        if (got === 101) {
          assert.equal(raw.head.headers['sec-websocket-protocol'], how.protocol ?? 'firstline.visitor.v1');
          if (how.path !== '/ws/agent') await expect(raw, { answers: 0 });
        } else if (got === 426) assert.equal(raw.head.headers['sec-websocket-version'] ?? raw.head.headers.upgrade, raw.head.headers.upgrade ? 'websocket' : '13');
        assert.deepEqual(raw.failures, []);
        raw.cut();
      });
    }
  });

  // ---- /ws/echo, on the ground of the well-known suites' groups 1-7, 9 and 10

  const echoing = (how) => Raw.open(gateway, { path: '/ws/echo', change: { 'Sec-WebSocket-Protocol': undefined }, ...how });
  /** So many bytes: text in characters of all lengths, or what is no text. */
  function payload(size, opcode) {
    if (opcode === 2) return Buffer.alloc(size, 0xfe);
    const whole = Buffer.from('ž€🙂x'.repeat(Math.floor(size / 10)));
    return Buffer.concat([whole, Buffer.alloc(size - whole.length, '*')]);
  }
  async function echoed(raw, opcode, data, ms = 20_000) {
    const message = await raw.until('the echo', () => raw.messages.shift(), ms);
    assert.equal(message.opcode, opcode);
    assert.ok(message.data.equals(data), `${message.data.length} bytes came back, not the ${data.length} that were sent`);
  }
  const word = { 1: 'text', 2: 'binary' };

  for (const [group, cases] of Object.entries(echoes)) {
    describe(`echo: ${group}`, atOnce, () => {
      for (const [name, steps, wanted, how = {}] of cases) {
        it(name, async () => {
          const raw = await echoing();
          raw.closing = how.ours;
          for (const step of steps) {
            if (typeof step === 'number') await raw.until(`${step} answers`, () => raw.order.length >= step);
            else await raw.send(step, how);
          }
          await raw.until(`${wanted.length} answers`, () => raw.order.length >= wanted.length, 30_000);
          // The end comes at once: libwebsockets alone would wait 5 s for an answer to its close frame that it cannot read.
          if (raw.close && !how.open) await within('the connection to end', raw.ended, limit(1000));
          assert.deepEqual(raw.order, wanted);
          assert.deepEqual(raw.failures, []);
          raw.cut();
        });
      }
    });
  }

  describe('echo: sizes', { concurrency: 3 }, () => {
    for (const opcode of [1, 2]) {
      for (const size of [0, 1, 125, 126, 127, 128, 4096, 16_385, 65_535, 65_536]) {
        it(`${word[opcode]} of ${size} bytes, whole and in segments of 997`, async () => {
          const raw = await echoing();
          const data = payload(size, opcode);
          for (const chop of [undefined, 997]) {
            await raw.send(frame(opcode, data), { chop });
            await echoed(raw, opcode, data);
          }
          await raw.send(close(1000));
          raw.closing = true;
          await ended(raw, [1000]);
          assert.deepEqual(raw.failures, []);
        });
      }
      for (const [size, fragment] of [[1 << 18, 1 << 18], [1 << 20, 1 << 20], [1 << 22, 1 << 22], [1 << 23, 1 << 23], [1 << 24, 1 << 24], [1 << 22, 256], [1 << 22, 4096], [1 << 22, 65_536], [1 << 24, 1 << 20], [65_536, 1300]]) {
        it(`${word[opcode]} of ${size} bytes in fragments of ${fragment}`, async () => {
          const raw = await echoing();
          const data = payload(size, opcode);
          await raw.send(everyBytes(data, fragment, opcode));
          await echoed(raw, opcode, data, 30_000);
          assert.deepEqual(raw.failures, []);
          raw.cut();
        });
      }
      it(`${word[opcode]} of 16 MiB and one byte: 1009`, async () => {
        const raw = await echoing();
        await raw.send(frame(opcode, payload((1 << 24) + 1, opcode)));
        await raw.until('the close frame', () => raw.close, 20_000);
        assert.equal(raw.close.code, 1009);
        raw.cut();
      });
      for (const size of [0, 16, 64, 256, 1024, 4096]) {
        it(`300 ${word[opcode]} messages of ${size} bytes, one after the other, then all at once`, async () => {
          const raw = await echoing();
          const data = payload(size, opcode);
          for (let i = 0; i < 300; i++) {
            await raw.send(frame(opcode, data));
            await echoed(raw, opcode, data);
          }
          await raw.send(Array.from({ length: 300 }, () => frame(opcode, data)));
          for (let i = 0; i < 300; i++) await echoed(raw, opcode, data);
          assert.deepEqual(raw.failures, []);
          raw.cut();
        });
      }
    }
  });

  describe('echo: fragments, control frames, subprotocols', atOnce, () => {
    it('ping amid a message, then a message of the other kind', async () => {
      const raw = await echoing();
      await raw.send([text('one ', { fin: false }), ping('p'), more('two '), last('three'), binary('4'), text('five', { fin: false }), last('')]);
      await echoed(raw, 1, Buffer.from('one two three'));
      await echoed(raw, 2, Buffer.from('4'));
      await echoed(raw, 1, Buffer.from('five'));
      await raw.until('the pong', () => raw.pongs.length);
      assert.deepEqual(raw.pongs, [Buffer.from('p')]);
      raw.cut();
    });
    for (const [name, bytes] of [['a text frame amid a binary message', [binary('a', { fin: false }), text('b')]], ['a continuation of nothing', [last('a')]], ['a reserved bit', [text('a', { rsv: 4 })]], ['a reserved opcode', [frame(5)]]]) {
      it(`${name}: 1002`, async () => {
        const raw = await echoing();
        await raw.send(bytes);
        await ended(raw, [1002]);
        assert.deepEqual([raw.failures, raw.messages], [[], []]);
      });
    }
    it('a client that does not read for a while gets everything', async () => {
      const raw = await echoing();
      const data = payload(1 << 20, 2);
      raw.socket.pause();
      await raw.send(Array.from({ length: 12 }, () => binary(data)));
      await sleep(500);
      raw.socket.resume();
      for (let i = 0; i < 12; i++) await echoed(raw, 2, data);
      assert.deepEqual(raw.failures, []);
      raw.cut();
    });
    it('its own subprotocol may be asked for; the product\'s may not', async () => {
      const own = await echoing({ change: {}, protocol: 'firstline.echo.v1' });
      assert.equal(own.head.headers['sec-websocket-protocol'], 'firstline.echo.v1');
      await own.send(text('hi'));
      await echoed(own, 1, Buffer.from('hi'));
      own.cut();
      for (const protocol of ['firstline.visitor.v1', 'firstline.agent.v1', 'http', 'chat']) await assert.rejects(echoing({ change: {}, protocol }), /400/);
    });
    it('another origin is refused', () => assert.rejects(echoing({ change: { 'Sec-WebSocket-Protocol': undefined, Origin: 'https://evil.example' } }), /403/));
  });

  describe('echo: UTF-8', atOnce, () => {
    for (const [name, bytes] of utf8.good) {
      it(`${name}, whole, a fragment a byte, a segment a byte`, async () => {
        const raw = await echoing();
        await raw.send(text(bytes));
        await raw.send(everyBytes(bytes, 1));
        await raw.send(text(bytes), { chop: 1 });
        for (let i = 0; i < 3; i++) await echoed(raw, 1, bytes);
        raw.cut();
      });
    }
    const refused = async (send, amid) => {
      const raw = await echoing();
      await send(raw);
      if (amid) assert.equal((await raw.until('the close frame', () => raw.close)).code, 1007);
      else await ended(raw, [1007]);
      raw.cut();
      assert.deepEqual([raw.failures, raw.messages], [[], []]);
    };
    for (const [name, bytes] of utf8.bad) {
      it(`no UTF-8: ${name}, whole`, () => refused((raw) => raw.send(text(bytes))));
      it(`no UTF-8: ${name}, refused before the message has ended`, () => refused((raw) => raw.send([text('κόσμε', { fin: false }), ...Array.from(bytes, (byte) => more(Buffer.from([byte]))), more('and so on')])));
      it(`no UTF-8: ${name}, refused before the frame has ended`, () => refused((raw) => raw.send(text(Buffer.concat([bytes, Buffer.from('and so on')]), { length: 1000 })), true));
    }
    for (const [name, bytes] of utf8.cut) {
      it(`no UTF-8: the message ends ${name}`, () => refused((raw) => raw.send(text(bytes))));
      it(`no UTF-8: the message ends ${name}, with an empty last fragment`, () => refused((raw) => raw.send([text(bytes, { fin: false }), last('')])));
    }
    it('a binary message need not be UTF-8', async () => {
      const raw = await echoing();
      await raw.send(binary(Buffer.from([0xff, 0xfe])));
      await echoed(raw, 2, Buffer.from([0xff, 0xfe]));
      raw.cut();
    });
  });
});

describe('after all of it', { concurrency: 1 }, () => {
  it('who answers pings and says nothing stays; who does not is closed', async () => {
    const seen = await silence;
    assert.ok(seen.quiet.pings >= 1 && !seen.quiet.gone, JSON.stringify(seen));
    assert.ok(seen.dead.pings >= 1 && seen.dead.code === 1001, JSON.stringify(seen));
  });
  it('without the option there is no /ws/echo', async () => {
    const plain = await startGateway({ redis });
    await assert.rejects(Raw.open(plain, { path: '/ws/echo', change: { 'Sec-WebSocket-Protocol': undefined } }), /404/);
    await assert.rejects(Raw.open(plain, { path: '/ws/echo', protocol: 'firstline.echo.v1' }), /404/);
    await assert.rejects(Raw.open(plain, { path: '/ws/visitor', protocol: 'firstline.echo.v1' }), /400/);
    assert.doesNotMatch(plain.output + (await firstline(['--help'])).stdout, /test-echo/i);
    assert.equal((await plain.stop()).code, 0);
    assert.match(gateway.output, /level=warn .*--test-echo/);
  });
  it('every socket of these cases is gone, the other visitor\'s conversation goes on, and the gateway ends cleanly', async () => {
    await until('the sockets to be gone', async () => /firstline_sockets\{kind="visitor"\} 1\n/.test(await (await fetch(`${gateway.url}/metrics`)).text()), { ms: limit(10_000) });
    const { chat } = await witness.say('After all this');
    await witness.ping();
    assert.equal(witness.events(chat).filter((event) => event.kind === 'message').length, 2);
    assert.deepEqual(witness.failures, []);
    witness.cut();
    const { code } = await gateway.stop();
    assert.doesNotMatch(gateway.output, /runtime error|AddressSanitizer|LeakSanitizer/);
    assert.equal(code, 0, gateway.output.slice(-3000));
  });
});
