/* However a question is typed, its entry still matches: the examples of all rule files in every other spelling, and in
 * thousands of spellings that mix them. */
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

#include <utf8proc.h>

#include "faq/entry.h"
#include "faq/han.h"
#include "faq/language.h"
#include "faq/matcher.h"

enum { TEXT = 4096, SHOP_BYTES = 4 << 20 };

struct text {
    char bytes[TEXT];
    size_t used;
};

static void put(struct text *t, int32_t c)
{
    if (t->used + 5 < sizeof t->bytes) {
        t->used += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)t->bytes + t->used);
    }
}

static int32_t upper(int32_t c)
{
    return utf8proc_toupper(c);
}

static int32_t wide(int32_t c)
{
    return c > 0x20 && c < 0x7F ? c + 0xFEE0 : c == 0x20 ? 0x3000 : c;
}

static int32_t arabic(int32_t c)
{
    return c == 0x6CC ? 0x64A : c == 0x6A9 ? 0x643 : c >= 0x6F0 && c <= 0x6F9 ? c - 0x6F0 + 0x660 : c;
}

static int32_t arabic_maksura(int32_t c)
{
    return c == 0x6CC ? 0x649 : c;
}

static int32_t latin_digits(int32_t c)
{
    return c >= 0x6F0 && c <= 0x6F9 ? c - 0x6F0 + '0' : c;
}

static uint16_t traditional[0x10000];

static int32_t to_traditional(int32_t c)
{
    return c < 0x10000 && traditional[c] != 0 ? traditional[c] : c;
}

static int32_t to_simplified(int32_t c)
{
    return han_simplify(c);
}

/* What people type without the right keyboard: bare letters for marked ones. */
static int32_t bare(int32_t c)
{
    static const struct {
        int32_t from, to;
    } others[] = {{0x142, 'l'}, {0x141, 'L'}, {0x111, 'd'}, {0x110, 'D'}};
    utf8proc_int32_t parts[8];
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (c == others[i].from) {
            return others[i].to;
        }
    }
    if (c < 0xC0 || c > 0x24F || utf8proc_decompose_char(c, parts, 8, UTF8PROC_DECOMPOSE, NULL) < 1) {
        return c;
    }
    return parts[0];
}

typedef int32_t change(int32_t c);

static struct text each(const char *text, change *to)
{
    struct text out = {.used = 0};
    utf8proc_int32_t c = 0;
    for (const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text; *at != 0;) {
        at += utf8proc_iterate(at, -1, &c);
        put(&out, to(c));
    }
    out.bytes[out.used] = '\0';
    return out;
}

/* Replaces every occurrence of a string. */
static struct text swap(const char *text, const char *from, const char *to)
{
    struct text out = {.used = 0};
    while (*text != '\0' && out.used + 8 < sizeof out.bytes) {
        if (strncmp(text, from, strlen(from)) == 0) {
            out.used += (size_t)sprintf(out.bytes + out.used, "%s", to);
            text += strlen(from);
        } else {
            out.bytes[out.used++] = *text++;
        }
    }
    out.bytes[out.used] = '\0';
    return out;
}

static struct text decomposed(const char *text)
{
    struct text out = {.used = 0};
    utf8proc_uint8_t *nfd = utf8proc_NFD((const utf8proc_uint8_t *)text);
    out.used = (size_t)snprintf(out.bytes, sizeof out.bytes, "%s", (const char *)nfd);
    free(nfd);
    return out;
}

/* "Gdje?" -> "Gdje??!": what impatient people type. */
static struct text doubled(const char *text)
{
    struct text out = {.used = 0};
    for (const char *at = text; *at != '\0' && out.used + 8 < sizeof out.bytes; at++) {
        out.bytes[out.used++] = *at;
        if (strchr("?!.,", *at) != NULL) {
            out.bytes[out.used++] = *at;
            out.bytes[out.used++] = '!';
        }
    }
    out.used += (size_t)sprintf(out.bytes + out.used, "??");
    return out;
}

static const struct {
    const char *latin, *cyrillic;
} serbian[] = {{"lj", "љ"}, {"nj", "њ"}, {"dž", "џ"}, {"a", "а"}, {"b", "б"}, {"v", "в"}, {"g", "г"}, {"d", "д"},
               {"đ", "ђ"},  {"e", "е"},  {"ž", "ж"},  {"z", "з"}, {"i", "и"}, {"j", "ј"}, {"k", "к"}, {"l", "л"},
               {"m", "м"},  {"n", "н"},  {"o", "о"},  {"p", "п"}, {"r", "р"}, {"s", "с"}, {"t", "т"}, {"ć", "ћ"},
               {"u", "у"},  {"f", "ф"},  {"h", "х"},  {"c", "ц"}, {"č", "ч"}, {"š", "ш"}};

