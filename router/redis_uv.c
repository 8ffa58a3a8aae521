/* The libuv adapter for hiredis: a poll handle for reading (and for a write that did not fit), a prepare handle to
 * write. */
#include "router/redis_uv.h"
#include <hiredis/async.h>
#include <stdlib.h>
#include <uv.h>

struct watch {
    redisAsyncContext *redis; /* NULL once hiredis has let go */
    uv_poll_t poll;
    uv_prepare_t flush;
    int wanted;  /* what hiredis waits for */
    int watched; /* what the poll handle waits for */
    bool flushing;
    int handles;
};

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch_poll(struct watch *w, int events)
{
    if (w->watched == events)
        return;
    w->watched = events;
    if (events)
        uv_poll_start(&w->poll, events, on_poll);
    else
        uv_poll_stop(&w->poll);
}

/* An error counts as whatever was wanted: hiredis then finds it out by its own read or write. */
static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct watch *w = poll->data;
    if (status != 0) {
        events = w->wanted;
        w->watched = 0; /* libuv has stopped the handle */
    }
    if (w->redis && (events & UV_READABLE))
        redisAsyncHandleRead(w->redis);
    if (w->redis && (events & UV_WRITABLE))
        redisAsyncHandleWrite(w->redis);
    if (w->redis && status != 0)
        watch_poll(w, w->wanted);
}

static void on_flush(uv_prepare_t *flush)
{
    struct watch *w = flush->data;
    uv_prepare_stop(flush);
    w->flushing = true;
    if (w->redis && (w->wanted & UV_WRITABLE))
        redisAsyncHandleWrite(w->redis);
    w->flushing = false;
    if (w->redis)
        watch_poll(w, w->wanted);
}

static void add_read(void *data)
{
    struct watch *w = data;
    w->wanted |= UV_READABLE;
    watch_poll(w, w->watched | UV_READABLE);
}

static void del_read(void *data)
{
    struct watch *w = data;
    w->wanted &= ~UV_READABLE;
    watch_poll(w, w->watched & ~UV_READABLE);
}

static void add_write(void *data)
{
    struct watch *w = data;
    w->wanted |= UV_WRITABLE;
    if (!(w->redis->c.flags & REDIS_CONNECTED))
        watch_poll(w, w->watched | UV_WRITABLE);
    else if (!w->flushing && !(w->watched & UV_WRITABLE))
        uv_prepare_start(&w->flush, on_flush);
}

static void del_write(void *data)
{
    struct watch *w = data;
    w->wanted &= ~UV_WRITABLE;
    watch_poll(w, w->watched & ~UV_WRITABLE);
}

static void on_closed(uv_handle_t *handle)
{
    struct watch *w = handle->data;
    if (--w->handles == 0)
        free(w);
}

static void cleanup(void *data)
{
    struct watch *w = data;
    w->redis = NULL;
    uv_close((uv_handle_t *)&w->poll, on_closed);
    uv_close((uv_handle_t *)&w->flush, on_closed);
}

bool redis_uv_attach(struct uv_loop_s *loop, struct redisAsyncContext *redis)
{
    struct watch *w = calloc(1, sizeof *w);
    if (!w || uv_poll_init(loop, &w->poll, redis->c.fd) != 0) {
        free(w);
        return false;
    }
    uv_prepare_init(loop, &w->flush);
    w->poll.data = w->flush.data = w;
    w->handles = 2;
    w->redis = redis;
    redis->ev.data = w;
    redis->ev.addRead = add_read;
    redis->ev.delRead = del_read;
    redis->ev.addWrite = add_write;
    redis->ev.delWrite = del_write;
    redis->ev.cleanup = cleanup;
    return true;
}
