/* Client addresses with sockets here: how many each may hold, how fast it may open and send, and whether ops blocked
 * it. Time is a parameter. */
#ifndef FIRSTLINE_GATEWAY_PEERS_H
#define FIRSTLINE_GATEWAY_PEERS_H
#include "gateway/auth.h"
#include "gateway/bucket.h"

/* A verdict on being blocked is asked of Redis again after this. */
#define PEERS_VERDICT_MS 30000
#define PEERS_MAX 65536 /* addresses remembered; beyond, strangers are refused until some are forgotten */

struct peer {
    struct peer *next;
    struct address address;
    uint32_t sockets;
    struct bucket upgrades, frames;
    int64_t asked_ms; /* when the verdict was asked last, 0 = never */
    int64_t told_us;  /* when ops changed it: answers to what was asked before do not count */
    bool blocked;
};

struct peers;

/* per_address: sockets one address may hold; 0 = no limits. */
struct peers *peers_open(uint32_t per_address);
void peers_close(struct peers *t);
/* May this address open one more socket? NULL = yes (and the attempt is counted), else a reason; *status 429 or 403. */
const char *peers_admit(struct peers *t, const struct address *a, int64_t now_ms, int *status);
void peers_add(struct peers *t, const struct address *a);
void peers_remove(struct peers *t, const struct address *a);
/* One frame from this address. 0 = fine, else the ms to wait. */
uint32_t peers_frame(struct peers *t, const struct address *a, int64_t now_ms);
/* NULL when the address is unknown here. */
struct peer *peers_find(struct peers *t, const struct address *a);
/* Forgets who has no sockets and no recent deeds; call now and then. */
void peers_forget(struct peers *t, int64_t now_ms);
#endif
