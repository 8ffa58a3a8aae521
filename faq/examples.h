/* The promises of a rule file: each `yes` matches its entry and no other, each `no` does not. */
#ifndef FIRSTLINE_FAQ_EXAMPLES_H
#define FIRSTLINE_FAQ_EXAMPLES_H
#include <stddef.h>

#include "faq/matcher.h"

/* Told one whole line per broken promise, "FILE:LINE: entry 'ID': …"; borrowed for the call. */
typedef void examples_say(void *owner, const char *line);

/* Checks all examples of the rules against a matcher made of the same rules; returns how many are broken. */
size_t examples_check(const struct matcher *m, const struct rules *rules, examples_say *say, void *owner);

/* How many examples there are, `yes` and `no`. */
size_t examples_count(const struct rules *rules);

#endif
