/* A visitor's journeys without sockets and without Redis. */
#include "gateway/visitor.h"
#include "tests/fakes/world.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN "abcdefghijklmnopqrstuvwxyz012345"
#define MID "\"mid\":\"mid-0001\""

static struct socket *newcomer(void)
{
    struct socket *s = socket_open(&visitor_kind, NULL);
    socket_says(s, "{\"type\":\"hello\",\"lang\":\"lt\",\"page\":{\"url\":\"http://shop/\",\"title\":\"T\",\"x\":1}}");
    socket_next(s, "\"type\":\"welcome\"");
    return s;
}

static struct result accepted(uint64_t chat, uint32_t seq, const char *phase)
{
    return (struct result){.code = RESULT_OK, .chat = chat, .seq = seq, .at_ms = 99, .phase = SPANNED(phase)};
}

static void say(struct socket *s, int i, const char *text)
{
    char frame[300];
    snprintf(frame, sizeof frame, "{\"type\":\"say\",\"mid\":\"mid-%04d\",\"text\":\"%s\"}", i, text);
    socket_says(s, frame);
}

static void event(uint64_t chat, uint32_t seq, const char *kind)
{
    char channel[40], payload[200];
    snprintf(channel, sizeof channel, "chat:%d", (int)chat);
    snprintf(payload, sizeof payload, "E%u {\"type\":\"event\",\"chat\":%d,\"seq\":%u,\"at\":1,\"kind\":\"%s\"}", seq,
             (int)chat, seq, kind);
    told(channel, payload);
}

static void a_newcomer_is_welcomed_without_redis(void **state)
{
    (void)state;
    fake_router_away(true);
    struct socket *s = socket_open(&visitor_kind, NULL);
    socket_says(s, "{\"type\":\"hello\"}");
    const char *w =
        socket_next(s, "\"events\":[],\"open\":true,\"staffed\":true,\"heartbeat_s\":15,\"quiet_ms\":2500}");
    const char *token = strstr(w, "\"token\":\"");
    assert_non_null(token);
    assert_true(auth_token_valid((struct span){token + 9, strcspn(token + 9, "\"")}));
    assert_null(strstr(w, "\"chat\""));
    socket_says(s, "{\"type\":\"hello\"}");
    socket_next(s, "\"not_now\"");
}

static void nothing_before_hello(void **state)
{
    struct socket *s = socket_open(&visitor_kind, NULL);
    (void)state;
    socket_says(s, "{\"type\":\"say\"," MID ",\"text\":\"hi\"}");
    socket_next(s, "\"code\":\"hello_first\"");
    assert_non_null(strstr(s->frame[0], MID));
    socket_says(s, "{\"type\":\"ping\"}");
    socket_next(s, "pong");
    assert_int_equal(fake_asked_count(ROUTER_VISITOR_SAY), 0);
}

static void an_ack_only_after_the_functions_reply(void **state)
{
    struct socket *s = newcomer();
    (void)state;
    say(s, 1, "hello \\\"you\\\"");
    socket_silent(s);
    struct asked *a = fake_asked(ROUTER_VISITOR_SAY);
    assert_string_equal(a->words, "{\"from\":\"visitor\",\"text\":\"hello \\\"you\\\"\",\"mid\":\"mid-0001\"}");
    assert_string_equal(a->more, "lt|{\"url\":\"http://shop/\",\"title\":\"T\"}|");
    assert_int_equal(strlen(a->who), 32);
    answer(ROUTER_VISITOR_SAY, accepted(4, 1, "queued"));
    socket_next(s, "{\"type\":\"ack\",\"mid\":\"mid-0001\",\"chat\":4,\"seq\":1,\"at\":99}");
    assert_int_equal(fake_subscribed("chat:4"), 1);
    event(4, 1, "message");
    socket_next(s, "\"seq\":1");
    socket_silent(s);
}

