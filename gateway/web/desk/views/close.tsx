/* Closing a chat in one step: solved or not, what it was about, what was needed. */

import { useSignal } from '@preact/signals';
import { closeChat, refusalWords, say, select, selected, state } from '../app';
import type { Refusal } from '../connection';
import { panel } from '../keys';
import type { Chat } from '../types';
import { hasWord, t, type Key } from '../words';
import { Panel } from './panel';
import { visitorName } from './parts';

export const categoryWords = (category: string): string => (hasWord(`category.${category}`) ? t(`category.${category}` as Key) : category);

const outcomeOf = (value: unknown): '' | 'solved' | 'unsolved' => (value === 'unsolved' || value === 'solved' ? value : '');

export function CloseForm({ chat }: { chat: Chat }) {
  const busy = useSignal(false);
  const trouble = useSignal('');

  async function submit(form: FormData): Promise<void> {
    const category = String(form.get('category') ?? '');
    if (category === '' && state.value.askRecord) return void (trouble.value = t('close.category.missing'));
    busy.value = true;
    try {
      await closeChat(chat.chat, outcomeOf(form.get('outcome')), category, String(form.get('need')).trim());
      panel.value = '';
      if (selected.value === chat.chat) select(null);
      say(t('close.done', { who: visitorName(chat.visitor.name, chat.chat) }));
    } catch (e) {
      trouble.value = refusalWords(e as Refusal);
    }
    busy.value = false;
  }

  return (
    <Panel title={t('close.title')} go={t('close.go')} busy={busy.value} trouble={trouble.value} submit={(f) => void submit(f)}>
      <fieldset class="choice">
        <legend>{t('close.outcome')}</legend>
        <label>
          <input type="radio" name="outcome" value="solved" defaultChecked={state.value.askRecord} /> {t('outcome.solved')}
        </label>
        <label>
          <input type="radio" name="outcome" value="unsolved" /> {t('outcome.unsolved')}
        </label>
      </fieldset>
      <label>
        {t('close.category')}
        <select name="category" required={state.value.askRecord}>
          <option value="">{t('choose')}</option>
          {state.value.categories.map((c) => (
            <option key={c} value={c}>
              {categoryWords(c)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('close.need')}
        <input name="need" maxLength={200} dir="auto" autocomplete="off" defaultValue={chat.visitor.wish ?? ''} />
      </label>
    </Panel>
  );
}
