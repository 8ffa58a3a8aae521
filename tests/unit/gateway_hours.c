/* Opening hours over daylight saving, midnight, closed days, and what is refused. */
#include "gateway/hours.h"
#include "gateway/zone.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the ones above */
#include <cmocka.h>

/* UTC */
static int64_t at(int year, int month, int day, int hour, int minute)
{
    return zone_day(year, month, day) * 86400 + hour * INT64_C(3600) + minute * INT64_C(60);
}

static struct hours *shop(const char *json)
{
    char why[200] = "";
    struct hours *h = hours_read(json, why, sizeof why);
    if (!h)
        fail_msg("%s", why);
    return h;
}

static void check(const struct hours *h, int64_t now, bool open, int64_t turns)
{
    struct opening o = hours_at(h, "", now);
    if (o.open != open || o.turns_s != turns)
        fail_msg("at %lld: %s, turns at %lld; wanted %s, %lld", (long long)now, o.open ? "open" : "closed",
                 (long long)o.turns_s, open ? "open" : "closed", (long long)turns);
}

#define VILNIUS "\"tz\":\"Europe/Vilnius\""

static void zones_know_their_offsets(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        int year, month, day, hour;
        int32_t offset;
    } rows[] = {
        {"UTC", 2026, 7, 1, 0, 0},
        {"Europe/Vilnius", 2026, 1, 15, 0, 7200},
        {"Europe/Vilnius", 2026, 3, 29, 0, 7200},
        {"Europe/Vilnius", 2026, 3, 29, 1, 10800},
        {"Europe/Vilnius", 2026, 10, 25, 0, 10800},
        {"Europe/Vilnius", 2026, 10, 25, 1, 7200},
        {"Europe/Vilnius", 2060, 7, 1, 0, 10800}, /* after the last transition of the file: by its rule */
        {"Europe/Vilnius", 2060, 12, 31, 23, 7200},
        {"Australia/Sydney", 2061, 1, 1, 0, 39600}, /* summer over the turn of the year */
        {"Australia/Sydney", 2061, 7, 1, 0, 36000},
        {"America/St_Johns", 2026, 1, 1, 0, -12600},
        {"Asia/Tehran", 2026, 7, 1, 0, 12600},
        {"Asia/Shanghai", 2026, 7, 1, 0, 28800},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char why[200] = "";
        struct zone *z = zone_open(rows[i].zone, why, sizeof why);
        if (!z)
            fail_msg("%s", why);
        int32_t got = zone_offset(z, at(rows[i].year, rows[i].month, rows[i].day, rows[i].hour, 0));
        if (got != rows[i].offset)
            fail_msg("row %zu, %s: %d, not %d", i, rows[i].zone, got, rows[i].offset);
        zone_close(z);
    }
}

static void a_week(void **state)
{
    (void)state;
    struct hours *h = shop("{" VILNIUS ",\"week\":{\"mon\":[\"13:00-18:00\",\"09:00-12:00\"],\"tue\":[\"09:00-18:00\"],"
                           "\"fri\":[\"09:00-18:00\"]},\"closed\":[\"2026-12-25\"]}");
    check(h, at(2026, 11, 23, 6, 59), false, at(2026, 11, 23, 7, 0)); /* Monday, 8:59 in Vilnius */
    check(h, at(2026, 11, 23, 7, 0), true, at(2026, 11, 23, 10, 0));
    check(h, at(2026, 11, 23, 10, 0), false, at(2026, 11, 23, 11, 0));
    check(h, at(2026, 11, 23, 15, 59), true, at(2026, 11, 23, 16, 0));
    check(h, at(2026, 11, 24, 16, 0), false, at(2026, 11, 27, 7, 0)); /* Tuesday evening: on Friday */
    check(h, at(2026, 12, 22, 20, 0), false, at(2026, 12, 28, 7, 0)); /* Friday is the 25th */
    check(h, at(2026, 12, 25, 9, 0), false, at(2026, 12, 28, 7, 0));
    hours_free(h);
}

static void daylight_saving_moves_the_hours(void **state)
{
    (void)state;
    struct hours *h =
        shop("{" VILNIUS ",\"week\":{\"sat\":[\"22:00-05:00\"],\"sun\":[\"09:00-18:00\"],\"mon\":[\"09:00-10:00\"]}}");
    /* Clocks go forward on Sunday 29 March 2026 at 3:00: the night has six hours. */
    check(h, at(2026, 3, 28, 19, 59), false, at(2026, 3, 28, 20, 0));
    check(h, at(2026, 3, 28, 20, 0), true, at(2026, 3, 29, 2, 0));
    check(h, at(2026, 3, 29, 2, 0), false, at(2026, 3, 29, 6, 0));
    check(h, at(2026, 3, 29, 6, 0), true, at(2026, 3, 29, 15, 0));
    /* They go back on 25 October: it has eight. */
    check(h, at(2026, 10, 24, 19, 0), true, at(2026, 10, 25, 3, 0));
    check(h, at(2026, 10, 25, 3, 0), false, at(2026, 10, 25, 7, 0));
    hours_free(h);
}

