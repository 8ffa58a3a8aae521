/* Fuzzing: folding is idempotent, bounded, and always words with single spaces around them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "faq/normalise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 600 };

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char out[ROOM];
    char again[ROOM + ROOM];
    bool cut = false;
    size_t room = size > 0 ? (size_t)data[0] * 3 % (ROOM + 1) : ROOM; /* small rooms too */
    const char *text = (const char *)data + (size > 0);
    size_t used = normalise_cut(text, size > 0 ? size - 1 : 0, out, room, &cut);
    check(room == 0 ? used == 0 : used < room && out[used] == '\0');
    check(used == 0 || (used > 2 && out[0] == ' ' && out[used - 1] == ' '));
    check(memchr(out, '\0', used) == NULL);
    if (used > 0 && strstr(out, "  ") == NULL) {
        size_t second = normalise(out, used, again, sizeof again);
        check(second == used && memcmp(out, again, used) == 0);
    }
    return 0;
}
