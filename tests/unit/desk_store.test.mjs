// The dashboard's pure parts, frame by frame: store, cues, back-off, canned replies, password hints. Run: node --test tests/unit/desk_store.test.mjs
import { webcrypto } from 'node:crypto';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

globalThis.crypto ??= webcrypto; // browsers have it; Node 18 does not by itself

const web = fileURLToPath(new URL('../../gateway/web/', import.meta.url));
let d;

before(async () => {
  const { build } = createRequire(web + 'package.json')('esbuild');
  const parts = ['store', 'chat', 'cues', 'connection', 'outbox', 'canned', 'strength', 'words', 'views/parts', 'views/transcript', 'views/canned_menu'];
  const { outputFiles } = await build({
    stdin: { contents: parts.map((p) => `export * from './${p}';`).join('\n'), resolveDir: web + 'desk', loader: 'ts' },
    bundle: true, write: false, format: 'esm', platform: 'neutral', mainFields: ['module', 'main'], conditions: ['import'],
    jsx: 'automatic', jsxImportSource: 'preact', tsconfig: web + 'tsconfig.json', define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: 'const location = { protocol: "http:", host: "desk.invalid" };' },
  });
  d = await import('data:text/javascript;base64,' + Buffer.from(outputFiles[0].text).toString('base64'));
});

const NOW = 1_700_000_000_000;
const says = (seq, text, extra = {}) => ({ type: 'event', chat: 42, seq, at: NOW + seq, kind: 'message', from: 'visitor', text, mid: `mid-${seq}-xxxx`, ...extra });
const own = (seq, text, mid) => says(seq, text, { from: 'agent', agent: 'ana', name: 'Ana', mid });
const handover = (chat = 42, transcript = [says(1, 'Hello')], more = {}) => ({
  chat, phase: 'active', queue: 'general', lang: 'lt', reason: 'asked', waited_s: 3, waiting_since: NOW, opened: NOW + chat, head: transcript.length,
  v_seen: 0, a_seen: 0, transcript, visitor: { id: 'v', name: 'Rūta' }, tried: [], transfers: [], notes: [], ...more,
});
const agent = { id: 'ana', name: 'Ana', state: 'online', load: 0, capacity: 4, langs: ['lt'], queues: ['general'], supervisor: false };
const waits = (chat, since, more = {}) => ({
  chat, name: '', lang: 'en', queue: 'general', phase: 'queued', waiting_since: since, reason: 'asked', offered_to: null, preview: 'Hi', ...more });
const welcome = (more = {}) => ({
  type: 'welcome', heartbeat_s: 15, now: NOW + 5000, agent, chats: [handover()], offers: [], queue: [], agents: [agent], categories: ['other'], queues: ['general'],
  site: { site: 'main', name: 'Shop' }, ...more });

const frame = (state, f) => d.reduce(state, { do: 'frame', frame: f, now: NOW });
const all = (state, ...frames) => frames.reduce(frame, state);
const started = (more) => frame(d.EMPTY, welcome(more));
const pending = (mid, more = {}) => ({ mid, chat: 42, kind: 'say', text: 'words', at: NOW, state: 'waiting', code: '', ...more });
const offer = (chat, left = 30_000) => ({ type: 'offer', chat, deadline: NOW + 99, left_ms: left, handover: handover(chat, [says(1, 'Help', { chat })], { phase: 'offered' }) });

test('welcome gives the whole desk and the clock difference', () => {
  const s = started({ queue: [waits(8, NOW), waits(7, NOW - 60_000)], waiting: 900 });
  assert.equal(s.offset, 5000);
  assert.equal(s.chats[42].role, 'mine');
  assert.equal(s.chats[42].unread, 1);
  assert.deepEqual(s.queue.map((q) => q.chat), [7, 8]);
  assert.equal(s.waitingTotal, 900);
});

test('events append once, in order; a repeated one changes nothing', () => {
  const s = started();
  const next = frame(s, says(2, 'Still there?'));
  assert.deepEqual(next.chats[42].transcript.map((e) => e.seq), [1, 2]);
  assert.equal(next.chats[42].unread, 2);
  assert.equal(frame(next, says(2, 'Still there?')), next);
});

