/* Writes a chat as people read it: a head, then one line an event. */
#include "gateway/transcript.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

static void write_time(FILE *f, json_int_t at_ms)
{
    char line[32] = "";
    time_t at = (time_t)(at_ms / 1000);
    struct tm utc;
    if (gmtime_r(&at, &utc))
        strftime(line, sizeof line, "%Y-%m-%d %H:%M:%S", &utc);
    fputs(line, f);
}

/* Further lines of a text are indented, so that nobody can write a line that looks like another's. */
static void write_words(FILE *f, const char *words)
{
    for (; *words; words++) {
        if (*words == '\n')
            fputs("\n    ", f);
        else if ((unsigned char)*words >= 0x20 || *words == '\t')
            fputc(*words, f);
    }
}

static void write_transfer(FILE *f, const json_t *event)
{
    const json_t *to = json_object_get(event, "to");
    const char *name = text(to, "name");
    fprintf(f, "* transferred by %s to %s: ", text(event, "from_name"),
            name[0] ? name : text(to, json_object_get(to, "agent") ? "agent" : "queue"));
    write_words(f, text(event, "reason"));
}

static void write_promise(FILE *f, const json_t *event)
{
    fprintf(f, "* %s promised by ", text(event, "name"));
    write_time(f, json_integer_value(json_object_get(event, "due")));
    fputs(" UTC: ", f);
    write_words(f, text(event, "text"));
}

static void write_kept(FILE *f, const json_t *event)
{
    fprintf(f, "* kept by %s%s: ", text(event, "name"), json_is_true(json_object_get(event, "late")) ? ", late" : "");
    write_words(f, text(event, "text"));
}

static void write_closed(FILE *f, const json_t *event)
{
    const char *outcome = text(event, "outcome");
    fprintf(f, "* closed by %s%s%s", text(event, "by"), outcome[0] ? ", " : "", outcome);
}

static void write_event(FILE *f, const json_t *event)
{
    const char *kind = text(event, "kind");
    if (strcmp(kind, "message") == 0) {
        const char *name = text(event, "name");
        fprintf(f, "%s: ", strcmp(text(event, "from"), "agent") == 0 ? (name[0] ? name : "Agent") : "Visitor");
        write_words(f, text(event, "text"));
    } else if (strcmp(kind, "answer") == 0) {
        fprintf(f, "Automatic answer (%s): ", text(event, "title"));
        write_words(f, text(event, "text"));
        if (text(event, "link")[0])
            fprintf(f, " %s", text(event, "link"));
    } else if (strcmp(kind, "helped") == 0) {
        fputs(json_is_true(json_object_get(event, "ok")) ? "* the answer helped" : "* the answer did not help", f);
    } else if (strcmp(kind, "queued") == 0) {
        fprintf(f, "* waiting in %s (%s)", text(event, "queue"), text(event, "reason"));
    } else if (strcmp(kind, "joined") == 0 || strcmp(kind, "left") == 0) {
        fprintf(f, "* %s %s", text(event, "name"), kind);
    } else if (strcmp(kind, "transferred") == 0) {
        write_transfer(f, event);
    } else if (strcmp(kind, "rated") == 0) {
        fprintf(f, "* rated %d of 5 ", (int)json_integer_value(json_object_get(event, "score")));
        write_words(f, text(event, "text"));
    } else if (strcmp(kind, "promise") == 0) {
        write_promise(f, event);
    } else if (strcmp(kind, "kept") == 0) {
        write_kept(f, event);
    } else if (strcmp(kind, "followup") == 0) {
        fputs(json_is_true(json_object_get(event, "ok")) ? "* really solved" : "* not solved after all", f);
    } else if (strcmp(kind, "closed") == 0) {
        write_closed(f, event);
    } else {
        fprintf(f, "* %s", kind);
    }
}

static void write_head(FILE *f, const json_t *chat)
{
    const json_t *visitor = json_object_get(chat, "visitor");
    static const char *const known[] = {"name", "email", "phone", "account"};
    fprintf(f, "Chat %" JSON_INTEGER_FORMAT "\nQueue: %s\nLanguage: %s\nOpened: ",
            json_integer_value(json_object_get(chat, "chat")), text(chat, "queue"), text(chat, "lang"));
    write_time(f, json_integer_value(json_object_get(chat, "opened")));
    fputs(" UTC\n", f);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!text(visitor, known[i])[0])
            continue;
        fprintf(f, "Visitor's %s: ", known[i]);
        write_words(f, text(visitor, known[i]));
        fputc('\n', f);
    }
    fputc('\n', f);
}

char *transcript_text(struct span json, size_t *len)
{
    char *out = NULL;
    json_t *chat = json_loadb(json.at, json.len, 0, NULL);
    const json_t *events = json_object_get(chat, "transcript"), *event = NULL;
    FILE *f = json_is_array(events) ? open_memstream(&out, len) : NULL;
    if (f) {
        size_t i = 0;
        write_head(f, chat);
        json_array_foreach(events, i, event)
        {
            write_time(f, json_integer_value(json_object_get(event, "at")));
            fputs("  ", f);
            write_event(f, event);
            fputc('\n', f);
        }
        if (fclose(f) != 0) {
            free(out);
            out = NULL;
        }
    }
    json_decref(chat);
    return out;
}
