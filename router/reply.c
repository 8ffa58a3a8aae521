/* Reads a Function's reply by its row in the table; whatever does not fit is RESULT_BAD, never a guess. */
#include "router/reply.h"
#include <hiredis/hiredis.h>
#include <string.h>

/* c chat  q seq  h head  t at  d dup  o opened  p place  w wait  b followup  f phase  a agent  n name  l langs  u
 * queues  s supervisor j json  r rev  y yes  g page  1 expired_leases  2 expired_offers  3 unheard  4 offered  i
 * promise */
const struct op_row op_rows[ROUTER_OP_COUNT] = {
    [ROUTER_RESUME] = {"resume", "cfhapjwbg", true, false},
    [ROUTER_VISITOR_SAY] = {"visitor_say", "cqtdfo", false, false},
    [ROUTER_VISITOR_HUMAN] = {"visitor_human", "cqtdfo", false, false},
    [ROUTER_ANSWER] = {"answer", "q", false, false},
    [ROUTER_ENQUEUE] = {"enqueue", "q", false, false},
    [ROUTER_HELPED] = {"helped", "qf", false, false},
    [ROUTER_PROFILE] = {"profile", "", false, false},
    [ROUTER_RATE] = {"rate", "q", false, false},
    [ROUTER_VISITOR_END] = {"visitor_end", "q", false, false},
    [ROUTER_READ] = {"read", "hj", true, false},
    [ROUTER_SEEN] = {"seen", "", false, false},
    [ROUTER_PRESENCE] = {"presence", "", false, false},
    [ROUTER_LEASE] = {"lease", "", false, false},
    [ROUTER_ACCEPT] = {"accept", "q", false, false},
    [ROUTER_DECLINE] = {"decline", "", false, false},
    [ROUTER_TAKE] = {"take", "q", false, false},
    [ROUTER_AGENT_SAY] = {"agent_say", "cqtd", false, false},
    [ROUTER_NOTE] = {"note", "td", false, false},
    [ROUTER_TRANSFER] = {"transfer", "q", false, false},
    [ROUTER_CLOSE] = {"close", "q", false, false},
    [ROUTER_HANDOVER] = {"handover", "j", true, false},
    [ROUTER_HOME] = {"home", "j", true, false},
    [ROUTER_DESK] = {"desk", "j", true, false},
    [ROUTER_TRANSCRIPT] = {"transcript", "j", true, false},
    [ROUTER_TICK] = {"tick", "1234u", false, false},
    [ROUTER_SETTINGS] = {"settings", "j", true, true},
    [ROUTER_FAQ_PUT] = {"faq_put", "r", false, false},
    [ROUTER_FAQ_ALL] = {"faq_all", "rj", true, true},
    [ROUTER_BLOCKED] = {"blocked", "y", true, true},
    [ROUTER_LOGIN] = {"login", "j", true, true},
    [ROUTER_INVITE_USE] = {"invite_use", "a", false, false},
    [ROUTER_SESSION_PUT] = {"session_put", "", false, true},
    [ROUTER_SESSION_GET] = {"session_get", "anlus", false, true},
    [ROUTER_SESSION_DEL] = {"session_del", "", false, true},
    [ROUTER_FAQ_CHANGE] = {"faq_change", "r", false, false},
    [ROUTER_FAQ_UNDO] = {"faq_undo", "r", false, false},
    [ROUTER_FAQ_HISTORY] = {"faq_history", "j", true, true},
    [ROUTER_FAQ_STATS] = {"faq_stats", "j", true, true},
    [ROUTER_FAQ_SHADOW] = {"faq_shadow", "", false, true},
    [ROUTER_UNANSWERED] = {"unanswered", "j", true, true},
    [ROUTER_UNANSWERED_DROP] = {"unanswered_drop", "", false, true},
    [ROUTER_PAST] = {"past", "nj", true, true},
    [ROUTER_OPENING] = {"opening", "", false, true},
    [ROUTER_REPORT] = {"report", "j", true, true},
    [ROUTER_LIVE] = {"live", "j", true, true},
    [ROUTER_BLOCK] = {"block", "q", false, false},
    [ROUTER_SET] = {"set", "j", false, true},
    [ROUTER_UNDO] = {"undo", "j", false, true},
    [ROUTER_CHANGES] = {"changes", "j", true, true},
    [ROUTER_SETTINGS_ALL] = {"settings_all", "j", true, true},
    [ROUTER_CANNED] = {"canned", "j", true, true},
    [ROUTER_PHRASES] = {"phrases", "j", true, true},
    [ROUTER_PEOPLE] = {"people", "j", true, true},
    [ROUTER_AGENT_PUT] = {"agent_put", "y", false, false},
    [ROUTER_AGENT_OFF] = {"agent_off", "", false, false},
    [ROUTER_AGENT_INVITE] = {"agent_invite", "", false, true},
    [ROUTER_SEARCH] = {"search", "j", true, true},
    [ROUTER_HISTORY] = {"history", "j", true, true},
    [ROUTER_PRACTICE] = {"practice", "", false, true},
    [ROUTER_VOUCHERS] = {"vouchers", "j", true, true},
    [ROUTER_VOUCHERS_ADD] = {"vouchers_add", "r", false, false},
    [ROUTER_PROMISE] = {"promise", "iq", false, false},
    [ROUTER_KEPT] = {"kept", "q", false, false},
    [ROUTER_FOLLOWUP] = {"followup", "qf", false, false},
};

