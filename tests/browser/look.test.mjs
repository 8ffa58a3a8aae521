// How it looks and whom it serves: accessibility by axe, pictures of the main states, and what a shop's page pays for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, picture, scene, widgetOf } from '../lib/browser.mjs';

const variants = [
  ['light', {}, 'en'], ['dark', { colorScheme: 'dark' }, 'en'], ['persian', {}, 'fa'], ['phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, 'en'],
];

for (const [name, options, lang] of variants) {
  test(`widget, ${name}: no serious accessibility findings in its main states, and pictures of them`, async (t) => {
    const { page, shop, agent } = await scene(t);
    const sheet = await page(`visitor ${name}`, { locale: { en: 'en-GB', fa: 'fa-IR' }[lang], ...options });
    await shop(sheet, lang);
    const root = sheet.locator('firstline-chat');
    const launcher = root.locator('button[aria-expanded]').first();
    await launcher.waitFor();
    await picture(sheet, `widget-${name}-1-closed`);
    await accessible(sheet, `${name}, closed`);
    await launcher.click();
    const box = root.getByRole('textbox').last();
    await box.waitFor();
    await root.getByRole('searchbox').waitFor();
    await picture(sheet, `widget-${name}-2-open`);
    await accessible(sheet, `${name}, open`);
    if (lang === 'fa') assert.equal(await root.getByRole('dialog').evaluate((node) => getComputedStyle(node).direction), 'rtl');
    await box.fill(lang === 'fa' ? 'چطور کالا را مرجوع کنم؟' : 'How do I return my order?');
    await box.press('Enter');
    await root.getByRole('article').waitFor();
    await picture(sheet, `widget-${name}-3-answer`);
    await accessible(sheet, `${name}, answer`);
    await root.locator('button.person').click();
    const ana = await agent('anna', 'Anna Berg');
    await ana.desk.accept();
    await ana.desk.say('Hello! I am sending you a return label.');
    await root.getByText('Hello! I am sending you a return label.').waitFor();
    await picture(sheet, `widget-${name}-4-person`);
    await accessible(sheet, `${name}, person`);
    await ana.desk.close('solved', 'returns');
    await root.getByRole('group').getByRole('button').nth(4).waitFor();
    await picture(sheet, `widget-${name}-5-rating`);
    await accessible(sheet, `${name}, rating`);
  });
}

for (const [name, options] of variants.filter(([name]) => name !== 'persian')) {
  test(`dashboard, ${name}: no serious accessibility findings in its main states, and pictures of them`, async (t) => {
    const { page, gateway, agent, visitor } = await scene(t);
    const login = await page(`login ${name}`, { locale: 'en-GB', ...options });
    await login.goto(`${gateway.url}/desk/`);
    await login.getByRole('button', { name: 'Log in' }).waitFor();
    await picture(login, `desk-${name}-1-login`);
    await accessible(login, `${name}, log in`);
    const ana = await agent('anna', 'Anna Berg', options);
    await ana.sheet.getByRole('combobox', { name: 'Your presence' }).waitFor();
    await picture(ana.sheet, `desk-${name}-2-quiet`);
    await accessible(ana.sheet, `${name}, quiet`);
    const one = await visitor('lt');
    await one.widget.say('Kaip grąžinti prekę?');
    await one.widget.card.waitFor();
    await one.widget.card.getByRole('button', { name: one.widget.words.person }).click();
    await ana.desk.offer().waitFor();
    await picture(ana.sheet, `desk-${name}-3-offer`);
    await accessible(ana.sheet, `${name}, offer`);
    await ana.desk.accept();
    await ana.desk.say('Sveiki! Tuoj pažiūrėsiu.');
    await ana.desk.note('Second return this month');
    const two = await visitor('en');
    await two.widget.say('Is the oak shelf there in walnut too, and how heavy is it?');
    await two.widget.person.click();
    await ana.sheet.locator('.offer-row').waitFor({ state: 'attached' }); // a phone shows one pane at a time
    await picture(ana.sheet, `desk-${name}-4-conversation`);
    await accessible(ana.sheet, `${name}, conversation`);
    if (name !== 'phone') {
      await ana.sheet.keyboard.press('Escape');
      await ana.sheet.getByRole('button', { name: 'Transfer', exact: true }).click();
      await ana.sheet.getByRole('combobox', { name: 'To', exact: true }).waitFor();
      await picture(ana.sheet, `desk-${name}-5-transfer`);
      await accessible(ana.sheet, `${name}, transfer`);
    }
  });
}

test('what a shop’s page pays: one small file before the click, 15 KB after it; no cookie, storage or socket before', async (t) => {
  const { page, gateway, shop } = await scene(t);
  const sheet = await page('visitor', { locale: 'en-GB' });
  const loads = [];
  const sockets = [];
  sheet.on('websocket', (socket) => sockets.push(socket.url()));
  sheet.on('requestfinished', (request) => loads.push(request.sizes().then((sizes) => ({ path: new URL(request.url()).pathname, bytes: sizes.responseBodySize }))));
  await shop(sheet, 'en');
  await sheet.waitForLoadState('networkidle');
  const of = async () => (await Promise.all(loads)).filter(({ path }) => path === '/widget.js' || path.startsWith('/widget/'));
  const before = await of();
  assert.deepEqual(before.map(({ path }) => path), ['/widget.js']);
  assert.ok(before[0].bytes <= 2048, `the loader is ${before[0].bytes} bytes`);
  assert.deepEqual(await sheet.context().cookies(), []);
  assert.deepEqual(await sheet.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) => key.startsWith('firstline'))), []);
  assert.deepEqual(sockets, []);
  await widgetOf(sheet, 'en').open();
  await sheet.waitForLoadState('networkidle');
  const opened = (await of()).reduce((sum, { bytes }) => sum + bytes, 0);
  t.diagnostic(`loader ${before[0].bytes} bytes; opened ${opened} bytes in ${(await of()).length} requests`);
  assert.ok(opened <= 15 * 1024, `the opened widget is ${opened} bytes: ${JSON.stringify(await of())}`);
  assert.deepEqual(await sheet.context().cookies(), [], 'a visitor never gets a cookie');
  const desk = await page('desk', { locale: 'en-GB' });
  const deskLoads = [];
  desk.on('requestfinished', (request) => deskLoads.push(request.sizes().then((sizes) => (new URL(request.url()).pathname.startsWith('/desk/') ? sizes.responseBodySize : 0))));
  await desk.goto(`${gateway.url}/desk/`);
  await desk.getByRole('button', { name: 'Log in' }).waitFor();
  const first = (await Promise.all(deskLoads)).reduce((sum, bytes) => sum + bytes, 0);
  t.diagnostic(`dashboard ${first} bytes`);
  assert.ok(first > 0 && first <= 100 * 1024, `the dashboard’s first load is ${first} bytes`);
});

test('markup in messages is text in the widget and in the dashboard', async (t) => {
  const { agent, visitor } = await scene(t);
  const ana = await agent('anna', 'Anna Berg');
  const { sheet, widget } = await visitor('en');
  const evil = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script> javascript:alert(1)';
  await widget.say(evil);
  await widget.person.click();
  await ana.desk.accept();
  await ana.desk.sees('<img src=x');
  await ana.desk.say(`Answer ${evil}`);
  await widget.sees('Answer <img src=x');
  for (const side of [sheet, ana.sheet]) assert.notEqual(await side.title(), 'owned');
  assert.equal(await widget.log.locator('img').count(), 0);
  assert.equal(await ana.desk.log.locator('img[src="x"]').count(), 0);
});
