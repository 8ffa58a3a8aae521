/* The FAQ's commands: what they ask of Redis, what is done aside, what the client hears; and the work itself, from
 * texts. */
#include "gateway/agent.h"
#include "gateway/author.h"
#include "tests/fakes/world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETURNS                                                                                                        \
    "{\"id\":\"returns\",\"link\":\"/r\",\"title\":\"Returns\",\"answer\":\"In 30 days.\",\"when\":[[\"return*\"],"    \
    "[\"how\"]],\"yes\":[\"How do I return it?\"]}"
#define SET "[" RETURNS "]"
#define BOARDS                                                                                                         \
    "{\"id\":\"boards\",\"link\":\"/b\",\"title\":\"Boards\",\"answer\":\"Oak.\",\"when\":[[\"board*\"],[\"which\"]]," \
    "\"yes\":[\"Which boards?\"]}"

static int waits;

static bool author_waits(void *owner)
{
    (void)owner;
    waits++;
    return true;
}

static struct socket *tab(bool supervisor)
{
    struct socket *s = socket_open(&agent_kind, "aa");
    world.author_waits = author_waits;
    waits = 0;
    socket_says(s, "{\"type\":\"hello\"}");
    answer(ROUTER_SESSION_GET,
           (struct result){.code = RESULT_OK, .agent = SPAN("ana"), .name = SPAN("Ana"), .supervisor = supervisor});
    gateway_subscribed(&world, SPAN("agent:ana"));
    answer(ROUTER_HOME,
           (struct result){.code = RESULT_OK,
                           .json =
                               SPAN("{\"agent\":{\"id\":\"ana\"},\"chats\":[{\"chat\":7,\"head\":3}],\"offers\":[]}")});
    socket_next(s, "\"type\":\"welcome\"");
    return s;
}

static void give_set(uint64_t rev)
{
    answer(ROUTER_FAQ_ALL, (struct result){.code = RESULT_OK, .json = SPAN(SET), .rev = rev});
}

/* The thread aside, in the test's own time. */
static void work_is_done(void)
{
    assert_int_equal(waits, 1);
    waits = 0;
    author_aside(world.authors);
    author_worked(world.authors);
    world_turn();
}

static void the_set_is_fetched_once_and_again_when_it_changed(void **state)
{
    struct socket *s = tab(true);
    (void)state;
    socket_says(s, "{\"type\":\"faq.get\",\"id\":\"1\",\"entry\":\"returns\"}");
    give_set(4);
    work_is_done();
    socket_next(s, "{\"type\":\"ok\",\"id\":\"1\",\"rev\":4,\"entry\":{\"id\":\"returns\"");
    const size_t asked = fake_asked_count(ROUTER_FAQ_ALL);
    socket_says(s, "{\"type\":\"faq.get\",\"id\":\"2\",\"entry\":\"none\"}");
    assert_int_equal(fake_asked_count(ROUTER_FAQ_ALL), asked);
    work_is_done();
    socket_next(s, "\"code\":\"no_such_entry\"");
    author_changed(world.authors, 5);
    socket_says(s, "{\"type\":\"faq.list\",\"id\":\"3\"}");
    give_set(5);
    answer(ROUTER_FAQ_STATS,
           (struct result){.code = RESULT_OK,
                           .json = SPAN("{\"returns\":{\"answers\":3,\"yes\":2,\"no\":1,\"shadow\":0}}")});
    work_is_done();
    socket_next(
        s,
        "\"rev\":5,\"entries\":[{\"id\":\"returns\",\"title\":\"Returns\",\"shadow\":false,\"stats\":{\"answers\":3,");
    socket_silent(s);
}

