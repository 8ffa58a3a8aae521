/* The YAML in faq/README.md is the YAML that loads. */
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

#include "faq/lint.h"
#include "faq/matcher.h"

enum { README_BYTES = 1 << 20 };

static void print_advice(void *owner, const char *line)
{
    (void)owner;
    print_error("%s\n", line);
}

/* A block must load with its examples, and give no cause for advice. */
static void load(const char *yaml, size_t len)
{
    char why[2048] = "";
    struct rules *r = rules_read_yaml("faq/README.md", yaml, len, why, sizeof why);
    struct matcher *m = r != NULL ? matcher_compile(r, why, sizeof why) : NULL;
    assert_string_equal(why, "");
    assert_non_null(m);
    assert_true(rules_count(r) > 0);
    assert_int_equal(lint_rules(r, m, print_advice, NULL), 0);
    matcher_free(m);
    rules_free(r);
}

static void examples_load(void **state)
{
    (void)state;
    static const char fence[] = "\n```yaml\n";
    size_t blocks = 0;
    FILE *file = fopen("faq/README.md", "rb");
    assert_non_null(file);
    char *text = malloc(README_BYTES);
    size_t len = fread(text, 1, README_BYTES - 1, file);
    fclose(file);
    text[len] = '\0';
    for (char *at = strstr(text, fence); at != NULL; at = strstr(at, fence)) {
        at += sizeof fence - 1;
        char *end = strstr(at, "```");
        assert_non_null(end);
        load(at, (size_t)(end - at));
        at = end;
        blocks++;
    }
    assert_true(blocks >= 3);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(examples_load)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
