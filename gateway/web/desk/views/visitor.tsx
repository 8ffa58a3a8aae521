/* The right pane: who writes, from where, what was tried, what came before, and what colleagues noted. */

import { nameOf, pane, selected, selectedChat } from '../app';
import { panel } from '../keys';
import { isPractice } from '../practice';
import { day, hour, languageName, moment } from '../time';
import type { Chat, EarlierChat, Note, Tried, Visitor } from '../types';
import { hasWord, t, type Key as Word } from '../words';
import { Block } from './block';
import { categoryWords } from './close';
import { Icon } from './icons';
import { initials, Key, OutLink, visitorName, webAddress, Words } from './parts';
import { ChatPromises } from './promise';
import { peek } from './peek';
import { Suggestions } from './suggestions';

function Line({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div class="line">
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

/** A web address as link, its text short; anything else as text. */
function Address({ url, title }: { url: string; title?: string }) {
  const href = webAddress(url);
  if (!href) return <>{title || url}</>;
  const short = title || href.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');
  return (
    <OutLink href={href}>
      {short}
      <Icon name="out" />
    </OutLink>
  );
}

function Facts({ visitor: v, lang, channel }: { visitor: Visitor; lang: string; channel?: string }) {
  const attrs = Object.entries(v.attrs ?? {});
  return (
    <dl class="facts">
      {v.wish && <Line name={t('visitor.wish')}>{hasWord(`wish.${v.wish}`) ? t(`wish.${v.wish}` as Word) : v.wish}</Line>}
      {channel && <Line name={t('visitor.channel')}>{channel}</Line>}
      <Line name={t('visitor.language')}>{languageName(v.lang || lang)}</Line>
      {v.page?.url && (
        <Line name={t('visitor.page')}>
          <Address url={v.page.url} title={v.page.title} />
        </Line>
      )}
      {v.page?.referrer && (
        <Line name={t('visitor.referrer')}>
          <Address url={v.page.referrer} />
        </Line>
      )}
      {v.email && <Line name={t('visitor.email')}>{v.email}</Line>}
      {v.phone && (
        <Line name={t('visitor.phone')}>
          <bdi dir="ltr">{v.phone}</bdi>
        </Line>
      )}
      {v.account && <Line name={t('visitor.account')}>{v.account}</Line>}
      {attrs.map(([name, value]) => (
        <Line key={name} name={name}>
          {typeof value === 'string' ? value : JSON.stringify(value)}
        </Line>
      ))}
    </dl>
  );
}

/** The pages before the present one, the newest first. */
function Pages({ visitor }: { visitor: Visitor }) {
  const before = (visitor.pages ?? []).slice(0, -1).reverse();
  if (before.length === 0) return null;
  return (
    <section>
      <h3>{t('pages.before', { n: before.length })}</h3>
      <ul class="pages">
        {before.map((p) => (
          <li key={p.at}>
            <span dir="auto">
              <Address url={p.url} title={p.title} />
            </span>
            <time class="dim" title={moment(p.at)}>
              {hour(p.at)}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}

function TriedList({ tried }: { tried: Tried[] }) {
  if (tried.length === 0) return null;
  return (
    <section>
      <h3>{t('tried')}</h3>
      <ul class="tried">
        {tried.map((f) => (
          <li key={f.faq} data-ok={String(f.ok)}>
            <Icon name={f.ok === true ? 'check' : f.ok === false ? 'cross' : 'robot'} />
            <span dir="auto">{f.title || f.faq}</span>
            <span class="dim">{t(f.ok === true ? 'tried.yes' : f.ok === false ? 'tried.no' : 'tried.unknown')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const earlierOutcome = (e: EarlierChat): string => (hasWord(`outcome.${e.outcome}`) ? t(`outcome.${e.outcome}` as Word) : t('outcome.none'));

function Earlier({ list }: { list: EarlierChat[] }) {
  if (list.length === 0) return <p class="dim">{t('earlier.none')}</p>;
  return (
    <section>
      <h3>{t('earlier', { n: list.length })}</h3>
      <ul class="earlier">
        {list.map((e) => (
          <li key={e.chat}>
            <a href={`/api/v1/chats/${e.chat}.txt`} target="_blank" rel="noopener">
              {day(e.opened)}
            </a>
            <span class={`outcome ${e.outcome}`}>{earlierOutcome(e)}</span>
            <span class="dim" dir="auto">
              {[e.category && categoryWords(e.category), e.agent && nameOf(e.agent), e.score ? `${e.score}/5` : ''].filter(Boolean).join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Transfers({ chat }: { chat: Chat }) {
  if (chat.transfers.length === 0) return null;
  return (
    <section>
      <h3>{t('transfers', { n: chat.transfers.length })}</h3>
      <ul class="transfers">
        {chat.transfers.map((x) => (
          <li key={x.at}>
            <span dir="auto">
              {nameOf(x.from)} → {nameOf(x.to)}
            </span>{' '}
            <time class="dim" title={moment(x.at)}>
              {hour(x.at)}
            </time>
            <q dir="auto">{x.reason}</q>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Notes({ notes }: { notes: Note[] }) {
  if (notes.length === 0) return <p class="dim">{t('notes.none')}</p>;
  return (
    <section>
      <h3>{t('notes', { n: notes.length })}</h3>
      <ul class="notes">
        {notes.map((n) => (
          <li key={n.mid || n.at}>
            <p dir="auto">
              <Words text={n.text} />
            </p>
            <p class="dim">
              <span dir="auto">{n.name || n.agent}</span> · <time title={moment(n.at)}>{hour(n.at)}</time>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Who({ chat }: { chat: Chat }) {
  const name = visitorName(chat.visitor.name, chat.chat);
  return (
    <header class="who">
      <button class="quiet narrow-only" aria-label={t('back')} onClick={() => (pane.value = 'chat')}>
        <Icon name="back" />
      </button>
      <span class="face" aria-hidden="true">
        {initials(chat.visitor.name || '#')}
      </span>
      <div>
        <h2 dir="auto">{name}</h2>
        {chat.visitor.verified ? (
          <p class="verified">
            <Icon name="verified" /> {t('visitor.verified')}
          </p>
        ) : (
          <p class="dim">{t('visitor.unverified')}</p>
        )}
      </div>
    </header>
  );
}

export function VisitorPane() {
  const own = selectedChat.value;
  const chat = own ?? (peek.value.number === selected.value ? peek.value.chat : undefined);
  if (!chat) return <p class="empty">{t('visitor.nobody')}</p>;
  return (
    <>
      <Who chat={chat} />
      <div class="scroll info-body" tabIndex={0} role="region" aria-label={t('details')}>
        <Facts visitor={chat.visitor} lang={chat.lang} channel={chat.channel ?? ''} />
        <Pages visitor={chat.visitor} />
        <TriedList tried={chat.tried} />
        {own?.role === 'mine' && <Suggestions chat={own} />}
        <ChatPromises chat={chat} />
        <Transfers chat={chat} />
        <Notes notes={chat.notes} />
        <Earlier list={chat.visitor.earlier ?? []} />
        {own?.role === 'mine' && !isPractice(chat.chat) && <Block chat={own} />}
        {!isPractice(chat.chat) && (
          <p>
            <a href={`/api/v1/chats/${chat.chat}.txt`} target="_blank" rel="noopener">
              {t('transcript.txt')}
              <Icon name="out" />
            </a>
          </p>
        )}
      </div>
      {own?.role === 'mine' && (
        <footer class="info-foot">
          <button onClick={() => (panel.value = 'transfer')}>
            {t('transfer')} <Key>t</Key>
          </button>
          <button onClick={() => (panel.value = 'promise')}>
            {t('promise')} <Key>m</Key>
          </button>
          <button onClick={() => (panel.value = 'close')}>
            {t('close')} <Key>e</Key>
          </button>
        </footer>
      )}
    </>
  );
}