test('a hole in seq is not drawn but asks for a new connection', () => {
  const s = frame(started(), says(4, 'late'));
  assert.equal(s.hole, true);
  assert.equal(s.chats[42].head, 1);
  const again = frame(s, welcome({ chats: [handover(42, [1, 2, 3, 4].map((n) => says(n, `m${n}`)))] }));
  assert.equal(again.hole, false);
  assert.equal(again.chats[42].head, 4);
});

test('a later welcome keeps the identity of known events and what was read', () => {
  let s = started();
  const first = s.chats[42].transcript[0];
  s = d.reduce(s, { do: 'select', chat: 42 });
  s = d.reduce(s, { do: 'attend', chat: 42 });
  assert.equal(s.chats[42].unread, 0);
  s = d.reduce(s, { do: 'attend', chat: null });
  s = frame(s, welcome({ chats: [handover(42, [says(1, 'Hello'), says(2, 'New')])] }));
  assert.equal(s.chats[42].transcript[0], first);
  assert.equal(s.chats[42].unread, 1);
});

test('the chat being read has nothing unread; others count', () => {
  let s = started({ chats: [handover(42), handover(43, [says(1, 'x', { chat: 43 })])] });
  s = d.reduce(d.reduce(s, { do: 'select', chat: 42 }), { do: 'attend', chat: 42 });
  s = all(s, says(2, 'a'), says(2, 'b', { chat: 43 }));
  assert.equal(s.chats[42].unread, 0);
  assert.equal(s.chats[43].unread, 2);
  assert.equal(d.attention(s), 2);
});

test('own and automatic messages are not unread', () => {
  const s = all(started(), own(2, 'Hi', 'mid-aaaa-1'), { ...says(3, 'Within 14 days'), kind: 'answer', faq: 'returns', title: 'Returns' });
  assert.equal(s.chats[42].unread, 1);
});

test('tried answers, their verdict, transfers and phase follow the events', () => {
  const s = all(
    started(),
    { ...says(2, ''), kind: 'answer', faq: 'returns', title: 'Returns' },
    { ...says(3, ''), kind: 'helped', faq: 'returns', ok: false },
    { ...says(4, ''), kind: 'transferred', from: 'ana', from_name: 'Ana', to: { agent: 'ewa', name: 'Ewa' }, reason: 'speaks Polish' },
  );
  assert.deepEqual(s.chats[42].tried, [{ faq: 'returns', title: 'Returns', ok: false }]);
  assert.deepEqual(s.chats[42].transfers.map((x) => [x.from, x.to, x.reason]), [['Ana', 'Ewa', 'speaks Polish']]);
  assert.equal(s.chats[42].phase, 'queued');
});

test('an offer brings the hand-over before it is accepted, and is counted', () => {
  const s = frame(started(), offer(50));
  assert.deepEqual(s.offers, [{ chat: 50, deadline: NOW + 30_000, total: 30_000 }]);
  assert.equal(s.chats[50].role, 'offered');
  assert.equal(s.chats[50].transcript.length, 1);
  assert.equal(d.attention(s), 2);
  assert.deepEqual(d.mine(s).map((c) => c.chat), [42]);
});

test('events of an offered chat flow into it', () => {
  const s = all(started(), offer(50), says(2, 'hurry', { chat: 50 }));
  assert.equal(s.chats[50].head, 2);
});

test('accepted: offer_gone and chat in either order make it mine', () => {
  const gone = { type: 'offer_gone', chat: 50, reason: 'accepted' };
  const chat = { type: 'chat', chat: 50, handover: handover(50, [says(1, 'Help', { chat: 50 })]) };
  for (const order of [[gone, chat], [chat, gone]]) {
    const s = all(frame(started(), offer(50)), ...order);
    assert.equal(s.chats[50].role, 'mine');
    assert.equal(s.offers.length, 0);
  }
});

test('a missed offer goes; the one on screen stays to be read', () => {
  const gone = { type: 'offer_gone', chat: 50, reason: 'missed' };
  const offered = frame(started(), offer(50));
  assert.equal(frame(offered, gone).chats[50], undefined);
  const looking = frame(d.reduce(offered, { do: 'select', chat: 50 }), gone);
  assert.deepEqual([looking.chats[50].role, looking.chats[50].goneReason], ['gone', 'missed']);
  assert.equal(d.reduce(looking, { do: 'select', chat: 42 }).chats[50], undefined);
});

