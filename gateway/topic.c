/* Per chat: followers with the next seq each needs, the newest seq heard of, and at most one read under way. */
#include "gateway/topic.h"
#include "gateway/wire.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 4096

struct topic {
    struct topic *next;         /* in its row */
    struct topic *next_due;     /* among those waiting to read */
    struct topic *next_crowded; /* among those whose followers had no room in this turn */
    struct topics *all;
    uint64_t chat;
    struct follow *follows;
    uint32_t head, asked_head; /* newest seq heard of; the same when the read under way was begun */
    bool reading, due, crowded;
    bool again; /* read once more even if nothing is known to be missing */
    bool fresh; /* the read under way was begun for that */
    struct wheel_timer retry;
};

struct topics {
    struct topics_options with;
    struct topic *row[ROWS];
    struct topic *due, **due_end, *crowded;
    struct wheel_timer pace;
    uint32_t n, reads;
};

struct topics *topics_open(const struct topics_options *options)
{
    struct topics *t = calloc(1, sizeof *t);
    if (t) {
        t->with = *options;
        t->due_end = &t->due;
    }
    return t;
}

void topics_close(struct topics *t)
{
    if (!t) {
        return;
    }
    wheel_clear(&t->pace);
    for (int i = 0; i < ROWS; i++) {
        while (t->row[i]) {
            struct topic *p = t->row[i];
            t->row[i] = p->next;
            wheel_clear(&p->retry);
            free(p);
        }
    }
    free(t);
}

uint32_t topics_count(const struct topics *t)
{
    return t->n;
}

static struct topic **place(struct topics *t, uint64_t chat)
{
    struct topic **at = &t->row[(chat ^ chat >> 12) % ROWS];
    while (*at && (*at)->chat != chat) {
        at = &(*at)->next;
    }
    return at;
}

static struct router *router(const struct topics *t)
{
    return *t->with.router;
}

/* The lowest seq somebody with room needs; 0 = nobody needs anything. */
static uint32_t wanted(const struct topic *p)
{
    uint32_t lowest = 0;
    for (struct follow *f = p->follows; f; f = f->next) {
        if (f->next_seq && (f->next_seq <= p->head || p->again) && (!lowest || f->next_seq < lowest) &&
            f->kind->room(f)) {
            lowest = f->next_seq;
        }
    }
    return lowest;
}

static void undue(struct topic *p)
{
    struct topics *t = p->all;
    struct topic **at = &t->due;
    while (p->due && *at != p) {
        at = &(*at)->next_due;
    }
    if (p->due) {
        *at = p->next_due;
        if (!*at) {
            t->due_end = at;
        }
        p->due = false;
    }
}

static void read_some(struct topics *t);
static void retry(struct wheel_timer *timer);

static void pace(struct wheel_timer *timer)
{
    read_some((struct topics *)((char *)timer - offsetof(struct topics, pace)));
}

static void later(struct topics *t)
{
    if (!wheel_running(&t->pace)) {
        wheel_set(t->with.wheel, &t->pace, *t->with.now_ms, 200, pace);
    }
}

static bool read_one(struct topics *t, struct topic *p, uint32_t from)
{
    struct call *c = call_new(t->with.calls, CALL_TOPIC);
    if (!c) {
        return false;
    }
    c->chat = p->chat;
    c->seq = from;
    if (!router_read(router(t), c->ticket, p->chat, from, TOPIC_PAGE)) {
        call_drop(t->with.calls, c->ticket);
        return false;
    }
    p->reading = true;
    p->asked_head = p->head;
    p->fresh = p->again;
    p->again = false;
    t->reads++;
    ++*t->with.reads;
    return true;
}

/* Starts reads for those due, as many as may be under way. */
static void read_some(struct topics *t)
{
    while (t->due && t->reads < TOPIC_READS_MAX) {
        struct topic *p = t->due;
        uint32_t from = wanted(p);
        if (from && !read_one(t, p, from)) {
            later(t); /* Redis is away or full */
            return;
        }
        undue(p);
    }
}

static void need_read(struct topic *p)
{
    struct topics *t = p->all;
    if (p->reading || p->due) {
        return;
    }
    p->due = true;
    p->next_due = NULL;
    *t->due_end = p;
    t->due_end = &p->next_due;
    read_some(t);
}

