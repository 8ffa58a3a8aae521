/* The live board for supervisors: who waits, who serves whom, who is at work, and how the day goes. Read anew every two seconds. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { agents, ask, link, nameOf, offset, state, waitingTotal, watch } from '../app';
import { goTo } from '../pages';
import { clock, now } from '../time';
import type { QueueItem } from '../types';
import { Icon } from '../views/icons';
import { memo, OutLink, visitorName } from '../views/parts';
import { Due } from '../views/promise';
import { urgency, WaitClock } from '../views/rows';
import { seconds, share, type Row } from '../reports/figures';
import { w } from './words';

const EVERY_MS = 2000;
/** Served chats drawn; the board says how many more there are. */
const SHOWN = 100;

interface Served {
  chat: number;
  name: string;
  lang: string;
  queue: string;
  agent: string;
  transfers: number;
  preview: string;
  since: number;
  says: '' | 'visitor' | 'agent';
  said_at: number;
}

/** A chat a supervisor should look at, and why. */
interface Alert {
  code: string;
  chat: number;
  name: string;
  n: number;
}

interface Live {
  clock_s: number;
  today: Row;
  queues: Row[];
  active: Served[];
  total: number;
  alerts: Alert[];
}

const live = signal<Live | null>(null);
const trouble = signal(false);

async function read(): Promise<void> {
  try {
    live.value = (await ask({ type: 'live' })).live as Live;
    trouble.value = false;
  } catch {
    trouble.value = true;
  }
}

function useReading(): void {
  const open = link.value.state === 'open';
  useEffect(() => {
    if (!open) return;
    void read();
    const timer = window.setInterval(() => document.hidden || void read(), EVERY_MS);
    return () => clearInterval(timer);
  }, [open]);
}

function Tile({ name, value, sub, mark }: { name: string; value: string; sub: string; mark?: string | undefined }) {
  return (
    <div class="tile" data-mark={mark}>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        <span class="dim">{sub}</span>
      </dd>
    </div>
  );
}

/** Since when the longest of these has waited; 0 = nobody does. */
const oldest = (items: QueueItem[]): number => items.reduce((least, q) => (least === 0 || q.waiting_since < least ? q.waiting_since : least), 0);

function WaitingTile() {
  const since = oldest(state.value.queue);
  const waited = now.value + offset.value - since;
  const total = state.value.waitingTotal || waitingTotal.value;
  return <Tile name={w('waiting')} value={String(total)} sub={since ? w('waiting.longest', { span: clock(waited) }) : w('waiting.none')} mark={since ? urgency(waited) : undefined} />;
}

function Tiles({ board }: { board: Live }) {
  const today = board.today;
  const late = board.active.filter((c) => c.says === 'visitor').length;
  const here = agents.value.filter((a) => a.state === 'online');
  const room = here.reduce((n, a) => n + Math.max(0, a.capacity - a.load), 0);
  return (
    <dl class="tiles">
      <WaitingTile />
      <Tile name={w('served')} value={String(board.total)} sub={late > 0 ? w('served.unanswered', { n: late }) : w('served.all')} />
      <Tile name={w('intime', { s: board.clock_s })} value={share(today.in_time_pct)} sub={w('intime.of', { part: today.in_time ?? 0, whole: today.timed ?? 0 })} />
      <Tile name={w('response')} value={seconds(today.response_s)} sub={w('response.mean')} />
      <Tile name={w('team')} value={String(here.length)} sub={w('team.room', { n: room })} />
    </dl>
  );
}

