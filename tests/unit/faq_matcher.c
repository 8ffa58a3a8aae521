/* Which entry a message asks for, and when silence is the answer. */
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

#include <time.h>

#include "faq/compiled.h"
#include "faq/lint.h"
#include "faq/matcher.h"

#define HEAD "    link: /help\n    title: {en: T}\n    answer: {en: A}\n"

static struct rules *read_rules(const char *yaml)
{
    char why[1024] = "";
    struct rules *r = rules_read_yaml("f.yaml", yaml, strlen(yaml), why, sizeof why);
    if (r == NULL) {
        print_error("%s\n", why);
    }
    assert_non_null(r);
    return r;
}

static struct matcher *compile(const char *yaml)
{
    char why[2048] = "";
    struct rules *r = read_rules(yaml);
    struct matcher *m = matcher_compile(r, why, sizeof why);
    if (m == NULL) {
        print_error("%s\n", why);
    }
    assert_non_null(m);
    rules_free(r);
    return m;
}

/* The id of the entry found, "-" for none, "?" for ambiguous. */
static const char *ask(const struct matcher *m, const char *text)
{
    struct match match = matcher_match(m, text, strlen(text));
    assert_false(match.found && match.ambiguous);
    return match.found ? matcher_id(m, match.entry) : match.ambiguous ? "?" : "-";
}

struct row {
    const char *text, *expected;
};

static void check_rows(const struct matcher *m, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *got = ask(m, rows[i].text);
        if (strcmp(got, rows[i].expected) != 0) {
            print_error("\"%s\": %s, wanted %s\n", rows[i].text, got, rows[i].expected);
        }
        assert_string_equal(got, rows[i].expected);
    }
}

static const char shop[] = "entries:\n"
                           "  - id: returns\n" HEAD "    when:\n"
                           "      en: [[return*, \"send back\", 'bring it back'], [how, 'can i']]\n"
                           "      en/2: [[refund policy, return policy]]\n"
                           "      lt: [[grąžin*], [kaip]]\n"
                           "      sr: [[врати*, povrat], [како]]\n"
                           "      fa: [[پس بدهم, مرجوع*], [چطور, می‌خواهم]]\n"
                           "      zh: [[退货, 退换*], [怎么]]\n"
                           "    not: {en: [never arrived, wont], lt: [negavau]}\n"
                           "  - id: hours\n" HEAD "    when: [[when, what time], [open*, clos*]]\n"
                           "    not: [return*]\n"
                           "  - id: rma\n" HEAD "    regex: ' rma (?:number )?\\d{4} '\n"
                           "    not: [lost]\n"
                           "  - id: twins\n" HEAD "    when: [[how], [return label]]\n";

static void all_of_none_of(void **state)
{
    (void)state;
    struct matcher *m = compile(shop);
    static const struct row rows[] = {
        {"How do I return this?", "returns"},
        {"how do i RETURNING", "returns"},
        {"can I send back my shoes", "returns"},
        {"can I send my shoes back", "-"}, /* a phrase is adjacent words */
        {"can I send backwards", "-"},     /* and whole ones */
        {"how do I preturn", "-"},         /* a prefix begins a word */
        {"return", "-"},                   /* one group of two */
        {"how", "-"},
        {"how do I return what never arrived", "-"}, /* none-of */
        {"how do I return what never really arrived", "returns"},
        {"Won't you say how I return it", "-"}, /* an apostrophe is no letter */
        {"your return policy?", "returns"},
        {"return. Policy?", "returns"},
        {"kaip gražinti", "returns"},
        {"KAIP GRĄŽINTI negavau", "-"},
        {"how return negavau", "returns"}, /* another language's ban */
        {"како да вратим", "returns"},
        {"kako da vratim", "returns"},
        {"kako dobiti povrat", "returns"},
        {"kako dobiti povratak", "-"},
        {"چطور پس بدهم", "returns"},
        {"چطور پس‌بدهم", "returns"},
        {"چطور پسبدهم", "returns"},
        {"ميخواهم مرجوعش كنم", "returns"},
        {"怎么退货", "returns"},
        {"請問怎麼退換貨呢", "returns"},
        {"怎么退了货", "-"},
        {"when do you open", "hours"},
        {"What time are you closing?", "hours"},
        {"when do you open for returns", "-"},
        {"rma 1234", "rma"},
        {"my RMA number 1234!", "rma"},
        {"rma 123", "-"},
        {"rma 12345", "-"},
        {"lost rma 1234", "-"},
        {"how do I return, when do you open", "returns"}, /* hours is kept away by its not */
        {"how about a return label", "?"},
        {"", "-"},
        {"🙂", "-"},
    };
    check_rows(m, rows, sizeof rows / sizeof rows[0]);
    matcher_free(m);
}

