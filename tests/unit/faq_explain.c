/* Explanations, groups of questions, and the phrase guard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "faq/explain.h"
#include "faq/groups.h"
#include "faq/normalise.h"
#include "faq/phrases.h"
#include "faq/stems.h"

#define SET                                                                                                            \
    "[{\"id\":\"engraving\",\"link\":\"/e\",\"title\":\"E\",\"answer\":\"A\",\"when\":[[\"engrav*\"],[\"board*\"]],"   \
    "\"not\":[\"wrong\"],\"yes\":[\"Do you engrave boards?\"]},"                                                       \
    "{\"id\":\"returns\",\"link\":\"/r\",\"title\":\"R\",\"answer\":\"B\",\"when\":{\"en\":[[\"return*\"],[\"how\"]]," \
    "\"lt\":[[\"grazin*\"],[\"kaip\"]]},\"yes\":[\"How do I return it?\",\"Kaip grąžinti?\",\"Lost cause\"]}]"

struct bench {
    struct rules *rules;
    struct explain *explain;
};

static int open_bench(void **state)
{
    char why[300] = "";
    struct bench *b = calloc(1, sizeof *b);
    b->rules = rules_read_json(SET, strlen(SET), why, sizeof why);
    assert_string_equal(why, "");
    b->explain = explain_open(b->rules, why, sizeof why);
    assert_non_null(b->explain);
    *state = b;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *b = *state;
    explain_close(b->explain);
    rules_free(b->rules);
    free(b);
    return 0;
}

static struct near nearest(void **state, const char *text)
{
    struct bench *b = *state;
    struct near near[3] = {{0}};
    assert_true(explain_near(b->explain, text, strlen(text), near, 3) > 0);
    return near[0];
}

static void a_match_names_the_words_it_found(void **state)
{
    struct near n = nearest(state, "Can you ENGRAVE my oak boards");
    assert_true(n.matches);
    assert_int_equal(n.entry, 0);
    assert_int_equal(n.n_groups, 2);
    assert_string_equal(n.group[0].found, "engrav*");
    assert_string_equal(n.group[1].found, "board*");
    assert_null(n.banned);
    n = nearest(state, "Kaip galiu grąžinti prekę");
    assert_true(n.matches);
    assert_string_equal(n.label, "lt");
}

static void a_near_miss_names_what_it_lacks_or_what_forbids_it(void **state)
{
    struct near n = nearest(state, "do you engrave?");
    assert_false(n.matches);
    assert_int_equal(n.n_found, 1);
    assert_null(n.group[1].found);
    assert_string_equal(n.group[1].words[0], "board*");
    n = nearest(state, "the engraving on my board is wrong");
    assert_false(n.matches);
    assert_int_equal(n.n_found, 2);
    assert_string_equal(n.banned, "wrong");
}

static void what_is_far_is_left_out(void **state)
{
    struct bench *b = *state;
    struct near near[3];
    assert_int_equal(explain_near(b->explain, "nice weather", 12, near, 3), 0);
    assert_int_equal(explain_near(b->explain, "", 0, near, 3), 0);
    assert_int_equal(explain_near(b->explain, "how do I return boards", 22, near, 0), 0);
    assert_int_equal(explain_near(b->explain, "how do I return engraved boards", 31, near, 1), 1);
}

static void count(void *owner, const char *line)
{
    assert_non_null(strstr(line, "Lost cause"));
    ++*(int *)owner;
}

static void rules_with_broken_examples_are_explained_all_the_same(void **state)
{
    struct bench *b = *state;
    int n = 0;
    assert_int_equal(explain_problems(b->explain, count, &n), 1);
    assert_int_equal(n, 1);
    assert_int_equal(matcher_count(explain_matcher(b->explain)), 2);
}

static void words_are_compared_by_their_beginnings_without_small_ones(void **state)
{
    char one[200], two[200];
    (void)state;
    normalise("How do I engrave a board?", 25, one, sizeof one);
    normalise("engraving on the boards please", 30, two, sizeof two);
    struct stems a = stems_of(one), b = stems_of(two);
    assert_int_equal(a.n, 2);
    assert_int_equal(stems_shared(&a, &b), 2);
    assert_true(stems_alike(&a, &b) > 0.99);
    normalise("the", 3, one, sizeof one);
    a = stems_of(one);
    assert_int_equal(a.n, 1); /* nothing else there */
    normalise("", 0, one, sizeof one);
    a = stems_of(one);
    assert_true(stems_alike(&a, &b) < 0.01);
}

