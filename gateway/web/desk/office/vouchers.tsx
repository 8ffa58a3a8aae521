/* Voucher codes for those who had to wait too long: how many are left, the newest given, more into the pool. */

import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask, say } from '../app';
import type { Refusal } from '../connection';
import { moment } from '../time';
import { faultWords, tell } from './model';
import { w } from './words';

const pool = signal<{ left: number; given: { voucher: string; chat: number; at: number }[] } | null>(null);

async function read(): Promise<void> {
  const got = await tell({ type: 'vouchers' });
  if (got) pool.value = got.vouchers as typeof pool.value;
}

const BATCH = 500;

export function Vouchers() {
  const text = useSignal('');
  const trouble = useSignal('');
  useEffect(() => void read(), []);
  const codes = [...new Set(text.value.split(/[\s,;]+/).filter(Boolean))];
  async function add(): Promise<void> {
    let added = 0;
    try {
      for (let i = 0; i < codes.length; i += BATCH) added += Number((await ask({ type: 'vouchers.add', codes: codes.slice(i, i + BATCH) })).added);
      text.value = trouble.value = '';
      say(w('vouchers.added', { n: added }));
    } catch (e) {
      trouble.value = faultWords(e as Refusal);
    }
    await read();
  }
  return (
    <section class="office-group">
      <p>{pool.value && w('vouchers.left', { n: pool.value.left })}</p>
      <p class="dim">{w('vouchers.hint')}</p>
      <form
        class="office-new"
        onSubmit={(e) => {
          e.preventDefault();
          if (codes.length > 0) void add();
        }}
      >
        <label>
          {w('vouchers.codes')}
          <textarea rows={4} dir="ltr" spellcheck={false} value={text.value} onInput={(e) => (text.value = e.currentTarget.value)} />
        </label>
        <p class="trouble" role="alert">{trouble.value}</p>
        <button class="primary small" disabled={codes.length === 0}>{w('vouchers.add', { n: codes.length })}</button>
      </form>
      {pool.value && pool.value.given.length > 0 && (
        <>
          <h3>{w('vouchers.given')}</h3>
          <ul class="phrases">
            {pool.value.given.map((g) => (
              <li key={g.voucher}>
                <code>{g.voucher}</code>
                <span class="dim">{w('vouchers.to', { n: g.chat, when: moment(g.at) })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
