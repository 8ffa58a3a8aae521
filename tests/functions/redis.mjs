// A redis-server of one test file's own, with the Functions library loaded as CMake joins it, and short ways to call it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import Redis from 'ioredis';

const FUNCTIONS = fileURLToPath(new URL('../../router/functions/', import.meta.url));
export const SITE = '{main}';
// 2026-11-22 10:00 UTC: where the tests' own time begins.
export const T0 = 1795341600000;

/** The library's text: all files of router/functions (or another folder) in name order. */
export function library(dir = FUNCTIONS) {
  return readdirSync(dir).filter(name => name.endsWith('.lua')).sort()
    .map(name => readFileSync(join(dir, name), 'utf8')).join('');
}

/** Starts a server on a unix socket and loads the library, or another text of it. */
export async function start(text = library()) {
  const dir = mkdtempSync(join(tmpdir(), 'firstline-'));
  const socket = join(dir, 'redis.sock');
  const child = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  await new Promise((done, fail) => {
    child.once('exit', (code, signal) => {
      fail(new Error(`redis-server ended with ${code ?? signal}: ${log}`));
      process.stderr.write(`redis-server ended with ${code ?? signal}: ${log.slice(-9000)}\n`); // it crashed under a test
    });
    child.stdout.on('data', chunk => { log += chunk; if (/Ready to accept connections|ready to accept connections/.test(log)) done(); });
  });
  const redis = connect(socket);
  await redis.call('FUNCTION', 'LOAD', text).catch(error => { redis.disconnect(); child.kill('SIGTERM'); throw error; });
  return new Server(child, dir, socket, redis, () => log);
}

export function connect(socket) {
  return new Redis({ path: socket, lazyConnect: false, maxRetriesPerRequest: 0, enableOfflineQueue: true });
}

/** The names of the functions that write nothing. */
export async function readingFunctions(redis) {
  const all = (await redis.call('FUNCTION', 'LIST', 'LIBRARYNAME', 'firstline'))[0];
  return new Set(all[all.indexOf('functions') + 1].filter(f => f[5].includes('no-writes')).map(f => f[1]));
}

let made = 0;
/** A message id nobody used before. */
export const mid = () => `mid-${String(++made).padStart(8, '0')}`;
/** The visitor with this number, as Redis knows one. */
export const vid = n => n.toString(16).padStart(32, '0');
export const hash = n => n.toString(16).padStart(64, '0');

class Server {
  constructor(child, dir, socket, redis, log) {
    Object.assign(this, { child, dir, socket, redis, log, now: T0 });
  }

