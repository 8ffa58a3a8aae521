/* Rule files: what is read, what is refused and with which line, and what comes out again. */
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

#include "faq/rules.h"

#define GOOD "  - id: returns\n    link: /help\n    title: {en: Returns}\n    answer: {en: Send it back.}\n"

struct refusal {
    const char *yaml;
    const char *place;  /* how the sentence begins */
    const char *reason; /* a part of it */
};

static const struct refusal refusals[] = {
    {"", "f.yaml:1: ", "empty"},
    {"entries: [", "f.yaml:2: ", "not YAML"},
    {"entries:\n  - id: a\n   link: /x\n", "f.yaml:3: ", "not YAML"},
    {"entries:\n  - id: \"a\n", "f.yaml:", "not YAML"},
    {"entries: []\n---\nentries: []\n", "f.yaml:3: ", "second document"},
    {"entries: 3\n", "f.yaml:1: ", "a list of entries is expected"},
    {"rules: []\n", "f.yaml:1: ", "no member 'rules'"},
    {"hello\n", "f.yaml:1: ", "a list of entries is expected"},
    {"entries:\n  - returns\n", "f.yaml:2: ", "begins with `- id"},
    {"entries:\n  - link: /x\n", "f.yaml:2: ", "has no id"},
    {"entries:\n  - id: -x\n", "f.yaml:2: ", "an id is 1 to 64"},
    {"entries:\n  - id: a b\n", "f.yaml:2: ", "an id is 1 to 64"},
    {"entries:\n  - id: [a]\n", "f.yaml:2: ", "an id is 1 to 64"},
    {"entries:\n  - id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
     "f.yaml:2: ", "an id is 1 to 64"},
    {"entries:\n" GOOD "    when: [[a]]\n" GOOD "    when: [[b]]\n",
     "f.yaml:7: ", "'returns' is already taken (line 2)"},
    {"entries:\n" GOOD "    when: [[a]]\n    wen: [[b]]\n", "f.yaml:7: entry 'returns': ", "no member 'wen'"},
    {"entries:\n" GOOD "    when: [[a]]\n    when: [[b]]\n", "f.yaml:7: ", "'when' is given twice"},
    {"entries:\n" GOOD, "f.yaml:2: entry 'returns': ", "when is missing"},
    {"entries:\n  - id: a\n    link: /x\n    title: {en: T}\n    when: [[b]]\n",
     "f.yaml:2: entry 'a': ", "answer is missing"},
    {"entries:\n  - id: a\n    answer: {en: A}\n    title: {en: T}\n    when: [[b]]\n",
     "f.yaml:2: entry 'a': ", "link is missing"},
    {"entries:\n  - id: a\n    link: /x\n    answer: {en: A}\n    when: [[b]]\n",
     "f.yaml:2: entry 'a': ", "title is missing"},
    {"entries:\n  - id: a\n    link: /x\n    title: {en: T}\n    answer: {en: A, lt: B}\n    when: [[b]]\n",
     "f.yaml:2: ", "title is missing in 'lt'"},
    {"entries:\n  - id: a\n    link: javascript:alert(1)\n", "f.yaml:3: entry 'a': ", "link must begin with"},
    {"entries:\n  - id: a\n    link: //evil.example\n", "f.yaml:3: entry 'a': ", "link must begin with"},
    {"entries:\n  - id: a\n    link: data:text/html,x\n", "f.yaml:3: entry 'a': ", "link must begin with"},
    {"entries:\n  - id: a\n    link: '/a b'\n", "f.yaml:3: entry 'a': ", "link holds a space"},
    {"entries:\n  - id: a\n    link: '/a\"b'\n", "f.yaml:3: entry 'a': ", "link holds a space"},
    {"entries:\n  - id: a\n    title:\n      english: T\n",
     "f.yaml:4: entry 'a': ", "'english' is not a language code"},
    {"entries:\n  - id: a\n    title: [T]\n", "f.yaml:3: entry 'a': ", "title must be a text"},
    {"entries:\n  - id: a\n    title: {en: ' '}\n", "f.yaml:3: entry 'a': ", "title is empty"},
    {"entries:\n  - id: a\n    answer: {en: [x]}\n", "f.yaml:3: entry 'a': ", "must be a plain text"},
    {"entries:\n" GOOD "    when: often\n", "f.yaml:6: entry 'returns': ", "when must be a list of groups"},
    {"entries:\n" GOOD "    when: []\n", "f.yaml:6: entry 'returns': ", "1 to 16 groups"},
    {"entries:\n" GOOD "    when: [[]]\n", "f.yaml:6: entry 'returns': ", "a list of 1 to 512 words"},
    {"entries:\n" GOOD "    when:\n      en: [[[a]]]\n", "f.yaml:7: entry 'returns': ", "must not hold lists"},
    {"entries:\n" GOOD "    when:\n      en/x: [[a]]\n",
     "f.yaml:7: entry 'returns': ", "'en/x' is not a language code"},
    {"entries:\n" GOOD "    when: [[b*d]]\n", "f.yaml:6: entry 'returns': ", "a star may only be the last"},
    {"entries:\n" GOOD "    when: [['b *']]\n", "f.yaml:6: entry 'returns': ", "right behind letters"},
    {"entries:\n" GOOD "    when:\n      - [a,\n         '?!']\n",
     "f.yaml:8: entry 'returns': ", "no letters or digits"},
    {"entries:\n" GOOD "    when: [[a]]\n    not: []\n", "f.yaml:7: entry 'returns': ", "a list of 1 to 512 words"},
    {"entries:\n" GOOD "    when: [[a]]\n    not: {xx/2: [b]}\n", "f.yaml:7: entry 'returns': ", "not a language code"},
    {"entries:\n" GOOD "    regex: []\n", "f.yaml:6: entry 'returns': ", "regex must be one pattern"},
    {"entries:\n" GOOD "    when: [[a]]\n    shadow: maybe\n", "f.yaml:7: entry 'returns': ", "true or false"},
    {"entries:\n" GOOD "    when: [[a]]\n    yes:\n      - a\n      - {b: c}\n",
     "f.yaml:9: entry 'returns': ", "an example is one sentence"},
    {"entries:\n" GOOD "    when: [[a]]\n    no: {en: [a]}\n", "f.yaml:7: entry 'returns': ", "no must be a list"},
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        char why[512] = "";
        struct rules *r = rules_read_yaml("f.yaml", refusals[i].yaml, strlen(refusals[i].yaml), why, sizeof why);
        if (r != NULL || strncmp(why, refusals[i].place, strlen(refusals[i].place)) != 0 ||
            strstr(why, refusals[i].reason) == NULL) {
            print_error("row %zu: wanted \"%s… %s\", got \"%s\"\n%s\n", i, refusals[i].place, refusals[i].reason, why,
                        refusals[i].yaml);
        }
        assert_null(r);
        assert_int_equal(strncmp(why, refusals[i].place, strlen(refusals[i].place)), 0);
        assert_non_null(strstr(why, refusals[i].reason));
        assert_null(strchr(why, '\n'));
    }
}

