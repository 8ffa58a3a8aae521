// The power of Redis' machine fails: what was not synced is gone from the disk. With durability fsync nothing acknowledged or shown is.
import { cutPower, startFragileRedis } from '../powercut.mjs';

export default {
  name: 'power-cut',
  title: 'power cut (fsync)',
  world: { store: startFragileRedis, chatLength: 80 },
  times: { short: 2, long: 200, part: 50 },
  bounds: { recover: 2000 },
  inject: cutPower,
};
