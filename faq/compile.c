/* Rules to matcher: the literals to look for, and a pattern per alternative. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faq/compiled.h"
#include "faq/normalise.h"

/* --- literals: of each alternative the group whose words are rarest in the rules --------------------------------- */

/* How often each word occurs in the rules: a small hash table. */
struct tally {
    const struct term **terms;
    uint32_t *counts;
    size_t mask;
};

static size_t tally_slot(const struct tally *t, const struct term *term)
{
    uint64_t h = 1469598103934665603ULL;
    for (size_t i = 0; i < term->len; i++) {
        h = (h ^ (unsigned char)term->folded[i]) * 1099511628211ULL;
    }
    size_t at = (size_t)(h ^ (h >> 29)) & t->mask;
    while (t->terms[at] != NULL &&
           (t->terms[at]->len != term->len || memcmp(t->terms[at]->folded, term->folded, term->len) != 0)) {
        at = (at + 1) & t->mask;
    }
    return at;
}

typedef void term_visit(struct tally *t, const struct term *term);

static size_t each_term(const struct rules *rules, struct tally *t, term_visit *visit)
{
    size_t n = 0;
    for (size_t e = 0; e < rules->n; e++) {
        for (size_t a = 0; a < rules->entries[e].n_when; a++) {
            const struct alternative *alternative = &rules->entries[e].when[a];
            for (size_t g = 0; g < alternative->n; g++) {
                for (size_t i = 0; i < alternative->groups[g].n; i++, n++) {
                    if (visit != NULL) {
                        visit(t, &alternative->groups[g].terms[i]);
                    }
                }
            }
        }
    }
    return n;
}

static void tally_add(struct tally *t, const struct term *term)
{
    size_t at = tally_slot(t, term);
    t->terms[at] = term;
    t->counts[at]++;
}

static bool tally_make(struct tally *t, const struct rules *rules)
{
    size_t size = 64;
    size_t n = each_term(rules, t, NULL);
    while (size < n * 2) {
        size *= 2;
    }
    *t = (struct tally){.terms = calloc(size, sizeof(const struct term *)),
                        .counts = calloc(size, sizeof *t->counts),
                        .mask = size - 1};
    if (t->terms == NULL || t->counts == NULL) {
        return false;
    }
    each_term(rules, t, tally_add);
    return true;
}

static void tally_free(struct tally *t)
{
    free(t->terms);
    free(t->counts);
}

static const struct group *rarest_group(const struct tally *t, const struct alternative *a)
{
    const struct group *best = &a->groups[0];
    size_t fewest = SIZE_MAX;
    for (size_t g = 0; g < a->n; g++) {
        size_t count = 0;
        for (size_t i = 0; i < a->groups[g].n; i++) {
            count += t->counts[tally_slot(t, &a->groups[g].terms[i])];
        }
        if (count < fewest) {
            fewest = count;
            best = &a->groups[g];
        }
    }
    return best;
}

/* What must be in a text for the term to be: itself after a space; of Persian phrases, which may be written together,
 * the first word only. */
static bool add_term(struct literals *l, const struct term *t, uint32_t way)
{
    char bytes[RULES_WORD_BYTES + 3];
    size_t n = 0;
    bool whole = !t->prefix;
    bytes[n++] = ' ';
    for (const char *c = t->folded; *c != '\0'; c++) {
        if (*c == ' ' && normalise_is_arabic(c + 1)) {
            whole = false;
            break;
        }
        bytes[n++] = *c;
    }
    if (whole) {
        bytes[n++] = ' ';
    }
    return literals_add(l, bytes, n, way);
}

static bool add_words(struct matcher *m, const struct rules *rules, struct tally *t, size_t e)
{
    for (size_t a = 0; a < rules->entries[e].n_when; a++) {
        const struct group *g = rarest_group(t, &rules->entries[e].when[a]);
        for (size_t i = 0; i < g->n; i++) {
            if (!add_term(m->literals, &g->terms[i], (uint32_t)(e * WAYS + a))) {
                return false;
            }
        }
    }
    return true;
}

/* --- what the site has heard
 * ------------------------------------------------------------------------------------------ */

static bool know_group(struct known *k, uint32_t entry, const struct group *g, bool ban)
{
    bool ok = true;
    for (size_t i = 0; ok && i < g->n; i++) {
        ok = ban ? known_add_ban(k, &g->terms[i]) : known_add_term(k, entry, &g->terms[i]);
    }
    return ok;
}

static bool know_translations(struct known *k, uint32_t entry, const struct translations *t)
{
    char folded[RULES_ANSWER_POINTS * 4];
    bool ok = true;
    for (size_t i = 0; ok && i < t->n; i++) {
        normalise(t->at[i].text, strlen(t->at[i].text), folded, sizeof folded);
        ok = known_add_text(k, entry, folded);
    }
    return ok;
}

