/* A visitor's socket: hello, messages, wishes; and a message's whole journey:
 *
 *   browser ── say {mid,text} ──▶ ws (reassemble, 16 KiB) ──▶ conn (fragments → one frame)
 *                                                               │
 *                             wire (JSON, limits) ◀── visitor_text: hello first, buckets, ≤ 32 unacknowledged
 *                                                               │ call: a ticket keeps mid and text
 *                                          router_visitor_say ──▶ Redis Function: check, dedupe, XADD, PUBLISH
 *                                                               │                                   │
 *   browser ◀── ack {mid,chat,seq,at} ◀── said() ◀── ticket ◀───┘                                   │
 *   browser, agents ◀── event {seq,…} ◀── topic: in order, once each, holes read ◀── chat:N ◀───────┘
 *                                                               │
 *                       autoreply: 2.5 s of silence ─▶ FAQ ─▶ policy ─▶ router_answer or router_enqueue
 *
 * An ack goes out only for a Function's reply; when Redis is late or away the client hears `busy` and retries with the
 * same mid. The chat is followed from the moment its number is known: subscribe first, then read. */
#include "gateway/visitor.h"
#include "faq/language.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNACKED_MAX 32
#define OTHERS_PER_10S 60 /* typing, seen, and the like */
#define TYPING_LAPSE_MS 6000
#define DRAFT_MAX 500
#define FIELD_MAX 200
#define PAGE_MAX 500
#define PROFILE_BYTES_MAX 8192

enum phase { PHASE_NONE, PHASE_AUTO, PHASE_OTHER, PHASE_CLOSED };

struct visitor {
    struct gateway *g;
    struct conn *conn;
    struct follow follow;
    struct wheel_timer typing; /* running = the agent sees "typing" */
    struct bucket says, others;
    char *page, *profile, *queue; /* JSON, JSON, name; NULL = none */
    char vid[33], lang[12], browser_lang[12];
    bool hello, resuming, chosen_lang;
    uint8_t unacked, phase;
};

static struct gateway *gateway_of(const struct conn *c)
{
    return c->owner;
}

static void send_text(struct conn *c, struct text *t)
{
    if (!t->failed) {
        conn_send(c, text_view(t));
    }
    text_free(t);
}

static void complain(struct visitor *v, const char *about, struct span value, const char *code, const char *message)
{
    const struct wire_complaint what = {
        .about = about, .value = value, .code = span_of(code), .message = span_of(message)};
    gateway_error(v->g, v->conn, &what);
}

static void keep(char **place, struct span s)
{
    free(*place);
    *place = s.len ? malloc(s.len + 1) : NULL;
    if (*place) {
        span_copy(s, *place, s.len + 1);
    }
}

/* ---- following the chat */

static bool follow_room(const struct follow *f)
{
    const struct visitor *v = f->owner;
    return conn_has_room(v->conn);
}

static void follow_event(struct follow *f, const struct event *e)
{
    struct visitor *v = f->owner;
    if (span_is(e->kind, "closed")) {
        v->phase = PHASE_CLOSED;
    } else if (span_is(e->kind, "queued") || span_is(e->kind, "joined")) {
        v->phase = PHASE_OTHER;
    }
    v->g->metrics.count[METRIC_EVENTS]++;
    conn_send(v->conn, e->frame);
}

static void follow_frame(struct follow *f, struct span frame)
{
    struct visitor *v = f->owner;
    conn_send(v->conn, frame);
}

static void set_phase(struct visitor *v, struct span phase)
{
    v->phase = span_is(phase, "auto") ? PHASE_AUTO : span_is(phase, "closed") ? PHASE_CLOSED : PHASE_OTHER;
}

/* The chat is `chat` from now on; events from next_seq on are to be delivered. */
static void attend(struct visitor *v, uint64_t chat, uint32_t next_seq, uint32_t head)
{
    if (v->follow.topic && v->follow.chat == chat) {
        topic_place(v->g->topics, &v->follow, next_seq, head);
        return;
    }
    topic_leave(v->g->topics, &v->follow);
    v->follow.owner = v;
    v->follow.agent = false;
    v->follow.room = follow_room;
    v->follow.event = follow_event;
    v->follow.frame = follow_frame;
    if (!topic_follow(v->g->topics, &v->follow, chat)) {
        conn_close(v->conn, CONN_TOO_SLOW, "out of memory");
        return;
    }
    topic_place(v->g->topics, &v->follow, next_seq, head);
}

