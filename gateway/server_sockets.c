/* The server's sockets: what HTTP needs from us, the libwebsockets context, accepting. */
#include "gateway/agent.h"
#include "gateway/echo.h"
#include "gateway/listen.h"
#include "gateway/server_parts.h"
#include "gateway/visitor.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RX_BUFFER 512       /* per socket; longer messages are put together by conn */
#define TX_PACKET (1 << 20) /* what one send may take */
#define ACCEPTS_A_TURN 64
#define ACCEPT_PAUSE_MS 100 /* when the system has no more file descriptors */

/* ---- HTTP's needs */

static char *metrics(void *owner)
{
    struct server *s = owner;
    struct text t;
    text_start(&t);
    gateway_metrics(&s->gateway, &t);
    const struct http_counts h = http_counts(s->http);
    text_add(&t,
             "# TYPE firstline_http_requests_total counter\nfirstline_http_requests_total %" PRIu64
             "\n# TYPE firstline_http_refused_total counter\nfirstline_http_refused_total %" PRIu64
             "\n# TYPE firstline_upgrades_refused_total counter\nfirstline_upgrades_refused_total %" PRIu64
             "\n# TYPE firstline_logins_total counter\nfirstline_logins_total{result=\"done\"} %" PRIu64
             "\nfirstline_logins_total{result=\"failed\"} %" PRIu64
             "\nfirstline_logins_total{result=\"limited\"} %" PRIu64 "\n",
             h.requests, h.refused, h.upgrades_refused, h.logins, h.logins_failed, h.logins_limited);
    char *copy = t.failed ? NULL : strdup(t.at);
    text_free(&t);
    return copy;
}

static const char *admit(void *owner, const struct address *client, bool agent, int *status)
{
    struct server *s = owner;
    (void)agent;
    *status = 503;
    if (s->gateway.draining) {
        return "this gateway is draining: connect again";
    }
    server_clock(&s->gateway);
    const char *refusal = peers_admit(s->gateway.peers, client, s->gateway.now_ms, status);
    s->gateway.metrics.count[METRIC_REFUSED] += refusal != NULL;
    return refusal;
}

static void logged_out(void *owner, const char *session_hash)
{
    agents_logged_out(((struct server *)owner)->gateway.agents, session_hash);
}

static void tell(void *owner, const char *level, const char *what, const char *agent, const struct address *client)
{
    enum log_level l = LOG_INFO;
    char from[INET6_ADDRSTRLEN] = "-", quoted[80];
    (void)owner;
    if (client) {
        auth_address_text(client, from);
    }
    (void)log_level_named(level, &l);
    log_line(l, what, "agent=%s client=%s", log_quote(agent ? agent : "", quoted, sizeof quoted), from);
}

bool server_open_http(struct server *s, char *why, size_t size)
{
    const struct http_services services = {.loop = &s->loop,
                                           .router = s->gateway.router,
                                           .site = s->with->site,
                                           .demo = s->with->demo,
                                           .test_echo = s->with->test_echo,
                                           .tls = s->with->tls_cert != NULL,
                                           .n_origins = s->with->n_origins,
                                           .origins = s->with->origin,
                                           .n_proxies = s->with->n_proxies,
                                           .proxies = s->with->proxy,
                                           .no_address_limits = s->with->per_address == 0,
                                           .owner = s,
                                           .metrics = metrics,
                                           .ready = server_ready,
                                           .admit = admit,
                                           .logged_out = logged_out,
                                           .tell = tell};
    s->http = http_open(&services, why, size);
    return s->http != NULL;
}

/* ---- libwebsockets */

static void lws_told(int level, const char *line)
{
    char quoted[400];
    (void)level;
    log_line(LOG_DEBUG, "libwebsockets", "said=%s", log_quote(line, quoted, sizeof quoted));
}