static bool know_question(struct matcher *m, uint32_t entry, const char *text, size_t len)
{
    char folded[MATCHER_TEXT_BYTES + 1];
    normalise(text, len, folded, sizeof folded);
    return m->by_nearest ? known_add_question(m->known, entry, folded) : known_add_text(m->known, entry, folded);
}

static bool know_examples(struct matcher *m, uint32_t entry, const struct entry *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < e->yes.n; i++) {
        ok = know_question(m, entry, e->yes.at[i].text, strlen(e->yes.at[i].text));
    }
    return ok;
}

static bool know_entry(struct matcher *m, uint32_t entry, const struct entry *e)
{
    struct known *k = m->known;
    bool ok =
        know_translations(k, entry, &e->title) && know_translations(k, entry, &e->answer) && know_examples(m, entry, e);
    for (size_t a = 0; ok && a < e->n_when; a++) {
        for (size_t g = 0; ok && g < e->when[a].n; g++) {
            ok = know_group(k, entry, &e->when[a].groups[g], false);
        }
    }
    for (size_t b = 0; ok && b < e->n_bans; b++) {
        ok = know_group(k, entry, &e->bans[b].words, true);
    }
    return ok;
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp((*(const struct entry *const *)a)->id, (*(const struct entry *const *)b)->id);
}

static bool know_answered(struct matcher *m, const struct rules *rules, const struct answered *answered, size_t n)
{
    bool ok = true;
    const struct entry **by_id = calloc(rules->n + 1, sizeof(const struct entry *));
    if (by_id == NULL) {
        return false;
    }
    for (size_t i = 0; i < rules->n; i++) {
        by_id[i] = &rules->entries[i];
    }
    qsort(by_id, rules->n, sizeof(const struct entry *), compare_entries);
    for (size_t i = 0; ok && i < n; i++) {
        const struct entry wanted = {.id = answered[i].id};
        const struct entry *key = &wanted;
        const struct entry **found = bsearch(&key, by_id, rules->n, sizeof(const struct entry *), compare_entries);
        ok = found == NULL || know_question(m, (uint32_t)(*found - rules->entries), answered[i].text, answered[i].len);
    }
    free(by_id);
    return ok;
}

static bool build_known(struct matcher *m, const struct rules *rules, const struct answered *answered, size_t n)
{
    bool ok = m->known != NULL;
    for (size_t i = 0; i < rules->n; i++) {
        m->by_nearest = m->by_nearest || rules->entries[i].guard.nearest != GUARD_OFF;
    }
    for (size_t i = 0; ok && i < rules->n; i++) {
        ok = know_entry(m, (uint32_t)i, &rules->entries[i]);
    }
    return ok && know_answered(m, rules, answered, n) && known_seal(m->known);
}

/* --- compiling ---------------------------------------------------------------------------------------------------- */

static bool refuse(const struct rules *rules, size_t e, const char *reason, char *why, size_t why_size)
{
    const struct entry *entry = &rules->entries[e];
    if (rules->file[0] != '\0') {
        snprintf(why, why_size, "%s:%d: entry '%s': %s", rules->file, entry->line, entry->id, reason);
    } else {
        snprintf(why, why_size, "entry '%s': %s", entry->id, reason);
    }
    return false;
}

static bool add_regex(struct matcher *m, const struct rules *rules, size_t e, char *why, size_t why_size)
{
    char literal[PATTERN_LITERAL_BYTES];
    char reason[300];
    pattern_literal(rules->entries[e].regex, literal);
    if (literal[0] != '\0') {
        return literals_add(m->literals, literal, strlen(literal), (uint32_t)(e * WAYS + WAY_REGEX)) ||
               refuse(rules, e, "out of memory", why, why_size);
    }
    if (m->n_always == MATCHER_CANDIDATES / 2) {
        snprintf(reason, sizeof reason,
                 "more than %d regexes have no fixed text of 3 letters; give them one, or use when",
                 MATCHER_CANDIDATES / 2);
        return refuse(rules, e, reason, why, why_size);
    }
    m->always[m->n_always++] = (uint32_t)e;
    return true;
}

static bool copy_translations(struct arena *a, const struct translations *from, struct translations *to)
{
    to->at = arena_take(a, from->n * sizeof *to->at);
    if (to->at == NULL) {
        return false;
    }
    for (to->n = 0; to->n < from->n; to->n++) {
        const struct translation *t = &from->at[to->n];
        struct translation copy = {.lang = arena_copy(a, t->lang, strlen(t->lang)),
                                   .text = arena_copy(a, t->text, strlen(t->text))};
        if (copy.lang == NULL || copy.text == NULL) {
            return false;
        }
        to->at[to->n] = copy;
    }
    return true;
}

