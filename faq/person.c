/* Words that ask for a person, folded as normalise folds messages; a star lets the last word go on. */
#include "faq/person.h"

#include <stdlib.h>
#include <string.h>

#include "faq/normalise.h"

enum {
    LOOKED_AT = 4096,
    SHORT_WORDS = 3, /* a message of so few words, */
    SHORT_HAN = 7,   /* or so few Han characters, is short */
    BESIDE = 5,      /* words from a verb to what is wanted */
    BESIDE_HAN = 8
};

/* A wish wherever they stand. */
static const char *const strong[] = {
    /* English */
    "agent",
    "agents",
    "real person",
    "real human",
    "real people",
    "actual person",
    "actual human",
    "live person",
    "live agent",
    "live human",
    "live support",
    "live chat",
    "human being",
    "human agent",
    "human please",
    "human help",
    "human support",
    "human representative",
    "talk to human",
    "talk to a human",
    "speak to human",
    "speak to a human",
    "speak with a human",
    "talk with a human",
    "chat with a human",
    "to a person",
    "with a person",
    "to a human",
    "with a human",
    "not a bot",
    "not a robot",
    "no bot",
    "no bots",
    "representative*",
    "customer rep",
    "support rep",
    "service rep",
    "an operator",
    "operator please",
    "the operator",
    "human operator",
    "an advisor",
    "an adviser",
    "a consultant",
    "someone real",
    "somebody real",
    "a supervisor",
    "is there someone",
    "is there anyone",
    "is there anybody",
    "is there somebody",
    "anyone there",
    "anybody there",
    "someone there",
    "somebody there",
    "is there a person",
    "is there a human",
    "the manager",
    "a manager",
    /* Lithuanian */
    "agentas",
    "agento",
    "agentui",
    "agenta",
    "agentu",
    "operatori*",
    "konsultant*",
    "gyvas zmogus",
    "gyvo zmogaus",
    "gyvu zmogumi",
    "gyva zmogu",
    "tikras zmogus",
    "tikro zmogaus",
    "tikru zmogumi",
    "tikra zmogu",
    "zmogumi",
    "zmogum",
    "zmogaus pagalb*",
    "ne robot*",
    "ne bot*",
    "vadybinink*",
    /* Bosnian, Croatian, Serbian */
    "agenta",
    "agentom",
    "agentu",
    "agentica*",
    "agenticom",
    "operater*",
    "operator*",
    "konzultant*",
    "zivi covjek",
    "zivog covjeka",
    "zivim covjekom",
    "zivi covek",
    "zivog coveka",
    "zivim covekom",
    "pravi covjek",
    "pravog covjeka",
    "pravim covjekom",
    "pravi covek",
    "pravog coveka",
    "pravim covekom",
    "covjekom",
    "covekom",
    "s covjek*",
    "sa covjek*",
    "sa covek*",
    "stvarn* osob*",
    "zivom osobom",
    "zivu osobu",
    "pravom osobom",
    "pravu osobu",
    "stvarnom osobom",
    "s osobom",
    "sa osobom",
    "nije robot",
    "nisi robot",
    "ne robot*",
    /* Polish */
    "agenta",
    "agentem",
    "agentka",
    "konsultant*",
    "doradc*",
    "zywy czlowiek",
    "zywego czlowieka",
    "zywym czlowiekiem",
    "prawdziwy czlowiek",
    "prawdziwego czlowieka",
    "prawdziwym czlowiekiem",
    "czlowiekiem",
    "zywa osoba",
    "prawdziwa osoba",
    "pracownikiem",
    "nie robot*",
    "nie bot*",
    "nie z botem",
    "nie z robotem",
    "przedstawiciel*",
    /* Persian */
    "اپراتور*",
    "انسان واقعی",
    "ادم واقعی",
    "شخص واقعی",
    "فرد واقعی",
    "با انسان",
    "با یک انسان",
    "با ادم",
    "با یک ادم",
    "یک ادم",
    "یه ادم",
    "با یک نفر",
    "با یه نفر",
    "با کسی",
    "به کارشناس*",
    "با کارشناس*",
    "با یک کارشناس",
    "با پشتیبان*",
    "به پشتیبان*",
    "پشتیبان انسانی",
    "پشتیبانی انسانی",
    "پاسخگوی انسانی",
    "ربات نیستی",
    "ربات نباش*",
    "نه ربات",
    "نه با ربات",
    /* Chinese */
    "人 工",
    "真 人",
    "活 人",
    "真 的 人",
    "客 服 人 员",
    "客 服 小 姐",
    "找 客 服",
    "转 客 服",
    "接 客 服",
    "叫 客 服",
    "要 客 服",
    "联 系 客 服",
    "换 客 服",
    "呼 叫 客 服",
    "客 服 在 吗",
    "有 客 服 吗",
    "有 人 吗",
    "有 人 在 吗",
    "有 没 有 人",
    "找 个 人",
    "跟 人 聊",
    "和 人 聊",
    "跟 人 说",
    "和 人 说",
    "不 要 机 器 人",
    "别 用 机 器 人",
    "不 想 跟 机 器 人",
    "不 想 和 机 器 人",
};

