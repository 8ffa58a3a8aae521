/* Entries back to text: JSON for Redis and the wire, YAML for people. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "faq/entry.h"
#include "faq/rules.h"

static json_t *translations_json(const struct translations *t)
{
    if (t->n == 1 && t->at[0].lang[0] == '\0') {
        return json_string(t->at[0].text);
    }
    json_t *map = json_object();
    for (size_t i = 0; i < t->n; i++) {
        json_object_set_new(map, t->at[i].lang, json_string(t->at[i].text));
    }
    return map;
}

static json_t *group_json(const struct group *g)
{
    json_t *list = json_array();
    for (size_t i = 0; i < g->n; i++) {
        json_array_append_new(list, json_string(g->terms[i].written));
    }
    return list;
}

static json_t *alternative_json(const struct alternative *a)
{
    json_t *list = json_array();
    for (size_t i = 0; i < a->n; i++) {
        json_array_append_new(list, group_json(&a->groups[i]));
    }
    return list;
}

static json_t *when_json(const struct entry *e)
{
    if (e->n_when == 1 && e->when[0].label[0] == '\0') {
        return alternative_json(&e->when[0]);
    }
    json_t *map = json_object();
    for (size_t i = 0; i < e->n_when; i++) {
        json_object_set_new(map, e->when[i].label, alternative_json(&e->when[i]));
    }
    return map;
}

static json_t *bans_json(const struct entry *e)
{
    if (e->n_bans == 1 && e->bans[0].lang[0] == '\0') {
        return group_json(&e->bans[0].words);
    }
    json_t *map = json_object();
    for (size_t i = 0; i < e->n_bans; i++) {
        json_object_set_new(map, e->bans[i].lang, group_json(&e->bans[i].words));
    }
    return map;
}

static json_t *examples_json(const struct examples *x)
{
    json_t *list = json_array();
    for (size_t i = 0; i < x->n; i++) {
        json_array_append_new(list, json_string(x->at[i].text));
    }
    return list;
}

static json_t *guard_json(const struct guard *g)
{
    const char *const names[] = {"unknown_words", "other_words", "nearest"};
    const int numbers[] = {g->unknown_words, g->other_words, g->nearest};
    json_t *map = json_object();
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", numbers[i]);
        json_object_set_new(map, names[i], json_string(numbers[i] == GUARD_OFF ? "off" : text));
    }
    return map;
}

/* Members in the order in which people write them; those that are absent are left out. */
static json_t *entry_json(const struct entry *e)
{
    json_t *j = json_object();
    json_object_set_new(j, "id", json_string(e->id));
    json_object_set_new(j, "link", translations_json(&e->link));
    json_object_set_new(j, "title", translations_json(&e->title));
    json_object_set_new(j, "answer", translations_json(&e->answer));
    if (e->n_when > 0) {
        json_object_set_new(j, "when", when_json(e));
    }
    if (e->n_bans > 0) {
        json_object_set_new(j, "not", bans_json(e));
    }
    if (e->regex != NULL) {
        json_object_set_new(j, "regex", json_string(e->regex));
    }
    if (e->shadow) {
        json_object_set_new(j, "shadow", json_true());
    }
    if (e->guard.given) {
        json_object_set_new(j, "guard", guard_json(&e->guard));
    }
    if (e->yes.n > 0) {
        json_object_set_new(j, "yes", examples_json(&e->yes));
    }
    if (e->no.n > 0) {
        json_object_set_new(j, "no", examples_json(&e->no));
    }
    return j;
}

char *rules_entry_json(const struct rules *r, size_t i)
{
    json_t *j = entry_json(&r->entries[i]);
    char *text = json_dumps(j, JSON_COMPACT);
    json_decref(j);
    return text;
}

bool rules_fit(const struct rules *r, char *why, size_t why_size)
{
    for (size_t i = 0; i < r->n; i++) {
        char *json = rules_entry_json(r, i);
        size_t len = json != NULL ? strlen(json) : 0;
        free(json);
        if (len > RULES_JSON_BYTES) {
            snprintf(why, why_size,
                     "%s:%d: entry '%s': it has %zu bytes as JSON, at most %d are allowed; make two entries of it",
                     r->file, r->entries[i].line, r->entries[i].id, len, RULES_JSON_BYTES);
            return false;
        }
    }
    return true;
}

