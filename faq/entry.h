/* What is inside `struct rules`; for the files of this directory only. */
#ifndef FIRSTLINE_FAQ_ENTRY_H
#define FIRSTLINE_FAQ_ENTRY_H
#include <stdbool.h>
#include <stddef.h>

#include "faq/arena.h"

enum { LABEL_BYTES = 24 };
#define LABEL_SHORT "/short"

/* One text in one language; lang "" = in every language. */
struct translation {
    const char *lang, *text;
};
struct translations {
    struct translation *at;
    size_t n;
};

/* One word or phrase of a rule. */
struct term {
    const char *written; /* as in the file */
    const char *folded;  /* "send back", without outer spaces or the star */
    size_t len;          /* of folded */
    bool prefix;         /* the last word may go on */
};

struct group { /* any of these */
    struct term *terms;
    size_t n;
    int line;
};

struct alternative {   /* all of these groups */
    const char *label; /* "lt", "en/2", "en/short"; "" when the rule names no language */
    bool is_short;     /* only for short messages that say nothing else */
    struct group *groups;
    size_t n;
};

struct ban {          /* none of these */
    const char *lang; /* "" = for every alternative */
    struct group words;
};

struct example {
    const char *text;
    int line;
};
struct examples {
    struct example *at;
    size_t n;
};

/* When an entry that matches had better keep quiet; each number GUARD_OFF or as in RULES_GUARD_MAX. */
enum { GUARD_OFF = -1 };
struct guard {
    bool given;        /* by the entry or its file; else the default holds */
    int unknown_words; /* words which this site has never seen that a message may have */
    int other_words;   /* words that are not this entry's, small words aside */
    int nearest;       /* the entry must have one of so many most similar known questions */
};

struct entry {
    const char *id;
    int line;
    struct translations title, answer, link;
    struct alternative *when;
    size_t n_when;
    struct ban *bans;
    size_t n_bans;
    const char *regex; /* NULL = none */
    bool shadow;
    struct guard guard;
    struct examples yes, no;
};

struct rules {
    struct arena arena;
    const char *file; /* "" when not from a file */
    struct entry *entries;
    size_t n;
};

/* Whether a ban holds for an alternative. One without a language obeys all bans, and so does `regex` (label ""). */
bool ban_holds(const struct ban *b, const char *label);
/* Whether a folded text (as by normalise) contains the term. */
bool term_in(const struct term *t, const char *folded_text);
/* Fills t from a word as written; false when it folds to nothing, or is longer than RULES_WORD_BYTES. */
bool term_fold(struct arena *a, const char *written, struct term *t);

#endif
