// A gateway stops for five seconds and goes on: nobody need leave it, and what was sent to it meanwhile arrives once.
import { hang } from '../hang.mjs';

export default {
  name: 'gateway-hang',
  title: 'gateway hangs 5 s',
  bounds: { next: 30_000 },
  inject: (world, n) => hang(world, n, 5000),
};
