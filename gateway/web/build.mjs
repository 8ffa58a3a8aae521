// Builds everything a browser loads: node build.mjs --out DIR
//
//   DIR/widget.js                 the loader: draws the launcher, nothing else
//   DIR/widget/app-HASH.js        the chat panel, loaded when a visitor opens it
//   DIR/widget/lang-XX-HASH.js    its words, one file a language
//   DIR/widget/later-HASH.js      menu, search, waiting, rating: loaded when first needed
//   DIR/widget/more-XX-HASH.js    its words
//   DIR/desk/                     the agents' dashboard
//   DIR/demo/                     the demo shop and its help page
//
// It fails when what a visitor downloads outgrows its budget.
import { build, transform } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { helpPage, shopPages } from './demo/pages.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const BUDGET = { loader: 2048, opened: 13_000, desk: 100 * 1024 };
const LANGUAGES = ['en', 'lt', 'bs', 'pl', 'fa', 'zh'];
const TARGET = ['es2022', 'chrome100', 'firefox119', 'safari16.4'];

const zipped = (text) => gzipSync(text, { level: 9 }).length;
const hashOf = (text) => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** `import css from './x.css'` gives the minified text of the style sheet. */
const cssAsText = {
  name: 'css-as-text',
  setup(plan) {
    plan.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true, target: TARGET });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

/** Names ending in _ never leave the widget: they are shortened, alike in all its files. */
let shortNames = {};

async function bundle(entry, format, define = {}) {
  const { outputFiles, mangleCache } = await build({
    entryPoints: [join(here, entry)], bundle: true, write: false, minify: true, format, define, target: TARGET,
    legalComments: 'none', charset: 'utf8', plugins: [cssAsText], logLevel: 'warning',
    supported: { 'regexp-unicode-property-escapes': true }, mangleProps: /[a-z]_$/, mangleCache: shortNames,
  });
  shortNames = mangleCache;
  return outputFiles[0].text;
}

function put(out, name, text) {
  const path = join(out, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return text;
}

async function buildWidget(out) {
  const words = {};
  for (const lang of LANGUAGES) words[lang] = await bundle(`widget/lang/${lang}.ts`, 'esm');
  const more = {};
  for (const lang of LANGUAGES) more[lang] = await bundle(`widget/lang/more/${lang}.ts`, 'esm');
  const later = await bundle('widget/later.ts', 'esm');
  // One hash for all that the app loads: short, and nothing old meets something new.
  const hash = hashOf(later + Object.values(words).join() + Object.values(more).join());
  for (const lang of LANGUAGES) put(out, `widget/lang-${lang}-${hash}.js`, words[lang]);
  for (const lang of LANGUAGES) put(out, `widget/more-${lang}-${hash}.js`, more[lang]);
  put(out, `widget/later-${hash}.js`, later);
  const app = await bundle('widget/app.ts', 'esm', { LANGUAGES: JSON.stringify(LANGUAGES), PARTS_HASH: JSON.stringify(hash) });
  const appFile = `app-${hashOf(app)}.js`;
  put(out, `widget/${appFile}`, app);
  const loader = put(out, 'widget.js', await bundle('widget/loader.ts', 'iife', { APP_FILE: JSON.stringify(appFile) }));

  const sizes = { loader: zipped(loader), app: zipped(app), words: Math.max(...LANGUAGES.map((l) => zipped(words[l]))) };
  const opened = sizes.app + sizes.words;
  console.log(`widget  loader ${sizes.loader} B; opened ${opened} B: app ${sizes.app} B, words ${sizes.words} B at most; later ${zipped(later)} B (gzip)`);
  return [['widget loader', sizes.loader, BUDGET.loader], ['widget opened', opened, BUDGET.opened]];
}

/** The desk is one module and one style sheet, named by their content; lazily imported pages become chunks. */
async function buildDesk(out) {
  const entries = ['desk/main.tsx', 'desk/desk.css', 'desk/index.html'];
  const missing = entries.filter((name) => !existsSync(join(here, name)));
  if (missing.length) {
    console.warn(`desk    left out: ${missing.join(', ')} not there`);
    return [];
  }
  const { outputFiles, metafile } = await build({
    entryPoints: { desk: join(here, entries[0]), style: join(here, entries[1]) }, bundle: true, write: false, minify: true,
    splitting: true, metafile: true, format: 'esm', target: TARGET, outdir: join(out, 'desk'), absWorkingDir: here,
    entryNames: 'desk-[hash]', chunkNames: '[name]-[hash]', assetNames: '[name]-[hash]', loader: { '.svg': 'file', '.woff2': 'file' },
    legalComments: 'none', charset: 'utf8', logLevel: 'warning', jsx: 'automatic', jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' }, tsconfig: join(here, 'tsconfig.json'),
  });
  const outputs = Object.entries(metafile.outputs);
  const nameOf = (entry) => outputs.find(([, made]) => made.entryPoint === entry)[0].split('/').pop();
  const names = { js: nameOf(entries[0]), css: nameOf(entries[1]) };
  for (const file of outputFiles) put(out, `desk/${file.path.split(/[\\/]/).pop()}`, file.contents);
  const page = readFileSync(join(here, entries[2]), 'utf8')
    .replace(/(main|desk)\.(js|tsx)/g, names.js).replace(/desk\.css/g, names.css);
  put(out, 'desk/index.html', page);

  const eager = new Set();
  const walk = (path) => {
    if (eager.has(path)) return;
    eager.add(path);
    for (const used of metafile.outputs[path].imports) if (used.kind === 'import-statement') walk(used.path);
  };
  for (const entry of entries.slice(0, 2)) walk(outputs.find(([, made]) => made.entryPoint === entry)[0]);
  const byName = new Map(outputFiles.map((file) => [file.path.split(/[\\/]/).pop(), file.contents]));
  const first = zipped(page) + [...eager].reduce((sum, path) => sum + zipped(byName.get(path.split('/').pop())), 0);
  console.log(`desk    first load ${first} B (gzip)`);
  return [['desk first load', first, BUDGET.desk]];
}

function buildDemo(out) {
  const source = (name) => readFileSync(join(here, 'demo', name), 'utf8');
  for (const name of ['demo.css', 'demo.js', 'help.js', 'icon.svg']) put(out, `demo/${name}`, source(name));
  for (const [name, page] of Object.entries(shopPages(source('shop.html'), LANGUAGES))) put(out, `demo/${name}`, page);
  const faq = readFileSync(join(here, '../../faq/demo/shop.yaml'), 'utf8');
  put(out, 'demo/help.html', helpPage(source('help.html'), faq, LANGUAGES));
}

const at = process.argv.indexOf('--out');
if (at < 0 || !process.argv[at + 1]) {
  console.error('usage: node build.mjs --out DIR');
  process.exit(2);
}
const out = resolve(process.argv[at + 1]);
for (const part of ['widget', 'desk', 'demo', 'widget.js']) rmSync(join(out, part), { recursive: true, force: true });
const budgets = [...(await buildWidget(out)), ...(await buildDesk(out))];
buildDemo(out);
const over = budgets.filter(([, size, limit]) => size > limit);
for (const [what, size, limit] of over) console.error(`over budget: ${what} is ${size} B gzip, at most ${limit} B allowed`);
process.exit(over.length ? 1 : 0);
