/* Commands to jobs, jobs to answers. */
#include "gateway/author.h"
#include "faq/phrases.h"
#include "gateway/staff.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 1000
#define UNANSWERED_PAGES 5
#define PAST_PAGES 10
#define WORDS_READ 40 /* events of a chat that are looked at for suggestions */
#define DISMISS_MAX 200

enum need { NEED_SET = 1, NEED_STATS = 2, NEED_UNANSWERED = 4, NEED_PAST = 8, NEED_WORDS = 16 };

/* What an answer without a job is about (struct call.purpose). */
enum direct { DIRECT_NOT, DIRECT_HISTORY, DIRECT_UNDO, DIRECT_DISMISS };

struct job {
    struct job *next;
    struct author_task task;
    uint64_t number, conn, chat, expected_rev;
    uint32_t needs, words_from;
    bool asked, working;
    char about[257], agent[33], cursor[48];
};

struct authors {
    struct gateway *g;
    struct author_bench *bench;
    struct job *first, **last;
    uint32_t n;
    uint64_t rev, numbers; /* rev: the newest one heard of */
    struct wheel_timer idle;
};

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

static void send_members(struct agent *a, const char *about, struct span members)
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
    send_members(a, about, (struct span){members, (size_t)n});
}

static void advance(struct authors *t);

/* The first job has its answer, or the client was told why not; on with the next. */
static void finish(struct authors *t)
{
    drop_first(t);
    if (!t->first) {
        wheel_set(&t->g->wheel, &t->idle, t->g->now_ms, AUTHOR_IDLE_MS, forget_set);
    }
    advance(t);
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

static void advance(struct authors *t)
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
            send_members(a, j->about, span_of(j->task.answer));
        }
        finish(t);
    }
}

/* ---- replies */

static char *copy(struct span s)
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
    j->task.unanswered[j->task.n_unanswered++] = copy(json);
    span_copy(n == PAGE ? wire_bare(wire_find(last, "id")) : SPAN(""), j->cursor, sizeof j->cursor);
    if (n < PAGE || j->task.n_unanswered == UNANSWERED_PAGES) {
        j->needs &= ~(uint32_t)NEED_UNANSWERED;
        j->cursor[0] = 0;
    }
}

static void take_past(struct job *j, const struct result *r)
{
    j->task.past[j->task.n_past++] = copy(r->json);
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
    j->task.text = copy(text_view(&words));
    text_free(&words);
    json_decref(events);
    j->needs &= ~(uint32_t)NEED_WORDS;
}

static void take(struct authors *t, struct job *j, enum router_op op, const struct result *r)
{
    switch (op) {
    case ROUTER_FAQ_ALL:
        j->task.set = copy(r->json);
        j->task.rev = t->rev = r->rev;
        j->needs &= ~(uint32_t)NEED_SET;
        break;
    case ROUTER_FAQ_STATS:
        j->task.stats = copy(r->json);
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
        send_members(a, call->about, text_view(&members));
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
        advance(t);
    }
}

/* ---- commands */

struct order {
    struct span id, name, after, text, lang;
    int64_t rev, to, chat;
    json_t *entry, *ids;
};

#define ID                                                                                                             \
    {                                                                                                                  \
        "id", WIRE_TEXT, true, 1, AGENT_ID_MAX, offsetof(struct order, id)                                             \
    }
#define REV                                                                                                            \
    {                                                                                                                  \
        "rev", WIRE_NUMBER, true, 0, INT64_C(1) << 53, offsetof(struct order, rev)                                     \
    }
#define ENTRY(required)                                                                                                \
    {                                                                                                                  \
        "entry", WIRE_OBJECT, required, 0, 0, offsetof(struct order, entry)                                            \
    }
#define NAME                                                                                                           \
    {                                                                                                                  \
        "entry", WIRE_WORD, true, 1, 64, offsetof(struct order, name)                                                  \
    }
#define LANG                                                                                                           \
    {                                                                                                                  \
        "lang", WIRE_WORD, false, 0, 16, offsetof(struct order, lang)                                                  \
    }

static const struct wire_member on_list[] = {ID, {"after", WIRE_WORD, false, 0, 64, offsetof(struct order, after)}};
static const struct wire_member on_get[] = {ID, NAME};
static const struct wire_member on_test[] = {
    ID, {"text", WIRE_TEXT, false, 0, WIRE_TEXT_MAX, offsetof(struct order, text)}, LANG, ENTRY(false)};
