/* Requests nobody is told the outcome of before a replica has everything they wrote or saw.
 *
 *   submit ─▶ queue ─▶ lane: FCALL … FCALL (up to 64), FCALL_RO outbox, WAIT 1 ─▶ replies, then FCALL tell
 *
 * WAIT blocks its connection, so there are a few. The next batch leaves when the one before was executed (not when it
 * is confirmed), so that requests are executed in the order they were submitted, whichever lane they take. */
#ifndef FIRSTLINE_ROUTER_LANES_H
#define FIRSTLINE_ROUTER_LANES_H
#include "router/router.h"
#include "router/url.h"

struct redisReply;
struct lanes;

/* One request; embedded in its owner, untouched by the owner from submit to done. */
struct job {
    struct job *next;
    char *command; /* until it is sent */
    int len;
    struct result result; /* until it is confirmed, its texts in `kept` */
    char *kept;
};

struct lanes_options {
    const struct redis_url *url; /* borrowed */
    const char *key;             /* "{site}", borrowed */
    uint32_t wait_ms;            /* how long a replica may take */
    void *owner;
    /* Reads a job's reply; NULL = the connection broke. */
    struct result (*read)(void *owner, struct job *job, const struct redisReply *reply);
    /* Once per submitted job, never from inside lanes_submit. The job is the owner's again. */
    void (*done)(void *owner, struct job *job, const struct result *result);
    /* False: another server may have become the master meanwhile, and what a replica of this one confirms may be thrown
     * away. Nothing is believed then. */
    bool (*trusted)(void *owner);
    /* A sentence: replicas have stopped confirming, or confirm again. */
    void (*on_trouble)(void *owner, const char *sentence);
};

/* NULL for no memory. */
struct lanes *lanes_open(struct uv_loop_s *loop, const struct lanes_options *options);
/* Formats the command and queues it. False for no memory. */
bool lanes_submit(struct lanes *all, struct job *job, int n, const char **at, const size_t *len);
/* Takes back a job that was not sent yet; false when it was. */
bool lanes_take_back(struct lanes *all, struct job *job);
/* The url has changed: every lane connects anew. */
void lanes_move(struct lanes *all, const char *why);
/* Breaks the connections that are at something (Redis hangs). */
void lanes_drop(struct lanes *all, const char *why);
/* Jobs in flight are done (RESULT_DOWN) before it returns. Frees itself when uv has closed its handles. NULL is
 * allowed. */
void lanes_close(struct lanes *all);
#endif
