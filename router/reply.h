/* The Functions as the router knows them, and their replies as results. Pure.
 *
 * Every reply is ["ok", …] or ["no", code, message]. What follows "ok", by op (more elements are ignored):
 *
 *   RESUME chat phase head agent place json wait followup page
 *   VISITOR_SAY chat seq at dup phase opened
 *   VISITOR_HUMAN chat seq at dup phase opened   ANSWER, ENQUEUE, RATE, VISITOR_END, ACCEPT, TAKE, TRANSFER, CLOSE seq
 *   HELPED, FOLLOWUP seq phase                   READ head json
 *   AGENT_SAY chat seq at dup                    NOTE at dup
 *   HANDOVER, HOME, DESK, TRANSCRIPT, SETTINGS json        FAQ_PUT rev        FAQ_ALL rev json
 *   FAQ_CHANGE, FAQ_UNDO rev                     FAQ_HISTORY, FAQ_STATS, UNANSWERED json        PAST next json
 *   LIVE json                                    REPORT json (or a CSV)     BLOCK seq
 *   TICK expired_leases expired_offers unheard offered queues     BLOCKED yes        LOGIN json (the password hash)
 *   INVITE_USE agent                             SESSION_GET agent name langs queues supervisor
 *   PROMISE promise seq                          KEPT seq
 *   SET, UNDO json (the value)                   SETTINGS_ALL, CHANGES, CANNED, PHRASES, PEOPLE json
 *   SEARCH, HISTORY, VOUCHERS json               AGENT_PUT yes (a new one)    VOUCHERS_ADD rev (how many were new)
 *   PROFILE, SEEN, PRESENCE, LEASE, DECLINE, SESSION_PUT, SESSION_DEL, FAQ_SHADOW, UNANSWERED_DROP nothing
 *   AGENT_OFF, AGENT_INVITE, PRACTICE, OPENING nothing */
#ifndef FIRSTLINE_ROUTER_REPLY_H
#define FIRSTLINE_ROUTER_REPLY_H
#include "router/router.h"

struct redisReply;

struct op_row {
    const char *function;
    const char *shape; /* one letter per element after "ok": see reply.c */
    bool read_only;    /* may go by FCALL_RO */
    bool aside;        /* shows and changes no chat: never waits for a replica */
};
extern const struct op_row op_rows[ROUTER_OP_COUNT];

/* `reply` NULL = the connection broke. The result borrows from the reply. */
struct result reply_read(enum router_op op, const struct redisReply *reply);
/* The error says that the library is gone from this Redis. */
bool reply_lost_library(const struct redisReply *reply);
/* The error says that this Redis is no master any more. */
bool reply_lost_master(const struct redisReply *reply);
#endif
