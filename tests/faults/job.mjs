// One job of run.mjs in a process of its own: a world, one fault or several, each so many times. Told by a message {faults, times, long, pause,
// messages}, and for proofs {world: other options of the World, hunt: kinds of problems: it ends when they are found}; tells {progress} meanwhile and a {result} for each fault:
//   result = {name, title, times, acked, lost, doubled, reordered, errors, gaps[], waits[], recovers[], nexts[], problems[{what, detail}], seconds}
import { sleep, World } from './world.mjs';
import { loadFault } from './faults.mjs';
import { isolated, settleIn } from './network.mjs';

const CHECK_EVERY = 10;
const PROBLEMS_KEPT = 10; // of each kind

const emptyResult = (fault) => ({ name: fault.name, title: fault.title, loses: Boolean(fault.loses), times: 0, acked: 0, lost: 0, doubled: 0, reordered: 0, errors: 0, gaps: [], waits: [], recovers: [], nexts: [], problems: [], seconds: 0 });

function note(result, problems) {
  for (const problem of problems) {
    if (problem.what === 'error') result.errors++;
    else result[problem.what]++;
    if (result.problems.filter(({ what }) => what === problem.what).length < PROBLEMS_KEPT) result.problems.push(problem);
  }
}

async function once(world, fault, n, result) {
  await world.flow();
  world.struck();
  await fault.inject(world, n);
  const { gap, wait, recover, next } = await world.recovered().catch((error) => {
    if (!fault.loses) throw error;
    return world.journal.closeWindow(performance.now()); // what is lost reaches nobody
  });
  result.times++;
  result.gaps.push(gap);
  result.waits.push(wait);
  result.recovers.push(recover);
  result.nexts.push(...next);
}

/** One fault in a world that is there already, and stays. */
async function injectAll(world, fault, { times, messages = 0, hunt }, result) {
  world.errors.length = 0;
  await fault.prepare?.(world);
  for (let n = 0; n < times && !stopping; n++) {
    await once(world, fault, n, result);
    if (hunt || fault.everyTime || (n + 1) % CHECK_EVERY === 0) note(result, await world.verify());
    if (hunt?.every((kind) => result[kind])) return;
  }
  world.running = true;
  while (world.journal.acked < messages && !stopping) await sleep(200);
  await fault.after?.(world, result);
  note(result, fault.loses ? await world.examine() : await world.verify());
  if (fault.calm) note(result, world.errors.map((detail) => ({ what: 'error', detail: `shown to somebody: ${detail}` })));
}

/** What can be told when something went wrong in the middle. */
async function postMortem(world, error, result) {
  note(result, [{ what: 'error', detail: `${result.name}, time ${result.times + 1}: ${error.stack}` }]);
  world.running = false;
  await sleep(1000);
  note(result, await world.examine().catch(() => []));
  for (const gateway of world.gateways) result.logs = [...(result.logs ?? []), gateway.output.slice(-3000)];
}

/** Several faults one after the other, in one world while it is sound. `done` is told each result. */
async function work(faults, order, done) {
  let world;
  for (const fault of faults) {
    const [began, result] = [performance.now(), emptyResult(fault)];
    let told;
    try {
      world ??= await World.open({ pause: order.pause, ...fault.world, ...order.world, long: order.long });
      const before = world.journal.acked;
      told = setInterval(() => order.tell({ fault: fault.name, times: result.times, acked: world.journal.acked - before }), 1000);
      await injectAll(world, fault, order, result).catch((error) => postMortem(world, error, result));
      result.acked = world.journal.acked - before;
    } catch (error) {
      note(result, [{ what: 'error', detail: error.stack }]);
    }
    clearInterval(told);
    if (world && (result.errors || fault === faults.at(-1) || stopping)) {
      note(result, await world.close().catch((error) => [{ what: 'error', detail: error.stack }]));
      world = undefined;
    }
    result.seconds = Math.round((performance.now() - began) / 100) / 10;
    if (result.times || !stopping) await done(result);
    if (stopping) break;
  }
}

let stopping = false;
process.once('disconnect', () => process.exit(1)); // whoever asked for this is gone
process.once('message', async (given) => {
  process.on('message', () => (stopping = true)); // told to stop: what was done so far is checked and counts
  const tell = (progress) => process.connected && process.send({ progress });
  const order = { ...given, tell };
  const done = (result) => new Promise((resolve) => process.send({ result }, resolve));
  try {
    if (isolated) settleIn();
    const faults = await Promise.all(order.faults.map(loadFault));
    if (faults[0].run) await done(await faults[0].run({ ...order, result: emptyResult(faults[0]) }));
    else await work(faults, order, done);
  } catch (error) {
    await done({ ...emptyResult({ name: order.faults[0], title: order.faults[0] }), errors: 1, problems: [{ what: 'error', detail: error.stack }] });
  }
  process.exit(0);
});
