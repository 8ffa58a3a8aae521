// The widget in Chromium against a gateway that misbehaves on demand (tests/lib/scripted.mjs): what a network, a reload,
// a second tab or a hostile text may do, and what must then stand on the screen.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { accessible } from '../lib/browser.mjs';
import { buildWeb, startScripted } from '../lib/scripted.mjs';
import { until as untilTrue } from '../lib/wait.mjs';

const until = (what, look, ms = 8000) => untilTrue(what, look, { ms, every: 30 });
let browser;
let out;

before(async () => {
  out = buildWeb();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
after(async () => {
  await browser?.close();
  rmSync(out, { recursive: true, force: true });
});

/** One tab and what a test asks of it. */
function tab(page, g) {
  const root = page.locator('firstline-chat');
  const w = {
    page, root,
    button: (name) => root.getByRole('button', { name, exact: true }),
    box: root.getByRole('textbox', { name: 'Write a message' }),
    panel: root.getByRole('dialog'),
    visit: (query = '') => page.goto(`${g.url}/page${query}`),
    async open() {
      await w.button('Open chat').click();
      await w.panel.waitFor();
    },
    async say(text) {
      await w.box.fill(text);
      await w.box.press('Enter');
    },
    texts: () => root.locator('.msg .text').allTextContents(),
    shows: (...texts) => until(`${texts} to be shown`, async () => (await w.texts()).join('|') === texts.join('|')),
    state: (text) => until(`"${text}" under the newest message`, async () => (await root.locator('.state').allTextContents())[0] === text, 20_000),
    sees: (locator, what) => until(what ?? `${locator}`, () => locator.isVisible()),
    /** Class and tag of what has the focus inside the widget. */
    focused: () => page.evaluate(() => {
      const at = document.activeElement.shadowRoot?.activeElement;
      return at && `${at.tagName.toLowerCase()}${at.className && `.${at.className}`}`;
    }),
    stored: (part) => page.evaluate((wanted) => Object.keys(localStorage).filter((key) => key.includes(wanted)).length, part),
  };
  return w;
}

function widgetTest(name, run, { context: options = {}, init } = {}) {
  test(name, { timeout: 60_000 }, async (t) => {
    const g = await startScripted(out);
    t.after(() => g.stop());
    const context = await browser.newContext({ viewport: { width: 1000, height: 720 }, locale: 'en-GB', reducedMotion: 'reduce', ...options });
    t.after(() => context.close());
    context.setDefaultTimeout(10_000);
    const errors = [];
    const newTab = async () => {
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(error.message));
      // A gateway that is down is the browser's own complaint, not the widget's.
      page.on('console', (message) => message.type() === 'error' && !/ERR_|WebSocket|Failed to load/.test(message.text()) && errors.push(message.text()));
      return tab(page, g);
    };
    const w = await newTab();
    if (init) await w.page.addInitScript(init);
    await run({ g, w, newTab, context });
    assert.deepEqual(errors, [], 'nothing is on the console');
  });
}

widgetTest('before it is opened: one request, nothing stored, one global', async ({ g, w }) => {
  await w.visit();
  await w.button('Open chat').waitFor();
  await w.page.waitForTimeout(300);
  assert.deepEqual(g.requests, ['/page', '/widget.js']);
  assert.equal(g.sockets.size, 0);
  assert.equal(await w.page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0);
  const globals = await w.page.evaluate(() => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
    return Object.getOwnPropertyNames(window).filter((name) => !usual.has(name) && !/^\d+$|playwright/.test(name));
  });
  assert.deepEqual(globals, ['Firstline']);
  assert.equal(g.cookies, '');
});

widgetTest('opening loads three files, the rest when it is needed', async ({ g, w }) => {
  await w.visit();
  await w.open();
  await w.button('Delivery time').waitFor();
  assert.deepEqual(g.requests.slice(2).sort(), ['/api/v1/site?lang=en', '/widget/app-HASH.js', '/widget/lang-en-HASH.js']);
  assert.equal(await w.focused(), 'textarea');
  await w.button('Menu').click();
  await w.root.getByRole('combobox', { name: 'Language' }).waitFor();
  assert.deepEqual(g.requests.slice(5).sort(), ['/widget/later-HASH.js', '/widget/more-en-HASH.js']);
});

