/* What this site has been asked before: its words, each entry's words, and the known questions. Guards against
 * answering what only looks like a question of the site. */
#ifndef FIRSTLINE_FAQ_KNOWN_H
#define FIRSTLINE_FAQ_KNOWN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "faq/entry.h"

struct known;

struct known *known_new(void); /* NULL without memory */
/* Adding, before known_seal: false without memory. Texts are folded (as by normalise) and borrowed for the call. */
bool known_add_text(struct known *k, uint32_t entry, const char *folded); /* its words belong to the entry */
/* So do these, and the entry is asked like this: only needed where a guard says `nearest`. */
bool known_add_question(struct known *k, uint32_t entry, const char *folded);
bool known_add_term(struct known *k, uint32_t entry, const struct term *t); /* a word of the entry's rule */
bool known_add_ban(struct known *k, const struct term *t);                  /* known, but no entry's own */
bool known_seal(struct known *k);                                           /* makes it ready */

/* What a message looks like, seen from an entry that matches it. */
struct look {
    unsigned unknown; /* words that occur nowhere on this site */
    unsigned others;  /* words that are not this entry's, small words (how, the, please …) aside; unknown ones too */
    unsigned nearer;  /* known questions of other entries that are more like the message than each of this entry's */
};
/* Two unknown Han characters count as one word, numbers as none; words are compared by their first five letters, so
 * that endings do not matter. Takes a few µs: at most KNOWN_POSTINGS questions that share a word are compared, those
 * with the rarest words first. Holds scratch memory: one thread at a time. */
enum { KNOWN_POSTINGS = 4096 };
struct look known_look(const struct known *k, uint32_t entry, const char *folded);
/* Whether the guard lets the entry answer this message. */
bool known_passes(const struct known *k, uint32_t entry, const struct guard *g, const char *folded);
size_t known_bytes(const struct known *k); /* memory held */
void known_free(struct known *k);          /* NULL is allowed */

/* Words that every conversation has, by language; each list is one text. NULL ends them. */
extern const char *const small_words[];

#endif
