/* /ws/echo, for test suites of the websocket protocol: gives every message back. There only with --test-echo. */
#ifndef FIRSTLINE_GATEWAY_ECHO_H
#define FIRSTLINE_GATEWAY_ECHO_H
#include <libwebsockets.h>

#define ECHO_PROTOCOL "firstline.echo.v1" /* the subprotocol may also be left out */
#define ECHO_MESSAGE_MAX (16u << 20)      /* one message; longer ones close with 1009 */
#define ECHO_BACKLOG_MAX (64u << 20)      /* unsent bytes; more close with 1013 */

/* In place of http_callback, which gets everything that is no websocket's. */
int echo_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
#endif
