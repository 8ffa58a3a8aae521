/* The embedded redis-server.
 *
 * Two locks (flock) tell who is who. redis.lock is inherited and held by the server itself, so it is free exactly when
 * no server works on this directory: two can never write the same files. owner.lock is held by the gateway that will
 * stop the server; whoever finds it free adopts a server that a killed gateway left behind. */
#include "router/private.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

enum {
    RETRY_MIN_MS = 20,
    RETRY_MAX_MS = 2000,
    STEADY_MS = 10000, /* a server that lived this long is restarted at once */
    WATCH_MS = 200,    /* how often another's server is looked at */
    STOP_MS = 5000,
    ROOM_MS = 200, /* how often free space is looked at */
    OLDEST_MAJOR = 7
};

/* Less free space than this is a full disk; it is one until there is twice as much. Redis writes less in ROOM_MS. */
#define ROOM_LEAST (4ull << 20)

/* One run of the server; the memory is its own, since libuv lets go of a process only after a loop turn. */
struct child {
    uv_process_t process;
    struct private_redis *owner; /* NULL = forgotten */
};

struct private_redis {
    uv_loop_t *loop;
    struct private_options options;
    char dir[PATH_MAX];
    char url[128];
    struct child *child;     /* NULL = no server of ours runs */
    uv_timer_t timer, *room; /* room: on its own, so that both can be closed in any order */
    bool told_foreign, full;
    int owner_fd; /* -1 = another gateway owns the server */
    uint64_t started_ms;
    uint32_t retry_ms;
};

