// 5,000 visitors with a chat each lose their gateway's sockets in the same moment, with everybody else there: all are back within 10 s.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { loadBeside } from '../../load/ours.mjs';
import { isolated } from '../network.mjs';

const CROWD = 5000;
const BACK_S = 10;

/** Every connection of a gateway is reset, at both ends. Without rights for that the gateway is killed and started again. */
async function cutAll(world, gateway) {
  if (!isolated) {
    await gateway.kill();
    return world.restartGateway(gateway);
  }
  const { status, stderr } = spawnSync('ss', ['-K', 'sport', '=', `:${new URL(gateway.url).port}`], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

export default {
  name: 'storm',
  title: '5,000 sockets of a gateway cut at once',
  isolated: true,
  last: true,
  world: { gateways: 2, chats: 50, settings: { queues: 'general,crowd' } }, // nobody serves the crowd's queue
  times: { short: 1, long: 20, part: 5 },
  bounds: { next: BACK_S * 1000, gap: 2000, recover: BACK_S * 1000 },
  async prepare(world) {
    world.storms = [];
  },
  async inject(world, n) {
    const gateway = world.gateways[n % world.gateways.length];
    const visitors = ['--path-a', '/ws/visitor', '--header-a', 'Sec-WebSocket-Protocol: firstline.visitor.v1'];
    const crowd = await loadBeside('storm', ['--port', new URL(gateway.url).port, ...visitors, '--queue', 'crowd', '--pairs', CROWD, '--seconds', 60]);
    await crowd.ready;
    world.struck();
    await cutAll(world, gateway);
    const { seconds, done: resumed, errors, complaint } = await crowd.result;
    assert.equal(errors, 0, complaint);
    assert.ok(resumed >= CROWD, `${resumed} of ${CROWD} came back to their chat`);
    world.storms.push(seconds);
  },
  after(world, result) {
    console.log(`${CROWD} sockets cut at once: the last was back after ${Math.max(...world.storms).toFixed(1)} s`);
    result.recovers.push(...world.storms.map((seconds) => seconds * 1000));
  },
};
