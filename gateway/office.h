/* What supervisors set and look up in the dashboard: settings, ready replies, the guard's phrases, people, vouchers,
 * practice, search over past chats. Each command is one Function; its answer goes out as it comes. */
#ifndef FIRSTLINE_GATEWAY_OFFICE_H
#define FIRSTLINE_GATEWAY_OFFICE_H
#include "gateway/gateway.h"
#include <jansson.h>

struct agent;

/* A frame of one of these commands; false = no such command. */
bool office_order(struct agent *a, const char *type, const json_t *frame);
/* A reply to a ticket of kind CALL_OFFICE. */
void office_done(struct gateway *g, enum router_op op, const struct call *call, const struct result *r);
#endif