static void uncrowd(struct topic *p)
{
    struct topic **at = &p->all->crowded;
    while (p->crowded && *at != p) {
        at = &(*at)->next_crowded;
    }
    if (p->crowded) {
        *at = p->next_crowded;
        p->crowded = false;
    }
}

/* Somebody stands behind the newest event: read, now if there is room, else after this turn's flush. */
static void catch_up(struct topic *p)
{
    for (struct follow *f = p->follows; f; f = f->next) {
        if (f->next_seq && (f->next_seq <= p->head || p->again)) {
            if (wanted(p)) {
                need_read(p);
            } else if (!p->crowded) {
                p->crowded = true;
                p->next_crowded = p->all->crowded;
                p->all->crowded = p;
            }
            return;
        }
    }
}

void topics_turn(struct topics *t)
{
    while (t->crowded) {
        struct topic *p = t->crowded;
        uncrowd(p);
        if (wanted(p)) {
            need_read(p);
        } else if (!wheel_running(&p->retry)) {
            wheel_set(t->with.wheel, &p->retry, *t->with.now_ms, TOPIC_RETRY_MS, retry);
        }
    }
}

static void retry(struct wheel_timer *timer)
{
    catch_up((struct topic *)((char *)timer - offsetof(struct topic, retry)));
}

bool topic_follow(struct topics *t, struct follow *f, uint64_t chat)
{
    struct topic **at = place(t, chat);
    char channel[32];
    if (!*at) {
        snprintf(channel, sizeof channel, "chat:%" PRIu64, chat);
        struct topic *p = calloc(1, sizeof *p);
        if (!p || !router_subscribe(router(t), channel)) {
            free(p);
            return false;
        }
        p->all = t;
        p->chat = chat;
        *at = p;
        t->n++;
    }
    f->topic = *at;
    f->chat = chat;
    f->next_seq = 0;
    f->next = f->topic->follows;
    f->topic->follows = f;
    return true;
}

void topic_leave(struct topics *t, struct follow *f)
{
    struct topic *p = f->topic;
    char channel[32];
    if (!p) {
        return;
    }
    struct follow **at = &p->follows;
    while (*at != f) {
        at = &(*at)->next;
    }
    *at = f->next;
    f->topic = NULL;
    if (p->follows) {
        return;
    }
    snprintf(channel, sizeof channel, "chat:%" PRIu64, p->chat);
    router_unsubscribe(router(t), channel);
    wheel_clear(&p->retry);
    undue(p);
    uncrowd(p);
    *place(t, p->chat) = p->next;
    t->n--;
    free(p);
}

void topic_place(struct topics *t, struct follow *f, uint32_t next_seq, uint32_t head)
{
    (void)t;
    if (!f->topic) {
        return;
    }
    if (next_seq > f->next_seq) {
        f->next_seq = next_seq;
    }
    if (head > f->topic->head) {
        f->topic->head = head;
    }
    catch_up(f->topic);
}

bool topic_behind(const struct follow *f)
{
    const struct topic *p = f->topic;
    return p && f->next_seq && (f->next_seq <= p->head || p->again || (p->reading && p->fresh));
}

static void deliver(struct topic *p, const struct event *e)
{
    struct follow *next = NULL;
    if (e->seq > p->head) {
        p->head = e->seq;
    }
    for (struct follow *f = p->follows; f; f = next) {
        next = f->next;
        if (f->next_seq == e->seq && f->kind->space(f)) {
            f->next_seq++;
            f->kind->event(f, e);
        }
    }
}

bool topic_event(struct span frame, struct event *out)
{
    /* The members come in one order, and quotes inside strings are escaped: the first hit is the frame's own. */
    struct span front = {frame.at, frame.len < 200 ? frame.len : 200};
    const char *seq = memmem(front.at, front.len, "\"seq\":", 6), *kind = memmem(front.at, front.len, "\"kind\":\"", 8);
    if (!seq || !kind) {
        return false;
    }
    const char *end = memchr(kind + 8, '"', (size_t)(frame.at + frame.len - (kind + 8)));
    out->frame = frame;
    out->seq = (uint32_t)wire_number((struct span){seq + 6, (size_t)(frame.at + frame.len - (seq + 6))});
    out->kind = (struct span){kind + 8, end ? (size_t)(end - (kind + 8)) : 0};
    return out->seq && end;
}

