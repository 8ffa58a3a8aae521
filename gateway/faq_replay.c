/* One pass over the log; counts per entry; a table for people or lines for programs. */
#include "gateway/faq_replay.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 1 << 20, PROGRESS_EVERY = 5000, NO_ENTRY = -1 };

struct count {
    uint64_t fires, right, wrong; /* right and wrong: of labelled messages */
    uint64_t asked;               /* labelled with this entry */
    uint64_t unjudged;            /* fires for messages without a label */
};

/* What one rule set made of the log. */
struct tally {
    const struct matcher *matcher;
    struct count *per_entry;
    uint64_t fires, right, wrong, asked;
};

struct pass {
    const struct replay *replay;
    struct tally ours, theirs;
    uint64_t messages, labelled /* at the end: judged */, persons, differences;
    uint64_t line;
};

/* One message of the log; label NULL = it has none. "" = nothing should be answered. */
struct message {
    const char *text, *label;
    size_t len;
};

struct verdict {
    const char *answer; /* NULL = silence */
    const char *shadow; /* what would have been answered, were it not in shadow mode */
    bool person;
};

static long find_entry(const struct matcher *m, const char *id)
{
    for (size_t i = 0; i < matcher_count(m); i++) {
        if (strcmp(matcher_id(m, i), id) == 0) {
            return (long)i;
        }
    }
    return NO_ENTRY;
}

/* As in a chat: a wish for a person comes before any answer. */
static struct verdict judge(struct tally *t, const struct message *message)
{
    struct verdict v = {.person = matcher_wants_person(t->matcher, message->text, message->len)};
    struct match match = {.found = false};
    long wanted = message->label != NULL ? find_entry(t->matcher, message->label) : NO_ENTRY;
    if (!v.person) {
        match = matcher_match(t->matcher, message->text, message->len);
    }
    if (wanted != NO_ENTRY) {
        t->asked++;
        t->per_entry[wanted].asked++;
    }
    if (!match.found) {
        return v;
    }
    const char *id = matcher_id(t->matcher, match.entry);
    if (matcher_shadow(t->matcher, match.entry)) {
        v.shadow = id;
        return v;
    }
    v.answer = id;
    t->fires++;
    t->per_entry[match.entry].fires++;
    if (message->label != NULL) {
        bool right = wanted == (long)match.entry;
        t->right += right;
        t->wrong += !right;
        t->per_entry[match.entry].right += right;
        t->per_entry[match.entry].wrong += !right;
    } else {
        t->per_entry[match.entry].unjudged++;
    }
    return v;
}

static json_t *text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static void print_line(json_t *j)
{
    char *text = json_dumps(j, JSON_COMPACT);
    if (text != NULL) {
        puts(text);
    }
    free(text);
    json_decref(j);
}

static void print_message(const struct pass *p, const struct message *message, const struct verdict *ours,
                          const struct verdict *theirs)
{
    bool differs = p->replay->against != NULL &&
                   strcmp(ours->answer != NULL ? ours->answer : "", theirs->answer != NULL ? theirs->answer : "") != 0;
    if (p->replay->json) {
        json_t *j = json_pack("{s:s%, s:o, s:o}", "text", message->text, message->len, "label",
                              text_or_null(message->label != NULL && message->label[0] != '\0' ? message->label : NULL),
                              "answer", text_or_null(ours->answer));
        if (ours->person) {
            json_object_set_new(j, "person", json_true());
        }
        if (ours->shadow != NULL) {
            json_object_set_new(j, "shadow", json_string(ours->shadow));
        }
        if (p->replay->against != NULL) {
            json_object_set_new(j, "against", text_or_null(theirs->answer));
        }
        print_line(j);
    } else if (differs) {
        printf("%-24s -> %-24s %s\n", ours->answer != NULL ? ours->answer : "-",
               theirs->answer != NULL ? theirs->answer : "-", message->text);
    }
}

static void play(struct pass *p, const struct message *message)
{
    struct verdict theirs = {0};
    struct verdict ours = judge(&p->ours, message);
    if (p->replay->against != NULL) {
        theirs = judge(&p->theirs, message);
        p->differences +=
            strcmp(ours.answer != NULL ? ours.answer : "", theirs.answer != NULL ? theirs.answer : "") != 0;
    }
    p->messages++;
    p->labelled += message->label != NULL;
    p->persons += ours.person;
    print_message(p, message, &ours, &theirs);
    if (p->messages % PROGRESS_EVERY == 0 && isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%" PRIu64 " messages", p->messages);
    }
}

static bool refuse_line(const struct pass *p, const char *reason)
{
    fprintf(stderr, "%s%s:%" PRIu64 ": %s; each line is {\"text\": …, \"label\": …}\n",
            isatty(STDERR_FILENO) ? "\r" : "", p->replay->log, p->line, reason);
    return false;
}

static bool play_line(struct pass *p, const char *line, size_t len)
{
    json_error_t error;
    p->line++;
    if (strspn(line, " \t\r\n") == len) {
        return true;
    }
    json_t *j = json_loadb(line, len, JSON_ALLOW_NUL, &error);
    const json_t *text = json_object_get(j, "text");
    const json_t *label = json_object_get(j, "label");
    bool ok = json_is_string(text) && (label == NULL || json_is_string(label) || json_is_null(label));
    if (ok) {
        struct message message = {.text = json_string_value(text), .len = json_string_length(text)};
        message.label = json_is_null(label) ? "" : json_string_value(label);
        play(p, &message);
    }
    json_decref(j);
    return ok || refuse_line(p, j == NULL ? "this is not JSON" : "text is missing, or text or label is no string");
}

