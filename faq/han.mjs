// Writes han.c, the table traditional -> simplified, from Unicode's Unihan_Variants.txt: node faq/han.mjs Unihan_Variants.txt > faq/han.c
import { readFileSync } from 'node:fs';

// Pairs which Unihan leaves out or gives otherwise, and which shop talk needs folded: one meaning, two ways to type it.
const extra = { 0x81fa: 0x53f0, 0x88cf: 0x91cc, 0x88e1: 0x91cc, 0x9031: 0x5468, 0x7232: 0x4e3a, 0x70ba: 0x4e3a, 0x4f54: 0x5360,
  0x8457: 0x7740, 0x5011: 0x4eec, 0x59b3: 0x4f60, 0x60a8: 0x4f60 };

const map = new Map();
const source = readFileSync(process.argv[2], 'utf8');
for (const line of source.split('\n')) {
  const [from, field, to] = line.split('\t');
  if (line.startsWith('#') || (field !== 'kSimplifiedVariant' && field !== 'kTraditionalVariant')) continue;
  const a = parseInt(from.slice(2), 16);
  for (const word of to.split(' ')) {
    const b = parseInt(word.slice(2), 16);
    const [trad, simp] = field === 'kSimplifiedVariant' ? [a, b] : [b, a];
    if (trad !== simp && trad < 0x10000 && simp < 0x10000 && !map.has(trad)) map.set(trad, simp);
  }
}
for (const [trad, simp] of Object.entries(extra)) map.set(Number(trad), simp);
// Follow chains to their end, so that folding twice changes nothing; a cycle ends at its smallest member.
const end = (c) => {
  const seen = [c];
  for (let next = map.get(c); next !== undefined; next = map.get(next)) {
    if (seen.includes(next)) return Math.min(...seen.slice(seen.indexOf(next)));
    seen.push(next);
  }
  return seen.at(-1);
};
const pairs = [...map.keys()].sort((a, b) => a - b).map((c) => [c, end(c)]).filter(([a, b]) => a !== b);
const hex = (n) => `0x${n.toString(16)}`;
console.log('/* Traditional Chinese characters and their simplified forms, by code point; made by han.mjs from Unicode\'s Unihan data. */');
console.log('#include "faq/han.h"\n\n#include <stddef.h>\n\n// clang-format off');
console.log(`static const uint16_t pairs[${pairs.length}][2] = {`);
for (let i = 0; i < pairs.length; i += 8) console.log('    ' + pairs.slice(i, i + 8).map(([a, b]) => `{${hex(a)}, ${hex(b)}}`).join(', ') + ',');
console.log(`};
// clang-format on

int32_t han_simplify(int32_t c)
{
    size_t low = 0, high = sizeof pairs / sizeof pairs[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (pairs[middle][0] == c) {
            return pairs[middle][1];
        }
        if (pairs[middle][0] < c) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return c;
}`);
