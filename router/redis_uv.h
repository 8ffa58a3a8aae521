/* hiredis events on a libuv loop.
 *
 * Reading is watched all the time; writing is done once per loop turn, just before the loop sleeps, without asking
 * epoll first: a command costs no epoll_ctl. Commands given from another uv_prepare callback may wait for the next
 * turn. */
#ifndef FIRSTLINE_ROUTER_REDIS_UV_H
#define FIRSTLINE_ROUTER_REDIS_UV_H
#include <stdbool.h>

struct uv_loop_s;
struct redisAsyncContext;

/* Ties a fresh context to the loop; it unties itself when hiredis frees the context. False: no memory, or a bad fd. */
bool redis_uv_attach(struct uv_loop_s *loop, struct redisAsyncContext *redis);
#endif
