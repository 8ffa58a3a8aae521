/* The machinery: replies and wake-ups to whom they concern, the tick, leases, settings, FAQ, the desk. */
#include "gateway/gateway.h"
#include "gateway/agent.h"
#include "gateway/author.h"
#include "gateway/log.h"
#include "gateway/office.h"
#include "gateway/opening.h"
#include "gateway/visitor.h"
#include "gateway/zone.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_MS 1000
#define LEASE_MS 5000
#define DESK_GAP_MS 250
#define RECALL_MS 2000    /* over this long clients are asked to connect again */
#define ASK_AGAIN_MS 6000 /* settings or FAQ asked for so long without an answer */

/* ---- settings and FAQ */

static bool ask_phrases(struct router *r, uint64_t ticket)
{
    return router_office(r, ROUTER_PHRASES, ticket, 0, NULL);
}

static void fetch(struct gateway *g, enum gateway_fetch what)
{
    static bool (*const request[GATEWAY_FETCHES])(struct router *, uint64_t) = {
        [GATEWAY_SETTINGS] = router_settings, [GATEWAY_FAQ] = router_faq_all, [GATEWAY_WORDS] = ask_phrases};
    int64_t *asked_ms = &g->fetched[what].asked_ms;
    struct call *c =
        g->up && (!*asked_ms || g->now_ms - *asked_ms > ASK_AGAIN_MS) ? call_new(g->calls, CALL_MACHINERY) : NULL;
    if (!c) {
        return;
    }
    if (request[what](g->router, c->ticket)) {
        *asked_ms = g->now_ms;
    } else {
        call_drop(g->calls, c->ticket);
    }
}

/* What is under way may have been read before the change: it is taken, and asked for once more. */
static void outdated(struct gateway *g, enum gateway_fetch what)
{
    g->fetched[what].known = false;
    g->fetched[what].again = g->fetched[what].asked_ms != 0;
    fetch(g, what);
}

void gateway_outdated(struct gateway *g)
{
    for (int what = 0; what < GATEWAY_FETCHES; what++) {
        outdated(g, (enum gateway_fetch)what);
    }
}

static void fetched(struct gateway *g, enum gateway_fetch what, bool taken)
{
    g->fetched[what].asked_ms = 0;
    g->fetched[what].known = taken && !g->fetched[what].again;
    if (taken && g->fetched[what].again) {
        g->fetched[what].again = false;
        fetch(g, what);
    }
}

static bool after(struct span s, const char *prefix, struct span *rest)
{
    const size_t n = strlen(prefix);
    if (s.len < n || memcmp(s.at, prefix, n) != 0) {
        return false;
    }
    *rest = (struct span){s.at + n, s.len - n};
    return true;
}

static void config_changed(struct gateway *g, struct span what)
{
    struct span address;
    if (span_is(what, "settings")) {
        outdated(g, GATEWAY_SETTINGS);
    } else if (span_is(what, "words")) {
        outdated(g, GATEWAY_WORDS);
        agents_words(g->agents);
    } else if (after(what, "block ", &address)) {
        gateway_block(g, address, true);
    } else if (after(what, "unblock ", &address)) {
        gateway_block(g, address, false);
    } else if (what.len > 4 && memcmp(what.at, "faq ", 4) == 0) {
        author_changed(g->authors, (uint64_t)wire_number((struct span){what.at + 4, what.len - 4}));
        outdated(g, GATEWAY_FAQ);
    }
}

/* The zone of the settings, for the shop's day; one that cannot be used counts as UTC (the site tells why). */
static void take_zone(struct gateway *g)
{
    char why[200];
    zone_close(g->zone);
    g->zone = g->settings.tz[0] ? zone_open(g->settings.tz, why, sizeof why) : NULL;
}

static void settings_arrived(struct gateway *g, const struct result *r)
{
    const bool taken = r->code == RESULT_OK && settings_read(&g->settings, r->json);
    fetched(g, GATEWAY_SETTINGS, taken);
    if (taken) {
        g->settings_ever = true;
        openings_settings(g->openings, r->json, gateway_wall_ms() / 1000);
        take_zone(g);
        g->settings_came(g->owner, r->json);
    }
}

static void words_arrived(struct gateway *g, const struct result *r)
{
    fetched(g, GATEWAY_WORDS, r->code == RESULT_OK);
    if (r->code == RESULT_OK) {
        g->phrases_came(g->owner, r->json);
    }
}

static void faq_arrived(struct gateway *g, const struct result *r)
{
    fetched(g, GATEWAY_FAQ, r->code == RESULT_OK);
    if (r->code == RESULT_OK) {
        author_changed(g->authors, r->rev);
        g->faq_came(g->owner, r->json, r->rev);
    }
}

