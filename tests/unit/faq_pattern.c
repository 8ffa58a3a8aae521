/* The bounds of users' regexes: literals, refusals, limits, and the worst that still loads. */
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

#include <stdbool.h>
#include <time.h>

#include "faq/matcher.h"
#include "faq/normalise.h"
#include "faq/pattern.h"

struct literal {
    const char *regex, *expected;
};

static const struct literal literals[] = {
    {"return", "return"},
    {"ret", "ret"},
    {"re", ""},
    {"^ my order \\d+ ", " my order "},
    {"order.*number", "number"},
    {"colou?r", "colo"},
    {"orders*", "order"},
    {"orders+", "orders"},
    {"order{0,3}", "orde"},
    {"(?:a|b) parcel", " parcel"},
    {"(foo)? parcel", " parcel"},
    {"(foo(bar)) parcel", " parcel"},
    {"parcel|order", ""},
    {"[parcel]", ""},
    {"[^]parcel] order", " order"},
    {"[[:alpha:]x] order", " order"},
    {"\\border\\b", "order"},
    {"\\x6frder", ""},
    {"\\Qa.b\\Eorder", ""},
    {"(?i)order", ""},
    {"(?=order) parcel", " parcel"},
    {"order\\", ""},
    {"(order", ""},
    {"退货款?", "退货"},
    {"سفارش", "سفارش"},
    {"", ""},
};

static void finds_literals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        char out[PATTERN_LITERAL_BYTES];
        pattern_literal(literals[i].regex, out);
        if (strcmp(out, literals[i].expected) != 0) {
            print_error("%s: \"%s\", wanted \"%s\"\n", literals[i].regex, out, literals[i].expected);
        }
        assert_string_equal(out, literals[i].expected);
    }
    char longest[400];
    char out[PATTERN_LITERAL_BYTES];
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    pattern_literal(longest, out);
    assert_int_equal(strlen(out), PATTERN_LITERAL_BYTES - 1);
}

/* Shapes that blow up: some are refused, and those which load stay quick or give up. */
static const char *const hostile[] = {
    "(a+)+$",
    "(a|a)*b",
    "(a|aa)+$",
    "(.*a){12}",
    "(.*)*x",
    ".*.*.*x",
    ".*a.*b.*c.*d",
    "(?:x+x+)+y",
    "([a-z]+)*1",
    "( ?[a-z]+ ?)*!",
    "(\\w+\\s?)+$",
    "(\\w+ )*\\d",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(a?){30}a{30}",
    "(?:a*)*b",
    "(a*)*\\1b",
    "(?R)?x",
    "(a(?1)?b)",
    "((a+)(b+))+c",
    "\\S*\\S*\\S*\\S*z",
    "(?=(.*a){5})(?=(.*b){5})",
    "return.*order.*parcel.*label",
    "(?:a|b|c)*(?:a|c)*(?:a|b)*0",
    "(?:a|b|c)*(?:a|c)*(?:a|b)*(?:b|a)*0",
    "([ab]|[bc])*([a]|[b])*([ab])*[0-9]",
};

static int64_t thread_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void fill(char *text, size_t len, const char *piece)
{
    size_t n = strlen(piece);
    for (size_t i = 0; i < len; i++) {
        text[i] = piece[i % n];
    }
    text[0] = ' ';
    text[len - 1] = ' ';
}

#if defined(__SANITIZE_ADDRESS__)
enum { ALLOWED_US = 20000 }; /* not JIT's code, but all around it is slower */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { ALLOWED_US = 20000 };
#else
enum { ALLOWED_US = 5000 };
#endif
#else
enum { ALLOWED_US = 5000 };
#endif

static void bounds_hostile_patterns(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "a",    "ab", "a ",      "x", "abc ", "return order parcel labe ", "aaaaaaaaaaab", "z",
        "ab c", "a1", "return ", "é", "  "};
    struct pattern_desk *d = pattern_desk_open();
    size_t refused = 0;
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        char why[400] = "";
        struct pattern *p = pattern_from_regex(d, hostile[i], why, sizeof why);
        if (p == NULL) {
            refused++;
            assert_non_null(strstr(why, "regex is too slow: it needs"));
            assert_non_null(strstr(why, "µs"));
            continue;
        }
        for (size_t k = 0; k < sizeof pieces / sizeof pieces[0]; k++) {
            char text[PATTERN_TEXT_BYTES];
            fill(text, sizeof text, pieces[k]);
            int64_t best = INT64_MAX;
            for (int round = 0; round < 3; round++) {
                int64_t start = thread_us();
                (void)pattern_match(d, p, text, sizeof text);
                int64_t took = thread_us() - start;
                best = took < best ? took : best;
            }
            if (best > ALLOWED_US) {
                print_error("%s on \"%s…\": %lld µs\n", hostile[i], pieces[k], (long long)best);
            }
            assert_true(best <= ALLOWED_US);
        }
        pattern_free(p);
    }
    print_message("%zu of %zu hostile patterns are refused\n", refused, sizeof hostile / sizeof hostile[0]);
    assert_true(refused > 0);
    pattern_desk_close(d);
}

