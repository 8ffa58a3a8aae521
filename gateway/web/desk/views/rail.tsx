/* The narrow bar at the very start: one button a page. With nothing but the chats to open, it is not there. */

import { area } from '../app';
import { goTo, pages } from '../pages';
import { t } from '../words';
import { Icon } from './icons';

export function Rail() {
  if (pages.value.length < 2) return null;
  return (
    <nav class="rail" aria-label={t('pages')}>
      {pages.value.map((p) => (
        <button key={p.area} class="quiet" aria-label={t(p.name)} aria-current={area.value === p.area ? 'page' : undefined} title={`${t(p.name)} (${p.key})`} onClick={() => area.value !== p.area && goTo(p.area)}>
          <Icon name={p.icon} />
        </button>
      ))}
    </nav>
  );
}
