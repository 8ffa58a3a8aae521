// A supervisor at work in Chromium: the live board, watching, whispering, taking over; the reports, whose charts, tables, CSV and
// redis-cli show the same; an agent's own figures and kind words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, picture, scene } from '../lib/browser.mjs';
import { until } from '../lib/wait.mjs';

const page = (sheet, name) => sheet.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name, exact: true }).click();

/** Four weeks of figures, as the functions would have counted them; made by a rule, so that they are the same each time. */
async function weeks(gateway) {
  const calls = [];
  for (let back = 27; back >= 1; back--) {
    const day = new Date(Date.now() - back * 86400_000).toISOString().slice(0, 10), n = 30 + ((back * 37) % 41);
    const part = (of, share) => Math.floor((of * share) / 100);
    const joined = part(n, 88), rated = part(joined, 40);
    const counted = { chats: n, queued: part(n, 92), joined, timed: joined - 2, within_60s: part(joined - 2, 70 + (back % 25)), waited_ms: joined * 34000, response_n: joined - 3,
      response_ms: (joined - 3) * (38000 + back * 700), reply_n: joined, reply_ms: joined * 9000, turns: joined + 3, handled_ms: (joined + 3) * (260000 + back * 4000), closed_solved: part(joined, 80),
      closed_unsolved: part(joined, 14), solved_first: part(joined, 66), rated_count: rated, rated_sum: rated * 4 + (back % 5), complaints: part(joined, 14), transfers: part(joined, 7), abandoned: part(n, 8),
      answers: part(n, 45), helped_yes: part(n, 20), helped_no: part(n, 12), praise: back % 4, missed: back % 3 };
    const fields = Object.entries(counted);
    const split = [['agent:ana', 55], ['agent:jonas', 45], ['queue:general', 70], ['queue:returns', 30], ['category:delivery', 50], ['category:returns', 50], ['faq:delivery-time', 60], ['faq:returns', 40]];
    for (const [key, share] of split) for (const [name, value] of Object.entries(counted)) fields.push([`${key}:${name}`, part(value, share)]);
    for (let hour = 8; hour < 20; hour++) fields.push([`hour:${String(hour).padStart(2, '0')}:chats`, 1 + ((hour * 7 + back) % 6)], [`hour:${String(hour).padStart(2, '0')}:joined`, 1 + ((hour + back) % 3)]);
    calls.push(gateway.cli('HSET', `{main}:stats:${day}`, ...fields.flat()));
  }
  await Promise.all(calls);
}

