/* Looks at what the gateway stands on and says, a line each, what is weak and why. */
#include "gateway/doctor.h"
#include "router/console.h"
#include <hiredis/hiredis.h>
#include <jansson.h>
#include <libwebsockets.h>
#include <netdb.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

enum { TIMEOUT_MS = 3000, FILES_WANTED = 20000 };
enum finding { FINDING_OK, FINDING_WEAK, FINDING_BROKEN };

static int say(enum finding finding, const char *what, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int say(enum finding finding, const char *what, const char *format, ...)
{
    static const char *const words[] = {"ok", "weak", "broken"};
    va_list args;
    printf("%-7s %-12s ", words[finding], what);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    return finding == FINDING_BROKEN;
}

static int versions(void)
{
    return say(FINDING_OK, "versions",
               "firstline %s, libwebsockets %s, libuv %s, hiredis %d.%d.%d, jansson %s, libsodium %s",
               FIRSTLINE_VERSION, lws_get_library_version(), uv_version_string(), HIREDIS_MAJOR, HIREDIS_MINOR,
               HIREDIS_PATCH, JANSSON_VERSION, sodium_version_string());
}

static int files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return say(FINDING_WEAK, "open files", "the limit cannot be read");
    if (limit.rlim_max < FILES_WANTED)
        return say(FINDING_WEAK, "open files",
                   "at most %llu: about as many sockets; raise LimitNOFILE, or use --workers",
                   (unsigned long long)limit.rlim_max);
    return say(FINDING_OK, "open files", "at most %llu a process", (unsigned long long)limit.rlim_max);
}

static bool can_bind(const struct addrinfo *at)
{
    int on = 1, fd = socket(at->ai_family, SOCK_STREAM, 0);
    bool bound = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                 bind(fd, at->ai_addr, at->ai_addrlen) == 0;
    if (fd >= 0)
        close(fd);
    return bound;
}

static int port(const char *listen_at)
{
    char host[256];
    const char *colon = strrchr(listen_at, ':');
    if (!colon || (size_t)(colon - listen_at) >= sizeof host)
        return say(FINDING_BROKEN, "port", "--listen must be ADDRESS:PORT, not %s", listen_at);
    snprintf(host, sizeof host, "%.*s", (int)(colon - listen_at), listen_at);
    char *name = host[0] == '[' ? host + 1 : host;
    name[strcspn(name, "]")] = '\0';
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
    if (getaddrinfo(name[0] ? name : NULL, colon + 1, &hints, &found) != 0)
        return say(FINDING_BROKEN, "port", "%s is no address of this machine", listen_at);
    bool bound = can_bind(found);
    freeaddrinfo(found);
    return bound ? say(FINDING_OK, "port", "%s is free", listen_at)
                 : say(FINDING_WEAK, "port", "%s is taken: by a running gateway, or by somebody else", listen_at);
}

static int redis_version(struct console *c)
{
    char version[64];
    if (!console_info(c, "server", "redis_version", version, sizeof version))
        return say(FINDING_WEAK, "redis", "answers, but this user may not ask INFO for its version");
    if (strtol(version, NULL, 10) < 7)
        return say(FINDING_BROKEN, "redis", "%s is older than 7.0 and has no Functions", version);
    return say(FINDING_OK, "redis", "%s answers", version);
}

static bool config(struct console *c, const char *name, char *out, size_t size)
{
    return console_ask(c, out, size, 3, (const char *const[]){"CONFIG", "GET", name}) && out[0];
}

static int durability(struct console *c)
{
    char appendonly[16], fsync[16], role[16];
    if (!config(c, "appendonly", appendonly, sizeof appendonly) || !config(c, "appendfsync", fsync, sizeof fsync))
        return say(FINDING_WEAK, "durability",
                   "unknown: this user may not ask CONFIG (see appendonly, appendfsync yourself)");
    if (strcmp(appendonly, "yes") != 0)
        return say(FINDING_WEAK, "durability",
                   "appendonly is %s: acknowledged messages are lost when Redis ends; set it to yes", appendonly);
    if (strcmp(fsync, "always") != 0)
        return say(FINDING_WEAK, "durability",
                   "appendfsync is %s: about a second of acknowledged messages can be lost in a power cut; "
                   "set it to always",
                   fsync);
    if (console_info(c, "replication", "role", role, sizeof role) && strcmp(role, "master") != 0)
        return say(FINDING_BROKEN, "durability", "this Redis is a %s: give the master's url", role);
    return say(FINDING_OK, "durability", "appendonly yes, appendfsync always");
}

