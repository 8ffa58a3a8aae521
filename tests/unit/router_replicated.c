/* Replicated requests against a real master and a real replica that hangs, dies and comes back: nothing is told, to the
 * sender or to anybody else, before the replica has it. */
#include "router/router.h"
#include "router_server.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>
/* cmocka wants the ones above */
#include <cmocka.h>

#define VID "0123456789abcdef0123456789abcdef"
enum { SEEN = 1024, DEADLINE_MS = 2000 };

struct world {
    uv_loop_t loop;
    struct server master, replica;
    struct router *router;
    char why[400], trouble[400];
    int ups, downs, done, messages, resubscribed, epochs, failovers;
    enum result_code code[SEEN];
    uint64_t ticket[SEEN];
    uint32_t seq[SEEN];
    bool dup[SEEN];
    char refusal[64], payload[200];
};

static void on_state(void *owner, enum router_state state, const char *why)
{
    struct world *w = owner;
    w->ups += state == ROUTER_UP;
    w->downs += state == ROUTER_DOWN;
    snprintf(w->why, sizeof w->why, "%s", why);
}

static void on_done(void *owner, enum router_op op, uint64_t ticket, const struct result *result)
{
    struct world *w = owner;
    (void)op;
    assert_true(w->done < SEEN);
    w->code[w->done] = result->code;
    w->seq[w->done] = result->seq;
    w->dup[w->done] = result->dup;
    w->ticket[w->done++] = ticket;
    snprintf(w->refusal, sizeof w->refusal, "%.*s", (int)result->refusal.len,
             result->refusal.at ? result->refusal.at : "");
}

static void on_message(void *owner, struct span channel, struct span payload)
{
    struct world *w = owner;
    (void)channel;
    w->messages++;
    snprintf(w->payload, sizeof w->payload, "%.*s", (int)payload.len, payload.at);
}

static void on_resubscribed(void *owner)
{
    ((struct world *)owner)->resubscribed++;
}

static void on_epoch(void *owner, bool failover)
{
    struct world *w = owner;
    w->epochs++;
    w->failovers += failover;
}

static void on_trouble(void *owner, const char *sentence)
{
    struct world *w = owner;
    snprintf(w->trouble, sizeof w->trouble, "%s", sentence);
}

static void nothing(uv_timer_t *timer)
{
    (void)timer;
}

/* Runs the loop until *counter reaches `least` or `ms` have passed; says whether it did. */
static bool run(struct world *w, const int *counter, int least, int ms)
{
    uv_timer_t wake;
    uv_timer_init(&w->loop, &wake);
    uv_timer_start(&wake, nothing, 5, 5);
    uint64_t end =
        uv_hrtime() + (uint64_t)ms * (ms >= 1000 ? 5000000 : 1000000); /* a busy machine gets five times as long */
    while (*counter < least && uv_hrtime() < end)
        uv_run(&w->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&wake, NULL);
    uv_run(&w->loop, UV_RUN_NOWAIT);
    return *counter >= least;
}

static struct span words(const char *text)
{
    return (struct span){text, strlen(text)};
}

static bool say(struct world *w, uint64_t ticket, const char *mid)
{
    struct visitor_words v = {.vid = words(VID),
                              .mid = words(mid),
                              .body = words("{\"from\":\"visitor\",\"text\":\"hello\"}"),
                              .preview = words("hello"),
                              .lang = words("en"),
                              .page = words("{}"),
                              .profile = words("{}"),
                              .queue = words("general")};
    return router_visitor_say(w->router, ticket, &v);
}

static void wait_for(struct server *s, const char *field, const char *value)
{
    char out[4000];
    for (int i = 0; i < 400; i++) {
        if (server_ask(s, "INFO replication", out, sizeof out) && strstr(out, field) &&
            strncmp(strstr(out, field) + strlen(field), value, strlen(value)) == 0)
            return;
        uv_sleep(20);
    }
    fail_msg("%s did not become %s", field, value);
}

static void begin_patient(struct world *w, uint32_t deadline_ms)
{
    char why[200];
    memset(w, 0, sizeof *w);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(uv_loop_init(&w->loop), 0);
    assert_true(server_prepare(&w->master, NULL) && server_prepare(&w->replica, NULL));
    server_pair(&w->master, &w->replica);
    assert_true(server_start(&w->master) && server_start(&w->replica));
    wait_for(&w->replica, "master_link_status:", "up");
    struct router_options options = {.url = w->master.url,
                                     .site = "test",
                                     .deadline_ms = deadline_ms,
                                     .replicated = true,
                                     .owner = w,
                                     .on_state = on_state,
                                     .on_done = on_done,
                                     .on_message = on_message,
                                     .on_resubscribed = on_resubscribed,
                                     .on_epoch = on_epoch,
                                     .on_trouble = on_trouble};
    w->router = router_open(&w->loop, &options, why, sizeof why);
    assert_non_null(w->router);
    assert_true(router_subscribe(w->router, "chat:1"));
    assert_true(run(w, &w->ups, 1, 5000));
    assert_true(run(w, &w->resubscribed, 1, 5000));
}

