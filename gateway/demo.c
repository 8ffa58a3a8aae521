/* Everything blocking: a console connection and the FAQ store, on a thread of uv's pool. */
#include "gateway/demo.h"
#include "faq/rules.h"
#include "gateway/agent_tool.h"
#include "gateway/faq_store.h"
#include "gateway/text.h"
#include "router/console.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

extern const char demo_faq[], demo_faq_end[];

struct demo {
    uv_work_t work;
    struct demo_options with;
    char redis_url[512], site[40], public_url[256];
    char lines[1200], why[400];
    bool faq_loaded;
};

static const struct {
    const char *id, *name, *langs, *supervisor;
} people[] = {
    {"ana", "Ana Kazlauskienė", "lt,en", "1"},
    {"ben", "Ben Nowak", "pl,bs,fa,zh,en", "0"},
};
#define PEOPLE (sizeof people / sizeof *people)

static bool load_faq(struct demo *d)
{
    char revision[32];
    struct rules *there = faq_store_get(d->redis_url, d->site, d->why, sizeof d->why);
    if (!there) {
        return false;
    }
    const bool empty = rules_count(there) == 0;
    rules_free(there);
    if (!empty) {
        return true;
    }
    struct rules *sample =
        rules_read_yaml("demo/shop.yaml", demo_faq, (size_t)(demo_faq_end - demo_faq), d->why, sizeof d->why);
    if (!sample) {
        return false;
    }
    d->faq_loaded = faq_store_put(d->redis_url, d->site, sample, revision, sizeof revision, d->why, sizeof d->why);
    rules_free(sample);
    return d->faq_loaded;
}

static bool add_people(struct demo *d, struct console *c)
{
    struct console_reply r;
    const struct span now = SPAN("0");
    bool fine = console_call(c, "agent_list", 1, &now, &r);
    const bool none = fine && (r.n < 1 || r.item[0].len <= 2);
    snprintf(d->why, sizeof d->why, "%s", fine ? "" : r.why);
    console_reply_free(&r);
    for (size_t i = 0; fine && none && i < PEOPLE; i++) {
        const struct span args[] = {now,
                                    span_of(people[i].id),
                                    span_of(people[i].name),
                                    span_of(people[i].langs),
                                    SPAN("general"),
                                    span_of(people[i].supervisor)};
        fine = console_call(c, "agent_add", 6, args, &r);
        snprintf(d->why, sizeof d->why, "%s", fine ? "" : r.why);
        console_reply_free(&r);
    }
    return fine;
}

/* The shop's name and its first questions, where nobody chose others: the settings hold only what was set. */
static bool set_up_shop(struct demo *d, struct console *c)
{
    static const struct {
        const char *name, *value;
    } shop[] = {{"shop_name", "Linden & Loom"},
                {"faq_top", "delivery-time,returns,track-order,payment-methods,contact"}};
    char site[48], config[56], line[200];
    snprintf(site, sizeof site, "{%s}", d->site);
    snprintf(config, sizeof config, "{%s}:config", d->site);
    for (size_t i = 0; i < sizeof shop / sizeof *shop; i++) {
        const char *look[] = {"HEXISTS", config, shop[i].name};
        const char *set[] = {"FCALL", "fl_set", "1", site, shop[i].name, shop[i].value};
        bool fine = console_ask(c, line, sizeof line, 3, look) &&
                    (strcmp(line, "0") != 0 || console_ask(c, line, sizeof line, 6, set));
        if (!fine || strncmp(line, "error:", 6) == 0) {
            snprintf(d->why, sizeof d->why, "%s", line);
            return false;
        }
    }
    return true;
}

static void tell(struct demo *d, struct console *c)
{
    const char *socket = strncmp(d->redis_url, "unix:", 5) == 0 ? d->redis_url + 5 : NULL;
    char link[512], why[200];
    size_t n = (size_t)snprintf(d->lines, sizeof d->lines, "shop:      %s/\n", d->public_url);
    for (size_t i = 0; i < PEOPLE && n < sizeof d->lines; i++) {
        if (agent_invite_link(c, people[i].id, d->public_url, link, sizeof link, why, sizeof why)) {
            n += (size_t)snprintf(d->lines + n, sizeof d->lines - n, "dashboard: %s  (%s)\n", link, people[i].name);
        }
    }
    if (socket && n < sizeof d->lines) {
        snprintf(d->lines + n, sizeof d->lines - n, "redis:     redis-cli -s %s FCALL_RO fl_status 1 '{%s}'\n", socket,
                 d->site);
    }
}

static void work(uv_work_t *w)
{
    struct demo *d = w->data;
    struct console *c = console_open(d->redis_url, d->site, 5000, d->why, sizeof d->why);
    if (!c) {
        return;
    }
    if (load_faq(d) && add_people(d, c) && set_up_shop(d, c)) {
        d->why[0] = 0;
        tell(d, c);
    }
    console_close(c);
}

static void worked(uv_work_t *w, int status)
{
    struct demo *d = w->data;
    if (status != UV_ECANCELED) {
        d->with.done(d->with.owner, d->lines, d->faq_loaded, d->lines[0] ? NULL : d->why);
    }
    free(d);
}

bool demo_start(const struct demo_options *options)
{
    struct demo *d = calloc(1, sizeof *d);
    if (!d) {
        return false;
    }
    d->with = *options;
    d->work.data = d;
    snprintf(d->redis_url, sizeof d->redis_url, "%s", options->redis_url);
    snprintf(d->site, sizeof d->site, "%s", options->site);
    snprintf(d->public_url, sizeof d->public_url, "%s", options->public_url);
    if (uv_queue_work(options->loop, &d->work, work, worked) != 0) {
        free(d);
        return false;
    }
    return true;
}
