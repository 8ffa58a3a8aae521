/* The bench, and what is answered from it. */
#include "gateway/author_work.h"
#include "faq/explain.h"
#include "faq/groups.h"
#include "faq/normalise.h"
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
    HITS_SHOWN = 50,
    LOST_SHOWN = 20,
    GROUPS_SHOWN = 60,
    ITEMS_SHOWN = 8,
    IDS_SHOWN = 200,
    SUGGESTED = 3
};
/* One of two groups and a telling word of an example, or an example that is mostly the same. */
#define SUGGEST_SCORE 0.54

/* One set of rules with everything made of it. */
struct made {
    struct rules *rules;
    struct explain *explain;
    char why[600]; /* why there is no `explain` */
};

struct author_bench {
    bool have;
    uint64_t rev;
    char *set;
    struct made live, edited;
    char *edited_by; /* what made `edited` of the set: an entry's JSON, or "-ID" */
};

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

static struct span element_id(struct span element)
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
        const struct span own = element_id(element);
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

static struct made *edited_by_entry(struct author_bench *b, const struct author_task *t)
{
    const struct span id = t->entry ? element_id(span_of(t->entry)) : SPAN("");
    return edited(b, t->entry, id, t->entry ? t->entry : "");
}

static void refuse(struct author_task *t, const char *code, const char *why)
{
    t->code = code;
    snprintf(t->why, sizeof t->why, "%s", why);
}

/* "name":VALUE, the value's own reference taken. */
static void answer_with(struct author_task *t, const char *name, json_t *value)
{
    struct text out;
    char *json = value ? json_dumps(value, JSON_COMPACT) : NULL;
    json_decref(value);
    text_start(&out);
    text_add(&out, "\"%s\":", name);
    text_span(&out, span_of(json));
    t->answer = json && !out.failed ? strdup(out.at) : NULL;
    if (!t->answer) {
        refuse(t, "busy", "out of memory");
    }
    text_free(&out);
    free(json);
}

/* ---- the entries */

static void list_entry(struct text *out, struct span element, struct span stats)
{
    const struct span id = element_id(element), shadow = wire_find(element, "shadow"),
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
        if (out.len < LIST_BYTES && comes_after(element_id(element), t->name)) {
            text_span(&out, shown++ ? SPAN(",") : SPAN(""));
            list_entry(&out, element, span_of(t->stats));
            last = element_id(element);
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
        if (span_is(element_id(element), id)) {
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
        refuse(t, "no_such_entry", "there is no such entry any more");
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
        refuse(t, "refused", json_string_value(json_array_get(p.shown, 0)));
    } else if (!rules_fit(m->rules, t->why, sizeof t->why)) {
        t->code = "refused";
    }
    json_decref(p.shown);
}

static void put(struct author_bench *b, struct author_task *t)
{
    const struct made *m = edited_by_entry(b, t);
    const struct span id = element_id(span_of(t->entry));
    check_set(m, t);
    for (size_t i = 0; !t->code && i < rules_count(m->rules); i++) {
        if (span_is(id, rules_id(m->rules, i))) {
            t->put = rules_entry_json(m->rules, i);
            t->id = strdup(rules_id(m->rules, i));
        }
    }
    if (!t->code && (!t->put || !t->id)) {
        refuse(t, "busy", "out of memory");
    }
}

static void drop(struct author_bench *b, struct author_task *t)
{
    char by[RULES_ID_BYTES + 2];
    if (!find_entry(b, t->name).at) {
        refuse(t, "no_such_entry", "there is no such entry any more");
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
    const struct made *m = edited_by_entry(b, t);
    struct problems p = problems_of(m);
    json_t *out = json_pack("{s:o, s:I}", "problems", p.shown, "broken", (json_int_t)p.n);
    if (m->explain && t->text[0]) {
        test_text(m, t, out);
    }
    answer_with(t, "test", out);
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
    answer_with(t, "suggestions", out);
}

/* ---- what was asked */

/* Questions without an answer, and what else visitors said to the automatic reply: [{"text","chat","at","unanswered"}].
 */
struct asked {
    json_t *list, *open; /* open: chat -> {"text","at"} of what is being said, or null once a person was called */
    json_t *known;       /* "chat text" of what is in the list */
};

static void add_asked(struct asked *a, const char *chat, const char *text, json_int_t at, bool unanswered)
{
    char key[600 * 4];
    snprintf(key, sizeof key, "%s %s", chat, text);
    if (text[0] && !json_object_get(a->known, key)) {
        json_object_set_new(a->known, key, json_true());
        json_array_append_new(a->list,
                              json_pack("{s:s, s:I, s:I, s:b}", "text", text, "chat",
                                        (json_int_t)strtoll(chat, NULL, 10), "at", at, "unanswered", unanswered));
    }
}

static void close_said(struct asked *a, const char *chat, json_t *said)
{
    if (json_is_object(said)) {
        add_asked(a, chat, json_string_value(json_object_get(said, "text")),
                  json_integer_value(json_object_get(said, "at")), false);
    }
}

/* As the automatic reply reads it: messages in a row are one, and once a person was called it reads no more. */
static void replay_event(struct asked *a, const json_t *e)
{
    char chat[24], joined[4200];
    const char *kind = json_string_value(json_object_get(e, "kind"));
    const char *text = json_string_value(json_object_get(e, "text"));
    snprintf(chat, sizeof chat, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(e, "chat")));
    json_t *said = json_object_get(a->open, chat);
    if (!kind || !text || json_is_null(said)) {
        return;
    }
    if (strcmp(kind, "message") == 0) {
        const char *before = json_string_value(json_object_get(said, "text"));
        snprintf(joined, sizeof joined, "%s%s%s", before ? before : "", before ? "\n" : "", text);
        joined[wire_cut(span_of(joined), 500).len] = 0;
        json_object_set_new(
            a->open, chat, json_pack("{s:s, s:I}", "text", joined, "at", json_integer_value(json_object_get(e, "at"))));
        return;
    }
    close_said(a, chat, said);
    if (strcmp(kind, "answer") == 0) {
        json_object_del(a->open, chat);
    } else {
        json_object_set_new(a->open, chat, json_null());
    }
}

static void each_newest_last(char *const *pages, size_t n, struct asked *a,
                             void (*take)(struct asked *, const json_t *))
{
    for (size_t p = n; p > 0; p--) {
        json_t *page = json_loads(pages[p - 1], 0, NULL);
        for (size_t i = json_array_size(page); i > 0; i--) {
            take(a, json_array_get(page, i - 1));
        }
        json_decref(page);
    }
}

static void take_unanswered(struct asked *a, const json_t *q)
{
    char chat[24];
    const char *text = json_string_value(json_object_get(q, "text"));
    snprintf(chat, sizeof chat, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(q, "chat")));
    add_asked(a, chat, text ? text : "", json_integer_value(json_object_get(q, "at")), true);
}