test('an offer whose end was not told ends by the clock', () => {
  const s = frame(started(), offer(50, 1000));
  assert.equal(d.reduce(s, { do: 'tick', now: NOW + 2999 }), s);
  assert.equal(d.reduce(s, { do: 'tick', now: NOW + 3000 }).offers.length, 0);
});

test('chat_gone: the chat on screen stays read-only, another goes', () => {
  const gone = { type: 'chat_gone', chat: 42, reason: 'closed' };
  assert.equal(frame(started(), gone).chats[42], undefined);
  const s = frame(d.reduce(started(), { do: 'select', chat: 42 }), gone);
  assert.deepEqual([s.chats[42].role, s.chats[42].goneReason], ['gone', 'closed']);
  assert.deepEqual(d.mine(s).map((c) => c.chat), [42]);
});

test('a chat that moved on while we were away is told so', () => {
  const s = frame(d.reduce(started(), { do: 'select', chat: 42 }), welcome({ chats: [] }));
  assert.deepEqual([s.chats[42].role, s.chats[42].goneReason], ['gone', 'meanwhile']);
});

test('alerts for supervisors come with the desk and the welcome, and go with them', () => {
  const alert = { code: 'transfers', chat: 9, name: 'Rūta', n: 3, at: NOW };
  const s = frame(started(), { type: 'desk', queue: [], agents: [agent], now: NOW, alerts: [alert] });
  assert.deepEqual(s.alerts, [alert]);
  assert.equal(frame(s, { type: 'desk', queue: [], agents: [agent], now: NOW, alerts: [{ ...alert }] }).alerts, s.alerts, 'the same list while nothing changed');
  assert.deepEqual(frame(s, { type: 'desk', queue: [], agents: [agent], now: NOW, alerts: [] }).alerts, []);
});

test('the desk frame keeps rows that did not change, by identity', () => {
  const s = started({ queue: [waits(7, NOW - 9), waits(8, NOW)] });
  const desk = { type: 'desk', queue: [waits(7, NOW - 9), waits(8, NOW, { preview: 'more' })], agents: [agent], now: NOW };
  const next = frame(s, desk);
  assert.equal(next.queue[0], s.queue[0]);
  assert.notEqual(next.queue[1], s.queue[1]);
  assert.equal(next.agents, s.agents);
  assert.equal(frame(next, { ...desk }).queue, next.queue);
});

test('who waits does not show twice: offered to me or mine are left out', () => {
  const s = all(started({ queue: [waits(42, NOW), waits(50, NOW, { phase: 'offered' }), waits(51, NOW)] }), offer(50));
  assert.deepEqual(d.waiting(s).map((q) => q.chat), [51]);
});

test('what others see as offline until our lease is there does not turn us away', () => {
  const s = frame(started(), { type: 'desk', queue: [], agents: [{ ...agent, state: 'offline' }], now: NOW });
  assert.equal(s.me.state, 'online');
  assert.equal(frame(s, { type: 'desk', queue: [], agents: [{ ...agent, state: 'away' }], now: NOW }).me.state, 'away');
});

test('a sent message waits, is acknowledged, and goes when its event is drawn: never twice on screen', () => {
  const mid = 'mid-own-0001';
  let s = d.reduce(started(), { do: 'compose', pending: pending(mid) });
  s = frame(s, { type: 'ack', mid, chat: 42, seq: 2, at: NOW });
  assert.equal(s.outbox[0].state, 'acked');
  s = frame(s, own(2, 'words', mid));
  assert.equal(s.outbox.length, 0);
  assert.equal(s.chats[42].transcript.filter((e) => e.mid === mid).length, 1);
});

test('the event may come before the ack', () => {
  const mid = 'mid-own-0002';
  let s = d.reduce(started(), { do: 'compose', pending: pending(mid) });
  s = all(s, own(2, 'words', mid), { type: 'ack', mid, chat: 42, seq: 2, at: NOW });
  assert.equal(s.outbox.length, 0);
});

test('an acknowledged message whose event a later hand-over leaves out does not stay as under way', () => {
  let s = d.reduce(started(), { do: 'compose', pending: pending('mid-own-0003') });
  s = frame(s, { type: 'ack', mid: 'mid-own-0003', chat: 42, seq: 2, at: NOW });
  s = frame(s, welcome({ chats: [{ ...handover(42, [says(8, 'Newer'), says(9, 'Newest')]), first: 8 }] }));
  assert.equal(s.outbox.length, 0);
});

