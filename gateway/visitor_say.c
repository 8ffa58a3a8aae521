/* A visitor's messages, wish for a person, typing and reading. */
#include "faq/language.h"
#include "gateway/visitor_parts.h"
#include <inttypes.h>
#include <stdio.h>

#define TYPING_LAPSE_MS 6000
#define DRAFT_MAX 500

struct say {
    struct span mid, text;
};
static const struct wire_member say_members[] = {
    {"mid", WIRE_MID, true, 0, 0, offsetof(struct say, mid)},
    {"text", WIRE_TEXT, true, 1, WIRE_TEXT_MAX, offsetof(struct say, text)},
};

/* The language of a message: chosen, else the page's, else by its script, the browser's, its words. Once a person was
 * called it is settled: guessing costs a tenth of a message. */
static void learn_lang(struct visitor *v, struct span text)
{
    const char *browser[] = {v->browser_lang};
    if (!v->chosen_lang && !visitor_with_people(v)) {
        span_copy(span_of(language_guess(NULL, v->page_lang, browser, v->browser_lang[0] ? 1 : 0, text.at, text.len)),
                  v->lang, sizeof v->lang);
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

void visitor_say(struct visitor *v, const json_t *frame)
{
    struct say s = {0};
    struct wire_error e;
    struct text body;
    if (!wire_members(frame, say_members, 2, &s, &e)) {
        const struct wire_about about = wire_about(frame);
        visitor_complain(v, about.name, about.value, e.code, e.message);
        return;
    }
    struct call *c = v->unacked < VISITOR_UNACKED_MAX ? gateway_call(v->g, CALL_VISITOR, v->conn, s.mid) : NULL;
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
    bool kept = visitor_with_people(v) || call_keep(c, s.text); /* the automatic reply may need it */
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
    visitor_send(v, &t);
}

void visitor_said(struct visitor *v, enum router_op op, const struct call *call, const struct result *r)
{
    const struct span mid = span_of(call->about);
    v->unacked--;
    if (r->code != RESULT_OK) {
        gateway_refusal(v->g, v->conn, "mid", mid, r);
        return;
    }
    ack(v, mid, r);
    if (r->opened) {
        visitor_wish_told(v);
    } else if (!v->follow.topic) {
        /* A chat opened elsewhere: the profile did not go with the message. */
        visitor_send_profile(v, span_of(v->page));
    }
    if (!r->dup || !v->follow.topic || v->follow.chat == r->chat) {
        visitor_set_phase(v, r->phase);
    }
    if (!v->follow.topic || (v->follow.chat != r->chat && !r->dup)) {
        /* Its first event is the first this client sees of it; a second tab may be behind: all of it is sent. */
        visitor_attend(v, r->chat, 1, r->seq);
    }
    if (op == ROUTER_VISITOR_SAY) {
        v->g->metrics.count[METRIC_SAYS]++;
        metrics_duration(&v->g->metrics.acks, gateway_us() - call->asked_us);
        if (call->text && !r->dup && span_is(r->phase, "auto")) {
            autoreply_heard(v->g->autoreplies, r->chat, r->seq, span_of(v->lang),
                            (struct span){call->text, call->text_len});
        }
    }
}

void visitor_human(struct visitor *v, const json_t *frame)
{
    struct say s = {0};
    struct wire_error e;
    if (!wire_members(frame, say_members, 1, &s, &e)) {
        const struct wire_about about = wire_about(frame);
        visitor_complain(v, about.name, about.value, e.code, e.message);
        return;
    }
    struct call *c = v->unacked < VISITOR_UNACKED_MAX ? gateway_call(v->g, CALL_VISITOR, v->conn, s.mid) : NULL;
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

void visitor_typing(struct visitor *v, const json_t *frame)
{
    struct typing t = {0};
    struct wire_error e;
    if (!wire_members(frame, typing_members, 2, &t, &e)) {
        visitor_complain(v, NULL, SPAN(""), e.code, e.message);
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

void visitor_seen(struct visitor *v, const json_t *frame)
{
    struct seq_of s = {0};
    struct wire_error e;
    if (!wire_members(frame, visitor_seq_members, 1, &s, &e)) {
        visitor_complain(v, NULL, SPAN(""), e.code, e.message);
        return;
    }
    struct call *c = v->follow.topic ? gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("")) : NULL;
    if (c && !router_seen(v->g->router, c->ticket, v->follow.chat, false, (uint32_t)s.seq)) {
        call_drop(v->g->calls, c->ticket); /* the next one tells more */
    }
}

void visitor_typing_ends(struct visitor *v)
{
    if (wheel_running(&v->typing) && v->follow.topic) {
        publish_typing(v, false, SPAN(""));
    }
    wheel_clear(&v->typing);
}
