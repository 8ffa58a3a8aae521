/* normalise -> entries whose literals occur -> PCRE2 confirms -> at most one entry, or silence. */
#include "faq/matcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "faq/aside.h"
#include "faq/compiled.h"
#include "faq/examples.h"
#include "faq/language.h"
#include "faq/normalise.h"
#include "faq/person.h"

struct first_complaint {
    char *why;
    size_t why_size, n;
};

static void keep_first(void *owner, const char *line)
{
    struct first_complaint *c = owner;
    if (c->n++ == 0) {
        snprintf(c->why, c->why_size, "%s", line);
    }
}

struct matcher *matcher_compile(const struct rules *rules, char *why, size_t why_size)
{
    return matcher_compile_answered(rules, NULL, 0, why, why_size);
}

struct matcher *matcher_compile_answered(const struct rules *rules, const struct answered *answered, size_t n,
                                         char *why, size_t why_size)
{
    struct first_complaint complaint = {.why = why, .why_size = why_size};
    struct matcher *m = compiled_build_answered(rules, answered, n, why, why_size);
    if (m == NULL) {
        return NULL;
    }
    size_t broken = examples_check(m, rules, keep_first, &complaint);
    if (broken == 0) {
        return m;
    }
    size_t used = strlen(why);
    if (broken > 1 && used < why_size) {
        snprintf(why + used, why_size - used, " (and %zu more examples)", broken - 1);
    }
    matcher_free(m);
    return NULL;
}

void matcher_free(struct matcher *m)
{
    if (m == NULL) {
        return;
    }
    for (size_t i = 0; m->entries != NULL && i < m->n; i++) {
        struct compiled_entry *e = &m->entries[i];
        for (size_t w = 0; w < e->n_ways; w++) {
            pattern_free(e->ways[w].words);
        }
        for (size_t b = 0; b < e->n_bans; b++) {
            pattern_free(e->bans[b]);
        }
        pattern_free(e->regex);
    }
    if (m->scratch != NULL) {
        free(m->scratch->seen);
        free(m->scratch->position);
        free(m->scratch);
    }
    free(m->entries);
    literals_free(m->literals);
    known_free(m->known);
    pattern_desk_close(m->desk);
    arena_free(&m->arena);
    free(m);
}

/* --- matching -------------------------------------------------------------------------------------------------------
 */

static bool add_candidate(void *owner, uint32_t value)
{
    struct scratch *s = owner;
    uint32_t entry = value / WAYS;
    uint64_t way = 1ULL << (value % WAYS);
    if (s->seen[entry] == s->message) {
        s->candidates[s->position[entry]].ways |= way;
        return true;
    }
    s->over = s->n == MATCHER_CANDIDATES;
    if (!s->over) {
        s->seen[entry] = s->message;
        s->position[entry] = (unsigned char)s->n;
        s->candidates[s->n++] = (struct candidate){.entry = entry, .ways = way};
    }
    return !s->over;
}

static void find_candidates(const struct matcher *m, const char *folded, size_t len)
{
    struct scratch *s = m->scratch;
    s->n = 0;
    s->over = false;
    if (++s->message == 0) { /* wrapped around: old marks would look new */
        memset(s->seen, 0, (m->n + 1) * sizeof *s->seen);
        s->message = 1;
    }
    for (size_t i = 0; i < m->n_always; i++) {
        add_candidate(s, m->always[i] * WAYS + WAY_REGEX);
    }
    literals_find(m->literals, folded, len, add_candidate, s);
}

/* A way that matches, unless one of its bans does too; then *banned tells so. */
static enum pattern_result confirm_way(const struct matcher *m, const struct compiled_entry *e,
                                       const struct pattern *way, uint32_t bans, const char *folded, size_t len,
                                       bool *banned)
{
    enum pattern_result result = pattern_match(m->desk, way, folded, len);
    for (size_t b = 0; result == PATTERN_YES && b < e->n_bans; b++) {
        if ((bans >> b & 1) != 0) {
            enum pattern_result ban = pattern_match(m->desk, e->bans[b], folded, len);
            result = ban == PATTERN_NO ? PATTERN_YES : ban == PATTERN_YES ? PATTERN_NO : PATTERN_OVER;
            *banned = *banned || ban == PATTERN_YES;
        }
    }
    return result;
}