/* A text of n times the same piece between two others, malloc'd. */
static char *text_of(const char *before, const char *piece, size_t n, const char *after)
{
    size_t len = strlen(piece);
    char *text = malloc(strlen(before) + n * len + strlen(after) + 1);
    char *at = stpcpy(text, before);
    for (size_t i = 0; i < n; i++) {
        at = stpcpy(at, piece);
    }
    (void)stpcpy(at, after);
    return text;
}

static void expect_limit(const char *before, const char *piece, size_t most, const char *after, const char *reason)
{
    for (size_t extra = 0; extra < 2; extra++) {
        char why[512] = "";
        char *text = text_of(before, piece, most + extra, after);
        struct rules *r = rules_read_yaml("f.yaml", text, strlen(text), why, sizeof why);
        if ((r != NULL) != (extra == 0)) {
            print_error("%s: %s\n", reason, why);
        }
        assert_int_equal(r != NULL, extra == 0);
        assert_true(extra == 0 || strstr(why, reason) != NULL);
        rules_free(r);
        free(text);
    }
}

static void obeys_limits(void **state)
{
    (void)state;
    expect_limit("entries:\n  - id: a\n    link: /x\n    when: [[b]]\n    answer: {en: A}\n    title: {en: ", "ž",
                 RULES_TITLE_POINTS, "}\n", "title has 201");
    expect_limit("entries:\n  - id: a\n    link: /x\n    when: [[b]]\n    title: {en: A}\n    answer: {en: ", "ž",
                 RULES_ANSWER_POINTS, "}\n", "answer has 601");
    expect_limit("entries:\n  - id: a\n    when: [[b]]\n    title: {en: A}\n    answer: {en: A}\n    link: /", "x",
                 RULES_LINK_BYTES - 1, "\n", "link has 1025");
    expect_limit("entries:\n" GOOD "    when: [", "[a],", RULES_GROUPS, "]\n", "1 to 16 groups");
    expect_limit("entries:\n" GOOD "    when: [[", "a,", RULES_WORDS, "]]\n", "1 to 512 words");
    expect_limit("entries:\n" GOOD "    when: [[", "a", RULES_WORD_BYTES, "]]\n", "more than 128 bytes");
    expect_limit("entries:\n" GOOD "    regex: '", "a", RULES_REGEX_BYTES, "'\n", "regex has 513");
    expect_limit("entries:\n" GOOD "    when: [[a]]\n    yes: [", "a,", RULES_EXAMPLES, "]\n", "at most 500");
    expect_limit("entries:\n" GOOD "    when: [[a]]\n    yes: ['", "a", RULES_EXAMPLE_POINTS, "']\n", "at most 1000");
}

