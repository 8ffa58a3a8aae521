/* The server's side of Redis: the router's callbacks, the FAQ compiled aside, settings, the demo; and what ready means.
 */
#include "faq/matcher.h"
#include "faq/phrases.h"
#include "gateway/author.h"
#include "gateway/demo.h"
#include "gateway/server_parts.h"
#include <inttypes.h>
#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct server *server_of(struct gateway *g)
{
    return g->owner;
}

void server_clock(struct gateway *g)
{
    g->now_ms = (int64_t)uv_now(&server_of(g)->loop);
}

/* ---- server_ready */

bool server_ready(void *owner, char *why, size_t size)
{
    struct server *s = owner;
    if (!gateway_ready(&s->gateway, why, size)) {
        return false;
    }
    if (s->with->demo && (!s->demo_done || (s->demo_faq && !s->gateway.matcher))) {
        snprintf(why, size, "the demo is being set up");
        return false;
    }
    return true;
}

void server_tell_ready(struct server *s)
{
    char why[100];
    if (!s->told_ready && server_ready(s, why, sizeof why)) {
        s->told_ready = true;
        log_line(LOG_INFO, "ready", "ms=%" PRId64, (gateway_us() - s->started_us) / 1000);
    }
}

/* ---- the FAQ and the settings */

static void site_changed(struct server *s)
{
    if (s->settings && !http_site_changed(s->http, (struct span){s->settings, s->settings_len}, s->gateway.matcher)) {
        log_line(LOG_WARN, "the site's document was not renewed", NULL);
    }
}

void server_settings_came(void *owner, struct span json)
{
    struct server *s = owner;
    char *copy = malloc(json.len + 1);
    if (copy) {
        span_copy(json, copy, json.len + 1);
        free(s->settings);
        s->settings = copy;
        s->settings_len = json.len;
        site_changed(s);
    }
    server_tell_ready(s);
}

void server_faq_came(void *owner, struct span json, uint64_t rev)
{
    compiler_feed(((struct server *)owner)->compiler, json, rev);
}

void server_compiled(void *owner, struct matcher *matcher, size_t entries, uint64_t rev, const char *why)
{
    struct server *s = owner;
    char quoted[400];
    server_clock(&s->gateway);
    if (why) {
        log_line(LOG_ERROR, "the FAQ was refused; the set in force stays", "rev=%" PRIu64 " why=%s", rev,
                 log_quote(why, quoted, sizeof quoted));
        matcher = s->gateway.matcher;
    } else {
        log_line(LOG_INFO, "faq in force", "rev=%" PRIu64 " entries=%zu", rev, entries);
    }
    struct matcher *old = gateway_faq(&s->gateway, matcher, rev);
    site_changed(s);
    if (old != matcher) {
        matcher_free(old);
    }
    malloc_trim(0); /* compiling took much more than the set needs now */
    server_tell_ready(s);
}

/* ---- the phrase guard */

extern const char guard_phrases[], guard_phrases_end[];

struct phrases *server_shipped_phrases(char *why, size_t size)
{
    return phrases_read_yaml("phrases.yaml", guard_phrases, (size_t)(guard_phrases_end - guard_phrases), why, size);
}

/* The list anew: what ships, and what the shop changed of it. */
void server_phrases_came(void *owner, struct span json)
{
    struct server *s = owner;
    char why[200];
    size_t i = 0;
    json_t *one = NULL, *own = json_loadb(json.at, json.len, 0, NULL);
    struct phrases *fresh = server_shipped_phrases(why, sizeof why);
    json_array_foreach(own, i, one)
    {
        const char *lang = NULL, *say = NULL, *better = NULL;
        if (fresh && json_unpack(one, "{s:s, s:s, s:s}", "lang", &lang, "say", &say, "better", &better) == 0 &&
            !phrases_change(fresh, lang, say, better)) {
            log_line(LOG_WARN, "a phrase of the guard is left out: it has no word, or there are too many", NULL);
        }
    }
    if (fresh) {
        phrases_free(s->gateway.phrases);
        s->gateway.phrases = fresh;
    }
    json_decref(own);
}

