// Redis cuts the gateways' connections for requests: they connect again, and ask again for what had no answer.
export default {
  name: 'redis-drops-clients',
  title: 'Redis cuts request connections',
  bounds: { next: 2000 },
  async inject(world) {
    const [killed] = await world.redis.cli('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    if (Number(killed) < world.gateways.length) throw new Error(`only ${killed} connections were cut`);
  },
};
