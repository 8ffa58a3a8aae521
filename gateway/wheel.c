/* A ring of lists; a timer hangs in the slot of its due tick, whatever the turn. */
#include "gateway/wheel.h"
#include <stddef.h>
#include <string.h>

static void hang(struct wheel_timer **head, struct wheel_timer *t)
{
    t->next = *head;
    t->place = head;
    if (t->next) {
        t->next->place = &t->next;
    }
    *head = t;
}

void wheel_clear(struct wheel_timer *t)
{
    if (!t->place) {
        return;
    }
    *t->place = t->next;
    if (t->next) {
        t->next->place = t->place;
    }
    t->next = NULL;
    t->place = NULL;
}

bool wheel_running(const struct wheel_timer *t)
{
    return t->place != NULL;
}

void wheel_start(struct wheel *w, int64_t now_ms)
{
    memset(w, 0, sizeof *w);
    w->turned_tick = now_ms / WHEEL_TICK_MS;
}

void wheel_set(struct wheel *w, struct wheel_timer *t, int64_t now_ms, int64_t wait_ms,
               void (*fire)(struct wheel_timer *))
{
    wheel_clear(t);
    t->due_ms = now_ms + (wait_ms > 0 ? wait_ms : 0);
    t->fire = fire;
    int64_t tick = (t->due_ms + WHEEL_TICK_MS - 1) / WHEEL_TICK_MS;
    if (tick <= w->turned_tick) {
        tick = w->turned_tick + 1;
    }
    hang(&w->slot[tick % WHEEL_SLOTS], t);
}

void wheel_turn(struct wheel *w, int64_t now_ms)
{
    const int64_t last = now_ms / WHEEL_TICK_MS;
    int64_t tick = w->turned_tick + 1;
    if (last - tick >= WHEEL_SLOTS) {
        tick = last - WHEEL_SLOTS + 1; /* after a long pause each slot is looked at once */
    }
    struct wheel_timer *due = NULL; /* taken out first: what is set while firing waits for a later call */
    for (; tick <= last; tick++) {
        for (struct wheel_timer *t = w->slot[tick % WHEEL_SLOTS], *next = NULL; t; t = next) {
            next = t->next;
            if (t->due_ms <= now_ms) {
                wheel_clear(t);
                hang(&due, t);
            }
        }
    }
    if (last > w->turned_tick) {
        w->turned_tick = last;
    }
    while (due) {
        struct wheel_timer *t = due;
        wheel_clear(t);
        t->fire(t);
    }
}
