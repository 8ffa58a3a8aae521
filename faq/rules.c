/* Trees to entries: every member checked against its limits, every refusal with its line. */
#include "faq/rules.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "faq/entry.h"
#include "faq/reader.h"
#include "faq/tree.h"

static const struct guard guard_default = {
    .unknown_words = GUARD_OFF, .other_words = RULES_GUARD_OTHER_WORDS, .nearest = GUARD_OFF};

static bool read_id(struct reader *r, const struct tree *t)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    bool good = t->kind == TREE_TEXT && t->len > 0 && t->len <= RULES_ID_BYTES && strspn(t->text, allowed) == t->len &&
                isalnum((unsigned char)t->text[0]);
    if (!good) {
        return reader_refuse(r, t->line,
                             "an id is 1 to %d letters a-z, digits, '-' and '_', beginning with a letter or digit",
                             RULES_ID_BYTES);
    }
    r->entry->id = t->text;
    return true;
}

static bool read_shadow(struct reader *r, const struct tree *t)
{
    bool yes = t->kind == TREE_TEXT && strcasecmp(t->text, "true") == 0;
    bool no = t->kind == TREE_TEXT && strcasecmp(t->text, "false") == 0;
    r->entry->shadow = yes;
    return yes || no || reader_refuse(r, t->line, "shadow must be true or false");
}

static bool read_guard_number(struct reader *r, const char *name, const struct tree *t, int *out)
{
    char *end = NULL;
    int least = strcmp(name, "nearest") == 0 ? 1 : 0; /* the nearest none would be nobody */
    long n = t->kind == TREE_TEXT && isdigit((unsigned char)t->text[0]) ? strtol(t->text, &end, 10) : -1;
    bool off = t->kind == TREE_TEXT && (strcasecmp(t->text, "off") == 0 || strcasecmp(t->text, "false") == 0);
    if (!off && (n < least || *end != '\0' || n > RULES_GUARD_MAX)) {
        return reader_refuse(r, t->line, "guard: %s must be a number from %d to %d, or off", name, least,
                             RULES_GUARD_MAX);
    }
    *out = off ? GUARD_OFF : (int)n;
    return true;
}

/* `guard: off`, or what of it differs from the default. */
static bool read_guard(struct reader *r, const struct tree *t, struct guard *out)
{
    bool off = t->kind == TREE_TEXT && (strcasecmp(t->text, "off") == 0 || strcasecmp(t->text, "false") == 0);
    if (off) {
        *out = (struct guard){.given = true, GUARD_OFF, GUARD_OFF, GUARD_OFF};
        return true;
    }
    if (t->kind != TREE_MAP) {
        return reader_refuse(r, t->line,
                             "guard must be off, or a list such as {unknown_words: 1, other_words: 2, nearest: 3}");
    }
    for (size_t i = 0; i < t->n; i++) {
        const char *name = t->keys[i].text;
        int *number = strcmp(name, "unknown_words") == 0 ? &out->unknown_words
                      : strcmp(name, "other_words") == 0 ? &out->other_words
                      : strcmp(name, "nearest") == 0     ? &out->nearest
                                                         : NULL;
        if (number == NULL) {
            return reader_refuse(r, t->keys[i].line,
                                 "guard: there is no '%.40s'; there are unknown_words, other_words, nearest", name);
        }
        if (!read_guard_number(r, name, &t->children[i], number)) {
            return false;
        }
    }
    out->given = true;
    return true;
}

static bool read_member(struct reader *r, const char *name, const struct tree *t, int line)
{
    struct entry *e = r->entry;
    if (strcmp(name, "id") == 0) {
        return true; /* read first */
    }
    if (strcmp(name, "title") == 0) {
        return reader_title(r, t, &e->title);
    }
    if (strcmp(name, "answer") == 0) {
        return reader_answer(r, t, &e->answer);
    }
    if (strcmp(name, "link") == 0) {
        return reader_link(r, t, &e->link);
    }
    if (strcmp(name, "when") == 0) {
        return reader_when(r, t);
    }
    if (strcmp(name, "not") == 0) {
        return reader_not(r, t);
    }
    if (strcmp(name, "regex") == 0) {
        return reader_regex(r, t);
    }
    if (strcmp(name, "shadow") == 0) {
        return read_shadow(r, t);
    }
    if (strcmp(name, "guard") == 0) {
        return read_guard(r, t, &e->guard);
    }
    if (strcmp(name, "yes") == 0) {
        return reader_examples(r, t, name, &e->yes);
    }
    if (strcmp(name, "no") == 0) {
        return reader_examples(r, t, name, &e->no);
    }
    return reader_refuse(
        r, line,
        "there is no member '%.40s'; there are id, title, answer, link, when, not, regex, shadow, guard, yes, "
        "no",
        name);
}

static const char *find_translation(const struct translations *t, const char *lang)
{
    for (size_t i = 0; i < t->n; i++) {
        if (t->at[i].lang[0] == '\0' || strcasecmp(t->at[i].lang, lang) == 0) {
            return t->at[i].text;
        }
    }
    return NULL;
}

/* What only shows once all members are there. */
static bool check_whole(struct reader *r)
{
    struct entry *e = r->entry;
    if (e->title.n == 0 || e->answer.n == 0 || e->link.n == 0) {
        const char *missing = e->title.n == 0 ? "title" : e->answer.n == 0 ? "answer" : "link";
        return reader_refuse(r, e->line, "%s is missing; visitors are shown a title, an answer and a link", missing);
    }
    if (e->n_when == 0 && e->regex == NULL) {
        return reader_refuse(r, e->line, "when is missing; without it (or regex) the entry can never be the answer");
    }
    for (size_t i = 0; i < e->answer.n; i++) {
        if (e->title.at[0].lang[0] != '\0' && find_translation(&e->title, e->answer.at[i].lang) == NULL) {
            return reader_refuse(r, e->line, "title is missing in '%s', the answer has it", e->answer.at[i].lang);
        }
    }
    return true;
}

