/* Workers are this program again, with FIRSTLINE_WORKER set and the port and Redis the parent found. */
#include "gateway/workers.h"
#include "gateway/listen.h"
#include "router/private.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#define RESTART_MS UINT64_C(500)
#define STOP_MS 12000 /* after the signal; a worker drains within 10 s */

struct crew;

struct worker {
    uv_process_t process;
    uv_timer_t again;
    struct crew *crew;
    int number;
    bool running;
};

struct crew {
    struct options *with;
    uv_loop_t loop;
    uv_signal_t term, intr, hup;
    uv_timer_t late;
    struct private_redis *redis;
    struct worker worker[OPTIONS_WORKERS_MAX];
    char *argv[OPTIONS_ARGS_MAX + 8];
    char listen[80], redis_url[512];
    uint32_t running;
    int reserve_fd, status;
    bool stopping;
};

static void start(struct worker *w);

static void start_again(uv_timer_t *timer)
{
    struct worker *w = timer->data;
    if (!w->crew->stopping) {
        start(w);
    }
}

static void ended(uv_process_t *process, int64_t status, int signal_number)
{
    struct worker *w = process->data;
    struct crew *crew = w->crew;
    uv_close((uv_handle_t *)process, NULL);
    w->running = false;
    crew->running--;
    if (!crew->stopping) {
        log_line(LOG_WARN, "a worker ended and is started again", "number=%d status=%d signal=%d", w->number,
                 (int)status, signal_number);
        uv_timer_start(&w->again, start_again, RESTART_MS, 0);
    } else if (!crew->running) {
        uv_stop(&crew->loop);
    }
    if (crew->stopping && (status || signal_number)) {
        crew->status = 1;
    }
}

static char **environment(char *number, char *redis)
{
    extern char **environ;
    size_t n = 0, out = 0;
    while (environ[n]) {
        n++;
    }
    char **copy = calloc(n + 3, sizeof *copy);
    for (size_t i = 0; copy && i < n; i++) {
        if (strncmp(environ[i], "FIRSTLINE_WORKER=", 17) != 0 &&
            !(redis && strncmp(environ[i], "FIRSTLINE_REDIS=", 16) == 0)) {
            copy[out++] = environ[i];
        }
    }
    if (copy) {
        copy[out++] = number;
        copy[out] = redis;
    }
    return copy;
}

static void start(struct worker *w)
{
    struct crew *crew = w->crew;
    char number[40], redis[560];
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_IGNORE}, {.flags = UV_INHERIT_FD, .data.fd = 1}, {.flags = UV_INHERIT_FD, .data.fd = 2}};
    snprintf(number, sizeof number, "FIRSTLINE_WORKER=%d", w->number);
    snprintf(redis, sizeof redis, "FIRSTLINE_REDIS=%s", crew->redis_url);
    char **env = environment(number, crew->redis ? redis : NULL);
    const uv_process_options_t options = {
        .exit_cb = ended, .file = "/proc/self/exe", .args = crew->argv, .env = env, .stdio_count = 3, .stdio = stdio};
    w->process.data = w;
    int error = env ? uv_spawn(&crew->loop, &w->process, &options) : UV_ENOMEM;
    free(env);
    if (error) {
        log_line(LOG_ERROR, "a worker could not be started", "number=%d why=%s", w->number, uv_err_name(error));
        uv_timer_start(&w->again, start_again, RESTART_MS * 4, 0);
        return;
    }
    w->running = true;
    crew->running++;
}

static void signal_all(struct crew *crew, int number)
{
    for (uint32_t i = 0; i < crew->with->workers; i++) {
        if (crew->worker[i].running) {
            uv_process_kill(&crew->worker[i].process, number);
        }
    }
}

static void too_late(uv_timer_t *timer)
{
    struct crew *crew = timer->data;
    log_line(LOG_WARN, "workers did not stop in time and are killed", NULL);
    signal_all(crew, SIGKILL);
}

static void on_stop(uv_signal_t *handle, int number)
{
    struct crew *crew = handle->data;
    (void)number;
    signal_all(crew, SIGTERM); /* told twice, they stop at once */
    if (!crew->stopping) {
        crew->stopping = true;
        uv_timer_start(&crew->late, too_late, STOP_MS, 0);
    }
    if (!crew->running) {
        uv_stop(&crew->loop);
    }
}

static void on_hup(uv_signal_t *handle, int number)
{
    signal_all(handle->data, number);
}

static void on_redis_event(void *owner, const char *what)
{
    char quoted[400];
    (void)owner;
    log_line(LOG_INFO, "private redis", "event=%s", log_quote(what, quoted, sizeof quoted));
}

/* The port is reserved by a bound socket that never listens; workers bind beside it. */
static bool reserve(struct crew *crew, char *why, size_t size)
{
    struct options *o = crew->with;
    crew->reserve_fd = -1;
    if (!listen_free(&o->address, o->address_len, why, size)) {
        return false;
    }
    crew->reserve_fd = listen_bind(&o->address, o->address_len, true, why, size);
    options_address_text(&o->address, crew->listen);
    return crew->reserve_fd >= 0;
}

static bool open_redis(struct crew *crew, char *why, size_t size)
{
    const struct private_options options = {.data_dir = crew->with->data,
                                            .fsync_always = crew->with->fsync_always,
                                            .on_event = on_redis_event,
                                            .owner = crew};
    if (crew->with->redis) {
        return true;
    }
    crew->redis = private_open(&crew->loop, &options, why, size);
    if (crew->redis) {
        snprintf(crew->redis_url, sizeof crew->redis_url, "%s", private_url(crew->redis));
    }
    return crew->redis != NULL;
}

static void start_all(struct crew *crew)
{
    uv_timer_init(&crew->loop, &crew->late);
    uv_signal_init(&crew->loop, &crew->term);
    uv_signal_init(&crew->loop, &crew->intr);
    uv_signal_init(&crew->loop, &crew->hup);
    crew->late.data = crew->term.data = crew->intr.data = crew->hup.data = crew;
    uv_signal_start(&crew->term, on_stop, SIGTERM);
    uv_signal_start(&crew->intr, on_stop, SIGINT);
    uv_signal_start(&crew->hup, on_hup, SIGHUP);
    for (uint32_t i = 0; i < crew->with->workers; i++) {
        crew->worker[i].crew = crew;
        crew->worker[i].number = (int)i + 1;
        uv_timer_init(&crew->loop, &crew->worker[i].again);
        crew->worker[i].again.data = &crew->worker[i];
        start(&crew->worker[i]);
    }
}

int workers_run(struct options *options, int argc, char **argv)
{
    static struct crew crew;
    static char listen_option[] = "--listen";
    char why[400];
    int n = 0;
    crew.with = options;
    signal(SIGPIPE, SIG_IGN);
    if (uv_loop_init(&crew.loop) != 0 || !reserve(&crew, why, sizeof why) || !open_redis(&crew, why, sizeof why)) {
        fprintf(stderr, "firstline: %s\n", why);
        return 1;
    }
    for (int i = 0; i < argc && n < OPTIONS_ARGS_MAX; i++) {
        crew.argv[n++] = argv[i];
    }
    crew.argv[n++] = listen_option; /* later options win */
    crew.argv[n++] = crew.listen;
    start_all(&crew);
    log_line(LOG_INFO, "workers started", "workers=%u address=%s", options->workers, crew.listen);
    uv_run(&crew.loop, UV_RUN_DEFAULT);
    close(crew.reserve_fd);
    private_close(crew.redis);
    log_line(LOG_INFO, "stopped", NULL);
    return crew.status;
}
