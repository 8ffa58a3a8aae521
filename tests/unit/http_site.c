/* The site document in each language, and a transcript as text. */
#include "faq/matcher.h"
#include "gateway/site.h"
#include "gateway/transcript.h"
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the ones above */
#include <cmocka.h>

static struct span span(const char *text)
{
    return (struct span){text, strlen(text)};
}

static const int64_t noon = 1795435200; /* Monday 23 November 2026, 12:00 UTC */
static const int64_t hour = 3600;

static json_t *document_at(struct site *s, const char *lang, bool whole, int64_t now_s, char tag[17])
{
    struct span text = site_document(s, span(lang), whole, now_s, tag);
    json_t *read = json_loadb(text.at, text.len, 0, NULL);
    assert_non_null(read);
    return read;
}

static json_t *document(struct site *s, const char *lang, char tag[17])
{
    return document_at(s, lang, false, noon, tag);
}

static const char *word(json_t *d, const char *name)
{
    return json_string_value(json_object_get(d, name));
}

static void languages_are_chosen(void **state)
{
    (void)state;
    struct site *s = site_new("main");
    assert_int_equal(site_document(s, span("en"), false, noon, NULL).len, 0);
    assert_true(
        site_change(s, span("{\"languages\":\"en, lt,bs\",\"default_lang\":\"lt\",\"shop_name\":\"U\\u017e\"}"), NULL));
    static const char *const rows[][2] = {
        {"en", "en"}, {"LT", "lt"},       {"lt-LT", "lt"},
        {"hr", "bs"}, {"sr_RS", "bs"},    {"xx", "lt"},
        {"", "lt"},   {"<script>", "lt"}, {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "lt"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *d = document(s, rows[i][0], NULL);
        assert_string_equal(word(d, "lang"), rows[i][1]);
        json_decref(d);
    }
    json_t *d = document(s, "en", NULL);
    assert_string_equal(word(d, "name"), "U\xc5\xbe");
    assert_string_equal(word(d, "site"), "main");
    assert_int_equal(json_array_size(json_object_get(d, "languages")), 3);
    assert_true(json_is_true(json_object_get(d, "open")));
    json_decref(d);
    site_free(s);
}

static void a_change_makes_a_new_tag(void **state)
{
    (void)state;
    char before[17], same[17], after[17];
    struct site *s = site_new("main");
    assert_true(site_change(s, span("{\"greeting\":\"Hello\"}"), NULL));
    json_decref(document(s, "en", before));
    json_decref(document(s, "en", same));
    assert_string_equal(before, same);
    assert_false(site_change(s, span("[1]"), NULL));
    assert_false(site_change(s, span("{nonsense"), NULL));
    json_decref(document(s, "en", same));
    assert_string_equal(before, same);
    assert_true(site_change(s, span("{\"greeting\":\"Good day\"}"), NULL));
    json_decref(document(s, "en", after));
    assert_string_not_equal(before, after);
    site_free(s);
}

static const char entries[] =
    "[{\"id\":\"a\",\"title\":{\"en\":\"Title A\",\"lt\":\"Antra\\u0161t\\u0117 A\"},\"when\":{\"en\":[[\"alpha "
    "words\"]]},"
    "\"answer\":{\"en\":\"Text A\",\"lt\":\"Tekstas A\"},\"link\":\"https://shop.example/a\"},"
    "{\"id\":\"b\",\"title\":\"B\",\"when\":{\"en\":[[\"beta words\"]]},\"answer\":\"Text "
    "B\",\"link\":\"https://shop.example/B\"},"
    "{\"id\":\"c\",\"title\":\"C\",\"when\":{\"en\":[[\"gamma words\"]]},\"answer\":\"Text "
    "C\",\"link\":\"https://shop.example/C\",\"shadow\":true}]";

static void top_entries_stand_first_and_shadows_nowhere(void **state)
{
    (void)state;
    char why[512] = "";
    struct rules *rules = rules_read_json(entries, sizeof entries - 1, why, sizeof why);
    if (!rules)
        fail_msg("%s", why);
    struct matcher *faq = matcher_compile(rules, why, sizeof why);
    rules_free(rules);
    if (!faq)
        fail_msg("%s", why);
    struct site *s = site_new("main");
    assert_true(site_change(s, span("{\"faq_top\":\"b,unknown\",\"languages\":\"en,lt\"}"), faq));
    json_t *brief = document(s, "lt", NULL), *shown = json_object_get(brief, "faq");
    assert_int_equal(json_array_size(shown), 1);
    assert_string_equal(word(json_array_get(shown, 0), "id"), "b");
    json_decref(brief);
    json_t *d = document_at(s, "lt", true, noon, NULL), *list = json_object_get(d, "faq");
    assert_int_equal(json_array_size(list), 2);
    assert_string_equal(word(json_array_get(list, 0), "id"), "b");
    assert_string_equal(word(json_array_get(list, 1), "text"), "Tekstas A");
    assert_string_equal(word(json_array_get(list, 1), "link"), "https://shop.example/a");
    assert_string_equal(word(json_array_get(list, 0), "link"), "https://shop.example/B");
    json_decref(d);
    site_free(s);
    matcher_free(faq);
}

static void it_tells_when_the_shop_opens(void **state)
{
    (void)state;
    char open[17], shut[17], again[17];
    struct site *s = site_new("main");
    assert_true(site_change(s,
                            span("{\"hours\":\"{\\\"tz\\\":\\\"UTC\\\",\\\"week\\\":{\\\"mon\\\":[\\\"09:00-"
                                 "18:00\\\"]}}\"}"),
                            NULL));
    json_t *d = document_at(s, "en", false, noon, open);
    assert_true(json_is_true(json_object_get(d, "open")));
    assert_int_equal(json_integer_value(json_object_get(d, "until")), (noon + 6 * hour) * 1000);
    assert_null(json_object_get(d, "opens"));
    json_decref(d);
    d = document_at(s, "en", false, noon + 6 * hour, shut);
    assert_true(json_is_false(json_object_get(d, "open")));
    assert_int_equal(json_integer_value(json_object_get(d, "opens")), (noon + 165 * hour) * 1000);
    json_decref(d);
    json_decref(document_at(s, "en", false, noon + 7 * hour, again));
    assert_string_not_equal(open, shut);
    assert_string_equal(shut, again);
    assert_true(site_change(s,
                            span("{\"hours\":\"{\\\"tz\\\":\\\"UTC\\\",\\\"week\\\":{\\\"mon\\\":[\\\"09:00-"
                                 "18:00\\\"]},\\\"queues\\\":{\\\"returns\\\":{\\\"week\\\":{}}}}\"}"),
                            NULL));
    d = document(s, "en", NULL);
    assert_true(json_is_true(json_object_get(d, "open")));
    const json_t *returns = json_object_get(json_object_get(d, "hours"), "returns");
    assert_true(json_is_false(json_object_get(returns, "open")));
    assert_null(json_object_get(returns, "opens"));
    json_decref(d);
    assert_true(site_change(s, span("{\"hours\":\"{\\\"tz\\\":\\\"Nowhere\\\"}\"}"), NULL));
    d = document(s, "en", NULL);
    assert_true(json_is_true(json_object_get(d, "open")));
    assert_null(json_object_get(d, "until"));
    json_decref(d);
    site_free(s);
}

static void a_transcript_is_readable(void **state)
{
    (void)state;
    static const char json[] =
        "{\"chat\":7,\"queue\":\"general\",\"lang\":\"lt\",\"opened\":1763846400000,\"visitor\":{\"name\":\"Jonas\","
        "\"email\":\"\"},"
        "\"transcript\":[{\"at\":1763846400000,\"kind\":\"message\",\"from\":\"visitor\",\"text\":\"one\\ntwo\\u0007\"}"
        ","
        "{\"at\":1763846401000,\"kind\":\"answer\",\"title\":\"Delivery\",\"text\":\"Tomorrow.\",\"link\":\"https://"
        "x\"},"
        "{\"at\":1763846402000,\"kind\":\"joined\",\"agent\":\"ana\",\"name\":\"Ana\"},"
        "{\"at\":1763846403000,\"kind\":\"message\",\"from\":\"agent\",\"name\":\"Ana\",\"text\":\"Hi\"},"
        "{\"at\":1763846404000,\"kind\":\"closed\",\"by\":\"agent\",\"outcome\":\"solved\"},"
        "{\"at\":1763846405000,\"kind\":\"promise\",\"name\":\"Ana\",\"text\":\"a call\",\"due\":1763850000000},"
        "{\"at\":1763846406000,\"kind\":\"kept\",\"name\":\"Ana\",\"text\":\"a call\",\"late\":true},"
        "{\"at\":1763846407000,\"kind\":\"followup\",\"ok\":false}, 5]}";
    static const char text[] =
        "Chat 7\nQueue: general\nLanguage: lt\nOpened: 2025-11-22 21:20:00 UTC\nVisitor's name: Jonas\n\n"
        "2025-11-22 21:20:00  Visitor: one\n    two\n"
        "2025-11-22 21:20:01  Automatic answer (Delivery): Tomorrow. https://x\n"
        "2025-11-22 21:20:02  * Ana joined\n"
        "2025-11-22 21:20:03  Ana: Hi\n"
        "2025-11-22 21:20:04  * closed by agent, solved\n"
        "2025-11-22 21:20:05  * Ana promised by 2025-11-22 22:20:00 UTC: a call\n"
        "2025-11-22 21:20:06  * kept by Ana, late: a call\n"
        "2025-11-22 21:20:07  * not solved after all\n"
        "1970-01-01 00:00:00  * \n";
    size_t len = 0;
    char *made = transcript_text(span(json), &len);
    assert_non_null(made);
    assert_string_equal(made, text);
    assert_int_equal(len, strlen(text));
    free(made);
    assert_null(transcript_text(span("{}"), &len));
    assert_null(transcript_text(span("not json"), &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_are_chosen),
        cmocka_unit_test(a_change_makes_a_new_tag),
        cmocka_unit_test(top_entries_stand_first_and_shadows_nowhere),
        cmocka_unit_test(it_tells_when_the_shop_opens),
        cmocka_unit_test(a_transcript_is_readable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
