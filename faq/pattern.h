/* The patterns of one entry (PCRE2 with JIT), made from its words or written by a user, and their bounds. */
#ifndef FIRSTLINE_FAQ_PATTERN_H
#define FIRSTLINE_FAQ_PATTERN_H
#include <stdbool.h>
#include <stddef.h>

#include "faq/entry.h"

enum pattern_limit {
    PATTERN_TEXT_BYTES = 512,    /* the longest folded text that is matched */
    PATTERN_MATCH_LIMIT = 10000, /* PCRE2's match limit for a user's regex */
    PATTERN_PROBE_US = 1000,     /* a pattern that needs longer than this on a hostile text is refused */
    PATTERN_LITERAL_BYTES = 64
};

struct pattern; /* one compiled pattern */

/* What all patterns of one matcher share: PCRE2's contexts and result block. Not for two threads at once. */
struct pattern_desk;
struct pattern_desk *pattern_desk_open(void);
void pattern_desk_close(struct pattern_desk *d);

enum pattern_result { PATTERN_NO, PATTERN_YES, PATTERN_OVER /* a limit was reached: nothing is known */ };

/* All groups of an alternative, in any order. NULL with why[] when it would be too large, or slow. */
struct pattern *pattern_from_words(struct pattern_desk *d, const struct alternative *a, char *why, size_t why_size);
/* Any word of a group; for the long lists of what keeps an entry away. They are looked at only when its words have
 * matched, so they are interpreted: as machine code those of 20 entries in six languages took 4 MB. */
struct pattern *pattern_from_group(const struct group *g, char *why, size_t why_size);
/* A user's regex: UTF-8, no \C, at most RULES_REGEX_BYTES; refused when broken, or when hostile texts take longer than
 * PATTERN_PROBE_US (processor time) to match. */
struct pattern *pattern_from_regex(struct pattern_desk *d, const char *regex, char *why, size_t why_size);
enum pattern_result pattern_match(struct pattern_desk *d, const struct pattern *p, const char *folded, size_t len);
size_t pattern_bytes(const struct pattern *p); /* memory held, machine code included; NULL holds none */
void pattern_free(struct pattern *p);          /* NULL is allowed */

/* The longest text that every match of the regex must contain, at least 3 bytes; "" when there is none that is
 * certain. out has PATTERN_LITERAL_BYTES. */
void pattern_literal(const char *regex, char *out);

#endif
