/* What a widget needs before it opens: one JSON document per language, made from the settings and the FAQ and kept. */
#ifndef FIRSTLINE_GATEWAY_SITE_H
#define FIRSTLINE_GATEWAY_SITE_H
#include "router/router.h"

struct matcher;
struct site;

struct site *site_new(const char *name); /* the site's id, borrowed */
void site_free(struct site *s);
/* New settings (the JSON object of ROUTER_SETTINGS, copied) and FAQ (borrowed until the next change; NULL = none).
 * False when the settings are no JSON object: the old ones stay. */
bool site_change(struct site *s, struct span settings, const struct matcher *faq);
/* The document in the language asked for, or the nearest the site speaks, with the FAQ entries asked most, or with the
 * whole FAQ. Empty before the first change. Valid until the next change or call. `now_s` (seconds since 1970) decides
 * whether the shop is open. `tag` (may be NULL) gets 16 hex digits of its content, for an ETag. */
struct span site_document(struct site *s, struct span lang, bool whole, int64_t now_s, char tag[17]);
#endif