static void ambiguity_is_silence(void **state)
{
    (void)state;
    struct matcher *m = compile("entries:\n"
                                "  - id: a\n" HEAD "    when: [[alpha]]\n"
                                "  - id: b\n" HEAD "    when: [[beta]]\n"
                                "  - id: c\n" HEAD "    shadow: true\n    when: [[gamma, alpha]]\n"
                                "  - id: d\n" HEAD "    shadow: true\n    when: [[delta, gamma]]\n");
    static const struct row rows[] = {
        {"alpha", "a"}, /* a shadow entry matches too and does not matter */
        {"beta alpha", "?"}, {"delta", "d"}, {"gamma", "?"}, {"beta delta", "b"}, {"alpha alpha", "a"},
    };
    check_rows(m, rows, sizeof rows / sizeof rows[0]);
    struct match match = matcher_match(m, "delta", 5);
    assert_true(matcher_shadow(m, match.entry));
    match = matcher_match(m, "beta", 4);
    assert_false(matcher_shadow(m, match.entry));
    assert_int_equal(matcher_count(m), 4);
    matcher_free(m);
}

static void short_ways_want_nothing_else(void **state)
{
    (void)state;
    struct matcher *m = compile("entries:\n"
                                "  - id: invoice\n" HEAD
                                "    when:\n      en/short: [[invoice*, bill]]\n      en: [[invoice*], [download]]\n"
                                "      zh/short: [[发票]]\n    not: [wrong]\n    yes: [order invoice, 订单发票]\n"
                                "  - id: other\n" HEAD "    when: [[gift], [wrap]]\n");
    static const struct row rows[] = {
        {"invoice??", "invoice"},
        {"Hello, the invoice for order 55120 please", "invoice"},
        {"发票", "invoice"},
        {"请问订单发票", "invoice"},
        {"cute invoice", "-"},                                  /* a word of no entry */
        {"invoice for the gift", "-"},                          /* a word of another entry */
        {"invoice wrong", "-"},                                 /* none-of holds as for every way */
        {"i have an invoice for my order and you do not", "-"}, /* small words only, but no short message */
        {"发票很漂亮", "-"},
        {"download my cute invoice", "invoice"}, /* an ordinary way is not so strict */
    };
    check_rows(m, rows, sizeof rows / sizeof rows[0]);
    matcher_free(m);
}

struct refusal {
    const char *yaml, *place, *reason;
};

