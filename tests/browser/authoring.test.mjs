// A supervisor at work on the FAQ: from what visitors asked in vain to an entry that answers, and back; in Chromium.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, picture, scene } from '../lib/browser.mjs';
import { until } from '../lib/wait.mjs';

/** A visitor who asks something and waits until it is settled: by an answer, or by a person being called. */
async function asks(visitor, text) {
  const { sheet, widget } = await visitor('en');
  await widget.say(text);
  await until('an answer or the queue', async () => (await widget.card.count()) > 0 || /place|queue|person/i.test((await widget.log.innerText()).replace(text, '')), { every: 100, ms: 20_000 });
  const answered = (await widget.card.count()) > 0;
  const shown = answered ? await widget.card.innerText() : '';
  await sheet.context().close();
  return { answered, shown };
}

const faqOf = (sheet) => ({
  open: () => sheet.getByRole('button', { name: 'FAQ', exact: true }).click(),
  tab: (name) => sheet.getByRole('tab', { name, exact: true }).click(),
  says: (text) => sheet.locator('.toast').getByText(text).waitFor(),
  save: (name) => sheet.getByRole('button', { name, exact: true }).click(),
  rowOf: (id) => sheet.locator(`tr[data-entry="${id}"]`),
});

test('two visitors ask in vain; a supervisor makes an entry of it in two clicks, tries it, lets it answer, and takes it back', async (t) => {
  const { gateway, agent, visitor } = await scene(t);
  await gateway.set('quiet_ms', 200);
  const ona = await agent('ona', 'Ona Petraitė', {}, '--supervisor');
  await ona.sheet.getByRole('combobox', { name: 'Your presence' }).selectOption('away');
  assert.equal((await asks(visitor, 'Do you engrave names on the oak boards?')).answered, false);
  assert.equal((await asks(visitor, 'I would like an oak board engraved with a name')).answered, false);

  const faq = faqOf(ona.sheet);
  await faq.open();
  await faq.rowOf('delivery-time').waitFor();
  await picture(ona.sheet, 'faq-light-1-entries');
  await accessible(ona.sheet, 'FAQ, entries');
  await faq.tab('Unanswered');
  const group = ona.sheet.locator('.question-group').filter({ hasText: 'Do you engrave names on the oak boards?' });
  await group.getByText('I would like an oak board engraved with a name').waitFor();
  await picture(ona.sheet, 'faq-light-2-unanswered');
  await accessible(ona.sheet, 'FAQ, unanswered');

  // The first click; then the words only a person can write; then the second.
  await group.getByRole('button', { name: 'Make an entry' }).click();
  const editor = ona.sheet.locator('form.editor');
  await editor.getByLabel('Title').fill('Engraving');
  await editor.getByLabel('Answer', { exact: true }).fill('We engrave up to 20 letters into oak, within two days.');
  await editor.getByLabel('Link').fill('/demo/help.html#engraving');
  await editor.getByText('All examples hold; it can be saved.').waitFor();
  await editor.getByText(/would answer 2; 2 of them went unanswered/).waitFor();
  await editor.getByText('Engraving would answer, but is in shadow: a person comes.').waitFor();
  assert.match(await editor.getByLabel('Must answer (a sentence a line)').inputValue(), /engrave names on the oak boards/);
  await picture(ona.sheet, 'faq-light-3-new');
  await accessible(ona.sheet, 'FAQ, a new entry');
  await faq.save('Save in shadow');
  await faq.says('Saved. It watches in shadow.');

  await gateway.line('the set with the new entry', /faq in force.*rev=2/);
  assert.equal((await asks(visitor, 'Can I have an oak board engraved with my name?')).answered, false);
  await faq.tab('Entries');
  const id = await ona.sheet.locator('form.editor h3').innerText();
  await until('the hit in shadow', async () => {
    await faq.tab('Entries');
    await faq.rowOf(id).waitFor();
    return (await faq.rowOf(id).locator('td').nth(3).innerText()) === '1';
  }, { every: 300 });

  // Live, after it was tried on the past.
  await editor.getByLabel(/^Shadow/).uncheck();
  const live = editor.getByRole('button', { name: 'Save and answer' });
  await editor.getByText('All examples hold; it can be saved.').waitFor();
  assert.equal(await live.isEnabled(), false, 'not before it was tried on the past');
  await editor.getByRole('button', { name: 'Try on past questions' }).click();
  await editor.getByText(/would answer 3; 3 of them went unanswered/).waitFor();
  await live.click();
  await faq.says('Saved. It answers from now on.');
  await gateway.line('the live set', /faq in force.*rev=3/);
  const lucky = await asks(visitor, 'Would you engrave an oak board with a name?');
  assert.ok(lucky.answered);
  assert.match(lucky.shown, /We engrave up to 20 letters into oak/);
  await faq.tab('Unanswered');
  await ona.sheet.getByText('No unanswered questions. Well done.').waitFor();

  await faq.tab('History');
  await ona.sheet.locator('.changes li').first().getByText(`Ona Petraitė changed ${id}`).waitFor();
  await picture(ona.sheet, 'faq-light-4-history');
  await accessible(ona.sheet, 'FAQ, history');
  await ona.sheet.locator('.changes li[data-rev="1"]').getByRole('button', { name: 'Back to this state' }).click();
  await faq.says('Done: the earlier state is in force again.');
  await gateway.line('the first set', /faq in force.*rev=4/);
  assert.equal((await asks(visitor, 'Do you engrave an oak board with a name?')).answered, false);
});

