// Small helpers to build elements. Text only ever becomes text nodes, never markup.
import type { Stage } from './stage';

type Kid = Node | string | false | undefined | null;
type Props = Record<string, unknown>;

/** `what` is a tag, or tag.class; functions are listeners, true is an empty attribute, false and undefined none. */
export function h<K extends keyof HTMLElementTagNameMap>(what: K | `${K}.${string}`, props: Props = {}, ...kids: Kid[]): HTMLElementTagNameMap[K] {
  const [tag, look] = what.split('.') as [K, string?];
  const element = document.createElement(tag);
  if (look) element.className = look;
  for (const name in props) {
    const value = props[name];
    if (typeof value == 'function') Object.assign(element, { [name]: value });
    else if (value || value === 0) element.setAttribute(name, value === true ? '' : value as string);
  }
  element.append(...kids.filter((kid): kid is Node | string => !!kid));
  return element;
}

/** A field named by its placeholder. */
export const field = <K extends 'input' | 'textarea'>(tag: K, label: string, props: Props) => h<K>(tag, { 'aria-label': label, placeholder: label, dir: 'auto', ...props });

/** Line drawings on a 24 px grid. */
export const ICONS = {
  close: 'M6 6l12 12M18 6L6 18',
  more: 'M12 6h0M12 12h0M12 18h0',
  send: 'M5 12h14M13 6l6 6-6 6',
  out: 'M8 16l8-8M9 8h7v7',
  down: 'M6 9l6 6 6-6',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM5 20a7 7 0 0114 0',
  auto: 'M13 3L5 14h6l-1 7 9-11h-6z',
  find: 'M11 18a7 7 0 100-14 7 7 0 000 14zM16 16l4 4',
  star: 'M12 3l3 6 6 1-4 4 1 6-6-3-6 3 1-6-4-4 6-1z',
  back: 'M14 6l-6 6 6 6',
  check: 'M5 12l5 5 9-10',
};

let draw: Stage['draw_'];

/** Icons are made by the loader's function, which is there already. */
export function drawWith(given: Stage['draw_']): void {
  draw = given;
}

export function icon(name: keyof typeof ICONS): Element {
  const svg = draw('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true', class: 'i i-' + name });
  svg.append(draw('path', { d: ICONS[name] }));
  return svg;
}

/** The address if it is a web address, relative ones against the page; anything else (javascript:, data:) is none. */
export function webAddress(text: unknown): string | undefined {
  try {
    const { protocol, href } = new URL(text as string, document.baseURI);
    return text && /^https?:$/.test(protocol) ? href : undefined;
  } catch {
    return undefined;
  }
}

export const outLink = (look: 'a' | 'a.box', href: string, ...kids: Kid[]) => h(look, { href, target: '_blank', rel: 'noopener noreferrer' }, ...kids);

/** A text with its http and https addresses clickable. */
export function linked(text: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let from = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"“”]+/gi)) {
    const address = found[0].replace(/[.,:;!?…。，、！？'’»)\]}]+$/, (tail) => (/^\)+$/.test(tail) && found[0].includes('(') ? tail : ''));
    const href = webAddress(address);
    if (!href) continue;
    parts.push(text.slice(from, found.index), outLink('a', href, address));
    from = found.index! + address.length;
  }
  return [...parts, text.slice(from)];
}

/** "Linden & Loom" → LL. */
export const initials = (name: string) =>
  (name.match(/(^|\s)[\p{L}\p{N}]/gu) ?? []).slice(0, 2).join('').replace(/\s/g, '').toUpperCase();
