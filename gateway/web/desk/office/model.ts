/* What the pages Settings, People and Search share: asking the gateway, saying what went wrong. */

import { ask, refusalWords, say } from '../app';
import type { Refusal } from '../connection';
import type { Frame } from '../types';

/** The answer, or null when it was said what went wrong. */
export async function tell(frame: Frame): Promise<Frame | null> {
  try {
    return await ask(frame);
  } catch (e) {
    say(refusalWords(e as Refusal));
    return null;
  }
}

/** The shop's own words on what it takes go before ours: they name the limits. */
export const faultWords = (r: Refusal): string => (r.code === 'bad_argument' && r.message ? r.message : refusalWords(r));

/** '' when done, else what was wrong, to stand beside the field. */
export async function attempt(frame: Frame): Promise<string> {
  try {
    await ask(frame);
    return '';
  } catch (e) {
    return faultWords(e as Refusal);
  }
}

export const listOf = (csv: string): string[] => csv.split(',').map((x) => x.trim()).filter(Boolean);
