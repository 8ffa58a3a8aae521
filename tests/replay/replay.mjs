// Plays recorded two-sided dialogues through the whole system, all at once, over real sockets, several gateways and one Redis:
//   node tests/replay/replay.mjs [--dialogues 200] [--agents 20] [--gateways 2] [--kill] [--data FILE] [--fsync always|everysec]
// Each side says its next turn when it has been shown the previous one. With --kill one gateway is killed with -9 when a third
// of all turns is stored, and started again; its clients resume where they can, as a browser would. At the end every
// transcript must equal its dialogue, in order, as the visitor saw it, as the agent saw it, and as it is stored.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, newMid, Visitor } from '../lib/client.mjs';
import { addAgent, root, slowness, startGateway } from '../lib/gateway.mjs';
import { startRedis } from '../lib/redis.mjs';
import { quantile, sleep, until, within } from '../lib/wait.mjs';

const { values: options } = parseArgs({ options: {
  dialogues: { type: 'string', default: '200' }, agents: { type: 'string', default: '20' }, gateways: { type: 'string', default: '2' },
  kill: { type: 'boolean', default: false }, data: { type: 'string' }, fsync: { type: 'string', default: 'always' } } });
const LIMIT_MS = 240_000 * slowness; // for the whole replay

function readDialogues(most) {
  const places = [options.data, process.env.FIRSTLINE_TEST_DATA && join(process.env.FIRSTLINE_TEST_DATA, 'dialogues.jsonl'), join(root, '../shared/data/dialogues.jsonl'), join(root, 'tests/replay/samples.jsonl')];
  const file = places.find((place) => place && existsSync(place));
  const all = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line).turns);
  // Too few: they are played again, by other visitors.
  return { file, dialogues: Array.from({ length: most }, (_, i) => all[i % all.length]) };
}

const { file, dialogues } = readDialogues(Number(options.dialogues));
const total = dialogues.reduce((sum, turns) => sum + turns.length, 0);
const byMid = new Map(); // mid of a first message -> number of its dialogue
const sentAt = new Map(); // mid -> when it was sent first
const ackMs = [];
const crossMs = [];
let stored = 0;
let reconnects = 0;
const troubles = [];

const redis = await startRedis({ fsync: options.fsync });
const gateways = [];
for (let i = 0; i < Number(options.gateways); i++) gateways.push(await startGateway({ redis }));
for (const [name, value] of [['answers_max', 0], ['quiet_ms', 10_000], ['unheard_ms', 60_000], ['say_per_10s', 1000], ['offer_s', 60]]) await redis.set(name, value);

const spoken = (events) => events.filter((event) => event.kind === 'message');

/** One side's line to the system: a client that is opened again, at another gateway, whenever it breaks. */
class Line {
  constructor(first) {
    this.at = first % gateways.length;
    this.unacked = new Map(); // mid -> frame
    this.over = false;
  }

  async connect() {
    for (let attempt = 0; ; attempt++) {
      try {
        const client = await this.open(gateways[this.at]);
        client.closed.then(() => {
          if (client.failures.length) troubles.push(client.failures[0].message);
          else if (!this.over) {
            reconnects++;
            this.at = (this.at + 1) % gateways.length;
            this.connect().catch((error) => troubles.push(error.message));
          }
        });
        this.client = client;
        for (const frame of this.unacked.values()) client.send(frame);
        this.look();
        return;
      } catch (error) {
        if (this.over) return;
        if (attempt > 100) throw error;
        this.at = (this.at + 1) % gateways.length;
        await sleep(50 + Math.random() * 200);
      }
    }
  }

  say(frame) {
    this.unacked.set(frame.mid, frame);
    sentAt.set(frame.mid, performance.now());
    if (this.client.socket.readyState === 1) this.client.send(frame);
  }

  heard(frame) {
    if (frame.type === 'ack') {
      if (!this.unacked.delete(frame.mid)) return;
      ackMs.push(performance.now() - sentAt.get(frame.mid));
      stored++;
    } else if (frame.type === 'error') {
      const again = this.unacked.get(frame.mid);
      if (again && (frame.code === 'busy' || frame.code === 'slow_down')) setTimeout(() => this.unacked.has(frame.mid) && this.client.socket.readyState === 1 && this.client.send(again), frame.retry_after_ms);
      else if (again && (frame.code === 'not_yours' || frame.code === 'closed')) this.unacked.delete(frame.mid); // another agent has the chat now
      else if (frame.id && (frame.code === 'busy' || frame.code === 'slow_down')) setTimeout(() => this.again(frame.id), frame.retry_after_ms);
      else if (frame.mid || frame.id) troubles.push(`${frame.code}: ${frame.message}`);
    } else if (frame.type === 'event' && frame.kind === 'message' && frame.from !== this.side) {
      const sent = sentAt.get(frame.mid);
      if (sent !== undefined) crossMs.push(performance.now() - sent);
    }
  }

  end() {
    this.over = true;
    this.client?.socket.terminate();
  }
}

