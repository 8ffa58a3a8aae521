/* --workers N: a parent that keeps the private Redis and N gateway processes on one port. */
#ifndef FIRSTLINE_GATEWAY_WORKERS_H
#define FIRSTLINE_GATEWAY_WORKERS_H
#include "gateway/options.h"

/* Runs until told to stop and every worker has ended. Returns the exit status. argv is the program's own. */
int workers_run(struct options *options, int argc, char **argv);
#endif
