/* What author.c (a job's way to its answer) and author_orders.c (commands to jobs) share. */
#ifndef FIRSTLINE_GATEWAY_AUTHOR_PARTS_H
#define FIRSTLINE_GATEWAY_AUTHOR_PARTS_H
#include "gateway/author.h"

#define WORDS_READ 40 /* events of a chat that are looked at for suggestions */

enum need { NEED_SET = 1, NEED_STATS = 2, NEED_UNANSWERED = 4, NEED_PAST = 8, NEED_WORDS = 16 };

/* What an answer without a job is about (struct call.purpose). */
enum direct { DIRECT_NOT, DIRECT_HISTORY, DIRECT_UNDO, DIRECT_DISMISS };

struct job {
    struct job *next;
    struct author_task task;
    uint64_t number, conn, chat, expected_rev;
    uint32_t needs, words_from;
    bool asked, working;
    char about[257], agent[33], cursor[48];
};

struct authors {
    struct gateway *g;
    struct author_bench *bench;
    struct job *first, **last;
    uint32_t n;
    uint64_t rev, numbers; /* rev: the newest one heard of */
    struct wheel_timer idle;
};

/* Answers a command: {"type":"ok","id":ABOUT,MEMBERS}. */
void author_send(struct agent *a, const char *about, struct span members);
/* The first job goes as far as it can. */
void author_advance(struct authors *t);
/* malloc'd; NULL without memory. */
char *author_copy(struct span s);
#endif
