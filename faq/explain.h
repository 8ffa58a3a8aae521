/* Why a message gets what it gets: for people who write rules, and for agents who look for an answer. Thorough where
 * matcher.h is fast: a millisecond for each hundred entries. */
#ifndef FIRSTLINE_FAQ_EXPLAIN_H
#define FIRSTLINE_FAQ_EXPLAIN_H
#include <stdbool.h>
#include <stddef.h>

#include "faq/examples.h"
#include "faq/matcher.h"

struct explain;

/* Compiles rules whether or not their examples hold. The rules are borrowed for its life. NULL with why[] only when a
 * regex is broken or too slow, or without memory. One thread at a time. */
struct explain *explain_open(const struct rules *rules, char *why, size_t why_size);
void explain_close(struct explain *x); /* NULL is allowed */
/* The matcher inside; it may answer messages its examples forbid. */
const struct matcher *explain_matcher(const struct explain *x);
/* Every broken promise of the examples, as matcher_compile would refuse the rules for; returns how many. */
size_t explain_problems(const struct explain *x, examples_say *say, void *owner);

enum { NEAR_WORDS = 6 };
struct near_group {
    const char *found;             /* the word of the group that the message has, as written; NULL = none */
    const char *words[NEAR_WORDS]; /* the first of the group */
    size_t n;                      /* of all its words */
};
struct near {
    size_t entry;
    bool matches;      /* it does: all groups of one way, and nothing forbidden */
    const char *label; /* the way that comes nearest: "en", "en/2", "" */
    struct near_group group[RULES_GROUPS];
    size_t n_groups, n_found;
    const char *banned; /* the word under `not` that keeps it away; NULL = none */
    double alike;       /* 0 … 1: how much the message is like the most similar `yes` example */
    double score;       /* the order of the list */
};

/* The entries that come nearest to a message, the nearest first, at most `most`. What only looks alike in small words
 * is left out. */
size_t explain_near(const struct explain *x, const char *text, size_t len, struct near *out, size_t most);

#endif
