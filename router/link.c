/* One connection's life: waiting -> resolving -> connecting -> greeting (AUTH, SELECT, role, library) -> up -> waiting
 * …
 */
#include "router/link.h"
#include "router/redis_uv.h"
#include <hiredis/async.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum {
    BACKOFF_MIN_MS = 50,
    BACKOFF_MAX_MS = 250, /* trying costs next to nothing, and whoever waits waits for this, too */
    GREETING_MS = 5000,   /* from resolving to up */
    KEEPALIVE_S = 15
};

enum step { STEP_AUTH, STEP_SELECT, STEP_ROLE, STEP_VERSION, STEP_LOAD, STEP_UP };

struct link {
    uv_loop_t *loop;
    struct link_options options;
    redisAsyncContext *redis;
    enum step step;
    bool up, closed, reloading;
    bool resolving;   /* the name service is at work … */
    bool awaits_name; /* … and its answer is still wanted */
    uint32_t backoff_ms;
    int holds; /* uv objects still alive */
    char history[48], history_before[48];
    uv_timer_t timer;
    uv_getaddrinfo_t resolve;
};

static void start(struct link *l);
static void greet(struct link *l, enum step step);

static void release(struct link *l)
{
    if (--l->holds == 0)
        free(l);
}

static void on_timer_closed(uv_handle_t *handle)
{
    release(handle->data);
}

static void on_wait_over(uv_timer_t *timer)
{
    start(timer->data);
}

/* Leaves the connection, if any, and waits before the next attempt. */
static void fail(struct link *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fail(struct link *l, const char *format, ...)
{
    char why[320];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    redisAsyncContext *redis = l->redis;
    l->redis = NULL;
    l->up = l->reloading = l->awaits_name = false;
    if (redis) {
        redis->data = NULL;
        redisAsyncFree(redis);
    }
    if (l->closed)
        return;
    if (l->resolving)
        uv_cancel((uv_req_t *)&l->resolve);
    uv_timer_start(&l->timer, on_wait_over, l->backoff_ms, 0);
    l->backoff_ms = l->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : l->backoff_ms * 2;
    l->options.on_down(l->options.owner, why);
}

static void where(const struct link *l, char *out, size_t size)
{
    redis_url_show(l->options.url, out, size);
}

static void on_too_long(uv_timer_t *timer)
{
    struct link *l = timer->data;
    char place[300];
    where(l, place, sizeof place);
    fail(l, "Redis at %s does not answer within %d s", place, GREETING_MS / 1000);
}

static void on_disconnect(const redisAsyncContext *redis, int status)
{
    struct link *l = redis->data;
    if (!l || l->redis != redis)
        return;
    l->redis = NULL; /* hiredis frees it after this */
    char place[300];
    where(l, place, sizeof place);
    fail(l, "the connection to Redis at %s broke: %s", place,
         status == REDIS_OK || !redis->errstr ? "it was closed" : redis->errstr);
}

static void on_connect(const redisAsyncContext *redis, int status)
{
    struct link *l = redis->data;
    if (!l || l->redis != redis)
        return;
    if (status == REDIS_OK) {
        greet(l, STEP_AUTH);
        return;
    }
    l->redis = NULL;
    char place[300];
    where(l, place, sizeof place);
    fail(l, "cannot connect to Redis at %s: %s", place, redis->errstr ? redis->errstr : "refused");
}

static void connect_to(struct link *l, const char *numeric)
{
    const struct redis_url *url = l->options.url;
    char place[300];
    where(l, place, sizeof place);
    redisAsyncContext *redis = url->local ? redisAsyncConnectUnix(url->path) : redisAsyncConnect(numeric, url->port);
    if (!redis || redis->err) {
        char error[128];
        snprintf(error, sizeof error, "%s", redis ? redis->c.errstr : "no memory");
        if (redis)
            redisAsyncFree(redis);
        fail(l, "cannot connect to Redis at %s: %s", place, error);
        return;
    }
    redis->data = l;
    if (!redis_uv_attach(l->loop, redis)) {
        redis->data = NULL;
        redisAsyncFree(redis);
        fail(l, "cannot watch the connection to Redis at %s", place);
        return;
    }
    l->redis = redis;
    if (!url->local)
        redisEnableKeepAlive(&redis->c);
    redisAsyncSetConnectCallback(redis, on_connect);
    redisAsyncSetDisconnectCallback(redis, on_disconnect);
}

static void on_resolved(uv_getaddrinfo_t *resolve, int status, struct addrinfo *found)
{
    struct link *l = resolve->data;
    l->resolving = false;
    char numeric[INET6_ADDRSTRLEN] = "";
    if (status == 0 && found->ai_family == AF_INET6)
        uv_ip6_name((const struct sockaddr_in6 *)(const void *)found->ai_addr, numeric, sizeof numeric);
    else if (status == 0)
        uv_ip4_name((const struct sockaddr_in *)(const void *)found->ai_addr, numeric, sizeof numeric);
    uv_freeaddrinfo(found);
    if (l->awaits_name) {
        l->awaits_name = false;
        if (numeric[0])
            connect_to(l, numeric);
        else
            fail(l, "cannot find the host of Redis, %s: %s", l->options.url->host, uv_strerror(status));
    }
    release(l);
}

static void start(struct link *l)
{
    l->step = STEP_AUTH;
    if (l->resolving) { /* the former attempt's name service is still silent */
        fail(l, "cannot find the host of Redis, %s: the name service does not answer", l->options.url->host);
        return;
    }
    if (!l->options.url->local && !l->options.url->host[0]) {
        fail(l, "no Sentinel has told yet where the master \"%s\" is", l->options.url->master);
        return;
    }
    uv_timer_start(&l->timer, on_too_long, GREETING_MS, 0);
    if (l->options.url->local) {
        connect_to(l, NULL);
        return;
    }
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    l->resolve.data = l;
    int error = uv_getaddrinfo(l->loop, &l->resolve, on_resolved, l->options.url->host, NULL, &hints);
    if (error) {
        fail(l, "cannot find the host of Redis, %s: %s", l->options.url->host, uv_strerror(error));
        return;
    }
    l->resolving = l->awaits_name = true;
    l->holds++;
}

/* One line of INFO; "" when it is not there. */
static void info_line(const redisReply *info, const char *field, char *out, size_t size)
{
    const size_t n = strlen(field);
    out[0] = '\0';
    for (const char *line = info->str; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, field, n) == 0 && line[n] == ':') {
            snprintf(out, size, "%.*s", (int)strcspn(line + n + 1, "\r\n"), line + n + 1);
            return;
        }
    }
}

