/* Token buckets: how much passes, how long to wait, clocks that jump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/bucket.h"
#include <cmocka.h>

static void a_full_bucket_gives_its_count_and_no_more(void **state)
{
    struct bucket b = {0};
    (void)state;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(bucket_take(&b, 20, 10000, 5000), 0);
    }
    assert_int_equal(bucket_take(&b, 20, 10000, 5000), 500);
    assert_int_equal(bucket_take(&b, 20, 10000, 5000), 500); /* refusing costs nothing */
}

static void it_fills_evenly(void **state)
{
    struct bucket b = {0};
    (void)state;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(bucket_take(&b, 10, 1000, 0), 0);
    }
    assert_int_equal(bucket_take(&b, 10, 1000, 99), 1);
    assert_int_equal(bucket_take(&b, 10, 1000, 100), 0);
    assert_int_not_equal(bucket_take(&b, 10, 1000, 100), 0);
    int taken = 0;
    for (int64_t now = 101; now <= 10100; now++) {
        taken += bucket_take(&b, 10, 1000, now) == 0;
    }
    assert_int_equal(taken, 100); /* 10 a second for 10 s */
}

static void a_pause_never_saves_more_than_the_count(void **state)
{
    struct bucket b = {0};
    int taken = 0;
    (void)state;
    assert_int_equal(bucket_take(&b, 5, 1000, 0), 0);
    for (int i = 0; i < 50; i++) {
        taken += bucket_take(&b, 5, 1000, 1000000) == 0;
    }
    assert_int_equal(taken, 5);
}

static void a_clock_that_jumps_back_blocks_for_one_window_at_most(void **state)
{
    struct bucket b = {0};
    (void)state;
    assert_int_equal(bucket_take(&b, 5, 1000, 3600000), 0);
    assert_true(bucket_take(&b, 5, 1000, 0) <= 1000);
    assert_int_equal(bucket_take(&b, 5, 1000, 1001), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_bucket_gives_its_count_and_no_more),
        cmocka_unit_test(it_fills_evenly),
        cmocka_unit_test(a_pause_never_saves_more_than_the_count),
        cmocka_unit_test(a_clock_that_jumps_back_blocks_for_one_window_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
