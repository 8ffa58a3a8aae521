/* A router without Redis: it writes down what was asked, and the test answers. */
#ifndef FIRSTLINE_TESTS_FAKES_ROUTER_H
#define FIRSTLINE_TESTS_FAKES_ROUTER_H
#include "router/router.h"

struct asked {
    enum router_op op;
    uint64_t ticket, chat;
    uint32_t seq; /* after, from, expect_seq, … */
    char who[80]; /* vid, agent, hash, address */
    char mid[80];
    char words[4000]; /* body, text, reason, json */
    char more[200];   /* language, state, faq id, … */
    bool yes, done;
};

/* All zero at the start of each test. */
void fake_router_reset(void);
/* Requests are not taken from now on / again. */
void fake_router_away(bool away);
/* The newest request of this op that was not answered yet; NULL = none. */
struct asked *fake_asked(enum router_op op);
size_t fake_asked_count(enum router_op op);
/* How often the channel is subscribed now. */
int fake_subscribed(const char *channel);
/* The newest published payload "channel payload"; "" = none. */
const char *fake_published(void);
size_t fake_published_count(void);
struct router *fake_router(void);
/* The n-th lease of the newest ROUTER_LEASE. */
const struct lease *fake_lease(size_t i, size_t *n);
#endif
