/* Aho-Corasick on a trie of child and sibling links; the children of the root stand in a table. */
#include "faq/literals.h"

#include <stdlib.h>
#include <string.h>

enum { ROOT = 0, NONE = 0 }; /* no link leads to the root, so 0 also says "none" */

struct node {
    uint32_t child, sibling;
    uint32_t fail;   /* the longest other suffix that is in the trie */
    uint32_t output; /* the nearest node on the way of fails, itself included, that ends a string */
    uint32_t values; /* 1 + index of the first value here */
    unsigned char byte;
};

struct value {
    uint32_t value, next; /* 1 + index */
};

struct literals {
    struct node *nodes;
    struct value *values;
    uint32_t n_nodes, nodes_room, n_values, values_room;
    uint32_t first[256]; /* children of the root */
    uint32_t *second;    /* children of the node " ", where all words begin */
    uint32_t space;
};

struct literals *literals_new(void)
{
    struct literals *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return NULL;
    }
    l->nodes = calloc(64, sizeof *l->nodes);
    l->nodes_room = 64;
    l->n_nodes = 1;
    if (l->nodes == NULL) {
        free(l);
        return NULL;
    }
    return l;
}

static uint32_t child_of(const struct literals *l, uint32_t at, unsigned char byte)
{
    if (at == ROOT) {
        return l->first[byte];
    }
    if (l->second != NULL && at == l->space) {
        return l->second[byte];
    }
    uint32_t child = l->nodes[at].child;
    while (child != NONE && l->nodes[child].byte != byte) {
        child = l->nodes[child].sibling;
    }
    return child;
}

static uint32_t add_child(struct literals *l, uint32_t at, unsigned char byte)
{
    if (l->n_nodes == l->nodes_room) {
        uint32_t room = l->nodes_room * 2;
        struct node *nodes = realloc(l->nodes, room * sizeof *nodes);
        if (nodes == NULL) {
            return NONE;
        }
        l->nodes = nodes;
        l->nodes_room = room;
    }
    uint32_t child = l->n_nodes++;
    l->nodes[child] = (struct node){.byte = byte, .sibling = l->nodes[at].child};
    l->nodes[at].child = child;
    if (at == ROOT) {
        l->first[byte] = child;
    }
    return child;
}

static bool add_value(struct literals *l, uint32_t at, uint32_t value)
{
    if (l->n_values == l->values_room) {
        uint32_t room = l->values_room == 0 ? 64 : l->values_room * 2;
        struct value *values = realloc(l->values, room * sizeof *values);
        if (values == NULL) {
            return false;
        }
        l->values = values;
        l->values_room = room;
    }
    l->values[l->n_values] = (struct value){.value = value, .next = l->nodes[at].values};
    l->nodes[at].values = ++l->n_values;
    return true;
}

bool literals_add(struct literals *l, const char *bytes, size_t len, uint32_t value)
{
    uint32_t at = ROOT;
    for (size_t i = 0; i < len; i++) {
        uint32_t next = child_of(l, at, (unsigned char)bytes[i]);
        if (next == NONE) {
            next = add_child(l, at, (unsigned char)bytes[i]);
        }
        if (next == NONE) {
            return false;
        }
        at = next;
    }
    return add_value(l, at, value);
}

/* The node after `byte` from `at`, by way of fails. */
static uint32_t step(const struct literals *l, uint32_t at, unsigned char byte)
{
    for (;;) {
        uint32_t next = child_of(l, at, byte);
        if (next != NONE || at == ROOT) {
            return next;
        }
        at = l->nodes[at].fail;
    }
}

static void link_children(struct literals *l, uint32_t at, uint32_t *queue, uint32_t *tail)
{
    for (uint32_t c = l->nodes[at].child; c != NONE; c = l->nodes[c].sibling) {
        struct node *child = &l->nodes[c];
        child->fail = at == ROOT ? ROOT : step(l, l->nodes[at].fail, child->byte);
        child->output = child->values != 0 ? c : l->nodes[child->fail].output;
        queue[(*tail)++] = c;
    }
}

/* The node " " has as many children as there are first letters: a table instead of a list. */
static bool seal_space(struct literals *l)
{
    l->space = l->first[' '];
    if (l->space == NONE) {
        return true;
    }
    uint32_t *table = calloc(256, sizeof *table);
    if (table == NULL) {
        return false;
    }
    for (uint32_t c = l->nodes[l->space].child; c != NONE; c = l->nodes[c].sibling) {
        table[l->nodes[c].byte] = c;
    }
    l->second = table;
    return true;
}

bool literals_seal(struct literals *l)
{
    uint32_t *queue = malloc(l->n_nodes * sizeof *queue);
    uint32_t head = 0;
    uint32_t tail = 0;
    if (queue == NULL || !seal_space(l)) {
        free(queue);
        return false;
    }
    link_children(l, ROOT, queue, &tail);
    while (head < tail) {
        link_children(l, queue[head++], queue, &tail);
    }
    free(queue);
    struct node *fitting = realloc(l->nodes, l->n_nodes * sizeof *fitting);
    l->nodes = fitting != NULL ? fitting : l->nodes;
    return true;
}

void literals_find(const struct literals *l, const char *text, size_t len, bool (*found)(void *owner, uint32_t value),
                   void *owner)
{
    uint32_t at = ROOT;
    for (size_t i = 0; i < len; i++) {
        at = step(l, at, (unsigned char)text[i]);
        for (uint32_t o = l->nodes[at].output; o != NONE; o = l->nodes[l->nodes[o].fail].output) {
            for (uint32_t v = l->nodes[o].values; v != 0; v = l->values[v - 1].next) {
                if (!found(owner, l->values[v - 1].value)) {
                    return;
                }
            }
        }
    }
}

size_t literals_bytes(const struct literals *l)
{
    return sizeof *l + l->n_nodes * sizeof *l->nodes + l->values_room * sizeof *l->values +
           (l->second != NULL ? 256 * sizeof *l->second : 0);
}

void literals_free(struct literals *l)
{
    if (l != NULL) {
        free(l->nodes);
        free(l->values);
        free(l->second);
        free(l);
    }
}
