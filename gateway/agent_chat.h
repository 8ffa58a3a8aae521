/* The chats one agent's socket follows: its own, those offered to it, those it watches. */
#ifndef FIRSTLINE_GATEWAY_AGENT_CHAT_H
#define FIRSTLINE_GATEWAY_AGENT_CHAT_H
#include "gateway/gateway.h"

enum agent_chat_role { AGENT_CHAT_OFFERED, AGENT_CHAT_OWN, AGENT_CHAT_WATCHED };

#define AGENT_CHATS_MAX 200

struct agent_chat {
    struct agent_chat *next;
    struct follow follow;
    enum agent_chat_role role;
    int64_t typing_sent_ms, offered_us; /* offered_us: when the offer was shown, 0 = never */
    bool typing, marked;
    char *farewell; /* the chat left the agent while events were still being read: told after the last of them */
};

struct agent_chats {
    struct gateway *g;
    struct conn *conn;
    struct agent_chat *first;
    uint32_t n;
};

struct agent_chat *agent_chat_find(struct agent_chats *all, uint64_t chat);
/* Follows `chat` from the seq after `head`, or gives it a new role. False = no memory or too many. */
bool agent_chat_add(struct agent_chats *all, uint64_t chat, enum agent_chat_role role, uint32_t head);
/* The chat is the agent's no more, which `frame` tells: sent after the last event known of, and then nothing more. */
void agent_chat_part(struct agent_chats *all, uint64_t chat, struct span frame);
/* It comes back before that: the farewell is told now, and the chat is followed on. */
void agent_chat_reunite(struct agent_chats *all, uint64_t chat);
void agent_chat_remove(struct agent_chats *all, uint64_t chat);
/* All chats of a hand-over list: [{"chat":…,"head":…,…},…]; a list of offers holds them one level deeper. */
void agent_chat_add_list(struct agent_chats *all, struct span list, enum agent_chat_role role);
/* Before a new welcome: unmarks; afterwards those neither told nor watched are left. */
void agent_chats_unmark(struct agent_chats *all);
void agent_chats_sweep(struct agent_chats *all);
void agent_chats_leave(struct agent_chats *all);
#endif
