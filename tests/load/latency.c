/* Times into buckets, quantiles out of them. */
#include "latency.h"

static unsigned bucket_of(uint64_t ns)
{
    if (ns < LATENCY_STEPS) {
        return (unsigned)ns;
    }
    unsigned shift = (unsigned)(63 - __builtin_clzll(ns)) - 5;
    return (shift + 1) * LATENCY_STEPS + (unsigned)((ns >> shift) & (LATENCY_STEPS - 1));
}

static uint64_t start_of(unsigned bucket)
{
    if (bucket < LATENCY_STEPS) {
        return bucket;
    }
    unsigned shift = bucket / LATENCY_STEPS - 1;
    return (uint64_t)(LATENCY_STEPS + bucket % LATENCY_STEPS) << shift;
}

void latency_add(struct latency *l, uint64_t ns)
{
    l->count[bucket_of(ns)]++;
    l->n++;
    l->max_ns = ns > l->max_ns ? ns : l->max_ns;
}

double latency_us(const struct latency *l, double q)
{
    uint64_t wanted = (uint64_t)(q * (double)l->n), seen = 0;
    for (unsigned i = 0; i < LATENCY_SIZE && l->n; i++) {
        seen += l->count[i];
        if (seen > wanted) {
            return (double)start_of(i) / 1e3;
        }
    }
    return (double)l->max_ns / 1e3;
}
