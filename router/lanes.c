/* A few links, each free, executing a batch, or waiting for a replica. */
#include "router/lanes.h"
#include "router/link.h"
#include <hiredis/async.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { LANES = 4, BATCH = 64, TOLD_AT_ONCE = 500, TEXTS = 8 /* of a result */ };

enum phase { LANE_FREE, LANE_EXECUTING, LANE_WAITING };

struct lane {
    struct lanes *all;
    struct link *link;
    enum phase phase;
    int n, replied; /* jobs of the batch, and how many were executed */
    struct job *batch[BATCH];
    char head[48]; /* where the outbox ended when the batch had been executed; "" = empty */
};

struct lanes {
    struct lanes_options options;
    struct lane lane[LANES];
    struct job *first, **end;
    struct lane *executing;
    bool closing, unconfirmed;
};

static void pump(struct lanes *all);

/* --- The end of a job */

static void done(struct lanes *all, struct job *job, const struct result *result)
{
    char *kept = job->kept;
    free(job->command);
    job->command = NULL;
    job->kept = NULL;
    all->options.done(all->options.owner, job, result);
    free(kept);
}

static struct result failure(enum result_code code, const char *message)
{
    return (struct result){.code = code, .message = {message, strlen(message)}};
}

/* Copies a result out of the reply it borrows from. */
static bool keep(struct job *job, const struct result *result)
{
    job->result = *result;
    struct span *const texts[TEXTS] = {&job->result.refusal, &job->result.message, &job->result.phase,
                                       &job->result.agent,   &job->result.name,    &job->result.langs,
                                       &job->result.queues,  &job->result.json};
    size_t n = 1;
    for (size_t i = 0; i < TEXTS; i++)
        n += texts[i]->len;
    char *at = job->kept = malloc(n);
    if (!at)
        return false;
    for (size_t i = 0; i < TEXTS; i++) {
        if (texts[i]->len)
            memcpy(at, texts[i]->at, texts[i]->len);
        texts[i]->at = at;
        at += texts[i]->len;
    }
    return true;
}

/* --- A lane's round */

/* Everything the batch is, is over: confirmed, or failed for this reason. */
static void settle(struct lane *lane, const struct result *failed)
{
    struct lanes *all = lane->all;
    struct job *batch[BATCH];
    const int n = lane->n;
    memcpy(batch, lane->batch, sizeof batch);
    lane->n = 0;
    lane->phase = LANE_FREE;
    if (all->executing == lane)
        all->executing = NULL;
    for (int i = 0; i < n; i++) {
        if (!batch[i])
            continue;
        const struct result result = batch[i]->result;
        done(all, batch[i], failed ? failed : &result);
    }
}

/* The lane a callback is for, NULL when that connection is not the lane's any more. */
static struct lane *lane_of(redisAsyncContext *redis, struct lane *lane)
{
    return link_redis(lane->link) == redis ? lane : NULL;
}

static void on_reply(redisAsyncContext *redis, void *raw, void *data)
{
    struct lane *lane = data;
    const redisReply *reply = raw;
    if (!reply || !lane_of(redis, lane))
        return; /* on_waited comes last and settles */
    const int i = lane->replied++;
    struct job *job = lane->batch[i];
    struct result result = lane->all->options.read(lane->all->options.owner, job, reply);
    if (reply->type != REDIS_REPLY_ERROR) {
        if (keep(job, &result))
            return;
        result = failure(RESULT_LATE, "There is no memory to keep the reply.");
    }
    /* An error of Redis shows nobody anything: it need not wait. */
    lane->batch[i] = NULL;
    done(lane->all, job, &result);
}

static void on_head(redisAsyncContext *redis, void *raw, void *data)
{
    struct lane *lane = data;
    const redisReply *reply = raw;
    if (!reply || !lane_of(redis, lane))
        return;
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 && reply->element[1]->str)
        snprintf(lane->head, sizeof lane->head, "%s", reply->element[1]->str);
    lane->phase = LANE_WAITING;
    lane->all->executing = NULL;
    pump(lane->all);
}

static void tell(struct lane *lane);

static void on_told(redisAsyncContext *redis, void *raw, void *data)
{
    struct lane *lane = data;
    const redisReply *reply = raw;
    if (!reply || !lane_of(redis, lane) || reply->type != REDIS_REPLY_ARRAY || reply->elements < 2 ||
        !reply->element[1]->str)
        return; /* the next batch tells */
    if (strtol(reply->element[1]->str, NULL, 10) >= TOLD_AT_ONCE && lane->phase == LANE_FREE)
        tell(lane); /* else the batch under way tells the rest */
}

static void tell(struct lane *lane)
{
    if (lane->head[0])
        redisAsyncCommand(link_redis(lane->link), on_told, lane, "FCALL tell 1 %s 0 %s", lane->all->options.key,
                          lane->head);
}

