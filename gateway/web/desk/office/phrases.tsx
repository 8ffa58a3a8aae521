/* The phrase guard's list in one language: what ships, what the shop added, and what it let off. */

import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { say } from '../app';
import { language } from '../words';
import { LanguageOf } from './language';
import { attempt, tell } from './model';
import { w } from './words';

interface Phrase {
  say: string;
  better: string;
  own: boolean;
}

const list = signal<Phrase[] | null>(null);
const own = signal<{ lang: string; say: string; better: string }[]>([]);

async function read(lang: string): Promise<void> {
  const got = await tell({ type: 'phrases', lang });
  if (!got) return;
  list.value = got.phrases as Phrase[];
  own.value = got.own as typeof own.value;
}

/** The gateways read the list anew a moment after a change. */
async function put(lang: string, words: string, better: string | undefined): Promise<string> {
  const wrong = await attempt({ type: 'settings.set', name: `phrase.${lang}.${words}`, ...(better === undefined ? {} : { value: better }) });
  if (wrong) return wrong;
  window.setTimeout(() => void read(lang), 300);
  say(w('saved'));
  return '';
}

function NewPhrase({ lang }: { lang: string }) {
  const trouble = useSignal('');
  async function add(form: HTMLFormElement): Promise<void> {
    const data = new FormData(form);
    const [words, better] = [String(data.get('say')).trim(), String(data.get('better')).trim()];
    trouble.value = words && better ? await put(lang, words, better) : w('phrases.both');
    if (!trouble.value) form.reset();
  }
  return (
    <form
      class="office-new"
      onSubmit={(e) => {
        e.preventDefault();
        void add(e.currentTarget);
      }}
    >
      <div class="pair">
        <label>
          {w('phrases.say')}
          <input name="say" maxLength={100} dir="auto" lang={lang} autocomplete="off" />
        </label>
        <label>
          {w('phrases.better')}
          <input name="better" maxLength={200} dir="auto" lang={lang} autocomplete="off" />
        </label>
      </div>
      <p class="trouble" role="alert">{trouble.value}</p>
      <button class="primary small">{w('phrases.add')}</button>
    </form>
  );
}

export function Phrases() {
  const lang = useSignal(language.value);
  const filter = useSignal('');
  useEffect(() => void read(lang.value), [lang.value]);
  const off = own.value.filter((o) => o.lang === lang.value && o.better === '-');
  const found = (list.value ?? []).filter((p) => `${p.say} ${p.better}`.toLocaleLowerCase().includes(filter.value.trim().toLocaleLowerCase()));
  const let_off = async (p: Phrase) => say((await put(lang.value, p.say, p.own ? undefined : '-')) || w('phrases.off.done'));
  return (
    <section class="office-group">
      <LanguageOf value={lang.value} more={own.value.map((o) => o.lang)} change={(l) => (lang.value = l)} />
      <p class="dim">{w('phrases.hint')}</p>
      <NewPhrase lang={lang.value} />
      <input type="search" aria-label={w('phrases.find')} placeholder={w('phrases.find')} value={filter.value} onInput={(e) => (filter.value = e.currentTarget.value)} />
      <ul class="phrases">
        {found.map((p) => (
          <li key={p.say}>
            <s dir="auto" lang={lang.value}>{p.say}</s>
            <b dir="auto" lang={lang.value}>{p.better}</b>
            {p.own && <span class="mark">{w('own')}</span>}
            <button class="small" aria-label={`${w(p.own ? 'remove' : 'phrases.off')}: ${p.say}`} onClick={() => void let_off(p)}>{w(p.own ? 'remove' : 'phrases.off')}</button>
          </li>
        ))}
      </ul>
      {list.value && found.length === 0 && <p class="empty">{w('phrases.none')}</p>}
      {off.length > 0 && (
        <>
          <h3>{w('phrases.offs')}</h3>
          <ul class="phrases">
            {off.map((o) => (
              <li key={o.say}>
                <span dir="auto">{o.say}</span>
                <button class="small" aria-label={`${w('phrases.back')}: ${o.say}`} onClick={() => void put(lang.value, o.say, undefined)}>{w('phrases.back')}</button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
