/* Per chat: what the visitor said since the last answer, and a timer for silence. */
#include "gateway/autoreply.h"
#include "faq/matcher.h"
#include "faq/policy.h"
#include "gateway/gateway.h"
#include <stdlib.h>
#include <string.h>

#define ROWS 1024
#define SAID_MAX 2048             /* bytes kept; the matcher looks at less */
#define SENT_MAX 10               /* answers_max goes up to this */
#define TRIES_MAX 5               /* moved_on or Redis away, in a row; then the tick takes over */
#define FORGET_MS INT64_C(900000) /* an answered chat that stays silent */
#define RETRY_MS 1000

struct autoreply {
    struct autoreply *next;
    struct gateway *g;
    uint64_t chat, asked; /* asked: the ticket under way, 0 = none */
    uint32_t last_seq, said_len, answering_len;
    int64_t last_answer_ms;
    int sent, tries;
    bool wants_person;
    char lang[12];
    char *said, (*sent_id)[40]; /* as long as need be: one of these per chat that waits is much memory in a rush */
    struct wheel_timer timer;
};

struct autoreplies {
    struct gateway *g;
    struct autoreply *row[ROWS];
};

struct autoreplies *autoreplies_open(struct gateway *g)
{
    struct autoreplies *t = calloc(1, sizeof *t);
    if (t) {
        t->g = g;
    }
    return t;
}

static struct autoreply **place(struct autoreplies *t, uint64_t chat)
{
    struct autoreply **at = &t->row[chat % ROWS];
    while (*at && (*at)->chat != chat) {
        at = &(*at)->next;
    }
    return at;
}

static void forget(struct autoreplies *t, uint64_t chat)
{
    struct autoreply **at = place(t, chat), *gone = *at;
    if (gone) {
        wheel_clear(&gone->timer);
        *at = gone->next;
        free(gone->said);
        free(gone->sent_id);
        free(gone);
    }
}

void autoreplies_close(struct autoreplies *t)
{
    for (int i = 0; t && i < ROWS; i++) {
        while (t->row[i]) {
            forget(t, t->row[i]->chat);
        }
    }
    free(t);
}

static void silence(struct wheel_timer *timer);

static void wait_for(struct autoreply *a, int64_t ms)
{
    wheel_set(&a->g->wheel, &a->timer, a->g->now_ms, ms, silence);
}

static void wait_again(struct autoreply *a)
{
    if (a->said_len || a->wants_person) {
        wait_for(a, a->g->settings.quiet_ms);
    } else {
        free(a->said);
        a->said = NULL;
        wait_for(a, FORGET_MS);
    }
}

static void enqueue(struct autoreply *a, const char *reason, uint32_t expect_seq)
{
    struct gateway *g = a->g;
    struct call *c = call_new(g->calls, CALL_AUTOREPLY);
    if (c) {
        c->chat = a->chat;
        a->asked = c->ticket;
        if (!router_enqueue(g->router, c->ticket, a->chat, reason, expect_seq)) {
            call_drop(g->calls, c->ticket);
            a->asked = 0;
        }
    }
    if (!a->asked) {
        wait_for(a, RETRY_MS);
    }
}

static void answer(struct autoreply *a, size_t entry)
{
    struct gateway *g = a->g;
    struct answer words;
    struct text body;
    const char *id = matcher_id(g->matcher, entry);
    struct call *c = matcher_answer(g->matcher, entry, a->lang, &words) ? call_new(g->calls, CALL_AUTOREPLY) : NULL;
    text_start(&body);
    const struct span part[] = {span_of(id), span_of(words.title), span_of(words.text), span_of(words.link),
                                span_of(words.lang)};
    static const char *const name[] = {"{\"faq\":", ",\"title\":", ",\"text\":", ",\"link\":", ",\"lang\":"};
    for (int i = 0; c && i < 5; i++) {
        text_span(&body, span_of(name[i]));
        text_quoted(&body, part[i]);
    }
    text_span(&body, SPAN("}"));
    if (c && !body.failed) {
        c->chat = a->chat;
        span_copy(span_of(id), c->about, sizeof c->about);
        a->answering_len = a->said_len;
        a->asked = c->ticket;
        if (!router_answer(g->router, c->ticket, a->chat, span_of(id), text_view(&body), a->last_seq)) {
            call_drop(g->calls, c->ticket);
            a->asked = 0;
        }
    }
    if (!a->asked) {
        wait_for(a, RETRY_MS);
    }
    text_free(&body);
}

static bool sent_before(const struct autoreply *a, const char *id)
{
    for (int i = 0; i < a->sent && i < SENT_MAX; i++) {
        if (strcmp(a->sent_id[i], id) == 0) {
            return true;
        }
    }
    return false;
}

/* Counted for its authors; when it is lost, the count is one less. */
static void tell_shadow(struct autoreply *a, const char *entry)
{
    struct call *c = call_new(a->g->calls, CALL_MACHINERY);
    if (c && !router_faq_shadow(a->g->router, c->ticket, a->chat, span_of(entry))) {
        call_drop(a->g->calls, c->ticket);
    }
}

