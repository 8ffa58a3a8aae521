/* A visitor's socket: hello, messages, wishes; and a message's whole journey:
 *
 *   browser ── say {mid,text} ──▶ ws (reassemble, 16 KiB) ──▶ conn (fragments → one frame)
 *                                                               │
 *                             wire (JSON, limits) ◀── visitor_text: hello first, buckets, ≤ 32 unacknowledged
 *                                                               │ call: a ticket keeps mid and text
 *                                          router_visitor_say ──▶ Redis Function: check, dedupe, XADD, PUBLISH
 *                                                               │                                   │
 *   browser ◀── ack {mid,chat,seq,at} ◀── visitor_said ◀── ticket ◀───┘                                   │
 *   browser, agents ◀── event {seq,…} ◀── topic: in order, once each, holes read ◀── chat:N ◀───────┘
 *                                                               │
 *                       autoreply: 2.5 s of silence ─▶ FAQ ─▶ policy ─▶ router_answer or router_enqueue
 *
 * An ack goes out only for a Function's reply; when Redis is late or away the client hears `busy` and retries with the
 * same mid. The chat is followed from the moment its number is known: subscribe first, then read. */
#include "gateway/opening.h"
#include "gateway/visitor_parts.h"
#include <stdlib.h>
#include <string.h>

#define OTHERS_PER_10S 60 /* typing, seen, and the like */

/* What a resume was for. */
enum purpose { FOR_HELLO, FOR_PLACE };

void visitor_send(struct visitor *v, struct text *t)
{
    if (!t->failed) {
        conn_send(v->conn, text_view(t));
    }
    text_free(t);
}

void visitor_complain(struct visitor *v, const char *about, struct span value, const char *code, const char *message)
{
    const struct wire_complaint what = {
        .about = about, .value = value, .code = span_of(code), .message = span_of(message)};
    gateway_error(v->g, v->conn, &what);
}

const struct wire_member visitor_seq_members[2] = {
    {"seq", WIRE_NUMBER, true, 1, UINT32_MAX, offsetof(struct seq_of, seq)},
    {"ok", WIRE_BOOLEAN, true, 0, 0, offsetof(struct seq_of, ok)},
};

/* ---- following the chat */

static bool follow_room(const struct follow *f)
{
    const struct visitor *v = f->owner;
    return conn_has_room(v->conn);
}

static bool follow_space(const struct follow *f)
{
    const struct visitor *v = f->owner;
    return conn_has_space(v->conn);
}

static void follow_event(struct follow *f, const struct event *e)
{
    struct visitor *v = f->owner;
    if (span_is(e->kind, "closed")) {
        v->phase = PHASE_CLOSED;
    } else if (span_is(e->kind, "queued") || span_is(e->kind, "transferred")) {
        v->phase = PHASE_WAITING;
    } else if (span_is(e->kind, "joined")) {
        v->phase = PHASE_ACTIVE;
    }
    v->g->metrics.count[METRIC_EVENTS]++;
    conn_send(v->conn, e->frame);
}

static void follow_frame(struct follow *f, struct span frame)
{
    struct visitor *v = f->owner;
    conn_send(v->conn, frame);
}

void visitor_set_phase(struct visitor *v, struct span phase)
{
    v->phase = span_is(phase, "auto")     ? PHASE_AUTO
               : span_is(phase, "closed") ? PHASE_CLOSED
               : span_is(phase, "active") ? PHASE_ACTIVE
                                          : PHASE_WAITING;
}

/* ---- the place in the queue */

/* Nothing of the chat is missed from now on; what its channel told before is. Events were read; the place is asked. */
static void follow_caught_up(struct follow *f)
{
    struct visitor *v = f->owner;
    struct call *c = v->phase == PHASE_WAITING ? gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("")) : NULL;
    if (!c) {
        return;
    }
    c->purpose = FOR_PLACE;
    c->chat = f->chat;
    if (!router_resume(v->g->router, c->ticket, span_of(v->vid), f->next_seq - 1, f->chat, 0)) {
        call_drop(v->g->calls, c->ticket); /* the next change of the place is told */
    }
}

static void follow_outdated(struct follow *f)
{
    const struct visitor *v = f->owner;
    conn_close(v->conn, CONN_DRAINING, "the store lost something: connect again");
}

static void place_known(struct visitor *v, const struct call *call, const struct result *r)
{
    struct text t;
    if (r->code != RESULT_OK || r->chat != call->chat || !r->place || v->phase != PHASE_WAITING) {
        return;
    }
    text_start(&t);
    text_add(&t, "{\"type\":\"queue\",\"place\":%u", r->place);
    visitor_add_wait(&t, r->wait);
    text_span(&t, SPAN("}"));
    visitor_send(v, &t);
}

