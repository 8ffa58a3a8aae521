/* Many silent visitors: opens N websockets, says hello on each, and holds them until stdin ends.
 *   idle PORT N         prints "open N in MS ms" once every socket has its welcome; status 1 with a line when one
 * breaks One thread, epoll, loopback only; a new source address every 10,000 sockets. Pings are answered. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { AT_ONCE = 128, HOLD = 1024 };

struct visitor {
    int fd;
    enum { CONNECTING, UPGRADING, GREETING, OPEN } state;
};

static struct visitor *visitors;
static int epoll_fd, port;

static void die(const char *what)
{
    printf("failed: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void open_one(int i)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        die("socket");
    }
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002u + (unsigned)i / 10000)};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0) {
        die("bind");
    }
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
        die("connect");
    }
    visitors[i] = (struct visitor){.fd = fd, .state = CONNECTING};
    struct epoll_event e = {.events = EPOLLOUT, .data.u32 = (uint32_t)i};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e) < 0) {
        die("epoll_ctl");
    }
}

/* One short masked frame; the mask is zero, which a test may do on loopback. */
static void send_frame(int fd, int opcode, const char *payload, size_t len)
{
    unsigned char frame[6 + 125];
    memset(frame, 0, 6);
    frame[0] = (unsigned char)(0x80 | opcode);
    frame[1] = (unsigned char)(0x80 | len);
    memcpy(frame + 6, payload, len);
    if (write(fd, frame, 6 + len) != (ssize_t)(6 + len)) {
        die("write of a frame");
    }
}

static void upgrade(int i)
{
    char request[512];
    int n = snprintf(request, sizeof request,
                     "GET /ws/visitor HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "Sec-WebSocket-Protocol: firstline.visitor.v1\r\n\r\n",
                     port);
    if (write(visitors[i].fd, request, (size_t)n) != n) {
        die("write of the upgrade");
    }
    visitors[i].state = UPGRADING;
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    epoll_ctl(epoll_fd, EPOLL_CTL_MOD, visitors[i].fd, &e);
}

/* Takes what came; true when the socket has just become open. */
static bool take(int i)
{
    static const char hello[] = "{\"type\":\"hello\",\"lang\":\"en\"}";
    char got[HOLD + 1];
    struct visitor *v = &visitors[i];
    ssize_t n = read(v->fd, got, HOLD);
    if (n <= 0) {
        die(v->state == OPEN ? "a socket was closed" : "a socket was refused");
    }
    got[n] = 0;
    if (v->state == UPGRADING) {
        if (strncmp(got, "HTTP/1.1 101", 12) != 0) {
            printf("failed: %.60s\n", got);
            exit(1);
        }
        send_frame(v->fd, 1, hello, sizeof hello - 1);
        v->state = GREETING;
        return false;
    }
    if (v->state == GREETING && memmem(got, (size_t)n, "\"welcome\"", 9)) {
        v->state = OPEN;
        return true;
    }
    if ((unsigned char)got[0] == 0x89) {
        size_t len = (unsigned char)got[1] & 0x7fu;
        send_frame(v->fd, 10, got + 2, len);
    }
    return false;
}

int main(int argc, char **argv)
{
    int wanted = argc == 3 ? atoi(argv[2]) : 0;
    port = argc == 3 ? atoi(argv[1]) : 0;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (wanted <= 0 || port <= 0 || (rlim_t)wanted + 16 > files.rlim_max) {
        printf("failed: idle PORT N, with N at most %llu here\n", (unsigned long long)files.rlim_max - 16);
        return 2;
    }
    visitors = calloc((size_t)wanted, sizeof *visitors);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event in = {.events = EPOLLIN, .data.u32 = UINT32_MAX}, ready[64];
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &in);
    double began = now_ms();
    int begun = 0, opened = 0;
    for (;;) {
        while (begun < wanted && begun - opened < AT_ONCE) {
            open_one(begun++);
        }
        int n = epoll_wait(epoll_fd, ready, 64, -1);
        for (int k = 0; k < n; k++) {
            int i = (int)ready[k].data.u32;
            if (ready[k].data.u32 == UINT32_MAX) {
                return 0;
            }
            if (visitors[i].state == CONNECTING) {
                upgrade(i);
            } else if (take(i) && ++opened == wanted) {
                printf("open %d in %.0f ms\n", opened, now_ms() - began);
                fflush(stdout);
            }
        }
    }
}
