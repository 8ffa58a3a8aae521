/* Words and bans: folding them, and looking for them in folded text. */
#include "faq/entry.h"

#include <string.h>
#include <strings.h>

#include "faq/normalise.h"
#include "faq/rules.h"

bool term_fold(struct arena *a, const char *written, struct term *t)
{
    char folded[RULES_WORD_BYTES * 2];
    bool cut = false;
    size_t len = strlen(written);
    size_t used = normalise_cut(written, len, folded, sizeof folded, &cut);
    char *barrier = used > 1 ? strstr(folded + 1, "  ") : NULL; /* joined spellings are for messages */
    if (barrier != NULL) {
        used = (size_t)(barrier - folded) + 1;
    }
    if (cut || used < 3 || used - 2 > RULES_WORD_BYTES) {
        return false;
    }
    *t = (struct term){.written = written, .len = used - 2, .prefix = written[len - 1] == '*'};
    t->folded = arena_copy(a, folded + 1, t->len);
    return t->folded != NULL;
}

bool ban_holds(const struct ban *b, const char *label)
{
    size_t n = strcspn(label, "/");
    return b->lang[0] == '\0' || label[0] == '\0' || (strlen(b->lang) == n && strncasecmp(b->lang, label, n) == 0);
}

/* Whether the folded words at `text` begin with the term; Persian words of a phrase may be written together. */
static bool term_at(const struct term *t, const char *text)
{
    const char *word = t->folded;
    for (; *word != '\0'; word++) {
        if (*text == *word) {
            text++;
        } else if (*word != ' ' || !normalise_is_arabic(word + 1)) {
            return false;
        }
    }
    return t->prefix || *text == ' ';
}

bool term_in(const struct term *t, const char *folded_text)
{
    for (const char *at = strchr(folded_text, ' '); at != NULL; at = strchr(at + 1, ' ')) {
        if (term_at(t, at + 1)) {
            return true;
        }
    }
    return false;
}
