/* An agent's commands: a table of what each carries, one Function each, and their answers. */
#include "gateway/author.h"
#include "gateway/office.h"
#include "gateway/staff.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TYPING_GAP_MS 500
#define PROMISE_MAX 500 /* code points */
#define PROMISES_MAX 20 /* of one chat */

/* Everything a command may carry; each row below says which it must. */
struct order {
    struct span id, mid, text, state, to_agent, to_queue, reason, note, outcome, category, need;
    int64_t chat, seq, capacity, hours, due_ms, promise;
    bool on;
    json_t *to;
};

#define CHAT                                                                                                           \
    {                                                                                                                  \
        "chat", WIRE_NUMBER, true, 1, INT64_C(1) << 53, offsetof(struct order, chat)                                   \
    }
#define ID                                                                                                             \
    {                                                                                                                  \
        "id", WIRE_TEXT, true, 1, AGENT_ID_MAX, offsetof(struct order, id)                                             \
    }
#define MID                                                                                                            \
    {                                                                                                                  \
        "mid", WIRE_MID, true, 0, 0, offsetof(struct order, mid)                                                       \
    }
#define WORDS                                                                                                          \
    {                                                                                                                  \
        "text", WIRE_TEXT, true, 1, WIRE_TEXT_MAX, offsetof(struct order, text)                                        \
    }

static const struct wire_member on_presence[] = {
    ID,
    {"state", WIRE_WORD, true, 1, 16, offsetof(struct order, state)},
    {"capacity", WIRE_NUMBER, false, 1, 50, offsetof(struct order, capacity)}};
static const struct wire_member on_chat[] = {ID, CHAT};
static const struct wire_member on_words[] = {MID, CHAT, WORDS};
static const struct wire_member on_typing[] = {CHAT, {"on", WIRE_BOOLEAN, true, 0, 0, offsetof(struct order, on)}};
static const struct wire_member on_seen[] = {CHAT,
                                             {"seq", WIRE_NUMBER, true, 1, UINT32_MAX, offsetof(struct order, seq)}};
static const struct wire_member on_transfer[] = {
    ID,
    CHAT,
    {"to", WIRE_OBJECT, true, 0, 0, offsetof(struct order, to)},
    {"reason", WIRE_TEXT, false, 0, 500, offsetof(struct order, reason)},
    {"note", WIRE_TEXT, false, 0, WIRE_TEXT_MAX, offsetof(struct order, note)}};
static const struct wire_member to_members[] = {{"agent", WIRE_WORD, false, 1, 32, offsetof(struct order, to_agent)},
                                                {"queue", WIRE_WORD, false, 1, 32, offsetof(struct order, to_queue)}};
static const struct wire_member on_close[] = {ID,
                                              CHAT,
                                              {"outcome", WIRE_WORD, false, 1, 16, offsetof(struct order, outcome)},
                                              {"category", WIRE_TEXT, false, 1, 64, offsetof(struct order, category)},
                                              {"need", WIRE_TEXT, false, 0, 500, offsetof(struct order, need)}};

static const struct wire_member on_id[] = {ID};
static const struct wire_member on_block[] = {
    ID, CHAT, {"hours", WIRE_NUMBER, true, 0, 8760, offsetof(struct order, hours)}};
static const struct wire_member on_promise[] = {
    ID,
    CHAT,
    {"text", WIRE_TEXT, true, 1, PROMISE_MAX, offsetof(struct order, text)},
    {"due", WIRE_NUMBER, true, 1, INT64_C(99999999999999), offsetof(struct order, due_ms)}};
static const struct wire_member on_kept[] = {
    ID, CHAT, {"promise", WIRE_NUMBER, true, 1, PROMISES_MAX, offsetof(struct order, promise)}};

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
                              .outcome = o->outcome,
                              .category = o->category,
                              .need = o->need};
    return router_chat_close(a->g->router, ticket, &c);
}

static bool do_promise(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_promise(a->g->router, ticket, span_of(a->person->id), (uint64_t)o->chat, o->text, o->due_ms);
}

static bool do_kept(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_kept(a->g->router, ticket, span_of(a->person->id), (uint64_t)o->chat, (uint32_t)o->promise);
}

static bool do_seen(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_seen(a->g->router, ticket, (uint64_t)o->chat, true, (uint32_t)o->seq);
}

static bool do_watch(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_handover(a->g->router, ticket, (uint64_t)o->chat, span_of(a->person->id));
}

static bool do_live(struct agent *a, uint64_t ticket, const struct order *o)
{
    (void)o;
    return router_live(a->g->router, ticket, span_of(a->person->id));
}

