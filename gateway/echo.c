/* Messages are kept whole with room for their frame's head, sent in one piece; text is checked as it comes. */
#include "gateway/echo.h"
#include "gateway/http.h"
#include "gateway/ws.h"
#include <stdlib.h>
#include <string.h>

#define HEAD_MAX 10u

/* Where in a character the text is: so many bytes are missing, the next one from `low` to `high`. */
struct utf8 {
    unsigned char missing, low, high;
};

struct buffer {
    unsigned char *at;
    size_t len, size;
};

struct echo {
    struct buffer in, out; /* in: HEAD_MAX bytes of room, then the message so far; out: frames waiting their turn */
    struct utf8 utf8;
};

static bool utf8_goes_on(struct utf8 *u, const unsigned char *p, size_t len)
{
    for (const unsigned char *end = p + len; p < end; p++) {
        if (u->missing) {
            if (*p < u->low || *p > u->high) {
                return false;
            }
            *u = (struct utf8){(unsigned char)(u->missing - 1), 0x80, 0xbf};
        } else if (*p >= 0x80) {
            if (*p < 0xc2 || *p > 0xf4) {
                return false;
            }
            u->missing = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : 1;
            u->low = *p == 0xe0 ? 0xa0 : *p == 0xf0 ? 0x90 : 0x80;
            u->high = *p == 0xed ? 0x9f : *p == 0xf4 ? 0x8f : 0xbf;
        }
    }
    return true;
}

static bool add(struct buffer *b, const void *bytes, size_t len)
{
    if (!b->at || b->len + len > b->size) {
        size_t size = (b->len + len) * 2 + 1;
        unsigned char *at = realloc(b->at, size);
        if (!at) {
            return false;
        }
        b->at = at;
        b->size = size;
    }
    if (len) {
        memcpy(b->at + b->len, bytes, len);
    }
    b->len += len;
    return true;
}

static void forget(struct buffer *b)
{
    free(b->at);
    *b = (struct buffer){0};
}

/* Returned from a callback: lws sends the close frame. */
static int refuse(struct lws *wsi, enum lws_close_status code, const char *why)
{
    char reason[64];
    span_copy(span_of(why), reason, sizeof reason);
    lws_close_reason(wsi, code, (unsigned char *)reason, strlen(reason));
    return -1;
}

/* The frame's head is put right before the message; gives where the frame begins. */
static unsigned char *frame_of(struct buffer *in, bool binary)
{
    const uint64_t len = in->len - HEAD_MAX;
    const unsigned more = len < 126 ? 0 : len < 65536 ? 2 : 8;
    unsigned char *head = in->at + HEAD_MAX - 2 - more;
    head[0] = binary ? 0x82 : 0x81;
    head[1] = more == 0 ? (unsigned char)len : more == 2 ? 126 : 127;
    for (unsigned i = 0; i < more; i++) {
        head[2 + i] = (unsigned char)(len >> (8 * (more - 1 - i)));
    }
    return head;
}

/* What waits goes out in one piece. */
static int write_out(struct lws *wsi, struct echo *e)
{
    int status = lws_write(wsi, e->out.at, e->out.len, LWS_WRITE_HTTP) < 0 ? -1 : 0;
    forget(&e->out);
    return status;
}

/* Always by way of writable(): pongs that are due go before. */
static int send_back(struct lws *wsi, struct echo *e, bool binary)
{
    unsigned char *frame = frame_of(&e->in, binary);
    const size_t len = (size_t)(e->in.at + e->in.len - frame);
    if (e->out.len + len > ECHO_BACKLOG_MAX) {
        return refuse(wsi, (enum lws_close_status)CONN_TOO_SLOW, "too slow");
    }
    int status = add(&e->out, frame, len) ? 0 : -1;
    lws_callback_on_writable(wsi);
    forget(&e->in);
    return status;
}

static int receive(struct lws *wsi, struct echo *e, const unsigned char *bytes, size_t len)
{
    static const unsigned char room[HEAD_MAX];
    const bool binary = lws_frame_is_binary(wsi) != 0;
    const bool last = lws_is_final_fragment(wsi) && !lws_remaining_packet_payload(wsi);
    if (!binary && (!utf8_goes_on(&e->utf8, bytes, len) || (last && e->utf8.missing))) {
        return refuse(wsi, LWS_CLOSE_STATUS_INVALID_PAYLOAD, "not UTF-8");
    }
    if (e->in.len + len > ECHO_MESSAGE_MAX + HEAD_MAX) {
        return refuse(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, "a message may have 16 MiB");
    }
    if ((!e->in.at && !add(&e->in, room, sizeof room)) || !add(&e->in, bytes, len)) {
        return -1;
    }
    return last ? send_back(wsi, e, binary) : 0;
}

static int writable(struct lws *wsi, struct echo *e)
{
    int status = 0;
    if (lws_partial_buffered(wsi)) {
        lws_callback_on_writable(wsi);
    } else if (e->out.len && !lws_get_close_length(wsi)) {
        status = write_out(wsi, e);
    }
    return status;
}

/* The client has closed: what it is still owed goes before the answer. */
static int closing(struct lws *wsi, struct echo *e, const void *payload, size_t len)
{
    if (e->out.len && !lws_partial_buffered(wsi) && write_out(wsi, e) != 0) {
        return -1;
    }
    return lws_partial_buffered(wsi) ? -1 : ws_answer_close(wsi, payload, len);
}

/* A wrong frame came, or a wrong text: what is owed for the messages before it still goes out. */
static void failing(struct lws *wsi, struct echo *e)
{
    if (e && e->out.len && !lws_partial_buffered(wsi)) {
        (void)write_out(wsi, e); /* when it fails, the connection ends all the same */
    }
    ws_failing(wsi);
}

static void gone(struct lws *wsi, struct echo *e)
{
    lws_set_opaque_user_data(wsi, NULL);
    forget(&e->in);
    forget(&e->out);
    free(e);
}

int echo_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    struct echo *e = NULL;
    switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
        lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
        lws_set_opaque_user_data(wsi, calloc(1, sizeof *e));
        return lws_get_opaque_user_data(wsi) ? 0 : -1;
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLOSED:
        e = lws_get_opaque_user_data(wsi);
        break;
    case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL:
        failing(wsi, lws_get_opaque_user_data(wsi));
        return 0;
    case LWS_CALLBACK_TIMER:
        return -1;
    default:
        return http_callback(wsi, reason, user, in, len);
    }
    if (!e) {
        return 0;
    }
    switch (reason) {
    case LWS_CALLBACK_RECEIVE:
        return receive(wsi, e, in, len);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return writable(wsi, e);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        return closing(wsi, e, in, len);
    case LWS_CALLBACK_CLOSED:
        gone(wsi, e);
        return 0;
    default:
        return 0;
    }
}
