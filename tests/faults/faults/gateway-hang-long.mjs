// A gateway stops for 40 seconds (20 in the short form), longer than anybody should wait: its clients find out and go elsewhere.
import { hang } from '../hang.mjs';

export default {
  name: 'gateway-hang-long',
  title: 'gateway hangs 40 s',
  times: { short: 1, long: 20, part: 5 },
  bounds: { next: 30_000 },
  async inject(world, n) {
    const seconds = world.long ? 40 : 20;
    const victim = await hang(world, n, seconds * 1000);
    const stayed = world.people.filter((person) => person.gateway?.origin === victim).length;
    if (stayed > world.people.length / world.gateways.length / 4) throw new Error(`${stayed} clients were still with the gateway that had not answered for ${seconds} s`);
  },
};
