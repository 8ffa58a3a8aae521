// The scenarios: what each runs, and what of it is held against which goal. Goals are ratios within one run, CPU time, bytes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lib/children.mjs';
import { root, startGateway } from '../lib/gateway.mjs';
import { quantile, sleep, until } from '../lib/wait.mjs';
import { grow } from './grow.mjs';
import { load, loadBeside, ours } from './ours.mjs';
import * as peers from './peers.mjs';

const median = (numbers) => quantile([...numbers].sort((a, b) => a - b), 0.5);
const spread = (numbers, digits = 0) => `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)})`;
const most = (what, value, limit, unit = '', digits = 1) => ({ what, value: `${value.toFixed(digits)}${unit}`, goal: `≤ ${limit}${unit}`, reached: value <= limit });
const least = (what, value, limit, unit = '', digits = 2) => ({ what, value: `${value.toFixed(digits)}${unit}`, goal: `≥ ${limit}${unit}`, reached: value >= limit });

/** Runs each contestant once a round, in turns. contestants: {name: () => Promise<result>}; gives {name: [result …]}. */
async function inTurns(contestants, rounds, step) {
  const results = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, once] of Object.entries(contestants)) {
      step(`round ${round + 1} of ${rounds}, ${name}`);
      results[name].push(await once());
    }
  }
  return results;
}

const of = (list, pick) => list.map(pick);
const total = (result) => (result.gateway?.cpu_us ?? result.server.cpu_us) + (result.redis?.cpu_us ?? 0);

/** A relay run of ours, on a stage of its own: agents keep their chats, so it is used once. */
async function chat({ pairs, args, ...how }) {
  const stage = await ours(how);
  try {
    return await load('chat', ['--pairs', pairs, ...(how.auto ? ['--auto'] : await stage.agents(pairs)), ...args, ...stage.args()]);
  } finally {
    await stage.stop();
  }
}

async function relay(open, { pairs, args }) {
  const peer = await open();
  try {
    const redis = peer.redisPids?.length ? ['--measure', `redis=${peer.redisPids.join(',')}`] : [];
    return await load('relay', ['--pairs', pairs, ...args, ...peer.args, '--measure', `server=${peer.pids.join(',')}`, ...redis]);
  } finally {
    await peer.stop();
  }
}

/** Calls a second of the very Function (its line ends in seven numbers, calls a second first), by redis-benchmark over the same unix socket: 100 clients, one call each in flight. */
async function ceiling(fsync) {
  const stage = await ours({ fsync });
  try {
    const vid = 'a'.repeat(32);
    const body = JSON.stringify({ from: 'visitor', text: 'x'.repeat(200), mid: 'm'.repeat(26) });
    await stage.redis.cli('FCALL', 'visitor_human', 1, '{main}', 0, vid, 'mid-of-the-wish', 'en', '', '', '');
    const { stdout } = await run('redis-benchmark', ['-s', stage.redis.socket, '-c', '100', '-n', '60000', '-r', '100000000', '--csv', 'FCALL', 'visitor_say', '1', '{main}', '0', vid, 'mid-__rand_int__', body, 'x'.repeat(120), 'en', '', '', ''], { ms: 120_000 });
    return { per_s: Number(/"([\d.]+)"(?:,"[\d.]+"){6}\s*$/.exec(stdout)[1]) };
  } finally {
    await stage.stop();
  }
}

function relayRows(results) {
  return Object.entries(results).map(([name, list]) => ({
    server: name,
    'messages/s': spread(of(list, (r) => r.per_s)),
    'CPU µs a message': list[0].scenario ? spread(of(list, (r) => r.gateway?.cpu_us ?? r.server.cpu_us), 1) : '',
    'Redis CPU µs': list[0].redis ? spread(of(list, (r) => r.redis.cpu_us), 1) : '',
    'p50 µs': list[0].delivery_us ? spread(of(list, (r) => r.delivery_us.p50)) : '',
    'p99 µs': list[0].delivery_us ? spread(of(list, (r) => r.delivery_us.p99)) : '',
  }));
}

/** Sockets that stay silent, in a generator process of their own; resolves when all are open. */
async function silent(stage, n, gateway = stage.gateway, pids = [gateway.pid]) {
  const holder = await loadBeside('storm', ['--pairs', 0, '--idle', n, '--hello', '--seconds', 3600, ...stage.args(gateway, pids)]);
  const said = await holder.ready;
  const opened = said.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  return { opened, async stop() { holder.child.kill('SIGTERM'); await holder.child.ended; } };
}

