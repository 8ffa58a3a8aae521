// The same visitor, or agent, in two tabs; one writes without a network and is closed, the other must bring it through.
import { inBrowsers } from '../browser.mjs';

export default {
  name: 'browser-tabs',
  title: 'two tabs of one browser',
  times: { short: 2, long: 20 },
  run: inBrowsers(async (pair, side, other, { n }) => {
    const first = side.sheet;
    const second = await first.context().newPage();
    await second.goto(first.url());
    side.sheet = second;
    await side.choose();
    await side.say(`${side.name} ${n}: in the second tab`);
    side.sheet = first;
    await side.say(`${side.name} ${n}: in the first tab`);
    await other.say(`${other.name} ${n}: to both tabs`);
    side.proxy.hold();
    await side.say(`${side.name} ${n}: and closed at once`);
    await first.close();
    side.sheet = second;
    side.proxy.release();
    side.proxy.cutAll(); // the second tab greets again, and finds what the first left
    await side.choose();
  }),
};
