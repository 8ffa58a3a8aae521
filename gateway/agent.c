/* Agents' sockets: one struct agent a tab, one struct person an agent with any tab here.
 *
 *   hello ─▶ session_get (cookie's hash) ─▶ person: channel agent:A, lease ─▶ home ─▶ welcome, its chats followed
 *   agent:A  O offered ─▶ handover ─▶ offer     J yours ─▶ handover ─▶ chat     G, L gone     P presence     X log out
 *   commands ─▶ one Function each ─▶ ok {id}, ack {mid} or error */
#include "gateway/agent.h"
#include "gateway/agent_chat.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAYS_PER_10S 100
#define OTHERS_PER_10S 300
#define TYPING_GAP_MS 500
#define RECHECK_MS (10 * 60000) /* is the session still there? */
#define LAST_LEASE_MS 10000     /* after the last tab closed: time to reload the page */
#define ID_MAX 64

enum purpose { FOR_HELLO, FOR_RECHECK, FOR_OFFER, FOR_CHAT, FOR_WATCH, FOR_COMMAND };

struct person;

struct agent {
    struct agent *next; /* of the same person */
    struct gateway *g;
    struct conn *conn;
    struct person *person; /* NULL before hello */
    struct agent_chats chats;
    struct wheel_timer recheck;
    struct bucket says, others;
    char session[65], hello_id[ID_MAX * 4 + 1];
    bool asked, welcomed;
};

struct person {
    struct person *next;
    struct agent *tabs;
    char id[33], name[128];
    bool supervisor, listening; /* listening: channel agent:A is subscribed, nothing is missed */
};

struct agents {
    struct gateway *g;
    struct person *first;
};

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

static void send_text(struct conn *c, struct text *t)
{
    if (!t->failed) {
        conn_send(c, text_view(t));
    }
    text_free(t);
}

static void complain(struct agent *a, const char *about, struct span value, const char *code, const char *message)
{
    const struct wire_complaint what = {
        .about = about, .value = value, .code = span_of(code), .message = span_of(message)};
    gateway_error(a->g, a->conn, &what);
}

static void send_ok(struct agent *a, struct span id, uint32_t seq)
{
    struct text t;
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"ok\",\"id\":"));
    text_quoted(&t, id);
    if (seq) {
        text_add(&t, ",\"seq\":%u", seq);
    }
    text_span(&t, SPAN("}"));
    send_text(a->conn, &t);
}

/* ---- persons */

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

static struct person *meet(struct agents *t, const struct result *r)
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

static void set_last_lease(struct agents *t, const struct person *p)
{
    const struct lease lease = {.agent = span_of(p->id), .ttl_ms = LAST_LEASE_MS, .exactly = true};
    struct call *c = call_new(t->g->calls, CALL_MACHINERY);
    if (c && !router_lease(t->g->router, c->ticket, span_of(t->g->id), conns_counts(t->g->conns)->open, getpid(), 1,
                           &lease)) {
        call_drop(t->g->calls, c->ticket); /* then it runs out by itself */
    }
}

static void part(struct agent *a)
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

