/* A link to each Sentinel, asked four times a second. The newest configuration epoch wins: a Sentinel that was cut off
 * from the others keeps telling of an old master, under an old epoch. */
#include "router/sentinel.h"
#include "router/link.h"
#include <hiredis/async.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum {
    ASK_MS = 250,
    SILENT_MS = 2000, /* a Sentinel that takes longer to answer is connected to anew */
    FRESH_MS = 10000  /* an older answer does not count */
};

struct watch {
    struct sentinels *all;
    struct redis_url url;
    struct link *link;
    bool asking;
    uint64_t asked_ms, answered_ms; /* 0 = never */
    struct redis_place told, place; /* told: the first half of an answer */
    long long epoch;
};

struct sentinels {
    uv_loop_t *loop;
    struct sentinels_options options;
    uv_timer_t timer;
    uint64_t opened_ms;
    bool troubled;
    struct redis_place master;
    int n;
    struct watch watch[];
};

static void choose(struct sentinels *all)
{
    const struct watch *best = NULL;
    const uint64_t now = uv_now(all->loop);
    for (int i = 0; i < all->n; i++) {
        const struct watch *w = &all->watch[i];
        if (w->answered_ms && now - w->answered_ms < FRESH_MS && (!best || w->epoch > best->epoch))
            best = w;
    }
    if (!best || (best->place.port == all->master.port && strcmp(best->place.host, all->master.host) == 0))
        return;
    all->master = best->place;
    all->options.on_master(all->options.owner, all->master.host, all->master.port);
}

static struct watch *asked(redisAsyncContext *redis, struct watch *w, const redisReply *reply)
{
    return reply && link_redis(w->link) == redis ? w : NULL;
}

/* SENTINEL GET-MASTER-ADDR-BY-NAME: the new master as soon as a failover has chosen it. */
static void on_place(redisAsyncContext *redis, void *raw, void *data)
{
    const redisReply *reply = raw;
    struct watch *w = asked(redis, data, reply);
    if (!w)
        return;
    w->told.port = 0;
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 && reply->element[0]->str && reply->element[1]->str) {
        snprintf(w->told.host, sizeof w->told.host, "%s", reply->element[0]->str);
        w->told.port = (int)strtol(reply->element[1]->str, NULL, 10);
    }
}

/* SENTINEL MASTER: under which epoch. */
static void on_epoch(redisAsyncContext *redis, void *raw, void *data)
{
    const redisReply *reply = raw;
    struct watch *w = asked(redis, data, reply);
    if (!w)
        return;
    w->asking = false;
    if (reply->type != REDIS_REPLY_ARRAY || w->told.port <= 0)
        return; /* it does not know this master */
    for (size_t i = 0; i + 1 < reply->elements; i += 2)
        if (reply->element[i]->str && reply->element[i + 1]->str && strcmp(reply->element[i]->str, "config-epoch") == 0)
            w->epoch = strtoll(reply->element[i + 1]->str, NULL, 10);
    w->place = w->told;
    w->answered_ms = uv_now(w->all->loop);
    choose(w->all);
}

static void ask(struct watch *w)
{
    redisAsyncContext *redis = link_redis(w->link);
    const char *name = w->all->options.url->master;
    if (!redis)
        return;
    if (w->asking) {
        if (uv_now(w->all->loop) - w->asked_ms >= SILENT_MS)
            link_drop(w->link, "it does not answer");
        return;
    }
    w->asking = redisAsyncCommand(redis, on_place, w, "SENTINEL GET-MASTER-ADDR-BY-NAME %s", name) == REDIS_OK &&
                redisAsyncCommand(redis, on_epoch, w, "SENTINEL MASTER %s", name) == REDIS_OK;
    w->asked_ms = uv_now(w->all->loop);
}

static void on_up(void *owner)
{
    struct watch *w = owner;
    w->asking = false;
    ask(w);
}

static void on_down(void *owner, const char *why)
{
    struct watch *w = owner;
    (void)why;
    w->asking = false;
}

static void complain(struct sentinels *all)
{
    uint64_t newest = all->opened_ms;
    for (int i = 0; i < all->n; i++)
        newest = all->watch[i].answered_ms > newest ? all->watch[i].answered_ms : newest;
    const bool silent = uv_now(all->loop) - newest >= FRESH_MS;
    char sentence[200];
    if (silent == all->troubled)
        return;
    all->troubled = silent;
    snprintf(sentence, sizeof sentence,
             silent ? "not one of the %d Sentinels has told for %d s where the master \"%s\" is"
                    : "of the %d Sentinels one has answered within %d s again where the master \"%s\" is",
             all->n, FRESH_MS / 1000, all->options.url->master);
    all->options.on_trouble(all->options.owner, sentence);
}

static void on_tick(uv_timer_t *timer)
{
    struct sentinels *all = timer->data;
    for (int i = 0; i < all->n; i++)
        ask(&all->watch[i]);
    complain(all);
}

bool sentinels_agree(const struct sentinels *all, uint64_t ms)
{
    const uint64_t now = uv_now(all->loop);
    int n = 0;
    for (int i = 0; i < all->n; i++) {
        const struct watch *w = &all->watch[i];
        n += w->answered_ms && now - w->answered_ms < ms && w->place.port == all->master.port &&
             strcmp(w->place.host, all->master.host) == 0;
    }
    return n > all->n / 2;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

struct sentinels *sentinels_open(struct uv_loop_s *loop, const struct sentinels_options *options)
{
    const struct redis_url *url = options->url;
    struct sentinels *all = calloc(1, sizeof *all + (size_t)url->n_sentinels * sizeof *all->watch);
    if (!all)
        return NULL;
    all->loop = loop;
    all->options = *options;
    all->n = url->n_sentinels;
    all->opened_ms = uv_now(loop);
    uv_timer_init(loop, &all->timer);
    all->timer.data = all;
    uv_timer_start(&all->timer, on_tick, ASK_MS, ASK_MS);
    for (int i = 0; i < all->n; i++) {
        struct watch *w = &all->watch[i];
        w->all = all;
        w->url.port = url->sentinel[i].port;
        memcpy(w->url.host, url->sentinel[i].host, sizeof w->url.host);
        memcpy(w->url.user, url->user, sizeof w->url.user);
        memcpy(w->url.password, url->password, sizeof w->url.password);
        w->link = link_open(
            loop, &(struct link_options){
                      .url = &w->url, .key = "", .sentinel = true, .owner = w, .on_up = on_up, .on_down = on_down});
        if (!w->link) {
            sentinels_close(all);
            return NULL;
        }
    }
    return all;
}

void sentinels_close(struct sentinels *all)
{
    if (!all)
        return;
    for (int i = 0; i < all->n && all->watch[i].link; i++)
        link_close(all->watch[i].link);
    uv_close((uv_handle_t *)&all->timer, on_closed);
}
