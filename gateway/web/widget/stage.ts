import type { luminance } from './accent';

/** A call of the page: `Firstline.NAME(…)`. */
export type Call = [name: string, ...args: unknown[]];

/** What the loader hands to the panel when a visitor opens it. */
export interface Stage {
  /** <firstline-chat>, and the shadow root in it. */
  host: HTMLElement;
  root: ShadowRoot;
  launcher: HTMLButtonElement;
  /** The launcher's drawing. */
  picture: Element;
  /** Where the gateway is: the directory of widget.js, with a slash at its end. */
  base: string;
  /** The script tag's data-attributes. */
  data: DOMStringMap;
  lang: string;
  /** Adds a style sheet to the shadow root, by CSSOM: no inline style for a strict policy to refuse. */
  dress(css: string): void;
  /** Shared, so that it is downloaded once. */
  luminance: typeof luminance;
}
