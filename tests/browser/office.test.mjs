// Supervisors in Chromium: settings, hours, ready replies, the guard's list, people, search, practice; in light, dark and on a phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, picture, scene } from '../lib/browser.mjs';
import { until } from '../lib/wait.mjs';

const officeOf = (sheet) => ({
  page: (name) => sheet.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name, exact: true }).click(),
  tab: (name) => sheet.getByRole('tab', { name, exact: true }).click(),
  field: (name) => sheet.locator(`form[data-field="${name}"]`),
  says: (text) => sheet.locator('.toast').getByText(text).waitFor(),
});

test('a setting: what does not fit is said beside the field, what fits holds, and history takes it back', async (t) => {
  const { gateway, agent } = await scene(t);
  const ona = await agent('ona', 'Ona Petraitė', {}, '--supervisor');
  const office = officeOf(ona.sheet);
  await office.page('Settings of the shop');
  const clock = office.field('clock_s');
  await clock.getByRole('spinbutton').waitFor();
  await picture(ona.sheet, 'office-light-1-shop');
  await accessible(ona.sheet, 'settings, shop');
  await ona.sheet.evaluate(() => document.querySelectorAll('input[type=number]').forEach((x) => { x.removeAttribute('min'); x.removeAttribute('max'); }));
  await clock.getByRole('spinbutton').fill('4');
  await clock.getByRole('button', { name: 'Save' }).click();
  await clock.getByText('clock_s takes a whole number from 5 to 600.').waitFor();
  await clock.getByRole('spinbutton').fill('45');
  await clock.getByRole('button', { name: 'Save' }).click();
  await clock.getByRole('button', { name: 'As it ships' }).waitFor();
  assert.match((await gateway.fcallRo('fl_get', 'clock_s'))[0], /^clock_s +45 /);

  await office.tab('History');
  const change = ona.sheet.locator('.office-changes li').first();
  await change.getByText('A person should be there within, seconds').waitFor();
  assert.match((await change.innerText()).replace(/\s+/g, ' '), /60 → 45 Ona Petraitė/);
  await picture(ona.sheet, 'office-light-2-history');
  await accessible(ona.sheet, 'settings, history');
  await change.getByRole('button', { name: 'Take back' }).click();
  await office.says('Done: it is as it was before.');
  assert.match((await gateway.fcallRo('fl_get', 'clock_s'))[0], /^clock_s +60 /);

  await office.tab('Hours');
  await ona.sheet.getByRole('button', { name: 'Set opening hours' }).click();
  await ona.sheet.getByLabel('Time zone of the shop').fill('Europe/Vilnius');
  await ona.sheet.getByLabel('Saturday').fill('10 – 14');
  await ona.sheet.getByRole('button', { name: 'Add a day' }).click();
  await ona.sheet.getByLabel('Date', { exact: true }).fill('12-24');
  await picture(ona.sheet, 'office-light-3-hours');
  await accessible(ona.sheet, 'settings, hours');
  await ona.sheet.getByRole('button', { name: 'Save' }).click();
  await office.says('Saved. It holds everywhere from now on.');
  await until('the hours on the site', async () => {
    const site = await (await fetch(`${gateway.url}/api/v1/site?lang=en`)).json();
    return site.until > 0 || site.opens > 0;
  });
  assert.match((await gateway.fcallRo('settings', '0')).join(''), /\\"closed\\":\[\\"12-24\\"\]/);
  assert.match((await gateway.fcallRo('settings', '0')).join(''), /\\"sat\\":\[\\"10:00-14:00\\"\]/);

  await office.tab('Vouchers');
  await ona.sheet.getByLabel('Codes of your shop, one a line').fill('SORRY-1\nSORRY-2');
  await ona.sheet.getByRole('button', { name: 'Add 2 codes' }).click();
  await ona.sheet.getByText('2 codes are left.').waitFor();
});

