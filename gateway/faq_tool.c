/* The commands of `firstline faq`: usage, files, and what is printed. */
#include "gateway/faq_tool.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "faq/compiled.h"
#include "faq/examples.h"
#include "faq/lint.h"
#include "faq/matcher.h"
#include "faq/rules.h"
#include "gateway/faq_replay.h"
#include "gateway/faq_store.h"

enum { DONE = 0, FAILED = 1, WRONG_USAGE = 2, WHY_BYTES = 2048, EXAMPLES_SHOWN = 50 };

static const char usage[] =
    "usage: firstline faq check FILE     examples, conflicts and advice; changes nothing\n"
    "       firstline faq load FILE      check, then make it the set in force\n"
    "       firstline faq export         the set in force, as a rule file\n"
    "       firstline faq replay [--rules FILE] [--json] [--against FILE2] LOG.jsonl\n"
    "                                    what it would have answered to {\"text\",\"label\"?} lines\n";

static int wrong_usage(const char *problem)
{
    fprintf(stderr, "firstline faq: %s\n%s", problem, usage);
    return WRONG_USAGE;
}

/* The whole file, malloc'd; NULL after a line on stderr. */
static char *read_whole(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t used = 0;
    size_t size = 0;
    if (file == NULL) {
        fprintf(stderr, "firstline faq: %s: %s\n", path, strerror(errno));
        return NULL;
    }
    for (;;) {
        if (size - used < 4096) {
            size = size * 2 + 65536;
            char *more = realloc(text, size);
            if (more == NULL) {
                break;
            }
            text = more;
        }
        size_t n = fread(text + used, 1, size - used - 1, file);
        used += n;
        if (n == 0 || used > RULES_FILE_BYTES) {
            break;
        }
    }
    bool failed = ferror(file) != 0;
    (void)fclose(file);
    if (failed || text == NULL) {
        fprintf(stderr, "firstline faq: %s: it cannot be read\n", path);
        free(text);
        return NULL;
    }
    *len = used;
    return text;
}

static struct rules *read_rules(const char *path)
{
    char why[WHY_BYTES];
    size_t len = 0;
    char *text = read_whole(path, &len);
    if (text == NULL) {
        return NULL;
    }
    struct rules *rules = rules_read_yaml(path, text, len, why, sizeof why);
    free(text);
    if (rules == NULL || !rules_fit(rules, why, sizeof why)) {
        fprintf(stderr, "%s\n", why);
        rules_free(rules);
        return NULL;
    }
    return rules;
}

/* Rules of a file, or those in force when there is none; compiled with their examples checked. NULL after a line on
 * stderr. */
static struct matcher *read_matcher(const char *path, const char *redis_url, const char *site)
{
    char why[WHY_BYTES];
    struct rules *rules = NULL;
    if (path != NULL) {
        rules = read_rules(path);
    } else {
        rules = faq_store_get(redis_url, site, why, sizeof why);
        if (rules == NULL) {
            fprintf(stderr, "firstline faq: the set in force cannot be read: %s (or give a file with --rules)\n", why);
        }
    }
    if (rules == NULL) {
        return NULL;
    }
    struct matcher *m = matcher_compile(rules, why, sizeof why);
    if (m == NULL) {
        fprintf(stderr, "%s\n", why);
    }
    rules_free(rules);
    return m;
}

/* --- check ----------------------------------------------------------------------------------------------------------
 */

static void say_broken(void *owner, const char *line)
{
    size_t *shown = owner;
    if ((*shown)++ < EXAMPLES_SHOWN) {
        fprintf(stderr, "%s\n", line);
    }
}

