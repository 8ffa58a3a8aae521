/* The command line and the environment: what is taken, what is refused and how it is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/options.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct options o;
static char why[256];

static bool read_words(const char *words)
{
    static char copy[1024];
    static char *argv[40];
    int argc = 0;
    char *mark = NULL;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *w = strtok_r(copy, " ", &mark); w; w = strtok_r(NULL, " ", &mark)) {
        argv[argc++] = w;
    }
    why[0] = 0;
    return options_read(&o, argc, argv, why);
}

static void defaults(void **state)
{
    char url[80], redis[80];
    (void)state;
    assert_true(read_words("firstline serve"));
    assert_string_equal(o.tool, "serve");
    assert_int_equal(o.workers, 1);
    assert_int_equal(o.per_address, 64);
    assert_true(o.fsync_always);
    assert_false(o.demo);
    options_url(&o, url, sizeof url);
    assert_string_equal(url, "http://127.0.0.1:8080");
    options_tool_redis(&o, redis, sizeof redis);
    assert_string_equal(redis, "private:./data");
}

static void everything_at_once(void **state)
{
    char url[80];
    (void)state;
    assert_true(
        read_words("firstline serve --listen=[::1]:0 --redis unix:/tmp/r --data /d --site shop_1 --workers 3 --demo "
                   "--origin https://a.example --origin https://b.example --tls-cert c --tls-key k "
                   "--trusted-proxy 10.0.0.0/8 --log-level debug --per-address 0 --durability relaxed"));
    assert_int_equal(o.address.ss_family, AF_INET6);
    assert_int_equal(o.n_origins, 2);
    assert_int_equal(o.n_proxies, 1);
    assert_int_equal(o.workers, 3);
    assert_int_equal(o.per_address, 0);
    assert_int_equal(o.level, LOG_DEBUG);
    assert_false(o.fsync_always);
    assert_true(o.demo);
    options_url(&o, url, sizeof url);
    assert_string_equal(url, "https://[::1]:0");
}

static void the_environment_and_over_it_the_command_line(void **state)
{
    (void)state;
    setenv("FIRSTLINE_LISTEN", "127.0.0.1:1111", 1);
    setenv("FIRSTLINE_ORIGIN", "https://a.example,https://b.example", 1);
    setenv("FIRSTLINE_DEMO", "1", 1);
    setenv("FIRSTLINE_SITE", "shop", 1);
    assert_true(read_words("firstline serve --listen 127.0.0.1:2222"));
    assert_string_equal(o.listen, "127.0.0.1:2222");
    assert_string_equal(o.site, "shop");
    assert_int_equal(o.n_origins, 2);
    assert_true(o.demo);
    setenv("FIRSTLINE_WORKERS", "none", 1);
    assert_false(read_words("firstline serve"));
    assert_non_null(strstr(why, "FIRSTLINE_WORKERS"));
    setenv("FIRSTLINE_DEMO", "0", 1);
    unsetenv("FIRSTLINE_WORKERS");
    assert_true(read_words("firstline serve"));
    assert_false(o.demo);
    unsetenv("FIRSTLINE_LISTEN");
    unsetenv("FIRSTLINE_ORIGIN");
    unsetenv("FIRSTLINE_DEMO");
    unsetenv("FIRSTLINE_SITE");
}

static void tools_get_their_own_words(void **state)
{
    (void)state;
    assert_true(read_words("firstline agent add ana --name Ana --redis unix:/r --langs lt,en --supervisor"));
    assert_string_equal(o.tool, "agent");
    assert_string_equal(o.redis, "unix:/r");
    assert_int_equal(o.n_rest, 7);
    assert_string_equal(o.rest[0], "add");
    assert_string_equal(o.rest[6], "--supervisor");
    assert_true(read_words("firstline faq replay --json log.jsonl --site x"));
    assert_int_equal(o.n_rest, 3);
    assert_true(read_words("firstline --version"));
    assert_string_equal(o.tool, "version");
    assert_true(read_words("firstline agent --help"));
    assert_string_equal(o.tool, "help");
}

static void wrong_usage_names_what_is_wrong(void **state)
{
    static const char *const wrong[][2] = {
        {"firstline", "see firstline --help"},
        {"firstline server", "server"},
        {"firstline serve extra", "extra"},
        {"firstline serve --nope", "--nope"},
        {"firstline serve --listen", "--listen"},
        {"firstline serve --listen 8080", "--listen"},
        {"firstline serve --listen :8080", "--listen"},
        {"firstline serve --listen 127.0.0.1:", "--listen"},
        {"firstline serve --listen 127.0.0.1:99999", "--listen"},
        {"firstline serve --listen 127.0.0.1:80x", "--listen"},
        {"firstline serve --listen shop.example:80", "numeric"},
        {"firstline serve --listen [::1:80", "--listen"},
        {"firstline serve --listen 1.2.3:80", "--listen"},
        {"firstline serve --workers 0", "--workers"},
        {"firstline serve --workers 65", "--workers"},
        {"firstline serve --workers -1", "--workers"},
        {"firstline serve --workers two", "--workers"},
        {"firstline serve --per-address 1.5", "--per-address"},
        {"firstline serve --site a:b", "--site"},
        {"firstline serve --site {a}", "--site"},
        {"firstline serve --site=", "--site"},
        {"firstline serve --log-level loud", "--log-level"},
        {"firstline serve --tls-cert c", "--tls-key"},
        {"firstline serve --tls-key k", "--tls-cert"},
        {"firstline serve --durability maybe", "--durability"},
        {"firstline serve --durability replicated", "replicated needs --redis"},
        {"firstline serve --trusted-proxy everyone", "--trusted-proxy"},
        {"firstline serve --origin shop.example", "--origin"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (read_words(wrong[i][0])) {
            fail_msg("taken: %s", wrong[i][0]);
        }
        if (!strstr(why, wrong[i][1])) {
            fail_msg("%s: says %s", wrong[i][0], why);
        }
    }
}

static void the_identity_secret_comes_from_a_file_or_the_environment(void **state)
{
    char name[] = "/tmp/firstline-secret-XXXXXX", words[200];
    (void)state;
    int fd = mkstemp(name);
    assert_int_equal(write(fd, "0123456789abcdef\n", 17), 17);
    snprintf(words, sizeof words, "firstline serve --identity-secret-file %s", name);
    assert_true(read_words(words));
    assert_string_equal(o.identity_secret, "0123456789abcdef");
    assert_int_equal(ftruncate(fd, 15), 0);
    assert_false(read_words(words));
    assert_non_null(strstr(why, "16 to 512"));
    assert_null(strstr(why, "0123"));
    close(fd);
    unlink(name);
    assert_false(read_words(words));
    assert_non_null(strstr(why, "cannot be read"));
    setenv("FIRSTLINE_IDENTITY_SECRET", "fedcba9876543210", 1);
    assert_true(read_words("firstline serve"));
    assert_string_equal(o.identity_secret, "fedcba9876543210");
    setenv("FIRSTLINE_IDENTITY_SECRET", "short", 1);
    assert_false(read_words("firstline serve"));
    assert_true(read_words("firstline doctor"));
    char long_one[600];
    memset(long_one, 'x', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = 0;
    setenv("FIRSTLINE_IDENTITY_SECRET", long_one, 1);
    assert_false(read_words("firstline serve"));
    unsetenv("FIRSTLINE_IDENTITY_SECRET");
    assert_false(read_words("firstline serve --identity-secret 0123456789abcdef")); /* not on the command line */
}

static void a_redis_that_cannot_be_understood_is_wrong_usage(void **state)
{
    (void)state;
    assert_false(read_words("firstline serve --redis http://x"));
    assert_non_null(strstr(why, "--redis"));
    assert_true(read_words("firstline serve --redis redis://u:p@h:1/2"));
    assert_true(read_words("firstline serve --redis unix:/tmp/r"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(everything_at_once),
        cmocka_unit_test(the_environment_and_over_it_the_command_line),
        cmocka_unit_test(tools_get_their_own_words),
        cmocka_unit_test(wrong_usage_names_what_is_wrong),
        cmocka_unit_test(the_identity_secret_comes_from_a_file_or_the_environment),
        cmocka_unit_test(a_redis_that_cannot_be_understood_is_wrong_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
