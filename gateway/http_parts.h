/* What http.c (requests in, answers out), http_login.c and http_export.c (what waits for Redis) share; nobody else
 * looks.
 */
#ifndef FIRSTLINE_GATEWAY_HTTP_PARTS_H
#define FIRSTLINE_GATEWAY_HTTP_PARTS_H
#include "gateway/auth.h"
#include "gateway/http.h"
#include "gateway/site.h"

enum method { METHOD_GET = 1, METHOD_HEAD = 2, METHOD_POST = 4, METHOD_DELETE = 8, METHOD_OTHER = 16 };

/* Which security headers go out. */
enum page { PAGE_API, PAGE_DESK, PAGE_WIDGET, PAGE_DEMO, PAGE_PLAIN };

struct answer {
    int status;
    enum page page;
    const char *type; /* NULL = no body */
    const void *body;
    size_t len;
    void *owned;     /* freed once sent: the body, when it is ours */
    char extra[512]; /* further header lines, each ending in \r\n */
};

/* One transaction of a connection, in lws' user space. */
struct session {
    struct http *http;
    struct answer answer;
    bool answered, begun, close, head_only, secure;
    size_t sent;
    uint32_t waits; /* index + 1 of the exchange that will answer, 0 = none */
};

/* A request as its handler sees it. */
struct request {
    struct http *http;
    struct lws *wsi;
    struct session *session;
    struct span path;
    enum method method;
    bool secure; /* the client came by TLS, as far as we know */
    struct address client;
    struct span host, origin;
    char host_text[256], origin_text[256];
};

/* Something that waits for Redis or for a password check; it outlives the connection that asked. */
struct exchange {
    struct lws *wsi; /* NULL = the client has gone */
    struct session *session;
    uint32_t generation;
    bool taken;
    enum { EXCHANGE_LOGIN, EXCHANGE_INVITE, EXCHANGE_WHO, EXCHANGE_LOGOUT, EXCHANGE_CHAT, EXCHANGE_REPORT } purpose;
    bool secure, as_text;
    uint64_t chat;
    struct address client;
    struct basic basic; /* wiped as soon as the password is checked */
    char agent[33];
    char from[24], to[24], by[24]; /* of a report, as asked */
    char token[AUTH_TOKEN_LEN + 1], token_hash[65];
};

enum {
    EXCHANGES_MAX = 256,
    CHECKS_AT_ONCE = 2, /* password checks on other threads: 19 MiB each */
    ATTEMPTS_A_MINUTE = 10
};

struct check;

struct http {
    struct http_services services;
    struct site *site;
    struct attempts attempts;
    struct exchange exchange[EXCHANGES_MAX];
    struct check *running, *waiting, **waiting_end;
    int checks;
    struct http_counts counts;
};

/* http.c */
void http_answer(struct lws *wsi, struct session *s, const struct answer *a);
/* {"code","message"} for the API, a short page elsewhere; `extra` as in struct answer, or NULL. */
void http_refuse(struct lws *wsi, struct session *s, enum page page, int status, const char *code, const char *message,
                 const char *extra);
const char *http_reason(int status);

/* http_upgrade.c */
/* The header's text in buf; empty when missing, too long, or holding a NUL. */
struct span http_header(struct lws *wsi, enum lws_token_indexes token, char *buf, size_t size);
bool http_peer(struct lws *wsi, struct address *out);
bool http_came_secure(const struct http *h, struct lws *wsi);
/* No route takes a body: "Content-Length: 0", once, is all there may be. 0 = fine, else the status. */
int http_body_refusal(struct lws *wsi);
/* 0 = let lws upgrade to `wanted`, -1 = refused and answered. */
int http_upgrade(struct http *h, struct lws *wsi, const char *wanted);

/* http_pages.c */
bool http_path_is(const struct request *q, const char *path);
bool http_path_begins(const struct request *q, const char *prefix);
void http_health_route(const struct request *q);
void http_ready_route(const struct request *q);
void http_metrics_route(const struct request *q);
void http_site_route(const struct request *q);
void http_static_route(const struct request *q);

/* http_login.c */
void http_session_route(const struct request *q); /* GET, POST, DELETE /api/v1/session */
void http_invite_route(const struct request *q);
/* Takes an exchange when the request carries a session cookie; NULL: answered 401 or 503. */
struct exchange *http_with_session(const struct request *q);
/* Asks whose session that is; http_export_ask follows. */
void http_find_session(struct http *h, struct exchange *x);
uint64_t http_exchange_ticket(const struct http *h, const struct exchange *x);
/* These three answer and give the exchange back. `a->owned` is taken over. */
void http_exchange_finish(struct exchange *x, const struct answer *a);
void http_exchange_refused(struct exchange *x, int status, const char *code, const char *message);
void http_exchange_busy(struct exchange *x);
void http_exchange_dropped(struct http *h, uint32_t waits);
/* Password checks still running may end after this. */
void http_checks_forget(struct http *h);

/* http_export.c */
void http_chat_route(const struct request *q);
void http_report_route(const struct request *q); /* /api/v1/report and .csv */
/* The agent is known: asks for what they want; false = the router did not take it. */
bool http_export_ask(struct http *h, struct exchange *x, struct span agent);
void http_export_answer(struct exchange *x, struct span document);
void http_export_refused(struct exchange *x);
#endif