static void fill_protocols(struct server *s)
{
    s->visitor_side = (struct ws_side){&s->gateway, s->http, &visitor_kind, server_clock};
    s->agent_side = (struct ws_side){&s->gateway, s->http, &agent_kind, server_clock};
    s->protocols[0] = (struct lws_protocols){
        .name = "http", .callback = http_callback, .per_session_data_size = http_session_size(), .user = s->http};
    s->protocols[1] = (struct lws_protocols){.name = "firstline.visitor.v1",
                                             .callback = ws_callback,
                                             .per_session_data_size = 1, /* else no WS_SERVER_DROP_PROTOCOL comes */
                                             .rx_buffer_size = RX_BUFFER,
                                             .user = &s->visitor_side,
                                             .tx_packet_size = TX_PACKET};
    s->protocols[2] = s->protocols[1];
    s->protocols[2].name = "firstline.agent.v1";
    s->protocols[2].user = &s->agent_side;
    if (s->with->test_echo) { /* protocol 0 is what lws takes when none is asked for */
        log_line(LOG_WARN, "--test-echo: /ws/echo gives back what anybody sends; for tests only", NULL);
        s->protocols[0].callback = echo_callback;
        s->protocols[0].tx_packet_size = TX_PACKET;
        s->protocols[3] = s->protocols[0];
        s->protocols[3].name = ECHO_PROTOCOL;
    }
}

bool server_open_lws(struct server *s, char *why, size_t size)
{
    static const lws_retry_bo_t no_lws_pings = {0};
    void *loops[] = {&s->loop};
    struct lws_context_creation_info info = {0};
    fill_protocols(s);
    lws_set_log_level(s->with->level >= LOG_DEBUG ? LLL_ERR | LLL_WARN : LLL_ERR, lws_told);
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER; /* sockets are accepted and adopted here */
    info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS |
                   (s->with->tls_cert ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0);
    info.foreign_loops = loops;
    info.pcontext = &s->lws;
    info.protocols = s->protocols;
    info.retry_and_idle_policy = &no_lws_pings;
    info.max_http_header_data = 4096;
    info.max_http_header_pool = 4096;
    info.timeout_secs = 10;
    info.keepalive_timeout = 20;
    info.gid = -1;
    info.uid = -1;
    s->lws = lws_create_context(&info);
    if (!s->lws) {
        snprintf(why, size, "libwebsockets did not start; is libwebsockets-evlib-uv installed?");
        return false;
    }
    info.vhost_name = "firstline";
    info.alpn = "http/1.1";
    info.ssl_cert_filepath = s->with->tls_cert;
    info.ssl_private_key_filepath = s->with->tls_key;
    s->vhost = lws_create_vhost(s->lws, &info);
    if (!s->vhost) {
        snprintf(why, size, "TLS did not start: check --tls-cert and --tls-key (PEM, readable, belonging together)");
    }
    return s->vhost != NULL;
}

static void accept_again(uv_timer_t *timer)
{
    struct server *s = timer->data;
    if (s->listening) {
        uv_poll_start(&s->listener, UV_READABLE, server_accept);
    }
}

void server_accept(uv_poll_t *handle, int status, int events)
{
    struct server *s = handle->data;
    (void)status;
    (void)events;
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        int fd = accept4(s->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            lws_adopt_socket_vhost(s->vhost, fd); /* closes it when it cannot */
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            log_line(LOG_WARN, "no more connections can be accepted", "errno=%d", errno);
            uv_poll_stop(&s->listener);
            uv_timer_start(&s->accept_again, accept_again, ACCEPT_PAUSE_MS, 0);
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

bool server_open_listener(struct server *s, char *why, size_t size)
{
    struct options *o = s->with;
    s->listen_fd = listen_bind(&o->address, o->address_len, o->worker > 0, why, size);
    if (s->listen_fd < 0) {
        return false;
    }
    if (listen(s->listen_fd, 4096) != 0 || uv_poll_init(&s->loop, &s->listener, s->listen_fd) != 0) {
        snprintf(why, size, "cannot listen on %s: %s", o->listen, strerror(errno));
        close(s->listen_fd);
        return false;
    }
    s->listener.data = s;
    s->listening = true;
    options_url(o, s->url, sizeof s->url);
    return true;
}

void server_stop_listening(struct server *s)
{
    if (s->listening) {
        s->listening = false;
        uv_poll_stop(&s->listener);
        uv_close((uv_handle_t *)&s->listener, NULL);
        close(s->listen_fd);
    }
}
