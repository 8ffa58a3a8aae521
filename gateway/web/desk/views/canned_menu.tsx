/* The list of canned replies that opens with a slash. */

import type { Signal } from '@preact/signals';
import type { Canned } from '../canned';
import { languageName } from '../time';
import { t } from '../words';

export interface Menu {
  /** The slash and the word after it, as offsets in the text. */
  from: number;
  to: number;
  items: Canned[];
  at: number;
}

/** The slash word the caret stands in, if any: at the beginning or after a space. */
export function slashAt(text: string, caret: number): { from: number; to: number; word: string } | null {
  const m = /(?:^|\s)\/([^\s/]*)$/.exec(text.slice(0, caret));
  if (!m) return null;
  const word = m[1] ?? '';
  return { from: caret - word.length - 1, to: caret, word };
}

/** Keys of the open menu; true when it took the key. */
export function menuKey(e: KeyboardEvent, menu: Signal<Menu | null>, choose: (index: number) => void): boolean {
  const open = menu.value;
  if (!open) return false;
  if (e.key === 'Escape') menu.value = null;
  else if (open.items.length === 0) return false;
  else if (e.key === 'ArrowDown') menu.value = { ...open, at: (open.at + 1) % open.items.length };
  else if (e.key === 'ArrowUp') menu.value = { ...open, at: (open.at + open.items.length - 1) % open.items.length };
  else if ((e.key === 'Enter' && !e.shiftKey) || e.key === 'Tab') choose(open.at);
  else return false;
  e.preventDefault();
  return true;
}

interface MenuProps {
  menu: Menu;
  lang: string;
  /** The text as it will stand in the composer. */
  filled(text: string): string;
  choose(index: number): void;
}

export function CannedMenu({ menu, lang, filled, choose }: MenuProps) {
  return (
    <div class="canned">
      <p class="dim">{t('canned.title', { lang: languageName(lang) })}</p>
      {menu.items.length === 0 && <p class="empty">{t('canned.none')}</p>}
      <ul id="canned" role="listbox" aria-label={t('canned')}>
        {menu.items.map((item, i) => (
          <li
            key={item.name}
            id={`canned-${i}`}
            role="option"
            aria-selected={i === menu.at}
            ref={(el) => void (i === menu.at && el?.scrollIntoView({ block: 'nearest' }))}
            onPointerDown={(e) => {
              e.preventDefault();
              choose(i);
            }}
          >
            <b>/{item.name}</b>
            <span dir="auto">{filled(item.text)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