static void event(const struct private_redis *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void event(const struct private_redis *p, const char *format, ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (p->options.on_event)
        p->options.on_event(p->options.owner, what);
}

static bool file_name(const struct private_redis *p, const char *name, char *out, size_t size)
{
    int n = snprintf(out, size, "%s/%s", p->dir, name);
    return n > 0 && (size_t)n < size;
}

/* An open file holding the lock, or -1 when another has it (errno EWOULDBLOCK) or it cannot be had. */
static int lock_file(const struct private_redis *p, const char *name)
{
    char path[PATH_MAX + 32];
    file_name(p, name, path, sizeof path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* --- The configuration */

static void write_quoted(FILE *f, const char *name, const char *value)
{
    fprintf(f, "%s \"", name);
    for (; *value; value++)
        fprintf(f, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
    fputs("\"\n", f);
}

static void write_settings(const struct private_redis *p, FILE *f)
{
    char path[PATH_MAX + 32];
    fputs("# Written by firstline at each start: changes made here are lost.\n"
          "port 0\nunixsocketperm 700\ndaemonize no\ndatabases 1\ntimeout 0\n",
          f);
    write_quoted(f, "unixsocket", p->url + strlen("unix:"));
    write_quoted(f, "dir", p->dir);
    file_name(p, "redis.log", path, sizeof path);
    write_quoted(f, "logfile", path);
    fprintf(f,
            "appendonly yes\nappendfsync %s\nno-appendfsync-on-rewrite no\naof-use-rdb-preamble yes\n"
            "aof-load-truncated yes\nsave \"\"\nmaxmemory-policy noeviction\n"
            "client-output-buffer-limit pubsub 64mb 16mb 30\n",
            p->options.fsync_always ? "always" : "everysec");
}

static bool write_conf(const struct private_redis *p)
{
    char path[PATH_MAX + 32], fresh[PATH_MAX + 32];
    file_name(p, "redis.conf", path, sizeof path);
    file_name(p, "redis.conf.new", fresh, sizeof fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!f) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    write_settings(p, f);
    bool written = !ferror(f);
    written = fclose(f) == 0 && written;
    return written && rename(fresh, path) == 0;
}

/* --- The child */

static void wait_and_step(struct private_redis *p, uint64_t ms);

static void on_child_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void forget(struct child *child)
{
    child->owner = NULL;
    uv_close((uv_handle_t *)&child->process, on_child_closed);
}

static void on_exit_seen(uv_process_t *process, int64_t status, int signal)
{
    struct child *child = process->data;
    struct private_redis *p = child->owner;
    if (!p)
        return;
    p->child = NULL;
    forget(child);
    if (uv_now(p->loop) - p->started_ms >= STEADY_MS)
        p->retry_ms = RETRY_MIN_MS;
    event(p, "redis-server ended (%s %d), starting it again in %u ms; its reasons are in redis.log",
          signal ? "signal" : "status", signal ? signal : (int)status, p->retry_ms);
    wait_and_step(p, p->retry_ms);
    p->retry_ms = p->retry_ms * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : p->retry_ms * 2;
}

/* The child inherits `lock` as its descriptor 3, and so keeps the directory locked while it lives. */
static int spawn(struct private_redis *p, int lock)
{
    char conf[PATH_MAX + 32], program[] = "redis-server";
    file_name(p, "redis.conf", conf, sizeof conf);
    char *args[] = {program, conf, NULL};
    uv_stdio_container_t stdio[4] = {{.flags = UV_IGNORE}, {.flags = UV_IGNORE}, {.flags = UV_IGNORE}};
    stdio[3].flags = UV_INHERIT_FD;
    stdio[3].data.fd = lock;
    uv_process_options_t options = {.file = program,
                                    .args = args,
                                    .cwd = p->dir,
                                    .flags = UV_PROCESS_DETACHED, /* Ctrl-C is for us: we drain first */
                                    .stdio = stdio,
                                    .stdio_count = 4,
                                    .exit_cb = on_exit_seen};
    struct child *child = calloc(1, sizeof *child);
    if (!child)
        return UV_ENOMEM;
    child->process.data = child;
    child->owner = p;
    int error = uv_spawn(p->loop, &child->process, &options);
    if (error)
        forget(child);
    else
        p->child = child;
    return error;
}

static void start(struct private_redis *p, int lock)
{
    int error = write_conf(p) ? spawn(p, lock) : UV_EIO;
    close(lock);
    if (error) {
        event(p, "cannot start redis-server: %s",
              error == UV_EIO ? "redis.conf cannot be written" : uv_strerror(error));
        wait_and_step(p, RETRY_MAX_MS);
        return;
    }
    p->started_ms = uv_now(p->loop);
    p->told_foreign = false;
    event(p, "redis-server started pid=%d", private_pid(p));
}

/* Starts the server when nobody's works here; else looks again soon. */
static void step(struct private_redis *p)
{
    if (p->owner_fd < 0)
        p->owner_fd = lock_file(p, "owner.lock");
    int lock = lock_file(p, "redis.lock");
    if (lock >= 0) {
        start(p, lock);
        return;
    }
    if (errno != EWOULDBLOCK)
        event(p, "cannot lock redis.lock in the data directory: %s", strerror(errno));
    else if (!p->told_foreign)
        event(p, p->owner_fd >= 0 ? "adopted a redis-server left by an earlier gateway"
                                  : "using the redis-server of another gateway");
    p->told_foreign = true;
    wait_and_step(p, WATCH_MS);
}

static void on_wait_over(uv_timer_t *timer)
{
    step(timer->data);
}

static void wait_and_step(struct private_redis *p, uint64_t ms)
{
    uv_timer_start(&p->timer, on_wait_over, ms, 0);
}

/* --- The disk */

static void on_look_at_room(uv_timer_t *timer)
{
    struct private_redis *p = timer->data;
    struct statvfs disk;
    if (statvfs(p->dir, &disk) != 0)
        return;
    const unsigned long long free_bytes = (unsigned long long)disk.f_bavail * disk.f_frsize;
    const bool full = free_bytes < (p->full ? 2 : 1) * ROOM_LEAST;
    if (full == p->full)
        return;
    p->full = full;
    p->options.on_room(p->options.owner, !full);
}

static void watch_room(struct private_redis *p)
{
    p->room = p->options.on_room ? malloc(sizeof *p->room) : NULL;
    if (!p->room)
        return;
    uv_timer_init(p->loop, p->room);
    p->room->data = p;
    uv_timer_start(p->room, on_look_at_room, 0, ROOM_MS);
}

/* --- Start-up checks */

static bool server_new_enough(char *why, size_t why_size)
{
    char line[256] = "";
    FILE *f = popen("redis-server --version 2>/dev/null", "r"); /* NOLINT(cert-env33-c): a fixed command */
    if (f && !fgets(line, sizeof line, f))
        line[0] = '\0';
    if (f)
        pclose(f);
    const char *version = strstr(line, "v=");
    if (!version) {
        snprintf(why, why_size, "redis-server is not installed: install Redis 7.0 or newer, or give --redis URL");
        return false;
    }
    if (strtol(version + 2, NULL, 10) < OLDEST_MAJOR) {
        snprintf(why, why_size, "redis-server is too old (%.*s): 7.0 or newer is needed",
                 (int)strcspn(version + 2, " \n"), version + 2);
        return false;
    }
    return true;
}

static bool make_dir(struct private_redis *p, char *why, size_t why_size)
{
    const char *dir = p->options.data_dir;
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        snprintf(why, why_size, "cannot make the data directory %s: %s", dir, strerror(errno));
        return false;
    }
    if (!realpath(dir, p->dir) || access(p->dir, R_OK | W_OK | X_OK) != 0) {
        snprintf(why, why_size, "cannot use the data directory %s: %s", dir, strerror(errno));
        return false;
    }
    struct sockaddr_un address;
    int n = snprintf(p->url, sizeof p->url, "unix:%s/redis.sock", p->dir);
    if (n < 0 || (size_t)n - strlen("unix:") >= sizeof address.sun_path || (size_t)n >= sizeof p->url) {
        snprintf(why, why_size, "the path of the data directory is too long for a unix socket (%zu bytes at most): %s",
                 sizeof address.sun_path - sizeof "/redis.sock", p->dir);
        return false;
    }
    return true;
}

struct private_redis *private_open(struct uv_loop_s *loop, const struct private_options *options, char *why,
                                   size_t why_size)
{
    struct private_redis *p = calloc(1, sizeof *p);
    if (!p) {
        snprintf(why, why_size, "no memory");
        return NULL;
    }
    p->loop = loop;
    p->options = *options;
    p->owner_fd = -1;
    p->retry_ms = RETRY_MIN_MS;
    if (!make_dir(p, why, why_size) || !server_new_enough(why, why_size)) {
        free(p);
        return NULL;
    }
    uv_timer_init(loop, &p->timer);
    p->timer.data = p;
    uv_update_time(loop);
    watch_room(p);
    step(p);
    return p;
}

const char *private_url(const struct private_redis *p)
{
    return p->url;
}

int private_pid(const struct private_redis *p)
{
    return p->child ? (int)p->child->process.pid : 0;
}

/* --- The end */

static void nap(void)
{
    const struct timespec ten_ms = {.tv_nsec = 10000000L};
    nanosleep(&ten_ms, NULL);
}

/* Who listens on the socket, by the kernel's word. 0 = nobody. */
static pid_t listener(const struct private_redis *p)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ucred who = {0};
    socklen_t len = sizeof who;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", p->url + strlen("unix:"));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return 0;
    bool found = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
                 getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0;
    close(fd);
    return found ? who.pid : 0;
}

static bool gone(const struct private_redis *p, pid_t pid)
{
    if (p->child)
        return waitpid(pid, NULL, WNOHANG) != 0;
    int lock = lock_file(p, "redis.lock");
    if (lock >= 0)
        close(lock);
    return lock >= 0;
}

static void stop(const struct private_redis *p, pid_t pid)
{
    kill(pid, SIGTERM);
    for (int waited = 0; waited < STOP_MS; waited += 10) {
        if (gone(p, pid))
            return;
        nap();
    }
    event(p, "redis-server pid=%d did not end within %d s: killed", (int)pid, STOP_MS / 1000);
    kill(pid, SIGKILL);
    if (p->child)
        waitpid(pid, NULL, 0);
}

static void on_timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_room_closed(uv_handle_t *handle)
{
    free(handle);
}

void private_close(struct private_redis *p)
{
    if (!p)
        return;
    pid_t pid = private_pid(p);
    if (pid == 0 && p->owner_fd >= 0)
        pid = listener(p);
    if (pid > 0)
        stop(p, pid);
    if (p->owner_fd >= 0)
        close(p->owner_fd);
    if (p->child)
        forget(p->child);
    if (p->room)
        uv_close((uv_handle_t *)p->room, on_room_closed);
    uv_close((uv_handle_t *)&p->timer, on_timer_closed);
}