static bool compile_bans(struct matcher *m, const struct entry *e, struct compiled_entry *out, char *why,
                         size_t why_size)
{
    out->bans = arena_take(&m->arena, (e->n_bans + 1) * sizeof(struct pattern *));
    for (; out->bans != NULL && out->n_bans < e->n_bans; out->n_bans++) {
        out->bans[out->n_bans] = pattern_from_group(&e->bans[out->n_bans].words, why, why_size);
        if (out->bans[out->n_bans] == NULL) {
            return false;
        }
    }
    return out->bans != NULL;
}

static bool compile_ways(struct matcher *m, const struct entry *e, struct compiled_entry *out, char *why,
                         size_t why_size)
{
    out->ways = arena_take(&m->arena, (e->n_when + 1) * sizeof *out->ways);
    for (; out->ways != NULL && out->n_ways < e->n_when; out->n_ways++) {
        struct way *way = &out->ways[out->n_ways];
        way->words = pattern_from_words(m->desk, &e->when[out->n_ways], why, why_size);
        if (way->words == NULL) {
            return false;
        }
        way->is_short = e->when[out->n_ways].is_short;
        for (size_t b = 0; b < e->n_bans; b++) {
            way->bans |= ban_holds(&e->bans[b], e->when[out->n_ways].label) ? 1U << b : 0;
        }
    }
    return out->ways != NULL;
}

static bool compile_patterns(struct matcher *m, const struct entry *e, struct compiled_entry *out, char *why,
                             size_t why_size)
{
    snprintf(why, why_size, "out of memory");
    if (!compile_bans(m, e, out, why, why_size) || !compile_ways(m, e, out, why, why_size)) {
        return false;
    }
    out->regex = e->regex != NULL ? pattern_from_regex(m->desk, e->regex, why, why_size) : NULL;
    return e->regex == NULL || out->regex != NULL;
}

static bool compile_entry(struct matcher *m, const struct rules *rules, size_t i, char *why, size_t why_size)
{
    char reason[400];
    const struct entry *e = &rules->entries[i];
    struct compiled_entry *out = &m->entries[i];
    out->shadow = e->shadow;
    bool guarded = e->guard.given || e->yes.n >= RULES_GUARD_EXAMPLES;
    out->guard = guarded ? e->guard : (struct guard){false, GUARD_OFF, GUARD_OFF, GUARD_OFF};
    out->id = arena_copy(&m->arena, e->id, strlen(e->id));
    if (out->id == NULL || !copy_translations(&m->arena, &e->title, &out->title) ||
        !copy_translations(&m->arena, &e->answer, &out->answer) ||
        !copy_translations(&m->arena, &e->link, &out->link)) {
        return refuse(rules, i, "out of memory", why, why_size);
    }
    if (!compile_patterns(m, e, out, reason, sizeof reason)) {
        return refuse(rules, i, reason, why, why_size);
    }
    return true;
}

static bool build_literals(struct matcher *m, const struct rules *rules, char *why, size_t why_size)
{
    struct tally tally;
    bool ok = tally_make(&tally, rules);
    for (size_t i = 0; ok && i < rules->n; i++) {
        ok = add_words(m, rules, &tally, i);
    }
    tally_free(&tally);
    if (!ok) {
        snprintf(why, why_size, "out of memory");
    }
    for (size_t i = 0; ok && i < rules->n; i++) {
        ok = rules->entries[i].regex == NULL || add_regex(m, rules, i, why, why_size);
    }
    if (ok && !literals_seal(m->literals)) {
        snprintf(why, why_size, "out of memory");
        ok = false;
    }
    return ok;
}

struct matcher *compiled_build(const struct rules *rules, char *why, size_t why_size)
{
    return compiled_build_answered(rules, NULL, 0, why, why_size);
}

struct matcher *compiled_build_answered(const struct rules *rules, const struct answered *answered, size_t n, char *why,
                                        size_t why_size)
{
    struct matcher *m = calloc(1, sizeof *m);
    if (m == NULL) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    m->n = rules->n;
    m->entries = calloc(rules->n + 1, sizeof *m->entries);
    m->literals = literals_new();
    m->desk = pattern_desk_open();
    m->scratch = calloc(1, sizeof *m->scratch);
    m->known = known_new();
    if (m->scratch != NULL) {
        m->scratch->seen = calloc(rules->n + 1, sizeof *m->scratch->seen);
        m->scratch->position = calloc(rules->n + 1, sizeof *m->scratch->position);
    }
    if (m->entries == NULL || m->literals == NULL || m->desk == NULL || m->scratch == NULL ||
        m->scratch->seen == NULL || m->scratch->position == NULL || !build_known(m, rules, answered, n)) {
        snprintf(why, why_size, "out of memory");
        goto fail;
    }
    for (size_t i = 0; i < rules->n; i++) {
        if (!compile_entry(m, rules, i, why, why_size)) {
            goto fail;
        }
    }
    if (!build_literals(m, rules, why, why_size)) {
        goto fail;
    }
    return m;
fail:
    matcher_free(m);
    return NULL;
}