struct matcher *gateway_faq(struct gateway *g, struct matcher *compiled, uint64_t rev)
{
    struct matcher *old = g->matcher;
    g->matcher = compiled;
    g->faq_rev = rev;
    g->faq_ever = true;
    return old;
}

/* ---- the desk: fetched once for everybody, at most four times a second */

static void fetch_desk(struct wheel_timer *timer)
{
    struct gateway *g = (struct gateway *)((char *)timer - offsetof(struct gateway, desk));
    struct call *c = conns_counts(g->conns)->agents ? call_new(g->calls, CALL_MACHINERY) : NULL;
    g->desk_sent_ms = g->now_ms;
    g->desk_missed = c && !router_desk(g->router, c->ticket);
    if (g->desk_missed) {
        call_drop(g->calls, c->ticket);
    }
}

static void desk_changed(struct gateway *g)
{
    if (!wheel_running(&g->desk)) {
        wheel_set(&g->wheel, &g->desk, g->now_ms, DESK_GAP_MS - (g->now_ms - g->desk_sent_ms), fetch_desk);
    }
}

static void desk_arrived(struct gateway *g, const struct result *r)
{
    if (r->code == RESULT_OK) {
        agents_desk(g->agents, r->json);
    } else {
        g->desk_missed = true;
    }
}

/* ---- timers */

/* After Redis was away a lease comes before the first tick: it forgives the outage, the tick alone would punish it. */
static void lease_answered(struct gateway *g, const struct result *r)
{
    if (r->code == RESULT_OK) {
        g->leased = g->up;
    } else {
        g->lease_missed = true;
    }
}

/* What did not reach Redis is tried again. */
static void retry_missed(struct gateway *g)
{
    if (g->lease_missed && !g->draining) {
        agents_lease(g->agents);
    }
    if (g->desk_missed) {
        desk_changed(g);
    }
    agents_catch_up(g->agents);
}

static void tick(struct gateway *g)
{
    char offset[16] = "";
    struct call *c = g->up && g->leased ? call_new(g->calls, CALL_MACHINERY) : NULL;
    if (g->settings_ever) {
        snprintf(offset, sizeof offset, "%d", g->zone ? (int)zone_offset(g->zone, gateway_wall_ms() / 1000) : 0);
    }
    if (c && !router_tick(g->router, c->ticket, span_of(g->id), span_of(offset))) {
        call_drop(g->calls, c->ticket);
    }
}

static void every_second(struct wheel_timer *timer)
{
    struct gateway *g = (struct gateway *)((char *)timer - offsetof(struct gateway, second));
    tick(g);
    if (g->up) {
        retry_missed(g);
    }
    openings_look(g->openings, gateway_wall_ms() / 1000);
    for (int what = 0; what < GATEWAY_FETCHES; what++) {
        if (!g->fetched[what].known) {
            fetch(g, (enum gateway_fetch)what);
        }
    }
    wheel_set(&g->wheel, &g->second, g->now_ms, SECOND_MS, every_second);
}

static void every_lease(struct wheel_timer *timer)
{
    struct gateway *g = (struct gateway *)((char *)timer - offsetof(struct gateway, lease));
    if (g->up && !g->draining) {
        agents_lease(g->agents);
    }
    peers_forget(g->peers, g->now_ms);
    wheel_set(&g->wheel, &g->lease, g->now_ms, LEASE_MS, every_lease);
}

/* ---- what the router tells */

void gateway_state(void *owner, enum router_state state, const char *why)
{
    struct gateway *g = owner;
    char quoted[300];
    const bool was_up = g->up;
    g->up = state == ROUTER_UP;
    g->leased = false;
    if (g->up != was_up) {
        agents_store(g->agents, g->up && !g->full);
    }
    log_line(g->up || !g->settings_ever ? LOG_INFO : LOG_WARN, g->up ? "redis up" : "redis away", "why=%s%s",
             log_quote(why ? why : "", quoted, sizeof quoted),
             g->up || !g->settings_ever ? "" : " do=\"start Redis; clients keep their texts and send them then\"");
    if (g->up) {
        memset(g->fetched, 0, sizeof g->fetched);
        gateway_outdated(g); /* may have changed meanwhile */
        openings_tell_again(g->openings);
        agents_lease(g->agents);
        agents_catch_up(g->agents);
    }
}

void gateway_room(struct gateway *g, bool room)
{
    g->full = !room;
    router_full(g->router, g->full);
    agents_store(g->agents, g->up && room);
    if (room) {
        log_line(LOG_INFO, "disk has room", NULL);
    } else {
        log_line(LOG_WARN, "disk full",
                 "why=\"the disk of the data directory is nearly full: nothing more is accepted, "
                 "chats can be read\" do=\"free space there; all goes on by itself\"");
    }
}

