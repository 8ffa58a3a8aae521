/* One gateway process on one uv loop: sockets, HTTP, Redis, signals, and its orderly end. */
#ifndef FIRSTLINE_GATEWAY_SERVER_H
#define FIRSTLINE_GATEWAY_SERVER_H
#include "gateway/options.h"

/* Serves until told to stop. Returns the exit status. `started_us`: when the program began. */
int server_run(struct options *options, int64_t started_us);
#endif
