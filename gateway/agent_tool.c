/* Agents from the command line: add, list, disable, invite. */
#include "gateway/agent_tool.h"
#include "gateway/auth.h"
#include "router/console.h"
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { TIMEOUT_MS = 5000 };

static const char usage[] =
    "usage: firstline agent add NAME [--name \"Full Name\"] [--langs lt,en] [--queues general] [--supervisor]\n"
    "       firstline agent list\n"
    "       firstline agent disable NAME\n"
    "       firstline agent invite NAME\n";

static struct span span(const char *text)
{
    return (struct span){text, strlen(text)};
}

static int wrong(const char *what, const char *detail)
{
    fprintf(stderr, "firstline: %s%s\n%s", what, detail, usage);
    return 2;
}

static int failed(const char *why)
{
    fprintf(stderr, "firstline: %s\n", why);
    return 1;
}

bool agent_invite_link(struct console *c, const char *agent, const char *public_url, char *link, size_t size, char *why,
                       size_t why_size)
{
    char token[AUTH_TOKEN_LEN + 1], hash[65];
    struct console_reply reply;
    auth_token_new(token);
    auth_token_hash(span(token), hash);
    bool done = console_call(c, "invite_put", 3, (struct span[]){span("0"), span(agent), span(hash)}, &reply);
    snprintf(why, why_size, "%s", reply.why);
    console_reply_free(&reply);
    size_t len = strlen(public_url);
    while (len > 0 && public_url[len - 1] == '/')
        len--;
    int n = snprintf(link, size, "%.*s/desk/#invite=%s", (int)len, public_url, token);
    if (done && (n < 0 || (size_t)n >= size)) {
        snprintf(why, why_size, "the link is too long");
        return false;
    }
    return done;
}

static int invite(struct console *c, const struct agent_place *place, const char *agent)
{
    char link[512], why[256];
    if (!agent_invite_link(c, agent, place->public_url, link, sizeof link, why, sizeof why))
        return failed(why);
    printf("%s\n", link);
    fprintf(stderr, "The link sets %s's password, once, within 48 hours.\n", agent);
    return 0;
}

struct person {
    const char *name, *langs, *queues;
    bool supervisor;
};

static bool read_person(struct person *p, int argc, char **argv)
{
    static const struct option options[] = {{"name", required_argument, NULL, 'n'},
                                            {"langs", required_argument, NULL, 'l'},
                                            {"queues", required_argument, NULL, 'q'},
                                            {"supervisor", no_argument, NULL, 's'},
                                            {NULL, 0, NULL, 0}};
    optind = 0; /* a fresh start for getopt */
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'n':
            p->name = optarg;
            break;
        case 'l':
            p->langs = optarg;
            break;
        case 'q':
            p->queues = optarg;
            break;
        case 's':
            p->supervisor = true;
            break;
        default:
            return false;
        }
    }
    return optind == argc;
}

static int add(struct console *c, const struct agent_place *place, const char *agent, const struct person *p)
{
    struct console_reply reply;
    struct span args[] = {span("0"),      span(agent),     span(p->name),
                          span(p->langs), span(p->queues), span(p->supervisor ? "1" : "0")};
    bool done = console_call(c, "agent_add", sizeof args / sizeof *args, args, &reply);
    int status = done ? invite(c, place, agent) : failed(reply.why);
    console_reply_free(&reply);
    return status;
}

static const char *word_of(const json_t *agent, const char *name)
{
    const char *value = json_string_value(json_object_get(agent, name));
    return value ? value : "";
}

static void print_list(const json_t *agent, const char *name, int width)
{
    char line[200] = "";
    size_t i = 0, used = 0;
    const json_t *one = NULL, *all = json_object_get(agent, name);
    json_array_foreach(all, i, one)
    {
        int n = snprintf(line + used, sizeof line - used, "%s%s", i ? "," : "", json_string_value(one));
        used += n > 0 && (size_t)n < sizeof line - used ? (size_t)n : 0;
    }
    printf(" %-*s", width, json_is_array(all) ? line : word_of(agent, name));
}

static bool set(const json_t *agent, const char *name)
{
    const json_t *value = json_object_get(agent, name);
    return json_is_true(value) || json_integer_value(value) != 0 || strcmp(word_of(agent, name), "1") == 0;
}

static int list(struct console *c)
{
    struct console_reply reply;
    bool done = console_call(c, "agent_list", 1, (struct span[]){span("0")}, &reply);
    json_t *all = done && reply.n > 0 ? json_loadb(reply.item[0].at, reply.item[0].len, 0, NULL) : NULL;
    int status = done && json_is_array(all) ? 0 : failed(done ? "the list of agents cannot be read" : reply.why);
    if (status == 0 && json_array_size(all) == 0)
        printf("There are no agents yet: firstline agent add NAME\n");
    else if (status == 0)
        printf("%-20s %-24s %-12s %-20s %s\n", "AGENT", "NAME", "LANGUAGES", "QUEUES", "STATE");
    size_t i = 0;
    const json_t *agent = NULL;
    json_array_foreach(all, i, agent)
    {
        printf("%-20s %-24s", word_of(agent, "id"), word_of(agent, "name"));
        print_list(agent, "langs", 12);
        print_list(agent, "queues", 20);
        printf(" %s%s\n", set(agent, "disabled") ? "disabled" : word_of(agent, "state"),
               set(agent, "supervisor") ? ", supervisor" : "");
    }
    json_decref(all);
    console_reply_free(&reply);
    return status;
}

static int disable(struct console *c, const char *agent)
{
    struct console_reply reply;
    bool done = console_call(c, "agent_disable", 2, (struct span[]){span("0"), span(agent)}, &reply);
    if (done)
        printf("%s is disabled and logged out.\n", agent);
    int status = done ? 0 : failed(reply.why);
    console_reply_free(&reply);
    return status;
}

int agent_tool(const struct agent_place *place, int argc, char **argv)
{
    struct person person = {"", "", "", false};
    if (argc < 1)
        return wrong("agent needs a command", "");
    const char *command = argv[0];
    bool lists = strcmp(command, "list") == 0, adds = strcmp(command, "add") == 0;
    if (!lists && !adds && strcmp(command, "disable") != 0 && strcmp(command, "invite") != 0)
        return wrong("there is no such command: agent ", command);
    if (lists ? argc != 1 : argc < 2)
        return wrong(lists ? "agent list takes no arguments" : "a name is missing after agent ", lists ? "" : command);
    const char *agent = lists ? "" : argv[1];
    if (!lists && !auth_agent_id(span(agent)))
        return wrong("an agent's name is 1 to 32 of a-z 0-9 _ . - and not: ", agent);
    if (adds ? !read_person(&person, argc - 1, argv + 1) : argc > 2)
        return wrong("too much, or an unknown option, after agent ", command);
    char why[256];
    struct console *c = console_open(place->redis_url, place->site, TIMEOUT_MS, why, sizeof why);
    if (!c)
        return failed(why);
    int status = lists                            ? list(c)
                 : adds                           ? add(c, place, agent, &person)
                 : strcmp(command, "invite") == 0 ? invite(c, place, agent)
                                                  : disable(c, agent);
    console_close(c);
    return status;
}
