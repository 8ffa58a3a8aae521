/* Slots, fragments, framing, limits of what is unsent, heartbeats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/conn.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static struct wheel wheel;
static int64_t now_ms;
static uint32_t heartbeat_s;
static struct conns *table;
static char got[20000]; /* the last message */
static size_t got_len, messages, opened, closed;
static unsigned char sent[1 << 20];
static size_t sent_len, writes;
static bool stuck, broken;
static int shut_code;
static struct conn *current;

static void on_opened(struct conn *c, const char *session)
{
    (void)session;
    current = c;
    opened++;
}

static void on_text(struct conn *c, struct span frame)
{
    (void)c;
    memcpy(got, frame.at, frame.len);
    got_len = frame.len;
    messages++;
}

static void on_closed(struct conn *c)
{
    (void)c;
    closed++;
}

static const struct conn_kind kind = {"visitor", on_opened, on_text, on_closed};

static bool io_write(void *socket, unsigned char *bytes, size_t len)
{
    (void)socket;
    assert_true(sent_len + len <= sizeof sent);
    memcpy(sent + sent_len, bytes, len);
    sent_len += len;
    writes++;
    return !broken;
}

static bool io_stuck(void *socket)
{
    (void)socket;
    return stuck;
}

static void io_want(void *socket)
{
    (void)socket;
}

static void io_shut(void *socket, int code, const char *why)
{
    (void)socket;
    (void)why;
    shut_code = code;
}

static const struct conn_io io = {io_write, io_stuck, io_want, io_shut};

static int start(void **state)
{
    const struct conns_options options = {.wheel = &wheel, .io = &io, .now_ms = &now_ms, .heartbeat_s = &heartbeat_s};
    (void)state;
    now_ms = 1000;
    heartbeat_s = 15;
    wheel_start(&wheel, now_ms);
    table = conns_open(&options);
    messages = got_len = opened = closed = sent_len = writes = 0;
    stuck = broken = false;
    shut_code = 0;
    return table ? 0 : -1;
}

static int stop(void **state)
{
    uint32_t cursor = 0;
    (void)state;
    for (struct conn *c = conns_next(table, &cursor); c; c = conns_next(table, &cursor)) {
        conn_gone(c);
    }
    assert_int_equal(conns_counts(table)->open, 0);
    assert_int_equal(opened, closed);
    conns_close(table);
    return 0;
}

static struct conn *join(void)
{
    static const struct address anywhere;
    struct conn *c = conn_open(table, &kind, &now_ms, &anywhere, NULL);
    assert_non_null(c);
    return c;
}

static void pass(int64_t ms)
{
    for (; ms > 0; ms -= WHEEL_TICK_MS) {
        now_ms += WHEEL_TICK_MS;
        wheel_turn(&wheel, now_ms);
        conns_turn(table);
    }
}

static void ids_are_never_used_twice(void **state)
{
    uint64_t id[100];
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct conn *c = join();
        id[i] = c->id;
        assert_ptr_equal(conn_find(table, c->id), c);
        conn_gone(c);
    }
    for (int i = 0; i < 100; i++) {
        assert_null(conn_find(table, id[i]));
        for (int j = 0; j < i; j++) {
            assert_true(id[i] != id[j]);
        }
    }
    assert_null(conn_find(table, 0));
    assert_null(conn_find(table, UINT64_MAX));
}

static void fragments_become_one_message(void **state)
{
    struct conn *c = join();
    (void)state;
    conn_receive(c, "{\"a\":", 5, false, false);
    conn_receive(c, "", 0, false, false);
    conn_receive(c, "1", 1, false, false);
    assert_int_equal(messages, 0);
    conn_receive(c, "}", 1, true, false);
    assert_int_equal(messages, 1);
    assert_int_equal(got_len, 7);
    assert_memory_equal(got, "{\"a\":1}", 7);
    conn_receive(c, "x", 1, true, false);
    assert_int_equal(messages, 2);
    assert_int_equal(got_len, 1);
    assert_null(c->in);
}

