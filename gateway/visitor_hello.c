/* A visitor says hello: who it is, where it stands in its chat, what it tells about itself; and the welcome. */
#include "faq/language.h"
#include "gateway/opening.h"
#include "gateway/visitor_parts.h"
#include <inttypes.h>
#include <string.h>

struct hello {
    struct span token, lang, queue;
    int64_t after, chat, at;
    json_t *langs, *page, *profile, *identity;
};
static const struct wire_member hello_members[] = {
    {"token", WIRE_TEXT, false, 0, 64, offsetof(struct hello, token)},
    {"after", WIRE_NUMBER, false, 0, UINT32_MAX, offsetof(struct hello, after)},
    {"chat", WIRE_NUMBER, false, 0, INT64_C(1) << 53, offsetof(struct hello, chat)},
    {"at", WIRE_NUMBER, false, 0, INT64_C(1) << 53, offsetof(struct hello, at)},
    {"lang", WIRE_CUT, false, 0, 11, offsetof(struct hello, lang)},
    {"langs", WIRE_ARRAY, false, 0, 0, offsetof(struct hello, langs)},
    {"page", WIRE_OBJECT, false, 0, 0, offsetof(struct hello, page)},
    {"queue", WIRE_WORD, false, 1, 32, offsetof(struct hello, queue)},
    {"profile", WIRE_OBJECT, false, 0, 0, offsetof(struct hello, profile)},
    {"identity", WIRE_OBJECT, false, 0, 0, offsetof(struct hello, identity)},
};

static void keep_lang(struct visitor *v, const struct hello *h)
{
    const char *first = h->langs ? json_string_value(json_array_get(h->langs, 0)) : NULL;
    const char *page = json_string_value(json_object_get(h->page, "lang"));
    char chosen[12];
    span_copy(h->lang, chosen, sizeof chosen);
    span_copy(wire_cut(span_of(page), 11), v->page_lang, sizeof v->page_lang);
    span_copy(wire_cut(span_of(first), 11), v->browser_lang, sizeof v->browser_lang);
    v->chosen_lang = h->lang.len > 0;
    const char *browser[] = {v->browser_lang};
    span_copy(span_of(language_guess(v->chosen_lang ? chosen : NULL, v->page_lang, browser, v->browser_lang[0] ? 1 : 0,
                                     "", 0)),
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
            visitor_add_wait(&t, r->wait);
        }
        if (r->followup) {
            text_add(&t, ",\"followup\":%" PRIu64, r->followup);
        }
    }
    text_span(&t, SPAN(",\"events\":"));
    text_span(&t, r && r->json.len ? r->json : SPAN("[]"));
    if (v->identity_given) {
        text_add(&t, ",\"verified\":%s", v->verified ? "true" : "false");
    }
    text_span(&t, SPAN(","));
    openings_add(v->g->openings, v->queue, &t);
    if (v->g->settings.ask_rating < 2) {
        text_add(&t, ",\"rating\":%u", v->g->settings.ask_rating);
    }
    text_add(&t, ",\"heartbeat_s\":%u,\"quiet_ms\":%u}", v->g->settings.heartbeat_s, v->g->settings.quiet_ms);
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
    visitor_keep_page(v, h.page);
    visitor_keep(&v->queue, h.queue);
    visitor_identify(v, h.identity);
    if (h.profile || v->verified) {
        visitor_keep_profile(v, h.profile);
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
    v->resuming =
        call_keep(c, h.token) && router_resume(v->g->router, c->ticket, span_of(v->vid), c->seq, c->chat, h.at);
    if (!v->resuming) {
        gateway_busy(v->g, v->conn, c->ticket, NULL, SPAN(""));
    }
}

void visitor_resumed(struct visitor *v, const struct call *call, const struct result *r)
{
    v->resuming = false;
    if (r->code != RESULT_OK) {
        gateway_refusal(v->g, v->conn, NULL, SPAN(""), r);
        return;
    }
    /* The client counted in another chat than the newest, or further than it goes: everything was sent. */
    const bool anew = (call->chat && call->chat != r->chat) || call->seq > r->head;
    uint32_t last = anew ? 0 : call->seq;
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
        visitor_send_profile(v, r->page);
    }
}