static struct span words(const char *text)
{
    return (struct span){text, strlen(text)};
}

static bool is_text(const redisReply *r)
{
    return r && (r->type == REDIS_REPLY_STRING || r->type == REDIS_REPLY_STATUS) && r->str;
}

static bool text_is(const redisReply *r, const char *word)
{
    return is_text(r) && r->len == strlen(word) && memcmp(r->str, word, r->len) == 0;
}

/* A non-negative number, given as an integer or as its digits. */
static bool number_of(const redisReply *r, uint64_t most, uint64_t *out)
{
    uint64_t value = 0;
    if (r && r->type == REDIS_REPLY_INTEGER) {
        if (r->integer < 0)
            return false;
        value = (uint64_t)r->integer;
    } else if (is_text(r) && r->len > 0 && r->len <= 18) {
        for (size_t i = 0; i < r->len; i++) {
            if (r->str[i] < '0' || r->str[i] > '9')
                return false;
            value = value * 10 + (uint64_t)(r->str[i] - '0');
        }
    } else {
        return false;
    }
    *out = value;
    return value <= most;
}

static struct span *text_place(struct result *out, char letter)
{
    switch (letter) {
    case 'f':
        return &out->phase;
    case 'a':
        return &out->agent;
    case 'n':
        return &out->name;
    case 'l':
        return &out->langs;
    case 'u':
        return &out->queues;
    case 'w':
        return &out->wait;
    case 'g':
        return &out->page;
    case 'j':
        return &out->json;
    default:
        return NULL;
    }
}

static bool *flag_place(struct result *out, char letter)
{
    switch (letter) {
    case 'd':
        return &out->dup;
    case 'o':
        return &out->opened;
    case 's':
        return &out->supervisor;
    case 'y':
        return &out->yes;
    default:
        return NULL;
    }
}

static uint32_t *count_place(struct result *out, char letter)
{
    switch (letter) {
    case 'q':
        return &out->seq;
    case 'h':
        return &out->head;
    case 'p':
        return &out->place;
    case 'i':
        return &out->promise;
    case '1':
        return &out->expired_leases;
    case '2':
        return &out->expired_offers;
    case '3':
        return &out->unheard;
    case '4':
        return &out->offered;
    default:
        return NULL;
    }
}

