/* The command line's blocking connection, with a private Redis of its own when no gateway runs one. */
#include "router/console.h"
#include "router/link.h"
#include "router/private.h"
#include "router/url.h"
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

enum { WAIT_MS = 5000, FEW_ARGS = 32, SENTINEL_MS = 1000 };

struct console {
    redisContext *redis;
    struct redis_url url;
    char key[40]; /* "{site}" */
    /* Only with private:DIR */
    uv_loop_t loop;
    bool has_loop;
    struct private_redis *server;
};

static void say(char *why, size_t size, const char *text, const char *detail)
{
    snprintf(why, size, "%s%s", text, detail ? detail : "");
}

static bool connect_once(struct console *c, uint32_t timeout_ms, char *why, size_t why_size)
{
    const struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = (long)(timeout_ms % 1000) * 1000L};
    char place[300];
    redis_url_show(&c->url, place, sizeof place);
    c->redis = c->url.local ? redisConnectUnixWithTimeout(c->url.path, timeout)
                            : redisConnectWithTimeout(c->url.host, c->url.port, timeout);
    if (c->redis && !c->redis->err) {
        redisSetTimeout(c->redis, timeout);
        return true;
    }
    snprintf(why, why_size, "cannot connect to Redis at %s: %s", place, c->redis ? c->redis->errstr : "no memory");
    if (c->redis)
        redisFree(c->redis);
    c->redis = NULL;
    return false;
}

/* One command; false and why[] for an error reply or a broken connection. The reply may be NULL or kept in *kept. */
static bool command(struct console *c, char *why, size_t why_size, redisReply **kept, size_t n,
                    const struct span *words)
{
    const char *few_at[FEW_ARGS], **at = n > FEW_ARGS ? malloc(n * sizeof(*at)) : few_at;
    size_t few_len[FEW_ARGS], *len = n > FEW_ARGS ? malloc(n * sizeof(*len)) : few_len;
    redisReply *reply = NULL;
    if (at && len) {
        for (size_t i = 0; i < n; i++) {
            at[i] = words[i].at ? words[i].at : "";
            len[i] = words[i].len;
        }
        reply = redisCommandArgv(c->redis, (int)n, at, len);
    }
    bool done = reply && reply->type != REDIS_REPLY_ERROR;
    if (!reply)
        say(why, why_size, "Redis does not answer: ", c->redis->err ? c->redis->errstr : "no memory");
    else if (!done)
        say(why, why_size, "Redis says: ", reply->str);
    if (done && kept)
        *kept = reply;
    else if (reply)
        freeReplyObject(reply);
    if (at != few_at)
        free(at);
    if (len != few_len)
        free(len);
    return done;
}

static struct span word(const char *text)
{
    return (struct span){text, strlen(text)};
}

static bool greet(struct console *c, char *why, size_t why_size)
{
    const struct redis_url *url = &c->url;
    struct span auth[3] = {word("AUTH"), word(url->user), word(url->password)};
    if (url->password[0] && !url->user[0])
        auth[1] = auth[2];
    if (url->password[0] && !command(c, why, why_size, NULL, url->user[0] ? 3 : 2, auth))
        return false;
    char db[12];
    snprintf(db, sizeof db, "%d", url->db);
    return url->db == 0 || command(c, why, why_size, NULL, 2, (struct span[]){word("SELECT"), word(db)});
}

/* --- Sentinels */

/* Where one Sentinel sees the master, and under which epoch; false when it cannot tell. */
static bool ask_sentinel(const struct console *asker, const struct redis_place *at, struct redis_place *master,
                         long long *epoch)
{
    char why[256];
    const struct span name = word(asker->url.master);
    struct console s = {.url = asker->url};
    redisReply *place = NULL, *about = NULL;
    snprintf(s.url.host, sizeof s.url.host, "%s", at->host);
    s.url.port = at->port;
    s.url.db = 0;
    if (!connect_once(&s, SENTINEL_MS, why, sizeof why))
        return false;
    greet(&s, why, sizeof why); /* a Sentinel may have no password */
    const bool told =
        command(&s, why, sizeof why, &place, 3,
                (struct span[]){word("SENTINEL"), word("GET-MASTER-ADDR-BY-NAME"), name}) &&
        command(&s, why, sizeof why, &about, 3, (struct span[]){word("SENTINEL"), word("MASTER"), name}) &&
        place->type == REDIS_REPLY_ARRAY && place->elements == 2;
    if (told) {
        snprintf(master->host, sizeof master->host, "%s", place->element[0]->str);
        master->port = (int)strtol(place->element[1]->str, NULL, 10);
    }
    *epoch = 0;
    for (size_t i = 0; told && i + 1 < about->elements; i += 2)
        if (strcmp(about->element[i]->str, "config-epoch") == 0)
            *epoch = strtoll(about->element[i + 1]->str, NULL, 10);
    freeReplyObject(place);
    freeReplyObject(about);
    redisFree(s.redis);
    return told;
}

