/* Requests in, answers out: lws' HTTP callback, the routes, the headers, the static files. */
#include "gateway/http.h"
#include "gateway/assets.h"
#include "gateway/http_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <uv.h>

enum {
    CHUNK = 16384,
    HEAD_MAX = 2048,
    ANSWER_S = 30, /* to hear from Redis, and for each chunk to be taken */
    SITE_CACHE_S = 30
};

/* --- Headers */

struct span http_header(struct lws *wsi, enum lws_token_indexes token, char *buf, size_t size)
{
    int len = lws_hdr_total_length(wsi, token);
    if (len <= 0 || (size_t)len >= size || lws_hdr_copy(wsi, buf, (int)size, token) < 0)
        return (struct span){"", 0};
    return (struct span){buf, strlen(buf)};
}

static struct span forwarded_proto(struct lws *wsi, char *buf, size_t size)
{
    static const char name[] = "x-forwarded-proto:";
    int len = lws_hdr_custom_length(wsi, name, sizeof name - 1);
    if (len <= 0 || (size_t)len >= size || lws_hdr_custom_copy(wsi, buf, (int)size, name, sizeof name - 1) < 0)
        return (struct span){"", 0};
    return (struct span){buf, strlen(buf)};
}

static bool peer_of(struct lws *wsi, struct address *out)
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
    if (!peer_of(wsi, &peer))
        return false;
    *out = auth_client(&peer, http_header(wsi, WSI_TOKEN_X_FORWARDED_FOR, forwarded, sizeof forwarded),
                       h->services.n_proxies, h->services.proxies);
    return true;
}

static bool came_secure(const struct http *h, struct lws *wsi)
{
    struct address peer;
    char proto[32];
    return h->services.tls ||
           (peer_of(wsi, &peer) && auth_forwarded_https(&peer, forwarded_proto(wsi, proto, sizeof proto),
                                                        h->services.n_proxies, h->services.proxies));
}

bool http_session_hash(const struct http *h, struct lws *wsi, char out[65])
{
    char cookies[2048];
    struct span token;
    if (!auth_cookie(http_header(wsi, WSI_TOKEN_HTTP_COOKIE, cookies, sizeof cookies), came_secure(h, wsi), &token))
        return false;
    auth_token_hash(token, out);
    return true;
}

/* --- Answers */

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } known[] = {{200, "OK"},
                 {204, "No Content"},
                 {301, "Moved Permanently"},
                 {302, "Found"},
                 {304, "Not Modified"},
                 {400, "Bad Request"},
                 {401, "Unauthorized"},
                 {403, "Forbidden"},
                 {404, "Not Found"},
                 {405, "Method Not Allowed"},
                 {410, "Gone"},
                 {413, "Content Too Large"},
                 {426, "Upgrade Required"},
                 {429, "Too Many Requests"},
                 {503, "Service Unavailable"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].status == status)
            return known[i].reason;
    return "Unknown";
}

#define STRICT "base-uri 'none'; frame-ancestors 'none'; form-action "
#define OWN_FILES                                                                                                      \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "                 \
    "connect-src 'self'; "

static const char *const page_headers[] = {
    [PAGE_API] = "Content-Security-Policy: default-src 'none'; " STRICT "'none'\r\n"
                 "Cross-Origin-Resource-Policy: same-origin\r\n",
    [PAGE_DESK] = "Content-Security-Policy: " OWN_FILES STRICT "'none'\r\n"
                  "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n"
                  "Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n",
    [PAGE_WIDGET] = "Access-Control-Allow-Origin: *\r\nCross-Origin-Resource-Policy: cross-origin\r\n",
    [PAGE_DEMO] = "Content-Security-Policy: " OWN_FILES STRICT "'self'\r\n",
    [PAGE_PLAIN] = "Content-Security-Policy: default-src 'none'; " STRICT "'none'\r\n"
                   "Cross-Origin-Resource-Policy: same-origin\r\n",
};

