/* Replies as they may come over the wire, malformed ones too, and what the router makes of them. */
#include "router/reply.h"
#include <hiredis/hiredis.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
/* cmocka wants the ones above */
#include <cmocka.h>

static redisReply *parsed(const char *wire)
{
    redisReader *reader = redisReaderCreate();
    void *reply = NULL;
    assert_int_equal(redisReaderFeed(reader, wire, strlen(wire)), REDIS_OK);
    assert_int_equal(redisReaderGetReply(reader, &reply), REDIS_OK);
    assert_non_null(reply);
    redisReaderFree(reader);
    return reply;
}

static bool same(struct span s, const char *text)
{
    return s.len == strlen(text) && (s.len == 0 || memcmp(s.at, text, s.len) == 0);
}

/* An array of bulk strings from words split by '|'. */
static redisReply *listed(const char *words)
{
    char wire[1024], body[900] = "", copy[512];
    int n = 0;
    size_t used = 0;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *rest = copy, *word; (word = strsep(&rest, "|")); n++)
        used += (size_t)snprintf(body + used, sizeof body - used, "$%zu\r\n%s\r\n", strlen(word), word);
    snprintf(wire, sizeof wire, "*%d\r\n%s", n, body);
    return parsed(wire);
}

static void reads_each_element_by_the_table(void **state)
{
    (void)state;
    redisReply *r = listed("ok|42|7|1763846400123|1|auto|1");
    struct result out = reply_read(ROUTER_VISITOR_SAY, r);
    assert_int_equal(out.code, RESULT_OK);
    assert_int_equal(out.chat, 42);
    assert_int_equal(out.seq, 7);
    assert_true(out.at_ms == 1763846400123);
    assert_true(out.dup && out.opened);
    assert_true(same(out.phase, "auto"));
    freeReplyObject(r);

    r = listed("ok|9|queued|12||3|[{}]|60-180|8|{}");
    out = reply_read(ROUTER_RESUME, r);
    assert_int_equal(out.code, RESULT_OK);
    assert_int_equal(out.head, 12);
    assert_int_equal(out.place, 3);
    assert_int_equal(out.followup, 8);
    assert_int_equal(out.agent.len, 0);
    assert_true(same(out.json, "[{}]"));
    assert_true(same(out.wait, "60-180") && same(out.page, "{}"));
    freeReplyObject(r);

    r = listed("ok|ana|Ana B.|lt,en|general|1");
    out = reply_read(ROUTER_SESSION_GET, r);
    assert_true(same(out.agent, "ana") && same(out.name, "Ana B.") && same(out.langs, "lt,en"));
    assert_true(same(out.queues, "general") && out.supervisor);
    freeReplyObject(r);

    r = listed("ok|1|2|3|4|general,returns");
    out = reply_read(ROUTER_TICK, r);
    assert_int_equal(out.expired_leases * 1000 + out.expired_offers * 100 + out.unheard * 10 + out.offered, 1234);
    assert_true(same(out.queues, "general,returns"));
    freeReplyObject(r);
}

static void integers_and_extra_elements_are_fine(void **state)
{
    (void)state;
    redisReply *r = parsed("*4\r\n+ok\r\n:5\r\n$2\r\n[]\r\n$5\r\nextra\r\n");
    struct result out = reply_read(ROUTER_READ, r);
    assert_int_equal(out.code, RESULT_OK);
    assert_int_equal(out.head, 5);
    assert_true(same(out.json, "[]"));
    freeReplyObject(r);
}

static void a_refusal_has_code_and_sentence(void **state)
{
    (void)state;
    redisReply *r = listed("no|mid_reused|This mid was used for another text.");
    struct result out = reply_read(ROUTER_VISITOR_SAY, r);
    assert_int_equal(out.code, RESULT_REFUSED);
    assert_true(same(out.refusal, "mid_reused"));
    assert_true(same(out.message, "This mid was used for another text."));
    freeReplyObject(r);
}

static void a_broken_connection_is_down(void **state)
{
    (void)state;
    assert_int_equal(reply_read(ROUTER_HOME, NULL).code, RESULT_DOWN);
}

