/* The router against a real Redis that comes late, hangs, dies, forgets its library and refuses passwords. */
#include "router/router.h"
#include "router_server.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>
/* cmocka wants the ones above */
#include <cmocka.h>

struct world {
    uv_loop_t loop;
    struct server server;
    struct router *router;
    char why[400];
    int ups, downs, done, resubscribed, subscribed, messages;
    enum result_code code[64];
    uint64_t ticket[64];
    char json[4096], refusal[64], channel[64], payload[64];
    struct result last;
};

static void on_state(void *owner, enum router_state state, const char *why)
{
    struct world *w = owner;
    w->ups += state == ROUTER_UP;
    w->downs += state == ROUTER_DOWN;
    snprintf(w->why, sizeof w->why, "%s", why);
}

static void keep(char *out, size_t size, struct span s)
{
    snprintf(out, size, "%.*s", (int)s.len, s.at ? s.at : "");
}

static void on_done(void *owner, enum router_op op, uint64_t ticket, const struct result *result)
{
    struct world *w = owner;
    (void)op;
    assert_true(w->done < 64);
    w->code[w->done] = result->code;
    w->ticket[w->done++] = ticket;
    w->last = *result;
    keep(w->json, sizeof w->json, result->json);
    keep(w->refusal, sizeof w->refusal, result->refusal);
}

static void on_message(void *owner, struct span channel, struct span payload)
{
    struct world *w = owner;
    w->messages++;
    keep(w->channel, sizeof w->channel, channel);
    keep(w->payload, sizeof w->payload, payload);
}

static void on_subscribed(void *owner, struct span channel)
{
    struct world *w = owner;
    w->subscribed++;
    keep(w->channel, sizeof w->channel, channel);
}

static void on_resubscribed(void *owner)
{
    struct world *w = owner;
    w->resubscribed++;
}

static void nothing(uv_timer_t *timer)
{
    (void)timer;
}

/* Runs the loop until *counter reaches `least`, or fails the test after `ms`. */
static void run_until(struct world *w, const int *counter, int least, int ms)
{
    uv_timer_t wake;
    uv_timer_init(&w->loop, &wake);
    uv_timer_start(&wake, nothing, 5, 5);
    uint64_t end = uv_hrtime() + (uint64_t)ms * 1000000;
    while (*counter < least && uv_hrtime() < end)
        uv_run(&w->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&wake, NULL);
    uv_run(&w->loop, UV_RUN_NOWAIT);
    if (*counter < least)
        print_error("waited in vain; state: %s\n", w->why);
    assert_true(*counter >= least);
}

static void open_router(struct world *w, uint32_t deadline_ms, uint32_t in_flight_max)
{
    char why[200];
    struct router_options options = {.url = w->server.url,
                                     .site = "test",
                                     .deadline_ms = deadline_ms,
                                     .in_flight_max = in_flight_max,
                                     .owner = w,
                                     .on_state = on_state,
                                     .on_done = on_done,
                                     .on_message = on_message,
                                     .on_subscribed = on_subscribed,
                                     .on_resubscribed = on_resubscribed};
    w->router = router_open(&w->loop, &options, why, sizeof why);
    assert_non_null(w->router);
}

static void begin(struct world *w, const char *password)
{
    memset(w, 0, sizeof *w);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(uv_loop_init(&w->loop), 0);
    assert_true(server_prepare(&w->server, password));
}

static void end(struct world *w)
{
    router_close(w->router);
    uv_run(&w->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&w->loop), 0);
    server_remove(&w->server);
}

static struct span words(const char *text)
{
    return (struct span){text, strlen(text)};
}

static bool say(struct world *w, uint64_t ticket, const char *mid)
{
    struct visitor_words v = {.vid = words("0123456789abcdef0123456789abcdef"),
                              .mid = words(mid),
                              .body = words("{\"from\":\"visitor\",\"text\":\"hello\"}"),
                              .preview = words("hello"),
                              .lang = words("en"),
                              .page = words("{}"),
                              .profile = words("{}"),
                              .queue = words("general")};
    return router_visitor_say(w->router, ticket, &v);
}

static void a_late_redis_is_waited_for_and_gets_the_library(void **state)
{
    (void)state;
    static struct world w;
    begin(&w, NULL);
    open_router(&w, 0, 0);
    assert_false(router_settings(w.router, 1));
    run_until(&w, &w.downs, 1, 2000);
    assert_non_null(strstr(w.why, "cannot connect to Redis"));
    assert_true(server_start(&w.server));
    run_until(&w, &w.ups, 1, 5000);
    assert_true(router_settings(w.router, 77));
    assert_int_equal(w.done, 0);
    run_until(&w, &w.done, 1, 2000);
    assert_int_equal(w.code[0], RESULT_OK);
    assert_int_equal(w.ticket[0], 77);
    assert_non_null(strstr(w.json, "\"answers_max\""));
    end(&w);
}