static json_t *all_asked(const struct author_task *t)
{
    struct asked a = {.list = json_array(), .open = json_object(), .known = json_object()};
    const char *chat = NULL;
    json_t *said = NULL;
    each_newest_last(t->unanswered, t->n_unanswered, &a, take_unanswered);
    each_newest_last(t->past, t->n_past, &a, replay_event);
    json_object_foreach(a.open, chat, said)
    {
        close_said(&a, chat, said);
    }
    json_decref(a.open);
    json_decref(a.known);
    return a.list;
}

static const char *meant(const struct made *m, const char *text)
{
    const struct match match = matcher_match(explain_matcher(m->explain), text, strlen(text));
    const bool person = matcher_wants_person(NULL, text, strlen(text));
    return match.found && !person ? matcher_id(explain_matcher(m->explain), match.entry) : "";
}

/* {"asked","fires","unanswered","hits":[…],"lost":[…]}: of what the edited entry answers, how much went unanswered; and
 * what other entries answered before and do not any more. */
static void replay(struct author_bench *b, struct author_task *t)
{
    const struct made *after = edited_by_entry(b, t), *before = &b->live;
    char id[RULES_ID_BYTES + 1];
    json_int_t fires = 0, unanswered = 0;
    if (!after->explain || !before->explain) {
        refuse(t, "refused", after->explain ? before->why : after->why);
        return;
    }
    json_t *asked = all_asked(t), *hits = json_array(), *lost = json_array();
    span_copy(element_id(span_of(t->entry)), id, sizeof id);
    for (size_t i = json_array_size(asked); i > 0; i--) {
        json_t *q = json_array_get(asked, i - 1);
        const char *text = json_string_value(json_object_get(q, "text"));
        const char *was = meant(before, text), *is = meant(after, text);
        json_object_set_new(q, "was", json_string(was));
        if (strcmp(is, id) == 0) {
            fires++;
            unanswered += json_is_true(json_object_get(q, "unanswered"));
            if (json_array_size(hits) < HITS_SHOWN) {
                json_array_append(hits, q);
            }
        } else if (was[0] && strcmp(was, is) != 0 && json_array_size(lost) < LOST_SHOWN) {
            json_array_append(lost, q);
        }
    }
    answer_with(t, "replay",
                json_pack("{s:I, s:I, s:I, s:o, s:o}", "asked", (json_int_t)json_array_size(asked), "fires", fires,
                          "unanswered", unanswered, "hits", hits, "lost", lost));
    json_decref(asked);
}