/* ---- hello */

struct hello {
    struct span token, lang, queue;
    int64_t after, chat;
    json_t *langs, *page, *profile;
};
static const struct wire_member hello_members[] = {
    {"token", WIRE_TEXT, false, 0, 64, offsetof(struct hello, token)},
    {"after", WIRE_NUMBER, false, 0, UINT32_MAX, offsetof(struct hello, after)},
    {"chat", WIRE_NUMBER, false, 0, INT64_C(1) << 53, offsetof(struct hello, chat)},
    {"lang", WIRE_CUT, false, 0, 11, offsetof(struct hello, lang)},
    {"langs", WIRE_ARRAY, false, 0, 0, offsetof(struct hello, langs)},
    {"page", WIRE_OBJECT, false, 0, 0, offsetof(struct hello, page)},
    {"queue", WIRE_WORD, false, 1, 32, offsetof(struct hello, queue)},
    {"profile", WIRE_OBJECT, false, 0, 0, offsetof(struct hello, profile)},
};

/* Adds "name":"value" of a string member, cut. */
static void add_cut(struct text *t, const json_t *from, const char *name, size_t most)
{
    const json_t *value = json_object_get(from, name);
    if (json_is_string(value)) {
        struct span s = {json_string_value(value), json_string_length(value)};
        text_add(t, "%s\"%s\":", t->len > 1 ? "," : "", name);
        text_quoted(t, wire_cut(s, most));
    }
}

static void keep_page(struct visitor *v, const json_t *page)
{
    struct text t;
    if (!page) {
        return;
    }
    text_start(&t);
    text_span(&t, SPAN("{"));
    add_cut(&t, page, "url", PAGE_MAX);
    add_cut(&t, page, "title", PAGE_MAX);
    add_cut(&t, page, "referrer", PAGE_MAX);
    text_span(&t, SPAN("}"));
    if (!t.failed) {
        keep(&v->page, text_view(&t));
    }
    text_free(&t);
}

static void add_attrs(struct text *t, const json_t *attrs)
{
    const char *name = NULL;
    json_t *value = NULL;
    int n = 0;
    text_add(t, "%s\"attrs\":{", t->len > 1 ? "," : "");
    json_object_foreach((json_t *)attrs, name, value)
    {
        if (json_is_string(value) && n < 20 && wire_code_points(span_of(name)) <= 64) {
            text_add(t, "%s", n++ ? "," : "");
            text_quoted(t, span_of(name));
            text_span(t, SPAN(":"));
            text_quoted(t, wire_cut(span_of(json_string_value(value)), FIELD_MAX));
        }
    }
    text_span(t, SPAN("}"));
}

/* A visitor's profile in the form Redis takes: known members, strings, cut. */
static void profile_text(struct text *t, const json_t *profile)
{
    static const char *const names[] = {"name", "email", "phone", "account", "wish"};
    text_span(t, SPAN("{"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        add_cut(t, profile, names[i], FIELD_MAX);
    }
    if (json_is_object(json_object_get(profile, "attrs"))) {
        add_attrs(t, json_object_get(profile, "attrs"));
    }
    text_span(t, SPAN("}"));
}

/* What was told before a chat exists is kept here, newer members over older ones. */
static void keep_profile(struct visitor *v, const json_t *profile)
{
    struct text t;
    json_t *all = v->profile ? json_loads(v->profile, 0, NULL) : json_object();
    json_object_update(all, (json_t *)profile);
    text_start(&t);
    profile_text(&t, all);
    if (!t.failed && t.len <= PROFILE_BYTES_MAX) {
        keep(&v->profile, text_view(&t));
    }
    text_free(&t);
    json_decref(all);
}

static void keep_lang(struct visitor *v, const struct hello *h)
{
    const char *first = h->langs ? json_string_value(json_array_get(h->langs, 0)) : NULL;
    char chosen[12];
    span_copy(h->lang, chosen, sizeof chosen);
    span_copy(wire_cut(span_of(first), 11), v->browser_lang, sizeof v->browser_lang);
    v->chosen_lang = h->lang.len > 0;
    const char *browser[] = {v->browser_lang};
    span_copy(span_of(language_guess(v->chosen_lang ? chosen : NULL, NULL, browser, v->browser_lang[0] ? 1 : 0, "", 0)),
              v->lang, sizeof v->lang);
}

/* The welcome's common end. `page` may be NULL (a newcomer). */
static void welcome(struct visitor *v, struct span token, const struct result *r)
{
    struct text t;
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"welcome\",\"token\":"));
    text_quoted(&t, token);
    if (r && r->chat) {
        text_add(&t, ",\"chat\":%" PRIu64 ",\"phase\":\"%.*s\",\"head\":%u", r->chat, (int)r->phase.len, r->phase.at,
                 r->head);
        if (r->agent.len) {
            text_span(&t, SPAN(",\"agent\":"));
            text_span(&t, r->agent);
        }
        if (r->place) {
            text_add(&t, ",\"place\":%u", r->place);
        }
    }
    text_span(&t, SPAN(",\"events\":"));
    text_span(&t, r && r->json.len ? r->json : SPAN("[]"));
    text_add(&t, ",\"open\":true,\"heartbeat_s\":%u,\"quiet_ms\":%u}", v->g->settings.heartbeat_s,
             v->g->settings.quiet_ms);
    v->hello = true;
    send_text(v->conn, &t);
}

