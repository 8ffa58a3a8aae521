/* A chained hash table of channel names. */
#include "router/channels.h"
#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(struct span name)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < name.len; i++)
        h = (h ^ (unsigned char)name.at[i]) * 0x100000001b3u;
    return h;
}

static struct channel **place_of(const struct channels *c, struct span name, uint64_t hash)
{
    struct channel **at = &c->bucket[hash & (c->buckets - 1)];
    while (*at && !((*at)->hash == hash && (*at)->len == name.len && memcmp((*at)->name, name.at, name.len) == 0))
        at = &(*at)->next;
    return at;
}

static bool grow(struct channels *c)
{
    if (c->used < c->buckets)
        return true;
    size_t buckets = c->buckets ? c->buckets * 2 : 64;
    struct channel **bucket = calloc(buckets, sizeof(struct channel *)); /* NOLINT(bugprone-sizeof-expression) */
    if (!bucket)
        return c->buckets > 0;
    for (size_t i = 0; i < c->buckets; i++) {
        for (struct channel *one = c->bucket[i], *next; one; one = next) {
            next = one->next;
            one->next = bucket[one->hash & (buckets - 1)];
            bucket[one->hash & (buckets - 1)] = one;
        }
    }
    free(c->bucket);
    c->bucket = bucket;
    c->buckets = buckets;
    return true;
}

struct channel *channels_add(struct channels *c, struct span name)
{
    if (!grow(c))
        return NULL;
    uint64_t hash = hash_of(name);
    struct channel **at = place_of(c, name, hash);
    if (*at) {
        (*at)->count++;
        return *at;
    }
    struct channel *one = calloc(1, sizeof *one + name.len + 1);
    if (!one)
        return NULL;
    one->hash = hash;
    one->count = 1;
    one->len = (uint32_t)name.len;
    memcpy(one->name, name.at, name.len);
    *at = one;
    c->used++;
    return one;
}

struct channel *channels_find(const struct channels *c, struct span name)
{
    return c->buckets ? *place_of(c, name, hash_of(name)) : NULL;
}

bool channels_remove(struct channels *c, struct span name)
{
    if (!c->buckets)
        return false;
    struct channel **at = place_of(c, name, hash_of(name)), *one = *at;
    if (!one || --one->count > 0)
        return false;
    *at = one->next;
    free(one);
    c->used--;
    return true;
}

void channels_free(struct channels *c)
{
    for (size_t i = 0; i < c->buckets; i++) {
        for (struct channel *one = c->bucket[i], *next; one; one = next) {
            next = one->next;
            free(one);
        }
    }
    free(c->bucket);
    memset(c, 0, sizeof *c);
}