static size_t write_head(const struct session *s, char *out, size_t size)
{
    const struct answer *a = &s->answer;
    char content[160] = "";
    if (a->type)
        snprintf(content, sizeof content, "Content-Type: %s\r\nContent-Length: %zu\r\n", a->type, a->len);
    else if (a->status != 204 && a->status != 304)
        snprintf(content, sizeof content, "Content-Length: 0\r\n");
    int n = snprintf(
        out, size,
        "HTTP/1.1 %d %s\r\n%s%s%sX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n%s%s\r\n",
        a->status, reason_of(a->status), content, a->extra, page_headers[a->page],
        s->secure ? "Strict-Transport-Security: max-age=31536000\r\n" : "", s->close ? "Connection: close\r\n" : "");
    return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

static void forget_answer(struct session *s)
{
    free(s->answer.owned);
    s->answer = (struct answer){0};
    s->answered = s->begun = false;
    s->sent = 0;
}

void http_answer(struct lws *wsi, struct session *s, const struct answer *a)
{
    if (s->answered) { /* never two answers to one request */
        free(a->owned);
        return;
    }
    s->answer = *a;
    s->answered = true;
    s->waits = 0;
    s->http->counts.refused += a->status >= 400;
    lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, ANSWER_S);
    lws_callback_on_writable(wsi);
}

/* Code and message are ours, without anything that JSON or HTML would have to escape. */
void http_refuse(struct lws *wsi, struct session *s, enum page page, int status, const char *code, const char *message,
                 const char *extra)
{
    struct answer a = {.status = status, .page = page};
    char *body = malloc(512);
    if (body) {
        const char *form = page == PAGE_API ? "{\"code\":\"%s\",\"message\":\"%s\"}"
                                            : "<!doctype html><meta charset=utf-8><title>%s</title><p>%s\n";
        snprintf(body, 512, form, page == PAGE_API ? code : reason_of(status), message);
        a.type = page == PAGE_API ? "application/json" : "text/html; charset=utf-8";
        a.body = a.owned = body;
        a.len = strlen(body);
    }
    snprintf(a.extra, sizeof a.extra, "Cache-Control: no-store\r\n%s", extra ? extra : "");
    http_answer(wsi, s, &a);
}

/* The rest of the answer, a chunk at a time. 0 = go on, -1 = close the connection. */
static int write_answer(struct lws *wsi, struct session *s)
{
    unsigned char chunk[LWS_PRE + HEAD_MAX + CHUNK];
    unsigned char *at = chunk + LWS_PRE;
    if (!s->answered)
        return 0;
    size_t head = s->begun ? 0 : write_head(s, (char *)at, HEAD_MAX);
    if (!s->begun && head == 0)
        return -1;
    size_t left = s->head_only ? 0 : s->answer.len - s->sent, n = left < CHUNK ? left : CHUNK;
    if (n)
        memcpy(at + head, (const char *)s->answer.body + s->sent, n);
    enum lws_write_protocol kind = head ? LWS_WRITE_HTTP_HEADERS : LWS_WRITE_HTTP;
    if (lws_write(wsi, at, head + n, kind) < 0)
        return -1;
    s->begun = true;
    s->sent += n;
    if (n < left) {
        lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, ANSWER_S);
        lws_callback_on_writable(wsi);
        return 0;
    }
    bool close = s->close;
    forget_answer(s);
    return close || lws_http_transaction_completed(wsi) ? -1 : 0;
}

/* --- Routes */

static bool path_is(const struct request *q, const char *path)
{
    return q->path.len == strlen(path) && memcmp(q->path.at, path, q->path.len) == 0;
}

static bool path_begins(const struct request *q, const char *prefix)
{
    return q->path.len >= strlen(prefix) && memcmp(q->path.at, prefix, strlen(prefix)) == 0;
}

