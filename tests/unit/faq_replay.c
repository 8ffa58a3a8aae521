/* Replaying a log: what is counted, and what programs read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <jansson.h>
#include <unistd.h>

#include "gateway/faq_replay.h"

#define HEAD "    link: /help\n    title: T\n    answer: A\n"

static const char first[] = "entries:\n"
                            "  - id: returns\n" HEAD "    when: [[return*]]\n"
                            "  - id: hours\n" HEAD "    when: [[open*]]\n"
                            "  - id: quiet\n" HEAD "    shadow: true\n    when: [[shadow]]\n";
static const char second[] = "entries:\n"
                             "  - id: returns\n" HEAD "    when: [[return*], [how]]\n";

static const char messages[] = "{\"text\":\"how do I return\",\"label\":\"returns\"}\n"
                               "{\"text\":\"return it now\",\"label\":\"complaint\"}\n"
                               "\n"
                               "{\"text\":\"when open\",\"label\":\"hours\",\"more\":1}\n"
                               "{\"text\":\"closed?\",\"label\":\"hours\"}\n"
                               "{\"text\":\"open?\"}\n"
                               "{\"text\":\"return\",\"label\":null}\n"
                               "{\"text\":\"agent please, I return\",\"label\":\"returns\"}\n"
                               "{\"text\":\"shadow\",\"label\":\"quiet\"}\n";

static struct matcher *compile(const char *yaml)
{
    char why[1024] = "";
    struct rules *r = rules_read_yaml("f", yaml, strlen(yaml), why, sizeof why);
    struct matcher *m = r != NULL ? matcher_compile(r, why, sizeof why) : NULL;
    assert_string_equal(why, "");
    rules_free(r);
    return m;
}

/* A temporary file with a text in it; the caller removes it. */
static void write_log(char *path, const char *text)
{
    memcpy(path, "/tmp/firstline-replay-XXXXXX", sizeof "/tmp/firstline-replay-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* Runs a replay with stdout (1) or stderr (2) caught in `out`. */
static int caught(const struct replay *r, int which, char *out, size_t size)
{
    char path[] = "/tmp/firstline-caught-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    fflush(NULL);
    int kept = dup(which);
    dup2(fd, which);
    int status = faq_replay(r);
    fflush(NULL);
    dup2(kept, which);
    close(kept);
    lseek(fd, 0, SEEK_SET);
    ssize_t n = read(fd, out, size - 1);
    out[n > 0 ? n : 0] = '\0';
    close(fd);
    return status;
}

static double number(const json_t *totals, const char *name)
{
    return json_number_value(json_object_get(totals, name));
}

static void counts(void **state)
{
    (void)state;
    char path[64];
    char out[8192];
    struct matcher *m = compile(first);
    struct matcher *other = compile(second);
    write_log(path, messages);
    struct replay r = {.log = path, .matcher = m, .against = other, .json = true};
    assert_int_equal(caught(&r, 1, out, sizeof out), 0);
    unlink(path);

    static const char *const lines[] = {
        "{\"text\":\"how do I return\",\"label\":\"returns\",\"answer\":\"returns\",\"against\":\"returns\"}",
        "{\"text\":\"return it now\",\"label\":\"complaint\",\"answer\":\"returns\",\"against\":null}",
        "{\"text\":\"when open\",\"label\":\"hours\",\"answer\":\"hours\",\"against\":null}",
        "{\"text\":\"closed?\",\"label\":\"hours\",\"answer\":null,\"against\":null}",
        "{\"text\":\"open?\",\"label\":null,\"answer\":\"hours\",\"against\":null}",
        "{\"text\":\"return\",\"label\":null,\"answer\":\"returns\",\"against\":null}",
        "{\"text\":\"agent please, I return\",\"label\":\"returns\",\"answer\":null,\"person\":true,\"against\":null}",
        "{\"text\":\"shadow\",\"label\":\"quiet\",\"answer\":null,\"shadow\":\"quiet\",\"against\":null}",
    };
    char *at = strtok(out, "\n");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_non_null(at);
        assert_string_equal(at, lines[i]);
        at = strtok(NULL, "\n");
    }
    assert_non_null(at);
    json_t *totals = json_loads(at, 0, NULL);
    assert_non_null(totals);
    assert_null(strtok(NULL, "\n"));
    assert_true(number(totals, "messages") == 8);
    assert_true(number(totals, "judged") == 8);
    assert_true(number(totals, "persons") == 1);
    assert_true(number(totals, "fires") == 5); /* 2 right, 2 wrong, 1 without a label: wrong too */
    assert_true(number(totals, "precision") == 0.4);
    assert_true(number(totals, "recall") == 2.0 / 5.0); /* returns twice, hours twice, quiet once */
    assert_true(number(totals, "wrong_per_100") == 300.0 / 8.0);
    assert_true(number(totals, "differences") == 4);
    const json_t *returns = json_object_get(json_object_get(totals, "per_entry"), "returns");
    assert_true(number(returns, "fires") == 3 && number(returns, "right") == 1 && number(returns, "wrong") == 2 &&
                number(returns, "asked") == 2);
    const json_t *against = json_object_get(totals, "against");
    assert_true(number(against, "fires") == 1 && number(against, "precision") == 1);
    json_decref(totals);
    matcher_free(m);
    matcher_free(other);
}

static void a_table_for_people(void **state)
{
    (void)state;
    char path[64];
    char out[8192];
    struct matcher *m = compile(first);
    write_log(path, messages);
    struct replay r = {.log = path, .matcher = m};
    assert_int_equal(caught(&r, 1, out, sizeof out), 0);
    unlink(path);
    assert_non_null(
        strstr(out, "8 messages, 5 answered, 1 ask for a person  precision 0.400  recall 0.400  wrong per 100 37.50"));
    matcher_free(m);
}

/* A log of yesterday has no labels: nothing is right or wrong about it. */
static void without_labels(void **state)
{
    (void)state;
    char path[64];
    char out[8192];
    struct matcher *m = compile(first);
    write_log(path, "{\"text\":\"how do I return\"}\n");
    struct replay r = {.log = path, .matcher = m, .json = true};
    assert_int_equal(caught(&r, 1, out, sizeof out), 0);
    unlink(path);
    assert_non_null(strstr(
        out, "\"judged\":0,\"persons\":0,\"fires\":1,\"precision\":null,\"recall\":null,\"wrong_per_100\":null"));
    matcher_free(m);
}

static void says_where_it_fails(void **state)
{
    (void)state;
    static const struct {
        const char *log, *place;
    } rows[] = {
        {"{\"text\":\"a\"}\nnope\n", ":2: this is not JSON"},
        {"{\"label\":\"a\"}\n", ":1: text is missing"},
        {"{\"text\":\"a\",\"label\":3}\n", ":1: text is missing, or text or label is no string"},
    };
    struct matcher *m = compile(first);
    char out[1024];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char path[64];
        write_log(path, rows[i].log);
        struct replay r = {.log = path, .matcher = m};
        assert_int_equal(caught(&r, 2, out, sizeof out), 1);
        unlink(path);
        assert_non_null(strstr(out, rows[i].place));
    }
    struct replay missing = {.log = "/nonexistent/log", .matcher = m};
    assert_int_equal(caught(&missing, 2, out, sizeof out), 1);
    assert_non_null(strstr(out, "/nonexistent/log: No such file"));
    matcher_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts), cmocka_unit_test(a_table_for_people),
                                       cmocka_unit_test(without_labels), cmocka_unit_test(says_where_it_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
