/* When the automatic reply may speak: every combination of the facts. */
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

#include "faq/policy.h"

static void every_combination(void **state)
{
    (void)state;
    static const int sent[] = {0, 1, 2, 3};
    static const int most[] = {0, 1, 2, 10};
    static const int64_t since_ms[] = {-5, 0, 59999, 60000, 3600000};
    unsigned answers = 0;
    for (unsigned bits = 0; bits < 32; bits++) {
        for (unsigned k = 0; k < 4 * 4 * 5; k++) {
            struct policy_facts f = {.automatic = bits & 1,
                                     .person_asked = bits & 2,
                                     .wants_person = bits & 4,
                                     .matched = bits & 8,
                                     .already_sent = bits & 16,
                                     .answers_sent = sent[k % 4],
                                     .answers_max = most[k / 4 % 4],
                                     .now_ms = 1764000000000,
                                     .answers_gap_s = 60};
            int64_t since = since_ms[k / 16];
            f.last_answer_ms = f.now_ms - since;
            struct policy_decision d = policy_decide(&f);
            const char *reason = "";
            enum policy_verdict verdict = POLICY_SILENT;
            if (bits & 1) {
                verdict = POLICY_ENQUEUE;
                if (bits & 6) {
                    reason = "asked";
                } else if (!(bits & 8)) {
                    reason = "no_answer";
                } else if ((bits & 16) || sent[k % 4] >= most[k / 4 % 4] || (sent[k % 4] > 0 && since < 60000)) {
                    reason = "limit";
                } else {
                    verdict = POLICY_ANSWER;
                    answers++;
                }
            }
            assert_int_equal(d.verdict, verdict);
            assert_string_equal(d.reason, reason);
        }
    }
    /* automatic, matched, not sent: with 0 sent 3 limits × 5 times, with 1 sent 2 × 2 times, with 2 and 3 sent 1 × 2
     * times */
    assert_int_equal(answers, 3 * 5 + 2 * 2 + 2 + 2);
}

static void no_gap_means_no_gap(void **state)
{
    (void)state;
    struct policy_facts f = {
        .automatic = true, .matched = true, .answers_sent = 1, .answers_max = 2, .now_ms = 5, .last_answer_ms = 5};
    assert_int_equal(policy_decide(&f).verdict, POLICY_ANSWER);
    f.answers_gap_s = 3600;
    f.now_ms = 5 + 3600 * 1000LL - 1;
    assert_int_equal(policy_decide(&f).verdict, POLICY_ENQUEUE);
    f.now_ms++;
    assert_int_equal(policy_decide(&f).verdict, POLICY_ANSWER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_combination), cmocka_unit_test(no_gap_means_no_gap)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
