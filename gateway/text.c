/* Text building and JSON string escaping. */
#include "gateway/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_start(struct text *t)
{
    t->at = t->place;
    t->len = 0;
    t->size = sizeof t->place;
    t->failed = false;
    t->place[0] = 0;
}

void text_free(struct text *t)
{
    if (t->at != t->place) {
        free(t->at);
    }
    text_start(t);
}

static bool room(struct text *t, size_t more)
{
    if (t->failed) {
        return false;
    }
    if (t->len + more < t->size) {
        return true;
    }
    size_t size = t->size * 2 > t->len + more + 1 ? t->size * 2 : t->len + more + 1;
    char *at = t->at == t->place ? malloc(size) : realloc(t->at, size);
    if (!at) {
        t->failed = true;
        return false;
    }
    if (t->at == t->place) {
        memcpy(at, t->place, t->len + 1);
    }
    t->at = at;
    t->size = size;
    return true;
}

void text_span(struct text *t, struct span s)
{
    if (s.len && room(t, s.len)) {
        memcpy(t->at + t->len, s.at, s.len);
        t->len += s.len;
        t->at[t->len] = 0;
    }
}

void text_add(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->at + t->len, t->size - t->len, format, args);
    va_end(args);
    if (n < 0) {
        t->failed = true;
    } else if ((size_t)n < t->size - t->len) {
        t->len += (size_t)n;
    } else if (room(t, (size_t)n)) {
        va_start(args, format);
        t->len += (size_t)vsnprintf(t->at + t->len, t->size - t->len, format, args);
        va_end(args);
    }
}

static size_t escape(unsigned char c, char out[8])
{
    const char *pair = c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : NULL;
    if (pair) {
        memcpy(out, pair, 2);
        return 2;
    }
    return (size_t)snprintf(out, 8, "\\u%04x", c);
}

static bool plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

void text_quoted(struct text *t, struct span s)
{
    char out[8];
    text_span(t, SPAN("\""));
    for (size_t i = 0; i < s.len;) {
        const size_t from = i;
        while (i < s.len && plain((unsigned char)s.at[i])) {
            i++;
        }
        text_span(t, (struct span){s.at + from, i - from});
        if (i < s.len) {
            text_span(t, (struct span){out, escape((unsigned char)s.at[i++], out)});
        }
    }
    text_span(t, SPAN("\""));
}

struct span text_view(const struct text *t)
{
    return (struct span){t->at, t->len};
}

struct span span_of(const char *s)
{
    return (struct span){s ? s : "", s ? strlen(s) : 0};
}

bool span_is(struct span s, const char *word)
{
    return s.len == strlen(word) && memcmp(s.at, word, s.len) == 0;
}

void span_copy(struct span s, char *out, size_t size)
{
    size_t n = s.len < size ? s.len : size - 1;
    if (n) {
        memcpy(out, s.at, n);
    }
    out[n] = 0;
}
