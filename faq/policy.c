/* The limits of the automatic reply. */
#include "faq/policy.h"

static bool may_answer(const struct policy_facts *f)
{
    if (f->already_sent || f->answers_sent >= f->answers_max) {
        return false;
    }
    return f->answers_sent == 0 || f->now_ms - f->last_answer_ms >= (int64_t)f->answers_gap_s * 1000;
}

struct policy_decision policy_decide(const struct policy_facts *f)
{
    if (!f->automatic) {
        return (struct policy_decision){POLICY_SILENT, ""};
    }
    if (f->person_asked || f->wants_person) {
        return (struct policy_decision){POLICY_ENQUEUE, "asked"};
    }
    if (!f->matched) {
        return (struct policy_decision){POLICY_ENQUEUE, "no_answer"};
    }
    if (!may_answer(f)) {
        return (struct policy_decision){POLICY_ENQUEUE, "limit"};
    }
    return (struct policy_decision){POLICY_ANSWER, ""};
}
