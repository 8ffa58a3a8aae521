/* The automatic first answer: silence, typing, limits, wishes, and what Redis has to say about it. */
#include "faq/matcher.h"
#include "faq/rules.h"
#include "tests/fakes/world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char entries[] = "- id: returns\n"
                              "  title: { en: Returning, lt: Grąžinimas }\n"
                              "  answer: { en: Within 30 days., lt: Per 30 dienų. }\n"
                              "  link: /help#returns\n"
                              "  when:\n"
                              "    - [return*, grazin*]\n"
                              "- id: delivery\n"
                              "  title: { en: Delivery }\n"
                              "  answer: { en: In two days. }\n"
                              "  link: /help#delivery\n"
                              "  when:\n"
                              "    - [deliver*]\n";

static int open_world(void **state)
{
    char why[300];
    if (world_open(state)) {
        return -1;
    }
    struct rules *rules = rules_read_yaml("test", entries, strlen(entries), why, sizeof why);
    if (!rules) {
        print_error("%s\n", why);
        return -1;
    }
    struct matcher *m = matcher_compile(rules, why, sizeof why);
    rules_free(rules);
    (void)gateway_faq(&world, m, 1);
    return m ? 0 : -1;
}

static int close_world(void **state)
{
    matcher_free(world.matcher);
    return world_close(state);
}

static void heard(uint32_t seq, const char *text)
{
    autoreply_heard(world.autoreplies, 5, seq, SPAN("lt"), SPANNED(text));
}

static void event(uint32_t seq, const char *kind)
{
    const struct event e = {.chat = 5, .seq = seq, .kind = SPANNED(kind)};
    autoreply_event(world.autoreplies, &e);
}

static void an_answer_comes_after_silence(void **state)
{
    (void)state;
    heard(1, "Kaip grąžinti prekę?");
    world_pass(2400);
    assert_null(fake_asked(ROUTER_ANSWER));
    world_pass(200);
    struct asked *a = fake_asked(ROUTER_ANSWER);
    assert_non_null(a);
    assert_int_equal(a->chat, 5);
    assert_int_equal(a->seq, 1);
    assert_string_equal(a->words, "{\"faq\":\"returns\",\"title\":\"Grąžinimas\",\"text\":\"Per 30 dienų.\","
                                  "\"link\":\"/help#returns\",\"lang\":\"lt\"}");
    answer(ROUTER_ANSWER, (struct result){.code = RESULT_OK, .seq = 2});
    world_pass(60000);
    assert_int_equal(fake_asked_count(ROUTER_ANSWER), 1);
    assert_int_equal(fake_asked_count(ROUTER_ENQUEUE), 0);
}

static void typing_puts_it_off(void **state)
{
    (void)state;
    heard(1, "return");
    for (int i = 0; i < 10; i++) {
        world_pass(2000);
        autoreply_typing(world.autoreplies, 5);
    }
    assert_null(fake_asked(ROUTER_ANSWER));
    world_pass(2600);
    assert_non_null(fake_asked(ROUTER_ANSWER));
}

static void several_messages_are_one_question(void **state)
{
    (void)state;
    heard(1, "hello");
    world_pass(2000);
    heard(2, "i want to");
    world_pass(2000);
    heard(3, "return it");
    world_pass(2600);
    assert_int_equal(fake_asked_count(ROUTER_ANSWER), 1);
    assert_int_equal(fake_asked(ROUTER_ANSWER)->seq, 3);
    assert_int_equal(fake_asked_count(ROUTER_ENQUEUE), 0);
}

static void what_nobody_knows_goes_to_a_person(void **state)
{
    (void)state;
    heard(1, "my cat sat on it");
    world_pass(2600);
    assert_string_equal(fake_asked(ROUTER_ENQUEUE)->words, "no_answer");
    assert_int_equal(fake_asked(ROUTER_ENQUEUE)->seq, 1);
    answer_ok(ROUTER_ENQUEUE);
    world_pass(60000);
    assert_int_equal(fake_asked_count(ROUTER_ENQUEUE), 1);
}

static void a_wish_for_a_person_waits_for_nothing(void **state)
{
    (void)state;
    heard(1, "return");
    heard(2, "let me talk to a human please");
    assert_string_equal(fake_asked(ROUTER_ENQUEUE)->words, "asked");
    assert_int_equal(fake_asked(ROUTER_ENQUEUE)->seq, 0); /* whatever else was said */
    assert_null(fake_asked(ROUTER_ANSWER));
}

static void the_second_answer_too_soon_is_a_person(void **state)
{
    (void)state;
    heard(1, "return");
    world_pass(2600);
    answer(ROUTER_ANSWER, (struct result){.code = RESULT_OK, .seq = 2});
    heard(3, "and delivery?");
    world_pass(2600);
    assert_null(fake_asked(ROUTER_ANSWER));
    assert_string_equal(fake_asked(ROUTER_ENQUEUE)->words, "limit");
}

