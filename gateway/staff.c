/* Agents with a tab here: their leases, and what channel agent:A tells them:
 *
 *   O offered ─▶ handover ─▶ offer     J yours ─▶ handover ─▶ chat     G, L gone     P presence     D a frame
 *   R rights changed ─▶ come back     X log out */
#include "gateway/staff.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LAST_LEASE_MS 10000 /* after the last tab closed: time to reload the page */

struct agents *agents_open(struct gateway *g)
{
    struct agents *t = calloc(1, sizeof *t);
    if (t) {
        t->g = g;
    }
    return t;
}

void agents_close(struct agents *t)
{
    free(t);
}

static struct person *find_person(const struct agents *t, struct span id)
{
    struct person *p = t->first;
    while (p && !span_is(id, p->id)) {
        p = p->next;
    }
    return p;
}

static void agent_channel(const struct person *p, char out[48])
{
    snprintf(out, 48, "agent:%s", p->id);
}

struct person *staff_meet(struct agents *t, const struct result *r)
{
    struct person *p = find_person(t, r->agent);
    char channel[48];
    if (!p) {
        p = calloc(1, sizeof *p);
        if (!p) {
            return NULL;
        }
        span_copy(r->agent, p->id, sizeof p->id);
        agent_channel(p, channel);
        if (!router_subscribe(t->g->router, channel)) {
            free(p);
            return NULL;
        }
        p->next = t->first;
        t->first = p;
    }
    span_copy(r->name, p->name, sizeof p->name);
    p->supervisor = r->supervisor;
    return p;
}

void staff_join(struct person *p, struct agent *a)
{
    a->person = p;
    a->next = p->tabs;
    p->tabs = a;
    agents_lease(a->g->agents);
}

static void set_last_lease(struct agents *t, const struct person *p)
{
    const struct lease lease = {.agent = span_of(p->id), .ttl_ms = LAST_LEASE_MS, .exactly = true};
    struct call *c = call_new(t->g->calls, CALL_MACHINERY);
    if (c && !router_lease(t->g->router, c->ticket, span_of(t->g->id), conns_counts(t->g->conns)->open, getpid(), 1,
                           &lease)) {
        call_drop(t->g->calls, c->ticket); /* then it runs out by itself */
    }
}

void staff_part(struct agent *a)
{
    struct agents *t = a->g->agents;
    struct person *p = a->person;
    char channel[48];
    if (!p) {
        return;
    }
    for (struct agent **at = &p->tabs; *at; at = &(*at)->next) {
        if (*at == a) {
            *at = a->next;
            break;
        }
    }
    a->person = NULL;
    if (p->tabs) {
        return;
    }
    if (!t->g->draining) {
        set_last_lease(t, p);
    }
    agent_channel(p, channel);
    router_unsubscribe(t->g->router, channel);
    for (struct person **at = &t->first; *at; at = &(*at)->next) {
        if (*at == p) {
            *at = p->next;
            break;
        }
    }
    free(p);
}

/* Renews for the persons from `p` on, as many as one request takes; the first that is left, NULL = none. */
static struct person *lease_some(struct gateway *g, struct person *p)
{
    struct lease leases[ROUTER_LEASES_MAX];
    size_t n = 0;
    const int64_t quiet_max_ms = 2 * (int64_t)g->settings.heartbeat_s * 1000;
    for (; p && n < ROUTER_LEASES_MAX; p = p->next) {
        int64_t heard_ms = 0;
        for (struct agent *a = p->tabs; a; a = a->next) {
            heard_ms = a->conn->heard_ms > heard_ms ? a->conn->heard_ms : heard_ms;
        }
        const int64_t quiet_ms = g->now_ms - heard_ms, left_ms = (int64_t)g->settings.lease_s * 1000 - quiet_ms;
        if (quiet_ms < quiet_max_ms && left_ms > 0) {
            leases[n++] = (struct lease){.agent = span_of(p->id), .ttl_ms = (uint32_t)left_ms};
        }
    }
    struct call *c = call_new(g->calls, CALL_MACHINERY);
    const bool asked =
        c && router_lease(g->router, c->ticket, span_of(g->id), conns_counts(g->conns)->open, getpid(), n, leases);
    if (c && !asked) {
        call_drop(g->calls, c->ticket);
    }
    g->lease_missed = g->lease_missed || !asked;
    return p;
}

