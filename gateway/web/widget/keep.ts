// What the visitor's browser remembers of a chat, in localStorage; where that is refused or full, in memory.
const PREFIX = 'firstline.';
const memory = new Map<string, string>();

export function recall(key: string): string | null {
  try {
    return memory.get(key) ?? localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** Without a value it forgets. */
export function remember(key: string, value?: string): void {
  memory.delete(key);
  try {
    if (value) localStorage.setItem(PREFIX + key, value);
    else localStorage.removeItem(PREFIX + key);
  } catch {
    if (value) memory.set(key, value);
  }
}

/** Calls back with the key when another tab of the same visitor changed something. */
export function watchOtherTabs(changed: (key: string) => void): void {
  addEventListener('storage', ({ key }) => key?.startsWith(PREFIX) && changed(key.slice(PREFIX.length)));
}

/** A message or wish on its way: stored before it is sent, forgotten when it is acknowledged. One key each, so that tabs do not overwrite each other. */
export interface Unsent {
  mid: string;
  at: number;
  /** Without text it is the wish to talk to a person. */
  text?: string;
  acked?: boolean;
}

/** The gateway knows a message id for the chat's life and a day: a text older than that is not sent by itself any more. */
const STALE_MS = 864e5;

export function keepUnsent({ mid, at, text }: Unsent): void {
  remember('out.' + mid, JSON.stringify({ at, text }));
}

export function unsent(): Unsent[] {
  const keys = [...memory.keys()];
  try {
    for (let i = 0; i < localStorage.length; i++) keys.push(localStorage.key(i)!.replace(PREFIX, ''));
  } catch { /* memory alone */ }
  const found: Unsent[] = [];
  for (const key of new Set(keys)) {
    if (!key.startsWith('out.')) continue;
    try {
      const { at, text } = JSON.parse(recall(key)!);
      if (Date.now() - at < STALE_MS) found.push({ mid: key.slice(4), at, text });
      else {
        if (text && !recall('draft')) remember('draft', text);
        remember(key);
      }
    } catch {
      remember(key);
    }
  }
  return found.sort((a, b) => a.at - b.at);
}
