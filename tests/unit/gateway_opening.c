/* Hours reckoned for each queue, told to Redis and to visitors when they change; who is at work. */
#include "gateway/opening.h"
#include "gateway/visitor.h"
#include "tests/fakes/world.h"
#include <stdio.h>
#include <string.h>

#define HOURS                                                                                                          \
    "{\"queues\":\"general,returns\",\"hours\":\"{\\\"tz\\\":\\\"UTC\\\",\\\"week\\\":{\\\"mon\\\":[\\\"09:00-18:"     \
    "00\\\"]},"                                                                                                        \
    "\\\"queues\\\":{\\\"returns\\\":{\\\"week\\\":{\\\"mon\\\":[\\\"12:00-13:00\\\"]}}}}\"}"

static const int64_t monday = 1795392000; /* 23 November 2026, 0:00 UTC */
static const int64_t hour = 3600;

static struct socket *visitor(const char *queue)
{
    char frame[100];
    struct socket *s = socket_open(&visitor_kind, NULL);
    snprintf(frame, sizeof frame, "{\"type\":\"hello\",\"queue\":\"%s\"}", queue);
    socket_says(s, frame);
    return s;
}

static void settle(int64_t now_s)
{
    wheel_clear(&world.second); /* it looks at the wall's clock */
    openings_look(world.openings, now_s);
    world_pass(100);
}

static void without_hours_the_shop_is_open_and_staffed_until_told_otherwise(void **state)
{
    (void)state;
    struct socket *s = visitor("general");
    socket_next(s, "\"open\":true,\"staffed\":true,\"heartbeat_s\"");
    openings_settings(world.openings, SPANNED("{\"queues\":\"general\",\"hours\":\"\"}"), monday);
    openings_staffed(world.openings, SPANNED("general"));
    settle(monday);
    socket_silent(s);
    openings_staffed(world.openings, SPANNED(""));
    settle(monday);
    socket_next(s, "{\"type\":\"site\",\"open\":true,\"staffed\":false}");
    openings_staffed(world.openings, SPANNED("generals,gen"));
    settle(monday);
    socket_silent(s);
    openings_staffed(world.openings, SPANNED("returns,general"));
    settle(monday);
    socket_next(s, "{\"type\":\"site\",\"open\":true,\"staffed\":true}");
}

static void hours_are_told_to_redis_and_visitors_when_they_change(void **state)
{
    (void)state;
    world.up = true;
    openings_settings(world.openings, SPANNED(HOURS), monday + 8 * hour);
    settle(monday + 8 * hour);
    assert_string_equal(fake_asked(ROUTER_OPENING)->words, "general 0 1795424400000 returns 0 1795435200000 ");
    settle(monday + 8 * hour + 1);
    assert_int_equal(fake_asked_count(ROUTER_OPENING), 1); /* under way */
    answer(ROUTER_OPENING, (struct result){.code = RESULT_LATE});
    settle(monday + 8 * hour + 2);
    assert_int_equal(fake_asked_count(ROUTER_OPENING), 2); /* not taken: again */
    answer_ok(ROUTER_OPENING);
    settle(monday + 8 * hour + 3);
    assert_int_equal(fake_asked_count(ROUTER_OPENING), 2);
    struct socket *general = visitor("general"), *returns = visitor("returns"), *other = visitor("nowhere");
    socket_next(general, "\"open\":false,\"staffed\":true,\"opens\":1795424400000,");
    socket_next(returns, "\"open\":false,\"staffed\":true,\"opens\":1795435200000,");
    socket_next(other, "\"opens\":1795424400000,"); /* it will go to general */
    settle(monday + 9 * hour);
    assert_string_equal(fake_asked(ROUTER_OPENING)->words, "general 1 1795456800000 returns 0 1795435200000 ");
    socket_next(general, "{\"type\":\"site\",\"open\":true,\"staffed\":true,\"until\":1795456800000}");
    socket_next(returns, "{\"type\":\"site\",\"open\":false,\"staffed\":true,\"opens\":1795435200000}");
    answer_ok(ROUTER_OPENING);
    openings_tell_again(world.openings); /* Redis came back */
    settle(monday + 9 * hour + 1);
    assert_non_null(fake_asked(ROUTER_OPENING));
    answer_ok(ROUTER_OPENING);
    openings_settings(world.openings, SPANNED("{\"queues\":\"general\",\"hours\":\"\"}"), monday + 9 * hour + 2);
    settle(monday + 9 * hour + 2);
    assert_string_equal(fake_asked(ROUTER_OPENING)->words, ""); /* no hours any more */
    socket_next(general, "{\"type\":\"site\",\"open\":true,\"staffed\":true}");
}

static void many_visitors_are_told_some_at_a_time(void **state)
{
    (void)state;
    struct socket *first = visitor("general"), *last = first;
    openings_settings(world.openings, SPANNED("{\"queues\":\"general\"}"), monday);
    world_pass(100);
    for (int i = 0; i < 700; i++) {
        last = visitor("general");
    }
    socket_next(first, "welcome");
    socket_next(last, "welcome");
    openings_staffed(world.openings, SPANNED(""));
    world_pass(500);
    socket_next(first, "\"staffed\":false");
    socket_next(last, "\"staffed\":false");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(without_hours_the_shop_is_open_and_staffed_until_told_otherwise),
        TEST(hours_are_told_to_redis_and_visitors_when_they_change),
        TEST(many_visitors_are_told_some_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
