/* The draft is folded once to see which phrases it has; where one stands is found by folding from each place on. */
#include "faq/phrases.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faq/entry.h"
#include "faq/language.h"
#include "faq/normalise.h"
#include "faq/tree.h"

enum { FOLDED = 16384 + 256, AHEAD = 512 /* bytes of text a phrase may fill */ };

struct phrase {
    const char *lang, *better;
    struct term term;
    size_t group; /* phrases with the same better words */
    bool own;
};

struct phrases {
    struct arena arena;
    struct phrase at[PHRASES_MOST];
    size_t n, groups;
};

static bool refuse(char *why, size_t size, const char *file, int line, const char *what)
{
    snprintf(why, size, "%s:%d: %s", file, line, what);
    return false;
}

static const struct tree *member(const struct tree *map, const char *name)
{
    for (size_t i = 0; map->kind == TREE_MAP && i < map->n; i++) {
        if (strcmp(map->keys[i].text, name) == 0) {
            return &map->children[i];
        }
    }
    return NULL;
}

struct source {
    const char *file;
    char *why;
    size_t why_size;
};

static bool add_group(struct phrases *p, const struct source *s, const char *lang, const struct tree *group)
{
    const struct tree *say = member(group, "say"), *better = member(group, "better");
    if (say == NULL || say->kind != TREE_LIST || say->n == 0 || better == NULL || better->kind != TREE_TEXT ||
        better->len == 0) {
        return refuse(s->why, s->why_size, s->file, group->line, "a phrase has say: [words, …] and better: words");
    }
    for (size_t i = 0; i < say->n; i++) {
        struct phrase *one = &p->at[p->n];
        if (p->n == PHRASES_MOST) {
            return refuse(s->why, s->why_size, s->file, group->line, "there are too many phrases");
        }
        if (say->children[i].kind != TREE_TEXT || !term_fold(&p->arena, say->children[i].text, &one->term)) {
            return refuse(s->why, s->why_size, s->file, say->children[i].line, "this phrase has no word, or too many");
        }
        one->lang = lang;
        one->better = better->text;
        one->group = p->groups;
        p->n++;
    }
    p->groups++;
    return true;
}

static bool add_all(struct phrases *p, const struct source *s, const struct tree *root)
{
    bool fine = root->kind == TREE_MAP;
    if (!fine) {
        return refuse(s->why, s->why_size, s->file, root->line, "phrases are listed by language");
    }
    for (size_t i = 0; fine && i < root->n; i++) {
        const struct tree *list = &root->children[i];
        fine = list->kind == TREE_LIST ||
               refuse(s->why, s->why_size, s->file, list->line, "a language has a list of phrases");
        for (size_t k = 0; fine && k < list->n; k++) {
            fine = add_group(p, s, root->keys[i].text, &list->children[k]);
        }
    }
    return fine;
}

struct phrases *phrases_read_yaml(const char *file_name, const char *text, size_t len, char *why, size_t why_size)
{
    struct phrases *p = calloc(1, sizeof *p);
    char broken[200] = "";
    int line = 0;
    if (p == NULL) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    const struct source source = {.file = file_name, .why = why, .why_size = why_size};
    const struct tree *root = tree_from_yaml(&p->arena, text, len, &line, broken, sizeof broken);
    if (root == NULL ? refuse(why, why_size, file_name, line, broken) : add_all(p, &source, root)) {
        return p;
    }
    phrases_free(p);
    return NULL;
}

static void drop_phrase(struct phrases *p, const char *lang, const struct term *term)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct phrase *one = &p->at[i];
        const bool same = strcmp(one->lang, lang) == 0 && one->term.prefix == term->prefix &&
                          strcmp(one->term.folded, term->folded) == 0;
        if (!same) {
            p->at[kept++] = *one;
        }
    }
    p->n = kept;
}

bool phrases_change(struct phrases *p, const char *lang, const char *say, const char *better)
{
    struct phrase one = {.group = p->groups, .own = true};
    const char *written = arena_copy(&p->arena, say, strlen(say));
    one.lang = arena_copy(&p->arena, lang, strlen(lang));
    one.better = arena_copy(&p->arena, better, strlen(better));
    if (written == NULL || one.lang == NULL || one.better == NULL || !term_fold(&p->arena, written, &one.term)) {
        return false;
    }
    drop_phrase(p, lang, &one.term);
    if (strcmp(better, "-") == 0) {
        return true;
    }
    if (p->n == PHRASES_MOST) {
        return false;
    }
    memmove(p->at + 1, p->at, p->n * sizeof *p->at);
    p->at[0] = one;
    p->n++;
    p->groups++;
    return true;
}