/* Nothing is ever written to a replica. Who may not ask is believed, unless Sentinels choose the master. */
static const char *role_error(struct link *l, const redisReply *reply)
{
    char role[16] = "";
    l->history[0] = l->history_before[0] = '\0';
    if (reply->type == REDIS_REPLY_ERROR)
        return l->options.url->n_sentinels || strncmp(reply->str, "NOPERM", 6) != 0 ? reply->str : NULL;
    if (reply->type == REDIS_REPLY_STRING) {
        info_line(reply, "role", role, sizeof role);
        info_line(reply, "master_replid", l->history, sizeof l->history);
        info_line(reply, "master_replid2", l->history_before, sizeof l->history_before);
    }
    return strcmp(role, "master") == 0 ? NULL : "it is a replica, not the master";
}

/* What is wrong with a greeting's reply, NULL when nothing is. */
static const char *step_error(struct link *l, enum step step, const redisReply *reply)
{
    if (step == STEP_ROLE)
        return role_error(l, reply);
    if (reply->type != REDIS_REPLY_ERROR || (step == STEP_AUTH && l->options.sentinel))
        return NULL;
    if (step == STEP_VERSION && strncmp(reply->str, "ERR Function not found", 22) == 0)
        return NULL; /* missing: it will be loaded */
    if (strstr(reply->str, "unknown command") && step >= STEP_VERSION)
        return "this Redis is older than 7.0 and has no Functions: use Redis 7.0 or newer";
    return reply->str;
}

static int loaded_version(const redisReply *reply)
{
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 && reply->element[0]->type == REDIS_REPLY_STRING)
        return (int)strtol(reply->element[0]->str, NULL, 10);
    return 0;
}