static void a_message_is_taken_once(void **state)
{
    (void)state;
    static struct world w;
    begin(&w, NULL);
    assert_true(server_start(&w.server));
    open_router(&w, 0, 0);
    run_until(&w, &w.ups, 1, 5000);
    assert_true(say(&w, 1, "mid-00000001"));
    run_until(&w, &w.done, 1, 2000);
    assert_int_equal(w.last.code, RESULT_OK);
    assert_int_equal(w.last.chat, 1);
    assert_false(w.last.dup);
    assert_true(w.last.opened);
    uint32_t seq = w.last.seq;
    assert_true(say(&w, 2, "mid-00000001"));
    run_until(&w, &w.done, 2, 2000);
    assert_true(w.last.dup);
    assert_int_equal(w.last.seq, seq);
    assert_true(router_resume(w.router, 3, words("0123456789abcdef0123456789abcdef"), 0, 0, 0));
    run_until(&w, &w.done, 3, 2000);
    assert_int_equal(w.last.code, RESULT_OK);
    assert_int_equal(w.last.head, seq);
    assert_non_null(strstr(w.json, "hello"));
    assert_true(router_accept(w.router, 4, words("nobody"), 1));
    run_until(&w, &w.done, 4, 2000);
    assert_int_equal(w.last.code, RESULT_REFUSED);
    assert_true(strlen(w.refusal) > 2);
    assert_int_equal(router_in_flight(w.router), 0);
    end(&w);
}

static void a_hanging_redis_makes_requests_late_and_full(void **state)
{
    (void)state;
    static struct world w;
    begin(&w, NULL);
    assert_true(server_start(&w.server));
    open_router(&w, 300, 3);
    run_until(&w, &w.ups, 1, 5000);
    w.downs = 0;
    server_signal(&w.server, SIGSTOP);
    for (uint64_t i = 0; i < 3; i++)
        assert_true(router_settings(w.router, i));
    assert_false(router_settings(w.router, 3));
    run_until(&w, &w.done, 3, 2000);
    for (int i = 0; i < 3; i++)
        assert_int_equal(w.code[i], RESULT_LATE);
    /* Answered, yet not forgotten: the slots are taken until Redis or the connection lets go. */
    assert_int_equal(router_in_flight(w.router), 3);
    run_until(&w, &w.downs, 1, 2000);
    assert_string_equal(w.why, "Redis accepts requests but does not answer them");
    server_signal(&w.server, SIGCONT);
    run_until(&w, &w.ups, 2, 8000);
    assert_true(router_settings(w.router, 4));
    run_until(&w, &w.done, 4, 2000);
    assert_int_equal(w.code[3], RESULT_OK);
    end(&w);
}

static void a_killed_redis_answers_down_and_is_found_again(void **state)
{
    (void)state;
    static struct world w;
    begin(&w, NULL);
    assert_true(server_start(&w.server));
    open_router(&w, 0, 0);
    assert_true(router_subscribe(w.router, "chat:1"));
    run_until(&w, &w.ups, 1, 5000);
    run_until(&w, &w.resubscribed, 1, 2000);
    server_signal(&w.server, SIGSTOP);
    assert_true(router_settings(w.router, 5));
    uv_run(&w.loop, UV_RUN_NOWAIT);
    w.downs = 0;
    server_signal(&w.server, SIGKILL);
    run_until(&w, &w.done, 1, 2000);
    assert_int_equal(w.code[0], RESULT_DOWN);
    run_until(&w, &w.downs, 1, 2000);
    assert_false(router_settings(w.router, 6));
    assert_true(server_start(&w.server));
    run_until(&w, &w.ups, 2, 5000);
    run_until(&w, &w.resubscribed, 2, 5000);
    assert_true(router_listening(w.router));
    assert_true(router_publish(w.router, "chat:1", words("V {}")));
    run_until(&w, &w.messages, 1, 2000);
    assert_string_equal(w.channel, "chat:1");
    assert_string_equal(w.payload, "V {}");
    end(&w);
}

