/* Setting a password by an invite link. */

import { signal } from '@preact/signals';
import { boot, enter, page } from '../app';
import { useInvite } from '../session';
import { PASSWORD_MIN, strength } from '../strength';
import { t, type Key } from '../words';
import { Door } from './login';

const password = signal('');
const again = signal('');
const trouble = signal('');
const busy = signal(false);
const gone = signal(false);

async function submit(token: string): Promise<void> {
  if (strength(password.value) === 0) return void (trouble.value = t('invite.short', { n: PASSWORD_MIN }));
  if (password.value !== again.value) return void (trouble.value = t('invite.differ'));
  busy.value = true;
  trouble.value = '';
  const { status } = await useInvite(token, password.value);
  busy.value = false;
  if (status === 204 || status === 200) {
    password.value = again.value = '';
    return enter();
  }
  if (status === 410 || status === 401 || status === 404) gone.value = true;
  else trouble.value = t(status === 0 ? 'login.unreachable' : status === 429 ? 'login.wait' : 'login.later', { n: 60 });
}

function Strength() {
  const level = strength(password.value);
  return (
    <p class="strength" data-level={level} id="strength">
      <span class="level" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {password.value === '' ? t('invite.hint', { n: PASSWORD_MIN }) : t(`strength.${level}` as Key, { n: PASSWORD_MIN })}
    </p>
  );
}

export function Invite({ token }: { token: string }) {
  if (gone.value)
    return (
      <Door title={t('invite.gone')}>
        <p>{t('invite.gone.text')}</p>
        <button
          class="primary"
          onClick={() => {
            page.value = 'boot';
            void boot();
          }}
        >
          {t('invite.login')}
        </button>
      </Door>
    );
  return (
    <Door title={t('invite.title')}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void submit(token);
        }}
      >
        <label>
          {t('invite.password')}
          <input
            type="password"
            autocomplete="new-password"
            aria-describedby="strength"
            required
            maxLength={256}
            autofocus
            value={password.value}
            onInput={(e) => (password.value = e.currentTarget.value)}
          />
        </label>
        <Strength />
        <label>
          {t('invite.again')}
          <input
            type="password"
            autocomplete="new-password"
            required
            maxLength={256}
            value={again.value}
            onInput={(e) => (again.value = e.currentTarget.value)}
          />
        </label>
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
        <button class="primary" disabled={busy.value}>
          {busy.value ? t('login.busy') : t('invite.go')}
        </button>
      </form>
    </Door>
  );
}