/* Bosnian, Croatian, Serbian in the other alphabet; other texts as they are. */
static struct text cyrillic(const char *text)
{
    struct text out = {.used = 0};
    bool ours = strcmp(language_guess(NULL, NULL, NULL, 0, text, strlen(text)), "bs") == 0;
    while (*text != '\0' && out.used + 8 < sizeof out.bytes) {
        size_t i = 0;
        const size_t n = sizeof serbian / sizeof serbian[0];
        while (i < n && strncmp(text, serbian[i].latin, strlen(serbian[i].latin)) != 0) {
            i++;
        }
        if (ours && i < n) {
            out.used += (size_t)sprintf(out.bytes + out.used, "%s", serbian[i].cyrillic);
            text += strlen(serbian[i].latin);
        } else {
            out.bytes[out.used++] = *text++;
        }
    }
    out.bytes[out.used] = '\0';
    return out;
}

struct variant {
    const char *name;
    change *change;
    const char *from, *to;
    struct text (*whole)(const char *text);
};

static const struct variant variants[] = {
    {"as it is", NULL, "\x01", "", NULL},
    {"upper case", upper, NULL, NULL, NULL},
    {"full width", wide, NULL, NULL, NULL},
    {"bare letters", bare, NULL, NULL, NULL},
    {"Arabic letters", arabic, NULL, NULL, NULL},
    {"alef maksura", arabic_maksura, NULL, NULL, NULL},
    {"Latin digits", latin_digits, NULL, NULL, NULL},
    {"traditional Chinese", to_traditional, NULL, NULL, NULL},
    {"simplified Chinese", to_simplified, NULL, NULL, NULL},
    {"ZWNJ left out", NULL, "\xE2\x80\x8C", "", NULL},
    {"ZWNJ as a space", NULL, "\xE2\x80\x8C", " ", NULL},
    {"dj for đ", NULL, "đ", "dj", NULL},
    {"decomposed", NULL, NULL, NULL, decomposed},
    {"doubled punctuation", NULL, NULL, NULL, doubled},
    {"Cyrillic", NULL, NULL, NULL, cyrillic},
    {"half-space before ha", NULL, " ها", "\xE2\x80\x8Cها", NULL},
    {"half-space after mi", NULL, " می ", " می\xE2\x80\x8C", NULL},
    {"no question mark", NULL, "?", "", NULL},
    {"curly apostrophes", NULL, "'", "’", NULL},
    {"no apostrophes", NULL, "'", "", NULL},
    {"two spaces", NULL, " ", "  ", NULL},
};

static struct text make(const struct variant *v, const char *text)
{
    if (v->change != NULL) {
        return each(text, v->change);
    }
    return v->whole != NULL ? v->whole(text) : swap(text, v->from, v->to);
}

enum { N_VARIANTS = sizeof variants / sizeof variants[0], MIXES = 6, MIXED = 3 };
static size_t tried;

static bool still_matches(const struct matcher *m, const struct entry *e, const struct text *t, const char *how)
{
    struct match match = matcher_match(m, t->bytes, t->used);
    tried++;
    if (!match.found || strcmp(matcher_id(m, match.entry), e->id) != 0) {
        print_error("%s, %s: \"%s\"%s\n", e->id, how, t->bytes, match.unsure ? " (the guard)" : "");
        return false;
    }
    return true;
}

/* Several spellings at once, drawn from a fixed seed. */
static size_t check_mixes(const struct matcher *m, const struct entry *e, const char *text)
{
    static uint32_t seed = 11;
    size_t failed = 0;
    for (size_t i = 0; i < MIXES; i++) {
        char how[160] = "";
        struct text t = swap(text, "\x01", "");
        for (size_t k = 0; k < MIXED; k++) {
            seed = seed * 1664525U + 1013904223U;
            const struct variant *v = &variants[(seed >> 16) % N_VARIANTS];
            size_t used = strlen(how);
            snprintf(how + used, sizeof how - used, "%s%s", k > 0 ? " + " : "", v->name);
            t = make(v, t.bytes);
        }
        failed += !still_matches(m, e, &t, how);
    }
    return failed;
}