/* All are asked; the newest epoch is believed. */
static bool find_master(struct console *c, char *why, size_t why_size)
{
    long long newest = -1, epoch = 0;
    struct redis_place master;
    for (int i = 0; i < c->url.n_sentinels; i++) {
        if (!ask_sentinel(c, &c->url.sentinel[i], &master, &epoch) || epoch <= newest)
            continue;
        newest = epoch;
        snprintf(c->url.host, sizeof c->url.host, "%s", master.host);
        c->url.port = master.port;
    }
    if (newest < 0)
        snprintf(why, why_size, "none of the %d Sentinels tells where the master \"%s\" is", c->url.n_sentinels,
                 c->url.master);
    return newest >= 0;
}

static bool is_master(struct console *c, char *why, size_t why_size)
{
    char role[16], place[300];
    if (console_info(c, "replication", "role", role, sizeof role) && strcmp(role, "master") == 0)
        return true;
    redis_url_show(&c->url, place, sizeof place);
    snprintf(why, why_size, "the Sentinels say that %s is the master, but it is not (yet): try again", place);
    return false;
}

static int loaded_version(struct console *c, char *why, size_t why_size)
{
    struct span words[] = {word("FCALL_RO"), word("fl_version"), word("1"), word(c->key)};
    redisReply *reply = NULL;
    int version = 0;
    if (!command(c, why, why_size, &reply, 4, words))
        return strstr(why, "Function not found") ? 0 : -1;
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 && reply->element[0]->type == REDIS_REPLY_STRING)
        version = (int)strtol(reply->element[0]->str, NULL, 10);
    freeReplyObject(reply);
    return version;
}

static bool load(struct console *c, char *why, size_t why_size)
{
    int version = loaded_version(c, why, why_size);
    if (version < 0 && strstr(why, "unknown command"))
        say(why, why_size, "this Redis is older than 7.0 and has no Functions: use Redis 7.0 or newer", NULL);
    if (version < 0)
        return false;
    size_t len = 0;
    const char *text = library_text(&len);
    return version >= library_version() ||
           command(c, why, why_size, NULL, 4,
                   (struct span[]){word("FUNCTION"), word("LOAD"), word("REPLACE"), {text, len}});
}

/* A private Redis may still be starting (or reading its files): try until it answers. */
static bool connect_patiently(struct console *c, uint32_t timeout_ms, char *why, size_t why_size)
{
    const struct timespec nap = {.tv_nsec = 10000000L};
    for (uint64_t end = uv_hrtime() / 1000000 + WAIT_MS;;) {
        bool there = connect_once(c, timeout_ms, why, why_size) &&
                     command(c, why, why_size, NULL, 1, (struct span[]){word("PING")});
        if (there || !c->server || uv_hrtime() / 1000000 > end)
            return there;
        if (c->redis)
            redisFree(c->redis);
        c->redis = NULL;
        uv_run(&c->loop, UV_RUN_NOWAIT);
        nanosleep(&nap, NULL);
    }
}

static bool open_private(struct console *c, const char *dir, char *why, size_t why_size)
{
    if (uv_loop_init(&c->loop) != 0) {
        say(why, why_size, "no memory", NULL);
        return false;
    }
    c->has_loop = true;
    c->server = private_open(&c->loop, &(struct private_options){.data_dir = dir, .fsync_always = true}, why, why_size);
    return c->server && redis_url_read(private_url(c->server), &c->url, why, why_size);
}

struct console *console_look(const char *url, const char *site, uint32_t timeout_ms, char *why, size_t why_size)
{
    struct console *c = calloc(1, sizeof *c);
    if (!c) {
        say(why, why_size, "no memory", NULL);
        return NULL;
    }
    snprintf(c->key, sizeof c->key, "{%.32s}", site);
    bool private = strncmp(url, "private:", 8) == 0;
    bool placed = private ? open_private(c, url + 8, why, why_size) : redis_url_read(url, &c->url, why, why_size);
    /* AUTH comes before PING: the patience is for private servers, which have no password. */
    const bool sentinels = placed && c->url.n_sentinels > 0;
    placed = placed && (!sentinels || find_master(c, why, why_size));
    if (placed &&
        (private ? connect_patiently(c, timeout_ms, why, why_size) : connect_once(c, timeout_ms, why, why_size)) &&
        greet(c, why, why_size) && (!sentinels || is_master(c, why, why_size)))
        return c;
    console_close(c);
    return NULL;
}

