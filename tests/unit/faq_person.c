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

#include <utf8proc.h>

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
    /* English, as people really write */
    "I want a human",
    "gimme a human",
    "let me speak to somebody",
    "are you a real person? I need one",
    "i dont want to talk to a bot",
    "stop the bot and get me someone",
    "stupid robot, human now",
    "is anybody there",
    "is there anyone alive in there",
    "hello? anyone?",
    "can somebody help me please",
    "can someone call me",
    "call me back please",
    "please ring me",
    "operater please",
    "opperator",
    "repersentative",
    "representitive please",
    "talk to a persn",
    "speak to sombody",
    "live chat with a person",
    "customer service please",
    "connect me to support",
    "put me through to someone",
    "transfer me to an agent",
    "i need to talk with staff",
    "get me your boss",
    "i want to complain to a manager",
    "let me talk to your supervisor",
    "I'd rather talk to a person",
    "no more automatic answers, a person please",
    "human pls",
    "can I chat with a real agent",
    "do you have humans working there",
    "I need help from a person",
    "could a colleague of yours write to me",
    "I would like to speak with someone about my order",
    "chat with an employee",
    "useless machine give me a person",
    "someone real please",
    /* Lithuanian, as people really write */
    "noriu žmogaus",
    "duokit žmogų",
    "duokit zmogu, ne robota",
    "ar čia yra gyvas žmogus",
    "ar yra kas nors",
    "ar kas nors gyvas yra?",
    "yra kas?",
    "norėčiau pakalbėti su konsultantu",
    "noreciau pakalbet su konsultante",
    "sujunkit su operatoriumi",
    "perjunkit prie darbuotojo",
    "paskambinkite man",
    "paskambinkit man prasau",
    "ar galit man paskambint",
    "nenoriu kalbeti su robotu",
    "nenoriu su robotu bendraut",
    "ne botas o zmogus",
    "kvailas robotas, duok zmogu",
    "pakvieskit vadybininką",
    "noriu vadovo",
    "reikia pagalbos iš žmogaus",
    "prašau gyvo žmogaus",
    "noriu bendrauti su jūsų specialistu",
    "ar galėčiau su kuo nors pasikalbėti",
    "zmogu prasau",
    "konsultanto reik",
    "operatoriu prasau",
    "kviesk zmogu",
    "su žmogumi norėčiau",
    "ar atsakys kas nors iš darbuotojų",
    "noriu kalbet su klientu aptarnavimu",
    "klientų aptarnavimas",
    "susisiekite su manimi",
    "tegul man kas nors parašo",
    "noriu susirašyti su žmogumi",
    /* Bosnian, as people really write */
    "hoću čovjeka",
    "dajte mi čovjeka",
    "daj covjeka a ne robota",
    "ima li koga živog",
    "ima li iko tu",
    "ima li koga",
    "jel ima iko",
    "selam ima li koga",
    "hoću da pričam sa nekim",
    "zelim razgovarat s nekim",
    "prebacite me na agenta",
    "prespojite me na operatera",
    "spoji me sa covjekom",
    "nazovite me",
    "nazovite me molim vas",
    "pozovite me",
    "neka me neko nazove",
    "neću da pričam s robotom",
    "necu robota",
    "glupi bot daj operatera",
    "treba mi živa osoba",
    "trebam pomoć od radnika",
    "mogu li pričati s nekim iz podrške",
    "hocu sefa",
    "daj mi menadžera",
    "zovite mi nadređenog",
    "molim vas operatera",
    "konsultant molim",
    "korisnička podrška",
    "može li neko da mi se javi",
    "javite mi se",
    "neka mi se javi čovjek",
    "operater",
    "хоћу да причам са човеком",
    "имали кога живог",
    /* Polish, as people really write */
    "chcę człowieka",
    "dajcie człowieka",
    "daj czlowieka a nie bota",
    "jest tam kto",
    "jest tam ktoś?",
    "jest tu ktos zywy",
    "halo jest ktoś",
    "czy jest ktoś na czacie",
    "czy ktoś mi pomoże",
    "proszę konsultanta",
    "polaczcie mnie z konsultantem",
    "przełącz na konsultanta",
    "rozmowa z konsultantem",
    "chce pogadac z kims",
    "chcę rozmawiać z kimś",
    "nie chcę rozmawiać z botem",
    "nie chce z robotem",
    "głupi bot, dajcie kogoś normalnego",
    "zadzwońcie do mnie",
    "prosze zadzwonic do mnie",
    "oddzwońcie",
    "poproszę pracownika",
    "żywego człowieka proszę",
    "chcę rozmawiać z kierownikiem",
    "poproszę kierownika",
    "kontakt z człowiekiem",
    "biuro obsługi klienta",
    "obsługa klienta",
    "konsultat",
    "czlowieka prosze",
    "połącz z agentem",
    "chciałabym z kimś porozmawiać",
    "czy moze mi ktos odpowiedziec",
    "niech ktoś do mnie napisze",
    /* Persian, as people really write */
    "با پشتیبان حرف بزنم",
    "میخوام با پشتیبان حرف بزنم",
    "با آدم میخوام حرف بزنم",
    "یه آدم بیاد",
    "کسی هست؟",
    "کسی اونجا هست",
    "کسی نیست جواب بده",
    "یکی جواب منو بده",
    "ادم واقعی میخوام",
    "من ربات نمیخوام",
    "نمیخوام با ربات حرف بزنم",
    "با ربات حرف نمیزنم",
    "اپراتور لطفا",
    "وصلم کن به اپراتور",
    "وصلم کنید به پشتیبانی",
    "منو به کارشناس وصل کنید",
    "با کارشناس میخوام صحبت کنم",
    "با من تماس بگیرید",
    "بهم زنگ بزنید",
    "لطفا زنگ بزنید",
    "یکی بهم زنگ بزنه",
    "مسئولتون رو میخوام",
    "با مدیرتون میخوام حرف بزنم",
    "مدیر رو صدا کن",
    "پشتیبان آنلاین",
    "پشتیبانی",
    "چت با پشتیبان",
    "پشتیبان انلاین هست",
    "یک انسان جواب بده",
    "با همکارتون صحبت کنم",
    "میشه با یکی حرف بزنم",
    "ادم جواب بده ربات احمق",
    "mikham ba ensan harf bezanam",
    "ba poshtiban harf bezanam",
    "operator lotfan",
    /* Chinese, as people really write */
    "转人工",
    "人工服务",
    "我要人工",
    "要人工客服",
    "转真人",
    "找人工",
    "人工在吗",
    "客服在吗",
    "客服呢",
    "有人吗",
    "有没有人啊",
    "有活人吗",
    "人呢",
    "叫你们客服来",
    "叫个人来",
    "找个真人跟我说",
    "别用机器人糊弄我",
    "不想跟机器人说话",
    "我不要机器人",
    "机器人滚",
    "能不能来个人",
    "请给我转接客服",
    "轉接客服",
    "請轉真人",
    "给我打电话",
    "打电话给我",
    "给我回个电话",
    "让你们经理来",
    "找你们老板",
    "叫主管来",
    "我要投诉找经理",
    "跟人说话",
    "可以跟客服聊吗",
    "在线客服",
    "联系人工",
    "接人工",
    "人工！",
    "客服人员在不在",
    "要真人回答",
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
    /* somebody only tells of a person, or means another one */
    "the agent at the shop told me it was in stock",
    "your human size chart is confusing",
    "your agent said the parcel left on Monday",
    "the operator I spoke to yesterday was lovely",
    "how many people can sit at this table",
    "is it a one person duvet or for two people",
    "the manager in the Berlin shop was very kind",
    "someone else's parcel came to me",
    "do you ship to customers in Malta",
    "which staff discount do you mean",
    "where is my refund",
    "can I collect it in person",
    "can somebody else collect my parcel",
    "anyone can wear this size, right",
    "kokio dydžio žmogui tinka šis chalatas",
    "jūsų konsultantė sakė, kad prekė yra",
    "ar tai vieno asmens antklodė",
    "keliems žmonėms ši staltiesė",
    "agentė parduotuvėje pasakė, kad bus rytoj",
    "vaš agent mi je rekao da je poslano",
    "koliko osoba može sjediti za stolom",
    "je li to jorgan za jednu osobu",
    "mogu li lično preuzeti",
    "radnica u radnji mi je rekla da ga imate",
    "operater je jučer bio ljubazan",
    "czy mogę odebrać osobiście",
    "kołdra dla jednej osoby",
    "wasz konsultant powiedział że jest na stanie",
    "ile osób zmieści się przy stole",
    "można odebrać osobiscie",
    "pracownica w sklepie mówiła że będzie jutro",
    "این لحاف یک نفره است؟",
    "کارشناس شما گفت موجود است",
    "میز چند نفره است",
    "خواهرم میتونه تحویل بگیره",
    "اپراتورتون دیروز گفت ارسال شده",
    "这张桌子能坐几个人",
    "你们客服昨天跟我说有货",
    "单人被子有吗",
    "朋友能帮我取吗",
    "老板要发票怎么开",
    "有客服热线吗",
    "几点上班",
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

/* However they are typed: capitals, impatient punctuation, no letters but the plain ones. */
static void hears_every_spelling(void **state)
{
    (void)state;
    size_t missed = 0;
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        char loud[400], bare[400];
        size_t n = 0;
        utf8proc_uint8_t *plain = NULL;
        (void)utf8proc_map((const utf8proc_uint8_t *)wishes[i], 0, &plain,
                           UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
        for (const char *c = wishes[i]; *c != '\0'; c++) {
            loud[n++] = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
        }
        snprintf(loud + n, sizeof loud - n, " !!!??");
        snprintf(bare, sizeof bare, "  %s...", (const char *)plain);
        free(plain);
        if (!person_wanted(loud, strlen(loud)) || !person_wanted(bare, strlen(bare))) {
            print_error("not heard: %s, %s\n", loud, bare);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(hears_wishes), cmocka_unit_test(hears_every_spelling),
                                       cmocka_unit_test(leaves_questions_alone), cmocka_unit_test(words_are_folded),
                                       cmocka_unit_test(long_and_broken)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
