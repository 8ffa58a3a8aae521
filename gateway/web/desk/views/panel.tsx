/* What the transfer form and the close form share: they stand where the composer is, keep the focus in order and go with Esc. */

import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { wantFocus } from '../app';
import { panel } from '../keys';
import { t } from '../words';
import { Key } from './parts';

/** Back to the composer, where the draft still is. */
export function leavePanel(): void {
  wantFocus.value = 'composer';
  panel.value = '';
}

interface Props {
  title: string;
  go: string;
  busy: boolean;
  trouble: string;
  submit(form: FormData): void;
  children: ComponentChildren;
}

export function Panel({ title, go, busy, trouble, submit, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>('select, input, textarea')?.focus(), []);
  return (
    <form
      class="panel"
      ref={form}
      aria-labelledby="panel-title"
      onSubmit={(e) => {
        e.preventDefault();
        submit(new FormData(e.currentTarget));
      }}
      onKeyDown={(e) => {
        if (e.key === 'Escape') {
          e.preventDefault();
          leavePanel();
        } else if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
          e.preventDefault();
          form.current?.requestSubmit();
        }
      }}
    >
      <h3 id="panel-title">{title}</h3>
      {children}
      <p class="trouble" role="alert">
        {trouble}
      </p>
      <div class="panel-foot">
        <button type="button" onClick={leavePanel}>
          {t('panel.cancel')} <Key>Esc</Key>
        </button>
        <button class="primary" disabled={busy}>
          {go} <Key>Ctrl ⏎</Key>
        </button>
      </div>
    </form>
  );
}
