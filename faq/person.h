/* Does someone ask for a person? Words built in, for recall: a wish overheard costs more than a person who comes
 * unasked. */
#ifndef FIRSTLINE_FAQ_PERSON_H
#define FIRSTLINE_FAQ_PERSON_H
#include <stdbool.h>
#include <stddef.h>

/* Any bytes; only the first 4 KiB (folded) are looked at. English, Lithuanian, Bosnian/Croatian/Serbian, Polish,
 * Persian and Chinese. Some words are a wish wherever they stand ("real person", "konsultantas"); others ("someone",
 * "客服") only in a short message or beside a verb of wanting or talking. Pure and thread-safe. */
bool person_wanted(const char *text, size_t len);

/* Whether every built-in word is written folded, as it must be to be found; for the tests. Sets *which to the first
 * that is not. */
bool person_words_folded(const char **which);

#endif
