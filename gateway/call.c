/* Calls in chunks that never move, found by slot and generation. */
#include "gateway/call.h"
#include <stdlib.h>
#include <string.h>

#define CHUNK 64
#define CHUNKS_MAX 64

struct calls {
    struct call *chunk[CHUNKS_MAX];
    uint32_t n, free_slot, open;
};

struct calls *calls_open(void)
{
    return calloc(1, sizeof(struct calls));
}

static struct call *at(const struct calls *t, uint32_t i)
{
    return &t->chunk[i / CHUNK][i % CHUNK];
}

void calls_close(struct calls *t)
{
    if (!t) {
        return;
    }
    for (uint32_t i = 0; i < t->n; i++) {
        free(at(t, i)->text);
    }
    for (uint32_t i = 0; i < CHUNKS_MAX; i++) {
        free(t->chunk[i]);
    }
    free(t);
}

static bool grow(struct calls *t)
{
    uint32_t chunk = t->n / CHUNK;
    if (chunk >= CHUNKS_MAX) {
        return false;
    }
    if (!t->chunk[chunk] && !(t->chunk[chunk] = calloc(CHUNK, sizeof(struct call)))) {
        return false;
    }
    t->free_slot = ++t->n;
    return true;
}

struct call *call_new(struct calls *t, enum call_kind kind)
{
    if (!t->free_slot && !grow(t)) {
        return NULL;
    }
    const uint32_t i = t->free_slot - 1;
    struct call *c = at(t, i);
    const uint32_t generation = c->generation + 1;
    t->free_slot = c->next_free;
    *c = (struct call){.generation = generation};
    c->ticket = (uint64_t)kind << 56 | (uint64_t)generation << 16 | (i + 1);
    t->open++;
    return c;
}

bool call_keep(struct call *c, struct span text)
{
    c->text = malloc(text.len + 1);
    if (!c->text) {
        return false;
    }
    span_copy(text, c->text, text.len + 1);
    c->text_len = (uint32_t)text.len;
    return true;
}

static struct call *find(const struct calls *t, uint64_t ticket)
{
    const uint32_t i = (uint32_t)(ticket & 0xffff) - 1;
    return i < t->n && at(t, i)->ticket == ticket ? at(t, i) : NULL;
}

bool call_done(struct calls *t, uint64_t ticket, struct call *out)
{
    struct call *c = find(t, ticket);
    if (!c) {
        return false;
    }
    *out = *c;
    c->ticket = 0;
    c->text = NULL;
    c->next_free = t->free_slot;
    t->free_slot = (uint32_t)(ticket & 0xffff);
    t->open--;
    return true;
}

void call_drop(struct calls *t, uint64_t ticket)
{
    struct call gone;
    if (call_done(t, ticket, &gone)) {
        free(gone.text);
    }
}

enum call_kind call_kind_of(uint64_t ticket)
{
    return (enum call_kind)(ticket >> 56);
}

uint32_t calls_open_count(const struct calls *t)
{
    return t->open;
}
