/* Between server.c (the loop, signals, draining), server_redis.c (Redis, FAQ, settings) and server_sockets.c (HTTP,
 * websockets, accepting). */
#ifndef FIRSTLINE_GATEWAY_SERVER_PARTS_H
#define FIRSTLINE_GATEWAY_SERVER_PARTS_H
#include "gateway/aside.h"
#include "gateway/compile.h"
#include "gateway/http.h"
#include "gateway/options.h"
#include "gateway/ws.h"
#include "router/private.h"
#include <uv.h>

struct server {
    struct options *with;
    int64_t started_us;
    uv_loop_t loop;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_timer_t wheel, accept_again;
    uv_signal_t term, intr, hup;
    uv_poll_t listener;
    struct gateway gateway;
    struct private_redis *redis;
    struct http *http;
    struct compiler *compiler;
    struct aside *aside;
    struct lws_context *lws;
    struct lws_vhost *vhost;
    struct ws_side visitor_side, agent_side;
    struct lws_protocols protocols[5];
    char redis_url[512], url[256], *settings;
    size_t settings_len;
    int listen_fd, status;
    int64_t drain_started_ms, turn_us; /* the thread's processor time when this turn began */
    uint32_t drain_cursor, drain_batch;
    uint32_t most_open; /* sockets at once since memory was last given back */
    bool told_ready, demo_asked, demo_done, demo_faq, listening, stopping;
};

void server_clock(struct gateway *g);
/* struct http_services.ready; owner is the server. */
bool server_ready(void *owner, char *why, size_t size);
/* Logs it, once. */
void server_tell_ready(struct server *s);

bool server_open_redis(struct server *s, char *why, size_t size);
/* struct compiler_options.compiled */
void server_compiled(void *owner, struct matcher *matcher, size_t entries, uint64_t rev, const char *why);
/* What struct gateway calls. */
void server_settings_came(void *owner, struct span json);
void server_phrases_came(void *owner, struct span json);
/* The phrase guard's list as it ships; NULL and why[] when it is malformed. */
struct phrases *server_shipped_phrases(char *why, size_t size);
bool server_author_waits(void *owner);
void server_faq_came(void *owner, struct span json, uint64_t rev);

bool server_open_http(struct server *s, char *why, size_t size);
bool server_open_lws(struct server *s, char *why, size_t size);
bool server_open_listener(struct server *s, char *why, size_t size);
void server_accept(uv_poll_t *handle, int status, int events);
void server_stop_listening(struct server *s);
#endif