/* "Invoice?", "any news of my parcel": a few words, and none that another question could be made of. */
static bool says_nothing_else(const struct matcher *m, uint32_t entry, const char *folded)
{
    static const struct guard strict = {.unknown_words = GUARD_OFF, .other_words = 0, .nearest = GUARD_OFF};
    size_t halves = 0; /* two Han characters make a word */
    for (const char *at = strchr(folded, ' '); at != NULL && at[1] != '\0' && at[1] != ' '; at = strchr(at + 1, ' ')) {
        halves += normalise_is_han(at + 1) ? 1 : 2;
    }
    return halves <= 2 * (size_t)MATCHER_SHORT_WORDS && known_passes(m->known, entry, &strict, folded);
}

static enum pattern_result confirm(const struct matcher *m, const struct candidate *c, const char *folded, size_t len,
                                   bool *banned)
{
    const struct compiled_entry *e = &m->entries[c->entry];
    enum pattern_result result = PATTERN_NO;
    for (size_t w = 0; result == PATTERN_NO && w < e->n_ways; w++) {
        if ((c->ways >> w & 1) != 0) {
            bool by_ban = false;
            result = confirm_way(m, e, e->ways[w].words, e->ways[w].bans, folded, len, &by_ban);
            *banned = *banned || (by_ban && !e->ways[w].is_short);
            if (result == PATTERN_YES && e->ways[w].is_short && !says_nothing_else(m, c->entry, folded)) {
                result = PATTERN_NO;
            }
        }
    }
    if (result == PATTERN_NO && (c->ways >> WAY_REGEX & 1) != 0) {
        result = confirm_way(m, e, e->regex, UINT32_MAX, folded, len, banned);
    }
    return result;
}

/* Processor time of this thread; the one clock in this directory, read only for bounds, never for a decision about
 * words. */
static int64_t thread_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool confirm_all(const struct matcher *m, const char *folded, size_t len, struct hits *h)
{
    const struct scratch *s = m->scratch;
    int64_t start = s->n > 4 ? thread_us() : 0; /* four patterns stay within the bound by their own limits */
    for (size_t i = 0; i < s->n; i++) {
        bool banned = false;
        enum pattern_result result = confirm(m, &s->candidates[i], folded, len, &banned);
        if (result == PATTERN_YES) {
            h->entry[h->n++] = s->candidates[i].entry;
        }
        h->banned += result == PATTERN_NO && banned;
        if (result == PATTERN_OVER || (s->n > 4 && thread_us() - start > MATCHER_BUDGET_US)) {
            return false;
        }
    }
    return true;
}

struct hits compiled_hits_folded(const struct matcher *m, const char *folded, size_t len)
{
    struct hits h = {.n = 0};
    find_candidates(m, folded, len);
    h.over = m->scratch->over || !confirm_all(m, folded, len, &h);
    return h;
}

struct hits compiled_hits(const struct matcher *m, const char *text, size_t len)
{
    char folded[MATCHER_TEXT_BYTES + 1];
    bool cut = false;
    size_t used = normalise_cut(text, len, folded, sizeof folded, &cut);
    return cut ? (struct hits){.over = true} : compiled_hits_folded(m, folded, used);
}

/* Whether an entry that matches alone is not to answer all the same: its guard says so, the topic is only mentioned, or
 * "how much is delivery and can I pay by card?" joins two, of which each one's none-of words silence one entry. */
static bool is_held(const struct matcher *m, const struct hits *h, size_t entry, const char *folded)
{
    return !known_passes(m->known, (uint32_t)entry, &m->entries[entry].guard, folded) || aside_told(folded) != NULL ||
           (h->banned > 0 && aside_joins(folded));
}

