// The checker of tests/faults: a sound history passes, and every kind of broken one is named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../faults/checker.mjs';
import { Journal } from '../faults/journal.mjs';

const message = (seq, mid, from = 'visitor') => ({ chat: 1, seq, kind: 'message', mid, from, text: `words ${mid}` });
const queued = (seq) => ({ chat: 1, seq, kind: 'queued', reason: 'asked' });

/** A chat of a visitor and an agent, everything acknowledged and shown; `wrong` may then bend the journal or the store. */
function history(wrong = () => {}) {
  const journal = new Journal();
  const stream = [message(1, 'v1'), queued(2), message(3, 'v2'), message(4, 'a1', 'agent'), message(5, 'v3')];
  for (const { from, mid, seq, text, kind } of stream) {
    if (kind !== 'message') continue;
    journal.wrote(from === 'visitor' ? 'visitor1' : 'agent:ana in 1', mid, text, seq);
    journal.gotAck({ mid, chat: 1, seq }, seq);
  }
  for (const side of ['visitor1', 'agent:ana']) for (const event of stream) journal.show(side, event, 10);
  const streams = new Map([[1, stream]]);
  wrong({ journal, streams, stream });
  return [...journal.problems, ...check(journal, streams, [['visitor1', 1], ['agent:ana', 1]])];
}

const kinds = (problems) => [...new Set(problems.map(({ what }) => what))].sort();
const finds = (wrong, what, detail) => {
  const problems = history(wrong);
  assert.ok(problems.some((problem) => problem.what === what && detail.test(problem.detail)), JSON.stringify(problems));
};
const renumber = (stream) => stream.forEach((event, i) => (event.seq = i + 1));

test('a sound history has no problems', () => assert.deepEqual(history(), []));

test('a message without an ack may be stored or not', () => {
  assert.deepEqual(history(({ journal }) => journal.wrote('visitor1', 'v4', 'words v4', 20)), []);
  assert.deepEqual(history(({ journal, stream }) => {
    journal.wrote('visitor1', 'v4', 'words v4', 20);
    stream.push(message(6, 'v4'));
    for (const side of ['visitor1', 'agent:ana']) journal.show(side, message(6, 'v4'), 21);
  }), []);
});

test('(a) an acknowledged message that is gone, or there twice', () => {
  finds(({ stream }) => stream.pop(), 'lost', /^v3, acknowledged as 1\/5, is not stored$/);
  finds(({ stream }) => stream.push(message(6, 'v3')), 'doubled', /^v3 is stored 2 times: 1\/5 1\/6$/);
});

test('what a hand-over leaves out is shown when it is asked for; the rest may not be missing', () => {
  const late = (events) => ({ journal, stream }) => {
    journal.leftOut('agent:bob', 1, 4, 20);
    for (const seq of events) journal.show('agent:bob', stream[seq - 1], 20);
  };
  assert.deepEqual(history(late([4, 5])), []);
  assert.deepEqual(history(late([4, 5, 1, 2, 3])), []);
  finds(late([5]), 'lost', /^agent:bob was shown 1\/5 after 3$/);
});

test('(b) an acknowledged message under another number', () => {
  finds(({ journal }) => (journal.sent.get('v3').ack.seq = 6), 'reordered', /^v3, acknowledged as 1\/6, is stored as 1\/5$/);
  finds(({ journal }) => journal.gotAck({ mid: 'v3', chat: 1, seq: 7 }, 30), 'reordered', /^v3 was acknowledged as 1\/5, then as 1\/7$/);
});

test('(c) a hole in seq', () => finds(({ stream }) => stream.splice(1, 1), 'lost', /^chat 1 has event 3 in place 2$/));

test('(d) a side that was shown less, another order, or something twice', () => {
  finds(({ journal }) => journal.marks('agent:ana', 1).pop(), 'lost', /^agent:ana was shown 4 of 5 events of chat 1$/);
  finds(({ journal }) => journal.shown.delete('agent:ana'), 'lost', /^agent:ana was shown nothing of chat 1$/);
  finds(({ journal }) => journal.marks('visitor1', 1).splice(2, 2, 'a1', 'v2'), 'reordered', /^visitor1 was shown a1 as 1\/3, stored is v2$/);
  finds(({ journal }) => journal.marks('visitor1', 1).splice(3, 0, 'v2'), 'doubled', /^visitor1 was shown v2 as 1\/4/);
  finds(({ journal }) => journal.show('visitor1', message(8, 'v9'), 30), 'lost', /^visitor1 was shown 1\/8 after 5$/);
  finds(({ journal }) => journal.show('visitor1', message(3, 'v3'), 30), 'reordered', /^visitor1 was shown v3 as 1\/3 where v2 had been$/);
});

test('a side that left may have seen a beginning only', () => {
  const [journal, streams] = [new Journal(), new Map([[1, [queued(1), queued(2)]]])];
  journal.show('agent:ana', queued(1), 1);
  assert.deepEqual(check(journal, streams, []), []);
  assert.deepEqual(kinds(check(journal, streams, [['agent:ana', 1]])), ['lost']);
});

test('(e) something shown that is not stored', () => {
  finds(({ journal }) => journal.show('visitor1', message(6, 'ghost', 'agent'), 30), 'lost', /^visitor1 was shown 1\/6 ghost, which is not stored$/);
  finds(({ stream }) => stream.push(message(6, 'ghost')), 'lost', /nobody wrote: ghost/);
  finds(({ stream }) => (stream[0].text = 'bent'), 'lost', /^v1 is stored with other words/);
  finds(({ journal }) => journal.show('visitor1', { ...message(6, 'v1'), from: 'agent', text: 'bent' }, 30), 'lost', /other words/);
});

test('(f) a sender’s order', () => finds(({ stream, journal }) => {
  [stream[0], stream[2]] = [stream[2], stream[0]];
  renumber(stream);
  for (const { seq, mid } of stream) if (mid) journal.sent.get(mid).ack = { chat: 1, seq };
}, 'reordered', /^visitor1 wrote v2 after the message at 1\/3, but it is at 1\/1$/));

test('(g) a message without an ack that is there twice', () => finds(({ journal, stream }) => {
  journal.wrote('visitor1', 'v4', 'words v4', 20);
  stream.push(message(6, 'v4'), message(7, 'v4'));
}, 'doubled', /^v4 is stored 2 times/));

test('a window: how long nobody, one message, and the other side waited', () => {
  const journal = new Journal();
  journal.wrote('visitor1', 'v1', 'words v1', 100);
  journal.openWindow(1000, ['visitor1', 'agent:ana in 1', 'visitor2']);
  journal.wrote('agent:ana in 1', 'a1', 'words a1', 1500);
  assert.ok(!journal.recovered());
  journal.gotAck({ mid: 'v1', chat: 1, seq: 1 }, 2200);
  journal.gotAck({ mid: 'a1', chat: 1, seq: 2 }, 2300);
  journal.show('visitor1', message(1, 'v1'), 2250); // its own: says nothing
  journal.show('agent:ana', message(1, 'v1'), 2400);
  journal.show('visitor1', message(2, 'a1', 'agent'), 2500);
  assert.ok(!journal.recovered(), 'one is still waited for');
  journal.excuse('visitor2');
  assert.ok(journal.recovered());
  assert.deepEqual(journal.closeWindow(2600), { gap: 1200, wait: 1200, next: [1400, 1000], recover: 1500 });
});
