/* `firstline faq …`: check, load, export and replay of rule files, for editors at a terminal. */
#ifndef FIRSTLINE_GATEWAY_FAQ_TOOL_H
#define FIRSTLINE_GATEWAY_FAQ_TOOL_H

/* Runs one command. argv[0] is the command's own name ("check", "load", "export", "replay"), its arguments follow;
 * options of the whole program
 * (--redis, --site, --data) are already taken out by the caller. `redis_url` (as console_open takes it) and `site` say
 * where the set in force is; they are used only by load, export, and replay without --rules. Prints to stdout, and what
 * went wrong in one line to stderr. Returns the exit status: 0 done, 1 it failed, 2 wrong usage. Blocking. */
int faq_tool(int argc, char **argv, const char *redis_url, const char *site);

#endif
