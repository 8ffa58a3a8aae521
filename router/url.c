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

static bool read_place(const char *at, struct redis_url *out)
{
    size_t len = strcspn(at, "/");
    if (at[len] == '/' && at[len + 1] && !number(at + len + 1, strlen(at + len + 1), 1023, &out->db))
        return false;
    const char *host = at, *colon = NULL;
    size_t host_len = 0;
    if (*at == '[') {
        const char *end = memchr(at, ']', len);
        if (!end)
            return false;
        host = at + 1;
        host_len = (size_t)(end - host);
        colon = end + 1 < at + len ? end + 1 : NULL;
        if (colon && *colon != ':')
            return false;
    } else {
        colon = memchr(at, ':', len);
        host_len = colon ? (size_t)(colon - at) : len;
    }
    if (host_len == 0 || host_len >= sizeof out->host)
        return false;
    memcpy(out->host, host, host_len);
    out->host[host_len] = '\0';
    return !colon || (number(colon + 1, (size_t)(at + len - colon - 1), 65535, &out->port) && out->port > 0);
}

bool redis_url_read(const char *text, struct redis_url *out, char *why, size_t why_size)
{
    memset(out, 0, sizeof *out);
    out->port = 6379;
    if (strncmp(text, "unix:", 5) == 0)
        return read_local(text + 5, out, why, why_size);
    if (strncmp(text, "sentinel://", 11) == 0) {
        snprintf(why, why_size, "sentinel:// is not supported yet: give redis://host:port of the master");
        return false;
    }
    if (strncmp(text, "redis://", 8) != 0) {
        snprintf(why, why_size, "the Redis url must begin with redis:// or unix:");
        return false;
    }
    const char *rest = text + 8;
    const char *at = strrchr(rest, '@');
    bool right = !at || read_credentials(rest, (size_t)(at - rest), out);
    if (!right || !read_place(at ? at + 1 : rest, out)) {
        snprintf(why, why_size, "the Redis url must look like redis://user:password@host:6379/0");
        return false;
    }
    return true;
}

void redis_url_show(const struct redis_url *url, char *out, size_t size)
{
    if (url->local)
        snprintf(out, size, "%s", url->path);
    else
        snprintf(out, size, strchr(url->host, ':') ? "[%s]:%d" : "%s:%d", url->host, url->port);
}
