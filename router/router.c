/* Requests with tickets and deadlines over one link, wake-ups over another.
 *
 * A request lives in a slot from the fixed pool. It is answered once: by its reply, by its deadline (the slot then
 * stays taken until hiredis lets go of it), or by the end of the connection. Slots wait in the order they were sent, so
 * the oldest is always the head of the list. */
#include "router/router.h"
#include "router/channels.h"
#include "router/command.h"
#include "router/lanes.h"
#include "router/link.h"
#include "router/reply.h"
#include "router/request.h"
#include "router/sentinel.h"
#include <hiredis/async.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum {
    DEADLINE_MS = 5000,
    IN_FLIGHT_MAX = 1024,
    SCAN_MS = 100,       /* how often deadlines are looked at while something is in flight */
    HEARTBEAT_MS = 5000, /* of the subscriber link */
    PULSE_MS = 250,      /* of a master that Sentinels may replace */
    SILENT_MS = 10000,   /* a subscriber link without an answer for this long is dropped */
    FEW_ARGS = 24,
    SITE_MAX = 32,
    CHANNEL_MAX = 160
};
/* The fences of replicated requests where Sentinels choose the master. They replace one after it was silent for 1.5 s
 * (down-after-milliseconds); from then until a replica knows of its new master it would still confirm to the old one.
 * So a master that was silent for nearly as long is not believed until any failover has surely become known, and
 * nobody is while most Sentinels are out of reach. */
enum { PAUSE_MS = 1000, PAUSED_FOR_MS = 3000, AGREED_MS = 1500 };
/* The op of a publish: a slot whose reply nobody waits for. */
#define PUBLISHED ROUTER_OP_COUNT

struct request {
    struct job job; /* when it goes by a lane */
    struct router *router;
    struct request *next, *before; /* in the waiting list, or (next) in the list of free slots */
    enum router_op op;
    bool answered, by_lane;
    uint64_t ticket;
    uint64_t sent_ms;
    uint64_t sent_ns; /* the same, finer: for measuring */
};

struct router {
    uv_loop_t *loop;
    struct router_options options;
    struct redis_url url;
    char key[SITE_MAX + 3]; /* "{site}" */
    enum router_state state;
    char why[320];
    struct link *requests, *wakeups;
    struct lanes *lanes;         /* NULL unless replicated */
    struct sentinels *sentinels; /* NULL unless they choose the master */
    bool moved;                  /* the Sentinels have chosen another since the request link was up */
    bool demoted;                /* an error said so: everything is connected anew */
    uv_timer_t pulse;            /* started only with both */
    uint64_t pulse_ms;           /* when the pulse under way was sent; 0 = none is */
    uint64_t doubted_ms;         /* the master is not believed before */
    char history[48];            /* of the master the request link was last up with */
    struct request *slots, *spare, *oldest, *newest;
    uint32_t in_flight;
    uv_timer_t scan, heartbeat;
    int handles;
    bool closing;
    int64_t took_us; /* of the request being answered */
    struct channels channels;
    char heart[SITE_MAX + 48]; /* the channel that keeps the subscriber link subscribed and proves it alive */
    bool listening, wakeups_trouble, full;
    uint64_t heard_ms; /* when the subscriber link last answered */
};

static struct span words(const char *text)
{
    return (struct span){text, strlen(text)};
}

static void trouble(struct router *r, const char *sentence)
{
    if (r->options.on_trouble && !r->closing)
        r->options.on_trouble(r->options.owner, sentence);
}

/* --- Slots */

static struct request *slot_take(struct router *r, enum router_op op, uint64_t ticket)
{
    struct request *q = r->spare;
    if (!q)
        return NULL;
    r->spare = q->next;
    *q = (struct request){.router = r,
                          .op = op,
                          .ticket = ticket,
                          .sent_ms = uv_now(r->loop),
                          .sent_ns = uv_hrtime(),
                          .before = r->newest};
    if (r->newest)
        r->newest->next = q;
    else
        r->oldest = q;
    r->newest = q;
    r->in_flight++;
    return q;
}

static void slot_free(struct request *q)
{
    struct router *r = q->router;
    *(q->before ? &q->before->next : &r->oldest) = q->next;
    *(q->next ? &q->next->before : &r->newest) = q->before;
    q->next = r->spare;
    r->spare = q;
    r->in_flight--;
}