class VisitorLine extends Line {
  constructor(number) {
    super(number);
    this.side = 'visitor';
    this.turns = dialogues[number];
    this.number = number;
    this.events = [];
    this.done = new Promise((resolve) => (this.finish = resolve));
  }

  async open(gateway) {
    const client = new Visitor(gateway);
    client.onframe = (frame) => {
      if (this.client === client) this.on(frame);
    };
    await within('the socket to open', client.opened);
    client.after = this.events.length;
    const welcome = await client.ask({ type: 'hello', lang: 'en', ...(this.token ? { token: this.token, after: this.events.length } : {}) }, (frame) => frame.type === 'welcome');
    if (this.events.length && welcome.token !== this.token) throw new Error(`dialogue ${this.number}: another token came back`);
    this.token = welcome.token;
    this.client = client;
    for (const frame of client.frames) this.on(frame);
    return client;
  }

  on(frame) {
    this.heard(frame);
    if (frame.type === 'welcome') frame.events.forEach((event) => this.take(event));
    else if (frame.type === 'event') this.take(frame);
    this.look();
  }

  take(event) {
    if (event.seq <= this.events.length) return;
    if (event.seq !== this.events.length + 1) troubles.push(`dialogue ${this.number}: event ${event.seq} after ${this.events.length}`);
    this.events.push(event);
    this.chat = event.chat;
    if (event.kind === 'closed') this.finish();
  }

  look() {
    const shown = spoken(this.events).length;
    if (this.unacked.size || shown >= this.turns.length || this.turns[shown][0] !== 'visitor' || this.sent === shown) return;
    this.sent = shown;
    const mid = newMid();
    if (shown === 0) byMid.set(mid, this.number);
    this.say({ type: 'say', mid, text: this.turns[shown][1] });
  }

  /** Asks for a person as soon as the first words are stored. */
  heard(frame) {
    super.heard(frame);
    if (frame.type !== 'ack' || this.asked) return;
    this.asked = true;
    this.say({ type: 'human', mid: newMid() });
  }
}

class AgentLine extends Line {
  constructor(account, number) {
    super(number + 1);
    this.side = 'agent';
    this.account = account;
    this.chats = new Map(); // chat -> {turns, events, sent}
    this.mine = new Set();
  }

  async open(gateway) {
    const client = new Agent(gateway, this.account.cookie);
    client.onframe = (frame) => {
      if (this.client === client) this.on(frame);
    };
    await within('the socket to open', client.opened);
    await client.ask({ type: 'hello', id: 'hello' }, (frame) => frame.type === 'welcome');
    this.client = client;
    this.mine.clear();
    if (!this.began) client.send({ type: 'presence', id: 'on', state: 'online', capacity: Math.min(50, Math.ceil(dialogues.length / Number(options.agents)) + 3) });
    this.began = true;
    for (const frame of client.frames) this.on(frame);
    return client;
  }

  on(frame) {
    this.heard(frame);
    if (frame.type === 'welcome') {
      for (const handover of frame.chats) this.own(handover);
      for (const offer of frame.offers) this.accept(offer);
    } else if (frame.type === 'offer') this.accept(frame);
    else if (frame.type === 'chat') this.own(frame.handover);
    else if (frame.type === 'chat_gone') this.mine.delete(frame.chat);
    else if (frame.type === 'event') this.take(frame);
    this.look();
  }

  accept({ chat, handover }) {
    this.know(handover);
    this.client.send({ type: 'accept', id: `accept:${chat}`, chat });
  }

  close(chat) {
    this.client.send({ type: 'close', id: `close:${chat}`, chat, outcome: 'solved', category: 'other' });
  }

  /** A command that was refused for now. */
  again(id) {
    if (this.client.socket.readyState !== 1) return;
    const [what, chat] = id.split(':');
    if (what === 'close') this.close(Number(chat));
    else this.client.send({ type: 'accept', id, chat: Number(chat) });
  }

  own(handover) {
    this.know(handover);
    this.mine.add(handover.chat);
  }

  know(handover) {
    const first = handover.transcript.find((event) => event.kind === 'message');
    const chat = this.chats.get(handover.chat) ?? { number: byMid.get(first.mid), events: [], sent: -1 };
    this.chats.set(handover.chat, chat);
    handover.transcript.forEach((event) => this.take(event));
  }

  take(event) {
    const chat = this.chats.get(event.chat);
    if (!chat || event.seq <= chat.events.length) return;
    if (event.seq !== chat.events.length + 1) troubles.push(`agent ${this.account.id}, chat ${event.chat}: event ${event.seq} after ${chat.events.length}`);
    chat.events.push(event);
  }

  look() {
    for (const number of this.mine) {
      const chat = this.chats.get(number);
      const turns = dialogues[chat.number];
      const shown = spoken(chat.events).length;
      if (chat.sent === shown) continue;
      if (shown >= turns.length) {
        chat.sent = shown;
        this.close(number);
      } else if (turns[shown][0] === 'agent') {
        chat.sent = shown;
        this.say({ type: 'say', chat: number, mid: newMid(), text: turns[shown][1] });
      }
    }
  }
}

