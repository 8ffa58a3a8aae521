/* Guessing a language: declared ones first, then letters, then words. */
#include "faq/language.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#include "faq/normalise.h"

/* ISO 639-1, and cnr of 639-2, which a Montenegrin browser sends; sorted. */
// clang-format off
static const char *const codes[] = {
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bh", "bi",
    "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de", "dv",
    "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd",
    "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig",
    "ii", "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko",
    "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh",
    "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr",
    "nv", "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru",
    "rw", "sa", "sc", "sd", "se", "sg", "sh", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss", "st",
    "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty",
    "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo", "za", "zh", "zu",
};
// clang-format on

static const char *known(const char *lower)
{
    if (strcmp(lower, "cnr") == 0) {
        return "sr";
    }
    if (strcmp(lower, "iw") == 0) { /* what old Java and Android say */
        return "he";
    }
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(codes[i], lower) == 0) {
            return codes[i];
        }
    }
    return NULL;
}

/* "zh_TW" -> "zh"; NULL when it is no language. */
static const char *primary(const char *code)
{
    char lower[4] = "";
    size_t n = 0;
    if (code == NULL) {
        return NULL;
    }
    for (; isalpha((unsigned char)code[n]); n++) {
        if (n == 3) {
            return NULL;
        }
        lower[n] = (char)tolower((unsigned char)code[n]);
    }
    return code[n] == '\0' || code[n] == '-' || code[n] == '_' ? known(lower) : NULL;
}

/* How many letters of each script a text has. */
struct letters {
    size_t han, kana, hangul, arabic, persian, arab_only, cyrillic, serbian, russian, ukrainian;
    size_t polish, lithuanian, bosnian; /* Latin letters with marks that only these have among the widget's languages */
};

static bool one_of(int32_t c, const char *letters)
{
    utf8proc_uint8_t bytes[5] = {0};
    if (c < 0x80) {
        return false;
    }
    utf8proc_encode_char(c, bytes);
    return strstr(letters, (const char *)bytes) != NULL;
}

static void count_arabic(struct letters *n, int32_t c)
{
    n->arabic++;
    n->persian += one_of(c, "پچژگکی");
    n->arab_only += one_of(c, "ةىيكءإأؤئ");
}

static void count_cyrillic(struct letters *n, int32_t c)
{
    n->cyrillic++;
    n->serbian += one_of(c, "ђјљњћџЂЈЉЊЋЏ");
    n->russian += one_of(c, "ыэъёщюяЫЭЪЁЩЮЯ");
    n->ukrainian += one_of(c, "іїєґІЇЄҐ");
}

static void count_letter(struct letters *n, int32_t c)
{
    if ((c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF)) {
        n->han++;
    } else if (c >= 0x3041 && c <= 0x30FF) {
        n->kana++;
    } else if (c >= 0xAC00 && c <= 0xD7A3) {
        n->hangul++;
    } else if (c >= 0x620 && c <= 0x6D5) {
        count_arabic(n, c);
    } else if (c >= 0x400 && c <= 0x4FF) {
        count_cyrillic(n, c);
    } else if (c >= 0x80 && c < 0x180) {
        n->polish += one_of(c, "łńśźżóćŁŃŚŹŻÓĆ");
        n->lithuanian += one_of(c, "ėįųūčšžĖĮŲŪČŠŽ");
        n->bosnian += one_of(c, "đčćšžĐČĆŠŽ");
    }
}

static struct letters count_letters(const char *text, size_t len)
{
    struct letters n = {0};
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    for (size_t i = 0; i < len;) {
        utf8proc_int32_t c = 0;
        utf8proc_ssize_t used = utf8proc_iterate(at + i, (utf8proc_ssize_t)(len - i), &c);
        if (used > 0) {
            count_letter(&n, c);
        }
        i += used > 0 ? (size_t)used : 1;
    }
    return n;
}

/* What a script says for certain; NULL when it says nothing, as Latin does. */
static const char *by_script(const struct letters *n)
{
    if (n->kana > 0) {
        return "ja";
    }
    if (n->hangul > 0) {
        return "ko";
    }
    if (n->han > 0) {
        return "zh";
    }
    if (n->arabic > 0 && n->persian > 0 && n->persian >= n->arab_only) {
        return "fa";
    }
    if (n->cyrillic > 0 && (n->serbian > 0 || n->russian > 0 || n->ukrainian > 0)) {
        return n->serbian > 0 ? "sr" : n->ukrainian > 0 ? "uk" : "ru";
    }
    return NULL;
}

