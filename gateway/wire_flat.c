/* Frames as browsers write them, one flat object without spaces or escapes, read in one pass.
 *
 * jansson's reader takes a frame a character at a time, a third of all instructions a message cost; most frames need
 * none of what it can do. What is not plain goes to it, so there is one judge of what is JSON. */
#include "gateway/wire_flat.h"
#include <string.h>

/* The end of the quoted run that begins at `p`, which is behind the quote; NULL when it holds anything that needs
 * reading. */
static const char *plain_end(const char *p, const char *end)
{
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= ' ') {
        p++;
    }
    return p < end && *p == '"' ? p : NULL;
}

/* A whole number of at most 15 digits, which every reader takes alike. */
static json_t *number(const char **at, const char *end)
{
    const char *p = *at;
    const bool minus = *p == '-';
    json_int_t value = 0;
    p += minus;
    const char *first = p;
    for (; p < end && *p >= '0' && *p <= '9' && p - first < 16; p++) {
        value = value * 10 + (*p - '0');
    }
    const long digits = p - first;
    if (digits < 1 || digits > 15 || (*first == '0' && digits > 1) || (minus && value == 0)) {
        return NULL;
    }
    *at = p;
    return json_integer(minus ? -value : value);
}

static bool word(const char **at, const char *end, const char *text, size_t len)
{
    if ((size_t)(end - *at) < len || memcmp(*at, text, len) != 0) {
        return false;
    }
    *at += len;
    return true;
}

static json_t *value(const char **at, const char *end)
{
    if (*at >= end) {
        return NULL;
    }
    if (**at == '"') {
        const char *from = *at + 1, *to = plain_end(from, end);
        if (!to) {
            return NULL;
        }
        *at = to + 1;
        return json_stringn_nocheck(from, (size_t)(to - from));
    }
    if (word(at, end, "true", 4)) {
        return json_true();
    }
    if (word(at, end, "false", 5)) {
        return json_false();
    }
    return number(at, end);
}

/* "name":value into `object`; false for what is not plain, a name there before, or no memory. */
static bool member(json_t *object, const char **at, const char *end)
{
    char name[WIRE_FLAT_NAME_MAX + 1];
    const char *from = *at + 1, *to = *at < end && **at == '"' ? plain_end(from, end) : NULL;
    if (!to || to - from > WIRE_FLAT_NAME_MAX || end - to < 2 || to[1] != ':') {
        return false;
    }
    memcpy(name, from, (size_t)(to - from));
    name[to - from] = '\0';
    *at = to + 2;
    if (json_object_get(object, name)) {
        return false;
    }
    json_t *v = value(at, end);
    return v && json_object_set_new_nocheck(object, name, v) == 0;
}

json_t *wire_flat(struct span text)
{
    const char *at = text.at + 1, *end = text.at + text.len;
    if (text.len < 2 || text.at[0] != '{' || !wire_utf8(text)) {
        return NULL;
    }
    json_t *object = json_object();
    while (object && member(object, &at, end) && at < end) {
        if (*at == '}' && at + 1 == end) {
            return object;
        }
        if (*at++ != ',') {
            break;
        }
    }
    json_decref(object);
    return NULL;
}
