/* JSON by jansson for what clients send; a scanner for the large documents Redis gives. */
#include "gateway/wire.h"
#include "gateway/wire_flat.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool wire_utf8(struct span s)
{
    const unsigned char *p = (const unsigned char *)s.at, *end = p + s.len;
    while (p < end) {
        if (*p < 0x80) {
            p++;
            continue;
        }
        int more = *p >= 0xf0 && *p <= 0xf4 ? 3 : *p >= 0xe0 && *p < 0xf0 ? 2 : *p >= 0xc2 && *p < 0xe0 ? 1 : 0;
        if (!more || end - p <= more) {
            return false;
        }
        unsigned low = *p == 0xe0   ? 0xa0
                       : *p == 0xf0 ? 0x90
                                    : 0x80,
                 high = *p == 0xed   ? 0x9f
                        : *p == 0xf4 ? 0x8f
                                     : 0xbf;
        if (p[1] < low || p[1] > high) {
            return false;
        }
        for (int i = 2; i <= more; i++) {
            if ((p[i] & 0xc0) != 0x80) {
                return false;
            }
        }
        p += more + 1;
    }
    return true;
}

size_t wire_code_points(struct span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        n += ((unsigned char)s.at[i] & 0xc0) != 0x80;
    }
    return n;
}

struct span wire_cut(struct span s, size_t most)
{
    for (size_t i = 0, n = 0; i < s.len; i++) {
        if (((unsigned char)s.at[i] & 0xc0) != 0x80 && n++ == most) {
            return (struct span){s.at, i};
        }
    }
    return s;
}

static bool shallow(struct span text)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > WIRE_DEPTH_MAX) {
                return false;
            }
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return true;
}

static bool wrong(struct wire_error *error, const char *code, const char *format, const char *name)
{
    error->code = code;
    snprintf(error->message, sizeof error->message, format, name);
    return false;
}

enum wire_verdict wire_parse(struct span text, json_t **frame, const char **type, struct wire_error *error)
{
    json_error_t why;
    *frame = wire_flat(text);
    if (!*frame && !shallow(text)) {
        wrong(error, "bad_frame", "%s", "JSON nested deeper than 8");
        return WIRE_MALFORMED;
    }
    if (!*frame) {
        *frame = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &why);
    }
    if (!*frame) {
        wrong(error, "bad_frame", "%s", "not JSON");
        return WIRE_MALFORMED;
    }
    *type = json_string_value(json_object_get(*frame, "type"));
    if (!*type) {
        json_decref(*frame);
        *frame = NULL;
        wrong(error, "bad_frame", "%s", "a frame is a JSON object with a string member type");
        return WIRE_WRONG;
    }
    return WIRE_FINE;
}

static bool made_of(struct span s, bool dots)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!fine && !(dots && c == '.')) {
            return false;
        }
    }
    return true;
}

static bool right_mid(struct span s)
{
    return s.len >= 8 && s.len <= 64 && made_of(s, false);
}

static bool string_member(const struct wire_member *m, const json_t *value, struct span *out, struct wire_error *error)
{
    if (!json_is_string(value)) {
        return wrong(error, "bad_frame", "%s must be a string", m->name);
    }
    struct span s = {json_string_value(value), json_string_length(value)};
    size_t points = wire_code_points(s);
    if (m->kind == WIRE_MID && !right_mid(s)) {
        return wrong(error, "bad_frame", "%s must be 8 to 64 of A-Z a-z 0-9 _ -", m->name);
    }
    if (m->kind == WIRE_WORD && ((int64_t)s.len < m->min || (int64_t)s.len > m->max || !made_of(s, true))) {
        return wrong(error, "bad_frame", "%s must be a short word of A-Z a-z 0-9 _ . -", m->name);
    }
    if (m->kind == WIRE_TEXT && (int64_t)points > m->max) {
        return wrong(error, "too_long", "%s is too long", m->name);
    }
    if (m->kind == WIRE_TEXT && (int64_t)points < m->min) {
        return wrong(error, "bad_frame", "%s is empty", m->name);
    }
    *out = m->kind == WIRE_CUT ? wire_cut(s, (size_t)m->max) : s;
    return true;
}

static bool number_member(const struct wire_member *m, const json_t *value, int64_t *out, struct wire_error *error)
{
    double real = json_number_value(value);
    if (!json_is_number(value) || !(real >= (double)m->min && real <= (double)m->max)) {
        return wrong(error, "bad_frame", "%s is no number or out of range", m->name);
    }
    int64_t whole = json_is_integer(value) ? (int64_t)json_integer_value(value) : (int64_t)real;
    if (json_is_real(value) && (double)whole != real) {
        return wrong(error, "bad_frame", "%s must be a whole number", m->name);
    }
    *out = whole;
    return true;
}