void topic_message(struct topics *t, uint64_t chat, struct span payload)
{
    struct topic *p = *place(t, chat);
    const char *space = payload.len ? memchr(payload.at, ' ', payload.len) : NULL;
    if (!p || !space) {
        return;
    }
    struct span frame = {space + 1, payload.len - (size_t)(space + 1 - payload.at)};
    if (payload.at[0] == 'E') {
        struct event e = {.chat = chat};
        if (topic_event(frame, &e)) {
            t->with.passed(t->with.owner, &e);
            p = *place(t, chat); /* what passed may have made somebody leave */
            if (p) {
                deliver(p, &e);
                p = *place(t, chat); /* and so may delivery */
            }
            if (p) {
                catch_up(p);
            }
        }
        return;
    }
    for (struct follow *f = p->follows, *next = NULL; f; f = next) {
        next = f->next;
        if (f->next_seq && f->kind->agent == (payload.at[0] == 'A')) {
            f->kind->frame(f, frame);
        }
    }
}

void topic_subscribed(struct topics *t, uint64_t chat)
{
    struct topic *p = *place(t, chat);
    if (p) {
        p->again = true;
        catch_up(p);
    }
}

void topics_resubscribed(struct topics *t)
{
    for (int i = 0; i < ROWS; i++) {
        for (struct topic *p = t->row[i]; p; p = p->next) {
            p->again = true;
            catch_up(p);
        }
    }
}

static void page(struct topics *t, uint64_t chat, const struct result *r)
{
    size_t at = 0;
    struct span frame;
    while (wire_next(r->json, &at, &frame)) {
        struct event e = {.chat = chat};
        struct topic *p = *place(t, chat);
        if (!p) {
            return;
        }
        if (topic_event(frame, &e)) {
            deliver(p, &e);
        }
    }
}

/* What was told before the subscription began, events apart, is for each follower to ask for. */
static void caught_up(struct topic *p)
{
    for (struct follow *f = p->follows, *next = NULL; f; f = next) {
        next = f->next;
        if (f->next_seq && f->kind->caught_up) {
            f->kind->caught_up(f);
        }
    }
}

/* The read that answers `again` is over. */
static struct topic *refreshed(struct topics *t, struct topic *p, uint64_t chat, enum result_code code)
{
    const bool fresh = p->fresh;
    p->fresh = false;
    if (code == RESULT_REFUSED) {
        p->head = 0; /* there is no such transcript: nobody is behind it */
    }
    if (code == RESULT_REFUSED || (fresh && code == RESULT_OK)) {
        caught_up(p);
        p = *place(t, chat);
    }
    return p;
}

/* The store knows less than it had told before: it lost what was not synced, or is an older copy. */
static struct topic *gone_back(struct topics *t, struct topic *p, uint64_t chat, uint32_t head)
{
    p->head = head;
    for (struct follow *f = p->follows, *next = NULL; f; f = next) {
        next = f->next;
        if (f->next_seq > head + 1 && f->kind->outdated) {
            f->kind->outdated(f);
        }
    }
    return *place(t, chat);
}

void topic_done(struct topics *t, const struct call *call, const struct result *r)
{
    struct topic *p = *place(t, call->chat);
    uint32_t missing = 0;
    t->reads--;
    if (p) {
        p->reading = false;
        if (r->code == RESULT_OK && r->head < p->asked_head) {
            p = gone_back(t, p, call->chat, r->head);
        } else if (r->code == RESULT_OK) {
            p->head = r->head > p->head ? r->head : p->head;
            page(t, call->chat, r);
            p = *place(t, call->chat);
        }
        p = p ? refreshed(t, p, call->chat, r->code) : NULL;
        if (p && r->code != RESULT_OK && r->code != RESULT_REFUSED) {
            p->again = true;
        }
        missing = p ? wanted(p) : 0;
    }
    if (p && r->code == RESULT_OK && missing != call->seq) {
        catch_up(p);
    } else if (p && r->code != RESULT_REFUSED && (missing || r->code != RESULT_OK)) {
        wheel_set(t->with.wheel, &p->retry, *t->with.now_ms, TOPIC_RETRY_MS, retry); /* no progress: not at once */
    }
    read_some(t);
}
