/* Which channels we listen to, counted. Pure. */
#ifndef FIRSTLINE_ROUTER_CHANNELS_H
#define FIRSTLINE_ROUTER_CHANNELS_H
#include "router/router.h"

struct channel {
    struct channel *next;
    uint64_t hash;
    uint32_t count;
    bool told; /* the owner knows that it is live */
    uint32_t len;
    char name[];
};

struct channels {
    struct channel **bucket;
    size_t buckets, used;
};

/* The channel with its count raised, made when new (count 1); NULL for no memory. */
struct channel *channels_add(struct channels *c, struct span name);
struct channel *channels_find(const struct channels *c, struct span name);
/* Lowers the count; true when it was the last and the channel is gone. */
bool channels_remove(struct channels *c, struct span name);
void channels_free(struct channels *c);
#endif
