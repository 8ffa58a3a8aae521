/* An agent's journeys: login, offers, commands, several tabs, leases. */
#include "gateway/agent.h"
#include "tests/fakes/world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HANDOVER_IN(phase, chat, head)                                                                                 \
    "{\"chat\":" chat ",\"phase\":\"" phase "\",\"transcript\":[{\"head\":99}],\"head\":" head "}"
#define HANDOVER(chat, head) HANDOVER_IN("active", chat, head)
#define HOME                                                                                                           \
    "{\"agent\":{\"id\":\"ana\"},\"chats\":[" HANDOVER(                                                                \
        "7", "3") "],\"offers\":[{\"chat\":8,\"deadline\":1,\"left_ms\":1,"                                            \
                  "\"handover\":" HANDOVER("8", "2") "}],\"queue\":[],\"now\":1}"

/* The gateway's once-a-second chores run at least once in it; when the first comes depends on its random name. */
#define SECOND_TICK_MS 1300

static void give_session(bool supervisor)
{
    answer(ROUTER_SESSION_GET,
           (struct result){.code = RESULT_OK, .agent = SPAN("ana"), .name = SPAN("Ana"), .supervisor = supervisor});
}

static void give_home(const char *json)
{
    answer(ROUTER_HOME, (struct result){.code = RESULT_OK, .json = SPANNED(json)});
}

static struct socket *tab(bool supervisor)
{
    struct socket *s = socket_open(&agent_kind, "aa");
    socket_says(s, "{\"type\":\"hello\",\"id\":\"h\"}");
    give_session(supervisor);
    gateway_subscribed(&world, SPAN("agent:ana"));
    give_home(HOME);
    socket_next(s, "{\"type\":\"welcome\",\"heartbeat_s\":15,\"id\":\"h\",\"agent\":{\"id\":\"ana\"}");
    socket_silent(s);
    return s;
}

static void no_session_no_welcome(void **state)
{
    struct socket *s = socket_open(&agent_kind, "aa");
    (void)state;
    socket_says(s, "{\"type\":\"accept\",\"id\":\"1\",\"chat\":7}");
    socket_next(s, "\"code\":\"hello_first\"");
    assert_non_null(strstr(s->frame[0], "\"id\":\"1\""));
    socket_says(s, "{\"type\":\"hello\"}");
    assert_string_equal(fake_asked(ROUTER_SESSION_GET)->who, "aa");
    answer_no(ROUTER_SESSION_GET, "gone");
    assert_int_equal(s->code, CONN_POLICY);
}

static void home_is_asked_for_once_nothing_can_be_missed(void **state)
{
    struct socket *s = socket_open(&agent_kind, "aa");
    (void)state;
    socket_says(s, "{\"type\":\"hello\"}");
    give_session(false);
    assert_int_equal(fake_subscribed("agent:ana"), 1);
    assert_null(fake_asked(ROUTER_HOME));
    gateway_subscribed(&world, SPAN("agent:ana"));
    give_home(HOME);
    socket_next(s, "\"type\":\"welcome\"");
    assert_int_equal(fake_subscribed("chat:7"), 1);
    assert_int_equal(fake_subscribed("chat:8"), 1);
    told("chat:7", "E4 {\"type\":\"event\",\"chat\":7,\"seq\":4,\"at\":1,\"kind\":\"message\"}");
    socket_next(s, "\"seq\":4"); /* the hand-over told up to 3 */
    told("chat:8", "E2 {\"type\":\"event\",\"chat\":8,\"seq\":2,\"at\":1,\"kind\":\"message\"}");
    socket_silent(s);
}

