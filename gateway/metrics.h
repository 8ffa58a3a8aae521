/* Counters and histograms of durations, told as Prometheus text. */
#ifndef FIRSTLINE_GATEWAY_METRICS_H
#define FIRSTLINE_GATEWAY_METRICS_H
#include "gateway/text.h"

enum metric {
    METRIC_SAYS,          /* messages acknowledged to visitors */
    METRIC_AGENT_SAYS,    /* messages acknowledged to agents */
    METRIC_EVENTS,        /* events delivered to sockets */
    METRIC_HOLES,         /* streams read because of a hole */
    METRIC_ANSWERS,       /* automatic answers sent */
    METRIC_ANSWERS_LEFT,  /* automatic answers the Function refused */
    METRIC_SHADOW,        /* entries on trial that would have answered */
    METRIC_ENQUEUED,      /* chats this gateway put into the queue */
    METRIC_OFFERS,        /* offers shown to agents */
    METRIC_PERSON_WISHES, /* wishes for a person found in a text */
    METRIC_FLOODS,        /* sockets closed for flooding */
    METRIC_REFUSED,       /* sockets refused (address limits, blocked) */
    METRIC_COUNT
};

#define METRICS_CODES 24
#define METRICS_BUCKETS 17

/* Durations by size; the last bucket holds what is longer than all bounds. */
struct durations {
    uint64_t bucket[METRICS_BUCKETS + 1], us_sum, count;
};

struct metrics {
    uint64_t count[METRIC_COUNT];
    struct {
        char code[24];
        uint64_t count;
    } errors[METRICS_CODES];
    struct durations acks;     /* say → ack */
    struct durations requests; /* a request to Redis → its reply */
    struct durations matches;  /* a message against the FAQ */
    struct durations offers;   /* an offer shown → accepted */
    struct durations turns;    /* processor time of one turn of the event loop: what a socket may have to wait for */
};

/* Values kept elsewhere. */
struct metrics_now {
    uint64_t opened, unsent, bytes_out, frames_out, frames_in, too_slow, silent;
    uint32_t visitors, agents, in_flight, topics;
    bool up, full, listening, ready, draining;
};

void metrics_error(struct metrics *m, struct span code);
void metrics_duration(struct durations *d, int64_t us);
void metrics_text(const struct metrics *m, const struct metrics_now *now, struct text *out);
#endif