static bool read_entry(struct reader *r, const struct tree *t)
{
    const struct tree *id = NULL;
    r->entry->line = t->line;
    r->entry->guard = r->guard;
    if (t->kind != TREE_MAP) {
        return reader_refuse(r, t->line, "an entry begins with `- id: …`");
    }
    for (size_t i = 0; i < t->n; i++) {
        id = strcmp(t->keys[i].text, "id") == 0 ? &t->children[i] : id;
    }
    if (id == NULL) {
        return reader_refuse(r, t->line, "this entry has no id; begin it with `- id: …`");
    }
    if (!read_id(r, id)) {
        return false;
    }
    for (size_t i = 0; i < t->n; i++) {
        if (!read_member(r, t->keys[i].text, &t->children[i], t->keys[i].line)) {
            return false;
        }
    }
    return check_whole(r);
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp((*(const struct entry *const *)a)->id, (*(const struct entry *const *)b)->id);
}

static bool check_ids(struct reader *r)
{
    struct rules *rules = r->rules;
    const struct entry **sorted = reader_take(r, rules->n, sizeof(const struct entry *));
    if (sorted == NULL) {
        return reader_no_memory(r);
    }
    for (size_t i = 0; i < rules->n; i++) {
        sorted[i] = &rules->entries[i];
    }
    qsort(sorted, rules->n, sizeof(const struct entry *), compare_ids);
    for (size_t i = 1; i < rules->n; i++) {
        const struct entry *a = sorted[i - 1];
        const struct entry *b = sorted[i];
        if (strcmp(a->id, b->id) == 0) {
            r->entry = NULL;
            return reader_refuse(r, a->line > b->line ? a->line : b->line,
                                 "the id '%s' is already taken (line %d); give each entry its own", a->id,
                                 a->line > b->line ? b->line : a->line);
        }
    }
    return true;
}

static const struct tree *find_entries(struct reader *r, const struct tree *root)
{
    const struct tree *entries = root->kind == TREE_LIST ? root : NULL;
    for (size_t i = 0; root->kind == TREE_MAP && i < root->n; i++) {
        const char *name = root->keys[i].text;
        if (strcmp(name, "guard") == 0) {
            if (!read_guard(r, &root->children[i], &r->guard)) {
                return NULL;
            }
        } else if (strcmp(name, "entries") == 0) {
            entries = &root->children[i];
        } else {
            reader_refuse(r, root->keys[i].line,
                          "there is no member '%.40s' here; a file holds `entries:` and `guard:`", name);
            return NULL;
        }
    }
    if (entries == NULL || entries->kind != TREE_LIST) {
        reader_refuse(r, root->line, "a list of entries is expected: `entries:`, then `- id: …` for each");
        return NULL;
    }
    if (entries->n > RULES_ENTRIES) {
        reader_refuse(r, entries->line, "%zu entries, at most %d are allowed", entries->n, RULES_ENTRIES);
        return NULL;
    }
    return entries;
}

static bool read_all(struct reader *r, const struct tree *root)
{
    const struct tree *entries = find_entries(r, root);
    if (entries == NULL) {
        return false;
    }
    r->rules->entries = reader_take(r, entries->n, sizeof *r->rules->entries);
    if (r->rules->entries == NULL) {
        return reader_no_memory(r);
    }
    for (size_t i = 0; i < entries->n; i++) {
        r->entry = &r->rules->entries[i];
        if (!read_entry(r, &entries->children[i])) {
            return false;
        }
    }
    r->rules->n = entries->n;
    return check_ids(r);
}

typedef struct tree *tree_reader(struct arena *a, const char *text, size_t len, int *line, char *why, size_t why_size);

static struct rules *read_file(const char *file, const char *text, size_t len, char *why, size_t why_size,
                               tree_reader *reader)
{
    char problem[300];
    int line = 0;
    struct rules *rules = calloc(1, sizeof *rules);
    struct reader r = {.rules = rules, .why = why, .why_size = why_size, .guard = guard_default};
    if (rules == NULL) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    rules->file = arena_copy(&rules->arena, file, strlen(file));
    if (rules->file == NULL || len > RULES_FILE_BYTES) {
        rules->file = rules->file == NULL ? "" : rules->file;
        reader_refuse(&r, 1, "the file is larger than %d MiB", RULES_FILE_BYTES / (1024 * 1024));
        goto fail;
    }
    struct tree *root = reader(&rules->arena, text, len, &line, problem, sizeof problem);
    if (root == NULL) {
        reader_refuse(&r, line, "%s", problem);
        goto fail;
    }
    if (!read_all(&r, root)) {
        goto fail;
    }
    return rules;
fail:
    rules_free(rules);
    return NULL;
}

struct rules *rules_read_yaml(const char *file_name, const char *text, size_t len, char *why, size_t why_size)
{
    return read_file(file_name, text, len, why, why_size, tree_from_yaml);
}

struct rules *rules_read_json(const char *text, size_t len, char *why, size_t why_size)
{
    return read_file("", text, len, why, why_size, tree_from_json);
}

size_t rules_count(const struct rules *r)
{
    return r->n;
}

const char *rules_id(const struct rules *r, size_t i)
{
    return r->entries[i].id;
}

void rules_free(struct rules *r)
{
    if (r != NULL) {
        arena_free(&r->arena);
        free(r);
    }
}
