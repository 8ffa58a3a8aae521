/* Tickets: found once, never confused with another's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/call.h"
#include <cmocka.h>
#include <stdlib.h>

static void a_ticket_finds_its_call_once(void **state)
{
    struct calls *t = calls_open();
    struct call out;
    (void)state;
    struct call *c = call_new(t, CALL_VISITOR);
    uint64_t ticket = c->ticket;
    c->conn = 7;
    assert_true(call_keep(c, SPAN("text")));
    assert_int_equal(call_kind_of(ticket), CALL_VISITOR);
    assert_true(call_done(t, ticket, &out));
    assert_int_equal(out.conn, 7);
    assert_string_equal(out.text, "text");
    free(out.text);
    assert_false(call_done(t, ticket, &out));
    c = call_new(t, CALL_VISITOR); /* the same place again */
    assert_int_not_equal(c->ticket, ticket);
    assert_int_equal(c->conn, 0);
    assert_null(c->text);
    assert_false(call_done(t, ticket, &out));
    calls_close(t);
}

static void tickets_of_nobody_are_unknown(void **state)
{
    struct calls *t = calls_open();
    struct call out;
    (void)state;
    const uint64_t odd[] = {0, 1, UINT64_MAX, (uint64_t)CALL_AGENT << 56, (uint64_t)CALL_AGENT << 56 | 65535};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        assert_false(call_done(t, odd[i], &out));
    }
    calls_close(t);
}

static void many_at_once_stay_apart_and_are_bounded(void **state)
{
    static uint64_t ticket[5000];
    struct calls *t = calls_open();
    struct call out;
    size_t n = 0;
    (void)state;
    for (; n < 5000; n++) {
        struct call *c = call_new(t, CALL_TOPIC);
        if (!c) {
            break;
        }
        c->chat = n;
        ticket[n] = c->ticket;
    }
    assert_int_equal(n, 4096);
    assert_int_equal(calls_open_count(t), n);
    for (size_t i = 0; i < n; i += 2) {
        assert_true(call_done(t, ticket[i], &out));
        assert_int_equal(out.chat, i);
    }
    for (size_t i = 1; i < n; i += 2) {
        assert_true(call_done(t, ticket[i], &out));
        assert_int_equal(out.chat, i);
    }
    assert_int_equal(calls_open_count(t), 0);
    calls_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_finds_its_call_once),
        cmocka_unit_test(tickets_of_nobody_are_unknown),
        cmocka_unit_test(many_at_once_stay_apart_and_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
