/* Jobs to answers; author_orders.c makes jobs of commands. */
#include "gateway/author_parts.h"
#include "gateway/staff.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 1000
#define UNANSWERED_PAGES 5
#define PAST_PAGES 10

struct authors *authors_open(struct gateway *g)
{
    struct authors *t = calloc(1, sizeof *t);
    if (t) {
        t->g = g;
        t->bench = author_bench_new();
        t->last = &t->first;
        t->rev = UINT64_MAX;
    }
    return t;
}

static void drop_first(struct authors *t)
{
    struct job *j = t->first;
    t->first = j->next;
    t->last = t->first ? t->last : &t->first;
    t->n--;
    author_task_clear(&j->task);
    free(j);
}

void authors_close(struct authors *t)
{
    while (t && t->first) {
        drop_first(t);
    }
    if (t) {
        author_bench_free(t->bench);
    }
    free(t);
}

void author_changed(struct authors *t, uint64_t rev)
{
    t->rev = rev;
}

static void forget_set(struct wheel_timer *timer)
{
    struct authors *t = (struct authors *)((char *)timer - offsetof(struct authors, idle));
    struct author_bench *fresh = t->first ? NULL : author_bench_new();
    if (fresh) {
        author_bench_free(t->bench);
        t->bench = fresh;
    }
}

/* ---- answers */

static struct agent *asker(const struct authors *t, uint64_t conn)
{
    struct conn *c = conn_find(t->g->conns, conn);
    return c ? c->session : NULL;
}

void author_send(struct agent *a, const char *about, struct span members)
{
    struct text out;
    text_start(&out);
    text_span(&out, SPAN("{\"type\":\"ok\",\"id\":"));
    text_quoted(&out, span_of(about));
    text_span(&out, members.len ? SPAN(",") : SPAN(""));
    text_span(&out, members);
    text_span(&out, SPAN("}"));
    agent_send(a, &out);
}

static void send_rev(struct agent *a, const char *about, uint64_t rev)
{
    char members[40];
    int n = snprintf(members, sizeof members, "\"rev\":%" PRIu64, rev);
    author_send(a, about, (struct span){members, (size_t)n});
}

/* The first job has its answer, or the client was told why not; on with the next. */
static void finish(struct authors *t)
{
    drop_first(t);
    if (!t->first) {
        wheel_set(&t->g->wheel, &t->idle, t->g->now_ms, AUTHOR_IDLE_MS, forget_set);
    }
    author_advance(t);
}

static void fail_busy(struct authors *t)
{
    struct agent *a = asker(t, t->first->conn);
    if (a) {
        gateway_busy(t->g, a->conn, 0, "id", span_of(t->first->about));
    }
    finish(t);
}

/* ---- a job's way */

static bool request(struct authors *t, struct job *j, uint64_t ticket)
{
    struct router *r = t->g->router;
    if (j->needs & NEED_SET) {
        return router_faq_all(r, ticket);
    }
    if (j->needs & NEED_STATS) {
        return router_faq_stats(r, ticket);
    }
    if (j->needs & NEED_UNANSWERED) {
        return router_unanswered(r, ticket, span_of(j->cursor), PAGE);
    }
    if (j->needs & NEED_PAST) {
        return router_past(r, ticket, span_of(j->cursor), PAGE);
    }
    return router_read(r, ticket, j->chat, j->words_from, WORDS_READ);
}

static void ask(struct authors *t, struct job *j)
{
    struct call *c = call_new(t->g->calls, CALL_AUTHOR);
    if (c) {
        c->chat = j->number;
    }
    j->asked = c && request(t, j, c->ticket);
    if (!j->asked) {
        if (c) {
            call_drop(t->g->calls, c->ticket);
        }
        fail_busy(t);
    }
}

void author_advance(struct authors *t)
{
    struct job *j = t->first;
    if (!j || j->asked || j->working) {
        return;
    }
    if ((j->needs & NEED_SET) && author_bench_has(t->bench, t->rev)) {
        j->needs &= ~(uint32_t)NEED_SET;
    }
    if (j->needs) {
        ask(t, j);
        return;
    }
    j->working = t->g->author_waits(t->g->owner);
    if (!j->working) {
        fail_busy(t);
    }
}

void author_aside(struct authors *t)
{
    author_work(t->bench, &t->first->task);
}

static void store(struct authors *t, struct job *j)
{
    const struct faq_entry entry = {.id = span_of(j->task.id), .json = span_of(j->task.put)};
    struct call *c = call_new(t->g->calls, CALL_AUTHOR);
    if (c) {
        c->chat = j->number;
    }
    j->asked = c && router_faq_change(t->g->router, c->ticket, span_of(j->agent), j->expected_rev,
                                      j->task.kind == AUTHOR_DROP ? "drop" : "put", 1, &entry);
    if (!j->asked) {
        if (c) {
            call_drop(t->g->calls, c->ticket);
        }
        fail_busy(t);
    }
}