test('what keeps an entry from being saved is said while it is written; somebody else’s change is not overwritten', async (t) => {
  const { agent } = await scene(t);
  const ona = await agent('ona', 'Ona Petraitė', { colorScheme: 'dark' }, '--supervisor');
  const eva = await agent('eva', 'Eva Nowak', {}, '--supervisor');
  const [mine, hers] = [faqOf(ona.sheet), faqOf(eva.sheet)];
  await mine.open();
  await mine.rowOf('payment-methods').getByRole('button').click();
  const editor = ona.sheet.locator('form.editor');
  await editor.getByText('All examples hold; it can be saved.').waitFor();
  const tries = editor.getByLabel('Try a sentence');
  await tries.fill('My card was charged twice, which payment methods do you accept?');
  await editor.locator('.verdict').waitFor();
  await editor.locator('[data-near]').first().waitFor();
  await picture(ona.sheet, 'faq-dark-1-entry');
  await accessible(ona.sheet, 'FAQ, an entry, dark');
  const yes = editor.getByLabel('Must answer (a sentence a line)');
  await yes.fill(`${await yes.inputValue()}\nHow long does delivery take?`);
  await editor.locator('.problems').getByText(/"How long does delivery take\?" does not match/).waitFor();
  assert.equal(await editor.getByRole('button', { name: 'Save and answer' }).isEnabled(), false);
  await picture(ona.sheet, 'faq-dark-2-problems');
  await accessible(ona.sheet, 'FAQ, problems, dark');
  await yes.fill((await yes.inputValue()).replace('\nHow long does delivery take?', ''));
  const answer = editor.getByLabel('Answer', { exact: true });
  await answer.fill(`${await answer.inputValue()} Ona was here.`);

  await hers.open();
  await hers.rowOf('payment-methods').getByRole('button').click();
  const other = eva.sheet.locator('form.editor').getByLabel('Answer', { exact: true });
  await other.fill(`${await other.inputValue()} Eva was first.`);
  await hers.save('Save and answer');
  await hers.says('Saved. It answers from now on.');

  await editor.getByText('All examples hold; it can be saved.').waitFor();
  await mine.save('Save and answer');
  await editor.getByText('Somebody changed this entry meanwhile. Yours is still here.').waitFor();
  assert.match(await answer.inputValue(), /Ona was here\.$/);
  await editor.getByRole('button', { name: 'Show theirs' }).click();
  await until('her words', async () => /Eva was first\.$/.test(await answer.inputValue()));
});

test('on a phone one thing at a time; and for agents who are no supervisors there is no FAQ', async (t) => {
  const { agent } = await scene(t);
  const ona = await agent('ona', 'Ona Petraitė', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, '--supervisor');
  const faq = faqOf(ona.sheet);
  await faq.open();
  await faq.rowOf('delivery-time').getByRole('button').click();
  await ona.sheet.locator('form.editor').getByText('All examples hold; it can be saved.').waitFor();
  await picture(ona.sheet, 'faq-phone-1-entry');
  await accessible(ona.sheet, 'FAQ, phone');
  await ona.sheet.getByRole('button', { name: 'Back to the chats' }).click();
  await faq.rowOf('delivery-time').waitFor();
  await ona.sheet.getByRole('button', { name: 'Back to the chats' }).click();
  await ona.sheet.getByRole('combobox', { name: 'Your presence' }).waitFor();
  const jonas = await agent('jurgis', 'Jurgis Vaitkus');
  assert.equal(await jonas.sheet.getByRole('button', { name: 'FAQ', exact: true }).count(), 0);
});

test('beside a conversation: answers that may help, by key into the reply; and a hint where words could be kinder', async (t) => {
  const { agent, visitor } = await scene(t);
  const ana = await agent('anna', 'Anna Berg');
  const { widget } = await visitor('en');
  await widget.say('My parcel: how many days, and can I also pay by card?');
  await widget.person.click();
  await ana.desk.accept();
  const suggestions = ana.sheet.locator('.suggestions li');
  await suggestions.first().waitFor();
  const first = (await suggestions.first().locator('span').innerText()).trim();
  const box = ana.sheet.getByRole('textbox', { name: 'Reply to the visitor' });
  await box.fill('Hello!');
  await ana.sheet.keyboard.press('Alt+1');
  assert.ok((await box.inputValue()).startsWith(`Hello! ${first.slice(0, 30)}`), await box.inputValue());
  await box.fill('Sorry, according to our policy cannot refund this');
  const hint = ana.sheet.locator('.phrase-hint');
  await hint.getByText('to be fair to everyone, we').waitFor();
  await picture(ana.sheet, 'desk-light-6-guard');
  await accessible(ana.sheet, 'a hint');
  await hint.getByRole('button', { name: 'Use it' }).click();
  assert.equal(await box.inputValue(), 'Sorry, to be fair to everyone, we cannot refund this');
  await until('no hint any more', async () => (await hint.innerText()) === '');
  await box.fill('You must wait');
  await hint.getByText('could you please').waitFor();
  await ana.sheet.getByRole('button', { name: 'Send', exact: true }).click();
  await widget.sees('You must wait');
});
