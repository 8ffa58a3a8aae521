/* Where an agent writes: a reply to the visitor, or a note for colleagues. Each has its own tab, colour, draft and button. */

import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { me, state, typing, wantFocus, write } from '../app';
import { cannedFor, fill } from '../canned';
import { composeWish, insertWish } from '../keys';
import { draftOf, keepDraft, type Tab } from '../prefs';
import type { Chat } from '../types';
import { t } from '../words';
import { CannedMenu, menuKey, slashAt, type Menu } from './canned_menu';
import { Icon } from './icons';
import { Key } from './parts';
import { PhraseHint } from './phrase_hint';

/** The gateway's limit, in code points; the count shows from WARN on. */
const TEXT_MAX = 4000;
const TEXT_WARN = 3600;
const TYPING_EVERY_MS = 3000;
const TYPING_IDLE_MS = 5000;

/** The tab each chat was left on. */
const tabs = new Map<number, Tab>();

/** Tells the visitor that we write: never while it is a note. */
function useTypingMark(chat: number) {
  const sentAt = useRef(0);
  const timer = useRef(0);
  const stop = () => {
    clearTimeout(timer.current);
    if (sentAt.current) typing(chat, false);
    sentAt.current = 0;
  };
  const touch = (text: string) => {
    if (text === '') return stop();
    clearTimeout(timer.current);
    timer.current = window.setTimeout(stop, TYPING_IDLE_MS);
    if (Date.now() - sentAt.current < TYPING_EVERY_MS) return;
    sentAt.current = Date.now();
    typing(chat, true);
  };
  useEffect(() => stop, [chat]);
  return { touch, stop };
}

function grow(area: HTMLTextAreaElement): void {
  area.style.blockSize = 'auto';
  area.style.blockSize = `${Math.min(area.scrollHeight + 2, 200)}px`;
}

