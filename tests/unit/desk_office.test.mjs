// The supervisors' pages and practice, their pure parts: opening hours as lines and back, and the visitor who is a recording.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('../../gateway/web/', import.meta.url));
let d;

before(async () => {
  const { build } = createRequire(web + 'package.json')('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: ['office/hours', 'practice/player', 'practice/dialogues', 'store'].map((p) => `export * from './${p}';`).join('\n'), resolveDir: web + 'desk', loader: 'ts' },
    bundle: true, write: false, format: 'esm', platform: 'neutral', mainFields: ['module', 'main'], conditions: ['import'],
    jsx: 'automatic', jsxImportSource: 'preact', tsconfig: web + 'tsconfig.json', define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: 'const location = { protocol: "http:", host: "desk.invalid" };' },
  });
  d = await import('data:text/javascript;base64,' + Buffer.from(outputFiles[0].text).toString('base64'));
});

test('opening hours go into lines and come back as they were', () => {
  const setting = {
    tz: 'Europe/Vilnius', week: { mon: ['09:00-12:00', '13:00-18:00'], fri: ['20:00-02:00'] }, closed: ['12-24', '2026-04-05'], dates: { '2026-12-31': ['09:00-13:00'] },
    queues: { returns: { week: { mon: ['10:00-14:00'] } } },
  };
  const hours = d.hoursFrom(JSON.stringify(setting));
  assert.equal(hours.shop.week.mon, '09:00-12:00, 13:00-18:00');
  assert.deepEqual(hours.shop.dates.map((x) => x.date), ['12-24', '2026-04-05', '2026-12-31']);
  assert.deepEqual(JSON.parse(d.settingOf(hours)), setting);
  assert.equal(d.hoursFrom(''), null);
  assert.equal(d.hoursFrom('no'), null);
});

test('a line of hours is read as people write it, or not at all', () => {
  assert.deepEqual(d.spansOf(' 9 – 18 ; 20:00-02:00'), ['09:00-18:00', '20:00-02:00']);
  assert.deepEqual(d.spansOf('00:00-24:00'), ['00:00-24:00']);
  assert.deepEqual(d.spansOf(''), []);
  for (const bad of ['nine', '9', '25:00-26:00', '09:60-10:00', '09:00-', '1-2-3']) assert.equal(d.spansOf(bad), null, bad);
  assert.ok(d.isDate('12-24') && d.isDate('2026-12-24') && !d.isDate('24.12.') && !d.isDate('2026-13-01'));
  const hours = d.usualHours('UTC');
  hours.shop.dates.push({ date: '', hours: '' });
  assert.equal(d.settingOf(hours), null, 'what cannot be read is not saved');
});

/** A clock in the test's hand: what is due runs when time passes. */
function handClock() {
  const due = [];
  const clock = {
    t: 1_700_000_000_000,
    now: () => clock.t,
    after(ms, act) {
      const entry = { at: clock.t + ms, act };
      due.push(entry);
      return () => due.splice(due.indexOf(entry), due.includes(entry) ? 1 : 0);
    },
    pass(ms) {
      const end = clock.t + ms;
      for (let next; (next = due.filter((x) => x.at <= end).sort((a, b) => a.at - b.at)[0]); ) {
        due.splice(due.indexOf(next), 1);
        clock.t = next.at;
        next.act();
      }
      clock.t = end;
    },
  };
  return clock;
}

function play(turns) {
  const clock = handClock();
  let state = { ...d.EMPTY, me: { id: 'ana', name: 'Ana' }, welcomed: true };
  const player = new d.Player(-1, { name: 'x', lang: 'en', visitor: 'Practice · Sam', turns }, { id: 'ana', name: 'Ana' }, (frame) => (state = d.reduce(state, { do: 'frame', frame, now: clock.now() })), clock);
  player.offer();
  const said = () => (state.chats[-1]?.transcript ?? []).filter((e) => e.kind === 'message').map((e) => (e.from === 'visitor' ? 'v: ' : 'a: ') + e.text);
  return { clock, player, said, get state() { return state; } };
}

const TURNS = [['visitor', 'Hello'], ['visitor', 'My parcel is late'], ['agent', 'recorded'], ['visitor', 'Order 7'], ['visitor', 'Is it lost?'], ['agent', 'recorded'], ['visitor', 'Thanks']];

