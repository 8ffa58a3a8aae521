/* Trees to entries: every member checked against its limits, every refusal with its line. */
#include "faq/rules.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "faq/entry.h"
#include "faq/tree.h"

static const struct guard guard_default = {
    .unknown_words = GUARD_OFF, .other_words = RULES_GUARD_OTHER_WORDS, .nearest = GUARD_OFF};

/* The reading of one file. */
struct reader {
    struct rules *rules;
    struct entry *entry; /* the one being read */
    struct guard guard;  /* of entries that name none */
    char *why;
    size_t why_size;
};

__attribute__((format(printf, 3, 4))) static bool refuse(struct reader *r, int line, const char *format, ...)
{
    char reason[400];
    char place[300] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    if (r->rules->file[0] != '\0') {
        snprintf(place, sizeof place, "%s:%d: ", r->rules->file, line);
    }
    if (r->entry != NULL && r->entry->id != NULL) {
        snprintf(r->why, r->why_size, "%sentry '%s': %s", place, r->entry->id, reason);
    } else {
        snprintf(r->why, r->why_size, "%s%s", place, reason);
    }
    return false;
}

static bool no_memory(struct reader *r)
{
    return refuse(r, 0, "out of memory");
}

static void *take(struct reader *r, size_t n, size_t size)
{
    return arena_take(&r->rules->arena, (n + 1) * size);
}

/* The number of code points, for limits; invalid UTF-8 cannot come out of libyaml or jansson. */
static size_t code_points(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* Whether text is a language code ("lt", "pt-br"), and with `numbered` an optional "/2" or "/short" behind it. */
static bool is_label(const char *text, bool numbered)
{
    size_t n = 0;
    while (isalpha((unsigned char)text[n])) {
        n++;
    }
    if (n < 2 || n > 3) {
        return false;
    }
    while (text[n] == '-' || isalnum((unsigned char)text[n])) {
        n++;
    }
    if (numbered && strcmp(text + n, LABEL_SHORT) == 0) {
        return n + strlen(LABEL_SHORT) < LABEL_BYTES;
    }
    if (numbered && text[n] == '/') {
        size_t digits = strspn(text + n + 1, "0123456789");
        n += 1 + digits;
        if (digits == 0 || digits > 2) {
            return false;
        }
    }
    return text[n] == '\0' && n < LABEL_BYTES;
}

static bool read_id(struct reader *r, const struct tree *t)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    bool good = t->kind == TREE_TEXT && t->len > 0 && t->len <= RULES_ID_BYTES && strspn(t->text, allowed) == t->len &&
                isalnum((unsigned char)t->text[0]);
    if (!good) {
        return refuse(r, t->line, "an id is 1 to %d letters a-z, digits, '-' and '_', beginning with a letter or digit",
                      RULES_ID_BYTES);
    }
    r->entry->id = t->text;
    return true;
}

/* One translation. */
typedef bool text_check(struct reader *r, int line, const char *member, const char *text);

static bool check_title(struct reader *r, int line, const char *member, const char *text)
{
    if (is_blank(text)) {
        return refuse(r, line, "%s is empty", member);
    }
    size_t n = code_points(text);
    return n <= RULES_TITLE_POINTS ||
           refuse(r, line, "%s has %zu characters, at most %d are allowed; shorten it", member, n, RULES_TITLE_POINTS);
}

static bool check_answer(struct reader *r, int line, const char *member, const char *text)
{
    if (is_blank(text)) {
        return refuse(r, line, "%s is empty", member);
    }
    size_t n = code_points(text);
    return n <= RULES_ANSWER_POINTS ||
           refuse(r, line, "%s has %zu characters, at most %d are allowed; put the rest on the linked page", member, n,
                  RULES_ANSWER_POINTS);
}

