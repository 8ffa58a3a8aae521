/* A wish for a person: its words, where they stand, and what only looks like one. */
#include "faq/person.h"

#include <stdlib.h>
#include <string.h>

#include "faq/normalise.h"
#include "faq/person_words.h"
#include "faq/phrase_list.h"

enum {
    LOOKED_AT = 4096,
    SHORT_WORDS = 3, /* a message of so few words, */
    SHORT_HAN = 7,   /* or so few Han characters, is short */
    BRIEF_WORDS = 6,
    BRIEF_HAN = 5,
    BESIDE = 5, /* words from a verb to what is wanted */
    BESIDE_HAN = 8
};

static const char *const *const lists[] = {person_strong, person_nouns,   person_brief, person_weak,
                                           person_verbs,  person_reports, person_about};

/* Whether one of these words stands near a verb. */
static bool beside_verb(const char *const *words, const char *folded)
{
    long word_at = -1000;
    long verb_at = -1000;
    long word = 0;
    for (const char *at = strchr(folded, ' '); at != NULL && at[1] != '\0'; at = strchr(at + 1, ' '), word++) {
        long most = normalise_is_han(at + 1) ? BESIDE_HAN : BESIDE;
        word_at = phrase_list_at(words, at + 1) ? word : word_at;
        verb_at = phrase_list_at(person_verbs, at + 1) ? word : verb_at;
        if (word_at >= 0 && verb_at >= 0 && labs(word_at - verb_at) <= most) {
            return true;
        }
    }
    return false;
}

static bool is_at_most(const char *folded, size_t most_words, size_t most_han)
{
    size_t words = 0;
    size_t han = 0;
    for (const char *at = strchr(folded, ' '); at != NULL && at[1] != '\0'; at = strchr(at + 1, ' ')) {
        words += !normalise_is_han(at + 1);
        han += normalise_is_han(at + 1);
    }
    return words <= most_words && han <= most_han;
}

bool person_wanted(const char *text, size_t len)
{
    char folded[LOOKED_AT + 1];
    normalise(text, len, folded, sizeof folded);
    if (phrase_list_in(person_strong, folded) != NULL) {
        return true;
    }
    bool told = phrase_list_in(person_reports, folded) != NULL;
    if (phrase_list_in(person_nouns, folded) != NULL && (!told || beside_verb(person_nouns, folded))) {
        return true;
    }
    bool named = (is_at_most(folded, BRIEF_WORDS, BRIEF_HAN) && phrase_list_in(person_brief, folded) != NULL) ||
                 (is_at_most(folded, SHORT_WORDS, SHORT_HAN) && phrase_list_in(person_weak, folded) != NULL) ||
                 beside_verb(person_weak, folded);
    return named && !told && phrase_list_in(person_about, folded) == NULL;
}

bool person_words_folded(const char **which)
{
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++) {
        const char *unfolded = phrase_list_unfolded(lists[l]);
        if (unfolded != NULL) {
            *which = unfolded;
            return false;
        }
    }
    return true;
}
