/* Between agent.c (one tab's socket), staff.c (persons, leases, wake-ups) and agent_order.c (commands). */
#ifndef FIRSTLINE_GATEWAY_STAFF_H
#define FIRSTLINE_GATEWAY_STAFF_H
#include "gateway/agent.h"
#include "gateway/agent_chat.h"

#define AGENT_ID_MAX WIRE_ID_MAX

/* What a call of kind CALL_AGENT was for. */
enum purpose { FOR_HELLO, FOR_RECHECK, FOR_OFFER, FOR_CHAT, FOR_WATCH, FOR_COMMAND };

struct person;

/* One tab. */
struct agent {
    struct agent *next; /* of the same person */
    struct gateway *g;
    struct conn *conn;
    struct person *person; /* NULL before hello */
    struct agent_chats chats;
    struct wheel_timer recheck;
    struct bucket says, others;
    char session[65], hello_id[AGENT_ID_MAX * 4 + 1];
    bool asked, welcomed;
    bool stale; /* welcomed, but something may have been missed since: home is to be asked for again */
};

/* One agent with any tab here. */
struct person {
    struct person *next;
    struct agent *tabs;
    char id[33], name[128];
    uint32_t departures;        /* chats and offers that left, counted: a hand-over read before one is asked for anew */
    bool supervisor, listening; /* listening: channel agent:A is subscribed, nothing is missed */
};

struct agents {
    struct gateway *g;
    struct person *first;
};

/* The person of a session, made when new here; NULL = no memory. */
struct person *staff_meet(struct agents *t, const struct result *session);
void staff_join(struct person *p, struct agent *a);
/* The tab leaves; with the last one the person, whose lease ends soon. */
void staff_part(struct agent *a);

/* Asks for what a welcome tells. What cannot be asked now is told to a client that waits for its welcome, which comes
 * back by itself; who was welcomed before stays stale. */
void agent_ask_home(struct agent *a, struct span id);
void agent_complain(struct agent *a, const char *about, struct span value, const char *code, const char *message);
/* Sends and frees. */
void agent_send(struct agent *a, struct text *t);
void agent_send_ok(struct agent *a, struct span id, uint32_t seq);
/* A frame of a command's type; false = no such command. */
bool agent_order(struct agent *a, const char *type, const json_t *frame);
/* Its reply. */
void agent_order_done(struct agent *a, enum router_op op, const struct call *call, const struct result *r);
/* A hand-over for an offer or a new chat came. */
void staff_handed_over(struct agents *t, const struct call *call, const struct result *r);
#endif
