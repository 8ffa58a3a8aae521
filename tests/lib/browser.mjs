// Chromium, a gateway with the demo shop, and the people in front of it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { agentTool, inviteToken, root, startGateway } from './gateway.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const out = join(root, 'tests/out');
mkdirSync(out, { recursive: true });

export const WAIT = 15_000; // ms for anything a person would wait for

/** Words of the widget, by language, as its selectors announce them. */
export const words = {
  en: { open: /^Open chat/, close: 'Close chat', write: 'Write a message', send: 'Send', person: 'Talk to a person', auto: 'Automatic reply', helped: 'That helped', more: 'Read more', rating: 'How was this chat?', rate: 'Send rating', search: 'Search answers', menu: 'Menu', again: 'Start a new chat' },
  lt: { open: /^Atidaryti pokalbį/, close: 'Užverti pokalbį', write: 'Parašykite žinutę', send: 'Siųsti', person: 'Kalbėti su žmogumi', auto: 'Automatinis atsakymas', helped: 'Tai padėjo', more: 'Skaityti daugiau', rating: 'Kaip įvertintumėte šį pokalbį?', rate: 'Siųsti įvertinimą', search: 'Ieškoti atsakymų', menu: 'Meniu', again: 'Pradėti naują pokalbį' },
};

/** A gateway with the demo shop and a browser; both end with the test. */
export async function scene(t) {
  const gateway = await startGateway({ args: ['--demo'] });
  const trouble = [];
  let browser;
  t.after(async () => {
    await browser?.close();
    const { code } = await gateway.stop();
    assert.equal(code, 0, gateway.output);
    assert.deepEqual(trouble, [], 'nothing is on the console');
  });
  await gateway.line('the demo shop', /#invite=/);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

  /** A page in a browser profile of its own; what it complains about fails the test. */
  async function page(name, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(WAIT);
    const sheet = await context.newPage();
    sheet.on('pageerror', (error) => trouble.push(`${name}: ${error.message}`));
    sheet.on('console', (message) => {
      if (message.type() === 'error' && !/status of 401/.test(message.text())) trouble.push(`${name}: ${message.text()}`);
    });
    return sheet;
  }

  /** An agent who sets a password by the invite link and goes online. */
  async function agent(id, name, options = {}, ...more) {
    const added = await agentTool(gateway, 'add', id, '--name', name, ...more);
    assert.equal(added.code, 0, added.stderr);
    const sheet = await page(name, { locale: 'en-GB', ...options });
    await sheet.goto(`${gateway.url}/desk/#invite=${inviteToken(added.stdout)}`);
    const password = `${id} has a long password`;
    await sheet.getByLabel('New password').fill(password);
    await sheet.getByLabel('The same once more').fill(password);
    await sheet.getByRole('button', { name: 'Set password and log in' }).click();
    await sheet.getByRole('combobox', { name: 'Your presence' }).selectOption('online');
    return { id, name, password, sheet, desk: deskOf(sheet) };
  }

  /** A visitor of the demo shop with the widget open. */
  async function visitor(lang = 'en', options = {}) {
    const sheet = await page(`visitor ${lang}`, { locale: { en: 'en-GB', lt: 'lt-LT', fa: 'fa-IR' }[lang] ?? lang, ...options });
    await shop(sheet, lang);
    const widget = widgetOf(sheet, lang);
    await widget.open();
    return { sheet, widget };
  }

  /** The demo shop in a language, chosen as a person would. */
  async function shop(sheet, lang) {
    await sheet.goto(`${gateway.url}/`);
    if (lang === 'en') return;
    await sheet.locator(`.languages a[lang="${lang}"]`).click();
    await sheet.locator(`html[lang="${lang}"]`).waitFor({ state: 'attached' });
  }
  return { gateway, browser, page, agent, visitor, shop, trouble };
}

/** What a visitor sees and does. */
export function widgetOf(sheet, lang = 'en') {
  const w = words[lang] ?? words.en;
  const root = sheet.locator('firstline-chat');
  const log = root.getByRole('log');
  return {
    root, log, words: w,
    open: async () => {
      const box = root.getByRole('textbox', { name: w.write });
      await root.getByRole('button', { name: w.open }).click();
      await box.waitFor();
    },
    say: async (text) => {
      const box = root.getByRole('textbox', { name: w.write });
      await box.fill(text);
      await box.press('Enter');
      await log.getByText(text, { exact: true }).first().waitFor();
    },
    sees: (text) => log.getByText(text).first().waitFor(),
    card: root.getByRole('article', { name: w.auto }),
    person: root.locator('button.person'),
    /** The transcript as shown: texts of messages in order. */
    messages: async () => (await root.locator('.msg').allInnerTexts()).map((text) => text.trim()),
    numbers: async () => (await root.locator('[data-seq]').evaluateAll((list) => list.map((item) => Number(item.dataset.seq)))),
  };
}

/** What an agent sees and does. */
export function deskOf(sheet) {
  const log = sheet.getByRole('log', { name: 'Transcript' });
  return {
    log,
    offer: (chat) => sheet.locator(chat ? `[data-row="o${chat}"]` : '.offer-row').first(),
    accept: async () => {
      await sheet.getByRole('button', { name: /^Accept/ }).first().click();
      await sheet.getByRole('textbox', { name: 'Reply to the visitor' }).waitFor();
    },
    say: async (text) => {
      const box = sheet.getByRole('textbox', { name: 'Reply to the visitor' });
      await box.fill(text);
      await sheet.getByRole('button', { name: 'Send', exact: true }).click();
      await log.getByText(text, { exact: true }).first().waitFor();
    },
    note: async (text) => {
      await sheet.getByRole('tab', { name: 'Note' }).click();
      await sheet.getByRole('textbox', { name: 'Note for agents only' }).fill(text);
      await sheet.getByRole('button', { name: 'Add note' }).click();
      await sheet.locator('.entry.note').getByText(text).waitFor();
      await sheet.getByRole('tab', { name: 'Reply' }).click();
    },
    sees: (text) => log.getByText(text).first().waitFor(),
    close: async (outcome, category) => {
      await sheet.getByRole('button', { name: 'Close', exact: true }).click();
      await sheet.getByRole('radio', { name: outcome, exact: true }).check();
      await sheet.getByRole('combobox', { name: 'What it was about' }).selectOption(category);
      await sheet.getByRole('button', { name: 'Close chat', exact: true }).click();
    },
    transfer: async (to, reason, note) => {
      await sheet.getByRole('button', { name: 'Transfer', exact: true }).click();
      await sheet.getByRole('combobox', { name: 'To', exact: true }).selectOption(to);
      await sheet.getByRole('textbox', { name: 'Reason' }).fill(reason);
      if (note) await sheet.getByRole('textbox', { name: /Note for your colleague/ }).fill(note);
      await sheet.getByRole('button', { name: 'Hand over' }).click();
    },
  };
}

/** Fails on serious or critical findings of axe, with what and where. */
export async function accessible(sheet, what) {
  await sheet.evaluate(axeSource);
  const found = await sheet.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const grave = found.violations.filter((finding) => ['serious', 'critical'].includes(finding.impact));
  assert.deepEqual(grave.map((finding) => `${what}: ${finding.id} (${finding.impact}): ${finding.help}: ${finding.nodes.slice(0, 4).map((node) => `${node.target.flat().join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`).join(' | ')}`), []);
}

export const picture = (sheet, name) => sheet.screenshot({ path: join(out, `${name}.png`) });