void gateway_trouble(void *owner, const char *sentence)
{
    char quoted[400];
    (void)owner;
    log_line(LOG_WARN, "redis trouble", "why=%s", log_quote(sentence, quoted, sizeof quoted));
}

static void machinery_done(struct gateway *g, enum router_op op, const struct call *call, const struct result *r)
{
    if (op == ROUTER_BLOCKED) {
        gateway_blocked_known(g, call, r);
    } else if (op == ROUTER_SETTINGS) {
        settings_arrived(g, r);
    } else if (op == ROUTER_FAQ_ALL) {
        faq_arrived(g, r);
    } else if (op == ROUTER_PHRASES) {
        words_arrived(g, r);
    } else if (op == ROUTER_DESK) {
        desk_arrived(g, r);
    } else if (op == ROUTER_LEASE) {
        lease_answered(g, r);
    } else if (op == ROUTER_OPENING) {
        openings_told(g->openings, r->code == RESULT_OK);
    } else if (op == ROUTER_TICK && r->code == RESULT_OK) {
        openings_staffed(g->openings, r->queues);
    }
    if (r->code == RESULT_REFUSED) {
        char code[40], quoted[300], message[280];
        span_copy(r->refusal, code, sizeof code);
        span_copy(r->message, message, sizeof message);
        log_line(LOG_WARN, "redis refused", "op=%d code=%s why=%s", (int)op, code,
                 log_quote(message, quoted, sizeof quoted));
    }
}

void gateway_done(void *owner, enum router_op op, uint64_t ticket, const struct result *r)
{
    struct gateway *g = owner;
    struct call call;
    metrics_duration(&g->metrics.requests, router_took_us(g->router));
    if (!call_done(g->calls, ticket, &call)) {
        return;
    }
    switch (call_kind_of(ticket)) {
    case CALL_VISITOR:
        visitor_done(g, op, &call, r);
        break;
    case CALL_AGENT:
        agent_done(g, op, &call, r);
        break;
    case CALL_AUTOREPLY:
        autoreply_done(g->autoreplies, op, &call, r);
        break;
    case CALL_AUTHOR:
        author_done(g->authors, op, &call, r);
        break;
    case CALL_OFFICE:
        office_done(g, op, &call, r);
        break;
    case CALL_TOPIC:
        topic_done(g->topics, &call, r);
        break;
    case CALL_MACHINERY:
        machinery_done(g, op, &call, r);
        break;
    }
    free(call.text);
}

void gateway_message(void *owner, struct span channel, struct span payload)
{
    struct gateway *g = owner;
    struct span rest;
    if (after(channel, "chat:", &rest)) {
        topic_message(g->topics, (uint64_t)wire_number(rest), payload);
    } else if (after(channel, "agent:", &rest)) {
        agents_message(g->agents, rest, payload);
    } else if (span_is(channel, "desk")) {
        desk_changed(g);
    } else if (span_is(channel, "config")) {
        config_changed(g, payload);
    } else if (after(channel, "gateway:", &rest) && span_is(payload, "drain")) {
        g->drain_asked(g->owner);
    }
}

void gateway_subscribed(void *owner, struct span channel)
{
    struct gateway *g = owner;
    struct span rest;
    if (after(channel, "chat:", &rest)) {
        topic_subscribed(g->topics, (uint64_t)wire_number(rest));
    } else if (after(channel, "agent:", &rest)) {
        agents_subscribed(g->agents, rest);
    }
}

void gateway_resubscribed(void *owner)
{
    struct gateway *g = owner;
    topics_resubscribed(g->topics);
    agents_refresh(g->agents);
    gateway_outdated(g);
}

/* ---- after a failover */

static void recall_some(struct wheel_timer *timer)
{
    struct gateway *g = (struct gateway *)((char *)timer - offsetof(struct gateway, recall));
    for (size_t n = g->recall_batch; n && g->n_recalled; n--) {
        struct conn *c = conn_find(g->conns, g->recalled[--g->n_recalled]);
        if (c) {
            conn_close(c, CONN_DRAINING, "the store moved: connect again");
        }
    }
    if (g->n_recalled) {
        wheel_set(&g->wheel, &g->recall, g->now_ms, WHEEL_TICK_MS, recall_some);
    }
}

/* The newest of what was shown may be gone with the old master: a new hello puts both sides right (what a visitor had
 * said is sent again under its mid). */
