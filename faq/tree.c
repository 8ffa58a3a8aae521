/* Documents to trees: libyaml's and jansson's, copied into one arena. */
#include "faq/tree.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

struct reading {
    struct arena *arena;
    yaml_document_t *document;
    size_t nodes;
    int line;
    char *why;
    size_t why_size;
};

static bool refuse(struct reading *r, int line, const char *sentence)
{
    r->line = line;
    snprintf(r->why, r->why_size, "%s", sentence);
    return false;
}

static bool make_text(struct reading *r, struct tree *t, const char *text, size_t len)
{
    if (memchr(text, '\0', len) != NULL) {
        return refuse(r, t->line, "a text holds a NUL character; remove it");
    }
    t->kind = TREE_TEXT;
    t->len = len;
    t->text = arena_copy(r->arena, text, len);
    return t->text != NULL || refuse(r, t->line, "out of memory");
}

static bool make_children(struct reading *r, struct tree *t, enum tree_kind kind, size_t n)
{
    t->kind = kind;
    t->n = n;
    r->nodes += n + 1; /* aliases may repeat a node many times: bounded here */
    if (r->nodes > TREE_NODES) {
        return refuse(r, t->line, "the file is too large");
    }
    t->children = arena_take(r->arena, (n + 1) * sizeof *t->children);
    t->keys = kind == TREE_MAP ? arena_take(r->arena, (n + 1) * sizeof *t->keys) : NULL;
    return (t->children != NULL && (kind == TREE_LIST || t->keys != NULL)) || refuse(r, t->line, "out of memory");
}

static bool key_is_new(struct reading *r, const struct tree *map, size_t i)
{
    char sentence[160];
    for (size_t k = 0; k < i; k++) {
        if (strcmp(map->keys[k].text, map->keys[i].text) == 0) {
            snprintf(sentence, sizeof sentence, "'%.60s' is given twice; join the two or remove one",
                     map->keys[i].text);
            return refuse(r, map->keys[i].line, sentence);
        }
    }
    return true;
}

static bool from_yaml_node(struct reading *r, int index, struct tree *t, int depth);

static bool from_yaml_map(struct reading *r, const yaml_node_t *node, struct tree *t, int depth)
{
    size_t n = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
    if (n > TREE_MEMBERS) {
        return refuse(r, t->line, "more than 64 members in one place");
    }
    if (!make_children(r, t, TREE_MAP, n)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const yaml_node_pair_t *pair = node->data.mapping.pairs.start + i;
        if (!from_yaml_node(r, pair->key, &t->keys[i], depth + 1)) {
            return false;
        }
        if (t->keys[i].kind != TREE_TEXT) {
            return refuse(r, t->keys[i].line, "a member's name must be a plain word");
        }
        if (!key_is_new(r, t, i) || !from_yaml_node(r, pair->value, &t->children[i], depth + 1)) {
            return false;
        }
    }
    return true;
}

static bool from_yaml_node(struct reading *r, int index, struct tree *t, int depth)
{
    const yaml_node_t *node = yaml_document_get_node(r->document, index);
    t->line = (int)node->start_mark.line + 1;
    if (depth > TREE_DEPTH) {
        return refuse(r, t->line, "nested too deep");
    }
    if (node->type == YAML_SCALAR_NODE) {
        return make_text(r, t, (const char *)node->data.scalar.value, node->data.scalar.length);
    }
    if (node->type == YAML_MAPPING_NODE) {
        return from_yaml_map(r, node, t, depth);
    }
    size_t n = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (!make_children(r, t, TREE_LIST, n)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!from_yaml_node(r, node->data.sequence.items.start[i], &t->children[i], depth + 1)) {
            return false;
        }
    }
    return true;
}

static bool load_yaml(struct reading *r, yaml_parser_t *parser, struct tree *t)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document)) {
        char sentence[200];
        snprintf(sentence, sizeof sentence,
                 "this is not YAML: %s%s%s; look at the indentation and the quotes here and above",
                 parser->problem != NULL ? parser->problem : "it cannot be read", parser->context != NULL ? " " : "",
                 parser->context != NULL ? parser->context : "");
        return refuse(r, (int)parser->problem_mark.line + 1, sentence);
    }
    r->document = &document;
    bool ok = yaml_document_get_root_node(&document) != NULL;
    ok = ok ? from_yaml_node(r, 1, t, 0) : refuse(r, 1, "the file is empty; it needs `entries:`");
    yaml_document_delete(&document);
    r->document = NULL;
    return ok;
}

