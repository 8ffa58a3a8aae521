/* One row per queue of the settings: what the hours say, when that changes, and whether somebody is there. */
#include "gateway/opening.h"
#include "gateway/gateway.h"
#include "gateway/visitor.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUEUES_MAX 50
#define LOOK_AGAIN_S 60   /* hours are reckoned anew at least this often: clocks are set */
#define TOLD_PER_TICK 500 /* visitors told of a change in one turn of the wheel */

struct row {
    struct opening at;
    char queue[33];
    bool staffed;
};

struct openings {
    struct gateway *g;
    struct hours *hours; /* NULL = always open */
    struct row row[QUEUES_MAX];
    size_t n;
    int64_t looked_s;
    bool told, telling;
    struct wheel_timer spread;
    uint32_t cursor;
};

struct openings *openings_open(struct gateway *g)
{
    struct openings *o = calloc(1, sizeof *o);
    if (o) {
        o->g = g;
    }
    return o;
}

void openings_close(struct openings *o)
{
    if (o) {
        hours_free(o->hours);
        free(o);
    }
}

static struct row *find(const struct openings *o, const char *queue)
{
    for (size_t i = 0; i < o->n; i++) {
        if (strcmp(o->row[i].queue, queue) == 0) {
            return (struct row *)&o->row[i];
        }
    }
    return NULL;
}

/* ---- visitors */

static void tell_some(struct wheel_timer *timer)
{
    struct openings *o = (struct openings *)((char *)timer - offsetof(struct openings, spread));
    struct conn *c = NULL;
    for (int n = 0; n < TOLD_PER_TICK && (c = conns_next(o->g->conns, &o->cursor)); n++) {
        visitor_tell_site(c);
    }
    if (c) {
        wheel_set(&o->g->wheel, &o->spread, o->g->now_ms, WHEEL_TICK_MS, tell_some);
    }
}

/* Everybody here is told, some at a time: at the end of the day there may be many. */
static void tell_visitors(struct openings *o)
{
    o->cursor = 0;
    wheel_set(&o->g->wheel, &o->spread, o->g->now_ms, WHEEL_TICK_MS, tell_some);
}

/* ---- Redis */

static void tell_redis(struct openings *o)
{
    struct router_opening rows[QUEUES_MAX];
    struct call *c = !o->told && !o->telling && o->g->up ? call_new(o->g->calls, CALL_MACHINERY) : NULL;
    if (!c) {
        return;
    }
    for (size_t i = 0; i < o->n; i++) {
        rows[i] = (struct router_opening){span_of(o->row[i].queue), o->row[i].at.open, o->row[i].at.turns_s * 1000};
    }
    o->telling = router_opening(o->g->router, c->ticket, o->hours ? o->n : 0, rows);
    if (!o->telling) {
        call_drop(o->g->calls, c->ticket);
    }
}

void openings_told(struct openings *o, bool taken)
{
    o->told = taken && o->telling;
    o->telling = false;
}

void openings_tell_again(struct openings *o)
{
    o->told = o->telling = false;
}

/* ---- what holds */

static bool reckon(struct openings *o, int64_t now_s)
{
    bool changed = false;
    for (size_t i = 0; i < o->n; i++) {
        const struct opening now =
            o->hours ? hours_at(o->hours, o->row[i].queue, now_s) : (struct opening){.open = true};
        changed = changed || now.open != o->row[i].at.open || now.turns_s != o->row[i].at.turns_s;
        o->row[i].at = now;
    }
    o->looked_s = now_s;
    return changed;
}

static bool due(const struct openings *o, int64_t now_s)
{
    bool turned = now_s < o->looked_s || now_s >= o->looked_s + LOOK_AGAIN_S;
    for (size_t i = 0; i < o->n; i++) {
        turned = turned || (o->row[i].at.turns_s && now_s >= o->row[i].at.turns_s);
    }
    return turned;
}

void openings_look(struct openings *o, int64_t now_s)
{
    if (due(o, now_s) && reckon(o, now_s)) {
        openings_tell_again(o);
        tell_visitors(o);
    }
    if (o->n) {
        tell_redis(o);
    }
}

static void take_queues(struct openings *o, const char *names)
{
    struct row old[QUEUES_MAX];
    const size_t had = o->n;
    memcpy(old, o->row, sizeof old);
    for (o->n = 0; *names && o->n < QUEUES_MAX;) {
        const size_t len = strcspn(names, ",");
        struct row *r = &o->row[o->n++];
        *r = (struct row){.at = {.open = true}, .staffed = true};
        span_copy((struct span){names, len}, r->queue, sizeof r->queue);
        for (size_t i = 0; i < had; i++) {
            if (strcmp(old[i].queue, r->queue) == 0) {
                *r = old[i];
            }
        }
        names += len + (names[len] == ',');
    }
}

void openings_settings(struct openings *o, struct span json, int64_t now_s)
{
    char why[200];
    json_t *all = json_loadb(json.at, json.len, 0, NULL);
    const char *hours = json_string_value(json_object_get(all, "hours"));
    const char *queues = json_string_value(json_object_get(all, "queues"));
    hours_free(o->hours);
    o->hours = hours && hours[0] ? hours_read(hours, why, sizeof why) : NULL;
    take_queues(o, queues ? queues : "general");
    json_decref(all);
    openings_tell_again(o);
    if (reckon(o, now_s)) {
        tell_visitors(o);
    }
}

void openings_staffed(struct openings *o, struct span queues)
{
    bool changed = false;
    for (size_t i = 0; i < o->n; i++) {
        bool there = false;
        for (size_t at = 0; at < queues.len && !there;) {
            const char *comma = memchr(queues.at + at, ',', queues.len - at);
            const size_t len = comma ? (size_t)(comma - queues.at) - at : queues.len - at;
            there = span_is((struct span){queues.at + at, len}, o->row[i].queue);
            at += len + 1;
        }
        changed = changed || there != o->row[i].staffed;
        o->row[i].staffed = there;
    }
    if (changed) {
        tell_visitors(o);
    }
}

const char *openings_queue(const struct openings *o, const char *wanted)
{
    const struct row *r = wanted ? find(o, wanted) : NULL;
    r = r ? r : find(o, "general");
    return r ? r->queue : o->n ? o->row[0].queue : "";
}

void openings_add(const struct openings *o, const char *queue, struct text *t)
{
    static const struct row unknown = {.at = {.open = true}, .staffed = true};
    const struct row *r = find(o, openings_queue(o, queue));
    r = r ? r : &unknown;
    text_add(t, "\"open\":%s,\"staffed\":%s", r->at.open ? "true" : "false", r->staffed ? "true" : "false");
    if (r->at.turns_s) {
        text_add(t, ",\"%s\":%" PRId64, r->at.open ? "until" : "opens", r->at.turns_s * 1000);
    }
}