static void begin(struct world *w)
{
    begin_patient(w, DEADLINE_MS);
}

static void end(struct world *w)
{
    router_close(w->router);
    uv_run(&w->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&w->loop), 0);
    server_remove(&w->master);
    server_remove(&w->replica);
}

static void a_message_is_taken_and_told(void **state)
{
    (void)state;
    static struct world w;
    begin(&w);
    assert_true(say(&w, 1, "mid-00000001"));
    assert_int_equal(w.done, 0);
    assert_true(run(&w, &w.done, 1, 3000));
    assert_int_equal(w.code[0], RESULT_OK);
    assert_int_equal(w.seq[0], 1);
    assert_true(run(&w, &w.messages, 1, 3000));
    assert_non_null(strstr(w.payload, "E1 {\"type\":\"event\",\"chat\":1,\"seq\":1"));
    assert_true(router_resume(w.router, 2, words(VID), 0, 0, 0));
    assert_true(run(&w, &w.done, 2, 3000));
    assert_int_equal(w.code[1], RESULT_OK);
    assert_int_equal(router_in_flight(w.router), 0);
    end(&w);
}

static void what_one_client_sends_keeps_its_order(void **state)
{
    (void)state;
    static struct world w;
    enum { MANY = 900 };
    char mid[24];
    begin_patient(&w, 60000); /* a busy machine may take its time: the order is what counts here */
    for (int i = 0; i < MANY; i++) {
        snprintf(mid, sizeof mid, "mid-%08d", i);
        assert_true(say(&w, (uint64_t)i, mid));
        if (i % 7 == 0)
            uv_run(&w.loop, UV_RUN_NOWAIT);
    }
    assert_true(run(&w, &w.done, MANY, 60000));
    assert_true(run(&w, &w.messages, MANY, 60000));
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(w.code[i], RESULT_OK);
        assert_int_equal(w.seq[i], w.ticket[i] + 1);
    }
    uv_sleep(50);
    uv_run(&w.loop, UV_RUN_NOWAIT);
    assert_int_equal(w.messages, MANY);
    end(&w);
}

static void a_hanging_replica_means_no_ack_no_sight_and_no_loss(void **state)
{
    (void)state;
    static struct world w;
    begin(&w);
    server_signal(&w.replica, SIGSTOP);
    assert_true(say(&w, 1, "mid-00000001"));
    assert_true(run(&w, &w.done, 1, 3000));
    assert_int_equal(w.code[0], RESULT_LATE);
    /* The master has it, and yet nobody sees it: by no wake-up, and by no reading. */
    char seq[64];
    assert_true(server_ask(&w.master, "HGET {test}:chat:1 seq", seq, sizeof seq));
    assert_string_equal(seq, "1");
    assert_true(router_resume(w.router, 2, words(VID), 0, 0, 0));
    assert_true(router_read(w.router, 3, 1, 1, 10));
    assert_true(router_transcript(w.router, 4, 1));
    assert_true(run(&w, &w.done, 4, 3000));
    for (int i = 1; i < 4; i++)
        assert_int_equal(w.code[i], RESULT_LATE);
    assert_int_equal(w.messages, 0);
    /* What shows no chat does not wait. */
    assert_true(router_settings(w.router, 5));
    assert_true(run(&w, &w.done, 5, 500));
    assert_int_equal(w.code[4], RESULT_OK);
    assert_non_null(strstr(w.trouble, "cannot be confirmed"));
    server_signal(&w.replica, SIGCONT);
    int last = 4;
    while (w.code[last] != RESULT_OK || w.ticket[last] < 6) { /* a client tries again */
        assert_true(last < 10);
        assert_true(say(&w, 6, "mid-00000001"));
        assert_true(run(&w, &w.done, ++last + 1, 3000));
    }
    assert_true(w.dup[last]);
    assert_int_equal(w.seq[last], 1);
    assert_true(run(&w, &w.messages, 1, 3000));
    assert_non_null(strstr(w.trouble, "again"));
    end(&w);
}

static void what_others_wrote_is_not_read_before_a_replica_has_it(void **state)
{
    (void)state;
    static struct world w;
    begin(&w);
    server_signal(&w.replica, SIGSTOP);
    assert_true(
        server_command(&w.master, "FCALL visitor_say 1 {test} 0+ " VID " mid-00000001 {\"text\":\"x\"} x en   "));
    assert_true(router_read(w.router, 1, 1, 1, 10));
    assert_true(run(&w, &w.done, 1, 3000));
    assert_int_equal(w.code[0], RESULT_LATE);
    assert_int_equal(w.messages, 0);
    /* Its writer died before it could tell: the tick of another gateway does. */
    server_signal(&w.replica, SIGCONT);
    assert_true(router_tick(w.router, 2, words("gw"), words("")));
    assert_true(run(&w, &w.messages, 1, 3000));
    assert_non_null(strstr(w.payload, "E1 "));
    end(&w);
}