static void newcomer(struct visitor *v)
{
    char token[AUTH_TOKEN_LEN + 1];
    auth_token_new(token);
    auth_visitor_id(span_of(token), v->vid);
    welcome(v, span_of(token), NULL);
}

static void hello(struct visitor *v, const json_t *frame)
{
    struct hello h = {0};
    struct wire_error e;
    if (v->hello || v->resuming) {
        complain(v, NULL, SPAN(""), "not_now", "hello was already said");
        return;
    }
    if (!wire_members(frame, hello_members, sizeof hello_members / sizeof *hello_members, &h, &e)) {
        complain(v, NULL, SPAN(""), e.code, e.message);
        return;
    }
    keep_lang(v, &h);
    keep_page(v, h.page);
    keep(&v->queue, h.queue);
    if (h.profile) {
        keep_profile(v, h.profile);
    }
    if (!auth_token_valid(h.token)) {
        newcomer(v);
        return;
    }
    auth_visitor_id(h.token, v->vid);
    struct call *c = gateway_call(v->g, CALL_VISITOR, v->conn, SPAN(""));
    if (!c) {
        gateway_busy(v->g, v->conn, 0, NULL, SPAN(""));
        return;
    }
    c->seq = (uint32_t)h.after;
    c->chat = (uint64_t)h.chat;
    v->resuming = call_keep(c, h.token) && router_resume(v->g->router, c->ticket, span_of(v->vid), c->seq);
    if (!v->resuming) {
        gateway_busy(v->g, v->conn, c->ticket, NULL, SPAN(""));
    }
}

/* The client counted `after` in another chat than the newest one: everything of the newest is sent. */
static bool resume_again(struct visitor *v, const struct call *call, const struct result *r)
{
    if (!r->chat || !call->chat || call->chat == r->chat || !call->seq) {
        return false;
    }
    struct call *c = gateway_call(v->g, CALL_VISITOR, v->conn, SPAN(""));
    if (c && call_keep(c, (struct span){call->text, call->text_len}) &&
        router_resume(v->g->router, c->ticket, span_of(v->vid), 0)) {
        v->resuming = true;
        return true;
    }
    if (c) {
        call_drop(v->g->calls, c->ticket);
    }
    return false;
}

static void resumed(struct visitor *v, const struct call *call, const struct result *r)
{
    v->resuming = false;
    if (r->code != RESULT_OK) {
        gateway_refusal(v->g, v->conn, NULL, SPAN(""), r);
        return;
    }
    if (resume_again(v, call, r)) {
        return;
    }
    uint32_t last = call->seq <= r->head ? call->seq : 0;
    size_t at = 0;
    struct span frame;
    struct event e;
    while (wire_next(r->json, &at, &frame)) {
        if (topic_event(frame, &e)) {
            last = e.seq;
        }
    }
    if (r->chat) {
        set_phase(v, r->phase);
    }
    welcome(v, (struct span){call->text, call->text_len}, r);
    if (r->chat) {
        attend(v, r->chat, last + 1, r->head);
    }
}

