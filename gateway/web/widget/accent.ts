/** Colours derived from the shop's accent so that text on and beside it keeps a contrast of at least 4.5:1. */

const channels = (hex: string) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/** Relative luminance of #rrggbb, 0 to 1; NaN for anything else. */
export function luminance(hex = ''): number {
  const [r, g, b] = channels(hex).map((c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return hex.length == 7 ? 0.2126 * r + 0.7152 * g + 0.0722 * b : NaN;
}

/** Text on a ground of this luminance: white while it reads well, else black; one of the two always does. */
export const inkOn = (ground: number) => (ground > 0.183 ? '#000' : '#fff');

/** The accent, moved towards black or white until it can be read as text on a surface of luminance `ground`. */
export function readable(hex: string, ground: number, measure: typeof luminance): string {
  const goal = ground > 0.5 ? 0 : 255;
  for (let step = 0; ; step++) {
    const colour = '#' + channels(hex).map((c) => Math.round(c + ((goal - c) * step) / 20).toString(16).padStart(2, '0')).join('');
    const contrast = (measure(colour) + 0.05) / (ground + 0.05);
    if ((goal ? contrast : 1 / contrast) >= 4.5) return colour;
  }
}