static void no_ack_when_redis_is_late_away_or_refuses(void **state)
{
    struct socket *s = newcomer();
    const uint32_t others = calls_open_count(world.calls);
    (void)state;
    say(s, 1, "a");
    answer(ROUTER_VISITOR_SAY, (struct result){.code = RESULT_LATE});
    socket_next(s, "\"code\":\"busy\"");
    assert_non_null(strstr(s->frame[s->n - 1], MID));
    assert_non_null(strstr(s->frame[s->n - 1], "retry_after_ms"));
    say(s, 1, "a");
    answer(ROUTER_VISITOR_SAY, (struct result){.code = RESULT_DOWN});
    socket_next(s, "\"code\":\"busy\"");
    say(s, 1, "b");
    answer_no(ROUTER_VISITOR_SAY, "mid_reused");
    socket_next(s, "\"code\":\"mid_reused\"");
    fake_router_away(true);
    say(s, 1, "a");
    socket_next(s, "\"code\":\"busy\"");
    socket_silent(s);
    assert_int_equal(calls_open_count(world.calls), others); /* nothing is left behind */
}

static void a_token_resumes_and_the_rest_follows(void **state)
{
    struct socket *s = socket_open(&visitor_kind, NULL);
    (void)state;
    socket_says(s, "{\"type\":\"hello\",\"token\":\"" TOKEN "\",\"after\":2}");
    socket_silent(s);
    assert_int_equal(fake_asked(ROUTER_RESUME)->seq, 2);
    socket_says(s, "{\"type\":\"say\"," MID ",\"text\":\"too early\"}");
    socket_next(s, "hello_first");
    answer(ROUTER_RESUME,
           (struct result){.code = RESULT_OK,
                           .chat = 8,
                           .head = 5,
                           .phase = SPAN("active"),
                           .agent = SPAN("{\"id\":\"ana\",\"name\":\"Ana\"}"),
                           .json = SPAN("[{\"type\":\"event\",\"chat\":8,\"seq\":3,\"at\":1,\"kind\":\"message\"}]")});
    const char *w = socket_next(s, "\"chat\":8,\"phase\":\"active\",\"head\":5,\"agent\":{\"id\":\"ana\"");
    assert_non_null(strstr(w, "\"token\":\"" TOKEN "\""));
    assert_non_null(strstr(w, "\"seq\":3"));
    assert_int_equal(fake_asked(ROUTER_READ)->seq, 4); /* more than a page: the rest as events */
    answer(ROUTER_READ,
           (struct result){.code = RESULT_OK,
                           .head = 5,
                           .json = SPAN("[{\"type\":\"event\",\"chat\":8,\"seq\":4,\"at\":1,\"kind\":\"message\"},"
                                        "{\"type\":\"event\",\"chat\":8,\"seq\":5,\"at\":1,\"kind\":\"message\"}]")});
    socket_next(s, "\"seq\":4");
    socket_next(s, "\"seq\":5");
    event(8, 6, "message");
    socket_next(s, "\"seq\":6");
}

static void an_unknown_token_is_kept(void **state)
{
    struct socket *s = socket_open(&visitor_kind, NULL);
    (void)state;
    socket_says(s, "{\"type\":\"hello\",\"token\":\"" TOKEN "\"}");
    answer(ROUTER_RESUME, (struct result){.code = RESULT_OK, .json = SPAN("[]")});
    const char *w = socket_next(s, "\"token\":\"" TOKEN "\",\"events\":[]"); /* a retried first message finds itself */
    assert_null(strstr(w, "\"chat\""));
}

static void a_count_from_an_older_chat_is_not_believed(void **state)
{
    struct socket *s = socket_open(&visitor_kind, NULL);
    (void)state;
    socket_says(s, "{\"type\":\"hello\",\"token\":\"" TOKEN "\",\"chat\":1,\"after\":4}");
    const struct result r = {.code = RESULT_OK, .chat = 2, .head = 6, .phase = SPAN("auto"), .json = SPAN("[]")};
    assert_int_equal(fake_asked(ROUTER_RESUME)->chat, 1);
    answer(ROUTER_RESUME, r);
    socket_next(s, "\"chat\":2");
    assert_int_equal(fake_asked(ROUTER_READ)->seq, 1); /* from the beginning */
}