static void limits_alternatives_and_entries(void **state)
{
    (void)state;
    for (size_t n = RULES_ALTERNATIVES; n <= RULES_ALTERNATIVES + 1; n++) {
        char why[512] = "";
        char text[8192] = "entries:\n" GOOD "    when:\n";
        for (size_t i = 0; i < n; i++) {
            size_t used = strlen(text);
            snprintf(text + used, sizeof text - used, "      %s/%zu: [[a]]\n", i < 50 ? "en" : "lt", i % 50);
        }
        struct rules *r = rules_read_yaml("f.yaml", text, strlen(text), why, sizeof why);
        assert_int_equal(r != NULL, n == RULES_ALTERNATIVES);
        rules_free(r);
    }
    char *many = text_of("entries: [", "1,", RULES_ENTRIES + 1, "]");
    char why[512] = "";
    assert_null(rules_read_yaml("f.yaml", many, strlen(many), why, sizeof why));
    assert_non_null(strstr(why, "5001 entries"));
    free(many);
}

/* Aliases that double at each level, and deep nesting, end quickly. */
static void survives_bombs(void **state)
{
    (void)state;
    char why[512] = "";
    const char *laughs =
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
        "entries: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
    assert_null(rules_read_yaml("f.yaml", laughs, strlen(laughs), why, sizeof why));
    char *deep = text_of("entries: ", "[", 900, "");
    assert_null(rules_read_yaml("f.yaml", deep, strlen(deep), why, sizeof why));
    free(deep);
    char *deep_json = text_of("", "[", 1500, "");
    assert_null(rules_read_json(deep_json, strlen(deep_json), why, sizeof why));
    free(deep_json);
    const char *loop = "entries: &a [*a]\n";
    assert_null(rules_read_yaml("f.yaml", loop, strlen(loop), why, sizeof why));
}

static void fits_into_redis(void **state)
{
    (void)state;
    for (size_t n = 60; n <= 70; n += 10) {
        char why[512] = "";
        char *kilobyte = text_of("", "x", 990, "");
        char *line = text_of("      - ", kilobyte, 1, "\n");
        char *text = text_of("entries:\n" GOOD "    when: [[a]]\n    no:\n", line, n, "");
        struct rules *r = rules_read_yaml("f.yaml", text, strlen(text), why, sizeof why);
        assert_non_null(r);
        assert_int_equal(rules_fit(r, why, sizeof why), n == 60);
        assert_true(n == 60 || strncmp(why, "f.yaml:2: entry 'returns': it has ", 34) == 0);
        rules_free(r);
        free(kilobyte);
        free(line);
        free(text);
    }
}

static const char whole[] = "entries:\n"
                            "  - id: returns\n"
                            "    link: {en: /help, lt: /pagalba}\n"
                            "    title: {en: 'Returns: how', lt: Grąžinimas}\n"
                            "    answer: {en: \"Send it \\\"back\\\".\\nTwo lines.\", lt: Grąžinkite.}\n"
                            "    when:\n"
                            "      en: [[return*, send back], how, 24]\n"
                            "      en/2: [[refund*]]\n"
                            "      lt: [[grąžin*], [kaip]]\n"
                            "    not: {en: [never arrived], lt: [negavau]}\n"
                            "    regex: 'rma \\d+'\n"
                            "    shadow: true\n"
                            "    yes: [how do I return this in 24 hours]\n"
                            "    no: ['no', 'true', '12']\n"
                            "  - id: X_2\n"
                            "    link: https://example.org/a?b=c#d\n"
                            "    title: One\n"
                            "    answer: Every language\n"
                            "    when: [[a]]\n"
                            "    not: [b]\n";