/* A link becomes an href in visitors' browsers: only the web's own kinds. */
static bool check_link(struct reader *r, int line, const char *member, const char *text)
{
    size_t n = strlen(text);
    bool known = (text[0] == '/' && text[1] != '/' && text[1] != '\\') || strncasecmp(text, "https://", 8) == 0 ||
                 strncasecmp(text, "http://", 7) == 0;
    if (!known) {
        return refuse(r, line, "%s must begin with https://, http:// or a single /", member);
    }
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || *c == 0x7F || strchr("<>\"\\", *c) != NULL) {
            return refuse(r, line, "%s holds a space, quote, bracket or control character; write it as %%20 and so on",
                          member);
        }
    }
    return n <= RULES_LINK_BYTES ||
           refuse(r, line, "%s has %zu bytes, at most %d are allowed", member, n, RULES_LINK_BYTES);
}

/* A map language -> text; a plain text counts for every language. */
static bool read_translations(struct reader *r, const struct tree *t, const char *member, text_check *check,
                              struct translations *out)
{
    size_t n = t->kind == TREE_MAP ? t->n : 1;
    if (t->kind == TREE_LIST || n == 0 || n > RULES_LANGUAGES) {
        return refuse(r, t->line, "%s must be a text, or 1 to %d texts per language such as {en: …, lt: …}", member,
                      RULES_LANGUAGES);
    }
    out->at = take(r, n, sizeof *out->at);
    if (out->at == NULL) {
        return no_memory(r);
    }
    for (size_t i = 0; i < n; i++) {
        const struct tree *text = t->kind == TREE_MAP ? &t->children[i] : t;
        const char *lang = t->kind == TREE_MAP ? t->keys[i].text : "";
        if (t->kind == TREE_MAP && !is_label(lang, false)) {
            return refuse(r, t->keys[i].line, "%s: '%.20s' is not a language code such as en or lt", member, lang);
        }
        if (text->kind != TREE_TEXT) {
            return refuse(r, text->line, "%s: the text for '%s' must be a plain text", member, lang);
        }
        if (!check(r, text->line, member, text->text)) {
            return false;
        }
        out->at[i] = (struct translation){.lang = lang, .text = text->text};
    }
    out->n = n;
    return true;
}

static bool read_term(struct reader *r, const struct tree *t, struct term *out)
{
    if (t->kind != TREE_TEXT) {
        return refuse(r, t->line, "a word or phrase is expected here; a list of words must not hold lists");
    }
    const char *star = strchr(t->text, '*');
    if (star != NULL && star[1] != '\0') {
        return refuse(r, t->line, "'%.60s': a star may only be the last character", t->text);
    }
    if (star != NULL && (star == t->text || star[-1] == ' ')) {
        return refuse(r, t->line, "'%.60s': a star must stand right behind letters", t->text);
    }
    if (!term_fold(&r->rules->arena, t->text, out)) {
        return refuse(r, t->line, "'%.60s' has no letters or digits to look for, or more than %d bytes", t->text,
                      RULES_WORD_BYTES);
    }
    return true;
}

static bool read_group(struct reader *r, const struct tree *t, const char *member, struct group *out)
{
    const struct tree *words = t->kind == TREE_TEXT ? t : t->children;
    size_t n = t->kind == TREE_TEXT ? 1 : t->n;
    if (t->kind == TREE_MAP || n == 0 || n > RULES_WORDS) {
        return refuse(r, t->line, "%s: a list of 1 to %d words or phrases is expected here", member, RULES_WORDS);
    }
    out->line = t->line;
    out->terms = take(r, n, sizeof *out->terms);
    if (out->terms == NULL) {
        return no_memory(r);
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
        return refuse(r, t->line, "when%s%s: 1 to %d groups are expected, such as [[return*, send back], [how, can i]]",
                      label[0] != '\0' ? " " : "", label, RULES_GROUPS);
    }
    out->label = label;
    out->is_short = strchr(label, '/') != NULL && strcmp(strchr(label, '/'), LABEL_SHORT) == 0;
    out->groups = take(r, t->n, sizeof *out->groups);
    if (out->groups == NULL) {
        return no_memory(r);
    }
    for (out->n = 0; out->n < t->n; out->n++) {
        if (!read_group(r, &t->children[out->n], "when", &out->groups[out->n])) {
            return false;
        }
    }
    return true;
}

