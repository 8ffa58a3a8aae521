/* YAML and JSON as one kind of tree that remembers lines; for rules.c only. */
#ifndef FIRSTLINE_FAQ_TREE_H
#define FIRSTLINE_FAQ_TREE_H
#include <stddef.h>

#include "faq/arena.h"

enum tree_kind { TREE_TEXT, TREE_LIST, TREE_MAP };
enum { TREE_DEPTH = 8, TREE_MEMBERS = 64 /* of one map */, TREE_NODES = 4 * 1000 * 1000 };

struct tree {
    enum tree_kind kind;
    int line;         /* 1 …; 0 = unknown (JSON) */
    const char *text; /* TREE_TEXT: the scalar */
    size_t len;
    struct tree *children; /* TREE_LIST: items; TREE_MAP: values */
    struct tree *keys;     /* TREE_MAP: their keys, all TREE_TEXT, no two the same */
    size_t n;
};

/* Read a whole document into the arena. NULL when it is broken or nested deeper than TREE_DEPTH; then why[] says so and
 * *line is where. */
struct tree *tree_from_yaml(struct arena *a, const char *text, size_t len, int *line, char *why, size_t why_size);
struct tree *tree_from_json(struct arena *a, const char *text, size_t len, int *line, char *why, size_t why_size);

#endif
