/* Sockets, the opening handshake, frames. */
#define _GNU_SOURCE
#include "client.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

enum { READ_SIZE = 262144, EVENTS = 512, SOCKETS_AN_ADDRESS = 10000, FRAME_HEAD = 14 };
enum { OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

uint64_t clients_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

bool clients_start(struct clients *t, int port)
{
    t->port = port;
    t->random = clients_now_ns() | 1;
    t->epoll = epoll_create1(EPOLL_CLOEXEC);
    return t->epoll >= 0;
}

static uint32_t fresh_key(struct clients *t)
{
    t->random ^= t->random << 13;
    t->random ^= t->random >> 7;
    t->random ^= t->random << 17;
    return (uint32_t)(t->random >> 16);
}

static void watch(struct clients *t, struct client *c, int operation, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.ptr = c};
    if (epoll_ctl(t->epoll, operation, c->fd, &e) < 0) {
        die("epoll_ctl");
    }
}

void client_cut(struct clients *t, struct client *c)
{
    (void)t;
    if (c->fd >= 0) {
        close(c->fd); /* SO_LINGER 0: a reset, and no TIME_WAIT */
    }
    c->fd = -1;
    c->state = CLIENT_IDLE;
    c->in_len = c->out_len = c->out_done = c->in_flight = 0;
}

static void lose(struct clients *t, struct client *c, const char *why)
{
    client_cut(t, c);
    t->gone(t->owner, c, why);
}

