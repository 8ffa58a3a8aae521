/* Token buckets: how often something may happen. Pure: time is a parameter. */
#ifndef FIRSTLINE_GATEWAY_BUCKET_H
#define FIRSTLINE_GATEWAY_BUCKET_H
#include <stdint.h>

/* All zero = full. */
struct bucket {
    int64_t spent_until_us; /* the moment at which everything taken so far is paid back */
};

/* Takes one of `count` allowed in any `per_ms` (both > 0). 0 = taken; else nothing was taken and the ms until one may
 * be. A clock that jumps back only makes the wait longer by the jump, never more than per_ms. */
uint32_t bucket_take(struct bucket *b, uint32_t count, uint32_t per_ms, int64_t now_ms);
#endif
