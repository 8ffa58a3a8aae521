/* Frames from clients: a table of bad ones, limits by code points; and the scanner for Redis' documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/wire_flat.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

struct all {
    struct span mid, text, word, cut;
    int64_t number;
    bool flag;
    json_t *object, *array;
};
static const struct wire_member members[] = {
    {"mid", WIRE_MID, true, 0, 0, offsetof(struct all, mid)},
    {"text", WIRE_TEXT, true, 1, 10, offsetof(struct all, text)},
    {"word", WIRE_WORD, false, 1, 8, offsetof(struct all, word)},
    {"cut", WIRE_CUT, false, 0, 3, offsetof(struct all, cut)},
    {"number", WIRE_NUMBER, false, 1, 100, offsetof(struct all, number)},
    {"flag", WIRE_BOOLEAN, false, 0, 0, offsetof(struct all, flag)},
    {"object", WIRE_OBJECT, false, 0, 0, offsetof(struct all, object)},
    {"array", WIRE_ARRAY, false, 0, 0, offsetof(struct all, array)},
};
#define OK_ "\"type\":\"say\",\"mid\":\"12345678\",\"text\":\"hi\""

static const struct {
    const char *frame;
    enum wire_verdict verdict; /* of parsing; WIRE_FINE: the members are wrong, with this code */
    const char *code;
} bad[] = {
    {"", WIRE_MALFORMED, NULL},
    {" ", WIRE_MALFORMED, NULL},
    {"{", WIRE_MALFORMED, NULL},
    {"}", WIRE_MALFORMED, NULL},
    {"{}{}", WIRE_MALFORMED, NULL},
    {"{" OK_ "}x", WIRE_MALFORMED, NULL},
    {"{" OK_ ",}", WIRE_MALFORMED, NULL},
    {"{'type':'say'}", WIRE_MALFORMED, NULL},
    {"{type:\"say\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\"", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say}", WIRE_MALFORMED, NULL},
    {"{\"type\":say}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"type\":\"end\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"a\":{\"b\":1,\"b\":2}}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"a\\u0000b\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"\\ud800\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"\\udc00x\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"\\x41\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"\xff\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"\xc0\x80\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"\xed\xa0\x80\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"\xf4\x90\x80\x80\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"\xe2\x82\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"a\nb\"}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"n\":01}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"n\":+1}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"n\":.5}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"n\":NaN}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"n\":Infinity}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"n\":0x10}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"n\":1e999}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"n\":99999999999999999999}", WIRE_MALFORMED, NULL},
    {"{\"type\":\"say\",\"a\":[[[[[[[[1]]]]]]]]}", WIRE_MALFORMED, NULL},
    {"[[[[[[[[[]]]]]]]]]", WIRE_MALFORMED, NULL},
    {"/* hi */ {\"type\":\"say\"}", WIRE_MALFORMED, NULL},
    {"\xef\xbb\xbf{\"type\":\"say\"}", WIRE_MALFORMED, NULL},
    {"null", WIRE_MALFORMED, NULL},
    {"\"type\"", WIRE_MALFORMED, NULL},
    {"[]", WIRE_WRONG, "bad_frame"},
    {"[\"type\",\"say\"]", WIRE_WRONG, "bad_frame"},
    {"{}", WIRE_WRONG, "bad_frame"},
    {"{\"Type\":\"say\"}", WIRE_WRONG, "bad_frame"},
    {"{\"type\":null}", WIRE_WRONG, "bad_frame"},
    {"{\"type\":1}", WIRE_WRONG, "bad_frame"},
    {"{\"type\":[\"say\"]}", WIRE_WRONG, "bad_frame"},
    {"{\"type\":{\"a\":1}}", WIRE_WRONG, "bad_frame"},
    {"{\"type\":true}", WIRE_WRONG, "bad_frame"},
    {"{\"type\":\"say\"}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":\"12345678\"}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":\"1234567\",\"text\":\"hi\"}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":\"1234 678\",\"text\":\"hi\"}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":\"1234567\xc4\x85\",\"text\":\"hi\"}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":\"0123456789012345678901234567890123456789012345678901234567890123x\",\"text\":\"hi\"}",
     WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":12345678,\"text\":\"hi\"}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":null,\"text\":\"hi\"}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":\"12345678\",\"text\":\"\"}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":\"12345678\",\"text\":1}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":\"12345678\",\"text\":[\"hi\"]}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":\"12345678\",\"text\":{\"a\":\"hi\"}}", WIRE_FINE, "bad_frame"},
    {"{\"type\":\"say\",\"mid\":\"12345678\",\"text\":\"12345678901\"}", WIRE_FINE, "too_long"},
    {"{" OK_ ",\"word\":\"\"}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"word\":\"a b\"}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"word\":\"{main}\"}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"word\":\"123456789\"}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"cut\":7}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"number\":0}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"number\":101}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"number\":-1}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"number\":1.5}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"number\":1e300}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"number\":9223372036854775807}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"number\":\"7\"}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"number\":true}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"flag\":1}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"flag\":\"true\"}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"object\":[]}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"object\":\"{}\"}", WIRE_FINE, "bad_frame"},
    {"{" OK_ ",\"array\":{}}", WIRE_FINE, "bad_frame"},
};

