/* Log lines on stderr: level=info at=2026-11-22T21:00:00.123Z what="…" key=value. Never message text, tokens, cookies.
 */
#ifndef FIRSTLINE_GATEWAY_LOG_H
#define FIRSTLINE_GATEWAY_LOG_H
#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* "error", "warn", "info", "debug" */
bool log_level_named(const char *name, enum log_level *out);
void log_level_set(enum log_level level);
/* Put into every line as worker=N; 0 = left out. */
void log_worker_set(int worker);
/* One line. `pairs` is printf text of further " key=value" parts, or NULL; values with spaces come quoted by the
 * caller with log_quote. */
void log_line(enum log_level level, const char *what, const char *pairs, ...) __attribute__((format(printf, 3, 4)));
/* `text` for a value: quoted unless it is a plain word, with quotes, backslashes and control characters made harmless;
 * cut to fit. Returns out. */
const char *log_quote(const char *text, char *out, unsigned size);
#endif