static void the_limit_is_silence(void **state)
{
    (void)state;
    char why[400] = "";
    char text[PATTERN_TEXT_BYTES];
    struct pattern_desk *d = pattern_desk_open();
    struct pattern *p = pattern_from_regex(d, "(a+)+$", why, sizeof why);
    assert_non_null(p); /* the match limit ends it early enough to be let in */
    assert_int_equal(pattern_match(d, p, " aaa", 4), PATTERN_YES);
    fill(text, sizeof text, "a");
    assert_int_equal(pattern_match(d, p, text, sizeof text), PATTERN_OVER);
    pattern_free(p);
    pattern_desk_close(d);

    static const char yaml[] = "entries:\n  - id: a\n    link: /x\n    title: T\n    answer: A\n    regex: '(a+)+$'\n"
                               "  - id: b\n    link: /x\n    title: T\n    answer: A\n    when: [[b]]\n";
    char reason[400] = "";
    struct rules *r = rules_read_yaml("f", yaml, sizeof yaml - 1, reason, sizeof reason);
    struct matcher *m = matcher_compile(r, reason, sizeof reason);
    assert_non_null(m);
    char message[500] = "b ";
    memset(message + 2, 'a', 400);
    message[402] = '\0';
    struct match match = matcher_match(m, message, 402); /* b matches, but whether a does is not known */
    assert_false(match.found);
    assert_true(match.ambiguous);
    match = matcher_match(m, "b", 1);
    assert_true(match.found);
    matcher_free(m);
    rules_free(r);
}

static void nothing_to_free(void **state)
{
    (void)state;
    pattern_free(NULL);
    pattern_desk_close(NULL);
    assert_int_equal(pattern_bytes(NULL), 0);
}

/* --- words: the trie says what looking for one word after the other says ---------------------------------------------
 */

static uint32_t seed = 5;

static uint32_t draw(uint32_t n)
{
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 16) % n;
}

/* One to four syllables, so that words begin alike, go on in each other, and come with and without spaces. */
static size_t babble(char *out, size_t syllables)
{
    static const char *const all[] = {"a", "ab", "b", " a", " b", "ба", "退 ", "می", " می", " خر", "خ", "1"};
    size_t used = 0;
    for (size_t i = 0; i < syllables; i++) {
        used += (size_t)sprintf(out + used, "%s", all[draw(sizeof all / sizeof all[0])]);
    }
    return used;
}

static void fold_babble(struct arena *a, struct group *g)
{
    char written[64];
    for (size_t i = 0; i < g->n;) {
        size_t n = babble(written, 1 + draw(4));
        if (draw(3) == 0 && written[n - 1] != ' ') {
            memcpy(written + n, "*", 2);
        }
        char *kept = arena_copy(a, written, strlen(written));
        i += term_fold(a, kept, &g->terms[i]);
    }
}

static void words_match_as_terms_do(void **state)
{
    (void)state;
    struct pattern_desk *d = pattern_desk_open();
    size_t found = 0;
    for (int round = 0; round < 400; round++) {
        struct arena a = {0};
        struct term terms[12];
        struct group g = {.terms = terms, .n = 1 + draw(12)};
        char why[200] = "", text[200], folded[256];
        fold_babble(&a, &g);
        struct pattern *p = pattern_from_group(&g, why, sizeof why);
        assert_non_null(p);
        for (int i = 0; i < 60; i++) {
            bool wanted = false;
            size_t n = normalise(text, babble(text, 1 + draw(9)), folded, sizeof folded);
            for (size_t k = 0; k < g.n; k++) {
                wanted = wanted || term_in(&terms[k], folded);
            }
            if ((pattern_match(d, p, folded, n) == PATTERN_YES) != wanted) {
                print_error("round %d: \"%s\"\n", round, folded);
                fail();
            }
            found += wanted;
        }
        pattern_free(p);
        arena_free(&a);
    }
    assert_true(found > 4000 && found < 20000);
    pattern_desk_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_literals),          cmocka_unit_test(words_match_as_terms_do),
        cmocka_unit_test(bounds_hostile_patterns), cmocka_unit_test(the_limit_is_silence),
        cmocka_unit_test(nothing_to_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