static void say_advice(void *owner, const char *line)
{
    (void)owner;
    printf("advice: %s\n", line);
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int check(const char *path)
{
    char why[WHY_BYTES];
    size_t shown = 0;
    int64_t start = now_us();
    struct rules *rules = read_rules(path);
    if (rules == NULL) {
        return FAILED;
    }
    struct matcher *m = compiled_build(rules, why, sizeof why);
    if (m == NULL) {
        fprintf(stderr, "%s\n", why);
        rules_free(rules);
        return FAILED;
    }
    size_t broken = examples_check(m, rules, say_broken, &shown);
    int64_t took = now_us() - start;
    size_t findings = lint_rules(rules, m, say_advice, NULL);
    if (broken > EXAMPLES_SHOWN) {
        fprintf(stderr, "… and %zu more\n", broken - EXAMPLES_SHOWN);
    }
    printf("%s: %zu %s, %zu of %zu examples pass, %zu %s of advice; loads in %.1f ms, holds %.1f MB\n", path,
           rules_count(rules), rules_count(rules) == 1 ? "entry" : "entries", examples_count(rules) - broken,
           examples_count(rules), findings, findings == 1 ? "piece" : "pieces", (double)took / 1000,
           (double)matcher_bytes(m) / 1e6);
    matcher_free(m);
    rules_free(rules);
    if (broken > 0) {
        fprintf(stderr, "firstline faq: %s is refused: %zu %s broken (see above)\n", path, broken,
                broken == 1 ? "example is" : "examples are");
        return FAILED;
    }
    return DONE;
}

/* --- load, export
 * ----------------------------------------------------------------------------------------------------- */

static int load(const char *path, const char *redis_url, const char *site)
{
    char why[WHY_BYTES];
    char revision[24] = "";
    struct rules *rules = read_rules(path);
    if (rules == NULL) {
        return FAILED;
    }
    struct matcher *m = matcher_compile(rules, why, sizeof why);
    bool ok = m != NULL;
    if (!ok) {
        fprintf(stderr, "%s\n", why);
    } else if (!faq_store_put(redis_url, site, rules, revision, sizeof revision, why, sizeof why)) {
        fprintf(stderr, "firstline faq: not loaded, the set in force stays: %s\n", why);
        ok = false;
    } else {
        printf("loaded %zu entries as revision %s; every gateway uses them at once\n", rules_count(rules), revision);
    }
    matcher_free(m);
    rules_free(rules);
    return ok ? DONE : FAILED;
}

static int export(const char *redis_url, const char *site)
{
    char why[WHY_BYTES];
    struct rules *rules = faq_store_get(redis_url, site, why, sizeof why);
    if (rules == NULL) {
        fprintf(stderr, "firstline faq: %s\n", why);
        return FAILED;
    }
    char *yaml = rules_write_yaml(rules);
    rules_free(rules);
    if (yaml == NULL || fputs(yaml, stdout) == EOF || fflush(stdout) == EOF) {
        free(yaml);
        fprintf(stderr, "firstline faq: the entries cannot be written: %s\n", strerror(errno));
        return FAILED;
    }
    free(yaml);
    return DONE;
}

/* --- replay
 * ----------------------------------------------------------------------------------------------------------- */

struct replay_arguments {
    const char *rules, *against, *log;
    bool json;
};

static const char *parse_replay(int argc, char **argv, struct replay_arguments *a)
{
    for (int i = 1; i < argc; i++) {
        bool rules = strcmp(argv[i], "--rules") == 0;
        if (strcmp(argv[i], "--json") == 0) {
            a->json = true;
        } else if (rules || strcmp(argv[i], "--against") == 0) {
            if (i + 1 == argc) {
                return "--rules and --against need a file";
            }
            *(rules ? &a->rules : &a->against) = argv[++i];
        } else if (strncmp(argv[i], "--", 2) == 0) {
            return "unknown option";
        } else if (a->log != NULL) {
            return "replay takes one log";
        } else {
            a->log = argv[i];
        }
    }
    return a->log != NULL ? NULL : "replay needs a log of {\"text\",\"label\"?} lines";
}

static int replay(int argc, char **argv, const char *redis_url, const char *site)
{
    struct replay_arguments a = {0};
    const char *problem = parse_replay(argc, argv, &a);
    int status = FAILED;
    if (problem != NULL) {
        return wrong_usage(problem);
    }
    struct matcher *m = read_matcher(a.rules, redis_url, site);
    struct matcher *against = m != NULL && a.against != NULL ? read_matcher(a.against, redis_url, site) : NULL;
    if (m != NULL && (a.against == NULL || against != NULL)) {
        struct replay r = {.log = a.log, .matcher = m, .against = against, .json = a.json};
        status = faq_replay(&r);
    }
    matcher_free(m);
    matcher_free(against);
    return status;
}

int faq_tool(int argc, char **argv, const char *redis_url, const char *site)
{
    const char *command = argc > 0 ? argv[0] : "";
    if (strcmp(command, "check") == 0 || strcmp(command, "load") == 0) {
        if (argc != 2) {
            return wrong_usage("check and load take one rule file");
        }
        return command[0] == 'c' ? check(argv[1]) : load(argv[1], redis_url, site);
    }
    if (strcmp(command, "export") == 0) {
        return argc == 1 ? export(redis_url, site) : wrong_usage("export takes no arguments");
    }
    if (strcmp(command, "replay") == 0) {
        return replay(argc, argv, redis_url, site);
    }
    return wrong_usage(command[0] == '\0' ? "a command is missing" : "unknown command");
}
