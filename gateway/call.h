/* What Redis was asked, for whom, until it answers: replies carry a ticket, never a pointer. */
#ifndef FIRSTLINE_GATEWAY_CALL_H
#define FIRSTLINE_GATEWAY_CALL_H
#include "gateway/text.h"

/* Top 8 bits of a ticket; 3 is HTTP_TICKET_KIND. */
enum call_kind {
    CALL_VISITOR = 1,
    CALL_AGENT = 2,
    CALL_MACHINERY = 4,
    CALL_AUTOREPLY = 5,
    CALL_TOPIC = 6,
    CALL_AUTHOR = 7,
    CALL_OFFICE = 8
};

struct call {
    uint64_t ticket; /* 0 = free */
    uint64_t conn;   /* who waits: a conn's id, or 0 */
    uint64_t chat;
    int64_t asked_us; /* when, for the latency */
    int64_t deadline_ms;
    uint32_t seq;
    uint8_t purpose; /* the asker's own */
    char about[257]; /* the frame's mid or id (64 code points) */
    char *text;      /* malloc'd by the asker, freed with the call */
    uint32_t text_len;
    uint32_t generation, next_free;
};

struct calls;

struct calls *calls_open(void);
void calls_close(struct calls *t);
/* A fresh one, zeroed, with a ticket; NULL = no memory. Valid until the next call_new or call_done. */
struct call *call_new(struct calls *t, enum call_kind kind);
/* Keeps a copy of text with the call; false = no memory. */
bool call_keep(struct call *c, struct span text);
/* Moves the call of this ticket to *out and frees its place; false = unknown. `out->text` is then the caller's. */
bool call_done(struct calls *t, uint64_t ticket, struct call *out);
/* Gives back one that was not taken by the router. */
void call_drop(struct calls *t, uint64_t ticket);
enum call_kind call_kind_of(uint64_t ticket);
uint32_t calls_open_count(const struct calls *t);
#endif
