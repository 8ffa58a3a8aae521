// A stage for one test: a Redis, one or more gateways, agents and visitors of its own; struck afterwards, and whatever the
// test was about, at its end no frame broke the protocol, Redis is consistent and the gateways stop cleanly.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Agent, Visitor } from './client.mjs';
import { addAgent, faqTool, startGateway } from './gateway.mjs';
import { startRedis } from './redis.mjs';
import { until } from './wait.mjs';

export const rulesFile = fileURLToPath(new URL('../integration/rules.yaml', import.meta.url));

/** Words that match an entry of rules.yaml, by entry. */
export const questions = {
  returns: 'How can I return my order?',
  delivery: 'When will my parcel arrive?',
  payment: 'Which payment methods do you accept?',
  unmatched: 'The blue one rattles a little on windy days',
};

export async function stage(t, { gateways = 1, settings = {}, rules = true, args = [], fsync = 'always', embedded = false, ...options } = {}) {
  const s = { redis: null, gateways: [], peers: [], accounts: new Map() };
  t.after(() => strike(s));
  if (!embedded) s.redis = await startRedis({ fsync });
  for (let i = 0; i < gateways; i++) s.gateways.push(await startGateway({ redis: s.redis, args, ...options }));
  s.gateway = s.gateways[0];
  s.ops = s.redis ?? s.gateway;
  for (const [name, value] of Object.entries(settings)) await s.ops.set(name, value);
  if (rules) {
    const loaded = await faqTool(s.gateway, 'load', rulesFile);
    assert.equal(loaded.code, 0, loaded.stderr);
    // Every gateway has compiled the set when it lists the entries.
    for (const gateway of s.gateways) await until('the rules in force', async () => (await (await fetch(`${gateway.url}/api/v1/site?lang=en`)).json()).faq.length > 0);
  }

  /** An agent, added on first use; opens a socket on gateway number `at`. */
  s.agent = async (id, { at = 0, account, ...how } = {}) => {
    if (!s.accounts.has(id)) s.accounts.set(id, await addAgent(s.gateways[at], id, account));
    const agent = await Agent.open(s.gateways[at], s.accounts.get(id), how);
    s.peers.push(agent);
    return agent;
  };
  s.visitor = async (hello = {}, { at = 0, ...how } = {}) => {
    const visitor = await Visitor.open(s.gateways[at], { lang: 'en', ...hello }, how);
    s.peers.push(visitor);
    return visitor;
  };
  /** A visitor with `text` said and a person asked for, and the agent who accepted. */
  s.talk = async (agent, { text = questions.unmatched, hello, at } = {}) => {
    const visitor = await s.visitor(hello, { at });
    const { chat } = await visitor.say(text);
    await visitor.human();
    await agent.accept(chat);
    await visitor.event('joined');
    return { visitor, chat };
  };
  return s;
}

async function strike(s) {
  const problems = [];
  for (const peer of s.peers) {
    problems.push(...peer.failures.map((error) => error.message));
    peer.socket.terminate();
  }
  if (s.gateways.length && !s.unchecked) {
    const lines = await s.ops.fsck().catch((error) => [`error: ${error.message}`]);
    if (!/^ok\b/i.test(lines.at(-1))) problems.push(`fl_fsck: ${lines.join(' / ')}`);
  }
  for (const gateway of s.gateways) {
    const { code, signal } = await gateway.stop();
    if (code !== 0 && signal !== 'SIGKILL' && !gateway.gone) problems.push(`the gateway ended with ${code ?? signal}:\n${gateway.output.slice(-3000)}`);
    if (/runtime error|AddressSanitizer|LeakSanitizer/.test(gateway.output)) problems.push(gateway.output.slice(-6000));
  }
  await s.redis?.stop();
  assert.deepEqual(problems, []);
}
