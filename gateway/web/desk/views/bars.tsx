/* Quiet bars: the line is lost and when the next try is; the store does not take what is written; words that could not be sent; chats a supervisor should look at. */

import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { discard, link, me, pending, refusalWords, retryNow, say, state, watch, welcomed } from '../app';
import { now } from '../time';
import type { Alert, Pending } from '../types';
import { t } from '../words';
import { SLOW_MS } from './entries';
import { visitorName } from './parts';

/** A line that is back within this time is not worth a word, ms. */
const UNSAID_MS = 700;

function useForLong(trouble: boolean): boolean {
  const said = useSignal(false);
  useEffect(() => {
    if (!trouble) return void (said.value = false);
    const timer = window.setTimeout(() => (said.value = true), UNSAID_MS);
    return () => clearTimeout(timer);
  }, [trouble]);
  return trouble && said.value;
}

export function ConnectionBar() {
  const { state, retryAt } = link.value;
  if (!useForLong(state !== 'open' && (welcomed.value || link.value.attempt > 0))) return <div role="status" />;
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

/** The line is there, but what is written does not get through: the store is away, or full. */
export function StoreBar() {
  const stuck = link.value.state === 'open' && pending.value.some((p) => p.state === 'waiting' && now.value - p.at > SLOW_MS);
  const troubled = useForLong(link.value.state === 'open' && (stuck || !state.value.storeTakes));
  return (
    <div role="status">
      {troubled && (
        <div class="bar line-lost store-away">
          <span>
            <b>{t('store.away')}</b> {t('store.keep')}
          </span>
        </div>
      )}
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

/** What this supervisor has seen: said again when it happens again. */
const seenAlerts = signal<ReadonlySet<string>>(new Set());
const alertId = (a: Alert): string => `${a.code} ${a.chat} ${a.n}`;

export function Alerts() {
  const seen = (a: Alert): void => void (seenAlerts.value = new Set([...seenAlerts.value, alertId(a)]));
  const open = me.value?.supervisor ? state.value.alerts.filter((a) => !seenAlerts.value.has(alertId(a))) : [];
  return (
    <div role="status">
      {open.map((a) => (
        <div class="bar alert" key={alertId(a)}>
          <span dir="auto">{t('alert.transfers', { who: visitorName(a.name, a.chat), n: a.n })}</span>
          <button
            class="quiet-text"
            onClick={() => {
              seen(a);
              void watch(a.chat);
            }}
          >
            {t('alert.look')}
          </button>
          <button class="quiet-text" onClick={() => seen(a)}>
            {t('alert.seen')}
          </button>
        </div>
      ))}
    </div>
  );
}
