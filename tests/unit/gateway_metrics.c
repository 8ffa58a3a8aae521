/* The Prometheus text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/metrics.h"
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void has(const struct text *t, const char *line)
{
    if (!strstr(t->at, line)) {
        fail_msg("missing: %s", line);
    }
}

static void counters_and_histogram(void **state)
{
    static struct metrics m;
    const struct metrics_now now = {.visitors = 3, .agents = 1, .up = true};
    struct text t;
    (void)state;
    m.count[METRIC_SAYS] = 7;
    metrics_error(&m, SPAN("busy"));
    metrics_error(&m, SPAN("busy"));
    metrics_error(&m, SPAN("too_long"));
    metrics_duration(&m.acks, 250);
    metrics_duration(&m.acks, 251);
    metrics_duration(&m.acks, 60000000);
    metrics_duration(&m.turns, 9999);
    metrics_duration(&m.turns, 10001);
    text_start(&t);
    metrics_text(&m, &now, &t);
    has(&t, "firstline_sockets{kind=\"visitor\"} 3\n");
    has(&t, "firstline_visitor_messages_total 7\n");
    has(&t, "firstline_errors_total{code=\"busy\"} 2\n");
    has(&t, "firstline_errors_total{code=\"too_long\"} 1\n");
    has(&t, "firstline_ack_seconds_bucket{le=\"0.00025\"} 1\n");
    has(&t, "firstline_ack_seconds_bucket{le=\"0.0005\"} 2\n");
    has(&t, "firstline_ack_seconds_bucket{le=\"5\"} 2\n");
    has(&t, "firstline_ack_seconds_bucket{le=\"+Inf\"} 3\n");
    has(&t, "firstline_ack_seconds_count 3\n");
    has(&t, "firstline_loop_turn_seconds_bucket{le=\"0.01\"} 1\n");
    has(&t, "firstline_loop_turn_seconds_count 2\n");
    has(&t, "firstline_redis_up 1\n");
    text_free(&t);
}

static void kinds_of_errors_are_bounded(void **state)
{
    static struct metrics m;
    char code[24];
    uint64_t total = 0;
    (void)state;
    for (int i = 0; i < 100; i++) {
        snprintf(code, sizeof code, "code_%d", i);
        metrics_error(&m, span_of(code));
    }
    for (int i = 0; i < METRICS_CODES; i++) {
        total += m.errors[i].count;
    }
    assert_int_equal(total, 100);
    assert_string_equal(m.errors[METRICS_CODES - 1].code, "other");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_and_histogram),
        cmocka_unit_test(kinds_of_errors_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
