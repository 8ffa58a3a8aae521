/* Many small allocations with one life: all are freed together. */
#ifndef FIRSTLINE_FAQ_ARENA_H
#define FIRSTLINE_FAQ_ARENA_H
#include <stddef.h>

struct arena {
    struct arena_block *blocks;
    size_t used, room; /* of the newest block, bytes */
    size_t total;      /* bytes taken from the system */
};

/* A zeroed arena is an empty one. arena_take returns zeroed, aligned memory that lives until arena_free, or NULL when
 * there is none. One thread at a time. */
void *arena_take(struct arena *a, size_t size);
char *arena_copy(struct arena *a, const char *text, size_t len); /* with a NUL behind it */
void arena_free(struct arena *a);

#endif
