/* The shop's settings as the Functions list them, in groups; one nobody here knows is shown all the same, with their words. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Field } from './field';
import { tell } from './model';
import { known, w, type OfficeKey } from './words';

export interface Setting {
  name: string;
  kind: string;
  value: string;
  default: string;
  low: number;
  high: number;
  what: string;
}

export const settings = signal<Setting[] | null>(null);

export async function readSettings(): Promise<void> {
  const got = await tell({ type: 'settings' });
  if (got) settings.value = got.settings as Setting[];
}

export const valueOf = (name: string): string => settings.value?.find((s) => s.name === name)?.value ?? '';

const GROUPS: [OfficeKey, RegExp][] = [
  ['g.shop', /^(shop_name|accent|greeting|languages|default_lang|queues|categories|faq_top|tz)$/],
  ['g.auto', /^(answers_|quiet_ms|unheard_ms)/],
  ['g.waiting', /^(clock_s|offer_s|wait_|surge_|transfers_alert|voucher_text)/],
  ['g.after', /^(promise_|remind_|followup_|rating|rate_|form|wish|close_|ask_)/],
  ['g.limits', /^(say_per_10s|heartbeat_s|lease_s|feed_|keep_|retain|erase)/],
  ['g.other', /./],
];

const groupOf = (s: Setting): number => GROUPS.findIndex(([, pattern]) => pattern.test(s.name));

/** What it takes, in a few words. */
function hintOf(s: Setting): string {
  if (s.kind === 'number') return w('hint.number', { low: s.low, high: s.high, usual: s.default });
  if (['names', 'languages', 'ids'].includes(s.kind)) return w('hint.list');
  return '';
}

export function Settings() {
  useEffect(() => void readSettings(), []);
  const all = settings.value;
  if (!all) return null;
  return (
    <>
      {GROUPS.map(([title], g) => {
        const rows = all.filter((s) => s.name !== 'hours' && groupOf(s) === g);
        if (rows.length === 0) return null;
        return (
          <section key={title} class="office-group">
            <h3>{w(title)}</h3>
            {rows.map((s) => (
              <Field
                key={s.name}
                name={s.name}
                label={known(`s.${s.name}`) ? w(`s.${s.name}` as OfficeKey) : s.what}
                hint={hintOf(s)}
                kind={s.kind === 'number' || s.kind === 'colour' ? s.kind : s.kind === 'json' ? 'long' : 'text'}
                value={s.value}
                usual={s.default}
                {...(s.kind === 'number' ? { low: s.low, high: s.high } : {})}
                saved={() => void readSettings()}
              />
            ))}
          </section>
        );
      })}
    </>
  );
}