static void an_offer_comes_to_every_tab_with_its_hand_over(void **state)
{
    struct socket *one = tab(false), *two = tab(false);
    (void)state;
    told("agent:ana", "O 12 99000");
    assert_int_equal(fake_asked(ROUTER_HANDOVER)->chat, 12);
    answer(ROUTER_HANDOVER, (struct result){.code = RESULT_OK, .json = SPAN(HANDOVER_IN("offered", "12", "5"))});
    socket_next(one, "{\"type\":\"offer\",\"chat\":12,\"deadline\":99000,\"left_ms\":0,\"handover\":{\"chat\":12");
    socket_next(two, "{\"type\":\"offer\",\"chat\":12");
    told("chat:12", "E6 {\"type\":\"event\",\"chat\":12,\"seq\":6,\"at\":1,\"kind\":\"message\"}");
    socket_next(one, "\"seq\":6");
    socket_next(two, "\"seq\":6");
    told("agent:ana", "G 12 missed");
    socket_next(one, "{\"type\":\"offer_gone\",\"chat\":12,\"reason\":\"missed\"}");
    socket_next(two, "offer_gone");
    assert_int_equal(fake_subscribed("chat:12"), 0);
}

static void accepting_in_one_tab_shows_the_chat_in_all(void **state)
{
    struct socket *one = tab(false), *two = tab(false);
    (void)state;
    socket_says(one, "{\"type\":\"accept\",\"id\":\"a\",\"chat\":8}");
    assert_string_equal(fake_asked(ROUTER_ACCEPT)->who, "ana");
    told("agent:ana", "G 8 accepted");
    told("agent:ana", "J 8");
    answer(ROUTER_ACCEPT, (struct result){.code = RESULT_OK, .seq = 3});
    answer(ROUTER_HANDOVER, (struct result){.code = RESULT_OK, .json = SPAN(HANDOVER("8", "3"))});
    socket_next(one, "offer_gone");
    socket_next(one, "{\"type\":\"ok\",\"id\":\"a\",\"seq\":3}");
    socket_next(one, "{\"type\":\"chat\",\"chat\":8,\"handover\":{\"chat\":8");
    socket_next(two, "offer_gone");
    socket_next(two, "{\"type\":\"chat\",\"chat\":8");
    assert_int_equal(fake_subscribed("chat:8"), 1); /* one subscription for both, never left meanwhile */
    told("agent:ana", "L 8 closed");
    socket_next(one, "{\"type\":\"chat_gone\",\"chat\":8,\"reason\":\"closed\"}");
    assert_int_equal(fake_subscribed("chat:8"), 0);
}

static void words_carry_name_and_mid(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    socket_says(s, "{\"type\":\"say\",\"chat\":7,\"mid\":\"mid-0001\",\"text\":\"Labas\"}");
    assert_string_equal(
        fake_asked(ROUTER_AGENT_SAY)->words,
        "{\"from\":\"agent\",\"agent\":\"ana\",\"name\":\"Ana\",\"text\":\"Labas\",\"mid\":\"mid-0001\"}");
    socket_silent(s);
    answer(ROUTER_AGENT_SAY, (struct result){.code = RESULT_OK, .chat = 7, .seq = 4, .at_ms = 9});
    socket_next(s, "{\"type\":\"ack\",\"mid\":\"mid-0001\",\"chat\":7,\"seq\":4,\"at\":9}");
    socket_says(s, "{\"type\":\"note\",\"chat\":7,\"mid\":\"mid-0002\",\"text\":\"vip\"}");
    answer(ROUTER_NOTE, (struct result){.code = RESULT_OK, .at_ms = 10});
    socket_next(s, "{\"type\":\"ack\",\"mid\":\"mid-0002\",\"chat\":7,\"at\":10}");
    socket_says(s, "{\"type\":\"say\",\"chat\":9,\"mid\":\"mid-0003\",\"text\":\"x\"}");
    answer_no(ROUTER_AGENT_SAY, "not_yours");
    socket_next(s, "\"code\":\"not_yours\",\"message\":\"No.\",\"mid\":\"mid-0003\"}");
    fake_router_away(true);
    socket_says(s, "{\"type\":\"say\",\"chat\":7,\"mid\":\"mid-0004\",\"text\":\"x\"}");
    socket_next(s, "\"code\":\"busy\"");
}

