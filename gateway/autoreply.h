/* The automatic first answer: waits for silence, asks the FAQ and the policy, and answers, queues, or stays silent.
 *
 * One per chat in phase auto that this gateway heard a message for. Redis has the last word: the Function refuses when
 * a person joined or was asked for, a limit is reached, or more was said meanwhile (moved_on: wait for silence again).
 * A gateway that dies in between loses nothing: the tick queues chats nobody reacted to. */
#ifndef FIRSTLINE_GATEWAY_AUTOREPLY_H
#define FIRSTLINE_GATEWAY_AUTOREPLY_H
#include "gateway/call.h"
#include "gateway/topic.h"

struct gateway;
struct autoreplies;

struct autoreplies *autoreplies_open(struct gateway *g);
void autoreplies_close(struct autoreplies *t);
/* A visitor's message was accepted as `seq` of a chat in phase auto. */
void autoreply_heard(struct autoreplies *t, uint64_t chat, uint32_t seq, struct span lang, struct span text);
/* The visitor is typing: silence begins anew. */
void autoreply_typing(struct autoreplies *t, uint64_t chat);
/* An event of the chat passed. */
void autoreply_event(struct autoreplies *t, const struct event *e);
/* A reply to a ticket of kind CALL_AUTOREPLY. */
void autoreply_done(struct autoreplies *t, enum router_op op, const struct call *call, const struct result *r);
#endif