void client_connect(struct clients *t, struct client *c)
{
    const int one = 1;
    const struct linger reset = {1, 0};
    const uint32_t n = t->opened++;
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(0x7f010001u + ((uint32_t)getpid() % 200 << 8) +
                                                        n / SOCKETS_AN_ADDRESS % 200)}; /* 127.1.process.n */
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)t->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        die("socket (ulimit -n?)");
    }
    setsockopt(c->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    if (bind(c->fd, (struct sockaddr *)&from, sizeof from) < 0) {
        die("bind");
    }
    c->state = CLIENT_CONNECTING;
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
        lose(t, c, strerror(errno));
        return;
    }
    watch(t, c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void append(unsigned char **bytes, uint32_t *size, uint32_t len, const void *more, size_t n)
{
    if (len + n > *size) {
        *size = (uint32_t)(len + n) * 2;
        *bytes = realloc(*bytes, *size);
        if (!*bytes) {
            die("memory");
        }
    }
    memcpy(*bytes + len, more, n);
}

static void transmit(struct clients *t, struct client *c, const unsigned char *bytes, size_t len)
{
    if (c->out_len == 0) {
        ssize_t sent = send(c->fd, bytes, len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) {
            lose(t, c, strerror(errno));
            return;
        }
        sent = sent < 0 ? 0 : sent;
        if ((size_t)sent == len) {
            return;
        }
        bytes += sent;
        len -= (size_t)sent;
        watch(t, c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
    append(&c->out, &c->out_size, c->out_len, bytes, len);
    c->out_len += (uint32_t)len;
}

static void send_frame(struct clients *t, struct client *c, int op, const void *payload, size_t len)
{
    static unsigned char frame[FRAME_HEAD + 70000];
    unsigned char *at = frame, key[4];
    const uint32_t fresh = fresh_key(t);
    if (len > 65535) {
        fprintf(stderr, "load: a frame of %zu bytes is not sent\n", len);
        exit(1);
    }
    *at++ = (unsigned char)(0x80 | op);
    if (len < 126) {
        *at++ = (unsigned char)(0x80 | len);
    } else {
        *at++ = 0x80 | 126;
        *at++ = (unsigned char)(len >> 8);
        *at++ = (unsigned char)len;
    }
    memcpy(key, &fresh, 4);
    memcpy(at, key, 4);
    at += 4;
    for (size_t i = 0; i < len; i++) {
        at[i] = ((const unsigned char *)payload)[i] ^ key[i & 3];
    }
    transmit(t, c, frame, (size_t)(at - frame) + len);
}

void client_send(struct clients *t, struct client *c, const char *text, size_t len)
{
    if (c->state == CLIENT_OPEN) {
        send_frame(t, c, OP_TEXT, text, len);
    }
}

static void upgrade(struct clients *t, struct client *c)
{
    char path[128], request[2048];
    const char *headers = "";
    t->request(t->owner, c, path, sizeof path, &headers);
    int len = snprintf(request, sizeof request,
                       "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Key: Zmlyc3RsaW5lIGxvYWQgMQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
                       path, t->port, headers);
    if (len >= (int)sizeof request) {
        fprintf(stderr, "load: the headers are too long\n");
        exit(1);
    }
    c->state = CLIENT_UPGRADING;
    watch(t, c, EPOLL_CTL_MOD, EPOLLIN);
    transmit(t, c, (unsigned char *)request, (size_t)len);
}

/* Bytes of the answer to the handshake, 0 = not all there, -1 = refused. */
static long take_handshake(struct clients *t, struct client *c, const unsigned char *bytes, size_t len)
{
    const unsigned char *end = memmem(bytes, len, "\r\n\r\n", 4);
    if (!end) {
        return 0;
    }
    if (memcmp(bytes, "HTTP/1.1 101", 12) != 0) {
        char why[16] = "";
        memcpy(why, bytes, 12);
        lose(t, c, why);
        return -1;
    }
    c->state = CLIENT_OPEN;
    t->open(t->owner, c);
    return c->fd < 0 ? -1 : end + 4 - bytes;
}

/* One frame of the server's. Bytes taken, 0 = not all there, -1 = the client is gone. */
static long take_frame(struct clients *t, struct client *c, const unsigned char *bytes, size_t len)
{
    size_t head = 2;
    if (len < 2) {
        return 0;
    }
    uint64_t body = bytes[1] & 127;
    const size_t wide = body == 126 ? 2 : body == 127 ? 8 : 0;
    if (len < head + wide) {
        return 0;
    }
    if (wide) {
        body = 0;
        for (size_t i = 0; i < wide; i++) {
            body = body << 8 | bytes[2 + i];
        }
        head += wide;
    }
    if (len < head + body) {
        return 0;
    }
    const unsigned char *payload = bytes + head;
    const int op = bytes[0] & 15;
    if (op == OP_TEXT || op == OP_BINARY) {
        t->text(t->owner, c, (const char *)payload, (size_t)body);
    } else if (op == OP_PING) {
        send_frame(t, c, OP_PONG, payload, (size_t)body);
    } else if (op == OP_CLOSE) {
        char why[24];
        snprintf(why, sizeof why, "close %d", body >= 2 ? payload[0] << 8 | payload[1] : 0);
        lose(t, c, why);
    }
    return c->fd < 0 ? -1 : (long)(head + body);
}

static void receive(struct clients *t, struct client *c)
{
    static unsigned char bytes[2 * READ_SIZE + (1 << 23)];
    if (c->in_len) {
        memcpy(bytes, c->in, c->in_len);
    }
    ssize_t got = recv(c->fd, bytes + c->in_len, READ_SIZE, 0);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) {
            lose(t, c, got == 0 ? "end of stream" : strerror(errno));
        }
        return;
    }
    size_t len = c->in_len + (size_t)got, at = 0;
    for (long taken = 1; taken > 0; at += (size_t)taken) {
        taken = c->state == CLIENT_UPGRADING ? take_handshake(t, c, bytes + at, len - at)
                                             : take_frame(t, c, bytes + at, len - at);
        if (taken < 0) {
            return;
        }
    }
    c->in_len = 0;
    append(&c->in, &c->in_size, 0, bytes + at, len - at);
    c->in_len = (uint32_t)(len - at);
}

static void drain(struct clients *t, struct client *c)
{
    ssize_t sent = send(c->fd, c->out + c->out_done, c->out_len - c->out_done, MSG_NOSIGNAL);
    if (sent > 0) {
        c->out_done += (uint32_t)sent;
    }
    if (c->out_done == c->out_len) {
        c->out_done = c->out_len = 0;
        watch(t, c, EPOLL_CTL_MOD, EPOLLIN);
    }
}

static void connected(struct clients *t, struct client *c)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        lose(t, c, strerror(error));
    } else {
        upgrade(t, c);
    }
}

void clients_turn(struct clients *t, int timeout_ms)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(t->epoll, events, EVENTS, timeout_ms);
    t->now_ns = clients_now_ns();
    for (int i = 0; i < n; i++) {
        struct client *c = events[i].data.ptr;
        if (c->state == CLIENT_CONNECTING) {
            connected(t, c);
            continue;
        }
        if (c->fd >= 0 && (events[i].events & EPOLLOUT)) {
            drain(t, c);
        }
        if (c->fd >= 0 && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
            receive(t, c);
        }
        if ((i & 15) == 15) {
            t->now_ns = clients_now_ns();
        }
    }
}
