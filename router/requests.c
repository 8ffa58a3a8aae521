/* One request per Function: its arguments as words, in the Function's order. */
#include "router/request.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct span words(const char *text)
{
    return (struct span){text, strlen(text)};
}

struct digits {
    char text[24];
};

static struct span digits(struct digits *d, uint64_t value)
{
    int n = snprintf(d->text, sizeof d->text, "%" PRIu64, value);
    return (struct span){d->text, (size_t)n};
}

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define CALL(op, ...) router_request(r, op, ticket, COUNT(((struct span[]){__VA_ARGS__})), (struct span[]){__VA_ARGS__})

bool router_resume(struct router *r, uint64_t ticket, struct span vid, uint32_t after, uint64_t chat, int64_t at_ms)
{
    struct digits a, c, t;
    return CALL(ROUTER_RESUME, vid, digits(&a, after), chat ? digits(&c, chat) : words(""),
                at_ms > 0 ? digits(&t, (uint64_t)at_ms) : words(""));
}

bool router_visitor_say(struct router *r, uint64_t ticket, const struct visitor_words *w)
{
    return CALL(ROUTER_VISITOR_SAY, w->vid, w->mid, w->body, w->preview, w->lang, w->page, w->profile, w->queue);
}

bool router_visitor_human(struct router *r, uint64_t ticket, const struct visitor_words *w)
{
    return CALL(ROUTER_VISITOR_HUMAN, w->vid, w->mid, w->lang, w->page, w->profile, w->queue);
}

bool router_answer(struct router *r, uint64_t ticket, uint64_t chat, struct span faq, struct span body,
                   uint32_t expect_seq)
{
    struct digits c, e;
    return CALL(ROUTER_ANSWER, digits(&c, chat), faq, body, digits(&e, expect_seq));
}

bool router_enqueue(struct router *r, uint64_t ticket, uint64_t chat, const char *reason, uint32_t expect_seq)
{
    struct digits c, e;
    return CALL(ROUTER_ENQUEUE, digits(&c, chat), words(reason), digits(&e, expect_seq));
}

bool router_helped(struct router *r, uint64_t ticket, struct span vid, uint32_t seq, bool yes)
{
    struct digits s;
    return CALL(ROUTER_HELPED, vid, digits(&s, seq), words(yes ? "1" : "0"));
}

bool router_profile(struct router *r, uint64_t ticket, struct span vid, struct span json, struct span page)
{
    return CALL(ROUTER_PROFILE, vid, json, page);
}

bool router_rate(struct router *r, uint64_t ticket, struct span vid, int score, struct span text, uint64_t chat)
{
    struct digits s, c;
    return CALL(ROUTER_RATE, vid, digits(&s, score < 0 ? 0 : (uint64_t)score), text,
                chat ? digits(&c, chat) : words(""));
}

bool router_visitor_end(struct router *r, uint64_t ticket, struct span vid, uint64_t chat)
{
    struct digits c;
    return CALL(ROUTER_VISITOR_END, vid, chat ? digits(&c, chat) : words(""));
}

bool router_followup(struct router *r, uint64_t ticket, struct span vid, uint64_t chat, bool yes)
{
    struct digits c;
    return CALL(ROUTER_FOLLOWUP, vid, digits(&c, chat), words(yes ? "1" : "0"));
}

bool router_read(struct router *r, uint64_t ticket, uint64_t chat, uint32_t from, uint32_t limit)
{
    struct digits c, f, l;
    return CALL(ROUTER_READ, digits(&c, chat), digits(&f, from), digits(&l, limit));
}

bool router_seen(struct router *r, uint64_t ticket, uint64_t chat, bool by_agent, uint32_t seq)
{
    struct digits c, s;
    return CALL(ROUTER_SEEN, digits(&c, chat), words(by_agent ? "a" : "v"), digits(&s, seq));
}

bool router_presence(struct router *r, uint64_t ticket, struct span agent, struct span state, int capacity)
{
    struct digits c;
    return CALL(ROUTER_PRESENCE, agent, state, capacity > 0 ? digits(&c, (uint64_t)capacity) : words(""));
}

