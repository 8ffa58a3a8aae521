/* A real redis-server for a test, in a directory of its own. */
#ifndef FIRSTLINE_TESTS_ROUTER_SERVER_H
#define FIRSTLINE_TESTS_ROUTER_SERVER_H
#include <stdbool.h>
#include <sys/types.h>

struct server {
    char dir[64];
    char url[160]; /* unix:… or, with a password, redis://:password@127.0.0.1:port */
    pid_t pid;
    int port;
    const char *password; /* NULL = unix socket without one */
    int master_port;      /* of whom it is a replica; 0 = of nobody */
};
bool server_prepare(struct server *s, const char *password);
/* Two servers that know each other, before they are started: both also listen on a port. */
void server_pair(struct server *master, struct server *replica);
/* Starts it (again, on the same files). */
bool server_start(struct server *s);
/* Sends the signal; with SIGKILL or SIGTERM it waits for the end. */
void server_signal(struct server *s, int signal);
void server_remove(struct server *s);
/* One command to it, blocking, as redis-cli would; false when it fails. */
bool server_command(struct server *s, const char *command);
/* The same with its answer: the last line of it. */
bool server_ask(struct server *s, const char *command, char *out, size_t size);
#endif
