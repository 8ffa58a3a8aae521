/* What an agent's frames do, and what the agents here are told: offers, hand-overs, the desk, leases. */
#ifndef FIRSTLINE_GATEWAY_AGENT_H
#define FIRSTLINE_GATEWAY_AGENT_H
#include "gateway/gateway.h"

extern const struct conn_kind agent_kind;

struct agents *agents_open(struct gateway *g);
void agents_close(struct agents *t);
/* A reply to a ticket of kind CALL_AGENT. */
void agent_done(struct gateway *g, enum router_op op, const struct call *call, const struct result *r);
/* A message of channel agent:A. */
void agents_message(struct agents *t, struct span id, struct span payload);
/* Wake-ups of agent:A begin now: what was told before is fetched. */
void agents_subscribed(struct agents *t, struct span id);
/* The desk's JSON for everybody. */
void agents_desk(struct agents *t, struct span json);
/* The ready replies may have changed: dashboards ask again. */
void agents_words(struct agents *t);
/* Whether anything is accepted just now. */
void agents_store(struct agents *t, bool takes);
/* Renews this gateway's and the agents' leases. */
void agents_lease(struct agents *t);
/* Wake-ups may have been missed: everybody is welcomed anew. */
void agents_refresh(struct agents *t);
/* Asks for the fresh welcomes that could not be had so far; cheap when there are none. */
void agents_catch_up(struct agents *t);
/* The session with this hash was logged out: its sockets are closed. */
void agents_logged_out(struct agents *t, const char *session_hash);
#endif
