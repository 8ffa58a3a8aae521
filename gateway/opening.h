/* Is the shop open, and is anybody there? Reckons the hours of every queue out of the setting `hours`, tells Redis and
 * the visitors here when that changes, and keeps which queues somebody is at work for, as each tick tells it. */
#ifndef FIRSTLINE_GATEWAY_OPENING_H
#define FIRSTLINE_GATEWAY_OPENING_H
#include "gateway/hours.h"
#include "gateway/text.h"

struct gateway;
struct openings;

/* NULL = no memory. */
struct openings *openings_open(struct gateway *g);
void openings_close(struct openings *o);
/* New settings; `now_s` since 1970. Hours that cannot be used count as none (the site's document logs why). */
void openings_settings(struct openings *o, struct span json, int64_t now_s);
/* Once a second. */
void openings_look(struct openings *o, int64_t now_s);
/* Redis may have forgotten: it is told again. */
void openings_tell_again(struct openings *o);
/* Redis answered what was told. */
void openings_told(struct openings *o, bool taken);
/* Queues somebody is at work for: "general,returns". */
void openings_staffed(struct openings *o, struct span queues);
/* The queue new chats go to when this one is wanted. */
const char *openings_queue(const struct openings *o, const char *wanted);
/* Adds "open":…,"staffed":… and "until" or "opens" (ms) of a queue (NULL or unknown: of the one new chats go to). */
void openings_add(const struct openings *o, const char *queue, struct text *t);
#endif
