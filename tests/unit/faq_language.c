/* Whose language: which evidence wins. */
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

#include "faq/language.h"

struct row {
    const char *chosen, *page, *browser, *text, *expected;
};

static const struct row rows[] = {
    /* chosen beats all, page beats the rest */
    {"lt", "pl", "zh", "请问", "lt"},
    {"LT-lt", NULL, NULL, NULL, "lt"},
    {"zh_Hant_TW", NULL, NULL, NULL, "zh"},
    {"de", "pl", NULL, NULL, "de"},
    {"", "pl-PL", "en", "请问", "pl"},
    {"xx", "pl", NULL, NULL, "pl"},
    {"english", "pl", NULL, NULL, "pl"},
    {"../../x", NULL, "fa-IR", NULL, "fa"},
    {"iw", NULL, NULL, NULL, "he"},
    /* script beats the browser */
    {NULL, NULL, "en-US", "请问怎么退货", "zh"},
    {NULL, NULL, "en-US", "چطور پس بدهم؟ گفتم", "fa"},
    {NULL, NULL, "en-US", "Где је моја поруџбина", "sr"},
    {NULL, NULL, "en-US", "где мой заказ, объясните", "ru"},
    {NULL, NULL, "en-US", "注文はどこですか", "ja"},
    {NULL, NULL, "en-US", "주문", "ko"},
    /* Arabic letters alone say nothing certain: the browser, else what is likely */
    {NULL, NULL, "fa", "سلام", "fa"},
    {NULL, NULL, "ar", "سلام", "ar"},
    {NULL, NULL, NULL, "سلام", "fa"},
    {NULL, NULL, NULL, "أين الطلبية", "ar"},
    {NULL, NULL, NULL, "где", "sr"},
    /* the browser beats words */
    {NULL, NULL, "pl-PL", "how do I return this", "pl"},
    {NULL, NULL, "??", "how do I return this", "en"},
    /* words and letters */
    {NULL, NULL, NULL, "kaip man grąžinti prekę?", "lt"},
    {NULL, NULL, NULL, "Kur mano uzsakymas", "lt"},
    {NULL, NULL, NULL, "gdje je moja narudžba", "bs"},
    {NULL, NULL, NULL, "kako mogu vratiti cipele", "bs"},
    {NULL, NULL, NULL, "jak mogę zwrócić buty", "pl"},
    {NULL, NULL, NULL, "gdzie jest moja paczka", "pl"},
    {NULL, NULL, NULL, "where is my order", "en"},
    {NULL, NULL, NULL, "hmm", "en"},
    {NULL, NULL, NULL, NULL, "en"},
};

static void guesses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *r = &rows[i];
        const char *browser[] = {NULL, r->browser};
        size_t len = r->text != NULL ? strlen(r->text) : 0;
        const char *lang = language_guess(r->chosen, r->page, browser, 2, r->text, len);
        if (strcmp(lang, r->expected) != 0) {
            print_error("row %zu: %s, wanted %s\n", i, lang, r->expected);
        }
        assert_string_equal(lang, r->expected);
    }
}

static void takes_broken_bytes(void **state)
{
    (void)state;
    assert_string_equal(language_guess(NULL, NULL, NULL, 0, "\xff\xc3\x28\xe9", 4), "en");
    assert_string_equal(language_guess(NULL, NULL, NULL, 0, "\0\0", 2), "en");
}

static void groups(void **state)
{
    (void)state;
    static const char *const one[] = {"bs", "hr", "sr", "sh", "cnr", "sr-Latn-RS", "HR_hr", "bs-Cyrl"};
    for (size_t i = 0; i < sizeof one / sizeof one[0]; i++) {
        assert_string_equal(language_group(one[i]), "bs");
    }
    assert_string_equal(language_group("sl"), "sl");
    assert_string_equal(language_group("lt-LT"), "lt");
    assert_string_equal(language_group(""), "");
    assert_string_equal(language_group(NULL), "");
}

static void directions(void **state)
{
    (void)state;
    assert_true(language_rtl("fa"));
    assert_true(language_rtl("fa-IR"));
    assert_true(language_rtl("AR"));
    assert_true(language_rtl("iw"));
    assert_false(language_rtl("en"));
    assert_false(language_rtl("zh"));
    assert_false(language_rtl(""));
    assert_false(language_rtl(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(guesses), cmocka_unit_test(takes_broken_bytes),
                                       cmocka_unit_test(groups), cmocka_unit_test(directions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
