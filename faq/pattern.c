/* Words to PCRE2 patterns; users' patterns bounded by limits and by hostile probes. */
#include "faq/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "faq/normalise.h"
#include "faq/rules.h"

enum {
    WORDS_MATCH_LIMIT = 10 * 1000 * 1000, /* patterns from words are linear: groups times text; timed when large */
    WORDS_HASTENED_TO = 100, /* bytes of pattern made of words up to which it becomes machine code; that of longer lists
                                is large and hardly quicker */
    WORDS_TIMED_FROM = 4096, /* bytes of pattern from which a pattern made of words is timed */
    PATTERN_BYTES_MAX = 64 * 1024
};

struct pattern {
    pcre2_code *code;
    bool users; /* a user's regex, not made from words */
};

struct pattern_desk {
    pcre2_match_context *for_words, *for_users;
    pcre2_match_data *result;
};

void pattern_desk_close(struct pattern_desk *d)
{
    if (d != NULL) {
        pcre2_match_context_free(d->for_words);
        pcre2_match_context_free(d->for_users);
        pcre2_match_data_free(d->result);
        free(d);
    }
}

struct pattern_desk *pattern_desk_open(void)
{
    struct pattern_desk *d = calloc(1, sizeof *d);
    if (d == NULL) {
        return NULL;
    }
    d->for_words = pcre2_match_context_create(NULL);
    d->for_users = pcre2_match_context_create(NULL);
    d->result = pcre2_match_data_create(1, NULL);
    if (d->for_words == NULL || d->for_users == NULL || d->result == NULL) {
        pattern_desk_close(d);
        return NULL;
    }
    pcre2_set_match_limit(d->for_words, WORDS_MATCH_LIMIT);
    pcre2_set_match_limit(d->for_users, PATTERN_MATCH_LIMIT);
    pcre2_set_depth_limit(d->for_users,
                          PATTERN_MATCH_LIMIT); /* the two are for builds without JIT, which ignores them */
    pcre2_set_heap_limit(d->for_users, 1024);
    return d;
}

void pattern_free(struct pattern *p)
{
    if (p != NULL) {
        pcre2_code_free(p->code);
        free(p);
    }
}

size_t pattern_bytes(const struct pattern *p)
{
    size_t code = 0;
    size_t machine = 0;
    if (p == NULL) {
        return 0;
    }
    (void)pcre2_pattern_info(p->code, PCRE2_INFO_SIZE, &code);
    (void)pcre2_pattern_info(p->code, PCRE2_INFO_JITSIZE, &machine);
    return sizeof *p + code + machine;
}

enum pattern_result pattern_match(struct pattern_desk *d, const struct pattern *p, const char *folded, size_t len)
{
    int n = pcre2_match(p->code, (PCRE2_SPTR)folded, len, 0, PCRE2_NO_UTF_CHECK, d->result,
                        p->users ? d->for_users : d->for_words);
    if (n >= 0) {
        return PATTERN_YES;
    }
    return n == PCRE2_ERROR_NOMATCH ? PATTERN_NO : PATTERN_OVER;
}

/* --- hostile probes ------------------------------------------------------------------------------------------- */

static int64_t thread_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The best of three, so that a cold cache or a busy machine refuses nobody. */
static int64_t probe_us(struct pattern_desk *d, const struct pattern *p, const char *text, size_t len)
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < 3; i++) {
        int64_t start = thread_ns();
        (void)pattern_match(d, p, text, len);
        int64_t took = thread_ns() - start;
        best = took < best ? took : best;
        if (best < 1000LL * PATTERN_PROBE_US / 4) {
            break;
        }
    }
    return best / 1000;
}