static void commands_are_checked_before_redis_is_asked(void **state)
{
    static const char *const wrong[][2] = {
        {"{\"type\":\"accept\",\"chat\":7}", "id is missing"},
        {"{\"type\":\"accept\",\"id\":\"1\"}", "chat is missing"},
        {"{\"type\":\"accept\",\"id\":\"1\",\"chat\":\"7\"}", "bad_frame"},
        {"{\"type\":\"accept\",\"id\":\"1\",\"chat\":0}", "bad_frame"},
        {"{\"type\":\"presence\",\"id\":\"1\",\"state\":\"asleep\"}", "online or away"},
        {"{\"type\":\"presence\",\"id\":\"1\",\"state\":\"online\",\"capacity\":51}", "bad_frame"},
        {"{\"type\":\"close\",\"id\":\"1\",\"chat\":7,\"outcome\":\"meh\",\"category\":\"x\"}", "solved or unsolved"},
        {"{\"type\":\"promise\",\"id\":\"1\",\"chat\":7,\"text\":\"a call\"}", "due is missing"},
        {"{\"type\":\"promise\",\"id\":\"1\",\"chat\":7,\"text\":\"\",\"due\":1}", "bad_frame"},
        {"{\"type\":\"kept\",\"id\":\"1\",\"chat\":7,\"promise\":21}", "bad_frame"},
        {"{\"type\":\"transfer\",\"id\":\"1\",\"chat\":7,\"to\":{\"agent\":\"ben\"}}", "reason_required"},
        {"{\"type\":\"transfer\",\"id\":\"1\",\"chat\":7,\"to\":{},\"reason\":\"x\"}", "bad_frame"},
        {"{\"type\":\"transfer\",\"id\":\"1\",\"chat\":7,\"to\":{\"agent\":\"a\",\"queue\":\"b\"},\"reason\":\"x\"}",
         "bad_frame"},
        {"{\"type\":\"watch\",\"id\":\"1\",\"chat\":7}", "forbidden"},
        {"{\"type\":\"live\",\"id\":\"1\"}", "forbidden"},
        {"{\"type\":\"block\",\"id\":\"1\",\"chat\":7}", "hours is missing"},
        {"{\"type\":\"block\",\"id\":\"1\",\"chat\":7,\"hours\":8761}", "bad_frame"},
        {"{\"type\":\"seen\",\"chat\":70,\"seq\":1}", "not_yours"},
        {"{\"type\":\"say\",\"chat\":7,\"mid\":\"x\",\"text\":\"y\"}", "bad_frame"},
        {"{\"type\":\"fly\",\"id\":\"1\"}", "unknown_type"},
        {"{\"type\":\"hello\",\"id\":\"1\"}", "not_now"},
    };
    struct socket *s = tab(false);
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        socket_says(s, wrong[i][0]);
        socket_next(s, wrong[i][1]);
        socket_silent(s);
    }
    assert_null(fake_asked(ROUTER_ACCEPT));
    assert_null(fake_asked(ROUTER_TRANSFER));
    assert_null(fake_asked(ROUTER_CLOSE));
    assert_null(fake_asked(ROUTER_PROMISE));
    assert_null(fake_asked(ROUTER_KEPT));
    assert_null(fake_asked(ROUTER_AGENT_SAY));
}

