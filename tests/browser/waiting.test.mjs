// What people see who wait: after hours, in the queue with a range, notices, a voucher, nobody there; light, dark, Persian, phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, picture, scene, widgetOf } from '../lib/browser.mjs';

const variants = [
  ['light', {}, 'en'], ['dark', { colorScheme: 'dark' }, 'lt'], ['persian', {}, 'fa'], ['phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, 'en'],
];
const WORDS = {
  en: { open: 'Open chat', unmatched: 'The blue one rattles a little on windy days', shut: /^Back /, kept: /We are closed now and open/, reach: 'E-mail or phone', bad: /Please enter an e-mail/, saved: /we answer to ruta@example\.com/, person: 'Talk to a person',
    place: /You are number 1 in line\. (About \d+–\d+|Under \d+) min\./, language: /Nobody who speaks your language \(English\).*Polish/, sorry: /We are sorry: you have waited for 1 minute/, voucher: 'With our apology, a voucher for you', away: /Nobody is online right now/, typed: /What you wrote is kept/ },
  lt: { open: 'Atidaryti pokalbį', unmatched: 'Mėlynoji vėjuotą dieną šiek tiek barška', shut: /^Dirbsime: /, kept: /Dabar nedirbame; dirbsime/, reach: 'El. paštas arba telefonas', bad: /Įveskite el\. pašto/, saved: /atsakysime čia: ruta@example\.com/, person: 'Kalbėti su žmogumi',
    place: /Jūsų vieta eilėje: 1\. (Maždaug \d+–\d+|Iki \d+) min\./, language: /kalbančio jūsų kalba \(lietuvių\).*lenkų/, sorry: /laukiate jau 1 minutę/, voucher: 'Su atsiprašymu – kuponas jums', away: /Šiuo metu nieko nėra/, typed: /Ką parašėte, išsaugota/ },
  fa: { open: 'باز کردن گفتگو', unmatched: 'آن آبی در روزهای بادی کمی صدا می‌دهد', shut: /بازگشایی/, kept: /اکنون تعطیل هستیم. بازگشایی/, reach: 'ایمیل یا تلفن', bad: /نشانی ایمیل/, saved: /ruta@example\.com/, person: 'گفتگو با یک انسان',
    place: /جایگاه شما در صف: ۱\. (حدود|کمتر)/, language: /زبان شما \(فارسی\).*لهستانی/, sorry: /۱ دقیقه است که منتظر هستید/, voucher: 'با پوزش از شما، یک کد هدیه', away: /کسی آنلاین نیست/, typed: /نوشتهٔ شما نگه داشته شد/ },
};
/** Hours that are closed now and open tomorrow at nine. */
const closedToday = () => {
  const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][new Date(Date.now() + 864e5).getUTCDay()];
  return JSON.stringify({ tz: 'UTC', week: { [day]: ['09:00-18:00'] } });
};
const shown = (locator) => locator.first().waitFor();

for (const [name, options, lang] of variants) {
  const w = WORDS[lang];
  test(`after hours, ${name}: told before the start, a message and a contact are kept and confirmed, and first at the opening`, async (t) => {
    const { gateway, page, shop, agent } = await scene(t);
    await gateway.set('hours', closedToday());
    const sheet = await page(`visitor ${name}`, { locale: { en: 'en-GB', lt: 'lt-LT', fa: 'fa-IR' }[lang], ...options });
    await shop(sheet, lang);
    const { root, log } = widgetOf(sheet, lang);
    await root.getByRole('button', { name: w.open }).click();
    await shown(root.locator('.about').getByText(w.shut));
    await picture(sheet, `waiting-${name}-1-closed`);
    await accessible(sheet, `${name}, closed`);
    const box = root.locator('textarea');
    await box.fill(w.unmatched);
    await box.press('Enter');
    await root.locator('button.person').click();
    await shown(log.getByText(w.kept));
    const contact = root.getByRole('textbox', { name: w.reach });
    await contact.fill('ruta at example');
    await contact.press('Enter');
    await shown(root.getByText(w.bad));
    await picture(sheet, `waiting-${name}-2-contact`);
    await accessible(sheet, `${name}, contact`);
    await contact.fill('ruta@example.com');
    await contact.press('Enter');
    await shown(root.getByText(w.saved));
    await picture(sheet, `waiting-${name}-3-confirmed`);
    await accessible(sheet, `${name}, confirmed`);
    await sheet.close();
    await gateway.set('hours', '');
    const ana = await agent('anna', 'Anna Berg');
    await ana.desk.accept();
    await shown(ana.sheet.getByText('ruta@example.com'));
  });

  test(`in the queue, ${name}: place and range, nobody speaks the language, an apology and a voucher; the text is kept when the last agent leaves`, async (t) => {
    const { gateway, page, shop, agent, visitor } = await scene(t);
    const ana = await agent('anna', 'Anna Berg', {}, '--langs', 'pl');
    const first = await visitor('en');
    await first.widget.person.click();
    await ana.desk.accept();
    await gateway.cli('FCALL', 'presence', 1, '{main}', 0, 'anna', 'online', 1);
    await gateway.cli('LPUSH', '{main}:served:general', ...[240, 255, 270, 245, 250, 260, 265].map((s) => `${Date.now()} ${s * 1000}`));
    await gateway.cli('FCALL', 'fl_voucher_add', 1, '{main}', 'SORRY-4711');
    await gateway.set('voucher_text', '10 %');
    await gateway.set('wait_sorry_s', '8');
    const sheet = await page(`visitor ${name}`, { locale: { en: 'en-GB', lt: 'lt-LT', fa: 'fa-IR' }[lang], ...options });
    await shop(sheet, lang);
    const { root, log } = widgetOf(sheet, lang);
    await root.getByRole('button', { name: w.open }).click();
    const box = root.locator('textarea');
    await box.fill(w.unmatched);
    await box.press('Enter');
    await root.locator('button.person').click();
    await shown(root.locator('.queue').getByText(w.place));
    await shown(log.getByText(w.language));
    await picture(sheet, `waiting-${name}-4-queue`);
    await accessible(sheet, `${name}, queue`);
    await shown(log.getByText(w.sorry));
    await shown(log.getByText(w.voucher));
    await shown(log.getByText('SORRY-4711'));
    assert.equal(await log.getByText('SORRY-4711').count(), 1);
    await picture(sheet, `waiting-${name}-5-voucher`);
    await accessible(sheet, `${name}, voucher`);

    const typist = await page(`typist ${name}`, { locale: { en: 'en-GB', lt: 'lt-LT', fa: 'fa-IR' }[lang], ...options });
    await shop(typist, lang);
    const other = widgetOf(typist, lang);
    await other.root.getByRole('button', { name: w.open }).click();
    await other.root.locator('.about.on').waitFor();
    await other.root.locator('textarea').fill(w.unmatched);
    await ana.sheet.getByRole('combobox', { name: 'Your presence' }).selectOption('away');
    await shown(other.root.locator('.about').getByText(w.away));
    await shown(other.root.getByText(w.typed));
    assert.equal(await other.root.locator('textarea').inputValue(), w.unmatched);
    await picture(typist, `waiting-${name}-6-nobody`);
    await accessible(typist, `${name}, nobody there`);
  });
}

