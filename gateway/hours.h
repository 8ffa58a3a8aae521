/* Opening hours of a shop, out of the setting `hours`:
 *   {"tz":"Europe/Vilnius","week":{"mon":["09:00-12:00","13:00-18:00"],"fri":["20:00-02:00"]},"closed":["2026-12-24"]}
 * A span that ends before it begins goes past midnight and belongs to the day it began; days left out are closed. */
#ifndef FIRSTLINE_GATEWAY_HOURS_H
#define FIRSTLINE_GATEWAY_HOURS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hours;

struct opening {
    bool open;
    int64_t turns_s; /* when that changes, seconds since 1970; 0 = not within the next 60 days */
};

/* NULL and why[] when it cannot be used. At most 8 spans a day and 100 closed days. */
struct hours *hours_read(const char *json, char *why, size_t why_size);
void hours_free(struct hours *h);
/* What holds at that moment, seconds since 1970. */
struct opening hours_at(const struct hours *h, int64_t now_s);
#endif
