/* The only door to Redis: asynchronous requests, one per Function, answered by ticket; and the wake-up channels.
 *
 * One thread, one uv loop: every call and every callback belongs to the loop's thread. */
#ifndef FIRSTLINE_ROUTER_H
#define FIRSTLINE_ROUTER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uv_loop_s;
struct router;

/* A borrowed run of bytes, not NUL-terminated. */
struct span {
    const char *at;
    size_t len;
};

enum router_op {
    ROUTER_RESUME,
    ROUTER_VISITOR_SAY,
    ROUTER_VISITOR_HUMAN,
    ROUTER_ANSWER,
    ROUTER_ENQUEUE,
    ROUTER_HELPED,
    ROUTER_PROFILE,
    ROUTER_RATE,
    ROUTER_VISITOR_END,
    ROUTER_READ,
    ROUTER_SEEN,
    ROUTER_PRESENCE,
    ROUTER_LEASE,
    ROUTER_ACCEPT,
    ROUTER_DECLINE,
    ROUTER_TAKE,
    ROUTER_AGENT_SAY,
    ROUTER_NOTE,
    ROUTER_TRANSFER,
    ROUTER_CLOSE,
    ROUTER_HANDOVER,
    ROUTER_HOME,
    ROUTER_DESK,
    ROUTER_TRANSCRIPT,
    ROUTER_TICK,
    ROUTER_SETTINGS,
    ROUTER_FAQ_PUT,
    ROUTER_FAQ_ALL,
    ROUTER_BLOCKED,
    ROUTER_LOGIN,
    ROUTER_INVITE_USE,
    ROUTER_SESSION_PUT,
    ROUTER_SESSION_GET,
    ROUTER_SESSION_DEL,
    ROUTER_FAQ_CHANGE,
    ROUTER_FAQ_UNDO,
    ROUTER_FAQ_HISTORY,
    ROUTER_FAQ_STATS,
    ROUTER_FAQ_SHADOW,
    ROUTER_UNANSWERED,
    ROUTER_UNANSWERED_DROP,
    ROUTER_PAST,
    ROUTER_OPENING,
    ROUTER_REPORT,
    ROUTER_LIVE,
    ROUTER_BLOCK,
    ROUTER_SET,
    ROUTER_UNDO,
    ROUTER_CHANGES,
    ROUTER_SETTINGS_ALL,
    ROUTER_CANNED,
    ROUTER_PHRASES,
    ROUTER_PEOPLE,
    ROUTER_AGENT_PUT,
    ROUTER_AGENT_OFF,
    ROUTER_AGENT_INVITE,
    ROUTER_SEARCH,
    ROUTER_HISTORY,
    ROUTER_PRACTICE,
    ROUTER_VOUCHERS,
    ROUTER_VOUCHERS_ADD,
    ROUTER_PROMISE,
    ROUTER_KEPT,
    ROUTER_FOLLOWUP,
    ROUTER_OP_COUNT
};

enum result_code {
    RESULT_OK,      /* the Function did it */
    RESULT_REFUSED, /* the Function (or a full or loading Redis) said no: `refusal` (code) and `message` (sentence) */
    RESULT_LATE,    /* no reply before the deadline: it may or may not have happened; safe to retry with the same mid */
    RESULT_DOWN,    /* no connection, or it broke before the reply: as RESULT_LATE */
    RESULT_BAD      /* the reply could not be understood (message says how); also told to on_trouble */
};

/* One reply, valid during the callback only. Which members are set: see the table in reply.h, per op; the others are 0.
 */
