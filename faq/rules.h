/* The FAQ's rules: entries as people write them (YAML) or as Redis keeps them (JSON), checked member by member. */
#ifndef FIRSTLINE_FAQ_RULES_H
#define FIRSTLINE_FAQ_RULES_H
#include <stdbool.h>
#include <stddef.h>

enum rules_limit {
    RULES_FILE_BYTES = 16 * 1024 * 1024,
    RULES_ENTRIES = 5000,
    RULES_ID_BYTES = 64,
    RULES_LANGUAGES = 32,      /* translations of one text */
    RULES_TITLE_POINTS = 200,  /* code points */
    RULES_ANSWER_POINTS = 600, /* code points */
    RULES_LINK_BYTES = 1024,
    RULES_ALTERNATIVES = 60, /* ways to ask for one entry, all languages together */
    RULES_GROUPS = 16,       /* of one alternative */
    RULES_WORDS = 512,       /* of one group or one none-of list */
    RULES_WORD_BYTES = 128,  /* one word or phrase, folded */
    RULES_REGEX_BYTES = 512,
    RULES_JSON_BYTES = 64 * 1024, /* one entry with its examples */
    RULES_EXAMPLES = 500,         /* `yes` of one entry; as many `no` */
    RULES_EXAMPLE_POINTS = 1000,  /* code points */
    RULES_GUARD_MAX = 100,
    RULES_GUARD_OTHER_WORDS = 3, /* the guard of entries that name none and have examples enough */
    RULES_GUARD_EXAMPLES = 3
};

struct rules; /* checked entries, owned by the caller; never changed after reading, so any thread may read them */

/* Reads a rule file. `file_name` is only for sentences. NULL when it is refused; why[] then holds one line
 * "FILE:LINE: entry 'ID': what is wrong; how to mend it". Refused are: broken YAML, unknown or missing members,
 * anything over a limit above, an id twice, a word that folds to nothing. What needs matching (examples, patterns) is
 * checked by matcher_compile. The text is borrowed for the call. */
struct rules *rules_read_yaml(const char *file_name, const char *text, size_t len, char *why, size_t why_size);
/* The same from a JSON array of entries (as stored in Redis) or {"entries": […]}; why[] names no line. */
struct rules *rules_read_json(const char *text, size_t len, char *why, size_t why_size);

size_t rules_count(const struct rules *r);
/* The id of entry i < rules_count; borrowed from r. */
const char *rules_id(const struct rules *r, size_t i);
/* The Redis and wire form of entry i, compact JSON, malloc'd; NULL without memory. */
char *rules_entry_json(const struct rules *r, size_t i);
/* Whether each entry's JSON fits into RULES_JSON_BYTES, as Redis demands; false with why[] naming the first that does
 * not. */
bool rules_fit(const struct rules *r, char *why, size_t why_size);
/* All entries as a rule file that reads back to the same rules, malloc'd; NULL without memory. */
char *rules_write_yaml(const struct rules *r);
void rules_free(struct rules *r); /* NULL is allowed */

#endif