static void answer(struct request *q, const struct result *result)
{
    struct router *r = q->router;
    if (q->answered || q->op == PUBLISHED)
        return;
    q->answered = true;
    r->took_us = (int64_t)((uv_hrtime() - q->sent_ns) / 1000);
    if (result->code == RESULT_BAD) {
        char sentence[400];
        snprintf(sentence, sizeof sentence, "an unreadable reply to %s: %.*s", op_rows[q->op].function,
                 (int)(result->message.len < 300 ? result->message.len : 300), result->message.at);
        trouble(r, sentence);
    }
    r->options.on_done(r->options.owner, q->op, q->ticket, result);
}

/* Errors that concern the connection, not only this request. */
static void look_at_error(struct router *r, const redisReply *reply)
{
    if (reply_lost_library(reply))
        link_reload(r->requests);
    r->demoted = r->demoted || reply_lost_master(reply);
}

static void on_reply(redisAsyncContext *redis, void *raw, void *data)
{
    (void)redis;
    struct request *q = data;
    struct router *r = q->router;
    const redisReply *reply = raw;
    look_at_error(r, reply);
    if (q->op != PUBLISHED && !q->answered) {
        struct result result = reply_read(q->op, reply);
        answer(q, &result);
    }
    slot_free(q);
}

static struct result on_lane_reply(void *owner, struct job *job, const redisReply *reply)
{
    look_at_error(owner, reply);
    return reply_read(((struct request *)job)->op, reply);
}

static void on_lane_done(void *owner, struct job *job, const struct result *result)
{
    struct request *q = (struct request *)job;
    (void)owner;
    answer(q, result);
    slot_free(q);
}

/* Has the master been silent for so long that another may have taken its place? */
static void doubt(struct router *r)
{
    const uint64_t now = uv_now(r->loop);
    if (r->pulse_ms && now - r->pulse_ms >= PAUSE_MS)
        r->doubted_ms = now + PAUSED_FOR_MS;
}

static bool on_lane_confirmed(void *owner)
{
    struct router *r = owner;
    if (!r->sentinels)
        return true;
    doubt(r);
    return uv_now(r->loop) >= r->doubted_ms && sentinels_agree(r->sentinels, AGREED_MS);
}

static void on_pulse_heard(redisAsyncContext *redis, void *raw, void *data)
{
    struct router *r = data;
    (void)raw;
    if (link_redis(r->requests) != redis)
        return;
    doubt(r);
    r->pulse_ms = 0;
}

static void on_pulse(uv_timer_t *pulse)
{
    struct router *r = pulse->data;
    redisAsyncContext *redis = link_redis(r->requests);
    if (redis && !r->pulse_ms && redisAsyncCommand(redis, on_pulse_heard, r, "PING") == REDIS_OK)
        r->pulse_ms = uv_now(r->loop);
}

static void on_lane_trouble(void *owner, const char *sentence)
{
    trouble(owner, sentence);
}

static void drop_all(struct router *r, const char *why)
{
    link_drop(r->requests, why);
    if (r->lanes)
        lanes_drop(r->lanes, why);
}

/* A request that was not answered in time is told so; a link that answers nothing at all is broken. */
static void on_scan(uv_timer_t *scan)
{
    struct router *r = scan->data;
    uint64_t now = uv_now(r->loop);
    if (r->demoted) {
        r->demoted = false;
        drop_all(r, "Redis has become a replica");
    }
    if (!r->oldest) {
        uv_timer_stop(scan);
        return;
    }
    for (struct request *q = r->oldest, *next; q; q = next) {
        next = q->next;
        if (now - q->sent_ms < r->options.deadline_ms)
            break;
        struct result late = {.code = RESULT_LATE, .message = words("Redis did not answer in time.")};
        answer(q, &late);
        if (q->by_lane && lanes_take_back(r->lanes, &q->job))
            slot_free(q);
    }
    if (r->oldest && now - r->oldest->sent_ms >= 2ull * r->options.deadline_ms)
        drop_all(r, "Redis accepts requests but does not answer them");
}

static bool send_command(struct router *r, struct request *q, int n, const char **at, const size_t *len)
{
    char few[2048];
    const size_t room = command_room((size_t)n, len);
    char *bytes = room <= sizeof few ? few : malloc(room);
    const bool sent = bytes && redisAsyncFormattedCommand(link_redis(r->requests), on_reply, q, bytes,
                                                          command_write(bytes, (size_t)n, at, len)) == REDIS_OK;
    if (bytes != few)
        free(bytes);
    return sent;
}

static bool send_words(struct router *r, struct request *q, int n, const char **at, const size_t *len)
{
    q->by_lane = r->lanes && q->op != PUBLISHED && !op_rows[q->op].aside;
    if (!(q->by_lane ? lanes_submit(r->lanes, &q->job, n, at, len) : send_command(r, q, n, at, len))) {
        slot_free(q);
        return false;
    }
    if (!uv_is_active((uv_handle_t *)&r->scan))
        uv_timer_start(&r->scan, on_scan, SCAN_MS, SCAN_MS);
    return true;
}