test('a recorded visitor is offered, accepted, waits for the agent, and types as people do', () => {
  const p = play(TURNS);
  assert.deepEqual(p.state.offers.map((o) => o.chat), [-1]);
  assert.deepEqual(p.said(), ['v: Hello', 'v: My parcel is late'], 'what was said before anybody came');
  p.player.command({ type: 'accept', chat: -1 });
  assert.equal(p.state.chats[-1].role, 'mine');
  assert.equal(p.state.offers.length, 0);
  p.clock.pass(600_000);
  assert.equal(p.said().length, 2, 'the visitor waits for an answer');
  p.player.write('say', 'I am looking into it.');
  p.clock.pass(d.readingMs('I am looking into it.') - 1);
  assert.equal(p.state.chats[-1].typing, null, 'still reading');
  p.clock.pass(1);
  assert.equal(p.state.chats[-1].typing.draft, 'Orde', 'typing shows');
  p.clock.pass(d.typingMs('Order 7'));
  assert.equal(p.said().at(-1), 'v: Order 7');
  p.clock.pass(60_000);
  assert.deepEqual(p.said(), ['v: Hello', 'v: My parcel is late', 'a: I am looking into it.', 'v: Order 7', 'v: Is it lost?'], 'not the recorded agent');
  p.player.write('note', 'third time');
  assert.equal(p.state.chats[-1].notes.length, 1);
  p.player.write('say', 'No.');
  p.clock.pass(60_000);
  assert.equal(p.said().at(-1), 'v: Thanks');
  assert.deepEqual(p.state.chats[-1].transcript.map((e) => e.seq), p.state.chats[-1].transcript.map((_, i) => i + 1));
  p.player.command({ type: 'close', chat: -1, outcome: 'solved', category: 'delivery' });
  assert.equal(p.state.chats[-1], undefined, 'it is gone');
  assert.equal(p.state.hole, false);
});

test('a practice chat outlives a new welcome; declined or missed it is gone', () => {
  const p = play(TURNS);
  const welcome = { type: 'welcome', heartbeat_s: 15, now: 1, agent: { id: 'ana', name: 'Ana' }, chats: [], offers: [], queue: [], agents: [], categories: [], queues: [] };
  const after = d.reduce(p.state, { do: 'frame', frame: welcome, now: p.clock.now() });
  assert.deepEqual([after.chats[-1].role, after.offers.length], ['offered', 1]);
  p.player.command({ type: 'decline', chat: -1 });
  assert.equal(p.state.chats[-1], undefined);
  const missed = play(TURNS);
  missed.clock.pass(61_000);
  assert.equal(missed.state.chats[-1], undefined);
});

test('the dialogues that ship can be played, and the shape of recorded ones, too', () => {
  assert.ok(d.DIALOGUES.length >= 4);
  assert.equal(new Set(d.DIALOGUES.map((x) => x.name)).size, d.DIALOGUES.length);
  const recorded = { id: '1_00000', services: [], turns: [['visitor', 'I want a table.'], ['agent', 'When?'], ['visitor', 'At noon.']] };
  for (const { turns } of [...d.DIALOGUES, recorded]) {
    const p = play(turns);
    p.player.command({ type: 'accept', chat: -1 });
    for (let i = 0; i < turns.length; i++) {
      p.player.write('say', 'Yes.');
      p.clock.pass(120_000);
    }
    assert.deepEqual(p.said().filter((x) => x.startsWith('v: ')), turns.filter(([who]) => who === 'visitor').map(([, text]) => `v: ${text}`));
  }
});

test('both languages have every word of these pages, with the same blanks', () => {
  const text = readFileSync(web + 'desk/office/words.ts', 'utf8');
  const blanks = (s) => [...new Set(s.match(/\{\w+\}/g) ?? [])].sort().join();
  const parts = text.split(/^const lt/m).map((half) => new Map([...half.matchAll(/^  '?([\w.]+)'?: (.*),$/gm)].map(([, key, value]) => [key, blanks(value)])));
  assert.ok(parts[0].size > 130);
  assert.deepEqual([...parts[1]], [...parts[0]]);
});
