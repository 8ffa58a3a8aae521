/* Tokens, passwords, cookies, origins, upgrades, addresses and login limits, from tables. */
#include "gateway/auth.h"
#include <arpa/inet.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
/* cmocka wants the ones above */
#include <cmocka.h>

static struct span span(const char *text)
{
    return (struct span){text, strlen(text)};
}

static void tokens_are_random_and_hashed(void **state)
{
    (void)state;
    char a[AUTH_TOKEN_LEN + 1], b[AUTH_TOKEN_LEN + 1], hash[65], vid[33];
    auth_token_new(a);
    auth_token_new(b);
    assert_int_equal(strlen(a), AUTH_TOKEN_LEN);
    assert_string_not_equal(a, b);
    assert_true(auth_token_valid(span(a)) && auth_token_valid(span(b)));
    auth_token_hash(span("abc"), hash);
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    auth_visitor_id(span("abc"), vid);
    assert_string_equal(vid, "ba7816bf8f01cfea414140de5dae2223");
}

static void malformed_tokens_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "short",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc4\x85",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa["};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(auth_token_valid(span(bad[i])));
    assert_false(auth_token_valid((struct span){"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0", 32}));
}

static void passwords_are_hashed_with_argon2id(void **state)
{
    (void)state;
    char hash[AUTH_HASH_SIZE], other[AUTH_HASH_SIZE];
    assert_true(auth_password_hash(span("correct horse battery"), hash));
    assert_true(auth_password_hash(span("correct horse battery"), other));
    assert_memory_equal(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
    assert_string_not_equal(hash, other);
    assert_true(auth_password_right(hash, span("correct horse battery")));
    assert_false(auth_password_right(hash, span("correct horse batterY")));
    assert_false(auth_password_right(hash, span("")));
    assert_false(auth_password_right("", span("correct horse battery")));
    assert_false(auth_password_right("", span("")));
    assert_false(auth_password_right("no hash at all", span("x")));
}

static void weak_passwords_are_refused(void **state)
{
    (void)state;
    char longest[AUTH_PASSWORD_MAX + 2];
    memset(longest, 'x', sizeof longest - 1);
    longest[0] = 'y';
    longest[sizeof longest - 1] = '\0';
    assert_non_null(auth_password_refusal(span("123456789")));
    assert_non_null(auth_password_refusal(span("aaaaaaaaaaaa")));
    assert_non_null(auth_password_refusal(span(longest)));
    assert_null(auth_password_refusal(span("1234567890")));
    assert_null(auth_password_refusal(span("slapta\xc5\xbe"
                                           "odis")));
    assert_null(auth_password_refusal((struct span){longest, AUTH_PASSWORD_MAX}));
}

static void basic_is_taken_apart(void **state)
{
    (void)state;
    struct basic b;
    char header[400], encoded[380], plain[260];
    assert_true(auth_basic(span("Basic YW5hOnBhc3M6d29yZA=="), &b)); /* ana:pass:word */
    assert_string_equal(b.user, "ana");
    assert_string_equal(b.password, "pass:word");
    assert_int_equal(b.password_len, 9);
    assert_true(auth_basic(span("basic   YW5hOg=="), &b)); /* ana: */
    assert_int_equal(b.password_len, 0);
    auth_basic_forget(&b);
    assert_string_equal(b.user, "");
    static const char *const bad[] = {"",
                                      "Basic",
                                      "Basic ",
                                      "Bearer YW5hOnBhc3M=",
                                      "Basic YW5h",
                                      "Basic OnBhc3M=",
                                      "Basic YW5hOnBhc3M",
                                      "Basic YW5hOnBhc3M=x",
                                      "Basic YW5hOnBh c3M=",
                                      "Basic AGFuYTpw" /* a NUL */,
                                      "YW5hOnBhc3M="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(auth_basic(span(bad[i]), &b));
    snprintf(plain, sizeof plain, "ana:%0200d", 1);
    sodium_bin2base64(encoded, sizeof encoded, (unsigned char *)plain, strlen(plain), sodium_base64_VARIANT_ORIGINAL);
    snprintf(header, sizeof header, "Basic %s", encoded);
    assert_false(auth_basic(span(header), &b));
}

static void agent_ids(void **state)
{
    (void)state;
    assert_true(auth_agent_id(span("ana")) && auth_agent_id(span("a.b-c_9")));
    assert_true(auth_agent_id(span("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
    static const char *const bad[] = {"",    "Ana", "a b", "a:b",
                                      "{x}", "a/b", "a\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(auth_agent_id(span(bad[i])));
}

#define TOKEN "abcdefghijklmnopqrstuvwxyz012345"

static void cookies(void **state)
{
    (void)state;
    struct span token;
    char line[160];
    assert_true(auth_cookie(span("a=b; firstline=" TOKEN "; c=d"), false, &token));
    assert_memory_equal(token.at, TOKEN, 32);
    assert_true(auth_cookie(span("__Host-firstline=" TOKEN), true, &token));
    assert_false(auth_cookie(span("firstline=" TOKEN), true, &token));
    assert_false(auth_cookie(span("__Host-firstline=" TOKEN), false, &token));
    assert_false(auth_cookie(span(""), false, &token));
    assert_false(auth_cookie(span("xfirstline=" TOKEN), false, &token));
    assert_false(auth_cookie(span("firstline"), false, &token));
    assert_false(auth_cookie(span("firstline=short; firstline=" TOKEN), false, &token));
    assert_false(auth_cookie(span(";;;=;=; ;"), false, &token));
    assert_true(auth_cookie_header(TOKEN, true, line, sizeof line));
    assert_string_equal(line, "__Host-firstline=" TOKEN "; Path=/; HttpOnly; SameSite=Strict; Secure");
    assert_true(auth_cookie_header(NULL, false, line, sizeof line));
    assert_string_equal(line, "firstline=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    assert_false(auth_cookie_header(TOKEN, true, line, 40));
}

static void signed_identity(void **state)
{
    (void)state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char hex[2 * sizeof mac + 1];
    crypto_auth_hmacsha256_state s;
    crypto_auth_hmacsha256_init(&s, (const unsigned char *)"the secret", 10);
    crypto_auth_hmacsha256_update(&s, (const unsigned char *)"shop-user-7|2000000000", 22);
    crypto_auth_hmacsha256_final(&s, mac);
    sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
    struct identity who = {span("shop-user-7"), span("2000000000"), span(hex)};
    assert_true(auth_identity_right(span("the secret"), &who, 1999999999));
    assert_false(auth_identity_right(span("the secret"), &who, 2000000000));
    assert_false(auth_identity_right(span("another"), &who, 1));
    assert_false(auth_identity_right(span(""), &who, 1));
    who.id = span("shop-user-8");
    assert_false(auth_identity_right(span("the secret"), &who, 1));
    who = (struct identity){span("shop-user-7"), span("2000000001"), span(hex)};
    assert_false(auth_identity_right(span("the secret"), &who, 1));
    who = (struct identity){span("shop-user-7"), span("-1"), span(hex)};
    assert_false(auth_identity_right(span("the secret"), &who, -5));
    hex[0] = 'x';
    who = (struct identity){span("shop-user-7"), span("2000000000"), span(hex)};
    assert_false(auth_identity_right(span("the secret"), &who, 1));
    who.hmac = span("");
    assert_false(auth_identity_right(span("the secret"), &who, 1));
}

static void origins(void **state)
{
    (void)state;
    static const char *const listed[] = {"https://shop.example", "http://localhost:3000"};
    static const struct {
        const char *origin, *host;
        bool secure, own, allowed;
    } rows[] = {
        {"", "chat.example", false, false, true},
        {"http://chat.example", "chat.example", false, true, true},
        {"http://chat.example:80", "chat.example", false, true, true},
        {"https://chat.example", "chat.example:443", true, true, true},
        {"https://chat.example", "chat.example", false, true, true}, /* a TLS proxy in front */
        {"http://chat.example", "chat.example", true, false, false}, /* plain page, TLS gateway */
        {"HTTPS://Chat.Example", "chat.example", true, true, true},
        {"http://chat.example:8080", "chat.example:8080", false, true, true},
        {"http://chat.example:8080", "chat.example", false, false, false},
        {"http://chat.example", "chat.example:8080", false, false, false},
        {"http://[::1]:8080", "[::1]:8080", false, true, true},
        {"https://shop.example", "chat.example", false, false, true},
        {"https://SHOP.example", "chat.example", false, false, true},
        {"http://shop.example", "chat.example", false, false, false},
        {"https://shop.example.evil", "chat.example", false, false, false},
        {"https://shop.example:444", "chat.example", false, false, false},
        {"https://sub.shop.example", "chat.example", false, false, false},
        {"https://shop.example/", "chat.example", false, false, false},
        {"null", "chat.example", false, false, false},
        {"file://", "", false, false, false},
        {"http://", "", false, false, false},
        {"https://evil@chat.example", "chat.example", false, false, false},
        {"http://localhost:3000", "chat.example", false, false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (auth_origin_own(span(rows[i].origin), span(rows[i].host), rows[i].secure) != rows[i].own ||
            auth_origin_allowed(span(rows[i].origin), span(rows[i].host), rows[i].secure, 2, listed) != rows[i].allowed)
            fail_msg("origin %s at host %s", rows[i].origin, rows[i].host);
    }
}

static void listed_origins_are_checked(void **state)
{
    (void)state;
    static const char *const good[] = {"https://shop.example", "http://localhost:3000", "http://[::1]:80"};
    static const char *const bad[] = {"",
                                      "*",
                                      "shop.example",
                                      "https://",
                                      "https://*.example",
                                      "https://shop.example/",
                                      "https://shop.example/x",
                                      "https://u@shop.example",
                                      "ftp://shop.example",
                                      "https://a b",
                                      "https://:80"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_null(auth_origin_refusal(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(auth_origin_refusal(bad[i]));
}

static void upgrades(void **state)
{
    (void)state;
    static const char *const listed[] = {"https://shop.example"};
    const struct upgrade right = {.upgrade = span("websocket"),
                                  .version = span("13"),
                                  .key = span("dGhlIHNhbXBsZSBub25jZQ=="),
                                  .protocol = span("firstline.visitor.v1"),
                                  .origin = span("https://shop.example"),
                                  .host = span("chat.example"),
                                  .get = true};
    int status = -1;
    assert_null(auth_upgrade_refusal(&right, 1, listed, &status));
    assert_int_equal(status, 0);
    struct upgrade u = right;
    u.get = false;
    assert_non_null(auth_upgrade_refusal(&u, 1, listed, &status));
    assert_int_equal(status, 400);
    static const char *const versions[] = {"", "12", "013", "13, 13", "14", "13 "};
    for (size_t i = 0; i < 6; i++) {
        u = right;
        u.version = span(versions[i]);
        assert_non_null(auth_upgrade_refusal(&u, 1, listed, &status));
        assert_int_equal(status, 426);
    }
    static const char *const keys[] = {"",
                                       "a",
                                       "dGhlIHNhbXBsZSBub25jZQ=",
                                       "dGhlIHNhbXBsZSBub25jZQ===",
                                       "dGhlIHNhbXBsZSBub25jZ!==",
                                       "AAAAAAAAAAAAAAAAAAAAAAAA"};
    for (size_t i = 0; i < 6; i++) {
        u = right;
        u.key = span(keys[i]);
        assert_non_null(auth_upgrade_refusal(&u, 1, listed, &status));
    }
    static const char *const protocols[] = {"", "firstline.agent.v1", "firstline.visitor.v2", "Firstline.visitor.v1",
                                            "firstline.visitor.v1, other"};
    for (size_t i = 0; i < 5; i++) {
        u = right;
        u.protocol = span(protocols[i]);
        assert_non_null(auth_upgrade_refusal(&u, 1, listed, &status));
    }
    u = right;
    u.upgrade = span("h2c");
    assert_non_null(auth_upgrade_refusal(&u, 1, listed, &status));
    u = right;
    u.origin = span("https://evil.example");
    assert_non_null(auth_upgrade_refusal(&u, 1, listed, &status));
    assert_int_equal(status, 403);
    /* A listed shop may embed the widget, not open an agent's socket. */
    u = right;
    u.agent = true;
    u.protocol = span("firstline.agent.v1");
    assert_non_null(auth_upgrade_refusal(&u, 1, listed, &status));
    u.origin = span("https://chat.example");
    assert_null(auth_upgrade_refusal(&u, 1, listed, &status));
}

static struct address address(const char *text)
{
    struct address a;
    assert_true(auth_address(span(text), &a));
    return a;
}

static void networks(void **state)
{
    (void)state;
    static const struct {
        const char *net, *in, *out;
    } rows[] = {
        {"10.0.0.0/8", "10.255.1.2", "11.0.0.1"},
        {"127.0.0.1", "127.0.0.1", "127.0.0.2"},
        {"192.168.4.0/22", "192.168.7.9", "192.168.8.0"},
        {"::1", "::1", "::2"},
        {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"},
        {"10.0.0.0/8", "::ffff:10.1.1.1", "::10.1.1.1"},
        {"::/0", "8.8.8.8", NULL},
        {"0.0.0.0/0", "8.8.8.8", "2001:db8::1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct network net;
        struct address in = address(rows[i].in);
        assert_true(auth_network(rows[i].net, &net));
        assert_true(auth_network_holds(&net, &in));
        if (rows[i].out) {
            struct address out = address(rows[i].out);
            assert_false(auth_network_holds(&net, &out));
        }
    }
    static const char *const bad[] = {"",         "/8",   "10.0.0.0/",   "10.0.0.0/33",  "::/129", "10.0.0.0/-1",
                                      "10.0.0/8", "host", "10.0.0.0/8x", "10.0.0.0/0008"};
    struct network net;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(auth_network(bad[i], &net));
}

static void clients_behind_proxies(void **state)
{
    (void)state;
    static const struct {
        const char *peer, *forwarded, *client;
    } rows[] = {
        {"203.0.113.9", "", "203.0.113.9"},
        {"203.0.113.9", "1.2.3.4", "203.0.113.9"}, /* not trusted: what it says is nothing */
        {"10.0.0.1", "1.2.3.4", "1.2.3.4"},
        {"10.0.0.1", "", "10.0.0.1"},
        {"10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"}, /* the client wrote the first one itself */
        {"10.0.0.1", "1.2.3.4, 10.0.0.7", "1.2.3.4"},
        {"10.0.0.1", "10.0.0.5, 10.0.0.7", "10.0.0.5"},
        {"10.0.0.1", "1.2.3.4, nonsense", "10.0.0.1"},
        {"10.0.0.1", ",,,", "10.0.0.1"},
        {"10.0.0.1", " 2001:db8::1 ", "2001:db8::1"},
    };
    struct network trusted;
    assert_true(auth_network("10.0.0.0/8", &trusted));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct address peer = address(rows[i].peer);
        struct address found = auth_client(&peer, span(rows[i].forwarded), 1, &trusted);
        char text[INET6_ADDRSTRLEN];
        auth_address_text(&found, text);
        assert_string_equal(text, rows[i].client);
    }
    struct address near = address("10.0.0.1"), far = address("203.0.113.9");
    assert_true(auth_forwarded_https(&near, span("https"), 1, &trusted));
    assert_false(auth_forwarded_https(&near, span("http"), 1, &trusted));
    assert_false(auth_forwarded_https(&far, span("https"), 1, &trusted));
    assert_true(auth_address_inside(&near));
    assert_false(auth_address_inside(&far));
}

static void attempts_are_limited_by_the_minute(void **state)
{
    (void)state;
    static struct attempts a;
    char other[16];
    auth_attempts_init(&a);
    for (int i = 0; i < 10; i++)
        assert_int_equal(auth_attempt(&a, 'n', span("ana"), 10, 1000 + i), 0);
    assert_int_equal(auth_attempt(&a, 'n', span("ana"), 10, 2000), 59);
    assert_int_equal(auth_attempt(&a, 'n', span("ana"), 10, 60999), 1);
    assert_int_equal(auth_attempt(&a, 'a', span("ana"), 10, 2000), 0);
    assert_int_equal(auth_attempt(&a, 'n', span("ben"), 10, 2000), 0);
    assert_int_equal(auth_attempt(&a, 'n', span("ana"), 10, 61000), 0);
    /* Many other keys cannot make the table forget the newest of them, nor refuse a stranger. */
    for (int i = 0; i < 20000; i++) {
        snprintf(other, sizeof other, "k%d", i);
        assert_int_equal(auth_attempt(&a, 'n', span(other), 1, 100000 + i), 0);
    }
    assert_true(auth_attempt(&a, 'n', span("k19999"), 1, 120000) > 0);
}

int main(void)
{
    if (!auth_start())
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_random_and_hashed),
        cmocka_unit_test(malformed_tokens_are_refused),
        cmocka_unit_test(passwords_are_hashed_with_argon2id),
        cmocka_unit_test(weak_passwords_are_refused),
        cmocka_unit_test(basic_is_taken_apart),
        cmocka_unit_test(agent_ids),
        cmocka_unit_test(cookies),
        cmocka_unit_test(signed_identity),
        cmocka_unit_test(origins),
        cmocka_unit_test(listed_origins_are_checked),
        cmocka_unit_test(upgrades),
        cmocka_unit_test(networks),
        cmocka_unit_test(clients_behind_proxies),
        cmocka_unit_test(attempts_are_limited_by_the_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
