/* Timers by the thousand: a hashed wheel, O(1) to start and stop. One thread; time is a parameter. */
#ifndef FIRSTLINE_GATEWAY_WHEEL_H
#define FIRSTLINE_GATEWAY_WHEEL_H
#include <stdbool.h>
#include <stdint.h>

#define WHEEL_TICK_MS 50
#define WHEEL_SLOTS 1024 /* 51.2 s a turn; longer waits stay for more turns */

/* Embedded in what it belongs to; all zero = not running. */
struct wheel_timer {
    struct wheel_timer *next, **place;
    int64_t due_ms;
    void (*fire)(struct wheel_timer *t);
};

struct wheel {
    struct wheel_timer *slot[WHEEL_SLOTS];
    int64_t turned_tick; /* ticks up to this one have been fired */
};

void wheel_start(struct wheel *w, int64_t now_ms);
/* (Re)starts `t` to fire once, not before now + wait_ms and at most a tick later. */
void wheel_set(struct wheel *w, struct wheel_timer *t, int64_t now_ms, int64_t wait_ms,
               void (*fire)(struct wheel_timer *));
void wheel_clear(struct wheel_timer *t);
bool wheel_running(const struct wheel_timer *t);
/* Fires what is due. A timer may set or clear any timer, itself included; what it sets now fires in a later call. */
void wheel_turn(struct wheel *w, int64_t now_ms);
#endif
