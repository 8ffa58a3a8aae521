/* What a request says of itself: headers, who sent it, and whether it may become a websocket. */
#include "gateway/echo.h"
#include "gateway/http_parts.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

struct span http_header(struct lws *wsi, enum lws_token_indexes token, char *buf, size_t size)
{
    int len = lws_hdr_total_length(wsi, token);
    if (len <= 0 || (size_t)len >= size || lws_hdr_copy(wsi, buf, (int)size, token) < 0 || strlen(buf) != (size_t)len)
        return (struct span){"", 0};
    return (struct span){buf, (size_t)len};
}

static struct span forwarded_proto(struct lws *wsi, char *buf, size_t size)
{
    static const char name[] = "x-forwarded-proto:";
    int len = lws_hdr_custom_length(wsi, name, sizeof name - 1);
    if (len <= 0 || (size_t)len >= size || lws_hdr_custom_copy(wsi, buf, (int)size, name, sizeof name - 1) < 0)
        return (struct span){"", 0};
    return (struct span){buf, strlen(buf)};
}

bool http_peer(struct lws *wsi, struct address *out)
{
    struct sockaddr_storage from;
    socklen_t len = sizeof from;
    return getpeername(lws_get_socket_fd(wsi), (struct sockaddr *)&from, &len) == 0 &&
           auth_address_of((const struct sockaddr *)&from, out);
}

bool http_client(const struct http *h, struct lws *wsi, struct address *out)
{
    struct address peer;
    char forwarded[512];
    if (!http_peer(wsi, &peer))
        return false;
    *out = auth_client(&peer, http_header(wsi, WSI_TOKEN_X_FORWARDED_FOR, forwarded, sizeof forwarded),
                       h->services.n_proxies, h->services.proxies);
    return true;
}

bool http_came_secure(const struct http *h, struct lws *wsi)
{
    struct address peer;
    char proto[32];
    return h->services.tls ||
           (http_peer(wsi, &peer) && auth_forwarded_https(&peer, forwarded_proto(wsi, proto, sizeof proto),
                                                          h->services.n_proxies, h->services.proxies));
}

bool http_session_hash(const struct http *h, struct lws *wsi, char out[65])
{
    char cookies[2048];
    struct span token;
    if (!auth_cookie(http_header(wsi, WSI_TOKEN_HTTP_COOKIE, cookies, sizeof cookies), http_came_secure(h, wsi),
                     &token))
        return false;
    auth_token_hash(token, out);
    return true;
}

/* No route takes a body: "Content-Length: 0", once, is all there may be. 0 = fine, else the status. */
int http_body_refusal(struct lws *wsi)
{
    char length[32];
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
        return 413;
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0)
        return 0;
    struct span given = http_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, length, sizeof length);
    if (given.len == 1 && given.at[0] == '0')
        return 0;
    return given.len && strspn(given.at, "0123456789") == given.len ? 413 : 400;
}

/* lws would take any beginning of the word. */
static bool connection_upgrades(struct lws *wsi)
{
    char buf[128], *mark = NULL;
    if (!http_header(wsi, WSI_TOKEN_CONNECTION, buf, sizeof buf).len)
        return false;
    for (char *word = strtok_r(buf, ", \t", &mark); word; word = strtok_r(NULL, ", \t", &mark))
        if (strcasecmp(word, "upgrade") == 0)
            return true;
    return false;
}

/* What lws would drop without an answer, or take. */
static const char *malformed(struct lws *wsi)
{
    char version[16];
    struct span http = http_header(wsi, WSI_TOKEN_HTTP, version, sizeof version);
    if (http.len != 8 || memcmp(http.at, "HTTP/1.1", 8) != 0)
        return "A websocket begins with HTTP/1.1.";
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HOST) <= 0)
        return "A request needs one sane Host header.";
    return connection_upgrades(wsi) ? NULL : "A websocket begins with Connection: Upgrade.";
}

const char *http_upgrade_refusal(struct http *h, struct lws *wsi, int *status)
{
    char upgrade[32], version[16], key[64], protocol[128], origin[256], host[256], hash[65], *path = NULL;
    int len = 0;
    int method = lws_http_get_uri_and_method(wsi, &path, &len);
    bool visitor = len == 11 && memcmp(path, "/ws/visitor", 11) == 0;
    bool agent = len == 9 && memcmp(path, "/ws/agent", 9) == 0;
    bool echo = h->services.test_echo && len == 8 && memcmp(path, "/ws/echo", 8) == 0;
    *status = 404;
    if (!visitor && !agent && !echo)
        return "There is no websocket at this path.";
    *status = 400;
    const char *why = malformed(wsi);
    if (why)
        return why;
    struct upgrade u = {.upgrade = http_header(wsi, WSI_TOKEN_UPGRADE, upgrade, sizeof upgrade),
                        .version = http_header(wsi, WSI_TOKEN_VERSION, version, sizeof version),
                        .key = http_header(wsi, WSI_TOKEN_KEY, key, sizeof key),
                        .protocol = http_header(wsi, WSI_TOKEN_PROTOCOL, protocol, sizeof protocol),
                        .origin = http_header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin),
                        .host = http_header(wsi, WSI_TOKEN_HOST, host, sizeof host),
                        .get = method == LWSHUMETH_GET,
                        .agent = agent,
                        .secure = http_came_secure(h, wsi)};
    if (lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) > 0 && !u.origin.len) {
        *status = 403;
        return "This origin is too long, or holds a NUL.";
    }
    if (echo && (!u.protocol.len || (u.protocol.len == strlen(ECHO_PROTOCOL) &&
                                     memcmp(u.protocol.at, ECHO_PROTOCOL, u.protocol.len) == 0)))
        u.protocol = (struct span){"firstline.visitor.v1", 20}; /* the other checks are a visitor's */
    else if (echo)
        u.protocol = (struct span){"", 0};
    why = auth_upgrade_refusal(&u, h->services.n_origins, h->services.origins, status);
    struct address client;
    if (why)
        return why;
    *status = 401;
    if (agent && !http_session_hash(h, wsi, hash))
        return "Log in first.";
    *status = http_body_refusal(wsi);
    if (*status)
        return "A websocket begins without a body.";
    *status = 400;
    if (!http_client(h, wsi, &client))
        return "The connection has no address.";
    return h->services.admit ? h->services.admit(h->services.owner, &client, agent, status) : NULL;
}

/* 0 = let lws upgrade, -1 = refused and answered. Written at once: lws offers no later moment. */
int http_upgrade(struct http *h, struct lws *wsi, const char *wanted)
{
    unsigned char out[LWS_PRE + 640];
    int status = 0;
    if (strcasecmp(wanted, "websocket") != 0 && strcasecmp(wanted, "h2c") != 0) {
        h->counts.upgrades_refused++;
        return -1; /* lws has answered these itself */
    }
    const char *why = http_upgrade_refusal(h, wsi, &status);
    if (!why)
        return 0;
    h->counts.upgrades_refused++;
    int n = snprintf((char *)out + LWS_PRE, sizeof out - LWS_PRE,
                     "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
                     "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n%s%sConnection: close\r\n\r\n%s",
                     status, http_reason(status), strlen(why), status == 426 ? "Sec-WebSocket-Version: 13\r\n" : "",
                     status == 429 || status == 503 ? "Retry-After: 5\r\n" : "", why);
    if (n > 0 && (size_t)n < sizeof out - LWS_PRE)
        lws_write(wsi, out + LWS_PRE, (size_t)n, LWS_WRITE_HTTP_HEADERS);
    return -1;
}
