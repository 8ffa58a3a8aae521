/* A chat's transcript as plain text, for agents who export it. Pure. */
#ifndef FIRSTLINE_GATEWAY_TRANSCRIPT_H
#define FIRSTLINE_GATEWAY_TRANSCRIPT_H
#include "router/router.h"

/* From the JSON of ROUTER_TRANSCRIPT; malloc'd, NULL when it is no such JSON. Times are UTC. Private notes are left
 * out. */
char *transcript_text(struct span json, size_t *len);
#endif
