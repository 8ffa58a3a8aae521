/* What supervisors and agents ask about the FAQ, worked out from texts: pure, slow (milliseconds to a second), for a
 * thread aside. */
#ifndef FIRSTLINE_GATEWAY_AUTHOR_WORK_H
#define FIRSTLINE_GATEWAY_AUTHOR_WORK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum author_kind {
    AUTHOR_LIST,       /* the entries, a page of them */
    AUTHOR_GET,        /* one entry */
    AUTHOR_TEST,       /* what a text would get, and why; what keeps the edited set from being saved */
    AUTHOR_REPLAY,     /* what the edited set would have answered of what was asked lately */
    AUTHOR_PUT,        /* the edited entry, checked with all others */
    AUTHOR_DROP,       /* the set without an entry, checked */
    AUTHOR_UNANSWERED, /* questions without an answer, in groups */
    AUTHOR_SUGGEST     /* entries that may help an agent */
};

enum { AUTHOR_PAGES = 15 /* unanswered 5, past 10 */ };

/* All texts are malloc'd and the task's own; author_task_clear frees them. */
struct author_task {
    enum author_kind kind;
    char *set; /* the entries in force (JSON array) when the bench has another revision; else NULL */
    uint64_t rev;
    char *entry;                    /* TEST, REPLAY, PUT: the edited entry's JSON; NULL = none */
    char *name;                     /* GET, DROP: which entry; LIST: after which, "" = from the first */
    char *text, *lang;              /* TEST, SUGGEST */
    char *stats;                    /* LIST */
    char *unanswered[AUTHOR_PAGES]; /* JSON arrays, the newest first */
    char *past[AUTHOR_PAGES];
    size_t n_unanswered, n_past;

    char *answer;     /* the members of the answer: "\"rev\":3,\"entry\":{…}"; NULL = refused */
    char *id, *put;   /* PUT: the entry's id and JSON as it is to be stored */
    const char *code; /* of a refusal, with `why` */
    char why[900];
};

/* The set in force, parsed and compiled, and the edited one; kept from task to task. */
struct author_bench;

struct author_bench *author_bench_new(void); /* NULL = no memory */
void author_bench_free(struct author_bench *b);
/* Does it hold this revision? */
bool author_bench_has(const struct author_bench *b, uint64_t rev);

void author_work(struct author_bench *b, struct author_task *t);
void author_task_clear(struct author_task *t);
#endif
