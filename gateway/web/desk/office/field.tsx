/* One thing that can be changed: its field, what it takes, and, once it differs, the buttons to keep it or not. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { attempt } from './model';
import { w } from './words';

interface Props {
  name: string;
  label: string;
  value: string;
  /** What it would be if nobody had changed it. */
  usual: string;
  hint?: string;
  kind?: 'text' | 'number' | 'colour' | 'long';
  low?: number;
  high?: number;
  lang?: string;
  saved(): void;
}

export function Field({ name, label, value, usual, hint, kind = 'text', low, high, lang, saved }: Props) {
  const text = useSignal(value);
  const trouble = useSignal('');
  const busy = useSignal(false);
  const id = `field-${name.replace(/[^\w-]/g, '_')}`;
  useEffect(() => {
    text.value = value;
    trouble.value = '';
  }, [value]);

  async function keep(wanted?: string): Promise<void> {
    busy.value = true;
    trouble.value = await attempt({ type: 'settings.set', name, ...(wanted === undefined ? {} : { value: wanted }), was: value });
    busy.value = false;
    if (trouble.value === '') saved();
  }

  const common = {
    id,
    value: text.value,
    dir: 'auto' as const,
    lang,
    'aria-describedby': `${id}-hint`,
    'aria-invalid': trouble.value !== '',
    onInput: (e: { currentTarget: { value: string } }) => void (text.value = e.currentTarget.value),
  };
  const changed = text.value !== value;
  return (
    <form
      class="field"
      data-field={name}
      onSubmit={(e) => {
        e.preventDefault();
        if (changed) void keep(text.value);
      }}
    >
      <label for={id} dir="auto">{label}</label>
      <div class="field-row">
        {kind === 'long' ? (
          <textarea {...common} rows={Math.min(8, Math.max(2, text.value.split('\n').reduce((n, line) => n + Math.max(1, Math.ceil(line.length / 48)), 0)))} />
        ) : (
          <input {...common} class={kind} type={kind === 'number' ? 'number' : kind === 'colour' ? 'color' : 'text'} min={low} max={high} autocomplete="off" />
        )}
        {kind === 'colour' && <code>{text.value}</code>}
        {changed ? (
          <>
            <button class="small primary" disabled={busy.value}>{w('save')}</button>
            <button type="button" class="small" onClick={() => ((text.value = value), (trouble.value = ''))}>{w('cancel')}</button>
          </>
        ) : (
          value !== usual && (
            <button type="button" class="small" disabled={busy.value} title={usual} onClick={() => void keep()}>{w('reset')}</button>
          )
        )}
      </div>
      <p class="dim" id={`${id}-hint`}>{hint}</p>
      <p class="trouble" role="alert">{trouble.value}</p>
    </form>
  );
}
