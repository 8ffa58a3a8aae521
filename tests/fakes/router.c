/* Records every request in a ring; nothing is ever answered by itself. */
#include "tests/fakes/router.h"
#include <stdio.h>
#include <string.h>

#define ASKED_MAX 2048

static struct asked asked[ASKED_MAX];
static size_t n_asked, n_published;
static bool away;
static struct {
    char name[64];
    int count;
} channel[256];
static char published[20000];
static struct lease leases[8];
static char lease_names[8][40];
static size_t n_leases;

void fake_router_reset(void)
{
    memset(asked, 0, sizeof asked);
    memset(channel, 0, sizeof channel);
    n_asked = n_published = n_leases = 0;
    away = false;
    published[0] = 0;
}

void fake_router_away(bool gone)
{
    away = gone;
}

struct router *fake_router(void)
{
    return (struct router *)(void *)asked;
}

struct asked *fake_asked(enum router_op op)
{
    for (size_t i = n_asked; i > 0; i--) {
        if (asked[i - 1].op == op && !asked[i - 1].done) {
            return &asked[i - 1];
        }
    }
    return NULL;
}

size_t fake_asked_count(enum router_op op)
{
    size_t n = 0;
    for (size_t i = 0; i < n_asked; i++) {
        n += asked[i].op == op;
    }
    return n;
}

int fake_subscribed(const char *name)
{
    for (size_t i = 0; i < 256; i++) {
        if (strcmp(channel[i].name, name) == 0) {
            return channel[i].count;
        }
    }
    return 0;
}

const char *fake_published(void)
{
    return published;
}

size_t fake_published_count(void)
{
    return n_published;
}

const struct lease *fake_lease(size_t i, size_t *n)
{
    *n = n_leases;
    return i < n_leases ? &leases[i] : NULL;
}

static void copy(char *out, size_t size, struct span s)
{
    snprintf(out, size, "%.*s", (int)s.len, s.len ? s.at : "");
}

static struct asked *ask(enum router_op op, uint64_t ticket)
{
    static struct asked nowhere;
    struct asked *a = n_asked < ASKED_MAX ? &asked[n_asked] : &nowhere;
    *a = (struct asked){.op = op, .ticket = ticket};
    n_asked += !away && n_asked < ASKED_MAX;
    return a;
}

enum router_state router_state(const struct router *r)
{
    (void)r;
    return away ? ROUTER_DOWN : ROUTER_UP;
}

int64_t router_took_us(const struct router *router)
{
    (void)router;
    return 1000;
}

uint32_t router_in_flight(const struct router *r)
{
    (void)r;
    return 0;
}

void router_full(struct router *r, bool full)
{
    (void)r;
    (void)full;
}

bool router_listening(const struct router *r)
{
    (void)r;
    return !away;
}

bool router_resume(struct router *r, uint64_t ticket, struct span vid, uint32_t after, uint64_t chat, int64_t at_ms)
{
    struct asked *a = ask(ROUTER_RESUME, ticket);
    (void)r;
    copy(a->who, sizeof a->who, vid);
    a->seq = after;
    a->chat = chat;
    snprintf(a->more, sizeof a->more, "%lld", (long long)at_ms);
    return !away;
}

static bool words(enum router_op op, uint64_t ticket, const struct visitor_words *w)
{
    struct asked *a = ask(op, ticket);
    copy(a->who, sizeof a->who, w->vid);
    copy(a->mid, sizeof a->mid, w->mid);
    copy(a->words, sizeof a->words, op == ROUTER_VISITOR_SAY ? w->body : w->profile);
    snprintf(a->more, sizeof a->more, "%.*s|%.*s|%.*s", (int)w->lang.len, w->lang.at, (int)w->page.len, w->page.at,
             (int)w->queue.len, w->queue.at);
    return !away;
}

bool router_visitor_say(struct router *r, uint64_t ticket, const struct visitor_words *w)
{
    (void)r;
    return words(ROUTER_VISITOR_SAY, ticket, w);
}

bool router_visitor_human(struct router *r, uint64_t ticket, const struct visitor_words *w)
{
    (void)r;
    return words(ROUTER_VISITOR_HUMAN, ticket, w);
}

bool router_answer(struct router *r, uint64_t ticket, uint64_t chat, struct span faq, struct span body,
                   uint32_t expect_seq)
{
    struct asked *a = ask(ROUTER_ANSWER, ticket);
    (void)r;
    a->chat = chat;
    a->seq = expect_seq;
    copy(a->more, sizeof a->more, faq);
    copy(a->words, sizeof a->words, body);
    return !away;
}