widgetTest('sent, seen, and a text is a text', async ({ g, w }) => {
  await w.visit();
  await w.open();
  await w.say('hello');
  await w.state('Sent');
  g.tell(g.newest(), { type: 'seen', seq: 1 });
  await w.state('Seen');
  g.join(g.newest());
  g.say(g.newest(), '<img src=x onerror=alert(1)> javascript:alert(1) (https://a.example/x). ok');
  await w.shows('hello', '<img src=x onerror=alert(1)> javascript:alert(1) (https://a.example/x). ok');
  assert.equal(await w.root.locator('.msg img').count(), 0);
  const links = w.root.locator('.msg a');
  assert.equal(await links.count(), 1);
  assert.equal(await links.getAttribute('href'), 'https://a.example/x');
  assert.equal(await links.getAttribute('rel'), 'noopener noreferrer');
  await until('seen to be told', () => g.frames.some(({ type, seq }) => type === 'seen' && seq === 3));
});

widgetTest('offline: kept in order, said so, sent once', async ({ g, w }) => {
  await w.visit();
  await w.open();
  await w.say('one');
  await w.state('Sent');
  g.mode = 'down';
  g.cut();
  await w.say('two');
  await w.say('three');
  await w.state('Sending …');
  await w.state('Not sent yet. We keep trying.');
  assert.equal(await w.stored('.out.'), 2);
  g.mode = 'ok';
  await w.state('Sent');
  assert.deepEqual(g.newest().log.map(({ text }) => text), ['one', 'two', 'three']);
  await w.shows('one', 'two', 'three');
  assert.equal(await w.stored('.out.'), 0);
});

widgetTest('a lost ack: stored once, shown once', async ({ g, w }) => {
  await w.visit();
  await w.open();
  g.mode = 'lostack';
  await w.say('once');
  await w.state('Sent');
  await until('the gateway to be asked again', () => g.frames.filter(({ type }) => type === 'hello').length === 2);
  assert.equal(g.newest().log.length, 1);
  assert.equal(g.chats.length, 1);
  await w.shows('once');
});

widgetTest('a reload: unsent messages go out, the draft stays', async ({ g, w }) => {
  await w.visit();
  await w.open();
  await w.say('a');
  await w.state('Sent');
  g.mode = 'noack';
  await w.say('b');
  await w.say('c');
  await w.box.fill('my draft');
  g.mode = 'ok';
  await w.page.reload();
  await w.shows('a', 'b', 'c');
  assert.deepEqual(g.newest().log.map(({ text }) => text), ['a', 'b', 'c']);
  assert.equal(await w.box.inputValue(), 'my draft');
});

widgetTest('two tabs are one visitor', async ({ g, w, newTab }) => {
  const other = await newTab();
  await w.visit();
  await w.open();
  await until('a token', () => w.stored('token'));
  await other.visit();
  await other.open();
  await until('both to be connected', () => g.sockets.size === 2);
  await w.page.bringToFront();
  await w.say('from one');
  await other.shows('from one');
  await other.page.bringToFront();
  await other.say('from two');
  await w.shows('from one', 'from two');
  assert.equal(g.chats.length, 1);
  g.close(g.newest());
  await other.button('Start a new chat').click();
  await other.say('new chat');
  await w.shows('new chat');
  assert.equal(g.chats.length, 2);
});

widgetTest('a hole in seq is filled from the gateway', async ({ g, w }) => {
  await w.visit();
  await w.open();
  await w.say('hi');
  await w.state('Sent');
  const chat = g.newest();
  g.join(chat);
  g.skip = ({ text }) => text === 'lost';
  g.say(chat, 'lost');
  g.say(chat, 'next');
  await w.shows('hi', 'lost', 'next');
  assert.equal(g.frames.filter(({ type }) => type === 'hello').at(-1).after, 2);
});

