// Supervisors write the FAQ: list, test, save, history, undo; from unanswered questions to an entry; suggestions for agents.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faqTool } from '../lib/gateway.mjs';
import { questions, stage } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const boss = { account: { name: 'Ona', supervisor: true } };
const engraving = {
  id: 'engraving', title: { en: 'Engraving' }, answer: { en: 'We engrave up to 20 letters.' }, link: '/help/engraving',
  when: { en: [['engrav*'], ['board*', 'table*']] }, not: { en: ['wrong'] }, yes: ['Do you engrave boards?'], no: ['The engraving on my board is wrong'],
};
const changed = (more) => ({ ...engraving, ...more });
/** A question nobody has an answer for, until it waits for a person. */
async function ask(s, text) {
  const visitor = await s.visitor();
  await visitor.say(text);
  await visitor.event('queued');
  return visitor;
}

test('the list, one entry, a change, its history and its undo', async (t) => {
  const s = await stage(t, { settings: { quiet_ms: 50 } });
  const ona = await s.agent('ona', boss);
  const list = await ona.command('faq.list');
  assert.deepEqual([list.rev, list.count, list.next, list.entries.map((e) => e.id)], [1, 3, undefined, ['delivery', 'payment', 'returns']]);
  assert.deepEqual(list.entries[0], { id: 'delivery', title: { en: 'Delivery' }, shadow: false, stats: { answers: 0, yes: 0, no: 0, shadow: 0 } });
  const { entry } = await ona.command('faq.get', { entry: 'delivery' });
  assert.deepEqual(entry.when, { en: [['parcel*', 'delivery', 'package*'], ['when', 'how long']] });
  assert.equal((await ona.request('faq.get', { entry: 'nothing' })).code, 'no_such_entry');

  assert.equal((await ona.command('faq.put', { rev: 1, entry: engraving })).rev, 2);
  assert.equal((await ona.request('faq.put', { rev: 1, entry: engraving })).code, 'moved_on');
  const visitor = await s.visitor();
  await until('the entry in force', async () => (await (await fetch(`${s.gateway.url}/api/v1/site?lang=en`)).json()).faq.some((e) => e.id === 'engraving'));
  await visitor.say('Can you engrave my oak board?');
  assert.equal((await visitor.event('answer')).text, 'We engrave up to 20 letters.');
  await visitor.tell('helped', { seq: 2, ok: true });
  assert.deepEqual((await ona.command('faq.list')).entries.find((e) => e.id === 'engraving').stats, { answers: 1, yes: 1, no: 0, shadow: 0 });

  assert.equal((await ona.command('faq.drop', { rev: 2, entry: 'delivery' })).rev, 3);
  assert.equal((await ona.request('faq.drop', { rev: 3, entry: 'delivery' })).code, 'no_such_entry');
  assert.deepEqual((await ona.command('faq.list')).entries.map((e) => e.id), ['engraving', 'payment', 'returns']);
  assert.equal((await ona.command('faq.undo', { rev: 3, to: 1 })).rev, 4);
  const after = await ona.command('faq.list');
  assert.deepEqual([after.rev, after.entries.map((e) => e.id)], [4, ['delivery', 'payment', 'returns']]);
  assert.deepEqual((await ona.command('faq.get', { entry: 'delivery' })).entry, entry);
  const { history } = await ona.command('faq.history');
  assert.deepEqual(history.map((c) => [c.rev, c.what, c.name, c.ids]), [[4, 'undo', 'Ona', ['delivery', 'engraving']], [3, 'drop', 'Ona', ['delivery']],
    [2, 'put', 'Ona', ['engraving']], [1, 'load', '', ['delivery', 'payment', 'returns']]]);
  assert.equal((await ona.request('faq.undo', { rev: 3, to: 1 })).code, 'moved_on');
  assert.equal((await ona.request('faq.undo', { rev: 4, to: 9 })).code, 'no_such_revision');
});

