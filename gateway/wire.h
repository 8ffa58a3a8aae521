/* Clients' frames: JSON in, checked members out; no state. */
#ifndef FIRSTLINE_GATEWAY_WIRE_H
#define FIRSTLINE_GATEWAY_WIRE_H
#include "gateway/text.h"
#include <jansson.h>

#define WIRE_DEPTH_MAX 8
#define WIRE_TEXT_MAX 4000   /* code points of a message */
#define WIRE_PREVIEW_MAX 120 /* code points */
#define WIRE_ID_MAX 64       /* code points of a command's id */

/* What is wrong with a frame: a code of the protocol and a sentence. */
struct wire_error {
    const char *code;
    char message[160];
};

enum wire_kind {
    WIRE_TEXT,    /* string of min … max code points -> struct span */
    WIRE_CUT,     /* string, longer than max code points is cut -> struct span */
    WIRE_MID,     /* [A-Za-z0-9_-]{8,64} -> struct span */
    WIRE_WORD,    /* [A-Za-z0-9_.-]{min,max} -> struct span */
    WIRE_NUMBER,  /* whole number min … max -> int64_t */
    WIRE_BOOLEAN, /* -> bool */
    WIRE_OBJECT,  /* -> json_t * (borrowed from the frame) */
    WIRE_ARRAY    /* -> json_t * (borrowed) */
};

/* One member a frame may have; a missing optional one leaves the output as it was. null counts as missing. */
struct wire_member {
    const char *name;
    enum wire_kind kind;
    bool required;
    int64_t min, max;
    size_t to; /* offsetof in the output */
};

enum wire_verdict {
    WIRE_FINE,
    WIRE_MALFORMED /* no JSON, or too deep: close */,
    WIRE_WRONG /* answer with the error */
};

/* Parses a frame: a JSON object with a string `type`. On WIRE_FINE *frame is the caller's (json_decref). */
enum wire_verdict wire_parse(struct span text, json_t **frame, const char **type, struct wire_error *error);
/* Checks and fetches members into *out; spans point into `frame`. */
bool wire_members(const json_t *frame, const struct wire_member *members, size_t n, void *out,
                  struct wire_error *error);

bool wire_utf8(struct span s);
size_t wire_code_points(struct span s);
/* The first `most` code points. */
struct span wire_cut(struct span s, size_t most);

/* What an answer is about: member "mid", "id" or "for" and its value; name NULL = nothing that could be named. */
struct wire_about {
    const char *name;
    struct span value;
};
/* The member of `frame` that names it: a well-formed `mid`, else an `id`, cut; else nothing. */
struct wire_about wire_about(const json_t *frame);

/* {"type":"error",…}; about = the member that says what it answers ("mid", "id", "for") or NULL; retry 0 = none. */
struct wire_complaint {
    const char *about;
    struct span value, code, message;
    uint32_t retry_after_ms;
};
void wire_error_frame(struct text *t, const struct wire_complaint *c);

/* Reading our own Redis' documents without building a tree. */
/* The value of member `name` of the object `json`, "" when there is none. Strings come with their quotes. */
struct span wire_find(struct span json, const char *name);
/* The next element of an array; *at starts at 0. False at the end. */
bool wire_next(struct span array, size_t *at, struct span *element);
/* A value as a number, 0 when it is none. */
int64_t wire_number(struct span value);
/* A string value without its quotes (escapes as they are). */
struct span wire_bare(struct span value);
#endif
