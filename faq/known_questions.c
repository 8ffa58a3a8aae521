/* Known questions as TF-IDF vectors of words and pairs of words, under an inverted index. */
#include <math.h>
#include <stdlib.h>

#include "faq/known_parts.h"

enum { QUESTION_FEATURES = 96 /* words and pairs of words of one text that are looked at */ };

/* A word, or a pair of neighbours. */
struct sight {
    uint64_t hash;
    bool small; /* of small words only */
};

static void add_sight(struct sight *out, size_t *used, uint64_t hash, bool small)
{
    size_t i = 0;
    while (i < *used && out[i].hash != hash) {
        i++;
    }
    out[i] = (struct sight){.hash = hash, .small = small};
    *used += i == *used;
}

/* Words, and pairs of neighbours, each once. */
static size_t features_of(const struct known *k, const char *folded, struct sight *out)
{
    size_t used = 0;
    size_t n = 0;
    uint64_t before = known_seed(WORD_SEED);
    bool before_small = true;
    for (const char *word = known_next_word(folded, &n); word != NULL && used + 2 <= QUESTION_FEATURES;
         word = known_next_word(word + n, &n)) {
        uint64_t here = known_stem(word, n);
        const struct feature *f = known_find(k, here);
        bool small = f != NULL && f->small;
        add_sight(out, &used, here, small);
        add_sight(out, &used, known_hash(known_seed(PAIR_SEED) ^ before, (const char *)&here, sizeof here),
                  small && before_small);
        before = here;
        before_small = small;
    }
    return used;
}

bool known_add_question(struct known *k, uint32_t entry, const char *folded)
{
    struct sight sights[QUESTION_FEATURES];
    size_t n = features_of(k, folded, sights);
    size_t room = k->questions_room;
    void *questions = k->questions;
    bool ok = known_add_text(k, entry, folded) && known_grow(&questions, k->n_questions, &room, sizeof *k->questions);
    k->questions = questions;
    k->questions_room = (uint32_t)room;
    if (!ok) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t f = known_intern(k, sights[i].hash);
        void *occurrences = k->occurrences;
        ok = f != 0 && known_grow(&occurrences, k->n_occurrences, &k->occurrences_room, sizeof *k->occurrences);
        k->occurrences = occurrences;
        if (!ok) {
            return false;
        }
        k->occurrences[k->n_occurrences++] = (struct occurrence){.feature = f, .question = k->n_questions};
        k->features[f].n++;
        k->features[f].small = sights[i].small;
    }
    k->questions[k->n_questions++] = (struct question){.entry = entry};
    return true;
}

/* What small words (how, the, please …) count against words of the topic. */
static const float small_share = 0.25F;

static float rarity(const struct known *k, const struct feature *f)
{
    float rarity_of_topic = logf(1.0F + (float)k->n_questions / (float)f->n);
    return f->small ? rarity_of_topic * small_share : rarity_of_topic;
}

/* Occurrences to postings, by feature; each question a vector of length 1. */
bool known_index_questions(struct known *k)
{
    uint32_t at = 0;
    float *length = calloc(k->n_questions + 1, sizeof *length);
    k->postings = calloc(k->n_occurrences + 1, sizeof *k->postings);
    if (length == NULL || k->postings == NULL) {
        free(length);
        return false;
    }
    for (uint32_t f = 1; f < k->n_features; f++) {
        k->features[f].first = at;
        at += k->features[f].n;
    }
    for (size_t i = 0; i < k->n_occurrences; i++) {
        float w = rarity(k, &k->features[k->occurrences[i].feature]);
        length[k->occurrences[i].question] += w * w;
    }
    for (size_t i = 0; i < k->n_occurrences; i++) {
        struct feature *f = &k->features[k->occurrences[i].feature];
        uint32_t q = k->occurrences[i].question;
        k->postings[f->first++] = (struct posting){.question = q, .weight = rarity(k, f) / sqrtf(length[q])};
    }
    for (uint32_t f = 1; f < k->n_features; f++) {
        k->features[f].first -= k->features[f].n;
    }
    k->n_postings = k->n_occurrences;
    free(length);
    return true;
}

/* --- looking ----------------------------------------------------------------------------------------------------- */

static int rarer(const void *a, const void *b)
{
    const struct feature *x = *(const struct feature *const *)a;
    const struct feature *y = *(const struct feature *const *)b;
    return (x->n > y->n) - (x->n < y->n);
}

/* Adds up the questions' scores, the rarest features first. */
static size_t score(struct known *k, const char *folded, uint32_t *touched)
{
    struct sight sights[QUESTION_FEATURES];
    const struct feature *shared[QUESTION_FEATURES];
    size_t n = features_of(k, folded, sights);
    size_t n_shared = 0;
    size_t n_touched = 0;
    size_t budget = KNOWN_POSTINGS;
    k->message++;
    for (size_t i = 0; i < n; i++) {
        const struct feature *f = known_find(k, sights[i].hash);
        if (f != NULL && f->n > 0) {
            shared[n_shared++] = f;
        }
    }
    qsort(shared, n_shared, sizeof(const struct feature *), rarer);
    for (size_t i = 0; i < n_shared && shared[i]->n <= budget; i++) {
        float w = rarity(k, shared[i]);
        budget -= shared[i]->n;
        for (uint32_t p = shared[i]->first; p < shared[i]->first + shared[i]->n; p++) {
            struct question *q = &k->questions[k->postings[p].question];
            if (q->asked != k->message) {
                q->asked = k->message;
                q->score = 0;
                touched[n_touched++] = k->postings[p].question;
            }
            q->score += w * k->postings[p].weight;
        }
    }
    return n_touched;
}

unsigned known_nearer(const struct known *k, uint32_t entry, const char *folded)
{
    uint32_t touched[KNOWN_POSTINGS];
    size_t n = score((struct known *)k, folded, touched); /* scratch inside: see the header */
    float best = 0;
    unsigned nearer = 0;
    for (size_t i = 0; i < n; i++) {
        const struct question *q = &k->questions[touched[i]];
        best = q->entry == entry && q->score > best ? q->score : best;
    }
    for (size_t i = 0; i < n; i++) {
        const struct question *q = &k->questions[touched[i]];
        nearer += q->entry != entry && q->score > best * 1.0001F;
    }
    return nearer;
}