void author_worked(struct authors *t)
{
    struct job *j = t->first;
    struct agent *a = asker(t, j->conn);
    j->working = false;
    if (j->task.code) {
        if (a) {
            agent_complain(a, "id", span_of(j->about), j->task.code, j->task.why);
        }
        finish(t);
    } else if (j->task.put) {
        store(t, j);
    } else {
        if (a) {
            author_send(a, j->about, span_of(j->task.answer));
        }
        finish(t);
    }
}

/* ---- replies */

char *author_copy(struct span s)
{
    char *text = malloc(s.len + 1);
    if (text) {
        span_copy(s, text, s.len + 1);
    }
    return text;
}

/* A page of questions; on from its last one when it was full. */
static void take_unanswered(struct job *j, struct span json)
{
    struct span item, last = {NULL, 0};
    size_t at = 0, n = 0;
    while (wire_next(json, &at, &item)) {
        last = item;
        n++;
    }
    j->task.unanswered[j->task.n_unanswered++] = author_copy(json);
    span_copy(n == PAGE ? wire_bare(wire_find(last, "id")) : SPAN(""), j->cursor, sizeof j->cursor);
    if (n < PAGE || j->task.n_unanswered == UNANSWERED_PAGES) {
        j->needs &= ~(uint32_t)NEED_UNANSWERED;
        j->cursor[0] = 0;
    }
}

static void take_past(struct job *j, const struct result *r)
{
    j->task.past[j->task.n_past++] = author_copy(r->json);
    span_copy(r->name, j->cursor, sizeof j->cursor);
    if (!r->name.len || j->task.n_past == PAST_PAGES) {
        j->needs &= ~(uint32_t)NEED_PAST;
    }
}

/* The visitor's last two messages. */
static void take_words(struct job *j, struct span json)
{
    json_t *events = json_loadb(json.at, json.len, 0, NULL);
    struct text words;
    size_t taken = 0;
    text_start(&words);
    for (size_t i = json_array_size(events); i > 0 && taken < 2; i--) {
        const json_t *e = json_array_get(events, i - 1);
        const char *from = json_string_value(json_object_get(e, "from"));
        const char *text = json_string_value(json_object_get(e, "text"));
        if (from && text && strcmp(from, "visitor") == 0) {
            text_add(&words, "%s%s", taken++ ? "\n" : "", text);
        }
    }
    free(j->task.text);
    j->task.text = author_copy(text_view(&words));
    text_free(&words);
    json_decref(events);
    j->needs &= ~(uint32_t)NEED_WORDS;
}

static void take(struct authors *t, struct job *j, enum router_op op, const struct result *r)
{
    switch (op) {
    case ROUTER_FAQ_ALL:
        j->task.set = author_copy(r->json);
        j->task.rev = t->rev = r->rev;
        j->needs &= ~(uint32_t)NEED_SET;
        break;
    case ROUTER_FAQ_STATS:
        j->task.stats = author_copy(r->json);
        j->needs &= ~(uint32_t)NEED_STATS;
        break;
    case ROUTER_UNANSWERED:
        take_unanswered(j, r->json);
        break;
    case ROUTER_PAST:
        take_past(j, r);
        break;
    default:
        take_words(j, r->json);
        break;
    }
}

static void direct_done(struct authors *t, const struct call *call, const struct result *r)
{
    struct agent *a = asker(t, call->conn);
    if (r->code == RESULT_OK && call->purpose == DIRECT_UNDO) {
        t->rev = r->rev;
    }
    if (!a) {
        return;
    }
    if (r->code != RESULT_OK) {
        gateway_refusal(t->g, a->conn, "id", span_of(call->about), r);
    } else if (call->purpose == DIRECT_UNDO) {
        send_rev(a, call->about, r->rev);
    } else if (call->purpose == DIRECT_HISTORY) {
        struct text members;
        text_start(&members);
        text_span(&members, SPAN("\"history\":"));
        text_span(&members, r->json);
        author_send(a, call->about, text_view(&members));
        text_free(&members);
    } else {
        agent_send_ok(a, span_of(call->about), 0);
    }
}

void author_done(struct authors *t, enum router_op op, const struct call *call, const struct result *r)
{
    struct job *j = t->first;
    if (call->purpose != DIRECT_NOT) {
        direct_done(t, call, r);
        return;
    }
    if (!j || j->number != call->chat) {
        return;
    }
    struct agent *a = asker(t, j->conn);
    j->asked = false;
    if (r->code != RESULT_OK) {
        if (a) {
            gateway_refusal(t->g, a->conn, "id", span_of(j->about), r);
        }
        finish(t);
    } else if (op == ROUTER_FAQ_CHANGE) {
        t->rev = r->rev;
        if (a) {
            send_rev(a, j->about, r->rev);
        }
        finish(t);
    } else {
        take(t, j, op, r);
        author_advance(t);
    }
}