struct console *console_open(const char *url, const char *site, uint32_t timeout_ms, char *why, size_t why_size)
{
    struct console *c = console_look(url, site, timeout_ms, why, why_size);
    if (c && !load(c, why, why_size)) {
        console_close(c);
        c = NULL;
    }
    return c;
}

void console_close(struct console *c)
{
    if (!c)
        return;
    if (c->redis)
        redisFree(c->redis);
    private_close(c->server);
    if (c->has_loop) {
        uv_run(&c->loop, UV_RUN_DEFAULT);
        uv_loop_close(&c->loop);
    }
    free(c);
}

static const char *text_of(const redisReply *r, size_t *len)
{
    bool text = r->type == REDIS_REPLY_STRING || r->type == REDIS_REPLY_STATUS;
    *len = text ? r->len : 0;
    return text ? r->str : "";
}

static bool read_reply(const redisReply *reply, struct console_reply *out)
{
    size_t len = 0;
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0) {
        say(out->why, sizeof out->why, "the Function's reply cannot be understood", NULL);
        return false;
    }
    const char *first = text_of(reply->element[0], &len);
    if (strcmp(first, "no") == 0 && reply->elements >= 3) {
        snprintf(out->refusal, sizeof out->refusal, "%s", text_of(reply->element[1], &len));
        snprintf(out->why, sizeof out->why, "%s", text_of(reply->element[2], &len));
        return false;
    }
    /* The ops Functions (fl_…) answer lines, without "ok". */
    size_t skip = strcmp(first, "ok") == 0 ? 1 : 0;
    for (size_t i = skip; i < reply->elements && out->n < CONSOLE_ITEMS_MAX; i++, out->n++)
        out->item[out->n].at = text_of(reply->element[i], &out->item[out->n].len);
    return true;
}

bool console_call(struct console *c, const char *function, size_t argc, const struct span *argv,
                  struct console_reply *out)
{
    enum { BEFORE = 4 };
    memset(out, 0, sizeof *out);
    struct span *words = malloc((BEFORE + argc) * sizeof *words);
    if (!words) {
        say(out->why, sizeof out->why, "no memory", NULL);
        return false;
    }
    words[0] = word("FCALL");
    words[1] = word(function);
    words[2] = word("1");
    words[3] = word(c->key);
    if (argc)
        memcpy(words + BEFORE, argv, argc * sizeof *words);
    redisReply *reply = NULL;
    bool answered = command(c, out->why, sizeof out->why, &reply, BEFORE + argc, words);
    free(words);
    out->held = reply;
    out->ok = answered && read_reply(reply, out);
    return out->ok;
}

void console_reply_free(struct console_reply *reply)
{
    if (reply->held)
        freeReplyObject(reply->held);
    reply->held = NULL;
    reply->n = 0;
}

bool console_info(struct console *c, const char *section, const char *field, char *out, size_t size)
{
    char why[128];
    redisReply *reply = NULL;
    bool found = false;
    out[0] = '\0';
    if (!command(c, why, sizeof why, &reply, 2, (struct span[]){word("INFO"), word(section)}))
        return false;
    size_t len = 0, wanted = strlen(field);
    for (const char *line = text_of(reply, &len); line && !found; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, field, wanted) == 0 && line[wanted] == ':') {
            snprintf(out, size, "%.*s", (int)strcspn(line + wanted + 1, "\r\n"), line + wanted + 1);
            found = true;
        }
    }
    freeReplyObject(reply);
    return found;
}

bool console_ask(struct console *c, char *out, size_t size, size_t argc, const char *const *words)
{
    struct span spans[FEW_ARGS];
    redisReply *reply = NULL;
    out[0] = '\0';
    if (argc == 0 || argc > FEW_ARGS)
        return false;
    for (size_t i = 0; i < argc; i++)
        spans[i] = word(words[i]);
    if (!command(c, out, size, &reply, argc, spans))
        return false;
    const redisReply *last =
        reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 ? reply->element[reply->elements - 1] : reply;
    size_t len = 0;
    if (last->type == REDIS_REPLY_INTEGER)
        snprintf(out, size, "%lld", last->integer);
    else
        snprintf(out, size, "%s", text_of(last, &len));
    freeReplyObject(reply);
    return true;
}
