/* What is told of a visitor: the page, the profile, and the identity the shop signed. */
#include "gateway/visitor_parts.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define FIELD_MAX 200
#define PAGE_MAX 500
#define ATTRS_MAX 20
#define ATTR_NAME_MAX 64
#define PROFILE_BYTES_MAX 8192

void visitor_keep(char **place, struct span s)
{
    free(*place);
    *place = s.len ? malloc(s.len + 1) : NULL;
    if (*place) {
        span_copy(s, *place, s.len + 1);
    }
}

/* Adds "name":"value" of a string member, cut. */
static void add_cut(struct text *t, const json_t *from, const char *name, size_t most)
{
    const json_t *value = json_object_get(from, name);
    if (json_is_string(value)) {
        struct span s = {json_string_value(value), json_string_length(value)};
        text_add(t, "%s\"%s\":", t->len > 1 ? "," : "", name);
        text_quoted(t, wire_cut(s, most));
    }
}

void visitor_keep_page(struct visitor *v, const json_t *page)
{
    struct text t;
    if (!page) {
        return;
    }
    text_start(&t);
    text_span(&t, SPAN("{"));
    add_cut(&t, page, "url", PAGE_MAX);
    add_cut(&t, page, "title", PAGE_MAX);
    add_cut(&t, page, "referrer", PAGE_MAX);
    text_span(&t, SPAN("}"));
    if (!t.failed) {
        visitor_keep(&v->page, text_view(&t));
    }
    text_free(&t);
}

static void add_attrs(struct text *t, const json_t *attrs)
{
    const char *name = NULL;
    json_t *value = NULL;
    int n = 0;
    text_add(t, "%s\"attrs\":{", t->len > 1 ? "," : "");
    json_object_foreach((json_t *)attrs, name, value)
    {
        if (json_is_string(value) && n < ATTRS_MAX && wire_code_points(span_of(name)) <= ATTR_NAME_MAX) {
            text_add(t, "%s", n++ ? "," : "");
            text_quoted(t, span_of(name));
            text_span(t, SPAN(":"));
            text_quoted(t, wire_cut(span_of(json_string_value(value)), FIELD_MAX));
        }
    }
    text_span(t, SPAN("}"));
}

/* A visitor's profile in the form Redis takes: known members, strings, cut. `verified` is the id the shop vouches for,
 * NULL = none: what a client calls so is none of the members taken. */