bool router_lease(struct router *r, uint64_t ticket, struct span gateway, uint32_t sockets, int pid, size_t n,
                  const struct lease *leases)
{
    enum { BEFORE = 3 };
    if (n > ROUTER_LEASES_MAX)
        return false;
    struct span *args = malloc((BEFORE + 2 * n) * sizeof *args);
    struct digits *ttl = malloc((n + 1) * sizeof *ttl), s, p;
    bool sent = false;
    if (args && ttl) {
        args[0] = gateway;
        args[1] = digits(&s, sockets);
        args[2] = digits(&p, pid > 0 ? (uint64_t)pid : 0);
        for (size_t i = 0; i < n; i++) {
            int len =
                snprintf(ttl[i].text, sizeof ttl[i].text, "%s%" PRIu32, leases[i].exactly ? "=" : "", leases[i].ttl_ms);
            args[BEFORE + 2 * i] = leases[i].agent;
            args[BEFORE + 2 * i + 1] = (struct span){ttl[i].text, (size_t)len};
        }
        sent = router_request(r, ROUTER_LEASE, ticket, BEFORE + 2 * n, args);
    }
    free(args);
    free(ttl);
    return sent;
}

bool router_accept(struct router *r, uint64_t ticket, struct span agent, uint64_t chat)
{
    struct digits c;
    return CALL(ROUTER_ACCEPT, agent, digits(&c, chat));
}

bool router_decline(struct router *r, uint64_t ticket, struct span agent, uint64_t chat)
{
    struct digits c;
    return CALL(ROUTER_DECLINE, agent, digits(&c, chat));
}

bool router_take(struct router *r, uint64_t ticket, struct span agent, uint64_t chat)
{
    struct digits c;
    return CALL(ROUTER_TAKE, agent, digits(&c, chat));
}

bool router_agent_say(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, struct span mid,
                      struct span body)
{
    struct digits c;
    return CALL(ROUTER_AGENT_SAY, agent, digits(&c, chat), mid, body);
}

bool router_note(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, struct span mid, struct span text)
{
    struct digits c;
    return CALL(ROUTER_NOTE, agent, digits(&c, chat), mid, text);
}

bool router_transfer(struct router *r, uint64_t ticket, const struct transfer *t)
{
    struct digits c;
    return CALL(ROUTER_TRANSFER, t->agent, digits(&c, t->chat), words(t->to_agent ? "agent" : "queue"), t->to,
                t->reason, t->note);
}

bool router_chat_close(struct router *r, uint64_t ticket, const struct closing *c)
{
    struct digits n;
    return CALL(ROUTER_CLOSE, c->agent, digits(&n, c->chat), c->outcome, c->category, c->need);
}

bool router_promise(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, struct span text,
                    int64_t due_ms)
{
    struct digits c, d;
    return CALL(ROUTER_PROMISE, agent, digits(&c, chat), text, digits(&d, due_ms < 0 ? 0 : (uint64_t)due_ms));
}

bool router_kept(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, uint32_t promise)
{
    struct digits c, p;
    return CALL(ROUTER_KEPT, agent, digits(&c, chat), digits(&p, promise));
}

bool router_handover(struct router *r, uint64_t ticket, uint64_t chat, struct span agent)
{
    struct digits c;
    return CALL(ROUTER_HANDOVER, digits(&c, chat), agent);
}

bool router_home(struct router *r, uint64_t ticket, struct span agent)
{
    return CALL(ROUTER_HOME, agent);
}

bool router_desk(struct router *r, uint64_t ticket)
{
    return router_request(r, ROUTER_DESK, ticket, 0, NULL);
}

bool router_transcript(struct router *r, uint64_t ticket, uint64_t chat)
{
    struct digits c;
    return CALL(ROUTER_TRANSCRIPT, digits(&c, chat));
}

bool router_tick(struct router *r, uint64_t ticket, struct span gateway, struct span offset)
{
    return CALL(ROUTER_TICK, gateway, offset);
}

bool router_opening(struct router *r, uint64_t ticket, size_t n, const struct router_opening *rows)
{
    struct span args[3 * ROUTER_QUEUES_MAX];
    struct digits turns[ROUTER_QUEUES_MAX];
    if (n > ROUTER_QUEUES_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        args[3 * i] = rows[i].queue;
        args[3 * i + 1] = words(rows[i].open ? "1" : "0");
        args[3 * i + 2] = digits(&turns[i], rows[i].turns_ms > 0 ? (uint64_t)rows[i].turns_ms : 0);
    }
    return router_request(r, ROUTER_OPENING, ticket, 3 * n, args);
}

bool router_settings(struct router *r, uint64_t ticket)
{
    return router_request(r, ROUTER_SETTINGS, ticket, 0, NULL);
}

bool router_faq_put(struct router *r, uint64_t ticket, struct span expected_rev, size_t n,
                    const struct faq_entry *entries)
{
    enum { BEFORE = 2 };
    if (n > ROUTER_FAQ_MAX)
        return false;
    struct digits count;
    struct span *args = malloc((BEFORE + 2 * n) * sizeof *args);
    if (!args)
        return false;
    args[0] = expected_rev;
    args[1] = digits(&count, n);
    for (size_t i = 0; i < n; i++) {
        args[BEFORE + 2 * i] = entries[i].id;
        args[BEFORE + 2 * i + 1] = entries[i].json;
    }
    bool sent = router_request(r, ROUTER_FAQ_PUT, ticket, BEFORE + 2 * n, args);
    free(args);
    return sent;
}

