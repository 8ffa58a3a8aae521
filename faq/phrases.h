/* The phrase guard: words in an agent's draft that anger people, and better ones. It offers, it never forbids. */
#ifndef FIRSTLINE_FAQ_PHRASES_H
#define FIRSTLINE_FAQ_PHRASES_H
#include <stdbool.h>
#include <stddef.h>

enum {
    PHRASES_MOST = 2000, /* of a file, all languages together */
    PHRASES_HITS = 3     /* told of one draft */
};

struct phrases;

/* Reads a list (YAML: language -> [{say: […], better: …}]). NULL with why[] "FILE:LINE: …" when it is malformed or a
 * phrase folds to nothing. The text is borrowed for the call. */
struct phrases *phrases_read_yaml(const char *file_name, const char *text, size_t len, char *why, size_t why_size);
/* A shop's own word on a phrase: `better` in its place, found before the others; "-" = it is never warned of. False
 * when the phrase folds to nothing or there is no room. */
bool phrases_change(struct phrases *p, const char *lang, const char *say, const char *better);

struct phrase_item {
    const char *lang, *say, *better; /* borrowed from p */
    bool own;                        /* of the shop, not of the list that ships */
};

/* The i-th phrase, in the order in which they are found; false behind the last one. */
bool phrases_at(const struct phrases *p, size_t i, struct phrase_item *out);
size_t phrases_count(const struct phrases *p, const char *lang); /* in that language; "" = in all */
void phrases_free(struct phrases *p);                            /* NULL is allowed */

struct phrase_hit {
    size_t at, len;     /* where the phrase stands in the text, bytes */
    const char *better; /* borrowed from p */
};

/* The phrases of a language (or its group; of English when it has none) in a text, in the list's order, each once. Any
 * bytes. Pure and thread-safe. p may be NULL: none. */
size_t phrases_find(const struct phrases *p, const char *lang, const char *text, size_t len,
                    struct phrase_hit out[PHRASES_HITS]);

#endif
