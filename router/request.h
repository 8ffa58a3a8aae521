/* What requests.c asks of router.c; nobody else looks. */
#ifndef FIRSTLINE_ROUTER_REQUEST_H
#define FIRSTLINE_ROUTER_REQUEST_H
#include "router/router.h"

/* Calls the op's Function with now = 0 (Redis' own clock) and these words. False when it could not be taken. */
bool router_request(struct router *r, enum router_op op, uint64_t ticket, size_t n, const struct span *args);
#endif