static void redis_away_at_hello_is_busy_and_can_be_said_again(void **state)
{
    struct socket *s = socket_open(&visitor_kind, NULL);
    (void)state;
    fake_router_away(true);
    socket_says(s, "{\"type\":\"hello\",\"token\":\"" TOKEN "\"}");
    socket_next(s, "\"code\":\"busy\"");
    fake_router_away(false);
    socket_says(s, "{\"type\":\"hello\",\"token\":\"" TOKEN "\"}");
    answer(ROUTER_RESUME, (struct result){.code = RESULT_LATE});
    socket_next(s, "\"code\":\"busy\"");
    socket_says(s, "{\"type\":\"hello\",\"token\":\"" TOKEN "\"}");
    answer(ROUTER_RESUME, (struct result){.code = RESULT_OK, .json = SPAN("[]")});
    socket_next(s, "\"type\":\"welcome\"");
}

static void the_next_chat_replaces_the_closed_one(void **state)
{
    struct socket *s = newcomer();
    (void)state;
    say(s, 1, "a");
    answer(ROUTER_VISITOR_SAY, accepted(4, 1, "queued"));
    event(4, 1, "message");
    event(4, 2, "closed");
    s->seen = s->n;
    say(s, 2, "again");
    answer(ROUTER_VISITOR_SAY, accepted(9, 1, "auto"));
    socket_next(s, "\"chat\":9,\"seq\":1");
    assert_int_equal(fake_subscribed("chat:4"), 0);
    assert_int_equal(fake_subscribed("chat:9"), 1);
}

static void thirty_two_unacknowledged_are_the_most(void **state)
{
    struct socket *s = newcomer();
    (void)state;
    world.settings.say_per_10s = 1000;
    for (int i = 1; i <= 33; i++) {
        say(s, i, "x");
    }
    socket_next(s, "\"code\":\"busy\"");
    assert_non_null(strstr(s->frame[s->n - 1], "mid-0033"));
    socket_silent(s);
    answer(ROUTER_VISITOR_SAY, accepted(1, 1, "active"));
    socket_next(s, "ack");
    say(s, 34, "x");
    socket_silent(s);
}

static void too_many_messages_slow_down_then_close(void **state)
{
    struct socket *s = newcomer();
    (void)state;
    for (int i = 1; i <= 20; i++) {
        say(s, i, "x");
    }
    socket_silent(s);
    say(s, 21, "x");
    socket_next(s, "\"code\":\"slow_down\"");
    assert_non_null(strstr(s->frame[s->n - 1], "retry_after_ms"));
    assert_int_equal(s->code, 0);
    for (int i = 22; i <= 120 && !s->code; i++) {
        say(s, i, "x");
    }
    assert_int_equal(s->code, CONN_POLICY);
    assert_int_equal(fake_asked_count(ROUTER_VISITOR_SAY), 20);
}

