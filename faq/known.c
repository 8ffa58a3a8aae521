/* Vocabulary in a hash table, and each entry's words as sorted pairs. */
#include "faq/known_parts.h"

#include <stdlib.h>
#include <string.h>

#include "faq/normalise.h"

enum { STEM_POINTS = 5, SHORTEST_PREFIX = 2 };
static const uint32_t nobody = UINT32_MAX; /* whose a banned word is */

/* --- words -------------------------------------------------------------------------------------------------------- */

uint64_t known_hash(uint64_t h, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        h = (h ^ (unsigned char)bytes[i]) * 1099511628211ULL;
    }
    return h;
}

uint64_t known_seed(int kind)
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

uint64_t known_stem(const char *word, size_t n)
{
    return known_hash(known_seed(WORD_SEED), word, first_points(word, n, STEM_POINTS));
}

/* The next word of a folded text, NULL at its end; the joined spellings behind a double space are left out. */
const char *known_next_word(const char *at, size_t *n)
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

const struct feature *known_find(const struct known *k, uint64_t hash)
{
    uint32_t f = *slot_of(k, hash);
    return f != 0 ? &k->features[f] : NULL;
}

/* Makes room for one more of size `size` in an array; false without memory. */
bool known_grow(void **array, size_t n, size_t *room, size_t size)
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
uint32_t known_intern(struct known *k, uint64_t hash)
{
    uint32_t *slot = slot_of(k, hash);
    if (*slot != 0) {
        return *slot;
    }
    size_t room = k->features_room;
    void *features = k->features;
    bool ok = known_grow(&features, k->n_features, &room, sizeof *k->features);
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
    uint32_t f = known_intern(k, hash);
    void *array = k->own;
    bool ok = f != 0 && known_grow(&array, k->n_own, &k->own_room, sizeof *k->own);
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
    for (const char *word = known_next_word(folded, &n); word != NULL; word = known_next_word(word + n, &n)) {
        if (!own(k, entry, known_stem(word, n))) {
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
        if (!own(k, entry, beginning ? known_hash(known_seed(PREFIX_SEED), word, n) : known_stem(word, n))) {
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
    if (!known_index_questions(k)) {
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
    const struct feature *f = known_find(k, known_stem(word, n));
    bool known = f != NULL && f->word;
    if (known && (f->small || owns(k, entry, f))) {
        return OWN;
    }
    for (size_t points = SHORTEST_PREFIX; points < STEM_POINTS; points++) {
        f = known_find(k, known_hash(known_seed(PREFIX_SEED), word, first_points(word, n, points)));
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
    for (const char *word = known_next_word(folded, &n); word != NULL; word = known_next_word(word + n, &n)) {
        enum kinship kinship = has_digit(word, n) ? OWN : kinship_of(k, entry, word, n);
        unsigned weight = normalise_is_han(word) ? 1 : 2;
        unknown += kinship == UNKNOWN ? weight : 0;
        others += kinship != OWN ? weight : 0;
    }
    look->unknown = unknown / 2;
    look->others = others / 2;
}

struct look known_look(const struct known *k, uint32_t entry, const char *folded)
{
    struct look look = {0};
    count_words(k, entry, folded, &look);
    look.nearer = known_nearer(k, entry, folded);
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
    return g->nearest == GUARD_OFF || known_nearer(k, entry, folded) < (unsigned)g->nearest;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static bool add_small_words(struct known *k)
{
    char folded[4096];
    size_t n = 0;
    for (size_t i = 0; small_words[i] != NULL; i++) {
        normalise(small_words[i], strlen(small_words[i]), folded, sizeof folded);
        for (const char *word = known_next_word(folded, &n); word != NULL; word = known_next_word(word + n, &n)) {
            uint32_t f = known_intern(k, known_stem(word, n));
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