/* --- totals
 * ----------------------------------------------------------------------------------------------------------- */

/* In a log that has labels, a message without one is one that nobody should answer; a log without any judges nothing.
 */
static void settle(struct pass *p, struct tally *t)
{
    for (size_t i = 0; p->labelled > 0 && t->matcher != NULL && i < matcher_count(t->matcher); i++) {
        t->per_entry[i].wrong += t->per_entry[i].unjudged;
        t->wrong += t->per_entry[i].unjudged;
    }
}

static json_t *ratio(uint64_t part, uint64_t whole, double scale)
{
    return whole > 0 ? json_real((double)part * scale / (double)whole) : json_null();
}

static json_t *tally_json(const struct pass *p, const struct tally *t)
{
    json_t *entries = json_object();
    for (size_t i = 0; i < matcher_count(t->matcher); i++) {
        const struct count *c = &t->per_entry[i];
        json_object_set_new(entries, matcher_id(t->matcher, i),
                            json_pack("{s:I, s:I, s:I, s:I}", "fires", (json_int_t)c->fires, "right",
                                      (json_int_t)c->right, "wrong", (json_int_t)c->wrong, "asked",
                                      (json_int_t)c->asked));
    }
    return json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "messages", (json_int_t)p->messages, "judged",
                     (json_int_t)p->labelled, "persons", (json_int_t)p->persons, "fires", (json_int_t)t->fires,
                     "precision", ratio(t->right, t->right + t->wrong, 1), "recall", ratio(t->right, t->asked, 1),
                     "wrong_per_100", ratio(t->wrong, p->labelled, 100), "per_entry", entries);
}

static void print_ratio(const char *name, uint64_t part, uint64_t whole, double scale, int digits)
{
    if (whole > 0) {
        printf("  %s %.*f", name, digits, (double)part * scale / (double)whole);
    }
}

static void print_table(const struct pass *p, const struct tally *t, const char *title)
{
    printf("\n%s%-32s %8s %8s %8s %8s\n", title, "entry", "fires", "right", "wrong", "asked");
    for (size_t i = 0; i < matcher_count(t->matcher); i++) {
        const struct count *c = &t->per_entry[i];
        printf("%-32s %8" PRIu64 " %8" PRIu64 " %8" PRIu64 " %8" PRIu64 "\n", matcher_id(t->matcher, i), c->fires,
               c->right, c->wrong, c->asked);
    }
    printf("%" PRIu64 " messages, %" PRIu64 " answered, %" PRIu64 " ask for a person", p->messages, t->fires,
           p->persons);
    print_ratio("precision", t->right, t->right + t->wrong, 1, 3);
    print_ratio("recall", t->right, t->asked, 1, 3);
    print_ratio("wrong per 100", t->wrong, p->labelled, 100, 2);
    printf("\n");
}

static void print_totals(struct pass *p)
{
    settle(p, &p->ours);
    settle(p, &p->theirs);
    p->labelled = p->labelled > 0 ? p->messages : 0;
    if (isatty(STDERR_FILENO) && p->messages >= PROGRESS_EVERY) {
        fprintf(stderr, "\r%40s\r", "");
    }
    if (p->replay->json) {
        json_t *totals = tally_json(p, &p->ours);
        if (p->replay->against != NULL) {
            json_object_set_new(totals, "differences", json_integer((json_int_t)p->differences));
            json_object_set_new(totals, "against", tally_json(p, &p->theirs));
        }
        print_line(totals);
        return;
    }
    print_table(p, &p->ours, "");
    if (p->replay->against != NULL) {
        print_table(p, &p->theirs, "with the other rule file:\n");
        printf("%" PRIu64 " messages are answered differently\n", p->differences);
    }
}

static bool play_file(struct pass *p, FILE *file)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t n = 0;
    bool ok = true;
    while (ok && (n = getline(&line, &size, file)) >= 0) {
        if (n > LINE_BYTES) {
            p->line++;
            ok = refuse_line(p, "the line is longer than 1 MiB");
        } else {
            ok = play_line(p, line, (size_t)n);
        }
    }
    free(line);
    if (ok && ferror(file) != 0) {
        fprintf(stderr, "firstline faq: %s: %s\n", p->replay->log, strerror(errno));
        ok = false;
    }
    return ok;
}

int faq_replay(const struct replay *r)
{
    struct pass p = {.replay = r, .ours = {.matcher = r->matcher}, .theirs = {.matcher = r->against}};
    bool from_stdin = strcmp(r->log, "-") == 0;
    FILE *file = from_stdin ? stdin : fopen(r->log, "rb");
    if (file == NULL) {
        fprintf(stderr, "firstline faq: %s: %s\n", r->log, strerror(errno));
        return 1;
    }
    p.ours.per_entry = calloc(matcher_count(r->matcher) + 1, sizeof *p.ours.per_entry);
    p.theirs.per_entry = calloc((r->against != NULL ? matcher_count(r->against) : 0) + 1, sizeof *p.theirs.per_entry);
    bool ok = p.ours.per_entry != NULL && p.theirs.per_entry != NULL && play_file(&p, file);
    if (ok) {
        print_totals(&p);
    }
    if (!from_stdin) {
        (void)fclose(file);
    }
    free(p.ours.per_entry);
    free(p.theirs.per_entry);
    return ok && fflush(stdout) == 0 ? 0 : 1;
}
