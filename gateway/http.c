/* Requests in, answers out: lws' HTTP callback, the table of routes, the security headers. */
#include "gateway/http.h"
#include "gateway/http_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 16384,
    HEAD_MAX = 2048,
    ANSWER_S = 30, /* to hear from Redis, and for each chunk to be taken */
};

/* --- Answers */

const char *http_reason(int status)
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
        a->status, http_reason(a->status), content, a->extra, page_headers[a->page],
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
        snprintf(body, 512, form, page == PAGE_API ? code : http_reason(status), message);
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
    {"/api/v1/site", READS, PAGE_API, http_site_route},
    {"/api/v1/chats/*", READS, PAGE_API, http_chat_route},
    {"/api/v1/report", READS, PAGE_API, http_report_route},
    {"/api/v1/report.csv", READS, PAGE_API, http_report_route},
    {"/api/*", READS | METHOD_POST | METHOD_DELETE | METHOD_OTHER, PAGE_API, unknown_route},
    {"/healthz", READS, PAGE_PLAIN, http_health_route},
    {"/readyz", READS, PAGE_PLAIN, http_ready_route},
    {"/metrics", READS, PAGE_PLAIN, http_metrics_route},
    {"/ws/visitor", READS, PAGE_PLAIN, websocket_route},
    {"/ws/agent", READS, PAGE_PLAIN, websocket_route},
    {"/*", READS, PAGE_PLAIN, http_static_route},
};

static const struct route *route_of(const struct request *q)
{
    for (const struct route *r = routes;; r++) {
        size_t len = strlen(r->path);
        bool open = r->path[len - 1] == '*';
        if (open ? q->path.len >= len - 1 && memcmp(q->path.at, r->path, len - 1) == 0 : http_path_is(q, r->path))
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

static void on_request(struct http *h, struct lws *wsi, struct session *s, struct span path)
{
    struct request q = {.http = h, .wsi = wsi, .session = s, .path = path, .method = method_of(wsi)};
    forget_answer(s);
    h->counts.requests++;
    s->http = h;
    s->secure = q.secure = http_came_secure(h, wsi);
    s->head_only = q.method == METHOD_HEAD;
    s->close = !(q.method & READS); /* lws takes a POST without a length for one with an endless body */
    enum page page = http_path_begins(&q, "/api/") ? PAGE_API : PAGE_PLAIN;
    int status = http_body_refusal(wsi);
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
        return h && in ? http_upgrade(h, wsi, in) : -1;
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
