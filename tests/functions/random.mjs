// Random numbers that can be had again.
/** A small seeded generator (mulberry32), so that a failure can be run again. */
export function random(seed) {
  let a = seed >>> 0;
  return below => {
    a = (a + 0x6D2B79F5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