static bool read_when(struct reader *r, const struct tree *t)
{
    struct entry *e = r->entry;
    size_t n = t->kind == TREE_MAP ? t->n : 1;
    if (t->kind == TREE_TEXT || n == 0 || n > RULES_ALTERNATIVES) {
        return refuse(r, t->line, "when must be a list of groups, or 1 to %d such lists per language (en, en/2, lt …)",
                      RULES_ALTERNATIVES);
    }
    e->when = take(r, n, sizeof *e->when);
    if (e->when == NULL) {
        return no_memory(r);
    }
    for (size_t i = 0; i < n; i++) {
        const char *label = t->kind == TREE_MAP ? t->keys[i].text : "";
        if (t->kind == TREE_MAP && !is_label(label, true)) {
            return refuse(
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

static bool read_not(struct reader *r, const struct tree *t)
{
    struct entry *e = r->entry;
    size_t n = t->kind == TREE_MAP ? t->n : 1;
    if (n == 0 || n > RULES_LANGUAGES) {
        return refuse(r, t->line, "not must be a list of words, or such a list per language");
    }
    e->bans = take(r, n, sizeof *e->bans);
    if (e->bans == NULL) {
        return no_memory(r);
    }
    for (size_t i = 0; i < n; i++) {
        const char *lang = t->kind == TREE_MAP ? t->keys[i].text : "";
        if (t->kind == TREE_MAP && !is_label(lang, false)) {
            return refuse(r, t->keys[i].line, "not: '%.20s' is not a language code such as en", lang);
        }
        e->bans[i].lang = lang;
        if (!read_group(r, t->kind == TREE_MAP ? &t->children[i] : t, "not", &e->bans[i].words)) {
            return false;
        }
    }
    e->n_bans = n;
    return true;
}

static bool read_regex(struct reader *r, const struct tree *t)
{
    if (t->kind != TREE_TEXT || t->len == 0) {
        return refuse(r, t->line, "regex must be one pattern in quotes");
    }
    if (t->len > RULES_REGEX_BYTES) {
        return refuse(r, t->line, "regex has %zu bytes, at most %d are allowed; use `when` for lists of words", t->len,
                      RULES_REGEX_BYTES);
    }
    r->entry->regex = t->text;
    return true;
}

static bool read_shadow(struct reader *r, const struct tree *t)
{
    bool yes = t->kind == TREE_TEXT && strcasecmp(t->text, "true") == 0;
    bool no = t->kind == TREE_TEXT && strcasecmp(t->text, "false") == 0;
    r->entry->shadow = yes;
    return yes || no || refuse(r, t->line, "shadow must be true or false");
}

static bool read_examples(struct reader *r, const struct tree *t, const char *member, struct examples *out)
{
    const struct tree *texts = t->kind == TREE_TEXT ? t : t->children;
    size_t n = t->kind == TREE_TEXT ? 1 : t->n;
    if (t->kind == TREE_MAP || n > RULES_EXAMPLES) {
        return refuse(r, t->line, "%s must be a list of at most %d example sentences", member, RULES_EXAMPLES);
    }
    out->at = take(r, n, sizeof *out->at);
    if (out->at == NULL) {
        return no_memory(r);
    }
    for (size_t i = 0; i < n; i++) {
        if (texts[i].kind != TREE_TEXT || is_blank(texts[i].text)) {
            return refuse(r, texts[i].line, "%s: an example is one sentence; put it in quotes if it holds a colon",
                          member);
        }
        if (code_points(texts[i].text) > RULES_EXAMPLE_POINTS) {
            return refuse(r, texts[i].line, "%s: an example has at most %d characters", member, RULES_EXAMPLE_POINTS);
        }
        out->at[i] = (struct example){.text = texts[i].text, .line = texts[i].line};
    }
    out->n = n;
    return true;
}

static bool read_guard_number(struct reader *r, const char *name, const struct tree *t, int *out)
{
    char *end = NULL;
    int least = strcmp(name, "nearest") == 0 ? 1 : 0; /* the nearest none would be nobody */
    long n = t->kind == TREE_TEXT && isdigit((unsigned char)t->text[0]) ? strtol(t->text, &end, 10) : -1;
    bool off = t->kind == TREE_TEXT && (strcasecmp(t->text, "off") == 0 || strcasecmp(t->text, "false") == 0);
    if (!off && (n < least || *end != '\0' || n > RULES_GUARD_MAX)) {
        return refuse(r, t->line, "guard: %s must be a number from %d to %d, or off", name, least, RULES_GUARD_MAX);
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
        return refuse(r, t->line,
                      "guard must be off, or a list such as {unknown_words: 1, other_words: 2, nearest: 3}");
    }
    for (size_t i = 0; i < t->n; i++) {
        const char *name = t->keys[i].text;
        int *number = strcmp(name, "unknown_words") == 0 ? &out->unknown_words
                      : strcmp(name, "other_words") == 0 ? &out->other_words
                      : strcmp(name, "nearest") == 0     ? &out->nearest
                                                         : NULL;
        if (number == NULL) {
            return refuse(r, t->keys[i].line,
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
        return read_translations(r, t, name, check_title, &e->title);
    }
    if (strcmp(name, "answer") == 0) {
        return read_translations(r, t, name, check_answer, &e->answer);
    }
    if (strcmp(name, "link") == 0) {
        return read_translations(r, t, name, check_link, &e->link);
    }
    if (strcmp(name, "when") == 0) {
        return read_when(r, t);
    }
    if (strcmp(name, "not") == 0) {
        return read_not(r, t);
    }
    if (strcmp(name, "regex") == 0) {
        return read_regex(r, t);
    }
    if (strcmp(name, "shadow") == 0) {
        return read_shadow(r, t);
    }
    if (strcmp(name, "guard") == 0) {
        return read_guard(r, t, &e->guard);
    }
    if (strcmp(name, "yes") == 0) {
        return read_examples(r, t, name, &e->yes);
    }
    if (strcmp(name, "no") == 0) {
        return read_examples(r, t, name, &e->no);
    }
    return refuse(
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
        return refuse(r, e->line, "%s is missing; visitors are shown a title, an answer and a link", missing);
    }
    if (e->n_when == 0 && e->regex == NULL) {
        return refuse(r, e->line, "when is missing; without it (or regex) the entry can never be the answer");
    }
    for (size_t i = 0; i < e->answer.n; i++) {
        if (e->title.at[0].lang[0] != '\0' && find_translation(&e->title, e->answer.at[i].lang) == NULL) {
            return refuse(r, e->line, "title is missing in '%s', the answer has it", e->answer.at[i].lang);
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
        return refuse(r, t->line, "an entry begins with `- id: …`");
    }
    for (size_t i = 0; i < t->n; i++) {
        id = strcmp(t->keys[i].text, "id") == 0 ? &t->children[i] : id;
    }
    if (id == NULL) {
        return refuse(r, t->line, "this entry has no id; begin it with `- id: …`");
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
    const struct entry **sorted = take(r, rules->n, sizeof(const struct entry *));
    if (sorted == NULL) {
        return no_memory(r);
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
            return refuse(r, a->line > b->line ? a->line : b->line,
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
            refuse(r, root->keys[i].line, "there is no member '%.40s' here; a file holds `entries:` and `guard:`",
                   name);
            return NULL;
        }
    }
    if (entries == NULL || entries->kind != TREE_LIST) {
        refuse(r, root->line, "a list of entries is expected: `entries:`, then `- id: …` for each");
        return NULL;
    }
    if (entries->n > RULES_ENTRIES) {
        refuse(r, entries->line, "%zu entries, at most %d are allowed", entries->n, RULES_ENTRIES);
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
    r->rules->entries = take(r, entries->n, sizeof *r->rules->entries);
    if (r->rules->entries == NULL) {
        return no_memory(r);
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
        refuse(&r, 1, "the file is larger than %d MiB", RULES_FILE_BYTES / (1024 * 1024));
        goto fail;
    }
    struct tree *root = reader(&rules->arena, text, len, &line, problem, sizeof problem);
    if (root == NULL) {
        refuse(&r, line, "%s", problem);
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
