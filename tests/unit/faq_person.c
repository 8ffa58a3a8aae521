/* Wishes for a person, and what only looks like one. */
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

#include "faq/matcher.h"
#include "faq/person.h"

static const char *const wishes[] = {
    /* English */
    "agent",
    "AGENT PLEASE",
    "human",
    "Talk to a human",
    "I want to speak to a real person",
    "can I talk to someone?",
    "operator",
    "is there anybody there",
    "live agent pls",
    "please connect me with customer service",
    "I need a representative",
    "get me a manager",
    "not a bot!!",
    "can I chat with somebody from support",
    "Let me talk to a human being right now, this is going nowhere",
    "human, please",
    "speak with customer support",
    /* Lithuanian */
    "žmogus",
    "žmogumi",
    "Noriu kalbėti su žmogumi",
    "noriu pakalbeti su darbuotoju",
    "konsultantas",
    "sujunkite su konsultantu",
    "operatorius",
    "ar galiu pasikalbėti su žmogumi",
    "tikras žmogus",
    "pakvieskite darbuotoją",
    "prašau konsultanto",
    "reikia žmogaus pagalbos",
    "ar čia yra kas nors gyvas?",
    /* Bosnian, Croatian, Serbian */
    "čovjek",
    "agent",
    "operater",
    "želim razgovarati sa čovjekom",
    "hocu pricati s agentom",
    "spojite me sa operaterom",
    "Могу ли да причам са оператером",
    "daj mi živog čovjeka",
    "trebam osobu za razgovor",
    "molim nekoga iz podrške",
    /* Polish */
    "człowiek",
    "konsultant",
    "Chcę rozmawiać z konsultantem",
    "polacz mnie z czlowiekiem",
    "proszę o kontakt z pracownikiem",
    "chciałbym porozmawiać z żywym człowiekiem",
    "połączcie mnie z doradcą",
    "agentem",
    /* Persian */
    "انسان",
    "اپراتور",
    "پشتیبان",
    "می‌خواهم با انسان صحبت کنم",
    "ميخوام با اپراتور حرف بزنم",
    "وصل کنید به پشتیبانی",
    "لطفا یک کارشناس وصل کنید",
    "با یک نفر صحبت کنم",
    "با پشتیبانی تماس",
    "آدم واقعی هست؟",
    /* Chinese */
    "人工",
    "转人工",
    "轉人工",
    "人工客服",
    "客服",
    "真人",
    "我要找客服",
    "有人吗",
    "请帮我转接人工客服",
    "我想跟真人说话",
    "联系客服",
};

static const char *const others[] = {
    "",
    "how do I return my shoes",
    "where is my parcel",
    "is this jacket for a tall person or a small one",
    "what is your customer service phone number",
    "I bought it for someone else, can I exchange it?",
    "do you sell human hair wigs, please",
    "thanks",
    "Which currencies do you support?",
    "can someone please explain why my card was declined",
    "why does the person I sent money to not see the transfer yet",
    "is there a chance that someone took my parcel",
    "when are you open",
    "kaip grąžinti prekę",
    "kur mano siunta",
    "kada pristatysite",
    "koks jūsų klientų aptarnavimo telefonas",
    "gdje je moja narudžba",
    "kako mogu vratiti patike",
    "koji je broj korisničke službe",
    "gdzie jest moja paczka",
    "jak zwrócić towar",
    "چطور می‌توانم کالا را پس بدهم",
    "سفارش من کجاست",
    "شماره تلفن پشتیبانی چیست",
    "怎么退货",
    "我的包裹在哪里",
    "客服电话是多少",
    "客服几点上班",
    "可以送人吗",
};

static void hears_wishes(void **state)
{
    (void)state;
    size_t missed = 0;
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        if (!person_wanted(wishes[i], strlen(wishes[i]))) {
            print_error("not heard: %s\n", wishes[i]);
            missed++;
        }
    }
    assert_int_equal(missed, 0);
}

static void leaves_questions_alone(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (person_wanted(others[i], strlen(others[i]))) {
            print_error("no wish: %s\n", others[i]);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void words_are_folded(void **state)
{
    (void)state;
    const char *which = "";
    if (!person_words_folded(&which)) {
        print_error("not folded: %s\n", which);
        fail();
    }
}

static void long_and_broken(void **state)
{
    (void)state;
    char *text = malloc(100000);
    memset(text, 'a', 100000);
    assert_false(person_wanted(text, 100000));
    for (size_t i = 0; i < 100000; i++) {
        text[i] = " \xff"[i % 2];
    }
    assert_false(person_wanted(text, 100000));
    free(text);
    assert_true(matcher_wants_person(NULL, "agent", 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hears_wishes), cmocka_unit_test(leaves_questions_alone),
                                       cmocka_unit_test(words_are_folded), cmocka_unit_test(long_and_broken)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