static void a_minute_later_another_answer_is_fine_the_same_is_not(void **state)
{
    (void)state;
    heard(1, "return");
    world_pass(2600);
    answer(ROUTER_ANSWER, (struct result){.code = RESULT_OK, .seq = 2});
    world_pass(61000);
    heard(3, "and delivery?");
    world_pass(2600);
    assert_string_equal(fake_asked(ROUTER_ANSWER)->more, "delivery");
    answer(ROUTER_ANSWER, (struct result){.code = RESULT_OK, .seq = 4});
    world_pass(61000);
    heard(5, "return again");
    world_pass(2600);
    assert_null(fake_asked(ROUTER_ANSWER));
    assert_non_null(fake_asked(ROUTER_ENQUEUE));
}

static void more_said_meanwhile_waits_anew(void **state)
{
    (void)state;
    heard(1, "return");
    world_pass(2600);
    heard(2, "please");
    answer_no(ROUTER_ANSWER, "moved_on");
    world_pass(2000);
    assert_null(fake_asked(ROUTER_ANSWER));
    world_pass(700);
    assert_int_equal(fake_asked(ROUTER_ANSWER)->seq, 2);
}

static void it_does_not_try_for_ever(void **state)
{
    (void)state;
    heard(1, "return");
    for (int i = 0; i < 50; i++) {
        world_pass(2600);
        if (fake_asked(ROUTER_ANSWER)) {
            answer_no(ROUTER_ANSWER, "moved_on");
        }
    }
    assert_int_equal(fake_asked_count(ROUTER_ANSWER), 5);
}

static void redis_away_is_tried_again(void **state)
{
    (void)state;
    heard(1, "return");
    fake_router_away(true);
    world_pass(4000);
    fake_router_away(false);
    world_pass(1100);
    assert_non_null(fake_asked(ROUTER_ANSWER));
    answer(ROUTER_ANSWER, (struct result){.code = RESULT_DOWN});
    world_pass(1100);
    assert_non_null(fake_asked(ROUTER_ANSWER));
}

static void a_limit_in_redis_is_a_person(void **state)
{
    static const char *const codes[] = {"limit", "too_soon", "repeated"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        heard(1, "return");
        world_pass(2600);
        answer_no(ROUTER_ANSWER, codes[i]);
        assert_string_equal(fake_asked(ROUTER_ENQUEUE)->words, "limit");
        answer_ok(ROUTER_ENQUEUE);
    }
}

static void a_person_who_came_silences_it(void **state)
{
    static const char *const kinds[] = {"queued", "joined", "closed", "transferred"};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        heard(1, "return");
        event(2, kinds[i]);
        world_pass(10000);
        assert_null(fake_asked(ROUTER_ANSWER));
        assert_null(fake_asked(ROUTER_ENQUEUE));
    }
    heard(1, "return");
    world_pass(2600);
    answer_no(ROUTER_ANSWER, "person_asked");
    world_pass(10000);
    assert_null(fake_asked(ROUTER_ANSWER));
}

static void a_judgement_is_nothing_said(void **state)
{
    (void)state;
    heard(1, "return");
    event(2, "helped");
    world_pass(2600);
    assert_int_equal(fake_asked(ROUTER_ANSWER)->seq, 2);
}

static void a_drain_ends_it(void **state)
{
    (void)state;
    heard(1, "return");
    gateway_drain(&world);
    world_pass(5000);
    assert_null(fake_asked(ROUTER_ANSWER));
}

static void a_flood_of_words_is_bounded(void **state)
{
    static char text[4001];
    (void)state;
    memset(text, 'a', 4000);
    for (uint32_t i = 1; i <= 100; i++) {
        heard(i, text);
    }
    world_pass(2600);
    assert_non_null(fake_asked(ROUTER_ENQUEUE));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(an_answer_comes_after_silence),
        TEST(typing_puts_it_off),
        TEST(several_messages_are_one_question),
        TEST(what_nobody_knows_goes_to_a_person),
        TEST(a_wish_for_a_person_waits_for_nothing),
        TEST(the_second_answer_too_soon_is_a_person),
        TEST(a_minute_later_another_answer_is_fine_the_same_is_not),
        TEST(more_said_meanwhile_waits_anew),
        TEST(it_does_not_try_for_ever),
        TEST(redis_away_is_tried_again),
        TEST(a_limit_in_redis_is_a_person),
        TEST(a_person_who_came_silences_it),
        TEST(a_judgement_is_nothing_said),
        TEST(a_drain_ends_it),
        TEST(a_flood_of_words_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
