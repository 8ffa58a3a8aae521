/* What is inside `struct matcher`; for the files of this directory only. */
#ifndef FIRSTLINE_FAQ_COMPILED_H
#define FIRSTLINE_FAQ_COMPILED_H
#include <stddef.h>
#include <stdint.h>

#include "faq/entry.h"
#include "faq/known.h"
#include "faq/literals.h"
#include "faq/matcher.h"
#include "faq/pattern.h"

/* What a literal stands for: an entry and one of its alternatives, or its regex. */
enum { WAYS = 64, WAY_REGEX = WAYS - 1 };
_Static_assert((int)RULES_ALTERNATIVES <= (int)WAY_REGEX,
               "each alternative has a bit of its own, and so has the regex");

/* One alternative of `when`. */
struct way {
    struct pattern *words;
    uint32_t bans; /* bit i: the entry's ban i keeps it away */
    bool is_short; /* only for messages of a few words, each of them the entry's own */
};
_Static_assert((int)RULES_LANGUAGES <= 32, "each ban has a bit of its own");

struct compiled_entry {
    const char *id;
    struct translations title, answer, link;
    struct way *ways;
    size_t n_ways;
    struct pattern *regex; /* NULL = the entry has no `regex`; all bans keep it away */
    struct pattern **bans;
    size_t n_bans;
    bool shadow;
    struct guard guard;
};

/* An entry some of whose literals were seen in the message at hand, and by which ways it may match. */
struct candidate {
    uint32_t entry;
    uint64_t ways;
};

/* In memory of its own because a match leaves the matcher as it is. */
struct scratch {
    uint32_t *seen;          /* per entry: the number of the last message it was a candidate for, */
    unsigned char *position; /* and where it stands among that message's candidates */
    uint32_t message;
    struct candidate candidates[MATCHER_CANDIDATES];
    size_t n;
    bool over;
};

struct matcher {
    struct arena arena;
    struct compiled_entry *entries;
    size_t n;
    struct literals *literals;
    uint32_t always[MATCHER_CANDIDATES / 2]; /* entries whose regex has no literal: candidates for every message */
    size_t n_always;
    struct pattern_desk *desk;
    struct scratch *scratch;
    struct known *known;
    bool by_nearest; /* some entry's guard looks at known questions */
};

/* Compiles without looking at the examples; see matcher_compile. */
struct matcher *compiled_build(const struct rules *rules, char *why, size_t why_size);
struct matcher *compiled_build_answered(const struct rules *rules, const struct answered *answered, size_t n, char *why,
                                        size_t why_size);

/* All entries that match a text, shadow ones included. */
struct hits {
    uint32_t entry[MATCHER_CANDIDATES];
    size_t n;
    size_t banned; /* entries that only their none-of words keep away */
    bool over;     /* a bound was reached: nothing is known */
};
struct hits compiled_hits(const struct matcher *m, const char *text, size_t len);
/* The same of a text already folded. */
struct hits compiled_hits_folded(const struct matcher *m, const char *folded, size_t len);

#endif