widgetTest('busy: tried again in order; refused: back to the visitor', async ({ g, w }) => {
  await w.visit();
  await w.open();
  g.mode = 'busy';
  await w.say('b1');
  await w.say('b2');
  await until('a refusal', () => g.frames.filter(({ type }) => type === 'say').length >= 2);
  g.mode = 'ok';
  await w.state('Sent');
  assert.deepEqual(g.newest().log.map(({ text }) => text), ['b1', 'b2']);
  g.mode = 'refuse';
  await w.say('bad');
  await until('the text to come back', async () => (await w.box.inputValue()) === 'bad');
  assert.match(await w.root.locator('.trouble').textContent(), /could not be taken/);
  g.mode = 'ok';
  await w.box.press('Enter');
  await w.shows('b1', 'b2', 'bad');
  await until('the remark to go', async () => (await w.root.locator('.trouble').textContent()) === '');
});

widgetTest('typing: told at most once a second; input methods; length', async ({ g, w }) => {
  await w.visit();
  await w.open();
  await until('a welcome', () => g.tokens.size);
  await w.box.pressSequentially('hello there my friends', { delay: 60 });
  const told = g.frames.filter(({ type, on }) => type === 'typing' && on);
  assert.ok(told.length >= 1 && told.length <= 3, `${told.length} times in 1.3 s`);
  await until('typing to be taken back', () => g.frames.some(({ type, on }) => type === 'typing' && !on));
  await w.box.evaluate((box) => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true })));
  await w.box.press('Shift+Enter');
  await w.page.keyboard.type('second line');
  assert.equal(await w.box.evaluate((box) => box.rows), 2);
  await w.box.fill('x\n'.repeat(9));
  assert.equal(await w.box.evaluate((box) => box.rows), 5);
  const count = w.root.locator('.count');
  await w.box.fill('😀'.repeat(3990));
  assert.equal(await count.textContent(), '10 characters left');
  await w.box.fill('a'.repeat(4001));
  assert.equal(await count.textContent(), '1 character too many');
  assert.ok(await w.button('Send').isDisabled());
  await w.box.press('Enter');
  assert.equal(g.frames.filter(({ type }) => type === 'say').length, 0);
});

