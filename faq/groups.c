/* Each text is compared with the first text of every group so far. */
#include "faq/groups.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faq/normalise.h"
#include "faq/stems.h"

enum { FOLDED = 1024, WORD = 64, LONG_LETTERS = 4 };

static struct stems fold(const char *text, char folded[FOLDED])
{
    normalise(text, strlen(text), folded, FOLDED);
    return stems_of(folded);
}

size_t groups_of(const char *const *texts, size_t n, uint32_t *group)
{
    char folded[FOLDED];
    size_t n_groups = 0;
    struct stems *first = n > 0 && n <= GROUPS_TEXTS ? malloc(n * sizeof *first) : NULL;
    for (size_t i = 0; first != NULL && i < n; i++) {
        struct stems s = fold(texts[i], folded);
        double best = GROUPS_ALIKE / 100.0;
        size_t at = n_groups;
        for (size_t g = 0; g < n_groups; g++) {
            double alike = stems_alike(&s, &first[g]);
            if (alike > best || (alike == best && at == n_groups)) {
                best = alike;
                at = g;
            }
        }
        if (at == n_groups) {
            first[n_groups++] = s;
        }
        group[i] = (uint32_t)at;
    }
    free(first);
    return n_groups;
}

/* A stem of the first text, the beginning that all its words share, and how many texts have it. */
struct shared {
    char begin[WORD];
    size_t bytes, texts;
    bool goes_on; /* some word is longer than `begin` */
};

static size_t letters(const char *text, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++) {
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return n;
}

static void narrow(struct shared *s, const char *word)
{
    size_t bytes = stems_word_bytes(word), same = 0;
    while (same < bytes && same < s->bytes && word[same] == s->begin[same]) {
        same++;
    }
    while (same > 0 && same < s->bytes && ((unsigned char)s->begin[same] & 0xC0) == 0x80) {
        same--;
    }
    s->goes_on = s->goes_on || same < bytes || same < s->bytes;
    s->bytes = same;
    s->texts++;
}

static int most_telling(const void *a, const void *b)
{
    const struct shared *x = a, *y = b;
    if (x->texts != y->texts) {
        return x->texts > y->texts ? -1 : 1;
    }
    size_t i = letters(x->begin, x->bytes), k = letters(y->begin, y->bytes);
    return i > k ? -1 : i < k;
}

static size_t begin(const struct stems *s, struct shared *out)
{
    for (size_t i = 0; i < s->n; i++) {
        size_t bytes = stems_word_bytes(s->word[i]);
        out[i] = (struct shared){.bytes = bytes < WORD ? bytes : WORD - 1, .texts = 1};
        memcpy(out[i].begin, s->word[i], out[i].bytes);
    }
    return s->n;
}

static json_t *rule_of(const struct shared *words, size_t n)
{
    json_t *rule = json_array();
    for (size_t i = 0; i < n && i < GROUPS_WORDS && words[i].texts == words[0].texts; i++) {
        char written[WORD + 2];
        bool star = !normalise_is_han(words[i].begin) && letters(words[i].begin, words[i].bytes) >= LONG_LETTERS;
        snprintf(written, sizeof written, "%.*s%s", (int)words[i].bytes, words[i].begin,
                 words[i].goes_on || star ? "*" : "");
        json_array_append_new(rule, json_pack("[s]", written));
    }
    return rule;
}

char *groups_words(const char *const *texts, size_t n)
{
    char folded[FOLDED];
    struct shared words[STEMS_MAX];
    struct stems first = n > 0 ? fold(texts[0], folded) : (struct stems){.n = 0};
    uint32_t hash[STEMS_MAX];
    size_t n_words = begin(&first, words);
    memcpy(hash, first.hash, sizeof hash);
    for (size_t i = 1; i < n; i++) {
        struct stems s = fold(texts[i], folded);
        for (size_t w = 0; w < n_words; w++) {
            for (size_t k = 0; k < s.n; k++) {
                if (s.hash[k] == hash[w]) {
                    narrow(&words[w], s.word[k]);
                }
            }
        }
    }
    qsort(words, n_words, sizeof words[0], most_telling);
    json_t *rule = rule_of(words, n_words);
    char *text = json_dumps(rule, JSON_COMPACT);
    json_decref(rule);
    return text;
}
