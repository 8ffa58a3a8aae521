/* One connection to Redis, kept up: resolve, connect, authenticate, select, load the library, and again when it breaks.
 */
#ifndef FIRSTLINE_ROUTER_LINK_H
#define FIRSTLINE_ROUTER_LINK_H
#include "router/url.h"
#include <stdint.h>

struct uv_loop_s;
struct redisAsyncContext;
struct link;

struct link_options {
    const struct redis_url *url; /* borrowed for the link's life; read anew at each attempt */
    const char *key;             /* "{site}", the key every Function gets; borrowed likewise */
    bool library;                /* load the Functions when they are missing or older */
    bool sentinel;               /* not a Redis but a Sentinel: neither role nor library, and a password is optional */
    void *owner;
    void (*on_up)(void *owner);
    /* Told for each break and for each failed attempt; commands given before got a NULL reply. */
    void (*on_down)(void *owner, const char *why);
};

/* Starts connecting; between attempts it waits 50 ms, doubled up to 1 s. NULL for no memory. */
struct link *link_open(struct uv_loop_s *loop, const struct link_options *options);
/* The connection for commands, NULL unless up. */
struct redisAsyncContext *link_redis(const struct link *l);
/* Which history of writes this master goes on with (its replication id), as told when the link came up; "" = it may
 * not be asked. `before`: the history it grew out of. */
const char *link_history(const struct link *l, const char **before);
/* The url has changed: leaves whatever it is at, and connects at once. */
void link_move(struct link *l, const char *why);
/* Breaks the connection (it hangs); reconnects by itself. */
void link_drop(struct link *l, const char *why);
/* The server has lost the library: loads it again, once at a time. */
void link_reload(struct link *l);
/* No callback after this; frees itself when uv has closed its handles. */
void link_close(struct link *l);

/* The library as built in, and its version. */
const char *library_text(size_t *len);
int library_version(void);
#endif
