/* Reading one file of rules: what its parts share. For the files of this directory only. */
#ifndef FIRSTLINE_FAQ_READER_H
#define FIRSTLINE_FAQ_READER_H
#include <stdbool.h>
#include <stddef.h>

#include "faq/entry.h"
#include "faq/tree.h"

/* The reading of one file. */
struct reader {
    struct rules *rules;
    struct entry *entry; /* the one being read */
    struct guard guard;  /* of entries that name none */
    char *why;
    size_t why_size;
};

/* False, and the reason with its file, line and entry in why[]. */
__attribute__((format(printf, 3, 4))) bool reader_refuse(struct reader *r, int line, const char *format, ...);
bool reader_no_memory(struct reader *r);                    /* false, and says so */
void *reader_take(struct reader *r, size_t n, size_t size); /* of the rules' arena; NULL without memory */
/* Whether text is a language code ("lt", "pt-br"), and with `numbered` an optional "/2" or "/short" behind it. */
bool reader_is_label(const char *text, bool numbered);

/* One member of the entry being read; false when it is refused. */
bool reader_title(struct reader *r, const struct tree *t, struct translations *out);
bool reader_answer(struct reader *r, const struct tree *t, struct translations *out);
bool reader_link(struct reader *r, const struct tree *t, struct translations *out);
bool reader_examples(struct reader *r, const struct tree *t, const char *member, struct examples *out);
bool reader_when(struct reader *r, const struct tree *t);
bool reader_not(struct reader *r, const struct tree *t);
bool reader_regex(struct reader *r, const struct tree *t);

#endif
