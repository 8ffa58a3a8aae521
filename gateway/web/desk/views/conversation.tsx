/* The middle pane: a chat of mine, an offer with its whole hand-over, somebody who waits, or nothing yet. */

import { useLayoutEffect, useRef } from 'preact/hooks';
import {
  accept,
  agents,
  attentionCount,
  decline,
  me,
  offers,
  pane,
  presence,
  select,
  selected,
  selectedChat,
  state,
  take,
  waitingItems,
  wantFocus,
} from '../app';
import { panel } from '../keys';
import { isPractice } from '../practice';
import { languageName } from '../time';
import type { Chat, QueueItem } from '../types';
import { hasWord, t, type Key as Word } from '../words';
import { CloseForm } from './close';
import { Composer } from './composer';
import { Icon } from './icons';
import { Key, Ring, visitorName } from './parts';
import { peek, usePeek } from './peek';
import { WaitClock } from './rows';
import { makePromise, PromiseForm } from './promise';
import { Transcript } from './transcript';
import { TransferForm } from './transfer';
import { WatchView } from './watch';

export const reasonWords = (reason: string): string => (hasWord(`reason.${reason}`) ? t(`reason.${reason}` as Word) : reason);

interface HeadProps {
  name: string;
  lang: string;
  sub: preact.ComponentChildren;
  children?: preact.ComponentChildren;
}

export function Head({ name, lang, sub, children }: HeadProps) {
  return (
    <header class="chat-head">
      <button class="quiet phone-only" aria-label={`${t('back')} ${attentionCount.value || ''}`.trim()} onClick={() => select(null)}>
        <Icon name="back" />
        {attentionCount.value > 0 && <span class="badge">{attentionCount.value}</span>}
      </button>
      <div class="chat-title">
        <h2 dir="auto">{name}</h2>
        <p class="dim">
          {languageName(lang)} · {sub}
        </p>
      </div>
      {children}
      <button class="quiet narrow-only" aria-label={t('details')} onClick={() => (pane.value = pane.value === 'info' ? 'chat' : 'info')}>
        <Icon name="info" />
      </button>
    </header>
  );
}

/** Gives the keyboard to a region when the agent opened it. */
function useFocusWhen(wanted: 'offer', key: number) {
  const element = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (wantFocus.value !== wanted) return;
    wantFocus.value = '';
    element.current?.focus({ preventScroll: true });
  }, [key, wantFocus.value]);
  return element;
}

/** Said at every moment: this visitor is a recording. */
function PracticeMark({ chat }: { chat: Chat }) {
  return isPractice(chat.chat) ? <p class="practice-mark">{t('practice.mark')}</p> : null;
}

function OfferView({ chat }: { chat: Chat }) {
  const region = useFocusWhen('offer', chat.chat);
  const offer = offers.value.find((o) => o.chat === chat.chat);
  const name = visitorName(chat.visitor.name, chat.chat);
  return (
    <section class="chat-body" ref={region} tabIndex={-1} aria-label={t('offer.of', { who: name })}>
      <Head name={name} lang={chat.lang} sub={reasonWords(chat.reason)}>
        {offer && <Ring offer={offer} big />}
      </Head>
      <PracticeMark chat={chat} />
      <Transcript chat={chat} pending={[]} />
      <footer class="offer-foot">
        <p>
          {t('offer.waited')} <WaitClock since={chat.waiting_since} />
        </p>
        <button class="primary" onClick={() => void accept(chat.chat)}>
          {t('offer.accept')} <Key>⏎</Key>
        </button>
        <button onClick={() => void decline(chat.chat)}>
          {t('offer.decline')} <Key>Esc</Key>
        </button>
      </footer>
    </section>
  );
}

function MineView({ chat }: { chat: Chat }) {
  const pending = state.value.outbox.filter((p) => p.chat === chat.chat && p.state !== 'refused');
  return (
    <section class="chat-body" aria-label={visitorName(chat.visitor.name, chat.chat)}>
      <Head name={visitorName(chat.visitor.name, chat.chat)} lang={chat.lang} sub={isPractice(chat.chat) ? t('practice') : t('chat.n', { n: chat.chat, queue: chat.queue })}>
        {chat.role === 'mine' && (
          <span class="narrow-only head-actions">
            <button class="quiet" aria-label={t('transfer')} onClick={() => (panel.value = 'transfer')}>
              <Icon name="transfer" />
            </button>
            <button class="quiet" aria-label={t('promise')} onClick={makePromise}>
              <Icon name="promise" />
            </button>
            <button class="quiet" aria-label={t('close')} onClick={() => (panel.value = 'close')}>
              <Icon name="done" />
            </button>
          </span>
        )}
      </Head>
      <PracticeMark chat={chat} />
      <Transcript key={chat.chat} chat={chat} pending={pending} />
      {chat.role === 'gone' ? <Gone chat={chat} /> : <Foot chat={chat} />}
    </section>
  );
}