static bool read_element(struct result *out, char letter, const redisReply *r)
{
    struct span *text = text_place(out, letter);
    if (text) {
        if (is_text(r))
            *text = (struct span){r->str, r->len};
        return is_text(r);
    }
    uint64_t value = 0;
    bool *flag = flag_place(out, letter);
    if (flag) {
        bool fits = number_of(r, 1, &value);
        *flag = value == 1;
        return fits;
    }
    uint32_t *count = count_place(out, letter);
    bool fits = number_of(r, count ? UINT32_MAX : INT64_MAX, &value);
    if (count)
        *count = fits ? (uint32_t)value : 0;
    else if (letter == 'c')
        out->chat = value;
    else if (letter == 'b')
        out->followup = value;
    else if (letter == 't')
        out->at_ms = (int64_t)value;
    else
        out->rev = value;
    return fits;
}

static struct result bad(const char *message)
{
    return (struct result){.code = RESULT_BAD, .message = words(message)};
}

static bool begins(const redisReply *r, const char *prefix)
{
    return r->str && r->len >= strlen(prefix) && memcmp(r->str, prefix, strlen(prefix)) == 0;
}

bool reply_lost_library(const struct redisReply *reply)
{
    return reply && reply->type == REDIS_REPLY_ERROR && begins(reply, "ERR Function not found");
}

bool reply_lost_master(const struct redisReply *reply)
{
    return reply && reply->type == REDIS_REPLY_ERROR && begins(reply, "READONLY");
}

/* Errors of Redis itself that pass by themselves or by an operator's hand: the caller is told to try again. */
static struct result read_error(const redisReply *r)
{
    static const struct {
        const char *prefix, *message;
    } passing[] = {
        {"OOM", "The message store is out of memory; nothing was saved."},
        {"MISCONF", "The message store cannot write to its disk; nothing was saved."},
        {"LOADING", "The message store is starting; nothing was saved."},
        {"READONLY", "The message store is a read-only replica; nothing was saved."},
        {"BUSY", "The message store is busy; nothing was saved."},
        {"MASTERDOWN", "The message store has lost its master; nothing was saved."},
        {"NOREPLICAS", "The message store has lost its replicas; nothing was saved."},
        {"CLUSTERDOWN", "The message store's cluster is down; nothing was saved."},
        {"TRYAGAIN", "The message store is being moved; nothing was saved."},
        {"ERR Function not found", "The message store has lost its Functions; they are being loaded again."},
    };
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (begins(r, passing[i].prefix))
            return (struct result){
                .code = RESULT_REFUSED, .refusal = words("busy"), .message = words(passing[i].message)};
    if (!r->str)
        return bad("an error without words");
    return (struct result){.code = RESULT_BAD, .message = {r->str, r->len}};
}

struct result reply_read(enum router_op op, const struct redisReply *reply)
{
    if ((unsigned)op >= ROUTER_OP_COUNT)
        return bad("no such request");
    if (!reply)
        return (struct result){.code = RESULT_DOWN, .message = words("The connection to Redis broke.")};
    if (reply->type == REDIS_REPLY_ERROR)
        return read_error(reply);
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0 || !reply->element)
        return bad("the reply is no list");
    if (text_is(reply->element[0], "no")) {
        if (reply->elements < 3 || !is_text(reply->element[1]) || !is_text(reply->element[2]))
            return bad("a refusal without code or message");
        return (struct result){.code = RESULT_REFUSED,
                               .refusal = {reply->element[1]->str, reply->element[1]->len},
                               .message = {reply->element[2]->str, reply->element[2]->len}};
    }
    if (!text_is(reply->element[0], "ok"))
        return bad("the reply begins with neither ok nor no");
    const char *shape = op_rows[op].shape;
    if (reply->elements - 1 < strlen(shape))
        return bad("the reply is too short");
    struct result out = {.code = RESULT_OK};
    for (size_t i = 0; shape[i]; i++)
        if (!read_element(&out, shape[i], reply->element[i + 1]))
            return bad("an element of the reply has a wrong type or value");
    return out;
}
