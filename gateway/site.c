/* The site document, built once per language and kept until settings or FAQ change, or the shop opens or closes. */
#include "gateway/site.h"
#include "faq/language.h"
#include "faq/matcher.h"
#include "gateway/hours.h"
#include "gateway/log.h"
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { LANGS_MAX = 50, DOCUMENTS_MAX = 2 * LANGS_MAX, TOP_DEFAULT = 5 };

struct document {
    char lang[12];
    bool whole; /* every entry, not just the top ones */
    char *json;
    size_t len;
    char tag[17];
};

struct site {
    const char *name;
    json_t *settings;
    const struct matcher *faq;
    struct hours *hours;                          /* NULL = always open */
    struct opening opening[1 + HOURS_QUEUES_MAX]; /* the shop's, then those of queues with hours of their own */
    struct document made[DOCUMENTS_MAX];
    size_t n_made;
};

struct site *site_new(const char *name)
{
    struct site *s = calloc(1, sizeof *s);
    if (s)
        s->name = name;
    return s;
}

static void forget(struct site *s)
{
    for (size_t i = 0; i < s->n_made; i++)
        free(s->made[i].json);
    s->n_made = 0;
}

void site_free(struct site *s)
{
    if (!s)
        return;
    forget(s);
    hours_free(s->hours);
    json_decref(s->settings);
    free(s);
}

static const char *text(const struct site *s, const char *name, const char *otherwise)
{
    const char *value = json_string_value(json_object_get(s->settings, name));
    return value && value[0] ? value : otherwise;
}

/* Hours that cannot be used count as none: a shop that looks open is better than one that looks shut for good. */
static void change_hours(struct site *s)
{
    char why[200], quoted[420];
    const char *given = text(s, "hours", NULL);
    hours_free(s->hours);
    s->hours = given ? hours_read(given, why, sizeof why) : NULL;
    memset(s->opening, 0, sizeof s->opening);
    s->opening[0].open = true;
    if (given && !s->hours)
        log_line(LOG_ERROR, "the setting hours cannot be used", "why=%s", log_quote(why, quoted, sizeof quoted));
}

bool site_change(struct site *s, struct span settings, const struct matcher *faq)
{
    json_t *fresh = json_loadb(settings.at, settings.len, JSON_REJECT_DUPLICATES, NULL);
    bool right = json_is_object(fresh);
    forget(s);
    s->faq = faq;
    if (right) {
        json_decref(s->settings);
        s->settings = fresh;
        change_hours(s);
    } else {
        json_decref(fresh);
    }
    return right;
}

/* A comma separated setting as an array; blanks around the parts are dropped. */
static json_t *list(const struct site *s, const char *name, const char *otherwise)
{
    json_t *out = json_array();
    for (const char *at = text(s, name, otherwise); *at;) {
        size_t len = strcspn(at, ","), skip = strspn(at, " ");
        size_t used = skip < len ? len - skip : 0;
        while (used > 0 && at[skip + used - 1] == ' ')
            used--;
        if (used > 0)
            json_array_append_new(out, json_stringn(at + skip, used));
        at += len + (at[len] == ',');
    }
    return out;
}

static bool holds(const json_t *strings, const char *wanted)
{
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(strings, i, one)
    {
        if (strcmp(json_string_value(one), wanted) == 0)
            return true;
    }
    return false;
}

/* The language asked for, or one its speakers understand, or the site's own. */
static void choose(const struct site *s, const json_t *languages, struct span asked, char out[12])
{
    size_t len = 0;
    const char *own = text(s, "default_lang", "en");
    strncpy(out, own, 11);
    out[11] = '\0';
    char primary[8] = "";
    for (; len < asked.len && len < sizeof primary - 1 && asked.at[len] != '-' && asked.at[len] != '_'; len++) {
        primary[len] = asked.at[len];
        if (primary[len] >= 'A' && primary[len] <= 'Z')
            primary[len] = (char)(primary[len] + ('a' - 'A'));
    }
    primary[len] = '\0';
    const char *group = language_group(primary);
    const char *found = holds(languages, primary) ? primary : holds(languages, group) ? group : NULL;
    if (found)
        strncpy(out, found, 11);
}

static void add_entry(const struct site *s, json_t *faq, size_t i, const char *lang)
{
    struct answer a;
    if (matcher_shadow(s->faq, i) || !matcher_answer(s->faq, i, lang, &a))
        return;
    json_t *entry = json_pack("{s:s, s:s, s:s}", "id", matcher_id(s->faq, i), "title", a.title ? a.title : "", "text",
                              a.text ? a.text : "");
    if (entry && a.link && a.link[0])
        json_object_set_new(entry, "link", json_string(a.link));
    json_array_append_new(faq, entry);
}