static void sixteen_kib_pass_one_byte_more_closes(void **state)
{
    static char big[CONN_FRAME_MAX + 1];
    struct conn *c = join();
    (void)state;
    memset(big, 'x', sizeof big);
    conn_receive(c, big, CONN_FRAME_MAX, true, false);
    assert_int_equal(messages, 1);
    for (int i = 0; i < 32; i++) {
        conn_receive(c, big, 512, i == 31, false);
    }
    assert_int_equal(messages, 2);
    assert_int_equal(got_len, CONN_FRAME_MAX);
    conn_receive(c, big, 512, false, false);
    conn_receive(c, big, CONN_FRAME_MAX, false, false);
    conns_turn(table);
    assert_int_equal(shut_code, CONN_OVERSIZE);
    conn_receive(c, "x", 1, true, false);
    assert_int_equal(messages, 2); /* nothing is read any more */
}

static void binary_closes(void **state)
{
    struct conn *c = join();
    (void)state;
    conn_receive(c, "x", 1, true, true);
    conns_turn(table);
    assert_int_equal(shut_code, CONN_BINARY);
    assert_int_equal(messages, 0);
}

static void frames_of_all_lengths_leave_in_one_write(void **state)
{
    static char text[70000];
    struct conn *c = join();
    (void)state;
    memset(text, 'y', sizeof text);
    conn_send(c, (struct span){text, 0});
    conn_send(c, (struct span){text, 125});
    conn_send(c, (struct span){text, 126});
    conn_send(c, (struct span){text, 65535});
    conn_send(c, (struct span){text, 65536});
    assert_int_equal(writes, 0); /* not before the turn ends */
    conns_turn(table);
    assert_int_equal(writes, 1);
    assert_int_equal(sent_len, 2 + 2 + 125 + 4 + 126 + 4 + 65535 + 10 + 65536);
    assert_memory_equal(sent, "\x81\x00\x81\x7d", 4);
    assert_memory_equal(sent + 129, "\x81\x7e\x00\x7e", 4);
    assert_memory_equal(sent + 129 + 4 + 126, "\x81\x7e\xff\xff", 4);
    assert_memory_equal(sent + 129 + 130 + 4 + 65535, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10);
    assert_null(c->out); /* an idle conn holds no buffer */
    conns_turn(table);
    assert_int_equal(writes, 1);
}

static void who_does_not_read_is_closed_at_the_limit(void **state)
{
    static char text[10000];
    struct conn *c = join();
    (void)state;
    memset(text, 'z', sizeof text);
    stuck = true;
    size_t n = 0;
    for (; n < 100 && !conn_closing(c); n++) {
        conn_send(c, (struct span){text, sizeof text});
        conns_turn(table);
    }
    assert_int_equal(shut_code, CONN_TOO_SLOW);
    assert_true(n * sizeof text > CONN_BACKLOG_MAX && n * sizeof text <= CONN_BACKLOG_MAX + 3 * sizeof text);
    assert_int_equal(conns_counts(table)->too_slow, 1);
    assert_int_equal(sent_len, sizeof text + 4); /* only the first was handed over */
}

static void who_does_not_read_is_closed_after_five_seconds(void **state)
{
    struct conn *c = join();
    (void)state;
    stuck = true;
    conn_send(c, ((struct span){"hi", 2}));
    conns_turn(table);
    for (int i = 0; i < 9; i++) {
        conn_heard(c);
        pass(500);
    }
    assert_int_equal(shut_code, 0);
    pass(2000);
    assert_int_equal(shut_code, CONN_TOO_SLOW);
}

static void a_slow_one_that_reads_again_goes_on(void **state)
{
    struct conn *c = join();
    (void)state;
    stuck = true;
    conn_send(c, ((struct span){"hi", 2}));
    conns_turn(table);
    conn_send(c, ((struct span){"hi", 2}));
    conns_turn(table);
    assert_int_equal(writes, 1);
    pass(3000);
    stuck = false;
    conn_writable(c);
    conns_turn(table);
    assert_int_equal(writes, 2);
    assert_int_equal(sent_len, 8);
    conn_heard(c);
    pass(8000);
    assert_int_equal(shut_code, 0);
}

