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

/* The arguments of faq_put, and the texts among them that are ours. */
struct put {
    struct span *arguments;
    char **texts;
    size_t n; /* entries */
    char count[24];
};

static void put_free(struct put *p)
{
    for (size_t i = 0; p->texts != NULL && i < p->n; i++) {
        free(p->texts[i]);
    }
    free(p->texts);
    free(p->arguments);
}

/* now, no expected revision, the number of entries, then id and JSON of each; false without memory. To be freed in both
 * cases. */
static bool put_make(struct put *p, const struct rules *rules)
{
    p->n = rules_count(rules);
    p->arguments = calloc(FIXED_ARGUMENTS + 2 * p->n, sizeof *p->arguments);
    p->texts = calloc(p->n + 1, sizeof(char *));
    if (p->arguments == NULL || p->texts == NULL) {
        return false;
    }
    snprintf(p->count, sizeof p->count, "%zu", p->n);
    p->arguments[0] = span_of("0");
    p->arguments[1] = span_of("");
    p->arguments[2] = span_of(p->count);
    for (size_t i = 0; i < p->n; i++) {
        p->texts[i] = rules_entry_json(rules, i);
        if (p->texts[i] == NULL) {
            return false;
        }
        p->arguments[FIXED_ARGUMENTS + 2 * i] = span_of(rules_id(rules, i));
        p->arguments[FIXED_ARGUMENTS + 2 * i + 1] = span_of(p->texts[i]);
    }
    return true;
}

bool faq_store_put(const char *redis_url, const char *site, const struct rules *rules, char *revision,
                   size_t revision_size, char *why, size_t why_size)
{
    struct put put = {.n = 0};
    struct console_reply reply = {0};
    struct console *console = console_open(redis_url, site, TIMEOUT_MS, why, why_size);
    if (console == NULL) {
        return false;
    }
    bool ok = put_make(&put, rules);
    if (!ok) {
        snprintf(why, why_size, "out of memory");
    } else {
        ok = console_call(console, "faq_put", FIXED_ARGUMENTS + 2 * put.n, put.arguments, &reply);
        if (ok && reply.n > 0) {
            snprintf(revision, revision_size, "%.*s", (int)reply.item[0].len, reply.item[0].at);
        } else if (!ok) {
            snprintf(why, why_size, "%s", reply.why);
        }
        console_reply_free(&reply);
    }
    put_free(&put);
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
