/* Requests as we write them are, byte for byte, as hiredis writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "router/command.h"
#include <cmocka.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>

static void same_bytes_as_hiredis(void **state)
{
    static char filler[100000];
    const char *at[12];
    size_t len[12];
    uint32_t random = 7;
    (void)state;
    memset(filler, 'x', sizeof filler);
    for (int trial = 0; trial < 5000; trial++) {
        random = random * 1664525 + 1013904223;
        const size_t n = 1 + (random >> 20) % 12;
        for (size_t i = 0; i < n; i++) {
            random = random * 1664525 + 1013904223;
            len[i] = (random >> 8) % (trial % 50 ? 12 : sizeof filler);
            at[i] = filler;
        }
        char *theirs = NULL;
        const long bytes = (long)redisFormatCommandArgv(&theirs, (int)n, at, len);
        char *ours = malloc(command_room(n, len));
        assert_non_null(ours);
        assert_int_equal(command_write(ours, n, at, len), bytes);
        assert_memory_equal(ours, theirs, (size_t)bytes);
        free(ours);
        redisFreeCommand(theirs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_bytes_as_hiredis)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
