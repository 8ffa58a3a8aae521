/* Replays recorded messages against a rule set: what would it have answered? */
#ifndef FIRSTLINE_GATEWAY_FAQ_REPLAY_H
#define FIRSTLINE_GATEWAY_FAQ_REPLAY_H
#include <stdbool.h>

#include "faq/matcher.h"

struct replay {
    const char *log; /* file of lines {"text": …, "label": …}; "-" = standard input */
    const struct matcher *matcher;
    const struct matcher *against; /* a second set to compare with; NULL = none */
    bool json;                     /* lines for programs instead of a table */
};

/* Prints to stdout; returns the exit status (0, or 1 after one line on stderr). */
int faq_replay(const struct replay *r);

#endif
