/* What reaches an agent who looks elsewhere: a sound, a desktop notification, the count in the title and the favicon. */

import { effect, signal } from '@preact/signals';
import { attentionCount, onCues, select, state } from './app';
import type { Cue } from './cues';
import { openOffer } from './keys';
import { recall, remember } from './prefs';
import { t } from './words';

export const muted = signal(recall('muted') === '1');

export function mute(on: boolean): void {
  muted.value = on;
  remember('muted', on ? '1' : '');
  if (!on) beep('message');
}

let audio: AudioContext | null = null;

/** Two short soft tones for an offer, one for a message. */
function beep(kind: Cue['kind']): void {
  if (muted.value || typeof AudioContext === 'undefined') return;
  audio ??= new AudioContext();
  if (audio.state === 'suspended') void audio.resume();
  const tones = kind === 'offer' ? [660, 880] : [740];
  tones.forEach((hz, i) => tone(audio as AudioContext, hz, i * 0.14));
}

function tone(context: AudioContext, hz: number, delayS: number): void {
  const at = context.currentTime + delayS;
  const source = context.createOscillator();
  const gain = context.createGain();
  source.frequency.value = hz;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(0.12, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.16);
  source.connect(gain).connect(context.destination);
  source.start(at);
  source.stop(at + 0.18);
}

function notify(cue: Cue): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted' || document.hasFocus()) return;
  const who = cue.name || t('visitor.n', { n: cue.chat });
  const title = cue.kind === 'offer' ? t('notify.offer', { who }) : who;
  try {
    const n = new Notification(title, { body: cue.text.slice(0, 140), tag: `firstline-${cue.chat}`, silent: true });
    n.onclick = () => {
      window.focus();
      if (cue.kind === 'offer') openOffer(cue.chat);
      else select(cue.chat, 'composer');
      n.close();
    };
  } catch {
    // Some phones allow notifications only from a service worker.
  }
}

/** Asked once, on the agent's first click in the desk: browsers want a gesture, and people a reason. */
export function askToNotify(): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'default' || recall('asked') === '1') return;
  remember('asked', '1');
  void Notification.requestPermission();
}

const icon = (count: number): string => {
  const mark = count > 9 ? '9+' : String(count);
  const badge =
    count > 0
      ? `<circle cx="22" cy="10" r="10" fill="#d92d20"/><text x="22" y="14.5" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${count > 9 ? 11 : 13}" fill="#fff">${mark}</text>`
      : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M7 4h18a5 5 0 0 1 5 5v11a5 5 0 0 1-5 5H14l-7 6v-6a5 5 0 0 1-5-5V9a5 5 0 0 1 5-5z" fill="#2f5fd0"/>${badge}</svg>`;
  return 'data:image/svg+xml,' + encodeURIComponent(svg);
};

export function startAlerts(): void {
  onCues((list) => {
    beep(list.some((c) => c.kind === 'offer') ? 'offer' : 'message');
    list.slice(0, 3).forEach(notify);
  });
  const favicon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  effect(() => {
    const count = attentionCount.value;
    const name = state.value.shop ? `${state.value.shop} · Firstline` : 'Firstline';
    document.title = count > 0 ? `(${count}) ${name}` : name;
    if (favicon && favicon.dataset.count !== String(count)) {
      favicon.dataset.count = String(count);
      favicon.href = icon(count);
    }
  });
  document.addEventListener('pointerdown', askToNotify, { once: true });
}
