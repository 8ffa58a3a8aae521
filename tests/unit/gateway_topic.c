/* Order and holes: whatever is lost, doubled or late on the channel, each follower gets each event once, in order. */
#include "tests/fakes/world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 1000

struct reader {
    struct follow follow;
    uint32_t got[MOST];
    size_t n, frames;
    bool full;
};

static struct reader readers[4];
static uint32_t stream; /* events 1 … stream are in the transcript */

static bool room(const struct follow *f)
{
    return !((const struct reader *)(const void *)f)->full;
}

static void event(struct follow *f, const struct event *e)
{
    struct reader *r = (struct reader *)(void *)f;
    char wanted[120];
    snprintf(wanted, sizeof wanted,
             "{\"type\":\"event\",\"chat\":5,\"seq\":%u,\"at\":1,\"kind\":\"message\",\"text\":\"x\"}", e->seq);
    assert_int_equal(e->frame.len, strlen(wanted));
    assert_memory_equal(e->frame.at, wanted, e->frame.len);
    assert_true(span_is(e->kind, "message"));
    r->got[r->n++] = e->seq;
}

static void frame(struct follow *f, struct span text)
{
    (void)text;
    ((struct reader *)(void *)f)->frames++;
}

static size_t outdated;

static void count_outdated(struct follow *f)
{
    (void)f;
    outdated++;
}

static const struct follow_kind kinds[] = {
    {.room = room, .space = room, .event = event, .frame = frame, .outdated = count_outdated},
    {.agent = true, .room = room, .space = room, .event = event, .frame = frame, .outdated = count_outdated}};

static int open_readers(void **state)
{
    memset(readers, 0, sizeof readers);
    stream = 0;
    outdated = 0;
    for (size_t i = 0; i < 4; i++) {
        readers[i].follow = (struct follow){.kind = &kinds[i % 2]};
    }
    return world_open(state);
}

static int close_readers(void **state)
{
    for (size_t i = 0; i < 4; i++) {
        topic_leave(world.topics, &readers[i].follow);
    }
    return world_close(state);
}

static size_t print_event(char *out, size_t size, uint32_t seq)
{
    return (size_t)snprintf(
        out, size, "{\"type\":\"event\",\"chat\":5,\"seq\":%u,\"at\":1,\"kind\":\"message\",\"text\":\"x\"}", seq);
}

static void live(uint32_t seq)
{
    char payload[200];
    size_t n = (size_t)snprintf(payload, sizeof payload, "E%u ", seq);
    print_event(payload + n, sizeof payload - n, seq);
    stream = seq > stream ? seq : stream;
    told("chat:5", payload);
}

/* Answers a read from what the stream holds, at most `most` events. */
static bool give_page(uint32_t most)
{
    static char json[TOPIC_PAGE * 100];
    struct asked *a = fake_asked(ROUTER_READ);
    size_t n = 1;
    if (!a) {
        return false;
    }
    json[0] = '[';
    for (uint32_t seq = a->seq ? a->seq : 1; seq <= stream && seq < a->seq + most; seq++) {
        n += (size_t)snprintf(json + n, sizeof json - n, "%s", n > 1 ? "," : "");
        n += print_event(json + n, sizeof json - n, seq);
    }
    json[n++] = ']';
    answer(ROUTER_READ, (struct result){.code = RESULT_OK, .head = stream, .json = {json, n}});
    return true;
}

static void settle(uint32_t most)
{
    for (int i = 0; i < 400; i++) {
        while (give_page(most)) {
        }
        world_pass(WHEEL_TICK_MS);
    }
}

static void follow(size_t i, uint32_t from, uint32_t head)
{
    assert_true(topic_follow(world.topics, &readers[i].follow, 5));
    topic_place(world.topics, &readers[i].follow, from, head);
}

static void expect_all(size_t i, uint32_t from)
{
    if (readers[i].n != stream - from + 1) {
        fail_msg("reader %zu got %zu of %u events", i, readers[i].n, stream - from + 1);
    }
    for (size_t k = 0; k < readers[i].n; k++) {
        assert_int_equal(readers[i].got[k], from + k);
    }
}

