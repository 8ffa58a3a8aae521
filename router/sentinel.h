/* Asks the Sentinels where the master is, all of them, over and over. */
#ifndef FIRSTLINE_ROUTER_SENTINEL_H
#define FIRSTLINE_ROUTER_SENTINEL_H
#include "router/url.h"
#include <stdint.h>

struct uv_loop_s;
struct sentinels;

struct sentinels_options {
    const struct redis_url *url; /* its sentinels and master; borrowed for our life */
    void *owner;
    /* The master is here now. Told when it is first known and whenever it moves. */
    void (*on_master)(void *owner, const char *host, int port);
    /* A sentence: not one Sentinel answers, or they are back. */
    void (*on_trouble)(void *owner, const char *sentence);
};

/* NULL for no memory. */
struct sentinels *sentinels_open(struct uv_loop_s *loop, const struct sentinels_options *options);
/* Most of them have named the present master within `ms`. */
bool sentinels_agree(const struct sentinels *all, uint64_t ms);
/* No callback after this; frees itself when uv has closed its handles. NULL is allowed. */
void sentinels_close(struct sentinels *all);
#endif
