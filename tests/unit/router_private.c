/* The embedded Redis: started, killed and started again, shared, adopted, ended. */
#include "router/console.h"
#include "router/private.h"
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>
/* cmocka wants the ones above */
#include <cmocka.h>

struct world {
    uv_loop_t loop;
    char dir[64], data[80], last[256];
    struct private_redis *redis;
};

static void on_event(void *owner, const char *what)
{
    struct world *w = owner;
    snprintf(w->last, sizeof w->last, "%s", what);
}

static void begin(struct world *w)
{
    memset(w, 0, sizeof *w);
    uv_loop_init(&w->loop);
    snprintf(w->dir, sizeof w->dir, "/tmp/firstline-test-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->data, sizeof w->data, "%s/the data", w->dir);
}

static struct private_redis *open_here(struct world *w)
{
    char why[256] = "";
    struct private_redis *p = private_open(
        &w->loop,
        &(struct private_options){.data_dir = w->data, .fsync_always = true, .on_event = on_event, .owner = w}, why,
        sizeof why);
    if (!p)
        print_error("%s\n", why);
    assert_non_null(p);
    return p;
}

static void end(struct world *w)
{
    private_close(w->redis);
    uv_run(&w->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&w->loop), 0);
    char line[96];
    snprintf(line, sizeof line, "rm -r %s", w->dir);
    assert_int_equal(system(line), 0); /* NOLINT(cert-env33-c): a directory we made */
}

static bool answers(const char *url)
{
    char why[256], out[256] = "";
    struct console *c = console_look(url, "test", 1000, why, sizeof why);
    bool there = c && console_ask(c, out, sizeof out, 1, (const char *const[]){"PING"}) && strcmp(out, "PONG") == 0;
    console_close(c);
    return there;
}

static void turn(struct world *w)
{
    uv_run(&w->loop, UV_RUN_NOWAIT);
    uv_sleep(10);
}

static void wait_for_answer(struct world *w)
{
    for (int i = 0; i < 500 && !answers(private_url(w->redis)); i++)
        turn(w);
    assert_true(answers(private_url(w->redis)));
}

static void ask(const char *url, const char *a, const char *b, const char *c, char *out, size_t size)
{
    char why[256];
    const char *words[3] = {a, b, c};
    struct console *console = console_look(url, "test", 1000, why, sizeof why);
    assert_non_null(console);
    assert_true(console_ask(console, out, size, c ? 3 : 2, words));
    console_close(console);
}

static void starts_safe_and_private(void **state)
{
    (void)state;
    static struct world w;
    begin(&w);
    w.redis = open_here(&w);
    wait_for_answer(&w);
    char out[256], path[128];
    ask(private_url(w.redis), "CONFIG", "GET", "appendonly", out, sizeof out);
    assert_string_equal(out, "yes");
    ask(private_url(w.redis), "CONFIG", "GET", "appendfsync", out, sizeof out);
    assert_string_equal(out, "always");
    ask(private_url(w.redis), "CONFIG", "GET", "port", out, sizeof out);
    assert_string_equal(out, "0");
    struct stat s;
    assert_int_equal(stat(w.data, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0700);
    snprintf(path, sizeof path, "%s/redis.sock", w.data);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 0077, 0);
    snprintf(path, sizeof path, "%s/redis.conf", w.data);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    int pid = private_pid(w.redis);
    assert_true(pid > 0);
    end(&w);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
}

static void a_killed_server_comes_back_with_its_data(void **state)
{
    (void)state;
    static struct world w;
    char out[256];
    begin(&w);
    w.redis = open_here(&w);
    wait_for_answer(&w);
    ask(private_url(w.redis), "SET", "kept", "yes", out, sizeof out);
    int pid = private_pid(w.redis);
    kill(pid, SIGKILL);
    for (int i = 0; i < 500 && private_pid(w.redis) == pid; i++)
        turn(&w);
    assert_non_null(strstr(w.last, "ended (signal 9)"));
    wait_for_answer(&w);
    assert_true(private_pid(w.redis) > 0 && private_pid(w.redis) != pid);
    ask(private_url(w.redis), "GET", "kept", NULL, out, sizeof out);
    assert_string_equal(out, "yes");
    end(&w);
}