static void answer_text(const struct request *q, int status, const char *text)
{
    struct answer a = {.status = status, .type = "text/plain; charset=utf-8", .owned = strdup(text)};
    a.body = a.owned;
    a.len = a.owned ? strlen(text) : 0;
    snprintf(a.extra, sizeof a.extra, "Cache-Control: no-store\r\n");
    http_answer(q->wsi, q->session, &a);
}

static void health_route(const struct request *q)
{
    answer_text(q, 200, "ok\n");
}

static void ready_route(const struct request *q)
{
    const struct http_services *s = &q->http->services;
    char why[256] = "", line[280];
    bool ready = !s->ready || s->ready(s->owner, why, sizeof why);
    snprintf(line, sizeof line, "%s\n", ready ? "ready" : why);
    answer_text(q, ready ? 200 : 503, line);
}

/* For those who run the site: loopback and private networks only, and not through a proxy that hides who asks. */
static void metrics_route(const struct request *q)
{
    const struct http_services *s = &q->http->services;
    struct address peer;
    bool relayed = lws_hdr_total_length(q->wsi, WSI_TOKEN_X_FORWARDED_FOR) > 0;
    bool hidden = relayed && peer_of(q->wsi, &peer) && memcmp(&peer, &q->client, sizeof peer) == 0;
    char *text = NULL;
    if (!hidden && auth_address_inside(&q->client) && s->metrics)
        text = s->metrics(s->owner);
    if (!text) {
        http_refuse(q->wsi, q->session, PAGE_PLAIN, 404, "not_found", "There is nothing here.", NULL);
        return;
    }
    struct answer a = {.status = 200,
                       .type = "text/plain; version=0.0.4; charset=utf-8",
                       .body = text,
                       .owned = text,
                       .len = strlen(text)};
    snprintf(a.extra, sizeof a.extra, "Cache-Control: no-store\r\n");
    http_answer(q->wsi, q->session, &a);
}

/* True when the client has this version already. */
static bool known_by_client(const struct request *q, const char *tag)
{
    char given[512], quoted[40];
    struct span match = http_header(q->wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, given, sizeof given);
    snprintf(quoted, sizeof quoted, "\"%s\"", tag);
    return match.len && strstr(given, quoted);
}

static void site_route(const struct request *q)
{
    char words[64] = "", tag[17] = "", cors[320] = "";
    const struct http_services *s = &q->http->services;
    const char *lang = lws_get_urlarg_by_name(q->wsi, "lang=", words, sizeof words);
    struct span document = site_document(q->http->site, (struct span){lang, lang ? strlen(lang) : 0}, tag);
    if (!document.len) {
        http_refuse(q->wsi, q->session, PAGE_API, 503, "busy", "The gateway is starting: try again in a moment.",
                    "Retry-After: 1\r\n");
        return;
    }
    if (q->origin.len && auth_origin_allowed(q->origin, q->host, q->secure, s->n_origins, s->origins))
        snprintf(cors, sizeof cors, "Access-Control-Allow-Origin: %s\r\n", q->origin_text);
    bool known = known_by_client(q, tag);
    struct answer a = {.status = known ? 304 : 200, .page = PAGE_API};
    if (!known) {
        a.type = "application/json";
        a.owned = malloc(document.len); /* the settings may change while it is sent */
        a.body = a.owned;
        a.len = a.owned ? document.len : 0;
        if (a.owned)
            memcpy(a.owned, document.at, document.len);
    }
    snprintf(a.extra, sizeof a.extra, "ETag: \"%s\"\r\nCache-Control: public, max-age=%d\r\nVary: Origin\r\n%s", tag,
             SITE_CACHE_S, cors);
    http_answer(q->wsi, q->session, &a);
}

/* "gzip" is among the encodings, and not with q=0. */
static bool takes_gzip(struct lws *wsi)
{
    char given[256];
    if (!http_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, given, sizeof given).len)
        return false;
    const char *found = strstr(given, "gzip");
    if (!found)
        return false;
    const char *q = strstr(found, "q="), *comma = strchr(found, ',');
    return !q || (comma && q > comma) || strtod(q + 2, NULL) > 0;
}

