/* What folds to what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faq/han.h"
#include "faq/normalise.h"

struct row {
    const char *text, *folded;
};

static const struct row rows[] = {
    {"", ""},
    {"   \t\n", ""},
    {"?!…", ""},
    {"How do I return?", " how do i return "},
    {"a", " a "},
    /* marks, case, compatibility forms */
    {"Grąžinti PREKĘ", " grazinti preke "},
    {"Gra\xCC\xA8z\xCC\x8Cinti", " grazinti "}, /* decomposed */
    {"ŻÓŁĆ łódź", " zolc lodz "},
    {"ＡＢＣ　１２３", " abc 123 "},
    {"Straße, ŒUVRE, Æther, Øre, þorn", " strasse oeuvre aether ore thorn "},
    {"İstanbul ısı", " istanbul isi "},
    {"ﬁrst №5 m²", " first 5 m2 "},
    /* đ and dj */
    {"Đorđe, Djordje; takođe takodje", " dorde dorde takode takode "},
    {"odjeća odeća", " odeca odeca "},
    /* Serbian Cyrillic and Latin */
    {"Где је моја поруџбина?", " gde je moja porudzbina "},
    {"Gde je moja porudžbina?", " gde je moja porudzbina "},
    {"љубав њива џак ћуп чаша ђак", " ljubav njiva dzak cup casa dak "},
    {"ЉУБАВ Њива", " ljubav njiva "},
    /* Persian and Arabic letters, digits, marks */
    {"كتاب علي", " کتاب علی "},
    {"پارتی‌ها ۱۲۳ ٤٥٦", " پارتیها 123 456 "},
    {"سَلام", " سلام "},
    {"آیا أمر", " ایا امر "},
    {"خانۀ خانهٔ", " خانه خانه "},
    {"سـلام", " سلام "}, /* tatweel */
    /* Persian spelling: joined, spaced and ZWNJ are one */
    {"می‌خواهم", " میخواهم "},
    {"می خواهم", " میخواهم "},
    {"میخواهم", " میخواهم "},
    {"نمی‌شود", " نمیشود "},
    {"سفارش‌های من", " سفارشهای من "},
    {"سفارش های من", " سفارشهای من "},
    {"رسیده‌ام", " رسیدهام "},
    {"نرسیده است", " نرسیده است "},
    {"پیش‌فرض", " پیش فرض  پیشفرض "},
    {"پیش‌فرض من", " پیش فرض من  پیشفرض "},
    {"می‌پیش‌فرض", " میپیش فرض  میپیشفرض "},
    {"a‌b", " a b  ab "},
    {"‌سلام‌", " سلام "},
    /* Han */
    {"请问怎么退货？", " 请 问 怎 么 退 货 "},
    {"請問怎麼退貨", " 请 问 怎 么 退 货 "},
    {"iPhone手机7天", " iphone 手 机 7 天 "},
    {"您好妳好", " 你 好 你 好 "},
    {"カード", " カ ー ト "},
    /* apostrophes, invisible characters, emoji, punctuation */
    {"can't can’t can`t whatʼs", " cant cant cant whats "},
    {"re\u00ADturn re\u200Bturn \uFEFFre\u2060turn", " return return return "},
    {"e-mail/web_site", " e mail web site "},
    {"👍hello👍🏽world❤️", " hello world "},
    {"1️⃣", " 1 "},
    {"50% off!!!", " 50 off "},
    /* broken UTF-8 parts words */
    {"ab\xFFzd", " ab zd "},
    {"ab\xC5", " ab "},
    {"\xED\xA0\x80x", " x "},
};

static void folds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[256];
        size_t n = normalise(rows[i].text, strlen(rows[i].text), out, sizeof out);
        assert_string_equal(out, rows[i].folded);
        assert_int_equal(n, strlen(out));
    }
}

static void folds_to_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char once[256];
        char twice[256];
        size_t n = normalise(rows[i].text, strlen(rows[i].text), once, sizeof once);
        if (n > 1 && strstr(once + 1, "  ") == NULL) {
            normalise(once, n, twice, sizeof twice);
            assert_string_equal(twice, once);
        }
    }
}

static void stays_in_bounds(void **state)
{
    (void)state;
    const char *text = "alpha  grąžinti 退货 خرید پیش omega";
    for (size_t size = 0; size < 128; size++) {
        char *exact = malloc(size > 0 ? size : 1); /* exactly as large as is said, for the sanitizer */
        bool cut = false;
        char whole[256];
        size_t all = normalise(text, strlen(text), whole, sizeof whole);
        size_t n = normalise_cut(text, strlen(text), exact, size, &cut);
        assert_true(size == 0 || n < size);
        if (size > 0) {
            assert_int_equal(strlen(exact), n);
        }
        if (cut && n > 0) { /* whole words only */
            assert_memory_equal(exact, whole, n);
            assert_int_equal(exact[n - 1], ' ');
        }
        if (size > all) {
            assert_false(cut);
        }
        free(exact);
    }
}

static void takes_any_bytes(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char text[48];
        char out[64];
        size_t len = (size_t)round % sizeof text;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525U + 1013904223U;
            text[i] = (char)(seed >> 24);
        }
        size_t n = normalise(text, len, out, sizeof out);
        assert_true(n < sizeof out);
        assert_true(n == 0 || (out[0] == ' ' && out[n - 1] == ' '));
    }
}

static void every_code_point(void **state)
{
    (void)state;
    for (int32_t c = 1; c < 0x110000; c++) {
        char text[4];
        char out[256];
        char again[256];
        size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
        for (size_t i = len; i-- > 1;) {
            text[i] = (char)(0x80 | ((c >> (6 * (len - 1 - i))) & 0x3F));
        }
        text[0] = (char)(len == 1 ? c : lead[len] | (c >> (6 * (len - 1))));
        size_t n = normalise(text, len, out, sizeof out);
        (void)normalise(out, n, again, sizeof again);
        if (strcmp(again, out) != 0) {
            print_error("U+%04X: \"%s\" then \"%s\"\n", (unsigned)c, out, again);
        }
        assert_string_equal(again, out);
    }
}

static void han_ends(void **state)
{
    (void)state;
    for (int32_t c = 0; c < 0x10000; c++) {
        assert_int_equal(han_simplify(han_simplify(c)), han_simplify(c));
    }
    assert_int_equal(han_simplify(0x9000), 0x9000); /* 退 */
    assert_int_equal(han_simplify(0x8CA8), 0x8D27); /* 貨 -> 货 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds),           cmocka_unit_test(folds_to_itself),  cmocka_unit_test(stays_in_bounds),
        cmocka_unit_test(takes_any_bytes), cmocka_unit_test(every_code_point), cmocka_unit_test(han_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
