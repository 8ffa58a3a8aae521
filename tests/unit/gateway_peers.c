/* Limits per client address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/peers.h"
#include <cmocka.h>

static struct address numbered(int i)
{
    return (struct address){{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, (unsigned char)(i >> 16),
                             (unsigned char)(i >> 8), (unsigned char)i}};
}

static void an_address_may_hold_so_many_sockets(void **state)
{
    struct peers *t = peers_open(3);
    struct address a = numbered(1), b = numbered(2);
    int status = 0;
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_null(peers_admit(t, &a, 0, &status));
        peers_add(t, &a);
    }
    assert_non_null(peers_admit(t, &a, 0, &status));
    assert_int_equal(status, 429);
    assert_null(peers_admit(t, &b, 0, &status));
    peers_remove(t, &a);
    assert_null(peers_admit(t, &a, 0, &status));
    peers_close(t);
}

static void opening_too_fast_is_refused(void **state)
{
    struct peers *t = peers_open(1);
    struct address a = numbered(1);
    int status = 0, taken = 0;
    (void)state;
    for (int i = 0; i < 100; i++) {
        taken += peers_admit(t, &a, 0, &status) == NULL;
    }
    assert_int_equal(taken, 20); /* the least, however small --per-address is */
    assert_null(peers_admit(t, &a, 10000, &status));
    peers_close(t);
}

static void zero_lifts_the_limits_but_not_a_block(void **state)
{
    struct peers *t = peers_open(0);
    struct address a = numbered(1);
    int status = 0;
    (void)state;
    for (int i = 0; i < 10000; i++) {
        assert_null(peers_admit(t, &a, 0, &status));
        peers_add(t, &a);
        assert_int_equal(peers_frame(t, &a, 0), 0);
    }
    peers_find(t, &a)->blocked = true;
    peers_find(t, &a)->asked_ms = 1;
    assert_non_null(peers_admit(t, &a, 2, &status));
    assert_int_equal(status, 403);
    assert_null(peers_admit(t, &a, 2 + PEERS_VERDICT_MS, &status)); /* old: let in, and asked again */
    peers_close(t);
}

static void frames_are_limited_for_all_sockets_of_an_address(void **state)
{
    struct peers *t = peers_open(2);
    struct address a = numbered(1);
    int taken = 0;
    (void)state;
    peers_add(t, &a);
    for (int i = 0; i < 100; i++) {
        taken += peers_frame(t, &a, 0) == 0;
    }
    assert_int_equal(taken, 40);
    assert_true(peers_frame(t, &a, 0) > 0);
    peers_close(t);
}

static void the_idle_are_forgotten_the_others_not(void **state)
{
    struct peers *t = peers_open(8);
    struct address stays = numbered(1), goes = numbered(2);
    int status = 0;
    (void)state;
    peers_add(t, &stays);
    assert_null(peers_admit(t, &goes, 0, &status));
    peers_forget(t, 100);
    assert_non_null(peers_find(t, &goes)); /* its upgrade still counts */
    peers_forget(t, 100000);
    assert_null(peers_find(t, &goes));
    assert_non_null(peers_find(t, &stays));
    peers_close(t);
}

static void a_flood_of_addresses_is_bounded(void **state)
{
    struct peers *t = peers_open(8);
    int status = 0, let_in = 0;
    (void)state;
    for (int i = 0; i < PEERS_MAX + 1000; i++) {
        struct address a = numbered(i);
        let_in += peers_admit(t, &a, 0, &status) == NULL;
    }
    assert_int_equal(let_in, PEERS_MAX);
    peers_forget(t, 1000000);
    struct address fresh = numbered(9000000);
    assert_null(peers_admit(t, &fresh, 1000000, &status));
    peers_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_may_hold_so_many_sockets),
        cmocka_unit_test(opening_too_fast_is_refused),
        cmocka_unit_test(zero_lifts_the_limits_but_not_a_block),
        cmocka_unit_test(frames_are_limited_for_all_sockets_of_an_address),
        cmocka_unit_test(the_idle_are_forgotten_the_others_not),
        cmocka_unit_test(a_flood_of_addresses_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
