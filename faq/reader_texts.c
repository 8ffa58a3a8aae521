/* Members that are texts: translations and example sentences, with their limits. */
#include <string.h>
#include <strings.h>

#include "faq/reader.h"
#include "faq/rules.h"

/* The number of code points, for limits; invalid UTF-8 cannot come out of libyaml or jansson. */
static size_t code_points(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* One translation. */
typedef bool text_check(struct reader *r, int line, const char *member, const char *text);

static bool check_title(struct reader *r, int line, const char *member, const char *text)
{
    if (is_blank(text)) {
        return reader_refuse(r, line, "%s is empty", member);
    }
    size_t n = code_points(text);
    return n <= RULES_TITLE_POINTS ||
           reader_refuse(r, line, "%s has %zu characters, at most %d are allowed; shorten it", member, n,
                         RULES_TITLE_POINTS);
}

static bool check_answer(struct reader *r, int line, const char *member, const char *text)
{
    if (is_blank(text)) {
        return reader_refuse(r, line, "%s is empty", member);
    }
    size_t n = code_points(text);
    return n <= RULES_ANSWER_POINTS ||
           reader_refuse(r, line, "%s has %zu characters, at most %d are allowed; put the rest on the linked page",
                         member, n, RULES_ANSWER_POINTS);
}

/* A link becomes an href in visitors' browsers: only the web's own kinds. */
static bool check_link(struct reader *r, int line, const char *member, const char *text)
{
    size_t n = strlen(text);
    bool known = (text[0] == '/' && text[1] != '/' && text[1] != '\\') || strncasecmp(text, "https://", 8) == 0 ||
                 strncasecmp(text, "http://", 7) == 0;
    if (!known) {
        return reader_refuse(r, line, "%s must begin with https://, http:// or a single /", member);
    }
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || *c == 0x7F || strchr("<>\"\\", *c) != NULL) {
            return reader_refuse(
                r, line, "%s holds a space, quote, bracket or control character; write it as %%20 and so on", member);
        }
    }
    return n <= RULES_LINK_BYTES ||
           reader_refuse(r, line, "%s has %zu bytes, at most %d are allowed", member, n, RULES_LINK_BYTES);
}

/* A map language -> text; a plain text counts for every language. */
static bool read_translations(struct reader *r, const struct tree *t, const char *member, text_check *check,
                              struct translations *out)
{
    size_t n = t->kind == TREE_MAP ? t->n : 1;
    if (t->kind == TREE_LIST || n == 0 || n > RULES_LANGUAGES) {
        return reader_refuse(r, t->line, "%s must be a text, or 1 to %d texts per language such as {en: …, lt: …}",
                             member, RULES_LANGUAGES);
    }
    out->at = reader_take(r, n, sizeof *out->at);
    if (out->at == NULL) {
        return reader_no_memory(r);
    }
    for (size_t i = 0; i < n; i++) {
        const struct tree *text = t->kind == TREE_MAP ? &t->children[i] : t;
        const char *lang = t->kind == TREE_MAP ? t->keys[i].text : "";
        if (t->kind == TREE_MAP && !reader_is_label(lang, false)) {
            return reader_refuse(r, t->keys[i].line, "%s: '%.20s' is not a language code such as en or lt", member,
                                 lang);
        }
        if (text->kind != TREE_TEXT) {
            return reader_refuse(r, text->line, "%s: the text for '%s' must be a plain text", member, lang);
        }
        if (!check(r, text->line, member, text->text)) {
            return false;
        }
        out->at[i] = (struct translation){.lang = lang, .text = text->text};
    }
    out->n = n;
    return true;
}

bool reader_title(struct reader *r, const struct tree *t, struct translations *out)
{
    return read_translations(r, t, "title", check_title, out);
}

bool reader_answer(struct reader *r, const struct tree *t, struct translations *out)
{
    return read_translations(r, t, "answer", check_answer, out);
}

bool reader_link(struct reader *r, const struct tree *t, struct translations *out)
{
    return read_translations(r, t, "link", check_link, out);
}

bool reader_examples(struct reader *r, const struct tree *t, const char *member, struct examples *out)
{
    const struct tree *texts = t->kind == TREE_TEXT ? t : t->children;
    size_t n = t->kind == TREE_TEXT ? 1 : t->n;
    if (t->kind == TREE_MAP || n > RULES_EXAMPLES) {
        return reader_refuse(r, t->line, "%s must be a list of at most %d example sentences", member, RULES_EXAMPLES);
    }
    out->at = reader_take(r, n, sizeof *out->at);
    if (out->at == NULL) {
        return reader_no_memory(r);
    }
    for (size_t i = 0; i < n; i++) {
        if (texts[i].kind != TREE_TEXT || is_blank(texts[i].text)) {
            return reader_refuse(r, texts[i].line,
                                 "%s: an example is one sentence; put it in quotes if it holds a colon", member);
        }
        if (code_points(texts[i].text) > RULES_EXAMPLE_POINTS) {
            return reader_refuse(r, texts[i].line, "%s: an example has at most %d characters", member,
                                 RULES_EXAMPLE_POINTS);
        }
        out->at[i] = (struct example){.text = texts[i].text, .line = texts[i].line};
    }
    out->n = n;
    return true;
}
