/* The bench inside, and what its two files share: author_work.c (entries, tests, changes) and author_asked.c (what
 * visitors asked). */
#ifndef FIRSTLINE_GATEWAY_AUTHOR_BENCH_H
#define FIRSTLINE_GATEWAY_AUTHOR_BENCH_H
#include "faq/explain.h"
#include "gateway/author_work.h"
#include "gateway/text.h"
#include <jansson.h>

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

/* Refuses the task. */
void author_refuse(struct author_task *t, const char *code, const char *why);
/* "name":VALUE, the value's own reference taken. */
void author_answer(struct author_task *t, const char *name, json_t *value);
/* The set in force with the task's entry in it. */
struct made *author_edited(struct author_bench *b, const struct author_task *t);
/* The id of an entry's JSON. */
struct span author_element_id(struct span element);

/* AUTHOR_REPLAY, AUTHOR_UNANSWERED */
void author_replay(struct author_bench *b, struct author_task *t);
void author_unanswered(struct author_bench *b, struct author_task *t);
#endif