export function Composer({ chat }: { chat: Chat }) {
  const agent = me.value?.id ?? '';
  // Who only watches writes to the agent, never to the visitor.
  const watched = chat.role === 'watched';
  const tab = useSignal<Tab>(watched ? 'note' : (tabs.get(chat.chat) ?? 'reply'));
  const text = useSignal(draftOf(agent, chat.chat, tab.value));
  const menu = useSignal<Menu | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const mark = useTypingMark(chat.chat);
  const length = [...text.value].length;
  const note = tab.value === 'note';

  // Each tab has a field of its own; the keyboard goes with the tab, so that no letter is taken for a shortcut.
  const turned = useRef(false);
  useLayoutEffect(() => {
    if (turned.current) area.current?.focus();
    turned.current = false;
  }, [tab.value]);

  useLayoutEffect(() => {
    if (area.current) grow(area.current);
  }, [text.value, tab.value]);

  useLayoutEffect(() => {
    if (wantFocus.value !== 'composer') return;
    wantFocus.value = '';
    // A phone's keyboard comes when it is asked for.
    if (matchMedia('(pointer: fine)').matches || !('ontouchstart' in window)) area.current?.focus();
  }, [chat.chat, wantFocus.value]);

  useLayoutEffect(() => {
    const wish = composeWish.value;
    if (!wish) return;
    composeWish.value = '';
    turn(wish === 'note' ? 'note' : 'reply');
    if (wish === 'canned') put(text.value === '' || text.value.endsWith(' ') ? `${text.value}/` : `${text.value} /`);
  }, [composeWish.value]);

  useLayoutEffect(() => {
    const words = insertWish.value;
    if (!words) return;
    insertWish.value = '';
    turn('reply');
    put(text.value.trim() === '' ? words : `${text.value.trimEnd()} ${words}`);
  }, [insertWish.value]);

  function turn(to: Tab, focus = true): void {
    if (to === tab.value || watched) {
      if (focus) area.current?.focus();
      return;
    }
    turned.current = focus;
    mark.stop();
    tabs.set(chat.chat, to);
    menu.value = null;
    tab.value = to;
    text.value = draftOf(agent, chat.chat, to);
  }

  function put(value: string, caret = value.length): void {
    text.value = value;
    keepDraft(agent, chat.chat, tab.value, value);
    if (tab.value === 'note') return;
    mark.touch(value);
    const slash = slashAt(value, caret);
    menu.value = slash ? { ...slash, items: cannedFor(chat.lang, slash.word), at: 0 } : null;
  }

  const filled = (words: string): string =>
    fill(words, { visitor: chat.visitor.name ?? '', agent: me.value?.name ?? '', shop: state.value.shop });

  function choose(index: number): void {
    const open = menu.value;
    const item = open?.items[index];
    if (!open || !item) return;
    put(text.value.slice(0, open.from) + filled(item.text) + text.value.slice(open.to));
    menu.value = null;
    area.current?.focus();
  }

  function submit(): void {
    const words = text.value.trim();
    if (words === '' || length > TEXT_MAX) return;
    write(chat.chat, note ? 'note' : 'say', words);
    menu.value = null;
    mark.stop();
    text.value = '';
    keepDraft(agent, chat.chat, tab.value, '');
    area.current?.focus();
  }

  function onKeyDown(e: KeyboardEvent): void {
    if (e.isComposing || e.keyCode === 229) return;
    if (e.altKey && e.code === 'KeyN') {
      e.preventDefault();
      return turn(note ? 'reply' : 'note');
    }
    if (menu.value && menuKey(e, menu, choose)) return;
    if (e.key === 'Escape') {
      e.preventDefault();
      document.querySelector<HTMLElement>(`[data-row="m${chat.chat}"]`)?.focus();
      return;
    }
    if (e.key !== 'Enter' || e.shiftKey || e.altKey) return;
    e.preventDefault();
    submit();
  }

  const label = note ? t('compose.note.label') : t('compose.reply.label');
  return (
    <form
      class={note ? 'composer note' : 'composer'}
      onSubmit={(e) => {
        e.preventDefault();
        submit();
      }}
    >
      <div class="tabs" role="tablist" aria-label={t('compose')}>
        {(watched ? (['note'] as const) : (['reply', 'note'] as const)).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab.value === name}
            aria-controls="compose-area"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => turn(name)}
            onKeyDown={(e) => {
              if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
              const other = name === 'reply' ? 'note' : 'reply';
              turn(other, false);
              requestAnimationFrame(() => document.getElementById(`tab-${other}`)?.focus());
            }}
          >
            {name === 'note' && <Icon name="lock" />}
            {t(name === 'note' ? 'compose.note' : 'compose.reply')}
          </button>
        ))}
        {note && <span class="only-us">{t('compose.note.only')}</span>}
      </div>
      {!note && (
        <PhraseHint
          text={text.value}
          lang={chat.lang}
          use={(better) => {
            put(better);
            area.current?.focus();
          }}
        />
      )}
      <div class="compose-area" id="compose-area" role="tabpanel" aria-labelledby={`tab-${tab.value}`}>
        {menu.value && <CannedMenu menu={menu.value} lang={chat.lang} filled={filled} choose={choose} />}
        <textarea
          key={tab.value}
          ref={area}
          rows={2}
          dir="auto"
          aria-label={label}
          aria-autocomplete={note ? undefined : 'list'}
          aria-controls={menu.value ? 'canned' : undefined}
          aria-activedescendant={menu.value?.items.length ? `canned-${menu.value.at}` : undefined}
          placeholder={note ? t('compose.note.hint') : t('compose.reply.hint')}
          value={text.value}
          onInput={(e) => put(e.currentTarget.value, e.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onBlur={() => (menu.value = null)}
        />
      </div>
      <div class="compose-foot">
        <span class="dim hint">{note ? '' : t('compose.canned')}</span>
        {length >= TEXT_WARN && (
          <span class={length > TEXT_MAX ? 'over' : 'dim'} role="status">
            {t('compose.left', { n: TEXT_MAX - length })}
          </span>
        )}
        <button class={note ? 'send note-send' : 'send primary'} disabled={text.value.trim() === '' || length > TEXT_MAX}>
          {note ? t('compose.note.send') : t('compose.reply.send')} <Key>⏎</Key>
        </button>
      </div>
    </form>
  );
}