/* ---- messages */

struct say {
    struct span mid, text;
};
static const struct wire_member say_members[] = {
    {"mid", WIRE_MID, true, 0, 0, offsetof(struct say, mid)},
    {"text", WIRE_TEXT, true, 1, WIRE_TEXT_MAX, offsetof(struct say, text)},
};

/* The language of a message: chosen, else guessed from its words, else the browser's. */
static void learn_lang(struct visitor *v, struct span text)
{
    const char *browser[] = {v->browser_lang};
    if (!v->chosen_lang) {
        span_copy(span_of(language_guess(NULL, NULL, browser, v->browser_lang[0] ? 1 : 0, text.at, text.len)), v->lang,
                  sizeof v->lang);
    }
}

static struct visitor_words words(const struct visitor *v, struct span mid)
{
    return (struct visitor_words){.vid = span_of(v->vid),
                                  .mid = mid,
                                  .lang = span_of(v->lang),
                                  .page = span_of(v->page),
                                  .profile = span_of(v->profile),
                                  .queue = span_of(v->queue)};
}

static void say(struct visitor *v, const json_t *frame)
{
    struct say s = {0};
    struct wire_error e;
    struct text body;
    if (!wire_members(frame, say_members, 2, &s, &e)) {
        complain(v, s.mid.len ? "mid" : NULL, s.mid, e.code, e.message);
        return;
    }
    if (!gateway_may_send(v->g, v->conn, &v->says, v->g->settings.say_per_10s, s.mid)) {
        return;
    }
    struct call *c = v->unacked < UNACKED_MAX ? gateway_call(v->g, CALL_VISITOR, v->conn, s.mid) : NULL;
    if (!c) {
        gateway_busy(v->g, v->conn, 0, "mid", s.mid);
        return;
    }
    learn_lang(v, s.text);
    struct visitor_words w = words(v, s.mid);
    text_start(&body);
    text_span(&body, SPAN("{\"from\":\"visitor\",\"text\":"));
    text_quoted(&body, s.text);
    text_span(&body, SPAN(",\"mid\":"));
    text_quoted(&body, s.mid);
    text_span(&body, SPAN("}"));
    w.body = text_view(&body);
    w.preview = wire_cut(s.text, WIRE_PREVIEW_MAX);
    bool kept = v->phase == PHASE_OTHER || call_keep(c, s.text); /* the automatic reply may need it */
    if (kept && !body.failed && router_visitor_say(v->g->router, c->ticket, &w)) {
        v->unacked++;
    } else {
        gateway_busy(v->g, v->conn, c->ticket, "mid", s.mid);
    }
    text_free(&body);
}

static void ack(struct visitor *v, struct span mid, const struct result *r)
{
    struct text t;
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"ack\",\"mid\":"));
    text_quoted(&t, mid);
    text_add(&t, ",\"chat\":%" PRIu64 ",\"seq\":%u,\"at\":%" PRId64 "}", r->chat, r->seq, r->at_ms);
    send_text(v->conn, &t);
}

static void said(struct visitor *v, enum router_op op, const struct call *call, const struct result *r)
{
    const struct span mid = span_of(call->about);
    v->unacked--;
    if (r->code != RESULT_OK) {
        gateway_refusal(v->g, v->conn, "mid", mid, r);
        return;
    }
    ack(v, mid, r);
    if (!r->dup || !v->follow.topic || v->follow.chat == r->chat) {
        set_phase(v, r->phase);
    }
    if (!v->follow.topic || (v->follow.chat != r->chat && !r->dup)) {
        /* Its first event is the first this client sees of it; a second tab may be behind: all of it is sent. */
        attend(v, r->chat, 1, r->seq);
    }
    if (op == ROUTER_VISITOR_SAY) {
        v->g->metrics.count[METRIC_SAYS]++;
        metrics_latency(&v->g->metrics, gateway_us() - call->asked_us);
        if (call->text && !r->dup && span_is(r->phase, "auto")) {
            autoreply_heard(v->g->autoreplies, r->chat, r->seq, span_of(v->lang),
                            (struct span){call->text, call->text_len});
        }
    }
}