/* The order in which languages are believed: chosen, the page's, the script, the browser's, the words. */
static void the_language_is_found_in_its_order(void **state)
{
    (void)state;
    static const struct {
        const char *hello, *text, *lang;
    } rows[] = {
        {"\"lang\":\"pl\",\"langs\":[\"en\"],\"page\":{\"lang\":\"lt\"}", "سلام", "pl|"},
        {"\"langs\":[\"en\"],\"page\":{\"lang\":\"lt-LT\"}", "سلام چطور پیگیری کنم", "lt|"},
        {"\"langs\":[\"en\"],\"page\":{\"lang\":\"\"}", "سلام چطور پیگیری کنم", "fa|"},
        {"\"langs\":[\"bs-BA\",\"en\"]", "gdzie jest moja paczka", "bs|"},
        {"\"langs\":[]", "gdzie jest moja paczka, proszę o pomoc", "pl|"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char frame[400];
        struct socket *s = socket_open(&visitor_kind, NULL);
        snprintf(frame, sizeof frame, "{\"type\":\"hello\",%s}", rows[i].hello);
        socket_says(s, frame);
        socket_next(s, "\"type\":\"welcome\"");
        say(s, (int)i, rows[i].text);
        const char *got = fake_asked(ROUTER_VISITOR_SAY)->more;
        if (strncmp(got, rows[i].lang, strlen(rows[i].lang)) != 0) {
            fail_msg("row %zu: %s, not %s", i, got, rows[i].lang);
        }
    }
}

static void the_wait_is_told_with_the_place(void **state)
{
    struct socket *s = socket_open(&visitor_kind, NULL);
    (void)state;
    socket_says(s, "{\"type\":\"hello\",\"token\":\"" TOKEN "\"}");
    answer(ROUTER_RESUME, (struct result){.code = RESULT_OK,
                                          .chat = 8,
                                          .head = 1,
                                          .place = 2,
                                          .phase = SPANNED("queued"),
                                          .json = SPANNED("[]"),
                                          .wait = SPANNED("60-180")});
    socket_next(s, "\"place\":2,\"wait_s\":{\"low\":60,\"high\":180}");
}

static void small_frames_are_limited_too(void **state)
{
    struct socket *s = newcomer();
    int pongs = 0;
    (void)state;
    for (int i = 0; i < 1000 && !s->code; i++) {
        socket_says(s, "{\"type\":\"ping\"}");
    }
    assert_int_equal(s->code, CONN_POLICY);
    for (size_t i = 0; i < s->n; i++) {
        pongs += strstr(s->frame[i], "pong") != NULL;
    }
    assert_true(pongs <= 60);
}

static void malformed_closes_wrong_is_answered(void **state)
{
    struct socket *s = newcomer(), *other = newcomer();
    (void)state;
    socket_says(s, "[]");
    socket_next(s, "bad_frame");
    socket_says(s, "{\"type\":\"launch\"}");
    socket_next(s, "unknown_type");
    socket_says(s, "{\"type\":\"say\",\"mid\":\"short\",\"text\":\"x\"}");
    socket_next(s, "bad_frame");
    socket_says(s, "{\"type\":\"rate\",\"score\":6}");
    socket_next(s, "\"for\":\"rate\"");
    socket_says(s, "{\"type\":");
    assert_int_equal(s->code, CONN_MALFORMED);
    assert_int_equal(other->code, 0);
}

static void typing_reaches_agents_once_a_chat_exists_and_lapses(void **state)
{
    struct socket *s = newcomer();
    (void)state;
    socket_says(s, "{\"type\":\"typing\",\"on\":true,\"draft\":\"se\"}");
    assert_int_equal(fake_published_count(), 0);
    say(s, 1, "a");
    answer(ROUTER_VISITOR_SAY, accepted(4, 1, "active"));
    socket_says(s, "{\"type\":\"typing\",\"on\":true,\"draft\":\"\\\"x\"}");
    assert_string_equal(
        fake_published(),
        "chat:4 A {\"type\":\"typing\",\"chat\":4,\"who\":\"visitor\",\"on\":true,\"draft\":\"\\\"x\"}");
    world_pass(6200);
    assert_string_equal(fake_published(), "chat:4 A {\"type\":\"typing\",\"chat\":4,\"who\":\"visitor\",\"on\":false}");
    size_t n = fake_published_count();
    socket_says(s, "{\"type\":\"typing\",\"on\":false}");
    assert_int_equal(fake_published_count(), n); /* it was off already */
    socket_says(s, "{\"type\":\"typing\",\"on\":true}");
    socket_close(s);
    assert_non_null(strstr(fake_published(), "\"on\":false"));
}

static void wishes_are_answered_for_what_they_were(void **state)
{
    struct socket *s = newcomer();
    (void)state;
    socket_says(s, "{\"type\":\"profile\",\"name\":\"Jonas\",\"attrs\":{\"plan\":\"gold\"},\"evil\":\"x\"}");
    socket_next(s, "{\"type\":\"ok\",\"for\":\"profile\"}");
    socket_says(s, "{\"type\":\"human\"," MID "}");
    assert_string_equal(fake_asked(ROUTER_VISITOR_HUMAN)->words, "{\"name\":\"Jonas\",\"attrs\":{\"plan\":\"gold\"}}");
    answer(ROUTER_VISITOR_HUMAN, accepted(4, 1, "queued"));
    socket_next(s, "\"type\":\"ack\"");
    socket_says(s, "{\"type\":\"helped\",\"seq\":7,\"ok\":false}");
    assert_false(fake_asked(ROUTER_HELPED)->yes);
    answer(ROUTER_HELPED, (struct result){.code = RESULT_OK, .seq = 8});
    socket_next(s, "{\"type\":\"ok\",\"for\":\"helped\",\"seq\":7}");
    socket_says(s, "{\"type\":\"rate\",\"score\":5,\"text\":\"ok\"}");
    answer_no(ROUTER_RATE, "not_closed");
    socket_next(s, "\"code\":\"not_closed\",\"message\":\"No.\",\"for\":\"rate\"");
    socket_says(s, "{\"type\":\"end\"}");
    answer_ok(ROUTER_VISITOR_END);
    socket_next(s, "{\"type\":\"ok\",\"for\":\"end\"}");
    socket_says(s, "{\"type\":\"seen\",\"seq\":3}");
    assert_int_equal(fake_asked(ROUTER_SEEN)->seq, 3);
    assert_false(fake_asked(ROUTER_SEEN)->yes);
    socket_silent(s);
}

static void a_reply_for_one_who_left_goes_nowhere(void **state)
{
    struct socket *s = newcomer();
    (void)state;
    say(s, 1, "a");
    socket_close(s);
    struct socket *next = newcomer(); /* may get the same place in the table */
    answer(ROUTER_VISITOR_SAY, accepted(4, 1, "auto"));
    socket_silent(next);
    assert_int_equal(fake_subscribed("chat:4"), 0);
}

static void a_blocked_address_is_closed_and_stays_out(void **state)
{
    struct socket *s = socket_open_from(&visitor_kind, NULL, "203.0.113.7");
    struct socket *twin = socket_open_from(&visitor_kind, NULL, "203.0.113.7");
    struct socket *other = socket_open_from(&visitor_kind, NULL, "203.0.113.8");
    (void)state;
    assert_int_equal(fake_asked_count(ROUTER_BLOCKED), 2); /* once an address */
    assert_string_equal(fake_asked(ROUTER_BLOCKED)->who, "203.0.113.8");
    answer(ROUTER_BLOCKED, (struct result){.code = RESULT_OK, .yes = false});
    assert_string_equal(fake_asked(ROUTER_BLOCKED)->who, "203.0.113.7");
    answer(ROUTER_BLOCKED, (struct result){.code = RESULT_OK, .yes = true});
    assert_int_equal(s->code, CONN_POLICY);
    assert_int_equal(twin->code, CONN_POLICY);
    assert_int_equal(other->code, 0);
    assert_int_equal(socket_open_from(&visitor_kind, NULL, "203.0.113.7")->code, CONN_POLICY);
}

static void a_block_reaches_those_who_are_already_in(void **state)
{
    struct socket *s = socket_open_from(&visitor_kind, NULL, "203.0.113.7");
    (void)state;
    answer(ROUTER_BLOCKED, (struct result){.code = RESULT_OK, .yes = false});
    socket_says(s, "{\"type\":\"ping\"}");
    assert_int_equal(fake_asked_count(ROUTER_BLOCKED), 1);
    world_pass(10000);
    conn_heard(s->conn);
    world_pass(10000);
    conn_heard(s->conn);
    world_pass(10100);
    socket_says(s, "{\"type\":\"ping\"}");
    answer(ROUTER_BLOCKED, (struct result){.code = RESULT_OK, .yes = true});
    assert_int_equal(s->code, CONN_POLICY);
}

static void a_flood_of_wrong_frames_closes(void **state)
{
    static const char *const wrong[] = {"{\"type\":\"say\",\"mid\":\"short\",\"text\":\"x\"}", "{\"type\":\"dance\"}",
                                        "{\"type\":\"human\"}", "{\"type\":\"profile\",\"name\":5}", "{\"no\":1}"};
    (void)state;
    for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
        for (int early = 0; early < 2; early++) {
            struct socket *s = early ? socket_open(&visitor_kind, NULL) : newcomer();
            for (int i = 0; i < 1000 && !s->code; i++) {
                socket_says(s, wrong[w]);
            }
            assert_int_equal(s->code, CONN_POLICY);
            assert_true(s->n <= 61 + 51);
        }
        world_pass(20000); /* the address, too, is limited */
    }
}