/* ---- questions without an answer, in groups */

/* The questions that still have no answer, the newest first. */
static json_t *still_open(const struct author_bench *b, const struct author_task *t, json_int_t *answered)
{
    json_t *all = json_array();
    for (size_t p = 0; p < t->n_unanswered; p++) {
        json_t *page = json_loads(t->unanswered[p], 0, NULL), *q = NULL;
        size_t i = 0;
        json_array_foreach(page, i, q)
        {
            const char *text = json_string_value(json_object_get(q, "text"));
            const struct matcher *m = b->live.explain ? explain_matcher(b->live.explain) : NULL;
            const struct match match = m && text ? matcher_match(m, text, strlen(text)) : (struct match){0};
            if (match.found && !matcher_shadow(m, match.entry)) {
                ++*answered;
            } else if (text && json_array_size(all) < GROUPS_TEXTS) {
                json_array_append(all, q);
            }
        }
        json_decref(page);
    }
    return all;
}

/* One group as it is being put together. */
struct cluster {
    json_t *items, *ids;
    const char *texts[ITEMS_SHOWN];
    size_t n;
    uint32_t first;
};

static int largest_first(const void *a, const void *b)
{
    const struct cluster *x = a, *y = b;
    if (x->n != y->n) {
        return x->n > y->n ? -1 : 1;
    }
    return x->first < y->first ? -1 : x->first > y->first;
}

static void join(struct cluster *c, json_t *q)
{
    if (c->n < ITEMS_SHOWN) {
        c->texts[c->n] = json_string_value(json_object_get(q, "text"));
        json_array_append(c->items, q);
    }
    if (c->n < IDS_SHOWN) {
        json_array_append(c->ids, json_object_get(q, "id"));
    }
    c->n++;
}

static json_t *cluster_json(struct cluster *c)
{
    char *words = groups_words(c->texts, c->n < ITEMS_SHOWN ? c->n : ITEMS_SHOWN);
    json_t *rule = words ? json_loads(words, 0, NULL) : NULL;
    free(words);
    return json_pack("{s:I, s:o, s:O, s:O}", "n", (json_int_t)c->n, "words", rule ? rule : json_array(), "items",
                     c->items, "ids", c->ids);
}

static json_t *clusters_json(struct cluster *clusters, size_t n)
{
    json_t *out = json_array();
    qsort(clusters, n, sizeof *clusters, largest_first);
    for (size_t g = 0; g < n; g++) {
        if (g < GROUPS_SHOWN) {
            json_array_append_new(out, cluster_json(&clusters[g]));
        }
        json_decref(clusters[g].items);
        json_decref(clusters[g].ids);
    }
    return out;
}

static json_t *grouped(const json_t *all)
{
    const size_t n = json_array_size(all);
    const char **texts = calloc(n + 1, sizeof *texts);
    uint32_t *group = calloc(n + 1, sizeof *group);
    struct cluster *clusters = NULL;
    size_t n_groups = 0;
    for (size_t i = 0; texts && i < n; i++) {
        texts[i] = json_string_value(json_object_get(json_array_get(all, i), "text"));
    }
    n_groups = texts && group ? groups_of(texts, n, group) : 0;
    clusters = calloc(n_groups + 1, sizeof *clusters);
    for (size_t i = 0; clusters && n_groups && i < n; i++) {
        struct cluster *c = &clusters[group[i]];
        if (!c->items) {
            *c = (struct cluster){.items = json_array(), .ids = json_array(), .first = (uint32_t)i};
        }
        join(c, json_array_get(all, i));
    }
    json_t *out = clusters ? clusters_json(clusters, n_groups) : NULL;
    free(texts);
    free(group);
    free(clusters);
    return out;
}

static void unanswered(struct author_bench *b, struct author_task *t)
{
    json_int_t answered = 0;
    json_t *all = still_open(b, t, &answered), *groups = grouped(all);
    answer_with(t, "unanswered",
                json_pack("{s:I, s:I, s:o}", "open", (json_int_t)json_array_size(all), "answered", answered, "groups",
                          groups ? groups : json_array()));
    json_decref(all);
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
        [AUTHOR_TEST] = test, [AUTHOR_REPLAY] = replay,         [AUTHOR_PUT] = put,
        [AUTHOR_DROP] = drop, [AUTHOR_UNANSWERED] = unanswered, [AUTHOR_SUGGEST] = suggest};
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
        refuse(t, "busy", "out of memory");
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
