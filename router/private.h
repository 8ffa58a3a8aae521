/* The embedded redis-server: a child process kept alive on a uv loop, reached by a unix socket in the data directory.
 *
 * A server already answering on that socket (another gateway's, or left by a killed one) is used instead of starting a
 * second, and replaced when it dies. */
#ifndef FIRSTLINE_ROUTER_PRIVATE_H
#define FIRSTLINE_ROUTER_PRIVATE_H
#include <stdbool.h>
#include <stddef.h>

struct uv_loop_s;
struct private_redis;

struct private_options {
    const char *data_dir; /* made (0700) when missing */
    bool fsync_always;    /* true: appendfsync always; false: everysec, up to a second may be lost in a power cut */
    /* What happened, a sentence for the log ("redis-server started pid=7"); may be NULL. */
    void (*on_event)(void *owner, const char *what);
    /* The data directory's disk is nearly full (false), or has room again (true). With appendfsync always a Redis that
     * meets a full disk ends itself: nothing more may be written before that. NULL is allowed. */
    void (*on_room)(void *owner, bool room);
    void *owner;
};

/* Writes <data>/redis.conf, starts the child (or finds a live one) and returns at once; connect to private_url() with a
 * retrying link. NULL and why[] when redis-server is missing or older than 7.0, or the directory cannot be used. */
struct private_redis *private_open(struct uv_loop_s *loop, const struct private_options *options, char *why,
                                   size_t why_size);
/* "unix:/abs/data/redis.sock" */
const char *private_url(const struct private_redis *p);
/* The child's pid, or 0 when the server in use is not our child. */
int private_pid(const struct private_redis *p);
/* SIGTERM to our child and nothing to another's; waits up to 5 s for it to write its files. The handles close on the
 * loop afterwards: run it until it is empty. NULL is allowed. */
void private_close(struct private_redis *p);
#endif
