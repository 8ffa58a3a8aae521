/* Redis urls, good and bad, and the counted table of channels. */
#include "router/channels.h"
#include "router/url.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
/* cmocka wants the ones above */
#include <cmocka.h>

static void good_urls(void **state)
{
    (void)state;
    static const struct {
        const char *text, *user, *password, *shown;
        int db;
    } rows[] = {
        {"redis://127.0.0.1", "", "", "127.0.0.1:6379", 0},
        {"redis://localhost:7000/3", "", "", "localhost:7000", 3},
        {"redis://:secret@h:1", "", "secret", "h:1", 0},
        {"redis://gw:s%40c%3Aret%2F@h:1/0", "gw", "s@c:ret/", "h:1", 0},
        {"redis://gw:a@b@h:1", "gw", "a@b", "h:1", 0},
        {"redis://[::1]:6380", "", "", "[::1]:6380", 0},
        {"redis://[fe80::1]", "", "", "[fe80::1]:6379", 0},
        {"unix:/run/redis/redis.sock", "", "", "/run/redis/redis.sock", 0},
        {"unix:///run/redis.sock", "", "", "/run/redis.sock", 0},
        {"sentinel://a:1,b,[::1]:3/shop", "", "", "the master \"shop\"", 0},
        {"sentinel://gw:s%2Fx@a:1/shop/2", "gw", "s/x", "the master \"shop\"", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct redis_url url;
        char why[200] = "", shown[300];
        assert_true(redis_url_read(rows[i].text, &url, why, sizeof why));
        redis_url_show(&url, shown, sizeof shown);
        assert_string_equal(shown, rows[i].shown);
        assert_string_equal(url.user, rows[i].user);
        assert_string_equal(url.password, rows[i].password);
        assert_int_equal(url.db, rows[i].db);
    }
}

static void sentinels_are_listed(void **state)
{
    (void)state;
    struct redis_url url;
    char why[200];
    assert_true(redis_url_read("sentinel://a:1,b,[::1]:3/shop", &url, why, sizeof why));
    assert_int_equal(url.n_sentinels, 3);
    assert_string_equal(url.sentinel[0].host, "a");
    assert_int_equal(url.sentinel[0].port, 1);
    assert_string_equal(url.sentinel[1].host, "b");
    assert_int_equal(url.sentinel[1].port, 26379);
    assert_string_equal(url.sentinel[2].host, "::1");
    assert_int_equal(url.sentinel[2].port, 3);
    assert_string_equal(url.master, "shop");
    assert_string_equal(url.host, "");
}

static void bad_urls_are_refused_without_the_password(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "localhost:6379",
        "http://h",
        "rediss://h",
        "redis://",
        "redis://:6379",
        "redis://h:",
        "redis://h:0",
        "redis://h:65536",
        "redis://h:-1",
        "redis://h:1x",
        "redis://h/x",
        "redis://h/99999999",
        "redis://u:topsecret%zz@h",
        "redis://u:topsecret%0@h",
        "redis://u:topsecret%00@h",
        "redis://u:topsecret@",
        "redis://[::1",
        "redis://[::1]x",
        "unix:",
        "unix:relative.sock",
        "sentinel://a:1",
        "sentinel://a:1/",
        "sentinel:///shop",
        "sentinel://a:1,/shop",
        "sentinel://,a:1/shop",
        "sentinel://a:0/shop",
        "sentinel://a:1/shop/x",
        "sentinel://u:topsecret%zz@a:1/shop",
        "sentinel://a,b,c,d,e,f,g,h,i/shop",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct redis_url url;
        char why[200] = "";
        if (redis_url_read(rows[i], &url, why, sizeof why))
            print_error("%s was taken\n", rows[i]);
        assert_false(redis_url_read(rows[i], &url, why, sizeof why));
        assert_true(strlen(why) > 10);
        assert_null(strstr(why, "topsecret"));
    }
    struct redis_url url;
    char deep[200], why[200];
    snprintf(deep, sizeof deep, "unix:/%0120d", 7);
    assert_false(redis_url_read(deep, &url, why, sizeof why));
}

static struct span name_of(char *text, size_t size, int i)
{
    int n = snprintf(text, size, "chat:%d", i);
    return (struct span){text, (size_t)n};
}

static void channels_are_counted(void **state)
{
    (void)state;
    struct channels c = {0};
    char text[32];
    assert_null(channels_find(&c, name_of(text, sizeof text, 1)));
    assert_false(channels_remove(&c, name_of(text, sizeof text, 1)));
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 5000; i++)
            assert_non_null(channels_add(&c, name_of(text, sizeof text, i)));
    assert_int_equal(c.used, 5000);
    for (int i = 0; i < 5000; i++) {
        assert_int_equal(channels_find(&c, name_of(text, sizeof text, i))->count, 2);
        assert_false(channels_remove(&c, name_of(text, sizeof text, i)));
        assert_true(channels_remove(&c, name_of(text, sizeof text, i)));
        assert_null(channels_find(&c, name_of(text, sizeof text, i)));
    }
    assert_int_equal(c.used, 0);
    channels_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_urls),
        cmocka_unit_test(sentinels_are_listed),
        cmocka_unit_test(bad_urls_are_refused_without_the_password),
        cmocka_unit_test(channels_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
