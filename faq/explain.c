/* Counts for each entry what its rules find in a message, and compares the message with the examples. */
#include "faq/explain.h"

#include <stdlib.h>
#include <string.h>

#include "faq/compiled.h"
#include "faq/entry.h"
#include "faq/normalise.h"
#include "faq/stems.h"

enum { FOLDED = 1024 };

struct explain {
    const struct rules *rules;
    struct matcher *matcher;
};

struct explain *explain_open(const struct rules *rules, char *why, size_t why_size)
{
    struct explain *x = calloc(1, sizeof *x);
    if (x == NULL) {
        return NULL;
    }
    x->rules = rules;
    x->matcher = compiled_build(rules, why, why_size);
    if (x->matcher == NULL) {
        free(x);
        return NULL;
    }
    return x;
}

void explain_close(struct explain *x)
{
    if (x != NULL) {
        matcher_free(x->matcher);
        free(x);
    }
}

const struct matcher *explain_matcher(const struct explain *x)
{
    return x->matcher;
}

size_t explain_problems(const struct explain *x, examples_say *say, void *owner)
{
    return examples_check(x->matcher, x->rules, say, owner);
}

static const char *word_in(const struct group *g, const char *folded)
{
    for (size_t i = 0; i < g->n; i++) {
        if (term_in(&g->terms[i], folded)) {
            return g->terms[i].written;
        }
    }
    return NULL;
}

static const char *banned_word(const struct entry *e, const char *label, const char *folded)
{
    const char *found = NULL;
    for (size_t i = 0; i < e->n_bans && found == NULL; i++) {
        if (ban_holds(&e->bans[i], label)) {
            found = word_in(&e->bans[i].words, folded);
        }
    }
    return found;
}

static size_t groups_found(const struct alternative *a, const char *folded)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++) {
        n += word_in(&a->groups[i], folded) != NULL;
    }
    return n;
}

/* The way of which the largest share is found; NULL when nothing of any is. */
static const struct alternative *nearest_way(const struct entry *e, const char *folded)
{
    const struct alternative *best = NULL;
    double most = 0;
    for (size_t i = 0; i < e->n_when; i++) {
        double share = (double)groups_found(&e->when[i], folded) / (double)e->when[i].n;
        if (share > most) {
            most = share;
            best = &e->when[i];
        }
    }
    return best;
}

static void tell_way(const struct entry *e, const struct alternative *way, const char *folded, struct near *out)
{
    out->label = way->label;
    out->n_groups = way->n;
    for (size_t i = 0; i < way->n; i++) {
        struct near_group *g = &out->group[i];
        g->n = way->groups[i].n;
        for (size_t w = 0; w < g->n && w < NEAR_WORDS; w++) {
            g->words[w] = way->groups[i].terms[w].written;
        }
        g->found = word_in(&way->groups[i], folded);
        out->n_found += g->found != NULL;
    }
    out->banned = banned_word(e, way->label, folded);
}

static double most_alike(const struct entry *e, const struct stems *message)
{
    char folded[FOLDED];
    double best = 0;
    for (size_t i = 0; i < e->yes.n; i++) {
        normalise(e->yes.at[i].text, strlen(e->yes.at[i].text), folded, sizeof folded);
        struct stems s = stems_of(folded);
        double alike = stems_alike(message, &s);
        best = alike > best ? alike : best;
    }
    return best;
}

static bool is_hit(const struct hits *h, size_t entry)
{
    for (size_t i = 0; i < h->n; i++) {
        if (h->entry[i] == entry) {
            return true;
        }
    }
    return false;
}

static void insert(struct near *out, size_t *n, size_t most, const struct near *one)
{
    size_t at = *n < most ? *n : most;
    while (at > 0 && out[at - 1].score < one->score) {
        at--;
    }
    if (at == most) {
        return;
    }
    size_t behind = (*n < most ? *n : most - 1) - at;
    memmove(&out[at + 1], &out[at], behind * sizeof *out);
    out[at] = *one;
    *n += *n < most;
}

size_t explain_near(const struct explain *x, const char *text, size_t len, struct near *out, size_t most)
{
    char folded[FOLDED];
    size_t n = 0;
    normalise(text, len, folded, sizeof folded);
    struct stems message = stems_of(folded);
    struct hits hits = compiled_hits(x->matcher, text, len);
    for (size_t i = 0; most > 0 && i < x->rules->n; i++) {
        const struct entry *e = &x->rules->entries[i];
        const struct alternative *way = nearest_way(e, folded);
        struct near one = {.entry = i, .label = "", .matches = is_hit(&hits, i)};
        if (way != NULL) {
            tell_way(e, way, folded, &one);
        }
        one.alike = most_alike(e, &message);
        double found = one.n_groups > 0 ? (double)one.n_found / (double)one.n_groups : 0;
        one.score = one.matches ? 2 + one.alike : found / 2 + one.alike - (one.banned != NULL ? 0.2 : 0);
        if (one.score >= 0.5) {
            insert(out, &n, most, &one);
        }
    }
    return n;
}
