/* One table of options: name, environment variable, kind, place. */
#include "gateway/options.h"
#include "router/url.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, NUMBER, FLAG, ORIGINS, PROXIES };

static const struct row {
    const char *name, *variable;
    size_t place;
    enum kind kind;
    uint32_t least, most;
    bool everywhere; /* for every tool; the others belong to serve and go to the tool's own words otherwise */
} rows[] = {
    {"--listen", "FIRSTLINE_LISTEN", offsetof(struct options, listen), TEXT, 0, 0, true},
    {"--redis", "FIRSTLINE_REDIS", offsetof(struct options, redis), TEXT, 0, 0, true},
    {"--data", "FIRSTLINE_DATA", offsetof(struct options, data), TEXT, 0, 0, true},
    {"--site", "FIRSTLINE_SITE", offsetof(struct options, site), TEXT, 0, 0, true},
    {"--public-url", "FIRSTLINE_PUBLIC_URL", offsetof(struct options, public_url), TEXT, 0, 0, true},
    {"--log-level", "FIRSTLINE_LOG_LEVEL", offsetof(struct options, log_level), TEXT, 0, 0, true},
    {"--tls-cert", "FIRSTLINE_TLS_CERT", offsetof(struct options, tls_cert), TEXT, 0, 0, true},
    {"--tls-key", "FIRSTLINE_TLS_KEY", offsetof(struct options, tls_key), TEXT, 0, 0, true},
    {"--workers", "FIRSTLINE_WORKERS", offsetof(struct options, workers), NUMBER, 1, OPTIONS_WORKERS_MAX, false},
    {"--per-address", "FIRSTLINE_PER_ADDRESS", offsetof(struct options, per_address), NUMBER, 0, 1000000, false},
    {"--identity-secret-file", "FIRSTLINE_IDENTITY_SECRET_FILE", offsetof(struct options, identity_file), TEXT, 0, 0,
     false},
    {"--durability", "FIRSTLINE_DURABILITY", offsetof(struct options, durability), TEXT, 0, 0, false},
    {"--demo", "FIRSTLINE_DEMO", offsetof(struct options, demo), FLAG, 0, 0, false},
    /* Not in the help: for test suites of the websocket protocol. */
    {"--test-echo", "FIRSTLINE_TEST_ECHO", offsetof(struct options, test_echo), FLAG, 0, 0, false},
    {"--origin", "FIRSTLINE_ORIGIN", 0, ORIGINS, 0, 0, false},
    {"--trusted-proxy", "FIRSTLINE_TRUSTED_PROXY", 0, PROXIES, 0, 0, false},
};
#define ROWS (sizeof rows / sizeof *rows)

static const char help[] =
    "usage: firstline serve [--listen ADDR:PORT] [--redis URL] [--data DIR] [--site NAME] [--workers N] [--demo]\n"
    "                       [--origin URL …] [--tls-cert FILE --tls-key FILE] [--trusted-proxy CIDR …]\n"
    "                       [--log-level error|warn|info|debug] [--per-address N]\n"
    "                       [--durability fsync|replicated|relaxed]\n"
    "                       [--public-url URL] [--identity-secret-file FILE]\n"
    "       firstline agent add NAME [--name \"Full Name\"] [--langs lt,en] [--queues general] [--supervisor]\n"
    "       firstline agent list | disable NAME | invite NAME\n"
    "       firstline faq check FILE | load FILE | export | replay FILE\n"
    "       firstline doctor\n"
    "       firstline --version | --help\n"
    "\n"
    "  --listen         where to listen (127.0.0.1:8080); port 0 = any free one\n"
    "  --redis          redis://[user[:password]@]host:port[/db], unix:/path, or sentinel://h1:p,h2:p,h3:p/NAME; left "
    "out:\n"
    "                   an own redis-server is started and kept in --data. Put a URL with a password into "
    "FIRSTLINE_REDIS,\n"
    "                   not on the command line.\n"
    "  --data           directory of the own redis-server (./data)\n"
    "  --site           name of the site (main)\n"
    "  --workers        processes sharing the port (1)\n"
    "  --demo           serve a demo shop at /, with a sample FAQ and two agents\n"
    "  --origin         a site that may embed the widget, e.g. https://shop.example; repeat for more\n"
    "  --tls-cert, --tls-key    speak TLS with this certificate chain and key (PEM)\n"
    "  --trusted-proxy  whose X-Forwarded-For counts, e.g. 10.0.0.0/8; repeat for more\n"
    "  --per-address    sockets one client address may hold (64); 0 = no limits per address\n"
    "  --durability     fsync: every message is on disk before it is acknowledged; replicated: with --redis, a "
    "replica\n"
    "                   has it, too, before anybody sees it; relaxed: up to 1 s may be lost\n"
    "  --public-url     how people reach this gateway, for invitation links\n"
    "  --identity-secret-file   the secret (16 to 512 bytes) by which the shop signs who its visitors are; or put it "
    "into\n"
    "                   FIRSTLINE_IDENTITY_SECRET\n"
    "\n"
    "Every option is also an environment variable (FIRSTLINE_LISTEN, FIRSTLINE_REDIS, …; lists separated by commas).\n";

