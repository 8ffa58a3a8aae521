/* A table of names, ranges and places; values may come as numbers or as strings of digits. */
#include "gateway/settings.h"
#include "gateway/text.h"
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>

static const struct {
    const char *name;
    uint32_t least, most, otherwise;
    size_t at;
} numbers[] = {
    {"quiet_ms", 0, 10000, 2500, offsetof(struct settings, quiet_ms)},
    {"say_per_10s", 1, 1000, 20, offsetof(struct settings, say_per_10s)},
    {"heartbeat_s", 5, 60, 15, offsetof(struct settings, heartbeat_s)},
    {"lease_s", 5, 120, 25, offsetof(struct settings, lease_s)},
    {"answers_max", 0, 10, 2, offsetof(struct settings, answers_max)},
    {"ask_rating", 0, 2, 2, offsetof(struct settings, ask_rating)},
    {"answers_gap_s", 0, 3600, 60, offsetof(struct settings, answers_gap_s)},
};
#define NUMBERS (sizeof numbers / sizeof *numbers)

static uint32_t *place(struct settings *s, size_t i)
{
    return (uint32_t *)(void *)((char *)s + numbers[i].at);
}

void settings_default(struct settings *s)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        *place(s, i) = numbers[i].otherwise;
    }
    span_copy(SPAN("en"), s->default_lang, sizeof s->default_lang);
    s->tz[0] = '\0';
}

static long long value_of(const json_t *value)
{
    if (json_is_string(value)) {
        char *end = NULL;
        long long n = strtoll(json_string_value(value), &end, 10);
        return *end || end == json_string_value(value) ? -1 : n;
    }
    return json_is_integer(value) ? json_integer_value(value) : -1;
}

static void read_zone(struct settings *s, const json_t *all)
{
    const char *hours = json_string_value(json_object_get(all, "hours"));
    json_t *told = hours ? json_loads(hours, 0, NULL) : NULL;
    const char *tz = json_string_value(json_object_get(told, "tz"));
    span_copy(span_of(tz ? tz : ""), s->tz, sizeof s->tz);
    json_decref(told);
}

bool settings_read(struct settings *s, struct span json)
{
    json_t *all = json_loadb(json.at, json.len, 0, NULL);
    if (!json_is_object(all)) {
        json_decref(all);
        return false;
    }
    for (size_t i = 0; i < NUMBERS; i++) {
        long long n = value_of(json_object_get(all, numbers[i].name));
        if (n >= (long long)numbers[i].least && n <= (long long)numbers[i].most) {
            *place(s, i) = (uint32_t)n;
        }
    }
    const char *lang = json_string_value(json_object_get(all, "default_lang"));
    if (lang && *lang) {
        span_copy(span_of(lang), s->default_lang, sizeof s->default_lang);
    }
    read_zone(s, all);
    json_decref(all);
    return true;
}
