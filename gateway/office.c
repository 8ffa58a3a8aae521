/* A table: what each command carries, which Function it is, and the member its answer stands in. */
#include "gateway/office.h"
#include "faq/phrases.h"
#include "gateway/auth.h"
#include "gateway/staff.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODES_MAX 500 /* voucher codes of a frame */
#define ARGS_MAX (CODES_MAX + 1)
#define VALUE_MAX 8000
#define HISTORY_PAGE 100
#define CHAT_MAX (INT64_C(1) << 53)

/* Everything a command may carry. */
struct order {
    struct span id, name, value, was, change, agent, full_name, langs, queues, lang, visitor, play;
    int64_t before;
    bool supervisor;
    json_t *query, *turns, *codes;
};

#define MEMBER(name, kind, required, min, max, to)                                                                     \
    {                                                                                                                  \
        name, kind, required, min, max, offsetof(struct order, to)                                                     \
    }
#define ID MEMBER("id", WIRE_TEXT, true, 1, AGENT_ID_MAX, id)
#define AGENT MEMBER("agent", WIRE_WORD, true, 1, 32, agent)

static const struct wire_member on_id[] = {ID};
static const struct wire_member on_set[] = {ID, MEMBER("name", WIRE_TEXT, true, 1, 200, name),
                                            MEMBER("value", WIRE_TEXT, false, 0, VALUE_MAX, value),
                                            MEMBER("was", WIRE_TEXT, false, 0, VALUE_MAX, was)};
static const struct wire_member on_history[] = {ID, MEMBER("before", WIRE_TEXT, false, 0, 40, change)};
static const struct wire_member on_undo[] = {ID, MEMBER("change", WIRE_TEXT, true, 1, 40, change)};
static const struct wire_member on_phrases[] = {ID, MEMBER("lang", WIRE_WORD, true, 2, 3, lang)};
static const struct wire_member on_agent[] = {ID, AGENT};
static const struct wire_member on_put[] = {ID,
                                            AGENT,
                                            MEMBER("name", WIRE_TEXT, false, 0, 80, full_name),
                                            MEMBER("langs", WIRE_TEXT, false, 0, 200, langs),
                                            MEMBER("queues", WIRE_TEXT, false, 0, 1000, queues),
                                            MEMBER("supervisor", WIRE_BOOLEAN, false, 0, 0, supervisor)};
static const struct wire_member on_search[] = {ID, MEMBER("before", WIRE_NUMBER, false, 0, CHAT_MAX, before),
                                               MEMBER("query", WIRE_OBJECT, true, 0, 0, query)};
static const struct wire_member on_visitor[] = {ID, MEMBER("visitor", WIRE_WORD, true, 32, 32, visitor)};
static const struct wire_member on_practice[] = {ID, AGENT, MEMBER("dialogue", WIRE_TEXT, false, 0, 40, play),
                                                 MEMBER("turns", WIRE_ARRAY, false, 0, 0, turns)};
static const struct wire_member on_codes[] = {ID, MEMBER("codes", WIRE_ARRAY, true, 0, 0, codes)};

/* What a command is made into: words for the Function, and what has to live until the router has them. */
struct making {
    const json_t *frame;
    struct span *args; /* behind A */
    char *made;        /* freed afterwards */
    char digits[24];
    struct call *call;
};

static struct span yes(bool is)
{
    return is ? SPAN("1") : SPAN("0");
}

static bool given(const struct making *m, const char *member)
{
    const json_t *value = json_object_get(m->frame, member);
    return value && !json_is_null(value);
}

/* Each gives the number of words, 0 = it cannot be done (no memory, or not what it should be). */
static size_t make_none(struct making *m, const struct order *o)
{
    (void)m;
    (void)o;
    return 0;
}

static size_t make_set(struct making *m, const struct order *o)
{
    const struct span words[] = {o->name, yes(given(m, "value")), o->value, yes(given(m, "was")), o->was};
    memcpy(m->args, words, sizeof words);
    return 5;
}

static size_t make_change(struct making *m, const struct order *o)
{
    m->args[0] = o->change;
    m->args[1] = span_of(m->digits);
    return 2;
}

static size_t make_undo(struct making *m, const struct order *o)
{
    m->args[0] = o->change;
    return 1;
}

static size_t make_agent(struct making *m, const struct order *o)
{
    m->args[0] = o->agent;
    return 1;
}