/* A growing text for libyaml to write to. */
struct sheet {
    char *text;
    size_t used, size;
};

static int sheet_write(void *owner, unsigned char *bytes, size_t n)
{
    struct sheet *s = owner;
    if (s->used + n + 1 > s->size) {
        size_t size = (s->used + n + 1) * 2;
        char *text = realloc(s->text, size);
        if (text == NULL) {
            return 0;
        }
        s->text = text;
        s->size = size;
    }
    memcpy(s->text + s->used, bytes, n);
    s->used += n;
    s->text[s->used] = '\0';
    return 1;
}

static bool emit_text(yaml_emitter_t *out, const char *text)
{
    yaml_event_t event;
    return yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1,
                                        YAML_ANY_SCALAR_STYLE) &&
           yaml_emitter_emit(out, &event);
}

static bool emit(yaml_emitter_t *out, json_t *j, int depth);

static bool emit_list(yaml_emitter_t *out, json_t *j, int depth)
{
    yaml_event_t event;
    bool flat = json_array_size(j) > 0 && !json_is_object(json_array_get(j, 0)) && depth > 2;
    bool ok = yaml_sequence_start_event_initialize(&event, NULL, NULL, 1,
                                                   flat ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE) &&
              yaml_emitter_emit(out, &event);
    for (size_t i = 0; ok && i < json_array_size(j); i++) {
        ok = emit(out, json_array_get(j, i), depth + 1);
    }
    return ok && yaml_sequence_end_event_initialize(&event) && yaml_emitter_emit(out, &event);
}

static bool emit_map(yaml_emitter_t *out, json_t *j, int depth)
{
    yaml_event_t event;
    const char *key = NULL;
    json_t *value = NULL;
    bool ok = yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE) &&
              yaml_emitter_emit(out, &event);
    json_object_foreach(j, key, value)
    {
        /* lists of words on one line; example sentences below each other */
        bool examples = depth == 2 && (strcmp(key, "yes") == 0 || strcmp(key, "no") == 0);
        ok = ok && emit_text(out, key) && emit(out, value, examples ? 1 : depth + 1);
    }
    return ok && yaml_mapping_end_event_initialize(&event) && yaml_emitter_emit(out, &event);
}

static bool emit(yaml_emitter_t *out, json_t *j, int depth)
{
    if (json_is_object(j)) {
        return emit_map(out, j, depth);
    }
    if (json_is_array(j)) {
        return emit_list(out, j, depth);
    }
    return emit_text(out, json_is_true(j) ? "true" : json_string_value(j));
}

static bool emit_document(yaml_emitter_t *out, json_t *j)
{
    yaml_event_t event;
    return yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) && yaml_emitter_emit(out, &event) &&
           yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) && yaml_emitter_emit(out, &event) &&
           emit(out, j, 0) && yaml_document_end_event_initialize(&event, 1) && yaml_emitter_emit(out, &event) &&
           yaml_stream_end_event_initialize(&event) && yaml_emitter_emit(out, &event);
}

char *rules_write_yaml(const struct rules *r)
{
    struct sheet sheet = {0};
    yaml_emitter_t out;
    json_t *entries = json_array();
    for (size_t i = 0; i < r->n; i++) {
        json_array_append_new(entries, entry_json(&r->entries[i]));
    }
    json_t *root = json_pack("{s:o}", "entries", entries);
    bool ok = root != NULL && yaml_emitter_initialize(&out);
    if (ok) {
        yaml_emitter_set_output(&out, sheet_write, &sheet);
        yaml_emitter_set_unicode(&out, 1);
        yaml_emitter_set_width(&out, 120);
        ok = emit_document(&out, root);
        yaml_emitter_delete(&out);
    }
    json_decref(root);
    if (!ok) {
        free(sheet.text);
        return NULL;
    }
    return sheet.text;
}