static size_t check_entry(const struct matcher *m, const struct entry *e)
{
    size_t failed = 0;
    for (size_t k = 0; k < e->yes.n; k++) {
        for (size_t v = 0; v < N_VARIANTS; v++) {
            struct text t = make(&variants[v], e->yes.at[k].text);
            failed += !still_matches(m, e, &t, variants[v].name);
        }
        failed += check_mixes(m, e, e->yes.at[k].text);
    }
    return failed;
}

static void check_rules(const char *name, const char *yaml, size_t len)
{
    char why[2048] = "";
    size_t failed = 0;
    struct rules *r = rules_read_yaml(name, yaml, len, why, sizeof why);
    struct matcher *m = r != NULL ? matcher_compile(r, why, sizeof why) : NULL;
    assert_string_equal(why, "");
    assert_non_null(m);
    for (size_t i = 0; r != NULL && i < r->n; i++) {
        failed += check_entry(m, &r->entries[i]);
    }
    assert_int_equal(failed, 0);
    matcher_free(m);
    rules_free(r);
}

static int fill_traditional(void **state)
{
    (void)state;
    for (int32_t c = 0xFFFF; c > 0; c--) {
        if (han_simplify(c) != c) {
            traditional[han_simplify(c)] = (uint16_t)c;
        }
    }
    return 0;
}

static void of_our_own(void **state)
{
    (void)state;
    static const char yaml[] =
        "entries:\n  - id: a\n    link: /x\n    title: T\n    answer: A\n    when:\n"
        "      lt: [[grąžin*, keisti], [kaip, galiu]]\n      pl: [[zwróc*, łódź], [jak, mogę]]\n"
        "      bs: [[vratiti, narudžb*, džemper*, odjeć*, odeć*, doći], [kako, mogu li, gdje, gde]]\n"
        "      fa: [[پس‌فرستادن, مرجوع*, بازگردان*], [چطور, می‌خواهم, "
        "میتونم]]\n"
        "      zh: [[退货, 退换, 换码], [怎么, 如何, 可以]]\n      en: [[can't return], [24]]\n"
        "    yes: [kaip grąžinti batus?, Galiu keisti?, jak zwrócić buty?, Łódź mogę?, kako vratiti narudžbu?, mogu li "
        "doći po džemper, gdje je odjeća, "
        "چطور پس‌فرستادن ممکن است, می‌خواهم کفش‌هایم را مرجوع کنم, "
        "چطور "
        "بازگردانم "
        "۱۲۳, "
        "请问怎么退货, "
        "如何换码呢, "
        "可以退换吗, \"I can't return 24\"]\n";
    check_rules("own", yaml, sizeof yaml - 1);
}

static void of_a_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *yaml = malloc(SHOP_BYTES);
    size_t len = fread(yaml, 1, SHOP_BYTES, file);
    fclose(file);
    assert_true(len > 0 && len < SHOP_BYTES);
    check_rules(path, yaml, len);
    free(yaml);
}

static void of_all_rule_files(void **state)
{
    (void)state;
    static const char *const paths[] = {"faq/demo/shop.yaml", "tests/faq/rules/banking77.yaml",
                                        "tests/faq/rules/sofmattress.yaml", "tests/faq/rules/curekart.yaml",
                                        "tests/faq/rules/powerplay11.yaml"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        of_a_file(paths[i]);
    }
    print_message("%zu spellings\n", tried);
    assert_true(tried > 10000);
}

/* Serbian is typed in two alphabets: one rule serves both, whichever it is written in. */
static void serbian_alphabets(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"kako da vratim patike", "како да вратим патике"},
        {"gde je moja porudžbina", "где је моја поруџбина"},
        {"mogu li da zamenim džemper", "могу ли да заменим џемпер"},
        {"kako da nađem ljubičaste čarape", "како да нађем љубичасте чарапе"},
    };
    for (size_t rule = 0; rule < 2; rule++) {
        for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
            char yaml[600];
            snprintf(yaml, sizeof yaml,
                     "entries:\n  - id: a\n    link: /x\n    title: T\n    answer: A\n    when: [['%s']]\n    yes: "
                     "['%s', '%s']\n",
                     pairs[i][rule], pairs[i][0], pairs[i][1]);
            check_rules("serbian", yaml, strlen(yaml));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(of_our_own), cmocka_unit_test(of_all_rule_files),
                                       cmocka_unit_test(serbian_alphabets)};
    return cmocka_run_group_tests(tests, fill_traditional, NULL);
}