static const struct wire_member on_replay[] = {ID, ENTRY(true)};
static const struct wire_member on_put[] = {ID, REV, ENTRY(true)};
static const struct wire_member on_drop[] = {ID, REV, NAME};
static const struct wire_member on_id[] = {ID};
static const struct wire_member on_undo[] = {
    ID, REV, {"to", WIRE_NUMBER, true, 0, INT64_C(1) << 53, offsetof(struct order, to)}};
static const struct wire_member on_dismiss[] = {ID, {"ids", WIRE_ARRAY, true, 0, 0, offsetof(struct order, ids)}};
static const struct wire_member on_check[] = {
    ID, {"text", WIRE_TEXT, true, 0, WIRE_TEXT_MAX, offsetof(struct order, text)}, LANG};
static const struct wire_member on_suggest[] = {
    ID, {"chat", WIRE_NUMBER, true, 1, INT64_C(1) << 53, offsetof(struct order, chat)}, LANG};

static struct job *new_job(struct agent *a, const struct order *o, enum author_kind kind, uint32_t needs)
{
    struct authors *t = a->g->authors;
    struct job *j = t->n < AUTHOR_JOBS_MAX ? calloc(1, sizeof *j) : NULL;
    if (!j) {
        gateway_busy(a->g, a->conn, 0, "id", o->id);
        return NULL;
    }
    j->number = ++t->numbers;
    j->conn = a->conn->id;
    j->chat = (uint64_t)o->chat;
    j->expected_rev = (uint64_t)o->rev;
    j->needs = needs;
    span_copy(o->id, j->about, sizeof j->about);
    span_copy(span_of(a->person->id), j->agent, sizeof j->agent);
    j->task.kind = kind;
    j->task.entry = o->entry ? json_dumps(o->entry, JSON_COMPACT) : NULL;
    j->task.name = copy(kind == AUTHOR_LIST ? o->after : o->name);
    j->task.text = copy(o->text);
    j->task.lang = copy(o->lang);
    *t->last = j;
    t->last = &j->next;
    t->n++;
    return j;
}

static void job_of(struct agent *a, const struct order *o, enum author_kind kind, uint32_t needs)
{
    if (new_job(a, o, kind, needs)) {
        advance(a->g->authors);
    }
}

static void do_list(struct agent *a, const struct order *o)
{
    job_of(a, o, AUTHOR_LIST, NEED_SET | NEED_STATS);
}

static void do_get(struct agent *a, const struct order *o)
{
    job_of(a, o, AUTHOR_GET, NEED_SET);
}

static void do_test(struct agent *a, const struct order *o)
{
    job_of(a, o, AUTHOR_TEST, NEED_SET);
}

static void do_replay(struct agent *a, const struct order *o)
{
    job_of(a, o, AUTHOR_REPLAY, NEED_SET | NEED_UNANSWERED | NEED_PAST);
}

static void do_put(struct agent *a, const struct order *o)
{
    job_of(a, o, AUTHOR_PUT, NEED_SET);
}

static void do_drop(struct agent *a, const struct order *o)
{
    job_of(a, o, AUTHOR_DROP, NEED_SET);
}

static void do_unanswered(struct agent *a, const struct order *o)
{
    job_of(a, o, AUTHOR_UNANSWERED, NEED_SET | NEED_UNANSWERED);
}

static void do_suggest(struct agent *a, const struct order *o)
{
    const struct agent_chat *c = agent_chat_find(&a->chats, (uint64_t)o->chat);
    if (!c) {
        agent_complain(a, "id", o->id, "not_yours", "this chat is not yours");
        return;
    }
    struct job *j = new_job(a, o, AUTHOR_SUGGEST, NEED_SET | NEED_WORDS);
    if (j) {
        const uint32_t head = c->follow.next_seq;
        j->words_from = head > WORDS_READ ? head - WORDS_READ : 1;
        advance(a->g->authors);
    }
}