test('a note goes to the notes, never to the transcript', () => {
  const mid = 'mid-note-001';
  let s = d.reduce(started(), { do: 'compose', pending: pending(mid, { kind: 'note' }) });
  const note = { type: 'note', chat: 42, at: NOW, agent: 'ana', name: 'Ana', text: 'secret', mid };
  s = all(s, note, note);
  assert.equal(s.outbox.length, 0);
  assert.equal(s.chats[42].notes.length, 1);
  assert.equal(s.chats[42].transcript.length, 1);
});

test('stored messages come back after a reload; those the transcript has are dropped', () => {
  const s = d.reduce(started({ chats: [handover(42, [says(1, 'Hello'), own(2, 'sent', 'mid-sent-0001')])] }), {
    do: 'restore', pending: [pending('mid-sent-0001'), pending('mid-lost-0001')] });
  assert.deepEqual(s.outbox.map((p) => p.mid), ['mid-lost-0001']);
  assert.equal(d.reduce(s, { do: 'restore', pending: [pending('mid-lost-0001')] }).outbox.length, 1);
});

test('a refused message stays with its reason until it is discarded', () => {
  let s = d.reduce(started(), { do: 'compose', pending: pending('mid-ref-0001') });
  s = d.reduce(s, { do: 'refuse', mid: 'mid-ref-0001', code: 'not_yours' });
  assert.deepEqual([s.outbox[0].state, s.outbox[0].code], ['refused', 'not_yours']);
  assert.equal(d.reduce(s, { do: 'unsend', mid: 'mid-ref-0001' }).outbox.length, 0);
  assert.equal(d.mayRetry('busy'), true);
  assert.equal(d.mayRetry('not_yours'), false);
});

test('words refused because the chat was given back go out once it is ours again, unless a colleague was there meanwhile', () => {
  const given = (more) => {
    let s = d.reduce(started(), { do: 'compose', pending: pending('mid-back-0001') });
    s = frame(s, { type: 'chat_gone', chat: 42, reason: 'agent_lost' });
    s = d.reduce(s, { do: 'refuse', mid: 'mid-back-0001', code: 'not_yours' });
    return frame(s, { type: 'chat', chat: 42, handover: handover(42, [says(1, 'Hello'), ...more]) }).outbox[0];
  };
  const joined = (seq, agent) => ({ ...says(seq, ''), kind: 'joined', from: undefined, agent, name: agent, at: NOW + 60_000 });
  assert.deepEqual([given([]).state, given([]).code], ['waiting', '']);
  assert.equal(given([joined(2, 'ana')]).state, 'waiting', 'we ourselves');
  assert.deepEqual([given([joined(2, 'bob'), joined(3, 'ana')]).state, given([joined(2, 'bob')]).code], ['refused', 'not_yours']);
});

test('the visitor typing shows its draft, ends by itself and with the message', () => {
  const typing = { type: 'typing', chat: 42, who: 'visitor', on: true, draft: 'I wan' };
  let s = frame(started(), typing);
  assert.equal(s.chats[42].typing.draft, 'I wan');
  assert.equal(d.reduce(s, { do: 'tick', now: NOW + 8000 }).chats[42].typing, null);
  s = frame(s, says(2, 'I want'));
  assert.equal(s.chats[42].typing, null);
  assert.equal(frame(s, { ...typing, on: false }), s);
});

test('seen, profile and presence', () => {
  const s = all(started(), { type: 'seen', chat: 42, seq: 3 }, { type: 'seen', chat: 42, seq: 1 },
    { type: 'profile', chat: 42, visitor: { id: 'v', name: 'Rūta K.', email: 'r@example.lt' } }, { type: 'presence', state: 'away', capacity: 7 });
  assert.equal(s.chats[42].v_seen, 3);
  assert.equal(s.chats[42].visitor.email, 'r@example.lt');
  assert.deepEqual([s.me.state, s.me.capacity], ['away', 7]);
});

