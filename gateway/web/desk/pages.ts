/* The pages beside the chats: who may open them, their key, and how each is loaded when it is first opened. A new page is a row. */

import { computed, signal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { area, me, pane, say, type Area } from './app';
import type { IconName } from './views/icons';
import { t, type Key } from './words';

type View = () => ComponentChild;

interface PageRow {
  area: Area;
  name: Key;
  icon: IconName;
  /** The letter that opens it, and closes it again. */
  key: string;
  /** For agents, too; else for supervisors only. */
  everyone?: boolean;
  /** The chats themselves are not loaded. */
  load?: () => Promise<{ Page: View }>;
}

const PAGES: PageRow[] = [
  { area: 'chats', name: 'page.chats', icon: 'chats', key: 'c', everyone: true },
  { area: 'live', name: 'page.live', icon: 'live', key: 'l', load: () => import('./live/page') },
  { area: 'reports', name: 'page.reports', icon: 'chart', key: 'p', everyone: true, load: () => import('./reports/page') },
  { area: 'search', name: 'page.search', icon: 'search', key: 's', everyone: true, load: () => import('./office/search') },
  { area: 'faq', name: 'faq', icon: 'book', key: 'f', load: () => import('./faq/page') },
  { area: 'people', name: 'page.people', icon: 'people', key: 'u', load: () => import('./office/people') },
  { area: 'settings', name: 'page.settings', icon: 'shop', key: ',', load: () => import('./office/page') },
];

/** Those this agent may open, in order. */
export const pages = computed(() => PAGES.filter((p) => p.everyone || me.value?.supervisor));

/** Opens a page beside the list; the one that is open goes back to the chats. */
export function goTo(to: Area): void {
  area.value = area.value === to || !pages.value.some((p) => p.area === to) ? 'chats' : to;
  pane.value = area.value === 'chats' ? 'list' : 'chat';
}

/** True when the letter opens a page. */
export function goByKey(key: string): boolean {
  const wanted = pages.value.find((p) => p.key === key);
  if (wanted) goTo(wanted.area);
  return wanted !== undefined;
}

const loaded = signal<Partial<Record<Area, View>>>({});

export const viewOf = (of: Area): View | undefined => loaded.value[of];

/** Loads a page's code; a second call does nothing. */
export async function loadPage(of: Area): Promise<void> {
  const row = PAGES.find((p) => p.area === of);
  if (!row?.load || loaded.value[of]) return;
  try {
    const { Page } = await row.load();
    loaded.value = { ...loaded.value, [of]: Page };
  } catch {
    say(t('error.other'));
  }
}