/** Bytes of memory by the kernel's count, `Rss`, or `Pss`: pages that processes share are counted once in all. */
const memory = (pid, kind) => Number(new RegExp(`^${kind}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) * 1024;

export const scenarios = {
  relay: {
    about: 'visitor says → durable (everysec) → acknowledged, and the agent has it; 400 pairs, one message in flight each',
    async measure({ rounds, seconds, step }) {
      const how = { pairs: 400, args: ['--seconds', seconds, '--depth', 1] };
      const results = await inTurns({
        Firstline: () => chat(how),
        'the Function alone (redis-benchmark)': () => ceiling('everysec'),
        'nchan + Redis': () => relay(() => peers.nchanRedis('everysec'), how),
        nchan: () => relay(peers.nchanAlone, how),
        'node ws': () => relay(peers.ws, how),
        'socket.io': () => relay(peers.socketio, how),
      }, rounds, step);
      const rate = (name) => median(of(results[name], (r) => r.per_s));
      const cpu = (name) => median(of(results[name], (r) => r.gateway?.cpu_us ?? r.server.cpu_us));
      return { rows: relayRows(results), goals: [
        least('messages/s ÷ the Function alone', rate('Firstline') / rate('the Function alone (redis-benchmark)'), 0.5),
        least('messages/s ÷ nchan + Redis', rate('Firstline') / rate('nchan + Redis'), 8),
        most('gateway CPU a message', cpu('Firstline'), 10, ' µs'),
        most('gateway CPU ÷ nchan + Redis', cpu('Firstline') / cpu('nchan + Redis'), 0.25, '', 2),
      ] };
    },
  },
  depth: {
    about: 'the same with 16 messages in flight each',
    async measure({ rounds, seconds, step }) {
      const how = { pairs: 400, args: ['--seconds', seconds, '--depth', 16] };
      const results = await inTurns({
        Firstline: () => chat(how),
        'nchan + Redis': () => relay(() => peers.nchanRedis('everysec'), how),
        'node ws': () => relay(peers.ws, how),
        'socket.io': () => relay(peers.socketio, how),
      }, rounds, step);
      return { rows: relayRows(results), goals: [] };
    },
  },
  latency: {
    about: 'open loop: 2,000 messages a second with everysec, 500 with fsync always',
    async measure({ rounds, seconds, step }) {
      const at = (rate) => ({ pairs: 200, args: ['--seconds', seconds, '--rate', rate] });
      const results = await inTurns({
        'Firstline, 2,000/s, everysec': () => chat(at(2000)),
        'nchan + Redis, 2,000/s, everysec': () => relay(() => peers.nchanRedis('everysec'), at(2000)),
        'Firstline, 500/s, always': () => chat({ ...at(500), fsync: 'always' }),
        'nchan + Redis, 500/s, always': () => relay(() => peers.nchanRedis('always'), at(500)),
      }, rounds, step);
      const p50 = (name) => median(of(results[name], (r) => r.delivery_us.p50));
      return { rows: relayRows(results), goals: [
        most('p50 ÷ nchan + Redis at 2,000/s', p50('Firstline, 2,000/s, everysec') / p50('nchan + Redis, 2,000/s, everysec'), 0.6, '', 2),
        most('p50 at 500/s, fsync always', p50('Firstline, 500/s, always') / 1000, 3, ' ms', 2),
      ] };
    },
  },
  durability: {
    about: 'what syncing every message costs the gateway: 200 pairs, 500 messages a second',
    async measure({ rounds, seconds, step }) {
      const how = { pairs: 200, args: ['--seconds', seconds, '--rate', 500] };
      const results = await inTurns({ always: () => chat({ ...how, fsync: 'always' }), everysec: () => chat(how) }, rounds, step);
      const cpu = (name) => median(of(results[name], (r) => r.gateway.cpu_us));
      return { rows: relayRows(results), goals: [most('gateway CPU, always ÷ everysec', cpu('always') / cpu('everysec'), 2, '', 2)] };
    },
  },
  idle: {
    about: 'what a silent socket costs: 10,000 visitors with the widget open, 5,000 with a chat each',
    async measure({ rounds, step }) {
      const weigh = async (args) => {
        const stage = await ours({ settings: { answers_max: 0 } });
        try {
          const { opened } = await load('storm', ['--seconds', 0.1, '--hello', ...args, ...stage.args()]);
          return opened.find((line) => line.process === 'gateway' && line.n > 0);
        } finally {
          await stage.stop();
        }
      };
      const results = await inTurns({ 'widget open': () => weigh(['--idle', 10_000, '--pairs', 0]), 'with a chat': () => weigh(['--pairs', 5000]) }, rounds, step);
      const bytes = (name) => median(of(results[name], (r) => r.bytes));
      return {
        rows: Object.entries(results).map(([name, list]) => ({ visitor: name, 'bytes of the gateway': spread(of(list, (r) => r.bytes)), 'CPU µs to open': spread(of(list, (r) => r.cpu_us), 1) })),
        goals: [most('bytes an idle visitor', bytes('widget open'), 2560, '', 0), most('bytes a visitor with a chat', bytes('with a chat'), 4096, '', 0)],
      };
    },
  },
  beside: {
    about: 'the relay with 18,900 silent sockets beside it, and without',
    async measure({ rounds, seconds, step }) {
      const once = async (idle) => {
        const stage = await ours();
        const holder = idle && await silent(stage, idle);
        try {
          return await load('chat', ['--pairs', 200, '--depth', 1, '--seconds', seconds, ...await stage.agents(200), ...stage.args()]);
        } finally {
          await holder?.stop?.();
          await stage.stop();
        }
      };
      const results = await inTurns({ alone: () => once(0), 'beside 18,900': () => once(18_900) }, rounds, step);
      const rate = (name) => median(of(results[name], (r) => r.per_s));
      const cpu = (name) => median(of(results[name], total));
      return { rows: relayRows(results), goals: [
        least('messages/s ÷ alone', rate('beside 18,900') / rate('alone'), 0.9),
        most('CPU a message, gateway and Redis, ÷ alone', cpu('beside 18,900') / cpu('alone'), 1.15, '', 2),
      ] };
    },
  },
  handshakes: {
    about: 'connect, upgrade, reset, again and again; 18,900 silent sockets beside',
    async measure({ rounds, seconds, step }) {
      const stage = await ours();
      const holder = await silent(stage, 18_900);
      const peer = await peers.ws();
      try {
        const results = await inTurns({
          Firstline: () => load('handshakes', ['--pairs', 50, '--seconds', seconds, ...stage.args()]),
          'node ws, alone': () => load('handshakes', ['--pairs', 50, '--seconds', seconds, ...peer.args, '--measure', `server=${peer.pids[0]}`]),
        }, rounds, step);
        return {
          rows: Object.entries(results).map(([name, list]) => ({ server: name, 'handshakes/s': spread(of(list, (r) => r.per_s)), 'CPU µs each': spread(of(list, (r) => r.gateway?.cpu_us ?? r.server.cpu_us), 1) })),
          goals: [least('handshakes a second', median(of(results.Firstline, (r) => r.per_s)), 3500, '', 0)],
        };
      } finally {
        await holder.stop();
        await stage.stop();
        await peer.stop();
      }
    },
  },
  workers: {
    about: '50,000 visitors over three workers on one port',
    async measure({ rounds, step }) {
      const once = async () => {
        const stage = await ours({ args: ['--workers', '3'] });
        const holders = [];
        try {
          await stage.gateway.line('all workers', /(?:ready ms=\d+[\s\S]*){3}/);
          const pids = readFileSync(`/proc/${stage.gateway.pid}/task/${stage.gateway.pid}/children`, 'utf8').trim().split(' ').map(Number).filter((pid) => /firstline/.test(readFileSync(`/proc/${pid}/comm`, 'utf8')));
          for (const n of [16_700, 16_700, 16_600]) holders.push(await silent(stage, n, stage.gateway, pids));
          const [shared, each] = ['Pss', 'Rss'].map((kind) => [stage.gateway.pid, ...pids].reduce((sum, pid) => sum + memory(pid, kind), 0) / 1e6);
          return { shared, each, beside: await load('chat', ['--pairs', 100, '--seconds', 2, ...await stage.agents(100), ...stage.args(stage.gateway, pids)]) };
        } finally {
          for (const holder of holders) await holder.stop();
          await stage.stop();
        }
      };
      const { sockets } = await inTurns({ sockets: once }, rounds, step);
      return {
        rows: [{ sockets: '50,000', processes: '3 + 1', MB: spread(of(sockets, (r) => r.shared), 1), 'MB, shared pages counted in each': spread(of(sockets, (r) => r.each), 1), 'messages/s beside (100 pairs)': spread(of(sockets, (r) => r.beside.per_s)), 'p99 µs': spread(of(sockets, (r) => r.beside.delivery_us.p99)) }],
        goals: [most('resident memory of all', median(of(sockets, (r) => r.shared)), 150, ' MB')],
      };
    },
  },
  storm: {
    about: '15,000 visitors with a chat each lose their gateway (kill -9, started again at once); 200 others talk at another one',
    async measure({ rounds, step }) {
      const once = async () => {
        const stage = await ours({ gateways: 2, settings: { answers_max: 0, queues: 'general,other' } });
        const [first, second] = stage.gateways;
        let reborn;
        try {
          const crowd = await loadBeside('storm', ['--pairs', 15_000, '--seconds', 60, '--queue', 'other', ...stage.args(first)]);
          await crowd.ready;
          await sleep(5000); // by then their messages, which nobody has an answer for, are in the queue
          const others = load('chat', ['--pairs', 200, '--rate', 200, '--seconds', 12, ...await stage.agents(200, second), ...stage.args(second)]);
          await sleep(4000);
          await first.kill();
          reborn = await startGateway({ redis: stage.redis, data: first.folder, listen: new URL(first.url).host, wait: 'nothing' });
          return { crowd: await crowd.result, others: await others };
        } finally {
          await reborn?.stop();
          await second.stop();
          await stage.redis.stop();
        }
      };
      const results = [];
      for (let round = 0; round < rounds; round++) {
        step(`round ${round + 1}`);
        results.push(await once());
      }
      const seconds = median(of(results, (r) => r.crowd.seconds));
      return {
        rows: [{ 'all back after s': spread(of(results, (r) => r.crowd.seconds), 1), resumed: results.map((r) => r.crowd.done).join(', '), 'others’ p50 ms': spread(of(results, (r) => r.others.delivery_us.p50 / 1e3), 1), 'others’ p99 ms': spread(of(results, (r) => r.others.delivery_us.p99 / 1e3), 1) }],
        goals: [most('all back', seconds, 10, ' s'), least('resumed with their chat', Math.min(...of(results, (r) => r.crowd.done)), 15_000, '', 0),
          most('p99 of the others', median(of(results, (r) => r.others.delivery_us.p99 / 1e3)), 100, ' ms')],
      };
    },
  },
  growth: {
    about: 'CPU a message (gateway and Redis) as the store grows',
    async measure({ rounds, seconds, step }) {
      const results = await inTurns(Object.fromEntries(Object.entries(grow).map(([name, fill]) => [name, async () => {
        const stage = await ours({ settings: { queues: 'general,other' } });
        try {
          const more = (await fill(stage)) ?? [];
          return await load('chat', ['--pairs', 100, '--rate', 1000, '--seconds', seconds, ...more, ...await stage.agents(100), ...stage.args()]);
        } finally {
          await stage.stop();
        }
      }])), rounds, step);
      const cpu = (name) => median(of(results[name], total));
      const goals = Object.keys(grow).filter((name) => name !== 'small').map((name) => most(`${name} ÷ small`, cpu(name) / cpu('small'), 1.2, '', 2));
      return { rows: relayRows(results).map(({ server, ...rest }) => ({ store: server, ...rest })), goals };
    },
  },
  faq: {
    about: 'automatic phase: every message is matched against the demo shop’s rules',
    async measure({ rounds, seconds, step }) {
      const how = { pairs: 100, auto: true, args: ['--rate', 1000, '--seconds', seconds] };
      const results = await inTurns({ 'with the demo’s rules': () => chat({ ...how, rules: join(root, 'faq/demo/shop.yaml'), settings: { quiet_ms: 0 } }), 'automatic replies off': () => chat({ ...how, settings: { answers_max: 0 } }) }, rounds, step);
      return { rows: Object.entries(results).map(([name, list]) => ({ gateway: name, 'CPU µs a message': spread(of(list, (r) => r.gateway.cpu_us), 1), 'ack p50 µs': spread(of(list, (r) => r.ack_us.p50)) })), goals: [] };
    },
  },
};
