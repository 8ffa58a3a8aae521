/* Finds an embedded web file by its path. */
#include "gateway/assets.h"
#include "gateway/assets_table.h"
#include <string.h>

static int compare(const char *path, size_t len, const char *entry)
{
    int order = strncmp(path, entry, len);
    return order != 0 ? order : -(entry[len] != '\0');
}

static const struct asset *find(const char *path, size_t len)
{
    size_t low = 0, high = assets_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(path, len, assets_table[middle].path);
        if (order == 0)
            return &assets_table[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct asset *assets_find(const char *path, size_t len)
{
    static const char index_name[] = "index.html";
    char whole[256];
    if (len == 0 || memchr(path, '\0', len))
        return NULL;
    if (path[len - 1] != '/')
        return find(path, len);
    if (len + sizeof index_name > sizeof whole)
        return NULL;
    memcpy(whole, path, len);
    memcpy(whole + len, index_name, sizeof index_name);
    return find(whole, len + sizeof index_name - 1);
}

const struct asset *assets_all(size_t *count)
{
    *count = assets_count;
    return assets_table;
}