static void on_step(redisAsyncContext *redis, void *raw, void *data)
{
    struct link *l = redis->data;
    const redisReply *reply = raw;
    (void)data;
    if (!l || l->redis != redis || !reply)
        return; /* the disconnect callback tells */
    enum step step = l->step;
    const char *error = step_error(l, step, reply);
    if (error) {
        char place[300];
        where(l, place, sizeof place);
        fail(l, "Redis at %s cannot be used: %s", place, error);
        return;
    }
    if (step == STEP_VERSION && loaded_version(reply) >= library_version())
        step = STEP_LOAD;
    greet(l, step + 1);
}

static bool send_step(struct link *l, enum step step)
{
    const struct redis_url *url = l->options.url;
    size_t len = 0;
    const char *text = library_text(&len);
    switch (step) {
    case STEP_AUTH:
        if (!url->password[0])
            return false;
        if (url->user[0])
            redisAsyncCommand(l->redis, on_step, NULL, "AUTH %s %s", url->user, url->password);
        else
            redisAsyncCommand(l->redis, on_step, NULL, "AUTH %s", url->password);
        return true;
    case STEP_SELECT:
        if (url->db > 0)
            redisAsyncCommand(l->redis, on_step, NULL, "SELECT %d", url->db);
        return url->db > 0;
    case STEP_ROLE:
        if (!l->options.sentinel)
            redisAsyncCommand(l->redis, on_step, NULL, "INFO replication");
        return !l->options.sentinel;
    case STEP_VERSION:
        if (l->options.library)
            redisAsyncCommand(l->redis, on_step, NULL, "FCALL_RO fl_version 1 %s", l->options.key);
        return l->options.library;
    case STEP_LOAD:
        if (l->options.library)
            redisAsyncCommand(l->redis, on_step, NULL, "FUNCTION LOAD REPLACE %b", text, len);
        return l->options.library;
    default:
        return false;
    }
}

/* Sends the first of the steps from `step` on that is needed; without any, the link is up. */
static void greet(struct link *l, enum step step)
{
    for (; step < STEP_UP; step++) {
        l->step = step;
        if (send_step(l, step))
            return;
    }
    l->step = STEP_UP;
    l->up = true;
    l->backoff_ms = BACKOFF_MIN_MS;
    uv_timer_stop(&l->timer);
    l->options.on_up(l->options.owner);
}

struct link *link_open(struct uv_loop_s *loop, const struct link_options *options)
{
    struct link *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->loop = loop;
    l->options = *options;
    l->backoff_ms = BACKOFF_MIN_MS;
    l->holds = 1;
    uv_timer_init(loop, &l->timer);
    l->timer.data = l;
    /* The first attempt also comes from the loop, so that no callback runs before the owner has the link. */
    uv_timer_start(&l->timer, on_wait_over, 0, 0);
    return l;
}

struct redisAsyncContext *link_redis(const struct link *l)
{
    return l->up ? l->redis : NULL;
}

const char *link_history(const struct link *l, const char **before)
{
    *before = l->history_before;
    return l->history;
}

void link_move(struct link *l, const char *why)
{
    if (l->closed)
        return;
    if (l->redis || l->awaits_name)
        fail(l, "%s", why);
    l->backoff_ms = BACKOFF_MIN_MS;
    uv_timer_start(&l->timer, on_wait_over, 0, 0);
}

void link_drop(struct link *l, const char *why)
{
    if (l->redis)
        fail(l, "%s", why);
}

static void on_reloaded(redisAsyncContext *redis, void *raw, void *data)
{
    struct link *l = redis->data;
    const redisReply *reply = raw;
    (void)data;
    if (!l || l->redis != redis || !reply)
        return;
    l->reloading = false;
    if (reply->type == REDIS_REPLY_ERROR)
        fail(l, "Redis does not take the Functions: %s", reply->str);
}

void link_reload(struct link *l)
{
    size_t len = 0;
    const char *text = library_text(&len);
    if (!l->up || l->reloading)
        return;
    l->reloading = redisAsyncCommand(l->redis, on_reloaded, NULL, "FUNCTION LOAD REPLACE %b", text, len) == REDIS_OK;
}

void link_close(struct link *l)
{
    l->closed = true;
    redisAsyncContext *redis = l->redis;
    l->redis = NULL;
    l->up = l->awaits_name = false;
    if (redis) {
        redis->data = NULL;
        redisAsyncFree(redis);
    }
    if (l->resolving)
        uv_cancel((uv_req_t *)&l->resolve);
    uv_close((uv_handle_t *)&l->timer, on_timer_closed);
}
