/* Quiet bars: the line is lost and when the next try is; words that could not be sent. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { discard, link, pending, refusalWords, retryNow, say, welcomed } from '../app';
import { now } from '../time';
import type { Pending } from '../types';
import { t } from '../words';

/** A line that is back within this time is not worth a word, ms. */
const UNSAID_MS = 700;

function useLostForLong(): boolean {
  const lost = link.value.state !== 'open' && (welcomed.value || link.value.attempt > 0);
  const said = useSignal(false);
  useEffect(() => {
    if (!lost) return void (said.value = false);
    const timer = window.setTimeout(() => (said.value = true), UNSAID_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  return lost && said.value;
}

export function ConnectionBar() {
  const { state, retryAt } = link.value;
  if (!useLostForLong()) return <div role="status" />;
  const left = Math.max(0, Math.ceil((retryAt - now.value) / 1000));
  return (
    <div role="status">
      <div class="bar line-lost">
        <span>
          <b>{t('line.lost')}</b> {t('line.keep')}
        </span>
        <span class="bar-when">{state === 'connecting' ? t('line.now') : t('line.next', { n: left })}</span>
        <button class="quiet-text" onClick={retryNow} disabled={state === 'connecting'}>
          {t('line.try')}
        </button>
      </div>
    </div>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(t('unsent.copied'));
  } catch {
    say(t('unsent.nocopy'));
  }
}

function UnsentOne({ p }: { p: Pending }) {
  return (
    <li class="bar unsent">
      <span>
        <b>{t(p.kind === 'note' ? 'unsent.note' : 'unsent.reply', { n: p.chat })}</b>{' '}
        {refusalWords({ code: p.code, message: '', retryAfterMs: 0 })} <q dir="auto">{p.text}</q>
      </span>
      <button class="quiet-text" onClick={() => void copy(p.text)}>
        {t('unsent.copy')}
      </button>
      <button class="quiet-text" onClick={() => discard(p.mid)}>
        {t('unsent.discard')}
      </button>
    </li>
  );
}

export function Unsent() {
  const refused = pending.value.filter((p) => p.state === 'refused');
  if (refused.length === 0) return null;
  return (
    <ul class="unsent-list" aria-label={t('unsent')}>
      {refused.map((p) => (
        <UnsentOne key={p.mid} p={p} />
      ))}
    </ul>
  );
}
