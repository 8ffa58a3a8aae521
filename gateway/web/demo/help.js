// Shows the help page in the language of ?lang= and gives its answers their anchors. Runs before the body is drawn for the language,
// and again when it is there, so that the chat speaks the same language.
(() => {
  const wanted = new URLSearchParams(location.search).get('lang') ?? 'en';
  const lang = ['en', 'lt', 'bs', 'pl', 'fa', 'zh'].includes(wanted) ? wanted : 'en';
  document.documentElement.lang = lang;
  document.documentElement.dir = lang === 'fa' ? 'rtl' : 'ltr';
  document.addEventListener('DOMContentLoaded', () => {
    for (const section of document.querySelectorAll('section[lang]')) {
      const shown = section.lang === lang;
      section.hidden = !shown;
      if (shown) document.title = `${section.dataset.title} – Linden & Loom`;
      for (const answer of section.querySelectorAll('article')) {
        const id = answer.id || answer.dataset.id;
        answer.dataset.id = id;
        if (shown) answer.id = id;
        else answer.removeAttribute('id');
      }
    }
    for (const link of document.querySelectorAll('.languages a')) if (link.lang === lang) link.setAttribute('aria-current', 'page');
    if (lang !== 'en') document.querySelector('.brand').setAttribute('href', `/demo/index-${lang}.html`);
    if (location.hash) location.replace(location.hash);
  });
})();