bool router_enqueue(struct router *r, uint64_t ticket, uint64_t chat, const char *reason, uint32_t expect_seq)
{
    struct asked *a = ask(ROUTER_ENQUEUE, ticket);
    (void)r;
    a->chat = chat;
    a->seq = expect_seq;
    snprintf(a->words, sizeof a->words, "%s", reason);
    return !away;
}

bool router_helped(struct router *r, uint64_t ticket, struct span vid, uint32_t seq, bool yes)
{
    struct asked *a = ask(ROUTER_HELPED, ticket);
    (void)r;
    copy(a->who, sizeof a->who, vid);
    a->seq = seq;
    a->yes = yes;
    return !away;
}

bool router_profile(struct router *r, uint64_t ticket, struct span vid, struct span json, struct span page)
{
    struct asked *a = ask(ROUTER_PROFILE, ticket);
    (void)r;
    copy(a->who, sizeof a->who, vid);
    copy(a->words, sizeof a->words, json);
    copy(a->more, sizeof a->more, page);
    return !away;
}

bool router_rate(struct router *r, uint64_t ticket, struct span vid, int score, struct span text, uint64_t chat)
{
    struct asked *a = ask(ROUTER_RATE, ticket);
    (void)r;
    copy(a->who, sizeof a->who, vid);
    a->seq = (uint32_t)score;
    a->chat = chat;
    copy(a->words, sizeof a->words, text);
    return !away;
}

bool router_visitor_end(struct router *r, uint64_t ticket, struct span vid, uint64_t chat)
{
    struct asked *a = ask(ROUTER_VISITOR_END, ticket);
    (void)r;
    copy(a->who, sizeof a->who, vid);
    a->chat = chat;
    return !away;
}

bool router_followup(struct router *r, uint64_t ticket, struct span vid, uint64_t chat, bool yes)
{
    struct asked *a = ask(ROUTER_FOLLOWUP, ticket);
    (void)r;
    copy(a->who, sizeof a->who, vid);
    a->chat = chat;
    a->yes = yes;
    return !away;
}

bool router_read(struct router *r, uint64_t ticket, uint64_t chat, uint32_t from, uint32_t limit)
{
    struct asked *a = ask(ROUTER_READ, ticket);
    (void)r;
    (void)limit;
    a->chat = chat;
    a->seq = from;
    return !away;
}

bool router_seen(struct router *r, uint64_t ticket, uint64_t chat, bool by_agent, uint32_t seq)
{
    struct asked *a = ask(ROUTER_SEEN, ticket);
    (void)r;
    a->chat = chat;
    a->seq = seq;
    a->yes = by_agent;
    return !away;
}

bool router_presence(struct router *r, uint64_t ticket, struct span agent, struct span state, int capacity)
{
    struct asked *a = ask(ROUTER_PRESENCE, ticket);
    (void)r;
    copy(a->who, sizeof a->who, agent);
    copy(a->more, sizeof a->more, state);
    a->seq = (uint32_t)capacity;
    return !away;
}

bool router_lease(struct router *r, uint64_t ticket, struct span gateway, uint32_t sockets, int pid, size_t n,
                  const struct lease *given)
{
    (void)r;
    (void)sockets;
    (void)pid;
    copy(ask(ROUTER_LEASE, ticket)->who, 80, gateway);
    n_leases = n < 8 ? n : 8;
    for (size_t i = 0; i < n_leases; i++) {
        copy(lease_names[i], sizeof lease_names[i], given[i].agent);
        leases[i] = given[i];
        leases[i].agent = (struct span){lease_names[i], given[i].agent.len};
    }
    return !away;
}

static bool agent_chat(enum router_op op, uint64_t ticket, struct span agent, uint64_t chat)
{
    struct asked *a = ask(op, ticket);
    copy(a->who, sizeof a->who, agent);
    a->chat = chat;
    return !away;
}

bool router_accept(struct router *r, uint64_t ticket, struct span agent, uint64_t chat)
{
    (void)r;
    return agent_chat(ROUTER_ACCEPT, ticket, agent, chat);
}

bool router_decline(struct router *r, uint64_t ticket, struct span agent, uint64_t chat)
{
    (void)r;
    return agent_chat(ROUTER_DECLINE, ticket, agent, chat);
}

