/* One piece of work at a time on another thread of the loop's pool. */
#ifndef FIRSTLINE_GATEWAY_ASIDE_H
#define FIRSTLINE_GATEWAY_ASIDE_H
#include <stdbool.h>

struct uv_loop_s;
struct aside;

struct aside *aside_open(struct uv_loop_s *loop); /* NULL = no memory */
/* work(owner) on another thread, then done(owner) on the loop. False while one is under way. */
bool aside_run(struct aside *a, void *owner, void (*work)(void *owner), void (*done)(void *owner));
/* Waits for the work under way, without its `done`, and frees. Not from inside a callback. */
void aside_close(struct aside *a);
#endif
