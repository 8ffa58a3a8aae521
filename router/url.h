/* Where Redis is: redis://[user[:password]@]host:port[/db], unix:/path, or whoever the Sentinels say:
 * sentinel://[user[:password]@]host:port,host:port/NAME[/db]. Pure. */
#ifndef FIRSTLINE_ROUTER_URL_H
#define FIRSTLINE_ROUTER_URL_H
#include <stdbool.h>
#include <stddef.h>

#define REDIS_SENTINELS_MAX 8

struct redis_place {
    char host[256];
    int port;
};

struct redis_url {
    bool local;     /* a unix socket */
    char path[108]; /* of that socket */
    char host[256]; /* "" until a Sentinel has told */
    int port;
    int db;
    char user[128], password[256]; /* percent-decoded; "" = none */
    int n_sentinels;               /* 0 = the place is given */
    struct redis_place sentinel[REDIS_SENTINELS_MAX];
    char master[64]; /* the name the Sentinels know it by */
};

/* False and why[] (which never holds the password) when it cannot be understood. */
bool redis_url_read(const char *text, struct redis_url *out, char *why, size_t why_size);
/* host:port, the path or the master's name, for people; never the password. */
void redis_url_show(const struct redis_url *url, char *out, size_t size);
#endif