static void each_command_reaches_its_function(void **state)
{
    struct socket *s = tab(true);
    (void)state;
    socket_says(s, "{\"type\":\"presence\",\"id\":\"1\",\"state\":\"online\",\"capacity\":4}");
    assert_int_equal(fake_asked(ROUTER_PRESENCE)->seq, 4);
    answer_ok(ROUTER_PRESENCE);
    socket_next(s, "{\"type\":\"ok\",\"id\":\"1\"}");
    told("agent:ana", "P online 4");
    socket_next(s, "{\"type\":\"presence\",\"state\":\"online\",\"capacity\":4}");
    socket_says(
        s, "{\"type\":\"transfer\",\"id\":\"2\",\"chat\":7,\"to\":{\"queue\":\"general\"},\"reason\":\"wrong desk\"}");
    assert_false(fake_asked(ROUTER_TRANSFER)->yes);
    assert_string_equal(fake_asked(ROUTER_TRANSFER)->more, "general");
    answer_no(ROUTER_TRANSFER, "agent_busy");
    socket_next(s, "\"code\":\"agent_busy\",\"message\":\"No.\",\"id\":\"2\"}");
    socket_says(s, "{\"type\":\"close\",\"id\":\"3\",\"chat\":7,\"outcome\":\"unsolved\",\"category\":\"returns\","
                   "\"need\":\"label\"}");
    assert_false(fake_asked(ROUTER_CLOSE)->yes);
    assert_string_equal(fake_asked(ROUTER_CLOSE)->words, "label");
    answer(ROUTER_CLOSE, (struct result){.code = RESULT_OK, .seq = 9});
    socket_next(s, "{\"type\":\"ok\",\"id\":\"3\",\"seq\":9}");
    socket_says(s, "{\"type\":\"decline\",\"id\":\"4\",\"chat\":8}");
    answer_ok(ROUTER_DECLINE);
    socket_next(s, "\"id\":\"4\"");
    socket_says(s, "{\"type\":\"take\",\"id\":\"5\",\"chat\":8}");
    answer(ROUTER_TAKE, (struct result){.code = RESULT_LATE});
    socket_next(s, "\"code\":\"busy\"");
    socket_says(s, "{\"type\":\"promise\",\"id\":\"6\",\"chat\":7,\"text\":\"a call\",\"due\":1795345200000}");
    assert_string_equal(fake_asked(ROUTER_PROMISE)->words, "a call");
    assert_string_equal(fake_asked(ROUTER_PROMISE)->more, "1795345200000");
    answer(ROUTER_PROMISE, (struct result){.code = RESULT_OK, .promise = 2, .seq = 10});
    socket_next(s, "{\"type\":\"ok\",\"id\":\"6\",\"seq\":10,\"promise\":2}");
    told("agent:ana", "D 7 {\"type\":\"due\",\"chat\":7,\"promise\":{\"text\":\"a call\"}}");
    socket_next(s, "{\"type\":\"due\",\"chat\":7,\"promise\":{\"text\":\"a call\"}}");
    socket_says(s, "{\"type\":\"kept\",\"id\":\"7\",\"chat\":7,\"promise\":2}");
    assert_int_equal(fake_asked(ROUTER_KEPT)->seq, 2);
    answer(ROUTER_KEPT, (struct result){.code = RESULT_OK, .seq = 11});
    socket_next(s, "{\"type\":\"ok\",\"id\":\"7\",\"seq\":11}");
    socket_says(s, "{\"type\":\"seen\",\"chat\":7,\"seq\":2}");
    assert_true(fake_asked(ROUTER_SEEN)->yes);
    socket_silent(s);
}

static void the_live_board_a_block_and_praise(void **state)
{
    struct socket *s = tab(true);
    (void)state;
    socket_says(s, "{\"type\":\"live\",\"id\":\"l\"}");
    assert_string_equal(fake_asked(ROUTER_LIVE)->who, "ana");
    answer(ROUTER_LIVE, (struct result){.code = RESULT_OK, .json = SPAN("{\"total\":0}")});
    socket_next(s, "{\"type\":\"ok\",\"id\":\"l\",\"live\":{\"total\":0}}");
    socket_says(s, "{\"type\":\"block\",\"id\":\"b\",\"chat\":7,\"hours\":24}");
    assert_int_equal(fake_asked(ROUTER_BLOCK)->chat, 7);
    assert_int_equal(fake_asked(ROUTER_BLOCK)->seq, 24);
    answer(ROUTER_BLOCK, (struct result){.code = RESULT_OK, .seq = 9});
    socket_next(s, "{\"type\":\"ok\",\"id\":\"b\",\"seq\":9}");
    told("agent:ana", "D 7 {\"type\":\"praise\",\"chat\":7,\"name\":\"\",\"text\":\"so kind\"}");
    socket_next(s, "{\"type\":\"praise\",\"chat\":7,\"name\":\"\",\"text\":\"so kind\"}");
}