widgetTest('half a character becomes a whole one', async ({ g, w }) => {
  await w.visit();
  await w.page.evaluate(() => (document.title = `${'x'.repeat(499)}😀`));
  await w.open();
  await w.box.evaluate((box) => {
    box.value = 'a\ud83d b';
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await w.box.press('Enter');
  await until('the message', () => g.newest()?.log.length);
  assert.equal(g.newest().log[0].text, 'a\ufffd b');
  assert.ok(g.frames[0].page.title.endsWith('x\ufffd'));
});

widgetTest('closed: unread in badge, name and title; open again after a reload', async ({ g, w }) => {
  await w.visit();
  await w.open();
  await w.say('q');
  await w.state('Sent');
  g.join(g.newest());
  await w.page.keyboard.press('Escape');
  assert.equal(await w.panel.count(), 0);
  assert.equal(await w.focused(), 'button.launch');
  g.say(g.newest(), 'A');
  g.say(g.newest(), 'B');
  await until('two unread', async () => (await w.root.locator('.badge').textContent()) === '2');
  assert.equal(await w.page.title(), '(2) A page');
  await w.button('Open chat, 2 new messages').click();
  assert.equal(await w.page.title(), 'A page');
  await w.shows('q', 'A', 'B');
  await w.page.reload();
  await w.panel.waitFor();
  await w.shows('q', 'A', 'B');
  await w.button('Close chat').click();
  await w.page.reload();
  // The chat goes on behind the closed launcher.
  await until('the socket', () => g.sockets.size === 1 && g.frames.at(-1).type === 'hello');
  g.say(g.newest(), 'C');
  await until('one unread', async () => (await w.root.locator('.badge').allTextContents())[0] === '1');
  assert.equal(await w.panel.count(), 0);
});

widgetTest('search, a person, the end, a rating, a new chat', async ({ g, w }) => {
  await w.visit();
  await w.open();
  const search = w.root.getByRole('searchbox');
  await search.fill('money refund');
  await w.sees(w.button('When your money comes back'), 'an entry beyond the first ones');
  await w.sees(w.root.getByText('1 answer found').first());
  await search.fill('zzzz');
  await w.sees(w.root.getByText(/No ready answer/).first());
  await search.fill('');
  await w.button('Delivery time').click();
  assert.equal(await w.button('Delivery time').getAttribute('aria-expanded'), 'true');
  await w.sees(w.root.getByRole('link', { name: 'Read more' }));
  await w.button('Talk to a person').click();
  await w.sees(w.root.getByText('A person has been asked for'));
  await w.sees(w.root.getByText('You are number 2 in line.'));
  g.join(g.newest());
  await until('the wish to be fulfilled', async () => !(await w.root.getByText('A person has been asked for').isVisible()));
  // The answers stay at hand during the chat, and the chat is one press away.
  await w.button('Menu').click();
  await w.button('Find answers').click();
  await search.fill('money refund');
  await w.sees(w.button('When your money comes back'));
  assert.equal(await w.root.getByRole('log').isVisible(), false);
  await search.fill('');
  await w.say('Thank you, I will read that');
  await w.sees(w.root.getByRole('log').getByText('Thank you, I will read that'));
  await w.button('Menu').click();
  await w.button('End chat').click();
  const sure = w.root.getByRole('group', { name: 'End this chat?' });
  await sure.getByRole('button', { name: 'Keep chatting' }).click();
  assert.equal(g.newest().phase, 'active');
  await w.button('Menu').click();
  await w.button('End chat').click();
  await sure.getByRole('button', { name: 'End chat' }).click();
  await w.sees(w.root.getByText('You ended the chat'));
  await w.button('5 of 5').click();
  await w.root.getByRole('textbox', { name: 'What could we do better? (optional)' }).fill('nothing');
  await w.button('Send rating').click();
  await until('the rating', () => g.newest().log.at(-1).kind === 'rated');
  assert.deepEqual([g.newest().log.at(-1).score, g.newest().log.at(-1).text], [5, 'nothing']);
  await until('thanks, once', async () => (await w.root.getByText('Thank you for the rating.').count()) === 1);
  await w.button('Start a new chat').click();
  await w.button('Delivery time').waitFor();
  await w.say('second');
  await until('a second chat', () => g.chats.length === 2);
});

widgetTest('an automatic reply: marked, linked, judged; focus never falls out', async ({ g, w }) => {
  await w.visit();
  await w.open();
  g.auto = 'returns';
  await w.say('how do I return this?');
  const card = w.root.getByRole('article', { name: 'Automatic reply' });
  const link = card.getByRole('link', { name: 'Read more' });
  assert.equal(await link.getAttribute('href'), 'https://shop.example/help#returns');
  assert.equal(await link.getAttribute('target'), '_blank');
  await w.sees(w.button('Talk to a person').last());
  await card.getByRole('button', { name: 'Talk to a person' }).click();
  await w.sees(w.root.getByText('A person takes it from here'));
  assert.equal(await w.focused(), 'textarea');
  g.join(g.newest());
  g.close(g.newest());
  await w.button('Start a new chat').waitFor();
  assert.equal(await w.focused(), 'button.main');
  await w.button('4 of 5').click();
  await w.button('Send rating').click();
  await w.sees(w.root.getByText('Thank you for the rating.'));
  assert.equal(await w.focused(), 'button.main');
  await w.page.keyboard.press('Enter');
  assert.equal(await w.focused(), 'textarea');
});

widgetTest('another language, right to left, kept over a reload', async ({ g, w }) => {
  await w.visit();
  await w.open();
  await w.button('Menu').click();
  await w.root.getByRole('combobox', { name: 'Language' }).selectOption('fa');
  await w.button('زمان ارسال').waitFor();
  assert.equal(await w.panel.getAttribute('dir'), 'rtl');
  await w.page.keyboard.type('سلام');
  await w.page.keyboard.press('Enter');
  await w.shows('سلام');
  await w.page.reload();
  await w.shows('سلام');
  assert.equal(await w.panel.getAttribute('dir'), 'rtl');
  assert.equal(g.frames.filter(({ type }) => type === 'hello').at(-1).lang, 'fa');
});

for (const colorScheme of ['light', 'dark']) {
  widgetTest(`accessible in every state, ${colorScheme}`, async ({ g, w }) => {
    await w.visit('?with=data-accent=%23ffe600');
    await w.open();
    await w.button('Delivery time').click();
    await accessible(w.page, 'home');
    await w.button('Menu').click();
    await w.root.getByRole('combobox', { name: 'Language' }).waitFor();
    await accessible(w.page, 'menu');
    await w.page.keyboard.press('Escape');
    g.auto = 'returns';
    await w.say('return?');
    await w.root.getByRole('article').waitFor();
    await accessible(w.page, 'automatic reply');
    g.join(g.newest());
    g.say(g.newest(), 'Hello');
    g.tell(g.newest(), { type: 'typing', who: 'agent', name: 'Ana', on: true });
    await w.sees(w.root.getByText('Ana is typing'));
    await accessible(w.page, 'conversation');
    g.close(g.newest());
    await w.button('3 of 5').click();
    await accessible(w.page, 'rating');
  }, { context: { colorScheme } });
}

widgetTest('no storage at all', async ({ g, w }) => {
  await w.visit();
  await w.open();
  await w.say('one');
  await w.state('Sent');
  g.cut();
  await w.say('two');
  await w.shows('one', 'two');
  await w.state('Sent');
  assert.equal(g.chats.length, 1);
}, {
  init: () => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, { get() { throw new DOMException('refused', 'SecurityError'); } });
    }
  },
});

