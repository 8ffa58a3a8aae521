// Makes the demo shop's pages: one shop page a language from shop.html, and the help page from the shop's FAQ file.
import { parse } from 'yaml';
import { WORDS } from './words.mjs';

const NAMES = { en: 'English', lt: 'Lietuvių', bs: 'Bosanski', pl: 'Polski', fa: 'فارسی', zh: '中文' };

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text) => String(text).replace(/[&<>"]/g, (character) => ESCAPES[character]);
const fill = (template, values) => template.replace(/\{\{(\w+)\}\}/g, (_, key) => {
  if (!(key in values)) throw new Error(`demo: no value for {{${key}}}`);
  return values[key];
});
const direction = (lang) => (lang === 'fa' ? 'rtl' : 'ltr');
const shopPage = (lang) => (lang === 'en' ? 'index.html' : `index-${lang}.html`);
const price = (lang, euros) => new Intl.NumberFormat(lang, { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 }).format(euros);

/** Woven cloth, drawn: two colours and a repeat give each product its own. */
function cloth({ id, ground, thread, weave }) {
  const repeats = {
    stripe: `<path d="M0 6h24M0 18h24" stroke-width="5"/>`,
    check: `<path d="M6 0v24M18 0v24M0 6h24M0 18h24" stroke-width="4" stroke-opacity=".55"/>`,
    waffle: `<path d="M2 2h20v20H2z" stroke-width="3"/><path d="M8 8h8v8H8z" stroke-width="2"/>`,
    herring: `<path d="M0 6l6 6 6-6 6 6 6-6M0 18l6 6 6-6 6 6 6-6M0-6l6 6 6-6 6 6 6-6" stroke-width="2.500"/>`,
    dot: `<circle cx="6" cy="6" r="2.500"/><circle cx="18" cy="18" r="2.500"/>`,
    leaf: `<path d="M12 22V6M12 18c-5 0-7-3-7-7 5 0 7 3 7 7zM12 14c5 0 7-3 7-7-5 0-7 3-7 7z" stroke-width="1.500"/>`,
  };
  return `<svg class="cloth" viewBox="0 0 240 200" preserveAspectRatio="xMidYMid slice" role="presentation" aria-hidden="true">
<defs><pattern id="${id}" width="24" height="24" patternUnits="userSpaceOnUse" patternTransform="rotate(${weave === 'check' ? 0 : 8})">
<rect width="24" height="24" fill="${ground}"/><g fill="${weave === 'dot' ? thread : 'none'}" stroke="${thread}">${repeats[weave].replaceAll('.500', '.5')}</g></pattern></defs>
<rect width="240" height="200" fill="url(#${id})"/>
<path d="M0 148C60 132 120 168 240 136V200H0z" fill="${ground}"/><path d="M0 148C60 132 120 168 240 136" fill="none" stroke="${thread}" stroke-opacity=".5" stroke-width="2"/></svg>`;
}

const PRODUCTS = [
  { id: 'bedding', euros: 129, ground: '#dfe6dc', thread: '#8fa58d', weave: 'stripe' },
  { id: 'throw', euros: 79, ground: '#c9b8a3', thread: '#8c6f52', weave: 'herring' },
  { id: 'towels', euros: 42, ground: '#e9e2d3', thread: '#c9b994', weave: 'waffle' },
  { id: 'cushion', euros: 29, ground: '#b7c7cf', thread: '#5f7f8f', weave: 'dot' },
  { id: 'tablecloth', euros: 64, ground: '#ead9d0', thread: '#b3705a', weave: 'check' },
  { id: 'curtains', euros: 98, ground: '#d5dcc6', thread: '#6e8150', weave: 'leaf' },
];

function product(lang, item) {
  const [name, about] = WORDS[lang].products[item.id];
  return `<li class="product">${cloth(item)}
<div class="about"><h3>${escape(name)}</h3><p>${escape(about)}</p>
<div class="buy"><span class="price">${price(lang, item.euros)}</span><button type="button" class="add">${escape(WORDS[lang].add)}<span class="hidden">: ${escape(name)}</span></button></div></div></li>`;
}

/** The shop pages by file name. */
export function shopPages(template, languages) {
  return Object.fromEntries(languages.map((lang) => {
    const { products, ...words } = WORDS[lang];
    const escaped = Object.fromEntries(Object.entries(words).map(([key, text]) => [key, escape(text)]));
    return [shopPage(lang), fill(template, {
      ...escaped, lang, dir: direction(lang), home: shopPage(lang), none: new Intl.NumberFormat(lang).format(0),
      helpAddress: lang === 'en' ? 'help.html' : `help.html?lang=${lang}`,
      products: PRODUCTS.map((item) => product(lang, item)).join('\n'),
      languages: languages.map((code) => `<a href="/demo/${shopPage(code)}" lang="${code}"${code === lang ? ' aria-current="page"' : ''}>${NAMES[code]}</a>`).join('\n'),
    })];
  }));
}

/** All languages in one page; help.js shows the one asked for with ?lang= and gives its answers their anchors. */
export function helpPage(template, yaml, languages) {
  const { entries } = parse(yaml);
  const sections = languages.map((lang) => {
    const shown = entries.filter(({ title, answer }) => title?.[lang] && answer?.[lang]);
    const list = shown.map(({ id, title }) => `<li><a href="#${escape(id)}">${escape(title[lang])}</a></li>`).join('\n');
    const answers = shown.map(({ id, title, answer }) =>
      `<article ${lang === 'en' ? 'id' : 'data-id'}="${escape(id)}"><h2>${escape(title[lang])}</h2><p>${escape(answer[lang])}</p></article>`).join('\n');
    return `<section lang="${lang}" dir="${direction(lang)}" data-title="${escape(WORDS[lang].help)}"${lang === 'en' ? '' : ' hidden'}>
<h1>${escape(WORDS[lang].help)}</h1><p class="lead">${escape(WORDS[lang].helpLead)}</p>
<nav aria-label="${escape(WORDS[lang].help)}"><ul class="topics">${list}</ul></nav>
${answers}
<p><a href="${shopPage(lang)}">${escape(WORDS[lang].toShop)}</a></p></section>`;
  });
  const choice = languages.map((code) => `<a href="?lang=${code}" lang="${code}">${NAMES[code]}</a>`).join('\n');
  return fill(template, { sections: sections.join('\n'), languages: choice });
}
