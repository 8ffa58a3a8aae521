/* uv_queue_work around rules_read_json and matcher_compile. */
#include "gateway/compile.h"
#include "faq/matcher.h"
#include "faq/rules.h"
#include "gateway/text.h"
#include <stdlib.h>
#include <uv.h>

struct compiler {
    struct compiler_options with;
    uv_work_t work;
    char *text, *next; /* under way; waiting */
    size_t len, next_len, entries;
    uint64_t rev, next_rev;
    struct matcher *matcher;
    char why[300];
    bool busy, closing;
};

struct compiler *compiler_open(const struct compiler_options *options)
{
    struct compiler *c = calloc(1, sizeof *c);
    if (c) {
        c->with = *options;
        c->work.data = c;
    }
    return c;
}

static void work(uv_work_t *w)
{
    struct compiler *c = w->data;
    struct rules *rules = rules_read_json(c->text, c->len, c->why, sizeof c->why);
    c->matcher = NULL;
    c->entries = 0;
    if (!rules) {
        return;
    }
    c->entries = rules_count(rules);
    c->why[0] = 0;
    if (c->entries) {
        c->matcher = matcher_compile(rules, c->why, sizeof c->why);
    }
    rules_free(rules);
}

static void begin(struct compiler *c);

static void worked(uv_work_t *w, int status)
{
    struct compiler *c = w->data;
    const bool fine = c->matcher || (!c->entries && !c->why[0]);
    (void)status;
    c->busy = false;
    free(c->text);
    c->text = NULL;
    if (c->closing) {
        matcher_free(c->matcher);
        free(c->next);
        free(c);
        return;
    }
    c->with.compiled(c->with.owner, c->matcher, c->entries, c->rev, fine ? NULL : c->why);
    c->matcher = NULL;
    if (c->next) {
        begin(c);
    }
}

static void begin(struct compiler *c)
{
    c->text = c->next;
    c->len = c->next_len;
    c->rev = c->next_rev;
    c->next = NULL;
    c->why[0] = 0;
    c->busy = uv_queue_work(c->with.loop, &c->work, work, worked) == 0;
}

void compiler_feed(struct compiler *c, struct span json, uint64_t rev)
{
    free(c->next);
    c->next = malloc(json.len + 1);
    if (!c->next) {
        return;
    }
    span_copy(json, c->next, json.len + 1);
    c->next_len = json.len;
    c->next_rev = rev;
    if (!c->busy) {
        begin(c);
    }
}

void compiler_close(struct compiler *c)
{
    if (!c) {
        return;
    }
    c->closing = true;
    if (!c->busy) {
        free(c->next);
        free(c);
    }
}