static void events_pass_at_once_when_nothing_is_missing(void **state)
{
    (void)state;
    follow(0, 1, 0);
    for (uint32_t seq = 1; seq <= 50; seq++) {
        live(seq);
        assert_int_equal(readers[0].n, seq);
    }
    assert_int_equal(fake_asked_count(ROUTER_READ), 0);
    expect_all(0, 1);
}

static void a_hole_is_read_and_order_is_kept(void **state)
{
    (void)state;
    follow(0, 1, 0);
    live(1);
    live(4); /* 2 and 3 are lost */
    live(5);
    assert_int_equal(readers[0].n, 1);
    assert_int_equal(fake_asked(ROUTER_READ)->seq, 2);
    settle(TOPIC_PAGE);
    expect_all(0, 1);
}

static void doubles_and_old_ones_are_dropped(void **state)
{
    (void)state;
    follow(0, 1, 0);
    live(1);
    live(1);
    live(2);
    live(1);
    live(2);
    live(3);
    settle(TOPIC_PAGE);
    expect_all(0, 1);
}

static void what_came_before_the_subscription_is_read(void **state)
{
    (void)state;
    stream = 7;
    follow(0, 4, 0); /* the head told to us is unknown or old */
    assert_int_equal(fake_subscribed("chat:5"), 1);
    gateway_subscribed(&world, SPAN("chat:5"));
    settle(TOPIC_PAGE);
    expect_all(0, 4);
}

static void a_long_history_comes_in_pages(void **state)
{
    (void)state;
    stream = 900;
    follow(0, 1, 900);
    settle(200);
    expect_all(0, 1);
    assert_int_equal(fake_asked_count(ROUTER_READ), 5);
}

static void followers_at_different_places_share_reads(void **state)
{
    (void)state;
    stream = 300;
    follow(0, 1, 300);
    follow(1, 250, 300);
    follow(2, 301, 300);
    settle(100);
    expect_all(0, 1);
    expect_all(1, 250);
    assert_int_equal(readers[2].n, 0);
    live(301);
    expect_all(2, 301);
}

static void no_room_means_later_not_lost(void **state)
{
    (void)state;
    follow(0, 1, 0);
    follow(1, 1, 0);
    live(1);
    readers[0].full = true;
    for (uint32_t seq = 2; seq <= 40; seq++) {
        live(seq);
    }
    settle(10);
    assert_int_equal(readers[0].n, 1);
    expect_all(1, 1); /* the other does not wait */
    readers[0].full = false;
    settle(10);
    expect_all(0, 1);
}

static void resubscribed_reads_from_where_each_stands(void **state)
{
    (void)state;
    follow(0, 1, 0);
    live(1);
    stream = 9; /* eight wake-ups lost, none will come */
    gateway_resubscribed(&world);
    settle(TOPIC_PAGE);
    expect_all(0, 1);
}

static void redis_away_is_tried_again(void **state)
{
    (void)state;
    follow(0, 1, 0);
    live(1);
    fake_router_away(true);
    live(3);
    world_pass(2000);
    assert_int_equal(readers[0].n, 1);
    fake_router_away(false);
    settle(TOPIC_PAGE);
    expect_all(0, 1);
}

static void a_store_that_lost_something_is_noticed(void **state)
{
    (void)state;
    stream = 8;
    for (size_t i = 0; i < 2; i++) {
        follow(i, 1, 8);
    }
    settle(200);
    expect_all(0, 1);
    stream = 8; /* nothing is lost by a restart alone, nor by an event that overtakes the read's reply */
    topics_resubscribed(world.topics);
    live(9);
    settle(200);
    assert_int_equal(outdated, 0);
    stream = 7; /* 8 and 9 were not synced */
    topics_resubscribed(world.topics);
    settle(200);
    assert_int_equal(outdated, 2);
}

static void a_late_read_is_tried_again(void **state)
{
    (void)state;
    follow(0, 1, 0);
    live(3);
    answer(ROUTER_READ, (struct result){.code = RESULT_LATE});
    settle(TOPIC_PAGE);
    expect_all(0, 1);
}

