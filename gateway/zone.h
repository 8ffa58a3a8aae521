/* A time zone of the system's zone data (IANA names): how far local time is ahead of UTC at any moment. */
#ifndef FIRSTLINE_GATEWAY_ZONE_H
#define FIRSTLINE_GATEWAY_ZONE_H
#include <stddef.h>
#include <stdint.h>

struct zone;

/* Reads NAME, such as Europe/Vilnius, from /usr/share/zoneinfo; "UTC" needs no file. NULL and why[] when there is none.
 */
struct zone *zone_open(const char *name, char *why, size_t why_size);
void zone_close(struct zone *z);
/* Seconds to add to UTC (seconds since 1970) to get local time. */
int32_t zone_offset(const struct zone *z, int64_t utc_s);
/* The moment at which clocks show `local_s`, counted as if they were UTC; shown twice: the first, skipped: as if not.
 */
int64_t zone_utc(const struct zone *z, int64_t local_s);
/* Days since 1970-01-01 of a date of the Gregorian calendar; month 1 to 12. */
int64_t zone_day(int year, int month, int day);
/* The other way round. */
void zone_date(int64_t days, int *year, int *month, int *day);
#endif