static void a_supervisor_watches(void **state)
{
    struct socket *s = tab(true);
    (void)state;
    socket_says(s, "{\"type\":\"watch\",\"id\":\"w\",\"chat\":30}");
    answer(ROUTER_HANDOVER, (struct result){.code = RESULT_OK, .json = SPAN(HANDOVER("30", "5"))});
    socket_next(s, "{\"type\":\"ok\",\"id\":\"w\",\"handover\":{\"chat\":30");
    told("chat:30", "E6 {\"type\":\"event\",\"chat\":30,\"seq\":6,\"at\":1,\"kind\":\"message\"}");
    socket_next(s, "\"seq\":6");
    socket_says(s, "{\"type\":\"typing\",\"chat\":30,\"on\":true}");
    assert_int_equal(fake_published_count(), 0); /* watching is no taking part */
    socket_says(s, "{\"type\":\"unwatch\",\"id\":\"u\",\"chat\":30}");
    socket_next(s, "{\"type\":\"ok\",\"id\":\"u\"}");
    assert_int_equal(fake_subscribed("chat:30"), 0);
}

static void typing_is_throttled_and_ends(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    for (int i = 0; i < 10; i++) {
        socket_says(s, "{\"type\":\"typing\",\"chat\":7,\"on\":true}");
    }
    assert_int_equal(fake_published_count(), 1);
    assert_string_equal(fake_published(),
                        "chat:7 V {\"type\":\"typing\",\"who\":\"agent\",\"name\":\"Ana\",\"on\":true}");
    socket_says(s, "{\"type\":\"typing\",\"chat\":7,\"on\":false}");
    socket_says(s, "{\"type\":\"typing\",\"chat\":7,\"on\":false}");
    assert_int_equal(fake_published_count(), 2);
}

static void leases_follow_the_sockets(void **state)
{
    struct socket *one = tab(false), *two = tab(false);
    size_t n = 0;
    (void)state;
    world_pass(4000);
    conn_heard(two->conn);
    world_pass(2000);
    const struct lease *l = fake_lease(0, &n);
    assert_int_equal(n, 1);
    assert_true(l->ttl_ms > 22000 && l->ttl_ms <= 25000); /* lease_s less the time since anything was heard */
    assert_false(l->exactly);
    socket_close(one);
    fake_lease(0, &n);
    assert_false(fake_lease(0, &n)->exactly); /* another tab is there */
    socket_close(two);
    l = fake_lease(0, &n);
    assert_int_equal(n, 1);
    assert_true(l->exactly);
    assert_int_equal(l->ttl_ms, 10000);
    assert_int_equal(fake_subscribed("agent:ana"), 0);
    assert_int_equal(fake_subscribed("chat:7"), 0);
    world_pass(5200);
    (void)fake_lease(0, &n);
    assert_int_equal(n, 0); /* the gateway's own goes on */
}

static void a_drain_leaves_leases_to_run(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    gateway_drain(&world);
    size_t before = fake_asked_count(ROUTER_LEASE);
    socket_close(s);
    assert_int_equal(fake_asked_count(ROUTER_LEASE), before);
}

static void the_desk_is_fetched_once_and_at_most_four_times_a_second(void **state)
{
    struct socket *one = tab(false), *two = tab(false);
    (void)state;
    for (int i = 0; i < 100; i++) {
        told("desk", "");
        world_pass(50);
        while (fake_asked(ROUTER_DESK)) {
            answer(ROUTER_DESK,
                   (struct result){.code = RESULT_OK, .json = SPAN("{\"queue\":[],\"agents\":[],\"now\":1}")});
        }
    }
    size_t asked = fake_asked_count(ROUTER_DESK);
    assert_true(asked >= 15 && asked <= 21); /* 5 s */
    socket_next(one, "{\"type\":\"desk\",\"queue\":[],\"agents\":[],\"now\":1}");
    socket_next(two, "\"type\":\"desk\"");
}

