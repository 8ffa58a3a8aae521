/* A request in Redis' own protocol (RESP: *N, then $LENGTH and the bytes of each argument), written in one pass.
 * hiredis formats through printf-like calls an argument at a time; that was a fifth of what a message cost the gateway.
 */
#ifndef FIRSTLINE_ROUTER_COMMAND_H
#define FIRSTLINE_ROUTER_COMMAND_H
#include <stddef.h>

/* An upper bound of the bytes that command_write needs. */
size_t command_room(size_t n, const size_t *len);
/* Returns the bytes written. */
size_t command_write(char *out, size_t n, const char *const *at, const size_t *len);
#endif
