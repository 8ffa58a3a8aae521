/* One tab of an agent's dashboard:
 *
 *   hello ─▶ session_get (cookie's hash) ─▶ person: channel agent:A, lease ─▶ home ─▶ welcome, its chats followed
 *   commands ─▶ one Function each ─▶ ok {id}, ack {mid} or error */
#include "gateway/author.h"
#include "gateway/staff.h"
#include <stdlib.h>
#include <string.h>

#define SAYS_PER_10S 100
#define OTHERS_PER_10S 300
#define RECHECK_MS INT64_C(600000) /* is the session still there? */

void agent_send(struct agent *a, struct text *t)
{
    if (!t->failed) {
        conn_send(a->conn, text_view(t));
    }
    text_free(t);
}

void agent_complain(struct agent *a, const char *about, struct span value, const char *code, const char *message)
{
    const struct wire_complaint what = {
        .about = about, .value = value, .code = span_of(code), .message = span_of(message)};
    gateway_error(a->g, a->conn, &what);
}

void agent_send_ok(struct agent *a, struct span id, uint32_t seq)
{
    struct text t;
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"ok\",\"id\":"));
    text_quoted(&t, id);
    if (seq) {
        text_add(&t, ",\"seq\":%u", seq);
    }
    text_span(&t, SPAN("}"));
    agent_send(a, &t);
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

void agent_ask_home(struct agent *a, struct span id)
{
    struct call *c = gateway_call(a->g, CALL_AGENT, a->conn, id);
    a->asked = c && router_home(a->g->router, c->ticket, span_of(a->person->id));
    if (a->asked) {
        a->stale = false;
    } else if (!a->welcomed) {
        gateway_busy(a->g, a->conn, c ? c->ticket : 0, id.len ? "id" : NULL, id);
    } else if (c) {
        call_drop(a->g->calls, c->ticket);
    }
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
    struct person *p = staff_meet(a->g->agents, r);
    if (!p) {
        conn_close(a->conn, CONN_TOO_SLOW, "out of memory");
        return;
    }
    a->conn->frame_max = p->supervisor ? AUTHOR_FRAME_MAX : CONN_FRAME_MAX;
    if (!a->person) {
        staff_join(p, a);
        recheck_later(a, RECHECK_MS);
    }
    if (p->listening) {
        agent_ask_home(a, id);
    } else {
        span_copy(id, a->hello_id, sizeof a->hello_id); /* home is asked for once nothing can be missed */
    }
}

static void welcome(struct agent *a, const struct call *call, const struct result *r)
{
    struct text t;
    a->asked = false;
    if (r->code != RESULT_OK || r->json.len < 2) {
        if (a->welcomed && r->code != RESULT_REFUSED) {
            a->stale = true;
            return;
        }
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
    agent_send(a, &t);
    if (a->g->full) {
        conn_send(a->conn, SPAN("{\"type\":\"store\",\"takes\":false}"));
    }
    a->welcomed = true;
    agent_chats_unmark(&a->chats);
    agent_chat_add_list(&a->chats, wire_find(r->json, "chats"), AGENT_CHAT_OWN);
    agent_chat_add_list(&a->chats, wire_find(r->json, "offers"), AGENT_CHAT_OFFERED);
    agent_chats_sweep(&a->chats);
}

/* ---- frames */

static void hello(struct agent *a, const json_t *frame)
{
    const char *id = json_string_value(json_object_get(frame, "id"));
    const struct span about = wire_cut(span_of(id), AGENT_ID_MAX);
    if (a->asked || a->welcomed) {
        agent_complain(a, id ? "id" : NULL, about, "not_now", "hello was already said");
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
    const struct wire_about about = wire_about(frame);
    if (strcmp(type, "ping") == 0) {
        conn_send(a->conn, SPAN("{\"type\":\"pong\"}"));
    } else if (strcmp(type, "hello") == 0) {
        hello(a, frame);
    } else if (!a->welcomed) {
        agent_complain(a, about.name, about.value, "hello_first", "say hello and wait for the welcome");
    } else if (!agent_order(a, type, frame)) {
        agent_complain(a, about.name, about.value, "unknown_type", "this type of frame is unknown");
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
    const struct wire_about about = wire_about(frame);
    const bool say = verdict == WIRE_FINE && strcmp(type, "say") == 0;
    if (gateway_may_send(a->g, c, say ? &a->says : &a->others, say ? SAYS_PER_10S : OTHERS_PER_10S, &about)) {
        if (verdict == WIRE_WRONG) {
            agent_complain(a, NULL, SPAN(""), e.code, e.message);
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
    staff_part(a);
    peers_remove(a->g->peers, &c->address);
    free(a);
}

const struct conn_kind agent_kind = {"agent", agent_opened, agent_text, agent_closed};

/* ---- replies */

void agent_done(struct gateway *g, enum router_op op, const struct call *call, const struct result *r)
{
    if (op == ROUTER_HANDOVER && (call->purpose == FOR_OFFER || call->purpose == FOR_CHAT)) {
        staff_handed_over(g->agents, call, r);
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
        agent_order_done(a, op, call, r);
    }
}
