// The whole story as two people live it: a visitor in the demo shop, an agent in the dashboard, both in Chromium.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scene, widgetOf } from '../lib/browser.mjs';
import { until } from '../lib/wait.mjs';

const inOrder = (numbers) => assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b), `shown out of order or twice: ${numbers}`);

/** Question → automatic answer → "a person" → agent accepts with everything seen → words both ways → solved → rated. */
async function story(t, { reload }) {
  const { agent, visitor } = await scene(t);
  const ruta = await agent('ruta', 'Rūta Kazlauskė', {}, '--langs', 'lt,en');
  const { sheet, widget } = await visitor('lt');

  await widget.say('Kaip grąžinti prekę?');
  await widget.card.waitFor();
  assert.ok(await widget.card.getByRole('link', { name: widget.words.more }).getAttribute('href'));
  await widget.card.getByRole('button', { name: widget.words.person }).click();

  await ruta.desk.offer().waitFor();
  await ruta.desk.accept();
  await ruta.desk.sees('Kaip grąžinti prekę?');
  await ruta.sheet.locator('.bubble.auto').waitFor();
  await ruta.sheet.locator('.tried li[data-ok="false"]').waitFor();
  await ruta.desk.say('Sveiki! Išsiunčiu grąžinimo etiketę.');
  await widget.sees('Sveiki! Išsiunčiu grąžinimo etiketę.');

  let shown = widget;
  if (reload) {
    await Promise.all([sheet.reload(), ruta.sheet.reload()]);
    shown = widgetOf(sheet, 'lt');
    if (!(await shown.root.getByRole('textbox', { name: shown.words.write }).isVisible())) {
      // The widget opens itself again after a reload; where it does not, its launcher does.
      await Promise.race([shown.root.getByRole('textbox', { name: shown.words.write }).waitFor(), shown.open()]);
    }
    await shown.sees('Kaip grąžinti prekę?');
    await shown.sees('Sveiki! Išsiunčiu grąžinimo etiketę.');
    await ruta.sheet.locator('section.mine [data-row^="m"]').first().click();
    await ruta.desk.sees('Kaip grąžinti prekę?');
    await ruta.desk.sees('Sveiki! Išsiunčiu grąžinimo etiketę.');
  }
  await shown.say('Ačiū! Ar ji bus šiandien?');
  await ruta.desk.sees('Ačiū! Ar ji bus šiandien?');
  await ruta.desk.say('Taip, iki vakaro.');
  await shown.sees('Taip, iki vakaro.');
  inOrder(await shown.numbers());

  await ruta.desk.close('solved', 'returns');
  const rating = shown.root.getByRole('group', { name: shown.words.rating });
  await rating.getByRole('button', { name: /^5/ }).click();
  await rating.getByRole('textbox').fill('Greitai ir maloniai');
  await shown.root.getByRole('button', { name: shown.words.rate }).click();
  await until('the rating in the store', async () => (await ruta.sheet.evaluate(async () => (await (await fetch('/api/v1/chats/1')).json()).score)) === 5, { every: 100 });
  const stored = await ruta.sheet.evaluate(async () => (await (await fetch('/api/v1/chats/1')).json()).transcript.map((event) => [event.kind, event.text ?? '']));
  assert.deepEqual(stored.map(([kind]) => kind), ['message', 'answer', 'helped', 'queued', 'joined', 'message', 'message', 'message', 'closed', 'rated']);
  assert.deepEqual(stored.filter(([kind]) => kind === 'message').map(([, text]) => text), ['Kaip grąžinti prekę?', 'Sveiki! Išsiunčiu grąžinimo etiketę.', 'Ačiū! Ar ji bus šiandien?', 'Taip, iki vakaro.']);
  assert.equal(stored.at(-1)[1], 'Greitai ir maloniai');
}

test('the whole story, the visitor in Lithuanian', (t) => story(t, { reload: false }));

test('the same with both pages reloaded in the middle', (t) => story(t, { reload: true }));

