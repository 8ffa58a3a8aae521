/* lws on one side, conn on the other; nothing is decided here but what a broken upgrade gets. */
#include "gateway/ws.h"
#include "gateway/http.h"
#include "gateway/wire.h"
#include <string.h>
#include <sys/socket.h>

/* Of the kernel, for each socket (it takes twice as much): else it would keep 4 MB for a client that does not read. */
enum { SEND_BUFFER = 24 * 1024 };
/* From our close frame to the end, unless the client's answer ends it before. lws alone would wait 5 s; and amid a
 * frame, above all a wrong one, it cannot read the answer. */
enum { CLOSING_US = 500000 };

/* Many frames leave in one send: they are framed already (conn.c), and lws passes LWS_WRITE_HTTP through untouched on a
 * websocket. Always the whole outbox in one call: what the kernel does not take is kept by lws and goes before anything
 * else, its own control frames included, so that frames are never cut by others. */
static bool write_frames(void *socket, unsigned char *bytes, size_t len)
{
    /* lws is closing by itself, for a wrong frame: nothing may follow its close frame. */
    return lws_get_close_length(socket) > 0 || lws_write(socket, bytes, len, LWS_WRITE_HTTP) >= 0;
}

static bool is_stuck(void *socket)
{
    return lws_partial_buffered(socket) != 0;
}

static void want_writable(void *socket)
{
    lws_callback_on_writable(socket);
}

/* Only from outside the socket's own callback: returned from inside, lws sends no code. */
static void shut(void *socket, int code, const char *why)
{
    char reason[100];
    span_copy(span_of(why), reason, sizeof reason);
    lws_close_reason(socket, (enum lws_close_status)code, (unsigned char *)reason, strlen(reason));
    lws_set_timer_usecs(socket, CLOSING_US);
    lws_set_timeout(socket, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC);
}

/* lws answers a wrong code with 1002 itself, but would give back half a code, codes of nobody, and bytes that are no
 * text. */
int ws_answer_close(struct lws *wsi, const void *payload, size_t len)
{
    const unsigned char *in = payload;
    unsigned code = 0;
    if (len == 1 || (len >= 2 && (in[0] << 8 | in[1]) >= 5000)) {
        code = LWS_CLOSE_STATUS_PROTOCOL_ERR;
    } else if (len > 2 && !wire_utf8((struct span){(const char *)in + 2, len - 2})) {
        code = LWS_CLOSE_STATUS_INVALID_PAYLOAD;
    } else {
        return 0;
    }
    unsigned char frame[] = {0x88, 2, (unsigned char)(code >> 8), (unsigned char)code};
    (void)lws_write(wsi, frame, sizeof frame, LWS_WRITE_HTTP); /* nothing else waits to be sent, lws has looked */
    return -1;
}

void ws_failing(struct lws *wsi)
{
    if (lws_get_close_length(wsi) > 0) {
        lws_set_timer_usecs(wsi, CLOSING_US);
    }
}

const struct conn_io ws_io = {write_frames, is_stuck, want_writable, shut};

static int opened(const struct ws_side *side, struct lws *wsi)
{
    struct address from;
    char session[65] = "";
    const bool agent = strcmp(side->kind->name, "agent") == 0;
    if (!http_client(side->http, wsi, &from) || (agent && !http_session_hash(side->http, wsi, session))) {
        return -1;
    }
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    (void)setsockopt(lws_get_socket_fd(wsi), SOL_SOCKET, SO_SNDBUF, &(int){SEND_BUFFER}, sizeof(int));
    struct conn *c = conn_open(side->gateway->conns, side->kind, wsi, &from, session);
    lws_set_opaque_user_data(wsi, c);
    return c ? 0 : -1;
}

int ws_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    const struct lws_protocols *protocol = NULL;
    struct conn *c = NULL;
    (void)user;
    switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
        protocol = lws_get_protocol(wsi);
        ((const struct ws_side *)protocol->user)->clock(((const struct ws_side *)protocol->user)->gateway);
        return opened(protocol->user, wsi);
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLOSED:
        c = lws_get_opaque_user_data(wsi);
        break;
    case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL:
        c = lws_get_opaque_user_data(wsi);
        if (c && !c->shut) {
            ws_failing(wsi);
        }
        return 0;
    case LWS_CALLBACK_TIMER:
        return -1;
    default:
        return 0;
    }
    if (!c) {
        return 0;
    }
    protocol = lws_get_protocol(wsi);
    ((const struct ws_side *)protocol->user)->clock(c->owner);
    switch (reason) {
    case LWS_CALLBACK_RECEIVE:
        conn_receive(c, in, len, lws_is_final_fragment(wsi) && !lws_remaining_packet_payload(wsi),
                     lws_frame_is_binary(wsi) != 0);
        break;
    case LWS_CALLBACK_RECEIVE_PONG:
        conn_heard(c);
        break;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        conn_writable(c);
        break;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        conn_stop(c);
        return ws_answer_close(wsi, in, len);
    default:
        lws_set_opaque_user_data(wsi, NULL);
        conn_gone(c);
        break;
    }
    return 0;
}
