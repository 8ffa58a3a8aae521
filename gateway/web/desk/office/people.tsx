/* The people who work here: name, languages, queues, rights; an invitation, a practice chat, or an end of it. */

import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { agents, ask, me, say, state } from '../app';
import type { Refusal } from '../connection';
import { goTo } from '../pages';
import { languageName } from '../time';
import type { AgentItem } from '../types';
import { t } from '../words';
import { Icon } from '../views/icons';
import { initials } from '../views/parts';
import { attempt, faultWords, listOf, tell } from './model';
import { w } from './words';

interface Person extends AgentItem {
  disabled: boolean;
  login: boolean;
}

const people = signal<Person[] | null>(null);
/** Who is edited; '' = somebody new; null = nobody. */
const editing = signal<string | null>(null);
const link = signal<{ agent: string; url: string } | null>(null);

async function read(): Promise<void> {
  const got = await tell({ type: 'people' });
  if (got) people.value = got.people as Person[];
}

async function invite(agent: string): Promise<void> {
  const got = await tell({ type: 'people.invite', agent });
  if (got) link.value = { agent, url: `${location.origin}/desk/#invite=${String(got.token)}` };
}

function InviteLink() {
  const it = link.value;
  if (!it) return null;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(it.url);
      say(t('unsent.copied'));
    } catch {
      say(t('unsent.nocopy'));
    }
  };
  return (
    <div class="invite-link" role="status">
      <p>{w('p.link', { who: people.value?.find((p) => p.id === it.agent)?.name ?? it.agent })}</p>
      <div class="field-row">
        <input readOnly dir="ltr" aria-label={w('p.link.label')} value={it.url} onFocus={(e) => e.currentTarget.select()} />
        <button class="small primary" onClick={() => void copy()}>{t('unsent.copy')}</button>
        <button class="small" onClick={() => (link.value = null)}>{w('close')}</button>
      </div>
    </div>
  );
}

function PersonForm({ person, close }: { person: Person | undefined; close(): void }) {
  const trouble = useSignal('');
  const busy = useSignal(false);
  async function keep(form: FormData): Promise<void> {
    const agent = person?.id ?? String(form.get('id')).trim().toLowerCase();
    if (!/^[a-z0-9_.-]{1,32}$/.test(agent)) return void (trouble.value = w('p.id.wrong'));
    if (!person && people.value?.some((p) => p.id === agent)) return void (trouble.value = w('p.id.taken'));
    const queues = form.getAll('queue').map(String);
    if (queues.length === 0) return void (trouble.value = w('p.queue.none'));
    const self = agent === me.value?.id;
    busy.value = true;
    trouble.value = await attempt({
      type: 'people.put', agent, name: String(form.get('name')).trim(), langs: listOf(String(form.get('langs'))).join(','), queues: queues.join(','),
      ...(self ? {} : { supervisor: form.get('supervisor') === 'on' }),
    });
    busy.value = false;
    if (trouble.value) return;
    close();
    await read();
    if (person) say(w('saved'));
    else await invite(agent);
  }
  return (
    <form
      class="office-new person-form"
      onSubmit={(e) => {
        e.preventDefault();
        void keep(new FormData(e.currentTarget));
      }}
    >
      <h3>{person ? w('p.edit', { who: person.name }) : w('p.new')}</h3>
      <div class="pair">
        {!person && (
          <label>
            {w('p.id')}
            <input name="id" required maxLength={32} dir="ltr" autocomplete="off" autocapitalize="none" placeholder="ruta" />
          </label>
        )}
        <label>
          {w('p.name')}
          <input name="name" required maxLength={80} dir="auto" autocomplete="off" defaultValue={person?.name ?? ''} />
        </label>
        <label>
          {w('p.langs')}
          <input name="langs" dir="ltr" autocomplete="off" defaultValue={person?.langs.join(', ') ?? ''} placeholder="lt, en" />
        </label>
      </div>
      <fieldset class="choice">
        <legend>{w('p.queues')}</legend>
        {state.value.queues.map((q) => (
          <label key={q}>
            <input type="checkbox" name="queue" value={q} defaultChecked={person ? person.queues.includes(q) : state.value.queues[0] === q} /> {q}
          </label>
        ))}
      </fieldset>
      {person?.id !== me.value?.id && (
        <label class="tick">
          <input type="checkbox" name="supervisor" defaultChecked={person?.supervisor ?? false} /> {w('p.supervisor.what')}
        </label>
      )}
      <p class="trouble" role="alert">{trouble.value}</p>
      <div class="office-foot">
        <button type="button" onClick={close}>{w('cancel')}</button>
        <button class="primary" disabled={busy.value}>{person ? w('save') : w('p.add')}</button>
      </div>
    </form>
  );
}

