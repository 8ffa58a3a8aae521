/* The Functions library, embedded by the build. */
#include "router/link.h"
#include <stdlib.h>
#include <string.h>

extern const char firstline_library[], firstline_library_end[];

const char *library_text(size_t *len)
{
    *len = (size_t)(firstline_library_end - firstline_library);
    return firstline_library;
}

/* The head of the library says `local VERSION = N`. */
int library_version(void)
{
    static const char mark[] = "local VERSION = ";
    size_t len = 0;
    const char *text = library_text(&len);
    const char *found = memmem(text, len, mark, sizeof mark - 1);
    return found ? (int)strtol(found + sizeof mark - 1, NULL, 10) : 0;
}
