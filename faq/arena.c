/* Blocks of memory, filled from the front. */
#include "faq/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16 * 1024 };

struct arena_block {
    struct arena_block *next;
    alignas(max_align_t) unsigned char bytes[];
};

static unsigned char *arena_grow(struct arena *a, size_t size)
{
    size_t room = size > BLOCK_BYTES / 4 ? size : BLOCK_BYTES;
    struct arena_block *b = calloc(1, sizeof *b + room);
    if (b == NULL) {
        return NULL;
    }
    a->total += sizeof *b + room;
    if (size > BLOCK_BYTES / 4 && a->blocks != NULL) { /* a big one of its own, behind the one being filled */
        b->next = a->blocks->next;
        a->blocks->next = b;
        return b->bytes;
    }
    b->next = a->blocks;
    a->blocks = b;
    a->room = room;
    a->used = size;
    return b->bytes;
}

void *arena_take(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (a->blocks == NULL || size > a->room - a->used) {
        return arena_grow(a, size);
    }
    void *at = a->blocks->bytes + a->used;
    a->used += size;
    return at;
}

char *arena_copy(struct arena *a, const char *text, size_t len)
{
    char *copy = arena_take(a, len + 1);
    if (copy != NULL && len > 0) {
        memcpy(copy, text, len);
    }
    return copy;
}

void arena_free(struct arena *a)
{
    for (struct arena_block *b = a->blocks; b != NULL;) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
    *a = (struct arena){0};
}
