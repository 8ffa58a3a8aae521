/* Lengths as digits, then bytes. */
#include "router/command.h"
#include <string.h>

enum { HEAD_MAX = 1 + 20 + 2 }; /* a sign, the digits of a size_t, CR LF */

size_t command_room(size_t n, const size_t *len)
{
    size_t room = HEAD_MAX;
    for (size_t i = 0; i < n; i++)
        room += HEAD_MAX + len[i] + 2;
    return room;
}

static char *head(char *out, char sign, size_t number)
{
    char digits[20], *first = digits + sizeof digits;
    do
        *--first = (char)('0' + number % 10);
    while (number /= 10);
    const size_t n = (size_t)(digits + sizeof digits - first);
    *out++ = sign;
    memcpy(out, first, n);
    out += n;
    *out++ = '\r';
    *out++ = '\n';
    return out;
}

size_t command_write(char *out, size_t n, const char *const *at, const size_t *len)
{
    char *p = head(out, '*', n);
    for (size_t i = 0; i < n; i++) {
        p = head(p, '$', len[i]);
        memcpy(p, at[i], len[i]);
        p += len[i];
        *p++ = '\r';
        *p++ = '\n';
    }
    return (size_t)(p - out);
}
