/* The bench, and what is answered from it. */
#include "faq/normalise.h"
#include "gateway/author_bench.h"
#include "gateway/wire.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIST_BYTES = 98304, /* of one page of entries */
    PROBLEMS_SHOWN = 20,
    NEAR_SHOWN = 5,
    SUGGESTED = 3
};
/* One of two groups and a telling word of an example, or an example that is mostly the same. */
#define SUGGEST_SCORE 0.54

static void unmake(struct made *m)
{
    explain_close(m->explain);
    rules_free(m->rules);
    *m = (struct made){0};
}

static void make(struct made *m, const char *set, size_t len)
{
    unmake(m);
    m->rules = rules_read_json(set, len, m->why, sizeof m->why);
    m->explain = m->rules ? explain_open(m->rules, m->why, sizeof m->why) : NULL;
}

struct author_bench *author_bench_new(void)
{
    return calloc(1, sizeof(struct author_bench));
}

static void forget_edited(struct author_bench *b)
{
    unmake(&b->edited);
    free(b->edited_by);
    b->edited_by = NULL;
}

void author_bench_free(struct author_bench *b)
{
    if (b) {
        forget_edited(b);
        unmake(&b->live);
        free(b->set);
        free(b);
    }
}

bool author_bench_has(const struct author_bench *b, uint64_t rev)
{
    return b->have && b->rev == rev;
}

struct span author_element_id(struct span element)
{
    return wire_bare(wire_find(element, "id"));
}

/* The set with one entry replaced, added, or (entry "") taken out. */
static bool changed_set(const struct author_bench *b, struct span id, const char *entry, struct text *out)
{
    size_t at = 0;
    struct span element;
    const struct span set = span_of(b->set);
    bool any = false;
    text_span(out, SPAN("["));
    while (wire_next(set, &at, &element)) {
        const struct span own = author_element_id(element);
        if (own.len == id.len && memcmp(own.at, id.at, id.len) == 0) {
            continue;
        }
        text_span(out, any ? SPAN(",") : SPAN(""));
        text_span(out, element);
        any = true;
    }
    text_span(out, any && entry[0] ? SPAN(",") : SPAN(""));
    text_span(out, span_of(entry));
    text_span(out, SPAN("]"));
    return !out->failed;
}

/* The edited set: the one in force when nothing is edited. */
static struct made *edited(struct author_bench *b, const char *by, struct span id, const char *entry)
{
    struct text set;
    if (!by) {
        return &b->live;
    }
    if (b->edited_by && strcmp(b->edited_by, by) == 0) {
        return &b->edited;
    }
    forget_edited(b);
    text_start(&set);
    if (changed_set(b, id, entry, &set)) {
        make(&b->edited, set.at, set.len);
        b->edited_by = b->edited.explain ? strdup(by) : NULL;
    } else {
        snprintf(b->edited.why, sizeof b->edited.why, "out of memory");
    }
    text_free(&set);
    return &b->edited;
}

struct made *author_edited(struct author_bench *b, const struct author_task *t)
{
    const struct span id = t->entry ? author_element_id(span_of(t->entry)) : SPAN("");
    return edited(b, t->entry, id, t->entry ? t->entry : "");
}

void author_refuse(struct author_task *t, const char *code, const char *why)
{
    t->code = code;
    snprintf(t->why, sizeof t->why, "%s", why);
}

/* "name":VALUE, the value's own reference taken. */
void author_answer(struct author_task *t, const char *name, json_t *value)
{
    struct text out;
    char *json = value ? json_dumps(value, JSON_COMPACT) : NULL;
    json_decref(value);
    text_start(&out);
    text_add(&out, "\"%s\":", name);
    text_span(&out, span_of(json));
    t->answer = json && !out.failed ? strdup(out.at) : NULL;
    if (!t->answer) {
        author_refuse(t, "busy", "out of memory");
    }
    text_free(&out);
    free(json);
}

/* ---- the entries */

static void list_entry(struct text *out, struct span element, struct span stats)
{
    const struct span id = author_element_id(element), shadow = wire_find(element, "shadow"),
                      title = wire_find(element, "title");
    char name[RULES_ID_BYTES + 1];
    span_copy(id, name, sizeof name);
    const struct span counts = wire_find(stats, name);
    text_add(out, "{\"id\":\"%s\",\"title\":", name);
    text_span(out, title.len ? title : SPAN("\"\""));
    text_add(out, ",\"shadow\":%s,\"stats\":", span_is(shadow, "true") ? "true" : "false");
    text_span(out, counts.len ? counts : SPAN("{\"answers\":0,\"yes\":0,\"no\":0,\"shadow\":0}"));
    text_span(out, SPAN("}"));
}