static size_t make_put(struct making *m, const struct order *o)
{
    const struct span words[] = {o->agent, o->full_name, o->langs, o->queues,
                                 given(m, "supervisor") ? yes(o->supervisor) : SPAN("")};
    memcpy(m->args, words, sizeof words);
    return 5;
}

/* The token goes to whoever invites, its hash to Redis. */
static size_t make_invite(struct making *m, const struct order *o)
{
    char token[AUTH_TOKEN_LEN + 1];
    auth_token_new(token);
    m->made = malloc(65);
    if (!m->made || !call_keep(m->call, span_of(token))) {
        return 0;
    }
    auth_token_hash(span_of(token), m->made);
    m->args[0] = o->agent;
    m->args[1] = span_of(m->made);
    return 2;
}

static size_t make_search(struct making *m, const struct order *o)
{
    snprintf(m->digits, sizeof m->digits, "%" PRId64, o->before);
    m->made = json_dumps(o->query, JSON_COMPACT);
    m->args[0] = span_of(m->digits);
    m->args[1] = span_of(m->made);
    return m->made ? 2 : 0;
}

static size_t make_visitor(struct making *m, const struct order *o)
{
    m->args[0] = o->visitor;
    return 1;
}

static size_t make_practice(struct making *m, const struct order *o)
{
    m->made = o->turns ? json_dumps(o->turns, JSON_COMPACT) : NULL;
    m->args[0] = o->agent;
    m->args[1] = o->turns ? span_of(m->made) : o->play;
    return !o->turns || m->made ? 2 : 0;
}

static size_t make_codes(struct making *m, const struct order *o)
{
    const size_t n = json_array_size(o->codes);
    for (size_t i = 0; i < n && n <= CODES_MAX; i++) {
        m->args[i] = span_of(json_string_value(json_array_get(o->codes, i)));
        if (!m->args[i].len) {
            return 0;
        }
    }
    return n <= CODES_MAX ? n : 0;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))
enum answer { NOTHING, JSON, QUOTED, YES, NUMBER, TOKEN, PHRASES };
static const struct command {
    const char *type;
    const struct wire_member *members;
    size_t n;
    enum router_op op;
    bool anybody, bare; /* not only supervisors; the Function does not take who asks */
    size_t (*make)(struct making *m, const struct order *o);
    enum answer answer;
    const char *member; /* the answer stands in */
} commands[] = {
    {"settings", on_id, COUNT(on_id), ROUTER_SETTINGS_ALL, false, false, make_none, JSON, "settings"},
    {"settings.set", on_set, COUNT(on_set), ROUTER_SET, false, false, make_set, QUOTED, "value"},
    {"settings.history", on_history, COUNT(on_history), ROUTER_CHANGES, false, false, make_change, JSON, "changes"},
    {"settings.undo", on_undo, COUNT(on_undo), ROUTER_UNDO, false, false, make_undo, QUOTED, "value"},
    {"canned", on_id, COUNT(on_id), ROUTER_CANNED, true, true, make_none, JSON, "canned"},
    {"phrases", on_phrases, COUNT(on_phrases), ROUTER_PHRASES, false, true, make_none, PHRASES, "own"},
    {"people", on_id, COUNT(on_id), ROUTER_PEOPLE, false, false, make_none, JSON, "people"},
    {"people.put", on_put, COUNT(on_put), ROUTER_AGENT_PUT, false, false, make_put, YES, "created"},
    {"people.disable", on_agent, COUNT(on_agent), ROUTER_AGENT_OFF, false, false, make_agent, NOTHING, ""},
    {"people.invite", on_agent, COUNT(on_agent), ROUTER_AGENT_INVITE, false, false, make_invite, TOKEN, "token"},
    {"search", on_search, COUNT(on_search), ROUTER_SEARCH, true, false, make_search, JSON, "search"},
    {"history", on_visitor, COUNT(on_visitor), ROUTER_HISTORY, true, false, make_visitor, JSON, "chats"},
    {"practice", on_practice, COUNT(on_practice), ROUTER_PRACTICE, true, false, make_practice, NOTHING, ""},
    {"vouchers", on_id, COUNT(on_id), ROUTER_VOUCHERS, false, false, make_none, JSON, "vouchers"},
    {"vouchers.add", on_codes, COUNT(on_codes), ROUTER_VOUCHERS_ADD, false, false, make_codes, NUMBER, "added"},
};