const char *options_help(void)
{
    return help;
}

static bool wrong(char why[256], const char *name, const char *sentence)
{
    snprintf(why, 256, "%s: %s", name, sentence);
    return false;
}

static bool set_origin(struct options *o, const char *name, const char *value, char why[256])
{
    const char *refusal = auth_origin_refusal(value);
    if (refusal || o->n_origins == OPTIONS_LIST_MAX) {
        return wrong(why, name, refusal ? refusal : "at most 32 are possible");
    }
    o->origin[o->n_origins++] = value;
    return true;
}

static bool set_proxy(struct options *o, const char *name, const char *value, char why[256])
{
    if (o->n_proxies == OPTIONS_LIST_MAX || !auth_network(value, &o->proxy[o->n_proxies])) {
        return wrong(why, name, "needs a network such as 10.0.0.0/8 (at most 32 of them)");
    }
    o->n_proxies++;
    return true;
}

static bool set(struct options *o, const struct row *row, const char *name, const char *value, char why[256])
{
    char *end = NULL;
    unsigned long number = 0;
    switch (row->kind) {
    case TEXT:
        *(const char **)(void *)((char *)o + row->place) = value;
        return *value ? true : wrong(why, name, "is empty");
    case FLAG:
        *(bool *)(void *)((char *)o + row->place) = true;
        return true;
    case ORIGINS:
        return set_origin(o, name, value, why);
    case PROXIES:
        return set_proxy(o, name, value, why);
    case NUMBER:
        number = strtoul(value, &end, 10);
        if (*value < '0' || *value > '9' || *end || number < row->least || number > row->most) {
            snprintf(why, 256, "%s: needs a number from %u to %u, not \"%.40s\"", name, row->least, row->most, value);
            return false;
        }
        *(uint32_t *)(void *)((char *)o + row->place) = (uint32_t)number;
        return true;
    }
    return false;
}

/* Lists in the environment are separated by commas. */
static bool set_list(struct options *o, const struct row *row, const char *value, char why[256])
{
    static char copies[2][4096];
    char *copy = copies[row->kind == PROXIES], *mark = NULL;
    snprintf(copy, sizeof copies[0], "%s", value);
    for (char *one = strtok_r(copy, ", ", &mark); one; one = strtok_r(NULL, ", ", &mark)) {
        if (!set(o, row, row->variable, one, why)) {
            return false;
        }
    }
    return true;
}

static bool environment(struct options *o, char why[256])
{
    for (size_t i = 0; i < ROWS; i++) {
        const char *value = getenv(rows[i].variable);
        const bool list = rows[i].kind == ORIGINS || rows[i].kind == PROXIES;
        const bool off = rows[i].kind == FLAG && value && (strcmp(value, "0") == 0 || strcmp(value, "no") == 0);
        if (!value || !*value || off) {
            continue;
        }
        if (!(list ? set_list(o, &rows[i], value, why) : set(o, &rows[i], rows[i].variable, value, why))) {
            return false;
        }
    }
    return true;
}