struct result {
    enum result_code code;
    struct span refusal, message;
    uint64_t chat;
    uint32_t seq, head;
    int64_t at_ms;
    bool dup;
    bool opened;
    uint32_t place;
    struct span wait;                /* RESUME: "low-high" in seconds, or empty */
    struct span page;                /* RESUME: where the visitor was when told last, JSON, or empty */
    struct span phase;               /* "auto", "queued", … */
    struct span agent;               /* RESUME: JSON {"id","name"} or empty; INVITE_USE, SESSION_GET: the agent's id */
    struct span name, langs, queues; /* SESSION_GET; queues also TICK: those somebody is at work for; name also PAST:
                                        where to go on, empty = that was all */
    bool supervisor;                 /* SESSION_GET */
    struct span json;                /* RESUME, READ: array of event frames; HANDOVER, HOME, DESK, TRANSCRIPT, SETTINGS,
                                        FAQ_ALL, FAQ_HISTORY, FAQ_STATS, UNANSWERED, PAST, LIVE and what supervisors look
                                        up: the document; REPORT: that or a CSV; SET, UNDO: the value; LOGIN: the
                                        password hash */
    uint64_t rev;                    /* FAQ_PUT, FAQ_ALL, FAQ_CHANGE, FAQ_UNDO; VOUCHERS_ADD: how many were new */
    bool yes;                        /* BLOCKED; AGENT_PUT: a new one */
    uint64_t followup;               /* RESUME: the chat to ask about, 0 = none */
    uint32_t promise;                /* PROMISE: its number within the chat */
    uint32_t expired_leases, expired_offers, unheard, offered; /* TICK: what this round moved */
};

enum router_state { ROUTER_CONNECTING, ROUTER_UP, ROUTER_DOWN };

struct router_options {
    /* redis://[user[:password]@]host:port[/db], unix:/path or sentinel://[user[:password]@]h1:p,h2:p,h3:p/NAME[/db];
     * borrowed for the router's life */
    const char *url;
    const char *site;       /* e.g. "main", [A-Za-z0-9_-]{1,32}; borrowed for the router's life */
    uint32_t deadline_ms;   /* per request; 0 = 5000 */
    uint32_t in_flight_max; /* 0 = 1024; beyond it requests are refused at once (functions return false) */
    /* Nobody is told of anything before a replica has it: RESULT_OK then means that one has confirmed, and wake-ups
     * come after that. All gateways of a site alike. */
    bool replicated;
    void *owner; /* given back to the callbacks */
    /* The request link went up or down; `why` is a sentence for people. Told once per change of state or reason. */
    void (*on_state)(void *owner, enum router_state state, const char *why);
    /* One per taken request, never from inside the requesting call. */
    void (*on_done)(void *owner, enum router_op op, uint64_t ticket, const struct result *result);
    /* A message on a channel we subscribed to; `channel` without the "{site}:" prefix, e.g. "chat:42", "desk". */
    void (*on_message)(void *owner, struct span channel, struct span payload);
    /* After a subscriber connection came (back) and every channel is subscribed again: wake-ups may have been missed,
     * holes must be read. Also told once at the first connect. */
    void (*on_resubscribed)(void *owner);
    /* Redis has confirmed a new subscription (first router_subscribe of that channel, or the first after its last
     * unsubscribe). What was published before is not delivered: read the stream from your last seq now. Not told for
     * the subscriptions renewed after a reconnect (on_resubscribed stands for them all). May be NULL. */
    void (*on_subscribed)(void *owner, struct span channel);
    /* Redis came back with another history of writes than before (told after ROUTER_UP). `failover`: another server has
     * become the master, and the newest of what was shown may be gone: clients must reconcile. Otherwise it was started
     * again, from its own files or from others. May be NULL. */
    void (*on_epoch)(void *owner, bool failover);
    /* Something to log that concerns no single caller (an unreadable reply, the subscriber link down); may be NULL. */
    void (*on_trouble)(void *owner, const char *sentence);
};

/* Opens both connections (requests, subscriber) in the background and keeps them up with back-off (50 ms … 1 s); loads
 * the Functions library when it is missing or older. NULL and why[] only for an impossible url or site, or no memory.
 */
struct router *router_open(struct uv_loop_s *loop, const struct router_options *options, char *why, size_t why_size);
/* Ends both connections; requests in flight get RESULT_DOWN before it returns; no callback after that. The memory goes
 * when uv has closed the handles: run the loop until it is empty. Not from inside a callback. NULL is allowed. */