widgetTest('a draining gateway is left at once, a dead socket is noticed', async ({ g, w }) => {
  g.heartbeat = 1;
  await w.visit();
  await w.open();
  await w.say('x');
  await w.state('Sent');
  const hellos = () => g.frames.filter(({ type }) => type === 'hello').length;
  const before = hellos();
  const began = Date.now();
  g.cut(1001);
  await until('a new connection', () => hellos() === before + 1);
  assert.ok(Date.now() - began < 1500, `after ${Date.now() - began} ms`);
  await until('to be settled', () => g.frames.at(-1).type === 'ping');
  g.mode = 'hang';
  // The deaf socket is given up after a beat and its patience; only a new one says hello.
  await until('a hello on another socket', () => hellos() === before + 2, 15_000);
});

widgetTest('the page’s calls, before and after opening', async ({ g, w }) => {
  await w.page.addInitScript(() => { window.Firstline = { q: [['setLocale', 'pl'], ['setLocale', 'en']] }; });
  await w.visit('?with=data-queue=sales');
  await w.page.evaluate(() => {
    window.got = [];
    Firstline.on('open', () => got.push('open'));
    Firstline.on('message', ({ from }) => got.push(from));
    Firstline.setUser({ name: 'Rūta', email: 'ruta@shop.example' });
    Firstline.setAttributes({ plan: 'gold' });
    Firstline.hide();
  });
  assert.equal(await w.root.isVisible(), false);
  await w.page.evaluate(() => Firstline.open());
  await w.panel.waitFor();
  await until('a greeting', () => g.frames.length);
  assert.deepEqual(g.frames[0].profile, { name: 'Rūta', email: 'ruta@shop.example', attrs: { plan: 'gold' } });
  assert.equal(g.frames[0].queue, 'sales');
  await w.say('hey');
  await until('both listeners', async () => (await w.page.evaluate(() => got.join())) === 'open,visitor');
  await w.page.evaluate(() => Firstline.setUser({ phone: '1' }));
  await until('the profile', () => g.frames.some(({ type, phone }) => type === 'profile' && phone === '1'));
  await w.page.evaluate(() => Firstline.setLocale('lt'));
  await w.button('Siųsti').waitFor();
  await w.page.evaluate(() => Firstline.reset());
  await until('a stranger', async () => g.tokens.size === 2 && (await w.root.locator('.msg').count()) === 0);
  await w.page.evaluate(() => Firstline.close());
  assert.equal(await w.panel.count(), 0);
  await w.page.evaluate(() => Firstline.toggle());
  await w.panel.waitFor();
});

