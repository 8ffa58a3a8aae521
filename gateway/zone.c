/* TZif files as RFC 8536 has them: transitions with their offsets, then a rule for the years after the last one. */
#include "gateway/zone.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 65536, HEADER = 44, HOUR = 3600, DAY = 86400 };

/* "The w-th weekday d of month m, at s seconds": one end of daylight saving. */
struct turn {
    int month, week, weekday;
    int32_t at;
};

struct zone {
    unsigned char *file;
    const unsigned char *times, *kinds, *types;
    size_t n_times, n_types;
    bool has_rule, has_dst;
    int32_t standard, dst;
    struct turn begin, end;
};

static uint32_t read32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t time_of(const struct zone *z, size_t i)
{
    const unsigned char *at = z->times + 8 * i;
    return (int64_t)((uint64_t)read32(at) << 32 | read32(at + 4));
}

int64_t zone_day(int year, int month, int day)
{
    /* Years begin in March here, so that the leap day is their last. */
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static int year_of(int64_t s)
{
    int year = (int)(1970 + s / 31556952);
    while (zone_day(year, 1, 1) * DAY > s)
        year--;
    while (zone_day(year + 1, 1, 1) * DAY <= s)
        year++;
    return year;
}

void zone_date(int64_t days, int *year, int *month, int *day)
{
    *year = year_of(days * DAY);
    *month = 12;
    while (*month > 1 && zone_day(*year, *month, 1) > days)
        *month -= 1;
    *day = (int)(days - zone_day(*year, *month, 1)) + 1;
}

/* --- The rule, such as EET-2EEST,M3.5.0/3,M10.5.0/4 */

static void skip_name(const char **at)
{
    if (**at == '<') {
        *at += strcspn(*at, ">");
        *at += **at == '>';
    } else {
        *at += strcspn(*at, "+-0123456789,");
    }
}

static int32_t read_hours(const char **at)
{
    int sign = **at == '-' ? -1 : 1;
    *at += **at == '-' || **at == '+';
    int32_t sum = 0;
    for (int32_t unit = HOUR; unit > 0; unit /= 60) {
        char *end = NULL;
        sum += (int32_t)(strtol(*at, &end, 10) % 1000) * unit;
        *at = end;
        if (**at != ':')
            break;
        *at += 1;
    }
    return sign * sum;
}

/* One number and the sign before it; false when it is missing or out of range. */
static bool read_part(const char **at, const char *sign, int low, int high, int *out)
{
    if (strncmp(*at, sign, strlen(sign)) != 0)
        return false;
    char *end = NULL;
    long n = strtol(*at + strlen(sign), &end, 10);
    *at = end;
    *out = (int)n;
    return n >= low && n <= high;
}

static bool read_turn(const char **at, struct turn *out)
{
    if (!read_part(at, ",M", 1, 12, &out->month) || !read_part(at, ".", 1, 5, &out->week) ||
        !read_part(at, ".", 0, 6, &out->weekday))
        return false;
    out->at = 2 * HOUR;
    if (**at == '/') {
        *at += 1;
        out->at = read_hours(at);
    }
    return true;
}

static void read_rule(struct zone *z, const char *at)
{
    if (!*at)
        return;
    z->has_rule = true;
    skip_name(&at);
    z->standard = -read_hours(&at);
    if (!*at)
        return;
    skip_name(&at);
    z->dst = *at == ',' ? z->standard + HOUR : -read_hours(&at);
    z->has_dst = read_turn(&at, &z->begin) && read_turn(&at, &z->end);
}

/* Local seconds since 1970 at which it happens in that year. */
static int64_t turn_in(const struct turn *t, int year)
{
    int64_t first = zone_day(year, t->month, 1);
    int64_t next = t->month == 12 ? zone_day(year + 1, 1, 1) : zone_day(year, t->month + 1, 1);
    int64_t day = first + (t->weekday - (first + 4) % 7 + 7) % 7 + INT64_C(7) * (t->week - 1);
    while (day >= next)
        day -= 7;
    return day * DAY + t->at;
}

static int32_t offset_by_rule(const struct zone *z, int64_t utc_s)
{
    if (!z->has_dst)
        return z->standard;
    int year = year_of(utc_s + z->standard);
    int64_t begin = turn_in(&z->begin, year) - z->standard, end = turn_in(&z->end, year) - z->dst;
    bool summer = begin < end ? utc_s >= begin && utc_s < end : utc_s >= begin || utc_s < end;
    return summer ? z->dst : z->standard;
}

/* --- The file */

/* Length of the data after the header at `at`, with times of `width` bytes. */
static size_t block(const unsigned char *at, size_t width)
{
    size_t utc = read32(at + 20), standard = read32(at + 24), leaps = read32(at + 28), times = read32(at + 32),
           types = read32(at + 36), letters = read32(at + 40);
    return times * (width + 1) + types * 6 + letters + leaps * (width + 4) + standard + utc;
}

/* The file is the system's own; it is checked all the same, so that a broken one is refused and nothing worse. */
static bool read_file(struct zone *z, size_t len)
{
    const unsigned char *at = z->file;
    if (len < HEADER || memcmp(at, "TZif", 4) != 0 || at[4] < '2')
        return false;
    size_t first = HEADER + block(at, 4);
    if (first + HEADER > len || memcmp(at + first, "TZif", 4) != 0)
        return false;
    at += first;
    size_t data = block(at, 8);
    if (first + HEADER + data + 2 > len || at[HEADER + data] != '\n')
        return false;
    z->n_times = read32(at + 32);
    z->n_types = read32(at + 36);
    z->times = at + HEADER;
    z->kinds = z->times + 8 * z->n_times;
    z->types = z->kinds + z->n_times;
    for (size_t i = 0; i < z->n_times; i++)
        if (z->kinds[i] >= z->n_types)
            return false;
    char *rule = (char *)z->file + first + HEADER + data + 1;
    rule[strcspn(rule, "\n")] = '\0';
    read_rule(z, rule);
    return z->n_types > 0;
}

struct zone *zone_open(const char *name, char *why, size_t why_size)
{
    char path[96];
    struct zone *z = calloc(1, sizeof *z);
    if (!z) {
        snprintf(why, why_size, "no memory for a time zone");
        return NULL;
    }
    if (strcmp(name, "UTC") == 0) {
        z->has_rule = true;
        return z;
    }
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    size_t len = strlen(name), got = 0;
    FILE *f = NULL;
    if (len > 0 && len <= 64 && strspn(name, letters) == len && name[0] != '/') {
        snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
        f = fopen(path, "rbe");
    }
    z->file = calloc(1, FILE_MAX + 1);
    if (f && z->file)
        got = fread(z->file, 1, FILE_MAX, f);
    if (f)
        fclose(f);
    if (got > 0 && read_file(z, got))
        return z;
    snprintf(why, why_size, "there is no time zone \"%.64s\" in /usr/share/zoneinfo", name);
    zone_close(z);
    return NULL;
}

void zone_close(struct zone *z)
{
    if (!z)
        return;
    free(z->file);
    free(z);
}

int32_t zone_offset(const struct zone *z, int64_t utc_s)
{
    size_t low = 0, high = z->n_times; /* the number of transitions up to this moment */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (time_of(z, middle) <= utc_s)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == z->n_times && z->has_rule)
        return offset_by_rule(z, utc_s);
    return (int32_t)read32(z->types + (low ? 6 * (size_t)z->kinds[low - 1] : 0));
}

int64_t zone_utc(const struct zone *z, int64_t local_s)
{
    int64_t early = local_s - zone_offset(z, local_s - DAY), late = local_s - zone_offset(z, local_s + DAY);
    if (early == late || early + zone_offset(z, early) == local_s)
        return early;
    return late + zone_offset(z, late) == local_s ? late : early;
}
