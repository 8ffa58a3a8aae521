/* Phrases in a folded message; a star stands for the rest of a word. */
#ifndef FIRSTLINE_FAQ_PHRASE_LIST_H
#define FIRSTLINE_FAQ_PHRASE_LIST_H
#include <stdbool.h>

/* Lists end with NULL; phrases are written folded. Persian words of a phrase may be written together. */

/* Whether the words at `text`, which begin one, begin with a phrase of the list. */
bool phrase_list_at(const char *const *phrases, const char *text);
/* The first phrase of the list that stands anywhere in a folded text; NULL when none does. */
const char *phrase_list_in(const char *const *phrases, const char *folded);
/* The first phrase that is not written as normalise would fold it, and so could never be found; NULL when all are. */
const char *phrase_list_unfolded(const char *const *phrases);

#endif
