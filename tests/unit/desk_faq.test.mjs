// The FAQ editor's pure part: an entry to what is written in its fields, and back. Run: node --test tests/unit/desk_faq.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('../../gateway/web/', import.meta.url));
const require = createRequire(web + 'package.json');
let f;

before(async () => {
  const { outputFiles } = await require('esbuild').build({
    stdin: { contents: "export * from './faq/entry';", resolveDir: web + 'desk', loader: 'ts' }, bundle: true, write: false, format: 'esm', tsconfig: web + 'tsconfig.json',
  });
  f = await import('data:text/javascript;base64,' + Buffer.from(outputFiles[0].text).toString('base64'));
});

const round = (entry) => f.entryFrom(f.draftFrom(entry));

test('every entry of the demo shop comes back as it was', () => {
  const shop = require('yaml').parse(readFileSync(new URL('../../faq/demo/shop.yaml', import.meta.url), 'utf8'));
  const plain = (value) => (Array.isArray(value) ? value.map(plain) : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)])) : typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : value === true ? true : String(value));
  assert.ok(shop.entries.length >= 20);
  for (const entry of shop.entries) assert.deepEqual(round(plain(entry)), plain(entry), entry.id);
});

test('texts for all languages, rules without a language, a pattern, a guard and shadow come back as they were', () => {
  const entry = { id: 'a', link: '/a', title: 'T', answer: { en: 'A', lt: 'B' }, when: [['x', 'y z*'], ['w']], not: ['n', 'm'], regex: ' a1 ', shadow: true, guard: { nearest: '3' }, yes: ['x w'], no: ['n'] };
  assert.deepEqual(round(entry), { ...entry, regex: 'a1' });
  assert.deepEqual(round({ id: 'a' }), { id: 'a' });
});

test('what is empty is left out; rows and commas of any script part words', () => {
  const d = f.draftFrom({ id: 'a' });
  Object.assign(d, { title: { '': 'T', lt: '  ' }, answer: { '': 'A', lt: 'B' }, ways: [{ label: 'zh', rows: '退货，退款、换货\n\n 怎么 ' }, { label: 'fa', rows: 'مرجوع، پس دادن\nچطور' }, { label: 'en', rows: ' \n' }],
    not: { en: 'late,, broken ', lt: '' }, yes: ' one \n\n two ', no: '' });
  assert.deepEqual(f.entryFrom(d), { id: 'a', title: 'T', answer: { en: 'A', lt: 'B' }, when: { zh: [['退货', '退款', '换货'], ['怎么']], fa: [['مرجوع', 'پس دادن'], ['چطور']] }, not: { en: ['late', 'broken'] }, yes: ['one', 'two'] });
});

test('a group of questions becomes an entry in shadow with their words and sentences', () => {
  const q = (text, lang) => ({ id: '1-0', text, lang, chat: 1, at: 1 });
  const group = { n: 3, words: [['engrav*'], ['board*']], items: [q('Do you engrave\nboards?', 'en'), q('Ar graviruojate?', 'lt'), q('engrave boards', 'en-GB'), q('engrave boards', 'en')], ids: ['1-0'] };
  const entry = f.entryFrom(f.draftFromGroup(group, new Set(['engrav-board'])));
  assert.deepEqual(entry, { id: 'engrav-board-2', when: { en: [['engrav*'], ['board*']] }, shadow: true, yes: ['Do you engrave boards?', 'Ar graviruojate?', 'engrave boards'] });
  assert.equal(f.idFrom(['退货*'], new Set()), 'entry');
  assert.equal(f.idFrom(['Grąžin*', 'kaip'], new Set()), 'grazin-kaip');
});

test('the next way to ask of a language has a free label', () => {
  const d = f.draftFrom({ id: 'a', when: { en: [['x']], 'en/2': [['y']], lt: [['z']] } });
  assert.equal(f.nextLabel(d, 'en'), 'en/3');
  assert.equal(f.nextLabel(d, 'pl'), 'pl');
  assert.deepEqual(f.languagesOf(d), ['en', 'lt']);
});

test('what decides about matching does not change with titles, answers or examples', () => {
  const one = { id: 'a', title: 'T', when: [['x']], yes: ['x'] };
  assert.equal(f.matching(one), f.matching({ ...one, title: 'U', yes: ['x', 'xx'] }));
  assert.notEqual(f.matching(one), f.matching({ ...one, not: ['y'] }));
});
