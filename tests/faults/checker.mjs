// Holds a journal against the stored transcripts: every acknowledged message exactly once, in one order, on every side. Pure.
import { mark } from './journal.mjs';

/**
 * `streams`: chat -> its events [{seq, kind, mid?, from?, text?}] as stored. `connected`: [side, chat] pairs that must have been shown
 * everything; all others must have been shown a beginning. Gives a list of {what: lost | doubled | reordered, detail}.
 */
export function check(journal, streams, connected = []) {
  const problems = [];
  const wrong = (what, detail) => problems.push({ what, detail });
  const places = new Map(); // mid -> ["chat/seq", …]
  for (const [chat, events] of streams) {
    events.forEach(({ seq }, i) => {
      if (seq !== i + 1) wrong('lost', `chat ${chat} has event ${seq} in place ${i + 1}`);
    });
    for (const event of events) {
      if (event.kind !== 'message') continue;
      if (!places.has(event.mid)) places.set(event.mid, []);
      places.get(event.mid).push(`${chat}/${event.seq}`);
      const message = journal.sent.get(event.mid);
      if (!message) wrong('lost', `chat ${chat} has a message nobody wrote: ${event.mid}`);
      else if (message.text !== event.text) wrong('lost', `${event.mid} is stored with other words than were written`);
    }
  }
  checkAcks(journal, places, wrong);
  checkOrder(journal, places, wrong);
  checkShown(journal, streams, connected, wrong);
  return problems;
}

/** An acknowledged message is there once, with the number it was told; one that was not is there once or not at all. */
function checkAcks(journal, places, wrong) {
  for (const { mid, ack, text } of journal.sent.values()) {
    if (text === undefined) continue; // a wish, not a message
    const found = places.get(mid) ?? [];
    if (found.length > 1) wrong('doubled', `${mid} is stored ${found.length} times: ${found.join(' ')}`);
    if (!ack) continue;
    if (found.length === 0) wrong('lost', `${mid}, acknowledged as ${ack.chat}/${ack.seq}, is not stored`);
    else if (!found.includes(`${ack.chat}/${ack.seq}`)) wrong('reordered', `${mid}, acknowledged as ${ack.chat}/${ack.seq}, is stored as ${found[0]}`);
  }
}

/** What one sender wrote one after the other is stored in that order. */
function checkOrder(journal, places, wrong) {
  for (const [sender, mids] of journal.order) {
    let [lastChat, lastSeq] = [0, 0];
    for (const mid of mids) {
      const place = places.get(mid)?.[0];
      if (!place) continue;
      const [chat, seq] = place.split('/').map(Number);
      if (chat < lastChat || (chat === lastChat && seq < lastSeq)) wrong('reordered', `${sender} wrote ${mid} after the message at ${lastChat}/${lastSeq}, but it is at ${place}`);
      [lastChat, lastSeq] = [chat, seq];
    }
  }
}

/** Every side was shown the stored list, in order, but for what a hand-over left out (null); those who are there, all of it. */
function checkShown(journal, streams, connected, wrong) {
  const whole = new Set(connected.map(([side, chat]) => `${side} ${chat}`));
  for (const [side, chats] of journal.shown) {
    for (const [chat, marks] of chats) {
      const events = streams.get(chat) ?? [];
      const at = marks.findIndex((one, i) => i >= events.length || (one !== null && one !== mark(events[i])));
      if (at >= events.length && at >= 0) wrong('lost', `${side} was shown ${chat}/${at + 1} ${marks[at]}, which is not stored`);
      else if (at >= 0) {
        const twice = marks.indexOf(marks[at]) !== at && streams.get(chat).filter((event) => mark(event) === marks[at]).length < 2;
        wrong(twice ? 'doubled' : 'reordered', `${side} was shown ${marks[at]} as ${chat}/${at + 1}, stored is ${mark(events[at])}`);
      } else if (whole.has(`${side} ${chat}`) && marks.length < events.length) wrong('lost', `${side} was shown ${marks.length} of ${events.length} events of chat ${chat}`);
    }
  }
  for (const [side, chat] of connected) {
    if (!journal.shown.get(side)?.has(chat) && streams.get(chat)?.length) wrong('lost', `${side} was shown nothing of chat ${chat}`);
  }
}