bool router_request(struct router *r, enum router_op op, uint64_t ticket, size_t n, const struct span *args)
{
    enum { BEFORE = 5 };
    const char *few_at[BEFORE + FEW_ARGS], **at = few_at;
    size_t few_len[BEFORE + FEW_ARGS], *len = few_len;
    bool sent = false;
    const struct op_row *row = &op_rows[op];
    if (r->closing || r->state != ROUTER_UP || !link_redis(r->requests) || !r->spare)
        return false;
    if (r->full && !row->read_only && op != ROUTER_SESSION_GET)
        return false;
    if (n > FEW_ARGS) {
        at = malloc((BEFORE + n) * sizeof(*at));
        len = malloc((BEFORE + n) * sizeof(*len));
        if (!at || !len)
            goto done;
    }
    const char *now = r->lanes && !row->read_only && !row->aside ? "0+" : "0"; /* + keeps wake-ups back */
    const char *before[BEFORE] = {row->read_only ? "FCALL_RO" : "FCALL", row->function, "1", r->key, now};
    for (size_t i = 0; i < BEFORE; i++) {
        at[i] = before[i];
        len[i] = strlen(before[i]);
    }
    for (size_t i = 0; i < n; i++) {
        at[BEFORE + i] = args[i].at ? args[i].at : "";
        len[BEFORE + i] = args[i].len;
    }
    sent = send_words(r, slot_take(r, op, ticket), (int)(BEFORE + n), at, len);
done:
    if (at != few_at)
        free(at);
    if (len != few_len)
        free(len);
    return sent;
}

/* --- State */

static void set_state(struct router *r, enum router_state state, const char *why)
{
    if (r->closing || (r->state == state && strcmp(r->why, why) == 0))
        return;
    r->state = state;
    snprintf(r->why, sizeof r->why, "%s", why);
    r->options.on_state(r->options.owner, state, r->why);
}

static void on_requests_up(void *owner)
{
    struct router *r = owner;
    if (r->history[0] && !r->moved)
        r->doubted_ms = uv_now(r->loop) + PAUSED_FOR_MS; /* the same master again: it may have been away for long */
    r->pulse_ms = 0;
    const char *before = NULL, *history = link_history(r->requests, &before);
    const bool other = r->history[0] && history[0] && strcmp(r->history, history) != 0;
    const bool failover = r->moved || strcmp(r->history, before) == 0;
    if (history[0])
        snprintf(r->history, sizeof r->history, "%s", history);
    r->moved = false;
    set_state(r, ROUTER_UP, "connected");
    if (other && r->options.on_epoch && !r->closing)
        r->options.on_epoch(r->options.owner, failover);
}

/* The Sentinels have told where the master is. */
static void on_master(void *owner, const char *host, int port)
{
    struct router *r = owner;
    char why[320];
    snprintf(r->url.host, sizeof r->url.host, "%s", host);
    r->url.port = port;
    r->moved = r->history[0] != '\0';
    r->doubted_ms = r->pulse_ms = 0; /* that was about another */
    snprintf(why, sizeof why, "the master \"%s\" is now at %s:%d", r->url.master, host, port);
    trouble(r, why);
    link_move(r->requests, why);
    link_move(r->wakeups, why);
    if (r->lanes)
        lanes_move(r->lanes, why);
}

static void on_sentinel_trouble(void *owner, const char *sentence)
{
    trouble(owner, sentence);
}

static void on_requests_down(void *owner, const char *why)
{
    set_state(owner, ROUTER_DOWN, why);
}

/* --- Wake-ups */

static bool channel_text(const struct router *r, struct span name, char *out, size_t size)
{
    int n = snprintf(out, size, "%s:%.*s", r->key, (int)name.len, name.at);
    return n > 0 && (size_t)n < size;
}

static void on_wakeup(redisAsyncContext *redis, void *raw, void *data);

static bool subscribe_one(struct router *r, struct span name)
{
    char full[CHANNEL_MAX + SITE_MAX + 8];
    return channel_text(r, name, full, sizeof full) &&
           redisAsyncCommand(link_redis(r->wakeups), on_wakeup, r, "SUBSCRIBE %s", full) == REDIS_OK;
}

static bool beat(struct router *r)
{
    return redisAsyncCommand(link_redis(r->wakeups), on_wakeup, r, "SUBSCRIBE %s", r->heart) == REDIS_OK;
}