static void a_stream_that_does_not_give_what_it_should_is_not_hammered(void **state)
{
    (void)state;
    follow(0, 1, 0);
    live(5);
    for (int i = 0; i < 100; i++) {
        if (fake_asked(ROUTER_READ)) {
            answer(ROUTER_READ, (struct result){.code = RESULT_OK, .head = 5, .json = SPAN("[]")});
        }
        world_pass(WHEEL_TICK_MS);
    }
    assert_true(fake_asked_count(ROUTER_READ) <= 22); /* 5 s, at most four a second */
}

static void each_side_gets_its_own_frames(void **state)
{
    (void)state;
    follow(0, 1, 0);
    follow(1, 1, 0);
    told("chat:5", "V {\"type\":\"typing\"}");
    assert_int_equal(readers[0].frames, 1);
    assert_int_equal(readers[1].frames, 0);
    told("chat:5", "A {\"type\":\"typing\"}");
    assert_int_equal(readers[0].frames, 1);
    assert_int_equal(readers[1].frames, 1);
}

static void garbage_on_the_channel_does_nothing(void **state)
{
    static const char *const garbage[] = {"",
                                          "E",
                                          "E1",
                                          "E1 ",
                                          "E1 {}",
                                          "E1 {\"seq\":1}",
                                          "Q {}",
                                          "E {\"seq\":0,\"kind\":\"x\"}",
                                          "E1 {\"seq\":1,\"kind\":\"x"};
    (void)state;
    follow(0, 1, 0);
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        told("chat:5", garbage[i]);
    }
    assert_int_equal(readers[0].n, 0);
    live(1);
    expect_all(0, 1);
}

static void the_last_to_leave_unsubscribes(void **state)
{
    (void)state;
    follow(0, 1, 0);
    follow(1, 1, 0);
    live(3); /* a read is under way */
    topic_leave(world.topics, &readers[0].follow);
    assert_int_equal(fake_subscribed("chat:5"), 1);
    topic_leave(world.topics, &readers[1].follow);
    assert_int_equal(fake_subscribed("chat:5"), 0);
    assert_int_equal(topics_count(world.topics), 0);
    give_page(TOPIC_PAGE); /* the answer finds nobody */
    assert_int_equal(readers[0].n + readers[1].n, 0);
}

/* Any losses, doubles, fullness and page sizes: always the same outcome. */
static void chance(void **state)
{
    (void)state;
    srand(42);
    follow(0, 1, 0);
    for (int i = 0; i < 700; i++) {
        uint32_t seq = stream + 1;
        if (i == 200) {
            follow(1, 1, stream);
        }
        if (rand() % 4) {
            live(seq);
        } else {
            stream = seq;
        }
        if (rand() % 10 == 0) {
            live(1 + (uint32_t)rand() % stream);
        }
        readers[0].full = rand() % 5 == 0;
        if (rand() % 3 == 0) {
            give_page(1 + (uint32_t)rand() % 20);
        }
        if (rand() % 20 == 0) {
            gateway_resubscribed(&world);
        }
        if (rand() % 8 == 0) {
            world_pass(100);
        }
    }
    readers[0].full = false;
    gateway_resubscribed(&world);
    settle(50);
    expect_all(0, 1);
    expect_all(1, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_readers, close_readers)
    const struct CMUnitTest tests[] = {
        TEST(events_pass_at_once_when_nothing_is_missing),
        TEST(a_hole_is_read_and_order_is_kept),
        TEST(doubles_and_old_ones_are_dropped),
        TEST(what_came_before_the_subscription_is_read),
        TEST(a_long_history_comes_in_pages),
        TEST(followers_at_different_places_share_reads),
        TEST(no_room_means_later_not_lost),
        TEST(resubscribed_reads_from_where_each_stands),
        TEST(redis_away_is_tried_again),
        TEST(a_store_that_lost_something_is_noticed),
        TEST(a_late_read_is_tried_again),
        TEST(a_stream_that_does_not_give_what_it_should_is_not_hammered),
        TEST(each_side_gets_its_own_frames),
        TEST(garbage_on_the_channel_does_nothing),
        TEST(the_last_to_leave_unsubscribes),
        TEST(chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