test('a ready reply of the shop’s own is there with the next slash, and the guard warns of its own phrases', async (t) => {
  const { agent, visitor } = await scene(t);
  const ona = await agent('ona', 'Ona Petraitė', {}, '--supervisor');
  const bob = await agent('bob', 'Bob Stone');
  await ona.sheet.getByRole('combobox', { name: 'Your presence' }).selectOption('away');
  const { widget } = await visitor('en');
  await widget.say('Is the oak shelf there in walnut too?');
  await widget.person.click();
  await bob.desk.accept();

  const office = officeOf(ona.sheet);
  await office.page('Settings of the shop');
  await office.tab('Ready replies');
  await ona.sheet.getByLabel('Name', { exact: true }).fill('walnut');
  await ona.sheet.getByLabel('Text', { exact: true }).fill('Hello {visitor}, this is {agent}: walnut comes in spring.');
  await ona.sheet.getByRole('button', { name: 'Add a reply' }).click();
  await office.field('canned.en.walnut').waitFor();
  await picture(ona.sheet, 'office-light-4-replies');
  await accessible(ona.sheet, 'settings, replies');
  await office.tab('Phrase guard');
  await ona.sheet.getByLabel('Rather not').fill('out of stock');
  await ona.sheet.getByLabel('Better', { exact: true }).fill('back in spring');
  await ona.sheet.getByRole('button', { name: 'Add a phrase' }).click();
  await ona.sheet.locator('.phrases li').filter({ hasText: 'out of stock' }).getByText('yours').waitFor();
  await picture(ona.sheet, 'office-light-5-phrases');
  await accessible(ona.sheet, 'settings, phrases');

  const box = bob.sheet.getByRole('textbox', { name: 'Reply to the visitor' });
  await box.fill('/waln');
  await bob.sheet.getByRole('option', { name: /walnut/ }).waitFor();
  await box.press('Enter');
  assert.equal(await box.inputValue(), 'Hello, this is Bob Stone: walnut comes in spring.');
  await box.fill('Sorry, it is out of stock.');
  await bob.sheet.locator('.phrase-hint').getByText('back in spring').waitFor();
  await bob.sheet.getByRole('button', { name: 'Use it' }).click();
  assert.equal(await box.inputValue(), 'Sorry, it is back in spring.');
  await bob.sheet.getByRole('button', { name: 'Send', exact: true }).click();
  await widget.sees('Sorry, it is back in spring.');
});

test('somebody new is added, logs in by the link, changes and is disabled', async (t) => {
  const { page, agent } = await scene(t);
  const ona = await agent('ona', 'Ona Petraitė', {}, '--supervisor');
  const office = officeOf(ona.sheet);
  await office.page('People');
  await ona.sheet.locator('[data-person="ona"]').waitFor();
  await ona.sheet.getByRole('button', { name: 'New person' }).click();
  await ona.sheet.getByLabel('Login name (a–z, 0–9)').fill('cid');
  await ona.sheet.getByLabel('Name, as visitors see it').fill('Cid Vega');
  await ona.sheet.getByLabel('Languages').fill('lt, en');
  await picture(ona.sheet, 'office-light-6-person');
  await accessible(ona.sheet, 'people, new');
  await ona.sheet.getByRole('button', { name: 'Add and invite' }).click();
  const url = await ona.sheet.getByLabel('Invitation link').inputValue();
  await picture(ona.sheet, 'office-light-7-people');
  const cid = await page('cid', { locale: 'en-GB' });
  await cid.goto(url);
  await cid.getByLabel('New password').fill('cid has a long password');
  await cid.getByLabel('The same once more').fill('cid has a long password');
  await cid.getByRole('button', { name: 'Set password and log in' }).click();
  await cid.getByRole('combobox', { name: 'Your presence' }).waitFor();

  const row = ona.sheet.locator('[data-person="cid"]');
  await row.getByRole('button', { name: /^Edit/ }).click();
  await ona.sheet.getByLabel('Supervisor: sees all, changes settings, FAQ and people').check();
  await ona.sheet.getByRole('button', { name: 'Save' }).click();
  await row.getByText('supervisor', { exact: true }).waitFor();
  await cid.getByRole('button', { name: 'People', exact: true }).waitFor(); // the dashboard came back with the new rights
  await row.getByRole('button', { name: /^Disable/ }).click();
  await row.getByRole('button', { name: /^Disable/ }).click();
  await row.getByText('disabled', { exact: false }).first().waitFor();
  await cid.getByRole('button', { name: 'Log in' }).waitFor();
});

test('a past chat is found by a word without its accents, read, and followed to its visitor', async (t) => {
  const { agent, visitor } = await scene(t);
  const bob = await agent('bob', 'Bob Stone');
  const { widget } = await visitor('lt');
  await widget.say('Mano ąžuolinė lentyna sulūžo');
  await widget.person.click();
  await bob.desk.accept();
  await bob.desk.say('Atsiųsime naują rytoj.');
  await bob.desk.close('solved', 'product');
  const office = officeOf(bob.sheet);
  await office.page('Search');
  await bob.sheet.getByRole('searchbox', { name: 'Words that were said' }).fill('azuoline RYTOJ');
  await bob.sheet.getByRole('searchbox', { name: 'Words that were said' }).press('Enter');
  await bob.sheet.locator('[data-hit]').first().click();
  await bob.sheet.locator('.shown').getByText('Atsiųsime naują rytoj.').waitFor();
  await bob.sheet.getByText('that is all', { exact: false }).waitFor();
  await picture(bob.sheet, 'office-light-8-search');
  await accessible(bob.sheet, 'search');
  await bob.sheet.getByRole('button', { name: 'All of this visitor' }).click();
  await until('their chats', async () => (await bob.sheet.locator('[data-hit]').count()) === 1);
  await bob.sheet.getByRole('searchbox', { name: 'Words that were said' }).fill('unicorn');
  await bob.sheet.getByRole('button', { name: 'Search', exact: true }).last().click();
  await bob.sheet.getByText('No chat like this.').waitFor();
});