void agents_lease(struct agents *t)
{
    struct person *p = t->first;
    t->g->lease_missed = false;
    do {
        p = lease_some(t->g, p);
    } while (p);
}

/* ---- catching up */

/* Nothing is missed from now on: those who wait for their welcome get it. */
static void listening(struct person *p)
{
    p->listening = true;
    for (struct agent *a = p->tabs; a; a = a->next) {
        if (!a->asked && !a->welcomed) {
            agent_ask_home(a, span_of(a->hello_id));
        }
    }
}

/* Something may have been missed: a fresh welcome puts it right. What is under way may have been read before. */
static void make_stale(struct person *p)
{
    for (struct agent *a = p->tabs; a; a = a->next) {
        a->stale = a->stale || a->welcomed || a->asked;
    }
}

void agents_catch_up(struct agents *t)
{
    for (struct person *p = t->first; p; p = p->next) {
        for (struct agent *a = p->tabs; a; a = a->next) {
            if (a->stale && a->welcomed && !a->asked) {
                agent_ask_home(a, SPAN(""));
            }
        }
    }
}

void agents_refresh(struct agents *t)
{
    for (struct person *p = t->first; p; p = p->next) {
        make_stale(p);
        listening(p);
    }
    agents_catch_up(t);
}

void agents_subscribed(struct agents *t, struct span id)
{
    struct person *p = find_person(t, id);
    if (p && !p->listening) {
        listening(p);
    }
}

void agents_logged_out(struct agents *t, const char *session_hash)
{
    for (struct person *p = t->first; p; p = p->next) {
        for (struct agent *a = p->tabs; a; a = a->next) {
            if (strcmp(a->session, session_hash) == 0) {
                conn_close(a->conn, CONN_POLICY, "logged out");
            }
        }
    }
}

/* ---- what channel agent:A tells */

static void ask_handover(struct agents *t, struct person *p, uint64_t chat, enum purpose purpose, int64_t deadline_ms)
{
    struct call *c = call_new(t->g->calls, CALL_AGENT);
    if (!c) {
        make_stale(p);
        return;
    }
    c->chat = chat;
    c->purpose = (uint8_t)purpose;
    c->deadline_ms = deadline_ms;
    c->seq = p->departures;
    span_copy(span_of(p->id), c->about, sizeof c->about);
    if (!router_handover(t->g->router, c->ticket, chat, span_of(p->id))) {
        call_drop(t->g->calls, c->ticket);
        make_stale(p);
    }
}

/* To every welcomed tab; chats are followed or left on the way. */
static void to_tabs(struct person *p, struct span frame)
{
    for (struct agent *a = p->tabs; a; a = a->next) {
        if (a->welcomed) {
            conn_send(a->conn, frame);
        }
    }
}

static void chat_is_gone(struct person *p, const char *type, uint64_t chat, struct span reason)
{
    struct text t;
    const bool stays = span_is(reason, "accepted"); /* here or in another tab: J follows */
    p->departures += !stays;
    text_start(&t);
    text_add(&t, "{\"type\":\"%s\",\"chat\":%" PRIu64 ",\"reason\":", type, chat);
    text_quoted(&t, reason);
    text_span(&t, SPAN("}"));
    for (struct agent *a = p->tabs; a && !t.failed; a = a->next) {
        if (a->welcomed && stays) {
            conn_send(a->conn, text_view(&t));
        } else if (a->welcomed) {
            agent_chat_part(&a->chats, chat, text_view(&t));
        }
    }
    text_free(&t);
}

static void presence_changed(struct person *p, struct span state, struct span capacity)
{
    struct text t;
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"presence\",\"state\":"));
    text_quoted(&t, state);
    text_add(&t, ",\"capacity\":%" PRId64 "}", wire_number(capacity));
    to_tabs(p, text_view(&t));
    text_free(&t);
}