static void answer_asset(const struct request *q, const struct asset *asset, enum page page)
{
    char tag[24];
    bool zipped = asset->gzip && takes_gzip(q->wsi);
    snprintf(tag, sizeof tag, "%s%s", asset->tag, zipped ? "-gz" : "");
    struct answer a = {.status = 304, .page = page};
    if (!known_by_client(q, tag)) {
        a.status = 200;
        a.type = asset->mime;
        a.body = zipped ? asset->gzip : asset->plain;
        a.len = zipped ? asset->gzip_len : asset->plain_len;
    }
    const char *cache = asset->immutable      ? "public, max-age=31536000, immutable"
                        : page == PAGE_WIDGET ? "public, max-age=300"
                                              : "no-cache";
    snprintf(a.extra, sizeof a.extra, "ETag: \"%s\"\r\nCache-Control: %s\r\n%s%s", tag, cache,
             asset->gzip ? "Vary: Accept-Encoding\r\n" : "",
             zipped && a.status == 200 ? "Content-Encoding: gzip\r\n" : "");
    http_answer(q->wsi, q->session, &a);
}

static void redirect(const struct request *q, int status, const char *to)
{
    struct answer a = {.status = status, .page = PAGE_PLAIN};
    snprintf(a.extra, sizeof a.extra, "Location: %s\r\nCache-Control: no-store\r\n", to);
    http_answer(q->wsi, q->session, &a);
}

static void static_route(const struct request *q)
{
    bool demo = q->http->services.demo;
    if (path_is(q, "/") && !demo)
        redirect(q, 302, "/desk/");
    else if (path_is(q, "/desk"))
        redirect(q, 301, "/desk/");
    else if (path_is(q, "/demo") && demo)
        redirect(q, 301, "/demo/");
    else {
        struct span path = path_is(q, "/") ? (struct span){"/demo/", 6} : q->path;
        bool in_demo = path_begins(q, "/demo/") || path_is(q, "/");
        const struct asset *asset = in_demo && !demo ? NULL : assets_find(path.at, path.len);
        enum page page = in_demo ? PAGE_DEMO : path_begins(q, "/desk/") ? PAGE_DESK : PAGE_WIDGET;
        if (asset)
            answer_asset(q, asset, page);
        else
            http_refuse(q->wsi, q->session, PAGE_PLAIN, 404, "not_found", "There is nothing here.", NULL);
    }
}

static void unknown_route(const struct request *q)
{
    http_refuse(q->wsi, q->session, PAGE_API, 404, "not_found", "There is no such route.", NULL);
}

static void websocket_route(const struct request *q)
{
    http_refuse(q->wsi, q->session, PAGE_PLAIN, 426, "upgrade_required", "This is a websocket.",
                "Upgrade: websocket\r\n");
}

enum { READS = METHOD_GET | METHOD_HEAD };

/* The first that fits. A path ending in * fits by its beginning. */
static const struct route {
    const char *path;
    unsigned methods;
    enum page page;
    void (*go)(const struct request *q);
} routes[] = {
    {"/api/v1/session", METHOD_GET | METHOD_POST | METHOD_DELETE, PAGE_API, http_session_route},
    {"/api/v1/invite", METHOD_POST, PAGE_API, http_invite_route},
    {"/api/v1/site", READS, PAGE_API, site_route},
    {"/api/v1/chats/*", READS, PAGE_API, http_chat_route},
    {"/api/*", READS | METHOD_POST | METHOD_DELETE | METHOD_OTHER, PAGE_API, unknown_route},
    {"/healthz", READS, PAGE_PLAIN, health_route},
    {"/readyz", READS, PAGE_PLAIN, ready_route},
    {"/metrics", READS, PAGE_PLAIN, metrics_route},
    {"/ws/visitor", READS, PAGE_PLAIN, websocket_route},
    {"/ws/agent", READS, PAGE_PLAIN, websocket_route},
    {"/*", READS, PAGE_PLAIN, static_route},
};