static void questions_that_ask_alike_are_one_group(void **state)
{
    const char *texts[] = {"Do you engrave names on oak boards?",
                           "Is the lamp dimmable?",
                           "can you engrave an oak board with a name",
                           "can the lamp be dimmed",
                           "?!",
                           "Ar graviruojate lentas?"};
    uint32_t group[6];
    (void)state;
    assert_int_equal(groups_of(texts, 6, group), 4);
    assert_int_equal(group[0], group[2]);
    assert_int_not_equal(group[0], group[1]);
    assert_int_not_equal(group[4], group[5]);
    assert_int_equal(groups_of(texts, 0, group), 0);
}

static void a_groups_words_make_a_rule_that_all_of_it_obeys(void **state)
{
    const char *texts[] = {"Do you engrave names on oak boards?", "an engraving with my name on a board of oak"};
    const char *han[] = {"可以刻字吗", "刻字多少钱"};
    (void)state;
    char *words = groups_words(texts, 2);
    assert_string_equal(words, "[[\"engrav*\"],[\"board*\"],[\"name*\"]]");
    free(words);
    words = groups_words(han, 2);
    assert_non_null(strstr(words, "[\"刻\"]"));
    assert_non_null(strstr(words, "[\"字\"]"));
    free(words);
    words = groups_words(texts, 0);
    assert_string_equal(words, "[]");
    free(words);
}

/* ---- phrases */

#define LIST                                                                                                           \
    "en:\n  - say: [according to our policy, our polic*]\n    better: to be fair\n  - say: [you must]\n    better: "   \
    "could you\n"                                                                                                      \
    "lt:\n  - say: [žiūrėkite svetainėje]\n    better: štai\nzh:\n  - say: [您必须]\n    better: 麻烦您\n"

static void finds(const char *lang, const char *text, const char *said, const char *better)
{
    char why[200] = "";
    struct phrase_hit hit[PHRASES_HITS];
    struct phrases *p = phrases_read_yaml("p.yaml", LIST, strlen(LIST), why, sizeof why);
    assert_string_equal(why, "");
    size_t n = phrases_find(p, lang, text, strlen(text), hit);
    assert_int_equal(n, said != NULL);
    if (said != NULL) {
        assert_int_equal(hit[0].len, strlen(said));
        assert_memory_equal(text + hit[0].at, said, hit[0].len);
        assert_string_equal(hit[0].better, better);
    }
    phrases_free(p);
}

static void a_phrase_is_found_where_it_stands_however_it_is_written(void **state)
{
    (void)state;
    finds("en", "Sorry, ACCORDING to our  policy: no.", "ACCORDING to our  policy", "to be fair");
    finds("en", "That is against our policies, sorry", "our policies", "to be fair");
    finds("en-GB", "you must", "you must", "could you");
    finds("en", "(you must!)", "you must", "could you");
    finds("en", "Why would you mustard it", NULL, NULL);
    finds("en", "byou must wait; you must", "you must", "could you");
    finds("lt", "Ziurekite svetaineje, ten viskas", "Ziurekite svetaineje", "štai");
    finds("zh", "请注意您必须先付款", "您必须", "麻烦您");
    finds("lt", "you must", NULL, NULL);
    finds("de", "you must", "you must", "could you"); /* no list of its own */
    finds("en", "", NULL, NULL);
    finds("en", "\xff\xfe you \xff", NULL, NULL);
}

static void a_malformed_list_is_refused_with_its_line(void **state)
{
    static const char *const bad[] = {"- a\n",
                                      "en: x\n",
                                      "en:\n  - say: x\n    better: y\n",
                                      "en:\n  - say: [x]\n",
                                      "en:\n  - say: ['?']\n    better: y\n",
                                      "en: [\n"};
    char why[200];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why[0] = '\0';
        assert_null(phrases_read_yaml("p.yaml", bad[i], strlen(bad[i]), why, sizeof why));
        assert_memory_equal(why, "p.yaml:", 7);
    }
    struct phrase_hit hit[PHRASES_HITS];
    assert_int_equal(phrases_find(NULL, "en", "you must", 8, hit), 0);
}