/* The phrase guard: at once, no job. */
static void do_check(struct agent *a, const struct order *o)
{
    char lang[20];
    struct phrase_hit hit[PHRASES_HITS];
    struct text members;
    span_copy(o->lang, lang, sizeof lang);
    const size_t n = phrases_find(a->g->phrases, lang, o->text.at, o->text.len, hit);
    text_start(&members);
    text_span(&members, SPAN("\"hints\":["));
    for (size_t i = 0; i < n; i++) {
        text_span(&members, i ? SPAN(",{\"said\":") : SPAN("{\"said\":"));
        text_quoted(&members, (struct span){o->text.at + hit[i].at, hit[i].len});
        text_span(&members, SPAN(",\"better\":"));
        text_quoted(&members, span_of(hit[i].better));
        text_span(&members, SPAN("}"));
    }
    text_span(&members, SPAN("]"));
    send_members(a, o->id.at, text_view(&members));
    text_free(&members);
}

static struct call *direct_call(struct agent *a, const struct order *o, enum direct purpose)
{
    struct call *c = gateway_call(a->g, CALL_AUTHOR, a->conn, o->id);
    if (c) {
        c->purpose = (uint8_t)purpose;
    }
    return c;
}

static void direct(struct agent *a, const struct order *o, const struct call *c, bool taken)
{
    if (!taken) {
        gateway_busy(a->g, a->conn, c ? c->ticket : 0, "id", o->id);
    }
}

static void do_history(struct agent *a, const struct order *o)
{
    const struct call *c = direct_call(a, o, DIRECT_HISTORY);
    direct(a, o, c, c && router_faq_history(a->g->router, c->ticket));
}

static void do_undo(struct agent *a, const struct order *o)
{
    const struct call *c = direct_call(a, o, DIRECT_UNDO);
    direct(a, o, c,
           c && router_faq_undo(a->g->router, c->ticket, span_of(a->person->id), (uint64_t)o->rev, (uint64_t)o->to));
}

static void do_dismiss(struct agent *a, const struct order *o)
{
    struct span ids[DISMISS_MAX];
    const size_t n = json_array_size(o->ids);
    bool fine = n > 0 && n <= DISMISS_MAX;
    for (size_t i = 0; fine && i < n; i++) {
        ids[i] = span_of(json_string_value(json_array_get(o->ids, i)));
        fine = ids[i].len > 0;
    }
    if (!fine) {
        agent_complain(a, "id", o->id, "bad_frame", "ids must be 1 to 200 names of questions");
        return;
    }
    const struct call *c = direct_call(a, o, DIRECT_DISMISS);
    direct(a, o, c, c && router_unanswered_drop(a->g->router, c->ticket, span_of(a->person->id), n, ids));
}

#define COUNT(array) (sizeof(array) / sizeof *(array))
static const struct {
    const char *type;
    const struct wire_member *members;
    size_t n;
    bool anybody; /* not only supervisors */
    void (*act)(struct agent *a, const struct order *o);
} commands[] = {
    {"faq.list", on_list, COUNT(on_list), false, do_list},
    {"faq.get", on_get, COUNT(on_get), false, do_get},
    {"faq.test", on_test, COUNT(on_test), false, do_test},
    {"faq.replay", on_replay, COUNT(on_replay), false, do_replay},
    {"faq.put", on_put, COUNT(on_put), false, do_put},
    {"faq.drop", on_drop, COUNT(on_drop), false, do_drop},
    {"faq.history", on_id, COUNT(on_id), false, do_history},
    {"faq.undo", on_undo, COUNT(on_undo), false, do_undo},
    {"faq.unanswered", on_id, COUNT(on_id), false, do_unanswered},
    {"faq.dismiss", on_dismiss, COUNT(on_dismiss), false, do_dismiss},
    {"suggest", on_suggest, COUNT(on_suggest), true, do_suggest},
    {"check", on_check, COUNT(on_check), true, do_check},
};

bool author_order(struct agent *a, const char *type, const json_t *frame)
{
    struct order o = {.text = SPAN(""), .lang = SPAN(""), .after = SPAN(""), .name = SPAN("")};
    struct wire_error e;
    size_t i = 0;
    while (i < COUNT(commands) && strcmp(type, commands[i].type) != 0) {
        i++;
    }
    if (i == COUNT(commands)) {
        return false;
    }
    if (!wire_members(frame, commands[i].members, commands[i].n, &o, &e)) {
        agent_complain(a, o.id.len ? "id" : NULL, o.id, e.code, e.message);
    } else if (!commands[i].anybody && !a->person->supervisor) {
        agent_complain(a, "id", o.id, "forbidden", "only supervisors change the FAQ");
    } else {
        commands[i].act(a, &o);
    }
    return true;
}
