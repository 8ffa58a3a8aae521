/* One entry: its texts per language, its rules as rows of words, its examples; and what would happen, shown while it is written. */

import { useSignal } from '@preact/signals';
import { languageName, moment } from '../time';
import { languagesOf, nextLabel, type Draft } from './entry';
import {
  base, change, check, close, draft, edited, isChanged, keepMine, lang, missing, mustReplay, remove, replay, replaying, runReplay, save, saving, sentence, takeTheirs, taken,
  test, testing, theirs, type Asked, type Near,
} from './model';
import { w } from './words';

const KNOWN = ['en', 'lt', 'bs', 'pl', 'fa', 'zh'];
const named = (code: string): string => (code === '' ? w('ed.any') : languageName(code));

function Languages({ d }: { d: Draft }) {
  const own = languagesOf(d);
  const all = own.length === 0 ? [lang.value] : own;
  const more = KNOWN.filter((code) => !all.includes(code));
  return (
    <div class="langs" role="group" aria-label={w('ed.langs')}>
      {[...new Set([...all, lang.value])].map((code) => (
        <button key={code} type="button" class="small" aria-pressed={lang.value === code} onClick={() => (lang.value = code)}>
          {named(code)}
        </button>
      ))}
      {more.length > 0 && (
        <select aria-label={w('ed.addlang')} value="" onChange={(e) => e.currentTarget.value && (lang.value = e.currentTarget.value)}>
          <option value="">{w('ed.addlang')}</option>
          {more.map((code) => (
            <option key={code} value={code}>
              {languageName(code)}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

function Field({ name, part, d, rows, hint }: { name: string; part: 'title' | 'answer' | 'link'; d: Draft; rows?: number; hint?: string }) {
  const value = d[part][lang.value] ?? '';
  const set = (text: string) => change({ [part]: { ...d[part], [lang.value]: text } });
  return (
    <label>
      {name}
      {rows ? (
        <textarea rows={rows} dir="auto" maxLength={600} value={value} onInput={(e) => set(e.currentTarget.value)} />
      ) : (
        <input dir={part === 'link' ? 'ltr' : 'auto'} placeholder={hint} value={value} onInput={(e) => set(e.currentTarget.value)} />
      )}
    </label>
  );
}

/** Rows of a field for its text, a long line taking several. */
const height = (text: string): number => Math.min(8, Math.max(2, text.split('\n').reduce((n, line) => n + 1 + Math.floor(line.length / 72), 0)));

function Ways({ d }: { d: Draft }) {
  const here = d.ways.filter((way) => (way.label.split('/')[0] ?? '') === lang.value);
  const set = (label: string, rows: string) => change({ ways: d.ways.map((way) => (way.label === label ? { label, rows } : way)) });
  const add = () => change({ ways: [...d.ways, { label: nextLabel(d, lang.value), rows: '' }] });
  return (
    <div class="ways">
      <p class="dim">{w('ed.way.hint')}</p>
      {here.map((way, i) => (
        <label key={way.label}>
          {w('ed.way', { n: i + 1 })}
          <textarea rows={height(way.rows)} dir="auto" spellcheck={false} value={way.rows} onInput={(e) => set(way.label, e.currentTarget.value)} />
        </label>
      ))}
      <button type="button" class="small" onClick={add}>
        {w('ed.addway')}
      </button>
    </div>
  );
}

function Rules({ d }: { d: Draft }) {
  return (
    <fieldset>
      <Ways d={d} />
      <label>
        {w('ed.not')}
        <textarea rows={height(d.not[lang.value] ?? '')} dir="auto" spellcheck={false} value={d.not[lang.value] ?? ''} onInput={(e) => change({ not: { ...d.not, [lang.value]: e.currentTarget.value } })} />
      </label>
      <div class="pair">
        <label>
          {w('ed.yes')}
          <textarea rows={Math.max(4, height(d.yes))} dir="auto" value={d.yes} onInput={(e) => change({ yes: e.currentTarget.value })} />
        </label>
        <label>
          {w('ed.no')}
          <textarea rows={Math.max(4, height(d.no))} dir="auto" value={d.no} onInput={(e) => change({ no: e.currentTarget.value })} />
        </label>
      </div>
      <details open={d.regex !== ''}>
        <summary>{w('ed.more')}</summary>
        <label>
          {w('ed.regex')}
          <input dir="ltr" spellcheck={false} maxLength={512} value={d.regex} onInput={(e) => change({ regex: e.currentTarget.value })} />
        </label>
      </details>
    </fieldset>
  );
}

function NearRow({ near }: { near: Near }) {
  const lacks = near.groups.filter((g) => g.found === null);
  return (
    <li data-near={near.entry} data-matches={near.matches}>
      <b>{near.entry}</b> {near.matches && <span class="ok-words">{w('near.fits')}</span>}
      {near.groups.filter((g) => g.found !== null).map((g) => (
        <span class="found" dir="auto">{w('near.found', { word: g.found ?? '' })}</span>
      ))}
      {lacks.map((g) => (
        <span class="lacks" dir="auto">{w('near.missing', { words: g.words.slice(0, 4).join(', ') + (g.n > 4 ? ' …' : '') })}</span>
      ))}
      {near.not && <span class="lacks" dir="auto">{w('near.not', { word: near.not })}</span>}
      {near.groups.length === 0 && !near.matches && <span class="dim">{w('near.alike')}</span>}
    </li>
  );
}

function Trying() {
  const got = test.value;
  return (
    <section class="trying">
      <label>
        {w('test')}
        <input
          dir="auto"
          maxLength={4000}
          placeholder={w('test.hint')}
          value={sentence.value}
          onInput={(e) => {
            sentence.value = e.currentTarget.value;
            check();
          }}
        />
      </label>
      {sentence.value !== '' && got?.verdict && (
        <div role="status">
          <p class="verdict" data-verdict={got.verdict}>{w(`v.${got.verdict}`, { entry: got.answer?.title || got.answer?.faq || '' })}</p>
          {got.answer && <p class="would" dir="auto">{got.answer.text}</p>}
        </div>
      )}
      {sentence.value !== '' && (got?.near?.length ?? 0) > 0 && (
        <>
          <h4>{w('near')}</h4>
          <ul class="near">
            {got?.near?.map((near) => <NearRow key={near.entry} near={near} />)}
          </ul>
        </>
      )}
    </section>
  );
}

const PastRow = ({ q }: { q: Asked }) => (
  <li title={w('un.from', { n: q.chat, when: moment(q.at) })}>
    <q dir="auto">{q.text}</q> {q.was && <span class="dim">{w('replay.was', { entry: q.was })}</span>}
  </li>
);

function Past() {
  const got = replay.value;
  return (
    <section class="past" aria-label={w('replay.title')}>
      <button type="button" class="small" disabled={replaying.value} onClick={() => void runReplay()}>
        {replaying.value ? w('replay.busy') : w('replay')}
      </button>
      {got && (
        <div role="status">
          <p>
            {got.fires === 0 ? w('replay.none', { asked: got.asked }) : `${w('replay.fires', { n: got.fires, asked: got.asked })}; ${w('replay.unanswered', { n: got.unanswered })}`}
          </p>
          <ul>
            {got.hits.slice(0, 12).map((q) => <PastRow key={`${q.chat} ${q.at}`} q={q} />)}
          </ul>
          {got.lost.length > 0 && (
            <>
              <p class="bad">{w('replay.lost')}</p>
              <ul>
                {got.lost.map((q) => <PastRow key={`${q.chat} ${q.at}`} q={q} />)}
              </ul>
            </>
          )}
        </div>
      )}
    </section>
  );
}

/** Problems of this entry without its name in front. */
const short = (line: string, id: string): string => line.replace(`entry '${id}': `, '');

function Verdict({ d }: { d: Draft }) {
  const lacking = missing();
  if (base.value === null && taken.value.has(d.id)) return <p class="bad">{w('ed.taken')}</p>;
  if (lacking.length > 0) return <p class="dim">{w('ed.empty', { what: lacking.join(', ') })}</p>;
  if (testing.value || !test.value) return <p class="dim">{w('checking')}</p>;
  if (test.value.broken === 0) return <p class="ok-words">{w('sound')}</p>;
  return (
    <div class="problems">
      <p class="bad">{w('problems', { n: test.value.broken })}</p>
      <ul tabIndex={0} aria-label={w('problems', { n: test.value.broken })}>
        {test.value.problems.map((line) => <li key={line} dir="auto">{short(line, d.id)}</li>)}
      </ul>
    </div>
  );
}

function Foot({ d }: { d: Draft }) {
  const sure = useSignal('');
  const sound = missing().length === 0 && !testing.value && test.value?.broken === 0 && !(base.value === null && taken.value.has(d.id));
  const first = mustReplay();
  const twice = (what: string, act: () => void) => () => {
    if (sure.value === what) act();
    else sure.value = what;
  };
  return (
    <footer class="editor-foot">
      <div role="status">
        <Verdict d={d} />
        {sound && first && <p class="dim">{w('ed.first')}</p>}
      </div>
      {base.value && (
        <button type="button" class="danger" onClick={twice('delete', () => void remove())} onBlur={() => (sure.value = '')}>
          {sure.value === 'delete' ? w('ed.delete.sure') : w('ed.delete')}
        </button>
      )}
      <button type="button" onClick={isChanged.value ? twice('close', close) : close} onBlur={() => (sure.value = '')}>
        {sure.value === 'close' ? w('ed.discard') : w('ed.close')}
      </button>
      <button class="primary" disabled={!sound || !isChanged.value || saving.value || first || edited.value === null}>
        {w(d.shadow ? 'ed.save.shadow' : 'ed.save.live')}
      </button>
    </footer>
  );
}

function Moved() {
  if (!theirs.value) return null;
  return (
    <div class="moved" role="alert">
      <p>{w('moved.same')}</p>
      <button type="button" class="small" onClick={takeTheirs}>{w('moved.theirs')}</button>
      <button type="button" class="small" onClick={keepMine}>{w('moved.mine')}</button>
    </div>
  );
}

export function Editor() {
  const d = draft.value;
  if (!d) return null;
  return (
    <form
      class="editor"
      aria-label={base.value ? d.id : w('ed.new')}
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      <Moved />
      <div class="scroll editor-scroll">
        <div class="editor-head">
          {base.value ? (
            <h3>{d.id}</h3>
          ) : (
            <label>
              {w('ed.id')}
              <input required maxLength={64} pattern="[a-z0-9_\-]+" value={d.id} onInput={(e) => change({ id: e.currentTarget.value })} />
            </label>
          )}
          <label class="tick">
            <input type="checkbox" checked={d.shadow} onChange={(e) => change({ shadow: e.currentTarget.checked })} />
            {w('ed.shadow')}
          </label>
        </div>
        <Languages d={d} />
        <Field name={w('ed.title')} part="title" d={d} />
        <Field name={w('ed.answer')} part="answer" d={d} rows={3} />
        <Field name={w('ed.link')} part="link" d={d} hint={w('ed.link.hint')} />
        <Trying />
        <Rules d={d} />
        <Past />
      </div>
      <Foot d={d} />
    </form>
  );
}