static void human(struct visitor *v, const json_t *frame)
{
    struct say s = {0};
    struct wire_error e;
    if (!wire_members(frame, say_members, 1, &s, &e)) {
        complain(v, NULL, SPAN(""), e.code, e.message);
        return;
    }
    if (!gateway_may_send(v->g, v->conn, &v->says, v->g->settings.say_per_10s, s.mid)) {
        return;
    }
    struct call *c = v->unacked < UNACKED_MAX ? gateway_call(v->g, CALL_VISITOR, v->conn, s.mid) : NULL;
    const struct visitor_words w = words(v, s.mid);
    if (c && router_visitor_human(v->g->router, c->ticket, &w)) {
        v->unacked++;
    } else {
        gateway_busy(v->g, v->conn, c ? c->ticket : 0, "mid", s.mid);
    }
}

/* ---- typing, seen */

struct typing {
    bool on;
    struct span draft;
};
static const struct wire_member typing_members[] = {
    {"on", WIRE_BOOLEAN, true, 0, 0, offsetof(struct typing, on)},
    {"draft", WIRE_CUT, false, 0, DRAFT_MAX, offsetof(struct typing, draft)},
};

static void publish_typing(struct visitor *v, bool on, struct span draft)
{
    struct text t;
    char channel[32];
    snprintf(channel, sizeof channel, "chat:%" PRIu64, v->follow.chat);
    text_start(&t);
    text_add(&t, "A {\"type\":\"typing\",\"chat\":%" PRIu64 ",\"who\":\"visitor\",\"on\":%s", v->follow.chat,
             on ? "true" : "false");
    if (on && draft.len) {
        text_span(&t, SPAN(",\"draft\":"));
        text_quoted(&t, draft);
    }
    text_span(&t, SPAN("}"));
    if (!t.failed && !router_publish(v->g->router, channel, text_view(&t))) {
        wheel_clear(&v->typing); /* Redis is away: nobody sees it */
    }
    text_free(&t);
}

static void typing_lapsed(struct wheel_timer *timer)
{
    struct visitor *v = (struct visitor *)((char *)timer - offsetof(struct visitor, typing));
    if (v->follow.topic) {
        publish_typing(v, false, SPAN(""));
    }
}

static void typing(struct visitor *v, const json_t *frame)
{
    struct typing t = {0};
    struct wire_error e;
    if (!wire_members(frame, typing_members, 2, &t, &e)) {
        complain(v, NULL, SPAN(""), e.code, e.message);
        return;
    }
    if (!v->follow.topic) {
        return; /* no chat, nobody to see it */
    }
    autoreply_typing(v->g->autoreplies, v->follow.chat);
    if (t.on || wheel_running(&v->typing)) {
        if (t.on) {
            wheel_set(&v->g->wheel, &v->typing, v->g->now_ms, TYPING_LAPSE_MS, typing_lapsed);
        } else {
            wheel_clear(&v->typing);
        }
        publish_typing(v, t.on, t.draft);
    }
}

struct seq_of {
    int64_t seq;
    bool ok;
};
static const struct wire_member seq_members[] = {
    {"seq", WIRE_NUMBER, true, 1, UINT32_MAX, offsetof(struct seq_of, seq)},
    {"ok", WIRE_BOOLEAN, true, 0, 0, offsetof(struct seq_of, ok)},
};

static void seen(struct visitor *v, const json_t *frame)
{
    struct seq_of s = {0};
    struct wire_error e;
    if (!wire_members(frame, seq_members, 1, &s, &e)) {
        complain(v, NULL, SPAN(""), e.code, e.message);
        return;
    }
    struct call *c = v->follow.topic ? gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("")) : NULL;
    if (c && !router_seen(v->g->router, c->ticket, v->follow.chat, false, (uint32_t)s.seq)) {
        call_drop(v->g->calls, c->ticket); /* the next one tells more */
    }
}

/* ---- wishes answered by ok {for} */

static void ok(struct visitor *v, const char *what, uint32_t seq)
{
    struct text t;
    text_start(&t);
    text_add(&t, "{\"type\":\"ok\",\"for\":\"%s\"", what);
    if (seq) {
        text_add(&t, ",\"seq\":%u", seq);
    }
    text_span(&t, SPAN("}"));
    send_text(v->conn, &t);
}