/* A wish in a short message, or beside a verb of wanting, talking or passing on (before or after it). */
static const char *const weak[] = {
    "human",
    "humans",
    "person",
    "people",
    "someone",
    "somebody",
    "anyone",
    "anybody",
    "operator",
    "operators",
    "advisor",
    "adviser",
    "consultant",
    "staff",
    "employee",
    "manager",
    "supervisor",
    "customer service",
    "customer support",
    "customer care",
    "support team",
    "your team",
    "support",
    "specialist",
    "zmog*",
    "darbuotoj*",
    "specialist*",
    "kas nors",
    "kuo nors",
    "ka nors is jusu",
    "kazkuo",
    "kazkas",
    "klientu aptarnavim*",
    "pagalbos komand*",
    "agent*",
    "covjek*",
    "covek*",
    "osob*",
    "ljudsk*",
    "nekim",
    "nekoga",
    "neko",
    "netko",
    "radnik*",
    "zaposlen*",
    "podrsk*",
    "sluzb* za korisnike",
    "korisnick* sluzb*",
    "predstavnik*",
    "czlowiek*",
    "osoba",
    "osobe",
    "kims",
    "kogos",
    "ktos",
    "pracownik*",
    "obslug*",
    "bok",
    "specjalist*",
    "انسان",
    "ادم",
    "شخص",
    "پشتیبان",
    "پشتیبانی",
    "پشتیبان*",
    "کارشناس",
    "کارشناس*",
    "مشاور*",
    "مسیول*",
    "همکار*",
    "نفر",
    "کسی",
    "客 服",
    "有 人",
    "服 务 员",
    "工 作 人 员",
    "店 员",
    "老 板",
    "经 理",
    "主 管",
};

static const char *const verbs[] = {
    "talk",         "talking",
    "speak",        "speaking",
    "chat",         "connect",
    "transfer me",  "contact",

    "reach",        "get me",
    "give me",      "put me through",
    "put me",       "want a",

    "need a",

    "let me",       "call me",

    "would like a", "looking for a",

    "can i have",   "can i get",
    "kalbe*",       "pakalb*",
    "snek*",        "pasnek*",
    "susisiek*",    "sujun*",
    "sujung*",      "pakviesk*",
    "pakvies*",     "perjung*",
    "noriu",        "norec*",
    "reikia",       "prasau",
    "bendrau*",     "pabendrau*",
    "susirasy*",    "ar yra",
    "ar cia yra",   "pricat*",
    "pricam",       "popricat*",
    "razgovar*",    "porazgovar*",
    "spoji*",       "prespoji*",
    "prebac*",      "zelim",
    "hocu",         "trebam",
    "treba mi",     "daj",
    "dajte",        "molim",
    "pozov*",       "ima li",
    "javit*",       "kontakt*",
    "cuti",         "da cujem",
    "rozmawia*",    "porozmawia*",
    "pogada*",      "polacz*",
    "przelacz*",    "skontakt*",
    "chce",         "chcialbym",
    "chcialabym",   "prosze",
    "potrzebuj*",   "dajcie",
    "daj",          "poprosz*",
    "czy jest",     "kontakt*",
    "mowic",        "pomowic",
    "صحبت*",        "حرف*",
    "وصل*",         "متصل*",
    "میخوا*",       "میخاهم",
    "لطفا",         "ارتباط*",
    "گفتگو*",       "چت*",
    "بدید",         "بدین",
    "هست",          "هستش",
    "انتقال*",      "تماس بگیر*",
    "نیاز دارم",    "找",
    "转",           "要",
    "接",           "请",
    "联 系",        "叫",
    "跟",           "和",
    "聊",           "说 话",
    "对 话",        "想",
    "帮 我",        "换",
    "在 吗",        "需 要",
};