static void subscriptions_are_counted_confirmed_and_renewed(void **state)
{
    (void)state;
    static struct world w;
    begin(&w, NULL);
    assert_true(server_start(&w.server));
    open_router(&w, 0, 0);
    run_until(&w, &w.ups, 1, 5000);
    run_until(&w, &w.resubscribed, 1, 2000);
    assert_true(router_subscribe(w.router, "desk"));
    assert_true(router_subscribe(w.router, "desk"));
    run_until(&w, &w.subscribed, 1, 2000);
    assert_string_equal(w.channel, "desk");
    router_unsubscribe(w.router, "desk");
    assert_true(router_publish(w.router, "desk", words("")));
    run_until(&w, &w.messages, 1, 2000);
    assert_string_equal(w.payload, "");
    assert_true(server_command(&w.server, "CLIENT KILL TYPE pubsub"));
    run_until(&w, &w.resubscribed, 2, 3000);
    assert_true(router_publish(w.router, "desk", words("again")));
    run_until(&w, &w.messages, 2, 2000);
    router_unsubscribe(w.router, "desk");
    assert_true(router_publish(w.router, "desk", words("nobody")));
    assert_true(router_settings(w.router, 1));
    run_until(&w, &w.done, 1, 2000);
    uv_sleep(50);
    uv_run(&w.loop, UV_RUN_NOWAIT);
    assert_int_equal(w.messages, 2);
    assert_int_equal(w.subscribed, 1);
    assert_int_equal(w.ups, 1);
    end(&w);
}

static void a_lost_library_is_loaded_again(void **state)
{
    (void)state;
    static struct world w;
    begin(&w, NULL);
    assert_true(server_start(&w.server));
    open_router(&w, 0, 0);
    run_until(&w, &w.ups, 1, 5000);
    assert_true(server_command(&w.server, "FUNCTION FLUSH"));
    assert_true(router_settings(w.router, 1));
    run_until(&w, &w.done, 1, 2000);
    assert_int_equal(w.code[0], RESULT_REFUSED);
    assert_string_equal(w.refusal, "busy");
    assert_true(router_settings(w.router, 2));
    run_until(&w, &w.done, 2, 2000);
    assert_int_equal(w.code[1], RESULT_OK);
    end(&w);
}

static void passwords_are_sent_and_their_refusal_is_told(void **state)
{
    (void)state;
    static struct world w;
    begin(&w, "right%40word");
    w.server.password = "right@word";
    assert_true(server_start(&w.server));
    open_router(&w, 0, 0);
    run_until(&w, &w.ups, 1, 5000);
    router_close(w.router);
    w.downs = 0;
    char *at = strstr(w.server.url, "right");
    memcpy(at, "wrong", 5);
    open_router(&w, 0, 0);
    run_until(&w, &w.downs, 1, 3000);
    assert_non_null(strstr(w.why, "WRONGPASS"));
    assert_null(strstr(w.why, "wrong%40word"));
    end(&w);
}

static void closing_answers_what_is_in_flight(void **state)
{
    (void)state;
    static struct world w;
    begin(&w, NULL);
    assert_true(server_start(&w.server));
    open_router(&w, 0, 0);
    run_until(&w, &w.ups, 1, 5000);
    assert_true(router_settings(w.router, 1));
    assert_true(router_home(w.router, 2, words("ana")));
    end(&w);
    assert_int_equal(w.done, 2);
    assert_int_equal(w.code[0], RESULT_DOWN);
    assert_int_equal(w.code[1], RESULT_DOWN);
}

static void impossible_options_are_refused(void **state)
{
    (void)state;
    uv_loop_t loop;
    char why[200] = "";
    struct router_options options = {.url = "sentinel://a:1", .site = "main"};
    uv_loop_init(&loop);
    assert_null(router_open(&loop, &options, why, sizeof why));
    assert_non_null(strstr(why, "sentinel"));
    options = (struct router_options){.url = "redis://127.0.0.1", .site = "a}b"};
    assert_null(router_open(&loop, &options, why, sizeof why));
    assert_non_null(strstr(why, "site"));
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_redis_is_waited_for_and_gets_the_library),
        cmocka_unit_test(a_message_is_taken_once),
        cmocka_unit_test(a_hanging_redis_makes_requests_late_and_full),
        cmocka_unit_test(a_killed_redis_answers_down_and_is_found_again),
        cmocka_unit_test(subscriptions_are_counted_confirmed_and_renewed),
        cmocka_unit_test(a_lost_library_is_loaded_again),
        cmocka_unit_test(passwords_are_sent_and_their_refusal_is_told),
        cmocka_unit_test(closing_answers_what_is_in_flight),
        cmocka_unit_test(impossible_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
