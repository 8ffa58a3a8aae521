/* Topics that are mentioned and not asked about, and two questions in one message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "faq/aside.h"
#include "faq/matcher.h"
#include "faq/normalise.h"

static const char file[] = "entries:\n"
                           "  - id: returns\n"
                           "    link: /r\n"
                           "    title: {en: Returns}\n"
                           "    answer: {en: Send it back.}\n"
                           "    when: {en: [[return*], [how, can i]], pl: [[zwrot*], [jak]]}\n"
                           "    not: {en: [paypal]}\n"
                           "    yes: [How can I return this?]\n"
                           "  - id: payment\n"
                           "    link: /p\n"
                           "    title: {en: Payment}\n"
                           "    answer: {en: By card.}\n"
                           "    when: {en: [[pay, paypal], [how, can i]]}\n"
                           "    yes: [How can I pay?]\n";

static struct matcher *compile(const char *text, char *why, size_t size)
{
    struct rules *rules = rules_read_yaml("aside.yaml", text, strlen(text), why, size);
    assert_non_null(rules);
    struct matcher *m = matcher_compile(rules, why, size);
    rules_free(rules);
    return m;
}

/* "returns", "unsure" or "-". */
static const char *answer(const struct matcher *m, const char *text)
{
    struct match match = matcher_match(m, text, strlen(text));
    return match.found ? matcher_id(m, match.entry) : match.unsure ? "unsure" : "-";
}

static void a_mentioned_topic_is_held_back(void **state)
{
    char why[500] = "";
    struct matcher *m = compile(file, why, sizeof why);
    assert_non_null(m);
    assert_string_equal(answer(m, "how can I return it"), "returns");
    assert_string_equal(answer(m, "jak zrobić zwrot"), "returns");
    assert_string_equal(answer(m, "I already know how to return it, you lot are slow"), "unsure");
    assert_string_equal(answer(m, "nie chodzi o zwrot, jak to wyprać"), "unsure");
    matcher_free(m);
    (void)state;
}

static void two_joined_topics_are_held_back(void **state)
{
    char why[500] = "";
    struct matcher *m = compile(file, why, sizeof why);
    assert_non_null(m);
    assert_string_equal(answer(m, "how do I return a PayPal order"),
                        "payment"); /* one silences the other: as written */
    assert_string_equal(answer(m, "how do I return it and do you take PayPal"), "unsure");
    matcher_free(m);
    (void)state;
}

static void words_are_written_as_messages_are_folded(void **state)
{
    const char *unfolded = aside_unfolded();
    if (unfolded != NULL) {
        fail_msg("\"%s\" is not folded", unfolded);
    }
    assert_null(aside_told(" how do i return it "));
    assert_false(aside_joins(" can i return it "));
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mentioned_topic_is_held_back),
        cmocka_unit_test(two_joined_topics_are_held_back),
        cmocka_unit_test(words_are_written_as_messages_are_folded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
