/* The only websocket callback: lws' reasons become opened, bytes, writable, gone. */
#ifndef FIRSTLINE_GATEWAY_WS_H
#define FIRSTLINE_GATEWAY_WS_H
#include "gateway/gateway.h"
#include <libwebsockets.h>

struct http;

/* What a websocket protocol's `user` points to. */
struct ws_side {
    struct gateway *gateway;
    struct http *http;
    const struct conn_kind *kind;
    void (*clock)(struct gateway *g); /* sets now_ms */
};

int ws_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
/* The client's close frame, as WS_PEER_INITIATED_CLOSE gives it. 0 = lws may answer with the same; -1 = it was wrong
 * and is answered: to be returned. */
int ws_answer_close(struct lws *wsi, const void *payload, size_t len);
/* For WS_SERVER_DROP_PROTOCOL, when lws closes by itself; TIMER, which then comes, is to return -1. */
void ws_failing(struct lws *wsi);
extern const struct conn_io ws_io;
#endif
