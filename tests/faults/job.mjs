// One job of run.mjs in a process of its own: a world, one fault, so many times. Told by a message {fault, times, long, pause, messages},
// and for proofs {world: other options of the World};
// tells {progress} meanwhile and {result} at the end:
//   result = {name, title, times, acked, lost, doubled, reordered, errors, gaps[], waits[], recovers[], nexts[], problems[{what, detail}], seconds}
import { sleep, World } from './world.mjs';
import { loadFault } from './faults.mjs';
import { isolated, settleIn } from './network.mjs';

const CHECK_EVERY = 10;
const PROBLEMS_KEPT = 20;

const emptyResult = (fault) => ({ name: fault.name, title: fault.title, times: 0, acked: 0, lost: 0, doubled: 0, reordered: 0, errors: 0, gaps: [], waits: [], recovers: [], nexts: [], problems: [], seconds: 0 });

function note(result, problems) {
  for (const problem of problems) {
    if (problem.what === 'error') result.errors++;
    else result[problem.what]++;
    if (result.problems.length < PROBLEMS_KEPT) result.problems.push(problem);
  }
}

async function once(world, fault, n, result) {
  await world.flow();
  world.struck();
  await fault.inject(world, n);
  const { gap, wait, recover, next } = await world.recovered();
  result.times++;
  result.gaps.push(gap);
  result.waits.push(wait);
  result.recovers.push(recover);
  result.nexts.push(...next);
}

async function work(fault, { times, messages = 0, pause, world: options, tell }) {
  const began = performance.now();
  const result = emptyResult(fault);
  const world = await World.open({ pause, ...fault.world, ...options });
  const told = setInterval(() => tell({ times: result.times, acked: world.journal.acked }), 1000);
  try {
    await fault.prepare?.(world);
    for (let n = 0; n < times && !stopping; n++) {
      await once(world, fault, n, result);
      if (fault.everyTime || (n + 1) % CHECK_EVERY === 0) note(result, await world.verify());
    }
    world.running = true;
    while (world.journal.acked < messages && !stopping) await sleep(200);
    await fault.after?.(world, result);
    note(result, await world.verify());
    if (fault.calm) note(result, world.errors.map((detail) => ({ what: 'error', detail: `shown to somebody: ${detail}` })));
  } catch (error) {
    note(result, [{ what: 'error', detail: `${fault.name}, time ${result.times + 1}: ${error.stack}` }]);
    // What can be told of the messages all the same.
    world.running = false;
    await sleep(1000);
    note(result, await world.examine().catch(() => []));
    for (const gateway of world.gateways) result.logs = [...(result.logs ?? []), gateway.output.slice(-3000)];
  } finally {
    clearInterval(told);
    result.acked = world.journal.acked;
    note(result, await world.close().catch((error) => [{ what: 'error', detail: error.stack }]));
  }
  result.seconds = Math.round((performance.now() - began) / 100) / 10;
  return result;
}

let stopping = false;
process.once('disconnect', () => process.exit(1)); // whoever asked for this is gone
process.once('message', async (order) => {
  process.on('message', () => (stopping = true)); // told to stop: what was done so far is checked and counts
  const tell = (progress) => process.connected && process.send({ progress });
  let result;
  try {
    if (isolated) settleIn();
    const fault = await loadFault(order.fault);
    result = fault.run ? await fault.run({ ...order, tell, result: emptyResult(fault) }) : await work(fault, { ...order, tell });
  } catch (error) {
    result = { ...emptyResult({ name: order.fault, title: order.fault }), errors: 1, problems: [{ what: 'error', detail: error.stack }] };
  }
  process.send({ result }, () => process.exit(0));
});
