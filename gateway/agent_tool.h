/* `firstline agent add|list|disable|invite`. */
#ifndef FIRSTLINE_GATEWAY_AGENT_TOOL_H
#define FIRSTLINE_GATEWAY_AGENT_TOOL_H
#include "router/router.h"

/* Where the tool works; public_url ("http://127.0.0.1:8080") begins the invite links. */
struct agent_place {
    const char *redis_url; /* as console_open takes it: redis://…, unix:…, private:DIR */
    const char *site;
    const char *public_url;
};
/* argv without the program's and the tool's name: {"add", "ana", "--name", "Ana B."}. Returns the exit status (0 done,
 * 1 failed, 2 wrong usage), with one line on stderr unless 0. */
int agent_tool(const struct agent_place *place, int argc, char **argv);
/* A fresh one-time link for an existing agent (serve --demo); false and why[] when it cannot be made. */
struct console;
bool agent_invite_link(struct console *c, const char *agent, const char *public_url, char *link, size_t size, char *why,
                       size_t why_size);
#endif