// After a break an agent may have asked to close a chat and not know whether it happened: it asks again.
AgentLine.prototype.connect = async function connect() {
  for (const chat of this.chats.values()) if (chat.sent >= dialogues[chat.number].length) chat.sent = -1;
  await Line.prototype.connect.call(this);
};

async function killOne() {
  await until('a third of all turns', () => stored >= total / 3, { ms: LIMIT_MS, every: 5 });
  const [victim] = gateways;
  await victim.kill();
  await sleep(300);
  gateways[0] = await startGateway({ redis, listen: new URL(victim.url).host });
}

/** Has this agent seen as many messages as the dialogue has turns? */
const whole = (agent, visitor) => spoken(agent.chats.get(visitor.chat)?.events ?? []).length >= visitor.turns.length;

function verdict(visitors, agents) {
  let lost = 0;
  let doubled = 0;
  let wrong = 0;
  for (const visitor of visitors) {
    const views = [visitor.events, ...agents.filter((agent) => whole(agent, visitor)).map((agent) => agent.chats.get(visitor.chat).events)];
    if (views.length < 2) troubles.push(`dialogue ${visitor.number}: no agent saw it to its end`);
    for (const events of [...views, visitor.stored]) {
      const messages = spoken(events);
      const mids = new Set(messages.map((event) => event.mid));
      doubled += messages.length - mids.size;
      lost += Math.max(0, visitor.turns.length - mids.size);
      const same = messages.length === visitor.turns.length && messages.every((event, i) => event.from === visitor.turns[i][0] && event.text === visitor.turns[i][1]);
      if (!same) wrong++;
    }
  }
  return { lost, doubled, wrong };
}

const ms = (list, q) => quantile(list, q).toFixed(1);
let failed = true;
try {
  const accounts = [];
  for (let i = 0; i < Number(options.agents); i++) accounts.push(await addAgent(gateways[i % gateways.length], `agent${i + 1}`));
  const agents = accounts.map((account, i) => new AgentLine(account, i));
  await Promise.all(agents.map((agent) => agent.connect()));
  const visitors = dialogues.map((_, i) => new VisitorLine(i));
  const began = performance.now();
  const death = options.kill ? killOne() : null;
  const progress = process.stdout.isTTY ? setInterval(() => process.stdout.write(`\r${stored} of about ${total} `), 500) : null;
  await Promise.all(visitors.map((visitor) => visitor.connect()));
  const stuck = () => visitors.filter((visitor) => visitor.events.at(-1)?.kind !== 'closed').slice(0, 5).map((visitor) => `dialogue ${visitor.number}, chat ${visitor.chat}, ${visitor.events.length} events, last ${visitor.events.at(-1)?.kind}`).join('; ');
  await within('all dialogues to end', Promise.all(visitors.map((visitor) => visitor.done)), LIMIT_MS).catch((error) => { throw new Error(`${error.message}: ${stuck()}; ${troubles.slice(0, 5).join('; ')}`); });
  await death;
  clearInterval(progress);
  const seconds = (performance.now() - began) / 1000;
  await until('the agents to see the ends', () => visitors.every((visitor) => agents.some((agent) => whole(agent, visitor))), { ms: 10_000 }).catch(() => {});
  for (const visitor of visitors) {
    const response = await fetch(`${gateways.at(-1).url}/api/v1/chats/${visitor.chat}`, { headers: { cookie: accounts[0].cookie } });
    visitor.stored = (await response.json()).transcript;
  }
  const { lost, doubled, wrong } = verdict(visitors, agents);
  const fsck = await redis.fsck();
  for (const line of [...agents, ...visitors]) line.end();
  console.log(`${dialogues.length} dialogues of ${file.split('/').at(-1)}, ${agents.length} agents, ${gateways.length} gateways, fsync ${options.fsync}${options.kill ? ', one gateway killed' : ''}: ${total} messages in ${seconds.toFixed(1)} s, ${reconnects} reconnects`);
  console.log(`send to ack p50 ${ms(ackMs, 0.5)} ms p99 ${ms(ackMs, 0.99)} ms; send to other side p50 ${ms(crossMs, 0.5)} ms p99 ${ms(crossMs, 0.99)} ms`);
  console.log(`lost ${lost}, doubled ${doubled}, transcripts that differ ${wrong}; fl_fsck: ${fsck.at(-1)}`);
  for (const trouble of troubles.slice(0, 10)) console.log(`trouble: ${trouble}`);
  failed = lost + doubled + wrong + troubles.length > 0 || !/^ok/.test(fsck.at(-1)) || (options.kill && reconnects === 0);
} catch (error) {
  console.log(`failed: ${error.stack}`);
} finally {
  for (const gateway of gateways) {
    const { code } = await gateway.stop();
    if (code !== 0) { console.log(`a gateway ended with ${code}:\n${gateway.output.slice(-2000)}`); failed = true; }
  }
  await redis.stop();
}
process.exit(failed ? 1 : 0);
