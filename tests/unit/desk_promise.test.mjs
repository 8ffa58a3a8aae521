// The dashboard's promises: zones and clocks, and what the store makes of promise, due and kept. Run: node --test tests/unit/desk_promise.test.mjs
import { webcrypto } from 'node:crypto';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

globalThis.crypto ??= webcrypto;
const web = fileURLToPath(new URL('../../gateway/web/', import.meta.url));
let d;

before(async () => {
  const { outputFiles } = await createRequire(web + 'package.json')('esbuild').build({
    stdin: { contents: ['store', 'cues', 'chat', 'zone'].map((p) => `export * from './${p}';`).join('\n'), resolveDir: web + 'desk', loader: 'ts' },
    bundle: true, write: false, format: 'esm', tsconfig: web + 'tsconfig.json',
  });
  d = await import('data:text/javascript;base64,' + Buffer.from(outputFiles[0].text).toString('base64'));
});

test('a date field shows and takes the shop’s time, whatever this machine’s zone, also around changes of clocks', () => {
  const at = Date.UTC(2026, 10, 22, 13, 30);
  assert.equal(d.localIn(at, 'Europe/Vilnius'), '2026-11-22T15:30');
  assert.equal(d.localIn(at, 'Asia/Kathmandu'), '2026-11-22T19:15');
  assert.equal(d.momentIn('2026-11-22T15:30', 'Europe/Vilnius'), at);
  for (const zone of ['Europe/Vilnius', 'America/New_York', 'Asia/Tehran', 'Australia/Lord_Howe', 'UTC', '']) {
    for (let hour = 0; hour < 24 * 366; hour += 5) {
      const moment = Date.UTC(2026, 0, 1, hour);
      const back = d.momentIn(d.localIn(moment, zone), zone);
      assert.ok(back === moment || Math.abs(back - moment) <= 3_600_000, `${zone} ${new Date(moment).toISOString()}`); // a repeated hour has two
    }
  }
  assert.equal(d.momentIn('2026-03-29T03:30', 'Europe/Vilnius'), Date.UTC(2026, 2, 29, 1, 30), 'skipped: an hour later by the new clock');
  assert.ok(Number.isNaN(d.momentIn('soon', 'UTC')));
  assert.equal(d.known('Mars/Olympus'), '');
  assert.equal(d.known('Europe/Vilnius'), 'Europe/Vilnius');
});

const NOW = 1_700_000_000_000;
const p = (promise, due, more = {}) => ({ chat: 42, visitor: 'Rūta', promise, text: `p${promise}`, due, agent: 'ana', name: 'Ana', at: NOW, kept_at: 0, overdue: false, ...more });
const welcome = { type: 'welcome', heartbeat_s: 15, now: NOW, agent: { id: 'ana', name: 'Ana', state: 'online', supervisor: true }, chats: [], offers: [], queue: [], agents: [], categories: [], queues: [],
  site: { name: 'Shop', tz: 'Europe/Vilnius', ask_record: false }, promises: [p(1, NOW + 9)], overdue: [] };
const all = (state, ...frames) => frames.reduce((s, frame) => d.reduce(s, { do: 'frame', frame, now: NOW }), state);

test('promises: listed soonest first, reminded with a cue, gone once kept', () => {
  let s = all(d.EMPTY, welcome);
  assert.deepEqual([s.zone, s.askRecord, s.promises.map((x) => x.promise)], ['Europe/Vilnius', false, [1]]);
  s = all(s, { type: 'promise', chat: 42, promise: p(2, NOW + 5) });
  assert.deepEqual(s.promises.map((x) => x.promise), [2, 1]);
  const before = s;
  s = all(s, { type: 'due', chat: 42, promise: p(2, NOW + 5) });
  assert.deepEqual(d.cues(before, s).map((c) => [c.kind, c.chat, c.name, c.text]), [['message', 42, 'Rūta', 'p2']]);
  s = all(s, { type: 'due', chat: 42, promise: p(2, NOW + 5, { overdue: true }) });
  assert.deepEqual(s.dues.map((x) => x.overdue), [true], 'overdue takes the place of due soon');
  s = all(s, { type: 'desk', queue: [], agents: [], now: NOW, overdue: [p(2, NOW + 5, { overdue: true }), p(7, NOW, { agent: 'bob' })] });
  assert.equal(s.overdue.length, 2);
  s = all(s, { type: 'promise', chat: 42, promise: p(2, NOW + 5, { kept_at: NOW, overdue: true }) });
  assert.deepEqual([s.promises.length, s.dues.length, s.overdue.map((x) => x.promise)], [1, 0, [7]]);
  s = d.reduce(all(s, { type: 'due', chat: 42, promise: p(1, NOW + 9) }), { do: 'due-seen', promise: p(1, NOW + 9) });
  assert.deepEqual([s.dues.length, s.promises.length], [0, 1], 'seen is not kept');
});

test('a chat knows its promises from its events', () => {
  const chat = d.chatFrom({ chat: 42, head: 0, transcript: [], visitor: { id: 'v' } }, 'mine');
  const made = d.withEvent(chat, { type: 'event', chat: 42, seq: 1, at: NOW, kind: 'promise', promise: 1, text: 'a call', due: NOW + 9, agent: 'ana', name: 'Ana' }, true);
  assert.deepEqual(made.promises.map((x) => [x.promise, x.text, x.kept_at]), [[1, 'a call', 0]]);
  const kept = d.withEvent(made, { type: 'event', chat: 42, seq: 2, at: NOW + 5, kind: 'kept', promise: 1, text: 'a call', late: true, agent: 'ana', name: 'Ana' }, true);
  assert.deepEqual(kept.promises.map((x) => [x.kept_at, x.overdue]), [[NOW + 5, true]]);
});
