/* Settings: taken in range, kept otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/settings.h"
#include "gateway/text.h"
#include <cmocka.h>

static void defaults_then_what_is_in_range(void **state)
{
    struct settings s;
    (void)state;
    settings_default(&s);
    assert_int_equal(s.quiet_ms, 2500);
    assert_int_equal(s.heartbeat_s, 15);
    assert_string_equal(s.default_lang, "en");
    assert_true(
        settings_read(&s, SPAN("{\"quiet_ms\":0,\"heartbeat_s\":\"30\",\"lease_s\":4,\"answers_max\":11,"
                               "\"say_per_10s\":\"many\",\"answers_gap_s\":-1,\"default_lang\":\"lt\",\"other\":[]}")));
    assert_int_equal(s.quiet_ms, 0);
    assert_int_equal(s.heartbeat_s, 30);
    assert_int_equal(s.lease_s, 25);
    assert_int_equal(s.answers_max, 2);
    assert_int_equal(s.say_per_10s, 20);
    assert_int_equal(s.answers_gap_s, 60);
    assert_string_equal(s.default_lang, "lt");
}

static void the_zone_is_that_of_the_hours(void **state)
{
    struct settings s;
    (void)state;
    settings_default(&s);
    assert_string_equal(s.tz, "");
    assert_true(settings_read(&s, SPAN("{\"hours\":\"{\\\"tz\\\":\\\"Europe/Vilnius\\\",\\\"week\\\":{}}\"}")));
    assert_string_equal(s.tz, "Europe/Vilnius");
    assert_true(settings_read(&s, SPAN("{\"hours\":\"no JSON\"}")));
    assert_string_equal(s.tz, "");
}

static void what_is_no_object_changes_nothing(void **state)
{
    struct settings s;
    (void)state;
    settings_default(&s);
    assert_false(settings_read(&s, SPAN("")));
    assert_false(settings_read(&s, SPAN("[]")));
    assert_false(settings_read(&s, SPAN("{\"quiet_ms\":1")));
    assert_int_equal(s.quiet_ms, 2500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_then_what_is_in_range),
        cmocka_unit_test(the_zone_is_that_of_the_hours),
        cmocka_unit_test(what_is_no_object_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
