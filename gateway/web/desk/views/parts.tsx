/* Small pieces used in several places: a row that draws only when its item changed, names, texts with links, the countdown ring. */

import { Component, type ComponentChild, type FunctionComponent, h } from 'preact';
import { now } from '../time';
import type { Offer } from '../types';
import { t } from '../words';

/** Draws again only when a prop is another object. */
export function memo<P extends object>(view: (props: P) => ComponentChild): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const was = this.props as Record<string, unknown>;
      const is = next as Record<string, unknown>;
      return Object.keys(is).some((k) => is[k] !== was[k]);
    }
    override render() {
      return h(view as FunctionComponent<P>, this.props as P);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}

export const visitorName = (name: string | undefined, chat: number): string => name || t('visitor.n', { n: chat });

/** Two letters of a name, for the round mark beside it. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return words
    .slice(0, 2)
    .map((w) => [...w][0] ?? '')
    .join('')
    .toLocaleUpperCase();
}

/** Only the web's own schemes become links; everything else stays text. */
export function webAddress(text: string | undefined): string {
  try {
    const url = new URL(text ?? '');
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : '';
  } catch {
    return '';
  }
}

export function OutLink({ href, children }: { href: string; children: ComponentChild }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

const ADDRESS = /https?:\/\/[^\s<>"'「」]*[^\s<>"'「」.,;:!?)\]،؛؟。，！？]/g;

/** Text as it was written, its web addresses clickable. */
export function Words({ text }: { text: string }) {
  const parts: ComponentChild[] = [];
  let at = 0;
  for (const m of text.matchAll(ADDRESS)) {
    const href = webAddress(m[0]);
    if (!href) continue;
    parts.push(text.slice(at, m.index), <OutLink href={href}>{m[0]}</OutLink>);
    at = (m.index ?? 0) + m[0].length;
  }
  parts.push(text.slice(at));
  return <>{parts}</>;
}

/** What somebody wrote, in its own direction; the bubble keeps the page's. */
export function Bubble({ text, label, title }: { text: string; label?: string; title?: string }) {
  return (
    <p class={label ? 'bubble ghost' : 'bubble'} title={title}>
      {label && <span class="visually-hidden">{label}</span>}
      <span class="words" dir="auto">
        <Words text={text} />
      </span>
    </p>
  );
}

/** A ring that empties until the offer ends; the seconds stand inside. */
export function Ring({ offer, big }: { offer: Offer; big?: boolean }) {
  const left = Math.min(offer.total, Math.max(0, offer.deadline - now.value));
  const length = 2 * Math.PI * 10;
  const part = offer.total > 0 ? Math.min(1, left / offer.total) : 0;
  return (
    <span class={big ? 'ring big' : 'ring'} role="timer" aria-label={t('offer.left', { n: Math.ceil(left / 1000) })}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle class="track" cx="12" cy="12" r="10" />
        <circle class="rest" cx="12" cy="12" r="10" stroke-dasharray={`${length * part} ${length}`} transform="rotate(-90 12 12)" />
      </svg>
      <span aria-hidden="true">{Math.ceil(left / 1000)}</span>
    </span>
  );
}

/** A key as it is printed on keyboards. */
export const Key = ({ children }: { children: ComponentChild }) => <kbd aria-hidden="true">{children}</kbd>;
