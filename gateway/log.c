/* logfmt on stderr, one write a line, so that lines of several workers do not mix. */
#include "gateway/log.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static enum log_level threshold = LOG_INFO;
static int worker_number;
static const char *const names[] = {"error", "warn", "info", "debug"};

bool log_level_named(const char *name, enum log_level *out)
{
    for (int i = 0; i <= LOG_DEBUG; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum log_level)i;
            return true;
        }
    }
    return false;
}

void log_level_set(enum log_level level)
{
    threshold = level;
}

void log_worker_set(int worker)
{
    worker_number = worker;
}

const char *log_quote(const char *text, char *out, unsigned size)
{
    unsigned n = 0;
    const size_t len = strlen(text);
    if (len && len < size && strcspn(text, " \"\\=\n\r\t") == len) {
        memcpy(out, text, len + 1); /* a plain word needs no quotes */
        return out;
    }
    if (size < 3) {
        return "";
    }
    out[n++] = '"';
    for (; *text && n + 3 < size; text++) {
        if (*text == '"' || *text == '\\') {
            out[n++] = '\\';
        }
        out[n] = *text;
        if ((unsigned char)out[n] < 0x20 || out[n] == 0x7f) {
            out[n] = ' ';
        }
        n++;
    }
    out[n++] = '"';
    out[n] = 0;
    return out;
}

static size_t head(char *line, size_t size, enum log_level level, const char *what)
{
    struct timespec now;
    struct tm tm;
    char quoted[400];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    int n = snprintf(line, size, "level=%s at=%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ", names[level], tm.tm_year + 1900,
                     tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, now.tv_nsec / 1000000);
    if (worker_number) {
        n += snprintf(line + n, size - (size_t)n, " worker=%d", worker_number);
    }
    n += snprintf(line + n, size - (size_t)n, " what=%s", log_quote(what, quoted, sizeof quoted));
    return (size_t)n;
}

void log_line(enum log_level level, const char *what, const char *pairs, ...)
{
    char line[1200];
    if (level > threshold) {
        return;
    }
    size_t n = head(line, sizeof line, level, what);
    if (pairs) {
        va_list args;
        line[n++] = ' ';
        va_start(args, pairs);
        int more = vsnprintf(line + n, sizeof line - n - 1, pairs, args);
        va_end(args);
        n += more < 0 ? 0 : (size_t)more;
        n = n > sizeof line - 2 ? sizeof line - 2 : n;
    }
    line[n++] = '\n';
    if (write(STDERR_FILENO, line, n) < 0) {
        return; /* nowhere to say it */
    }
}
