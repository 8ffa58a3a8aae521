/* A bucket as one number (GCRA): the moment until which its content is spent. */
#include "gateway/bucket.h"

uint32_t bucket_take(struct bucket *b, uint32_t count, uint32_t per_ms, int64_t now_ms)
{
    const int64_t now_us = now_ms * 1000, window_us = (int64_t)per_ms * 1000;
    const int64_t one_us = window_us / count > 0 ? window_us / count : 1;
    if (b->spent_until_us < now_us) {
        b->spent_until_us = now_us;
    } else if (b->spent_until_us > now_us + window_us) {
        b->spent_until_us = now_us + window_us; /* the clock jumped back */
    }
    const int64_t over_us = b->spent_until_us + one_us - (now_us + window_us);
    if (over_us > 0) {
        return (uint32_t)((over_us + 999) / 1000);
    }
    b->spent_until_us += one_us;
    return 0;
}
