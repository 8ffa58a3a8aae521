/* Folding of text: ASCII by table, the scripts of the widget by hand, the rest of Unicode by utf8proc. */
#include "faq/normalise.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#include "faq/han.h"

enum { JOINED_MAX = 256 };

/* The text being written. Offsets are into out; a word in progress is out[word .. used). */
struct fold {
    char *out;
    size_t room; /* bytes of out that may be used by words and spaces */
    size_t used;
    size_t word;    /* where the word in progress begins */
    size_t before;  /* where the word before it begins; 0 = there is none (offset 0 is the leading space) */
    size_t cluster; /* where the run of words joined by ZWNJ begins; 0 = no such run */
    size_t joined_used;
    bool full;
    char joined[JOINED_MAX]; /* joined spellings, to be added at the end */
};

bool normalise_is_han(const char *word)
{
    unsigned char a = (unsigned char)word[0];
    return (a >= 0xE3 && a <= 0xE9) || a == 0xF0;
}

bool normalise_is_arabic(const char *word)
{
    unsigned char a = (unsigned char)word[0];
    return a >= 0xD8 && a <= 0xDB;
}

static bool word_is(const struct fold *f, size_t from, size_t to, const char *what)
{
    return strlen(what) == to - from && memcmp(f->out + from, what, to - from) == 0;
}

static bool ends_with_heh(const struct fold *f, size_t end)
{
    return end >= 2 && memcmp(f->out + end - 2, "\xD9\x87", 2) == 0;
}

/* Persian spelling: whether the word [word, used) is written together with the one before it. */
static bool joins_before(const struct fold *f)
{
    static const char *const endings[] = {"ها",     "های", "هایی", "هایم", "هایت", "هایش", "هایمان", "هایتان",
                                          "هایشان", "تر",  "ترین", "تری",  "هام",  "هات",  "هاش"};
    static const char *const after_heh[] = {"ام", "ای", "ایم", "اید", "اند", "ی", "اش", "ات"};
    size_t end = f->word - 1;
    if (f->before == 0 || !normalise_is_arabic(f->out + f->before) || !normalise_is_arabic(f->out + f->word)) {
        return false;
    }
    if (word_is(f, f->before, end, "می") || word_is(f, f->before, end, "نمی")) {
        return true;
    }
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (word_is(f, f->word, f->used, endings[i])) {
            return true;
        }
    }
    for (size_t i = 0; ends_with_heh(f, end) && i < sizeof after_heh / sizeof after_heh[0]; i++) {
        if (word_is(f, f->word, f->used, after_heh[i])) {
            return true;
        }
    }
    return false;
}

/* The run of words parted by ZWNJ is over: keep its joined spelling, if there still are spaces in it. */
static void end_cluster(struct fold *f)
{
    size_t from = f->cluster;
    size_t start = f->joined_used;
    f->cluster = 0;
    if (from == 0 || memchr(f->out + from, ' ', f->used - from) == NULL || start + 1 + f->used - from > JOINED_MAX) {
        return;
    }
    f->joined[f->joined_used++] = ' ';
    for (size_t i = from; i < f->used; i++) {
        if (f->out[i] != ' ') {
            f->joined[f->joined_used++] = f->out[i];
        }
    }
}

/* Removes the space between the word in progress and the one before it, so that both are the word in progress. */
static void join_before(struct fold *f)
{
    memmove(f->out + f->word - 1, f->out + f->word, f->used - f->word);
    f->used--;
    f->word = f->before;
    for (f->before = f->word - 1; f->before > 0 && f->out[f->before - 1] != ' '; f->before--) {
    }
    f->cluster = f->cluster > f->word ? f->word : f->cluster;
}

/* The word in progress is over, if there is one. */
static void end_word(struct fold *f, bool by_zwnj)
{
    if (f->used > f->word) {
        while (joins_before(f)) { /* what was joined may itself be an ending of the word before */
            join_before(f);
        }
        if (by_zwnj && f->cluster == 0) {
            f->cluster = f->word;
        } else if (!by_zwnj) {
            end_cluster(f);
        }
        f->before = f->word;
        f->out[f->used++] = ' ';
        f->word = f->used;
    } else if (!by_zwnj && f->cluster != 0) { /* ZWNJ, then a space */
        f->used--;
        end_cluster(f);
        f->used++;
    }
}

