// Fills a store through the Functions, as years of use would: what a message costs must not grow with it. Each gives further
// arguments for the generator.
import { Redis } from 'ioredis';

const vid = (n) => n.toString(16).padStart(32, '0');

async function calls(stage, list) {
  const redis = new Redis({ path: stage.redis.socket, lazyConnect: true });
  await redis.connect();
  try {
    for (let at = 0; at < list.length; at += 5000) {
      const pipeline = redis.pipeline();
      for (const [name, ...args] of list.slice(at, at + 5000)) pipeline.call('FCALL', name, 1, '{main}', 0, ...args);
      for (const [error, reply] of await pipeline.exec()) if (error || reply[0] !== 'ok') throw error ?? new Error(reply.join(' '));
    }
  } finally {
    redis.disconnect();
  }
}

const chats = (n, queue) => Array.from({ length: n }, (_, i) => ['visitor_human', vid(i + 1), `mid-human-${i}`, 'en', '', '', queue]);
const ends = (n) => Array.from({ length: n }, (_, i) => ['visitor_end', vid(i + 1)]);

export const grow = {
  small: async () => ['--before', 1000],
  'transcripts of 1,000': async () => ['--before', 100_000],
  '100,000 closed chats': async (stage) => {
    await calls(stage, chats(100_000, 'other'));
    await calls(stage, ends(100_000));
  },
  '10,000 in the queue': (stage) => calls(stage, chats(10_000, 'other')),
  '500 agents online': async (stage) => {
    const names = Array.from({ length: 500 }, (_, i) => `idle${i}`);
    await calls(stage, names.flatMap((name) => [['agent_add', name, name, 'en', 'other', 0], ['presence', name, 'online', 4]]));
    await calls(stage, [['lease', 'elsewhere', 0, 1, ...names.flatMap((name) => [name, 300_000])]]);
  },
};