/** The composer, or the form that stands in its place; what was being written stays. */
function Foot({ chat }: { chat: Chat }) {
  if (panel.value === 'transfer') return <TransferForm key={chat.chat} chat={chat} />;
  if (panel.value === 'promise') return <PromiseForm key={chat.chat} chat={chat} />;
  if (panel.value === 'close') return <CloseForm key={chat.chat} chat={chat} />;
  return <Composer key={chat.chat} chat={chat} />;
}

function Gone({ chat }: { chat: Chat }) {
  const waits = waitingItems.value.find((q) => q.chat === chat.chat);
  const key = chat.goneReason === 'taken' ? 'gone.takenover' : `gone.${chat.goneReason}`;
  if (panel.value === 'promise') return <PromiseForm key={chat.chat} chat={chat} />;
  return (
    <footer class="gone">
      <p role="status">{hasWord(key) ? t(key as Word) : t('gone.other')}</p>
      {waits?.phase === 'queued' && <button onClick={() => void take(chat.chat)}>{t('take')}</button>}
      {chat.goneReason === 'closed' && <button onClick={makePromise}>{t('promise')}</button>}
      <button onClick={() => select(null)}>{t('gone.dismiss')}</button>
    </footer>
  );
}

function WaitingView({ item }: { item: QueueItem }) {
  const region = useFocusWhen('offer', item.chat);
  usePeek(item.chat, item.preview);
  const name = visitorName(item.name, item.chat);
  const seen = peek.value.number === item.chat ? peek.value.chat : undefined;
  return (
    <section class="chat-body" ref={region} tabIndex={-1} aria-label={name}>
      <Head name={name} lang={item.lang} sub={`${item.queue} · ${reasonWords(item.reason)}`} />
      {seen ? (
        <Transcript key={item.chat} chat={seen} pending={[]} />
      ) : (
        <div class="transcript">
          <p class="bubble visitor" dir="auto">
            {item.preview}
          </p>
        </div>
      )}
      <footer class="offer-foot">
        <p>
          {t('offer.waited')} <WaitClock since={item.waiting_since} />
        </p>
        {item.phase === 'offered' ? (
          <p class="dim">{t('waiting.offered')}</p>
        ) : (
          <button class="primary" onClick={() => void take(item.chat)}>
            {t('take')} <Key>⏎</Key>
          </button>
        )}
      </footer>
    </section>
  );
}

function Team() {
  const list = agents.value.filter((a) => a.state !== 'offline');
  if (list.length === 0) return null;
  return (
    <>
      <h3>{t('team', { n: list.filter((a) => a.state === 'online').length })}</h3>
      <ul class="team">
        {list.map((a) => (
          <li key={a.id}>
            <span class={a.state === 'online' ? 'dot on' : 'dot'} aria-hidden="true" />
            <span dir="auto">{a.name}</span>
            <span class="dim">{a.state === 'online' ? t('team.load', { load: a.load, capacity: a.capacity }) : t('away')}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Nothing() {
  const away = me.value?.state !== 'online';
  const count = waitingItems.value.length;
  return (
    <div class="nothing">
      <h2>{away ? t('nothing.away') : count > 0 ? t('nothing.waiting', { n: count }) : t('nothing.calm')}</h2>
      <p class="dim">{away ? t('nothing.away.text') : t('nothing.text')}</p>
      {away && (
        <button class="primary" onClick={() => void presence('online')}>
          {t('nothing.online')}
        </button>
      )}
      <Team />
    </div>
  );
}

export function Conversation() {
  const chat = selectedChat.value;
  const number = selected.value;
  useLayoutEffect(() => {
    panel.value = '';
  }, [number]);
  if (chat?.role === 'offered') return <OfferView key={chat.chat} chat={chat} />;
  if (chat?.role === 'watched') return <WatchView key={chat.chat} chat={chat} />;
  if (chat) return <MineView key={chat.chat} chat={chat} />;
  const item = waitingItems.value.find((q) => q.chat === number);
  if (item) return <WaitingView key={item.chat} item={item} />;
  if (number === null) return <Nothing />;
  return (
    <div class="nothing">
      <h2>{t('gone.taken')}</h2>
      <button onClick={() => select(null)}>{t('gone.dismiss')}</button>
    </div>
  );
}