/* Fills a text of the greatest length with a piece, over and over, and ends it with a tail. */
static int64_t probe_piece(struct pattern_desk *d, const struct pattern *p, const char *piece, size_t n,
                           const char *tail)
{
    char text[PATTERN_TEXT_BYTES];
    size_t used = 0;
    size_t tail_len = strlen(tail);
    text[used++] = ' ';
    while (n > 0 && used + n + tail_len < sizeof text) {
        memcpy(text + used, piece, n);
        used += n;
    }
    for (const char *c = tail; *c != '\0'; c++) {
        text[used++] = *c;
    }
    text[used++] = ' ';
    return probe_us(d, p, text, used);
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The pattern's letters in order, without the last one until the very end: it nearly matches, everywhere. */
static int64_t probe_nearly(struct pattern_desk *d, const struct pattern *p, const char *source)
{
    char run[PATTERN_TEXT_BYTES / 4];
    char tail[3] = " ";
    size_t n = 0;
    for (const char *c = source; *c != '\0' && n < sizeof run; c++) {
        if ((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == ' ' || (unsigned char)*c >= 0x80) {
            run[n++] = *c;
        }
    }
    if (n < 2) {
        return 0;
    }
    int64_t worst = probe_piece(d, p, run, n, "");
    tail[1] = run[n - 1];
    worst = greater(worst, probe_piece(d, p, run, n - 1, tail));
    run[n - 1] = ' ';
    return greater(worst, probe_piece(d, p, run, n, tail + 1));
}

/* Pieces of the pattern's own letters make backtracking go deepest: each alone, with a space, and all in order. */
static int64_t probe_all(struct pattern_desk *d, const struct pattern *p, const char *source)
{
    static const char *const common[] = {"a", "a ", "0", "ab", "a b ", "aaaaaaa ", "é", "退 ", "0a"};
    bool tried[256] = {false};
    int64_t worst = probe_nearly(d, p, source);
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        worst = greater(worst, probe_piece(d, p, common[i], strlen(common[i]), ""));
        worst = greater(worst, probe_piece(d, p, common[i], strlen(common[i]), "!"));
    }
    for (const char *c = source; *c != '\0' && worst <= PATTERN_PROBE_US; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        if (letter && !tried[(unsigned char)*c]) {
            char spaced[2] = {*c, ' '};
            tried[(unsigned char)*c] = true;
            worst = greater(worst, probe_piece(d, p, c, 1, ""));
            worst = greater(worst, probe_piece(d, p, spaced, 2, ""));
        }
    }
    return worst;
}

static bool probe(struct pattern_desk *d, const struct pattern *p, const char *source, char *why, size_t why_size)
{
    int64_t worst = probe_all(d, p, source);
    if (worst > PATTERN_PROBE_US) {
        snprintf(why, why_size,
                 "it needs %lld µs on a hostile message of %d bytes, at most %d are allowed; avoid repeats inside or "
                 "beside repeats such as (a+)+ or .*.*",
                 (long long)worst, PATTERN_TEXT_BYTES, PATTERN_PROBE_US);
        return false;
    }
    return true;
}

/* --- compiling ------------------------------------------------------------------------------------------------ */

static struct pattern *compile(const char *source, size_t len, uint32_t options, bool users, char *why, size_t why_size)
{
    int error = 0;
    PCRE2_SIZE at = 0;
    struct pattern *p = calloc(1, sizeof *p);
    if (p == NULL) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    p->users = users;
    p->code = pcre2_compile((PCRE2_SPTR)source, len, options | PCRE2_NEVER_BACKSLASH_C, &error, &at, NULL);
    if (p->code == NULL) {
        PCRE2_UCHAR sentence[160];
        pcre2_get_error_message(error, sentence, sizeof sentence);
        if (users) {
            snprintf(why, why_size, "regex is broken at character %zu: %s", at + 1, (const char *)sentence);
        } else {
            snprintf(why, why_size, "a rule's words are too many together (%s); make two rules (en, en/2) of it",
                     (const char *)sentence);
        }
        pattern_free(p);
        return NULL;
    }
    return p;
}

/* To machine code. Where JIT is missing PCRE2 interprets, within the same limits. */
static void hasten(struct pattern *p)
{
    (void)pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
}

struct pattern *pattern_from_regex(struct pattern_desk *d, const char *regex, char *why, size_t why_size)
{
    char slow[240];
    if (strncmp(regex, "(*", 2) == 0) {
        snprintf(why, why_size, "regex must not begin with (*…); remove the option");
        return NULL;
    }
    struct pattern *p = compile(regex, strlen(regex), PCRE2_UTF, true, why, why_size);
    if (p != NULL) {
        hasten(p);
    }
    if (p != NULL && !probe(d, p, regex, slow, sizeof slow)) {
        snprintf(why, why_size, "regex is too slow: %s", slow);
        pattern_free(p);
        return NULL;
    }
    return p;
}

/* A pattern's source as it grows. */
struct source {
    char *text;
    size_t used;
    bool full;
};

static void put(struct source *s, const char *bytes, size_t n)
{
    if (s->used + n >= PATTERN_BYTES_MAX) {
        s->full = true;
        return;
    }
    memcpy(s->text + s->used, bytes, n);
    s->used += n;
    s->text[s->used] = '\0';
}

static void put_string(struct source *s, const char *text)
{
    put(s, text, strlen(text));
}

/* --- words as a trie: shared beginnings are written once, which makes lists of words small and quick ------------- */

/* Folded words hold letters and digits only, so nothing needs quoting. Persian words may be written together. */
static void put_bytes(struct source *s, const char *from, const char *to)
{
    for (const char *c = from; c < to; c++) {
        put(s, c, 1);
        if (*c == ' ' && normalise_is_arabic(c + 1)) {
            put_string(s, "?");
        }
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp((*(const struct term *const *)a)->folded, (*(const struct term *const *)b)->folded);
}

/* What tells branches apart at a byte: a space goes with what follows it, which says whether it may be missing. */
static unsigned branch_of(const struct term *t, size_t at)
{
    unsigned c = (unsigned char)t->folded[at];
    return c == ' ' ? c << 8 | (unsigned char)t->folded[at + 1] : c;
}

/* How far terms are the same that are so up to their branch at `at`; the first and last of a sorted range say it. */
static size_t same_until(const struct term *first, const struct term *last, size_t at)
{
    size_t same = at + 1;
    while (same <= first->len && same < last->len && first->folded[same] == last->folded[same]) {
        same++;
    }
    return same > at + 1 && same < last->len && first->folded[same - 1] == ' ' ? same - 1 : same;
}

static void put_branches(struct source *s, const struct term *const *terms, size_t n, size_t at);

/* n terms that go on alike at `at`. */
static void put_branch(struct source *s, const struct term *const *terms, size_t n, size_t at)
{
    size_t same = n > 1 ? same_until(terms[0], terms[n - 1], at) : terms[0]->len;
    same = same > terms[0]->len ? terms[0]->len : same;
    put_bytes(s, terms[0]->folded + at, terms[0]->folded + same);
    put_branches(s, terms, n, same);
}

/* n sorted terms that are the same before `at`. A beginning that ends here stands for all that go on. */
static void put_branches(struct source *s, const struct term *const *terms, size_t n, size_t at)
{
    size_t ends = 0;
    for (; ends < n && terms[ends]->len == at; ends++) {
        if (terms[ends]->prefix) {
            return;
        }
    }
    bool several = n > ends && (ends > 0 || branch_of(terms[ends], at) != branch_of(terms[n - 1], at));
    put_string(s, several ? "(?:" : "");
    put_string(s, ends > 0 ? " " : "");
    for (size_t i = ends, next = 0; i < n; i = next) {
        for (next = i + 1; next < n && branch_of(terms[next], at) == branch_of(terms[i], at);) {
            next++;
        }
        put_string(s, i > 0 ? "|" : "");
        put_branch(s, terms + i, next - i, at);
    }
    put_string(s, several ? ")" : "");
}

static void put_group(struct source *s, const struct group *g)
{
    const struct term *sorted[RULES_WORDS];
    size_t n = g->n < RULES_WORDS ? g->n : RULES_WORDS;
    for (size_t i = 0; i < n; i++) {
        sorted[i] = &g->terms[i];
    }
    qsort(sorted, n, sizeof(const struct term *), by_text);
    put_string(s, " ");
    put_branches(s, sorted, n, 0);
}

static struct pattern *compile_words(const struct source *s, uint32_t options, char *why, size_t why_size)
{
    if (s->full) {
        snprintf(why, why_size, "a rule's words are too many together; make two rules (en, en/2) of it");
        return NULL;
    }
    return compile(s->text, s->used, options | PCRE2_DOTALL, false, why, why_size);
}

struct pattern *pattern_from_words(struct pattern_desk *d, const struct alternative *a, char *why, size_t why_size)
{
    char slow[240];
    struct source s = {.text = malloc(PATTERN_BYTES_MAX)};
    if (s.text == NULL) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    for (size_t i = 0; i < a->n; i++) {
        put_string(&s, "(?=.*?");
        put_group(&s, &a->groups[i]);
        put_string(&s, ")");
    }
    struct pattern *p = compile_words(&s, PCRE2_ANCHORED, why, why_size);
    if (p != NULL && s.used <= WORDS_HASTENED_TO) {
        hasten(p);
    }
    if (p != NULL && s.used >= WORDS_TIMED_FROM && !probe(d, p, "", slow, sizeof slow)) {
        snprintf(why, why_size,
                 "a rule's words are too many together: matching takes too long; make two rules (en, en/2) of it");
        pattern_free(p);
        p = NULL;
    }
    free(s.text);
    return p;
}

struct pattern *pattern_from_group(const struct group *g, char *why, size_t why_size)
{
    struct source s = {.text = malloc(PATTERN_BYTES_MAX)};
    if (s.text == NULL) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    put_group(&s, g);
    struct pattern *p = compile_words(&s, 0, why, why_size);
    free(s.text);
    return p;
}