static void put_bytes(struct fold *f, const char *bytes, size_t n)
{
    if (f->used + n + 1 > f->room) { /* 1: the space behind the word */
        f->full = true;
        return;
    }
    memcpy(f->out + f->used, bytes, n);
    f->used += n;
}

static void put_ascii(struct fold *f, char c)
{
    if (c == 'j' && f->used > f->word && f->out[f->used - 1] == 'd') {
        return; /* dj = đ = d */
    }
    put_bytes(f, &c, 1);
}

static void put_letter(struct fold *f, int32_t c)
{
    utf8proc_uint8_t bytes[4];
    if (c < 0x80) {
        put_ascii(f, (char)c);
    } else {
        put_bytes(f, (const char *)bytes, (size_t)utf8proc_encode_char(c, bytes));
    }
}

static void put_text(struct fold *f, const char *text)
{
    for (; *text != '\0'; text++) {
        put_ascii(f, *text);
    }
}

/* Serbian Cyrillic, by lower-case letter; NULL for the letters of other languages. */
static const char *from_cyrillic(int32_t c)
{
    static const char *const basic[] = {
        /* 0430 а */ "a", "b", "v", "g", "d", "e", "z", "z", "i", NULL, "k",
        /* 043B л */ "l", "m", "n", "o", "p", "r", "s", "t", "u", "f",  "h",
        /* 0446 ц */ "c", "c", "s"};
    if (c >= 0x430 && c < 0x430 + (int32_t)(sizeof basic / sizeof basic[0])) {
        return basic[c - 0x430];
    }
    switch (c) {
    case 0x452:
        return "d"; /* ђ */
    case 0x458:
        return "j"; /* ј */
    case 0x459:
        return "lj"; /* љ */
    case 0x45A:
        return "nj"; /* њ */
    case 0x45B:
        return "c"; /* ћ */
    case 0x45F:
        return "dz"; /* џ */
    default:
        return NULL;
    }
}

/* Latin letters which Unicode does not decompose. */
static const char *from_latin(int32_t c)
{
    switch (c) {
    case 0xE6:
        return "ae";
    case 0xF0:
    case 0x111:
        return "d";
    case 0xF8:
        return "o";
    case 0xFE:
        return "th";
    case 0x127:
        return "h";
    case 0x131:
        return "i";
    case 0x142:
        return "l";
    case 0x153:
        return "oe";
    case 0x167:
        return "t";
    default:
        return NULL;
    }
}

static int32_t from_arabic(int32_t c)
{
    if (c >= 0x660 && c <= 0x669) {
        return '0' + (c - 0x660);
    }
    if (c >= 0x6F0 && c <= 0x6F9) {
        return '0' + (c - 0x6F0);
    }
    switch (c) {
    case 0x643:
    case 0x6AA:
        return 0x6A9; /* kaf */
    case 0x649:
    case 0x64A:
    case 0x6CD:
    case 0x6D0:
    case 0x6D2:
        return 0x6CC; /* yeh */
    case 0x629:
    case 0x6BE:
    case 0x6C1:
    case 0x6C3:
    case 0x6D5:
        return 0x647; /* heh */
    case 0x671:
        return 0x627; /* alef */
    default:
        return c;
    }
}

static bool stands_alone(int32_t c)
{
    return (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x323AF) ||
           (c >= 0x3041 && c <= 0x30FF) || c == 0x3005 || c == 0x3007;
}

