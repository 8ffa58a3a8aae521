/* Compiles an FAQ rule set on another thread, one at a time, the newest wins. */
#ifndef FIRSTLINE_GATEWAY_COMPILE_H
#define FIRSTLINE_GATEWAY_COMPILE_H
#include "router/router.h"

struct uv_loop_s;
struct matcher;
struct compiler;

struct compiler_options {
    struct uv_loop_s *loop;
    void *owner;
    /* On the loop: the compiled set (the receiver's to free; NULL when there are no entries), or why not (`why` set).
     */
    void (*compiled)(void *owner, struct matcher *matcher, size_t entries, uint64_t rev, const char *why);
};

struct compiler *compiler_open(const struct compiler_options *options);
/* Copies the JSON array. */
void compiler_feed(struct compiler *c, struct span json, uint64_t rev);
/* No callback after that; frees when the thread is done: run the loop until it is empty. */
void compiler_close(struct compiler *c);
#endif
