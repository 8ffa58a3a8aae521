// Redis cuts the gateways' subscriptions: they subscribe again, and read from the transcripts what they were not told meanwhile.
export default {
  name: 'redis-drops-pubsub',
  title: 'Redis cuts subscriptions',
  bounds: { next: 2000 },
  async inject(world) {
    const [killed] = await world.redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    if (Number(killed) < world.gateways.length) throw new Error(`only ${killed} subscriptions were cut`);
  },
};