  /** Ends the server this test started, and nothing else. */
  async stop() {
    this.redis.disconnect();
    await new Promise(done => { this.child.removeAllListeners('exit'); this.child.once('exit', done); this.child.kill('SIGTERM'); });
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Empties the store (the library stays) and sets the clock back to T0. */
  async clear() {
    await this.redis.flushall();
    this.now = T0;
  }

  /** FCALL at the test's own time, whatever is answered. */
  raw(name, ...args) {
    return this.redis.call('FCALL', name, 1, SITE, this.now, ...args);
  }

  /** FCALL that must be ok; gives what follows "ok". */
  async ok(name, ...args) {
    const reply = await this.raw(name, ...args);
    assert.equal(reply[0], 'ok', `${name} ${args.join(' ')} -> ${reply.join(' ')}`);
    for (const item of reply) assert.equal(typeof item, 'string', `${name} answers strings only`);
    return reply.slice(1);
  }

  /** FCALL that must be refused with this code, and must not have changed anything. */
  async no(code, name, ...args) {
    const before = await this.dump();
    const reply = await this.raw(name, ...args);
    assert.deepEqual(reply.slice(0, 2), ['no', code], `${name} ${args.join(' ')} -> ${reply.join(' ')}`);
    assert.match(reply[2], /^[A-Z"].*\.$/s, 'the message is a sentence');
    assert.deepEqual(await this.dump(), before, `${name} refused with ${code}, yet it wrote`);
    return reply[2];
  }

  /** A reading function, by FCALL_RO: JSON replies decoded (the last element). */
  async ro(name, ...args) {
    const reply = await this.redis.call('FCALL_RO', name, 1, SITE, this.now, ...args);
    assert.equal(reply[0], 'ok', `${name} ${args.join(' ')} -> ${reply.join(' ')}`);
    return reply.slice(1);
  }

  async json(name, ...args) {
    return JSON.parse((await this.ro(name, ...args)).at(-1));
  }

  /** An ops command: its lines. */
  async fl(name, ...args) {
    this.reading ??= await readingFunctions(this.redis);
    return this.redis.call(this.reading.has(name) ? 'FCALL_RO' : 'FCALL', name, 1, SITE, ...args);
  }

  /** fl_fsck must find nothing. */
  async sound() {
    const lines = await this.fl('fl_fsck');
    assert.match(lines.at(-1), /^ok: \d+ chats? checked/, lines.join('\n'));
    assert.equal(lines.length, 1);
  }

  async keys() {
    return (await this.redis.keys('*')).sort();
  }

  /** Everything in the store, to compare before and after. */
  async dump() {
    const keys = await this.keys();
    const values = await Promise.all(keys.map(key => this.redis.dumpBuffer(key)));
    return Object.fromEntries(keys.map((key, i) => [key, values[i]?.toString('latin1')]));
  }

  chat(n) { return this.redis.hgetall(`${SITE}:chat:${n}`); }
  agent(a) { return this.redis.hgetall(`${SITE}:agent:${a}`); }

  /** The events of a chat, as clients get them. */
  async events(n) {
    return this.json('read', n, 1, 500);
  }

  async kinds(n) {
    return (await this.events(n)).map(e => e.kind);
  }

  /** A visitor says something; gives {chat, seq, at, dup, phase, opened}. */
  async say(visitor, text = 'Hello', more = {}) {
    const m = more.mid ?? mid();
    const [chat, seq, at, dup, phase, opened] = await this.ok('visitor_say', vid(visitor), m, JSON.stringify({ from: 'visitor', text, mid: m }), text.slice(0, 120),
      more.lang ?? '', more.page ?? '', more.profile ?? '', more.queue ?? '');
    return { chat, seq: +seq, at: +at, dup, phase, opened };
  }

  /** A visitor asks for a person. */
  async human(visitor, more = {}) {
    const [chat, seq, at, dup, phase, opened] = await this.ok('visitor_human', vid(visitor), more.mid ?? mid(), more.lang ?? '', more.page ?? '', more.profile ?? '', more.queue ?? '');
    return { chat, seq: +seq, at: +at, dup, phase, opened };
  }

  async agentSay(agent, chat, text = 'Good day', m = mid()) {
    return this.ok('agent_say', agent, chat, m, JSON.stringify({ from: 'agent', agent, name: agent, text, mid: m }));
  }

  answer(chat, faq, expect = 0, title = `About ${faq}`) {
    return this.raw('answer', chat, faq, JSON.stringify({ faq, title, text: 'It is so.', link: '/faq', lang: 'en' }), expect);
  }

  /** An agent who is there: added, online, with a lease of five minutes. */
  async work(id, more = {}) {
    await this.ok('agent_add', id, more.name ?? id[0].toUpperCase() + id.slice(1), more.langs ?? 'en', more.queues ?? '', more.supervisor ? '1' : '0');
    await this.ok('lease', 'gw', 1, 1, id, 300000);
    await this.ok('presence', id, more.state ?? 'online', more.capacity ?? 3);
  }

  /** A chat that is active with this agent. */
  async serve(visitor, agent) {
    const { chat } = await this.human(visitor);
    await this.ok('take', agent, chat);
    return chat;
  }

  /** Collects what is published while `act` runs: [channel without the site, payload]. */
  async heard(act) {
    const ear = connect(this.socket), got = [];
    await ear.psubscribe(`${SITE}:*`);
    ear.on('pmessage', (_, channel, payload) => got.push([channel.slice(SITE.length + 1), payload]));
    try {
      await act();
      await this.redis.publish(`${SITE}:end`, '');
      while (!got.some(([channel]) => channel === 'end')) await new Promise(r => setTimeout(r, 1));
    } finally {
      ear.disconnect();
    }
    return got.filter(([channel]) => channel !== 'end');
  }
}
