/* Who changed what and when, from what to what; each change can be taken back. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { say } from '../app';
import { moment } from '../time';
import { attempt, tell } from './model';
import { known, w, type OfficeKey } from './words';

interface Change {
  id: string;
  at: number;
  who: string;
  name: string;
  what: string;
  of: string;
  from: string;
  to: string;
}

const changes = signal<Change[] | null>(null);
const more = signal(false);

async function read(before = ''): Promise<void> {
  const got = await tell({ type: 'settings.history', ...(before ? { before } : {}) });
  if (!got) return;
  const page = got.changes as Change[];
  changes.value = before ? [...(changes.value ?? []), ...page] : page;
  more.value = page.length === 100;
}

/** The thing changed, in the supervisor's words. */
function nameOf(of: string): string {
  const [kind, lang, ...rest] = of.split('.');
  if (kind === 'canned') return w('h.canned', { name: rest.join('.'), lang: lang ?? '' });
  if (kind === 'phrase') return w('h.phrase', { name: rest.join('.'), lang: lang ?? '' });
  if (kind === 'agent') return w('h.agent', { name: of.slice(6) });
  return known(`s.${of}`) ? w(`s.${of}` as OfficeKey) : of;
}

function Side({ of, text }: { of: string; text: string }) {
  if (text === '') return <i class="dim">{w('h.empty')}</i>;
  if (!of.startsWith('agent.')) return <span dir="auto">{text}</span>;
  try {
    const p = JSON.parse(text) as { name: string; langs: string; queues: string; supervisor: number; disabled: number };
    const parts = [p.name, p.langs, p.queues, p.supervisor ? w('p.supervisor') : '', p.disabled ? w('p.disabled') : ''];
    return <span dir="auto">{parts.filter(Boolean).join(' · ')}</span>;
  } catch {
    return <span dir="auto">{text}</span>;
  }
}

export function ChangeHistory() {
  useEffect(() => void read(), []);
  const all = changes.value;
  if (!all) return null;
  const undo = async (c: Change) => {
    say((await attempt({ type: 'settings.undo', change: c.id })) || w('h.done'));
    await read();
  };
  return (
    <section class="office-group">
      {all.length === 0 && <p class="empty">{w('h.none')}</p>}
      <ol class="office-changes">
        {all.map((c) => (
          <li key={c.id}>
            <p>
              <b>{nameOf(c.of)}</b> {c.what === 'undo' && <span class="mark">{w('h.undone')}</span>}
            </p>
            <p class="fromto">
              <Side of={c.of} text={c.from} /> <span aria-hidden="true">→</span> <Side of={c.of} text={c.to} />
            </p>
            <p class="dim">
              {c.who === '' ? w('h.shell') : c.name || c.who} · <time>{moment(c.at)}</time>
            </p>
            <button class="small" onClick={() => void undo(c)}>{w('h.undo')}</button>
          </li>
        ))}
      </ol>
      {more.value && <button class="small" onClick={() => void read(all.at(-1)?.id)}>{w('more')}</button>}
    </section>
  );
}
