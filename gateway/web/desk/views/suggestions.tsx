/* Beside a conversation: FAQ entries that come near to what the visitor said last. Alt 1–3 puts one into the reply. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask } from '../app';
import { insertWish, onInsert } from '../keys';
import type { Chat } from '../types';
import { t } from '../words';
import { Key } from './parts';

interface Suggestion {
  faq: string;
  title: string;
  text: string;
  link: string;
}

/** Those of the chat on screen. */
const shown = signal<{ chat: number; list: Suggestion[] }>({ chat: 0, list: [] });
const SETTLE_MS = 400;

const heard = (chat: Chat): number => chat.transcript.reduce((seq, e) => (e.kind === 'message' && e.from === 'visitor' ? e.seq : seq), 0);

/** A link of the shop's own pages has no host: it is left to the visitor's page. */
const words = (s: Suggestion): string => (/^https?:/.test(s.link) ? `${s.text} ${s.link}` : s.text);

/** Puts the n-th suggestion (from 1) into the reply draft; false when there is none. */
export function insertSuggestion(chat: number, n: number): boolean {
  const s = shown.value.chat === chat ? shown.value.list[n - 1] : undefined;
  if (s) insertWish.value = words(s);
  return s !== undefined;
}

onInsert(insertSuggestion);

export function Suggestions({ chat }: { chat: Chat }) {
  const last = heard(chat);
  useEffect(() => {
    let stale = false;
    const timer = window.setTimeout(() => {
      ask({ type: 'suggest', chat: chat.chat, lang: chat.lang }).then(
        (got) => void (stale || (shown.value = { chat: chat.chat, list: got.suggestions as Suggestion[] })),
        () => undefined, // nothing to suggest is no news
      );
    }, SETTLE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [chat.chat, last]);
  const list = shown.value.chat === chat.chat ? shown.value.list : [];
  if (list.length === 0) return null;
  return (
    <section class="suggestions">
      <h3>{t('suggestions')}</h3>
      <ol>
        {list.map((s, i) => (
          <li key={s.faq}>
            <button title={t('suggestions.insert')} onClick={() => insertSuggestion(chat.chat, i + 1)}>
              <b dir="auto">{s.title}</b> <Key>Alt {i + 1}</Key>
              <span class="dim" dir="auto">{s.text}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
