/* Fake sockets take frames apart and keep them; time only passes when told. */
#include "tests/fakes/world.h"
#include "gateway/visitor.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gateway world;
static struct socket *sockets[800];
static size_t n_sockets;

static void keep_frame(struct socket *s, const unsigned char *at, size_t len)
{
    assert_true(s->n < SOCKET_FRAMES);
    s->frame[s->n] = malloc(len + 1);
    memcpy(s->frame[s->n], at, len);
    s->frame[s->n++][len] = 0;
}

static bool io_write(void *socket, unsigned char *bytes, size_t len)
{
    struct socket *s = socket;
    for (size_t i = 0; i < len;) {
        size_t head = 2, size = bytes[i + 1];
        assert_int_equal(bytes[i + 1] & 0x80, 0); /* a server does not mask */
        if (size == 126) {
            size = (size_t)bytes[i + 2] << 8 | bytes[i + 3];
            head = 4;
        } else if (size == 127) {
            size = 0;
            for (int b = 0; b < 8; b++) {
                size = size << 8 | bytes[i + 2 + (size_t)b];
            }
            head = 10;
        }
        assert_true(i + head + size <= len); /* whole frames only */
        if (bytes[i] == 0x89) {
            assert_true(size > 0);
            s->pings++;
        } else {
            assert_int_equal(bytes[i], 0x81);
            keep_frame(s, bytes + i + head, size);
        }
        i += head + size;
    }
    return true;
}

static bool io_stuck(void *socket)
{
    return ((struct socket *)socket)->stuck;
}

static void io_want(void *socket)
{
    (void)socket;
}

static void io_shut(void *socket, int code, const char *why)
{
    struct socket *s = socket;
    assert_non_null(why);
    s->code = code;
    conn_gone(s->conn);
    s->conn = NULL;
}

static const struct conn_io io = {io_write, io_stuck, io_want, io_shut};

static void phrases_came(void *owner, struct span json)
{
    (void)owner;
    (void)json;
}

static void settings_came(void *owner, struct span json)
{
    (void)owner;
    (void)json;
}

static void faq_came(void *owner, struct span json, uint64_t rev)
{
    (void)owner;
    (void)json;
    (void)rev;
}

static void drain_asked(void *owner)
{
    (void)owner;
    gateway_drain(&world);
}

int world_open(void **state)
{
    const struct gateway_options options = {.site = "main", .per_address = 64, .io = &io, .now_ms = 1000000};
    (void)state;
    fake_router_reset();
    if (!auth_start() || !gateway_open(&world, &options)) {
        return -1;
    }
    world.router = fake_router();
    world.settings_came = settings_came;
    world.phrases_came = phrases_came;
    world.faq_came = faq_came;
    world.drain_asked = drain_asked;
    gateway_state(&world, ROUTER_UP, "test");
    return 0;
}

int world_close(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_sockets; i++) {
        if (sockets[i]->conn) {
            conn_gone(sockets[i]->conn);
        }
        for (size_t f = 0; f < sockets[i]->n; f++) {
            free(sockets[i]->frame[f]);
        }
        free(sockets[i]);
    }
    n_sockets = 0;
    gateway_close(&world);
    return 0;
}

struct socket *socket_open_from(const struct conn_kind *kind, const char *session, const char *address)
{
    struct socket *s = calloc(1, sizeof *s);
    struct address a;
    assert_true(n_sockets < 800 && auth_address(SPANNED(address), &a));
    sockets[n_sockets++] = s;
    s->conn = conn_open(world.conns, kind, s, &a, session);
    assert_non_null(s->conn);
    world_turn();
    return s;
}

struct socket *socket_open(const struct conn_kind *kind, const char *session)
{
    return socket_open_from(kind, session, "127.0.0.1");
}

void socket_close(struct socket *s)
{
    conn_gone(s->conn);
    s->conn = NULL;
    world_turn();
}

void world_turn(void)
{
    conns_turn(world.conns);
    topics_turn(world.topics);
}

void world_pass(int64_t ms)
{
    for (; ms > 0; ms -= WHEEL_TICK_MS) {
        world.now_ms += WHEEL_TICK_MS;
        wheel_turn(&world.wheel, world.now_ms);
        world_turn();
    }
}

void socket_says(struct socket *s, const char *json)
{
    if (s->conn) {
        conn_receive(s->conn, json, strlen(json), true, false);
    }
    world_turn();
}

const char *socket_next(struct socket *s, const char *part)
{
    if (s->seen >= s->n) {
        fail_msg("no further frame; wanted one with %s", part);
    }
    const char *frame = s->frame[s->seen++];
    if (!strstr(frame, part)) {
        fail_msg("wanted %s in %s", part, frame);
    }
    return frame;
}

void socket_silent(struct socket *s)
{
    if (s->seen < s->n) {
        fail_msg("unexpected: %s", s->frame[s->seen]);
    }
}

void answer(enum router_op op, struct result r)
{
    struct asked *a = fake_asked(op);
    if (!a) {
        fail_msg("nothing was asked of op %d", (int)op);
        return;
    }
    a->done = true;
    gateway_done(&world, op, a->ticket, &r);
    world_turn();
}

void answer_ok(enum router_op op)
{
    answer(op, (struct result){.code = RESULT_OK});
}

void answer_no(enum router_op op, const char *code)
{
    answer(op, (struct result){.code = RESULT_REFUSED, .refusal = SPANNED(code), .message = SPAN("No.")});
}

void told(const char *channel, const char *payload)
{
    gateway_message(&world, SPANNED(channel), SPANNED(payload));
    world_turn();
}
