/* firstline: options, then serve or one of the tools. */
#include "gateway/agent_tool.h"
#include "gateway/doctor.h"
#include "gateway/faq_tool.h"
#include "gateway/gateway.h"
#include "gateway/server.h"
#include "gateway/workers.h"
#include <stdio.h>
#include <string.h>

static int tool(struct options *o)
{
    char redis[1024], url[256];
    options_tool_redis(o, redis, sizeof redis);
    options_url(o, url, sizeof url);
    if (!auth_start()) {
        fputs("firstline: the system gives no random bytes\n", stderr);
        return 1;
    }
    if (strcmp(o->tool, "agent") == 0) {
        const struct agent_place place = {.redis_url = redis, .site = o->site, .public_url = url};
        return agent_tool(&place, o->n_rest, o->rest);
    }
    if (strcmp(o->tool, "faq") == 0) {
        return faq_tool(o->n_rest, o->rest, redis, o->site);
    }
    if (o->n_rest) {
        fprintf(stderr, "firstline: doctor takes no \"%s\"; see firstline --help\n", o->rest[0]);
        return 2;
    }
    const struct doctor_place place = {.redis_url = redis, .site = o->site, .listen = o->listen};
    return doctor(&place);
}

int main(int argc, char **argv)
{
    static struct options options;
    const int64_t started_us = gateway_us();
    char why[256];
    if (!options_read(&options, argc, argv, why)) {
        fprintf(stderr, "firstline: %s\n", why);
        return 2;
    }
    if (strcmp(options.tool, "help") == 0) {
        fputs(options_help(), stdout);
        return 0;
    }
    if (strcmp(options.tool, "version") == 0) {
        puts("firstline " FIRSTLINE_VERSION);
        return 0;
    }
    log_level_set(options.level);
    log_worker_set((int)options.worker);
    if (strcmp(options.tool, "serve") != 0) {
        return tool(&options);
    }
    return options.workers > 1 && !options.worker ? workers_run(&options, argc, argv)
                                                  : server_run(&options, started_us);
}
