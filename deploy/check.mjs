// Plays one whole conversation against a freshly started gateway, over real sockets and a real Redis, one line a step.
//   node deploy/check.mjs PROGRAM [serve options]
// Ends with 0 when every step happened, 1 otherwise; leaves nothing running and no files.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { WebSocket } = createRequire(new URL('../gateway/web/package.json', import.meta.url))('ws');
const STEP_MS = 20_000; // one step may take this long: twice what a loaded two-core machine needed

const [program, ...extra] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), 'firstline-check-'));
const started = Date.now();
const gateway = spawn(program, ['serve', '--demo', '--listen', '127.0.0.1:0', '--data', data, ...extra], {
  stdio: ['ignore', 'pipe', 'pipe'],
});
let output = '';
for (const stream of [gateway.stdout, gateway.stderr]) stream.on('data', (chunk) => (output += chunk));
const ended = new Promise((resolve) => gateway.once('exit', (code) => resolve(code)));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => finish(new Error(`stopped by ${signal}`)));

const say = (text) => console.log(`  ${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  ${text}`);
const mid = () => randomBytes(16).toString('base64url');
const assert = (truth, sentence) => {
  if (!truth) throw new Error(sentence);
};

async function until(what, look) {
  const deadline = Date.now() + STEP_MS;
  for (;;) {
    const found = look();
    if (found) return found;
    if (gateway.exitCode !== null) throw new Error(`the gateway ended with ${gateway.exitCode}:\n${output}`);
    if (Date.now() > deadline) throw new Error(`waited ${STEP_MS / 1000} s for ${what}\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A websocket that keeps every frame it got; `next` waits for one that fits. */
function open(url, protocol, headers = {}) {
  const socket = new WebSocket(url, protocol, { headers });
  const frames = [];
  socket.on('message', (raw) => frames.push(JSON.parse(raw)));
  socket.on('error', (error) => (output += `\nsocket: ${error.message}`));
  const ready = new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    ready,
    frames,
    send: (frame) => socket.send(JSON.stringify(frame)),
    next: (what, fits) => until(what, () => frames.find(fits)),
    close: () => socket.terminate(),
  };
}

const isEvent = (kind, more = () => true) => (frame) => frame.type === 'event' && frame.kind === kind && more(frame);

async function logIn(url) {
  const link = await until('the invite link', () => /#invite=(\S+)\s+\(Ana/.exec(output));
  const password = randomBytes(12).toString('hex');
  const response = await fetch(`${url}/api/v1/invite`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${link[1]}:${password}`).toString('base64')}`, origin: url },
  });
  assert(response.status === 204, `setting a password answered ${response.status}: ${await response.text()}`);
  return response.headers.get('set-cookie').split(';')[0];
}

async function play() {
  const url = (await until('the gateway', () => /listening url=(\S+)/.exec(output)))[1];
  await until('readiness', () => /\bready ms=/.test(output));
  say(`gateway ready at ${url}, embedded Redis included`);
  const sockets = url.replace(/^http/, 'ws');

  const cookie = await logIn(url);
  const agent = open(`${sockets}/ws/agent`, 'firstline.agent.v1', { cookie, origin: url });
  await agent.ready;
  agent.send({ type: 'hello', id: '1' });
  const home = await agent.next('the agent\'s welcome', (frame) => frame.type === 'welcome');
  agent.send({ type: 'presence', id: '2', state: 'online', capacity: 4 });
  await agent.next('presence', (frame) => frame.type === 'ok' && frame.id === '2');
  say(`${home.agent.name} set a password by invite, logged in and is online`);

  const visitor = open(`${sockets}/ws/visitor`, 'firstline.visitor.v1', { origin: url });
  await visitor.ready;
  visitor.send({ type: 'hello', lang: 'lt', page: { url: `${url}/`, title: 'Linden & Loom' } });
  await visitor.next('the visitor\'s welcome', (frame) => frame.type === 'welcome');
  const question = 'Labas, kaip grąžinti prekę?';
  const first = mid();
  visitor.send({ type: 'say', mid: first, text: question });
  const ack = await visitor.next('the ack', (frame) => frame.type === 'ack' && frame.mid === first);
  say(`visitor asked "${question}" (chat ${ack.chat}, durable before it was acknowledged)`);

  const answer = await visitor.next('the automatic answer', isEvent('answer'));
  assert(answer.link && answer.title, 'the automatic answer carries no link');
  say(`automatic reply: "${answer.title}" → ${answer.link}`);

  visitor.send({ type: 'helped', seq: answer.seq, ok: false });
  await visitor.next('the queue', isEvent('queued', (frame) => frame.reason === 'not_helped'));
  say('visitor: "no, that did not help" → queued for a person at once');

  const offer = await agent.next('the offer', (frame) => frame.type === 'offer' && frame.chat === ack.chat);
  const texts = offer.handover.transcript.map((event) => event.kind);
  assert(offer.handover.transcript.some((event) => event.text === question), 'the offer lacks the question');
  assert(offer.handover.tried.some((tried) => tried.faq === answer.faq && tried.ok === false), 'the offer lacks what was tried');
  say(`offered to the agent with everything said so far: ${texts.join(', ')}`);

  agent.send({ type: 'accept', id: '3', chat: ack.chat });
  await visitor.next('the agent to join', isEvent('joined'));
  const reply = 'Sveiki! Išsiųsiu grąžinimo etiketę el. paštu.';
  const replied = mid();
  agent.send({ type: 'say', mid: replied, chat: ack.chat, text: reply });
  await agent.next('the agent\'s ack', (frame) => frame.type === 'ack' && frame.mid === replied);
  await visitor.next('the reply', isEvent('message', (frame) => frame.from === 'agent' && frame.text === reply));
  say(`agent joined and replied "${reply}"`);

  agent.send({ type: 'close', id: '4', chat: ack.chat, outcome: 'solved', category: 'returns', need: 'a label' });
  await visitor.next('the end', isEvent('closed', (frame) => frame.outcome === 'solved'));
  say('agent closed the chat as solved');

  visitor.send({ type: 'rate', score: 5, text: 'Greitai!' });
  await visitor.next('the rating', isEvent('rated', (frame) => frame.score === 5));
  say('visitor rated it 5 of 5');

  const seqs = visitor.frames.filter((frame) => frame.type === 'event').map((frame) => frame.seq);
  assert(seqs.every((seq, index) => seq === index + 1), `events came out of order: ${seqs}`);
  say(`the visitor saw events 1 to ${seqs.length}, in order, none twice`);
  agent.close();
  visitor.close();
}

let finishing = false;
async function finish(error) {
  if (finishing) return;
  finishing = true;
  gateway.kill('SIGTERM');
  const code = await Promise.race([ended, new Promise((resolve) => setTimeout(() => resolve('late'), 15_000).unref())]);
  if (code === 'late') gateway.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
  if (!error && code !== 0) error = new Error(`the gateway did not stop cleanly: ${code}\n${output}`);
  if (error) console.error(`failed: ${error.message}`);
  else say('gateway and Redis stopped; everything works');
  process.exit(error ? 1 : 0);
}

play().then(() => finish(), finish);
