/* What visitor and agent share: calls, errors told to clients, floods, blocked addresses, clocks. */
#include "gateway/gateway.h"
#include <string.h>
#include <time.h>

#define BUSY_RETRY_MS 500  /* at least, */
#define BUSY_SPREAD_MS 500 /* and up to so much more: those refused together do not come back together */
#define FLOOD_BURST 50     /* refused frames in 10 s before the socket is closed */

int64_t gateway_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t gateway_wall_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- for visitor and agent */

struct call *gateway_call(struct gateway *g, enum call_kind kind, const struct conn *c, struct span about)
{
    struct call *call = call_new(g->calls, kind);
    if (call) {
        call->conn = c->id;
        call->asked_us = gateway_us();
        span_copy(about, call->about, sizeof call->about);
    }
    return call;
}

void gateway_error(struct gateway *g, struct conn *c, const struct wire_complaint *what)
{
    struct text t;
    metrics_error(&g->metrics, what->code);
    text_start(&t);
    wire_error_frame(&t, what);
    if (!t.failed) {
        conn_send(c, text_view(&t));
    }
    text_free(&t);
}

static uint32_t busy_retry_ms(void)
{
    return BUSY_RETRY_MS + (uint32_t)(gateway_us() % BUSY_SPREAD_MS);
}

void gateway_busy(struct gateway *g, struct conn *c, uint64_t ticket, const char *about_name, struct span about)
{
    const struct wire_complaint what = {.about = about_name,
                                        .value = about,
                                        .code = SPAN("busy"),
                                        .message =
                                            g->full ? SPAN("the disk of the message store is full; nothing was saved")
                                                    : SPAN("not accepted now; try again shortly"),
                                        .retry_after_ms = busy_retry_ms()};
    gateway_error(g, c, &what);
    if (ticket) {
        call_drop(g->calls, ticket);
    }
}

void gateway_refusal(struct gateway *g, struct conn *c, const char *about_name, struct span about,
                     const struct result *r)
{
    if (r->code != RESULT_REFUSED) {
        gateway_busy(g, c, 0, about_name, about);
        return;
    }
    const bool full = span_is(r->refusal, "busy");
    const struct wire_complaint what = {.about = about_name,
                                        .value = about,
                                        .code = r->refusal,
                                        .message = r->message,
                                        .retry_after_ms = full ? busy_retry_ms() : 0};
    gateway_error(g, c, &what);
}

bool gateway_may_send(struct gateway *g, struct conn *c, struct bucket *own, uint32_t per_10s,
                      const struct wire_about *about)
{
    uint32_t wait_ms = bucket_take(own, per_10s, 10000, g->now_ms);
    const uint32_t shared_ms = peers_frame(g->peers, &c->address, g->now_ms);
    wait_ms = shared_ms > wait_ms ? shared_ms : wait_ms;
    if (!wait_ms) {
        gateway_ask_blocked(g, c);
        return !conn_closing(c);
    }
    if (bucket_take(&c->refusals, FLOOD_BURST, 10000, g->now_ms)) {
        g->metrics.count[METRIC_FLOODS]++;
        conn_close(c, CONN_POLICY, "too many messages");
        return false;
    }
    const struct wire_complaint what = {.about = about->name,
                                        .value = about->value,
                                        .code = SPAN("slow_down"),
                                        .message = SPAN("too many messages; slow down"),
                                        .retry_after_ms = wait_ms};
    gateway_error(g, c, &what);
    return false;
}

/* ---- blocked addresses */

static void close_address(struct gateway *g, const struct address *a)
{
    uint32_t cursor = 0;
    for (struct conn *c = conns_next(g->conns, &cursor); c; c = conns_next(g->conns, &cursor)) {
        if (memcmp(&c->address, a, sizeof *a) == 0) {
            g->metrics.count[METRIC_REFUSED]++;
            conn_close(c, CONN_POLICY, "this address is blocked");
        }
    }
}

void gateway_ask_blocked(struct gateway *g, struct conn *c)
{
    struct peer *p = peers_find(g->peers, &c->address);
    char address[INET6_ADDRSTRLEN];
    if (!p || (p->asked_ms && g->now_ms - p->asked_ms < PEERS_VERDICT_MS)) {
        if (p && p->blocked) {
            conn_close(c, CONN_POLICY, "this address is blocked");
        }
        return;
    }
    auth_address_text(&c->address, address);
    struct call *call = gateway_call(g, CALL_MACHINERY, c, span_of(address));
    if (call && router_blocked(g->router, call->ticket, span_of(address))) {
        p->asked_ms = g->now_ms;
    } else if (call) {
        call_drop(g->calls, call->ticket);
    }
}

void gateway_blocked_known(struct gateway *g, const struct call *call, const struct result *r)
{
    struct address a;
    struct peer *p = auth_address(span_of(call->about), &a) ? peers_find(g->peers, &a) : NULL;
    if (!p) {
        return;
    }
    if (call->asked_us < p->told_us) {
        return; /* asked before ops said otherwise */
    }
    if (r->code != RESULT_OK) {
        p->asked_ms = 0;
        return;
    }
    p->blocked = r->yes;
    if (r->yes) {
        close_address(g, &a);
    }
}

void gateway_block(struct gateway *g, struct span address, bool blocked)
{
    struct address a;
    struct peer *p = auth_address(address, &a) ? peers_find(g->peers, &a) : NULL;
    if (!p) {
        return; /* a stranger: asked for when it comes */
    }
    p->blocked = blocked;
    p->asked_ms = g->now_ms;
    p->told_us = gateway_us();
    if (blocked) {
        close_address(g, &a);
    }
}
