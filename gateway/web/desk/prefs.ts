/* What this browser remembers for an agent: pane widths, language, sound, drafts. Storage that is full or forbidden only forgets. */

const PREFIX = 'firstline.desk.';

export function remember(name: string, value: string): void {
  try {
    if (value === '') localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // A private window or a full disk: nothing depends on it.
  }
}

export function recall(name: string): string {
  try {
    return localStorage.getItem(PREFIX + name) ?? '';
  } catch {
    return '';
  }
}

/** Names (without the prefix) that begin with `start`. */
export function recallNames(start: string): string[] {
  try {
    return Object.keys(localStorage)
      .filter((k) => k.startsWith(PREFIX + start))
      .map((k) => k.slice(PREFIX.length));
  } catch {
    return [];
  }
}

export type Tab = 'reply' | 'note';

/** Drafts: one per agent, chat and tab of the composer, so that a note's words never stand where a reply is written. */
const drafts = new Map<string, string>();
const draftName = (agent: string, chat: number, tab: Tab): string => `draft.${agent}.${chat}.${tab}`;

export function draftOf(agent: string, chat: number, tab: Tab): string {
  const name = draftName(agent, chat, tab);
  return drafts.get(name) ?? recall(name);
}

export function keepDraft(agent: string, chat: number, tab: Tab, text: string): void {
  const name = draftName(agent, chat, tab);
  drafts.set(name, text);
  remember(name, text);
}

/** Forgets the drafts of chats that are not among `chats`. */
export function pruneDrafts(agent: string, chats: Set<number>): void {
  const start = `draft.${agent}.`;
  for (const name of recallNames(start)) {
    if (chats.has(Number(name.slice(start.length).split('.')[0]))) continue;
    drafts.delete(name);
    remember(name, '');
  }
}
