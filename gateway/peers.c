/* A chained hash of addresses. Limits per address: N sockets, N upgrades in 10 s (at least 20), 20 N frames in 10 s. */
#include "gateway/peers.h"
#include <stdlib.h>
#include <string.h>

#define ROWS 4096
#define WINDOW_MS 10000

struct peers {
    struct peer *row[ROWS];
    uint32_t per_address, n;
};

struct peers *peers_open(uint32_t per_address)
{
    struct peers *t = calloc(1, sizeof *t);
    if (t) {
        t->per_address = per_address;
    }
    return t;
}

void peers_close(struct peers *t)
{
    for (int i = 0; t && i < ROWS; i++) {
        while (t->row[i]) {
            struct peer *p = t->row[i];
            t->row[i] = p->next;
            free(p);
        }
    }
    free(t);
}

static struct peer **place(struct peers *t, const struct address *a)
{
    uint32_t hash = 2166136261u;
    for (int i = 0; i < 16; i++) {
        hash = (hash ^ a->byte[i]) * 16777619u;
    }
    struct peer **at = &t->row[(hash ^ hash >> 15) % ROWS];
    while (*at && memcmp(&(*at)->address, a, sizeof *a) != 0) {
        at = &(*at)->next;
    }
    return at;
}

struct peer *peers_find(struct peers *t, const struct address *a)
{
    return *place(t, a);
}

static struct peer *meet(struct peers *t, const struct address *a)
{
    struct peer **at = place(t, a);
    if (!*at && t->n < PEERS_MAX && (*at = calloc(1, sizeof **at))) {
        (*at)->address = *a;
        t->n++;
    }
    return *at;
}

const char *peers_admit(struct peers *t, const struct address *a, int64_t now_ms, int *status)
{
    struct peer *p = meet(t, a);
    *status = 429;
    if (!p) {
        return "too many addresses: try again later";
    }
    if (p->blocked && now_ms - p->asked_ms < PEERS_VERDICT_MS) {
        *status = 403;
        return "this address is blocked";
    }
    if (!t->per_address) {
        return NULL;
    }
    if (p->sockets >= t->per_address) {
        return "too many connections from this address";
    }
    if (bucket_take(&p->upgrades, t->per_address < 20 ? 20 : t->per_address, WINDOW_MS, now_ms)) {
        return "too many new connections from this address";
    }
    return NULL;
}

void peers_add(struct peers *t, const struct address *a)
{
    struct peer *p = meet(t, a);
    if (p) {
        p->sockets++;
    }
}

void peers_remove(struct peers *t, const struct address *a)
{
    struct peer *p = peers_find(t, a);
    if (p && p->sockets) {
        p->sockets--;
    }
}

uint32_t peers_frame(struct peers *t, const struct address *a, int64_t now_ms)
{
    struct peer *p = t->per_address ? peers_find(t, a) : NULL;
    return p ? bucket_take(&p->frames, t->per_address * 20, WINDOW_MS, now_ms) : 0;
}

void peers_forget(struct peers *t, int64_t now_ms)
{
    for (int i = 0; i < ROWS; i++) {
        struct peer **at = &t->row[i];
        while (*at) {
            struct peer *p = *at;
            bool idle = !p->sockets && p->upgrades.spent_until_us <= now_ms * 1000 &&
                        p->frames.spent_until_us <= now_ms * 1000 && now_ms - p->asked_ms > PEERS_VERDICT_MS;
            if (idle) {
                *at = p->next;
                free(p);
                t->n--;
            } else {
                at = &p->next;
            }
        }
    }
}
