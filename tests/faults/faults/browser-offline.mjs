// A browser loses its network in mid-sentence, for a minute (the short form: 8 s); words go on being written on both sides.
import { inBrowsers } from '../browser.mjs';
import { sleep } from '../../lib/wait.mjs';

export default {
  name: 'browser-offline',
  title: 'browser offline in mid-sentence',
  times: { short: 2, long: 20, part: 5 },
  run: inBrowsers(async (pair, side, other, { n, long }) => {
    await side.say(`${side.name} ${n}: all is well`);
    await side.box().pressSequentially(`${side.name} ${n}: in the middle of`);
    await side.unplug();
    await side.box().pressSequentially(' a sentence');
    side.said.push(`${side.name} ${n}: in the middle of a sentence`);
    await side.send();
    await side.say(`${side.name} ${n}: is anybody there?`);
    await other.say(`${other.name} ${n}: hello?`);
    await sleep(long ? 60_000 : 8000);
    await other.say(`${other.name} ${n}: are you still there?`).catch(() => {});
    await side.plug();
    await side.choose();
    await side.say(`${side.name} ${n}: back again`);
  }),
};
