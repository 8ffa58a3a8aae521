/* The timer wheel against a plain list of due times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/wheel.h"
#include <cmocka.h>
#include <stdlib.h>

static struct wheel wheel;
static int64_t now_ms;

struct alarm {
    struct wheel_timer timer;
    int64_t rang_ms;
    int rings;
};

static void ring(struct wheel_timer *t)
{
    struct alarm *a = (struct alarm *)(void *)t;
    a->rang_ms = now_ms;
    a->rings++;
}

static void pass(int64_t ms, int64_t step)
{
    for (int64_t until = now_ms + ms; now_ms < until;) {
        now_ms += step;
        wheel_turn(&wheel, now_ms);
    }
}

static void start(void)
{
    now_ms = 123456;
    wheel_start(&wheel, now_ms);
}

static void rings_once_never_early_at_most_a_tick_late(void **state)
{
    static struct alarm alarm[2000];
    int64_t due[2000];
    (void)state;
    start();
    srand(7);
    for (int i = 0; i < 2000; i++) {
        alarm[i] = (struct alarm){0};
        int64_t wait = rand() % 200000; /* up to four turns of the wheel */
        due[i] = now_ms + wait;
        wheel_set(&wheel, &alarm[i].timer, now_ms, wait, ring);
    }
    pass(201000, 10);
    for (int i = 0; i < 2000; i++) {
        assert_int_equal(alarm[i].rings, 1);
        assert_true(alarm[i].rang_ms >= due[i]);
        assert_true(alarm[i].rang_ms <= due[i] + WHEEL_TICK_MS + 10);
    }
}

static void cleared_and_moved_timers(void **state)
{
    struct alarm gone = {0}, moved = {0};
    (void)state;
    start();
    wheel_set(&wheel, &gone.timer, now_ms, 1000, ring);
    wheel_set(&wheel, &moved.timer, now_ms, 1000, ring);
    assert_true(wheel_running(&gone.timer));
    wheel_clear(&gone.timer);
    wheel_clear(&gone.timer);
    wheel_set(&wheel, &moved.timer, now_ms, 5000, ring);
    pass(4900, 50);
    assert_int_equal(gone.rings + moved.rings, 0);
    pass(200, 50);
    assert_int_equal(gone.rings, 0);
    assert_int_equal(moved.rings, 1);
    assert_false(wheel_running(&moved.timer));
}

static void again(struct wheel_timer *t)
{
    ring(t);
    wheel_set(&wheel, t, now_ms, 0, again);
}

static void setting_itself_while_ringing_waits_for_a_later_call(void **state)
{
    struct alarm a = {0};
    (void)state;
    start();
    wheel_set(&wheel, &a.timer, now_ms, 0, again);
    wheel_turn(&wheel, now_ms);
    assert_int_equal(a.rings, 0);
    pass(500, 50);
    assert_true(a.rings >= 9 && a.rings <= 10);
    wheel_clear(&a.timer);
}

static struct alarm victim;

static void clear_victim(struct wheel_timer *t)
{
    ring(t);
    wheel_clear(&victim.timer);
}

static void a_timer_may_clear_one_due_in_the_same_turn(void **state)
{
    struct alarm killer = {0};
    (void)state;
    start();
    victim = (struct alarm){0};
    wheel_set(&wheel, &victim.timer, now_ms, 100, ring);
    wheel_set(&wheel, &killer.timer, now_ms, 100, clear_victim);
    pass(200, 200);
    assert_int_equal(killer.rings, 1);
    assert_true(victim.rings <= 1);
    assert_false(wheel_running(&victim.timer));
}

static void a_long_pause_rings_everything_due(void **state)
{
    struct alarm soon = {0}, later = {0}, far = {0};
    (void)state;
    start();
    wheel_set(&wheel, &soon.timer, now_ms, 100, ring);
    wheel_set(&wheel, &later.timer, now_ms, 90000, ring);
    wheel_set(&wheel, &far.timer, now_ms, 500000, ring);
    pass(400000, 400000);
    assert_int_equal(soon.rings, 1);
    assert_int_equal(later.rings, 1);
    assert_int_equal(far.rings, 0);
    pass(100100, 50);
    assert_int_equal(far.rings, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rings_once_never_early_at_most_a_tick_late),
        cmocka_unit_test(cleared_and_moved_timers),
        cmocka_unit_test(setting_itself_while_ringing_waits_for_a_later_call),
        cmocka_unit_test(a_timer_may_clear_one_due_in_the_same_turn),
        cmocka_unit_test(a_long_pause_rings_everything_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
