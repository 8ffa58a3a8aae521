// What must hold while the store can take nothing more: an error that says so, and chats that can be read.
import assert from 'node:assert/strict';
import { Visitor } from '../lib/client.mjs';
import { sleep } from '../lib/wait.mjs';

const STILL_MS = 700;

/** Waits until what was under way when the store filled up has ended; gives the number of acknowledgements so far. */
export async function stillness(world) {
  for (let acked = -1; ;) {
    if (acked === world.journal.acked) return acked;
    acked = world.journal.acked;
    await sleep(STILL_MS);
  }
}

/** Somebody new says something and is told why not; gives the sentence. Meanwhile an agent reads a transcript. */
export async function refused(world) {
  const gateway = world.gateways.at(-1);
  const stranger = await Visitor.open(gateway, { lang: 'en' });
  const answer = await stranger.say('Is there room for this?');
  assert.equal(answer.type, 'error', JSON.stringify(answer));
  assert.equal(answer.code, 'busy');
  assert.ok(answer.retry_after_ms > 0);
  stranger.cut();
  const [{ chat }] = world.agents[0].mine();
  const response = await fetch(`${gateway.url}/api/v1/chats/${chat}`, { headers: { cookie: world.agents[0].account.cookie } });
  assert.equal(response.status, 200, `a chat cannot be read: ${await response.clone().text()}`);
  assert.ok((await response.json()).transcript.length > 0);
  return answer.message;
}