/* The visitor has been quiet: may we speak, and what about? */
static void decide(struct autoreply *a)
{
    struct gateway *g = a->g;
    struct match m = {0};
    if (g->matcher) {
        const int64_t began_us = gateway_us();
        m = matcher_match(g->matcher, a->said ? a->said : "", a->said_len);
        metrics_duration(&g->metrics.matches, gateway_us() - began_us);
    }
    if (m.found && matcher_shadow(g->matcher, m.entry)) {
        g->metrics.count[METRIC_SHADOW]++;
        tell_shadow(a, matcher_id(g->matcher, m.entry));
        m.found = false;
    }
    const struct policy_facts facts = {.automatic = true,
                                       .wants_person = a->wants_person,
                                       .matched = m.found,
                                       .already_sent = m.found && sent_before(a, matcher_id(g->matcher, m.entry)),
                                       .answers_sent = a->sent,
                                       .answers_max = (int)g->settings.answers_max,
                                       .now_ms = g->now_ms,
                                       .last_answer_ms = a->last_answer_ms,
                                       .answers_gap_s = (int)g->settings.answers_gap_s};
    const struct policy_decision d = policy_decide(&facts);
    if (d.verdict == POLICY_ANSWER) {
        answer(a, m.entry);
    } else if (d.verdict == POLICY_ENQUEUE) {
        enqueue(a, d.reason, a->wants_person ? 0 : a->last_seq);
    } else {
        a->said_len = 0;
        wait_again(a);
    }
}

static void silence(struct wheel_timer *timer)
{
    struct autoreply *a = (struct autoreply *)((char *)timer - offsetof(struct autoreply, timer));
    if (a->g->draining || (!a->said_len && !a->wants_person)) {
        forget(a->g->autoreplies, a->chat);
    } else if (!a->asked) {
        decide(a);
    }
}

static void keep(struct autoreply *a, struct span text)
{
    const size_t room = SAID_MAX - a->said_len, between = a->said_len && room;
    const size_t n = text.len < room - between ? text.len : room - between;
    char *said = n ? realloc(a->said, a->said_len + between + n) : NULL;
    if (!said) {
        return; /* no room, or no memory: what was said before is looked at, or the tick queues it */
    }
    a->said = said;
    if (between) {
        a->said[a->said_len++] = '\n';
    }
    memcpy(a->said + a->said_len, text.at, n);
    a->said_len += (uint32_t)n;
}

void autoreply_heard(struct autoreplies *t, uint64_t chat, uint32_t seq, struct span lang, struct span text)
{
    struct autoreply **at = place(t, chat), *a = *at;
    if (!a) {
        a = calloc(1, sizeof *a);
        if (!a) {
            return; /* the tick queues it */
        }
        a->g = t->g;
        a->chat = chat;
        *at = a;
    }
    a->last_seq = seq > a->last_seq ? seq : a->last_seq;
    a->tries = 0;
    span_copy(lang, a->lang, sizeof a->lang);
    keep(a, text);
    if (!a->wants_person && matcher_wants_person(t->g->matcher, text.at, text.len)) {
        a->wants_person = true;
        t->g->metrics.count[METRIC_PERSON_WISHES]++;
    }
    if (a->wants_person && !a->asked) {
        decide(a); /* a way out at once: no silence is waited for */
    } else {
        wait_again(a);
    }
}

void autoreply_typing(struct autoreplies *t, uint64_t chat)
{
    struct autoreply *a = *place(t, chat);
    if (a && !a->asked && a->said_len && !a->wants_person) {
        wait_again(a);
    }
}

void autoreply_event(struct autoreplies *t, const struct event *e)
{
    struct autoreply *a = *place(t, e->chat);
    if (!a) {
        return;
    }
    if (span_is(e->kind, "queued") || span_is(e->kind, "joined") || span_is(e->kind, "closed") ||
        span_is(e->kind, "transferred")) {
        forget(t, e->chat);
    } else if (!span_is(e->kind, "message") && e->seq > a->last_seq) {
        a->last_seq = e->seq; /* nothing the visitor said: no reason to wait anew */
    }
}

static void answered(struct autoreply *a, const struct call *call, const struct result *r)
{
    char(*ids)[40] = a->sent < SENT_MAX ? realloc(a->sent_id, (size_t)(a->sent + 1) * sizeof *ids) : NULL;
    a->g->metrics.count[METRIC_ANSWERS]++;
    if (ids) {
        a->sent_id = ids;
        span_copy(span_of(call->about), ids[a->sent], sizeof *ids);
        a->sent++;
    }
    a->last_answer_ms = a->g->now_ms;
    a->last_seq = r->seq > a->last_seq ? r->seq : a->last_seq;
    a->said_len -= a->answering_len;
    memmove(a->said, a->said + a->answering_len, a->said_len);
    wait_again(a);
}

static void refused(struct autoreplies *t, struct autoreply *a, enum router_op op, const struct result *r)
{
    a->g->metrics.count[METRIC_ANSWERS_LEFT] += op == ROUTER_ANSWER;
    if (span_is(r->refusal, "moved_on") && ++a->tries < TRIES_MAX) {
        wait_again(a);
    } else if (op == ROUTER_ANSWER &&
               (span_is(r->refusal, "limit") || span_is(r->refusal, "too_soon") || span_is(r->refusal, "repeated"))) {
        enqueue(a, "limit", a->last_seq);
    } else {
        forget(t, a->chat);
    }
}

void autoreply_done(struct autoreplies *t, enum router_op op, const struct call *call, const struct result *r)
{
    struct autoreply *a = *place(t, call->chat);
    if (!a || a->asked != call->ticket) {
        return;
    }
    a->asked = 0;
    if (r->code == RESULT_REFUSED) {
        refused(t, a, op, r);
    } else if (r->code != RESULT_OK) {
        if (++a->tries < TRIES_MAX) {
            wait_for(a, RETRY_MS);
        } else {
            forget(t, a->chat);
        }
    } else if (op == ROUTER_ANSWER) {
        answered(a, call, r);
    } else {
        t->g->metrics.count[METRIC_ENQUEUED]++;
        forget(t, a->chat);
    }
}
