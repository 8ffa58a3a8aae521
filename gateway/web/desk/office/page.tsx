/* Settings for supervisors: the shop, its hours, the desk's words, vouchers, and the history of all changes. */

import { signal } from '@preact/signals';
import { goTo } from '../pages';
import { Icon } from '../views/icons';
import { ChangeHistory } from './history';
import { HoursPage } from './hours_page';
import { Phrases } from './phrases';
import { Replies } from './replies';
import { Settings } from './settings';
import { Vouchers } from './vouchers';
import { w } from './words';

const TABS = { shop: Settings, hours: HoursPage, replies: Replies, phrases: Phrases, vouchers: Vouchers, history: ChangeHistory };
type Tab = keyof typeof TABS;
const names = Object.keys(TABS) as Tab[];
const tab = signal<Tab>('shop');

function Tabs() {
  return (
    <div class="tabs" role="tablist" aria-label={w('settings')}>
      {names.map((name, i) => (
        <button
          key={name}
          role="tab"
          id={`office-tab-${name}`}
          aria-selected={tab.value === name}
          aria-controls="office-panel"
          tabIndex={tab.value === name ? 0 : -1}
          onClick={() => (tab.value = name)}
          onKeyDown={(e) => {
            const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
            const next = names[(i + step + names.length) % names.length];
            if (!step || !next) return;
            tab.value = next;
            document.getElementById(`office-tab-${next}`)?.focus();
          }}
        >
          {w(`t.${name}`)}
        </button>
      ))}
    </div>
  );
}

export function Page() {
  const Panel = TABS[tab.value];
  return (
    <>
      <header class="chat-head">
        <button class="quiet" aria-label={w('back')} title={w('back')} onClick={() => goTo('chats')}>
          <Icon name="back" />
        </button>
        <h2>{w('settings')}</h2>
        <Tabs />
      </header>
      <div class="scroll office-body" id="office-panel" role="tabpanel" aria-labelledby={`office-tab-${tab.value}`} tabIndex={0}>
        <Panel />
      </div>
    </>
  );
}