test('what a sentence would get, and why: in force, and with an edited entry', async (t) => {
  const s = await stage(t);
  const ona = await s.agent('ona', boss);
  const tried = async (text, entry) => (await ona.command('faq.test', entry ? { text, lang: 'lt', entry } : { text, lang: 'lt' })).test;
  const returns = await tried(questions.returns);
  assert.deepEqual([returns.verdict, returns.answer.faq, returns.answer.text, returns.broken], ['answer', 'returns', 'Prekes galite grąžinti per 30 dienų.', 0]);
  assert.deepEqual(returns.near[0].groups.map((g) => g.found), ['return*', 'how']);
  assert.equal((await tried('Do you engrave boards?')).verdict, 'nothing');
  assert.equal((await tried('Do you engrave boards?', engraving)).verdict, 'answer');
  assert.equal((await tried('Do you engrave boards?', changed({ shadow: true }))).verdict, 'shadow');
  const kept = await tried('Is the engraving on the board wrong?', engraving);
  assert.deepEqual([kept.verdict, kept.near[0].entry, kept.near[0].matches, kept.near[0].not], ['nothing', 'engraving', false, 'wrong']);
  const half = await tried('Do you engrave?', engraving);
  assert.deepEqual([half.verdict, half.near[0].groups.map((g) => g.found)], ['nothing', ['engrav*', null]]);
  assert.equal((await tried('How can I send back my parcel, and when?')).verdict, 'ambiguous');
  assert.equal((await tried('I want to talk to a person')).verdict, 'person');
  assert.equal((await tried('how return '.repeat(100))).verdict, 'too_long');
  // Nothing of this is in force.
  assert.equal((await ona.command('faq.list')).rev, 1);
});

test('an entry whose examples fail or that takes from others is refused, with the reason', async (t) => {
  const s = await stage(t);
  const ona = await s.agent('ona', boss);
  const bad = changed({ yes: ['Do you engrave boards?', 'Can I have letters on it?'] });
  const shown = (await ona.command('faq.test', { entry: bad })).test;
  assert.equal(shown.broken, 1);
  assert.match(shown.problems[0], /^entry 'engraving': yes example "Can I have letters on it\?" does not match: .*engrav\*/);
  const refused = await ona.request('faq.put', { rev: 1, entry: bad });
  assert.deepEqual([refused.code, refused.message], ['refused', shown.problems[0]]);
  const greedy = await ona.request('faq.put', { rev: 1, entry: changed({ when: [['return*'], ['how']], yes: [] , no: [] }) });
  assert.equal(greedy.code, 'refused');
  assert.match(greedy.message, /also matches entry 'engraving'/);
  assert.match((await ona.request('faq.put', { rev: 1, entry: changed({ title: undefined }) })).message, /title/);
  assert.match((await ona.request('faq.put', { rev: 1, entry: changed({ regex: '(a+)+$(' }) })).message, /regex/);
  assert.equal((await ona.command('faq.list')).rev, 1);
});

test('from unanswered questions to an entry in shadow, then live, then back', async (t) => {
  const s = await stage(t, { settings: { quiet_ms: 50 } });
  const ona = await s.agent('ona', { ...boss, online: false });
  await ask(s, 'Do you engrave names on oak boards?');
  await ask(s, 'can you engrave an oak board with a name');
  await ask(s, 'Is the lamp dimmable?');
  const { unanswered } = await ona.command('faq.unanswered');
  assert.deepEqual([unanswered.open, unanswered.groups.map((g) => g.n)], [3, [2, 1]]);
  const [group] = unanswered.groups;
  assert.deepEqual(group.items.map((q) => q.text), ['can you engrave an oak board with a name', 'Do you engrave names on oak boards?']);
  assert.deepEqual(group.words.slice(0, 2), [['engrave*'], ['board*']]);

  const entry = changed({ when: { en: group.words }, yes: group.items.map((q) => q.text), no: [], not: undefined, shadow: true });
  const { replay } = await ona.command('faq.replay', { entry });
  assert.deepEqual([replay.asked, replay.fires, replay.unanswered, replay.lost], [3, 2, 2, []]);
  assert.ok(replay.hits.every((hit) => hit.was === '' && hit.unanswered));
  await ona.command('faq.put', { rev: 1, entry });
  await s.gateway.line('the new set', /faq in force.*rev=2/);
  const third = await ask(s, 'Please engrave my name on the board of oak');
  assert.ok(!third.events(third.chat).some((event) => event.kind === 'answer'));
  await until('the shadow hit', async () => (await ona.command('faq.list')).entries.find((e) => e.id === 'engraving').stats.shadow === 1);

  await ona.command('faq.put', { rev: 2, entry: { ...entry, shadow: undefined } });
  await s.gateway.line('the live set', /faq in force.*rev=3/);
  const fourth = await s.visitor();
  await fourth.say('Will you engrave a name on my oak board?');
  assert.equal((await fourth.event('answer')).faq, 'engraving');
  const left = (await ona.command('faq.unanswered')).unanswered;
  assert.deepEqual([left.open, left.answered, left.groups[0].items[0].text], [1, 3, 'Is the lamp dimmable?']);
  await ona.command('faq.dismiss', { ids: left.groups[0].ids });
  assert.equal((await ona.command('faq.unanswered')).unanswered.open, 0);

  await ona.command('faq.undo', { rev: 3, to: 1 });
  await s.gateway.line('the old set', /faq in force.*rev=4/);
  await ask(s, 'Do you engrave a name on oak board?');
});

