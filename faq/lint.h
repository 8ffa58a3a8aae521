/* Advice on a rule set: what loads, but will answer wrongly or never. */
#ifndef FIRSTLINE_FAQ_LINT_H
#define FIRSTLINE_FAQ_LINT_H
#include <stddef.h>

#include "faq/matcher.h"

/* Told one whole line per finding, "FILE:LINE: entry 'ID': …; how to mend it"; borrowed for the call. */
typedef void lint_say(void *owner, const char *line);

/* Looks at every entry; returns how many findings. Found are: rules that a single word satisfies, beginnings of fewer
 * than three letters, words of one group that fold to the same, words that are required and forbidden at once, a regex
 * without fixed text or with letters that folded text never has, entries without `yes` examples, languages that have an
 * answer but no rule or no example, and `yes` examples that stop matching when ZWNJ is typed as a space or left out. m
 * is compiled from the same rules. */
size_t lint_rules(const struct rules *rules, const struct matcher *m, lint_say *say, void *owner);

#endif
