/* A histogram of times: 32 linear steps in each power of two, so a quantile is at most 3 % off. */
#ifndef FIRSTLINE_TESTS_LOAD_LATENCY_H
#define FIRSTLINE_TESTS_LOAD_LATENCY_H
#include <stdint.h>

enum { LATENCY_STEPS = 32, LATENCY_SIZE = 64 * LATENCY_STEPS };

struct latency {
    uint64_t count[LATENCY_SIZE], n, max_ns;
};

void latency_add(struct latency *l, uint64_t ns);
/* Microseconds below which a share q (0 to 1) of the times lies; 0 when there are none. */
double latency_us(const struct latency *l, double q);
#endif
