// A visitor and an agent in Chromium, each by a line of their own (a proxy) to a real gateway; and what must hold of both screens.
import assert from 'node:assert/strict';
import { scene, widgetOf } from '../lib/browser.mjs';
import { slowness } from '../lib/gateway.mjs';
import { until } from '../lib/wait.mjs';
import { Proxy } from './proxy.mjs';

const ARRIVE_MS = 45_000;
const REPLY = { name: 'Reply to the visitor' };

class Side {
  constructor(sheet, proxy) {
    Object.assign(this, { sheet, proxy, said: [] });
  }

  /** The cable is out: nothing gets through, and the browser knows. */
  async unplug() {
    this.proxy.closed = true;
    this.proxy.cutAll();
    await this.sheet.context().setOffline(true);
  }

  async plug() {
    this.proxy.closed = false;
    await this.sheet.context().setOffline(false);
  }

  /** As a browser freezes a tab that was long in the background, and wakes it again. */
  async freeze(state) {
    this.cdp ??= await this.sheet.context().newCDPSession(this.sheet);
    await this.cdp.send('Page.setWebLifecycleState', { state });
  }

  async say(text) {
    this.said.push(text);
    await this.box().fill(text);
    await this.send();
  }
}

class VisitorSide extends Side {
  name = 'visitor';
  get widget() { return widgetOf(this.sheet); }
  box() { return this.widget.root.getByRole('textbox', { name: this.widget.words.write }); }
  send() { return this.box().press('Enter'); }
  /** [text, stored already] of each message on the screen, in its order. */
  async shown() {
    return this.widget.root.locator('.msg').evaluateAll((list) => list.map((one) => [one.querySelector('.bubble, .text, p')?.innerText ?? one.innerText, one.dataset.seq !== undefined]));
  }
  async reload() {
    await this.sheet.reload();
    await this.choose();
  }
  /** Opens the widget, unless it opens itself, as it does in a tab where it was open. */
  async choose() {
    const launcher = this.widget.root.getByRole('button', { name: this.widget.words.open });
    await until('the widget to be open', async () => {
      if (await this.box().isVisible()) return true;
      if (await launcher.isVisible()) await launcher.click().catch(() => {});
      return false;
    }, { ms: ARRIVE_MS * slowness, every: 200 });
  }
}

class AgentSide extends Side {
  name = 'agent';
  box() { return this.sheet.getByRole('textbox', REPLY); }
  send() { return this.sheet.getByRole('button', { name: 'Send', exact: true }).click(); }
  async shown() {
    return this.sheet.locator('.entry.visitor:not(.note), .entry.agent:not(.note)').evaluateAll((list) => list.map((one) => [one.querySelector('.bubble')?.innerText ?? '', !one.classList.contains('pending')]));
  }
  async reload() {
    await this.sheet.reload();
    await this.choose();
  }
  /** Opens the chat; accepts it first when it was given back meanwhile. */
  async choose() {
    await until('the chat in the list', async () => {
      const accept = this.sheet.getByRole('button', { name: /^Accept/ }).first();
      if (await accept.isVisible()) await accept.click().catch(() => {});
      const mine = this.sheet.locator('section.mine [data-row^="m"]').first();
      if (await mine.isVisible()) await mine.click({ timeout: 2000 }).catch(() => {}); // it may just be given back
      return (await this.sheet.locator('.line-lost').count()) === 0 && this.box().isVisible(); // before the line is back the screen is of then
    }, { ms: ARRIVE_MS * slowness, every: 200 });
  }
}

/** Opens everything and gives {visitor, agent, sides, gateway, check, close}. */
export async function openPair() {
  const ends = [];
  const stage = await scene({ after: (end) => ends.unshift(end) });
  const target = { host: '127.0.0.1', port: Number(new URL(stage.gateway.url).port) };
  const [mine, theirs] = [await Proxy.open(target), await Proxy.open(target)];
  const direct = stage.gateway.url;
  const by = async (proxy, open) => {
    stage.gateway.url = `http://127.0.0.1:${proxy.port}`;
    try {
      return await open();
    } finally {
      stage.gateway.url = direct;
    }
  };
  await stage.gateway.set('offer_s', 300);
  const ana = await by(theirs, () => stage.agent('ana', 'Ana'));
  const guest = await by(mine, () => stage.visitor('en'));
  const pair = { gateway: stage.gateway, visitor: new VisitorSide(guest.sheet, mine), agent: new AgentSide(ana.sheet, theirs) };
  pair.sides = [pair.visitor, pair.agent];
  await pair.visitor.say('My lamp flickers since yesterday');
  await guest.widget.person.click();
  await ana.desk.accept();
  pair.close = async () => {
    stage.trouble.length = 0; // browsers tell of broken lines on the console
    for (const end of ends) await end();
    await Promise.all([mine.close(), theirs.close()]);
  };
  return pair;
}

const count = (list) => list.reduce((sum, one) => sum.set(one, (sum.get(one) ?? 0) + 1), new Map());

/** Waits until everything written is stored and on both screens; each message once, in one order, each sender's own kept. Gives how many. */
export async function settled(pair) {
  const said = pair.sides.flatMap((side) => side.said);
  const stored = async () => JSON.parse((await pair.gateway.cli('--json', 'XRANGE', '{main}:chat:1:log', '-', '+')).join('\n'))
    .filter(([, [, , , kind]]) => kind === 'message').map(([, fields]) => JSON.parse(fields[5]));
  const screens = () => Promise.all(pair.sides.map((side) => side.shown()));
  let last = '';
  await until('everything written to be stored and shown on both sides', async () => {
    const texts = (await stored()).map(({ text }) => text);
    const seen = await screens();
    last = JSON.stringify({ said, texts, seen }).slice(-1500);
    return texts.length >= said.length && seen.every((list) => list.length >= said.length && list.every(([, done]) => done));
  }, { ms: ARRIVE_MS * slowness, every: 100, seen: () => last });
  const events = await stored();
  const texts = events.map(({ text }) => text);
  assert.deepEqual([...count(texts).values()].filter((n) => n > 1), [], `stored twice: ${texts}`);
  assert.deepEqual([...texts].sort(), [...said].sort(), 'stored is what was written');
  for (const side of pair.sides) {
    assert.deepEqual(events.filter(({ from }) => from === side.name).map(({ text }) => text), side.said, `the ${side.name}’s words in the order written`);
    assert.deepEqual((await side.shown()).map(([text]) => text), texts, `on the ${side.name}’s screen`);
  }
  return said.length;
}

/** A fault's `run`: a pair for each, `act(pair, side, other, n)` so many times, the visitor's and the agent's turn by turn; then everything is held together. */
export const inBrowsers = (act) => async ({ times, tell, long, result }) => {
  const began = performance.now();
  let pair;
  try {
    pair = await openPair();
    for (let n = 0; n < times; n++) {
      const [side, other] = n % 2 ? [pair.agent, pair.visitor] : pair.sides;
      const from = performance.now();
      await act(pair, side, other, { n, long });
      result.acked = await settled(pair);
      result.recovers.push(performance.now() - from);
      result.times++;
      tell({ times: result.times, acked: result.acked });
    }
  } catch (error) {
    result.errors++;
    result.problems.push({ what: 'error', detail: error.stack });
  }
  await pair?.close().catch((error) => {
    result.errors++;
    result.problems.push({ what: 'error', detail: error.stack });
  });
  return { ...result, seconds: Math.round((performance.now() - began) / 100) / 10 };
};