static void errors_say_what_they_answer(void **state)
{
    struct socket *s = newcomer(), *other = newcomer();
    (void)state;
    for (int i = 0; i < 60; i++) {
        socket_says(s, "{\"type\":\"helped\",\"seq\":1,\"ok\":true}");
    }
    s->seen = s->n;
    socket_says(s, "{\"type\":\"rate\",\"score\":5}");
    assert_non_null(strstr(socket_next(s, "\"slow_down\""), "\"for\":\"rate\""));
    for (int i = 0; i < 20; i++) {
        say(other, i, "x");
    }
    other->seen = other->n;
    socket_says(other, "{\"type\":\"human\"," MID "}");
    assert_non_null(strstr(socket_next(other, "\"slow_down\""), MID));
}

static void a_wrong_profile_is_refused_whole(void **state)
{
    static const char *const wrong[] = {"{\"type\":\"profile\",\"name\":5}", "{\"type\":\"profile\",\"attrs\":\"x\"}",
                                        "{\"type\":\"profile\",\"name\":\"Eve\",\"attrs\":{\"a\":{}}}",
                                        "{\"type\":\"profile\",\"attrs\":{\"\":\"x\"}}"};
    struct socket *s = newcomer();
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        socket_says(s, wrong[i]);
        assert_non_null(strstr(socket_next(s, "\"bad_frame\""), "\"for\":\"profile\""));
    }
    say(s, 1, "a");
    assert_string_equal(fake_asked(ROUTER_VISITOR_SAY)->more, "lt|{\"url\":\"http://shop/\",\"title\":\"T\"}|");
}

