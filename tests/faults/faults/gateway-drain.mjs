// A gateway is drained by fl_drain, as ops do it from redis-cli: its clients go elsewhere, it ends by itself.
export default {
  name: 'gateway-drain',
  title: 'gateway drained (fl_drain)',
  bounds: { next: 2000 },
  calm: true,
  async inject(world, n) {
    const gateway = world.gateways[n % world.gateways.length];
    const [, id] = /\bgateway=(\S+)/.exec(gateway.output);
    gateway.gone = true;
    const [answer] = await world.ops.fcall('fl_drain', id);
    if (answer !== `gateway ${id} was asked to drain`) throw new Error(answer);
    const { code } = await gateway.child.ended;
    if (code !== 0) throw new Error(`the drained gateway ended with ${code}`);
    await world.restartGateway(gateway);
  },
};