void agents_message(struct agents *t, struct span id, struct span payload)
{
    struct person *p = find_person(t, id);
    struct span word[3] = {{0}};
    size_t n = 0;
    for (size_t i = 0; i < payload.len && n < 3; n++) {
        const char *end = memchr(payload.at + i, ' ', payload.len - i);
        size_t len = end && n < 2 ? (size_t)(end - payload.at) - i : payload.len - i;
        word[n] = (struct span){payload.at + i, len};
        i += len + 1;
    }
    const uint64_t chat = (uint64_t)wire_number(word[1]);
    if (!p || !word[0].len) {
        return;
    }
    switch (word[0].at[0]) {
    case 'O':
        ask_handover(t, p, chat, FOR_OFFER, wire_number(word[2]));
        break;
    case 'J':
        ask_handover(t, p, chat, FOR_CHAT, 0);
        break;
    case 'G':
        chat_is_gone(p, "offer_gone", chat, word[2]);
        break;
    case 'L':
        chat_is_gone(p, "chat_gone", chat, word[2]);
        break;
    case 'D':
        to_tabs(p, word[2]);
        break;
    case 'P':
        presence_changed(p, word[1], word[2]);
        break;
    case 'R':
        for (struct agent *a = p->tabs; a; a = a->next) {
            conn_close(a->conn, CONN_DRAINING, "your rights have changed: connect again");
        }
        break;
    case 'X':
        for (struct agent *a = p->tabs; a; a = a->next) {
            conn_close(a->conn, CONN_POLICY, "this account was disabled");
        }
        break;
    default:
        break;
    }
}

/* How long the offer stood before the agent until it became theirs: by the first of their tabs, so that it counts once.
 */
static void count_acceptance(struct agent *a, uint64_t chat)
{
    const struct agent_chat *c = agent_chat_find(&a->chats, chat);
    if (c && c->role == AGENT_CHAT_OFFERED && c->offered_us) {
        metrics_duration(&a->g->metrics.offers, gateway_us() - c->offered_us);
    }
}

/* A hand-over came: for an offer, for a chat that is the agent's now. */
void staff_handed_over(struct agents *t, const struct call *call, const struct result *r)
{
    struct person *p = find_person(t, span_of(call->about));
    struct text f;
    const bool offer = call->purpose == FOR_OFFER;
    if (!p || r->code != RESULT_OK) {
        if (p && r->code != RESULT_REFUSED) {
            make_stale(p); /* late or lost: all of it anew */
        }
        return;
    }
    /* Wake-ups come on a connection of their own and may overtake a reply: it may tell of a chat that has left again.
     */
    if (p->departures != call->seq) {
        ask_handover(t, p, call->chat, (enum purpose)call->purpose, call->deadline_ms);
        return;
    }
    if (!span_is(wire_bare(wire_find(r->json, "phase")), offer ? "offered" : "active")) {
        return; /* its end was told, or will be */
    }
    const uint32_t head = (uint32_t)wire_number(wire_find(r->json, "head"));
    text_start(&f);
    text_add(&f, "{\"type\":\"%s\",\"chat\":%" PRIu64, offer ? "offer" : "chat", call->chat);
    if (offer) {
        const int64_t left_ms = call->deadline_ms - gateway_wall_ms();
        text_add(&f, ",\"deadline\":%" PRId64 ",\"left_ms\":%" PRId64, call->deadline_ms, left_ms > 0 ? left_ms : 0);
    }
    text_span(&f, SPAN(",\"handover\":"));
    text_span(&f, r->json);
    text_span(&f, SPAN("}"));
    for (struct agent *a = p->tabs; a && !f.failed; a = a->next) {
        if (a->welcomed) {
            t->g->metrics.count[METRIC_OFFERS] += offer;
            if (!offer && a == p->tabs) {
                count_acceptance(a, call->chat);
            }
            agent_chat_reunite(&a->chats, call->chat);
            conn_send(a->conn, text_view(&f));
            agent_chat_add(&a->chats, call->chat, offer ? AGENT_CHAT_OFFERED : AGENT_CHAT_OWN, head);
        }
    }
    text_free(&f);
}

void agents_words(struct agents *t)
{
    for (struct person *p = t->first; p; p = p->next) {
        to_tabs(p, SPAN("{\"type\":\"words\"}"));
    }
}

void agents_store(struct agents *t, bool takes)
{
    for (struct person *p = t->first; p; p = p->next) {
        to_tabs(p, takes ? SPAN("{\"type\":\"store\",\"takes\":true}") : SPAN("{\"type\":\"store\",\"takes\":false}"));
    }
}

void agents_desk(struct agents *t, struct span json)
{
    struct text f;
    if (json.len < 3) {
        return;
    }
    text_start(&f);
    text_span(&f, SPAN("{\"type\":\"desk\","));
    text_span(&f, (struct span){json.at + 1, json.len - 1});
    for (struct person *p = t->first; p && !f.failed; p = p->next) {
        to_tabs(p, text_view(&f));
    }
    text_free(&f);
}