static const struct route *route_of(const struct request *q)
{
    for (const struct route *r = routes;; r++) {
        size_t len = strlen(r->path);
        bool open = r->path[len - 1] == '*';
        if (open ? q->path.len >= len - 1 && memcmp(q->path.at, r->path, len - 1) == 0 : path_is(q, r->path))
            return r;
    }
}

static void refuse_method(const struct request *q, const struct route *r)
{
    char allow[80];
    snprintf(allow, sizeof allow, "Allow: %s%s%s%s\r\n", r->methods & METHOD_GET ? "GET" : "",
             r->methods & METHOD_HEAD ? ", HEAD" : "",
             r->methods & METHOD_POST ? (r->methods & METHOD_GET ? ", POST" : "POST") : "",
             r->methods & METHOD_DELETE ? ", DELETE" : "");
    q->session->close = true;
    http_refuse(q->wsi, q->session, r->page, 405, "method_not_allowed", "This route does not take that method.", allow);
}

static enum method method_of(struct lws *wsi)
{
    static const struct {
        enum lws_token_indexes token;
        enum method method;
    } known[] = {{WSI_TOKEN_GET_URI, METHOD_GET},
                 {WSI_TOKEN_HEAD_URI, METHOD_HEAD},
                 {WSI_TOKEN_POST_URI, METHOD_POST},
                 {WSI_TOKEN_DELETE_URI, METHOD_DELETE}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (lws_hdr_total_length(wsi, known[i].token) > 0)
            return known[i].method;
    return METHOD_OTHER;
}

/* No route takes a body: "Content-Length: 0", once, is all there may be. 0 = fine, else the status. */
static int body_refusal(struct lws *wsi)
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

static void on_request(struct http *h, struct lws *wsi, struct session *s, struct span path)
{
    struct request q = {.http = h, .wsi = wsi, .session = s, .path = path, .method = method_of(wsi)};
    forget_answer(s);
    h->counts.requests++;
    s->http = h;
    s->secure = q.secure = came_secure(h, wsi);
    s->head_only = q.method == METHOD_HEAD;
    s->close = !(q.method & READS); /* lws takes a POST without a length for one with an endless body */
    enum page page = path_begins(&q, "/api/") ? PAGE_API : PAGE_PLAIN;
    int status = body_refusal(wsi);
    q.host = http_header(wsi, WSI_TOKEN_HOST, q.host_text, sizeof q.host_text);
    q.origin = http_header(wsi, WSI_TOKEN_ORIGIN, q.origin_text, sizeof q.origin_text);
    bool sane = q.host.len && strcspn(q.origin_text, "\r\n") == strlen(q.origin_text) && http_client(h, wsi, &q.client);
    if (status || !sane) {
        s->close = true;
        http_refuse(wsi, s, page, status ? status : 400, "bad_request",
                    status ? "No route here takes a body." : "A request needs one sane Host header.", NULL);
        return;
    }
    const struct route *r = route_of(&q);
    if (r->methods & q.method)
        r->go(&q);
    else
        refuse_method(&q, r);
    lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, ANSWER_S);
}

/* --- Upgrades */

