// A master, two replicas and three Sentinels in place of a world's Redis: whoever is master now is asked.
import { startSentinels } from '../lib/sentinels.mjs';
import { until } from './world.mjs';

const WHOLE_MS = 60_000;

/** For a world's `store`. */
export async function startCluster() {
  const cluster = await startSentinels();
  let master = cluster.redises[0];
  const asked = async () => (master = (await until('a master', () => cluster.master().catch(() => null), { ms: WHOLE_MS, every: 50 })));
  const store = { cluster, url: cluster.url, stop: () => cluster.stop(), get socket() { return master.socket; } };
  for (const name of ['cli', 'fcall', 'fcallRo', 'set', 'fsck']) store[name] = async (...args) => (await asked())[name](...args);
  store.master = asked;

  /** Waits until a master other than `old` serves. */
  store.another = (old) => until('another master', async () => {
    const found = await cluster.master().catch(() => null);
    if (!found || found === old) return null;
    return (master = found);
  }, { ms: WHOLE_MS, every: 50 });

  /** Brings back who is gone, and waits until two replicas follow the master and have all it has. */
  store.whole = async () => {
    for (const node of cluster.redises) {
      if (node.gone) node.start();
      if (node.stopped) node.signal('SIGCONT');
    }
    await until('two replicas in step', async () => {
      const now = await cluster.master().catch(() => null);
      if (!now) return false;
      master = now;
      const lines = await now.cli('INFO', 'replication').catch(() => []);
      return lines.filter((line) => /^slave\d+:.*state=online.*lag=[01]\s*$/.test(line)).length === 2;
    }, { ms: WHOLE_MS, every: 100 });
  };
  return store;
}

/** What the faults of a cluster have in common. */
export const clustered = { store: startCluster, args: ['--durability', 'replicated'], gateways: 2, chats: 50 };
