// The demo shop: a cart that counts, and a way into the chat from the page itself.
(() => {
  const count = document.querySelector('.cart .count');
  let items = 0;
  for (const add of document.querySelectorAll('.add')) {
    add.addEventListener('click', () => {
      items += 1;
      count.textContent = new Intl.NumberFormat(document.documentElement.lang).format(items);
    });
  }
  const call = (...words) => {
    window.Firstline = window.Firstline || { q: [] };
    window.Firstline.q.push(words);
  };
  document.querySelector('.ask').addEventListener('click', () => call('open'));
})();
