// Waiting for conditions, never for luck: every wait has a reason, a limit, and says what it saw when the limit is reached.

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks `look` again and again until it gives something true; `seen()` is added to the complaint. */
export async function until(what, look, { ms = 10_000, every = 15, seen } = {}) {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms for ${what}${seen ? `; saw ${seen()}` : ''}`);
    await sleep(every);
  }
}

/** `promise`, or an error naming `what` after `ms`. */
export function within(what, promise, ms = 10_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The q-th quantile (0 … 1) of a list of numbers. */
export function quantile(numbers, q) {
  if (numbers.length === 0) return NaN;
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
