// One world for one fault: a real Redis, real gateways, dozens of chats with the real clients at both ends, and the books.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Redis from 'ioredis';
import { addAgent, root, slowness, startGateway } from '../lib/gateway.mjs';
import { startRedis } from '../lib/redis.mjs';
import { checkFrame } from '../lib/schema.mjs';
import { sleep, until } from '../lib/wait.mjs';
import { check } from './checker.mjs';
import { prepareClients } from './clients.mjs';
import { Journal } from './journal.mjs';
import { AgentPerson, VisitorPerson } from './people.mjs';

const SETTINGS = { answers_max: 0, unheard_ms: 60_000, say_per_10s: 1000 };
const PATIENCE_MS = 60_000; // for everything to be served again, and for everything on its way to arrive

function readSentences() {
  const file = join(root, 'tests/replay/samples.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').flatMap((line) => JSON.parse(line).turns.map(([, text]) => text)) : ['Hello'];
}

export class World {
  /**
   * Options, all optional: gateways (3), chats (60), agents (12), pause (ms between one's messages), chatLength (events, then it is
   * closed and a new one begins), store: async () => a Redis as startRedis gives it, fsync, embedded (the gateways' own Redis: one
   * data folder for all), args and env of the gateways, settings, patience (ms, for recovering and for settling), via(gateway) ->
   * {url, sockets}: the way clients reach it. `long` tells a fault that it may take its time.
   */
  static async open(options = {}) {
    const world = new World(options);
    try {
      await world.#start();
    } catch (error) {
      await world.close().catch(() => {});
      throw error;
    }
    return world;
  }

  constructor({ gateways = 3, chats = 60, agents = 12, pause = 150, chatLength = 150, patience = PATIENCE_MS, long = false, ...options }) {
    Object.assign(this, { n: { gateways, chats, agents }, pause, chatLength, long, patience: patience * slowness, options });
    this.capacity = Math.min(50, Math.ceil((chats * 1.6) / agents));
    this.journal = new Journal();
    this.gateways = [];
    this.people = [];
    this.errors = [];
    this.frames = 0;
    this.running = false;
    this.sentences = readSentences();
  }

