/* Where Redis is: redis://[user[:password]@]host:port[/db] or unix:/path. Pure. */
#ifndef FIRSTLINE_ROUTER_URL_H
#define FIRSTLINE_ROUTER_URL_H
#include <stdbool.h>
#include <stddef.h>

struct redis_url {
    bool local;     /* a unix socket */
    char path[108]; /* of that socket */
    char host[256];
    int port;
    int db;
    char user[128], password[256]; /* percent-decoded; "" = none */
};

/* False and why[] (which never holds the password) when it cannot be understood. */
bool redis_url_read(const char *text, struct redis_url *out, char *why, size_t why_size);
/* host:port or the path, for people; never the password. */
void redis_url_show(const struct redis_url *url, char *out, size_t size);
#endif