test('a visitor is kept out from the conversation, and can open no chat for that time', async (t) => {
  const { gateway, agent, visitor } = await scene(t);
  const bob = await agent('bob', 'Bob Stone');
  const { widget } = await visitor('en');
  await widget.say('You are all idiots!');
  await widget.person.click();
  await bob.desk.accept();
  await bob.sheet.locator('details.block summary').click();
  await bob.sheet.getByLabel('For how long').selectOption('168');
  await picture(bob.sheet, 'office-light-10-block');
  await accessible(bob.sheet, 'keeping out');
  await bob.sheet.getByRole('button', { name: 'End and keep out' }).click();
  await bob.sheet.locator('.toast').getByText('is kept out for 7 days').waitFor();
  const [key] = (await gateway.cli('KEYS', '{main}:blocked:*')).filter(Boolean);
  assert.ok(Number((await gateway.cli('TTL', key))[0]) > 167 * 3600);
  await widget.root.getByRole('button', { name: 'Start a new chat' }).click();
  await widget.root.getByRole('textbox', { name: 'Write a message' }).fill('Let me in!');
  await widget.root.getByRole('textbox', { name: 'Write a message' }).press('Enter');
  await widget.root.getByText('We cannot take messages from you here for now.').waitFor();
  assert.equal(await widget.root.getByRole('textbox', { name: 'Write a message' }).inputValue(), 'Let me in!');
});

test('practice: a recorded visitor, marked as such, that nothing counts and nobody else hears of', async (t) => {
  const { gateway, agent } = await scene(t);
  const ona = await agent('ona', 'Ona Petraitė', {}, '--supervisor');
  const bob = await agent('bob', 'Bob Stone');
  const kept = async () => (await gateway.cli('KEYS', '{main}:*')).filter((key) => /chat|stats|feed|visitor|unanswered/.test(key)).sort();
  const before = await kept();
  const office = officeOf(ona.sheet);
  await office.page('People');
  await ona.sheet.locator('[data-person="bob"]').getByRole('button', { name: /^Practice/ }).click();
  await office.says('Bob Stone gets a practice chat.');
  await bob.sheet.getByText('Practice: a recorded visitor. Nothing here is sent or counted.').waitFor();
  await picture(bob.sheet, 'office-light-9-practice');
  await accessible(bob.sheet, 'practice');
  await bob.desk.accept();
  await bob.desk.say('Hello! I have read it and I am looking into it.');
  await bob.sheet.getByText('typing …').first().waitFor();
  const said = bob.sheet.locator('.entry.visitor:not(:has(.ghost))');
  const had = await said.count();
  await until('the visitor to go on', async () => (await said.count()) > had, { ms: 40_000, every: 200 });
  await bob.desk.close('solved', 'delivery');
  await bob.sheet.locator('.toast').getByText('is closed').waitFor();
  assert.deepEqual(await kept(), before);
  await gateway.fcall('fl_practice', 'bob', 'angry');
  await bob.sheet.getByText('Mrs Doyle', { exact: false }).first().waitFor();
});

for (const [name, options] of [['dark', { colorScheme: 'dark' }], ['phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }]]) {
  test(`settings, people and search, ${name}: no serious accessibility findings, nothing wider than the window, and pictures`, async (t) => {
    const { agent } = await scene(t);
    const ona = await agent('ona', 'Ona Petraitė', options, '--supervisor');
    const office = officeOf(ona.sheet);
    const look = async (what) => {
      await picture(ona.sheet, `office-${name}-${what}`);
      await accessible(ona.sheet, `${what}, ${name}`);
      assert.ok(await ona.sheet.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what} is too wide`);
    };
    await office.page('Settings of the shop');
    await office.field('clock_s').waitFor();
    await look('shop');
    for (const tab of ['Hours', 'Ready replies', 'Phrase guard', 'Vouchers', 'History']) {
      await office.tab(tab);
      if (tab === 'Hours') await ona.sheet.getByRole('button', { name: 'Set opening hours' }).click();
      if (tab === 'Phrase guard') await ona.sheet.locator('.phrases li').first().waitFor();
      await look(tab.toLowerCase().replace(' ', '-'));
    }
    await ona.sheet.getByRole('button', { name: 'Back to the chats' }).click();
    await office.page('People');
    await ona.sheet.locator('[data-person="ona"]').waitFor();
    await look('people');
    await ona.sheet.getByRole('button', { name: 'Back to the chats' }).click();
    await office.page('Search');
    await ona.sheet.getByRole('searchbox', { name: 'Words that were said' }).waitFor();
    await look('search');
  });
}