function PersonRow({ person: p }: { person: Person }) {
  const sure = useSignal(false);
  // The desk knows sooner who is there.
  const now = agents.value.find((a) => a.id === p.id)?.state ?? p.state;
  const practise = async () => {
    try {
      await ask({ type: 'practice', agent: p.id });
      say(w('p.practice.sent', { who: p.name }));
    } catch (e) {
      say(faultWords(e as Refusal));
    }
  };
  const disable = async () => {
    if (!sure.value) return void (sure.value = true);
    sure.value = false;
    say((await attempt({ type: 'people.disable', agent: p.id })) || w('p.disabled.done', { who: p.name }));
    await read();
  };
  const enable = async () => {
    say((await attempt({ type: 'people.put', agent: p.id })) || w('p.enabled', { who: p.name }));
    await read();
  };
  return (
    <li class="person" data-person={p.id} data-off={p.disabled}>
      <span class="face" aria-hidden="true">{initials(p.name)}</span>
      <div class="person-who">
        <p>
          <b dir="auto">{p.name}</b> <span class="dim">{p.id}</span> {p.supervisor && <span class="mark">{w('p.supervisor')}</span>}
        </p>
        <p class="dim">
          {p.disabled ? w('p.disabled') : !p.login ? w('p.nologin') : t(now === 'online' || now === 'away' ? now : 'offline')}
          {' · '}{p.langs.map(languageName).join(', ') || w('p.nolangs')}{' · '}{p.queues.join(', ')}
        </p>
      </div>
      <div class="person-acts">
        <button class="small" aria-label={`${w('edit')}: ${p.name}`} onClick={() => (editing.value = p.id)}>{w('edit')}</button>
        {p.disabled ? (
          <button class="small" aria-label={`${w('p.enable')}: ${p.name}`} onClick={() => void enable()}>{w('p.enable')}</button>
        ) : (
          <>
            <button class="small" aria-label={`${w('p.invite')}: ${p.name}`} onClick={() => void invite(p.id)}>{w('p.invite')}</button>
            {(now === 'online' || now === 'away') && <button class="small" aria-label={`${t('practice')}: ${p.name}`} onClick={() => void practise()}>{t('practice')}</button>}
            {p.id !== me.value?.id && (
              <button class="small" aria-label={`${w('p.disable')}: ${p.name}`} onClick={() => void disable()} onBlur={() => (sure.value = false)}>{w(sure.value ? 'p.disable.sure' : 'p.disable')}</button>
            )}
          </>
        )}
      </div>
    </li>
  );
}

export function Page() {
  useEffect(() => void read(), [state.value.link.state === 'open']);
  const all = people.value;
  const close = () => (editing.value = null);
  return (
    <>
      <header class="chat-head">
        <button class="quiet" aria-label={w('back')} title={w('back')} onClick={() => goTo('chats')}>
          <Icon name="back" />
        </button>
        <h2>{w('people')}</h2>
        <span class="grow" />
        <button class="primary" onClick={() => (editing.value = '')}>{w('p.new')}</button>
      </header>
      <div class="scroll office-body" tabIndex={0} role="region" aria-label={w('people')}>
        <InviteLink />
        {editing.value !== null && <PersonForm key={editing.value} person={all?.find((p) => p.id === editing.value)} close={close} />}
        <ul class="people">{all?.map((p) => <PersonRow key={p.id} person={p} />)}</ul>
      </div>
    </>
  );
}
