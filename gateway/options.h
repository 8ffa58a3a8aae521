/* The command line and the environment, as one checked struct. */
#ifndef FIRSTLINE_GATEWAY_OPTIONS_H
#define FIRSTLINE_GATEWAY_OPTIONS_H
#include "gateway/auth.h"
#include "gateway/log.h"

#define OPTIONS_LIST_MAX 32
#define OPTIONS_WORKERS_MAX 64
#define OPTIONS_ARGS_MAX 64
#define OPTIONS_SECRET_MIN 16
#define OPTIONS_SECRET_MAX 512

struct options {
    const char *listen, *redis, *data, *site, *tls_cert, *tls_key, *durability, *public_url, *log_level, *identity_file;
    const char *origin[OPTIONS_LIST_MAX];
    struct network proxy[OPTIONS_LIST_MAX];
    size_t n_origins, n_proxies;
    uint32_t workers, per_address, worker; /* worker: which one this process is, 0 = alone */
    bool demo, test_echo, fsync_always, replicated;
    enum log_level level;
    char identity_secret[OPTIONS_SECRET_MAX + 3]; /* "" = none */
    struct sockaddr_storage address;              /* of listen */
    socklen_t address_len;

    const char *tool;             /* "serve", "agent", "faq", "doctor", "version", "help" */
    bool informs;                 /* the last two: nothing else was read */
    char *rest[OPTIONS_ARGS_MAX]; /* what the tool gets: words that are no option of the program */
    int n_rest;
};

/* Environment first, command line over it. False and why[] for wrong usage; strings are borrowed from argv and the
 * environment. */
bool options_read(struct options *o, int argc, char **argv, char why[256]);
/* The help text. */
const char *options_help(void);
/* "host:port" of an address, IPv6 in brackets. */
void options_address_text(const struct sockaddr_storage *a, char out[80]);
/* "http://127.0.0.1:8080": what people are told; --public-url when given. */
void options_url(const struct options *o, char *out, size_t size);
/* The Redis of this installation as the command-line tools take it: --redis, or the private one in --data. */
void options_tool_redis(const struct options *o, char *out, size_t size);
#endif
