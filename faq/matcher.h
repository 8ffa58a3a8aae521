/* The compiled rule set: which entry, if exactly one, does a message ask for? */
#ifndef FIRSTLINE_FAQ_MATCHER_H
#define FIRSTLINE_FAQ_MATCHER_H
#include <stdbool.h>
#include <stddef.h>

#include "faq/rules.h"

enum matcher_limit {
    MATCHER_TEXT_BYTES = 512, /* of a folded message; a longer one tells a story, and is met with silence */
    MATCHER_CANDIDATES = 64,  /* entries that share a literal with a message; more: silence */
    MATCHER_SHORT_WORDS = 8,  /* of a message that a way "en/short" may answer */
    MATCHER_BUDGET_US = 2000  /* of processor time for the patterns of one message; checked between patterns */
};

struct matcher;

/* Compiles checked rules; the result borrows nothing from them. Takes about 25 µs an entry, so do it off the critical
 * path and swap a pointer. NULL when the rules are refused: an example under `yes` that does not match its entry or
 * matches another too, a `no` that matches, a regex that is broken or too slow. why[] then holds one line "FILE:LINE:
 * entry 'ID': …" (and how many more there are). */
struct matcher *matcher_compile(const struct rules *rules, char *why, size_t why_size);

/* A message that an entry answered and that helped: from then on its words are known, and it is one of the entry's
 * known questions, as if it stood under `yes`. It is not checked. Borrowed for the call. */
struct answered {
    const char *id, *text;
    size_t len;
};
/* matcher_compile, learning from past messages too; those of ids that the rules do not have are left out. */
struct matcher *matcher_compile_answered(const struct rules *rules, const struct answered *answered, size_t n,
                                         char *why, size_t why_size);

struct match {
    bool found;     /* exactly one entry is meant: `entry` */
    bool ambiguous; /* more than one is, or a bound was reached */
    bool unsure;    /* one is meant, but its guard says no: a suggestion for people, not an answer */
    size_t entry;
};
/* Any bytes, any length. An entry in shadow mode never keeps a live one from being found; it is found itself when no
 * live one matches. What the entry's guard holds back is `unsure` instead of `found`. A matcher holds scratch memory:
 * one thread at a time. Never longer than 5 ms; what would be is silence. */
struct match matcher_match(const struct matcher *m, const char *text, size_t len);
/* Whether the words ask for a person ("agent please", "žmogus", "转人工"), in any language of the widget; see person.h.
 * m may be NULL: the words are built in. Thread-safe. */
bool matcher_wants_person(const struct matcher *m, const char *text, size_t len);

size_t matcher_count(const struct matcher *m);
/* The functions below take an entry < matcher_count; what they return is borrowed from m. */
const char *matcher_id(const struct matcher *m, size_t entry);
bool matcher_shadow(const struct matcher *m, size_t entry);
struct answer {
    const char *lang; /* of text: "lt"; "" = written once for every language */
    const char *title, *text, *link;
};
/* The words in the language asked for ("lt", "lt-LT"), else in one of its group (bs, hr, sr), else in English, else in
 * the first there is. Title and link follow the language of the text. False only for an entry out of range. */
bool matcher_answer(const struct matcher *m, size_t entry, const char *lang, struct answer *out);
size_t matcher_bytes(const struct matcher *m); /* memory held, PCRE2's included */
void matcher_free(struct matcher *m);          /* NULL is allowed */

#endif
