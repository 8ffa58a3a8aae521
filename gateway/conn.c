/* Outboxes as plain runs of framed bytes, a list of dirty conns flushed once a turn, and a table of slots. */
#include "gateway/conn.h"
#include <stdlib.h>
#include <string.h>

struct slot {
    struct conn *conn;
    uint32_t generation, next_free;
};

struct conns {
    struct conns_options with;
    struct conns_counts counts;
    struct slot *slot;
    uint32_t n, size, free_slot; /* free_slot: index + 1 of the first free one */
    struct conn *dirty, **dirty_end;
};

static int64_t now(const struct conns *t)
{
    return *t->with.now_ms;
}

struct conns *conns_open(const struct conns_options *options)
{
    struct conns *t = calloc(1, sizeof *t);
    if (t) {
        t->with = *options;
        t->dirty_end = &t->dirty;
    }
    return t;
}

void conns_close(struct conns *t)
{
    if (t) {
        free(t->slot);
        free(t);
    }
}

struct conns_counts *conns_counts(struct conns *t)
{
    return &t->counts;
}

static bool take_slot(struct conns *t, struct conn *c)
{
    if (!t->free_slot) {
        if (t->n == t->size) {
            uint32_t size = t->size ? t->size * 2 : 64;
            struct slot *slot = realloc(t->slot, size * sizeof *slot);
            if (!slot) {
                return false;
            }
            t->slot = slot;
            t->size = size;
        }
        t->slot[t->n] = (struct slot){0};
        t->free_slot = ++t->n;
    }
    uint32_t i = t->free_slot - 1;
    t->free_slot = t->slot[i].next_free;
    t->slot[i].conn = c;
    t->slot[i].generation++;
    c->id = (uint64_t)t->slot[i].generation << 32 | (i + 1);
    return true;
}

struct conn *conn_find(struct conns *t, uint64_t id)
{
    uint32_t i = (uint32_t)id - 1;
    if (i >= t->n || !t->slot[i].conn || t->slot[i].conn->id != id) {
        return NULL;
    }
    return t->slot[i].conn;
}

uint64_t conns_unsent(const struct conns *t)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        const struct conn *c = t->slot[i].conn;
        bytes += c ? c->out_len + c->handed : 0;
    }
    return bytes;
}

struct conn *conns_next(struct conns *t, uint32_t *cursor)
{
    while (*cursor < t->n) {
        struct conn *c = t->slot[(*cursor)++].conn;
        if (c) {
            return c;
        }
    }
    return NULL;
}

static void queue(struct conn *c)
{
    if (!c->dirty && !c->shut) {
        c->dirty = true;
        c->next_dirty = NULL;
        *c->table->dirty_end = c;
        c->table->dirty_end = &c->next_dirty;
    }
}

static void add_bytes(struct conn *c, const unsigned char *head, size_t head_len, struct span body)
{
    size_t need = c->out_len + head_len + body.len;
    if (need > c->out_size) {
        size_t size = need < 256 ? 256 : need + need / 2;
        unsigned char *out = realloc(c->out, size);
        if (!out) {
            conn_close(c, CONN_TOO_SLOW, "out of memory");
            return;
        }
        c->out = out;
        c->out_size = (uint32_t)size;
    }
    memcpy(c->out + c->out_len, head, head_len);
    if (body.len) {
        memcpy(c->out + c->out_len + head_len, body.at, body.len);
    }
    c->out_len = (uint32_t)need;
    queue(c);
}

void conn_send(struct conn *c, struct span frame)
{
    unsigned char head[10] = {0x81};
    size_t n = 2;
    if (c->close_code) {
        return;
    }
    if (c->out_len + c->handed > CONN_BACKLOG_MAX || frame.len > CONN_FRAME_OUT_MAX) {
        c->table->counts.too_slow++;
        c->out_len = 0; /* it does not read: nothing more is spent on it */
        conn_close(c, CONN_TOO_SLOW, "too slow: reconnect");
        return;
    }
    if (frame.len < 126) {
        head[1] = (unsigned char)frame.len;
    } else if (frame.len < 65536) {
        head[1] = 126;
        head[2] = (unsigned char)(frame.len >> 8);
        head[3] = (unsigned char)frame.len;
        n = 4;
    } else {
        head[1] = 127;
        for (int i = 0; i < 8; i++) {
            head[2 + i] = (unsigned char)((uint64_t)frame.len >> (8 * (7 - i)));
        }
        n = 10;
    }
    c->table->counts.frames_out++;
    add_bytes(c, head, n, frame);
}

bool conn_has_room(const struct conn *c)
{
    return !c->close_code && c->out_len + c->handed < CONN_ROOM;
}

bool conn_has_space(const struct conn *c)
{
    return !c->close_code && c->out_len + c->handed < CONN_SPACE;
}

void conn_close(struct conn *c, enum conn_close code, const char *why)
{
    if (!c->close_code) {
        c->close_code = (uint16_t)code;
        c->close_why = why;
        queue(c);
    }
}

bool conn_closing(const struct conn *c)
{
    return c->close_code != 0;
}

void conn_stop(struct conn *c)
{
    conn_close(c, CONN_DRAINING, "closed by the client");
    c->shut = true;
    c->out_len = 0;
    wheel_clear(&c->beat);
}

/* Pings who was silent for a heartbeat, drops who was for nearly two (so that with the close it takes no more than
 * two), and who has not taken our bytes for 5 s. */