test('two visitors and two agents at once, with a transfer', async (t) => {
  const { gateway, agent, visitor } = await scene(t);
  const ana = await agent('anna', 'Anna Berg');
  const first = await visitor('en');
  await first.widget.say('My lamp flickers since yesterday');
  await first.widget.person.click();
  await ana.desk.accept();
  const jonas = await agent('jurgis', 'Jurgis Vaitkus');
  // Anna is full now, so the second visitor comes to Jurgis.
  const most = ana.sheet.getByRole('spinbutton', { name: 'Most chats at once' });
  await most.click();
  await most.press('Control+a');
  await most.pressSequentially('1');
  await most.press('Tab');
  await until('her capacity in force', async () => (await gateway.cli('HGET', '{main}:agent:anna', 'capacity'))[0] === '1');
  const second = await visitor('lt');
  await second.widget.say('Mano stalas klibinkščiuoja vėjyje');
  await second.widget.person.click();
  await jonas.desk.accept();
  await jonas.desk.sees('Mano stalas klibinkščiuoja vėjyje');
  await Promise.all([ana.desk.say('Hello, Anna here.'), jonas.desk.say('Sveiki, čia Jurgis.')]);
  await Promise.all([first.widget.sees('Hello, Anna here.'), second.widget.sees('Sveiki, čia Jurgis.')]);
  assert.ok(!(await first.widget.log.innerText()).includes('Jurgis'), 'nobody sees another’s chat');

  await ana.desk.note('She has had this lamp twice');
  await ana.desk.transfer('agent:jurgis', 'Jurgis repairs lamps', 'Please be quick');
  await first.widget.sees('Jurgis repairs lamps');
  await jonas.sheet.locator('.offer-row').waitFor();
  await jonas.sheet.locator('.offer-row [data-row]').click();
  await jonas.sheet.getByRole('button', { name: 'Accept', exact: true }).click();
  await jonas.desk.sees('My lamp flickers since yesterday');
  await jonas.desk.sees('Hello, Anna here.');
  for (const note of ['She has had this lamp twice', 'Please be quick']) await jonas.sheet.getByText(note).first().waitFor();
  await jonas.desk.say('Jurgis here: I will send you a new one.');
  await first.widget.sees('Jurgis here: I will send you a new one.');
  const seen = await first.widget.log.innerText();
  assert.ok(!seen.includes('twice') && !seen.includes('be quick'), 'notes stay with the agents');
  await first.widget.say('Wonderful');
  await jonas.desk.sees('Wonderful');
  for (const side of [first, second]) inOrder(await side.widget.numbers());
});

test('a gateway restart under both pages: nobody loses a word', async (t) => {
  const { gateway, agent, visitor, trouble } = await scene(t);
  const ana = await agent('anna', 'Anna Berg');
  const { widget } = await visitor('en');
  await widget.say('Before the restart, my parcel purrs');
  await widget.person.click();
  await ana.desk.accept();
  const { startGateway } = await import('../lib/gateway.mjs');
  await gateway.kill();
  const stopped = gateway.stop;
  const box = widget.root.getByRole('textbox', { name: widget.words.write });
  await box.fill('While it was away');
  await box.press('Enter');
  const next = await startGateway({ data: gateway.folder, listen: new URL(gateway.url).host, args: ['--demo'] });
  gateway.stop = async () => { const end = await next.stop(); await stopped().catch(() => {}); return end; };
  await ana.desk.sees('While it was away');
  await ana.desk.say('I am still here');
  await widget.sees('I am still here');
  inOrder(await widget.numbers());
  await until('nothing unsent', async () => (await widget.root.locator('[data-mid]:not([data-seq])').count()) === 0);
  // A refused connection is told on the console by the browser itself.
  for (let i = trouble.length - 1; i >= 0; i--) if (/ERR_CONNECTION_REFUSED|WebSocket connection|Failed to load resource|ERR_CONNECTION_RESET/.test(trouble[i])) trouble.splice(i, 1);
});