/* The place told by the Function that opened the chat went out before its channel was listened to. */
static void a_new_chat_hears_its_place(void **state)
{
    struct socket *s = newcomer();
    (void)state;
    socket_says(s, "{\"type\":\"human\"," MID "}");
    answer(ROUTER_VISITOR_HUMAN, accepted(4, 1, "queued"));
    socket_next(s, "\"type\":\"ack\"");
    gateway_subscribed(&world, SPAN("chat:4"));
    answer(ROUTER_READ,
           (struct result){.code = RESULT_OK,
                           .head = 1,
                           .json = SPAN("[{\"type\":\"event\",\"chat\":4,\"seq\":1,\"at\":1,\"kind\":\"queued\"}]")});
    if (fake_asked(ROUTER_READ)) { /* the subscription was confirmed while that was under way */
        answer(ROUTER_READ, (struct result){.code = RESULT_OK, .head = 1, .json = SPAN("[]")});
    }
    socket_next(s, "\"kind\":\"queued\"");
    world_pass(300);
    if (fake_asked(ROUTER_READ)) {
        answer(ROUTER_READ, (struct result){.code = RESULT_OK, .head = 1, .json = SPAN("[]")});
    }
    assert_int_equal(fake_asked(ROUTER_RESUME)->seq, 1);
    answer(ROUTER_RESUME,
           (struct result){
               .code = RESULT_OK, .chat = 4, .head = 1, .phase = SPAN("queued"), .place = 2, .json = SPAN("[]")});
    socket_next(s, "{\"type\":\"queue\",\"place\":2}");
    socket_silent(s);
    assert_null(fake_asked(ROUTER_READ));
}

static void who_is_served_needs_no_place(void **state)
{
    struct socket *s = newcomer();
    (void)state;
    say(s, 1, "a");
    answer(ROUTER_VISITOR_SAY, accepted(4, 2, "active"));
    answer(ROUTER_READ, (struct result){.code = RESULT_OK, .head = 2, .json = SPAN("[]")});
    world_pass(300);
    gateway_subscribed(&world, SPAN("chat:4"));
    while (fake_asked(ROUTER_READ)) {
        answer(ROUTER_READ, (struct result){.code = RESULT_OK, .head = 2, .json = SPAN("[]")});
    }
    assert_null(fake_asked(ROUTER_RESUME));
}

/* ---- identity */