void gateway_epoch(void *owner, bool failover)
{
    struct gateway *g = owner;
    uint32_t cursor = 0;
    log_line(LOG_WARN, failover ? "redis has failed over to another master" : "redis was restarted", NULL);
    if (!failover || g->draining) {
        return;
    }
    free(g->recalled);
    g->n_recalled = 0;
    g->recalled = malloc(((size_t)conns_counts(g->conns)->open + 1) * sizeof *g->recalled);
    for (struct conn *c = NULL; g->recalled && (c = conns_next(g->conns, &cursor));) {
        g->recalled[g->n_recalled++] = c->id;
    }
    g->recall_batch = g->n_recalled / (size_t)(RECALL_MS / WHEEL_TICK_MS) + 1;
    recall_some(&g->recall);
}

static void event_passed(void *owner, const struct event *e)
{
    struct gateway *g = owner;
    autoreply_event(g->autoreplies, e);
}

/* ---- life */

static void name_gateway(struct gateway *g)
{
    char token[AUTH_TOKEN_LEN + 1], hash[65];
    auth_token_new(token);
    auth_token_hash(span_of(token), hash);
    span_copy((struct span){hash, 12}, g->id, sizeof g->id);
}

bool gateway_open(struct gateway *g, const struct gateway_options *options)
{
    memset(g, 0, sizeof *g);
    g->now_ms = options->now_ms;
    settings_default(&g->settings);
    span_copy(span_of(options->site), g->site, sizeof g->site);
    name_gateway(g);
    wheel_start(&g->wheel, g->now_ms);
    const struct conns_options conns = {.wheel = &g->wheel,
                                        .io = options->io,
                                        .owner = g,
                                        .now_ms = &g->now_ms,
                                        .heartbeat_s = &g->settings.heartbeat_s};
    g->calls = calls_open();
    const struct topics_options topics = {.router = &g->router,
                                          .calls = g->calls,
                                          .wheel = &g->wheel,
                                          .now_ms = &g->now_ms,
                                          .owner = g,
                                          .passed = event_passed,
                                          .reads = &g->metrics.count[METRIC_HOLES]};
    g->conns = conns_open(&conns);
    g->topics = topics_open(&topics);
    g->peers = peers_open(options->per_address);
    g->autoreplies = autoreplies_open(g);
    g->agents = agents_open(g);
    g->authors = authors_open(g);
    g->openings = openings_open(g);
    if (!g->calls || !g->conns || !g->topics || !g->peers || !g->autoreplies || !g->agents || !g->authors ||
        !g->openings) {
        gateway_close(g);
        return false;
    }
    /* Several gateways do not tick in the same moment. */
    wheel_set(&g->wheel, &g->second, g->now_ms, 200 + (int64_t)((unsigned char)g->id[0] * 37 % 1000), every_second);
    wheel_set(&g->wheel, &g->lease, g->now_ms, LEASE_MS, every_lease);
    return true;
}

void gateway_close(struct gateway *g)
{
    free(g->recalled);
    autoreplies_close(g->autoreplies);
    topics_close(g->topics);
    conns_close(g->conns);
    agents_close(g->agents);
    authors_close(g->authors);
    openings_close(g->openings);
    peers_close(g->peers);
    calls_close(g->calls);
    zone_close(g->zone);
}

bool gateway_ready(const struct gateway *g, char *why, size_t size)
{
    const char *missing = g->draining         ? "draining"
                          : !g->up            ? "Redis does not answer"
                          : g->full           ? "the disk of the data directory is full"
                          : !g->settings_ever ? "the settings are not read yet"
                          : !g->faq_ever      ? "the FAQ is not compiled yet"
                                              : NULL;
    snprintf(why, size, "%s", missing ? missing : "");
    return !missing;
}

void gateway_drain(struct gateway *g)
{
    g->draining = true;
}

void gateway_metrics(struct gateway *g, struct text *out)
{
    const struct conns_counts *c = conns_counts(g->conns);
    char why[80];
    const struct metrics_now now = {.opened = c->opened,
                                    .unsent = conns_unsent(g->conns),
                                    .bytes_out = c->bytes_out,
                                    .frames_out = c->frames_out,
                                    .frames_in = c->frames_in,
                                    .too_slow = c->too_slow,
                                    .silent = c->silent,
                                    .visitors = c->visitors,
                                    .agents = c->agents,
                                    .in_flight = router_in_flight(g->router),
                                    .topics = topics_count(g->topics),
                                    .up = g->up,
                                    .full = g->full,
                                    .listening = router_listening(g->router),
                                    .ready = gateway_ready(g, why, sizeof why),
                                    .draining = g->draining};
    metrics_text(&g->metrics, &now, out);
}