/* ---- work of FAQ authors, aside */

static void author_aside_of(void *owner)
{
    author_aside(((struct server *)owner)->gateway.authors);
}

static void author_worked_of(void *owner)
{
    struct server *s = owner;
    server_clock(&s->gateway);
    author_worked(s->gateway.authors);
}

bool server_author_waits(void *owner)
{
    struct server *s = owner;
    return !s->stopping && aside_run(s->aside, s, author_aside_of, author_worked_of);
}

/* ---- Redis */

static void demo_done(void *owner, const char *lines, bool faq_loaded, const char *why)
{
    struct server *s = owner;
    char quoted[400];
    s->demo_done = true;
    s->demo_faq = faq_loaded;
    if (why) {
        log_line(LOG_ERROR, "the demo could not be set up", "why=%s", log_quote(why, quoted, sizeof quoted));
    } else {
        fputs(lines, stdout);
        fflush(stdout);
    }
    server_tell_ready(s);
}

static void on_state(void *owner, enum router_state state, const char *why)
{
    struct gateway *g = owner;
    struct server *s = server_of(g);
    server_clock(g);
    gateway_state(g, state, why);
    if (state == ROUTER_UP && s->with->demo && !s->demo_asked && s->with->worker <= 1) {
        const struct demo_options options = {.loop = &s->loop,
                                             .redis_url = s->redis_url,
                                             .site = s->with->site,
                                             .public_url = s->url,
                                             .owner = s,
                                             .done = demo_done};
        s->demo_asked = demo_start(&options);
    }
    server_tell_ready(s);
}

static void on_done(void *owner, enum router_op op, uint64_t ticket, const struct result *result)
{
    struct gateway *g = owner;
    server_clock(g);
    if (ticket >> 56 == HTTP_TICKET_KIND) {
        http_done(server_of(g)->http, op, ticket, result);
    } else {
        gateway_done(g, op, ticket, result);
    }
}

static void on_message(void *owner, struct span channel, struct span payload)
{
    server_clock(owner);
    gateway_message(owner, channel, payload);
}

static void on_resubscribed(void *owner)
{
    server_clock(owner);
    gateway_resubscribed(owner);
}

static void on_subscribed(void *owner, struct span channel)
{
    server_clock(owner);
    gateway_subscribed(owner, channel);
}

static void on_epoch(void *owner, bool failover)
{
    server_clock(owner);
    gateway_epoch(owner, failover);
}

static void on_redis_event(void *owner, const char *what)
{
    char quoted[400];
    (void)owner;
    log_line(LOG_INFO, "private redis", "event=%s", log_quote(what, quoted, sizeof quoted));
}

static void on_room(void *owner, bool room)
{
    struct server *s = owner;
    server_clock(&s->gateway);
    gateway_room(&s->gateway, room);
    server_tell_ready(s);
}

bool server_open_redis(struct server *s, char *why, size_t size)
{
    if (s->with->redis) {
        snprintf(s->redis_url, sizeof s->redis_url, "%s", s->with->redis);
    } else {
        const struct private_options options = {.data_dir = s->with->data,
                                                .fsync_always = s->with->fsync_always,
                                                .on_event = on_redis_event,
                                                .on_room = on_room,
                                                .owner = s};
        s->redis = private_open(&s->loop, &options, why, size);
        if (!s->redis) {
            return false;
        }
        snprintf(s->redis_url, sizeof s->redis_url, "%s", private_url(s->redis));
    }
    const struct router_options options = {.url = s->redis_url,
                                           .site = s->with->site,
                                           .replicated = s->with->replicated,
                                           .owner = &s->gateway,
                                           .on_state = on_state,
                                           .on_done = on_done,
                                           .on_message = on_message,
                                           .on_resubscribed = on_resubscribed,
                                           .on_subscribed = on_subscribed,
                                           .on_epoch = on_epoch,
                                           .on_trouble = gateway_trouble};
    s->gateway.router = router_open(&s->loop, &options, why, size);
    return s->gateway.router && router_subscribe(s->gateway.router, "config") &&
           router_subscribe(s->gateway.router, "desk");
}