static void a_shop_changes_the_list(void **state)
{
    char why[200] = "";
    struct phrase_hit hit[PHRASES_HITS];
    struct phrase_item item;
    struct phrases *p = phrases_read_yaml("p.yaml", LIST, strlen(LIST), why, sizeof why);
    (void)state;
    assert_true(phrases_change(p, "en", "per our terms", "here is what we can do"));
    assert_true(phrases_change(p, "en", "You MUST", "it would help to"));
    assert_true(phrases_change(p, "lt", "žiūrėkite svetainėje", "-"));
    assert_true(phrases_change(p, "de", "leider nein", "gern"));
    assert_false(phrases_change(p, "en", "?!", "x"));
    assert_int_equal(phrases_find(p, "en", "you must, per our terms", 23, hit), 2);
    assert_string_equal(hit[0].better, "it would help to");
    assert_string_equal(hit[1].better, "here is what we can do");
    assert_int_equal(phrases_find(p, "de", "leider nein", 11, hit), 1);
    assert_int_equal(phrases_find(p, "lt", "Ziurekite svetaineje", 20, hit), 0);
    assert_true(phrases_at(p, 0, &item));
    assert_true(item.own && strcmp(item.say, "leider nein") == 0 && strcmp(item.lang, "de") == 0);
    size_t n = 0;
    while (phrases_at(p, n, &item)) {
        n++;
    }
    assert_int_equal(n, phrases_count(p, ""));
    phrases_free(p);
}

/* The list that is shipped: enough of every language, and no offer is itself a phrase to avoid. */
static void the_shipped_list_is_whole(void **state)
{
    static char text[200000];
    static const char *const langs[] = {"en", "lt", "bs", "pl", "fa", "zh"};
    char why[200] = "";
    (void)state;
    FILE *f = fopen(PHRASES_FILE, "rb");
    assert_non_null(f);
    size_t len = fread(text, 1, sizeof text, f);
    fclose(f);
    struct phrases *p = phrases_read_yaml("phrases.yaml", text, len, why, sizeof why);
    assert_string_equal(why, "");
    for (size_t i = 0; i < sizeof langs / sizeof *langs; i++) {
        assert_true(phrases_count(p, langs[i]) >= 90);
    }
    const char *lang = NULL;
    size_t offers[sizeof langs / sizeof *langs] = {0};
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        struct phrase_hit hit[PHRASES_HITS];
        char *better = strstr(line, "better: ");
        for (size_t i = 0; i < sizeof langs / sizeof *langs; i++) {
            lang = strncmp(line, langs[i], 2) == 0 && line[2] == ':' ? langs[i] : lang;
            offers[i] += lang == langs[i] && better != NULL;
        }
        if (lang != NULL && better != NULL && phrases_find(p, lang, better + 8, strlen(better + 8), hit) != 0) {
            fail_msg("%s offers a phrase to avoid: %s", lang, better);
        }
    }
    for (size_t i = 0; i < sizeof langs / sizeof *langs; i++) {
        assert_true(offers[i] >= 30);
    }
    phrases_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_match_names_the_words_it_found, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_near_miss_names_what_it_lacks_or_what_forbids_it, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(what_is_far_is_left_out, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(rules_with_broken_examples_are_explained_all_the_same, open_bench, close_bench),
        cmocka_unit_test(words_are_compared_by_their_beginnings_without_small_ones),
        cmocka_unit_test(questions_that_ask_alike_are_one_group),
        cmocka_unit_test(a_groups_words_make_a_rule_that_all_of_it_obeys),
        cmocka_unit_test(a_phrase_is_found_where_it_stands_however_it_is_written),
        cmocka_unit_test(a_malformed_list_is_refused_with_its_line),
        cmocka_unit_test(a_shop_changes_the_list),
        cmocka_unit_test(the_shipped_list_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
