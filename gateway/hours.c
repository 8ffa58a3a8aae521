/* Local days one after the other, their spans as moments, joined where one begins as the other ends. */
#include "gateway/hours.h"
#include "gateway/zone.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPANS_MAX = 8, CLOSED_MAX = 100, AHEAD_DAYS = 60, MINUTE = 60, DAY = 86400, DAY_MINUTES = 1440 };

struct hours {
    struct zone *zone;
    /* By weekday from Sunday: minutes after local midnight, in the order of their beginning. */
    struct {
        int from, to;
    } span[7][SPANS_MAX];
    size_t n_spans[7], n_closed;
    int64_t closed[CLOSED_MAX]; /* days since 1970 */
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

static bool read_span(struct hours *h, size_t day, const char *text, char *why, size_t why_size)
{
    int at[4] = {0};
    size_t n = h->n_spans[day];
    bool right = read_like("00:00-00:00", text, at) && at[1] < 60 && at[3] < 60;
    int from = at[0] * 60 + at[1], to = at[2] * 60 + at[3];
    right = right && from < DAY_MINUTES && to <= DAY_MINUTES;
    if (!right || n == SPANS_MAX) {
        snprintf(why, why_size, right ? "%s has more than 8 spans" : "%s has a span that is not like \"09:00-18:00\"",
                 days[day]);
        return false;
    }
    if (to <= from)
        to += DAY_MINUTES;
    for (; n > 0 && h->span[day][n - 1].from > from; n--)
        h->span[day][n] = h->span[day][n - 1];
    h->span[day][n].from = from;
    h->span[day][n].to = to;
    h->n_spans[day]++;
    return true;
}

static bool read_week(struct hours *h, const json_t *week, char *why, size_t why_size)
{
    size_t known = 0;
    for (size_t day = 0; day < 7; day++) {
        const json_t *spans = json_object_get(week, days[day]);
        known += spans != NULL;
        if (spans && !json_is_array(spans)) {
            snprintf(why, why_size, "%s is no list of spans", days[day]);
            return false;
        }
        for (size_t i = 0; i < json_array_size(spans); i++)
            if (!read_span(h, day, json_string_value(json_array_get(spans, i)), why, why_size))
                return false;
    }
    if (!json_is_object(week) || known != json_object_size(week)) {
        snprintf(why, why_size, "\"week\" needs the days mon tue wed thu fri sat sun and no others");
        return false;
    }
    return true;
}

static bool read_closed(struct hours *h, const json_t *closed, char *why, size_t why_size)
{
    for (size_t i = 0; i < json_array_size(closed); i++) {
        int date[4];
        const char *text = json_string_value(json_array_get(closed, i));
        if (!read_like("0000-00-00", text, date) || date[1] < 1 || date[1] > 12 || date[2] < 1 || date[2] > 31 ||
            h->n_closed == CLOSED_MAX) {
            snprintf(why, why_size, "\"closed\" takes at most 100 dates like \"2026-12-24\"");
            return false;
        }
        h->closed[h->n_closed++] = zone_day(date[0], date[1], date[2]);
    }
    return true;
}

struct hours *hours_read(const char *text, char *why, size_t why_size)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const char *tz = json_string_value(json_object_get(json, "tz"));
    struct hours *h = calloc(1, sizeof *h);
    snprintf(why, why_size, "needs \"tz\", a time zone such as Europe/Vilnius");
    bool right = h && tz && (h->zone = zone_open(tz, why, why_size)) &&
                 read_week(h, json_object_get(json, "week"), why, why_size) &&
                 read_closed(h, json_object_get(json, "closed"), why, why_size);
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
    zone_close(h->zone);
    free(h);
}

static bool is_closed(const struct hours *h, int64_t day)
{
    for (size_t i = 0; i < h->n_closed; i++)
        if (h->closed[i] == day)
            return true;
    return false;
}

struct opening hours_at(const struct hours *h, int64_t now_s)
{
    struct opening out = {0};
    int64_t today = (now_s + zone_offset(h->zone, now_s)) / DAY;
    for (int64_t day = today - 1; day <= today + AHEAD_DAYS; day++) {
        size_t weekday = (size_t)((day + 4) % 7);
        for (size_t i = 0; i < h->n_spans[weekday] && !is_closed(h, day); i++) {
            int64_t from = zone_utc(h->zone, day * DAY + h->span[weekday][i].from * (int64_t)MINUTE);
            int64_t to = zone_utc(h->zone, day * DAY + h->span[weekday][i].to * (int64_t)MINUTE);
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
