/* Chats with somebody here: each event reaches each follower once and in order, holes are read from the stream.
 *
 * A follower owns its struct follow; next_seq 0 means it waits to be placed (nothing is delivered to it yet). */
#ifndef FIRSTLINE_GATEWAY_TOPIC_H
#define FIRSTLINE_GATEWAY_TOPIC_H
#include "gateway/call.h"
#include "gateway/wheel.h"

#define TOPIC_PAGE 200     /* events a read asks for */
#define TOPIC_READS_MAX 64 /* reads under way at once, so that a reconnect does not flood Redis */
#define TOPIC_RETRY_MS 250 /* until there is room, or Redis answers again */

struct topic;
struct topics;

/* One event as it passes: the whole frame, and its kind. */
struct event {
    uint64_t chat;
    uint32_t seq;
    struct span frame, kind;
};

struct follow;

/* What a visitor's socket does, and what an agent's. */
struct follow_kind {
    bool agent;
    bool (*room)(const struct follow *f);  /* for a page of history: else it is asked again later */
    bool (*space)(const struct follow *f); /* for one more event: else it is read later */
    void (*event)(struct follow *f, const struct event *e);
    void (*frame)(struct follow *f, struct span frame); /* typing, seen, notes, places */
    void (*caught_up)(struct follow *f);                /* wake-ups may have been lost before; may be NULL */
    void (*outdated)(struct follow *f); /* it was given events the store has lost: it must begin anew; may be NULL */
};

struct follow {
    struct follow *next;
    struct topic *topic; /* NULL = follows nothing */
    uint64_t chat;
    void *owner;
    const struct follow_kind *kind;
    uint32_t next_seq;
};

struct topics_options {
    struct router *const *router;
    struct calls *calls;
    struct wheel *wheel;
    const int64_t *now_ms;
    void *owner;
    /* Each event once, before its delivery, whoever follows. */
    void (*passed)(void *owner, const struct event *e);
    uint64_t *reads; /* counter */
};

struct topics *topics_open(const struct topics_options *options);
void topics_close(struct topics *t);
uint32_t topics_count(const struct topics *t);

/* Begins to follow a chat (f->owner and kind set by the caller). False = no memory. */
bool topic_follow(struct topics *t, struct follow *f, uint64_t chat);
void topic_leave(struct topics *t, struct follow *f);
/* Events are known of, or may be, that were not delivered to it yet. */
bool topic_behind(const struct follow *f);
/* Delivery begins at next_seq; never moves back. head = the newest seq known (0 = unknown). What lies between, and what
 * came while the subscription was under way, is read. */
void topic_place(struct topics *t, struct follow *f, uint32_t next_seq, uint32_t head);
/* A message of channel chat:N. */
void topic_message(struct topics *t, uint64_t chat, struct span payload);
/* The subscription of chat:N has just begun: what was published before it is read. */
void topic_subscribed(struct topics *t, uint64_t chat);
/* After what was queued has been sent: whoever had no room may have it now. */
void topics_turn(struct topics *t);
/* Wake-ups may have been missed: everything is read from where each follower stands. */
void topics_resubscribed(struct topics *t);
/* A reply to a ticket of kind CALL_TOPIC. */
void topic_done(struct topics *t, const struct call *call, const struct result *r);
/* Of one event frame: its seq and kind; false = not one of ours. */
bool topic_event(struct span frame, struct event *out);
#endif
