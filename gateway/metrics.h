/* Counters and one latency histogram, told as Prometheus text. */
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
#define METRICS_BUCKETS 14

struct metrics {
    uint64_t count[METRIC_COUNT];
    struct {
        char code[24];
        uint64_t count;
    } errors[METRICS_CODES];
    uint64_t latency[METRICS_BUCKETS + 1], latency_us_sum, latency_count;
};

/* Values kept elsewhere. */
struct metrics_now {
    uint64_t opened, bytes_out, frames_out, frames_in, too_slow, silent;
    uint32_t visitors, agents, in_flight, topics;
    bool up, listening, ready, draining;
};

void metrics_error(struct metrics *m, struct span code);
/* say → ack */
void metrics_latency(struct metrics *m, int64_t us);
void metrics_text(const struct metrics *m, const struct metrics_now *now, struct text *out);
#endif
