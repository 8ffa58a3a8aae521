/* Handing a chat over: to a colleague or a queue, with the reason the visitor will read. */

import { useSignal } from '@preact/signals';
import { agents, me, refusalWords, say, select, selected, state, transfer } from '../app';
import type { Refusal } from '../connection';
import { panel } from '../keys';
import type { AgentItem, Chat } from '../types';
import { t } from '../words';
import { Panel } from './panel';
import { visitorName } from './parts';

/** Those who can take it now first, speakers of the visitor's language before others. */
function colleagues(list: AgentItem[], self: string, lang: string): AgentItem[] {
  const worth = (a: AgentItem): number => (free(a) ? 2 : 0) + (a.langs.includes(lang) ? 1 : 0);
  return list.filter((a) => a.id !== self).sort((a, b) => worth(b) - worth(a) || a.name.localeCompare(b.name));
}

const free = (a: AgentItem): boolean => a.state === 'online' && a.load < a.capacity;

const colleagueWords = (a: AgentItem): string =>
  `${a.name} · ${a.langs.join(', ')} · ${a.state === 'online' ? t('team.load', { load: a.load, capacity: a.capacity }) : t(a.state === 'away' ? 'away' : 'offline')}`;

export function TransferForm({ chat }: { chat: Chat }) {
  const busy = useSignal(false);
  const trouble = useSignal('');

  async function submit(form: FormData): Promise<void> {
    const [kind, ...rest] = String(form.get('to') ?? '').split(':');
    const reason = String(form.get('reason')).trim();
    if (rest.length === 0) return void (trouble.value = t('transfer.choose'));
    if (reason === '') return void (trouble.value = t('transfer.reason.missing'));
    busy.value = true;
    try {
      await transfer(chat.chat, { kind: kind === 'agent' ? 'agent' : 'queue', to: rest.join(':') }, reason, String(form.get('note')).trim());
      panel.value = '';
      if (selected.value === chat.chat) select(null);
      say(t('transfer.done', { who: visitorName(chat.visitor.name, chat.chat) }));
    } catch (e) {
      trouble.value = refusalWords(e as Refusal);
    }
    busy.value = false;
  }

  return (
    <Panel title={t('transfer.title')} go={t('transfer.go')} busy={busy.value} trouble={trouble.value} submit={(f) => void submit(f)}>
      <label>
        {t('transfer.to')}
        <select name="to" required>
          <option value="">{t('choose')}</option>
          <optgroup label={t('transfer.agents')}>
            {colleagues(agents.value, me.value?.id ?? '', chat.lang).map((a) => (
              <option key={a.id} value={`agent:${a.id}`} disabled={!free(a)}>
                {colleagueWords(a)}
              </option>
            ))}
          </optgroup>
          <optgroup label={t('transfer.queues')}>
            {state.value.queues.map((q) => (
              <option key={q} value={`queue:${q}`}>
                {q}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      <label>
        {t('transfer.reason')}
        <input name="reason" required maxLength={200} dir="auto" autocomplete="off" aria-describedby="reason-hint" />
      </label>
      <p class="hint dim" id="reason-hint">
        {t('transfer.reason.hint')}
      </p>
      <label class="note-field">
        {t('transfer.note')}
        <textarea name="note" rows={2} maxLength={1000} dir="auto" />
      </label>
    </Panel>
  );
}
