/* Local days one after the other, their spans as moments, joined where one begins as the other ends. */
#include "gateway/hours.h"
#include "gateway/zone.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPANS_MAX = 8, DATES_MAX = 100, AHEAD_DAYS = 60, MINUTE = 60, DAY = 86400, DAY_MINUTES = 1440 };

/* Minutes after local midnight, in the order of their beginning. */
struct day {
    struct {
        int from, to;
    } span[SPANS_MAX];
    size_t n;
};

/* A date with hours of its own, none of them for a closed day. */
struct date {
    int year, month, day; /* year 0 = every year */
    struct day hours;
};

struct table {
    char queue[33];     /* "" = the shop */
    struct day week[7]; /* from Sunday */
    struct date date[2 * DATES_MAX];
    size_t n_dates;
};

struct hours {
    struct zone *zone;
    struct table *table[1 + HOURS_QUEUES_MAX];
    size_t n_tables;
};

static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

/* Numbers laid out like the form, a 0 for each digit: "00:00-00:00". Anything else is refused. */
static bool read_like(const char *form, const char *text, int out[4])
{
    if (!text || strlen(text) != strlen(form))
        return false;
    for (memset(out, 0, 4 * sizeof *out); *form; form++, text++) {
        bool digit = *form == '0';
        if (digit ? *text < '0' || *text > '9' : *text != *form)
            return false;
        if (digit)
            *out = *out * 10 + (*text - '0');
        else
            out++;
    }
    return true;
}

static bool read_span(struct day *d, const char *name, const char *text, char *why, size_t why_size)
{
    int at[4] = {0};
    size_t n = d->n;
    bool right = read_like("00:00-00:00", text, at) && at[1] < 60 && at[3] < 60;
    int from = at[0] * 60 + at[1], to = at[2] * 60 + at[3];
    right = right && from < DAY_MINUTES && to <= DAY_MINUTES;
    if (!right || n == SPANS_MAX) {
        snprintf(why, why_size,
                 right ? "%.20s has more than 8 spans" : "%.20s has a span that is not like \"09:00-18:00\"", name);
        return false;
    }
    if (to <= from)
        to += DAY_MINUTES;
    for (; n > 0 && d->span[n - 1].from > from; n--)
        d->span[n] = d->span[n - 1];
    d->span[n].from = from;
    d->span[n].to = to;
    d->n++;
    return true;
}

static bool read_day(struct day *d, const char *name, const json_t *spans, char *why, size_t why_size)
{
    d->n = 0;
    if (!json_is_array(spans)) {
        snprintf(why, why_size, "%.20s is no list of spans", name);
        return false;
    }
    for (size_t i = 0; i < json_array_size(spans); i++)
        if (!read_span(d, name, json_string_value(json_array_get(spans, i)), why, why_size))
            return false;
    return true;
}

static bool read_week(struct table *t, const json_t *week, char *why, size_t why_size)
{
    size_t known = 0;
    for (size_t day = 0; day < 7; day++) {
        const json_t *spans = json_object_get(week, days[day]);
        known += spans != NULL;
        t->week[day].n = 0;
        if (spans && !read_day(&t->week[day], days[day], spans, why, why_size))
            return false;
    }
    if (!json_is_object(week) || known != json_object_size(week)) {
        snprintf(why, why_size, "\"week\" needs the days mon tue wed thu fri sat sun and no others");
        return false;
    }
    return true;
}

