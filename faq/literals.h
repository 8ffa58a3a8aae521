/* Many byte strings looked for at once (Aho-Corasick): one pass over a text, however many strings there are. */
#ifndef FIRSTLINE_FAQ_LITERALS_H
#define FIRSTLINE_FAQ_LITERALS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct literals;

struct literals *literals_new(void); /* NULL without memory */
/* Adds a string of at least one byte; `value` is told when it is found. The same string may be added with many values.
 * False without memory. Not after literals_seal. */
bool literals_add(struct literals *l, const char *bytes, size_t len, uint32_t value);
/* Makes it ready; false without memory. */
bool literals_seal(struct literals *l);
/* Calls `found` for each string in the text, once per occurrence, until it returns false. Read-only, so thread-safe. */
void literals_find(const struct literals *l, const char *text, size_t len, bool (*found)(void *owner, uint32_t value),
                   void *owner);
size_t literals_bytes(const struct literals *l); /* memory held */
void literals_free(struct literals *l);          /* NULL is allowed */

#endif
