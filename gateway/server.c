/* Wires the parts to one uv loop:
 *
 *   timers ─▶ prepare: flush ─▶ poll: sockets, Redis, signals ─▶ check: flush ─▶ …
 *
 * Output is queued by conns and leaves in the flush at the end of each turn, never from inside a socket's callback. */
#include "gateway/server.h"
#include "faq/matcher.h"
#include "faq/phrases.h"
#include "gateway/server_parts.h"
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define SOCKETS_MAX 20480 /* file descriptors of one process: lws' tables grow with it; more sockets: --workers */
#define DRAIN_MS 8000     /* then whoever is left is cut off */
#define DRAIN_SPREAD_MS 3000
#define TRIM_FROM 1000 /* sockets; below that, what they leave behind is not worth the walk through the heap */

/* ---- the loop's turns */

static void flush(struct server *s)
{
    server_clock(&s->gateway);
    conns_turn(s->gateway.conns);
    topics_turn(s->gateway.topics);
}

/* Processor time of this thread: waiting for events, or for a turn on a busy machine, does not count. */
static int64_t thread_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* From one poll to the next: what the events, timers and flushes of one turn took. */
static void count_turn(struct server *s)
{
    const int64_t now = thread_us();
    metrics_duration(&s->gateway.metrics.turns, now - s->turn_us);
    s->turn_us = now;
}

static void on_prepare(uv_prepare_t *handle)
{
    flush(handle->data);
    count_turn(handle->data);
}

static void on_check(uv_check_t *handle)
{
    flush(handle->data);
}

/* 1001 to each, spread over time: all of them at once would make one long pause, and a storm elsewhere. */
static void drain_some(struct server *s)
{
    struct gateway *g = &s->gateway;
    for (uint32_t i = 0; i < s->drain_batch; i++) {
        struct conn *c = conns_next(g->conns, &s->drain_cursor);
        if (!c) {
            break;
        }
        conn_close(c, CONN_DRAINING, "draining: connect again");
    }
    if (!conns_counts(g->conns)->open || g->now_ms - s->drain_started_ms > DRAIN_MS) {
        uv_stop(&s->loop);
    }
}

/* After a crowd has gone, the heap keeps its pages (24 MB after 10,000 sockets): they go back to the system. */
static void give_memory_back(struct server *s)
{
    const uint32_t open = conns_counts(s->gateway.conns)->open;
    if (open > s->most_open) {
        s->most_open = open;
    } else if (s->most_open >= TRIM_FROM && open < s->most_open / 2) {
        malloc_trim(0);
        s->most_open = open;
    }
}

static void on_wheel(uv_timer_t *timer)
{
    struct server *s = timer->data;
    server_clock(&s->gateway);
    wheel_turn(&s->gateway.wheel, s->gateway.now_ms);
    give_memory_back(s);
    if (s->stopping) {
        drain_some(s);
    }
}

static void drain(void *owner)
{
    struct server *s = owner;
    if (s->stopping) {
        return;
    }
    const uint32_t open = conns_counts(s->gateway.conns)->open;
    log_line(LOG_INFO, "draining", "sockets=%u", open);
    s->stopping = true;
    s->drain_started_ms = s->gateway.now_ms;
    s->drain_batch = open / (DRAIN_SPREAD_MS / WHEEL_TICK_MS) + 1;
    server_stop_listening(s);
    gateway_drain(&s->gateway);
}

static void on_stop_signal(uv_signal_t *handle, int number)
{
    struct server *s = handle->data;
    (void)number;
    if (s->stopping) {
        uv_stop(&s->loop); /* told twice: at once */
    }
    server_clock(&s->gateway);
    drain(s);
}

static void on_hup(uv_signal_t *handle, int number)
{
    struct server *s = handle->data;
    (void)number;
    log_line(LOG_INFO, "reload", NULL);
    gateway_outdated(&s->gateway);
    if (s->with->tls_cert && lws_tls_cert_updated(s->lws, s->with->tls_cert, s->with->tls_key, NULL, 0, NULL, 0)) {
        log_line(LOG_ERROR, "the new certificate was not taken", NULL);
    }
}

/* ---- life */

static void raise_limits(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max < SOCKETS_MAX ? r.rlim_max : SOCKETS_MAX;
        if (setrlimit(RLIMIT_NOFILE, &r) != 0) {
            log_line(LOG_WARN, "the limit of open files could not be raised", NULL);
        }
    }
}

static void init_handles(struct server *s)
{
    uv_prepare_init(&s->loop, &s->prepare);
    uv_check_init(&s->loop, &s->check);
    uv_timer_init(&s->loop, &s->wheel);
    uv_timer_init(&s->loop, &s->accept_again);
    uv_signal_init(&s->loop, &s->term);
    uv_signal_init(&s->loop, &s->intr);
    uv_signal_init(&s->loop, &s->hup);
    s->prepare.data = s->check.data = s->wheel.data = s->accept_again.data = s;
    s->term.data = s->intr.data = s->hup.data = s;
}

