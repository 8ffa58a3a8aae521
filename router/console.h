/* Functions called one at a time, blocking: for the command line only (agents, FAQ, doctor), never on the loop. */
#ifndef FIRSTLINE_ROUTER_CONSOLE_H
#define FIRSTLINE_ROUTER_CONSOLE_H
#include "router/router.h"

struct console;

#define CONSOLE_ITEMS_MAX 16

struct console_reply {
    bool ok;
    size_t n;
    struct span item[CONSOLE_ITEMS_MAX]; /* item[0] is what follows "ok"; NUL-terminated for convenience */
    char refusal[32];                    /* the Function's code when it said no; "" for any other failure */
    char why[256];                       /* the sentence when !ok */
    void *held;
};

/* Connects, authenticates, loads the Functions library when it is missing or older. Besides the urls of router_open it
 * takes "private:DIR": the private Redis of that data directory, which is started for the console's life when no
 * gateway is running it. NULL and why[] when Redis cannot be used. */
struct console *console_open(const char *url, const char *site, uint32_t timeout_ms, char *why, size_t why_size);
/* The same without loading anything (doctor). */
struct console *console_look(const char *url, const char *site, uint32_t timeout_ms, char *why, size_t why_size);
/* Calls a Function of the library as it is, `now` not added: pass "0" first where the Function takes it. False =
 * refused or failed, out->why says it. `out` is to be freed in both cases. */
bool console_call(struct console *c, const char *function, size_t argc, const struct span *argv,
                  struct console_reply *out);
void console_reply_free(struct console_reply *reply);
/* One field of INFO; false when it is not there. */
bool console_info(struct console *c, const char *section, const char *field, char *out, size_t size);
/* One line of text from any command with words as arguments, e.g. "CONFIG GET appendonly": the last element of an
 * array, or the string, or the error text with false. */
bool console_ask(struct console *c, char *out, size_t size, size_t argc, const char *const *words);
void console_close(struct console *c);
#endif
