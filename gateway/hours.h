/* Opening hours of a shop and of its queues, out of the setting `hours`:
 *   {"tz":"Europe/Vilnius","week":{"mon":["09:00-12:00","13:00-18:00"],"fri":["20:00-02:00"]},
 *    "closed":["2026-04-05","12-24"],"dates":{"2026-12-31":["09:00-13:00"]},
 *    "queues":{"returns":{"week":{"mon":["10:00-14:00"]}}}}
 * A span that ends before it begins goes past midnight and belongs to the day it began; days left out are closed. A
 * date without a year comes every year. `dates` has days with hours of their own and goes before `closed`, which goes
 * before `week`. A queue named in `queues` has its own week, closed and dates; whatever of these it leaves out is the
 * shop's. */
#ifndef FIRSTLINE_GATEWAY_HOURS_H
#define FIRSTLINE_GATEWAY_HOURS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOURS_QUEUES_MAX 20

struct hours;

struct opening {
    bool open;
    int64_t turns_s; /* when that changes, seconds since 1970; 0 = not within the next 60 days */
};

/* NULL and why[] when it cannot be used. At most 8 spans a day, 100 closed days, 100 dates, 20 queues. */
struct hours *hours_read(const char *json, char *why, size_t why_size);
void hours_free(struct hours *h);
/* What holds at that moment, seconds since 1970, for a queue; one without hours of its own (or "") has the shop's. */
struct opening hours_at(const struct hours *h, const char *queue, int64_t now_s);
/* The queues with hours of their own: the i-th, NULL after the last. */
const char *hours_queue(const struct hours *h, size_t i);
#endif
