/* Keeping a visitor out for a while, from the conversation: opened first, then done. The chat ends with it. */

import { useSignal } from '@preact/signals';
import { block, say, select, selected } from '../app';
import type { Chat } from '../types';
import { language, t } from '../words';
import { visitorName } from './parts';

const CHOICES = [1, 24, 168, 720];

const span = (hours: number): string =>
  new Intl.NumberFormat(language.value, { style: 'unit', unit: hours < 48 ? 'hour' : 'day', unitDisplay: 'long' }).format(hours < 48 ? hours : hours / 24);

export function Block({ chat }: { chat: Chat }) {
  const hours = useSignal(24);
  const go = async () => {
    if (!(await block(chat.chat, hours.value))) return;
    if (selected.value === chat.chat) select(null);
    say(t('block.done', { who: visitorName(chat.visitor.name, chat.chat), span: span(hours.value) }));
  };
  return (
    <details class="block">
      <summary>{t('block')}</summary>
      <p class="dim">{t('block.what')}</p>
      <div class="block-row">
        <select aria-label={t('block.for')} value={String(hours.value)} onChange={(e) => (hours.value = Number(e.currentTarget.value))}>
          {CHOICES.map((h) => (
            <option key={h} value={h}>{span(h)}</option>
          ))}
        </select>
        <button class="danger" onClick={() => void go()}>{t('block.go')}</button>
      </div>
    </details>
  );
}