static const struct refusal refusals[] = {
    {"entries:\n  - id: a\n" HEAD
     "    when:\n      en: [[alpha], [how, can i]]\n    yes:\n      - how alpha\n      - alpha where\n",
     "f.yaml:10: entry 'a': yes example \"alpha where\" does not match", "[how, can i]"},
    {"entries:\n  - id: a\n" HEAD "    when: [[alpha]]\n    not: [bad*]\n    yes: [badly alpha]\n",
     "f.yaml:8: entry 'a': yes example", "kept away by 'bad*'"},
    {"entries:\n  - id: a\n" HEAD "    regex: 'foo \\d+'\n    yes: [Foo?]\n", "f.yaml:7: entry 'a': yes example",
     "\" foo \""},
    {"entries:\n  - id: a\n" HEAD "    when: [[alpha]]\n    yes: [alpha]\n  - id: b\n" HEAD
     "    when: [[alpha, beta]]\n",
     "f.yaml:7: entry 'a': yes example", "also matches entry 'b'"},
    {"entries:\n  - id: a\n" HEAD "    when: [[alpha]]\n    yes: [beta]\n  - id: b\n" HEAD
     "    when: [[alpha, beta]]\n",
     "f.yaml:7: entry 'a': yes example", "(it matches entry 'b')"},
    {"entries:\n  - id: a\n" HEAD "    when: [[alpha]]\n    no:\n      - beta\n      - my ALPHA\n",
     "f.yaml:9: entry 'a': no example \"my ALPHA\"", "matches all the same"},
    {"entries:\n  - id: a\n" HEAD "    when: [[alpha]]\n    yes: [b, c, d]\n", "f.yaml:7: entry 'a'",
     "(and 2 more examples)"},
    {"entries:\n  - id: a\n" HEAD "    regex: '(foo'\n", "f.yaml:2: entry 'a': ", "regex is broken at character"},
    {"entries:\n  - id: a\n" HEAD "    regex: 'fo\\Co'\n", "f.yaml:2: entry 'a': ", "regex is broken"},
    {"entries:\n  - id: a\n" HEAD "    regex: '(*NO_JIT)foo'\n", "f.yaml:2: entry 'a': ", "must not begin with (*"},
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        char why[2048] = "";
        struct rules *r = read_rules(refusals[i].yaml);
        struct matcher *m = matcher_compile(r, why, sizeof why);
        if (m != NULL || strncmp(why, refusals[i].place, strlen(refusals[i].place)) != 0 ||
            strstr(why, refusals[i].reason) == NULL) {
            print_error("row %zu: wanted \"%s … %s\", got \"%s\"\n", i, refusals[i].place, refusals[i].reason, why);
        }
        assert_null(m);
        assert_int_equal(strncmp(why, refusals[i].place, strlen(refusals[i].place)), 0);
        assert_non_null(strstr(why, refusals[i].reason));
        assert_null(strchr(why, '\n'));
        rules_free(r);
    }
}

static void long_messages_are_silence(void **state)
{
    (void)state;
    struct matcher *m = compile(shop);
    char text[4096] = "how do I return ";
    size_t used = strlen(text);
    memset(text + used, 'x', 400);
    text[used + 400] = '\0';
    assert_string_equal(ask(m, text), "returns");
    memset(text + used, 'x', 600);
    text[used + 600] = '\0';
    assert_string_equal(ask(m, text), "?");
    memset(text, ' ', sizeof text - 1); /* only what is left after folding counts */
    memcpy(text + 4000, "how return", 10);
    text[sizeof text - 1] = '\0';
    assert_string_equal(ask(m, text), "returns");
    matcher_free(m);
}

/* n entries that share the word "alpha"; entry i also wants its own word. */
static char *crowd(size_t n)
{
    char *yaml = malloc(64 + n * 160);
    size_t used = (size_t)sprintf(yaml, "entries:\n");
    for (size_t i = 0; i < n; i++) {
        used += (size_t)sprintf(yaml + used, "  - id: e%zu\n" HEAD "    when: [[alpha]]\n    not: [%s]\n", i,
                                i == 0 ? "zero" : "beta");
    }
    return yaml;
}

static void too_many_candidates_are_silence(void **state)
{
    (void)state;
    for (size_t n = MATCHER_CANDIDATES; n <= MATCHER_CANDIDATES + 1; n++) {
        char *yaml = crowd(n);
        struct matcher *m = compile(yaml);
        assert_string_equal(ask(m, "alpha beta"), n == MATCHER_CANDIDATES ? "e0" : "?");
        assert_string_equal(ask(m, "gamma"), "-"); /* and it recovers */
        matcher_free(m);
        free(yaml);
    }
}

