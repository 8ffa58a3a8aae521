// The same with durability relaxed, which says that up to a second may be lost: it is, and the checker sees it. Each cut has a world of
// its own: after the first loss the books and the store differ for good.
import { cutPower, startFragileRedis } from '../powercut.mjs';

export default {
  name: 'power-cut-relaxed',
  title: 'power cut (relaxed)',
  world: { store: startFragileRedis, fsync: 'everysec', args: ['--durability', 'relaxed'], patience: 15_000 },
  times: { short: 1, long: 20, part: 1 },
  loses: true,
  inject: cutPower,
};
