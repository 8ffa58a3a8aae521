/* What a visitor's frames do. */
#ifndef FIRSTLINE_GATEWAY_VISITOR_H
#define FIRSTLINE_GATEWAY_VISITOR_H
#include "gateway/gateway.h"

extern const struct conn_kind visitor_kind;
/* Tells a visitor's conn (any other is passed over) whether the shop is open and somebody there. */
void visitor_tell_site(struct conn *c);
/* A reply to a ticket of kind CALL_VISITOR. */
void visitor_done(struct gateway *g, enum router_op op, const struct call *call, const struct result *r);
#endif
