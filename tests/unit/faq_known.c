/* The guards: words never seen, words of other entries, nearest known questions; and what they learn from. */
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

#include "faq/compiled.h"
#include "faq/known.h"
#include "faq/matcher.h"
#include "faq/normalise.h"

#define HEAD "    link: /x\n    title: T\n    answer: A\n"
#define RETURNS                                                                                                        \
    "  - id: returns\n" HEAD "    when: [[return*, 退货, grazin*]]\n"                                                \
    "    yes: [how do I return my shoes, return a jumper, 怎么退货, kaip grąžinti batus]\n"
#define SIZES                                                                                                          \
    "  - id: sizes\n" HEAD "    when: [[size*]]\n"                                                                     \
    "    yes: [which size are the shoes, jumper in a large size, size chart of trousers]\n"

static struct matcher *compile(const char *guard, const struct answered *answered, size_t n)
{
    char yaml[2048];
    char why[512] = "";
    snprintf(yaml, sizeof yaml, "%sentries:\n%s%s", guard, RETURNS, SIZES);
    struct rules *r = rules_read_yaml("f.yaml", yaml, strlen(yaml), why, sizeof why);
    struct matcher *m = r != NULL ? matcher_compile_answered(r, answered, n, why, sizeof why) : NULL;
    assert_string_equal(why, "");
    assert_non_null(m);
    rules_free(r);
    return m;
}

static const char *ask(const struct matcher *m, const char *text)
{
    struct match match = matcher_match(m, text, strlen(text));
    assert_false(match.found && match.unsure);
    return match.found ? matcher_id(m, match.entry) : match.unsure ? "unsure" : "-";
}

struct row {
    const char *guard, *text, *wanted;
};

static const struct row rows[] = {
    /* words that no rule and no example has */
    {"guard: {unknown_words: 0, other_words: off}\n", "return", "returns"},
    {"guard: {unknown_words: 0, other_words: off}\n", "please, how can I return them?", "returns"},
    {"guard: {unknown_words: 0, other_words: off}\n", "return the kettle", "unsure"},
    {"guard: {unknown_words: 1, other_words: off}\n", "return the kettle", "returns"},
    {"guard: {unknown_words: 1, other_words: off}\n", "return the rusty kettle", "unsure"},
    {"guard: {unknown_words: 0, other_words: off}\n", "return trousers", "returns"},
    {"guard: {unknown_words: 0, other_words: off}\n", "return order 204981", "unsure"}, /* "order" */
    {"guard: {unknown_words: 0, other_words: off}\n", "return 204981", "returns"},      /* numbers are known */
    {"guard: {unknown_words: 0, other_words: off}\n", "return возврат", "unsure"},      /* another script */
    {"guard: {unknown_words: 0, other_words: off}\n", "returning two jumpers", "returns"},
    /* words that are another entry's */
    {"guard: {other_words: 0}\n", "return trousers", "unsure"},
    {"guard: {other_words: 1}\n", "return trousers", "returns"},
    {"guard: {other_words: 1}\n", "return the large trousers", "unsure"},
    {"guard: {other_words: 0}\n", "could I return these shoes?", "returns"},
    /* two Han characters count as one word */
    {"guard: {unknown_words: 0, other_words: off}\n", "怎么退货呢鞋", "returns"},
    {"guard: {unknown_words: 0, other_words: off}\n", "怎么退货鞋子", "unsure"},
    /* nearest known question */
    {"guard: {other_words: off, nearest: 1}\n", "return my shoes", "returns"},
    {"guard: {other_words: off, nearest: 1}\n", "large trousers chart jumper return", "unsure"},
    {"guard: {other_words: off, nearest: 3}\n", "large trousers chart jumper return", "returns"},
    /* off, and the default */
    {"guard: off\n", "return all that rusty enamel kettle nonsense on Tuesday", "returns"},
    {"", "return the rusty enamel kettle", "returns"},
    {"", "return the rusty enamel kettle nonsense", "unsure"},
};

static void guards(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct matcher *m = compile(rows[i].guard, NULL, 0);
        const char *got = ask(m, rows[i].text);
        if (strcmp(got, rows[i].wanted) != 0) {
            print_error("row %zu: %s \"%s\": wanted %s, got %s\n", i, rows[i].guard, rows[i].text, rows[i].wanted, got);
        }
        assert_string_equal(got, rows[i].wanted);
        matcher_free(m);
    }
}

/* What was answered before, and helped, is known from then on. */
static void learns_from_past_messages(void **state)
{
    (void)state;
    static const struct answered answered[] = {{"returns", "may I return a rusty kettle", 27},
                                               {"gone", "an entry of old", 15},
                                               {"sizes", "size of a kettle", 16}};
    static const char guard[] = "guard: {unknown_words: 0, other_words: 0, nearest: 1}\n";
    struct matcher *before = compile(guard, NULL, 0);
    struct matcher *after = compile(guard, answered, 3);
    assert_string_equal(ask(before, "return the rusty kettle"), "unsure");
    assert_string_equal(ask(after, "return the rusty kettle"), "returns");
    assert_string_equal(ask(after, "return the entry"), "unsure");
    matcher_free(before);
    matcher_free(after);
}

