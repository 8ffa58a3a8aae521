/* Search over past chats: the gateway looks at one slice after the other, and this page says how far it has got. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { chatFrom } from '../chat';
import { ask, nameOf, refusalWords, state } from '../app';
import type { Refusal } from '../connection';
import { goTo } from '../pages';
import { readChat } from '../session';
import { day, moment } from '../time';
import type { Chat } from '../types';
import { hasWord, t, type Key } from '../words';
import { categoryWords } from '../views/close';
import { Icon } from '../views/icons';
import { visitorName } from '../views/parts';
import { Transcript } from '../views/transcript';
import { w } from './words';

interface Hit {
  chat: number;
  opened: number;
  name: string;
  category: string;
  outcome: string;
  agent: string;
  phase: string;
  score: number | null;
  text: string;
}

type Query = Record<string, string | number>;

interface Found {
  query: Query;
  hits: Hit[];
  looked: number;
  oldest: number;
  newest: number;
  /** Where to go on; 0 = all was seen. */
  next: number;
  running: boolean;
  trouble: string;
}

const found = signal<Found | null>(null);
const open = signal<Chat | null>(null);
const form = signal<Record<string, string>>({});

/** Looks on until so many more are found, all was seen, or another search began. */
const ENOUGH = 30;
/** Between two slices, ms: others use Redis, too. */
const BREATH_MS = 40;

async function look(from: Found): Promise<void> {
  let f: Found = { ...from, running: true, trouble: '' };
  found.value = f;
  const enough = f.hits.length + ENOUGH;
  let before = f.next;
  const mine = () => found.value === f;
  do {
    try {
      const slice = (await ask({ type: 'search', query: f.query, ...(before ? { before } : {}) })).search as { hits: Hit[]; next: number; looked: number; oldest: number; newest: number };
      if (!mine()) return;
      before = slice.next;
      f = { ...f, hits: [...f.hits, ...slice.hits], looked: f.looked + slice.looked, oldest: slice.oldest || f.oldest, newest: slice.newest, next: slice.next };
    } catch (e) {
      if (!mine()) return;
      f = { ...f, running: false, trouble: refusalWords(e as Refusal) };
    }
    found.value = f;
    await new Promise((r) => window.setTimeout(r, BREATH_MS));
    if (!mine()) return;
  } while (f.running && f.next && f.hits.length < enough);
  found.value = { ...f, running: false };
}

/** The query of what was filled in; dates are days of this machine. */
function queryOf(values: Record<string, string>): Query {
  const q: Query = {};
  for (const name of ['q', 'who', 'category', 'outcome', 'agent']) if (values[name]?.trim()) q[name] = values[name].trim();
  const from = values.from ? new Date(`${values.from}T00:00:00`).getTime() : NaN;
  const to = values.to ? new Date(`${values.to}T23:59:59.999`).getTime() : NaN;
  if (from >= 0) q.from = from;
  if (to >= 0) q.to = to;
  return q;
}

function begin(values: Record<string, string>): void {
  form.value = values;
  open.value = null;
  void look({ query: queryOf(values), hits: [], looked: 0, oldest: 0, newest: 0, next: 0, running: true, trouble: '' });
}

async function show(chat: number): Promise<void> {
  const whole = await readChat(chat);
  if (whole) open.value = { ...chatFrom(whole, 'gone', undefined), first: 1 };
}

