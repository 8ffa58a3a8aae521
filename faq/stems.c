/* Words, cut after a few letters, as sorted hashes. */
#include "faq/stems.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "faq/known.h"
#include "faq/normalise.h"

enum { SMALL_MAX = 4096 };

static uint32_t small[SMALL_MAX];
static size_t n_small;
static pthread_once_t small_once = PTHREAD_ONCE_INIT;

static uint32_t hash_bytes(const char *bytes, size_t n)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ (unsigned char)bytes[i]) * 16777619U;
    }
    return h;
}

size_t stems_word_bytes(const char *word)
{
    return strcspn(word, " ");
}

/* Bytes of the word's first letters. */
static size_t stem_bytes(const char *word, size_t n)
{
    size_t used = 0;
    for (size_t i = 0; used < n && i < STEM_LETTERS; i++) {
        used++;
        while (used < n && ((unsigned char)word[used] & 0xC0) == 0x80) {
            used++;
        }
    }
    return used;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void learn_small(void)
{
    for (size_t i = 0; small_words[i] != NULL; i++) {
        for (const char *at = small_words[i]; *at != '\0' && n_small < SMALL_MAX;) {
            size_t n = stems_word_bytes(at);
            if (n > 0) {
                small[n_small++] = hash_bytes(at, n);
            }
            at += n + (at[n] == ' ');
        }
    }
    qsort(small, n_small, sizeof small[0], by_value);
}

static bool is_small(const char *word, size_t n)
{
    uint32_t h = hash_bytes(word, n);
    return bsearch(&h, small, n_small, sizeof small[0], by_value) != NULL;
}

static void add(struct stems *s, uint32_t hash, const char *word)
{
    size_t at = s->n;
    while (at > 0 && s->hash[at - 1] >= hash) {
        at--;
    }
    if (s->n == STEMS_MAX || (at < s->n && s->hash[at] == hash)) {
        return;
    }
    memmove(&s->hash[at + 1], &s->hash[at], (s->n - at) * sizeof s->hash[0]);
    memmove(&s->word[at + 1], &s->word[at], (s->n - at) * sizeof s->word[0]);
    s->hash[at] = hash;
    s->word[at] = word;
    s->n++;
}

static struct stems collect(const char *folded, bool small_too)
{
    struct stems s = {.n = 0};
    for (const char *at = folded; *at != '\0';) {
        size_t n = stems_word_bytes(at);
        if (n > 0 && (small_too || !is_small(at, n))) {
            add(&s, hash_bytes(at, stem_bytes(at, n)), at);
        }
        at += n + (at[n] == ' ');
    }
    return s;
}

struct stems stems_of(const char *folded)
{
    pthread_once(&small_once, learn_small);
    struct stems s = collect(folded, false);
    return s.n > 0 ? s : collect(folded, true);
}

size_t stems_shared(const struct stems *a, const struct stems *b)
{
    size_t n = 0;
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        bool before = a->hash[i] < b->hash[k], same = a->hash[i] == b->hash[k];
        n += same;
        i += before || same;
        k += !before;
    }
    return n;
}

double stems_alike(const struct stems *a, const struct stems *b)
{
    size_t least = a->n < b->n ? a->n : b->n, most = a->n < b->n ? b->n : a->n, shared = stems_shared(a, b);
    double share = least > 0 ? (double)shared / (double)least : 0;
    return shared == 1 && most > 1 && share > 0.3 ? 0.3 : share;
}
