/* Vocabulary in a hash table, each entry's words as sorted pairs, questions as TF-IDF vectors under an inverted index.
 */
#include "faq/known.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "faq/normalise.h"

enum {
    STEM_POINTS = 5,
    SHORTEST_PREFIX = 2,
    QUESTION_FEATURES = 96 /* words and pairs of words of one text that are looked at */
};
static const uint32_t nobody = UINT32_MAX; /* whose a banned word is */

/* One word, pair of words, or beginning of a word, by its hash. */
struct feature {
    uint64_t hash;
    uint32_t first, n; /* its postings, once sealed */
    bool word;         /* known as a word of this site */
    bool small;
};

struct posting {
    uint32_t question;
    float weight;
};

struct question {
    uint32_t entry;
    float score;    /* of the message at hand */
    uint32_t asked; /* the number of that message */
};

/* While adding: feature f occurs in question q. */
struct occurrence {
    uint32_t feature, question;
};

struct known {
    struct feature *features; /* 1.. ; 0 says "none" */
    uint32_t *slots;          /* hash -> feature */
    uint64_t *own;            /* entry << 32 | feature: sorted once sealed */
    struct occurrence *occurrences;
    struct posting *postings;
    struct question *questions;
    uint32_t n_features, features_room, mask, n_questions, questions_room, message;
    size_t n_own, own_room, n_occurrences, occurrences_room, n_postings;
};

/* --- words -------------------------------------------------------------------------------------------------------- */

static uint64_t hash_bytes(uint64_t h, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        h = (h ^ (unsigned char)bytes[i]) * 1099511628211ULL;
    }
    return h;
}

enum { WORD_SEED = 1, PREFIX_SEED = 2, PAIR_SEED = 3 };

static uint64_t seed(int kind)
{
    return 1469598103934665603ULL ^ (uint64_t)kind * 0x9E3779B97F4A7C15ULL;
}

/* Bytes of the first `points` code points of a word that has n bytes. */
static size_t first_points(const char *word, size_t n, size_t points)
{
    size_t used = 0;
    for (size_t i = 0; used < n && i < points; i++) {
        used++;
        while (used < n && ((unsigned char)word[used] & 0xC0) == 0x80) {
            used++;
        }
    }
    return used;
}

static uint64_t stem(const char *word, size_t n)
{
    return hash_bytes(seed(WORD_SEED), word, first_points(word, n, STEM_POINTS));
}

/* The next word of a folded text, NULL at its end; the joined spellings behind a double space are left out. */
static const char *next_word(const char *at, size_t *n)
{
    if (*at == '\0' || at[1] == ' ' || at[1] == '\0') {
        return NULL;
    }
    *n = strcspn(at + 1, " ");
    return at + 1;
}

static bool has_digit(const char *word, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (word[i] >= '0' && word[i] <= '9') {
            return true;
        }
    }
    return false;
}

/* --- features ----------------------------------------------------------------------------------------------------- */

static uint32_t *slot_of(const struct known *k, uint64_t hash)
{
    size_t at = (size_t)(hash ^ (hash >> 29)) & k->mask;
    while (k->slots[at] != 0 && k->features[k->slots[at]].hash != hash) {
        at = (at + 1) & k->mask;
    }
    return &k->slots[at];
}

static const struct feature *find(const struct known *k, uint64_t hash)
{
    uint32_t f = *slot_of(k, hash);
    return f != 0 ? &k->features[f] : NULL;
}

/* Makes room for one more of size `size` in an array; false without memory. */
static bool grow(void **array, size_t n, size_t *room, size_t size)
{
    if (n < *room) {
        return true;
    }
    size_t wanted = *room == 0 ? 256 : *room * 2;
    void *more = realloc(*array, wanted * size);
    if (more == NULL) {
        return false;
    }
    *array = more;
    *room = wanted;
    return true;
}

