/* One text, folded the same way for rules and for messages, so that how a thing is typed does not matter. */
#ifndef FIRSTLINE_FAQ_NORMALISE_H
#define FIRSTLINE_FAQ_NORMALISE_H
#include <stdbool.h>
#include <stddef.h>

/* Folds `len` bytes of `text` into `out` (at most out_size - 1 bytes and a NUL) and returns the bytes written.
 *
 * The result is words of lower-case letters and digits with one space before, between and behind them (" how do i "),
 * so that " word " finds a whole word and " wor" a beginning; text without any word gives "". What is done:
 *   - Unicode NFKC, case folding, marks stripped: "Grąžinti" = "grazinti", full-width "ＡＢＣ" = "abc", "ß" = "ss";
 *   - what Unicode does not decompose: ł l, đ d, ı i, ø o, æ ae, œ oe, þ th, ð d; and "dj" becomes "d", because people
 *     without a Bosnian keyboard write đ so (both sides fold, so English "adjust" still equals itself);
 *   - Serbian Cyrillic becomes Latin (љ lj, њ nj, џ dz as dž); other Cyrillic letters stay;
 *   - Arabic yeh, kaf, heh and their variants become the Persian ones; Arabic and Persian digits become 0-9; tatweel
 * goes;
 *   - ZWNJ becomes a space; the Persian prefixes mi- and nemi- are joined to the verb and the endings -ha, -tar, -am …
 *     to their word, so that joined, spaced and ZWNJ spellings are one. For other words parted by ZWNJ the joined
 * spelling is added behind the text, after two spaces (no phrase spans them);
 *   - traditional Chinese becomes simplified; each Han or kana character is a word of its own;
 *   - apostrophes and invisible characters vanish ("can't" = "cant"); punctuation, symbols and emoji part words.
 *
 * Any bytes are taken: invalid UTF-8 parts words like punctuation. Without double spaces the result folds to itself.
 * Pure and thread-safe; time is linear in len; stops reading when `out` is full, at a whole word, and then sets *cut
 * (NULL is allowed). out_size of 0 writes nothing. */
size_t normalise(const char *text, size_t len, char *out, size_t out_size);
size_t normalise_cut(const char *text, size_t len, char *out, size_t out_size, bool *cut);

/* Whether a folded word begins with a Han or kana character (which are written without spaces). */
bool normalise_is_han(const char *word);
/* Whether a folded word begins with a letter of the Arabic script. */
bool normalise_is_arabic(const char *word);

#endif
