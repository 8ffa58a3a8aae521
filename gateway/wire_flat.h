/* The quick way to read a plain frame. */
#ifndef FIRSTLINE_GATEWAY_WIRE_FLAT_H
#define FIRSTLINE_GATEWAY_WIRE_FLAT_H
#include "gateway/wire.h"

#define WIRE_FLAT_NAME_MAX 31 /* bytes of a member's name */

/* What json_loadb with JSON_REJECT_DUPLICATES makes of `text`, when that is one flat object of strings, whole numbers,
 * true and false, at least one member, without spaces or escapes; the caller's (json_decref). NULL for everything else,
 * also for what is no JSON at all: ask json_loadb. */
json_t *wire_flat(struct span text);
#endif