static bool grow_slots(struct known *k)
{
    uint32_t size = (k->mask + 1) * 2;
    uint32_t *slots = calloc(size, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    free(k->slots);
    k->slots = slots;
    k->mask = size - 1;
    for (uint32_t f = 1; f < k->n_features; f++) {
        *slot_of(k, k->features[f].hash) = f;
    }
    return true;
}

/* The feature of a hash, made when it is new; 0 without memory. */
static uint32_t intern(struct known *k, uint64_t hash)
{
    uint32_t *slot = slot_of(k, hash);
    if (*slot != 0) {
        return *slot;
    }
    size_t room = k->features_room;
    void *features = k->features;
    bool ok = grow(&features, k->n_features, &room, sizeof *k->features);
    k->features = features;
    k->features_room = (uint32_t)room;
    if (!ok || (k->n_features * 2 > k->mask && !grow_slots(k))) {
        return 0;
    }
    k->features[k->n_features] = (struct feature){.hash = hash};
    *slot_of(k, hash) = k->n_features;
    return k->n_features++;
}

static bool own(struct known *k, uint32_t entry, uint64_t hash)
{
    uint32_t f = intern(k, hash);
    void *array = k->own;
    bool ok = f != 0 && grow(&array, k->n_own, &k->own_room, sizeof *k->own);
    k->own = array;
    if (!ok) {
        return false;
    }
    k->features[f].word = true;
    if (entry == nobody) {
        return true;
    }
    k->own[k->n_own++] = (uint64_t)entry << 32 | f;
    return true;
}

bool known_add_text(struct known *k, uint32_t entry, const char *folded)
{
    size_t n = 0;
    for (const char *word = next_word(folded, &n); word != NULL; word = next_word(word + n, &n)) {
        if (!own(k, entry, stem(word, n))) {
            return false;
        }
    }
    return true;
}

bool known_add_term(struct known *k, uint32_t entry, const struct term *t)
{
    const char *word = t->folded;
    for (;;) {
        size_t n = strcspn(word, " ");
        bool last = word[n] == '\0';
        size_t points = first_points(word, n, STEM_POINTS - 1);
        bool beginning = last && t->prefix && points == n; /* shorter than a stem */
        if (!own(k, entry, beginning ? hash_bytes(seed(PREFIX_SEED), word, n) : stem(word, n))) {
            return false;
        }
        if (last) {
            return true;
        }
        word += n + 1;
    }
}

bool known_add_ban(struct known *k, const struct term *t)
{
    return known_add_term(k, nobody, t);
}

/* --- questions ---------------------------------------------------------------------------------------------------- */

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
    uint64_t before = seed(WORD_SEED);
    bool before_small = true;
    for (const char *word = next_word(folded, &n); word != NULL && used + 2 <= QUESTION_FEATURES;
         word = next_word(word + n, &n)) {
        uint64_t here = stem(word, n);
        const struct feature *f = find(k, here);
        bool small = f != NULL && f->small;
        add_sight(out, &used, here, small);
        add_sight(out, &used, hash_bytes(seed(PAIR_SEED) ^ before, (const char *)&here, sizeof here),
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
    bool ok = known_add_text(k, entry, folded) && grow(&questions, k->n_questions, &room, sizeof *k->questions);
    k->questions = questions;
    k->questions_room = (uint32_t)room;
    if (!ok) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t f = intern(k, sights[i].hash);
        void *occurrences = k->occurrences;
        ok = f != 0 && grow(&occurrences, k->n_occurrences, &k->occurrences_room, sizeof *k->occurrences);
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

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void sort_own(struct known *k)
{
    size_t kept = 0;
    if (k->n_own > 0) {
        qsort(k->own, k->n_own, sizeof *k->own, compare_u64);
    }
    for (size_t i = 0; i < k->n_own; i++) {
        if (i == 0 || k->own[i] != k->own[i - 1]) {
            k->own[kept++] = k->own[i];
        }
    }
    k->n_own = kept;
}

/* Occurrences to postings, by feature; each question a vector of length 1. */
static bool index_questions(struct known *k)
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

/* Gives back what growing took too much; without success nothing is lost. */
static void fit(struct known *k)
{
    struct feature *features = realloc(k->features, k->n_features * sizeof *features);
    uint64_t *owned = k->n_own > 0 ? realloc(k->own, k->n_own * sizeof *owned) : NULL;
    struct question *questions = k->n_questions > 0 ? realloc(k->questions, k->n_questions * sizeof *questions) : NULL;
    if (features != NULL) {
        k->features = features;
        k->features_room = k->n_features;
    }
    if (owned != NULL) {
        k->own = owned;
        k->own_room = k->n_own;
    }
    if (questions != NULL) {
        k->questions = questions;
        k->questions_room = k->n_questions;
    }
}

bool known_seal(struct known *k)
{
    sort_own(k);
    if (!index_questions(k)) {
        return false;
    }
    free(k->occurrences);
    k->occurrences = NULL;
    k->occurrences_room = 0;
    fit(k);
    return true;
}

/* --- looking ------------------------------------------------------------------------------------------------------ */

static bool owns(const struct known *k, uint32_t entry, const struct feature *f)
{
    uint64_t key = (uint64_t)entry << 32 | (uint64_t)(f - k->features);
    return k->n_own > 0 && bsearch(&key, k->own, k->n_own, sizeof *k->own, compare_u64) != NULL;
}

enum kinship { UNKNOWN, ELSEWHERE, OWN };

static enum kinship kinship_of(const struct known *k, uint32_t entry, const char *word, size_t n)
{
    const struct feature *f = find(k, stem(word, n));
    bool known = f != NULL && f->word;
    if (known && (f->small || owns(k, entry, f))) {
        return OWN;
    }
    for (size_t points = SHORTEST_PREFIX; points < STEM_POINTS; points++) {
        f = find(k, hash_bytes(seed(PREFIX_SEED), word, first_points(word, n, points)));
        if (f != NULL && owns(k, entry, f)) {
            return OWN;
        }
        known = known || f != NULL;
    }
    return known ? ELSEWHERE : UNKNOWN;
}

static void count_words(const struct known *k, uint32_t entry, const char *folded, struct look *look)
{
    unsigned unknown = 0; /* in halves: two Han characters make a word */
    unsigned others = 0;
    size_t n = 0;
    for (const char *word = next_word(folded, &n); word != NULL; word = next_word(word + n, &n)) {
        enum kinship kinship = has_digit(word, n) ? OWN : kinship_of(k, entry, word, n);
        unsigned weight = normalise_is_han(word) ? 1 : 2;
        unknown += kinship == UNKNOWN ? weight : 0;
        others += kinship != OWN ? weight : 0;
    }
    look->unknown = unknown / 2;
    look->others = others / 2;
}

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
        const struct feature *f = find(k, sights[i].hash);
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

static unsigned count_nearer(const struct known *k, uint32_t entry, const char *folded)
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

struct look known_look(const struct known *k, uint32_t entry, const char *folded)
{
    struct look look = {0};
    count_words(k, entry, folded, &look);
    look.nearer = count_nearer(k, entry, folded);
    return look;
}

bool known_passes(const struct known *k, uint32_t entry, const struct guard *g, const char *folded)
{
    struct look look = {0};
    if (g->unknown_words != GUARD_OFF || g->other_words != GUARD_OFF) {
        count_words(k, entry, folded, &look);
    }
    if ((g->unknown_words != GUARD_OFF && look.unknown > (unsigned)g->unknown_words) ||
        (g->other_words != GUARD_OFF && look.others > (unsigned)g->other_words)) {
        return false;
    }
    return g->nearest == GUARD_OFF || count_nearer(k, entry, folded) < (unsigned)g->nearest;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static bool add_small_words(struct known *k)
{
    char folded[4096];
    size_t n = 0;
    for (size_t i = 0; small_words[i] != NULL; i++) {
        normalise(small_words[i], strlen(small_words[i]), folded, sizeof folded);
        for (const char *word = next_word(folded, &n); word != NULL; word = next_word(word + n, &n)) {
            uint32_t f = intern(k, stem(word, n));
            if (f == 0) {
                return false;
            }
            k->features[f].word = true;
            k->features[f].small = true;
        }
    }
    return true;
}

struct known *known_new(void)
{
    struct known *k = calloc(1, sizeof *k);
    if (k == NULL) {
        return NULL;
    }
    k->mask = 4095;
    k->n_features = 1;
    k->features_room = 1024;
    k->features = calloc(k->features_room, sizeof *k->features);
    k->slots = calloc(k->mask + 1, sizeof *k->slots);
    if (k->features == NULL || k->slots == NULL || !add_small_words(k)) {
        known_free(k);
        return NULL;
    }
    return k;
}

size_t known_bytes(const struct known *k)
{
    return sizeof *k + k->features_room * sizeof *k->features + (k->mask + 1) * sizeof *k->slots +
           k->own_room * sizeof *k->own + k->n_postings * sizeof *k->postings +
           k->questions_room * sizeof *k->questions;
}

void known_free(struct known *k)
{
    if (k != NULL) {
        free(k->features);
        free(k->slots);
        free(k->own);
        free(k->occurrences);
        free(k->postings);
        free(k->questions);
        free(k);
    }
}