/* Entries with few examples cannot be guarded by them; naming a guard guards them all the same. */
static void few_examples(void **state)
{
    (void)state;
    static const char *const guards[] = {"", "    guard: {other_words: 1}\n"};
    for (size_t i = 0; i < 2; i++) {
        char yaml[600];
        char why[300] = "";
        snprintf(yaml, sizeof yaml,
                 "entries:\n  - id: a\n" HEAD "%s    when: [[alpha]]\n    yes: [alpha one, alpha two]\n", guards[i]);
        struct rules *r = rules_read_yaml("f.yaml", yaml, strlen(yaml), why, sizeof why);
        struct matcher *m = r != NULL ? matcher_compile(r, why, sizeof why) : NULL;
        assert_string_equal(why, "");
        assert_string_equal(ask(m, "alpha among many entirely foreign expressions"), i == 0 ? "a" : "unsure");
        matcher_free(m);
        rules_free(r);
    }
}

/* A guard is written out and read back, and survives the way through Redis. */
static void round_trip(void **state)
{
    (void)state;
    static const char yaml[] = "guard: {other_words: 0, nearest: 2}\nentries:\n" RETURNS "    guard: off\n" SIZES
                               "    guard: {unknown_words: 4}\n" /* the rest is the file's */
                               "  - id: plain\n" HEAD "    when: [[x]]\n";
    static const char *const wanted[] = {
        "\"guard\":{\"unknown_words\":\"off\",\"other_words\":\"off\",\"nearest\":\"off\"}",
        "\"guard\":{\"unknown_words\":\"4\",\"other_words\":\"0\",\"nearest\":\"2\"}",
        "\"guard\":{\"unknown_words\":\"off\",\"other_words\":\"0\",\"nearest\":\"2\"}"};
    char why[300] = "";
    struct rules *r = rules_read_yaml("f.yaml", yaml, sizeof yaml - 1, why, sizeof why);
    assert_string_equal(why, "");
    assert_non_null(r);
    char *text = rules_write_yaml(r);
    struct rules *again = rules_read_yaml("g.yaml", text, strlen(text), why, sizeof why);
    assert_string_equal(why, "");
    for (size_t i = 0; i < 3; i++) {
        char *json = rules_entry_json(r, i);
        char *json_again = rules_entry_json(again, i);
        assert_non_null(strstr(json, wanted[i]));
        assert_string_equal(json, json_again);
        free(json);
        free(json_again);
    }
    free(text);
    rules_free(r);
    rules_free(again);
}

struct refusal {
    const char *yaml, *reason;
};

static void refuses(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {"guard: 3\nentries: []\n", "f.yaml:1: guard must be off, or a list such as"},
        {"guard: {words: 3}\nentries: []\n", "f.yaml:1: guard: there is no 'words'"},
        {"guard: {nearest: -1}\nentries: []\n", "f.yaml:1: guard: nearest must be a number from 1 to 100"},
        {"guard: {nearest: 101}\nentries: []\n", "f.yaml:1: guard: nearest must be a number from 1 to 100"},
        {"guard: {nearest: 1x}\nentries: []\n", "f.yaml:1: guard: nearest must be a number from 1 to 100"},
        {"guard: {other_words: [1]}\nentries: []\n", "f.yaml:1: guard: other_words must be a number"},
        {"entries:\n" RETURNS "    guard: maybe\n", "f.yaml:8: entry 'returns': guard must be off"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        char why[300] = "";
        struct rules *r = rules_read_yaml("f.yaml", refusals[i].yaml, strlen(refusals[i].yaml), why, sizeof why);
        assert_null(r);
        if (strncmp(why, refusals[i].reason, strlen(refusals[i].reason)) != 0) {
            print_error("wanted \"%s…\", got \"%s\"\n", refusals[i].reason, why);
            fail();
        }
    }
}

/* Many questions that share all their words: the work stays bounded, and the entry's own question is still found. */
static void bounded(void **state)
{
    (void)state;
    struct known *k = known_new();
    char text[64];
    assert_non_null(k);
    for (uint32_t i = 0; i < 3 * KNOWN_POSTINGS; i++) {
        snprintf(text, sizeof text, " parcel number delayed rare%u ", i / 4);
        assert_true(known_add_question(k, i, text));
    }
    assert_true(known_seal(k));
    struct look look = known_look(k, 40, " parcel number delayed rare10 ");
    assert_int_equal(look.nearer, 0);
    assert_int_equal(look.unknown, 0);
    assert_true(known_bytes(k) > 0);
    known_free(k);
    known_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(guards),       cmocka_unit_test(learns_from_past_messages),
                                       cmocka_unit_test(few_examples), cmocka_unit_test(round_trip),
                                       cmocka_unit_test(refuses),      cmocka_unit_test(bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
