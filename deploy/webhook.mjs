#!/usr/bin/env node
// Forwards the feed to a web address: each entry one POST, at least once, in order, signed; an address that is down is waited for.
//   FIRSTLINE_WEBHOOK_SECRET=… node deploy/webhook.mjs URL [site [redis-cli options …]]
//   FIRSTLINE_WEBHOOK_SECRET=… node deploy/webhook.mjs https://crm.example/firstline main -s data/redis.sock
// Needs redis-cli; a password goes into REDISCLI_AUTH. The receiver answers 2xx once it has kept an entry, and forgets doubles by
// the header Firstline-Id. Firstline-Signature is t=SECONDS,v1=HMAC-SHA256(secret, SECONDS + "." + body) in hex: check it, and that
// it is fresh. An entry answered otherwise ten times goes to {site}:feed:dead and the next follows; no answer at all is no fault of
// the entry: it is tried for ever, 1 s to 5 min apart.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';

const [url, site = 'main', ...redis] = process.argv.slice(2);
const secret = process.env.FIRSTLINE_WEBHOOK_SECRET;
if (!url || !secret) {
  console.error('usage: FIRSTLINE_WEBHOOK_SECRET=… webhook.mjs URL [site [redis-cli options …]]');
  process.exit(2);
}
const feed = `{${site}}:feed`, group = process.env.FIRSTLINE_WEBHOOK_GROUP ?? 'webhook';
const TRIES = 10, ANSWER_MS = 10_000, LONGEST_MS = 300_000, FIRST_MS = Number(process.env.FIRSTLINE_WEBHOOK_FIRST_MS ?? 1000);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const longer = (ms) => Math.min(LONGEST_MS, 2 * ms);

/** One command; its lines. No value in the feed holds a line break: bodies are JSON. The body goes by stdin, not by argv. */
function cli(args, last) {
  return new Promise((done, fail) => {
    const child = spawn('redis-cli', [...redis, '-e', '--raw', ...(last === undefined ? [] : ['-x']), ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    let text = '', trouble = '';
    child.stdout.setEncoding('utf8').on('data', (part) => (text += part));
    child.stderr.setEncoding('utf8').on('data', (part) => (trouble += part));
    child.on('error', fail).on('close', (code) => (code === 0 ? done(text.split('\n').slice(0, -1)) : fail(new Error(`redis-cli: ${(trouble || text).trim()}`))));
    child.stdin.on('error', () => {}).end(last ?? '');
  });
}

/** Entries after `from`: "0" those taken before and never confirmed, ">" new ones (waits up to 5 s). null: trimmed from the feed meanwhile. */
async function read(from) {
  const lines = (await cli(['XREADGROUP', 'GROUP', group, 'forwarder', 'COUNT', '100', 'BLOCK', '5000', 'STREAMS', feed, from])).slice(1);
  const entries = [];
  for (let i = 0; i < lines.length;) {
    const id = lines[i++], entry = {};
    while (i + 1 < lines.length && /^(at|chat|seq|kind|body)$/.test(lines[i])) entry[lines[i]] = lines[(i += 2) - 1];
    if (lines[i] === '') i++; // nothing is left of it
    if (id) entries.push({ id, entry: entry.kind ? entry : null });
  }
  return entries;
}

/** The answer's status; 0 = none came. */
async function post(id, entry) {
  const body = JSON.stringify({ id, at: Number(entry.at), chat: Number(entry.chat), seq: Number(entry.seq), kind: entry.kind, ...{ body: JSON.parse(entry.body) } });
  const t = Math.floor(Date.now() / 1000), v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'firstline-id': id, 'firstline-signature': `t=${t},v1=${v1}` };
  return fetch(url, { method: 'POST', body, headers, redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) }).then(({ status }) => status, () => 0);
}

async function forward({ id, entry }) {
  for (let wait = FIRST_MS, answers = 0; entry; wait = longer(wait)) {
    const status = await post(id, entry);
    if (status >= 200 && status < 300) break;
    console.error(`${id}: ${status ? `answered ${status}` : 'no answer'}, again in ${wait / 1000} s`);
    if (status && ++answers >= TRIES) {
      const { body, ...rest } = entry;
      await cli(['XADD', `${feed}:dead`, 'MAXLEN', '~', '10000', '*', 'id', id, 'to', new URL(url).host, 'why', String(status), ...Object.entries(rest).flat(), 'body'], body);
      break;
    }
    await pause(wait);
  }
  await cli(['XACK', feed, group, id]);
}

await cli(['XGROUP', 'CREATE', feed, group, '0', 'MKSTREAM']).catch((error) => {
  if (!error.message.includes('BUSYGROUP')) throw error;
});
for (let from = '0', wait = FIRST_MS; ;) {
  try {
    const entries = await read(from);
    for (const one of entries) await forward(one);
    if (from === '0' && entries.length === 0) from = '>';
    wait = FIRST_MS;
  } catch (error) {
    console.error(`${error.message}; again in ${wait / 1000} s`); // Redis is away: what was not confirmed comes again
    await pause(wait);
    [from, wait] = ['0', longer(wait)];
  }
}
