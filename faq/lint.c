/* One function per kind of advice. */
#include "faq/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "faq/aside.h"
#include "faq/compiled.h"
#include "faq/entry.h"
#include "faq/language.h"
#include "faq/normalise.h"
#include "faq/pattern.h"

struct linting {
    const struct rules *rules;
    const struct matcher *matcher;
    const struct entry *entry;
    size_t index;
    lint_say *say;
    void *owner;
    size_t found;
};

__attribute__((format(printf, 3, 4))) static void advise(struct linting *l, int line, const char *format, ...)
{
    char advice[700];
    char whole[1200];
    char place[300] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(advice, sizeof advice, format, arguments);
    va_end(arguments);
    if (l->rules->file[0] != '\0') {
        snprintf(place, sizeof place, "%.250s:%d: ", l->rules->file, line);
    }
    snprintf(whole, sizeof whole, "%sentry '%s': %s", place, l->entry->id, advice);
    l->found++;
    l->say(l->owner, whole);
}

static const char *label_of(const struct alternative *a)
{
    return a->label[0] != '\0' ? a->label : "when";
}

/* A phrase says more than a word; for Han, where each character is a word, from three on. */
static bool is_single(const struct term *t)
{
    size_t spaces = 0;
    for (const char *c = t->folded; *c != '\0'; c++) {
        spaces += *c == ' ';
    }
    return normalise_is_han(t->folded) ? spaces < 2 : spaces == 0;
}

static void lint_single_words(struct linting *l, const struct alternative *a)
{
    for (size_t i = 0; a->n == 1 && !a->is_short && i < a->groups[0].n; i++) {
        if (is_single(&a->groups[0].terms[i])) {
            advise(l, a->groups[0].line,
                   "the rule '%s' is satisfied by the single word '%s' wherever it stands, also in complaints; add a "
                   "second group",
                   label_of(a), a->groups[0].terms[i].written);
            return;
        }
    }
}

static size_t letters_of(const struct term *t)
{
    size_t n = 0;
    for (const char *c = t->folded; *c != '\0'; c++) {
        n += ((unsigned char)*c & 0xC0) != 0x80;
    }
    return n;
}

static void lint_group(struct linting *l, const struct group *g, const char *where)
{
    for (size_t i = 0; i < g->n; i++) {
        const struct term *t = &g->terms[i];
        if (t->prefix && is_single(t) && !normalise_is_han(t->folded) && letters_of(t) < 3) {
            advise(l, g->line,
                   "%s: '%s' is looked for as the beginning '%s', which many words have; write more letters", where,
                   t->written, t->folded);
        }
        for (size_t k = 0; k < i; k++) {
            if (t->len == g->terms[k].len && memcmp(t->folded, g->terms[k].folded, t->len) == 0) {
                advise(l, g->line, "%s: '%s' and '%s' are the same once marks and case are folded; remove one", where,
                       g->terms[k].written, t->written);
                break;
            }
        }
    }
}

/* A group all of whose words are banned can never hold. */
static void lint_banned(struct linting *l, const struct alternative *a, const struct group *g)
{
    for (size_t i = 0; i < g->n; i++) {
        char text[RULES_WORD_BYTES + 3];
        bool banned = false;
        snprintf(text, sizeof text, " %s ", g->terms[i].folded);
        for (size_t b = 0; b < l->entry->n_bans; b++) {
            for (size_t k = 0; ban_holds(&l->entry->bans[b], a->label) && k < l->entry->bans[b].words.n; k++) {
                banned = banned || term_in(&l->entry->bans[b].words.terms[k], text);
            }
        }
        if (!banned) {
            return;
        }
    }
    advise(l, g->line, "the rule '%s' can never match: not forbids every word of the group that begins with '%s'",
           label_of(a), g->terms[0].written);
}

static void lint_rule(struct linting *l)
{
    char where[64];
    for (size_t i = 0; i < l->entry->n_when; i++) {
        const struct alternative *a = &l->entry->when[i];
        lint_single_words(l, a);
        snprintf(where, sizeof where, "the rule '%s'", label_of(a));
        for (size_t g = 0; g < a->n; g++) {
            lint_group(l, &a->groups[g], where);
            lint_banned(l, a, &a->groups[g]);
        }
    }
    for (size_t i = 0; i < l->entry->n_bans; i++) {
        lint_group(l, &l->entry->bans[i].words, "not");
    }
}

