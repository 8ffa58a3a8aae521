/* faq_put and faq_all through the console. */
#include "gateway/faq_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "router/console.h"

enum { TIMEOUT_MS = 10000, FIXED_ARGUMENTS = 3 };

static struct span span_of(const char *text)
{
    return (struct span){.at = text, .len = strlen(text)};
}

static void free_arguments(struct span *arguments, size_t n)
{
    for (size_t i = 0; arguments != NULL && i < n; i++) {
        free((char *)(uintptr_t)arguments[FIXED_ARGUMENTS + 2 * i + 1].at);
    }
    free(arguments);
}

/* now, no expected revision, the number of entries, then id and JSON of each. NULL without memory. */
static struct span *put_arguments(const struct rules *rules, const char *count)
{
    size_t n = rules_count(rules);
    struct span *arguments = calloc(FIXED_ARGUMENTS + 2 * n, sizeof *arguments);
    if (arguments == NULL) {
        return NULL;
    }
    arguments[0] = span_of("0");
    arguments[1] = span_of("");
    arguments[2] = span_of(count);
    for (size_t i = 0; i < n; i++) {
        char *json = rules_entry_json(rules, i);
        if (json == NULL) {
            free_arguments(arguments, i);
            return NULL;
        }
        arguments[FIXED_ARGUMENTS + 2 * i] = span_of(rules_id(rules, i));
        arguments[FIXED_ARGUMENTS + 2 * i + 1] = span_of(json);
    }
    return arguments;
}

bool faq_store_put(const char *redis_url, const char *site, const struct rules *rules, char *revision,
                   size_t revision_size, char *why, size_t why_size)
{
    char count[24];
    struct console_reply reply = {0};
    size_t n = rules_count(rules);
    struct console *console = console_open(redis_url, site, TIMEOUT_MS, why, why_size);
    if (console == NULL) {
        return false;
    }
    snprintf(count, sizeof count, "%zu", n);
    struct span *arguments = put_arguments(rules, count);
    bool ok = false;
    if (arguments == NULL) {
        snprintf(why, why_size, "out of memory");
    } else {
        ok = console_call(console, "faq_put", FIXED_ARGUMENTS + 2 * n, arguments, &reply);
        if (ok && reply.n > 0) {
            snprintf(revision, revision_size, "%.*s", (int)reply.item[0].len, reply.item[0].at);
        } else if (!ok) {
            snprintf(why, why_size, "%s", reply.why);
        }
        console_reply_free(&reply);
    }
    free_arguments(arguments, n);
    console_close(console);
    return ok;
}

struct rules *faq_store_get(const char *redis_url, const char *site, char *why, size_t why_size)
{
    struct console_reply reply = {0};
    struct rules *rules = NULL;
    struct console *console = console_open(redis_url, site, TIMEOUT_MS, why, why_size);
    if (console == NULL) {
        return NULL;
    }
    struct span now = span_of("0");
    if (!console_call(console, "faq_all", 1, &now, &reply)) {
        snprintf(why, why_size, "%s", reply.why);
    } else if (reply.n < 2) {
        snprintf(why, why_size, "faq_all answered without entries; is an older Functions library loaded?");
    } else {
        rules = rules_read_json(reply.item[1].at, reply.item[1].len, why, why_size);
    }
    console_reply_free(&reply);
    console_close(console);
    return rules;
}