static void a_checked_entry_goes_to_redis_under_its_author_and_revision(void **state)
{
    struct socket *s = tab(true);
    (void)state;
    socket_says(s, "{\"type\":\"faq.put\",\"id\":\"1\",\"rev\":4,\"entry\":" BOARDS "}");
    give_set(4);
    work_is_done();
    const struct asked *a = fake_asked(ROUTER_FAQ_CHANGE);
    assert_string_equal(a->who, "ana");
    assert_int_equal(a->seq, 4);
    assert_string_equal(a->more, "put boards");
    assert_string_equal(a->words, BOARDS);
    socket_silent(s);
    answer(ROUTER_FAQ_CHANGE, (struct result){.code = RESULT_OK, .rev = 5});
    socket_next(s, "{\"type\":\"ok\",\"id\":\"1\",\"rev\":5}");
    socket_says(s, "{\"type\":\"faq.drop\",\"id\":\"2\",\"rev\":4,\"entry\":\"returns\"}");
    give_set(5);
    work_is_done();
    answer_no(ROUTER_FAQ_CHANGE, "moved_on");
    socket_next(s, "\"code\":\"moved_on\"");
}

static void a_broken_entry_never_reaches_redis(void **state)
{
    struct socket *s = tab(true);
    (void)state;
    socket_says(s, "{\"type\":\"faq.put\",\"id\":\"1\",\"rev\":4,\"entry\":{\"id\":\"x\",\"link\":\"/"
                   "x\",\"title\":\"X\",\"answer\":\"X\","
                   "\"when\":[[\"return*\"]],\"yes\":[\"return\"]}}");
    give_set(4);
    work_is_done();
    assert_null(fake_asked(ROUTER_FAQ_CHANGE));
    socket_next(s, "\"code\":\"refused\"");
    assert_non_null(strstr(s->frame[s->n - 1], "also matches entry"));
}

static void jobs_wait_for_each_other_and_too_many_are_sent_away(void **state)
{
    struct socket *s = tab(true);
    const size_t asked = fake_asked_count(ROUTER_FAQ_ALL);
    (void)state;
    for (int i = 0; i <= AUTHOR_JOBS_MAX; i++) {
        socket_says(s, "{\"type\":\"faq.test\",\"id\":\"t\",\"text\":\"how\"}");
    }
    socket_next(s, "\"code\":\"busy\"");
    assert_int_equal(fake_asked_count(ROUTER_FAQ_ALL), asked + 1);
    give_set(4);
    for (int i = 0; i < AUTHOR_JOBS_MAX; i++) {
        work_is_done();
        socket_next(s, "\"test\":{");
    }
    assert_int_equal(waits, 0);
    socket_silent(s);
}

static void redis_away_ends_a_job_and_begins_the_next(void **state)
{
    struct socket *s = tab(true);
    (void)state;
    socket_says(s, "{\"type\":\"faq.list\",\"id\":\"1\"}");
    socket_says(s, "{\"type\":\"faq.get\",\"id\":\"2\",\"entry\":\"returns\"}");
    answer(ROUTER_FAQ_ALL, (struct result){.code = RESULT_LATE});
    socket_next(s, "\"code\":\"busy\"");
    give_set(4);
    work_is_done();
    socket_next(s, "\"id\":\"2\",\"rev\":4");
    fake_router_away(true);
    author_changed(world.authors, 9);
    socket_says(s, "{\"type\":\"faq.list\",\"id\":\"3\"}");
    socket_next(s, "\"code\":\"busy\"");
    socket_says(s, "{\"type\":\"faq.history\",\"id\":\"4\"}");
    socket_next(s, "\"code\":\"busy\"");
}

static void a_client_that_left_costs_nobody_else_anything(void **state)
{
    struct socket *gone = tab(true), *s = tab(true);
    (void)state;
    socket_says(gone, "{\"type\":\"faq.test\",\"id\":\"1\",\"text\":\"how\"}");
    socket_says(s, "{\"type\":\"faq.get\",\"id\":\"2\",\"entry\":\"returns\"}");
    socket_close(gone);
    give_set(4);
    work_is_done();
    work_is_done();
    socket_next(s, "\"id\":\"2\"");
}