static void confirmed(struct lanes *all, bool yes)
{
    if (all->unconfirmed != yes)
        return;
    all->unconfirmed = !yes;
    all->options.on_trouble(
        all->options.owner,
        yes ? "messages are confirmed by a replica again"
            : "messages cannot be confirmed by a replica of the master now: nothing is acknowledged");
}

static void on_waited(redisAsyncContext *redis, void *raw, void *data)
{
    struct lane *lane = data;
    struct lanes *all = lane->all;
    const redisReply *reply = raw;
    if (!reply || !lane_of(redis, lane)) {
        if (!reply && lane->n) {
            const struct result broke = failure(RESULT_DOWN, "The connection to Redis broke.");
            settle(lane, &broke);
        }
        return;
    }
    if (reply->type == REDIS_REPLY_INTEGER && reply->integer >= 1 && all->options.trusted(all->options.owner)) {
        settle(lane, NULL);
        if (lane_of(redis, lane))
            tell(lane);
        confirmed(all, true);
    } else {
        const struct result late = failure(RESULT_LATE, "No replica of the master confirmed it in time.");
        settle(lane, &late);
        confirmed(all, false);
    }
    pump(all);
}

static void send_batch(struct lane *lane)
{
    struct lanes *all = lane->all;
    redisAsyncContext *redis = link_redis(lane->link);
    bool sent = true;
    lane->n = lane->replied = 0;
    lane->head[0] = '\0';
    lane->phase = LANE_EXECUTING;
    all->executing = lane;
    while (all->first && lane->n < BATCH && sent) {
        struct job *job = all->first;
        sent = redisAsyncFormattedCommand(redis, on_reply, lane, job->command, (size_t)job->len) == REDIS_OK;
        if (!sent)
            break;
        all->first = job->next;
        if (!all->first)
            all->end = &all->first;
        free(job->command);
        job->command = NULL;
        lane->batch[lane->n++] = job;
    }
    sent = sent && redisAsyncCommand(redis, on_head, lane, "FCALL_RO outbox 1 %s 0", all->options.key) == REDIS_OK &&
           redisAsyncCommand(redis, on_waited, lane, "WAIT 1 %u", all->options.wait_ms) == REDIS_OK;
    if (!sent)
        link_drop(lane->link, "a lane takes no more commands");
}

static void pump(struct lanes *all)
{
    for (int i = 0; i < LANES && all->first && !all->executing && !all->closing; i++)
        if (all->lane[i].phase == LANE_FREE && link_redis(all->lane[i].link))
            send_batch(&all->lane[i]);
}

static void on_up(void *owner)
{
    struct lane *lane = owner;
    pump(lane->all);
}

/* Callbacks of what was sent came before, with NULL; what could not be sent whole has no on_waited. */
static void on_down(void *owner, const char *why)
{
    struct lane *lane = owner;
    const struct result broke = failure(RESULT_DOWN, "The connection to Redis broke.");
    (void)why;
    settle(lane, &broke);
    pump(lane->all);
}

/* --- The queue */

bool lanes_submit(struct lanes *all, struct job *job, int n, const char **at, const size_t *len)
{
    *job = (struct job){0};
    job->len = (int)redisFormatCommandArgv(&job->command, n, at, len);
    if (job->len < 0)
        return false;
    *all->end = job;
    all->end = &job->next;
    pump(all);
    return true;
}

bool lanes_take_back(struct lanes *all, struct job *job)
{
    for (struct job **at = &all->first; *at; at = &(*at)->next) {
        if (*at != job)
            continue;
        *at = job->next;
        if (!*at)
            all->end = at;
        free(job->command);
        job->command = NULL;
        return true;
    }
    return false;
}

/* --- Life */

struct lanes *lanes_open(struct uv_loop_s *loop, const struct lanes_options *options)
{
    struct lanes *all = calloc(1, sizeof *all);
    if (!all)
        return NULL;
    all->options = *options;
    all->end = &all->first;
    for (int i = 0; i < LANES; i++) {
        struct lane *lane = &all->lane[i];
        lane->all = all;
        lane->link = link_open(
            loop, &(struct link_options){
                      .url = options->url, .key = options->key, .owner = lane, .on_up = on_up, .on_down = on_down});
        if (!lane->link) {
            lanes_close(all);
            return NULL;
        }
    }
    return all;
}

void lanes_move(struct lanes *all, const char *why)
{
    for (int i = 0; i < LANES; i++)
        link_move(all->lane[i].link, why);
}

void lanes_drop(struct lanes *all, const char *why)
{
    for (int i = 0; i < LANES; i++)
        if (all->lane[i].phase != LANE_FREE)
            link_drop(all->lane[i].link, why);
}

void lanes_close(struct lanes *all)
{
    const struct result closed = failure(RESULT_DOWN, "The connection to Redis broke.");
    if (!all)
        return;
    all->closing = true;
    for (int i = 0; i < LANES && all->lane[i].link; i++) {
        link_close(all->lane[i].link);
        settle(&all->lane[i], &closed);
    }
    while (all->first) {
        struct job *job = all->first;
        all->first = job->next;
        done(all, job, &closed);
    }
    free(all);
}
