// A thousand FAQ entries replaced under load: each message is answered by one whole set or by the other, and no turn of the event
// loop takes 10 ms. The gateway measures its turns itself, in processor time, so that a busy machine blames nobody.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { faqTool, slowness } from '../lib/gateway.mjs';
import { stage } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const entries = 1000;
const reloads = 12;
const lanes = 24;
const limit = '0.01'; // seconds: a bound of the histogram

/** A word of its own for each entry, in letters only. */
const word = (i) => `zq${[...String(i).padStart(4, '0')].map((digit) => 'bcdfghklmp'[digit]).join('')}x`;
const other = (i) => entries - 1 - i;

/** Asked with the words of two entries, one from each half: set A lets the one answer, set B the other. A mixture of the two sets would let both answer
 *  or neither, which is silence; so every answer must be "A i" or "B other(i)", and there must be one. */
function rules(set) {
  const lines = ['guard: off', 'entries:'];
  for (let i = 0; i < entries; i++) {
    const asks = (i < entries / 2) === (set === 'A');
    lines.push(`  - id: e${i}`, `    link: /help/${i}`, `    title: About ${word(i)}`, `    answer: {en: "${set} ${i}", lt: "${set} ${i}"}`,
      `    when: {en: [[${asks ? word(i) : `${word(i)}q`}, ${word(i)}y*], [how, can i, where, what]]}`, '    not: [never, broken, still waiting]',
      `    yes: [how is ${word(i)}ya, where is ${word(i)}yb, what is ${word(i)}yc, can i have ${word(i)}yd, how can i ${word(i)}ye]`, `    no: [my ${word(i)}ya is broken]`);
  }
  return `${lines.join('\n')}\n`;
}

/** Turns of the loop so far, and those that took longer than the limit. */
async function turns(gateway) {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const value = (name) => Number(new RegExp(`^firstline_loop_turn_seconds_${name} ([\\d.]+)$`, 'm').exec(text)[1]);
  const buckets = [...text.matchAll(/^firstline_loop_turn_seconds_bucket\{le="(.*?)"\} (\d+)$/gm)].map(([, bound, count]) => `${bound}: ${count}`);
  return { all: value('count'), long: value('count') - value(`bucket\\{le="${limit}"\\}`), buckets: buckets.join(', ') };
}

test(`${entries} entries are replaced ${reloads} times under load: never half a set, no turn of the loop over 10 ms`, { timeout: 240_000 * slowness }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fl-reload-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const set of ['A', 'B']) writeFileSync(join(folder, set), rules(set));
  const s = await stage(t, { rules: false, fsync: 'everysec', settings: { quiet_ms: 20, say_per_10s: 1000, answers_gap_s: 0 } });
  const inForce = () => [...s.gateway.output.matchAll(/"faq in force" rev=\d+ entries=1000/g)].length;
  const load = async (set) => {
    const before = inForce();
    const loaded = await faqTool(s.gateway, 'load', join(folder, set));
    assert.equal(loaded.code, 0, loaded.stderr);
    await until('the set in force', () => inForce() > before, { ms: 10_000 * slowness, seen: () => s.gateway.output.slice(-1500) });
  };
  await load('A');

  const seen = { A: 0, B: 0 };
  let done = false;
  const start = await turns(s.gateway);
  const lane = async (number) => {
    const visitor = await s.visitor();
    for (let round = 0; !done; round++) {
      const from = visitor.frames.length;
      const mine = (number * 41 + round * 7) % (entries / 2);
      const { chat } = await visitor.say(`how ${word(mine)} and ${word(other(mine))}`);
      const event = await visitor.next('an answer', (frame) => frame.chat === chat && (frame.kind === 'answer' || frame.kind === 'queued'), { from });
      assert.equal(event.kind, 'answer', `silence for entries ${mine} and ${other(mine)}: ${JSON.stringify(event)}`);
      assert.ok(event.text === `A ${mine}` || event.text === `B ${other(mine)}`, `"${event.text}" for entries ${mine} and ${other(mine)}`);
      seen[event.text[0]]++;
      await visitor.tell('end');
      await visitor.next('the end', (frame) => frame.chat === chat && frame.kind === 'closed', { from });
      visitor.transcripts.delete(chat);
      visitor.frames.length = 0;
    }
  };
  const work = Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  work.catch(() => {});
  for (let i = 1; i <= reloads; i++) {
    await load(i % 2 ? 'B' : 'A');
    const set = i % 2 ? 'B' : 'A';
    const before = seen[set];
    await Promise.race([work, until(`answers of set ${set}`, () => seen[set] > before + lanes, { ms: 30_000 * slowness })]);
  }
  done = true;
  await work;
const end = await turns(s.gateway);
  t.diagnostic(`${JSON.stringify(seen)} answers; ${end.all - start.all} turns; until the end, by seconds: ${end.buckets}`);
  assert.ok(seen.A > lanes && seen.B > lanes, JSON.stringify(seen));
  assert.equal(end.long - start.long, 0, `turns of the loop longer than ${limit} s: ${end.long - start.long} of ${end.all - start.all} (${end.buckets})`);
});
