// A tab in the background is frozen: it hears and does nothing, while the other side writes, its line breaks, and then it wakes.
import { inBrowsers } from '../browser.mjs';
import { sleep } from '../../lib/wait.mjs';

export default {
  name: 'browser-frozen',
  title: 'frozen tab',
  times: { short: 2, long: 20 },
  run: inBrowsers(async (pair, side, other, { n, long }) => {
    await side.say(`${side.name} ${n}: before I freeze`);
    await side.freeze('frozen');
    await other.say(`${other.name} ${n}: one`);
    if (n % 4 > 1) side.proxy.cutAll();
    await sleep(long ? 5000 + Math.random() * 20_000 : 3000);
    await other.say(`${other.name} ${n}: two`);
    await side.freeze('active');
    await side.choose();
    await side.say(`${side.name} ${n}: awake`);
  }),
};
