import { startGateway, root } from './lib/gateway.mjs'; import { chromium } from 'playwright-core'; import { until } from './lib/wait.mjs';
const g = await startGateway({ args: ['--demo'], bin: '/tmp/build-widget/gateway/firstline' });
await until('rules', async () => (await fetch(g.url + '/readyz')).ok, { ms: 15000 });
for (const lang of ['en','lt','bs','pl','fa','zh']) { const r = await fetch(g.url + '/api/v1/site?lang=' + lang); const t = await r.text(); const a = await (await fetch(g.url + '/api/v1/site?faq=all&lang=' + lang)).text(); console.log(lang, Buffer.byteLength(t), 'all', Buffer.byteLength(a)); if (lang=='en') console.log(t.slice(0, 700)); }
console.log((await fetch(g.url + '/widget.js')).headers.get('cache-control'), (await fetch(g.url + '/widget.js')).headers.get('etag'));
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu'] });
async function shots(name, opts, label, write) {
  const c = await b.newContext({ reducedMotion: 'reduce', ...opts }); const p = await c.newPage(); p.on('console', m => m.type() == 'error' && console.log(name, m.text())); p.on('pageerror', e => console.log(name, e.message));
  await p.goto(g.url + '/?lang=' + (opts.locale ?? 'en').slice(0, 2)); const w = p.locator('firstline-chat');
  const files = []; p.on('response', async r => { const s = await r.request().sizes().catch(() => ({})); files.push(`${new URL(r.url()).pathname} ${s.responseBodySize}`); });
  await w.getByRole('button').first().click(); await w.locator('.faq button').first().waitFor(); await p.waitForTimeout(300); console.log(name, files.join(', '));
  const shot = n => p.screenshot({ path: `/tmp/s-${name}-${n}.png`, clip: name.startsWith('phone') ? undefined : { x: 560, y: 80, width: 440, height: 640 } });
  await w.locator('.faq button').first().click(); await shot('home');
  await w.locator('.head .tool').first().click(); await w.locator('.menu').waitFor(); await shot('menu'); await p.keyboard.press('Escape');
  const box = w.locator('textarea').first(); await box.fill(write); await box.press('Enter'); await w.locator('.card').waitFor({ timeout: 15000 }); await p.waitForTimeout(300); await shot('card');
  await w.locator('.card .choices button').nth(1).click(); await p.waitForTimeout(600); await shot('wait');
  await w.locator('.head .tool').first().click(); await w.locator('.menu button').last().click(); await w.locator('.ask .main').click(); await w.locator('.stars button').nth(3).click(); await p.waitForTimeout(300); await shot('rate');
  await c.close();
}
const v = { viewport: { width: 1000, height: 720 } };
const only = process.argv[2];
if (!only) {
await shots('light', { ...v, locale: 'en-GB' }, '', 'How can I return my order?');
await shots('dark', { ...v, locale: 'lt-LT', colorScheme: 'dark' }, '', 'Kaip grąžinti prekę?');
await shots('fa', { ...v, locale: 'fa-IR' }, '', 'چطور کالا را مرجوع کنم؟');
await shots('phone', { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 1, locale: 'pl-PL' }, '', 'Jak zwrócić towar?');
await shots('zh', { ...v, locale: 'zh-CN' }, '', '怎么退货？');
}
await g.ops?.set?.('hours', '{}').catch(() => {});
const tool = await import('./lib/redis.mjs');
console.log(Object.keys(g));
await g.set('hours', JSON.stringify({ tz: 'Europe/Vilnius', week: { tue: ['09:00-18:00'], wed: ['09:00-18:00'] } }));
await until('hours', async () => (await (await fetch(g.url + '/api/v1/site')).json()).opens);
console.log((await (await fetch(g.url + '/api/v1/site')).text()).slice(0, 260));
for (const lang of ['en-GB', 'lt-LT', 'bs-BA', 'pl-PL', 'fa-IR', 'zh-CN']) { const c = await b.newContext({ viewport: { width: 1000, height: 720 }, locale: lang, timezoneId: 'Europe/Vilnius' }); const p = await c.newPage(); await p.goto(g.url + '/?lang=' + lang.slice(0, 2)); const w = p.locator('firstline-chat'); await w.getByRole('button').first().click(); await w.locator('.faq button').first().waitFor(); await p.waitForTimeout(300); console.log(lang, await w.locator('.about').textContent()); await w.locator('.head').screenshot({ path: `/tmp/s-hours-${lang.slice(0, 2)}.png` }); await c.close(); }
await b.close(); await g.stop();