void agents_lease(struct agents *t)
{
    struct gateway *g = t->g;
    struct lease leases[ROUTER_LEASES_MAX];
    size_t n = 0;
    const int64_t quiet_max_ms = 2 * (int64_t)g->settings.heartbeat_s * 1000;
    for (struct person *p = t->first; p && n < ROUTER_LEASES_MAX; p = p->next) {
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
    if (c && !router_lease(g->router, c->ticket, span_of(g->id), conns_counts(g->conns)->open, getpid(), n, leases)) {
        call_drop(g->calls, c->ticket);
    }
}

/* ---- hello and welcome */

static void recheck(struct wheel_timer *timer);

static void recheck_later(struct agent *a, int64_t ms)
{
    wheel_set(&a->g->wheel, &a->recheck, a->g->now_ms, ms, recheck);
}

static void recheck(struct wheel_timer *timer)
{
    struct agent *a = (struct agent *)((char *)timer - offsetof(struct agent, recheck));
    struct call *c = gateway_call(a->g, CALL_AGENT, a->conn, SPAN(""));
    if (c) {
        c->purpose = FOR_RECHECK;
        if (!router_session_get(a->g->router, c->ticket, span_of(a->session))) {
            call_drop(a->g->calls, c->ticket);
        }
    }
    recheck_later(a, RECHECK_MS);
}

static bool ask_home(struct agent *a, struct span id)
{
    struct call *c = gateway_call(a->g, CALL_AGENT, a->conn, id);
    if (!c || !router_home(a->g->router, c->ticket, span_of(a->person->id))) {
        gateway_busy(a->g, a->conn, c ? c->ticket : 0, id.len ? "id" : NULL, id);
        return false;
    }
    return true;
}

static void session_known(struct agent *a, const struct call *call, const struct result *r)
{
    const struct span id = span_of(call->about);
    if (r->code == RESULT_REFUSED) {
        conn_close(a->conn, CONN_POLICY, "log in");
        return;
    }
    if (call->purpose == FOR_RECHECK) {
        return;
    }
    a->asked = false;
    if (r->code != RESULT_OK) {
        gateway_refusal(a->g, a->conn, id.len ? "id" : NULL, id, r);
        return;
    }
    struct person *p = meet(a->g->agents, r);
    if (!p) {
        conn_close(a->conn, CONN_TOO_SLOW, "out of memory");
        return;
    }
    if (!a->person) {
        a->person = p;
        a->next = p->tabs;
        p->tabs = a;
        recheck_later(a, RECHECK_MS);
        agents_lease(a->g->agents);
    }
    if (p->listening) {
        a->asked = ask_home(a, id);
    } else {
        span_copy(id, a->hello_id, sizeof a->hello_id); /* home is asked for once nothing can be missed */
    }
}

static void welcome(struct agent *a, const struct call *call, const struct result *r)
{
    struct text t;
    a->asked = false;
    if (r->code != RESULT_OK || r->json.len < 2) {
        gateway_refusal(a->g, a->conn, call->about[0] ? "id" : NULL, span_of(call->about), r);
        return;
    }
    text_start(&t);
    text_add(&t, "{\"type\":\"welcome\",\"heartbeat_s\":%u", a->g->settings.heartbeat_s);
    if (call->about[0]) {
        text_span(&t, SPAN(",\"id\":"));
        text_quoted(&t, span_of(call->about));
    }
    text_span(&t, r->json.len > 2 ? SPAN(",") : SPAN(""));
    text_span(&t, (struct span){r->json.at + 1, r->json.len - 1});
    send_text(a->conn, &t);
    a->welcomed = true;
    agent_chats_unmark(&a->chats);
    agent_chat_add_list(&a->chats, wire_find(r->json, "chats"), AGENT_CHAT_OWN);
    agent_chat_add_list(&a->chats, wire_find(r->json, "offers"), AGENT_CHAT_OFFERED);
    agent_chats_sweep(&a->chats);
}

static void refresh(struct person *p)
{
    for (struct agent *a = p->tabs; a; a = a->next) {
        if (a->welcomed && !a->asked) {
            a->asked = ask_home(a, SPAN(""));
        }
    }
}

void agents_refresh(struct agents *t)
{
    for (struct person *p = t->first; p; p = p->next) {
        refresh(p);
    }
}

void agents_subscribed(struct agents *t, struct span id)
{
    struct person *p = find_person(t, id);
    if (p && !p->listening) {
        p->listening = true;
        for (struct agent *a = p->tabs; a; a = a->next) {
            if (!a->welcomed && !a->asked) {
                a->asked = ask_home(a, span_of(a->hello_id));
            }
        }
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

static void ask_handover(struct agents *t, const struct person *p, uint64_t chat, enum purpose purpose,
                         int64_t deadline_ms)
{
    struct call *c = call_new(t->g->calls, CALL_AGENT);
    if (!c) {
        return;
    }
    c->chat = chat;
    c->purpose = (uint8_t)purpose;
    c->deadline_ms = deadline_ms;
    span_copy(span_of(p->id), c->about, sizeof c->about);
    if (!router_handover(t->g->router, c->ticket, chat, span_of(p->id))) {
        call_drop(t->g->calls, c->ticket);
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
    text_start(&t);
    text_add(&t, "{\"type\":\"%s\",\"chat\":%" PRIu64 ",\"reason\":", type, chat);
    text_quoted(&t, reason);
    text_span(&t, SPAN("}"));
    to_tabs(p, text_view(&t));
    text_free(&t);
    for (struct agent *a = p->tabs; a && !stays; a = a->next) {
        struct agent_chat *c = agent_chat_find(&a->chats, chat);
        if (c && c->role != AGENT_CHAT_WATCHED) {
            agent_chat_remove(&a->chats, chat);
        }
    }
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
    case 'P':
        presence_changed(p, word[1], word[2]);
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

/* A hand-over came: for an offer, for a chat that is the agent's now. */
static void handed_over(struct agents *t, const struct call *call, const struct result *r)
{
    struct person *p = find_person(t, span_of(call->about));
    struct text f;
    const bool offer = call->purpose == FOR_OFFER;
    if (!p || r->code != RESULT_OK) {
        if (p && r->code != RESULT_REFUSED) {
            agents_refresh(t); /* late or lost: all of it anew */
        }
        return;
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
            conn_send(a->conn, text_view(&f));
            agent_chat_add(&a->chats, call->chat, offer ? AGENT_CHAT_OFFERED : AGENT_CHAT_OWN, head);
        }
    }
    text_free(&f);
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

/* ---- commands */

/* Everything a command may carry; each row below says which it must. */
struct order {
    struct span id, mid, text, state, to_agent, to_queue, reason, note, outcome, category, need;
    int64_t chat, seq, capacity;
    bool on;
    json_t *to;
};

#define CHAT {"chat", WIRE_NUMBER, true, 1, INT64_C(1) << 53, offsetof(struct order, chat)}
#define ID {"id", WIRE_TEXT, true, 1, ID_MAX, offsetof(struct order, id)}
#define MID {"mid", WIRE_MID, true, 0, 0, offsetof(struct order, mid)}
#define WORDS {"text", WIRE_TEXT, true, 1, WIRE_TEXT_MAX, offsetof(struct order, text)}

static const struct wire_member on_presence[] = {
    ID,
    {"state", WIRE_WORD, true, 1, 16, offsetof(struct order, state)},
    {"capacity", WIRE_NUMBER, false, 1, 50, offsetof(struct order, capacity)}};
static const struct wire_member on_chat[] = {ID, CHAT};
static const struct wire_member on_words[] = {MID, CHAT, WORDS};
static const struct wire_member on_typing[] = {CHAT,
                                               {"on", WIRE_BOOLEAN, true, 0, 0, offsetof(struct order, on)}};
static const struct wire_member on_seen[] = {CHAT,
                                             {"seq", WIRE_NUMBER, true, 1, UINT32_MAX, offsetof(struct order, seq)}};
static const struct wire_member on_transfer[] = {
    ID, CHAT, {"to", WIRE_OBJECT, true, 0, 0, offsetof(struct order, to)},
    {"reason", WIRE_TEXT, false, 0, 500, offsetof(struct order, reason)},
    {"note", WIRE_TEXT, false, 0, WIRE_TEXT_MAX, offsetof(struct order, note)}};
static const struct wire_member to_members[] = {
    {"agent", WIRE_WORD, false, 1, 32, offsetof(struct order, to_agent)},
    {"queue", WIRE_WORD, false, 1, 32, offsetof(struct order, to_queue)}};
static const struct wire_member on_close[] = {
    ID, CHAT, {"outcome", WIRE_WORD, true, 1, 16, offsetof(struct order, outcome)},
    {"category", WIRE_TEXT, true, 1, 64, offsetof(struct order, category)},
    {"need", WIRE_TEXT, false, 0, 500, offsetof(struct order, need)}};

static bool do_presence(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_presence(a->g->router, ticket, span_of(a->person->id), o->state, (int)o->capacity);
}

static bool do_accept(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_accept(a->g->router, ticket, span_of(a->person->id), (uint64_t)o->chat);
}

static bool do_decline(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_decline(a->g->router, ticket, span_of(a->person->id), (uint64_t)o->chat);
}

static bool do_take(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_take(a->g->router, ticket, span_of(a->person->id), (uint64_t)o->chat);
}

static bool do_say(struct agent *a, uint64_t ticket, const struct order *o)
{
    struct text body;
    text_start(&body);
    text_span(&body, SPAN("{\"from\":\"agent\",\"agent\":"));
    text_quoted(&body, span_of(a->person->id));
    text_span(&body, SPAN(",\"name\":"));
    text_quoted(&body, span_of(a->person->name));
    text_span(&body, SPAN(",\"text\":"));
    text_quoted(&body, o->text);
    text_span(&body, SPAN(",\"mid\":"));
    text_quoted(&body, o->mid);
    text_span(&body, SPAN("}"));
    bool taken = !body.failed && router_agent_say(a->g->router, ticket, span_of(a->person->id), (uint64_t)o->chat,
                                                  o->mid, text_view(&body));
    text_free(&body);
    return taken;
}

static bool do_note(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_note(a->g->router, ticket, span_of(a->person->id), (uint64_t)o->chat, o->mid, o->text);
}

static bool do_transfer(struct agent *a, uint64_t ticket, const struct order *o)
{
    const struct transfer t = {.agent = span_of(a->person->id),
                               .chat = (uint64_t)o->chat,
                               .to_agent = o->to_agent.len > 0,
                               .to = o->to_agent.len ? o->to_agent : o->to_queue,
                               .reason = o->reason,
                               .note = o->note};
    return router_transfer(a->g->router, ticket, &t);
}

static bool do_close(struct agent *a, uint64_t ticket, const struct order *o)
{
    const struct closing c = {.agent = span_of(a->person->id),
                              .chat = (uint64_t)o->chat,
                              .solved = span_is(o->outcome, "solved"),
                              .category = o->category,
                              .need = o->need};
    return router_chat_close(a->g->router, ticket, &c);
}

static bool do_seen(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_seen(a->g->router, ticket, (uint64_t)o->chat, true, (uint32_t)o->seq);
}

static bool do_watch(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_handover(a->g->router, ticket, (uint64_t)o->chat, span_of(a->person->id));
}

/* What the members alone cannot say. NULL = fine, else the code; *message the sentence. */
static const char *check_order(struct agent *a, const char *type, struct order *o, const char **message)
{
    struct wire_error e;
    if (strcmp(type, "transfer") == 0) {
        *message = "a transfer goes to an agent or to a queue";
        if (!wire_members(o->to, to_members, 2, o, &e) || (o->to_agent.len > 0) == (o->to_queue.len > 0)) {
            return "bad_frame";
        }
        *message = "say why: the visitor is told";
        return o->reason.len ? NULL : "reason_required";
    }
    if (strcmp(type, "close") == 0 && !span_is(o->outcome, "solved") && !span_is(o->outcome, "unsolved")) {
        *message = "outcome is solved or unsolved";
        return "bad_frame";
    }
    if (strcmp(type, "presence") == 0 && !span_is(o->state, "online") && !span_is(o->state, "away")) {
        *message = "state is online or away";
        return "bad_frame";
    }
    if (strcmp(type, "watch") == 0 && !a->person->supervisor) {
        *message = "only supervisors watch";
        return "forbidden";
    }
    if (strcmp(type, "seen") == 0 && !agent_chat_find(&a->chats, (uint64_t)o->chat)) {
        *message = "this chat is not yours";
        return "not_yours";
    }
    return NULL;
}

static const struct command {
    const char *type;
    const struct wire_member *members;
    size_t n;
    bool (*ask)(struct agent *a, uint64_t ticket, const struct order *o);
    const char *about; /* "id", "mid", or NULL: no answer */
} commands[] = {
    {"say", on_words, 3, do_say, "mid"},         {"note", on_words, 3, do_note, "mid"},
    {"seen", on_seen, 2, do_seen, NULL},         {"presence", on_presence, 3, do_presence, "id"},
    {"accept", on_chat, 2, do_accept, "id"},     {"decline", on_chat, 2, do_decline, "id"},
    {"take", on_chat, 2, do_take, "id"},         {"transfer", on_transfer, 5, do_transfer, "id"},
    {"close", on_close, 5, do_close, "id"},      {"watch", on_chat, 2, do_watch, "id"},
};

static void give_order(struct agent *a, const struct command *row, const json_t *frame)
{
    struct order o = {.reason = SPAN(""), .note = SPAN(""), .need = SPAN("")};
    struct wire_error e;
    const char *message = NULL;
    const bool read = wire_members(frame, row->members, row->n, &o, &e);
    const struct span about = o.mid.len ? o.mid : o.id;
    const char *about_name = about.len ? row->about : NULL;
    if (!read) {
        complain(a, about_name, about, e.code, e.message);
        return;
    }
    const char *code = check_order(a, row->type, &o, &message);
    if (code) {
        complain(a, about_name, about, code, message);
        return;
    }
    struct call *c = gateway_call(a->g, CALL_AGENT, a->conn, about);
    if (c) {
        c->chat = (uint64_t)o.chat;
        c->purpose = row->ask == do_watch ? FOR_WATCH : FOR_COMMAND;
    }
    if (!c || !row->ask(a, c->ticket, &o)) {
        gateway_busy(a->g, a->conn, c ? c->ticket : 0, about_name, about);
    }
}

static void typing(struct agent *a, const json_t *frame)
{
    struct order o = {.id = {NULL, 0}};
    struct wire_error e;
    struct text t;
    char channel[32];
    if (!wire_members(frame, on_typing, 2, &o, &e)) {
        complain(a, NULL, SPAN(""), e.code, e.message);
        return;
    }
    struct agent_chat *c = agent_chat_find(&a->chats, (uint64_t)o.chat);
    if (!c || c->role != AGENT_CHAT_OWN || (!o.on && !c->typing) ||
        (o.on && c->typing && a->g->now_ms - c->typing_sent_ms < TYPING_GAP_MS)) {
        return;
    }
    c->typing = o.on;
    c->typing_sent_ms = a->g->now_ms;
    snprintf(channel, sizeof channel, "chat:%" PRIu64, c->follow.chat);
    text_start(&t);
    text_span(&t, SPAN("V {\"type\":\"typing\",\"who\":\"agent\",\"name\":"));
    text_quoted(&t, span_of(a->person->name));
    text_add(&t, ",\"on\":%s}", o.on ? "true" : "false");
    if (!t.failed && !router_publish(a->g->router, channel, text_view(&t))) {
        c->typing = false;
    }
    text_free(&t);
}

static void unwatch(struct agent *a, const json_t *frame)
{
    struct order o = {.id = {NULL, 0}};
    struct wire_error e;
    if (!wire_members(frame, on_chat, 2, &o, &e)) {
        complain(a, o.id.len ? "id" : NULL, o.id, e.code, e.message);
        return;
    }
    struct agent_chat *c = agent_chat_find(&a->chats, (uint64_t)o.chat);
    if (c && c->role == AGENT_CHAT_WATCHED) {
        agent_chat_remove(&a->chats, (uint64_t)o.chat);
    }
    send_ok(a, o.id, 0);
}

static void hello(struct agent *a, const json_t *frame)
{
    const char *id = json_string_value(json_object_get(frame, "id"));
    const struct span about = wire_cut(span_of(id), ID_MAX);
    if (a->asked || a->welcomed) {
        complain(a, id ? "id" : NULL, about, "not_now", "hello was already said");
        return;
    }
    struct call *c = gateway_call(a->g, CALL_AGENT, a->conn, about);
    if (!c || !router_session_get(a->g->router, c->ticket, span_of(a->session))) {
        gateway_busy(a->g, a->conn, c ? c->ticket : 0, id ? "id" : NULL, about);
        return;
    }
    a->asked = true;
}

static void act(struct agent *a, const char *type, const json_t *frame)
{
    const char *id = json_string_value(json_object_get(frame, "id")),
               *mid = json_string_value(json_object_get(frame, "mid"));
    const char *about = mid ? "mid" : id ? "id" : NULL;
    const struct span value = wire_cut(span_of(mid ? mid : id), ID_MAX);
    if (strcmp(type, "ping") == 0) {
        conn_send(a->conn, SPAN("{\"type\":\"pong\"}"));
    } else if (strcmp(type, "hello") == 0) {
        hello(a, frame);
    } else if (!a->welcomed) {
        complain(a, about, value, "hello_first", "say hello and wait for the welcome");
    } else if (strcmp(type, "typing") == 0) {
        typing(a, frame);
    } else if (strcmp(type, "unwatch") == 0) {
        unwatch(a, frame);
    } else {
        for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
            if (strcmp(type, commands[i].type) == 0) {
                give_order(a, &commands[i], frame);
                return;
            }
        }
        complain(a, about, value, "unknown_type", "this type of frame is unknown");
    }
}

static void agent_text(struct conn *c, struct span text)
{
    struct agent *a = c->session;
    json_t *frame = NULL;
    const char *type = NULL;
    struct wire_error e;
    enum wire_verdict verdict = wire_parse(text, &frame, &type, &e);
    if (verdict == WIRE_MALFORMED) {
        conn_close(c, CONN_MALFORMED, "not JSON, or nested too deep");
        return;
    }
    const char *mid = json_string_value(json_object_get(frame, "mid"));
    const bool say = verdict == WIRE_FINE && strcmp(type, "say") == 0;
    if (gateway_may_send(a->g, c, say ? &a->says : &a->others, say ? SAYS_PER_10S : OTHERS_PER_10S,
                         wire_cut(span_of(mid), ID_MAX))) {
        if (verdict == WIRE_WRONG) {
            complain(a, NULL, SPAN(""), e.code, e.message);
        } else {
            act(a, type, frame);
        }
    }
    json_decref(frame);
}

static void agent_opened(struct conn *c, const char *session_hash)
{
    struct agent *a = calloc(1, sizeof *a);
    c->session = a;
    conns_counts(c->table)->agents++;
    if (!a) {
        conn_close(c, CONN_TOO_SLOW, "out of memory");
        return;
    }
    a->g = c->owner;
    a->conn = c;
    a->chats = (struct agent_chats){.g = a->g, .conn = c};
    span_copy(span_of(session_hash), a->session, sizeof a->session);
    peers_add(a->g->peers, &c->address);
    gateway_ask_blocked(a->g, c);
}

static void agent_closed(struct conn *c)
{
    struct agent *a = c->session;
    conns_counts(c->table)->agents--;
    if (!a) {
        return;
    }
    wheel_clear(&a->recheck);
    agent_chats_leave(&a->chats);
    part(a);
    peers_remove(a->g->peers, &c->address);
    free(a);
}

const struct conn_kind agent_kind = {"agent", agent_opened, agent_text, agent_closed};

/* ---- replies */

static void send_ack(struct agent *a, const struct call *call, const struct result *r)
{
    struct text t;
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"ack\",\"mid\":"));
    text_quoted(&t, span_of(call->about));
    text_add(&t, ",\"chat\":%" PRIu64, call->chat);
    if (r->seq) {
        text_add(&t, ",\"seq\":%u", r->seq);
    }
    text_add(&t, ",\"at\":%" PRId64 "}", r->at_ms);
    send_text(a->conn, &t);
}

static void watched(struct agent *a, const struct call *call, const struct result *r)
{
    struct text t;
    struct agent_chat *c = agent_chat_find(&a->chats, call->chat);
    const enum agent_chat_role role = c ? c->role : AGENT_CHAT_WATCHED;
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"ok\",\"id\":"));
    text_quoted(&t, span_of(call->about));
    text_span(&t, SPAN(",\"handover\":"));
    text_span(&t, r->json);
    text_span(&t, SPAN("}"));
    send_text(a->conn, &t);
    agent_chat_add(&a->chats, call->chat, role, (uint32_t)wire_number(wire_find(r->json, "head")));
}

