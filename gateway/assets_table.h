/* The table that the build makes of the web files; only assets.c looks at it. */
#ifndef FIRSTLINE_GATEWAY_ASSETS_TABLE_H
#define FIRSTLINE_GATEWAY_ASSETS_TABLE_H
#include "gateway/assets.h"
extern const struct asset assets_table[]; /* sorted by path */
extern const size_t assets_count;
#endif
