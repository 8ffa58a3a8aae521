/* Chinese characters: traditional forms folded to simplified ones. */
#ifndef FIRSTLINE_FAQ_HAN_H
#define FIRSTLINE_FAQ_HAN_H
#include <stdint.h>

/* The simplified form of a code point, or the code point itself. Pure; about 2,800 pairs, 12 steps. Also folds the
 * polite and the female "you" to the plain one, since shoppers mix them. */
int32_t han_simplify(int32_t c);

#endif