static void spans_meet_at_midnight(void **state)
{
    (void)state;
    struct hours *h =
        shop("{\"tz\":\"UTC\",\"week\":{\"fri\":[\"20:00-24:00\"],\"sat\":[\"00:00-02:00\",\"01:00-03:00\"],"
             "\"sun\":[\"23:00-00:30\"]},\"closed\":[\"2026-11-30\"]}");
    check(h, at(2026, 11, 27, 21, 0), true, at(2026, 11, 28, 3, 0));
    check(h, at(2026, 11, 28, 3, 0), false, at(2026, 11, 29, 23, 0));
    check(h, at(2026, 11, 30, 0, 10), true, at(2026, 11, 30, 0, 30)); /* began on Sunday, Monday being closed or not */
    hours_free(h);
}

static void always_and_never(void **state)
{
    (void)state;
    struct hours *h = shop(
        "{\"tz\":\"Asia/"
        "Tehran\",\"week\":{\"mon\":[\"00:00-24:00\"],\"tue\":[\"00:00-24:00\"],\"wed\":[\"00:00-24:00\"],"
        "\"thu\":[\"00:00-24:00\"],\"fri\":[\"00:00-00:00\"],\"sat\":[\"00:00-24:00\"],\"sun\":[\"00:00-24:00\"]}}");
    check(h, at(2026, 11, 27, 21, 0), true, 0);
    hours_free(h);
    h = shop("{\"tz\":\"UTC\",\"week\":{}}");
    check(h, at(2026, 11, 27, 21, 0), false, 0);
    hours_free(h);
}

static void check_queue(const struct hours *h, const char *queue, int64_t now, bool open, int64_t turns)
{
    struct opening o = hours_at(h, queue, now);
    if (o.open != open || o.turns_s != turns)
        fail_msg("%s at %lld: %s, turns at %lld; wanted %s, %lld", queue, (long long)now, o.open ? "open" : "closed",
                 (long long)o.turns_s, open ? "open" : "closed", (long long)turns);
}

static void dates_have_hours_of_their_own(void **state)
{
    (void)state;
    struct hours *h =
        shop("{" VILNIUS ",\"week\":{\"mon\":[\"09:00-18:00\"],\"tue\":[\"09:00-18:00\"],\"wed\":[\"09:00-18:00\"],"
             "\"thu\":[\"09:00-18:00\"],\"fri\":[\"09:00-18:00\"]},\"closed\":[\"12-24\",\"12-25\",\"2026-12-26\",\"12-"
             "31\"],"
             "\"dates\":{\"2026-12-31\":[\"09:00-13:00\"],\"2026-12-27\":[\"22:00-01:00\"],\"02-29\":[]}}");
    check(h, at(2026, 12, 24, 9, 0), false, at(2026, 12, 27, 20, 0));  /* every 24 December; the 27th is a Sunday */
    check(h, at(2026, 12, 27, 22, 30), true, at(2026, 12, 27, 23, 0)); /* past midnight of the shop's clock */
    check(h, at(2026, 12, 31, 8, 0), true, at(2026, 12, 31, 11, 0));   /* this year's date goes before the closed day */
    check(h, at(2027, 12, 31, 8, 0), false, at(2028, 1, 3, 7, 0));     /* next year it is closed, a Friday */
    check(h, at(2027, 12, 24, 9, 0), false, at(2027, 12, 27, 7, 0));
    check(h, at(2028, 2, 29, 9, 0), false, at(2028, 3, 1, 7, 0)); /* a leap day, a Tuesday */
    check(h, at(2027, 3, 1, 9, 0), true, at(2027, 3, 1, 16, 0));
    hours_free(h);
}