/* Signs "kate|2000000000" as a shop does. */
static void hello_as(struct socket *s, const char *id, const char *token, bool right)
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char hex[2 * sizeof mac + 1], frame[600];
    crypto_auth_hmacsha256_state h;
    crypto_auth_hmacsha256_init(&h, (const unsigned char *)"sixteen letters!", 16);
    crypto_auth_hmacsha256_update(&h, (const unsigned char *)"kate|4000000000", 15);
    crypto_auth_hmacsha256_final(&h, mac);
    mac[5] ^= !right;
    sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
    snprintf(frame, sizeof frame,
             "{\"type\":\"hello\",\"lang\":\"lt\"%s%s%s,\"profile\":{\"wish\":\"refund\",\"verified\":\"eve\"},"
             "\"identity\":{\"id\":\"%s\",\"exp\":4000000000,\"hmac\":\"%s\"}}",
             token ? ",\"token\":\"" : "", token ? token : "", token ? "\"" : "", id, hex);
    socket_says(s, frame);
}

static void the_shops_word_makes_a_visitor_verified(void **state)
{
    struct socket *s = socket_open(&visitor_kind, NULL);
    (void)state;
    world.identity_secret = SPAN("sixteen letters!");
    hello_as(s, "kate", NULL, true);
    socket_next(s, "\"verified\":true,");
    socket_says(s, "{\"type\":\"human\"," MID "}");
    assert_string_equal(fake_asked(ROUTER_VISITOR_HUMAN)->words, "{\"wish\":\"refund\",\"verified\":\"kate\"}");
    /* Another's: in a chat that is there already, told at once. */
    struct socket *back = socket_open(&visitor_kind, NULL);
    hello_as(back, "kate", TOKEN, true);
    answer(ROUTER_RESUME,
           (struct result){.code = RESULT_OK, .chat = 8, .head = 1, .phase = SPAN("active"), .json = SPAN("[]")});
    socket_next(back, "\"verified\":true,");
    assert_string_equal(fake_asked(ROUTER_PROFILE)->words, "{\"wish\":\"refund\",\"verified\":\"kate\"}");
    answer_ok(ROUTER_PROFILE);
    socket_silent(back);
    socket_says(back, "{\"type\":\"profile\",\"account\":\"x\",\"verified\":\"eve\"}");
    assert_string_equal(fake_asked(ROUTER_PROFILE)->words, "{\"account\":\"x\"}");
}

static void the_next_chat_begins_with_the_newest_profile_but_without_the_wish(void **state)
{
    struct result r = accepted(4, 1, "queued");
    struct socket *s = newcomer();
    (void)state;
    r.opened = true;
    socket_says(s, "{\"type\":\"profile\",\"name\":\"Jonas\",\"wish\":\"refund\"}");
    socket_says(s, "{\"type\":\"human\"," MID "}");
    assert_string_equal(fake_asked(ROUTER_VISITOR_HUMAN)->words, "{\"name\":\"Jonas\",\"wish\":\"refund\"}");
    answer(ROUTER_VISITOR_HUMAN, r);
    socket_says(s, "{\"type\":\"profile\",\"name\":\"Jonas P.\",\"wish\":\"answer\"}");
    assert_string_equal(fake_asked(ROUTER_PROFILE)->words, "{\"name\":\"Jonas P.\",\"wish\":\"answer\"}");
    answer_ok(ROUTER_PROFILE);
    socket_says(s, "{\"type\":\"human\"," MID "}");
    assert_string_equal(fake_asked(ROUTER_VISITOR_HUMAN)->words, "{\"name\":\"Jonas P.\"}");
}

static void another_page_than_the_one_known_is_told(void **state)
{
    static const char hello[] =
        "{\"type\":\"hello\",\"token\":\"" TOKEN "\",\"page\":{\"url\":\"/b\",\"title\":\"B\"}}";
    struct result r = {.code = RESULT_OK, .chat = 8, .head = 1, .phase = SPAN("active"), .json = SPAN("[]")};
    struct socket *s = socket_open(&visitor_kind, NULL);
    (void)state;
    socket_says(s, hello);
    r.page = SPAN("{\"url\":\"/b\",\"title\":\"B\"}");
    answer(ROUTER_RESUME, r);
    assert_null(fake_asked(ROUTER_PROFILE));
    s = socket_open(&visitor_kind, NULL);
    socket_says(s, hello);
    r.page = SPAN("{\"url\":\"/a\",\"title\":\"A\"}");
    answer(ROUTER_RESUME, r);
    assert_string_equal(fake_asked(ROUTER_PROFILE)->more, "{\"url\":\"/b\",\"title\":\"B\"}");
    assert_string_equal(fake_asked(ROUTER_PROFILE)->words, "");
}