bool router_faq_all(struct router *r, uint64_t ticket)
{
    return router_request(r, ROUTER_FAQ_ALL, ticket, 0, NULL);
}

bool router_office(struct router *r, enum router_op op, uint64_t ticket, size_t n, const struct span *args)
{
    return router_request(r, op, ticket, n, args);
}

bool router_blocked(struct router *r, uint64_t ticket, struct span address)
{
    return CALL(ROUTER_BLOCKED, address);
}

bool router_login(struct router *r, uint64_t ticket, struct span agent)
{
    return CALL(ROUTER_LOGIN, agent);
}

bool router_invite_use(struct router *r, uint64_t ticket, struct span hash, struct span password_hash)
{
    return CALL(ROUTER_INVITE_USE, hash, password_hash);
}

bool router_session_put(struct router *r, uint64_t ticket, struct span hash, struct span agent)
{
    return CALL(ROUTER_SESSION_PUT, hash, agent);
}

bool router_session_get(struct router *r, uint64_t ticket, struct span hash)
{
    return CALL(ROUTER_SESSION_GET, hash);
}

bool router_session_del(struct router *r, uint64_t ticket, struct span hash)
{
    return CALL(ROUTER_SESSION_DEL, hash);
}

bool router_faq_change(struct router *r, uint64_t ticket, struct span agent, uint64_t expected_rev, const char *what,
                       size_t n, const struct faq_entry *entries)
{
    enum { BEFORE = 4, MOST = 100 };
    struct digits rev, count;
    struct span args[BEFORE + 2 * MOST];
    if (n > MOST)
        return false;
    args[0] = agent;
    args[1] = digits(&rev, expected_rev);
    args[2] = words(what);
    args[3] = digits(&count, n);
    for (size_t i = 0; i < n; i++) {
        args[BEFORE + 2 * i] = entries[i].id;
        args[BEFORE + 2 * i + 1] = entries[i].json;
    }
    return router_request(r, ROUTER_FAQ_CHANGE, ticket, BEFORE + 2 * n, args);
}

bool router_faq_undo(struct router *r, uint64_t ticket, struct span agent, uint64_t expected_rev, uint64_t to_rev)
{
    struct digits e, t;
    return CALL(ROUTER_FAQ_UNDO, agent, digits(&e, expected_rev), digits(&t, to_rev));
}

bool router_faq_history(struct router *r, uint64_t ticket)
{
    return router_request(r, ROUTER_FAQ_HISTORY, ticket, 0, NULL);
}

bool router_faq_stats(struct router *r, uint64_t ticket)
{
    return router_request(r, ROUTER_FAQ_STATS, ticket, 0, NULL);
}

bool router_faq_shadow(struct router *r, uint64_t ticket, uint64_t chat, struct span entry)
{
    struct digits c;
    return CALL(ROUTER_FAQ_SHADOW, digits(&c, chat), entry);
}

bool router_unanswered(struct router *r, uint64_t ticket, struct span before, uint32_t count)
{
    struct digits c;
    return CALL(ROUTER_UNANSWERED, before, digits(&c, count));
}

bool router_past(struct router *r, uint64_t ticket, struct span before, uint32_t count)
{
    struct digits c;
    return CALL(ROUTER_PAST, before, digits(&c, count));
}

bool router_unanswered_drop(struct router *r, uint64_t ticket, struct span agent, size_t n, const struct span *ids)
{
    enum { MOST = 500 };
    struct span args[1 + MOST];
    if (n > MOST)
        return false;
    args[0] = agent;
    for (size_t i = 0; i < n; i++)
        args[1 + i] = ids[i];
    return router_request(r, ROUTER_UNANSWERED_DROP, ticket, 1 + n, args);
}

bool router_report(struct router *r, uint64_t ticket, const struct report_wish *w)
{
    return CALL(ROUTER_REPORT, w->agent, w->from, w->to, w->by, words(w->csv ? "csv" : "json"));
}

bool router_live(struct router *r, uint64_t ticket, struct span agent)
{
    return CALL(ROUTER_LIVE, agent);
}

bool router_block(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, uint32_t hours)
{
    struct digits c, h;
    return CALL(ROUTER_BLOCK, agent, digits(&c, chat), digits(&h, hours));
}