bool router_take(struct router *r, uint64_t ticket, struct span agent, uint64_t chat)
{
    (void)r;
    return agent_chat(ROUTER_TAKE, ticket, agent, chat);
}

bool router_handover(struct router *r, uint64_t ticket, uint64_t chat, struct span agent)
{
    (void)r;
    return agent_chat(ROUTER_HANDOVER, ticket, agent, chat);
}

static bool agent_words(enum router_op op, uint64_t ticket, struct span agent, uint64_t chat, struct span mid,
                        struct span text)
{
    struct asked *a = ask(op, ticket);
    copy(a->who, sizeof a->who, agent);
    copy(a->mid, sizeof a->mid, mid);
    copy(a->words, sizeof a->words, text);
    a->chat = chat;
    return !away;
}

bool router_agent_say(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, struct span mid,
                      struct span body)
{
    (void)r;
    return agent_words(ROUTER_AGENT_SAY, ticket, agent, chat, mid, body);
}

bool router_note(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, struct span mid, struct span text)
{
    (void)r;
    return agent_words(ROUTER_NOTE, ticket, agent, chat, mid, text);
}

bool router_transfer(struct router *r, uint64_t ticket, const struct transfer *t)
{
    struct asked *a = ask(ROUTER_TRANSFER, ticket);
    (void)r;
    copy(a->who, sizeof a->who, t->agent);
    a->chat = t->chat;
    a->yes = t->to_agent;
    copy(a->more, sizeof a->more, t->to);
    copy(a->words, sizeof a->words, t->reason);
    return !away;
}

bool router_chat_close(struct router *r, uint64_t ticket, const struct closing *c)
{
    struct asked *a = ask(ROUTER_CLOSE, ticket);
    (void)r;
    copy(a->who, sizeof a->who, c->agent);
    a->chat = c->chat;
    a->yes = c->outcome.len == 6 && memcmp(c->outcome.at, "solved", 6) == 0;
    copy(a->more, sizeof a->more, c->category);
    copy(a->words, sizeof a->words, c->need);
    return !away;
}

bool router_promise(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, struct span text,
                    int64_t due_ms)
{
    struct asked *a = ask(ROUTER_PROMISE, ticket);
    (void)r;
    copy(a->who, sizeof a->who, agent);
    a->chat = chat;
    copy(a->words, sizeof a->words, text);
    snprintf(a->more, sizeof a->more, "%lld", (long long)due_ms);
    return !away;
}

bool router_kept(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, uint32_t promise)
{
    struct asked *a = ask(ROUTER_KEPT, ticket);
    (void)r;
    copy(a->who, sizeof a->who, agent);
    a->chat = chat;
    a->seq = promise;
    return !away;
}

static bool agent_only(enum router_op op, uint64_t ticket, struct span who)
{
    copy(ask(op, ticket)->who, 80, who);
    return !away;
}

bool router_home(struct router *r, uint64_t ticket, struct span agent)
{
    (void)r;
    return agent_only(ROUTER_HOME, ticket, agent);
}

bool router_tick(struct router *r, uint64_t ticket, struct span gateway, struct span offset)
{
    struct asked *a = ask(ROUTER_TICK, ticket);
    (void)r;
    copy(a->who, sizeof a->who, gateway);
    copy(a->more, sizeof a->more, offset);
    return !away;
}

bool router_report(struct router *r, uint64_t ticket, const struct report_wish *w)
{
    (void)r;
    return agent_only(ROUTER_REPORT, ticket, w->agent);
}

bool router_live(struct router *r, uint64_t ticket, struct span agent)
{
    (void)r;
    return agent_only(ROUTER_LIVE, ticket, agent);
}

bool router_block(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, uint32_t hours)
{
    (void)r;
    struct asked *a = ask(ROUTER_BLOCK, ticket);
    copy(a->who, sizeof a->who, agent);
    a->chat = chat;
    a->seq = hours;
    return !away;
}

bool router_blocked(struct router *r, uint64_t ticket, struct span address)
{
    (void)r;
    return agent_only(ROUTER_BLOCKED, ticket, address);
}

bool router_session_get(struct router *r, uint64_t ticket, struct span hash)
{
    (void)r;
    return agent_only(ROUTER_SESSION_GET, ticket, hash);
}

bool router_desk(struct router *r, uint64_t ticket)
{
    (void)r;
    (void)ask(ROUTER_DESK, ticket);
    return !away;
}

