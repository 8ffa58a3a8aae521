/* The Prometheus text format, written by hand: names, help, numbers. */
#include "gateway/metrics.h"
#include <inttypes.h>
#include <string.h>

static const uint32_t bounds_us[METRICS_BUCKETS] = {250,     500,     1000,     2500,     5000,    10000,
                                                    25000,   50000,   100000,   250000,   500000,  1000000,
                                                    2500000, 5000000, 10000000, 30000000, 60000000};

static const struct {
    const char *name, *help;
} told[METRIC_COUNT] = {
    [METRIC_SAYS] = {"firstline_visitor_messages_total", "Messages acknowledged to visitors."},
    [METRIC_AGENT_SAYS] = {"firstline_agent_messages_total", "Messages acknowledged to agents."},
    [METRIC_EVENTS] = {"firstline_events_delivered_total", "Transcript events delivered to sockets."},
    [METRIC_HOLES] = {"firstline_stream_reads_total", "Transcript reads to close a hole or catch up."},
    [METRIC_ANSWERS] = {"firstline_automatic_answers_total", "Automatic answers sent."},
    [METRIC_ANSWERS_LEFT] = {"firstline_automatic_answers_refused_total", "Automatic answers that came too late."},
    [METRIC_SHADOW] = {"firstline_shadow_matches_total", "Matches of entries on trial, not sent."},
    [METRIC_ENQUEUED] = {"firstline_chats_queued_total", "Chats put into the queue by this gateway."},
    [METRIC_OFFERS] = {"firstline_offers_shown_total", "Offers shown to agents."},
    [METRIC_PERSON_WISHES] = {"firstline_person_wishes_total", "Wishes for a person found in a message."},
    [METRIC_FLOODS] = {"firstline_floods_closed_total", "Sockets closed for flooding."},
    [METRIC_REFUSED] = {"firstline_sockets_refused_total", "Sockets refused by address limits or a block."},
};

void metrics_error(struct metrics *m, struct span code)
{
    for (int i = 0; i < METRICS_CODES; i++) {
        if (!m->errors[i].code[0]) {
            span_copy(i == METRICS_CODES - 1 ? SPAN("other") : code, m->errors[i].code, sizeof m->errors[i].code);
        }
        if (span_is(code, m->errors[i].code) || i == METRICS_CODES - 1) {
            m->errors[i].count++;
            return;
        }
    }
}

void metrics_duration(struct durations *d, int64_t us)
{
    int i = 0;
    while (i < METRICS_BUCKETS && us > (int64_t)bounds_us[i]) {
        i++;
    }
    d->bucket[i]++;
    d->count++;
    d->us_sum += us > 0 ? (uint64_t)us : 0;
}

static void number(struct text *out, const char *name, const char *type, const char *help, uint64_t value)
{
    text_add(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n", name, help, name, type, name, value);
}

static void histogram(const struct durations *d, const char *name, const char *help, struct text *out)
{
    uint64_t so_far = 0;
    text_add(out, "# HELP %s %s\n# TYPE %s histogram\n", name, help, name);
    for (int i = 0; i < METRICS_BUCKETS; i++) {
        so_far += d->bucket[i];
        text_add(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name, bounds_us[i] / 1e6, so_far);
    }
    text_add(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %.6f\n%s_count %" PRIu64 "\n", name, d->count, name,
             (double)d->us_sum / 1e6, name, d->count);
}

void metrics_text(const struct metrics *m, const struct metrics_now *now, struct text *out)
{
    text_add(out,
             "# HELP firstline_sockets Open websockets.\n# TYPE firstline_sockets gauge\n"
             "firstline_sockets{kind=\"visitor\"} %u\nfirstline_sockets{kind=\"agent\"} %u\n",
             now->visitors, now->agents);
    number(out, "firstline_sockets_opened_total", "counter", "Websockets opened.", now->opened);
    number(out, "firstline_frames_in_total", "counter", "Frames from clients.", now->frames_in);
    number(out, "firstline_frames_out_total", "counter", "Frames to clients.", now->frames_out);
    number(out, "firstline_bytes_out_total", "counter", "Bytes to clients.", now->bytes_out);
    number(out, "firstline_unsent_bytes", "gauge", "Bytes waiting for clients to read.", now->unsent);
    number(out, "firstline_sockets_too_slow_total", "counter", "Sockets closed because they did not read.",
           now->too_slow);
    number(out, "firstline_sockets_silent_total", "counter", "Sockets dropped after two silent heartbeats.",
           now->silent);
    number(out, "firstline_router_in_flight", "gauge", "Requests to Redis without a reply yet.", now->in_flight);
    number(out, "firstline_chats_followed", "gauge", "Chats with a socket here.", now->topics);
    number(out, "firstline_redis_up", "gauge", "1 while requests to Redis work.", now->up);
    number(out, "firstline_disk_full", "gauge", "1 while nothing is accepted, for want of space in the data directory.",
           now->full);
    number(out, "firstline_redis_listening", "gauge", "1 while wake-ups from Redis arrive.", now->listening);
    number(out, "firstline_ready", "gauge", "1 when ready for work.", now->ready);
    number(out, "firstline_draining", "gauge", "1 while draining.", now->draining);
    for (int i = 0; i < METRIC_COUNT; i++) {
        number(out, told[i].name, "counter", told[i].help, m->count[i]);
    }
    text_add(out, "# HELP firstline_errors_total Errors told to clients.\n# TYPE firstline_errors_total counter\n");
    for (int i = 0; i < METRICS_CODES && m->errors[i].code[0]; i++) {
        text_add(out, "firstline_errors_total{code=\"%s\"} %" PRIu64 "\n", m->errors[i].code, m->errors[i].count);
    }
    histogram(&m->acks, "firstline_ack_seconds", "From a visitor's message to its acknowledgement.", out);
    histogram(&m->requests, "firstline_redis_seconds", "From a request to Redis to its reply.", out);
    histogram(&m->matches, "firstline_faq_match_seconds", "Matching one message against the FAQ.", out);
    histogram(&m->offers, "firstline_offer_seconds", "From an offer on an agent's screen to its acceptance.", out);
    histogram(&m->turns, "firstline_loop_turn_seconds", "Processor time of one turn of the event loop.", out);
}