  async #start() {
    const { options } = this;
    await prepareClients();
    if (!options.embedded) this.redis = await (options.store ?? startRedis)({ fsync: options.fsync });
    for (let i = 0; i < this.n.gateways; i++) this.gateways.push(await this.startGateway({ data: options.embedded ? this.gateways[0]?.folder : undefined }));
    this.ops = this.redis ?? this.gateways[0];
    for (const [name, value] of Object.entries({ ...SETTINGS, ...options.settings })) await this.ops.set(name, value);
    const accounts = await Promise.all(Array.from({ length: this.n.agents }, (_, i) => addAgent(this.gateways[i % this.gateways.length], `agent${i}`)));
    this.running = true;
    this.agents = accounts.map((account, i) => new AgentPerson(this, account, i));
    this.people.push(...this.agents);
    await until('the agents', () => this.agents.every((agent) => agent.state.me?.state === 'online'), { ms: 20_000 * slowness });
    this.visitors = Array.from({ length: this.n.chats }, (_, i) => new VisitorPerson(this, i));
    this.people.push(...this.visitors);
  }

  startGateway(more = {}) {
    const { args = [], env = {} } = this.options;
    return startGateway({ redis: this.redis, args, env, ...more });
  }

  /** The same gateway again, at the same address, after it ended. */
  async restartGateway(gateway) {
    const next = await this.startGateway({ data: gateway.folder, listen: new URL(gateway.url).host });
    next.folder = gateway.folder;
    this.gateways[this.gateways.indexOf(gateway)] = next;
    if (this.ops === gateway) this.ops = next;
    return next;
  }

  via(gateway) {
    const { url, sockets } = this.options.via?.(gateway) ?? gateway;
    return { url, sockets, origin: gateway };
  }

  sentence() {
    return this.sentences[Math.floor(Math.random() * this.sentences.length)];
  }

  /** Every 16th frame is held against the protocol. */
  frame(person, frame) {
    if (this.frames++ % 16) return;
    try {
      checkFrame(`gateway-to-${person.side.startsWith('visitor') ? 'visitor' : 'agent'}.json`, frame);
    } catch (error) {
      this.journal.problem('error', error.message);
    }
  }

  /** Something a person was shown as an error. */
  error(detail) {
    this.errors.push(detail);
  }

  /** A chat ended or changed hands: nobody waits for the next message in it. */
  excuse(visitor, chat) {
    this.journal.excuse(visitor);
    for (const agent of this.agents) this.journal.excuse(agent.sender(chat));
  }

  /** Waits until messages flow in (nearly) every chat: `n` more acks each, on average. */
  async flow(n = 4, ms = 60_000) {
    this.running = true;
    const from = this.journal.acked;
    const talking = () => this.visitors.filter((visitor) => visitor.talking).length;
    await until('messages to flow', () => talking() >= this.n.chats * 0.9 && this.journal.acked - from >= n * this.n.chats, { ms: ms * slowness, seen: () => `${talking()} of ${this.n.chats} chats served, ${this.journal.acked - from} acks` });
  }

  /** Everybody who can be expected to get through with the next message. */
  senders() {
    const lines = this.visitors.filter((visitor) => visitor.talking).map((visitor) => visitor.sender);
    for (const agent of this.agents) for (const { chat, head } of agent.mine()) if (head < this.chatLength - 10) lines.push(agent.sender(chat));
    return lines;
  }

  /** The blow falls now: times are counted from here, until healed() is called, and then from there. */
  struck() {
    this.journal.openWindow(performance.now(), this.senders());
  }

  /** The service is whole again: what recovering takes is counted from here. */
  healed() {
    this.journal.window.healed = performance.now();
  }

  /** A gateway's clients have all found another one. */
  moved(gateway) {
    return until('its clients to be elsewhere', () => this.people.every((person) => person.gateway && person.gateway.origin !== gateway), { ms: this.patience, every: 10 });
  }

  /** Waits until the other side saw a message of everybody, sent or pending after the blow; gives the times. */
  async recovered() {
    const { journal } = this;
    await until('everybody to get through again', () => journal.recovered(), { ms: this.patience, seen: () => `${journal.window.waiting.size} still waiting` }).catch(async (error) => {
      error.message += `: ${await this.#whoWaits()}`;
      throw error;
    });
    return journal.closeWindow(performance.now());
  }

  /** Those who did not get through, as they see it themselves and as it is stored. */
  async #whoWaits() {
    const waiting = [...this.journal.window.waiting.entries()].slice(0, 5);
    const told = await Promise.all(waiting.map(async ([sender, mid]) => {
      const visitor = this.visitors.find((one) => one.sender === sender);
      const chat = visitor ? visitor.number : Number(sender.split(' in ')[1]);
      const stored = await this.ops.fcallRo('fl_chat', chat).catch((error) => [error.message]);
      return `${sender} (chat ${chat}${visitor ? `, ${visitor.describe()}` : ''}) waits for ${mid ? JSON.stringify(this.journal.sent.get(mid)) : 'its next message'}; stored: ${stored.join(' / ')}`;
    }));
    return [...told, ...(await this.ops.fcallRo('fl_agents').catch((error) => [error.message]))].join('\n');
  }

  /** Nobody writes any more, and everything written has arrived. */
  async settle() {
    this.running = false;
    const busy = () => this.people.map((person) => person.busy()).filter(Boolean);
    await until('everything on its way to arrive', () => busy().length === 0, { ms: this.patience, every: 30, seen: () => busy().slice(0, 5).join('; ') });
    const streams = await this.streams();
    const behind = () => this.connected().filter(([side, chat]) => this.journal.marks(side, chat).length < (streams.get(chat)?.length ?? 0));
    await until('every side to show everything', () => behind().length === 0, { ms: 10_000 * slowness, every: 30 }).catch(() => {}); // the check tells
    return streams;
  }

  /** [side, chat] of everybody who is in a chat now. */
  connected() {
    const pairs = this.visitors.filter((visitor) => visitor.number).map((visitor) => [visitor.side, visitor.number]);
    for (const agent of this.agents) for (const { chat } of agent.mine()) pairs.push([agent.side, chat]);
    return pairs;
  }

  /** The transcripts as stored, of every chat anybody saw or was told of. */
  async streams(socket = this.ops.socket ?? join(this.gateways[0].folder, 'redis.sock')) {
    const redis = new Redis({ path: socket, maxRetriesPerRequest: 2 });
    redis.on('error', () => {});
    try {
      const streams = new Map();
      for (const chat of this.journal.chats) streams.set(chat, (await redis.xrange(`{main}:chat:${chat}:log`, '-', '+')).map(([id, [, at, , kind, , body]]) => ({ ...JSON.parse(body), seq: Number(id.split('-')[0]), at: Number(at), kind })));
      return streams;
    } finally {
      redis.disconnect();
    }
  }

  /** Settles, and holds everything so far against what is stored. Gives the problems. */
  async verify() {
    const found = await this.examine(await this.settle());
    const fsck = await this.ops.fsck();
    if (!/^ok/.test(fsck.at(-1))) found.push({ what: 'error', detail: `fl_fsck: ${fsck.join(' / ')}` });
    return found;
  }

  /** The books against what is stored, as things stand. */
  async examine(streams) {
    return [...this.journal.problems.splice(0), ...check(this.journal, streams ?? (await this.streams()), this.connected())];
  }

  /** The end; gives what the gateways say that they should not. */
  async close() {
    const problems = [];
    for (const person of this.people) person.leave();
    for (const gateway of this.gateways) {
      if (gateway.gone && gateway.child.exitCode === null && gateway.child.signalCode === null) gateway.child.kill('SIGCONT');
      const { code, signal } = await gateway.stop();
      if (code !== 0 && !gateway.gone) problems.push({ what: 'error', detail: `a gateway ended with ${code ?? signal}: ${gateway.output.slice(-1500)}` });
    }
    await this.redis?.stop();
    for (const { folder } of this.gateways) rmSync(folder, { recursive: true, force: true });
    return problems;
  }
}

export { sleep, until };