test('earlier events are put in front', () => {
  let s = started({ chats: [handover(42, [says(3, 'c'), says(4, 'd')], { head: 4, first: 3 })] });
  s = d.reduce(s, { do: 'earlier', chat: 42, events: [1, 2, 3, 4].map((n) => says(n, `m${n}`)) });
  assert.deepEqual(s.chats[42].transcript.map((e) => e.seq), [1, 2, 3, 4]);
  assert.equal(s.chats[42].first, 1);
});

test('frames of unknown kind, of unknown chats and with missing members change nothing', () => {
  const s = started();
  for (const f of [{ type: 'weather' }, says(9, 'x', { chat: 999 }), { type: 'note' }, { type: 'typing', chat: 42, who: 'agent', on: true }, { type: 'pong' },
    { type: 'ok', id: '1' }, { type: 'error', code: 'busy' }, { type: 'offer_gone', chat: 999, reason: 'missed' }])
    assert.equal(frame(s, f), s, JSON.stringify(f));
});

test('cues: an offer and a message nobody looks at sound once; the first welcome and what is read are quiet', () => {
  const s = started();
  assert.deepEqual(d.cues(d.EMPTY, s), []);
  const offered = frame(s, offer(50));
  assert.deepEqual(d.cues(s, offered), [{ kind: 'offer', chat: 50, name: 'Rūta', text: 'Help' }]);
  assert.deepEqual(d.cues(offered, frame(offered, says(2, 'hurry', { chat: 50 }))), []);
  const more = frame(s, says(2, 'Anyone?'));
  assert.deepEqual(d.cues(s, more).map((c) => [c.kind, c.text]), [['message', 'Anyone?']]);
  const reading = d.reduce(d.reduce(s, { do: 'select', chat: 42 }), { do: 'attend', chat: 42 });
  assert.deepEqual(d.cues(reading, frame(reading, says(2, 'Anyone?'))), []);
});

test('notes stand between events by their time', () => {
  const note = (at, mid) => ({ at, agent: 'a', name: 'A', text: 'n', mid });
  const items = d.merge([says(1, 'a'), says(5, 'b')], [note(NOW + 3, 'x'), note(NOW + 9, 'y'), note(NOW - 5, 'z')]);
  assert.deepEqual(items.map((i) => i.key), ['nz', 'e1', 'nx', 'e5', 'ny']);
});

test('the sender keeps one message a chat on the line, holds when asked, and repeats with the same mid', () => {
  const sent = [];
  const sender = new d.Sender((f) => (sent.push(f.mid), true));
  const box = [pending('mid-00000001'), pending('mid-00000002'), pending('mid-00000003', { chat: 43 })];
  sender.pump(box, NOW);
  sender.pump(box, NOW + 1);
  assert.deepEqual(sent, ['mid-00000001', 'mid-00000003']);
  sender.hold('mid-00000001', 800, NOW + 2);
  sender.pump(box, NOW + 700);
  assert.equal(sent.length, 2);
  sender.pump(box, NOW + 900);
  assert.deepEqual(sent.slice(2), ['mid-00000001']);
  sender.answered('mid-00000001');
  sender.pump(box.slice(1), NOW + 901);
  assert.deepEqual(sent.slice(3), ['mid-00000002']);
  sender.pump(box.slice(1), NOW + 20_000);
  assert.deepEqual(sent.slice(4), ['mid-00000002', 'mid-00000003']);
});

test('mids are 128 random bits in the letters the gateway takes', () => {
  const mids = new Set(Array.from({ length: 1000 }, () => d.newMid()));
  assert.equal(mids.size, 1000);
  for (const mid of mids) assert.match(mid, /^[A-Za-z0-9_-]{22}$/);
});

test('back-off grows, is spread, and is at once after a drain', () => {
  assert.equal(d.backoffMs(0, 0, 1006), 250);
  assert.equal(d.backoffMs(0, 1, 1006), 500);
  assert.equal(d.backoffMs(20, 1, 1006), 15_000);
  assert.ok(d.backoffMs(0, 1, 1001) <= 300);
  assert.ok(d.backoffMs(0, 0, 1013) >= 1000);
});

