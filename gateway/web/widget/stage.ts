import type { luminance } from './accent';

/** A call of the page: `Firstline.NAME(…)`. */
export type Call = [name: string, ...args: unknown[]];

/** What the loader hands to the panel when a visitor opens it. */
export interface Stage {
  /** <firstline-chat>, and the shadow root in it. */
  host_: HTMLElement;
  root_: ShadowRoot;
  launcher_: HTMLButtonElement;
  /** The launcher's drawing. */
  picture_: Element;
  /** Where the gateway is: the directory of widget.js, with a slash at its end. */
  base_: string;
  /** The script tag's data-attributes. */
  data_: DOMStringMap;
  lang_: string;
  /** Adds a style sheet to the shadow root, by CSSOM: no inline style for a strict policy to refuse. */
  dress_(css: string): void;
  /** Shared, so that they are downloaded once: makes an SVG element; the luminance of a colour. */
  draw_(name: string, attributes: Record<string, string>): SVGElement;
  luminance_: typeof luminance;
}