static void bad_frames_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_t *frame = NULL;
        const char *type = NULL;
        struct wire_error error = {.code = NULL};
        struct all out = {0};
        enum wire_verdict verdict = wire_parse(span_of(bad[i].frame), &frame, &type, &error);
        if (verdict != bad[i].verdict) {
            fail_msg("%s: verdict %d", bad[i].frame, (int)verdict);
        }
        if (verdict == WIRE_FINE) {
            if (wire_members(frame, members, sizeof members / sizeof *members, &out, &error)) {
                fail_msg("taken: %s", bad[i].frame);
            }
            json_decref(frame);
        } else {
            assert_null(frame);
        }
        if (bad[i].code) {
            assert_string_equal(error.code, bad[i].code);
            assert_true(strlen(error.message) > 5);
        }
    }
}

static void a_good_frame_gives_its_members(void **state)
{
    const char *text = "{" OK_ ",\"word\":\"a.b-c\",\"cut\":\"\xc4\x85\xc4\x8d\xc4\x99\xc4\x97\",\"number\":7.0,"
                       "\"flag\":true,\"object\":{\"a\":[]},\"array\":[1],\"unknown\":null}";
    json_t *frame = NULL;
    const char *type = NULL;
    struct wire_error error;
    struct all out = {0};
    (void)state;
    assert_int_equal(wire_parse(span_of(text), &frame, &type, &error), WIRE_FINE);
    assert_string_equal(type, "say");
    assert_true(wire_members(frame, members, sizeof members / sizeof *members, &out, &error));
    assert_true(span_is(out.mid, "12345678"));
    assert_true(span_is(out.word, "a.b-c"));
    assert_true(span_is(out.cut, "\xc4\x85\xc4\x8d\xc4\x99"));
    assert_int_equal(out.number, 7);
    assert_true(out.flag);
    assert_non_null(out.object);
    assert_non_null(out.array);
    json_decref(frame);
}

static void brackets_in_strings_are_no_depth(void **state)
{
    json_t *frame = NULL;
    const char *type = NULL;
    struct wire_error error;
    (void)state;
    const char *text = "{\"type\":\"[[[[[[[[[[[[{{{{{{{{\\\\\\\"[[[[[[\",\"a\":[[[[[[[1]]]]]]]}";
    assert_int_equal(wire_parse(span_of(text), &frame, &type, &error), WIRE_FINE);
    json_decref(frame);
}

static void limits_count_code_points(void **state)
{
    const char *ten =
        "{\"type\":\"say\",\"mid\":\"12345678\",\"text\":\"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
        "\xe9\x80\x80\xe9\x80\x80\xe9\x80\x80\xe9\x80\x80\xc4\x85\xc4\x85z\"}";
    json_t *frame = NULL;
    const char *type = NULL;
    struct wire_error error;
    struct all out = {0};
    (void)state;
    assert_int_equal(wire_parse(span_of(ten), &frame, &type, &error), WIRE_FINE);
    assert_true(wire_members(frame, members, 2, &out, &error));
    assert_int_equal(wire_code_points(out.text), 10);
    assert_int_equal(wire_cut(out.text, 3).len, 12);
    assert_int_equal(wire_cut(out.text, 10).len, out.text.len);
    assert_int_equal(wire_cut(out.text, 0).len, 0);
    json_decref(frame);
}

