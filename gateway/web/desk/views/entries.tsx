/* One entry of a transcript, by its kind. What is unknown is shown as a plain line, never dropped. */

import { useComputed } from '@preact/signals';
import { hour, moment, momentInZone, now } from '../time';
import type { ChatEvent, Note, Pending } from '../types';
import { hasWord, t, type Key } from '../words';
import { known } from '../zone';
import { Icon } from './icons';
import { Bubble, memo, OutLink, webAddress, Words } from './parts';

/** A message that is not out after this time says so, ms. */
export const SLOW_MS = 5000;

const worded = (prefix: string, code: string | undefined): string =>
  code && hasWord(`${prefix}.${code}`) ? t(`${prefix}.${code}` as Key) : (code ?? '');

const When = ({ at }: { at: number }) => (
  <time dateTime={new Date(at).toISOString()} title={moment(at)}>
    {hour(at)}
  </time>
);

interface EntryProps {
  event: ChatEvent;
  /** The visitor's name, "" while unknown. */
  visitor: string;
  /** Stands together with the one before: no name, no time. */
  joined: boolean;
  /** The newest of ours the visitor has seen. */
  seen: boolean;
}

function Message({ event: e, visitor, joined, seen }: EntryProps) {
  const own = e.from !== 'visitor';
  return (
    <li class={`entry ${own ? 'agent' : 'visitor'}`} data-joined={joined} data-seq={e.seq}>
      {!joined && (
        <p class="meta">
          <b dir="auto">{own ? e.name : visitor || t('visitor')}</b> <When at={e.at} />
        </p>
      )}
      <Bubble text={e.text ?? ''} title={moment(e.at)} />
      {seen && (
        <p class="meta seen">
          <Icon name="check" /> {t('seen')}
        </p>
      )}
    </li>
  );
}

function Answer({ event: e }: { event: ChatEvent }) {
  const href = webAddress(e.link);
  return (
    <li class="entry agent" data-seq={e.seq}>
      <p class="meta">
        <Icon name="robot" /> <b>{t('auto')}</b> <When at={e.at} />
      </p>
      <div class="bubble auto" dir="auto">
        <b>{e.title}</b>
        <p>
          <Words text={e.text ?? ''} />
        </p>
        {href && (
          <OutLink href={href}>
            {t('auto.link')}
            <Icon name="out" />
          </OutLink>
        )}
      </div>
    </li>
  );
}

const System = ({ event: e, children }: { event: ChatEvent; children: preact.ComponentChildren }) => (
  <li class="entry system" data-seq={e.seq} data-kind={e.kind}>
    <p title={moment(e.at)}>
      {children} <When at={e.at} />
    </p>
  </li>
);

/** The line for everything that is not a message. */
function systemWords(e: ChatEvent): string {
  switch (e.kind) {
    case 'helped':
      return t(e.ok ? 'event.helped' : 'event.not_helped');
    case 'queued':
      return t('event.queued', { queue: e.queue ?? '', why: worded('reason', e.reason) });
    case 'joined':
      return t('event.joined', { who: e.name || e.agent || '' });
    case 'left':
      return t('event.left', { who: e.name || e.agent || '', why: worded('left', e.reason) });
    case 'promise':
      return t('event.promise', { who: e.name ?? '', text: e.text ?? '', due: e.due ? momentInZone(e.due, known(String(e.tz ?? ''))) : '' });
    case 'kept':
      return t(e.late ? 'event.kept.late' : 'event.kept', { who: e.name ?? '', text: e.text ?? '' });
    case 'followup':
      return t(e.ok ? 'event.followup.yes' : 'event.followup.no');
    case 'rated':
      return e.text ? t('event.rated.text', { score: e.score ?? '', text: e.text }) : t('event.rated', { score: e.score ?? '' });
    case 'closed':
      return e.outcome ? t('event.closed.outcome', { by: closedBy(e), outcome: worded('outcome', e.outcome) }) : t('event.closed', { by: closedBy(e) });
    case 'notice':
      return e.code === 'voucher' ? t('notice.voucher', { code: String(e.params?.voucher ?? '') }) : worded('notice', e.code);
    default:
      return e.text ? `${e.kind}: ${e.text}` : e.kind;
  }
}

const closedBy = (e: ChatEvent): string => (e.by === 'visitor' ? t('by.visitor') : e.name || worded('by', e.by));

function Transferred({ event: e }: { event: ChatEvent }) {
  const from = e.from_name || (typeof e.from === 'string' ? e.from : (e.from?.name ?? ''));
  const to = e.to?.name || e.to?.agent || e.to?.queue || '';
  return (
    <System event={e}>
      <Icon name="transfer" /> {t('event.transferred', { from, to })} <q dir="auto">{e.reason}</q>
    </System>
  );
}

export const Entry = memo((props: EntryProps) => {
  const e = props.event;
  if (e.kind === 'message') return <Message {...props} />;
  if (e.kind === 'answer') return <Answer event={e} />;
  if (e.kind === 'transferred') return <Transferred event={e} />;
  return (
    <System event={e}>
      <span dir="auto">{systemWords(e)}</span>
    </System>
  );
});

export const NoteEntry = memo(({ note }: { note: Note }) => (
  <li class="entry agent note">
    <p class="meta">
      <Icon name="lock" /> <b dir="auto">{note.name || note.agent}</b> {t('note.only')} <When at={note.at} />
    </p>
    <Bubble text={note.text} />
  </li>
));

/** On its way: says so only when it takes a moment, and more when it takes long. */
export const PendingEntry = memo(({ p }: { p: Pending }) => {
  const slow = useComputed(() => now.value - p.at > SLOW_MS).value;
  return (
    <li class={`entry agent pending${p.kind === 'note' ? ' note' : ''}`} data-mid={p.mid}>
      <Bubble text={p.text} />
      {p.state === 'waiting' && <p class="meta">{slow ? t('sending.slow') : t('sending')}</p>}
    </li>
  );
});