for (const [name, lang, options, choice, noted] of [['light', 'en', {}, 'A refund', 'Noted: A refund'], ['fa-dark-phone', 'fa', { colorScheme: 'dark', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }, 'بازگشت وجه', 'یادداشت شد: بازگشت وجه']]) {
  test(`who waits says by a tap what would help; the agent sees it, and the pages they were on, before accepting, ${name}`, async (t) => {
    const { gateway, page, shop, agent, visitor } = await scene(t);
    await gateway.set('answers_max', 0);
    const ana = await agent('ana', 'Ana Kazlauskaitė');
    const sheet = await page(`visitor ${name}`, { locale: { en: 'en-GB', fa: 'fa-IR' }[lang], ...options });
    await shop(sheet, lang);
    const { root } = widgetOf(sheet, lang);
    await root.locator('button[aria-expanded]').first().click();
    await root.locator('textarea').fill('The kettle came broken');
    await root.locator('textarea').press('Enter');
    await root.locator('button.person').click();
    const choices = root.locator('.wish');
    await choices.getByRole('button', { name: choice }).waitFor();
    await picture(sheet, `waiting-${name}-wish`);
    await accessible(sheet, `wish, ${name}`);
    await choices.getByRole('button', { name: choice }).click();
    await root.getByText(noted).waitFor();
    await choices.waitFor({ state: 'hidden' });
    await sheet.goto(`${gateway.url}/demo/help.html`);
    await ana.sheet.locator('.offer-row').first().click();
    await ana.sheet.locator('.facts').getByText('a refund').waitFor();
    await ana.sheet.getByText('Was on one page before').waitFor();
    await picture(ana.sheet, `waiting-${name}-offer`);
    await gateway.set('ask_wishes', '');
    const other = await visitor('en');
    await other.widget.say('Hello?');
    await other.widget.person.click();
    await other.widget.root.locator('.queue:not(:empty)').waitFor();
    assert.equal(await other.widget.root.locator('.wish:visible').count(), 0, 'not asked where the shop does not want it');
  });
}

test('the third hand-over alerts a supervisor, who looks at the chat', async (t) => {
  const { agent, visitor } = await scene(t);
  const ana = await agent('anna', 'Anna Berg');
  const bo = await agent('bo', 'Bo Dahl');
  const sup = await agent('sup', 'Sue Park', {}, '--supervisor');
  await sup.sheet.getByRole('combobox', { name: 'Your presence' }).selectOption('away');
  const bos = bo.sheet.getByRole('combobox', { name: 'Your presence' });
  await bos.selectOption('away');
  const one = await visitor('en');
  await one.widget.person.click();
  await ana.desk.offer().waitFor();
  await bos.selectOption('online');
  let [from, to] = [ana, bo];
  await from.desk.accept();
  for (let i = 1; i <= 3; i++) {
    await from.desk.transfer(`agent:${to.id}`, 'A colleague knows more');
    await one.widget.sees(`${from.name} is handing you over to ${to.name}: A colleague knows more`);
    await to.desk.accept();
    [from, to] = [to, from];
  }
  const bar = sup.sheet.locator('.bar.alert');
  await bar.getByText('was handed over 3 times').waitFor();
  await picture(sup.sheet, 'desk-alert');
  await accessible(sup.sheet, 'alert');
  await bar.getByRole('button', { name: 'Look' }).click();
  await sup.sheet.getByText('A colleague knows more').first().waitFor();
  assert.equal(await bar.count(), 0);
});