void visitor_add_wait(struct text *t, struct span wait)
{
    const char *dash = wait.len ? memchr(wait.at, '-', wait.len) : NULL;
    if (dash) {
        const size_t low = (size_t)(dash - wait.at);
        text_add(t, ",\"wait_s\":{\"low\":%.*s,\"high\":%.*s}", (int)low, wait.at, (int)(wait.len - low - 1), dash + 1);
    }
}

static const struct follow_kind follows = {.room = follow_room,
                                           .space = follow_space,
                                           .event = follow_event,
                                           .frame = follow_frame,
                                           .caught_up = follow_caught_up,
                                           .outdated = follow_outdated};

/* The chat is `chat` from now on; events from next_seq on are to be delivered. */
void visitor_attend(struct visitor *v, uint64_t chat, uint32_t next_seq, uint32_t head)
{
    if (v->follow.topic && v->follow.chat == chat) {
        topic_place(v->g->topics, &v->follow, next_seq, head);
        return;
    }
    topic_leave(v->g->topics, &v->follow);
    v->follow.owner = v;
    v->follow.kind = &follows;
    if (!topic_follow(v->g->topics, &v->follow, chat)) {
        conn_close(v->conn, CONN_TOO_SLOW, "out of memory");
        return;
    }
    topic_place(v->g->topics, &v->follow, next_seq, head);
}

/* ---- wishes answered by ok {for} */

void visitor_ok(struct visitor *v, const char *what, uint32_t seq)
{
    struct text t;
    text_start(&t);
    text_add(&t, "{\"type\":\"ok\",\"for\":\"%s\"", what);
    if (seq) {
        text_add(&t, ",\"seq\":%u", seq);
    }
    text_span(&t, SPAN("}"));
    visitor_send(v, &t);
}

static void helped(struct visitor *v, const json_t *frame)
{
    struct seq_of s = {0};
    struct wire_error e;
    if (!wire_members(frame, visitor_seq_members, 2, &s, &e)) {
        visitor_complain(v, "for", SPAN("helped"), e.code, e.message);
        return;
    }
    struct call *c = gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("helped"));
    if (c) {
        c->seq = (uint32_t)s.seq;
    }
    if (!c || !router_helped(v->g->router, c->ticket, span_of(v->vid), (uint32_t)s.seq, s.ok)) {
        gateway_busy(v->g, v->conn, c ? c->ticket : 0, "for", SPAN("helped"));
    }
}

struct rate {
    int64_t score, chat;
    struct span text;
};
static const struct wire_member rate_members[] = {
    {"score", WIRE_NUMBER, true, 1, 5, offsetof(struct rate, score)},
    {"text", WIRE_TEXT, false, 0, 2000, offsetof(struct rate, text)},
    {"chat", WIRE_NUMBER, false, 1, INT64_C(1) << 53, offsetof(struct rate, chat)},
};

static void rate(struct visitor *v, const json_t *frame)
{
    struct rate r = {.text = SPAN("")};
    struct wire_error e;
    if (!wire_members(frame, rate_members, 3, &r, &e)) {
        visitor_complain(v, "for", SPAN("rate"), e.code, e.message);
        return;
    }
    struct call *c = gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("rate"));
    if (!c || !router_rate(v->g->router, c->ticket, span_of(v->vid), (int)r.score, r.text, (uint64_t)r.chat)) {
        gateway_busy(v->g, v->conn, c ? c->ticket : 0, "for", SPAN("rate"));
    }
}

struct about_chat {
    int64_t chat;
    bool ok;
};

static void followup(struct visitor *v, const json_t *frame)
{
    static const struct wire_member members[] = {
        {"chat", WIRE_NUMBER, true, 1, INT64_C(1) << 53, offsetof(struct about_chat, chat)},
        {"ok", WIRE_BOOLEAN, true, 0, 0, offsetof(struct about_chat, ok)},
    };
    struct about_chat f = {0};
    struct wire_error e;
    if (!wire_members(frame, members, 2, &f, &e)) {
        visitor_complain(v, "for", SPAN("followup"), e.code, e.message);
        return;
    }
    struct call *c = gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("followup"));
    if (!c || !router_followup(v->g->router, c->ticket, span_of(v->vid), (uint64_t)f.chat, f.ok)) {
        gateway_busy(v->g, v->conn, c ? c->ticket : 0, "for", SPAN("followup"));
    }
}

static void end(struct visitor *v, const json_t *frame)
{
    static const struct wire_member members[] = {
        {"chat", WIRE_NUMBER, false, 1, INT64_C(1) << 53, offsetof(struct about_chat, chat)},
    };
    struct about_chat which = {0};
    struct wire_error e;
    if (!wire_members(frame, members, 1, &which, &e)) {
        visitor_complain(v, "for", SPAN("end"), e.code, e.message);
        return;
    }
    struct call *c = gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("end"));
    if (!c || !router_visitor_end(v->g->router, c->ticket, span_of(v->vid), (uint64_t)which.chat)) {
        gateway_busy(v->g, v->conn, c ? c->ticket : 0, "for", SPAN("end"));
    }
}

