/* A visitor says hello: who it is, where it stands in its chat, what it tells about itself; and the welcome. */
#include "faq/language.h"
#include "gateway/visitor_parts.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_MAX 200
#define PAGE_MAX 500
#define PROFILE_BYTES_MAX 8192

static void keep(char **place, struct span s)
{
    free(*place);
    *place = s.len ? malloc(s.len + 1) : NULL;
    if (*place) {
        span_copy(s, *place, s.len + 1);
    }
}

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
    visitor_send(v, &t);
}

static void newcomer(struct visitor *v)
{
    char token[AUTH_TOKEN_LEN + 1];
    auth_token_new(token);
    auth_visitor_id(span_of(token), v->vid);
    welcome(v, span_of(token), NULL);
}

void visitor_hello(struct visitor *v, const json_t *frame)
{
    struct hello h = {0};
    struct wire_error e;
    if (v->hello || v->resuming) {
        visitor_complain(v, NULL, SPAN(""), "not_now", "hello was already said");
        return;
    }
    if (!wire_members(frame, hello_members, sizeof hello_members / sizeof *hello_members, &h, &e)) {
        visitor_complain(v, NULL, SPAN(""), e.code, e.message);
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

void visitor_resumed(struct visitor *v, const struct call *call, const struct result *r)
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
        visitor_set_phase(v, r->phase);
    }
    welcome(v, (struct span){call->text, call->text_len}, r);
    if (r->chat) {
        visitor_attend(v, r->chat, last + 1, r->head);
    }
}

void visitor_profile(struct visitor *v, const json_t *frame)
{
    struct text t;
    struct call *c = NULL;
    keep_profile(v, frame);
    if (!v->follow.topic) {
        visitor_ok(v, "profile", 0); /* goes with the first message */
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