static void queues_have_hours_of_their_own(void **state)
{
    (void)state;
    struct hours *h =
        shop("{" VILNIUS ",\"week\":{\"mon\":[\"09:00-18:00\"],\"tue\":[\"09:00-18:00\"]},\"closed\":[\"2026-11-24\"],"
             "\"queues\":{\"returns\":{\"week\":{\"mon\":[\"10:00-12:00\"],\"tue\":[\"10:00-12:00\"]}},"
             "\"night\":{\"week\":{\"tue\":[\"00:00-24:00\"]},\"closed\":[]}}}");
    const int64_t monday = at(2026, 11, 23, 7, 30), tuesday = at(2026, 11, 24, 9, 0);
    check_queue(h, "", monday, true, at(2026, 11, 23, 16, 0));
    check_queue(h, "general", monday, true, at(2026, 11, 23, 16, 0));
    check_queue(h, "returns", monday, false, at(2026, 11, 23, 8, 0));
    check_queue(h, "returns", tuesday, false, at(2026, 11, 30, 8, 0)); /* the shop's closed day is its own, too */
    check_queue(h, "night", tuesday, true, at(2026, 11, 24, 22, 0));   /* it said that it has none */
    assert_string_equal(hours_queue(h, 0), "returns");
    assert_string_equal(hours_queue(h, 1), "night");
    assert_null(hours_queue(h, 2));
    hours_free(h);
}

static void days_and_dates_agree(void **state)
{
    (void)state;
    for (int64_t day = zone_day(1999, 12, 1); day < zone_day(2104, 3, 2); day++) {
        int year = 0, month = 0, of_month = 0;
        zone_date(day, &year, &month, &of_month);
        assert_int_equal(zone_day(year, month, of_month), day);
    }
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "\"tz\""},
        {"[]", "\"tz\""},
        {"{\"week\":{}}", "\"tz\""},
        {"{\"tz\":\"Europe/Nowhere\",\"week\":{}}", "Europe/Nowhere"},
        {"{\"tz\":\"../../../etc/passwd\",\"week\":{}}", "time zone"},
        {"{\"tz\":\"/etc/localtime\",\"week\":{}}", "time zone"},
        {"{\"tz\":\"Europe\",\"week\":{}}", "time zone"},
        {"{\"tz\":\"tzdata.zi\",\"week\":{}}", "time zone"},
        {"{\"tz\":\"UTC\"}", "\"week\""},
        {"{\"tz\":\"UTC\",\"week\":{\"monday\":[]}}", "\"week\""},
        {"{\"tz\":\"UTC\",\"week\":{\"mon\":\"09:00-18:00\"}}", "mon is no list"},
        {"{\"tz\":\"UTC\",\"week\":{\"tue\":[\"9-18\"]}}", "tue has a span"},
        {"{\"tz\":\"UTC\",\"week\":{\"tue\":[\"09:00-18:00 \"]}}", "tue has a span"},
        {"{\"tz\":\"UTC\",\"week\":{\"tue\":[\"09:00-25:00\"]}}", "tue has a span"},
        {"{\"tz\":\"UTC\",\"week\":{\"tue\":[\"-1:00-18:00\"]}}", "tue has a span"},
        {"{\"tz\":\"UTC\",\"week\":{\"tue\":[7]}}", "tue has a span"},
        {"{\"tz\":\"UTC\",\"week\":{},\"closed\":[\"24 December\"]}", "\"closed\""},
        {"{\"tz\":\"UTC\",\"week\":{},\"closed\":[\"2026-13-01\"]}", "\"closed\""},
        {"{\"tz\":\"UTC\",\"week\":{},\"closed\":[\"02-30\"]}", "\"closed\""},
        {"{\"tz\":\"UTC\",\"week\":{},\"dates\":[\"12-24\"]}", "\"dates\""},
        {"{\"tz\":\"UTC\",\"week\":{},\"dates\":{\"24.12.\":[]}}", "\"dates\""},
        {"{\"tz\":\"UTC\",\"week\":{},\"dates\":{\"12-24\":[\"9-12\"]}}", "12-24 has a span"},
        {"{\"tz\":\"UTC\",\"week\":{},\"dates\":{\"12-24\":null}}", "12-24 is no list"},
        {"{\"tz\":\"UTC\",\"week\":{},\"queues\":[]}", "\"queues\""},
        {"{\"tz\":\"UTC\",\"week\":{},\"queues\":{\"returns\":[]}}", "\"queues\""},
        {"{\"tz\":\"UTC\",\"week\":{},\"queues\":{\"returns\":{\"week\":{\"mo\":[]}}}}", "\"week\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char why[200] = "";
        if (hours_read(rows[i][0], why, sizeof why) || !strstr(why, rows[i][1]))
            fail_msg("%s: \"%s\"", rows[i][0], why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_know_their_offsets),
        cmocka_unit_test(a_week),
        cmocka_unit_test(daylight_saving_moves_the_hours),
        cmocka_unit_test(spans_meet_at_midnight),
        cmocka_unit_test(always_and_never),
        cmocka_unit_test(dates_have_hours_of_their_own),
        cmocka_unit_test(queues_have_hours_of_their_own),
        cmocka_unit_test(days_and_dates_agree),
        cmocka_unit_test(what_is_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