static void nobody_else_is_verified(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct socket *s = socket_open(&visitor_kind, NULL);
        world.identity_secret = i == 0 ? SPAN("") : i == 1 ? SPAN("another secret!!") : SPAN("sixteen letters!");
        hello_as(s, i == 2 ? "eve" : "kate", NULL, i != 3);
        socket_next(s, "\"verified\":false,");
        socket_says(s, "{\"type\":\"human\"," MID "}");
        assert_string_equal(fake_asked(ROUTER_VISITOR_HUMAN)->words, "{\"wish\":\"refund\"}");
        answer_no(ROUTER_VISITOR_HUMAN, "x");
    }
    struct socket *plain = newcomer();
    assert_null(strstr(plain->frame[0], "verified"));
}

/* ---- blocked */

static void a_block_by_ops_is_obeyed_at_once(void **state)
{
    struct socket *s = socket_open_from(&visitor_kind, NULL, "203.0.113.7");
    struct socket *other = socket_open_from(&visitor_kind, NULL, "203.0.113.8");
    struct address a;
    int status = 0;
    (void)state;
    assert_true(auth_address(SPAN("203.0.113.7"), &a));
    answer(ROUTER_BLOCKED, (struct result){.code = RESULT_OK, .yes = false});
    told("config", "block 203.0.113.7");
    assert_int_equal(s->code, CONN_POLICY);
    assert_int_equal(other->code, 0);
    answer(ROUTER_BLOCKED, (struct result){.code = RESULT_OK, .yes = false}); /* asked before the block */
    assert_non_null(peers_admit(world.peers, &a, world.now_ms, &status));
    assert_int_equal(status, 403);
    told("config", "unblock 203.0.113.7");
    assert_null(peers_admit(world.peers, &a, world.now_ms, &status));
    told("config", "block nonsense");
    told("config", "block ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(a_newcomer_is_welcomed_without_redis),
        TEST(nothing_before_hello),
        TEST(an_ack_only_after_the_functions_reply),
        TEST(no_ack_when_redis_is_late_away_or_refuses),
        TEST(a_token_resumes_and_the_rest_follows),
        TEST(an_unknown_token_is_kept),
        TEST(a_count_from_an_older_chat_is_not_believed),
        TEST(redis_away_at_hello_is_busy_and_can_be_said_again),
        TEST(the_next_chat_replaces_the_closed_one),
        TEST(thirty_two_unacknowledged_are_the_most),
        TEST(too_many_messages_slow_down_then_close),
        TEST(the_language_is_found_in_its_order),
        TEST(the_wait_is_told_with_the_place),
        TEST(small_frames_are_limited_too),
        TEST(malformed_closes_wrong_is_answered),
        TEST(typing_reaches_agents_once_a_chat_exists_and_lapses),
        TEST(wishes_are_answered_for_what_they_were),
        TEST(a_reply_for_one_who_left_goes_nowhere),
        TEST(a_blocked_address_is_closed_and_stays_out),
        TEST(a_block_reaches_those_who_are_already_in),
        TEST(a_flood_of_wrong_frames_closes),
        TEST(errors_say_what_they_answer),
        TEST(a_wrong_profile_is_refused_whole),
        TEST(a_new_chat_hears_its_place),
        TEST(who_is_served_needs_no_place),
        TEST(the_shops_word_makes_a_visitor_verified),
        TEST(the_next_chat_begins_with_the_newest_profile_but_without_the_wish),
        TEST(another_page_than_the_one_known_is_told),
        TEST(nobody_else_is_verified),
        TEST(a_block_by_ops_is_obeyed_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
