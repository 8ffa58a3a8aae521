/* Fuzzing: any rule file is refused with a sentence, or reads, compiles and comes back the same from YAML and JSON. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faq/lint.h"
#include "faq/matcher.h"
#include "faq/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

static void ignore(void *owner, const char *line)
{
    (void)owner;
    check(line[0] != '\0' && strchr(line, '\n') == NULL);
}

static void same(const struct rules *r, struct rules *again)
{
    check(again != NULL && rules_count(again) == rules_count(r));
    for (size_t i = 0; i < rules_count(r); i++) {
        char *one = rules_entry_json(r, i);
        char *other = rules_entry_json(again, i);
        check(one != NULL && other != NULL && strcmp(one, other) == 0);
        free(one);
        free(other);
    }
    rules_free(again);
}

static void check_rules(const struct rules *r)
{
    char why[2048] = "";
    char *yaml = rules_write_yaml(r);
    check(yaml != NULL);
    same(r, rules_read_yaml("written", yaml, strlen(yaml), why, sizeof why));
    free(yaml);
    struct matcher *m = matcher_compile(r, why, sizeof why);
    check((m != NULL) == (why[0] == '\0'));
    if (m != NULL) {
        lint_rules(r, m, ignore, NULL);
        (void)matcher_match(m, "how can i return this", 21);
    }
    matcher_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char why[1024] = "";
    bool json = size > 0 && (data[0] == '{' || data[0] == '[');
    struct rules *r = json ? rules_read_json((const char *)data, size, why, sizeof why)
                           : rules_read_yaml("fuzz.yaml", (const char *)data, size, why, sizeof why);
    check((r != NULL) == (why[0] == '\0'));
    check(strchr(why, '\n') == NULL);
    if (r != NULL && rules_count(r) < 50) {
        check_rules(r);
    }
    rules_free(r);
    return 0;
}