static void big_rules(void **state)
{
    (void)state;
    char *yaml = malloc(1 << 20);
    size_t used = (size_t)sprintf(yaml, "entries:\n  - id: big\n" HEAD "    when:\n");
    for (size_t a = 0; a < 20; a++) {
        used += (size_t)sprintf(yaml + used, "      en/%zu: [[", a);
        for (size_t w = 0; w < RULES_WORDS; w++) {
            used += (size_t)sprintf(yaml + used, "word%zux%zu,", a, w);
        }
        used += (size_t)sprintf(yaml + used, "], [how]]\n");
    }
    struct matcher *m = compile(yaml);
    assert_string_equal(ask(m, "how word19x511"), "big");
    assert_string_equal(ask(m, "how word19x512"), "-");
    assert_string_equal(ask(m, "how word7x0 word"), "big");
    matcher_free(m);
    free(yaml);
}

static void answers_in_a_language(void **state)
{
    (void)state;
    struct matcher *m =
        compile("entries:\n"
                "  - id: a\n    when: [[x]]\n    link: {en: /en, lt: /lt}\n    title: {lt: TL, en: TE, bs: TB}\n    "
                "answer: {lt: AL, en: AE, bs: AB}\n"
                "  - id: b\n    when: [[y]]\n    link: /b\n    title: {pl: TP, hr: TH}\n    answer: {pl: AP, hr: AH}\n"
                "  - id: c\n    when: [[z]]\n    link: /c\n    title: T\n    answer: A\n");
    struct answer a;
    assert_true(matcher_answer(m, 0, "lt", &a));
    assert_string_equal(a.text, "AL");
    assert_string_equal(a.title, "TL");
    assert_string_equal(a.link, "/lt");
    assert_string_equal(a.lang, "lt");
    assert_true(matcher_answer(m, 0, "LT-lt", &a));
    assert_string_equal(a.text, "AL");
    assert_true(matcher_answer(m, 0, "sr", &a)); /* its group; the link has no such translation */
    assert_string_equal(a.text, "AB");
    assert_string_equal(a.title, "TB");
    assert_string_equal(a.link, "/en");
    assert_true(matcher_answer(m, 0, "zh", &a));
    assert_string_equal(a.text, "AE");
    assert_true(matcher_answer(m, 0, NULL, &a));
    assert_string_equal(a.text, "AE");
    assert_true(matcher_answer(m, 1, "bs", &a));
    assert_string_equal(a.text, "AH");
    assert_true(matcher_answer(m, 1, "en", &a)); /* no English: the first */
    assert_string_equal(a.text, "AP");
    assert_string_equal(a.title, "TP");
    assert_true(matcher_answer(m, 2, "fa", &a));
    assert_string_equal(a.text, "A");
    assert_false(matcher_answer(m, 3, "en", &a));
    matcher_free(m);
}

static void empty_set(void **state)
{
    (void)state;
    struct matcher *m = compile("entries: []\n");
    assert_int_equal(matcher_count(m), 0);
    assert_string_equal(ask(m, "anything"), "-");
    matcher_free(m);
    matcher_free(NULL);
    rules_free(NULL);
}

static void takes_any_bytes(void **state)
{
    (void)state;
    struct matcher *m = compile(shop);
    uint32_t seed = 3;
    for (int round = 0; round < 3000; round++) {
        char text[700];
        size_t len = (size_t)(round * 7) % sizeof text;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525U + 1013904223U;
            text[i] = (char)(seed >> 24);
        }
        struct match match = matcher_match(m, text, len);
        assert_true(!match.found || match.entry < matcher_count(m));
    }
    matcher_free(m);
}

/* --- advice ------------------------------------------------------------------------------------------------------- */

struct heard {
    char lines[8][600];
    size_t n;
};

static void hear(void *owner, const char *line)
{
    struct heard *h = owner;
    snprintf(h->lines[h->n % 8], sizeof h->lines[0], "%s", line);
    h->n++;
}