/* "2026-12-24" or "12-24", a day there is. */
static bool read_date(struct date *d, const char *text)
{
    static const int longest[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int at[4] = {0};
    *d = (struct date){.year = 0};
    if (read_like("0000-00-00", text, at))
        *d = (struct date){.year = at[0], .month = at[1], .day = at[2]};
    else if (read_like("00-00", text, at))
        *d = (struct date){.month = at[0], .day = at[1]};
    return d->month >= 1 && d->month <= 12 && d->day >= 1 && d->day <= longest[d->month - 1];
}

static bool read_closed(struct table *t, const json_t *closed, char *why, size_t why_size)
{
    for (size_t i = 0; i < json_array_size(closed); i++) {
        const char *text = json_string_value(json_array_get(closed, i));
        if (i == DATES_MAX || !read_date(&t->date[t->n_dates], text)) {
            snprintf(why, why_size, "\"closed\" takes at most 100 dates like \"2026-12-24\" or, each year, \"12-24\"");
            return false;
        }
        t->n_dates++;
    }
    return true;
}

static bool read_dates(struct table *t, const json_t *dates, char *why, size_t why_size)
{
    const char *text = NULL;
    json_t *spans = NULL;
    if (json_object_size(dates) > DATES_MAX || (dates && !json_is_object(dates))) {
        snprintf(why, why_size, "\"dates\" is an object of at most 100 dates");
        return false;
    }
    json_object_foreach((json_t *)dates, text, spans)
    {
        struct date *d = &t->date[t->n_dates];
        if (!read_date(d, text)) {
            snprintf(why, why_size, "\"dates\" takes dates like \"2026-12-24\" or, each year, \"12-24\"");
            return false;
        }
        if (!read_day(&d->hours, text, spans, why, why_size))
            return false;
        t->n_dates++;
    }
    return true;
}

/* One table; what `own` leaves out is as the shop has it. Dates come first, then closed days: the first that fits
 * holds. */
static bool read_table(struct hours *h, const char *queue, const json_t *own, const json_t *shop, char *why,
                       size_t why_size)
{
    struct table *t = calloc(1, sizeof *t);
    if (!t) {
        snprintf(why, why_size, "no memory");
        return false;
    }
    h->table[h->n_tables++] = t;
    snprintf(t->queue, sizeof t->queue, "%.32s", queue);
    const json_t *week = json_object_get(own, "week"), *dates = json_object_get(own, "dates"),
                 *closed = json_object_get(own, "closed");
    return read_week(t, week ? week : json_object_get(shop, "week"), why, why_size) &&
           read_dates(t, dates ? dates : json_object_get(shop, "dates"), why, why_size) &&
           read_closed(t, closed ? closed : json_object_get(shop, "closed"), why, why_size);
}

static bool read_queues(struct hours *h, const json_t *shop, char *why, size_t why_size)
{
    const json_t *queues = json_object_get(shop, "queues");
    const char *name = NULL;
    json_t *own = NULL;
    if ((queues && !json_is_object(queues)) || json_object_size(queues) > HOURS_QUEUES_MAX) {
        snprintf(why, why_size, "\"queues\" is an object of at most 20 queues");
        return false;
    }
    json_object_foreach((json_t *)queues, name, own)
    {
        if (!name[0] || strlen(name) > 32 || !json_is_object(own)) {
            snprintf(why, why_size, "\"queues\" gives each queue an object with week, closed or dates");
            return false;
        }
        if (!read_table(h, name, own, shop, why, why_size))
            return false;
    }
    return true;
}

struct hours *hours_read(const char *text, char *why, size_t why_size)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const char *tz = json_string_value(json_object_get(json, "tz"));
    struct hours *h = calloc(1, sizeof *h);
    snprintf(why, why_size, "needs \"tz\", a time zone such as Europe/Vilnius");
    bool right = h && tz && (h->zone = zone_open(tz, why, why_size)) && read_table(h, "", json, json, why, why_size) &&
                 read_queues(h, json, why, why_size);
    json_decref(json);
    if (right)
        return h;
    hours_free(h);
    return NULL;
}

void hours_free(struct hours *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < h->n_tables; i++)
        free(h->table[i]);
    zone_close(h->zone);
    free(h);
}

const char *hours_queue(const struct hours *h, size_t i)
{
    return i + 1 < h->n_tables ? h->table[i + 1]->queue : NULL;
}

/* The hours of a local day: its date's own, or those of its weekday. */
static const struct day *day_of(const struct table *t, int64_t day)
{
    int year = 0, month = 0, of_month = 0;
    zone_date(day, &year, &month, &of_month);
    for (size_t i = 0; i < t->n_dates; i++) {
        const struct date *d = &t->date[i];
        if (d->day == of_month && d->month == month && (!d->year || d->year == year))
            return &d->hours;
    }
    return &t->week[(day + 4) % 7];
}

static struct opening table_at(const struct hours *h, const struct table *t, int64_t now_s)
{
    struct opening out = {0};
    int64_t today = (now_s + zone_offset(h->zone, now_s)) / DAY;
    for (int64_t day = today - 1; day <= today + AHEAD_DAYS; day++) {
        const struct day *d = day_of(t, day);
        for (size_t i = 0; i < d->n; i++) {
            int64_t from = zone_utc(h->zone, day * DAY + d->span[i].from * (int64_t)MINUTE);
            int64_t to = zone_utc(h->zone, day * DAY + d->span[i].to * (int64_t)MINUTE);
            if (out.open ? from > out.turns_s : from > now_s) {
                if (!out.open)
                    out.turns_s = from;
                return out;
            }
            if (to > now_s && to > out.turns_s) {
                out.open = true;
                out.turns_s = to;
            }
        }
    }
    if (out.turns_s > now_s + (AHEAD_DAYS - 1) * (int64_t)DAY)
        out.turns_s = 0;
    return out;
}

struct opening hours_at(const struct hours *h, const char *queue, int64_t now_s)
{
    for (size_t i = 1; i < h->n_tables; i++)
        if (strcmp(h->table[i]->queue, queue) == 0)
            return table_at(h, h->table[i], now_s);
    return table_at(h, h->table[0], now_s);
}
