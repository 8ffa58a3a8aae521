/* Where the dashboard starts: an invite link, the log-in form, or the desk. */

import { render } from 'preact';
import { startAlerts } from './alerts';
import { boot, page, start } from './app';
import { startKeys } from './keys';
import { takeInvite } from './session';
import { Desk } from './views/desk';
import { Invite } from './views/invite';
import { Login, Unreachable } from './views/login';
import { language } from './words';

const invite = takeInvite();

function Root() {
  document.documentElement.lang = language.value;
  switch (page.value) {
    case 'invite':
      return <Invite token={invite} />;
    case 'login':
      return <Login />;
    case 'unreachable':
      return <Unreachable />;
    case 'desk':
      return <Desk />;
    case 'boot':
      return <div class="boot" />;
  }
}

const root = document.getElementById('desk');
if (root) render(<Root />, root);
start();
startAlerts();
startKeys();
if (invite) page.value = 'invite';
else void boot();
// The link may be opened in a tab that already shows the desk.
window.addEventListener('hashchange', () => {
  if (location.hash.includes('invite=')) location.reload();
});