static void room_ends_before_the_limit(void **state)
{
    static char text[CONN_ROOM];
    struct conn *c = join();
    (void)state;
    assert_true(conn_has_room(c));
    stuck = true;
    conn_send(c, (struct span){text, sizeof text});
    assert_false(conn_has_room(c));
    conns_turn(table);
    assert_false(conn_has_room(c)); /* handed over is not gone */
    stuck = false;
    conn_writable(c);
    assert_true(conn_has_room(c));
}

static void closing_sends_what_is_queued_first(void **state)
{
    struct conn *c = join();
    (void)state;
    conn_send(c, ((struct span){"hi", 2}));
    conn_close(c, CONN_DRAINING, "bye");
    conn_close(c, CONN_POLICY, "later reasons do not count");
    conn_send(c, ((struct span){"hi", 2}));
    conns_turn(table);
    assert_int_equal(sent_len, 4);
    assert_int_equal(shut_code, CONN_DRAINING);
}

static void a_broken_socket_is_closed(void **state)
{
    struct conn *c = join();
    (void)state;
    broken = true;
    conn_send(c, ((struct span){"hi", 2}));
    conns_turn(table);
    assert_int_not_equal(shut_code, 0);
}

static void after_the_clients_close_nothing_is_written(void **state)
{
    struct conn *c = join();
    (void)state;
    conn_send(c, ((struct span){"hi", 2}));
    conn_stop(c);
    conn_send(c, ((struct span){"hi", 2}));
    conns_turn(table);
    pass(60000);
    assert_int_equal(writes, 0);
    assert_int_equal(shut_code, 0);
}

static void silence_is_pinged_then_dropped(void **state)
{
    (void)state;
    join();
    pass(14900);
    assert_int_equal(sent_len, 0);
    pass(300);
    assert_int_equal(sent_len, 3);
    assert_memory_equal(sent, "\x89\x01.", 3); /* empty pongs are not told of by libwebsockets */
    assert_int_equal(shut_code, 0);
    pass(13200);
    assert_int_equal(shut_code, 0);
    pass(300);
    assert_int_equal(shut_code, CONN_DRAINING); /* after 28.5 s: with all that follows, within 30 s */
    assert_int_equal(conns_counts(table)->silent, 1);
}

static void a_pong_keeps_it_open_and_talkers_are_not_pinged(void **state)
{
    struct conn *c = join();
    (void)state;
    for (int i = 0; i < 20; i++) {
        pass(10000);
        conn_heard(c);
    }
    assert_int_equal(sent_len, 0);
    for (int i = 0; i < 10; i++) {
        size_t before = sent_len;
        pass(15100);
        assert_true(sent_len > before);
        conn_heard(c);
    }
    assert_int_equal(shut_code, 0);
}

static void going_while_dirty_leaves_the_list_whole(void **state)
{
    struct conn *a = join(), *b = join(), *c = join();
    (void)state;
    conn_send(a, ((struct span){"hi", 2}));
    conn_send(b, ((struct span){"hi", 2}));
    conn_send(c, ((struct span){"hi", 2}));
    conn_gone(c);
    conn_send(a, ((struct span){"hi", 2}));
    conn_gone(a);
    struct conn *d = join();
    conn_send(d, ((struct span){"hi", 2}));
    conns_turn(table);
    assert_int_equal(sent_len, 8); /* b and d */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(ids_are_never_used_twice),
        TEST(fragments_become_one_message),
        TEST(sixteen_kib_pass_one_byte_more_closes),
        TEST(binary_closes),
        TEST(frames_of_all_lengths_leave_in_one_write),
        TEST(who_does_not_read_is_closed_at_the_limit),
        TEST(who_does_not_read_is_closed_after_five_seconds),
        TEST(a_slow_one_that_reads_again_goes_on),
        TEST(room_ends_before_the_limit),
        TEST(closing_sends_what_is_queued_first),
        TEST(a_broken_socket_is_closed),
        TEST(after_the_clients_close_nothing_is_written),
        TEST(silence_is_pinged_then_dropped),
        TEST(a_pong_keeps_it_open_and_talkers_are_not_pinged),
        TEST(going_while_dirty_leaves_the_list_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