static bool member(const struct wire_member *m, json_t *value, char *out, struct wire_error *error)
{
    switch (m->kind) {
    case WIRE_NUMBER:
        return number_member(m, value, (int64_t *)(void *)(out + m->to), error);
    case WIRE_BOOLEAN:
        if (!json_is_boolean(value)) {
            return wrong(error, "bad_frame", "%s must be true or false", m->name);
        }
        *(bool *)(void *)(out + m->to) = json_is_true(value);
        return true;
    case WIRE_OBJECT:
    case WIRE_ARRAY:
        if (!(m->kind == WIRE_OBJECT ? json_is_object(value) : json_is_array(value))) {
            return wrong(error, "bad_frame", m->kind == WIRE_OBJECT ? "%s must be an object" : "%s must be an array",
                         m->name);
        }
        *(json_t **)(void *)(out + m->to) = value;
        return true;
    default:
        return string_member(m, value, (struct span *)(void *)(out + m->to), error);
    }
}

bool wire_members(const json_t *frame, const struct wire_member *members, size_t n, void *out, struct wire_error *error)
{
    for (size_t i = 0; i < n; i++) {
        json_t *value = json_object_get(frame, members[i].name);
        if (!value || json_is_null(value)) {
            if (members[i].required) {
                return wrong(error, "bad_frame", "%s is missing", members[i].name);
            }
            continue;
        }
        if (!member(&members[i], value, out, error)) {
            return false;
        }
    }
    return true;
}

struct wire_about wire_about(const json_t *frame)
{
    const struct span mid = span_of(json_string_value(json_object_get(frame, "mid")));
    const struct span id = span_of(json_string_value(json_object_get(frame, "id")));
    if (right_mid(mid)) {
        return (struct wire_about){"mid", mid};
    }
    return (struct wire_about){id.len ? "id" : NULL, wire_cut(id, WIRE_ID_MAX)};
}

void wire_error_frame(struct text *t, const struct wire_complaint *c)
{
    text_span(t, SPAN("{\"type\":\"error\",\"code\":"));
    text_quoted(t, c->code);
    text_span(t, SPAN(",\"message\":"));
    text_quoted(t, c->message);
    if (c->about) {
        text_add(t, ",\"%s\":", c->about);
        text_quoted(t, c->value);
    }
    if (c->retry_after_ms) {
        text_add(t, ",\"retry_after_ms\":%u", c->retry_after_ms);
    }
    text_span(t, SPAN("}"));
}

/* The end of the JSON value that begins at `i`. */
static size_t value_end(struct span json, size_t i)
{
    int depth = 0;
    for (; i < json.len; i++) {
        char c = json.at[i];
        if (c == '"') {
            for (i++; i < json.len && json.at[i] != '"'; i++) {
                i += json.at[i] == '\\';
            }
            if (!depth) {
                return i + 1 < json.len ? i + 1 : json.len;
            }
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            if (depth <= 1) {
                return i + (depth == 1);
            }
            depth--;
        } else if (!depth && (c == ',' || c == ' ')) {
            return i;
        }
    }
    return json.len;
}

static size_t skip(struct span json, size_t i)
{
    while (i < json.len && (json.at[i] == ' ' || json.at[i] == ',' || json.at[i] == ':' || json.at[i] == '\n')) {
        i++;
    }
    return i;
}

struct span wire_find(struct span json, const char *name)
{
    const size_t n = strlen(name);
    size_t i = skip(json, 0) + 1;
    while ((i = skip(json, i)) < json.len && json.at[i] == '"') {
        size_t key_end = value_end(json, i);
        size_t from = skip(json, key_end), to = value_end(json, from);
        if (key_end - i == n + 2 && memcmp(json.at + i + 1, name, n) == 0) {
            return (struct span){json.at + from, to - from};
        }
        i = to;
    }
    return (struct span){"", 0};
}

bool wire_next(struct span array, size_t *at, struct span *element)
{
    size_t i = *at ? *at : skip(array, 0) + 1;
    i = skip(array, i);
    if (i >= array.len || array.at[i] == ']') {
        return false;
    }
    size_t end = value_end(array, i);
    *element = (struct span){array.at + i, end - i};
    *at = end;
    return end > i;
}

int64_t wire_number(struct span value)
{
    char digits[24];
    span_copy(value, digits, sizeof digits);
    return strtoll(digits, NULL, 10);
}

struct span wire_bare(struct span value)
{
    if (value.len < 2 || value.at[0] != '"') {
        return (struct span){"", 0};
    }
    return (struct span){value.at + 1, value.len - 2};
}
