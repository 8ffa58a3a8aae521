/* Growing text and JSON escaping, checked by jansson reading it back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/text.h"
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void every_byte_comes_back(void **state)
{
    struct text t;
    char all[128];
    (void)state;
    for (int i = 1; i < 128; i++) {
        all[i - 1] = (char)i;
    }
    text_start(&t);
    text_quoted(&t, (struct span){all, 127});
    json_t *back = json_loadb(t.at, t.len, JSON_DECODE_ANY, NULL);
    assert_non_null(back);
    assert_int_equal(json_string_length(back), 127);
    assert_memory_equal(json_string_value(back), all, 127);
    json_decref(back);
    text_free(&t);
}

static void words_of_all_scripts_stay(void **state)
{
    const char *words = "ąčę „łódź“ 退货 بازگشت \xf0\x9f\x98\x80 \"quoted\" <b>\\n\t";
    struct text t;
    (void)state;
    text_start(&t);
    text_quoted(&t, span_of(words));
    json_t *back = json_loadb(t.at, t.len, JSON_DECODE_ANY, NULL);
    assert_string_equal(json_string_value(back), words);
    json_decref(back);
    text_free(&t);
}

static void it_grows_beyond_its_place(void **state)
{
    struct text t;
    (void)state;
    text_start(&t);
    for (int i = 0; i < 10000; i++) {
        text_add(&t, "%d,", i);
    }
    assert_false(t.failed);
    assert_int_equal(t.len, strlen(t.at));
    assert_int_equal(t.len, 48890);
    assert_memory_equal(t.at + t.len - 10, "9998,9999,", 10);
    text_free(&t);
    assert_int_equal(t.len, 0);
    text_span(&t, SPAN("again"));
    assert_string_equal(t.at, "again");
}

static void spans(void **state)
{
    char out[4];
    (void)state;
    assert_true(span_is(SPAN("abc"), "abc"));
    assert_false(span_is(SPAN("abcd"), "abc"));
    assert_false(span_is(SPAN("ab"), "abc"));
    assert_int_equal(span_of(NULL).len, 0);
    span_copy(SPAN("abcdef"), out, sizeof out);
    assert_string_equal(out, "abc");
    span_copy((struct span){NULL, 0}, out, sizeof out);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(words_of_all_scripts_stay),
        cmocka_unit_test(it_grows_beyond_its_place),
        cmocka_unit_test(spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
