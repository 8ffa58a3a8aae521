/* The door to practice chats: their numbers are below zero, and what is done in them goes to the player, which is loaded when one begins. */

import type { Frame } from './types';

type Player = typeof import('./practice/player');
let player: Player | null = null;

export const isPractice = (chat: unknown): boolean => Number(chat) < 0;

/** Plays a dialogue: its name ("" = any) or its turns; `by` is whose wish it was. */
export async function begin(play: unknown, by: string): Promise<void> {
  player ??= await import('./practice/player');
  player.begin(play, by);
}

export const practised = (frame: Frame): Promise<Frame> => Promise.resolve(player?.command(frame) ?? { type: 'ok' });
export const write = (chat: number, kind: 'say' | 'note', text: string): void => player?.write(chat, kind, text);
