/* bind with clear errors, and a look at what was really bound. */
#include "gateway/listen.h"
#include "gateway/options.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fail(int fd, const struct sockaddr_storage *address, char *why, size_t why_size)
{
    char text[80];
    const int error = errno;
    options_address_text(address, text);
    if (error == EADDRINUSE) {
        snprintf(why, why_size, "%s is in use by another program; choose another --listen", text);
    } else if (error == EADDRNOTAVAIL) {
        snprintf(why, why_size, "%s is no address of this machine; choose another --listen", text);
    } else if (error == EACCES) {
        snprintf(why, why_size, "no right to listen on %s; ports below 1024 need CAP_NET_BIND_SERVICE", text);
    } else {
        snprintf(why, why_size, "cannot listen on %s: %s", text, strerror(error));
    }
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

static bool same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
    struct address one, other;
    return auth_address_of((const struct sockaddr *)a, &one) && auth_address_of((const struct sockaddr *)b, &other) &&
           memcmp(&one, &other, sizeof one) == 0;
}

int listen_bind(struct sockaddr_storage *address, socklen_t len, bool shared, char *why, size_t why_size)
{
    const int on = 1;
    struct sockaddr_storage bound = {0};
    socklen_t bound_len = sizeof bound;
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
        (shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on)) ||
        bind(fd, (const struct sockaddr *)address, len) || getsockname(fd, (struct sockaddr *)&bound, &bound_len)) {
        return fail(fd, address, why, why_size);
    }
    if (!same_host(address, &bound)) {
        close(fd);
        snprintf(why, why_size, "the system bound another address than --listen asked for");
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* accepted sockets inherit it */
    *address = bound;
    return fd;
}

bool listen_free(const struct sockaddr_storage *address, socklen_t len, char *why, size_t why_size)
{
    struct sockaddr_storage copy = *address;
    int fd = listen_bind(&copy, len, false, why, why_size);
    if (fd >= 0 && listen(fd, 1) != 0) {
        return fail(fd, address, why, why_size) >= 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}
