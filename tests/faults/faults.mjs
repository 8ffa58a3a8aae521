// The faults there are: every file of faults/.
import { readdirSync } from 'node:fs';

const folder = new URL('./faults/', import.meta.url);

export const faultNames = () => readdirSync(folder).filter((name) => name.endsWith('.mjs')).map((name) => name.slice(0, -4)).sort();

export async function loadFault(name) {
  const { default: fault } = await import(new URL(`${name}.mjs`, folder));
  if (fault.name !== name || !fault.title || !(fault.inject || fault.run)) throw new Error(`faults/${name}.mjs is no fault: see faults/gateway-kill.mjs`);
  return { times: { short: 1, long: 20 }, bounds: {}, ...fault };
}