/* The entries of faq_top, in that order, or the first five; then, for the whole, the others in theirs. */
static json_t *entries(const struct site *s, const char *lang, bool whole)
{
    json_t *out = json_array(), *first = list(s, "faq_top", "");
    size_t n = matcher_count(s->faq), k = 0;
    const json_t *id = NULL;
    json_array_foreach(first, k, id)
    {
        for (size_t i = 0; i < n; i++)
            if (strcmp(matcher_id(s->faq, i), json_string_value(id)) == 0)
                add_entry(s, out, i, lang);
    }
    const size_t top = json_array_size(out) ? json_array_size(out) : TOP_DEFAULT;
    for (size_t i = 0; i < n && (whole || json_array_size(out) < top); i++)
        if (!holds(first, matcher_id(s->faq, i)))
            add_entry(s, out, i, lang);
    json_decref(first);
    return out;
}

static void add_turn(json_t *to, struct opening o)
{
    if (to && o.turns_s)
        json_object_set_new(to, o.open ? "until" : "opens", json_integer(o.turns_s * 1000));
}

/* The queues with hours of their own, by name. */
static void add_queues(const struct site *s, json_t *all)
{
    json_t *own = json_object();
    const char *queue = NULL;
    for (size_t i = 0; s->hours && (queue = hours_queue(s->hours, i)); i++) {
        json_t *one = json_pack("{s:b}", "open", s->opening[i + 1].open);
        add_turn(one, s->opening[i + 1]);
        json_object_set_new(own, queue, one);
    }
    if (json_object_size(own))
        json_object_set(all, "hours", own);
    json_decref(own);
}

static bool make(struct site *s, json_t *languages, struct document *d)
{
    json_t *faq = s->faq ? entries(s, d->lang, d->whole) : json_array();
    json_int_t heartbeat = json_integer_value(json_object_get(s->settings, "heartbeat_s"));
    json_t *all = json_pack("{s:s, s:s, s:s, s:b, s:I, s:O, s:s, s:s, s:o, s:o, s:o}", "site", s->name, "name",
                            text(s, "shop_name", s->name), "accent", text(s, "accent", "#0b6bcb"), "open",
                            s->opening[0].open, "heartbeat_s", heartbeat > 0 ? heartbeat : (json_int_t)15, "languages",
                            languages, "lang", d->lang, "greeting", text(s, "greeting", ""), "queues",
                            list(s, "queues", "general"), "wishes", list(s, "ask_wishes", ""), "faq", faq);
    if (all) {
        add_turn(all, s->opening[0]);
        add_queues(s, all);
    }
    d->json = all ? json_dumps(all, JSON_COMPACT) : NULL;
    json_decref(all);
    if (!d->json)
        return false;
    unsigned char hash[8];
    d->len = strlen(d->json);
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "site document";
    crypto_shorthash(hash, (const unsigned char *)d->json, d->len, key);
    sodium_bin2hex(d->tag, sizeof d->tag, hash, sizeof hash);
    return true;
}

/* Once the shop or a queue opened or closed, every document tells so. */
static void look_at_hours(struct site *s, int64_t now_s)
{
    const char *queue = "";
    for (size_t i = 0; queue; i++) {
        struct opening o = hours_at(s->hours, queue, now_s);
        if (o.open != s->opening[i].open || o.turns_s != s->opening[i].turns_s)
            forget(s);
        s->opening[i] = o;
        queue = hours_queue(s->hours, i);
    }
}

struct span site_document(struct site *s, struct span lang, bool whole, int64_t now_s, char tag[17])
{
    if (!s->settings)
        return (struct span){0};
    if (s->hours)
        look_at_hours(s, now_s);
    struct document fresh = {.whole = whole}, *found = NULL;
    json_t *languages = list(s, "languages", "en");
    choose(s, languages, lang, fresh.lang);
    for (size_t i = 0; i < s->n_made && !found; i++)
        found = s->made[i].whole == whole && strcmp(s->made[i].lang, fresh.lang) == 0 ? &s->made[i] : NULL;
    if (!found && s->n_made < DOCUMENTS_MAX && make(s, languages, &fresh)) {
        s->made[s->n_made] = fresh;
        found = &s->made[s->n_made++];
    }
    json_decref(languages);
    if (!found)
        return (struct span){0};
    if (tag)
        memcpy(tag, found->tag, sizeof found->tag);
    return (struct span){found->json, found->len};
}
