/* A wish for a person: its words, where they stand, and what only looks like one. */
#include "faq/person.h"

#include <stdlib.h>
#include <string.h>

#include "faq/normalise.h"
#include "faq/person_words.h"

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

/* Whether the words at `text` begin with a phrase; a star stands for the rest of a word. */
static bool phrase_at(const char *phrase, const char *text)
{
    for (; *phrase != '\0'; phrase++) {
        if (*phrase == '*') {
            text += strcspn(text, " ");
        } else if (*phrase == *text) {
            text++;
        } else if (*phrase != ' ' || !normalise_is_arabic(phrase + 1)) { /* Persian words may be written together */
            return false;
        }
    }
    return *text == ' ' || *text == '\0';
}

static bool any_at(const char *const *phrases, const char *text)
{
    for (size_t i = 0; phrases[i] != NULL; i++) {
        if (phrases[i][0] == text[0] && phrase_at(phrases[i], text)) {
            return true;
        }
    }
    return false;
}

static bool any_in(const char *const *phrases, const char *folded)
{
    for (const char *at = strchr(folded, ' '); at != NULL && at[1] != '\0'; at = strchr(at + 1, ' ')) {
        if (any_at(phrases, at + 1)) {
            return true;
        }
    }
    return false;
}

/* Whether one of these words stands near a verb. */
static bool beside_verb(const char *const *words, const char *folded)
{
    long word_at = -1000;
    long verb_at = -1000;
    long word = 0;
    for (const char *at = strchr(folded, ' '); at != NULL && at[1] != '\0'; at = strchr(at + 1, ' '), word++) {
        long most = normalise_is_han(at + 1) ? BESIDE_HAN : BESIDE;
        word_at = any_at(words, at + 1) ? word : word_at;
        verb_at = any_at(person_verbs, at + 1) ? word : verb_at;
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
    if (any_in(person_strong, folded)) {
        return true;
    }
    bool told = any_in(person_reports, folded);
    if (any_in(person_nouns, folded) && (!told || beside_verb(person_nouns, folded))) {
        return true;
    }
    bool named = (is_at_most(folded, BRIEF_WORDS, BRIEF_HAN) && any_in(person_brief, folded)) ||
                 (is_at_most(folded, SHORT_WORDS, SHORT_HAN) && any_in(person_weak, folded)) ||
                 beside_verb(person_weak, folded);
    return named && !told && !any_in(person_about, folded);
}

bool person_words_folded(const char **which)
{
    char folded[256];
    char plain[256];
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++) {
        for (size_t i = 0; lists[l][i] != NULL; i++) {
            const char *phrase = lists[l][i];
            size_t n = 1;
            plain[0] = ' ';
            for (const char *c = phrase; *c != '\0'; c++) {
                if (*c != '*') {
                    plain[n++] = *c;
                }
            }
            plain[n++] = ' ';
            plain[n] = '\0';
            normalise(phrase, strlen(phrase), folded, sizeof folded);
            if (strcmp(folded, plain) != 0) {
                *which = phrase;
                return false;
            }
        }
    }
    return true;
}
