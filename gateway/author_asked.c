/* What visitors asked: replayed with an edited set, and the questions without an answer put into groups. */
#include "faq/groups.h"
#include "gateway/author_bench.h"
#include "gateway/wire.h"
#include <stdlib.h>
#include <string.h>

enum { HITS_SHOWN = 50, LOST_SHOWN = 20, GROUPS_SHOWN = 60, ITEMS_SHOWN = 8, IDS_SHOWN = 200 };

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
void author_replay(struct author_bench *b, struct author_task *t)
{
    const struct made *after = author_edited(b, t), *before = &b->live;
    char id[RULES_ID_BYTES + 1];
    json_int_t fires = 0, unanswered = 0;
    if (!after->explain || !before->explain) {
        author_refuse(t, "refused", after->explain ? before->why : after->why);
        return;
    }
    json_t *asked = all_asked(t), *hits = json_array(), *lost = json_array();
    span_copy(author_element_id(span_of(t->entry)), id, sizeof id);
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
    author_answer(t, "replay",
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

void author_unanswered(struct author_bench *b, struct author_task *t)
{
    json_int_t answered = 0;
    json_t *all = still_open(b, t, &answered), *groups = grouped(all);
    author_answer(t, "unanswered",
                  json_pack("{s:I, s:I, s:o}", "open", (json_int_t)json_array_size(all), "answered", answered, "groups",
                            groups ? groups : json_array()));
    json_decref(all);
}
