/* The telling words of a text by their beginnings, so that texts can be compared without minding endings and small
 * words. */
#ifndef FIRSTLINE_FAQ_STEMS_H
#define FIRSTLINE_FAQ_STEMS_H
#include <stddef.h>
#include <stdint.h>

enum { STEMS_MAX = 48, STEM_LETTERS = 4 /* by which words are compared */ };

struct stems {
    uint32_t hash[STEMS_MAX];    /* ascending, each once */
    const char *word[STEMS_MAX]; /* the first word of that stem, in the folded text; it ends at a space */
    size_t n;
};

/* Of a text as normalise folds it. Small words (how, the, please …) are left out, unless there is nothing else. */
struct stems stems_of(const char *folded);
size_t stems_shared(const struct stems *a, const struct stems *b);
/* The share of the shorter text's stems that the other has, 0 to 1; two texts of several words that share but one stem
 * are at most 0.3 alike. */
double stems_alike(const struct stems *a, const struct stems *b);
/* Bytes of the folded word at `word`. */
size_t stems_word_bytes(const char *word);

#endif
