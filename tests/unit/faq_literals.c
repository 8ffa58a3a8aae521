/* Many strings found in one pass, against the plain way of looking for each. */
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

#include "faq/literals.h"

struct seen {
    unsigned counts[64];
    unsigned calls, stop_after;
};

static bool note(void *owner, uint32_t value)
{
    struct seen *s = owner;
    s->counts[value]++;
    s->calls++;
    return s->stop_after == 0 || s->calls < s->stop_after;
}

static struct literals *make(const char *const *words, size_t n)
{
    struct literals *l = literals_new();
    assert_non_null(l);
    for (size_t i = 0; i < n; i++) {
        assert_true(literals_add(l, words[i], strlen(words[i]), (uint32_t)i));
    }
    assert_true(literals_seal(l));
    return l;
}

static void finds_overlapping(void **state)
{
    (void)state;
    const char *const words[] = {"he", "she", "his", "hers", " he", "he ", " h", "shers", "he"};
    struct literals *l = make(words, 9);
    struct seen s = {0};
    literals_find(l, " shers he ", 10, note, &s);
    const unsigned expected[] = {2, 1, 0, 1, 1, 1, 1, 1, 2};
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(s.counts[i], expected[i]);
    }
    literals_free(l);
}

static void stops(void **state)
{
    (void)state;
    const char *const words[] = {"a"};
    struct literals *l = make(words, 1);
    struct seen s = {.stop_after = 3};
    literals_find(l, "aaaaaaaa", 8, note, &s);
    assert_int_equal(s.calls, 3);
    literals_free(l);
}

static void empty(void **state)
{
    (void)state;
    struct literals *l = make(NULL, 0);
    struct seen s = {0};
    literals_find(l, " any text ", 10, note, &s);
    assert_int_equal(s.calls, 0);
    literals_free(l);
    literals_free(NULL);
}

static unsigned occurrences(const char *text, const char *word)
{
    unsigned n = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        n++;
    }
    return n;
}

/* Random words of a small alphabet overlap in every possible way. */
static void agrees_with_the_plain_way(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 300; round++) {
        char words[40][8];
        const char *pointers[40];
        char text[200];
        for (size_t i = 0; i < 40; i++) {
            size_t len = 1 + (seed >> 28) % 7;
            for (size_t k = 0; k < len; k++) {
                seed = seed * 1664525U + 1013904223U;
                words[i][k] = " ab"[(seed >> 24) % 3];
            }
            words[i][len] = '\0';
            pointers[i] = words[i];
        }
        for (size_t i = 0; i + 1 < sizeof text; i++) {
            seed = seed * 1664525U + 1013904223U;
            text[i] = " abc"[(seed >> 24) % 4];
        }
        text[sizeof text - 1] = '\0';
        struct literals *l = make(pointers, 40);
        struct seen s = {0};
        literals_find(l, text, strlen(text), note, &s);
        for (size_t i = 0; i < 40; i++) {
            assert_int_equal(s.counts[i], occurrences(text, words[i]));
        }
        literals_free(l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_overlapping),
        cmocka_unit_test(stops),
        cmocka_unit_test(empty),
        cmocka_unit_test(agrees_with_the_plain_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
