/* A hint of how hard a password is to guess; pure. Length counts most; the gateway decides what it takes. */

export const PASSWORD_MIN = 10;

/** 0 too short, 1 weak, 2 fair, 3 good. */
export function strength(password: string): 0 | 1 | 2 | 3 {
  const chars = [...password];
  if (chars.length < PASSWORD_MIN) return 0;
  const kinds = [/\p{Ll}|\p{Lo}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((r) => r.test(password)).length;
  const runs = chars.filter((c, i) => i > 0 && isNext(chars[i - 1] ?? '', c)).length;
  const worth = Math.min(2 * new Set(chars).size, chars.length - runs) + kinds;
  if (worth < 10) return 1;
  return worth < 18 ? 2 : 3;
}

/** The same character again, or the next one (abc, 123). */
function isNext(a: string, b: string): boolean {
  const step = (b.codePointAt(0) ?? 0) - (a.codePointAt(0) ?? 0);
  return step === 0 || step === 1;
}
