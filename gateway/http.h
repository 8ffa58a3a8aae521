/* The HTTP side: routes, security headers, login, static files, and which upgrades become websockets.
 *
 * lws protocol 0. Everything it needs comes by struct http_services; Redis replies come by http_done. */
#ifndef FIRSTLINE_GATEWAY_HTTP_H
#define FIRSTLINE_GATEWAY_HTTP_H
#include "gateway/auth.h"
#include "router/router.h"
#include <libwebsockets.h>

struct http;
struct matcher;

/* Top 8 bits of a router ticket that is ours; the others are the gateway's (1 visitor, 2 agent, 4 machinery). */
#define HTTP_TICKET_KIND 3u

struct http_services {
    struct uv_loop_s *loop;
    struct router *router; /* may be set later by http_use_router */
    const char *site;      /* the site's id */
    bool demo;             /* serve the demo shop at / */
    bool test_echo;        /* let /ws/echo be a websocket, see echo.h */
    bool tls;              /* this listener speaks TLS itself */
    size_t n_origins;
    const char *const *origins; /* --origin, borrowed */
    size_t n_proxies;
    const struct network *proxies; /* --trusted-proxy, borrowed */
    bool no_address_limits;        /* --per-address 0: login attempts are limited by name only */
    void *owner;
    /* Prometheus text, malloc'd, freed by http; NULL = none. */
    char *(*metrics)(void *owner);
    /* Ready for work? When not, `why` gets a sentence. */
    bool (*ready)(void *owner, char *why, size_t size);
    /* May one more websocket be opened now (draining, per-address limits)? NULL = yes, else a reason; *status is the
     * HTTP status (503, 429). Called last, after the checks of the request itself. May be NULL. */
    const char *(*admit)(void *owner, const struct address *client, bool agent, int *status);
    /* An agent logged out here: the sockets under that session (sha256 hex) are to be closed. May be NULL. */
    void (*logged_out)(void *owner, const char *session_hash);
    /* One thing worth a log line (level: "info", "warn"); never holds secrets. May be NULL. */
    void (*tell)(void *owner, const char *level, const char *what, const char *agent, const struct address *client);
};

struct http *http_open(const struct http_services *services, char *why, size_t why_size);
void http_use_router(struct http *h, struct router *router);
/* No new requests; those waiting are dropped when their connections close. Frees at once, except what password checks
 * on other threads still use (freed when they end: run the loop until it is empty). After lws_context_destroy. */
void http_close(struct http *h);

/* For lws_protocols[0]: .callback, .per_session_data_size = http_session_size(), .user = the struct http * (lws gives
 * it back by lws_get_protocol(wsi)->user). It also decides CONFIRM_UPGRADE for every websocket. */
int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
size_t http_session_size(void);

/* A reply for a ticket of kind HTTP_TICKET_KIND. */
void http_done(struct http *h, enum router_op op, uint64_t ticket, const struct result *result);
/* Settings or FAQ changed: see site_change. */
bool http_site_changed(struct http *h, struct span settings, const struct matcher *faq);

/* For ws.c, while the upgrade's headers are still there (FILTER_PROTOCOL_CONNECTION, ESTABLISHED): */
/* the client's address, trusted proxies considered; */
bool http_client(const struct http *h, struct lws *wsi, struct address *out);
/* the hash of the agent's session cookie, for router_session_get; false = no cookie: refuse. */
bool http_session_hash(const struct http *h, struct lws *wsi, char out[65]);
/* The whole check of an upgrade, as done in CONFIRM_UPGRADE: NULL = allowed, else the reason. */
const char *http_upgrade_refusal(struct http *h, struct lws *wsi, int *status);
/* Counters for the metrics text. */
struct http_counts {
    uint64_t requests, refused, logins, logins_failed, logins_limited, upgrades_refused;
};
struct http_counts http_counts(const struct http *h);
#endif
