/* Chooses the language whose words are edited. */

import { languageName } from '../time';
import { w } from './words';

const USUAL = ['en', 'lt', 'bs', 'pl', 'fa', 'zh'];

export function LanguageOf({ value, more = [], change }: { value: string; more?: string[]; change(lang: string): void }) {
  return (
    <label class="office-lang">
      {w('language')}
      <select value={value} onChange={(e) => change(e.currentTarget.value)}>
        {[...new Set([...USUAL, ...more, value])].map((l) => (
          <option key={l} value={l}>{languageName(l)}</option>
        ))}
      </select>
    </label>
  );
}
