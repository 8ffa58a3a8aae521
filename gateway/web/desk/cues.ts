/* What in a change of state deserves a sound or a notification; pure. */

import { lastWords } from './chat';
import type { Chat, State } from './types';

export interface Cue {
  kind: 'offer' | 'message';
  chat: number;
  name: string;
  text: string;
}

const nameOf = (chat: Chat): string => chat.visitor.name ?? '';

/** New offers, and visitors' messages in chats nobody is looking at. The first welcome is quiet: a page just opened. */
export function cues(before: State, after: State): Cue[] {
  if (!before.welcomed) return [];
  const list: Cue[] = after.dues
    .filter((p) => !before.dues.includes(p))
    .map((p) => ({ kind: 'message', chat: p.chat ?? 0, name: p.visitor ?? '', text: p.text }));
  if (before.chats === after.chats) return list;
  for (const chat of Object.values(after.chats)) {
    const was = before.chats[chat.chat];
    const text = lastWords(chat);
    if (chat.role === 'offered' && was?.role !== 'offered') list.push({ kind: 'offer', chat: chat.chat, name: nameOf(chat), text });
    else if (chat.role === 'mine' && was?.role === 'mine' && chat.unread > was.unread)
      list.push({ kind: 'message', chat: chat.chat, name: nameOf(chat), text });
  }
  return list;
}
