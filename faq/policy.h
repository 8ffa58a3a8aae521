/* May the automatic reply speak now? Facts in, verdict out; no clock, no state. */
#ifndef FIRSTLINE_FAQ_POLICY_H
#define FIRSTLINE_FAQ_POLICY_H
#include <stdbool.h>
#include <stdint.h>

enum policy_verdict {
    POLICY_ANSWER,  /* send the matched entry */
    POLICY_ENQUEUE, /* bring a person, for `reason` */
    POLICY_SILENT   /* a person is there or on the way: nothing to do */
};

struct policy_facts {
    bool automatic;    /* the chat's phase is "auto" */
    bool person_asked; /* a person was asked for, or has joined, at any time in this chat */
    bool wants_person; /* this message asks for one */
    bool matched;      /* exactly one live entry matches this message */
    bool already_sent; /* and was sent in this chat before */
    int answers_sent, answers_max;
    int64_t now_ms, last_answer_ms; /* since the epoch; last_answer_ms counts only when answers_sent > 0 */
    int answers_gap_s;              /* the least time between two answers */
};

struct policy_decision {
    enum policy_verdict verdict;
    const char *reason; /* of POLICY_ENQUEUE: "asked", "no_answer" or "limit"; else "" */
};

/* Outside of the phase "auto" it is always silent. A wish for a person, now or earlier, always enqueues; so does a
 * message that no entry matches. A matched entry is sent unless the limits are reached: then a person comes ("limit").
 */
struct policy_decision policy_decide(const struct policy_facts *f);

#endif
