/* One gateway process seen from inside: its parts, lent to visitor and agent, and the machinery that keeps them going.
 *
 * The server owns it, tells it what arrives, and keeps now_ms right before every call. */
#ifndef FIRSTLINE_GATEWAY_GATEWAY_H
#define FIRSTLINE_GATEWAY_GATEWAY_H
#include "gateway/autoreply.h"
#include "gateway/conn.h"
#include "gateway/metrics.h"
#include "gateway/peers.h"
#include "gateway/settings.h"
#include "gateway/wire.h"

struct agents;
struct authors;
struct openings;
struct matcher;
struct phrases;

/* What a gateway has a copy of. */
enum gateway_fetch { GATEWAY_SETTINGS, GATEWAY_FAQ, GATEWAY_WORDS, GATEWAY_FETCHES };

struct gateway {
    struct router *router;
    struct conns *conns;
    struct wheel wheel;
    struct calls *calls;
    struct topics *topics;
    struct peers *peers;
    struct autoreplies *autoreplies;
    struct agents *agents;
    struct authors *authors;
    struct openings *openings;
    struct matcher *matcher; /* NULL until a rule set was compiled */
    struct phrases *phrases; /* of the phrase guard; NULL = none */
    struct settings settings;
    struct zone *zone; /* the shop's; NULL = UTC */
    struct metrics metrics;
    int64_t now_ms; /* monotonic */
    char id[17];
    char site[33];
    bool draining, up, full;        /* full: the store has no room, and is only read */
    bool leased;                    /* Redis has heard of us since it is there: ticks may follow */
    bool lease_missed, desk_missed; /* asked for without success: again soon */
    struct span identity_secret;    /* shared with the shop; "" = identities are not believed. Borrowed */
    bool settings_ever, faq_ever;   /* there is something to work with */
    uint64_t faq_rev;
    struct {
        int64_t asked_ms; /* 0 = not under way */
        bool known;       /* nothing newer is known of */
        bool again;       /* changed while it was under way: what comes may be older */
    } fetched[GATEWAY_FETCHES];
    struct wheel_timer second, lease, desk, recall;
    uint64_t *recalled; /* conns to be asked to connect again, after a failover */
    size_t n_recalled, recall_batch;
    int64_t desk_sent_ms;

    void *owner; /* the server, for what follows */
    /* New settings (already in force here). */
    void (*settings_came)(void *owner, struct span json);
    /* What the shop changed of the phrase guard's list: [{"lang","say","better"},…]. */
    void (*phrases_came)(void *owner, struct span json);
    /* A rule set to compile aside; gateway_faq follows. */
    void (*faq_came)(void *owner, struct span json, uint64_t rev);
    /* Work on the FAQ to do aside: author_aside on another thread, then author_worked here. False = not now. */
    bool (*author_waits)(void *owner);
    /* Ops asked for a drain. */
    void (*drain_asked)(void *owner);
};

struct gateway_options {
    const char *site;
    uint32_t per_address;
    const struct conn_io *io;
    int64_t now_ms;
};

/* False = no memory. */
bool gateway_open(struct gateway *g, const struct gateway_options *options);
/* After all conns are gone and the router is closed. */
void gateway_close(struct gateway *g);

/* What struct router_options calls back; owner is the struct gateway. */
void gateway_state(void *owner, enum router_state state, const char *why);
void gateway_done(void *owner, enum router_op op, uint64_t ticket, const struct result *result);
void gateway_message(void *owner, struct span channel, struct span payload);
void gateway_resubscribed(void *owner);
void gateway_epoch(void *owner, bool failover);
void gateway_subscribed(void *owner, struct span channel);
void gateway_trouble(void *owner, const char *sentence);
/* The store may be written to again (true), or not, for want of space on its disk. */
void gateway_room(struct gateway *g, bool room);
/* Settings, FAQ and words may have changed: they are asked for again. */
void gateway_outdated(struct gateway *g);

/* A compiled set comes into force; the old one is returned for freeing once nobody borrows it. */
struct matcher *gateway_faq(struct gateway *g, struct matcher *compiled, uint64_t rev);
/* Settings and FAQ are there and Redis answers. */
bool gateway_ready(const struct gateway *g, char *why, size_t size);
/* No new work; conns are closed by the server. */
void gateway_drain(struct gateway *g);
void gateway_metrics(struct gateway *g, struct text *out);

/* For visitor and agent. */
/* A call of `c`, with the frame's mid or id; NULL = no memory. */
struct call *gateway_call(struct gateway *g, enum call_kind kind, const struct conn *c, struct span about);
/* The router did not take it: forgets the call and tells the client to come back. */
void gateway_busy(struct gateway *g, struct conn *c, uint64_t ticket, const char *about_name, struct span about);
void gateway_error(struct gateway *g, struct conn *c, const struct wire_complaint *what);
/* A refused, late or lost request as an error frame. */
void gateway_refusal(struct gateway *g, struct conn *c, const char *about_name, struct span about,
                     const struct result *r);
/* Microseconds, monotonic. */
int64_t gateway_us(void);
int64_t gateway_wall_ms(void);
/* This address may send one more frame and is not blocked; else the conn was told (`about` the frame) or marked. */
bool gateway_may_send(struct gateway *g, struct conn *c, struct bucket *own, uint32_t per_10s,
                      const struct wire_about *about);
/* Asks Redis whether the address is blocked, when the last answer is old. */
void gateway_ask_blocked(struct gateway *g, struct conn *c);
void gateway_blocked_known(struct gateway *g, const struct call *call, const struct result *r);
/* Ops blocked or unblocked an address: obeyed at once. */
void gateway_block(struct gateway *g, struct span address, bool blocked);
#endif