static void errors_of_redis_are_busy_or_bad(void **state)
{
    (void)state;
    static const struct {
        const char *wire;
        enum result_code code;
        bool lost;
    } rows[] = {
        {"-OOM command not allowed when used memory > 'maxmemory'.\r\n", RESULT_REFUSED, false},
        {"-MISCONF Redis is configured to save RDB snapshots\r\n", RESULT_REFUSED, false},
        {"-LOADING Redis is loading the dataset in memory\r\n", RESULT_REFUSED, false},
        {"-READONLY You can't write against a read only replica.\r\n", RESULT_REFUSED, false},
        {"-BUSY Redis is busy running a script.\r\n", RESULT_REFUSED, false},
        {"-ERR Function not found\r\n", RESULT_REFUSED, true},
        {"-ERR firstline: wrong type; nothing was changed\r\n", RESULT_BAD, false},
        {"-NOPERM this user has no permissions\r\n", RESULT_BAD, false},
        {"-\r\n", RESULT_BAD, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        redisReply *r = parsed(rows[i].wire);
        struct result out = reply_read(ROUTER_VISITOR_SAY, r);
        assert_int_equal(out.code, rows[i].code);
        assert_int_equal(reply_lost_library(r), rows[i].lost);
        if (out.code == RESULT_REFUSED)
            assert_true(same(out.refusal, "busy") && out.message.len > 20);
        freeReplyObject(r);
    }
}

static void malformed_replies_are_never_guessed_at(void **state)
{
    (void)state;
    static const struct {
        enum router_op op;
        const char *wire;
    } rows[] = {
        {ROUTER_PROFILE, "+OK\r\n"},
        {ROUTER_PROFILE, ":1\r\n"},
        {ROUTER_PROFILE, "$-1\r\n"},
        {ROUTER_PROFILE, "$2\r\nok\r\n"},
        {ROUTER_PROFILE, "*-1\r\n"},
        {ROUTER_PROFILE, "*0\r\n"},
        {ROUTER_PROFILE, "*1\r\n:1\r\n"},
        {ROUTER_PROFILE, "*1\r\n$-1\r\n"},
        {ROUTER_PROFILE, "*1\r\n$2\r\nOK\r\n"},
        {ROUTER_PROFILE, "*1\r\n$3\r\nok \r\n"},
        {ROUTER_PROFILE, "*1\r\n$0\r\n\r\n"},
        {ROUTER_PROFILE, "*1\r\n*1\r\n$2\r\nok\r\n"},
        {ROUTER_PROFILE, "*1\r\n$2\r\nno\r\n"},
        {ROUTER_PROFILE, "*2\r\n$2\r\nno\r\n$4\r\ncode\r\n"},
        {ROUTER_PROFILE, "*3\r\n$2\r\nno\r\n$4\r\ncode\r\n$-1\r\n"},
        {ROUTER_PROFILE, "*3\r\n$2\r\nno\r\n:4\r\n$1\r\nx\r\n"},
        {ROUTER_PROFILE, "*3\r\n$2\r\nno\r\n*0\r\n*0\r\n"},
        {ROUTER_ACCEPT, "*1\r\n$2\r\nok\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n$0\r\n\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n$1\r\nx\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n$2\r\n-1\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n$2\r\n 1\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n$3\r\n1.5\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n$4\r\n0x10\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n$10\r\n4294967296\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n$20\r\n18446744073709551616\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n:-5\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n:4294967296\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n$-1\r\n"},
        {ROUTER_ACCEPT, "*2\r\n$2\r\nok\r\n*0\r\n"},
        {ROUTER_BLOCKED, "*2\r\n$2\r\nok\r\n$1\r\n2\r\n"},
        {ROUTER_BLOCKED, "*2\r\n$2\r\nok\r\n$4\r\ntrue\r\n"},
        {ROUTER_HOME, "*2\r\n$2\r\nok\r\n:1\r\n"},
        {ROUTER_HOME, "*2\r\n$2\r\nok\r\n$-1\r\n"},
        {ROUTER_HOME, "*2\r\n$2\r\nok\r\n*1\r\n$2\r\n{}\r\n"},
        {ROUTER_FAQ_ALL, "*3\r\n$2\r\nok\r\n$2\r\n[]\r\n$1\r\n1\r\n"},
        {ROUTER_FAQ_PUT, "*2\r\n$2\r\nok\r\n$19\r\n9999999999999999999\r\n"},
        {ROUTER_VISITOR_SAY, "*6\r\n$2\r\nok\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n0\r\n$4\r\nauto\r\n"},
        {ROUTER_NOTE, "*3\r\n$2\r\nok\r\n$1\r\n1\r\n$2\r\n1x\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        redisReply *r = parsed(rows[i].wire);
        struct result out = reply_read(rows[i].op, r);
        if (out.code != RESULT_BAD)
            print_error("row %zu was taken for code %d\n", i, out.code);
        assert_int_equal(out.code, RESULT_BAD);
        assert_true(out.message.len > 5);
        freeReplyObject(r);
    }
}

static void every_op_has_its_function(void **state)
{
    (void)state;
    for (int op = 0; op < ROUTER_OP_COUNT; op++) {
        assert_non_null(op_rows[op].function);
        assert_non_null(op_rows[op].shape);
    }
    assert_int_equal(reply_read(ROUTER_OP_COUNT, NULL).code, RESULT_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_each_element_by_the_table), cmocka_unit_test(integers_and_extra_elements_are_fine),
        cmocka_unit_test(a_refusal_has_code_and_sentence), cmocka_unit_test(a_broken_connection_is_down),
        cmocka_unit_test(errors_of_redis_are_busy_or_bad), cmocka_unit_test(malformed_replies_are_never_guessed_at),
        cmocka_unit_test(every_op_has_its_function),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
