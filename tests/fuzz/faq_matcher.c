/* Fuzzing: any message over a rule set of all languages, with regexes and a strict guard. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faq/language.h"
#include "faq/matcher.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define HEAD "    link: /x\n    title: {en: T, zh: 题}\n    answer: {en: A, zh: 答}\n"

static const char yaml[] =
    "guard: {unknown_words: 2, other_words: 2, nearest: 2}\nentries:\n"
    "  - id: returns\n" HEAD "    when:\n      en: [[return*, send back], [how, can i]]\n"
    "      lt: [[grąžin*], [kaip, ar]]\n      fa: [[مرجوع*, پس‌فرستادن], [چطور, "
    "می‌خواهم]]\n"
    "      zh: [[退货, 退换], [怎么, 如何]]\n      sr: [[врати*], [како]]\n    not: {en: [broken, never]}\n"
    "    yes: [how can I return it, kaip grąžinti, چطور مرجوع کنم, 怎么退货, како да вратим]\n"
    "  - id: code\n" HEAD "    regex: ' voucher [a-z]{2} ?\\d{6} '\n    yes: [voucher ab 123456]\n"
    "  - id: always\n" HEAD "    regex: '(\\d+)+ x'\n    shadow: true\n    guard: off\n";

static struct matcher *matcher;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    char why[1024] = "";
    struct rules *r = rules_read_yaml("fuzz", yaml, sizeof yaml - 1, why, sizeof why);
    (void)argc;
    (void)argv;
    matcher = r != NULL ? matcher_compile(r, why, sizeof why) : NULL;
    rules_free(r);
    if (matcher == NULL) {
        fprintf(stderr, "%s\n", why);
        abort();
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct answer a;
    struct match match = matcher_match(matcher, text, size);
    struct match again = matcher_match(matcher, text, size);
    if (match.found != again.found || match.entry != again.entry || match.found + match.ambiguous + match.unsure > 1 ||
        (match.found && !matcher_answer(matcher, match.entry, "zh", &a))) {
        abort();
    }
    (void)matcher_wants_person(matcher, text, size);
    return language_guess(NULL, NULL, NULL, 0, text, size) == NULL;
}