static void helped(struct visitor *v, const json_t *frame)
{
    struct seq_of s = {0};
    struct wire_error e;
    if (!wire_members(frame, seq_members, 2, &s, &e)) {
        complain(v, "for", SPAN("helped"), e.code, e.message);
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

static void profile(struct visitor *v, const json_t *frame)
{
    struct text t;
    struct call *c = NULL;
    keep_profile(v, frame);
    if (!v->follow.topic) {
        ok(v, "profile", 0); /* goes with the first message */
        return;
    }
    text_start(&t);
    profile_text(&t, frame);
    c = gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("profile"));
    if (!c || t.failed || !router_profile(v->g->router, c->ticket, span_of(v->vid), text_view(&t))) {
        gateway_busy(v->g, v->conn, c ? c->ticket : 0, "for", SPAN("profile"));
    }
    text_free(&t);
}

struct rate {
    int64_t score;
    struct span text;
};
static const struct wire_member rate_members[] = {
    {"score", WIRE_NUMBER, true, 1, 5, offsetof(struct rate, score)},
    {"text", WIRE_TEXT, false, 0, 2000, offsetof(struct rate, text)},
};

static void rate(struct visitor *v, const json_t *frame)
{
    struct rate r = {.text = SPAN("")};
    struct wire_error e;
    if (!wire_members(frame, rate_members, 2, &r, &e)) {
        complain(v, "for", SPAN("rate"), e.code, e.message);
        return;
    }
    struct call *c = gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("rate"));
    if (!c || !router_rate(v->g->router, c->ticket, span_of(v->vid), (int)r.score, r.text)) {
        gateway_busy(v->g, v->conn, c ? c->ticket : 0, "for", SPAN("rate"));
    }
}

static void end(struct visitor *v, const json_t *frame)
{
    (void)frame;
    struct call *c = gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("end"));
    if (!c || !router_visitor_end(v->g->router, c->ticket, span_of(v->vid))) {
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
    bool early, own_limit; /* early: before hello; own_limit: takes from a bucket itself */
} verbs[] = {
    {"say", say, false, true},      {"typing", typing, false, false},   {"seen", seen, false, false},
    {"ping", ping, true, false},    {"hello", hello, true, false},      {"human", human, false, true},
    {"helped", helped, false, false}, {"profile", profile, false, false}, {"rate", rate, false, false},
    {"end", end, false, false},
};

static void act(struct visitor *v, const char *type, const json_t *frame)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].type, type) != 0) {
            continue;
        }
        if (!verbs[i].early && !v->hello) {
            const char *mid = json_string_value(json_object_get(frame, "mid"));
            complain(v, mid ? "mid" : NULL, wire_cut(span_of(mid), 64), "hello_first",
                     "say hello and wait for the welcome");
        } else if (verbs[i].own_limit ||
                   gateway_may_send(v->g, v->conn, &v->others, OTHERS_PER_10S, (struct span){0})) {
            verbs[i].act(v, frame);
        }
        return;
    }
    complain(v, NULL, SPAN(""), "unknown_type", "this type of frame is unknown");
}

static void visitor_text(struct conn *c, struct span text)
{
    struct visitor *v = c->session;
    json_t *frame = NULL;
    const char *type = NULL;
    struct wire_error e;
    switch (wire_parse(text, &frame, &type, &e)) {
    case WIRE_MALFORMED:
        conn_close(c, CONN_MALFORMED, "not JSON, or nested too deep");
        break;
    case WIRE_WRONG:
        if (gateway_may_send(v->g, c, &v->others, OTHERS_PER_10S, (struct span){0})) {
            complain(v, NULL, SPAN(""), e.code, e.message);
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
    v->g = gateway_of(c);
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
    if (wheel_running(&v->typing) && v->follow.topic) {
        publish_typing(v, false, SPAN(""));
    }
    wheel_clear(&v->typing);
    topic_leave(v->g->topics, &v->follow);
    peers_remove(v->g->peers, &c->address);
    free(v->page);
    free(v->profile);
    free(v->queue);
    free(v);
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
        resumed(v, call, r);
        break;
    case ROUTER_VISITOR_SAY:
    case ROUTER_VISITOR_HUMAN:
        said(v, op, call, r);
        break;
    case ROUTER_SEEN:
        break;
    default:
        if (r->code == RESULT_OK) {
            ok(v, call->about, call->seq ? call->seq : r->seq);
        } else {
            gateway_refusal(g, c, "for", span_of(call->about), r);
        }
    }
}
