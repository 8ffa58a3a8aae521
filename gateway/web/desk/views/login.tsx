/* The log-in form, and the page for when the gateway cannot be reached at all. */

import { signal } from '@preact/signals';
import { boot, enter, page } from '../app';
import { logIn } from '../session';
import { t, type Key } from '../words';
import { LanguageSwitch } from './settings';

const busy = signal(false);
const trouble = signal('');

async function submit(form: HTMLFormElement): Promise<void> {
  const data = new FormData(form);
  busy.value = true;
  const answer = await logIn(String(data.get('name')).trim().toLowerCase(), String(data.get('password')));
  busy.value = false;
  if (answer.status === 204 || answer.status === 200) {
    trouble.value = '';
    return enter();
  }
  trouble.value = loginTrouble(answer.status, answer.retryAfterS);
  form.querySelector<HTMLInputElement>('[name="password"]')?.select();
}

function loginTrouble(status: number, waitS: number): string {
  if (status === 401) return t('login.wrong');
  if (status === 429) return t('login.wait', { n: waitS || 60 });
  const key: Key = status === 0 ? 'login.unreachable' : 'login.later';
  return t(key);
}

export function Door({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <main class="door">
      <div class="door-card">
        <p class="brand">Firstline</p>
        <h1>{title}</h1>
        {children}
      </div>
      <LanguageSwitch />
    </main>
  );
}

export function Login() {
  return (
    <Door title={t('login.title')}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void submit(e.currentTarget);
        }}
      >
        <label>
          {t('login.name')}
          <input name="name" autocomplete="username" autocapitalize="none" spellcheck={false} required maxLength={32} autofocus />
        </label>
        <label>
          {t('login.password')}
          <input name="password" type="password" autocomplete="current-password" required maxLength={256} />
        </label>
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
        <button class="primary" disabled={busy.value}>
          {busy.value ? t('login.busy') : t('login.go')}
        </button>
      </form>
    </Door>
  );
}

export function Unreachable() {
  return (
    <Door title={t('unreachable.title')}>
      <p>{t('unreachable.text')}</p>
      <button
        class="primary"
        onClick={() => {
          page.value = 'boot';
          void boot();
        }}
      >
        {t('unreachable.again')}
      </button>
    </Door>
  );
}