/** The replies that ship, out of the library of Functions. */
function shippedReplies() {
  const lua = readFileSync(new URL('../../router/functions/12-words.lua', import.meta.url), 'utf8');
  const langs = [...lua.matchAll(/^  (\w\w) = \{\n([\s\S]*?)^  \},/gm)];
  return Object.fromEntries(langs.map(([, lang, lines]) => [lang, [...lines.matchAll(/\{ '(\w+)', '(.*)' \}/g)].map(([, name, text]) => ({ name, text }))]));
}

test('canned replies: by language, by slash word, blanks filled, an unknown name left out', () => {
  d.canned.value = shippedReplies();
  assert.deepEqual(Object.keys(d.canned.value).sort(), ['bs', 'en', 'fa', 'lt', 'pl', 'zh']);
  assert.equal(d.cannedFor('fa', '').length, 7);
  assert.equal(d.cannedFor('xx', 'gre')[0].text, d.cannedFor('en', 'gre')[0].text);
  assert.deepEqual(d.cannedFor('lt', 'thanks').map((c) => c.name), ['thanks']);
  for (const lang of ['en', 'lt', 'bs', 'pl', 'fa', 'zh'])
    for (const { text } of d.cannedFor(lang, '')) {
      assert.doesNotMatch(d.fill(text, { visitor: '', agent: 'Ana', shop: 'Shop' }), /[{}]|[,，،]\s*[.!！。]|^\s/);
      assert.doesNotMatch(d.fill(text, { visitor: 'X', agent: 'Ana', shop: 'Shop' }), /[{}]/);
    }
  assert.deepEqual(d.slashAt('well /gre', 9), { from: 5, to: 9, word: 'gre' });
  assert.equal(d.slashAt('https://x', 9), null);
});

test('only web addresses become links', () => {
  assert.equal(d.webAddress('javascript:alert(1)'), '');
  assert.equal(d.webAddress('data:text/html,x'), '');
  assert.equal(d.webAddress('https://shop.example/a?b=1'), 'https://shop.example/a?b=1');
});

test('password hints', () => {
  assert.equal(d.strength('short'), 0);
  assert.equal(d.strength('aaaaaaaaaaaa'), 1);
  assert.equal(d.strength('1234567890'), 1);
  assert.equal(d.strength('correct horse battery staple'), 3);
});

test('both languages word every key, with the plurals they need', () => {
  for (const [code] of d.languages) {
    d.setLanguage(code);
    for (const n of [1, 2, 5, 11, 21]) assert.doesNotMatch(d.t('earlier', { n }), /\{|undefined/);
  }
  d.setLanguage('lt');
  assert.equal(d.t('earlier', { n: 21 }), '21 ankstesnis pokalbis');
  assert.equal(d.t('earlier', { n: 3 }), '3 ankstesni pokalbiai');
  assert.equal(d.t('earlier', { n: 11 }), '11 ankstesnių pokalbių');
  d.setLanguage('en');
});

test('a watched chat follows its events, asks for nothing, stays over a new welcome, and becomes ours when taken', () => {
  const watched = handover(30, [says(1, 'Hi', { chat: 30 })]);
  let s = d.reduce(d.reduce(started(), { do: 'watched', handover: watched }), { do: 'select', chat: 30 });
  assert.deepEqual(d.watching(s).map((c) => c.chat), [30]);
  assert.ok(!d.mine(s).some((c) => c.chat === 30));
  s = frame(s, says(2, 'Still there?', { chat: 30 }));
  assert.equal(s.chats[30].head, 2);
  assert.equal(d.attention(s), d.attention(started()));
  s = frame(s, welcome());
  assert.deepEqual([s.chats[30].role, s.selected], ['watched', 30]);
  const ours = frame(s, { type: 'chat', chat: 30, handover: watched });
  assert.equal(ours.chats[30].role, 'mine');
  assert.equal(d.reduce(ours, { do: 'watched', handover: watched }).chats[30].role, 'mine', 'ours stays ours');
  const left = d.reduce(s, { do: 'unwatched', chat: 30 });
  assert.deepEqual([left.chats[30], left.selected], [undefined, null]);
});

test('the store is away, and back: told by the gateway, and by a new welcome', () => {
  let s = started();
  assert.equal(s.storeTakes, true);
  s = frame(s, { type: 'store', takes: false });
  assert.equal(s.storeTakes, false);
  assert.equal(frame(s, { type: 'store', takes: true }).storeTakes, true);
  assert.equal(frame(s, welcome()).storeTakes, true);
});