/* The heart's first answer comes after all the others were subscribed: from now on nothing is missed. */
static void on_heart(struct router *r)
{
    r->heard_ms = uv_now(r->loop);
    if (r->listening)
        return;
    r->listening = true;
    if (r->wakeups_trouble)
        trouble(r, "the wake-up connection to Redis is back");
    r->wakeups_trouble = false;
    if (r->options.on_resubscribed)
        r->options.on_resubscribed(r->options.owner);
}

static void on_confirmed(struct router *r, struct span name)
{
    struct channel *one = channels_find(&r->channels, name);
    if (!one || one->told)
        return;
    one->told = true;
    if (r->options.on_subscribed)
        r->options.on_subscribed(r->options.owner, name);
}

static void on_wakeup(redisAsyncContext *redis, void *raw, void *data)
{
    (void)redis;
    struct router *r = data;
    const redisReply *reply = raw;
    if (!reply || r->closing)
        return;
    if (reply->type == REDIS_REPLY_ERROR) {
        link_drop(r->wakeups, "Redis refuses to subscribe");
        return;
    }
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3 || !reply->element[0]->str || !reply->element[1]->str)
        return;
    const char *kind = reply->element[0]->str;
    struct span channel = {reply->element[1]->str, reply->element[1]->len};
    size_t prefix = strlen(r->key) + 1;
    if (strcmp(channel.at, r->heart) == 0)
        on_heart(r);
    else if (channel.len <= prefix)
        return;
    channel = (struct span){channel.at + prefix, channel.len - prefix};
    const redisReply *payload = reply->element[2];
    /* What was on its way when we unsubscribed is nobody's. */
    if (strcmp(kind, "message") == 0 && payload->type == REDIS_REPLY_STRING && channels_find(&r->channels, channel))
        r->options.on_message(r->options.owner, channel, (struct span){payload->str, payload->len});
    else if (strcmp(kind, "subscribe") == 0)
        on_confirmed(r, channel);
}

static void on_heartbeat(uv_timer_t *heartbeat)
{
    struct router *r = heartbeat->data;
    if (!link_redis(r->wakeups))
        return;
    if (uv_now(r->loop) - r->heard_ms >= SILENT_MS)
        link_drop(r->wakeups, "Redis does not answer on the wake-up connection");
    else if (!beat(r))
        link_drop(r->wakeups, "the wake-up connection takes no more commands");
}

static void on_wakeups_up(void *owner)
{
    struct router *r = owner;
    r->heard_ms = uv_now(r->loop);
    r->listening = false;
    bool sent = true;
    for (size_t i = 0; sent && i < r->channels.buckets; i++)
        for (struct channel *one = r->channels.bucket[i]; sent && one; one = one->next) {
            sent = subscribe_one(r, (struct span){one->name, one->len});
            one->told = true; /* by on_resubscribed, once the heart answers */
        }
    if (!sent || !beat(r))
        link_drop(r->wakeups, "no memory to subscribe");
}

static void on_wakeups_down(void *owner, const char *why)
{
    struct router *r = owner;
    r->listening = false;
    if (!r->wakeups_trouble && r->state == ROUTER_UP) {
        char sentence[400];
        snprintf(sentence, sizeof sentence, "the wake-up connection is down: %s", why);
        trouble(r, sentence);
        r->wakeups_trouble = true;
    }
}

bool router_subscribe(struct router *r, const char *channel)
{
    struct span name = words(channel);
    struct channel *one = name.len <= CHANNEL_MAX ? channels_add(&r->channels, name) : NULL;
    if (!one)
        return false;
    if (one->count == 1 && link_redis(r->wakeups) && !subscribe_one(r, name))
        link_drop(r->wakeups, "the wake-up connection takes no more commands");
    return true;
}

void router_unsubscribe(struct router *r, const char *channel)
{
    char full[CHANNEL_MAX + SITE_MAX + 8];
    struct span name = words(channel);
    if (channels_remove(&r->channels, name) && link_redis(r->wakeups) && channel_text(r, name, full, sizeof full))
        redisAsyncCommand(link_redis(r->wakeups), NULL, NULL, "UNSUBSCRIBE %s", full);
}

bool router_publish(struct router *r, const char *channel, struct span payload)
{
    char full[CHANNEL_MAX + SITE_MAX + 8];
    if (r->closing || r->state != ROUTER_UP || !link_redis(r->requests) || !r->spare ||
        !channel_text(r, words(channel), full, sizeof full))
        return false;
    const char *at[3] = {"PUBLISH", full, payload.at ? payload.at : ""};
    size_t len[3] = {7, strlen(full), payload.len};
    return send_words(r, slot_take(r, PUBLISHED, 0), 3, at, len);
}