static void supervisors_alone_and_only_for_chats_at_hand(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    socket_says(s, "{\"type\":\"faq.undo\",\"id\":\"1\",\"rev\":2,\"to\":1}");
    socket_next(s, "\"code\":\"forbidden\"");
    assert_null(fake_asked(ROUTER_FAQ_UNDO));
    socket_says(s, "{\"type\":\"suggest\",\"id\":\"2\",\"chat\":8}");
    socket_next(s, "\"code\":\"not_yours\"");
    socket_says(s, "{\"type\":\"suggest\",\"id\":\"3\",\"chat\":7}");
    give_set(4);
    answer(ROUTER_READ,
           (struct result){.code = RESULT_OK,
                           .json =
                               SPAN("[{\"kind\":\"message\",\"from\":\"visitor\",\"text\":\"may I return the board?\"},"
                                    "{\"kind\":\"message\",\"from\":\"agent\",\"text\":\"x\"}]")});
    work_is_done();
    socket_next(s, "\"suggestions\":[{\"faq\":\"returns\"");
    socket_says(s, "{\"type\":\"faq.nothing\",\"id\":\"4\"}");
    socket_next(s, "\"code\":\"unknown_type\"");
}

static void the_past_is_read_page_by_page(void **state)
{
    struct socket *s = tab(true);
    (void)state;
    socket_says(s, "{\"type\":\"faq.replay\",\"id\":\"1\",\"entry\":" BOARDS "}");
    give_set(4);
    answer(ROUTER_UNANSWERED,
           (struct result){
               .code = RESULT_OK,
               .json = SPAN(
                   "[{\"id\":\"1-0\",\"text\":\"Which boards are there?\",\"lang\":\"en\",\"chat\":1,\"at\":5}]")});
    assert_string_equal(fake_asked(ROUTER_PAST)->who, "");
    answer(
        ROUTER_PAST,
        (struct result){.code = RESULT_OK,
                        .name = SPAN("9-0"),
                        .json = SPAN("[{\"chat\":3,\"seq\":3,\"at\":9,\"kind\":\"message\",\"text\":\"which boards, "
                                     "now\"},{\"chat\":3,\"seq\":2,\"at\":8,\"kind\":\"queued\",\"text\":\"\"},"
                                     "{\"chat\":2,\"seq\":2,\"at\":7,\"kind\":\"message\",\"text\":\"are oak?\"}]")});
    assert_string_equal(fake_asked(ROUTER_PAST)->who, "9-0");
    answer(ROUTER_PAST,
           (struct result){.code = RESULT_OK,
                           .json = SPAN("[{\"chat\":2,\"seq\":1,\"at\":6,\"kind\":\"message\",\"text\":\"Which "
                                        "boards\"},{\"chat\":1,\"seq\":1,\"at\":5,\"kind\":\"message\",\"text\":"
                                        "\"Which boards are there?\"}]")});
    work_is_done();
    /* Chat 1 counts once; chat 2's messages are read as one; what chat 3 said to a person is not looked at. */
    socket_next(s, "\"replay\":{\"asked\":2,\"fires\":2,\"unanswered\":1,\"hits\":[{\"text\":\"Which boards\\nare "
                   "oak?\",\"chat\":2");
}

static void an_idle_set_is_forgotten(void **state)
{
    struct socket *s = tab(true);
    (void)state;
    socket_says(s, "{\"type\":\"faq.get\",\"id\":\"1\",\"entry\":\"returns\"}");
    give_set(4);
    work_is_done();
    for (int64_t ms = 0; ms < AUTHOR_IDLE_MS + 1000; ms += 10000) {
        world_pass(10000);
        socket_says(s, "{\"type\":\"ping\"}");
    }
    const size_t asked = fake_asked_count(ROUTER_FAQ_ALL);
    socket_says(s, "{\"type\":\"faq.get\",\"id\":\"2\",\"entry\":\"returns\"}");
    assert_int_equal(fake_asked_count(ROUTER_FAQ_ALL), asked + 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_set_is_fetched_once_and_again_when_it_changed),
        TEST(a_checked_entry_goes_to_redis_under_its_author_and_revision),
        TEST(a_broken_entry_never_reaches_redis),
        TEST(jobs_wait_for_each_other_and_too_many_are_sent_away),
        TEST(redis_away_ends_a_job_and_begins_the_next),
        TEST(a_client_that_left_costs_nobody_else_anything),
        TEST(supervisors_alone_and_only_for_chats_at_hand),
        TEST(the_past_is_read_page_by_page),
        TEST(an_idle_set_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