function Alerts({ alerts }: { alerts: Alert[] }) {
  const known = alerts.filter((a) => a.code === 'transfers');
  const late = state.value.overdue;
  if (known.length + late.length === 0) return null;
  return (
    <section>
      <h3>{w('alerts')}</h3>
      <ul class="alerts">
        {known.map((a) => {
          const who = visitorName(a.name, a.chat);
          return (
            <li key={a.chat}>
              <span>
                <b dir="auto">{who}</b> {w('transfers', { n: a.n })}
              </span>
              <button class="small" aria-label={w('watch.of', { who })} onClick={() => void watch(a.chat)}>{w('watch')}</button>
            </li>
          );
        })}
        {late.map((p) => (
          <li key={`${p.chat}:${p.promise}`}>
            <span>
              <b dir="auto">{visitorName(p.visitor, p.chat ?? 0)}</b> {w('promised', { who: p.name })} <q dir="auto">{p.text}</q> <Due p={p} />
            </span>
            <OutLink href={`/api/v1/chats/${p.chat}.txt`}>{w('read')}</OutLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Queues({ rows }: { rows: Row[] }) {
  return (
    <section>
      <h3>{w('queues')}</h3>
      <div class="table-box" tabIndex={0} role="region" aria-label={w('queues')}>
        <table class="figures">
          <thead>
            <tr>
              {(['queue', 'now', 'longest', 'chats', 'joined', 'intime.short', 'abandoned', 'handling'] as const).map((key) => <th key={key} scope="col">{w(key)}</th>)}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const waits = state.value.queue.filter((q) => q.queue === row.id);
              const since = oldest(waits);
              return (
                <tr key={row.id}>
                  <th scope="row">{row.id}</th>
                  <td>{waits.length}</td>
                  <td>{since ? <WaitClock since={since} /> : '–'}</td>
                  <td>{row.chats}</td>
                  <td>{row.joined}</td>
                  <td>{share(row.in_time_pct)}</td>
                  <td>{row.abandoned}</td>
                  <td>{seconds(row.handling_s)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** How long ago the last words were, coloured while they are the visitor's. */
function LastWords({ chat }: { chat: Served }) {
  if (!chat.says) return <span class="dim">{w('says.none')}</span>;
  const ago = now.value + offset.value - chat.said_at;
  return (
    <span class={chat.says === 'visitor' ? 'clock' : 'dim'} data-urgency={chat.says === 'visitor' ? urgency(ago) : undefined}>
      {w(`says.${chat.says}`, { span: clock(ago) })}
    </span>
  );
}

const ServedRow = memo(({ chat }: { chat: Served }) => {
  const who = visitorName(chat.name, chat.chat);
  return (
    <tr data-chat={chat.chat}>
      <th scope="row">
        <span dir="auto">{who}</span> <abbr class="lang">{chat.lang}</abbr>
        <span class="preview dim" dir="auto">{chat.preview}</span>
      </th>
      <td class="text">
        <span dir="auto">{nameOf(chat.agent)}</span>
        {chat.transfers > 0 && <span class="preview dim">{w('transfers', { n: chat.transfers })}</span>}
      </td>
      <td><WaitTime since={chat.since} /></td>
      <td class="text"><LastWords chat={chat} /></td>
      <td class="go">
        <button class="small" aria-label={w('watch.of', { who })} onClick={() => void watch(chat.chat)}>{w('watch')}</button>
      </td>
    </tr>
  );
});

const WaitTime = ({ since }: { since: number }) => <>{clock(now.value + offset.value - since)}</>;

function ServedNow({ board }: { board: Live }) {
  return (
    <section>
      <h3>{w('served')}</h3>
      {board.active.length === 0 ? (
        <p class="empty">{w('served.none')}</p>
      ) : (
        <div class="table-box" tabIndex={0} role="region" aria-label={w('served')}>
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">{w('chat')}</th>
                <th scope="col" class="text">{w('with')}</th>
                <th scope="col">{w('since')}</th>
                <th scope="col" class="text">{w('last')}</th>
                <td />
              </tr>
            </thead>
            <tbody>{board.active.slice(0, SHOWN).map((chat) => <ServedRow key={chat.chat} chat={chat} />)}</tbody>
          </table>
        </div>
      )}
      {board.total > SHOWN && <p class="dim">{w('served.more', { n: board.total - SHOWN })}</p>}
    </section>
  );
}

function Team() {
  const here = agents.value.filter((a) => a.state !== 'offline');
  const gone = agents.value.length - here.length;
  return (
    <section>
      <h3>{w('agents')}</h3>
      {here.length === 0 && <p class="empty">{w('agents.none')}</p>}
      <ul class="crew">
        {here.map((a) => (
          <li key={a.id}>
            <span class={a.state === 'online' ? 'dot on' : 'dot'} aria-hidden="true" />
            <span class="crew-name" dir="auto">{a.name}</span>
            <span class="dim">{w(a.state === 'online' ? 'online' : 'away')}</span>
            <meter min={0} max={a.capacity} value={a.load} aria-label={`${w('load')}: ${a.load} / ${a.capacity}`} />
            <span>{a.load} / {a.capacity}</span>
          </li>
        ))}
      </ul>
      {gone > 0 && <p class="dim">{w('offline.n', { n: gone })}</p>}
    </section>
  );
}

export function Page() {
  useReading();
  const board = live.value;
  return (
    <>
      <header class="chat-head">
        <button class="quiet phone-only" aria-label={w('back')} onClick={() => goTo('chats')}>
          <Icon name="back" />
        </button>
        <h2>{w('title')}</h2>
        {trouble.value && <p class="dim" role="status">{w('trouble')}</p>}
      </header>
      <div class="scroll page-body" tabIndex={0} role="region" aria-label={w('title')}>
        {board ? (
          <>
            <Tiles board={board} />
            <Alerts alerts={board.alerts} />
            <div class="pair-wide">
              <ServedNow board={board} />
              <div>
                <Team />
              </div>
            </div>
            <Queues rows={board.queues} />
          </>
        ) : (
          <div class="skeleton" aria-hidden="true">{[0, 1, 2, 3].map((i) => <span key={i} />)}</div>
        )}
      </div>
    </>
  );
}
