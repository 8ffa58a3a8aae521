/* Finding a list's phrases in a folded message, word by word. */
#include "faq/phrase_list.h"

#include <stddef.h>
#include <string.h>

#include "faq/normalise.h"

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

static const char *which_at(const char *const *phrases, const char *text)
{
    for (size_t i = 0; phrases[i] != NULL; i++) {
        if (phrases[i][0] == text[0] && phrase_at(phrases[i], text)) {
            return phrases[i];
        }
    }
    return NULL;
}

bool phrase_list_at(const char *const *phrases, const char *text)
{
    return which_at(phrases, text) != NULL;
}

const char *phrase_list_in(const char *const *phrases, const char *folded)
{
    const char *found = NULL;
    for (const char *at = strchr(folded, ' '); found == NULL && at != NULL && at[1] != '\0'; at = strchr(at + 1, ' ')) {
        found = which_at(phrases, at + 1);
    }
    return found;
}

static bool is_folded(const char *phrase)
{
    char folded[256];
    char plain[256];
    size_t n = 1;
    plain[0] = ' ';
    for (const char *c = phrase; *c != '\0' && n + 2 < sizeof plain; c++) {
        if (*c != '*') {
            plain[n++] = *c;
        }
    }
    plain[n++] = ' ';
    plain[n] = '\0';
    normalise(phrase, strlen(phrase), folded, sizeof folded);
    return strcmp(folded, plain) == 0;
}

const char *phrase_list_unfolded(const char *const *phrases)
{
    for (size_t i = 0; phrases[i] != NULL; i++) {
        if (!is_folded(phrases[i])) {
            return phrases[i];
        }
    }
    return NULL;
}
