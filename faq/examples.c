/* Runs every example through the matcher and explains what went wrong. */
#include "faq/examples.h"

#include <stdio.h>
#include <string.h>

#include "faq/compiled.h"
#include "faq/entry.h"
#include "faq/normalise.h"

struct checking {
    const struct matcher *matcher;
    const struct rules *rules;
    const struct entry *entry;
    examples_say *say;
    void *owner;
    size_t broken;
};

static void complain(struct checking *c, const struct example *x, const char *kind, const char *reason)
{
    char line[1400];
    char place[300] = "";
    if (c->rules->file[0] != '\0') {
        snprintf(place, sizeof place, "%.250s:%d: ", c->rules->file, x->line);
    }
    snprintf(line, sizeof line, "%sentry '%s': %s example \"%.200s\" %s", place, c->entry->id, kind, x->text, reason);
    c->broken++;
    c->say(c->owner, line);
}

static bool group_in(const struct group *g, const char *folded, const struct term **which)
{
    for (size_t i = 0; i < g->n; i++) {
        if (term_in(&g->terms[i], folded)) {
            *which = &g->terms[i];
            return true;
        }
    }
    return false;
}

static size_t groups_in(const struct alternative *a, const char *folded, const struct group **missing)
{
    size_t n = 0;
    const struct term *which = NULL;
    for (size_t i = 0; i < a->n; i++) {
        if (group_in(&a->groups[i], folded, &which)) {
            n++;
        } else if (*missing == NULL) {
            *missing = &a->groups[i];
        }
    }
    return n;
}

static void list_words(const struct group *g, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < g->n && i < 4 && used < size; i++) {
        used += (size_t)snprintf(out + used, size - used, "%s%.40s", i > 0 ? ", " : "", g->terms[i].written);
    }
    if (g->n > 4 && used < size) {
        snprintf(out + used, size - used, ", …");
    }
}

/* Why the entry does not match: of the alternative that came nearest, the first missing group, or the ban that hit. */
static void explain(const struct entry *e, const char *folded, char *out, size_t size)
{
    const struct alternative *nearest = NULL;
    const struct group *missing = NULL;
    const struct term *banned = NULL;
    double best = -1;
    for (size_t i = 0; i < e->n_when; i++) {
        const struct group *first = NULL;
        double share = (double)groups_in(&e->when[i], folded, &first) / (double)e->when[i].n;
        if (share > best) {
            best = share;
            nearest = &e->when[i];
            missing = first;
        }
    }
    for (size_t i = 0; i < e->n_bans && banned == NULL; i++) {
        group_in(&e->bans[i].words, folded, &banned);
    }
    if (nearest == NULL) {
        snprintf(out, size, "does not match the regex; the text it is matched with is \"%.200s\"", folded);
    } else if (missing == NULL && banned != NULL) {
        snprintf(out, size, "is kept away by '%.60s' under not; make that longer, or remove the example",
                 banned->written);
    } else {
        char words[220];
        list_words(missing != NULL ? missing : &nearest->groups[0], words, sizeof words);
        snprintf(out, size,
                 "does not match: of the rule '%s' it has no word of the group [%s]; add a word, or another way to ask",
                 nearest->label[0] != '\0' ? nearest->label : "when", words);
    }
}

static bool has(const struct hits *h, size_t entry, size_t *other)
{
    bool found = false;
    for (size_t i = 0; i < h->n; i++) {
        if (h->entry[i] == entry) {
            found = true;
        } else {
            *other = h->entry[i];
        }
    }
    return found;
}

static void check_yes(struct checking *c, size_t entry, const struct example *x)
{
    char reason[600];
    char folded[MATCHER_TEXT_BYTES + 1];
    size_t other = entry;
    struct hits h = compiled_hits(c->matcher, x->text, strlen(x->text));
    normalise(x->text, strlen(x->text), folded, sizeof folded);
    if (h.over) {
        snprintf(reason, sizeof reason,
                 "cannot be matched: it is longer than %d bytes, or %d entries and more share its words",
                 MATCHER_TEXT_BYTES, MATCHER_CANDIDATES);
    } else if (!has(&h, entry, &other)) {
        explain(c->entry, folded, reason, sizeof reason);
        if (other != entry) {
            size_t used = strlen(reason);
            snprintf(reason + used, sizeof reason - used, " (it matches entry '%s')", c->rules->entries[other].id);
        }
    } else if (other != entry) {
        snprintf(reason, sizeof reason,
                 "also matches entry '%s'; tell the two apart with another group, or a word under not",
                 c->rules->entries[other].id);
    } else {
        return;
    }
    complain(c, x, "yes", reason);
}

static void check_no(struct checking *c, size_t entry, const struct example *x)
{
    size_t other = entry;
    struct hits h = compiled_hits(c->matcher, x->text, strlen(x->text));
    if (!h.over && has(&h, entry, &other)) {
        complain(c, x, "no", "matches all the same; add a word of it under not, or a group to the rule");
    }
}

size_t examples_check(const struct matcher *m, const struct rules *rules, examples_say *say, void *owner)
{
    struct checking c = {.matcher = m, .rules = rules, .say = say, .owner = owner};
    for (size_t i = 0; i < rules->n; i++) {
        c.entry = &rules->entries[i];
        for (size_t k = 0; k < c.entry->yes.n; k++) {
            check_yes(&c, i, &c.entry->yes.at[k]);
        }
        for (size_t k = 0; k < c.entry->no.n; k++) {
            check_no(&c, i, &c.entry->no.at[k]);
        }
    }
    return c.broken;
}

size_t examples_count(const struct rules *rules)
{
    size_t n = 0;
    for (size_t i = 0; i < rules->n; i++) {
        n += rules->entries[i].yes.n + rules->entries[i].no.n;
    }
    return n;
}