bool phrases_at(const struct phrases *p, size_t i, struct phrase_item *out)
{
    if (p == NULL || i >= p->n) {
        return false;
    }
    const struct phrase *one = &p->at[i];
    *out = (struct phrase_item){.lang = one->lang, .say = one->term.written, .better = one->better, .own = one->own};
    return true;
}

size_t phrases_count(const struct phrases *p, const char *lang)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        n += lang[0] == '\0' || strcmp(p->at[i].lang, lang) == 0;
    }
    return n;
}

void phrases_free(struct phrases *p)
{
    if (p != NULL) {
        arena_free(&p->arena);
        free(p);
    }
}

static size_t next_point(const char *text, size_t at, size_t len)
{
    at++;
    while (at < len && ((unsigned char)text[at] & 0xC0) == 0x80) {
        at++;
    }
    return at;
}

/* Whether the text from `from` to `to` folds to words that begin with the term; *exactly: to the term and nothing more.
 */
static bool folds_to(const struct term *t, const char *text, size_t from, size_t to, bool *exactly)
{
    char folded[AHEAD * 2];
    normalise(text + from, to - from, folded, sizeof folded);
    if (folded[0] != ' ' || strncmp(folded + 1, t->folded, t->len) != 0) {
        return false;
    }
    const char *rest = folded + 1 + t->len;
    *exactly = rest[0] == ' ' && rest[1] == '\0';
    return t->prefix || *rest == ' ';
}

/* Whether the bytes fold to nothing: spaces, signs. */
static bool silent(const char *text, size_t len)
{
    char folded[16];
    return normalise(text, len, folded, sizeof folded) == 0;
}

/* A word may begin here: at the text's beginning, behind a space or a sign, or where words are not parted at all. */
static bool word_begins(const struct term *t, const char *text, size_t at)
{
    size_t before = at;
    while (before > 0 && ((unsigned char)text[--before] & 0xC0) == 0x80) {
    }
    return at == 0 || normalise_is_han(t->folded) || silent(text + before, at - before);
}

/* The end of a phrase that may go on: of its last word. */
static size_t word_end(const struct term *t, const char *text, size_t to, size_t len)
{
    for (size_t next = 0; t->prefix && to < len; to = next) {
        next = next_point(text, to, len);
        if (silent(text + to, next - to)) {
            break;
        }
    }
    return to;
}

/* The shortest piece of the text that folds to the term, from the first place where one begins. */
static bool locate(const struct term *t, const char *text, size_t len, struct phrase_hit *hit)
{
    bool exactly = false;
    for (size_t from = 0; from < len; from = next_point(text, from, len)) {
        size_t most = len - from < AHEAD ? len : from + AHEAD, begin = from;
        if (!folds_to(t, text, from, most, &exactly)) {
            continue;
        }
        while (folds_to(t, text, next_point(text, begin, len), most, &exactly)) {
            begin = next_point(text, begin, len); /* spaces and signs in front are not part of it */
        }
        for (size_t to = next_point(text, begin, len); word_begins(t, text, begin) && to <= most;
             to = next_point(text, to, len)) {
            if (folds_to(t, text, begin, to, &exactly) && exactly) {
                *hit = (struct phrase_hit){.at = begin, .len = word_end(t, text, to, len) - begin};
                return true;
            }
            if (to >= len) {
                break;
            }
        }
    }
    return false;
}

static bool speaks(const struct phrases *p, const char *lang)
{
    for (size_t i = 0; i < p->n; i++) {
        if (strcmp(p->at[i].lang, lang) == 0) {
            return true;
        }
    }
    return false;
}

size_t phrases_find(const struct phrases *p, const char *lang, const char *text, size_t len,
                    struct phrase_hit out[PHRASES_HITS])
{
    char folded[FOLDED];
    size_t n = 0, told = SIZE_MAX;
    if (p == NULL) {
        return 0;
    }
    const char *group = language_group(lang);
    group = speaks(p, group) ? group : "en";
    normalise(text, len, folded, sizeof folded);
    for (size_t i = 0; i < p->n && n < PHRASES_HITS; i++) {
        const struct phrase *one = &p->at[i];
        if (one->group != told && strcmp(one->lang, group) == 0 && term_in(&one->term, folded) &&
            locate(&one->term, text, len, &out[n])) {
            out[n++].better = one->better;
            told = one->group;
        }
    }
    return n;
}
