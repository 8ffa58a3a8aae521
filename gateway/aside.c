/* uv_queue_work, with an end that waits. */
#include "gateway/aside.h"
#include <stdlib.h>
#include <uv.h>

struct aside {
    uv_loop_t *loop;
    uv_work_t work;
    void *owner;
    void (*run)(void *owner), (*done)(void *owner);
    bool busy, closing;
};

struct aside *aside_open(struct uv_loop_s *loop)
{
    struct aside *a = calloc(1, sizeof *a);
    if (a) {
        a->loop = loop;
        a->work.data = a;
    }
    return a;
}

static void work(uv_work_t *w)
{
    struct aside *a = w->data;
    a->run(a->owner);
}

static void worked(uv_work_t *w, int status)
{
    struct aside *a = w->data;
    (void)status;
    a->busy = false;
    if (!a->closing) {
        a->done(a->owner);
    }
}

bool aside_run(struct aside *a, void *owner, void (*run)(void *owner), void (*done)(void *owner))
{
    if (a->busy || a->closing) {
        return false;
    }
    a->owner = owner;
    a->run = run;
    a->done = done;
    a->busy = uv_queue_work(a->loop, &a->work, work, worked) == 0;
    return a->busy;
}

void aside_close(struct aside *a)
{
    if (!a) {
        return;
    }
    a->closing = true;
    while (a->busy) {
        uv_run(a->loop, UV_RUN_ONCE);
    }
    free(a);
}