static void utf8(void **state)
{
    static const char *const good[] = {"",
                                       "a",
                                       "\xc2\x80",
                                       "\xdf\xbf",
                                       "\xe0\xa0\x80",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf"};
    static const char *const wrong[] = {
        "\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xc2", "\xe2\x82", "\xf0\x9f\x98", "a\xff"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(wire_utf8(span_of(good[i])));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(wire_utf8(span_of(wrong[i])));
    }
}

static void members_of_documents(void **state)
{
    struct span doc = span_of("{\"a\":{\"head\":1,\"s\":\"}\\\"{\"},\"text\":\"\\\"head\\\":9\",\"head\": "
                              "42,\"list\":[1,\"x,]\",{\"b\":[]},[2]],"
                              "\"t\":true}");
    size_t at = 0;
    struct span item;
    (void)state;
    assert_int_equal(wire_number(wire_find(doc, "head")), 42);
    assert_int_equal(wire_number(wire_find(wire_find(doc, "a"), "head")), 1);
    assert_true(span_is(wire_find(doc, "t"), "true"));
    assert_int_equal(wire_find(doc, "missing").len, 0);
    assert_int_equal(wire_find(doc, "s").len, 0);
    struct span list = wire_find(doc, "list");
    assert_true(wire_next(list, &at, &item) && span_is(item, "1"));
    assert_true(wire_next(list, &at, &item) && span_is(wire_bare(item), "x,]"));
    assert_true(wire_next(list, &at, &item) && span_is(item, "{\"b\":[]}"));
    assert_true(wire_next(list, &at, &item) && span_is(item, "[2]"));
    assert_false(wire_next(list, &at, &item));
    at = 0;
    assert_false(wire_next(SPAN("[]"), &at, &item));
}

static void broken_documents_end(void **state)
{
    const char *whole = "{\"a\":[{\"b\":\"c\\\"d\"},[1,2]],\"e\":\"f\"}";
    (void)state;
    for (size_t len = 0; len <= strlen(whole); len++) {
        char *cut = malloc(len + 1); /* exact size: a sanitizer sees a byte too far */
        memcpy(cut, whole, len);
        struct span doc = {cut, len}, item;
        size_t at = 0;
        (void)wire_find(doc, "e");
        struct span list = wire_find(doc, "a");
        for (int i = 0; i < 10 && wire_next(list, &at, &item); i++) {
            assert_true(item.at >= cut && item.at + item.len <= cut + len);
        }
        free(cut);
    }
}

static void error_frames(void **state)
{
    struct text t;
    (void)state;
    const struct wire_complaint c = {.about = "mid",
                                     .value = SPAN("\"x\""),
                                     .code = SPAN("busy"),
                                     .message = SPAN("try again"),
                                     .retry_after_ms = 5};
    text_start(&t);
    wire_error_frame(&t, &c);
    assert_string_equal(
        t.at,
        "{\"type\":\"error\",\"code\":\"busy\",\"message\":\"try again\",\"mid\":\"\\\"x\\\"\",\"retry_after_ms\":5}");
    text_free(&t);
}

/* Frames as browsers write them are read the quick way. */
static void plain_frames_are_read_quickly(void **state)
{
    static const char *plain[] = {"{\"type\":\"ping\"}", "{" OK_ "}",
                                  "{\"type\":\"say\",\"text\":\"\xc5\xa1iandien \xe4\xbd\xa0\"}",
                                  "{\"type\":\"seen\",\"seq\":12,\"x\":-3,\"y\":0,\"on\":true,\"off\":false}"};
    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        json_t *quick = wire_flat(span_of(plain[i])), *slow = json_loads(plain[i], JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(quick);
        assert_true(json_equal(quick, slow));
        json_decref(quick);
        json_decref(slow);
    }
}

/* Whatever becomes of a frame on its way: the quick reader takes only what jansson takes, and takes it as jansson does.
 */
static void quick_and_slow_reading_agree(void **state)
{
    static const char frame[] =
        "{\"type\":\"say\",\"mid\":\"12345678\",\"n\":-120,\"on\":true,\"t\":\"a\xc5\xa1z\",\"off\":false}";
    static const char odd[] = "\"\\{}[],:0129-+.eE tfn\n\x01\xff\xc3\xa9/";
    uint32_t random = 1;
    int quickly = 0;
    (void)state;
    for (int trial = 0; trial < 200000; trial++) {
        size_t len = sizeof frame - 1;
        char *cut = malloc(len);
        memcpy(cut, frame, len);
        for (int edits = trial % 3; edits >= 0; edits--) {
            random = random * 1664525 + 1013904223;
            cut[(random >> 8) % len] = odd[(random >> 20) % (sizeof odd - 1)];
        }
        random = random * 1664525 + 1013904223;
        len -= random >> 28 ? 0 : (random >> 8) % len;
        cut = realloc(cut, len ? len : 1); /* exact size: a sanitizer sees a byte too far */
        json_t *quick = wire_flat((struct span){cut, len});
        if (quick) {
            json_t *slow = json_loadb(cut, len, JSON_REJECT_DUPLICATES, NULL);
            assert_non_null(slow);
            assert_true(json_equal(quick, slow));
            json_decref(slow);
            json_decref(quick);
            quickly++;
        }
        free(cut);
    }
    assert_true(quickly > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_frames_are_told_apart),
        cmocka_unit_test(a_good_frame_gives_its_members),
        cmocka_unit_test(brackets_in_strings_are_no_depth),
        cmocka_unit_test(limits_count_code_points),
        cmocka_unit_test(utf8),
        cmocka_unit_test(members_of_documents),
        cmocka_unit_test(broken_documents_end),
        cmocka_unit_test(error_frames),
        cmocka_unit_test(plain_frames_are_read_quickly),
        cmocka_unit_test(quick_and_slow_reading_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
