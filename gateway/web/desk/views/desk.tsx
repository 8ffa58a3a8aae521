/* The desk's frame: three panes whose widths are remembered, one at a time on a phone. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { area, offers, pane, select, selected, state, toast, welcomed, type Area } from '../app';
import { isEditable, offerOpensItself } from '../keys';
import { loadPage, pages, viewOf } from '../pages';
import { recall, remember } from '../prefs';
import { t } from '../words';
import { Alerts, ConnectionBar, StoreBar, Unsent } from './bars';
import { Dues } from './promise';
import { Conversation } from './conversation';
import { ChatList } from './list';
import { Rail } from './rail';
import { KeySheet } from './settings';
import { VisitorPane } from './visitor';

type Side = 'left' | 'right';
const LIMITS: Record<Side, [number, number, number]> = { left: [220, 420, 280], right: [220, 460, 300] };
const widths = { left: signal(widthOf('left')), right: signal(widthOf('right')) };

function widthOf(side: Side): number {
  const [least, most, usual] = LIMITS[side];
  const kept = Number(recall(`width.${side}`));
  return kept >= least && kept <= most ? kept : usual;
}

function setWidth(side: Side, width: number): void {
  const [least, most] = LIMITS[side];
  widths[side].value = Math.round(Math.min(most, Math.max(least, width)));
  remember(`width.${side}`, String(widths[side].value));
}

/** Drag it, or move it with the arrow keys. */
function Divider({ side, label }: { side: Side; label: string }) {
  const [least, most] = LIMITS[side];
  const towards = (rtl: boolean): number => (side === 'left' ? 1 : -1) * (rtl ? -1 : 1);
  const sign = (): number => towards(document.documentElement.dir === 'rtl');
  return (
    <div
      class="divider"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={widths[side].value}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onKeyDown={(e) => {
        if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
        e.preventDefault();
        setWidth(side, widths[side].value + (e.key === 'ArrowRight' ? 16 : -16) * sign());
      }}
      onPointerDown={(e) => {
        const handle = e.currentTarget;
        const from = e.clientX;
        const width = widths[side].value;
        handle.setPointerCapture(e.pointerId);
        handle.onpointermove = (m) => setWidth(side, width + (m.clientX - from) * sign());
        handle.onpointerup = handle.onpointercancel = () => (handle.onpointermove = null);
      }}
    />
  );
}

const isPhone = (): boolean => matchMedia('(max-width: 719px)').matches;

/** An offer opens by itself, unless somebody is writing, already decides about another one, or has only room for one pane. */
function useOffersThatOpen(): void {
  const newest = offers.value.at(-1)?.chat;
  useEffect(() => {
    if (newest === undefined || selected.value === newest) return;
    const s = state.value;
    const current = s.selected === null ? undefined : s.chats[s.selected];
    if (area.value !== 'chats' || isPhone() || isEditable(document.activeElement) || current?.role === 'offered' || document.querySelector('form.panel, dialog[open]')) return;
    offerOpensItself(Date.now());
    const idle = document.activeElement === document.body || !!document.activeElement?.closest('[data-row]');
    select(newest, idle ? 'offer' : '');
  }, [newest]);
}

/** A phone goes to the conversation when one is chosen, and back to the list when none is. */
function usePaneOfPhone(): void {
  const chat = selected.value;
  useEffect(() => {
    pane.value = chat === null ? 'list' : 'chat';
  }, [chat]);
}

function Skeleton() {
  return (
    <div class="skeleton" role="status" aria-label={t('loading')}>
      {[0, 1, 2, 3, 4, 5].map((i) => (
        <span key={i} />
      ))}
    </div>
  );
}

/** Loaded when it is first opened: few people ever do. */
function PageOf({ of }: { of: Area }) {
  useEffect(() => void loadPage(of), [of]);
  const Page = viewOf(of);
  return Page ? <Page /> : <Skeleton />;
}

export function Desk() {
  useOffersThatOpen();
  usePaneOfPhone();
  const page = area.value === 'chats' ? undefined : pages.value.find((p) => p.area === area.value);
  return (
    <div class="desk" data-rail={pages.value.length > 1} data-pane={pane.value} style={{ '--left': `${widths.left.value}px`, '--right': `${widths.right.value}px` }}>
      <div class="bars">
        <ConnectionBar />
        <StoreBar />
        <Unsent />
        <Dues />
        <Alerts />
      </div>
      <Rail />
      <nav class="pane list" aria-label={t('list')}>
        {welcomed.value ? <ChatList /> : <Skeleton />}
        <Divider side="left" label={t('divider.left')} />
      </nav>
      {page ? (
        <main class={`pane chat page ${page.area}`} aria-label={t(page.name)}>
          <PageOf key={page.area} of={page.area} />
        </main>
      ) : (
        <>
          <main class="pane chat" aria-label={t('conversation')}>
            {welcomed.value ? <Conversation /> : <Skeleton />}
          </main>
          <aside class="pane info" aria-label={t('visitor')}>
            <Divider side="right" label={t('divider.right')} />
            {welcomed.value ? <VisitorPane /> : <Skeleton />}
          </aside>
        </>
      )}
      <p class="toast" role="status" data-on={toast.value !== ''}>
        {toast.value}
      </p>
      <KeySheet />
    </div>
  );
}
