/* The text a regex cannot match without; when in doubt, none. */
#include <stdbool.h>
#include <string.h>

#include "faq/pattern.h"

/* Behind a class "[…]" that begins at `c`; NULL when it does not end. */
static const char *skip_class(const char *c)
{
    c += c[1] == '^' ? 2 : 1;
    c += *c == ']';
    while (*c != '\0' && *c != ']') {
        c += (*c == '\\' && c[1] != '\0') || (*c == '[' && c[1] == ':') ? 2 : 1;
        if (c[-2] == '[' && c[-1] == ':') {
            const char *end = strstr(c, ":]");
            c = end != NULL ? end + 2 : c;
        }
    }
    return *c == ']' ? c + 1 : NULL;
}

/* Behind a group "(…)" that begins at `c`; NULL when it does not end or changes options. */
static const char *skip_group(const char *c)
{
    int depth = 0;
    while (c != NULL && *c != '\0') {
        if (*c == '(' && (c[1] == '*' || (c[1] == '?' && strchr(":=!<>|", c[2]) == NULL))) {
            return NULL;
        }
        depth += *c == '(';
        depth -= *c == ')';
        if (*c == ')' && depth == 0) {
            return c + 1;
        }
        if (*c == '[') {
            c = skip_class(c);
        } else {
            c += *c == '\\' && c[1] != '\0' ? 2 : 1;
        }
    }
    return NULL;
}

struct run {
    char now[PATTERN_LITERAL_BYTES];
    char best[PATTERN_LITERAL_BYTES];
};

static void run_end(struct run *r)
{
    if (strlen(r->now) > strlen(r->best)) {
        memcpy(r->best, r->now, sizeof r->best);
    }
    r->now[0] = '\0';
}

static void run_drop_last(struct run *r)
{
    size_t n = strlen(r->now);
    while (n > 0 && ((unsigned char)r->now[n - 1] & 0xC0) == 0x80) {
        n--;
    }
    r->now[n > 0 ? n - 1 : 0] = '\0';
}

static bool is_literal(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
           (unsigned char)c >= 0x80;
}

/* One step of the walk at nesting 0; NULL = give up. */
static const char *run_step(struct run *r, const char *c)
{
    size_t n = strlen(r->now);
    if (is_literal(*c)) {
        if (n + 1 < sizeof r->now) {
            r->now[n] = *c;
            r->now[n + 1] = '\0';
        } else if ((unsigned char)*c < 0x80) { /* full: begin anew, at a whole character */
            run_end(r);
        }
        return c + 1;
    }
    if (*c == '?' || *c == '*' || *c == '{') {
        run_drop_last(r);
    }
    run_end(r);
    if (*c == '{') {
        const char *end = strchr(c, '}');
        return end != NULL ? end + 1 : NULL;
    }
    if (*c == '[') {
        return skip_class(c);
    }
    if (*c == '(') {
        return skip_group(c);
    }
    if (*c == '\\') {
        return c[1] != '\0' && strchr("bBdDsSwW", c[1]) != NULL ? c + 2 : NULL;
    }
    return strchr(".^$?*+", *c) != NULL ? c + 1 : NULL; /* also | at nesting 0: nothing is certain */
}

void pattern_literal(const char *regex, char *out)
{
    struct run r = {.now = "", .best = ""};
    const char *c = regex;
    out[0] = '\0';
    while (c != NULL && *c != '\0') {
        c = run_step(&r, c);
    }
    run_end(&r);
    if (c != NULL && strlen(r.best) >= 3) {
        memcpy(out, r.best, sizeof r.best);
    }
}
