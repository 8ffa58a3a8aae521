// Promises, closing, rating and follow-up as people see them: light, dark, Persian, on a phone; and a closed tab that loses nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, picture, scene, widgetOf } from '../lib/browser.mjs';
import { until } from '../lib/wait.mjs';

const variants = [
  ['light', {}, 'en'], ['dark', { colorScheme: 'dark' }, 'en'], ['persian', {}, 'fa'], ['phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, 'en'],
];
const asked = { en: ['Was it really solved?', 'No, not yet', 'How was this chat?'], fa: ['آیا مشکل واقعاً حل شد؟', 'نه، هنوز نه', ''] };

// "Tomorrow 10:00" is reminded of a day before at most: the shop is where that is now, whatever the hour here.
const zones = { 'Europe/Vilnius': /10:00.*(EET|EEST|GMT\+[23])/s, 'America/Vancouver': /10:00.*(PST|PDT|GMT-[78])/s, 'Asia/Tokyo': /10:00.*(JST|GMT\+9)/s };
const hourIn = (timeZone) => Number(new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format());

for (const [name, options, lang] of variants) {
  test(`${name}: a promise in widget and dashboard, the rating, the question a day later`, async (t) => {
    const { gateway, page, shop, agent } = await scene(t);
    const zone = Object.keys(zones).find((one) => hourIn(one) >= 10 && hourIn(one) <= 22);
    await gateway.set('hours', `{"tz":"${zone}","week":{"mon":["00:00-24:00"],"tue":["00:00-24:00"],"wed":["00:00-24:00"],"thu":["00:00-24:00"],"fri":["00:00-24:00"],"sat":["00:00-24:00"],"sun":["00:00-24:00"]}}`);
    await gateway.set('remind_s', '86400');
    const ana = await agent('anna', 'Anna Berg', name === 'persian' ? {} : options, '--supervisor');
    const sheet = await page(`visitor ${name}`, { locale: { en: 'en-GB', fa: 'fa-IR' }[lang], timezoneId: 'Asia/Tehran', ...options });
    await shop(sheet, lang);
    const root = sheet.locator('firstline-chat');
    await root.locator('button[aria-expanded]').first().click();
    const box = root.getByRole('textbox').last();
    await box.fill(lang === 'fa' ? 'بسته‌ام هنوز نرسیده است' : 'My parcel has not come, and nobody calls back');
    await box.press('Enter');
    await root.locator('button.person').click();
    await ana.desk.accept();
    await ana.desk.say('I am sorry. I am asking the carrier at once.');
    if (name === 'phone') await ana.sheet.locator('.head-actions').getByRole('button', { name: 'Promise' }).click();
    else {
      await ana.sheet.keyboard.press('Escape');
      await ana.sheet.keyboard.press('m');
    }
    await ana.sheet.getByRole('textbox', { name: 'What you promise' }).fill('The carrier calls you');
    await ana.sheet.getByRole('button', { name: 'Tomorrow 10:00' }).click();
    await ana.sheet.getByText(zone).waitFor();
    await picture(ana.sheet, `after-desk-${name}-1-form`);
    await accessible(ana.sheet, `${name}, promise form`);
    await ana.sheet.locator('form.panel button.primary').click();
    const line = root.locator('[data-seq]').filter({ hasText: 'The carrier calls you' });
    await line.waitFor();
    const words = await line.innerText();
    if (lang === 'en') assert.match(words, zones[zone], `the shop's time, with its zone: ${words}`);
    await ana.sheet.locator('.bar.alert').getByText('due soon').waitFor();
    await picture(sheet, `after-widget-${name}-1-promise`);
    await accessible(sheet, `${name}, promise`);
    await picture(ana.sheet, `after-desk-${name}-2-promised`);
    await accessible(ana.sheet, `${name}, promised`);
    await ana.sheet.locator('.bar.alert').getByRole('button', { name: 'Seen' }).click();
    if (name === 'phone') {
      await ana.sheet.locator('.head-actions').getByRole('button', { name: 'Close' }).click();
      await ana.sheet.getByRole('radio', { name: 'not solved', exact: true }).check();
      await ana.sheet.getByRole('combobox', { name: 'What it was about' }).selectOption('delivery');
      await ana.sheet.getByRole('button', { name: 'Close chat', exact: true }).click();
    } else await ana.desk.close('not solved', 'delivery');
    const stars = root.getByRole('group').getByRole('button');
    await stars.nth(4).waitFor();
    await stars.nth(3).click();
    await picture(sheet, `after-widget-${name}-2-rating`);
    await accessible(sheet, `${name}, rating`);
    await sheet.goto('about:blank'); // the tab is left with the score chosen and not sent
    await gateway.cli('ZADD', '{main}:followups', 'XX', '1', '1');
    await until('the question to be due', async () => (await gateway.cli('HGET', '{main}:chat:1', 'followup'))[0] === 'asked');
    await shop(sheet, lang);
    if (!(await root.getByRole('dialog').isVisible())) await root.locator('button[aria-expanded]').first().click();
    await root.getByText(asked[lang][0]).waitFor();
    await until('the rating that was on its way', async () => (await gateway.cli('HGET', '{main}:chat:1', 'score'))[0] === '4');
    await picture(sheet, `after-widget-${name}-3-followup`);
    await accessible(sheet, `${name}, follow-up`);
    await root.getByRole('button', { name: asked[lang][1] }).click();
    await ana.desk.offer(1).waitFor({ state: 'attached' });
    await root.locator('.rating').waitFor({ state: 'detached' });
    await picture(sheet, `after-widget-${name}-4-reopened`);
    assert.deepEqual(await gateway.cli('HMGET', '{main}:chat:1', 'phase', 'pref'), ['offered', 'anna']);
  });
}

test('with ask_rating 0 and ask_record 0 nobody is asked anything; overdue promises stand in the list until they are kept', async (t) => {
  const { gateway, agent, visitor } = await scene(t);
  await gateway.set('ask_rating', '0');
  await gateway.set('ask_record', '0');
  const ana = await agent('anna', 'Anna Berg');
  const { widget } = await visitor('en');
  await widget.say('A short question');
  await widget.person.click();
  await ana.desk.accept();
  await ana.desk.say('A short answer');
  await ana.sheet.keyboard.press('Escape');
  await ana.sheet.keyboard.press('e');
  await ana.sheet.getByRole('button', { name: 'Close chat', exact: true }).click();
  await widget.root.getByRole('button', { name: 'Start a new chat' }).waitFor();
  await widget.sees('The chat is closed');
  assert.equal(await widget.root.locator('.rating').count(), 0);
  const now = Date.now();
  const made = await gateway.fcall('promise', '0', 'anna', '1', 'a letter by post', String(now + 1500));
  assert.equal(made[0], 'ok');
  const row = ana.sheet.locator('.promise-row').filter({ hasText: 'a letter by post' });
  await row.waitFor();
  await row.getByText(/overdue/).waitFor();
  const boss = await agent('ona', 'Ona Petraitė', {}, '--supervisor');
  await boss.sheet.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Live', exact: true }).click();
  await boss.sheet.getByRole('main', { name: 'Live' }).locator('.alerts').getByText('a letter by post').waitFor();
  await picture(boss.sheet, 'after-desk-light-4-live-overdue');
  await accessible(boss.sheet, 'live, overdue');
  await picture(ana.sheet, 'after-desk-light-3-overdue');
  await accessible(ana.sheet, 'overdue');
  await row.getByRole('button', { name: /^Kept/ }).click();
  await row.waitFor({ state: 'detached' });
  await widget.sees(/Promise kept: .*a letter by post/);
});
