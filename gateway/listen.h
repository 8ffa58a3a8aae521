/* The listening socket: bound to exactly the address asked for, shared between workers only when told to. */
#ifndef FIRSTLINE_GATEWAY_LISTEN_H
#define FIRSTLINE_GATEWAY_LISTEN_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* A bound socket, not listening yet; *address gets the real port. `shared`: other processes of this user may bind the
 * same port (SO_REUSEPORT). -1 and why[] with a sentence. */
int listen_bind(struct sockaddr_storage *address, socklen_t len, bool shared, char *why, size_t why_size);
/* True when nobody else listens there; else why[]. */
bool listen_free(const struct sockaddr_storage *address, socklen_t len, char *why, size_t why_size);
#endif