/* A letter or digit after utf8proc: what utf8proc leaves, then out with it. */
static void put_folded(struct fold *f, int32_t c)
{
    const char *latin = NULL;
    if (stands_alone(c)) {
        end_word(f, false);
        put_letter(f, han_simplify(c));
        end_word(f, false);
        return;
    }
    if (c >= 0x600 && c <= 0x6FF) {
        put_letter(f, from_arabic(c));
        return;
    }
    if (c >= 0x80 && c < 0x180) {
        latin = from_latin(c);
    } else if (c >= 0x400 && c < 0x460) {
        latin = from_cyrillic(c);
    }
    if (latin != NULL) {
        put_text(f, latin);
    } else {
        put_letter(f, c);
    }
}

/* Whether a code point vanishes without parting words: apostrophes, tatweel, and what is invisible. */
static bool vanishes(int32_t c)
{
    switch (c) {
    case 0x60:
    case 0xB4:
    case 0xAD:
    case 0x2BC:
    case 0x2B9:
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
    case 0x2035:
    case 0xFF07:
    case 0x640:
    case 0x61C:
    case 0xFEFF:
    case 0x180E:
        return true;
    default:
        return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
               (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE0FFF);
    }
}

static bool is_word_category(utf8proc_category_t category)
{
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

static void fold_unicode(struct fold *f, int32_t c)
{
    if (c == 0x200C) {
        end_word(f, true);
        return;
    }
    if (vanishes(c)) {
        return;
    }
    if (stands_alone(c) && c >= 0x3400) { /* the common case for Chinese: nothing to decompose */
        put_folded(f, c);
        return;
    }
    utf8proc_category_t category = utf8proc_category(c);
    if (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME) {
        return;
    }
    if (!is_word_category(category)) {
        end_word(f, false);
        return;
    }
    enum { PARTS_MAX = 32 }; /* the longest decomposition in Unicode has 18 code points */
    utf8proc_int32_t parts[PARTS_MAX];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        c, parts, PARTS_MAX, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK, &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < PARTS_MAX; i++) {
        if (vanishes(parts[i])) {
            continue;
        }
        if (is_word_category(utf8proc_category(parts[i]))) {
            put_folded(f, parts[i]);
        } else {
            end_word(f, false);
        }
    }
}

static void fold_ascii(struct fold *f, unsigned char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        put_ascii(f, (char)c);
    } else if (c >= 'A' && c <= 'Z') {
        put_ascii(f, (char)(c + ('a' - 'A')));
    } else if (c != '\'' && c != '`') {
        end_word(f, false);
    }
}

/* Ends the text: the last word, or none of it when it did not fit whole; then the joined spellings. */
static size_t finish(struct fold *f)
{
    if (f->full) {
        f->used = f->word;
        f->cluster = 0;
    }
    end_word(f, false);
    if (f->joined_used > 0 && f->used + f->joined_used + 1 <= f->room) {
        memcpy(f->out + f->used, f->joined, f->joined_used);
        f->used += f->joined_used;
        f->out[f->used++] = ' ';
    }
    if (f->used == 1) {
        f->used = 0; /* no word at all */
    }
    f->out[f->used] = '\0';
    return f->used;
}

size_t normalise_cut(const char *text, size_t len, char *out, size_t out_size, bool *cut)
{
    struct fold f = {.out = out, .room = out_size - 1, .used = 1, .word = 1};
    if (cut != NULL) {
        *cut = len > 0 && out_size < 3;
    }
    if (out_size < 3) {
        if (out_size > 0) {
            out[0] = '\0';
        }
        return 0;
    }
    out[0] = ' ';
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    const utf8proc_uint8_t *end = at + len;
    while (at < end && !f.full) {
        if (*at < 0x80) {
            fold_ascii(&f, *at++);
            continue;
        }
        utf8proc_int32_t c = 0;
        utf8proc_ssize_t n = utf8proc_iterate(at, end - at, &c);
        if (n > 0) {
            fold_unicode(&f, c);
            at += n;
        } else {
            end_word(&f, false);
            at++;
        }
    }
    size_t used = finish(&f);
    if (cut != NULL) {
        *cut = f.full;
    }
    return used;
}

size_t normalise(const char *text, size_t len, char *out, size_t out_size)
{
    return normalise_cut(text, len, out, out_size, NULL);
}