static void another_gateways_server_is_used_then_replaced(void **state)
{
    (void)state;
    static struct world w;
    begin(&w);
    struct private_redis *first = open_here(&w);
    w.redis = open_here(&w);
    assert_non_null(strstr(w.last, "another gateway"));
    assert_int_equal(private_pid(w.redis), 0);
    wait_for_answer(&w);
    private_close(first);
    for (int i = 0; i < 200 && private_pid(w.redis) == 0; i++)
        turn(&w);
    assert_true(private_pid(w.redis) > 0);
    wait_for_answer(&w);
    end(&w);
}

/* The gateway is a child process here, killed without a chance to clean up. */
static void a_server_left_by_a_killed_gateway_is_adopted_and_ended(void **state)
{
    (void)state;
    static struct world w;
    begin(&w);
    pid_t gateway = fork();
    if (gateway == 0) {
        uv_loop_t loop;
        char why[256];
        uv_loop_init(&loop);
        if (!private_open(&loop, &(struct private_options){.data_dir = w.data}, why, sizeof why))
            _exit(1);
        for (;;)
            pause();
    }
    char url[160];
    snprintf(url, sizeof url, "unix:%s/redis.sock", w.data);
    for (int i = 0; i < 500 && !answers(url); i++)
        uv_sleep(10);
    assert_true(answers(url));
    kill(gateway, SIGKILL);
    waitpid(gateway, NULL, 0);
    w.redis = open_here(&w);
    assert_non_null(strstr(w.last, "adopted"));
    assert_int_equal(private_pid(w.redis), 0);
    assert_true(answers(url));
    end(&w);
    assert_false(answers(url));
}

static void a_console_starts_one_for_itself(void **state)
{
    (void)state;
    static struct world w;
    char url[160], why[256] = "";
    struct console_reply reply;
    begin(&w);
    snprintf(url, sizeof url, "private:%s", w.data);
    struct console *c = console_open(url, "test", 2000, why, sizeof why);
    if (!c)
        print_error("%s\n", why);
    assert_non_null(c);
    assert_true(console_call(c, "settings", 1, &(struct span){"0", 1}, &reply));
    assert_int_equal(reply.n, 1);
    assert_non_null(strstr(reply.item[0].at, "answers_max"));
    console_reply_free(&reply);
    assert_false(console_call(c, "login", 2, (struct span[]){{"0", 1}, {"nobody", 6}}, &reply));
    assert_string_equal(reply.refusal, "unknown");
    console_reply_free(&reply);
    assert_false(console_call(c, "no_such_function", 0, NULL, &reply));
    assert_non_null(strstr(reply.why, "Function not found"));
    console_reply_free(&reply);
    char value[64];
    assert_true(console_info(c, "server", "redis_version", value, sizeof value));
    assert_false(console_info(c, "server", "no_such_field", value, sizeof value));
    console_close(c);
    end(&w);
}

static void a_directory_that_cannot_be_used_is_told(void **state)
{
    (void)state;
    uv_loop_t loop;
    char why[256] = "", deep[300];
    uv_loop_init(&loop);
    struct private_options options = {.data_dir = "/proc/no/such/place"};
    assert_null(private_open(&loop, &options, why, sizeof why));
    assert_non_null(strstr(why, "data directory"));
    snprintf(deep, sizeof deep, "/tmp/firstline-%0100d", 7);
    options.data_dir = deep;
    assert_null(private_open(&loop, &options, why, sizeof why));
    assert_non_null(strstr(why, "too long"));
    rmdir(deep);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_safe_and_private),
        cmocka_unit_test(a_killed_server_comes_back_with_its_data),
        cmocka_unit_test(another_gateways_server_is_used_then_replaced),
        cmocka_unit_test(a_server_left_by_a_killed_gateway_is_adopted_and_ended),
        cmocka_unit_test(a_console_starts_one_for_itself),
        cmocka_unit_test(a_directory_that_cannot_be_used_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