widgetTest('a restored backup: what it lost is sent again under the old ids', async ({ g, w }) => {
  await w.visit();
  await w.open();
  for (const [i, text] of ['m1', 'm2', 'm3'].entries()) {
    await w.say(text);
    await until(text, () => g.newest()?.log.length === i + 1);
  }
  await w.state('Sent');
  const chat = g.newest();
  const lost = chat.log.splice(1);
  for (const { mid } of lost) chat.mids.delete(mid);
  g.cut();
  await until('three again', () => chat.log.length === 3);
  assert.deepEqual(chat.log.slice(1).map(({ mid }) => mid), lost.map(({ mid }) => mid));
  await w.shows('m1', 'm2', 'm3');
});

widgetTest('a thousand messages: all there, at their end, newest by a button', async ({ g, w }) => {
  await w.visit();
  await w.open();
  await w.say('m');
  await w.state('Sent');
  const chat = g.newest();
  for (let i = 0; i < 1000; i++) {
    const from = i % 3 ? { from: 'agent', agent: 'ana', name: 'Ana' } : { from: 'visitor' };
    chat.log.push({ type: 'event', chat: chat.number, seq: chat.log.length + 1, at: Date.now() - (1000 - i) * 60_000, kind: 'message', ...from, text: `line ${i} ${'word '.repeat(i % 30)}`, mid: `${'q'.repeat(18)}${i}` });
  }
  await w.page.reload();
  await until('1,001 messages', async () => (await w.root.locator('.msg').count()) === 1001);
  const body = w.root.locator('.body');
  await until('the end in view', () => body.evaluate((el) => el.scrollHeight - el.scrollTop - el.clientHeight < 2));
  await body.evaluate((el) => (el.scrollTop = 0));
  await until('it to notice', () => body.evaluate((el) => el.scrollTop === 0));
  await w.page.waitForTimeout(100);
  g.say(chat, 'new one');
  await w.button('Newest messages').click();
  await until('the end in view', () => body.evaluate((el) => el.scrollHeight - el.scrollTop - el.clientHeight < 2));
  assert.equal(await w.button('Newest messages').isVisible(), false);
});

widgetTest('a slow site document keeps nobody from writing; hours when it knows them', async ({ g, w }) => {
  g.siteDelay = 800;
  g.site = { open: false, opens: new Date(2031, 2, 3, 9).getTime() };
  await w.visit();
  await w.open();
  await w.say('early');
  await w.state('Sent');
  const about = w.root.locator('.about');
  await until('the opening', async () => /^Back Mon,? 3 Mar,? 0?9:00\. Leave us a message\.$/.test(await about.textContent()));
  g.site = { open: true, until: Date.now() + 60_000 };
  await w.page.reload();
  await until('the closing', async () => /^Open until /.test(await about.textContent()));
});

widgetTest('side, offset and accent as the page wishes; it covers nothing else', async ({ w }) => {
  await w.visit(`?with=${encodeURIComponent('data-position=start data-offset="30 90" data-accent=#ffe600')}`);
  const launcher = w.root.locator('.launch');
  const { x, y } = await launcher.boundingBox();
  assert.deepEqual([x, y], [30, 720 - 90 - 56]);
  assert.equal(await launcher.evaluate((el) => getComputedStyle(el).color), 'rgb(0, 0, 0)');
  await w.open();
  assert.equal((await w.panel.boundingBox()).x, 30);
  assert.notEqual(await w.page.evaluate(() => document.elementFromPoint(200, 600).tagName), 'FIRSTLINE-CHAT');
});