/** The words searched for, marked; compared as they are written, without capitals. */
function Marked({ text, q }: { text: string; q: string }) {
  const words = q.split(/\s+/).filter((x) => x.length > 1).map((x) => x.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (words.length === 0) return <>{text}</>;
  return <>{text.split(new RegExp(`(${words.join('|')})`, 'giu')).map((part, i) => (i % 2 ? <mark key={i}>{part}</mark> : part))}</>;
}

const outcomeOf = (h: { outcome: string; phase: string }): string =>
  h.phase !== 'closed' ? w('s.open') : hasWord(`outcome.${h.outcome}`) ? t(`outcome.${h.outcome}` as Key) : t('outcome.none');

function HitRow({ hit: h, q }: { hit: Hit; q: string }) {
  return (
    <li>
      <button class="hit" data-hit={h.chat} aria-current={open.value?.chat === h.chat ? 'true' : undefined} onClick={() => void show(h.chat)}>
        <span class="hit-head">
          <b dir="auto">{visitorName(h.name, h.chat)}</b>
          <time class="dim">{moment(h.opened)}</time>
        </span>
        {h.text && <span class="hit-text" dir="auto"><Marked text={h.text} q={q} /></span>}
        <span class="dim">
          {[outcomeOf(h), h.category && categoryWords(h.category), h.agent && nameOf(h.agent), h.score ? `${h.score}/5` : ''].filter(Boolean).join(' · ')}
        </span>
      </button>
    </li>
  );
}

function Progress({ f }: { f: Found }) {
  return (
    <p class="dim search-progress" role="status">
      {f.running ? w('s.looking', { n: f.looked }) : f.next ? w('s.looked', { n: f.looked, when: day(f.oldest) }) : w('s.all', { n: f.looked })}{' '}
      {f.trouble && <span class="trouble">{f.trouble}</span>}
      {!f.running && f.next > 0 && <button class="small" onClick={() => void look(f)}>{w('s.on')}</button>}
    </p>
  );
}

function Form() {
  const v = form.value;
  return (
    <form
      class="search-form"
      onSubmit={(e) => {
        e.preventDefault();
        begin(Object.fromEntries([...new FormData(e.currentTarget)].map(([k, x]) => [k, String(x)])));
      }}
    >
      <input type="search" name="q" maxLength={200} dir="auto" aria-label={w('s.q')} placeholder={w('s.q')} defaultValue={v.q ?? ''} />
      <input name="who" maxLength={200} dir="auto" autocomplete="off" aria-label={w('s.who')} placeholder={w('s.who')} defaultValue={v.who ?? ''} key={v.who} />
      <select name="category" aria-label={t('close.category')} defaultValue={v.category ?? ''}>
        <option value="">{w('s.category')}</option>
        {state.value.categories.map((c) => <option key={c} value={c}>{categoryWords(c)}</option>)}
      </select>
      <select name="outcome" aria-label={t('close.outcome')} defaultValue={v.outcome ?? ''}>
        <option value="">{w('s.outcome')}</option>
        <option value="solved">{t('outcome.solved')}</option>
        <option value="unsolved">{t('outcome.unsolved')}</option>
      </select>
      <label>{w('s.from')} <input type="date" name="from" defaultValue={v.from ?? ''} /></label>
      <label>{w('s.to')} <input type="date" name="to" defaultValue={v.to ?? ''} /></label>
      <button class="primary">{w('s.go')}</button>
    </form>
  );
}

function Shown({ chat }: { chat: Chat }) {
  return (
    <section class="shown" aria-label={t('chat.n', { n: chat.chat, queue: chat.queue })}>
      <header class="shown-head">
        <div>
          <h3 dir="auto">{visitorName(chat.visitor.name, chat.chat)}</h3>
          <p class="dim">{moment(chat.opened)} · {t('chat.n', { n: chat.chat, queue: chat.queue })}</p>
        </div>
        <button class="small" onClick={() => begin({ who: chat.visitor.id })}>{w('s.theirs')}</button>
        <a href={`/api/v1/chats/${chat.chat}.txt`} target="_blank" rel="noopener">{t('transcript.txt')}<Icon name="out" /></a>
        <button class="quiet" aria-label={w('close')} onClick={() => (open.value = null)}><Icon name="cross" /></button>
      </header>
      <Transcript chat={chat} pending={[]} />
    </section>
  );
}

export function Page() {
  const f = found.value;
  useEffect(() => {
    if (!f) document.querySelector<HTMLElement>('.search-form input')?.focus();
  }, []);
  return (
    <>
      <header class="chat-head">
        <button class="quiet" aria-label={w('back')} title={w('back')} onClick={() => (open.value && matchMedia('(max-width: 1019px)').matches ? (open.value = null) : goTo('chats'))}>
          <Icon name="back" />
        </button>
        <h2>{w('search')}</h2>
      </header>
      <div class="search-body" data-open={open.value !== null}>
        <div class="search-list">
          <Form />
          {f && <Progress f={f} />}
          <div class="scroll" tabIndex={0} role="region" aria-label={w('s.found')}>
            {f && !f.running && f.hits.length === 0 && <p class="empty">{w('s.none')}</p>}
            {!f && <p class="empty">{w('s.hint')}</p>}
            <ul>{f?.hits.map((h) => <HitRow key={h.chat} hit={h} q={String(f.query.q ?? '')} />)}</ul>
          </div>
        </div>
        {open.value ? <Shown key={open.value.chat} chat={open.value} /> : <p class="empty faq-choose">{w('s.choose')}</p>}
      </div>
    </>
  );
}
