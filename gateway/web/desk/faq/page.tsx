/* The FAQ as supervisors work on it: entries, unanswered questions and the history at one side, one entry at the other. */

import { useEffect } from 'preact/hooks';
import { state } from '../app';
import { moment } from '../time';
import { goTo } from '../pages';
import { language } from '../words';
import { Icon } from '../views/icons';
import { Editor } from './editor';
import type { Group } from './entry';
import { close, create, createFrom, dismiss, draft, edit, filter, goBackTo, history, items, read, show, tab, titleOf, trouble, unanswered, type Change, type Item, type Tab } from './model';
import { w } from './words';

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

function Trouble() {
  return (
    <p class="faq-trouble" role="alert">
      {trouble.value} <button class="small" onClick={() => void read()}>{w('again')}</button>
    </p>
  );
}

const Waiting = () => (
  <div class="skeleton" aria-hidden="true">
    {[0, 1, 2, 3].map((i) => <span key={i} />)}
  </div>
);

function EntryRow({ item }: { item: Item }) {
  const { answers, yes, no, shadow } = item.stats;
  return (
    <tr data-entry={item.id} aria-selected={draft.value?.id === item.id}>
      <th scope="row">
        <button class="entry-name" onClick={() => void edit(item.id)}>
          <span dir="auto">{titleOf(item.title, language.value) || item.id}</span>
          {item.shadow && <span class="mark">{w('mark.shadow')}</span>}
        </button>
      </th>
      <td>{answers}</td>
      <td>{yes}</td>
      <td class={no > 0 ? 'bad' : undefined}>{no}</td>
      <td>{shadow}</td>
    </tr>
  );
}

function Entries() {
  const all = items.value;
  if (!all) return trouble.value ? <Trouble /> : <Waiting />;
  const q = plain(filter.value.trim());
  const found = all.filter((i) => plain(`${i.id} ${typeof i.title === 'string' ? i.title : Object.values(i.title ?? {}).join(' ')}`).includes(q));
  return (
    <>
      <div class="faq-tools">
        <input type="search" aria-label={w('filter')} placeholder={w('filter')} value={filter.value} onInput={(e) => (filter.value = e.currentTarget.value)} />
        <button class="primary" onClick={() => create(language.value)}>{w('new')}</button>
      </div>
      {trouble.value && <Trouble />}
      {found.length === 0 ? (
        <p class="empty">{all.length === 0 ? w('entries.none') : w('entries.nothing', { q: filter.value })}</p>
      ) : (
        <div class="scroll faq-scroll" tabIndex={0} role="region" aria-label={w('entries')}>
          <table class="faq-table">
            <thead>
              <tr>
                <th scope="col">{w('col.entry')}</th>
                <th scope="col">{w('col.hits')}</th>
                <th scope="col">{w('col.yes')}</th>
                <th scope="col">{w('col.no')}</th>
                <th scope="col">{w('col.shadow')}</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, 500).map((item) => <EntryRow key={item.id} item={item} />)}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function GroupCard({ group }: { group: Group }) {
  return (
    <li class="question-group">
      <ul>
        {group.items.slice(0, 4).map((q) => (
          <li key={q.id} title={w('un.from', { n: q.chat, when: moment(q.at) })}>
            <q dir="auto" lang={q.lang}>{q.text}</q>
          </li>
        ))}
      </ul>
      {group.n > 4 && <p class="dim">{w('un.more', { n: group.n - 4 })}</p>}
      <div class="group-foot">
        <span class="count" aria-hidden="true">{group.n}×</span>
        <button class="small" onClick={() => void dismiss(group)}>{w('un.dismiss')}</button>
        <button class="small primary" onClick={() => createFrom(group)}>{w('un.make')}</button>
      </div>
    </li>
  );
}

function Unanswered() {
  const got = unanswered.value;
  if (trouble.value) return <Trouble />;
  if (!got) return <Waiting />;
  return (
    <div class="scroll faq-scroll" tabIndex={0} role="region" aria-label={w('unanswered')}>
      <p class="faq-lead">
        {got.open === 0 ? w('un.none') : w('un.open', { n: got.open })} {got.answered > 0 && <span class="dim">{w('un.answered', { n: got.answered })}</span>}
      </p>
      <ol class="question-groups">
        {got.groups.map((group) => <GroupCard key={group.items[0]?.id} group={group} />)}
      </ol>
    </div>
  );
}

function changeWords(c: Change): string {
  const named = c.ids.slice(0, 3).join(', ');
  const ids = c.n === 0 ? w('h.none') : c.n > 3 ? `${named} ${w('h.more', { n: c.n - 3 })}` : named;
  return w(`h.${c.what}`, { who: c.who === '' ? w('h.shell') : c.name || c.who, ids });
}

function History() {
  const all = history.value;
  if (trouble.value) return <Trouble />;
  if (!all) return <Waiting />;
  const last = all[0];
  // A state can come back while everything after it is kept.
  const reach = all.findIndex((c) => !c.whole);
  return (
    <div class="scroll faq-scroll" tabIndex={0} role="region" aria-label={w('history')}>
      {last ? (
        <button class="undo-last" disabled={!last.whole} onClick={() => void goBackTo(last.rev - 1)}>{w('h.undo.last')}</button>
      ) : (
        <p class="empty">{w('h.empty')}</p>
      )}
      <ol class="changes">
        {all.map((c, i) => (
          <li key={c.rev} data-rev={c.rev}>
            <span dir="auto">{changeWords(c)}</span>
            <time class="dim">{moment(c.at)}</time>
            {i === 0 ? (
              <span class="dim">{w('h.now')}</span>
            ) : reach < 0 || i <= reach ? (
              <button class="small" onClick={() => void goBackTo(c.rev)}>{w('h.back')}</button>
            ) : (
              <span class="dim">{w('h.gone')}</span>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

const PAGES: Record<Tab, () => preact.ComponentChild> = { entries: Entries, unanswered: Unanswered, history: History };

function Tabs() {
  const names: Tab[] = ['entries', 'unanswered', 'history'];
  return (
    <div class="tabs" role="tablist" aria-label={w('title')}>
      {names.map((name, i) => (
        <button
          key={name}
          role="tab"
          id={`faq-tab-${name}`}
          aria-selected={tab.value === name}
          aria-controls="faq-list"
          tabIndex={tab.value === name ? 0 : -1}
          onClick={() => show(name)}
          onKeyDown={(e) => {
            const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
            const next = names[(i + step + names.length) % names.length];
            if (!step || !next) return;
            show(next);
            document.getElementById(`faq-tab-${next}`)?.focus();
          }}
        >
          {w(name)}
        </button>
      ))}
    </div>
  );
}

export function Page() {
  useEffect(() => void read(), [state.value.link.state === 'open']);
  const List = PAGES[tab.value];
  return (
    <>
      <header class="chat-head">
        <button class="quiet" aria-label={w('back')} title={w('back')} onClick={() => (draft.value && matchMedia('(max-width: 1019px)').matches ? close() : goTo('chats'))}>
          <Icon name="back" />
        </button>
        <h2>{w('title')}</h2>
        <Tabs />
      </header>
      <div class="faq-body" data-editing={draft.value !== null}>
        <div class="faq-list" id="faq-list" role="tabpanel" aria-labelledby={`faq-tab-${tab.value}`}>
          <List />
        </div>
        {draft.value ? <Editor key={`${draft.value.id}`} /> : <p class="empty faq-choose">{w('choose')}</p>}
      </div>
    </>
  );
}