struct match matcher_match(const struct matcher *m, const char *text, size_t len)
{
    char folded[MATCHER_TEXT_BYTES + 1];
    struct match match = {.found = false};
    size_t live = 0;
    bool cut = false;
    size_t used = normalise_cut(text, len, folded, sizeof folded, &cut);
    struct hits h = cut ? (struct hits){.over = true} : compiled_hits_folded(m, folded, used);
    if (h.over) {
        match.ambiguous = true;
        return match;
    }
    for (size_t i = 0; i < h.n; i++) {
        bool shadow = m->entries[h.entry[i]].shadow;
        live += !shadow;
        if (!shadow || live == 0) {
            match.entry = h.entry[i];
        }
    }
    match.ambiguous = live > 1 || (live == 0 && h.n > 1);
    match.found = h.n > 0 && !match.ambiguous;
    match.unsure = match.found && is_held(m, &h, match.entry, folded);
    match.found = match.found && !match.unsure;
    match.entry = match.found || match.unsure ? match.entry : 0;
    return match;
}

bool matcher_wants_person(const struct matcher *m, const char *text, size_t len)
{
    (void)m; /* words of a shop's own may come with the rules one day */
    return person_wanted(text, len);
}

size_t matcher_count(const struct matcher *m)
{
    return m->n;
}

const char *matcher_id(const struct matcher *m, size_t entry)
{
    return m->entries[entry].id;
}

bool matcher_shadow(const struct matcher *m, size_t entry)
{
    return m->entries[entry].shadow;
}

/* --- answers --------------------------------------------------------------------------------------------------------
 */

static const struct translation *in_language(const struct translations *t, const char *lang)
{
    for (size_t i = 0; i < t->n; i++) {
        if (t->at[i].lang[0] == '\0' || strcasecmp(t->at[i].lang, lang) == 0) {
            return &t->at[i];
        }
    }
    return NULL;
}

static const struct translation *in_group(const struct translations *t, const char *lang)
{
    for (size_t i = 0; i < t->n; i++) {
        if (strcasecmp(language_group(t->at[i].lang), language_group(lang)) == 0) {
            return &t->at[i];
        }
    }
    return NULL;
}

static const struct translation *best_translation(const struct translations *t, const char *lang)
{
    const struct translation *found = in_language(t, lang);
    if (found == NULL) {
        found = in_group(t, lang);
    }
    if (found == NULL) {
        found = in_language(t, "en");
    }
    return found != NULL ? found : &t->at[0];
}

bool matcher_answer(const struct matcher *m, size_t entry, const char *lang, struct answer *out)
{
    if (entry >= m->n) {
        return false;
    }
    const struct compiled_entry *e = &m->entries[entry];
    const struct translation *text = best_translation(&e->answer, lang != NULL ? lang : "");
    const char *chosen = text->lang[0] != '\0' ? text->lang : lang != NULL ? lang : "";
    *out = (struct answer){.lang = text->lang,
                           .text = text->text,
                           .title = best_translation(&e->title, chosen)->text,
                           .link = best_translation(&e->link, chosen)->text};
    return true;
}

size_t matcher_bytes(const struct matcher *m)
{
    size_t per_entry = sizeof *m->entries + sizeof *m->scratch->seen + sizeof *m->scratch->position;
    size_t bytes = sizeof *m + sizeof *m->scratch + m->arena.total + m->n * per_entry + literals_bytes(m->literals) +
                   known_bytes(m->known);
    for (size_t i = 0; i < m->n; i++) {
        const struct compiled_entry *e = &m->entries[i];
        for (size_t w = 0; w < e->n_ways; w++) {
            bytes += pattern_bytes(e->ways[w].words);
        }
        for (size_t b = 0; b < e->n_bans; b++) {
            bytes += pattern_bytes(e->bans[b]);
        }
        bytes += pattern_bytes(e->regex);
    }
    return bytes;
}