bool router_opening(struct router *r, uint64_t ticket, size_t n, const struct router_opening *rows)
{
    struct asked *a = ask(ROUTER_OPENING, ticket);
    size_t len = 0;
    (void)r;
    for (size_t i = 0; i < n; i++) {
        len += (size_t)snprintf(a->words + len, sizeof a->words - len, "%.*s %d %lld ", (int)rows[i].queue.len,
                                rows[i].queue.at, rows[i].open, (long long)rows[i].turns_ms);
    }
    return !away;
}

bool router_settings(struct router *r, uint64_t ticket)
{
    (void)r;
    (void)ask(ROUTER_SETTINGS, ticket);
    return !away;
}

bool router_faq_all(struct router *r, uint64_t ticket)
{
    (void)r;
    (void)ask(ROUTER_FAQ_ALL, ticket);
    return !away;
}

bool router_faq_change(struct router *r, uint64_t ticket, struct span agent, uint64_t expected_rev, const char *what,
                       size_t n, const struct faq_entry *entries)
{
    struct asked *a = ask(ROUTER_FAQ_CHANGE, ticket);
    (void)r;
    copy(a->who, sizeof a->who, agent);
    a->seq = (uint32_t)expected_rev;
    snprintf(a->more, sizeof a->more, "%s %.*s", what, (int)entries[0].id.len, entries[0].id.at);
    copy(a->words, sizeof a->words, n == 1 ? entries[0].json : (struct span){"", 0});
    return !away;
}

bool router_faq_undo(struct router *r, uint64_t ticket, struct span agent, uint64_t expected_rev, uint64_t to_rev)
{
    struct asked *a = ask(ROUTER_FAQ_UNDO, ticket);
    (void)r;
    copy(a->who, sizeof a->who, agent);
    a->seq = (uint32_t)expected_rev;
    a->chat = to_rev;
    return !away;
}

bool router_faq_history(struct router *r, uint64_t ticket)
{
    (void)r;
    (void)ask(ROUTER_FAQ_HISTORY, ticket);
    return !away;
}

bool router_faq_stats(struct router *r, uint64_t ticket)
{
    (void)r;
    (void)ask(ROUTER_FAQ_STATS, ticket);
    return !away;
}

bool router_faq_shadow(struct router *r, uint64_t ticket, uint64_t chat, struct span entry)
{
    (void)r;
    return agent_chat(ROUTER_FAQ_SHADOW, ticket, entry, chat);
}

bool router_unanswered(struct router *r, uint64_t ticket, struct span before, uint32_t count)
{
    (void)r;
    (void)count;
    return agent_only(ROUTER_UNANSWERED, ticket, before);
}

bool router_office(struct router *r, enum router_op op, uint64_t ticket, size_t n, const struct span *args)
{
    struct asked *a = ask(op, ticket);
    (void)r;
    a->words[0] = '\0';
    for (size_t i = 0, used = 0; i < n; i++) {
        int len =
            snprintf(a->words + used, sizeof a->words - used, "%s%.*s", i ? "|" : "", (int)args[i].len, args[i].at);
        used += (size_t)len < sizeof a->words - used ? (size_t)len : 0;
    }
    return !away;
}

bool router_past(struct router *r, uint64_t ticket, struct span before, uint32_t count)
{
    (void)r;
    (void)count;
    return agent_only(ROUTER_PAST, ticket, before);
}

bool router_unanswered_drop(struct router *r, uint64_t ticket, struct span agent, size_t n, const struct span *ids)
{
    struct asked *a = ask(ROUTER_UNANSWERED_DROP, ticket);
    (void)r;
    copy(a->who, sizeof a->who, agent);
    a->seq = (uint32_t)n;
    copy(a->words, sizeof a->words, ids[0]);
    return !away;
}

static int *counted(const char *name)
{
    size_t i = 0;
    while (i < 255 && channel[i].name[0] && strcmp(channel[i].name, name) != 0) {
        i++;
    }
    snprintf(channel[i].name, sizeof channel[i].name, "%s", name);
    return &channel[i].count;
}

bool router_subscribe(struct router *r, const char *name)
{
    (void)r;
    ++*counted(name);
    return true;
}

void router_unsubscribe(struct router *r, const char *name)
{
    (void)r;
    --*counted(name);
}

bool router_publish(struct router *r, const char *name, struct span payload)
{
    (void)r;
    if (!away) {
        snprintf(published, sizeof published, "%s %.*s", name, (int)payload.len, payload.at);
        n_published++;
    }
    return !away;
}