static void round_trips(void **state)
{
    (void)state;
    char why[512] = "";
    struct rules *r = rules_read_yaml("f.yaml", whole, strlen(whole), why, sizeof why);
    assert_non_null(r);
    assert_int_equal(rules_count(r), 2);
    assert_string_equal(rules_id(r, 1), "X_2");
    char *first = rules_entry_json(r, 0);
    char *second = rules_entry_json(r, 1);
    assert_string_equal(
        first, "{\"id\":\"returns\",\"link\":{\"en\":\"/help\",\"lt\":\"/pagalba\"},\"title\":{\"en\":\"Returns: "
               "how\",\"lt\":\"Grąžinimas\"},"
               "\"answer\":{\"en\":\"Send it \\\"back\\\".\\nTwo lines.\",\"lt\":\"Grąžinkite.\"},"
               "\"when\":{\"en\":[[\"return*\",\"send "
               "back\"],[\"how\"],[\"24\"]],\"en/2\":[[\"refund*\"]],\"lt\":[[\"grąžin*\"],[\"kaip\"]]},"
               "\"not\":{\"en\":[\"never arrived\"],\"lt\":[\"negavau\"]},\"regex\":\"rma \\\\d+\",\"shadow\":true,"
               "\"yes\":[\"how do I return this in 24 hours\"],\"no\":[\"no\",\"true\",\"12\"]}");
    assert_string_equal(second,
                        "{\"id\":\"X_2\",\"link\":\"https://example.org/a?b=c#d\",\"title\":\"One\",\"answer\":\"Every "
                        "language\",\"when\":[[\"a\"]],\"not\":[\"b\"]}");

    char *yaml = rules_write_yaml(r);
    struct rules *from_yaml = rules_read_yaml("g.yaml", yaml, strlen(yaml), why, sizeof why);
    assert_non_null(from_yaml);
    char *json = malloc(strlen(first) + strlen(second) + 8);
    sprintf(json, "[%s,%s]", first, second);
    struct rules *from_json = rules_read_json(json, strlen(json), why, sizeof why);
    assert_non_null(from_json);
    for (size_t i = 0; i < 2; i++) {
        char *a = rules_entry_json(from_yaml, i);
        char *b = rules_entry_json(from_json, i);
        assert_string_equal(a, i == 0 ? first : second);
        assert_string_equal(b, i == 0 ? first : second);
        free(a);
        free(b);
    }
    rules_free(r);
    rules_free(from_yaml);
    rules_free(from_json);
    free(first);
    free(second);
    free(yaml);
    free(json);
}

static void reads_json(void **state)
{
    (void)state;
    char why[512] = "";
    struct rules *r = rules_read_json("[]", 2, why, sizeof why);
    assert_non_null(r);
    assert_int_equal(rules_count(r), 0);
    rules_free(r);
    const char *bad = "[{\"id\":\"a\",\"link\":\"/x\",\"title\":\"t\",\"answer\":\"a\",\"when\":[[1.5]]}]";
    assert_null(rules_read_json(bad, strlen(bad), why, sizeof why));
    const char *bad_member = "[{\"id\":\"a\",\"link\":\"ftp://x\"}]";
    assert_null(rules_read_json(bad_member, strlen(bad_member), why, sizeof why));
    assert_int_equal(strncmp(why, "entry 'a': link must begin", 26), 0);
    assert_null(rules_read_json("{\"a\":1,\"a\":2}", 13, why, sizeof why));
    assert_null(rules_read_json("nope", 4, why, sizeof why));
    assert_non_null(strstr(why, "not JSON"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses),
        cmocka_unit_test(obeys_limits),
        cmocka_unit_test(limits_alternatives_and_entries),
        cmocka_unit_test(survives_bombs),
        cmocka_unit_test(round_trips),
        cmocka_unit_test(reads_json),
        cmocka_unit_test(fits_into_redis),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