static const struct row *find_row(const struct options *o, const char *word, size_t len)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strlen(rows[i].name) == len && memcmp(rows[i].name, word, len) == 0 &&
            (rows[i].everywhere || strcmp(o->tool, "serve") == 0)) {
            return &rows[i];
        }
    }
    return NULL;
}

/* Options as "--name value" or "--name=value"; what is none of ours is kept for the tool. */
static bool command_line(struct options *o, int argc, char **argv, char why[256])
{
    for (int i = 2; i < argc; i++) {
        const char *equals = strncmp(argv[i], "--", 2) == 0 ? strchr(argv[i], '=') : NULL;
        size_t len = equals ? (size_t)(equals - argv[i]) : strlen(argv[i]);
        const struct row *row = find_row(o, argv[i], len);
        if (!row) {
            if (strcmp(o->tool, "serve") == 0 || o->n_rest == OPTIONS_ARGS_MAX - 1) {
                return wrong(why, argv[i], "is unknown; see firstline --help");
            }
            o->rest[o->n_rest++] = argv[i];
            continue;
        }
        const char *value = equals ? equals + 1 : row->kind == FLAG ? "" : i + 1 < argc ? argv[++i] : NULL;
        if (!value) {
            return wrong(why, row->name, "needs a value");
        }
        if (!set(o, row, row->name, value, why)) {
            return false;
        }
    }
    return true;
}

static bool read_address(struct options *o, char why[256])
{
    char host[64];
    char *end = NULL;
    const char *colon = strrchr(o->listen, ':');
    unsigned long port = colon ? strtoul(colon + 1, &end, 10) : 0;
    const size_t len = colon ? (size_t)(colon - o->listen) : 0;
    if (!colon || !colon[1] || *end || port > 65535 || len >= sizeof host) {
        return wrong(why, "--listen", "needs ADDR:PORT, such as 127.0.0.1:8080 or [::1]:8080");
    }
    snprintf(host, sizeof host, "%.*s", (int)len, o->listen);
    struct sockaddr_in *four = (struct sockaddr_in *)&o->address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&o->address;
    if (host[0] == '[' && len > 2 && host[len - 1] == ']') {
        host[len - 1] = 0;
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)port);
        o->address_len = sizeof *six;
        if (inet_pton(AF_INET6, host + 1, &six->sin6_addr) == 1) {
            return true;
        }
    } else {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
        o->address_len = sizeof *four;
        if (inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &four->sin_addr) == 1) {
            return true;
        }
    }
    return wrong(why, "--listen", "needs a numeric address, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::]:8080");
}

