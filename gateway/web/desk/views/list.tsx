/* The left pane: offers, those who wait, my chats, and whether I am there. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { me, mineChats, offers, presence, state, waitingItems, waitingTotal, watchedChats } from '../app';
import { onReveal, sheetOpen } from '../keys';
import { t } from '../words';
import { Promises } from './promise';
import { MineRow, OfferRow, WaitingRow } from './rows';
import { SettingsMenu } from './settings';
import { Icon } from './icons';
import { visitorName } from './parts';

/** Height of a waiting row, px; desk.css says the same. */
const ROW = 48;
/** Rows drawn above and below what is seen. */
const BEYOND = 6;

/** Only the rows in view are in the page, so that five hundred who wait cost as much as ten. */
function Waiting() {
  const items = waitingItems.value;
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => (height.value = element.clientHeight));
    watch.observe(element);
    onReveal((row) => {
      const at = row.startsWith('w') ? waitingItems.value.findIndex((q) => `w${q.chat}` === row) : -1;
      if (at < 0) return;
      if (at * ROW < element.scrollTop) element.scrollTop = at * ROW;
      else if ((at + 1) * ROW > element.scrollTop + element.clientHeight) element.scrollTop = (at + 1) * ROW - element.clientHeight;
      top.value = element.scrollTop;
    });
    return () => watch.disconnect();
  }, []);
  const first = Math.max(0, Math.min(items.length - 1, Math.floor(top.value / ROW)) - BEYOND);
  const last = Math.min(items.length, Math.ceil((top.value + height.value) / ROW) + BEYOND);
  return (
    <section class="group waiting" aria-labelledby="waiting-title">
      <h2 id="waiting-title">
        {t('waiting')} <span class="count">{waitingTotal}</span>
      </h2>
      <div class="scroll" ref={box} onScroll={(e) => (top.value = e.currentTarget.scrollTop)}>
        {items.length === 0 ? (
          <p class="empty">{t('waiting.none')}</p>
        ) : (
          <ul class="rows tall" style={{ blockSize: `${items.length * ROW}px` }}>
            {items.slice(first, last).map((item, i) => (
              <WaitingRow key={item.chat} item={item} at={first + i} size={items.length} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function Mine() {
  const chats = mineChats.value;
  return (
    <section class="group mine" aria-labelledby="mine-title">
      <h2 id="mine-title">
        {t('mine')} <span class="count">{chats.filter((c) => c.role === 'mine').length}</span>
      </h2>
      <div class="scroll">
        {chats.length === 0 ? (
          <p class="empty">{t('mine.none')}</p>
        ) : (
          <ul class="rows">
            {chats.map((chat) => (
              <MineRow key={chat.chat} chat={chat} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function Watching() {
  const chats = watchedChats.value;
  if (chats.length === 0) return null;
  return (
    <section class="group watching" aria-labelledby="watching-title">
      <h2 id="watching-title">
        {t('watching')} <span class="count">{chats.length}</span>
      </h2>
      <div class="scroll">
        <ul class="rows">
          {chats.map((chat) => (
            <MineRow key={chat.chat} chat={chat} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function Offers() {
  const list = offers.value;
  const newest = list.at(-1);
  return (
    <div class="offers">
      <p class="visually-hidden" role="status">
        {newest && t('offer.of', { who: visitorName(state.value.chats[newest.chat]?.visitor.name, newest.chat) })}
      </p>
      {list.length > 0 && (
        <section aria-label={t('offers')}>
          <ul class="rows">
            {list.map((offer) => (
              <OfferRow key={offer.chat} offer={offer} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** How many chats at once. What is being typed stands until it is left or entered, whatever the desk is told meanwhile. */
function Capacity({ value, choose }: { value: number; choose: (wanted: number) => void }) {
  const typed = useSignal<string | null>(null);
  return (
    <label class="capacity" title={t('capacity.title')}>
      <span>{t('capacity', { n: mineChats.value.filter((c) => c.role === 'mine').length + offers.value.length })}</span>
      <input
        type="number"
        min={1}
        max={50}
        aria-label={t('capacity.title')}
        value={typed.value ?? value}
        onInput={(e) => (typed.value = e.currentTarget.value)}
        onChange={(e) => {
          const wanted = Math.min(50, Math.max(1, Math.round(e.currentTarget.valueAsNumber) || value));
          typed.value = null;
          choose(wanted);
        }}
        onBlur={() => (typed.value = null)}
      />
    </label>
  );
}

function Presence() {
  const agent = me.value;
  if (!agent) return null;
  const online = agent.state === 'online';
  return (
    <div class="presence">
      <span class={online ? 'dot on' : 'dot'} aria-hidden="true" />
      <select
        aria-label={t('presence')}
        value={online ? 'online' : 'away'}
        onChange={(e) => void presence(e.currentTarget.value === 'online' ? 'online' : 'away')}
      >
        <option value="online">{t('online')}</option>
        <option value="away">{t('away')}</option>
      </select>
      <Capacity value={agent.capacity} choose={(wanted) => void presence(online ? 'online' : 'away', wanted)} />
    </div>
  );
}

export function ChatList() {
  return (
    <>
      <header class="list-head">
        <h1 dir="auto">{state.value.shop || 'Firstline'}</h1>
        <button class="quiet" aria-label={t('keys')} title={`${t('keys')} (?)`} onClick={() => (sheetOpen.value = true)}>
          <Icon name="keys" />
        </button>
        <SettingsMenu />
      </header>
      <Offers />
      <Waiting />
      <Mine />
      <Watching />
      <Promises />
      <Presence />
    </>
  );
}
