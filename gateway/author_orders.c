/* Commands of supervisors and agents: each is answered at once, sent on to Redis, or becomes a job. */
#include "faq/phrases.h"
#include "gateway/author_parts.h"
#include "gateway/staff.h"
#include <stdlib.h>
#include <string.h>

#define DISMISS_MAX 200

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
    j->task.name = author_copy(kind == AUTHOR_LIST ? o->after : o->name);
    j->task.text = author_copy(o->text);
    j->task.lang = author_copy(o->lang);
    *t->last = j;
    t->last = &j->next;
    t->n++;
    return j;
}

static void job_of(struct agent *a, const struct order *o, enum author_kind kind, uint32_t needs)
{
    if (new_job(a, o, kind, needs)) {
        author_advance(a->g->authors);
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
        author_advance(a->g->authors);
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
    author_send(a, o->id.at, text_view(&members));
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