test('agents who are no supervisors change nothing, but get suggestions for their chats', async (t) => {
  const s = await stage(t);
  const ona = await s.agent('ona', { ...boss, online: false });
  await ona.command('faq.put', { rev: 1, entry: engraving });
  const ana = await s.agent('ana');
  for (const [type, more] of [['faq.list', {}], ['faq.get', { entry: 'returns' }], ['faq.test', { text: 'x' }], ['faq.replay', { entry: engraving }], ['faq.put', { rev: 2, entry: engraving }],
    ['faq.drop', { rev: 2, entry: 'returns' }], ['faq.history', {}], ['faq.undo', { rev: 2, to: 1 }], ['faq.unanswered', {}], ['faq.dismiss', { ids: ['1-1'] }]]) {
    assert.equal((await ana.request(type, more)).code, 'forbidden', type);
  }
  const { chat, visitor } = await s.talk(ana, { text: 'I would love an engraving' });
  assert.equal((await ana.request('suggest', { chat: chat + 1 })).code, 'not_yours');
  await visitor.say('of my name on the board of my father, it was wrong last time');
  const { suggestions } = await ana.command('suggest', { chat, lang: 'en' });
  assert.deepEqual(suggestions.map((f) => [f.faq, f.text, f.link]), [['engraving', 'We engrave up to 20 letters.', '/help/engraving']]);
  await visitor.say('Never mind. Good weather today');
  await visitor.say('Is it raining where you are?');
  assert.deepEqual((await ana.command('suggest', { chat })).suggestions, []);
});

test('an entry of 60 KiB fits into a supervisor’s frame; an agent’s stays at 16 KiB', async (t) => {
  const s = await stage(t);
  const ona = await s.agent('ona', { ...boss, online: false });
  const yes = Array.from({ length: 480 }, (_, i) => `Do you engrave boards ${'and tables '.repeat(8)} ${i}`);
  const { rev } = await ona.command('faq.put', { rev: 1, entry: changed({ yes }) });
  assert.equal(rev, 2);
  assert.equal((await ona.command('faq.get', { entry: 'engraving' })).entry.yes.length, 480);
  const ana = await s.agent('ana');
  ana.sendRaw(JSON.stringify({ type: 'faq.put', id: '1', rev: 2, entry: changed({ yes }) }));
  assert.equal((await ana.closed).code, 1009);
});

test('two gateways: a change made at one is what the other shows and answers', async (t) => {
  const s = await stage(t, { gateways: 2, settings: { quiet_ms: 50 } });
  const ona = await s.agent('ona', { ...boss, online: false });
  const eva = await s.agent('eva', { account: { supervisor: true }, online: false, at: 1 });
  assert.equal((await eva.command('faq.list')).rev, 1);
  await ona.command('faq.put', { rev: 1, entry: engraving });
  await until('the other to know', async () => (await eva.command('faq.list')).rev === 2);
  const loaded = await faqTool(s.gateway, 'export');
  assert.match(loaded.stdout, /id: engraving/);
});

test('the phrase guard: what stands in a draft and what to say instead, in the visitor’s language, for every agent', async (t) => {
  const s = await stage(t, { rules: false });
  const ana = await s.agent('ana');
  const hints = async (text, lang) => (await ana.command('check', { text, lang })).hints;
  assert.deepEqual(await hints('Hello, According to our policy: no refunds.', 'en'), [{ said: 'According to our policy', better: 'to be fair to everyone, we' }]);
  assert.deepEqual((await hints('Ziurekite musu svetaineje, ten viskas yra', 'lt')).map((h) => h.said), ['Ziurekite musu svetaineje']);
  assert.deepEqual((await hints('您好，您必须先付款', 'zh')).map((h) => h.said), ['您必须']);
  assert.deepEqual((await hints('باید صبر کنید. شما باید فرم را پر کنید', 'fa')).map((h) => h.said), ['شما باید', 'باید صبر کنید']);
  assert.equal((await hints('you must calm down, as I already said: your fault, not my department', 'en')).length, 3, 'three are enough');
  assert.deepEqual(await hints('I am sending you a label right away.', 'en'), []);
  assert.deepEqual(await hints('', 'en'), []);
  assert.equal((await ana.refused({ type: 'check', id: 'x', lang: 'en' })).code, 'bad_frame');
});