/* About the service, not a wish for it: "what is the customer service phone number". Only weak words are taken back. */
static const char *const about[] = {
    "phone number",    "number",         "email",       "e mail",       "hours",        "open",         "opening",
    "times",           "address",        "for someone", "someone else", "gift",         "per person",   "people wear",
    "how many people", "another person", "size",        "wig",          "hair",         "telefon*",     "numer*",
    "valand*",         "darbo laik*",    "el pastas",   "pastas",       "kitam zmogui", "dovan*",       "broj*",
    "radno vrijeme",   "radno vreme",    "mejl*",       "mail",         "poklon*",      "drugoj osobi", "drugu osobu",
    "godzin*",         "adres*",         "dla kogos",   "innej osobie", "inna osoba",   "prezent*",     "شماره*",
    "تلفن*",           "ساعت*",          "ایمیل*",      "ادرس*",        "هدیه*",        "شخص دیگر*",    "کسی دیگر*",
    "电 话",           "号 码",          "邮 箱",       "时 间",        "几 点",        "上 班",        "地 址",
    "送 人",           "别 人",          "礼 物",
};

static const char *const *const lists[] = {strong, weak, verbs, about};
static const size_t list_lengths[] = {sizeof strong / sizeof strong[0], sizeof weak / sizeof weak[0],
                                      sizeof verbs / sizeof verbs[0], sizeof about / sizeof about[0]};

/* Whether the words at `text` begin with a phrase; a star stands for the rest of a word. */
static bool phrase_at(const char *phrase, const char *text)
{
    for (; *phrase != '\0'; phrase++) {
        if (*phrase == '*') {
            text += strcspn(text, " ");
        } else if (*phrase == *text) {
            text++;
        } else if (*phrase != ' ' || !normalise_is_arabic(phrase + 1)) { /* Persian words may be written together */
            return false;
        }
    }
    return *text == ' ' || *text == '\0';
}

static bool any_at(const char *const *phrases, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        if (phrases[i][0] == text[0] && phrase_at(phrases[i], text)) {
            return true;
        }
    }
    return false;
}

static bool any_in(const char *const *phrases, size_t n, const char *folded)
{
    for (const char *at = strchr(folded, ' '); at != NULL && at[1] != '\0'; at = strchr(at + 1, ' ')) {
        if (any_at(phrases, n, at + 1)) {
            return true;
        }
    }
    return false;
}

#define ANY_AT(list, text) any_at(list, sizeof(list) / sizeof(list)[0], text)
#define ANY_IN(list, folded) any_in(list, sizeof(list) / sizeof(list)[0], folded)

/* Whether a weak word stands near a verb. */
static bool beside_verb(const char *folded)
{
    long weak_at = -1000;
    long verb_at = -1000;
    long word = 0;
    for (const char *at = strchr(folded, ' '); at != NULL && at[1] != '\0'; at = strchr(at + 1, ' '), word++) {
        long most = normalise_is_han(at + 1) ? BESIDE_HAN : BESIDE;
        weak_at = ANY_AT(weak, at + 1) ? word : weak_at;
        verb_at = ANY_AT(verbs, at + 1) ? word : verb_at;
        if (weak_at >= 0 && verb_at >= 0 && labs(weak_at - verb_at) <= most) {
            return true;
        }
    }
    return false;
}

/* At most a few words: then a bare noun is a wish. */
static bool is_short(const char *folded)
{
    size_t words = 0;
    size_t han = 0;
    for (const char *at = strchr(folded, ' '); at != NULL && at[1] != '\0'; at = strchr(at + 1, ' ')) {
        words += !normalise_is_han(at + 1);
        han += normalise_is_han(at + 1);
    }
    return words <= SHORT_WORDS && han <= SHORT_HAN;
}

bool person_wanted(const char *text, size_t len)
{
    char folded[LOOKED_AT + 1];
    normalise(text, len, folded, sizeof folded);
    if (ANY_IN(strong, folded)) {
        return true;
    }
    return ((is_short(folded) && ANY_IN(weak, folded)) || beside_verb(folded)) && !ANY_IN(about, folded);
}

bool person_words_folded(const char **which)
{
    char folded[256];
    char plain[256];
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++) {
        for (size_t i = 0; i < list_lengths[l]; i++) {
            const char *phrase = lists[l][i];
            size_t n = 1;
            plain[0] = ' ';
            for (const char *c = phrase; *c != '\0'; c++) {
                if (*c != '*') {
                    plain[n++] = *c;
                }
            }
            plain[n++] = ' ';
            plain[n] = '\0';
            normalise(phrase, strlen(phrase), folded, sizeof folded);
            if (strcmp(folded, plain) != 0) {
                *which = phrase;
                return false;
            }
        }
    }
    return true;
}
