// A gateway dies: kill -9, and it is started again at the same address. Its clients resume at the others.
//
// The interface of a fault, one file each in this folder; the file's default export is
//   {
//     name, title        on the command line; in the table
//     world              options of World.open (world.mjs): gateways, chats, agents, pause, store, embedded, args, env, settings, via …
//     times: {short, long, part}   how often it is injected; 1 and 20 when left out; part = at most so often in one world; short 0 = not in the short form
//     bounds             limits for the table, ms: next = 99 % of the next messages are seen by the other side so soon, gap = the longest time
//                        without any acknowledgement, wait = the longest a message waited for one, recover = until all are served.
//                        The blow is counted from world.struck(); bounds are for a machine that does nothing else (see run.mjs)
//     calm               true: not one error may be shown to anybody
//     loses              true: losing messages is what this fault shows (the check must find them, or it is worth nothing)
//     isolated           true: in network and mount namespaces of its own where the kernel allows it (network.mjs)
//     last               true: after all others, one at a time, since it needs the machine
//     everyTime          true: everything is checked after each injection, not only at the end
//     async prepare(world)      once, before the load is measured
//     async inject(world, n)    breaks and mends it, for the n-th time; returns when the service is whole again. Times are counted from its
//                               call, or from world.struck() when it calls that in the moment of the blow; after world.healed()
//                               "all served again" counts from there. Whatever it throws is a failure
//     async after(world, result)   once, at the end, with everything still running: further checks; throws, or adds to result.problems
//   }
// or, for faults that need another stage than a World, {name, title, times, bounds, async run({times, long, tell, result})} giving a result (job.mjs).

export default {
  name: 'gateway-kill',
  title: 'gateway killed',
  bounds: { next: 2000 },
  async inject(world, n) {
    const victim = world.gateways[n % world.gateways.length];
    victim.gone = true;
    world.struck();
    await victim.kill();
    await world.moved(victim); // nobody is left waiting for it to come back
    await world.restartGateway(victim);
  },
};