void router_close(struct router *r);
enum router_state router_state(const struct router *r);
/* The sentence given with the last on_state. */
const char *router_why(const struct router *r);
uint32_t router_in_flight(const struct router *r);
/* Microseconds from sending to the reply of the request being answered; ask it inside on_done. */
int64_t router_took_us(const struct router *router);
/* True while the subscriber link is up and all channels are subscribed. */
bool router_listening(const struct router *r);
/* While `full`, no request that writes is taken (but what renews a session); those that read go on. */
void router_full(struct router *r, bool full);

/* Each request returns false when it could not be taken (not up, or in_flight_max reached): then there will be no
 * callback. All text is borrowed for the call. */
/* `after` counts in `chat` (0 = unknown): when that is not the newest chat, or ends earlier, everything is sent. */
bool router_resume(struct router *r, uint64_t ticket, struct span vid, uint32_t after, uint64_t chat, int64_t at_ms);
struct visitor_words {
    struct span vid, mid, body, preview, lang, page, profile, queue;
};
bool router_visitor_say(struct router *r, uint64_t ticket, const struct visitor_words *w);
/* body and preview are not used. */
bool router_visitor_human(struct router *r, uint64_t ticket, const struct visitor_words *w);
bool router_answer(struct router *r, uint64_t ticket, uint64_t chat, struct span faq, struct span body,
                   uint32_t expect_seq);
bool router_enqueue(struct router *r, uint64_t ticket, uint64_t chat, const char *reason, uint32_t expect_seq);
bool router_helped(struct router *r, uint64_t ticket, struct span vid, uint32_t seq, bool yes);
/* Either may be empty: not told. */
bool router_profile(struct router *r, uint64_t ticket, struct span vid, struct span json, struct span page);
/* chat 0 = the one closed last */
bool router_rate(struct router *r, uint64_t ticket, struct span vid, int score, struct span text, uint64_t chat);
/* chat 0 = whichever is the newest; else only that one */
bool router_visitor_end(struct router *r, uint64_t ticket, struct span vid, uint64_t chat);
/* Was it really solved? */
bool router_followup(struct router *r, uint64_t ticket, struct span vid, uint64_t chat, bool yes);
bool router_read(struct router *r, uint64_t ticket, uint64_t chat, uint32_t from, uint32_t limit);
bool router_seen(struct router *r, uint64_t ticket, uint64_t chat, bool by_agent, uint32_t seq);
/* capacity 0 = keep */
bool router_presence(struct router *r, uint64_t ticket, struct span agent, struct span state, int capacity);
/* `exactly`: set the lease to now + ttl even when that is shorter than what another gateway gave it. */
struct lease {
    struct span agent;
    uint32_t ttl_ms;
    bool exactly;
};
/* At most ROUTER_LEASES_MAX leases a call; more is refused (false). */
#define ROUTER_LEASES_MAX 500
bool router_lease(struct router *r, uint64_t ticket, struct span gateway, uint32_t sockets, int pid, size_t n,
                  const struct lease *leases);
bool router_accept(struct router *r, uint64_t ticket, struct span agent, uint64_t chat);
bool router_decline(struct router *r, uint64_t ticket, struct span agent, uint64_t chat);
bool router_take(struct router *r, uint64_t ticket, struct span agent, uint64_t chat);
bool router_agent_say(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, struct span mid,
                      struct span body);
bool router_note(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, struct span mid,
                 struct span text);
struct transfer {
    struct span agent;
    uint64_t chat;
    bool to_agent;
    struct span to, reason, note;
};
bool router_transfer(struct router *r, uint64_t ticket, const struct transfer *t);
struct closing {
    struct span agent;
    uint64_t chat;
    struct span outcome, category, need; /* solved or unsolved; outcome and category "" = not recorded */
};
bool router_chat_close(struct router *r, uint64_t ticket, const struct closing *c);
bool router_promise(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, struct span text,
                    int64_t due_ms);
