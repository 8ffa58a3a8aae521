/* Takes a Redis url apart. */
#include "router/url.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode(const char *at, size_t len, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = at[i];
        if (c == '%') {
            if (i + 2 >= len || hex_digit(at[i + 1]) < 0 || hex_digit(at[i + 2]) < 0)
                return false;
            c = (char)(hex_digit(at[i + 1]) * 16 + hex_digit(at[i + 2]));
            i += 2;
        }
        if (c == '\0' || n + 1 >= size)
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    return true;
}

static bool number(const char *text, size_t len, int most, int *out)
{
    int value = 0;
    if (len == 0 || len > 6)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return value <= most;
}

static bool read_local(const char *path, struct redis_url *out, char *why, size_t why_size)
{
    if (path[0] == '/' && path[1] == '/' && path[2] == '/')
        path += 2; /* unix:///path */
    if (path[0] != '/') {
        snprintf(why, why_size, "a unix socket needs an absolute path, as in unix:/run/redis/redis.sock");
        return false;
    }
    if (strlen(path) >= sizeof out->path) {
        snprintf(why, why_size, "the path of the unix socket is longer than %zu bytes", sizeof out->path - 1);
        return false;
    }
    out->local = true;
    memcpy(out->path, path, strlen(path) + 1);
    return true;
}

static bool read_credentials(const char *at, size_t len, struct redis_url *out)
{
    const char *colon = memchr(at, ':', len);
    size_t user_len = colon ? (size_t)(colon - at) : len;
    if (!decode(at, user_len, out->user, sizeof out->user))
        return false;
    return !colon || decode(colon + 1, len - user_len - 1, out->password, sizeof out->password);
}

/* host, host:port or [address]:port; the port stays when none is given. */
static bool read_place(const char *at, size_t len, char *host, size_t size, int *port)
{
    const char *name = at, *colon = NULL;
    size_t host_len = 0;
    if (len && *at == '[') {
        const char *end = memchr(at, ']', len);
        if (!end)
            return false;
        name = at + 1;
        host_len = (size_t)(end - name);
        colon = end + 1 < at + len ? end + 1 : NULL;
        if (colon && *colon != ':')
            return false;
    } else {
        colon = memchr(at, ':', len);
        host_len = colon ? (size_t)(colon - at) : len;
    }
    if (host_len == 0 || host_len >= size)
        return false;
    memcpy(host, name, host_len);
    host[host_len] = '\0';
    return !colon || (number(colon + 1, (size_t)(at + len - colon - 1), 65535, port) && *port > 0);
}

static bool read_db(const char *at, struct redis_url *out)
{
    return !*at || number(at, strlen(at), 1023, &out->db);
}

static bool read_redis(const char *at, struct redis_url *out)
{
    size_t len = strcspn(at, "/");
    return (!at[len] || read_db(at + len + 1, out)) && read_place(at, len, out->host, sizeof out->host, &out->port);
}

static bool read_sentinels(const char *at, struct redis_url *out)
{
    const char *end = at + strcspn(at, "/");
    while (at <= end) {
        size_t len = strcspn(at, ",/");
        struct redis_place *one = &out->sentinel[out->n_sentinels];
        if (out->n_sentinels == REDIS_SENTINELS_MAX)
            return false;
        one->port = 26379;
        if (!read_place(at, len, one->host, sizeof one->host, &one->port))
            return false;
        out->n_sentinels++;
        at += len + 1;
    }
    size_t name = *end ? strcspn(end + 1, "/") : 0;
    if (name == 0 || name >= sizeof out->master)
        return false;
    memcpy(out->master, end + 1, name);
    return !end[1 + name] || read_db(end + 2 + name, out);
}

bool redis_url_read(const char *text, struct redis_url *out, char *why, size_t why_size)
{
    memset(out, 0, sizeof *out);
    out->port = 6379;
    if (strncmp(text, "unix:", 5) == 0)
        return read_local(text + 5, out, why, why_size);
    const bool sentinels = strncmp(text, "sentinel://", 11) == 0;
    if (!sentinels && strncmp(text, "redis://", 8) != 0) {
        snprintf(why, why_size, "the Redis url must begin with redis://, sentinel:// or unix:");
        return false;
    }
    const char *rest = text + (sentinels ? 11 : 8);
    const char *at = strrchr(rest, '@');
    bool right = !at || read_credentials(rest, (size_t)(at - rest), out);
    rest = at ? at + 1 : rest;
    if (right && (sentinels ? read_sentinels(rest, out) : read_redis(rest, out)))
        return true;
    if (sentinels)
        snprintf(why, why_size,
                 "the Sentinel url must look like sentinel://host1:26379,host2:26379,host3:26379/NAME "
                 "(at most %d hosts)",
                 REDIS_SENTINELS_MAX);
    else
        snprintf(why, why_size, "the Redis url must look like redis://user:password@host:6379/0");
    return false;
}

void redis_url_show(const struct redis_url *url, char *out, size_t size)
{
    if (url->local)
        snprintf(out, size, "%s", url->path);
    else if (!url->host[0])
        snprintf(out, size, "the master \"%s\"", url->master);
    else
        snprintf(out, size, strchr(url->host, ':') ? "[%s]:%d" : "%s:%d", url->host, url->port);
}