static void a_busy_outage_is_refused_and_passes(void **state)
{
    (void)state;
    static struct world w;
    char mid[24];
    int taken = 0;
    begin(&w);
    server_signal(&w.replica, SIGSTOP);
    for (int i = 0; i < 1100; i++) {
        snprintf(mid, sizeof mid, "mid-%08d", i);
        taken += say(&w, (uint64_t)i, mid);
    }
    assert_int_equal(taken, 1024);
    assert_true(run(&w, &w.done, taken - 10, 4000));
    for (int i = 0; i < w.done; i++)
        assert_int_equal(w.code[i], RESULT_LATE);
    server_signal(&w.replica, SIGCONT);
    uint64_t until = uv_hrtime() + 4000000000u;
    while (router_in_flight(w.router) && uv_hrtime() < until)
        run(&w, &w.done, SEEN, 20);
    assert_int_equal(router_in_flight(w.router), 0);
    w.done = 0;
    assert_true(say(&w, 1, "mid-00002000"));
    assert_true(run(&w, &w.done, 1, 3000));
    assert_int_equal(w.code[0], RESULT_OK);
    end(&w);
}

static void a_dead_master_answers_down_and_its_return_is_no_failover(void **state)
{
    (void)state;
    static struct world w;
    begin(&w);
    assert_true(say(&w, 1, "mid-00000001"));
    assert_true(run(&w, &w.done, 1, 3000));
    server_signal(&w.master, SIGSTOP);
    assert_true(say(&w, 2, "mid-00000002"));
    uv_run(&w.loop, UV_RUN_NOWAIT);
    w.downs = 0;
    server_signal(&w.master, SIGKILL);
    assert_true(run(&w, &w.done, 2, 2000));
    assert_true(w.code[1] == RESULT_DOWN || w.code[1] == RESULT_LATE);
    assert_true(run(&w, &w.downs, 1, 2000));
    w.ups = 0;
    assert_true(server_start(&w.master));
    assert_true(run(&w, &w.ups, 1, 5000));
    wait_for(&w.replica, "master_link_status:", "up");
    assert_int_equal(w.epochs, 1);
    assert_int_equal(w.failovers, 0);
    assert_true(say(&w, 3, "mid-00000001"));
    assert_true(run(&w, &w.done, 3, 3000));
    assert_int_equal(w.code[2], RESULT_OK);
    assert_true(w.dup[2]);
    end(&w);
}

static void a_demoted_master_is_written_to_no_more(void **state)
{
    (void)state;
    static struct world w;
    char command[80];
    begin(&w);
    w.downs = 0;
    snprintf(command, sizeof command, "REPLICAOF 127.0.0.1 %d", w.replica.port);
    assert_true(server_command(&w.replica, "REPLICAOF NO ONE"));
    assert_true(server_command(&w.master, command));
    /* The connections still stand: the first write finds it out. */
    if (say(&w, 1, "mid-00000001"))
        assert_true(run(&w, &w.done, 1, 3000));
    assert_true(run(&w, &w.downs, 1, 3000));
    assert_int_not_equal(w.code[0], RESULT_OK);
    assert_true(run(&w, &w.downs, 2, 3000));
    assert_non_null(strstr(w.why, "it is a replica, not the master"));
    assert_false(say(&w, 2, "mid-00000002"));
    end(&w);
}

static void closing_answers_what_is_in_flight(void **state)
{
    (void)state;
    static struct world w;
    char mid[24];
    begin(&w);
    server_signal(&w.replica, SIGSTOP);
    for (int i = 0; i < 400; i++) {
        snprintf(mid, sizeof mid, "mid-%08d", i);
        assert_true(say(&w, (uint64_t)i, mid));
        uv_run(&w.loop, UV_RUN_NOWAIT);
    }
    end(&w);
    assert_int_equal(w.done, 400);
    for (int i = 0; i < 400; i++)
        assert_int_equal(w.code[i], RESULT_DOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_taken_and_told),
        cmocka_unit_test(what_one_client_sends_keeps_its_order),
        cmocka_unit_test(a_hanging_replica_means_no_ack_no_sight_and_no_loss),
        cmocka_unit_test(what_others_wrote_is_not_read_before_a_replica_has_it),
        cmocka_unit_test(a_busy_outage_is_refused_and_passes),
        cmocka_unit_test(a_dead_master_answers_down_and_its_return_is_no_failover),
        cmocka_unit_test(a_demoted_master_is_written_to_no_more),
        cmocka_unit_test(closing_answers_what_is_in_flight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
