/* Which language is this visitor's? It orders agents and chooses words; it never blocks anything. */
#ifndef FIRSTLINE_FAQ_LANGUAGE_H
#define FIRSTLINE_FAQ_LANGUAGE_H
#include <stdbool.h>
#include <stddef.h>

/* The first of these that says anything: the language chosen in the widget, the page's, the script of the text (Han,
 * Arabic with Persian letters, Serbian Cyrillic), the browser's list in its order, the words of the text; else "en".
 * Codes may carry a region
 * ("lt-LT", "zh_TW") and any case; NULL, "" and what is not a language of ISO 639-1 say nothing. Returns a lower-case
 * primary code ("lt"), static, never NULL. Text is at most looked at for its first 512 folded bytes. Pure and
 * thread-safe. */
const char *language_guess(const char *chosen, const char *page, const char *const *browser, size_t n_browser,
                           const char *text, size_t len);
/* Languages whose speakers understand each other count as one: hr, sr, sh, cnr are "bs"; any other is its primary code,
 * or "" for what is none. Static. */
const char *language_group(const char *lang);
/* Whether it is written from right to left. */
bool language_rtl(const char *lang);

#endif
