// Redis does not answer for a while. Whoever is told "stored" in that time is told a lie.
import { sleep, until } from './world.mjs';

/** begin() makes Redis silent, end() makes it speak again (or waits until it does); between them nothing may be acknowledged. */
export async function silence(world, { begin, end, ms }) {
  const { journal } = world;
  let before;
  await begin();
  try {
    // What Redis had answered before is still on its way to the browsers.
    await until('the last acknowledgements', async () => {
      before = journal.acked;
      await sleep(400);
      return journal.acked === before;
    }, { ms: 10_000 });
    await sleep(ms);
    if (journal.acked !== before) world.journal.problem('lost', `${journal.acked - before} messages were acknowledged while Redis was silent`);
  } finally {
    await end();
  }
  world.healed();
}