static void start_handles(struct server *s)
{
    s->turn_us = thread_us();
    uv_prepare_start(&s->prepare, on_prepare);
    uv_check_start(&s->check, on_check);
    uv_timer_start(&s->wheel, on_wheel, WHEEL_TICK_MS, WHEEL_TICK_MS);
    uv_signal_start(&s->term, on_stop_signal, SIGTERM);
    uv_signal_start(&s->intr, on_stop_signal, SIGINT);
    uv_signal_start(&s->hup, on_hup, SIGHUP);
    uv_poll_start(&s->listener, UV_READABLE, server_accept);
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

/* What is still open is closed in the order of dependence; the loop runs until nothing is left. */
static void close_all(struct server *s)
{
    struct router *router = s->gateway.router;
    server_stop_listening(s);
    if (s->lws) {
        lws_context_destroy(s->lws);
    }
    for (int i = 0; i < 100 && conns_counts(s->gateway.conns)->open; i++) {
        uv_run(&s->loop, UV_RUN_NOWAIT);
    }
    compiler_close(s->compiler);
    aside_close(s->aside);
    http_close(s->http);
    s->gateway.draining = true;
    router_close(router);
    private_close(s->redis);
    close_handle((uv_handle_t *)&s->prepare);
    close_handle((uv_handle_t *)&s->check);
    close_handle((uv_handle_t *)&s->wheel);
    close_handle((uv_handle_t *)&s->accept_again);
    close_handle((uv_handle_t *)&s->term);
    close_handle((uv_handle_t *)&s->intr);
    close_handle((uv_handle_t *)&s->hup);
    const uint64_t until = uv_hrtime() + UINT64_C(2000000000);
    while (uv_run(&s->loop, UV_RUN_NOWAIT) && uv_hrtime() < until) {
        usleep(1000);
    }
    matcher_free(s->gateway.matcher);
    phrases_free(s->gateway.phrases);
    gateway_close(&s->gateway);
    free(s->settings);
}

static bool open_all(struct server *s, char *why, size_t size)
{
    const struct gateway_options options = {
        .site = s->with->site, .per_address = s->with->per_address, .io = &ws_io, .now_ms = (int64_t)uv_now(&s->loop)};
    const struct compiler_options compiler = {.loop = &s->loop, .owner = s, .compiled = server_compiled};
    s->compiler = compiler_open(&compiler);
    s->aside = aside_open(&s->loop);
    if (!s->compiler || !s->aside || !gateway_open(&s->gateway, &options)) {
        snprintf(why, size, "out of memory");
        return false;
    }
    s->gateway.phrases = server_shipped_phrases(why, size);
    if (!s->gateway.phrases) {
        return false;
    }
    s->gateway.owner = s;
    s->gateway.identity_secret = span_of(s->with->identity_secret);
    s->gateway.settings_came = server_settings_came;
    s->gateway.phrases_came = server_phrases_came;
    s->gateway.faq_came = server_faq_came;
    s->gateway.drain_asked = drain;
    s->gateway.author_waits = server_author_waits;
    return server_open_listener(s, why, size) && server_open_redis(s, why, size) && server_open_http(s, why, size) &&
           server_open_lws(s, why, size);
}

static void subscribe_own(struct server *s)
{
    char channel[40];
    snprintf(channel, sizeof channel, "gateway:%s", s->gateway.id);
    if (!router_subscribe(s->gateway.router, channel)) {
        log_line(LOG_WARN, "drains by channel will not be heard", NULL);
    }
}

int server_run(struct options *options, int64_t started_us)
{
    static struct server server;
    struct server *s = &server;
    char why[400] = "", quoted[500];
    s->with = options;
    s->started_us = started_us;
    signal(SIGPIPE, SIG_IGN);
    mallopt(M_ARENA_MAX, 1); /* other threads only compile and hash: what they free is to be had by all */
    if (options->worker) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        prctl(PR_SET_NAME, "firstline"); /* started as /proc/self/exe */
    }
    raise_limits();
    if (uv_loop_init(&s->loop) != 0 || !auth_start()) {
        fputs("firstline: the system gives no event loop or no random bytes\n", stderr);
        return 1;
    }
    init_handles(s);
    if (open_all(s, why, sizeof why)) {
        subscribe_own(s);
        start_handles(s);
        log_line(LOG_INFO, "listening", "url=%s gateway=%s redis=%s", s->url, s->gateway.id,
                 s->with->redis ? "given" : "private");
        uv_run(&s->loop, UV_RUN_DEFAULT);
        log_line(LOG_INFO, "stopped", NULL);
    } else {
        fprintf(stderr, "firstline: %s\n", why);
        log_line(LOG_DEBUG, "not started", "why=%s", log_quote(why, quoted, sizeof quoted));
        s->status = 1;
    }
    close_all(s);
    return s->status;
}
