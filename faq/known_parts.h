/* What is inside `struct known`, and what its two files share: words (known.c) and questions (known_questions.c). */
#ifndef FIRSTLINE_FAQ_KNOWN_PARTS_H
#define FIRSTLINE_FAQ_KNOWN_PARTS_H
#include "faq/known.h"

/* One word, pair of words, or beginning of a word, by its hash. */
struct feature {
    uint64_t hash;
    uint32_t first, n; /* its postings, once sealed */
    bool word;         /* known as a word of this site */
    bool small;
};

struct posting {
    uint32_t question;
    float weight;
};

struct question {
    uint32_t entry;
    float score;    /* of the message at hand */
    uint32_t asked; /* the number of that message */
};

/* While adding: feature f occurs in question q. */
struct occurrence {
    uint32_t feature, question;
};

struct known {
    struct feature *features; /* 1.. ; 0 says "none" */
    uint32_t *slots;          /* hash -> feature */
    uint64_t *own;            /* entry << 32 | feature: sorted once sealed */
    struct occurrence *occurrences;
    struct posting *postings;
    struct question *questions;
    uint32_t n_features, features_room, mask, n_questions, questions_room, message;
    size_t n_own, own_room, n_occurrences, occurrences_room, n_postings;
};

enum { WORD_SEED = 1, PREFIX_SEED = 2, PAIR_SEED = 3 };
uint64_t known_seed(int kind);
uint64_t known_hash(uint64_t h, const char *bytes, size_t n);
/* Of a word's beginning. */
uint64_t known_stem(const char *word, size_t n);
/* The next word of a folded text, NULL at its end; the joined spellings behind a double space are left out. */
const char *known_next_word(const char *at, size_t *n);
/* NULL when it is none. */
const struct feature *known_find(const struct known *k, uint64_t hash);
/* The feature of a hash, made when it is new; 0 without memory. */
uint32_t known_intern(struct known *k, uint64_t hash);
/* Makes room for one more of size `size` in an array; false without memory. */
bool known_grow(void **array, size_t n, size_t *room, size_t size);

/* Occurrences to postings, by feature; each question a vector of length 1. False without memory. */
bool known_index_questions(struct known *k);
/* See struct look. */
unsigned known_nearer(const struct known *k, uint32_t entry, const char *folded);

#endif
