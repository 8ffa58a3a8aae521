// The proof that the faults' checker can be believed: each planted bug (seeds.mjs) is caught, under a fault that brings it to light.
// Run: node --test tests/faults/proof.test.mjs
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { plant, seeds } from './seeds.mjs';

// Few chats, but as dense as it goes: the bugs show in what is under way.
const WORLD = { gateways: 2, chats: 20, agents: 4, pause: 10, patience: 6000 };
const TRIES = 4; // what is under way at the blow is a matter of chance
const running = new Set();
after(() => { for (const child of running) child.kill('SIGTERM'); });

function job(order, env) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('job.mjs', import.meta.url)), { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    running.add(child);
    child.on('message', ({ result }) => result && resolve(result));
    child.once('exit', (code) => { running.delete(child); reject(new Error(`the job ended with ${code}`)); });
    child.send(order);
  });
}

describe('planted bugs', { concurrency: 2 }, () => {
  for (const seed of seeds) {
    test(`caught: ${seed.name}`, async (t) => {
      const planted = await plant(seed);
      t.after(() => planted.remove());
      const result = await job({ faults: [seed.fault], times: TRIES, hunt: seed.finds, world: WORLD }, planted.env);
      t.diagnostic(`${seed.fault}: ${result.acked} acknowledged, ${result.lost} lost, ${result.doubled} doubled, ${result.reordered} reordered; ${result.problems.find(({ what }) => seed.finds.includes(what))?.detail}`);
      for (const kind of seed.finds) assert.ok(result[kind] > 0, `nothing ${kind}: ${JSON.stringify({ ...result, logs: undefined }).slice(0, 3000)}`);
    });
  }

  test('and without a bug nothing is found in the same worlds', async () => {
    for (const fault of new Set(seeds.map((seed) => seed.fault))) {
      const { lost, doubled, reordered, errors, problems } = await job({ faults: [fault], times: 1, world: { ...WORLD, patience: undefined } }, {});
      assert.deepEqual({ fault, lost, doubled, reordered, errors }, { fault, lost: 0, doubled: 0, reordered: 0, errors: 0 }, JSON.stringify(problems));
    }
  });
});