bool router_kept(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, uint32_t promise);
/* An empty agent means no check of rights. */
bool router_handover(struct router *r, uint64_t ticket, uint64_t chat, struct span agent);
bool router_home(struct router *r, uint64_t ticket, struct span agent);
bool router_desk(struct router *r, uint64_t ticket);
bool router_transcript(struct router *r, uint64_t ticket, uint64_t chat);
struct router_opening {
    struct span queue;
    bool open;
    int64_t turns_ms; /* when that changes, since 1970; 0 = not in sight */
};
/* The hours of all queues that have any; at most ROUTER_QUEUES_MAX (false). */
#define ROUTER_QUEUES_MAX 50
bool router_opening(struct router *r, uint64_t ticket, size_t n, const struct router_opening *rows);
/* offset: seconds the shop's clock is ahead of UTC, as digits; empty = not known. */
bool router_tick(struct router *r, uint64_t ticket, struct span gateway, struct span offset);
bool router_settings(struct router *r, uint64_t ticket);
/* One FAQ entry as stored: its id and its JSON. */
struct faq_entry {
    struct span id, json;
};
/* Replaces the whole set; expected_rev "" = whatever is there. At most ROUTER_FAQ_MAX entries a call (false). */
#define ROUTER_FAQ_MAX 5000
bool router_faq_put(struct router *r, uint64_t ticket, struct span expected_rev, size_t n,
                    const struct faq_entry *entries);
bool router_faq_all(struct router *r, uint64_t ticket);
/* Single entries; an empty `json` takes an entry out. At most 100. `what` is "put" or "drop". */
bool router_faq_change(struct router *r, uint64_t ticket, struct span agent, uint64_t expected_rev, const char *what,
                       size_t n, const struct faq_entry *entries);
bool router_faq_undo(struct router *r, uint64_t ticket, struct span agent, uint64_t expected_rev, uint64_t to_rev);
bool router_faq_history(struct router *r, uint64_t ticket);
bool router_faq_stats(struct router *r, uint64_t ticket);
bool router_faq_shadow(struct router *r, uint64_t ticket, uint64_t chat, struct span entry);
/* Pages of at most 1000, the newest first; `before` is empty or where the last page ended. */
bool router_unanswered(struct router *r, uint64_t ticket, struct span before, uint32_t count);
bool router_past(struct router *r, uint64_t ticket, struct span before, uint32_t count);
/* At most 500 ids. */
bool router_unanswered_drop(struct router *r, uint64_t ticket, struct span agent, size_t n, const struct span *ids);
/* Days like 2026-11-22, empty = the last seven; by is empty, shop, agent, queue, category, faq or hour. */
struct report_wish {
    struct span agent, from, to, by; /* agent: who asks and sees what they may */
    bool csv;
};
bool router_report(struct router *r, uint64_t ticket, const struct report_wish *w);
bool router_live(struct router *r, uint64_t ticket, struct span agent);
/* hours 0 = lets the visitor in again. */
bool router_block(struct router *r, uint64_t ticket, struct span agent, uint64_t chat, uint32_t hours);
/* What supervisors set and look up (ROUTER_SET … ROUTER_VOUCHERS_ADD): the Function's own arguments, as words. */
bool router_office(struct router *r, enum router_op op, uint64_t ticket, size_t n, const struct span *args);
bool router_blocked(struct router *r, uint64_t ticket, struct span address);
bool router_login(struct router *r, uint64_t ticket, struct span agent);
bool router_invite_use(struct router *r, uint64_t ticket, struct span hash, struct span password_hash);
bool router_session_put(struct router *r, uint64_t ticket, struct span hash, struct span agent);
bool router_session_get(struct router *r, uint64_t ticket, struct span hash);
bool router_session_del(struct router *r, uint64_t ticket, struct span hash);

/* Wake-ups. Channels are named without prefix ("chat:42"). Subscribing is remembered over reconnects. Counted: n
 * subscribes need n unsubscribes. False only for no memory. */
bool router_subscribe(struct router *r, const char *channel);
void router_unsubscribe(struct router *r, const char *channel);
/* Fire and forget (typing). False when not up. */
bool router_publish(struct router *r, const char *channel, struct span payload);
#endif