static bool comes_after(struct span id, const char *after)
{
    char name[RULES_ID_BYTES + 1];
    span_copy(id, name, sizeof name);
    return strcmp(name, after) > 0;
}

static void list(const struct author_bench *b, struct author_task *t)
{
    struct text out;
    struct span element, last = {NULL, 0};
    size_t at = 0, n = 0, shown = 0;
    text_start(&out);
    text_add(&out, "\"rev\":%" PRIu64 ",\"entries\":[", b->rev);
    while (wire_next(span_of(b->set), &at, &element)) {
        n++;
        if (out.len < LIST_BYTES && comes_after(author_element_id(element), t->name)) {
            text_span(&out, shown++ ? SPAN(",") : SPAN(""));
            list_entry(&out, element, span_of(t->stats));
            last = author_element_id(element);
        }
    }
    text_add(&out, "],\"count\":%zu", n);
    if (out.len >= LIST_BYTES) {
        text_add(&out, ",\"next\":\"%.*s\"", (int)last.len, last.at);
    }
    t->answer = out.failed ? NULL : strdup(out.at);
    text_free(&out);
}

static struct span find_entry(const struct author_bench *b, const char *id)
{
    size_t at = 0;
    struct span element;
    while (wire_next(span_of(b->set), &at, &element)) {
        if (span_is(author_element_id(element), id)) {
            return element;
        }
    }
    return (struct span){NULL, 0};
}

static void get(const struct author_bench *b, struct author_task *t)
{
    struct text out;
    const struct span entry = find_entry(b, t->name);
    if (!entry.at) {
        author_refuse(t, "no_such_entry", "there is no such entry any more");
        return;
    }
    text_start(&out);
    text_add(&out, "\"rev\":%" PRIu64 ",\"entry\":", b->rev);
    text_span(&out, entry);
    t->answer = out.failed ? NULL : strdup(out.at);
    text_free(&out);
}

/* ---- what is wrong with a set */

struct problems {
    json_t *shown;
    size_t n;
};

static void keep_problem(void *owner, const char *line)
{
    struct problems *p = owner;
    if (p->n++ < PROBLEMS_SHOWN) {
        json_array_append_new(p->shown, json_string(line));
    }
}

static struct problems problems_of(const struct made *m)
{
    struct problems p = {.shown = json_array()};
    if (m->explain) {
        explain_problems(m->explain, keep_problem, &p);
    } else {
        keep_problem(&p, m->why);
    }
    return p;
}

static void check_set(const struct made *m, struct author_task *t)
{
    struct problems p = problems_of(m);
    if (p.n > 1) {
        snprintf(t->why, sizeof t->why, "%.700s (and %zu more)", json_string_value(json_array_get(p.shown, 0)),
                 p.n - 1);
        t->code = "refused";
    } else if (p.n) {
        author_refuse(t, "refused", json_string_value(json_array_get(p.shown, 0)));
    } else if (!rules_fit(m->rules, t->why, sizeof t->why)) {
        t->code = "refused";
    }
    json_decref(p.shown);
}

static void put(struct author_bench *b, struct author_task *t)
{
    const struct made *m = author_edited(b, t);
    const struct span id = author_element_id(span_of(t->entry));
    check_set(m, t);
    for (size_t i = 0; !t->code && i < rules_count(m->rules); i++) {
        if (span_is(id, rules_id(m->rules, i))) {
            t->put = rules_entry_json(m->rules, i);
            t->id = strdup(rules_id(m->rules, i));
        }
    }
    if (!t->code && (!t->put || !t->id)) {
        author_refuse(t, "busy", "out of memory");
    }
}

static void drop(struct author_bench *b, struct author_task *t)
{
    char by[RULES_ID_BYTES + 2];
    if (!find_entry(b, t->name).at) {
        author_refuse(t, "no_such_entry", "there is no such entry any more");
        return;
    }
    snprintf(by, sizeof by, "-%s", t->name);
    check_set(edited(b, by, span_of(t->name), ""), t);
    t->put = strdup("");
    t->id = strdup(t->name);
}

/* ---- what a text would get */

static const char *verdict_of(const struct matcher *m, const char *text, struct match *match)
{
    char folded[MATCHER_TEXT_BYTES + 1];
    bool cut = false;
    *match = matcher_match(m, text, strlen(text));
    normalise_cut(text, strlen(text), folded, sizeof folded, &cut);
    if (matcher_wants_person(m, text, strlen(text))) {
        return "person";
    }
    if (match->found) {
        return matcher_shadow(m, match->entry) ? "shadow" : "answer";
    }
    return cut ? "too_long" : match->ambiguous ? "ambiguous" : match->unsure ? "unsure" : "nothing";
}

