/* How fast the matcher is: µs a message, load time, bytes, for growing rule sets over real messages, beside the same
 * rules as PCRE2 patterns tried one by one. tests/faq/bench runs it, and counts instructions. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "faq/compiled.h"
#include "faq/entry.h"
#include "faq/matcher.h"
#include "faq/normalise.h"
#include "faq/pattern.h"

enum {
    MESSAGES_MAX = 20000,
    WORDS_MAX = 4096,
    SLOTS = 16384,
    LINE_BYTES = 1 << 16,
    MESSAGE_BYTES = 43,
    RULE_BYTES = 700
};

/* The options, and what is measured. */
struct bench {
    const char *folder;
    long entries, messages; /* 0 = all sizes; all messages */
    const char *only;       /* "matcher", "one-by-one", "load", NULL = all */
    bool brief;
    char *texts[MESSAGES_MAX];
    size_t n_texts;
    char words[WORDS_MAX][24];
    uint16_t slots[SLOTS]; /* 1 + index into words; 0 = free */
    size_t n_words;
    bool missed;
};

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (uint32_t)(((uint64_t)(*seed >> 8) * below) >> 24);
}

/* --- messages: of a folder of {"text"} lines ------------------------------------------------------------------------
 */

static void keep_line(struct bench *b, const char *line)
{
    json_t *j = json_loads(line, 0, NULL);
    const char *text = json_string_value(json_object_get(j, "text"));
    if (text != NULL && b->n_texts < MESSAGES_MAX) {
        b->texts[b->n_texts++] = strdup(text);
    }
    json_decref(j);
}

