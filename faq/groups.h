/* Questions that ask alike, put together; and the words a new rule for them could begin with. */
#ifndef FIRSTLINE_FAQ_GROUPS_H
#define FIRSTLINE_FAQ_GROUPS_H
#include <stddef.h>
#include <stdint.h>

enum {
    GROUPS_TEXTS = 10000, /* at a time */
    GROUPS_ALIKE = 45,    /* hundredths: from so alike on two texts belong together */
    GROUPS_WORDS = 3      /* of a rule proposed */
};

/* group[i] becomes the number of the group of texts[i]; groups are numbered from 0 by their first text. Returns how
 * many there are; 0 without memory or with more than GROUPS_TEXTS. A text belongs to the group whose first text is most
 * like it. */
size_t groups_of(const char *const *texts, size_t n, uint32_t *group);

/* The words that the texts have in common, as groups of a rule, in JSON: [["engrav*"],["board*"]]; malloc'd, NULL
 * without memory. Words that not all of them have are left out, unless there would be nothing. */
char *groups_words(const char *const *texts, size_t n);

#endif