static void beat(struct wheel_timer *timer)
{
    struct conn *c = (struct conn *)((char *)timer - offsetof(struct conn, beat));
    struct conns *t = c->table;
    const int64_t heartbeat_ms = (int64_t)*t->with.heartbeat_s * 1000, silent_ms = now(t) - c->heard_ms;
    const int64_t dead_ms = 2 * heartbeat_ms - heartbeat_ms / 10;
    int64_t wait_ms = dead_ms - silent_ms;
    if (c->stuck && now(t) - c->stuck_since_ms >= CONN_STUCK_MS) {
        t->counts.too_slow++;
        c->out_len = 0;
        conn_close(c, CONN_TOO_SLOW, "too slow: reconnect");
        return;
    }
    if (silent_ms >= dead_ms) {
        t->counts.silent++;
        conn_close(c, CONN_DRAINING, "nothing was heard");
        return;
    }
    if (c->stuck) {
        wait_ms = 1000;
    } else if (silent_ms >= heartbeat_ms) {
        /* One byte of payload, which the pong brings back: libwebsockets 4.1 does not tell of empty pongs. */
        add_bytes(c, (const unsigned char *)"\x89\x01.", 3, (struct span){0});
    } else {
        wait_ms = heartbeat_ms - silent_ms;
    }
    wheel_set(t->with.wheel, &c->beat, now(t), wait_ms, beat);
}

struct conn *conn_open(struct conns *t, const struct conn_kind *kind, void *socket, const struct address *address,
                       const char *session_hash)
{
    struct conn *c = calloc(1, sizeof *c);
    if (!c || !take_slot(t, c)) {
        free(c);
        return NULL;
    }
    c->table = t;
    c->kind = kind;
    c->socket = socket;
    c->owner = t->with.owner;
    c->address = *address;
    c->frame_max = CONN_FRAME_MAX;
    c->heard_ms = now(t);
    t->counts.open++;
    t->counts.opened++;
    wheel_set(t->with.wheel, &c->beat, now(t), (int64_t)*t->with.heartbeat_s * 1000, beat);
    kind->opened(c, session_hash);
    return c;
}

static void unqueue(struct conn *c)
{
    struct conns *t = c->table;
    for (struct conn **at = &t->dirty; *at; at = &(*at)->next_dirty) {
        if (*at == c) {
            *at = c->next_dirty;
            break;
        }
    }
    t->dirty_end = &t->dirty;
    while (*t->dirty_end) {
        t->dirty_end = &(*t->dirty_end)->next_dirty;
    }
}

void conn_gone(struct conn *c)
{
    struct conns *t = c->table;
    uint32_t i = (uint32_t)c->id - 1;
    c->shut = true;
    c->kind->closed(c);
    if (c->dirty) {
        unqueue(c);
    }
    wheel_clear(&c->beat);
    t->slot[i].conn = NULL;
    t->slot[i].next_free = t->free_slot;
    t->free_slot = i + 1;
    t->counts.open--;
    free(c->out);
    free(c->in);
    free(c);
}

void conn_heard(struct conn *c)
{
    c->heard_ms = now(c->table);
}

static void keep_fragment(struct conn *c, const char *bytes, size_t len)
{
    unsigned char *in = realloc(c->in, c->in_len + len + 1);
    if (!in) {
        conn_close(c, CONN_TOO_SLOW, "out of memory");
        return;
    }
    c->in = in;
    memcpy(c->in + c->in_len, bytes, len);
    c->in_len += (uint32_t)len;
}

void conn_receive(struct conn *c, const char *bytes, size_t len, bool last, bool binary)
{
    conn_heard(c);
    if (c->close_code) {
        return;
    }
    if (binary) {
        conn_close(c, CONN_BINARY, "text frames only");
        return;
    }
    if (c->in_len + len > c->frame_max) {
        conn_close(c, CONN_OVERSIZE, "this message is too large");
        return;
    }
    if (last && !c->in) {
        c->table->counts.frames_in++;
        c->kind->text(c, (struct span){bytes, len});
        return;
    }
    keep_fragment(c, bytes, len);
    if (last && !c->close_code) {
        unsigned char *whole = c->in;
        struct span frame = {(const char *)whole, c->in_len};
        c->in = NULL;
        c->in_len = 0;
        c->table->counts.frames_in++;
        c->kind->text(c, frame);
        free(whole);
    }
}

static void flush(struct conn *c)
{
    const struct conn_io *io = c->table->with.io;
    if (!c->out_len || c->shut) {
        return;
    }
    if (!c->stuck) {
        c->table->counts.bytes_out += c->out_len;
        bool fine = io->write(c->socket, c->out, c->out_len);
        c->stuck = fine && io->stuck(c->socket);
        c->handed = c->stuck ? c->out_len : 0;
        c->out_len = 0;
        if (!fine) {
            conn_close(c, CONN_DRAINING, "the connection broke");
        }
    }
    if (c->stuck && !c->stuck_since_ms) {
        c->stuck_since_ms = now(c->table);
        io->want(c->socket);
        wheel_set(c->table->with.wheel, &c->beat, now(c->table), 1000, beat);
    }
    if (!c->out_len) {
        free(c->out); /* an idle conn holds no buffer */
        c->out = NULL;
        c->out_size = 0;
    }
}

void conn_writable(struct conn *c)
{
    if (c->shut || !c->stuck) {
        return;
    }
    if (c->table->with.io->stuck(c->socket)) {
        c->table->with.io->want(c->socket);
        return;
    }
    c->stuck = false;
    c->stuck_since_ms = 0;
    c->handed = 0;
    if (c->out_len) {
        queue(c);
    }
}

void conns_turn(struct conns *t)
{
    struct conn *c = NULL;
    while ((c = t->dirty)) {
        t->dirty = c->next_dirty;
        if (!t->dirty) {
            t->dirty_end = &t->dirty;
        }
        c->dirty = false;
        flush(c);
        if (c->close_code && !c->shut) {
            c->shut = true;
            wheel_clear(&c->beat);
            t->with.io->shut(c->socket, c->close_code, c->close_why);
        }
    }
}