/* --- Life */

static bool site_right(const char *site)
{
    size_t len = strspn(site, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return len > 0 && len <= SITE_MAX && site[len] == '\0';
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct router *r = handle->data;
    if (--r->handles == 0) {
        channels_free(&r->channels);
        free(r->slots);
        free(r);
    }
}

static struct router *router_new(const struct router_options *options)
{
    struct router *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->options = *options;
    if (!r->options.deadline_ms)
        r->options.deadline_ms = DEADLINE_MS;
    if (!r->options.in_flight_max)
        r->options.in_flight_max = IN_FLIGHT_MAX;
    r->slots = calloc(r->options.in_flight_max, sizeof *r->slots);
    if (!r->slots) {
        free(r);
        return NULL;
    }
    for (uint32_t i = 0; i < r->options.in_flight_max; i++) {
        r->slots[i].next = r->spare;
        r->spare = &r->slots[i];
    }
    snprintf(r->key, sizeof r->key, "{%s}", options->site);
    snprintf(r->heart, sizeof r->heart, "{%s}:heart:%d:%" PRIx64, options->site, (int)uv_os_getpid(), uv_hrtime());
    return r;
}

struct router *router_open(struct uv_loop_s *loop, const struct router_options *options, char *why, size_t why_size)
{
    struct redis_url url;
    if (!redis_url_read(options->url, &url, why, why_size))
        return NULL;
    if (!site_right(options->site)) {
        snprintf(why, why_size, "a site's name is 1 to %d of A-Z a-z 0-9 _ -", SITE_MAX);
        return NULL;
    }
    struct router *r = router_new(options);
    if (!r)
        goto no_memory;
    r->loop = loop;
    r->url = url;
    r->requests = link_open(loop, &(struct link_options){.url = &r->url,
                                                         .key = r->key,
                                                         .library = true,
                                                         .owner = r,
                                                         .on_up = on_requests_up,
                                                         .on_down = on_requests_down});
    r->wakeups = link_open(
        loop, &(struct link_options){
                  .url = &r->url, .key = r->key, .owner = r, .on_up = on_wakeups_up, .on_down = on_wakeups_down});
    uv_timer_init(loop, &r->scan);
    uv_timer_init(loop, &r->heartbeat);
    uv_timer_init(loop, &r->pulse);
    r->scan.data = r->heartbeat.data = r->pulse.data = r;
    r->handles = 3;
    uv_timer_start(&r->heartbeat, on_heartbeat, HEARTBEAT_MS, HEARTBEAT_MS);
    if (options->replicated)
        r->lanes = lanes_open(loop, &(struct lanes_options){.url = &r->url,
                                                            .key = r->key,
                                                            .wait_ms = r->options.deadline_ms / 5 * 4,
                                                            .owner = r,
                                                            .read = on_lane_reply,
                                                            .done = on_lane_done,
                                                            .trusted = on_lane_confirmed,
                                                            .on_trouble = on_lane_trouble});
    if (r->url.n_sentinels)
        r->sentinels = sentinels_open(
            loop, &(struct sentinels_options){
                      .url = &r->url, .owner = r, .on_master = on_master, .on_trouble = on_sentinel_trouble});
    if (r->lanes && r->sentinels)
        uv_timer_start(&r->pulse, on_pulse, PULSE_MS, PULSE_MS);
    if (!r->requests || !r->wakeups || (options->replicated && !r->lanes) || (r->url.n_sentinels && !r->sentinels)) {
        router_close(r);
        goto no_memory;
    }
    return r;
no_memory:
    snprintf(why, why_size, "no memory for the connection to Redis");
    return NULL;
}

void router_close(struct router *r)
{
    if (!r)
        return;
    if (r->requests)
        link_close(r->requests); /* answers what is in flight */
    lanes_close(r->lanes);
    sentinels_close(r->sentinels);
    r->closing = true;
    if (r->wakeups)
        link_close(r->wakeups);
    uv_close((uv_handle_t *)&r->scan, on_handle_closed);
    uv_close((uv_handle_t *)&r->heartbeat, on_handle_closed);
    uv_close((uv_handle_t *)&r->pulse, on_handle_closed);
}

enum router_state router_state(const struct router *r)
{
    return r->state;
}

const char *router_why(const struct router *r)
{
    return r->why;
}

uint32_t router_in_flight(const struct router *r)
{
    return r->in_flight;
}

int64_t router_took_us(const struct router *router)
{
    return router->took_us;
}

void router_full(struct router *r, bool full)
{
    r->full = full;
}

bool router_listening(const struct router *r)
{
    return r->listening;
}
