/* --demo: a sample FAQ, two agents and the shop's settings, made where there are none, and fresh invitation links for
 * them. */
#ifndef FIRSTLINE_GATEWAY_DEMO_H
#define FIRSTLINE_GATEWAY_DEMO_H
#include <stdbool.h>

struct uv_loop_s;

struct demo_options {
    struct uv_loop_s *loop;
    const char *redis_url, *site, *public_url; /* copied */
    void *owner;
    /* On the loop: the lines for stdout and whether a sample FAQ was loaded, or why it failed (`why` not NULL). */
    void (*done)(void *owner, const char *lines, bool faq_loaded, const char *why);
};

/* Works on another thread, once Redis answers. False = no memory. */
bool demo_start(const struct demo_options *options);
#endif
