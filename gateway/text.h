/* A growing piece of text on the stack, for frames and documents; starts in place, moves to the heap when it must. */
#ifndef FIRSTLINE_GATEWAY_TEXT_H
#define FIRSTLINE_GATEWAY_TEXT_H
#include "router/router.h"

#define TEXT_IN_PLACE 1024

struct text {
    char *at; /* always NUL-terminated after text_start */
    size_t len, size;
    bool failed; /* out of memory: nothing more was added */
    char place[TEXT_IN_PLACE];
};

void text_start(struct text *t);
void text_free(struct text *t);
void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_span(struct text *t, struct span s);
/* As a JSON string, quotes included; `s` is valid UTF-8. */
void text_quoted(struct text *t, struct span s);
struct span text_view(const struct text *t);

/* "" for NULL */
struct span span_of(const char *s);
bool span_is(struct span s, const char *word);
/* Cut to fit and NUL-terminated. */
void span_copy(struct span s, char *out, size_t size);
#define SPAN(literal) ((struct span){literal, sizeof(literal) - 1})
#endif