const char *http_upgrade_refusal(struct http *h, struct lws *wsi, int *status)
{
    char upgrade[32], version[16], key[64], protocol[128], origin[256], host[256], hash[65], *path = NULL;
    int len = 0;
    int method = lws_http_get_uri_and_method(wsi, &path, &len);
    bool visitor = len == 11 && memcmp(path, "/ws/visitor", 11) == 0;
    bool agent = len == 9 && memcmp(path, "/ws/agent", 9) == 0;
    *status = 404;
    if (!visitor && !agent)
        return "There is no websocket at this path.";
    const struct upgrade u = {.upgrade = http_header(wsi, WSI_TOKEN_UPGRADE, upgrade, sizeof upgrade),
                              .version = http_header(wsi, WSI_TOKEN_VERSION, version, sizeof version),
                              .key = http_header(wsi, WSI_TOKEN_KEY, key, sizeof key),
                              .protocol = http_header(wsi, WSI_TOKEN_PROTOCOL, protocol, sizeof protocol),
                              .origin = http_header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin),
                              .host = http_header(wsi, WSI_TOKEN_HOST, host, sizeof host),
                              .get = method == LWSHUMETH_GET,
                              .agent = agent,
                              .secure = came_secure(h, wsi)};
    if (lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) > 0 && !u.origin.len) {
        *status = 403;
        return "This origin is too long.";
    }
    const char *why = auth_upgrade_refusal(&u, h->services.n_origins, h->services.origins, status);
    struct address client;
    if (why)
        return why;
    *status = 401;
    if (agent && !http_session_hash(h, wsi, hash))
        return "Log in first.";
    *status = body_refusal(wsi);
    if (*status)
        return "A websocket begins without a body.";
    *status = 400;
    if (!http_client(h, wsi, &client))
        return "The connection has no address.";
    return h->services.admit ? h->services.admit(h->services.owner, &client, agent, status) : NULL;
}

/* 0 = let lws upgrade, -1 = refused and answered. Written at once: lws offers no later moment. */
static int on_upgrade(struct http *h, struct lws *wsi, const char *wanted)
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
                     status, reason_of(status), strlen(why), status == 426 ? "Sec-WebSocket-Version: 13\r\n" : "",
                     status == 429 || status == 503 ? "Retry-After: 5\r\n" : "", why);
    if (n > 0 && (size_t)n < sizeof out - LWS_PRE)
        lws_write(wsi, out + LWS_PRE, (size_t)n, LWS_WRITE_HTTP_HEADERS);
    return -1;
}

/* --- lws */

static void drop(struct session *s)
{
    if (!s || !s->http)
        return;
    if (s->waits)
        http_exchange_dropped(s->http, s->waits);
    s->waits = 0;
    forget_answer(s);
}

int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    const struct lws_protocols *protocol = lws_get_protocol(wsi);
    struct http *h = protocol ? protocol->user : NULL;
    switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return h && in ? on_upgrade(h, wsi, in) : -1;
    case LWS_CALLBACK_HTTP:
        if (!h || !user)
            return -1;
        on_request(h, wsi, user, (struct span){in, len});
        return 0;
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return user ? write_answer(wsi, user) : 0;
    case LWS_CALLBACK_RAW_ADOPT: /* what CONNECT becomes */
    case LWS_CALLBACK_RAW_CONNECTED:
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_RAW_WRITEABLE:
        return -1;
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        drop(user);
        return 0;
    default: /* a body too: it is already refused, and the connection closes once that is written */
        return 0;
    }
}

size_t http_session_size(void)
{
    return sizeof(struct session);
}

/* --- Life */

struct http *http_open(const struct http_services *services, char *why, size_t why_size)
{
    struct http *h = calloc(1, sizeof *h);
    if (h)
        h->site = site_new(services->site);
    if (!h || !h->site || !auth_start()) {
        snprintf(why, why_size, !h || !h->site ? "no memory for HTTP" : "the system gives no random bytes");
        if (h)
            site_free(h->site);
        free(h);
        return NULL;
    }
    h->services = *services;
    h->waiting_end = &h->waiting;
    auth_attempts_init(&h->attempts);
    return h;
}

void http_use_router(struct http *h, struct router *router)
{
    h->services.router = router;
}

void http_close(struct http *h)
{
    if (!h)
        return;
    http_checks_forget(h);
    site_free(h->site);
    free(h);
}

bool http_site_changed(struct http *h, struct span settings, const struct matcher *faq)
{
    return site_change(h->site, settings, faq);
}

struct http_counts http_counts(const struct http *h)
{
    return h->counts;
}
