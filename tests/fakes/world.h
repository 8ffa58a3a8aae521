/* A gateway with a fake Redis and fake sockets, its clock in the test's hand. */
#ifndef FIRSTLINE_TESTS_FAKES_WORLD_H
#define FIRSTLINE_TESTS_FAKES_WORLD_H
/* cmocka wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/gateway.h"
#include "tests/fakes/router.h"
#include <cmocka.h>

#define SOCKET_FRAMES 600

/* One client's end: the frames it got. */
struct socket {
    struct conn *conn; /* NULL once gone */
    char *frame[SOCKET_FRAMES];
    size_t n, pings;
    size_t seen; /* frames already looked at by socket_next */
    int code;    /* 0 = open */
    bool stuck;  /* takes what it is given, but it stays unsent */
};

extern struct gateway world;

/* For cmocka_unit_test_setup_teardown. */
int world_open(void **state);
int world_close(void **state);

struct socket *socket_open(const struct conn_kind *kind, const char *session);
/* From an address: "203.0.113.7". */
struct socket *socket_open_from(const struct conn_kind *kind, const char *session, const char *address);
void socket_close(struct socket *s);
/* The client sends; afterwards the loop's turn ends. */
void socket_says(struct socket *s, const char *json);
/* The next frame not looked at yet holds `part`, else the test fails. */
const char *socket_next(struct socket *s, const char *part);
/* No frame is left to look at. */
void socket_silent(struct socket *s);

void world_turn(void);
/* Time passes, timers fire, turns end. */
void world_pass(int64_t ms);

/* Answers the newest open request of `op`; it must be there. */
void answer(enum router_op op, struct result r);
void answer_ok(enum router_op op);
void answer_no(enum router_op op, const char *code);
/* A message on a channel. */
void told(const char *channel, const char *payload);
#define SPANNED(text) ((struct span){(text), strlen(text)})
#endif
