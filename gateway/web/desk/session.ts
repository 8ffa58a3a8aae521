/* Logging in and out over HTTP. The password goes in the Authorization header and nowhere else. */

import type { Handover } from './types';

export interface Answer {
  status: number;
  /** Seconds to wait, with 429. */
  retryAfterS: number;
}

/** Status 0: the gateway was not reached. */
async function call(method: string, path: string, authorization?: string): Promise<Answer> {
  try {
    const headers: Record<string, string> = authorization ? { Authorization: authorization } : {};
    const response = await fetch(path, { method, headers, credentials: 'same-origin', cache: 'no-store' });
    return { status: response.status, retryAfterS: Number(response.headers.get('Retry-After')) || 0 };
  } catch {
    return { status: 0, retryAfterS: 0 };
  }
}

function basic(name: string, password: string): string {
  const bytes = new TextEncoder().encode(`${name}:${password}`);
  return 'Basic ' + btoa(String.fromCharCode(...bytes));
}

export const logIn = (name: string, password: string): Promise<Answer> => call('POST', '/api/v1/session', basic(name, password));
export const logOut = (): Promise<Answer> => call('DELETE', '/api/v1/session');
export const useInvite = (token: string, password: string): Promise<Answer> => call('POST', '/api/v1/invite', basic(token, password));

/** true: logged in; false: not; null: the gateway was not reached. */
export async function loggedIn(): Promise<boolean | null> {
  const { status } = await call('GET', '/api/v1/session');
  if (status === 200) return true;
  return status === 401 || status === 403 ? false : null;
}

/** A whole chat as the gateway exports it, null when it cannot be had. */
export async function readChat(chat: number): Promise<Handover | null> {
  try {
    const response = await fetch(`/api/v1/chats/${chat}`, { credentials: 'same-origin', cache: 'no-store' });
    const whole = response.ok ? ((await response.json()) as Handover) : null;
    return Array.isArray(whole?.transcript) ? whole : null;
  } catch {
    return null;
  }
}

/** The invite token of the address, taken out of it at once so that it stays in no history. */
export function takeInvite(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('invite') ?? '';
  if (token) history.replaceState(null, '', location.pathname + location.search);
  return token;
}
