/* Websocket clients of a load generator: thousands of sockets on one thread, loopback only.
 *
 * Each client has a source address of its own kind: a new one in 127.0.0.0/8 every 10,000 sockets, so that ports do not
 * run out. Frames are masked with a fresh key each, as RFC 6455 demands. Pings are answered here. */
#ifndef FIRSTLINE_TESTS_LOAD_CLIENT_H
#define FIRSTLINE_TESTS_LOAD_CLIENT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum client_state { CLIENT_IDLE, CLIENT_CONNECTING, CLIENT_UPGRADING, CLIENT_OPEN };

struct client {
    int fd;
    enum client_state state;
    uint32_t number; /* its place in the table, and the %u of its path */
    uint8_t role;    /* the caller's */
    uint8_t step;    /* the caller's */
    uint32_t in_flight;
    uint32_t in_len, in_size, out_len, out_done, out_size;
    unsigned char *in, *out;
    char *token; /* the caller's; freed by it */
    uint64_t chat, due_ns;
};

struct clients {
    int epoll, port;
    uint32_t opened; /* sockets made so far, for the source addresses */
    uint64_t random;
    uint64_t now_ns; /* when the last wake-up was */
    void *owner;
    /* The path and further header lines (each ended by CR LF, or ""). */
    void (*request)(void *owner, const struct client *c, char *path, size_t size, const char **headers);
    void (*open)(void *owner, struct client *c);
    void (*text)(void *owner, struct client *c, const char *text, size_t len);
    /* The socket is gone: refused, broken or closed. `why` is a short word or the close code. */
    void (*gone)(void *owner, struct client *c, const char *why);
};

/* False with errno. */
bool clients_start(struct clients *t, int port);
/* Connects; client_open or client_gone follows. */
void client_connect(struct clients *t, struct client *c);
void client_send(struct clients *t, struct client *c, const char *text, size_t len);
/* Resets the connection; no callback follows. */
void client_cut(struct clients *t, struct client *c);
/* Waits at most timeout_ms and does what has come. */
void clients_turn(struct clients *t, int timeout_ms);
uint64_t clients_now_ns(void);
#endif