static void read_log(struct bench *b, const char *path)
{
    static char line[LINE_BYTES];
    FILE *file = fopen(path, "rb");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        keep_line(b, line);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_folder(struct bench *b, const char *folder)
{
    char *names[256];
    size_t n = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *d = dir != NULL ? readdir(dir) : NULL; d != NULL && n < 256; d = readdir(dir)) {
        if (strlen(d->d_name) > 6 && strcmp(d->d_name + strlen(d->d_name) - 6, ".jsonl") == 0) {
            names[n++] = strdup(d->d_name);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    qsort(names, n, sizeof names[0], compare_names); /* the same order on every machine */
    for (size_t i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        read_log(b, path);
        free(names[i]);
    }
}

/* Where a word is in the table, or belongs: by hash, because callgrind counts what comes before the measuring too. */
static uint16_t *word_slot(struct bench *b, const char *word)
{
    uint32_t h = 2166136261U;
    for (const char *c = word; *c != '\0'; c++) {
        h = (h ^ (unsigned char)*c) * 16777619U;
    }
    while (b->slots[h % SLOTS] != 0 && strcmp(b->words[b->slots[h % SLOTS] - 1], word) != 0) {
        h++;
    }
    return &b->slots[h % SLOTS];
}

/* Words of the examples below must not be another entry's topic. */
static bool of_examples(const char *word)
{
    static const char *const taken[] = {"where", "find", "what", "have", "done", "broken"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (strcmp(taken[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static void keep_word(struct bench *b, const char *word)
{
    size_t n = strlen(word);
    uint16_t *slot = n >= 4 && n < sizeof b->words[0] && !of_examples(word) ? word_slot(b, word) : NULL;
    if (slot != NULL && *slot == 0 && b->n_words < WORDS_MAX) {
        memcpy(b->words[b->n_words++], word, n + 1);
        *slot = (uint16_t)b->n_words;
    }
}

/* The words people use, for the rules: so that many rules are candidates for a message, as in a real shop. */
static void collect_words(struct bench *b)
{
    for (size_t i = 0; i < b->n_texts && b->n_words < WORDS_MAX; i++) {
        char folded[600];
        normalise(b->texts[i], strlen(b->texts[i]), folded, sizeof folded);
        for (char *word = strtok(folded, " "); word != NULL; word = strtok(NULL, " ")) {
            keep_word(b, word);
        }
    }
}

/* --- rules ----------------------------------------------------------------------------------------------------------
 */

/* One entry: a topic (a word of its own, and three that people use), an intent, a ban, and five examples. */
static size_t write_entry(const struct bench *b, uint32_t *seed, long i, char *out)
{
    const char *w[4];
    for (size_t k = 0; k < 4; k++) {
        w[k] = b->words[draw(seed, (uint32_t)b->n_words)];
    }
    return (size_t)snprintf(
        out, RULE_BYTES,
        "- id: e%ld\n  link: /help/e%ld\n  title: About the %s\n  answer: You find the %s on this page.\n"
        "  when: {en: [[topic%ldx*, %s, %s %s], [how, can i, where, what, do you]]}\n"
        "  not: [never arrived, broken, still waiting, %sx]\n"
        "  yes: [how is topic%ldx done, can i have topic%ldxs, where do i find topic%ldx, "
        "what is topic%ldx, do you have topic%ldx]\n  no: [my topic%ldx is broken]\n",
        i, i, w[0], w[1], i, w[0], w[1], w[2], w[3], i, i, i, i, i, i);
}

static char *write_rules(const struct bench *b, long entries)
{
    uint32_t seed = 17;
    char *yaml = malloc((size_t)entries * RULE_BYTES + 64);
    size_t used = (size_t)sprintf(yaml, "entries:\n");
    for (long i = 0; i < entries; i++) {
        used += write_entry(b, &seed, i, yaml + used);
    }
    return yaml;
}

static struct rules *read_rules(const char *yaml)
{
    char why[1024];
    struct rules *r = rules_read_yaml("bench", yaml, strlen(yaml), why, sizeof why);
    if (r == NULL) {
        fprintf(stderr, "bench: %s\n", why);
        exit(1);
    }
    return r;
}

static struct matcher *compile(const struct rules *r)
{
    char why[1024];
    struct matcher *m = matcher_compile(r, why, sizeof why);
    if (m == NULL) {
        fprintf(stderr, "bench: %s\n", why);
        exit(1);
    }
    return m;
}

/* --- measuring ------------------------------------------------------------------------------------------------------
 */

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The first bytes of a message, at a word's end: messages of about the same length. */
static size_t cut(const char *text)
{
    size_t n = strlen(text);
    if (n <= MESSAGE_BYTES) {
        return n;
    }
    for (n = MESSAGE_BYTES; n > 0 && text[n] != ' '; n--) {
    }
    return n > 0 ? n : MESSAGE_BYTES;
}

static size_t messages_of(const struct bench *b)
{
    size_t n = b->brief ? 2000 : b->n_texts;
    return b->messages > 0 ? (size_t)b->messages : n < b->n_texts ? n : b->n_texts;
}

struct timing {
    double median_us, p99_us, found; /* found: of 100 messages */
};

static struct timing summary(int64_t *took, size_t n, size_t found)
{
    qsort(took, n, sizeof *took, compare_times);
    size_t middle = n / 2;
    size_t high = n * 99 / 100;
    return (struct timing){.median_us = (double)took[middle] / 1000,
                           .p99_us = (double)took[high] / 1000,
                           .found = n > 0 ? 100.0 * (double)found / (double)n : 0};
}

static struct timing time_matcher(const struct bench *b, const struct matcher *m)
{
    size_t n = messages_of(b);
    int64_t *took = calloc(n + 1, sizeof *took);
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        const char *text = b->texts[i % b->n_texts];
        size_t len = cut(text);
        int64_t start = now_ns();
        found += matcher_match(m, text, len).found;
        took[i] = now_ns() - start;
    }
    struct timing t = summary(took, n, found);
    free(took);
    return t;
}

/* The same rules without the search for literals: each way of each entry is tried, then its bans. */
static size_t try_all(struct pattern_desk *d, const struct rules *r, struct pattern **ways, struct pattern **bans,
                      const char *folded, size_t len)
{
    size_t hits = 0;
    for (size_t i = 0; i < r->n; i++) {
        hits += pattern_match(d, ways[i], folded, len) == PATTERN_YES &&
                pattern_match(d, bans[i], folded, len) == PATTERN_NO;
    }
    return hits;
}

static struct timing time_one_by_one(const struct bench *b, const struct rules *r)
{
    char why[300];
    size_t n = messages_of(b);
    n = b->messages > 0 || n < 500 ? n : 500;
    struct pattern_desk *d = pattern_desk_open();
    struct pattern **ways = calloc(r->n + 1, sizeof(struct pattern *));
    struct pattern **bans = calloc(r->n + 1, sizeof(struct pattern *));
    int64_t *took = calloc(n + 1, sizeof *took);
    size_t found = 0;
    for (size_t i = 0; i < r->n; i++) {
        ways[i] = pattern_from_words(d, &r->entries[i].when[0], why, sizeof why);
        bans[i] = pattern_from_group(&r->entries[i].bans[0].words, why, sizeof why);
    }
    for (size_t i = 0; i < n; i++) {
        char folded[MATCHER_TEXT_BYTES + 1];
        const char *text = b->texts[i % b->n_texts];
        int64_t start = now_ns();
        size_t used = normalise(text, cut(text), folded, sizeof folded);
        found += try_all(d, r, ways, bans, folded, used) == 1;
        took[i] = now_ns() - start;
    }
    struct timing t = summary(took, n, found);
    for (size_t i = 0; i < r->n; i++) {
        pattern_free(ways[i]);
        pattern_free(bans[i]);
    }
    free(ways);
    free(bans);
    free(took);
    pattern_desk_close(d);
    return t;
}

struct goal {
    long entries;
    double median_us, load_ms, megabytes;
};
static const struct goal goals[] = {{10, 8, 250, 6}, {100, 8, 250, 6}, {1000, 8, 250, 6}, {5000, 40, 0, 0}};

static void measure(struct bench *b, const struct goal *g)
{
    char *yaml = write_rules(b, g->entries);
    int64_t start = now_ns();
    struct rules *r = read_rules(yaml);
    struct matcher *m = compile(r); /* with all examples, as `faq load` does */
    double load_ms = (double)(now_ns() - start) / 1e6;
    double megabytes = (double)matcher_bytes(m) / 1e6;
    struct timing warm = time_matcher(b, m);
    struct timing fast = time_matcher(b, m);
    struct timing slow = time_one_by_one(b, r);
    (void)warm;
    bool good =
        fast.median_us <= g->median_us && (g->load_ms == 0 || (load_ms <= g->load_ms && megabytes <= g->megabytes));
    b->missed = b->missed || !good;
    printf("%8ld %10.2f %10.2f %8.1f %10.1f %10.2f %14.1f %8.0f   %s\n", g->entries, fast.median_us, fast.p99_us,
           fast.found, load_ms, megabytes, slow.median_us, slow.median_us / fast.median_us, good ? "yes" : "NO");
    matcher_free(m);
    rules_free(r);
    free(yaml);
}

/* One size and one way, printing nothing: for callgrind, which subtracts a run of fewer messages. Without the examples,
 * which run every pattern's machine code once: valgrind takes minutes to translate that of 5,000. */
static void run_only(struct bench *b)
{
    char why[1024];
    char *yaml = write_rules(b, b->entries);
    struct rules *r = read_rules(yaml);
    struct matcher *m = strcmp(b->only, "one-by-one") == 0 ? NULL : compiled_build(r, why, sizeof why);
    if (m != NULL && b->messages > 0) {
        time_matcher(b, m);
    } else if (b->messages > 0) {
        time_one_by_one(b, r);
    }
    matcher_free(m);
    rules_free(r);
    free(yaml);
}

static bool parse(struct bench *b, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--short") == 0) {
            b->brief = true;
            continue;
        }
        if (strcmp(argv[i], "--data") == 0) {
            b->folder = value;
        } else if (strcmp(argv[i], "--entries") == 0) {
            b->entries = strtol(value, NULL, 10);
        } else if (strcmp(argv[i], "--messages") == 0) {
            b->messages = strtol(value, NULL, 10);
        } else if (strcmp(argv[i], "--only") == 0) {
            b->only = value;
        } else {
            return false;
        }
        i++;
    }
    return b->entries >= 0 && b->entries <= RULES_ENTRIES && b->messages >= 0 && b->messages <= 1000000 &&
           (b->only == NULL || b->entries > 0);
}

int main(int argc, char **argv)
{
    static struct bench b = {.folder = "tests/faq/samples"};
    if (!parse(&b, argc, argv)) {
        fprintf(stderr,
                "usage: faq_bench [--short] [--data FOLDER] [--only matcher|one-by-one --entries N --messages M]\n");
        return 2;
    }
    read_folder(&b, b.folder);
    if (b.n_texts == 0) {
        fprintf(stderr, "bench: %s holds no *.jsonl with {\"text\": …} lines\n", b.folder);
        return 2;
    }
    collect_words(&b);
    if (b.only != NULL) {
        run_only(&b);
        return 0;
    }
    printf("%zu messages of %s, %zu words; the first %d bytes of each; processor time\n", b.n_texts, b.folder,
           b.n_words, MESSAGE_BYTES);
    printf("%8s %10s %10s %8s %10s %10s %14s %8s   %s\n", "entries", "median µs", "99 % µs", "found %", "load ms", "MB",
           "one by one µs", "times", "goals");
    for (size_t i = 0; i < sizeof goals / sizeof goals[0]; i++) {
        if ((!b.brief || goals[i].entries <= 1000) && (b.entries == 0 || goals[i].entries == b.entries)) {
            measure(&b, &goals[i]);
        }
    }
    for (size_t i = 0; i < b.n_texts; i++) {
        free(b.texts[i]);
    }
    return b.missed ? 1 : 0;
}
