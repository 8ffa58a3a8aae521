/* The built web files, inside the program: looked up by path, in two variants (plain and gzip). */
#ifndef FIRSTLINE_GATEWAY_ASSETS_H
#define FIRSTLINE_GATEWAY_ASSETS_H
#include <stdbool.h>
#include <stddef.h>

struct asset {
    const char *path; /* "/widget.js", "/desk/index.html" */
    const char *mime;
    const char *tag; /* 16 hex digits of the content's sha256 */
    bool immutable;  /* the name carries a hash of the content */
    const unsigned char *plain;
    size_t plain_len;
    const unsigned char *gzip; /* NULL where it would not be smaller */
    size_t gzip_len;
};

/* NULL when there is none. A path ending in "/" finds its index.html. */
const struct asset *assets_find(const char *path, size_t len);
/* All of them, sorted by path (strcmp order). */
const struct asset *assets_all(size_t *count);
#endif