static bool read_site(const char *site)
{
    size_t n = strspn(site, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return n >= 1 && n <= 32 && !site[n];
}

static bool read_file(const char *name, char *out, size_t size, size_t *len)
{
    FILE *f = fopen(name, "r");
    *len = f ? fread(out, 1, size, f) : 0;
    const bool fine = f && !ferror(f);
    if (f) {
        fclose(f);
    }
    return fine;
}

/* Out of the file, else out of the environment; never off the command line, which everybody on the machine sees. */
static bool read_identity_secret(struct options *o, char why[256])
{
    char *secret = o->identity_secret;
    const char *given = getenv("FIRSTLINE_IDENTITY_SECRET");
    size_t len = 0;
    if (o->identity_file) {
        if (!read_file(o->identity_file, secret, sizeof o->identity_secret - 1, &len)) {
            return wrong(why, "--identity-secret-file", "cannot be read");
        }
        while (len && (secret[len - 1] == '\n' || secret[len - 1] == '\r')) {
            len--;
        }
    } else if (given && *given) {
        len = strlen(given);
        snprintf(secret, sizeof o->identity_secret, "%s", given);
    } else {
        return true;
    }
    if (len < OPTIONS_SECRET_MIN || len > OPTIONS_SECRET_MAX || memchr(secret, 0, len)) {
        return wrong(why, o->identity_file ? "--identity-secret-file" : "FIRSTLINE_IDENTITY_SECRET",
                     "a secret has 16 to 512 bytes of text");
    }
    secret[len] = 0;
    return true;
}

static bool check(struct options *o, char why[256])
{
    struct redis_url url;
    char reason[200];
    if (!read_address(o, why)) {
        return false;
    }
    if (!read_site(o->site)) {
        return wrong(why, "--site", "needs 1 to 32 of A-Z a-z 0-9 _ -");
    }
    if (!log_level_named(o->log_level, &o->level)) {
        return wrong(why, "--log-level", "is one of error, warn, info, debug");
    }
    if (o->redis && !redis_url_read(o->redis, &url, reason, sizeof reason)) {
        return wrong(why, "--redis", reason);
    }
    if (!o->tls_cert != !o->tls_key) {
        return wrong(why, "--tls-cert and --tls-key", "come together");
    }
    o->fsync_always = strcmp(o->durability, "fsync") == 0;
    o->replicated = strcmp(o->durability, "replicated") == 0;
    if (!o->fsync_always && !o->replicated && strcmp(o->durability, "relaxed") != 0) {
        return wrong(why, "--durability", "is one of fsync, replicated, relaxed");
    }
    if (o->replicated && !o->redis) {
        return wrong(why, "--durability", "replicated needs --redis: the own redis-server has no replica");
    }
    return strcmp(o->tool, "serve") != 0 || read_identity_secret(o, why);
}

static bool read_tool(struct options *o, int argc, char **argv, char why[256])
{
    static const char *const tools[] = {"serve", "agent", "faq", "doctor"};
    if (argc < 2) {
        snprintf(why, 256, "say what to do: serve, agent, faq or doctor; see firstline --help");
        return false;
    }
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            o->tool = "help";
            o->informs = true;
            return true;
        }
    }
    if (strcmp(argv[1], "--version") == 0) {
        o->tool = "version";
        o->informs = true;
        return true;
    }
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        if (strcmp(argv[1], tools[i]) == 0) {
            o->tool = tools[i];
            return true;
        }
    }
    return wrong(why, argv[1], "is no command; see firstline --help");
}

bool options_read(struct options *o, int argc, char **argv, char why[256])
{
    const char *worker = getenv("FIRSTLINE_WORKER");
    *o = (struct options){.listen = "127.0.0.1:8080",
                          .data = "./data",
                          .site = "main",
                          .log_level = "info",
                          .durability = "fsync",
                          .workers = 1,
                          .per_address = 64};
    if (!read_tool(o, argc, argv, why)) {
        return false;
    }
    if (o->informs) {
        return true;
    }
    o->worker = worker ? (uint32_t)strtoul(worker, NULL, 10) : 0;
    return environment(o, why) && command_line(o, argc, argv, why) && check(o, why);
}

void options_address_text(const struct sockaddr_storage *a, char out[80])
{
    char host[INET6_ADDRSTRLEN] = "";
    if (a->ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)a;
        inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
        snprintf(out, 80, "[%s]:%u", host, ntohs(six->sin6_port));
    } else {
        const struct sockaddr_in *four = (const struct sockaddr_in *)a;
        inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
        snprintf(out, 80, "%s:%u", host, ntohs(four->sin_port));
    }
}

void options_url(const struct options *o, char *out, size_t size)
{
    char address[80];
    if (o->public_url) {
        snprintf(out, size, "%s", o->public_url);
        size_t n = strlen(out);
        if (n && out[n - 1] == '/') {
            out[n - 1] = 0;
        }
        return;
    }
    options_address_text(&o->address, address);
    snprintf(out, size, "%s://%s", o->tls_cert ? "https" : "http", address);
}

void options_tool_redis(const struct options *o, char *out, size_t size)
{
    if (o->redis) {
        snprintf(out, size, "%s", o->redis);
    } else {
        snprintf(out, size, "private:%s", o->data);
    }
}
