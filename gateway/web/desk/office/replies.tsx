/* Ready replies by language: change, add, take out; and back as they ship. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { readCanned, say } from '../app';
import { canned, type Canned } from '../canned';
import { language } from '../words';
import { Field } from './field';
import { LanguageOf } from './language';
import { attempt } from './model';
import { w } from './words';

function NewReply({ lang, names }: { lang: string; names: Set<string> }) {
  const trouble = useSignal('');
  async function add(form: HTMLFormElement): Promise<void> {
    const data = new FormData(form);
    const name = String(data.get('name')).trim();
    const text = String(data.get('text')).trim();
    if (names.has(name)) return void (trouble.value = w('replies.taken'));
    trouble.value = name && text ? await attempt({ type: 'settings.set', name: `canned.${lang}.${name}`, value: text }) : w('replies.both');
    if (trouble.value) return;
    form.reset();
    await readCanned();
    say(w('saved'));
  }
  return (
    <form
      class="office-new"
      onSubmit={(e) => {
        e.preventDefault();
        void add(e.currentTarget);
      }}
    >
      <label>
        {w('replies.name')}
        <input name="name" maxLength={32} dir="auto" autocomplete="off" placeholder="returns" />
      </label>
      <label>
        {w('replies.text')}
        <textarea name="text" rows={2} maxLength={2000} dir="auto" lang={lang} placeholder="… {visitor} … {agent} … {shop}" />
      </label>
      <p class="trouble" role="alert">{trouble.value}</p>
      <button class="primary small">{w('replies.add')}</button>
    </form>
  );
}

export function Replies() {
  const lang = useSignal(language.value);
  useEffect(() => void readCanned(), []);
  const all: Canned[] = canned.value[lang.value] ?? [];
  const drop = async (name: string) => {
    const wrong = await attempt({ type: 'settings.set', name: `canned.${lang.value}.${name}`, value: '' });
    say(wrong || w('replies.dropped'));
    await readCanned();
  };
  return (
    <section class="office-group" key={lang.value}>
      <LanguageOf value={lang.value} more={Object.keys(canned.value)} change={(l) => (lang.value = l)} />
      <p class="dim">{w('replies.hint')}</p>
      {all.map((c) => (
        <div key={c.name} class="reply">
          <Field name={`canned.${lang.value}.${c.name}`} label={`/${c.name}`} value={c.text} usual={c.own ? '' : c.text} kind="long" lang={lang.value} saved={() => void readCanned()} />
          <button class="small" aria-label={`${w('remove')}: ${c.name}`} onClick={() => void drop(c.name)}>{w('remove')}</button>
        </div>
      ))}
      {all.length === 0 && <p class="empty">{w('replies.none')}</p>}
      <NewReply lang={lang.value} names={new Set(all.map((c) => c.name))} />
    </section>
  );
}