struct advice {
    const char *body, *line; /* line NULL = no advice */
};

static const struct advice advices[] = {
    {"    when: [[alpha], [how]]\n    yes: [how alpha]\n", NULL},
    {"    when: [[alpha beta]]\n    yes: [alpha beta]\n", NULL},
    {"    when: [[退货款]]\n    yes: [退货款]\n", NULL},
    {"    when: [[alpha]]\n    yes: [alpha]\n",
     "f.yaml:6: entry 'a': the rule 'when' is satisfied by the single word 'alpha'"},
    {"    when: {en/short: [[alpha]]}\n    yes: [alpha]\n", NULL},
    {"    when: [[alpha], [how]]\n", "f.yaml:2: entry 'a': it has no yes examples"},
    {"    when:\n      - [alpha]\n      - [od*]\n    yes: [alpha od]\n",
     "f.yaml:8: entry 'a': the rule 'when': 'od*' is looked for as the beginning 'od'"},
    {"    when: [[alpha, Álpha], [how]]\n    yes: [how alpha]\n",
     "f.yaml:6: entry 'a': the rule 'when': 'alpha' and 'Álpha' are the same"},
    {"    when: {en: [[alpha], [how]], en/2: [[beta], [how]]}\n    not: [beta*]\n    yes: [how alpha]\n",
     "f.yaml:6: entry 'a': the rule 'en/2' can never match"},
    {"    regex: '\\d+ (foo|bar)'\n    yes: ['1 foo']\n", "f.yaml:2: entry 'a': regex has no fixed text"},
    {"    regex: 'order [A-Z]+ number| order number'\n    yes: [order number]\n",
     "f.yaml:2: entry 'a': regex holds 'A'"},
    {"    regex: 'grąžinti|return'\n    yes: [return]\n", "f.yaml:2: entry 'a': regex holds 'ą'"},
    {"    when: {lt: [[alpha], [how]]}\n    yes: [how alpha]\n",
     "f.yaml:2: entry 'a': it has an answer in 'en' but no rule"},
    {"    when: [[فرض], [چطور]]\n    yes: [چطور پیش‌فرض]\n",
     "f.yaml:7: entry 'a': yes example \"چطور پیش‌فرض\" no longer matches when its ZWNJ is left out"},
};

static void advises(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++) {
        char yaml[1024];
        struct heard h = {.n = 0};
        snprintf(yaml, sizeof yaml, "entries:\n  - id: a\n" HEAD "%s", advices[i].body);
        char why[1024] = "";
        struct rules *r = read_rules(yaml);
        struct matcher *m = matcher_compile(r, why, sizeof why);
        assert_string_equal(why, "");
        size_t n = lint_rules(r, m, hear, &h);
        bool found = false;
        for (size_t k = 0; advices[i].line != NULL && k < h.n && k < 8; k++) {
            found = found || strncmp(h.lines[k], advices[i].line, strlen(advices[i].line)) == 0;
        }
        if ((advices[i].line == NULL) != (n == 0) || (advices[i].line != NULL && !found)) {
            print_error("row %zu: wanted \"%s\", heard %zu, first \"%s\"\n", i,
                        advices[i].line != NULL ? advices[i].line : "none", n, h.n > 0 ? h.lines[0] : "");
            fail();
        }
        matcher_free(m);
        rules_free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_none_of),
        cmocka_unit_test(ambiguity_is_silence),
        cmocka_unit_test(short_ways_want_nothing_else),
        cmocka_unit_test(refuses),
        cmocka_unit_test(long_messages_are_silence),
        cmocka_unit_test(too_many_candidates_are_silence),
        cmocka_unit_test(big_rules),
        cmocka_unit_test(answers_in_a_language),
        cmocka_unit_test(empty_set),
        cmocka_unit_test(takes_any_bytes),
        cmocka_unit_test(advises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