static void profile_text(struct text *t, const json_t *profile, const char *verified)
{
    static const char *const names[] = {"name", "email", "phone", "account", "wish"};
    text_span(t, SPAN("{"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        add_cut(t, profile, names[i], FIELD_MAX);
    }
    if (json_is_object(json_object_get(profile, "attrs"))) {
        add_attrs(t, json_object_get(profile, "attrs"));
    }
    if (verified) {
        text_add(t, "%s\"verified\":", t->len > 1 ? "," : "");
        text_quoted(t, span_of(verified));
    }
    text_span(t, SPAN("}"));
}

/* Takes `all`. */
static void keep_profile(struct visitor *v, json_t *all)
{
    struct text t;
    text_start(&t);
    profile_text(&t, all, v->verified);
    if (!t.failed && t.len <= PROFILE_BYTES_MAX) {
        visitor_keep(&v->profile, text_view(&t));
    }
    text_free(&t);
    json_decref(all);
}

void visitor_keep_profile(struct visitor *v, const json_t *profile)
{
    json_t *all = v->profile ? json_loads(v->profile, 0, NULL) : json_object();
    if (profile) {
        json_object_update(all, (json_t *)profile);
    }
    keep_profile(v, all);
}

void visitor_wish_told(struct visitor *v)
{
    json_t *all = v->profile ? json_loads(v->profile, 0, NULL) : NULL;
    if (json_object_get(all, "wish")) {
        json_object_del(all, "wish");
        keep_profile(v, all);
    } else {
        json_decref(all);
    }
}

/* ---- identity */

struct claim {
    struct span id, hmac;
    int64_t exp;
};
static const struct wire_member claim_members[] = {
    {"id", WIRE_TEXT, true, 1, FIELD_MAX, offsetof(struct claim, id)},
    {"exp", WIRE_NUMBER, true, 1, INT64_C(1) << 53, offsetof(struct claim, exp)},
    {"hmac", WIRE_WORD, true, 64, 64, offsetof(struct claim, hmac)},
};

void visitor_identify(struct visitor *v, const json_t *identity)
{
    struct claim c = {.exp = 0};
    struct wire_error e;
    char exp[24];
    v->identity_given = identity != NULL;
    visitor_keep(&v->verified, SPAN(""));
    if (!identity || !wire_members(identity, claim_members, 3, &c, &e)) {
        return;
    }
    snprintf(exp, sizeof exp, "%" PRId64, c.exp);
    const struct identity who = {.id = c.id, .exp = span_of(exp), .hmac = c.hmac};
    if (auth_identity_right(v->g->identity_secret, &who, gateway_wall_ms() / 1000)) {
        visitor_keep(&v->verified, c.id);
    }
}

/* ---- the profile frame, and what waited for a chat */

struct profile {
    struct span name, email, phone, account, wish;
    json_t *attrs;
};
static const struct wire_member profile_members[] = {
    {"name", WIRE_TEXT, false, 0, FIELD_MAX, offsetof(struct profile, name)},
    {"email", WIRE_TEXT, false, 0, FIELD_MAX, offsetof(struct profile, email)},
    {"phone", WIRE_TEXT, false, 0, FIELD_MAX, offsetof(struct profile, phone)},
    {"account", WIRE_TEXT, false, 0, FIELD_MAX, offsetof(struct profile, account)},
    {"wish", WIRE_TEXT, false, 0, FIELD_MAX, offsetof(struct profile, wish)},
    {"attrs", WIRE_OBJECT, false, 0, 0, offsetof(struct profile, attrs)},
};

static bool attrs_right(const json_t *attrs)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)attrs, name, value)
    {
        const size_t points = wire_code_points(span_of(name));
        if (!json_is_string(value) || points < 1 || points > ATTR_NAME_MAX ||
            wire_code_points(span_of(json_string_value(value))) > FIELD_MAX) {
            return false;
        }
    }
    return json_object_size(attrs) <= ATTRS_MAX;
}

/* In a frame of its own a profile is taken whole or not at all; in hello what is wrong is left out. */
static bool profile_right(struct visitor *v, const json_t *frame)
{
    struct profile p = {.attrs = NULL};
    struct wire_error e;
    if (!wire_members(frame, profile_members, sizeof profile_members / sizeof *profile_members, &p, &e)) {
        visitor_complain(v, "for", SPAN("profile"), e.code, e.message);
        return false;
    }
    if (p.attrs && !attrs_right(p.attrs)) {
        visitor_complain(v, "for", SPAN("profile"), "bad_frame",
                         "attrs holds at most 20 strings of at most 200 characters");
        return false;
    }
    return true;
}

void visitor_profile(struct visitor *v, const json_t *frame)
{
    struct text t;
    struct call *c = NULL;
    if (!profile_right(v, frame)) {
        return;
    }
    visitor_keep_profile(v, frame);
    if (!v->follow.topic) {
        visitor_ok(v, "profile", 0); /* goes with the first message */
        return;
    }
    visitor_wish_told(v);
    text_start(&t);
    profile_text(&t, frame, NULL);
    c = gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("profile"));
    if (!c || t.failed || !router_profile(v->g->router, c->ticket, span_of(v->vid), text_view(&t), SPAN(""))) {
        gateway_busy(v->g, v->conn, c ? c->ticket : 0, "for", SPAN("profile"));
    }
    text_free(&t);
}

void visitor_send_profile(struct visitor *v, struct span known_page)
{
    const struct span page = v->page && !span_is(known_page, v->page) ? span_of(v->page) : SPAN("");
    struct call *c = v->profile || page.len ? gateway_call(v->g, CALL_VISITOR, v->conn, SPAN("")) : NULL;
    if (c && !router_profile(v->g->router, c->ticket, span_of(v->vid), span_of(v->profile), page)) {
        call_drop(v->g->calls, c->ticket); /* told again by the next hello */
    }
}
