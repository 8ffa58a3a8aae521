/* The FAQ in the hands of supervisors, and suggestions for agents: commands that need the whole set of rules.
 *
 * A command becomes a job: what it needs is read from Redis, the work is done on a thread aside (author_work.h), one
 * job at a time; then the answer goes out, or the change goes to Redis. */
#ifndef FIRSTLINE_GATEWAY_AUTHOR_H
#define FIRSTLINE_GATEWAY_AUTHOR_H
#include "gateway/author_work.h"
#include "gateway/gateway.h"
#include <jansson.h>

#define AUTHOR_JOBS_MAX 32      /* waiting; one more is told to come back */
#define AUTHOR_FRAME_MAX 98304u /* bytes of a supervisor's frame: an entry has up to 64 KiB */
#define AUTHOR_IDLE_MS 600000   /* then the set is forgotten */

struct agent;
struct authors;

struct authors *authors_open(struct gateway *g);
/* No work may be under way aside. */
void authors_close(struct authors *t);
/* A frame of one of these commands; false = no such command. */
bool author_order(struct agent *a, const char *type, const json_t *frame);
/* A reply to a ticket of kind CALL_AUTHOR. */
void author_done(struct authors *t, enum router_op op, const struct call *call, const struct result *r);
/* Another revision is in force than the one worked with. */
void author_changed(struct authors *t, uint64_t rev);
/* On a thread aside: the work itself. */
void author_aside(struct authors *t);
/* On the loop again: it is done. */
void author_worked(struct authors *t);
#endif