/* Small words that only one of the widget's Latin languages has, folded. */
struct words_of {
    const char *lang;
    const char *words;
};
static const struct words_of small_words[] = {
    {"en", " the is are my can how what where when do does did not you your please have has want need order with for "
           "this it hi hello thanks "},
    {"lt", " ar kaip kur kada kiek as mano man jus jusu yra nera noriu norejau galiu galima del su uz kodel prasau "
           "aciu labas laba diena sveiki uzsakymas preke prekes "},
    {"bs", " kako gdje gde kada zasto koliko moj moja moje nije jesam sam ste su mogu zelim hocu molim hvala zdravo "
           "pozdrav dobar dan narudzba narudzbu posiljka li jel trebam nisam "},
    {"pl", " czy jak gdzie kiedy ile dlaczego moj moja moje nie jest mam moge chce chcialbym chcialabym prosze "
           "dziekuje dzien dobry zamowienie paczka sie dla przez jestem "},
};

static size_t count_words(const char *folded, const char *words)
{
    size_t n = 0;
    const char *at = folded;
    while (*at == ' ' && at[1] != '\0') {
        const char *end = strchr(at + 1, ' ');
        char word[32];
        size_t len = end != NULL ? (size_t)(end - at) + 1 : 0;
        if (end == NULL) {
            break;
        }
        if (len > 2 && len < sizeof word) {
            memcpy(word, at, len);
            word[len] = '\0';
            n += strstr(words, word) != NULL;
        }
        at = end;
    }
    return n;
}

static const char *by_words(const struct letters *n, const char *text, size_t len)
{
    char folded[513];
    const char *best = NULL;
    size_t most = 0;
    normalise(text, len, folded, sizeof folded);
    for (size_t i = 0; i < sizeof small_words / sizeof small_words[0]; i++) {
        const char *lang = small_words[i].lang;
        size_t score = count_words(folded, small_words[i].words) * 2;
        score += strcmp(lang, "pl") == 0   ? n->polish
                 : strcmp(lang, "lt") == 0 ? n->lithuanian
                 : strcmp(lang, "bs") == 0 ? n->bosnian
                                           : 0;
        if (score > most) {
            most = score;
            best = lang;
        }
    }
    return best;
}

/* A script that some languages share: what is likeliest among visitors of these shops. */
static const char *by_script_likely(const struct letters *n)
{
    if (n->arabic > 0) {
        return n->arab_only > n->persian ? "ar" : "fa";
    }
    return n->cyrillic > 0 ? "sr" : NULL;
}

const char *language_guess(const char *chosen, const char *page, const char *const *browser, size_t n_browser,
                           const char *text, size_t len)
{
    const char *lang = primary(chosen);
    if (lang == NULL) {
        lang = primary(page);
    }
    if (lang != NULL) {
        return lang;
    }
    struct letters letters = count_letters(text, text != NULL ? len : 0);
    lang = by_script(&letters);
    for (size_t i = 0; lang == NULL && i < n_browser; i++) {
        lang = primary(browser[i]);
    }
    if (lang == NULL) {
        lang = by_script_likely(&letters);
    }
    if (lang == NULL && text != NULL) {
        lang = by_words(&letters, text, len);
    }
    return lang != NULL ? lang : "en";
}

const char *language_group(const char *lang)
{
    const char *code = primary(lang);
    if (code == NULL) {
        return "";
    }
    return strcmp(code, "hr") == 0 || strcmp(code, "sr") == 0 || strcmp(code, "sh") == 0 ? "bs" : code;
}

bool language_rtl(const char *lang)
{
    static const char *const leftwards[] = {"ar", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"};
    const char *code = primary(lang);
    for (size_t i = 0; code != NULL && i < sizeof leftwards / sizeof leftwards[0]; i++) {
        if (strcmp(code, leftwards[i]) == 0) {
            return true;
        }
    }
    return false;
}