static json_t *answer_json(const struct matcher *m, size_t entry, const char *lang)
{
    struct answer a = {0};
    matcher_answer(m, entry, lang, &a);
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "faq", matcher_id(m, entry), "title", a.title ? a.title : "", "text",
                     a.text ? a.text : "", "link", a.link ? a.link : "", "lang", a.lang ? a.lang : "");
}

static json_t *near_json(const struct matcher *m, const struct near *near)
{
    json_t *groups = json_array();
    for (size_t i = 0; i < near->n_groups; i++) {
        const struct near_group *g = &near->group[i];
        json_t *words = json_array();
        for (size_t w = 0; w < g->n && w < NEAR_WORDS; w++) {
            json_array_append_new(words, json_string(g->words[w]));
        }
        json_array_append_new(groups,
                              json_pack("{s:o, s:I, s:s?}", "words", words, "n", (json_int_t)g->n, "found", g->found));
    }
    return json_pack("{s:s, s:b, s:b, s:s, s:o, s:s?}", "entry", matcher_id(m, near->entry), "matches", near->matches,
                     "shadow", matcher_shadow(m, near->entry), "way", near->label, "groups", groups, "not",
                     near->banned);
}

static void test_text(const struct made *m, const struct author_task *t, json_t *out)
{
    char folded[MATCHER_TEXT_BYTES + 1];
    struct match match;
    struct near near[NEAR_SHOWN];
    const struct matcher *matcher = explain_matcher(m->explain);
    const char *verdict = verdict_of(matcher, t->text, &match);
    const bool one = match.found || match.unsure;
    const size_t n = explain_near(m->explain, t->text, strlen(t->text), near, NEAR_SHOWN);
    json_t *list_near = json_array();
    normalise(t->text, strlen(t->text), folded, sizeof folded);
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list_near, near_json(matcher, &near[i]));
    }
    json_object_set_new(out, "verdict", json_string(verdict));
    json_object_set_new(out, "answer", one ? answer_json(matcher, match.entry, t->lang) : json_null());
    json_object_set_new(out, "folded", json_string(folded));
    json_object_set_new(out, "near", list_near);
}

static void test(struct author_bench *b, struct author_task *t)
{
    const struct made *m = author_edited(b, t);
    struct problems p = problems_of(m);
    json_t *out = json_pack("{s:o, s:I}", "problems", p.shown, "broken", (json_int_t)p.n);
    if (m->explain && t->text[0]) {
        test_text(m, t, out);
    }
    author_answer(t, "test", out);
}

static void suggest(struct author_bench *b, struct author_task *t)
{
    struct near near[SUGGESTED];
    const struct made *m = &b->live;
    json_t *out = json_array();
    size_t n = m->explain && t->text[0] ? explain_near(m->explain, t->text, strlen(t->text), near, SUGGESTED) : 0;
    for (size_t i = 0; i < n; i++) {
        if (near[i].score >= SUGGEST_SCORE) {
            json_array_append_new(out, answer_json(explain_matcher(m->explain), near[i].entry, t->lang));
        }
    }
    author_answer(t, "suggestions", out);
}

/* ---- one task */

static void take_set(struct author_bench *b, struct author_task *t)
{
    forget_edited(b);
    free(b->set);
    b->set = t->set;
    t->set = NULL;
    b->rev = t->rev;
    b->have = true;
    make(&b->live, b->set, strlen(b->set));
}

void author_work(struct author_bench *b, struct author_task *t)
{
    static void (*const works[])(struct author_bench *, struct author_task *) = {
        [AUTHOR_TEST] = test, [AUTHOR_REPLAY] = author_replay,         [AUTHOR_PUT] = put,
        [AUTHOR_DROP] = drop, [AUTHOR_UNANSWERED] = author_unanswered, [AUTHOR_SUGGEST] = suggest};
    if (t->set) {
        take_set(b, t);
    }
    if (t->kind == AUTHOR_LIST) {
        list(b, t);
    } else if (t->kind == AUTHOR_GET) {
        get(b, t);
    } else {
        works[t->kind](b, t);
    }
    if (!t->answer && !t->put && !t->code) {
        author_refuse(t, "busy", "out of memory");
    }
}

void author_task_clear(struct author_task *t)
{
    char *const own[] = {t->set, t->entry, t->name, t->text, t->lang, t->stats, t->answer, t->id, t->put};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        free(own[i]);
    }
    for (size_t i = 0; i < AUTHOR_PAGES; i++) {
        free(t->unanswered[i]);
        free(t->past[i]);
    }
    *t = (struct author_task){0};
}