for (const [variant, options] of [['light', {}], ['dark', { colorScheme: 'dark' }], ['phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }]]) {
  test(`live board and reports, ${variant}: what a supervisor sees, accessible, and the same everywhere`, async (t) => {
    const { gateway, agent, visitor } = await scene(t);
    await gateway.set('queues', 'general,returns');
    await gateway.set('answers_max', 0);
    const ana = await agent('ana', 'Ana Kazlauskaitė', {}, '--queues', 'general,returns');
    const boss = await agent('ona', 'Ona Petraitė', options, '--supervisor');
    await boss.sheet.getByRole('combobox', { name: 'Your presence' }).selectOption('away');
    const one = await visitor('en');
    await one.widget.say('My parcel is a week late');
    await one.widget.person.click();
    await ana.desk.accept();
    await ana.desk.say('I am looking into it.');
    await one.widget.say('It was a birthday present!');
    const two = await visitor('lt');
    await two.widget.say('Ar turite raudonų batų?');
    await two.widget.person.click();
    await until('the second offer', async () => (await ana.sheet.locator('.offer-row').count()) > 0);

    await page(boss.sheet, 'Live');
    const board = boss.sheet.getByRole('main', { name: 'Live' });
    const row = board.locator('tr[data-chat="1"]');
    await row.getByText('visitor, ').waitFor();
    await board.getByText('Ana Kazlauskaitė').first().waitFor();
    await picture(boss.sheet, `desk-${variant}-live`);
    await accessible(boss.sheet, `live, ${variant}`);

    // Watch, whisper: the agent reads it, the visitor does not.
    await row.getByRole('button', { name: /^Watch/ }).click();
    await boss.desk.sees('It was a birthday present!');
    await boss.sheet.getByRole('textbox', { name: 'Note for agents only' }).fill('Offer her express delivery');
    await boss.sheet.getByRole('button', { name: 'Add note' }).click();
    await ana.sheet.locator('.entry.note').getByText('Offer her express delivery').waitFor();
    await ana.desk.say('I can send another one by express.');
    await boss.desk.sees('I can send another one by express.');
    assert.equal(await boss.sheet.getByRole('tab', { name: 'Reply' }).count(), 0, 'who watches cannot write to the visitor');
    await picture(boss.sheet, `desk-${variant}-watch`);
    await accessible(boss.sheet, `watching, ${variant}`);
    // The line breaks; what is watched is there again, with what was said meanwhile.
    await boss.sheet.context().setOffline(true);
    await boss.sheet.evaluate(() => window.dispatchEvent(new Event('offline')));
    await ana.desk.say('It leaves today.');
    await boss.sheet.context().setOffline(false);
    await boss.desk.sees('It leaves today.');
    // Take over: the agent lets go, the visitor is told.
    await boss.sheet.getByRole('button', { name: 'Take over' }).click();
    await boss.desk.say('Ona here; it is on its way.');
    await one.widget.sees('Ona here; it is on its way.');
    await ana.sheet.getByText('A colleague took this chat.').waitFor();
    assert.ok(!(await one.widget.log.innerText()).includes('Offer her'));
    await boss.sheet.getByRole('button', { name: 'Close', exact: true }).first().click();
    await boss.sheet.getByRole('radio', { name: 'solved', exact: true }).check();
    await boss.sheet.getByRole('combobox', { name: 'What it was about' }).selectOption('delivery');
    await boss.sheet.getByRole('button', { name: 'Close chat', exact: true }).click();

    await weeks(gateway);
    if (variant === 'phone') await boss.sheet.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page(boss.sheet, 'Reports');
    const reports = boss.sheet.getByRole('main', { name: 'Reports' });
    await reports.getByRole('button', { name: '28 days' }).click();
    await until('four weeks', async () => (await reports.locator('.figures tbody tr').count()) === 29);
    await until('the charts', async () => (await reports.locator('[data-chart] canvas').count()) === 5);
    await picture(boss.sheet, `desk-${variant}-reports`);
    await accessible(boss.sheet, `reports, ${variant}`);
    const height = (await reports.locator('.table-box').first().boundingBox()).height;
    assert.ok(height > 500, `28 rows of figures are ${height} px high`);
    await sameEverywhere(gateway, boss.sheet, reports);
    for (const tab of ['Agents', 'Complaints']) {
      await reports.getByRole('tab', { name: tab, exact: true }).click();
      await picture(boss.sheet, `desk-${variant}-reports-${tab.toLowerCase()}`);
      await accessible(boss.sheet, `reports, ${tab}, ${variant}`);
    }
  });
}

/** Charts, the table, the CSV behind the link, and redis-cli. */
async function sameEverywhere(gateway, sheet, reports) {
  const charts = await reports.locator('[data-chart]').evaluateAll((list) => list.map((node) => ({ title: node.dataset.chart, series: node.plot.series.slice(1).map((s) => s.label), data: node.plot.data.slice(1).map((d) => [...d]) })));
  const address = await reports.getByRole('link', { name: 'CSV' }).getAttribute('href');
  const csv = await sheet.evaluate(async (href) => (await fetch(href)).text(), address);
  const [head, ...lines] = csv.trimEnd().split('\r\n').map((line) => line.split(','));
  const rows = lines.map((cells) => Object.fromEntries(cells.map((cell, i) => [head[i], cell])));
  const days = rows.filter((row) => row.by === 'shop' && row.day !== 'sum');
  assert.equal(days.length, 28);
  const column = { Chats: 'chats', Joined: 'joined', 'Gave up': 'abandoned', 'In time, share': 'in_time_pct', 'First response': 'response_s', Handling: 'handling_s', Score: 'score' };
  let compared = 0;
  for (const chart of charts.filter((c) => !/hour/.test(c.title))) {
    chart.series.forEach((name, i) => {
      assert.deepEqual(chart.data[i], days.map((row) => (row[column[name]] === '' ? null : Number(row[column[name]]))), `${chart.title}, ${name}: chart and CSV`);
      compared += 1;
    });
  }
  assert.equal(compared, 7, 'every series of the charts was compared');
  const [titles, ...table] = (await gateway.cli('FCALL_RO', 'fl_report', 1, '{main}', 28)).map((line) => line.trim().split(/ {2,}/));
  assert.deepEqual(table.slice(0, -1).map((cells) => cells[0]), days.map((row) => row.day));
  for (const [i, cells] of table.slice(0, -1).entries()) titles.forEach((name, at) => name !== 'day' && assert.equal(cells[at] === '-' ? '' : cells[at], days[i][name], `${cells[0]} ${name}: redis-cli and CSV`));
  const shown = await reports.locator('.figures tbody tr').evaluateAll((list) => list.map((row) => [row.dataset.day, row.querySelectorAll('td')[0].innerText.replace(',', '')]));
  assert.deepEqual(shown, [...days, rows.find((row) => row.by === 'shop' && row.day === 'sum')].map((row) => [row.day, row.chats]), 'the table and the CSV');
}

test('an agent sees their own figures and the kind words of visitors, and no colleague’s', async (t) => {
  const { agent, visitor, gateway } = await scene(t);
  await gateway.set('answers_max', 0);
  const ana = await agent('ana', 'Ana Kazlauskaitė');
  const one = await visitor('en');
  await one.widget.say('Which size fits?');
  await one.widget.person.click();
  await ana.desk.accept();
  await ana.desk.say('Take a 42.');
  await ana.desk.close('solved', 'product');
  await one.widget.root.getByRole('group').getByRole('button').nth(4).click();
  await one.widget.root.getByRole('textbox').last().fill('Ana was wonderful');
  await one.widget.root.getByRole('button', { name: one.widget.words.rate }).click();
  await ana.sheet.locator('.toast').getByText('Ana was wonderful').waitFor();
  await ana.sheet.reload();
  await ana.sheet.getByRole('combobox', { name: 'Your presence' }).waitFor();
  assert.equal(await ana.sheet.locator('.toast').getByText('Ana was wonderful').count(), 0, 'shown once');
  await ana.sheet.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('praise')).forEach((key) => localStorage.removeItem(key)));
  await ana.sheet.reload();
  await ana.sheet.locator('.toast').getByText('Ana was wonderful').waitFor(); // as for somebody who was away
  await page(ana.sheet, 'Reports');
  const mine = ana.sheet.getByRole('main', { name: 'Reports' });
  await mine.getByRole('heading', { name: 'My figures' }).waitFor();
  await mine.locator('q').getByText('Ana was wonderful').waitFor();
  assert.equal(await mine.getByRole('tab').count(), 0);
  assert.equal(await ana.sheet.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Live' }).count(), 0);
  await picture(ana.sheet, 'desk-light-reports-own');
  await accessible(ana.sheet, 'own figures');
});