/* Letters that folded text never has. Upper case after a backslash is PCRE2's (\S, \B). */
static void lint_regex(struct linting *l)
{
    char literal[PATTERN_LITERAL_BYTES];
    char folded[RULES_REGEX_BYTES * 4];
    const char *regex = l->entry->regex;
    if (regex == NULL) {
        return;
    }
    pattern_literal(regex, literal);
    if (literal[0] == '\0') {
        advise(l, l->entry->line,
               "regex has no fixed text of 3 letters, so it is tried on every message; give it one outside of (…|…)");
    }
    for (const char *c = regex; *c != '\0'; c++) {
        if (*c == '\\' && c[1] != '\0') {
            c++;
        } else if ((*c >= 'A' && *c <= 'Z') || *c == '\'') {
            advise(l, l->entry->line,
                   "regex holds '%c', which folded text never does; write it in lower case, without apostrophes", *c);
            return;
        } else if ((unsigned char)*c >= 0xC0) {
            size_t n = 1 + strspn(c + 1, "\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92"
                                         "\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f"
                                         "\xa0\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae\xaf\xb0\xb1\xb2"
                                         "\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba\xbb\xbc\xbd\xbe\xbf");
            size_t used = normalise(c, n, folded, sizeof folded);
            if (used != n + 2 || memcmp(folded + 1, c, n) != 0) {
                advise(l, l->entry->line,
                       "regex holds '%.*s', which folded text never does; write its folded form, without marks", (int)n,
                       c);
                return;
            }
        }
    }
}

/* The languages of examples can only be guessed: words, marks and script. Only asked for scripts, which are certain. */
static bool has_example_in_script(const struct entry *e, const char *lang)
{
    for (size_t i = 0; i < e->yes.n; i++) {
        if (strcmp(language_guess(NULL, NULL, NULL, 0, e->yes.at[i].text, strlen(e->yes.at[i].text)), lang) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_rule_for(const struct entry *e, const char *lang)
{
    for (size_t i = 0; i < e->n_when; i++) {
        char label[LABEL_BYTES];
        snprintf(label, sizeof label, "%s", e->when[i].label);
        label[strcspn(label, "/")] = '\0';
        if (label[0] == '\0' || strcasecmp(language_group(label), language_group(lang)) == 0) {
            return true;
        }
    }
    return e->n_when == 0;
}

static void lint_languages(struct linting *l)
{
    const struct entry *e = l->entry;
    if (e->yes.n == 0) {
        advise(l, e->line,
               "it has no yes examples, so nothing checks that it answers; add three sentences per language");
    }
    for (size_t i = 0; i < e->answer.n; i++) {
        const char *lang = e->answer.at[i].lang;
        if (lang[0] == '\0') {
            continue;
        }
        if (!has_rule_for(e, lang)) {
            advise(l, e->line, "it has an answer in '%s' but no rule for it under when", lang);
        } else if (e->yes.n > 0 && (strcmp(lang, "fa") == 0 || strcmp(lang, "zh") == 0) &&
                   !has_example_in_script(e, lang)) {
            advise(l, e->line, "it has an answer in '%s' but no yes example in it", lang);
        }
    }
}

/* The text with every ZWNJ replaced; the number of bytes, 0 = it has none. */
static size_t without_zwnj(const char *text, const char *instead, char *out, size_t size)
{
    size_t used = 0;
    bool any = false;
    for (const char *c = text; *c != '\0' && used + 2 < size;) {
        if (strncmp(c, "\xE2\x80\x8C", 3) == 0) {
            used += (size_t)snprintf(out + used, size - used, "%s", instead);
            c += 3;
            any = true;
        } else {
            out[used++] = *c++;
        }
    }
    out[used] = '\0';
    return any ? used : 0;
}

static void lint_variant(struct linting *l, const struct example *x, const char *instead, const char *how)
{
    char variant[RULES_EXAMPLE_POINTS * 4 + 1];
    size_t n = without_zwnj(x->text, instead, variant, sizeof variant);
    if (n == 0) {
        return;
    }
    struct hits h = compiled_hits(l->matcher, variant, n);
    if (h.over || h.n != 1 || h.entry[0] != l->index) {
        advise(l, x->line,
               "yes example \"%.200s\" no longer matches when its ZWNJ is %s, as many people type; begin the word with "
               "more letters and a star",
               x->text, how);
    }
}

/* A promise that the matcher will not keep: it holds such messages back. */
static void lint_aside(struct linting *l, const struct example *x)
{
    char folded[MATCHER_TEXT_BYTES + 1];
    normalise(x->text, strlen(x->text), folded, sizeof folded);
    const char *told = aside_told(folded);
    if (told != NULL) {
        advise(l, x->line,
               "yes example \"%.200s\" is never answered, for \"%s\" says that its topic is not what is asked", x->text,
               told);
    }
}

size_t lint_rules(const struct rules *rules, const struct matcher *m, lint_say *say, void *owner)
{
    struct linting l = {.rules = rules, .matcher = m, .say = say, .owner = owner};
    for (l.index = 0; l.index < rules->n; l.index++) {
        l.entry = &rules->entries[l.index];
        lint_rule(&l);
        lint_regex(&l);
        lint_languages(&l);
        for (size_t i = 0; i < l.entry->yes.n; i++) {
            lint_aside(&l, &l.entry->yes.at[i]);
            lint_variant(&l, &l.entry->yes.at[i], "", "left out");
            lint_variant(&l, &l.entry->yes.at[i], " ", "a space");
        }
    }
    return l.found;
}