static void after_redis_was_away_everything_is_told_anew(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    gateway_resubscribed(&world);
    give_home("{\"agent\":{\"id\":\"ana\"},\"chats\":[" HANDOVER("9", "1") "],\"offers\":[]}");
    socket_next(s, "\"type\":\"welcome\"");
    assert_int_equal(fake_subscribed("chat:7"), 0);
    assert_int_equal(fake_subscribed("chat:8"), 0);
    assert_int_equal(fake_subscribed("chat:9"), 1);
}

/* The two connections come back in either order; what the refresh asks for may not be taken, or be lost. */
static void a_refresh_that_cannot_be_asked_for_is_not_forgotten(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    fake_router_away(true);
    gateway_resubscribed(&world);
    assert_null(fake_asked(ROUTER_HOME));
    socket_silent(s); /* nothing was asked by the client */
    fake_router_away(false);
    gateway_state(&world, ROUTER_UP, "connected");
    answer(ROUTER_HOME, (struct result){.code = RESULT_DOWN});
    world_pass(SECOND_TICK_MS);
    give_home("{\"agent\":{\"id\":\"ana\"},\"chats\":[" HANDOVER("9", "1") "],\"offers\":[]}");
    assert_int_equal(fake_subscribed("chat:9"), 1);
    world_pass(2000);
    assert_null(fake_asked(ROUTER_HOME));
}

/* What is under way when wake-ups may have been missed was perhaps read before. */
static void a_welcome_under_way_is_asked_for_once_more(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    gateway_resubscribed(&world);
    gateway_resubscribed(&world);
    give_home(HOME);
    world_pass(SECOND_TICK_MS);
    give_home("{\"agent\":{\"id\":\"ana\"},\"chats\":[" HANDOVER("9", "1") "],\"offers\":[]}");
    assert_int_equal(fake_subscribed("chat:9"), 1);
    assert_non_null(s->conn);
}

static void a_hand_over_that_cannot_be_asked_for_comes_with_a_fresh_welcome(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    fake_router_away(true);
    told("agent:ana", "J 9");
    fake_router_away(false);
    world_pass(SECOND_TICK_MS);
    give_home("{\"agent\":{\"id\":\"ana\"},\"chats\":[" HANDOVER("9", "1") "],\"offers\":[]}");
    socket_next(s, "\"type\":\"welcome\"");
    assert_int_equal(fake_subscribed("chat:9"), 1);
}

/* The answer may have been read before the second change. */
static void a_change_while_it_is_asked_for_is_asked_for_again(void **state)
{
    static const struct {
        const char *change;
        enum router_op op;
    } kinds[] = {{"settings", ROUTER_SETTINGS}, {"words", ROUTER_PHRASES}, {"faq 8", ROUTER_FAQ_ALL}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        while (fake_asked(kinds[i].op)) {
            answer(kinds[i].op, (struct result){.code = RESULT_OK, .json = SPAN("{}")});
        }
        told("config", kinds[i].change);
        told("config", kinds[i].change);
        const size_t asked = fake_asked_count(kinds[i].op);
        answer(kinds[i].op, (struct result){.code = RESULT_OK, .json = SPAN("{}")});
        assert_int_equal(fake_asked_count(kinds[i].op), asked + 1);
        answer(kinds[i].op, (struct result){.code = RESULT_OK, .json = SPAN("{}")});
        world_pass(3000);
        assert_int_equal(fake_asked_count(kinds[i].op), asked + 1);
    }
}

static void logged_out_and_disabled_close(void **state)
{
    struct socket *s = tab(false), *other = socket_open(&agent_kind, "bb");
    (void)state;
    socket_says(other, "{\"type\":\"hello\"}");
    give_session(false);
    give_home(HOME);
    agents_logged_out(world.agents, "aa");
    world_turn();
    assert_int_equal(s->code, CONN_POLICY);
    assert_int_equal(other->code, 0);
    told("agent:ana", "X");
    assert_int_equal(other->code, CONN_POLICY);
}

static void a_session_that_ended_is_noticed(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    for (int i = 0; i < 61; i++) {
        conn_heard(s->conn);
        world_pass(10000);
    }
    answer_no(ROUTER_SESSION_GET, "gone");
    assert_int_equal(s->code, CONN_POLICY);
}

