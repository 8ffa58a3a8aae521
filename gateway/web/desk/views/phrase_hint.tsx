/* The phrase guard's quiet hint above the composer: what had better be said otherwise. It never keeps anything from being sent. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask } from '../app';
import { t } from '../words';

interface Hint {
  said: string;
  better: string;
}

const SETTLE_MS = 400;

interface Props {
  text: string;
  lang: string;
  use(text: string): void;
}

export function PhraseHint({ text, lang, use }: Props) {
  const hints = useSignal<Hint[]>([]);
  useEffect(() => {
    let stale = false;
    if (text.trim().length < 3) {
      hints.value = [];
      return;
    }
    const timer = window.setTimeout(() => {
      ask({ type: 'check', text: text.slice(0, 4000), lang }).then(
        (got) => void (stale || (hints.value = got.hints as Hint[])),
        () => undefined,
      );
    }, SETTLE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [text, lang]);
  // While the next check is under way, only what still stands in the text.
  const hint = hints.value.find((h) => text.includes(h.said));
  return (
    <p class="phrase-hint" role="status">
      {hint && (
        <>
          <span>
            <s dir="auto">{hint.said}</s> {t('phrase.better')} <b dir="auto">{hint.better}</b>
          </span>
          <button type="button" class="small" onClick={() => use(text.replace(hint.said, hint.better))}>
            {t('phrase.use')}
          </button>
        </>
      )}
    </p>
  );
}
