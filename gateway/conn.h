/* Every websocket as a slot with a generation: what it still has to send, when it was last heard, and its end.
 *
 * Knows frames' bytes but no socket library: the server gives a row of functions. One thread. A conn is never freed
 * inside a call that got it: it ends by conn_gone, when its socket is closed. */
#ifndef FIRSTLINE_GATEWAY_CONN_H
#define FIRSTLINE_GATEWAY_CONN_H
#include "gateway/auth.h"
#include "gateway/bucket.h"
#include "gateway/wheel.h"

#define CONN_FRAME_MAX 16384u       /* a client's message, whole */
#define CONN_BACKLOG_MAX 262144u    /* unsent bytes before one more frame; a single frame may be larger */
#define CONN_FRAME_OUT_MAX 8388608u /* one frame of ours (an agent's welcome with many long chats) */
#define CONN_STUCK_MS 5000          /* unsent for so long: too slow */
#define CONN_ROOM 65536u            /* below this backlog, history may be read for it */
#define CONN_SPACE 131072u          /* below this backlog, one more event may be queued */

enum conn_close {
    CONN_DRAINING = 1001,
    CONN_BINARY = 1003,
    CONN_MALFORMED = 1007,
    CONN_POLICY = 1008,
    CONN_OVERSIZE = 1009,
    CONN_TOO_SLOW = 1013
};

struct conn;
struct conns;

/* What a kind of client does: visitor or agent. */
struct conn_kind {
    const char *name;
    void (*opened)(struct conn *c, const char *session_hash);
    void (*text)(struct conn *c, struct span frame);
    void (*closed)(struct conn *c);
};

/* The socket side. */
struct conn_io {
    /* Whole frames, already framed. False = the socket broke. */
    bool (*write)(void *socket, unsigned char *bytes, size_t len);
    /* Some of what was written is still waiting in the library. */
    bool (*stuck)(void *socket);
    /* Tell by conn_writable when it is not stuck any more. */
    void (*want)(void *socket);
    /* Close with this code; the socket may not be used afterwards, and conn_gone follows, at once or later. */
    void (*shut)(void *socket, int code, const char *why);
};

struct conn {
    uint64_t id; /* never 0, never used twice */
    void *socket, *session, *owner;
    const struct conn_kind *kind;
    struct conns *table;
    struct conn *next_dirty;
    unsigned char *out, *in; /* in: a message's fragments so far */
    uint32_t out_len, out_size, handed, in_len;
    uint32_t frame_max; /* bytes of a message; CONN_FRAME_MAX unless its session raises it */
    int64_t heard_ms, stuck_since_ms;
    struct wheel_timer beat;
    struct address address;
    struct bucket refusals; /* frames refused lately: a flood closes */
    const char *close_why;
    uint16_t close_code;
    bool dirty, stuck, shut;
};

struct conns_counts {
    uint64_t opened, bytes_out, frames_out, frames_in, too_slow, silent;
    uint32_t open, visitors, agents;
};

struct conns_options {
    struct wheel *wheel;
    const struct conn_io *io;
    void *owner;           /* given to each conn */
    const int64_t *now_ms; /* the loop's clock */
    const uint32_t *heartbeat_s;
};

struct conns *conns_open(const struct conns_options *options);
/* All sockets must be gone. */
void conns_close(struct conns *t);
struct conns_counts *conns_counts(struct conns *t);

/* NULL = no memory. Calls kind->opened. */
struct conn *conn_open(struct conns *t, const struct conn_kind *kind, void *socket, const struct address *address,
                       const char *session_hash);
/* NULL when it is gone. */
struct conn *conn_find(struct conns *t, uint64_t id);
/* The socket is closed: calls kind->closed and frees. */
void conn_gone(struct conn *c);

/* Bytes of a message; `last` = the message ends here. Whole messages go to kind->text. */
void conn_receive(struct conn *c, const char *bytes, size_t len, bool last, bool binary);
/* Any sign of life that is no message. */
void conn_heard(struct conn *c);

/* Queues one text frame; sent at the end of the loop's turn. Dropped when the conn is being closed. */
void conn_send(struct conn *c, struct span frame);
/* True while history may be sent: the backlog is small. */
bool conn_has_room(const struct conn *c);
/* True while one more event may be queued: a page read while there was room fits. */
bool conn_has_space(const struct conn *c);
/* Marks for closing: what is queued is sent first, then the close frame; nothing more is read or queued.
 * `why` stays borrowed: a literal. */
void conn_close(struct conn *c, enum conn_close code, const char *why);
bool conn_closing(const struct conn *c);
/* The client has begun to close: nothing is written any more; conn_gone follows. */
void conn_stop(struct conn *c);

void conn_writable(struct conn *c);
/* The end of a loop's turn: sends what is queued, closes what is marked. */
void conns_turn(struct conns *t);
/* Bytes queued for all of them, or in the library's hands: a walk over the table. */
uint64_t conns_unsent(const struct conns *t);
/* Some conn at or after *cursor, NULL when there is none left; *cursor starts at 0. Conns may be opened or go
 * meanwhile. */
struct conn *conns_next(struct conns *t, uint32_t *cursor);
#endif
