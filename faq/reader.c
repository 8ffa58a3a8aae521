/* Refusals with their place, memory, and labels of languages. */
#include "faq/reader.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "faq/rules.h"

bool reader_refuse(struct reader *r, int line, const char *format, ...)
{
    char reason[400];
    char place[300] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    if (r->rules->file[0] != '\0') {
        snprintf(place, sizeof place, "%s:%d: ", r->rules->file, line);
    }
    if (r->entry != NULL && r->entry->id != NULL) {
        snprintf(r->why, r->why_size, "%sentry '%s': %s", place, r->entry->id, reason);
    } else {
        snprintf(r->why, r->why_size, "%s%s", place, reason);
    }
    return false;
}

bool reader_no_memory(struct reader *r)
{
    return reader_refuse(r, 0, "out of memory");
}

void *reader_take(struct reader *r, size_t n, size_t size)
{
    return arena_take(&r->rules->arena, (n + 1) * size);
}

/* Whether text is a language code ("lt", "pt-br"), and with `numbered` an optional "/2" or "/short" behind it. */
bool reader_is_label(const char *text, bool numbered)
{
    size_t n = 0;
    while (isalpha((unsigned char)text[n])) {
        n++;
    }
    if (n < 2 || n > 3) {
        return false;
    }
    while (text[n] == '-' || isalnum((unsigned char)text[n])) {
        n++;
    }
    if (numbered && strcmp(text + n, LABEL_SHORT) == 0) {
        return n + strlen(LABEL_SHORT) < LABEL_BYTES;
    }
    if (numbered && text[n] == '/') {
        size_t digits = strspn(text + n + 1, "0123456789");
        n += 1 + digits;
        if (digits == 0 || digits > 2) {
            return false;
        }
    }
    return text[n] == '\0' && n < LABEL_BYTES;
}
