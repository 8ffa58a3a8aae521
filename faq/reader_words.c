/* Members that match: groups of words, words that keep an entry away, a regex. */
#include <string.h>

#include "faq/reader.h"
#include "faq/rules.h"

static bool read_term(struct reader *r, const struct tree *t, struct term *out)
{
    if (t->kind != TREE_TEXT) {
        return reader_refuse(r, t->line, "a word or phrase is expected here; a list of words must not hold lists");
    }
    const char *star = strchr(t->text, '*');
    if (star != NULL && star[1] != '\0') {
        return reader_refuse(r, t->line, "'%.60s': a star may only be the last character", t->text);
    }
    if (star != NULL && (star == t->text || star[-1] == ' ')) {
        return reader_refuse(r, t->line, "'%.60s': a star must stand right behind letters", t->text);
    }
    if (!term_fold(&r->rules->arena, t->text, out)) {
        return reader_refuse(r, t->line, "'%.60s' has no letters or digits to look for, or more than %d bytes", t->text,
                             RULES_WORD_BYTES);
    }
    return true;
}

static bool read_group(struct reader *r, const struct tree *t, const char *member, struct group *out)
{
    const struct tree *words = t->kind == TREE_TEXT ? t : t->children;
    size_t n = t->kind == TREE_TEXT ? 1 : t->n;
    if (t->kind == TREE_MAP || n == 0 || n > RULES_WORDS) {
        return reader_refuse(r, t->line, "%s: a list of 1 to %d words or phrases is expected here", member,
                             RULES_WORDS);
    }
    out->line = t->line;
    out->terms = reader_take(r, n, sizeof *out->terms);
    if (out->terms == NULL) {
        return reader_no_memory(r);
    }
    for (out->n = 0; out->n < n; out->n++) {
        if (!read_term(r, &words[out->n], &out->terms[out->n])) {
            return false;
        }
    }
    return true;
}

static bool read_alternative(struct reader *r, const struct tree *t, const char *label, struct alternative *out)
{
    if (t->kind != TREE_LIST || t->n == 0 || t->n > RULES_GROUPS) {
        return reader_refuse(r, t->line,
                             "when%s%s: 1 to %d groups are expected, such as [[return*, send back], [how, can i]]",
                             label[0] != '\0' ? " " : "", label, RULES_GROUPS);
    }
    out->label = label;
    out->is_short = strchr(label, '/') != NULL && strcmp(strchr(label, '/'), LABEL_SHORT) == 0;
    out->groups = reader_take(r, t->n, sizeof *out->groups);
    if (out->groups == NULL) {
        return reader_no_memory(r);
    }
    for (out->n = 0; out->n < t->n; out->n++) {
        if (!read_group(r, &t->children[out->n], "when", &out->groups[out->n])) {
            return false;
        }
    }
    return true;
}

bool reader_when(struct reader *r, const struct tree *t)
{
    struct entry *e = r->entry;
    size_t n = t->kind == TREE_MAP ? t->n : 1;
    if (t->kind == TREE_TEXT || n == 0 || n > RULES_ALTERNATIVES) {
        return reader_refuse(r, t->line,
                             "when must be a list of groups, or 1 to %d such lists per language (en, en/2, lt …)",
                             RULES_ALTERNATIVES);
    }
    e->when = reader_take(r, n, sizeof *e->when);
    if (e->when == NULL) {
        return reader_no_memory(r);
    }
    for (size_t i = 0; i < n; i++) {
        const char *label = t->kind == TREE_MAP ? t->keys[i].text : "";
        if (t->kind == TREE_MAP && !reader_is_label(label, true)) {
            return reader_refuse(
                r, t->keys[i].line,
                "when: '%.20s' is not a language code such as en, en/2 for a second way to ask, or en/short for "
                "messages that say nothing else",
                label);
        }
        if (!read_alternative(r, t->kind == TREE_MAP ? &t->children[i] : t, label, &e->when[i])) {
            return false;
        }
    }
    e->n_when = n;
    return true;
}

bool reader_not(struct reader *r, const struct tree *t)
{
    struct entry *e = r->entry;
    size_t n = t->kind == TREE_MAP ? t->n : 1;
    if (n == 0 || n > RULES_LANGUAGES) {
        return reader_refuse(r, t->line, "not must be a list of words, or such a list per language");
    }
    e->bans = reader_take(r, n, sizeof *e->bans);
    if (e->bans == NULL) {
        return reader_no_memory(r);
    }
    for (size_t i = 0; i < n; i++) {
        const char *lang = t->kind == TREE_MAP ? t->keys[i].text : "";
        if (t->kind == TREE_MAP && !reader_is_label(lang, false)) {
            return reader_refuse(r, t->keys[i].line, "not: '%.20s' is not a language code such as en", lang);
        }
        e->bans[i].lang = lang;
        if (!read_group(r, t->kind == TREE_MAP ? &t->children[i] : t, "not", &e->bans[i].words)) {
            return false;
        }
    }
    e->n_bans = n;
    return true;
}

bool reader_regex(struct reader *r, const struct tree *t)
{
    if (t->kind != TREE_TEXT || t->len == 0) {
        return reader_refuse(r, t->line, "regex must be one pattern in quotes");
    }
    if (t->len > RULES_REGEX_BYTES) {
        return reader_refuse(r, t->line, "regex has %zu bytes, at most %d are allowed; use `when` for lists of words",
                             t->len, RULES_REGEX_BYTES);
    }
    r->entry->regex = t->text;
    return true;
}