static void garbage_on_the_channel_does_nothing(void **state)
{
    static const char *const garbage[] = {"", "O", "O x y", "J", "G", "L 7", "P", "Z 1 2", "   "};
    struct socket *s = tab(false);
    (void)state;
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        told("agent:ana", garbage[i]);
        told("agent:nobody", garbage[i]);
    }
    assert_int_equal(s->code, 0);
}

#define EVENT(n, kind) "{\"type\":\"event\",\"chat\":7,\"seq\":" n ",\"at\":1,\"kind\":\"" kind "\"}"

/* An event was lost on the way when the chat ends: the agent sees it and the end, and only then that the chat is gone.
 */
static void a_chat_that_leaves_is_shown_to_its_end(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    told("chat:7", "E5 " EVENT("5", "closed")); /* 4 is missing */
    told("agent:ana", "L 7 closed");
    socket_silent(s);
    assert_int_equal(fake_subscribed("chat:7"), 1);
    answer(ROUTER_READ, (struct result){.code = RESULT_OK,
                                        .head = 5,
                                        .json = SPAN("[" EVENT("4", "message") "," EVENT("5", "closed") "]")});
    socket_next(s, "\"seq\":4");
    socket_next(s, "\"seq\":5");
    socket_next(s, "{\"type\":\"chat_gone\",\"chat\":7,\"reason\":\"closed\"}");
    socket_silent(s);
    assert_int_equal(fake_subscribed("chat:7"), 0);
}

static void a_chat_that_comes_back_meanwhile_stays(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    told("chat:7", "E5 " EVENT("5", "queued"));
    told("agent:ana", "L 7 requeued");
    told("agent:ana", "O 7 99000");
    answer(ROUTER_HANDOVER, (struct result){.code = RESULT_OK, .json = SPAN(HANDOVER_IN("offered", "7", "5"))});
    socket_next(s, "\"type\":\"chat_gone\"");
    socket_next(s, "\"type\":\"offer\"");
    answer(ROUTER_READ, (struct result){.code = RESULT_OK,
                                        .head = 5,
                                        .json = SPAN("[" EVENT("4", "left") "," EVENT("5", "queued") "]")});
    told("chat:7", "E6 " EVENT("6", "message"));
    socket_next(s, "\"seq\":6");
    socket_silent(s);
    assert_int_equal(fake_subscribed("chat:7"), 1);
}

/* Wake-ups have a connection of their own: that a chat has left may be heard before the hand-over read earlier comes.
 */
static void a_hand_over_that_was_overtaken_brings_nothing_back(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    told("agent:ana", "J 12");
    told("agent:ana", "L 12 closed");
    socket_next(s, "\"type\":\"chat_gone\"");
    answer(ROUTER_HANDOVER, (struct result){.code = RESULT_OK, .json = SPAN(HANDOVER("12", "3"))});
    socket_silent(s);
    assert_int_equal(fake_asked(ROUTER_HANDOVER)->chat, 12); /* asked for anew */
    answer(ROUTER_HANDOVER, (struct result){.code = RESULT_OK, .json = SPAN(HANDOVER_IN("closed", "12", "4"))});
    socket_silent(s);
    assert_int_equal(fake_subscribed("chat:12"), 0);
}

static void a_transcript_that_is_gone_keeps_nobody(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    told("chat:7", "E5 " EVENT("5", "closed"));
    told("agent:ana", "L 7 closed");
    answer_no(ROUTER_READ, "no_such_chat");
    socket_next(s, "\"type\":\"chat_gone\"");
    assert_int_equal(fake_subscribed("chat:7"), 0);
}

static void slow_down_carries_the_id(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    for (int i = 0; i < 299; i++) { /* hello was one */
        socket_says(s, "{\"type\":\"ping\"}");
    }
    s->seen = s->n;
    socket_says(s, "{\"type\":\"accept\",\"id\":\"a7\",\"chat\":8}");
    assert_non_null(strstr(socket_next(s, "\"slow_down\""), "\"id\":\"a7\""));
}

