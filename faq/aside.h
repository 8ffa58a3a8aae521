/* Messages that name a topic without asking about it, whatever shop they are written to. */
#ifndef FIRSTLINE_FAQ_ASIDE_H
#define FIRSTLINE_FAQ_ASIDE_H
#include <stdbool.h>

/* What in a folded message says that its topic is not what is asked: "I already know how", "that did not help", "it is
 * not about", praise, a courier's manners. NULL when nothing does. In the widget's languages; built in, thread-safe. */
const char *aside_told(const char *folded);
/* Whether a word joins two things ("also", "oraz", "另外"), so that a second topic may be a second question. */
bool aside_joins(const char *folded);
/* The first built-in phrase that is not written folded, for the tests; NULL when all are. */
const char *aside_unfolded(void);

#endif
