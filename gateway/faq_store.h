/* The set of FAQ entries in force, in Redis, as the command line sees it. */
#ifndef FIRSTLINE_GATEWAY_FAQ_STORE_H
#define FIRSTLINE_GATEWAY_FAQ_STORE_H
#include <stdbool.h>
#include <stddef.h>

#include "faq/rules.h"

/* Replaces the whole set; *revision is the new one's number. False with why[] when Redis refused or failed: then the
 * set in force stays. Blocking. */
bool faq_store_put(const char *redis_url, const char *site, const struct rules *rules, char *revision,
                   size_t revision_size, char *why, size_t why_size);
/* The set in force; NULL with why[] when it cannot be had. The caller frees it. Blocking. */
struct rules *faq_store_get(const char *redis_url, const char *site, char *why, size_t why_size);

#endif