/* A file of two documents would silently lose the second. */
static bool ends_here(struct reading *r, yaml_parser_t *parser)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document)) {
        return refuse(r, (int)parser->problem_mark.line + 1,
                      "this is not YAML; look at the indentation and the quotes here");
    }
    yaml_node_t *root = yaml_document_get_root_node(&document);
    int line = root != NULL ? (int)root->start_mark.line + 1 : 0;
    yaml_document_delete(&document);
    return line == 0 ||
           refuse(r, line, "a second document begins here; keep all entries in one, without `---` between them");
}

struct tree *tree_from_yaml(struct arena *a, const char *text, size_t len, int *line, char *why, size_t why_size)
{
    struct reading r = {.arena = a, .why = why, .why_size = why_size};
    yaml_parser_t parser;
    struct tree *t = arena_take(a, sizeof *t);
    if (t == NULL || !yaml_parser_initialize(&parser)) {
        *line = 0;
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    bool ok = load_yaml(&r, &parser, t) && ends_here(&r, &parser);
    yaml_parser_delete(&parser);
    *line = r.line;
    return ok ? t : NULL;
}

static bool from_json(struct reading *r, json_t *j, struct tree *t, int depth);

static bool from_json_map(struct reading *r, json_t *j, struct tree *t, int depth)
{
    const char *key = NULL;
    json_t *value = NULL;
    size_t i = 0;
    if (json_object_size(j) > TREE_MEMBERS) {
        return refuse(r, 0, "more than 64 members in one place");
    }
    if (!make_children(r, t, TREE_MAP, json_object_size(j))) {
        return false;
    }
    json_object_foreach(j, key, value)
    {
        if (!make_text(r, &t->keys[i], key, strlen(key)) || !from_json(r, value, &t->children[i], depth + 1)) {
            return false;
        }
        i++;
    }
    return true;
}

static bool from_json_scalar(struct reading *r, json_t *j, struct tree *t)
{
    char number[32];
    switch (json_typeof(j)) {
    case JSON_STRING:
        return make_text(r, t, json_string_value(j), json_string_length(j));
    case JSON_INTEGER:
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(j));
        return make_text(r, t, number, strlen(number));
    case JSON_TRUE:
        return make_text(r, t, "true", 4);
    case JSON_FALSE:
        return make_text(r, t, "false", 5);
    default:
        return refuse(r, 0, "a value is null or a fraction; use text");
    }
}

static bool from_json(struct reading *r, json_t *j, struct tree *t, int depth)
{
    if (depth > TREE_DEPTH) {
        return refuse(r, 0, "nested too deep");
    }
    if (json_is_object(j)) {
        return from_json_map(r, j, t, depth);
    }
    if (!json_is_array(j)) {
        return from_json_scalar(r, j, t);
    }
    if (!make_children(r, t, TREE_LIST, json_array_size(j))) {
        return false;
    }
    for (size_t i = 0; i < t->n; i++) {
        if (!from_json(r, json_array_get(j, i), &t->children[i], depth + 1)) {
            return false;
        }
    }
    return true;
}

struct tree *tree_from_json(struct arena *a, const char *text, size_t len, int *line, char *why, size_t why_size)
{
    struct reading r = {.arena = a, .why = why, .why_size = why_size};
    struct tree *t = arena_take(a, sizeof *t);
    json_error_t error;
    if (t == NULL) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    json_t *j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    bool ok = true;
    if (j == NULL) {
        char sentence[JSON_ERROR_TEXT_LENGTH + 32];
        snprintf(sentence, sizeof sentence, "this is not JSON: %s", error.text);
        ok = refuse(&r, error.line, sentence);
    }
    ok = ok && from_json(&r, j, t, 0);
    json_decref(j);
    *line = r.line;
    return ok ? t : NULL;
}
