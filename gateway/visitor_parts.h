/* Between visitor.c (the socket and its chat), visitor_hello.c and visitor_say.c. */
#ifndef FIRSTLINE_GATEWAY_VISITOR_PARTS_H
#define FIRSTLINE_GATEWAY_VISITOR_PARTS_H
#include "gateway/visitor.h"

#define VISITOR_UNACKED_MAX 32

enum phase { PHASE_NONE, PHASE_AUTO, PHASE_WAITING, PHASE_ACTIVE, PHASE_CLOSED };

struct visitor {
    struct gateway *g;
    struct conn *conn;
    struct follow follow;
    struct wheel_timer typing; /* running = the agent sees "typing" */
    struct bucket says, others;
    char *page, *profile, *queue; /* JSON, JSON, name; NULL = none */
    char *verified;               /* who it is, by the shop's word; NULL = nobody vouches */
    char vid[33], lang[12], page_lang[12], browser_lang[12];
    bool hello, resuming, chosen_lang, identity_given;
    uint8_t unacked, phase;
};

/* A person was called, or is there. */
static inline bool visitor_with_people(const struct visitor *v)
{
    return v->phase == PHASE_WAITING || v->phase == PHASE_ACTIVE;
}

/* Sends and frees. */
void visitor_send(struct visitor *v, struct text *t);
void visitor_complain(struct visitor *v, const char *about, struct span value, const char *code, const char *message);
/* Adds "wait_s":{…} of "low-high", or nothing. */
void visitor_add_wait(struct text *t, struct span wait);
void visitor_ok(struct visitor *v, const char *what, uint32_t seq);
void visitor_set_phase(struct visitor *v, struct span phase);
/* The chat is `chat` from now on; events from next_seq on are to be delivered. */
void visitor_attend(struct visitor *v, uint64_t chat, uint32_t next_seq, uint32_t head);

void visitor_hello(struct visitor *v, const json_t *frame);
void visitor_resumed(struct visitor *v, const struct call *call, const struct result *r);

/* Replaces a copy; empty = NULL. */
void visitor_keep(char **place, struct span s);
/* `page` may be NULL. */
void visitor_keep_page(struct visitor *v, const json_t *page);
/* What was told before a chat exists is kept here, newer members over older ones; `profile` may be NULL. */
void visitor_keep_profile(struct visitor *v, const json_t *profile);
/* What is wanted belongs to the chat that is open: the next one does not begin with it. */
void visitor_wish_told(struct visitor *v);
/* Believes hello's identity (NULL = none) when the shop signed it. */
void visitor_identify(struct visitor *v, const json_t *identity);
void visitor_profile(struct visitor *v, const json_t *frame);
/* Tells Redis the profile kept, when the chat was opened without it, and the page, when it is another than the one
 * known there. */
void visitor_send_profile(struct visitor *v, struct span known_page);

void visitor_say(struct visitor *v, const json_t *frame);
void visitor_human(struct visitor *v, const json_t *frame);
/* The reply to either. */
void visitor_said(struct visitor *v, enum router_op op, const struct call *call, const struct result *r);
void visitor_typing(struct visitor *v, const json_t *frame);
/* Tells the agent that nothing is typed any more, if it was told otherwise. */
void visitor_typing_ends(struct visitor *v);
void visitor_seen(struct visitor *v, const json_t *frame);

struct seq_of {
    int64_t seq;
    bool ok;
};
/* {"seq","ok"}: both, or only the first. */
extern const struct wire_member visitor_seq_members[2];
#endif
