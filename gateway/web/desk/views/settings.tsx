/* The agent's own settings (language, sound, notifications, log out) and the sheet of keys. */

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { mute, muted } from '../alerts';
import { leave, me } from '../app';
import { sheetOpen } from '../keys';
import { pages } from '../pages';
import { begin as beginPractice } from '../practice';
import { language, languages, setLanguage, t, type Key } from '../words';
import { Icon } from './icons';

const open = signal(false);
const permission = signal(typeof Notification === 'undefined' ? 'none' : Notification.permission);

export function LanguageSwitch() {
  return (
    <label class="language">
      <span class="visually-hidden">{t('settings.language')}</span>
      <select value={language.value} onChange={(e) => setLanguage(e.currentTarget.value)}>
        {languages.map(([code, name]) => (
          <option value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Notifications() {
  if (permission.value === 'none') return null;
  if (permission.value === 'granted') return <p class="dim">{t('settings.notify.on')}</p>;
  if (permission.value === 'denied') return <p class="dim">{t('settings.notify.denied')}</p>;
  return (
    <button onClick={() => void Notification.requestPermission().then((p) => (permission.value = p))}>{t('settings.notify.ask')}</button>
  );
}

export function SettingsMenu() {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open.value) return;
    if (typeof Notification !== 'undefined') permission.value = Notification.permission;
    const outside = (e: Event) => {
      if (!root.current?.contains(e.target as Node)) open.value = false;
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open.value]);
  return (
    <div
      class="menu"
      ref={root}
      onKeyDown={(e) => {
        if (e.key !== 'Escape' || !open.value) return;
        e.preventDefault();
        open.value = false;
        root.current?.querySelector('button')?.focus();
      }}
    >
      <button class="quiet" aria-expanded={open.value} aria-label={t('settings')} title={t('settings')} onClick={() => (open.value = !open.value)}>
        <Icon name="gear" />
      </button>
      {open.value && (
        <div class="menu-sheet" role="group" aria-label={t('settings')}>
          <p class="strong" dir="auto">
            {me.value?.name}
          </p>
          <LanguageSwitch />
          <label class="tick">
            <input type="checkbox" checked={!muted.value} onChange={(e) => mute(!e.currentTarget.checked)} />
            {t('settings.sound')}
          </label>
          <Notifications />
          <button
            onClick={() => {
              open.value = false;
              void beginPractice('', '');
            }}
          >
            {t('practice.begin')}
          </button>
          <hr />
          <button onClick={() => {
              open.value = false;
              void leave();
            }}>{t('settings.logout')}</button>
        </div>
      )}
    </div>
  );
}

function KeyLine({ keys, what }: { keys: string; what: string }) {
  return (
    <div>
      <dt>
        <kbd>{keys}</kbd>
      </dt>
      <dd>{what}</dd>
    </div>
  );
}

const KEYS: [string, Key][] = [
  ['j / k', 'keys.move'],
  ['⏎', 'keys.open'],
  ['Alt ↑ / ↓', 'keys.switch'],
  ['Alt O', 'keys.offer'],
  ['⏎ / Esc', 'keys.accept'],
  ['r / n', 'keys.compose'],
  ['Alt N', 'keys.tab'],
  ['/', 'keys.canned'],
  ['⏎ · Ctrl ⏎ · ⌘ ⏎', 'keys.send'],
  ['Shift ⏎', 'keys.newline'],
  ['Alt 1–3', 'keys.suggestion'],
  ['t', 'keys.transfer'],
  ['m', 'keys.promise'],
  ['e', 'keys.close'],
  ['a', 'keys.away'],
  ['Esc', 'keys.escape'],
  ['?', 'keys.sheet'],
];

export function KeySheet() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (sheetOpen.value) dialog.current?.showModal();
  }, [sheetOpen.value]);
  if (!sheetOpen.value) return null;
  return (
    <dialog ref={dialog} class="keysheet" aria-labelledby="keysheet-title" onClose={() => (sheetOpen.value = false)}>
      <header>
        <h2 id="keysheet-title">{t('keys')}</h2>
        <button class="quiet" aria-label={t('gone.dismiss')} onClick={() => dialog.current?.close()}>
          <Icon name="cross" />
        </button>
      </header>
      <dl>
        {KEYS.map(([keys, key]) => (
          <KeyLine key={keys} keys={keys} what={t(key)} />
        ))}
        {pages.value.length > 1 && <KeyLine keys={pages.value.map((p) => p.key).join(' / ')} what={pages.value.map((p) => t(p.name)).join(', ')} />}
      </dl>
    </dialog>
  );
}
