// A page is loaded anew while a message is still "sending …".
import { inBrowsers } from '../browser.mjs';

export default {
  name: 'browser-reload',
  title: 'browser reload while sending',
  times: { short: 2, long: 20 },
  run: inBrowsers(async (pair, side, other, { n }) => {
    side.proxy.hold(); // the line hangs, so it stays "sending …"
    await side.say(`${side.name} ${n}: one`);
    await side.say(`${side.name} ${n}: two`);
    const reloaded = side.reload();
    await other.say(`${other.name} ${n}: meanwhile`);
    side.proxy.release();
    await reloaded;
    await side.say(`${side.name} ${n}: three`);
  }),
};
