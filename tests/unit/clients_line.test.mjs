// How soon widget and dashboard give up a line that is dead without being closed: never later than two heartbeats, and at once
// when something they sent has no answer. And how they get in when a gateway is busy or dumb. Their own code with a pretended clock and a pretended socket.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { openPage, prepareClients } from '../faults/clients.mjs';

const BEAT_S = 15;
before(prepareClients);

/** Timers that run when told: clock.run(ms) lets that much time pass. */
function pretendedClock() {
  const clock = { now: 1_700_000_000_000, due: new Map(), n: 0 };
  const add = (act, ms = 0, args, every) => {
    clock.due.set(++clock.n, { at: clock.now + ms, act: () => act(...args), every });
    return clock.n;
  };
  const drop = (id) => clock.due.delete(id);
  clock.run = (ms) => {
    const end = clock.now + ms;
    for (;;) {
      const [next] = [...clock.due].filter(([, one]) => one.at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      const [id, one] = next;
      clock.now = Math.max(clock.now, one.at);
      if (one.every) one.at += one.every;
      else clock.due.delete(id);
      one.act();
    }
    clock.now = end;
  };
  clock.timers = {
    setTimeout: (act, ms, ...args) => add(act, ms, args), clearTimeout: drop,
    setInterval: (act, ms, ...args) => add(act, ms, args, ms), clearInterval: drop,
    Date: class extends Date { static now() { return clock.now; } },
  };
  return clock;
}

/** A page whose gateway says `busy` so often, then welcomes and acknowledges everything until `dead`; each new socket is in `sockets`. */
function page(entry, welcome, { busy = 0, dead = false } = {}) {
  const clock = pretendedClock();
  const line = { clock, sockets: [], dead, busy };
  class Socket {
    static OPEN = 1;
    static CLOSED = 3;
    readyState = 1;
    constructor() {
      line.sockets.push(this);
      clock.timers.setTimeout(() => this.onopen?.({}), 1);
    }
    send(text) {
      const frame = JSON.parse(text);
      if (line.dead) return;
      if (frame.type === 'hello') this.say(line.busy-- > 0 ? { type: 'error', code: 'busy', message: 'Redis is away.', retry_after_ms: 1000 } : welcome);
      if (frame.type === 'ping') this.say({ type: 'pong' });
      if (frame.mid) this.say({ type: 'ack', mid: frame.mid, chat: 1, seq: 1, at: clock.now });
    }
    say(frame) { clock.timers.setTimeout(() => this.onmessage?.({ data: JSON.stringify(frame) }), 1); }
    close() { this.readyState = 3; }
  }
  const all = openPage(entry, { timers: clock.timers, globals: { WebSocket: Socket } });
  return Object.assign(line, { code: all.code });
}

/** Lets time pass until the client opens another socket; gives how long that took, ms. */
function untilAnother(line, most = 120_000) {
  const [from, before] = [line.clock.now, line.sockets.length];
  while (line.sockets.length === before && line.clock.now - from < most) line.clock.run(100);
  return line.clock.now - from;
}

function openWidget(how) {
  const line = page('widget/chat', { type: 'welcome', token: 'token', events: [], heartbeat_s: BEAT_S, open: true, quiet_ms: 2500 }, how);
  const ears = { event_() {}, cleared_() {}, changed_() {}, refused_() {}, introduction_: () => ({}) };
  line.chat = line.code.openChat('ws://site.test/ws/visitor', ears);
  line.up = () => line.chat.link_.up_;
  line.chat.link_.start_();
  return line;
}

function openDesk(how) {
  const agent = { id: 'ana', name: 'Ana', state: 'online', load: 1, capacity: 4, langs: [], queues: ['general'], supervisor: false };
  const handover = { chat: 1, phase: 'active', head: 0, first: 1, transcript: [], visitor: { id: 'v' }, tried: [], transfers: [], notes: [], opened: 1, v_seen: 0, a_seen: 0 };
  const line = page('desk/app', { type: 'welcome', heartbeat_s: BEAT_S, now: 1, agent, chats: [handover], offers: [], queue: [], agents: [agent], categories: [], queues: [], site: {} }, how);
  line.code.start();
  line.code.enter();
  line.up = () => line.code.state.value.link.state === 'open';
  return line;
}

/** Connected and welcomed. */
function welcomed(line) {
  line.clock.run(2000);
  assert.ok(line.up());
  return line;
}

for (const [name, begin, write] of [
  ['widget', openWidget, (line) => line.chat.say_('Hello?')],
  ['dashboard', openDesk, (line) => line.code.write(1, 'say', 'Hello?')],
]) {
  const open = () => welcomed(begin());

  test(`${name}: a living line stays, however quiet`, () => {
    const line = open();
    line.clock.run(600_000);
    assert.equal(line.sockets.length, 1);
  });

  test(`${name}: a dead line is given up within two heartbeats`, () => {
    for (const age of [0, 4000, 9000, 14_900]) {
      const line = open();
      line.clock.run(age);
      line.dead = true;
      assert.ok(untilAnother(line) <= 2 * BEAT_S * 1000, `dead after ${age} ms`);
    }
  });

  test(`${name}: a message without an answer finds the dead line sooner, and writing on does not hide it`, () => {
    const line = open();
    line.dead = true;
    write(line);
    assert.ok(untilAnother(line) <= BEAT_S * 1000);
  });

  test(`${name}: a gateway that is busy is greeted again over the same socket`, () => {
    const line = begin({ busy: 4 });
    line.clock.run(3500);
    assert.ok(!line.up());
    line.clock.run(1000);
    assert.ok(line.up());
    assert.equal(line.sockets.length, 1);
  });

  test(`${name}: a gateway that takes the socket but never answers is left for another`, () => {
    const line = begin({ dead: true });
    line.clock.run(5000);
    assert.ok(untilAnother(line) <= BEAT_S * 1000);
    line.dead = false;
    line.clock.run(15_000);
    assert.ok(line.up());
  });
}

test('widget: visitors who type all the time find the dead line, too', () => {
  const line = welcomed(openWidget());
  line.dead = true;
  const typing = line.clock.timers.setInterval(() => line.chat.typed_('still here'), 2000);
  assert.ok(untilAnother(line) <= 2 * BEAT_S * 1000);
  line.clock.timers.clearInterval(typing);
});
