/* A look at a waiting chat before taking it: its transcript, read over HTTP. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { chatFrom } from '../chat';
import { readChat } from '../session';
import type { Chat } from '../types';

export const peek = signal<{ number: number; chat?: Chat }>({ number: 0 });

/** Reads again when the preview changes: the visitor wrote more. */
export function usePeek(number: number, preview: string): void {
  useEffect(() => {
    let stale = false;
    void readChat(number).then((whole) => {
      if (stale || !whole) return;
      const before = peek.value.number === number ? peek.value.chat : undefined;
      peek.value = { number, chat: chatFrom(whole, 'offered', before) };
    });
    return () => void (stale = true);
  }, [number, preview]);
}