static void ping(struct visitor *v, const json_t *frame)
{
    (void)frame;
    conn_send(v->conn, SPAN("{\"type\":\"pong\"}"));
}

/* ---- the row of functions */

static const struct verb {
    const char *type;
    void (*act)(struct visitor *v, const json_t *frame);
    bool early; /* possible before hello */
    bool words; /* limited as messages are */
    bool named; /* answered with `for` */
} verbs[] = {
    {"say", visitor_say, false, true, false},     {"typing", visitor_typing, false, false, false},
    {"seen", visitor_seen, false, false, false},  {"ping", ping, true, false, false},
    {"hello", visitor_hello, true, false, false}, {"human", visitor_human, false, true, false},
    {"helped", helped, false, false, true},       {"profile", visitor_profile, false, false, true},
    {"rate", rate, false, false, true},           {"end", end, false, false, true},
    {"followup", followup, false, false, true},
};

static const struct verb *find_verb(const char *type)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].type, type) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

/* Every frame takes from a bucket first, wrong ones too: errors are not given without end. */
static void act(struct visitor *v, const char *type, const json_t *frame)
{
    const struct verb *verb = find_verb(type);
    const bool words = verb && verb->words;
    const struct wire_about about =
        verb && verb->named ? (struct wire_about){"for", span_of(verb->type)} : wire_about(frame);
    if (!gateway_may_send(v->g, v->conn, words ? &v->says : &v->others,
                          words ? v->g->settings.say_per_10s : OTHERS_PER_10S, &about)) {
        return;
    }
    if (!verb) {
        visitor_complain(v, about.name, about.value, "unknown_type", "this type of frame is unknown");
    } else if (!verb->early && !v->hello) {
        visitor_complain(v, about.name, about.value, "hello_first", "say hello and wait for the welcome");
    } else {
        verb->act(v, frame);
    }
}

static void visitor_text(struct conn *c, struct span text)
{
    struct visitor *v = c->session;
    json_t *frame = NULL;
    const char *type = NULL;
    struct wire_error e;
    const struct wire_about nothing = {NULL, {"", 0}};
    switch (wire_parse(text, &frame, &type, &e)) {
    case WIRE_MALFORMED:
        conn_close(c, CONN_MALFORMED, "not JSON, or nested too deep");
        break;
    case WIRE_WRONG:
        if (gateway_may_send(v->g, c, &v->others, OTHERS_PER_10S, &nothing)) {
            visitor_complain(v, NULL, SPAN(""), e.code, e.message);
        }
        break;
    case WIRE_FINE:
        act(v, type, frame);
        json_decref(frame);
        break;
    }
}

static void visitor_opened(struct conn *c, const char *session_hash)
{
    (void)session_hash;
    struct visitor *v = calloc(1, sizeof *v);
    c->session = v;
    conns_counts(c->table)->visitors++;
    if (!v) {
        conn_close(c, CONN_TOO_SLOW, "out of memory");
        return;
    }
    v->g = c->owner;
    v->conn = c;
    peers_add(v->g->peers, &c->address);
    gateway_ask_blocked(v->g, c);
}

static void visitor_closed(struct conn *c)
{
    struct visitor *v = c->session;
    conns_counts(c->table)->visitors--;
    if (!v) {
        return;
    }
    visitor_typing_ends(v);
    topic_leave(v->g->topics, &v->follow);
    peers_remove(v->g->peers, &c->address);
    free(v->page);
    free(v->profile);
    free(v->queue);
    free(v->verified);
    free(v);
}

void visitor_tell_site(struct conn *c)
{
    const struct visitor *v = c->kind == &visitor_kind ? c->session : NULL;
    struct text t;
    if (!v || !v->hello) {
        return;
    }
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"site\","));
    openings_add(v->g->openings, v->queue, &t);
    text_span(&t, SPAN("}"));
    if (!t.failed) {
        conn_send(c, text_view(&t));
    }
    text_free(&t);
}

const struct conn_kind visitor_kind = {"visitor", visitor_opened, visitor_text, visitor_closed};

void visitor_done(struct gateway *g, enum router_op op, const struct call *call, const struct result *r)
{
    struct conn *c = conn_find(g->conns, call->conn);
    struct visitor *v = c ? c->session : NULL;
    if (!v) {
        return;
    }
    switch (op) {
    case ROUTER_RESUME:
        if (call->purpose == FOR_PLACE) {
            place_known(v, call, r);
        } else {
            visitor_resumed(v, call, r);
        }
        break;
    case ROUTER_VISITOR_SAY:
    case ROUTER_VISITOR_HUMAN:
        visitor_said(v, op, call, r);
        break;
    case ROUTER_SEEN:
        break;
    default:
        if (!call->about[0]) {
            break; /* nobody waits for it */
        }
        if (r->code == RESULT_OK) {
            visitor_ok(v, call->about, call->seq ? call->seq : r->seq);
        } else {
            gateway_refusal(g, c, "for", span_of(call->about), r);
        }
    }
}
