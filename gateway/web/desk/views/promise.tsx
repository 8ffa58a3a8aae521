/* Promises: the form to make one, a chat's own, and the list of mine with everybody's overdue ones for supervisors. */

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { dueSeen, kept, me, offset, promise, refusalWords, say, select, state } from '../app';
import type { Refusal } from '../connection';
import { panel } from '../keys';
import { hourInZone, momentInZone, now } from '../time';
import type { Chat, Promised } from '../types';
import { t } from '../words';
import { localIn, momentIn } from '../zone';
import { leavePanel, Panel } from './panel';
import { visitorName } from './parts';

const SOON_MS = 900_000;
const HOUR_MS = 3_600_000;

const gatewayNow = (): number => now.value + offset.value;

/** "by 22 Nov 2026, 15:00", and how urgent that is. */
export function Due({ p }: { p: Promised }) {
  const left = p.due - gatewayNow();
  const zone = state.value.zone;
  const today = localIn(p.due, zone).slice(0, 10) === localIn(gatewayNow(), zone).slice(0, 10);
  const due = today ? hourInZone(p.due, zone) : momentInZone(p.due, zone);
  return (
    <span class="clock" data-urgency={p.kept_at > 0 ? 'fresh' : left <= 0 ? 'late' : left <= SOON_MS ? 'warn' : 'fresh'}>
      {t(left <= 0 && p.kept_at === 0 ? 'promise.overdue' : 'promise.by', { due })}
    </span>
  );
}

/** Times an agent often means, as the shop's clock shows them. */
function choices(zone: string): [string, string][] {
  const at = gatewayNow();
  const today = localIn(at, zone).slice(0, 11);
  const tomorrow = localIn(momentIn(`${today}12:00`, zone) + 24 * HOUR_MS, zone).slice(0, 11);
  const list: [string, string][] = [[t('promise.hour'), localIn(at + HOUR_MS, zone)]];
  if (momentIn(`${today}17:00`, zone) > at + HOUR_MS) list.push([t('promise.today'), `${today}17:00`]);
  list.push([t('promise.tomorrow'), `${tomorrow}10:00`]);
  return list;
}

export function PromiseForm({ chat }: { chat: Chat }) {
  const busy = useSignal(false);
  const trouble = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  const zone = state.value.zone;

  async function submit(form: FormData): Promise<void> {
    const text = String(form.get('text')).trim();
    const due = momentIn(String(form.get('due')), zone);
    if (text === '') return void (trouble.value = t('promise.text.missing'));
    if (!(due > gatewayNow())) return void (trouble.value = t('promise.due.missing'));
    busy.value = true;
    try {
      await promise(chat.chat, text, due);
      say(t('promise.done', { who: visitorName(chat.visitor.name, chat.chat) }));
      leavePanel();
    } catch (e) {
      trouble.value = refusalWords(e as Refusal);
    }
    busy.value = false;
  }

  return (
    <Panel title={t('promise.title')} go={t('promise.go')} busy={busy.value} trouble={trouble.value} submit={(f) => void submit(f)}>
      <label>
        {t('promise.text')}
        <input name="text" required maxLength={500} dir="auto" autocomplete="off" aria-describedby="promise-hint" />
      </label>
      <p class="hint dim" id="promise-hint">
        {t('promise.hint')}
      </p>
      <label>
        {t('promise.due')} {zone && <span class="dim">({zone.replace(/_/g, ' ')})</span>}
        <input name="due" type="datetime-local" required ref={field} min={localIn(gatewayNow(), zone)} defaultValue={localIn(gatewayNow() + HOUR_MS, zone)} />
      </label>
      <p class="promise-choices">
        {choices(zone).map(([name, value]) => (
          <button type="button" key={name} class="small" onClick={() => field.current && (field.current.value = value)}>
            {name}
          </button>
        ))}
      </p>
    </Panel>
  );
}

const KeptButton = ({ p, chat }: { p: Promised; chat: number }) => (
  <button class="small" aria-label={t('promise.kept.name', { text: p.text })} onClick={() => void kept({ ...p, chat })}>
    {t('promise.kept')}
  </button>
);

/** In the right pane: what was promised in this chat. */
export function ChatPromises({ chat }: { chat: Chat }) {
  const list = chat.promises ?? [];
  if (list.length === 0) return null;
  return (
    <section>
      <h3>{t('promises')}</h3>
      <ul class="promises">
        {list.map((p) => (
          <li key={p.promise}>
            <span class="promise-text" dir="auto">
              {p.text}
            </span>
            <Due p={p} />
            {p.kept_at > 0 ? <span class="dim">{t(p.overdue ? 'promise.was.late' : 'promise.was.kept')}</span> : <KeptButton p={p} chat={chat.chat} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ p, other }: { p: Promised; other: boolean }) {
  const chat = p.chat ?? 0;
  const here = state.value.chats[chat] !== undefined;
  const name = visitorName(p.visitor, chat);
  return (
    <li class="promise-row">
      <span class="row-main">
        <span class="promise-who">
          {here ? (
            <button class="quiet-text name" dir="auto" onClick={() => select(chat, 'composer')}>
              {name}
            </button>
          ) : (
            <a class="name" href={`/api/v1/chats/${chat}.txt`} target="_blank" rel="noopener" dir="auto">
              {name}
            </a>
          )}
        </span>
        <span class="promise-text" dir="auto">
          {other ? `${p.name}: ${p.text}` : p.text}
        </span>
        <Due p={p} />
      </span>
      <KeptButton p={p} chat={chat} />
    </li>
  );
}

/** In the list: mine, soonest first; then, for supervisors, what colleagues are late with. */
export function Promises() {
  const self = me.value;
  const own = state.value.promises;
  const late = self?.supervisor ? state.value.overdue.filter((p) => p.agent !== self.id) : [];
  if (own.length + late.length === 0) return null;
  return (
    <section class="group promised" aria-labelledby="promises-title">
      <h2 id="promises-title">
        {t('promises')} <span class="count">{own.length + late.length}</span>
      </h2>
      <div class="scroll">
        <ul class="rows">
          {late.map((p) => (
            <Row key={`${p.chat}:${p.promise}`} p={p} other />
          ))}
          {own.map((p) => (
            <Row key={`${p.chat}:${p.promise}`} p={p} other={false} />
          ))}
        </ul>
      </div>
    </section>
  );
}

/** A quiet bar for each promise that is due soon, or overdue. */
export function Dues() {
  return (
    <div role="status">
      {state.value.dues.map((p) => (
        <div class="bar alert" key={`${p.chat}:${p.promise}`}>
          <span>
            <b>{t(p.overdue ? 'due.over' : 'due.soon', { who: visitorName(p.visitor, p.chat ?? 0) })}</b> <q dir="auto">{p.text}</q> <Due p={p} />
          </span>
          <button class="quiet-text" onClick={() => void kept(p).then((done) => done && dueSeen(p))}>
            {t('promise.kept')}
          </button>
          <button class="quiet-text" onClick={() => dueSeen(p)}>
            {t('due.seen')}
          </button>
        </div>
      ))}
    </div>
  );
}

/** Opens the form. */
export const makePromise = (): void => void (panel.value = 'promise');