/* How many replicas are in touch, as INFO lists them: "slave0:ip=…,port=…,state=online,offset=…,lag=0". */
static int replicas_online(struct console *c)
{
    int online = 0;
    for (int i = 0; i < 16; i++) {
        char field[16], line[200];
        snprintf(field, sizeof field, "slave%d", i);
        online += console_info(c, "replication", field, line, sizeof line) && strstr(line, "state=online") != NULL;
    }
    return online;
}

static int replicas(struct console *c, bool own)
{
    char connected[16], needed[16], lag[16];
    if (own)
        return say(FINDING_OK, "replicas", "none: what is acknowledged is on the disk of this machine, back it up");
    if (!console_info(c, "replication", "connected_slaves", connected, sizeof connected))
        return say(FINDING_WEAK, "replicas", "unknown: this user may not ask INFO");
    const int online = replicas_online(c);
    if (strcmp(connected, "0") == 0 || online == 0)
        return say(FINDING_WEAK, "replicas",
                   "none in touch: what this Redis' disk loses is lost, and --durability replicated would acknowledge "
                   "nothing");
    if (!config(c, "min-replicas-to-write", needed, sizeof needed) ||
        !config(c, "min-replicas-max-lag", lag, sizeof lag))
        return say(FINDING_WEAK, "replicas", "%d in touch; this user may not ask CONFIG for min-replicas-to-write",
                   online);
    if (strtol(needed, NULL, 10) < 1)
        return say(
            FINDING_WEAK, "replicas",
            "%d in touch, but min-replicas-to-write is 0: cut off from them, this Redis goes on accepting what a "
            "failover then throws away; set it to 1, or use --durability replicated",
            online);
    if (strtol(needed, NULL, 10) > online)
        return say(FINDING_BROKEN, "replicas", "%d in touch, min-replicas-to-write is %s: nothing is accepted", online,
                   needed);
    return say(FINDING_OK, "replicas", "%d in touch; %s must be, with at most %s s of lag, for anything to be accepted",
               online, needed, lag);
}

static int memory(struct console *c)
{
    char policy[32], most[32];
    if (!config(c, "maxmemory-policy", policy, sizeof policy) || !config(c, "maxmemory", most, sizeof most))
        return say(FINDING_WEAK, "memory", "unknown: this user may not ask CONFIG");
    if (strcmp(policy, "noeviction") != 0 && strcmp(most, "0") != 0)
        return say(FINDING_BROKEN, "memory",
                   "maxmemory-policy is %s: Redis would throw chats away; set it to noeviction", policy);
    if (strcmp(policy, "noeviction") != 0)
        return say(FINDING_WEAK, "memory", "maxmemory-policy is %s: set it to noeviction before you set maxmemory",
                   policy);
    return say(FINDING_OK, "memory", "noeviction, maxmemory %s", strcmp(most, "0") == 0 ? "unlimited" : most);
}

static int rights(struct console *c, bool own)
{
    char user[64];
    if (!console_ask(c, user, sizeof user, 2, (const char *const[]){"ACL", "WHOAMI"}))
        return say(FINDING_WEAK, "rights", "unknown: this user may not ask ACL WHOAMI");
    if (strcmp(user, "default") != 0)
        return say(FINDING_OK, "rights", "connected as the Redis user %s", user);
    if (own)
        return say(FINDING_OK, "rights", "a private Redis, reached only by the owner of the data directory");
    return say(FINDING_WEAK, "rights",
               "connected as the all-powerful user default: make one for the gateway (ACL SETUSER)");
}

static int library(struct console *c, const char *site)
{
    char version[16];
    char key[40];
    snprintf(key, sizeof key, "{%.32s}", site);
    if (!console_ask(c, version, sizeof version, 4, (const char *const[]){"FCALL_RO", "fl_version", "1", key}))
        return say(FINDING_OK, "functions", "not loaded yet: the gateway does it at its start");
    return say(FINDING_OK, "functions", "version %s is loaded", version);
}

int doctor(const struct doctor_place *place)
{
    char why[256];
    int broken = versions();
    broken |= files();
    broken |= port(place->listen);
    struct console *c = console_look(place->redis_url, place->site, TIMEOUT_MS, why, sizeof why);
    if (!c) {
        say(FINDING_BROKEN, "redis", "%s", why);
        return 1;
    }
    broken |= redis_version(c);
    broken |= durability(c);
    broken |= replicas(c, strncmp(place->redis_url, "private:", 8) == 0);
    broken |= memory(c);
    broken |= rights(c, strncmp(place->redis_url, "private:", 8) == 0);
    broken |= library(c, place->site);
    console_close(c);
    return broken;
}