static bool do_block(struct agent *a, uint64_t ticket, const struct order *o)
{
    return router_block(a->g->router, ticket, span_of(a->person->id), (uint64_t)o->chat, (uint32_t)o->hours);
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
    if (strcmp(type, "close") == 0 && o->outcome.len && !span_is(o->outcome, "solved") &&
        !span_is(o->outcome, "unsolved")) {
        *message = "outcome is solved or unsolved";
        return "bad_frame";
    }
    if (strcmp(type, "presence") == 0 && !span_is(o->state, "online") && !span_is(o->state, "away")) {
        *message = "state is online or away";
        return "bad_frame";
    }
    if ((strcmp(type, "watch") == 0 || strcmp(type, "live") == 0) && !a->person->supervisor) {
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
    {"say", on_words, 3, do_say, "mid"},     {"note", on_words, 3, do_note, "mid"},
    {"seen", on_seen, 2, do_seen, NULL},     {"presence", on_presence, 3, do_presence, "id"},
    {"accept", on_chat, 2, do_accept, "id"}, {"decline", on_chat, 2, do_decline, "id"},
    {"take", on_chat, 2, do_take, "id"},     {"transfer", on_transfer, 5, do_transfer, "id"},
    {"close", on_close, 5, do_close, "id"},  {"watch", on_chat, 2, do_watch, "id"},
    {"live", on_id, 1, do_live, "id"},       {"block", on_block, 3, do_block, "id"},
    {"kept", on_kept, 3, do_kept, "id"},     {"promise", on_promise, 4, do_promise, "id"},
};

static void give_order(struct agent *a, const struct command *row, const json_t *frame)
{
    struct order o = {
        .reason = SPAN(""), .note = SPAN(""), .need = SPAN(""), .outcome = SPAN(""), .category = SPAN("")};
    struct wire_error e;
    const char *message = NULL;
    const bool read = wire_members(frame, row->members, row->n, &o, &e);
    const struct span about = o.mid.len ? o.mid : o.id;
    const char *about_name = about.len ? row->about : NULL;
    if (!read) {
        agent_complain(a, about_name, about, e.code, e.message);
        return;
    }
    const char *code = check_order(a, row->type, &o, &message);
    if (code) {
        agent_complain(a, about_name, about, code, message);
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
        agent_complain(a, NULL, SPAN(""), e.code, e.message);
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
        agent_complain(a, o.id.len ? "id" : NULL, o.id, e.code, e.message);
        return;
    }
    struct agent_chat *c = agent_chat_find(&a->chats, (uint64_t)o.chat);
    if (c && c->role == AGENT_CHAT_WATCHED) {
        agent_chat_remove(&a->chats, (uint64_t)o.chat);
    }
    agent_send_ok(a, o.id, 0);
}

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
    agent_send(a, &t);
}

static void send_live(struct agent *a, const struct call *call, const struct result *r)
{
    struct text t;
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"ok\",\"id\":"));
    text_quoted(&t, span_of(call->about));
    text_span(&t, SPAN(",\"live\":"));
    text_span(&t, r->json);
    text_span(&t, SPAN("}"));
    agent_send(a, &t);
}

static void promised(struct agent *a, const struct call *call, const struct result *r)
{
    struct text t;
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"ok\",\"id\":"));
    text_quoted(&t, span_of(call->about));
    text_add(&t, ",\"seq\":%u,\"promise\":%u}", r->seq, r->promise);
    agent_send(a, &t);
}

static void watched(struct agent *a, const struct call *call, const struct result *r)
{
    struct text t;
    struct agent_chat *c = agent_chat_find(&a->chats, call->chat);
    const enum agent_chat_role role = c && !c->farewell ? c->role : AGENT_CHAT_WATCHED;
    agent_chat_reunite(&a->chats, call->chat);
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"ok\",\"id\":"));
    text_quoted(&t, span_of(call->about));
    text_span(&t, SPAN(",\"handover\":"));
    text_span(&t, r->json);
    text_span(&t, SPAN("}"));
    agent_send(a, &t);
    agent_chat_add(&a->chats, call->chat, role, (uint32_t)wire_number(wire_find(r->json, "head")));
}

bool agent_order(struct agent *a, const char *type, const json_t *frame)
{
    if (strcmp(type, "typing") == 0) {
        typing(a, frame);
        return true;
    }
    if (strcmp(type, "unwatch") == 0) {
        unwatch(a, frame);
        return true;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(type, commands[i].type) == 0) {
            give_order(a, &commands[i], frame);
            return true;
        }
    }
    return author_order(a, type, frame) || office_order(a, type, frame);
}

void agent_order_done(struct agent *a, enum router_op op, const struct call *call, const struct result *r)
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
    } else if (op == ROUTER_LIVE) {
        send_live(a, call, r);
    } else if (call->purpose == FOR_WATCH) {
        watched(a, call, r);
    } else if (op == ROUTER_PROMISE) {
        promised(a, call, r);
    } else {
        agent_send_ok(a, span_of(call->about), r->seq);
    }
}