static const struct command *command_of(const char *type)
{
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (strcmp(type, commands[i].type) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

/* Asks the Function; the call keeps the command's place in the table and, for phrases, the language. */
static void give(struct agent *a, const struct command *row, const struct order *o, const json_t *frame)
{
    struct span args[ARGS_MAX] = {span_of(a->person->id)};
    struct making m = {.frame = frame, .args = args + 1, .call = gateway_call(a->g, CALL_OFFICE, a->conn, o->id)};
    struct call *c = m.call;
    bool made = c != NULL, asked = false;
    snprintf(m.digits, sizeof m.digits, "%d", HISTORY_PAGE);
    if (c) {
        c->purpose = (uint8_t)(row - commands);
        const size_t n = row->make(&m, o);
        made = (n > 0 || row->make == make_none) && (row->answer != PHRASES || call_keep(c, o->lang));
        asked = made && router_office(a->g->router, row->op, c->ticket, row->bare ? 0 : n + 1, args);
    }
    if (c && !made) {
        call_drop(a->g->calls, c->ticket);
        agent_complain(a, "id", o->id, "bad_frame", "the list is empty, too long, or holds what does not belong there");
    } else if (!asked) {
        gateway_busy(a->g, a->conn, c ? c->ticket : 0, "id", o->id);
    }
    free(m.made);
}

bool office_order(struct agent *a, const char *type, const json_t *frame)
{
    const struct command *row = command_of(type);
    struct order o = {.value = SPAN(""),
                      .was = SPAN(""),
                      .change = SPAN(""),
                      .full_name = SPAN(""),
                      .langs = SPAN(""),
                      .queues = SPAN(""),
                      .play = SPAN("")};
    struct wire_error e;
    if (!row) {
        return false;
    }
    if (!wire_members(frame, row->members, row->n, &o, &e)) {
        agent_complain(a, o.id.len ? "id" : NULL, o.id, e.code, e.message);
    } else if (!row->anybody && !a->person->supervisor) {
        agent_complain(a, "id", o.id, "forbidden", "only supervisors do this");
    } else {
        give(a, row, &o, frame);
    }
    return true;
}

/* ---- answers */

/* The phrases in force of one language, and what the shop changed of them. */
static void add_phrases(struct text *t, const struct phrases *p, const char *lang)
{
    struct phrase_item item;
    const char *comma = "";
    text_span(t, SPAN(",\"phrases\":["));
    for (size_t i = 0; phrases_at(p, i, &item); i++) {
        if (strcmp(item.lang, lang) == 0) {
            text_add(t, "%s{\"say\":", comma);
            text_quoted(t, span_of(item.say));
            text_span(t, SPAN(",\"better\":"));
            text_quoted(t, span_of(item.better));
            text_add(t, ",\"own\":%s}", item.own ? "true" : "false");
            comma = ",";
        }
    }
    text_span(t, SPAN("]"));
}

static void add_answer(struct text *t, const struct gateway *g, const struct command *row, const struct call *call,
                       const struct result *r)
{
    if (row->answer == NOTHING) {
        return;
    }
    if (row->answer == PHRASES) {
        add_phrases(t, g->phrases, call->text);
    }
    text_add(t, ",\"%s\":", row->member);
    if (row->answer == QUOTED) {
        text_quoted(t, r->json);
    } else if (row->answer == TOKEN) {
        text_quoted(t, (struct span){call->text, call->text_len});
    } else if (row->answer == YES) {
        text_span(t, r->yes ? SPAN("true") : SPAN("false"));
    } else if (row->answer == NUMBER) {
        text_add(t, "%" PRIu64, r->rev);
    } else {
        text_span(t, r->json);
    }
}

void office_done(struct gateway *g, enum router_op op, const struct call *call, const struct result *r)
{
    struct conn *c = conn_find(g->conns, call->conn);
    struct agent *a = c ? c->session : NULL;
    const struct command *row = &commands[call->purpose];
    struct text t;
    (void)op;
    if (!a) {
        return;
    }
    if (r->code != RESULT_OK) {
        gateway_refusal(g, c, "id", span_of(call->about), r);
        return;
    }
    text_start(&t);
    text_span(&t, SPAN("{\"type\":\"ok\",\"id\":"));
    text_quoted(&t, span_of(call->about));
    add_answer(&t, g, row, call, r);
    text_span(&t, SPAN("}"));
    agent_send(a, &t);
}
