/* A short list of follows for one socket. */
#include "gateway/agent_chat.h"
#include <stdlib.h>

static bool follow_room(const struct follow *f)
{
    const struct agent_chats *all = f->owner;
    return conn_has_room(all->conn);
}

static bool follow_space(const struct follow *f)
{
    const struct agent_chats *all = f->owner;
    return conn_has_space(all->conn);
}

/* Ends a chat that has left the agent, once it stands at its end; `f` may be gone afterwards. */
static void say_farewell(struct follow *f)
{
    struct agent_chats *all = f->owner;
    const struct agent_chat *c = agent_chat_find(all, f->chat);
    if (c && c->farewell && !topic_behind(f)) {
        conn_send(all->conn, span_of(c->farewell));
        agent_chat_remove(all, f->chat);
    }
}

static void follow_event(struct follow *f, const struct event *e)
{
    struct agent_chats *all = f->owner;
    all->g->metrics.count[METRIC_EVENTS]++;
    conn_send(all->conn, e->frame);
    say_farewell(f);
}

static void follow_frame(struct follow *f, struct span frame)
{
    struct agent_chats *all = f->owner;
    conn_send(all->conn, frame);
}

static void follow_outdated(struct follow *f)
{
    const struct agent_chats *all = f->owner;
    conn_close(all->conn, CONN_DRAINING, "the store lost something: connect again");
}

struct agent_chat *agent_chat_find(struct agent_chats *all, uint64_t chat)
{
    struct agent_chat *c = all->first;
    while (c && c->follow.chat != chat) {
        c = c->next;
    }
    return c;
}

static const struct follow_kind follows = {.agent = true,
                                           .room = follow_room,
                                           .space = follow_space,
                                           .event = follow_event,
                                           .frame = follow_frame,
                                           .caught_up = say_farewell,
                                           .outdated = follow_outdated};

bool agent_chat_add(struct agent_chats *all, uint64_t chat, enum agent_chat_role role, uint32_t head)
{
    struct agent_chat *c = agent_chat_find(all, chat);
    if (!c) {
        c = all->n < AGENT_CHATS_MAX ? calloc(1, sizeof *c) : NULL;
        if (!c) {
            return false;
        }
        c->follow.owner = all;
        c->follow.kind = &follows;
        if (!topic_follow(all->g->topics, &c->follow, chat)) {
            free(c);
            return false;
        }
        c->next = all->first;
        all->first = c;
        all->n++;
    }
    if (role == AGENT_CHAT_OFFERED && !c->offered_us) {
        c->offered_us = gateway_us();
    }
    c->role = role;
    c->marked = true;
    topic_place(all->g->topics, &c->follow, head + 1, head);
    return true;
}

void agent_chat_part(struct agent_chats *all, uint64_t chat, struct span frame)
{
    struct agent_chat *c = agent_chat_find(all, chat);
    if (!c || c->role == AGENT_CHAT_WATCHED) {
        conn_send(all->conn, frame);
        return;
    }
    agent_chat_reunite(all, chat);
    c->farewell = malloc(frame.len + 1);
    if (!c->farewell) {
        conn_send(all->conn, frame);
        agent_chat_remove(all, chat);
        return;
    }
    span_copy(frame, c->farewell, frame.len + 1);
    say_farewell(&c->follow);
}

void agent_chat_reunite(struct agent_chats *all, uint64_t chat)
{
    struct agent_chat *c = agent_chat_find(all, chat);
    if (c && c->farewell) {
        conn_send(all->conn, span_of(c->farewell));
        free(c->farewell);
        c->farewell = NULL;
    }
}

void agent_chat_remove(struct agent_chats *all, uint64_t chat)
{
    for (struct agent_chat **at = &all->first; *at; at = &(*at)->next) {
        if ((*at)->follow.chat == chat) {
            struct agent_chat *gone = *at;
            *at = gone->next;
            all->n--;
            topic_leave(all->g->topics, &gone->follow);
            free(gone->farewell);
            free(gone);
            return;
        }
    }
}

void agent_chat_add_list(struct agent_chats *all, struct span list, enum agent_chat_role role)
{
    size_t at = 0;
    struct span item;
    while (wire_next(list, &at, &item)) {
        struct span handover = role == AGENT_CHAT_OFFERED ? wire_find(item, "handover") : item;
        int64_t chat = wire_number(wire_find(handover, "chat")), head = wire_number(wire_find(handover, "head"));
        if (chat > 0) {
            agent_chat_add(all, (uint64_t)chat, role, (uint32_t)head);
        }
    }
}

void agent_chats_unmark(struct agent_chats *all)
{
    for (struct agent_chat *c = all->first; c; c = c->next) {
        c->marked = c->role == AGENT_CHAT_WATCHED;
    }
}

void agent_chats_sweep(struct agent_chats *all)
{
    for (struct agent_chat *c = all->first, *next = NULL; c; c = next) {
        next = c->next;
        if (!c->marked) {
            agent_chat_remove(all, c->follow.chat);
        }
    }
}

void agent_chats_leave(struct agent_chats *all)
{
    while (all->first) {
        agent_chat_remove(all, all->first->follow.chat);
    }
}