static void command_done(struct agent *a, enum router_op op, const struct call *call, const struct result *r)
{
    const bool by_mid = op == ROUTER_AGENT_SAY || op == ROUTER_NOTE;
    if (op == ROUTER_SEEN) {
        return;
    }
    if (r->code != RESULT_OK) {
        gateway_refusal(a->g, a->conn, by_mid ? "mid" : "id", span_of(call->about), r);
    } else if (by_mid) {
        a->g->metrics.count[METRIC_AGENT_SAYS] += op == ROUTER_AGENT_SAY;
        send_ack(a, call, r);
    } else if (call->purpose == FOR_WATCH) {
        watched(a, call, r);
    } else {
        send_ok(a, span_of(call->about), r->seq);
    }
}

void agent_done(struct gateway *g, enum router_op op, const struct call *call, const struct result *r)
{
    if (op == ROUTER_HANDOVER && (call->purpose == FOR_OFFER || call->purpose == FOR_CHAT)) {
        handed_over(g->agents, call, r);
        return;
    }
    struct conn *c = conn_find(g->conns, call->conn);
    struct agent *a = c ? c->session : NULL;
    if (!a) {
        return;
    }
    if (op == ROUTER_SESSION_GET) {
        session_known(a, call, r);
    } else if (op == ROUTER_HOME) {
        welcome(a, call, r);
    } else {
        command_done(a, op, call, r);
    }
}