/* ---- the machinery's clockwork */

static void no_tick_before_a_lease_was_taken(void **state)
{
    (void)state;
    world_pass(1100);
    assert_int_equal(fake_asked_count(ROUTER_TICK), 0);
    answer_ok(ROUTER_LEASE);
    world_pass(1100);
    const size_t ticks = fake_asked_count(ROUTER_TICK); /* one or two: gateways are staggered */
    assert_in_range(ticks, 1, 2);
    gateway_state(&world, ROUTER_DOWN, "gone");
    gateway_state(&world, ROUTER_UP, "back");
    size_t leases = fake_asked_count(ROUTER_LEASE);
    assert_true(leases >= 2);
    world_pass(1100);
    assert_int_equal(fake_asked_count(ROUTER_TICK), ticks);
    answer(ROUTER_LEASE, (struct result){.code = RESULT_LATE});
    world_pass(1100);
    assert_int_equal(fake_asked_count(ROUTER_TICK), ticks);
    assert_int_equal(fake_asked_count(ROUTER_LEASE), leases + 1); /* again within a second, not in five */
    answer_ok(ROUTER_LEASE);
    world_pass(1100);
    assert_true(fake_asked_count(ROUTER_TICK) > ticks);
}

static void a_lease_that_was_not_taken_is_tried_again(void **state)
{
    (void)state;
    answer_ok(ROUTER_LEASE);
    fake_router_away(true); /* full, say */
    world_pass(5200);
    fake_router_away(false);
    size_t before = fake_asked_count(ROUTER_LEASE);
    world_pass(1100);
    assert_int_equal(fake_asked_count(ROUTER_LEASE), before + 1);
}

static void a_desk_that_was_missed_is_asked_for_again(void **state)
{
    struct socket *s = tab(false);
    (void)state;
    told("desk", "");
    world_pass(300);
    answer(ROUTER_DESK, (struct result){.code = RESULT_LATE});
    world_pass(1500);
    answer(ROUTER_DESK, (struct result){.code = RESULT_OK, .json = SPAN("{\"queue\":[],\"agents\":[],\"now\":1}")});
    socket_next(s, "\"type\":\"desk\"");
    world_pass(3000);
    assert_null(fake_asked(ROUTER_DESK));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(no_session_no_welcome),
        TEST(home_is_asked_for_once_nothing_can_be_missed),
        TEST(an_offer_comes_to_every_tab_with_its_hand_over),
        TEST(accepting_in_one_tab_shows_the_chat_in_all),
        TEST(words_carry_name_and_mid),
        TEST(commands_are_checked_before_redis_is_asked),
        TEST(each_command_reaches_its_function),
        TEST(the_live_board_a_block_and_praise),
        TEST(a_supervisor_watches),
        TEST(typing_is_throttled_and_ends),
        TEST(leases_follow_the_sockets),
        TEST(a_drain_leaves_leases_to_run),
        TEST(the_desk_is_fetched_once_and_at_most_four_times_a_second),
        TEST(after_redis_was_away_everything_is_told_anew),
        TEST(a_refresh_that_cannot_be_asked_for_is_not_forgotten),
        TEST(a_welcome_under_way_is_asked_for_once_more),
        TEST(a_hand_over_that_cannot_be_asked_for_comes_with_a_fresh_welcome),
        TEST(a_change_while_it_is_asked_for_is_asked_for_again),
        TEST(logged_out_and_disabled_close),
        TEST(a_session_that_ended_is_noticed),
        TEST(garbage_on_the_channel_does_nothing),
        TEST(a_chat_that_leaves_is_shown_to_its_end),
        TEST(a_chat_that_comes_back_meanwhile_stays),
        TEST(a_hand_over_that_was_overtaken_brings_nothing_back),
        TEST(a_transcript_that_is_gone_keeps_nobody),
        TEST(slow_down_carries_the_id),
        TEST(no_tick_before_a_lease_was_taken),
        TEST(a_lease_that_was_not_taken_is_tried_again),
        TEST(a_desk_that_was_missed_is_asked_for_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
