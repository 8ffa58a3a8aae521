/* The words of a wish for a person, folded as normalise folds messages; a star lets the last word go on. */
#include "faq/person_words.h"

#include <stddef.h>

// clang-format off
/* A wish wherever they stand. */
const char *const person_strong[] = {
    "real person", "real human", "real people", "actual person", "actual human", "live person", "live human", "live support", "live chat",
    "human being", "human please", "human help", "human support", "human representative", "talk to human", "talk to a human", "speak to human",
    "speak to a human", "speak with a human", "talk with a human", "chat with a human", "to a person", "with a person", "to a human", "with a human",
    "not a bot", "not a robot", "no bot", "no bots", "someone real", "somebody real", "is there someone", "is there anyone", "is there anybody",
    "is there somebody", "anyone there", "anybody there", "someone there", "somebody there", "is there a person", "is there a human", "gyvas zmogus",
    "gyvo zmogaus", "gyvu zmogumi", "gyva zmogu", "tikras zmogus", "tikro zmogaus", "tikru zmogumi", "tikra zmogu", "zmogumi", "zmogum",
    "zmogaus pagalb*", "ne robot*", "ne bot*", "zivi covjek", "zivog covjeka", "zivim covjekom", "zivi covek", "zivog coveka", "zivim covekom",
    "pravi covjek", "pravog covjeka", "pravim covjekom", "pravi covek", "pravog coveka", "pravim covekom", "covjekom", "covekom", "s covjek*",
    "sa covjek*", "sa covek*", "stvarn* osob*", "zivom osobom", "zivu osobu", "pravom osobom", "pravu osobu", "stvarnom osobom", "s osobom",
    "sa osobom", "nije robot", "nisi robot", "zywy czlowiek", "zywego czlowieka", "zywym czlowiekiem", "prawdziwy czlowiek", "prawdziwego czlowieka",
    "prawdziwym czlowiekiem", "czlowiekiem", "zywa osoba", "prawdziwa osoba", "nie robot*", "nie bot*", "nie z botem", "nie z robotem", "انسان واقعی",
    "ادم واقعی", "شخص واقعی", "فرد واقعی", "با انسان", "با یک انسان", "با ادم", "با یک ادم", "یک ادم", "یه ادم", "با یک نفر", "با یه نفر", "با کسی",
    "به کارشناس*", "با کارشناس*", "با یک کارشناس", "با پشتیبان*", "به پشتیبان*", "پشتیبان انسانی", "پشتیبانی انسانی", "پاسخگوی انسانی", "ربات نیستی",
    "ربات نباش*", "نه ربات", "نه با ربات", "人 工", "真 人", "活 人", "真 的 人", "客 服 人 员", "客 服 小 姐", "找 客 服", "转 客 服", "接 客 服", "叫 客 服", "要 客 服", "联 系 客 服",
    "换 客 服", "呼 叫 客 服", "客 服 在 吗", "有 客 服 吗", "有 人 吗", "有 人 在 吗", "有 没 有 人", "找 个 人", "跟 人 聊", "和 人 聊", "跟 人 说", "和 人 说", "不 要 机 器 人", "别 用 机 器 人",
    "不 想 跟 机 器 人", "不 想 和 机 器 人", "talk to a bot", "speak to a bot", "chat with a bot", "with a bot", "to a robot", "with a robot", "to a machine",
    "with a machine", "human now", "a human now", "gimme a human", "no more bots", "no more automatic", "stop the bot", "stop the robot",
    "stupid bot", "stupid robot", "stupid machine", "useless bot", "useless robot", "useless machine", "call me back", "call me please",
    "please call me", "ring me", "phone me", "someone call me", "somebody call me", "give me a call", "a persn", "sombody", "somone", "your boss",
    "person please", "from a person", "humans working", "any humans", "actual humans", "real humans", "colleague of yours", "one of your colleagues",
    "pick up the phone", "paskambinkit*", "paskambinki", "man paskambint*", "paskambint man", "susisiekit* su manim*", "susisiek su manim*",
    "su robot*", "su bot*", "nenoriu robot*", "duok zmog*", "duokit zmog*", "zmogu prasau", "kvailas robot*", "kvailas bot*", "noriu zmog*",
    "kviesk zmog*", "pakviesk zmog*", "gyvas zmog*", "ar kas nors gyvas", "kas nors gyvas", "nazovite me", "nazovi me", "nazvati me", "pozovite me",
    "pozovi me", "me nazove", "me neko nazove", "javite mi se", "javi mi se", "mi se javi", "s robotom", "sa robotom", "s botom", "sa botom",
    "necu robot*", "necu bot*", "glupi bot", "glupi robot", "glupog bota", "ziva osoba", "zivog covek*", "koga zivog", "daj covjek*", "daj covek*",
    "dajte covjek*", "dajte covek*", "hocu covjek*", "hocu covek*", "z botem", "z robotem", "z automatem", "glupi bot*", "zadzwoncie",
    "zadzwon do mnie", "zadzwonic do mnie", "do mnie zadzwonic", "oddzwon*", "ktos zywy", "ktos normaln*", "kogos zywego", "kogos normaln*",
    "dajcie czlowiek*", "daj czlowiek*", "chce czlowiek*", "czlowieka prosze", "niech ktos", "با ربات", "ربات نمیخوا*", "ربات نمیخوام", "ربات احمق",
    "با من تماس بگیر*", "باهام تماس بگیر*", "بهم زنگ", "به من زنگ", "زنگ بزنید", "زنگ بزنین", "یکی زنگ", "یک انسان", "یه انسان", "انسان جواب",
    "ادم جواب", "یکی جواب", "کسی جواب", "با یکی", "مدیرتون", "مدیر رو", "با مدیر", "مسیولتون", "ensan", "ba ensan", "ba adam", "ba poshtiban*",
    "poshtiban lotfan", "adam vaghei", "给 我 打 电 话", "打 电 话 给 我", "给 我 回 电", "回 个 电 话", "回 我 电 话", "来 个 人", "叫 个 人", "派 个 人", "机 器 人 滚", "滚 机 器 人",
    "跟 机 器 人", "和 机 器 人", "不 是 机 器 人", "要 真 的 人", "叫 老 板", "找 老 板", "你 们 老 板", "叫 经 理", "找 经 理", "你 们 经 理", "叫 主 管", "找 主 管", "你 们 主 管",
    NULL,
};

/* Who is wished for: a wish, unless somebody only tells of them ("the agent told me …"). */
const char *const person_nouns[] = {
    "agent", "agents", "live agent", "human agent", "representative*", "customer rep", "support rep", "service rep", "an operator", "operator please",
    "the operator", "human operator", "an advisor", "an adviser", "a consultant", "a supervisor", "the manager", "a manager", "agentas", "agento",
    "agentui", "agenta", "agentu", "operatori*", "konsultant*", "vadybinink*", "agentom", "agentica*", "agenticom", "operater*", "operator*",
    "konzultant*", "agentem", "agentka", "doradc*", "pracownikiem", "przedstawiciel*", "اپراتور*", "opperator*", "repersentative*", "representitive*",
    "reprezentative*", "supervisor please", "manager please", "sefa", "sefom", "menadzer*", "nadreden*",
    "rukovodioc*", "rukovoditelj*", "kierownik*", "konsultat*", "kosultant*", "menedzer*",
    NULL,
};

/* A wish in a message of a few words. */
const char *const person_brief[] = {
    "someone help", "somebody help", "anyone help", "help me please",
    "yra kas", "kas nors yra", "ima li koga", "ima li iko", "ima iko", "ima koga", "ima li ikoga", "jest tam kto*",
    "jest tu kto*", "halo jest kto*", "ktos mi pomoze", "ktos odpowie", "کسی هست", "کسی نیست", "کسی اونجا", "کسی انجا", "人 呢", "有 人 么",
    "有 人 没", "客 服 呢", "在 线 客 服",
    "anyone alive", "anybody home", "hello anyone", "hello anybody", "jest ktos na czacie", "halo jest ktos",
    "ar yra kas",
    NULL,
};

/* A wish in a message of fewer words still, or beside a verb of wanting, talking or passing on (before or after it). */
const char *const person_weak[] = {
    "human", "humans", "person", "people", "someone", "somebody", "anyone", "anybody", "operator", "operators", "advisor", "adviser", "consultant",
    "staff", "employee", "manager", "supervisor", "customer service", "customer support", "customer care", "support team", "your team", "support",
    "specialist", "zmog*", "darbuotoj*", "specialist*", "kas nors", "kuo nors", "ka nors is jusu", "kazkuo", "kazkas", "klientu aptarnavim*",
    "pagalbos komand*", "agent*", "covjek*", "covek*", "ljudsk*", "nekim", "nekoga", "neko", "netko", "radnik*", "zaposlen*", "podrsk*",
    "sluzb* za korisnike", "korisnick* sluzb*", "predstavnik*", "czlowiek*", "osoba", "osobe", "kims", "kogos", "ktos", "pracownik*", "obslug*",
    "bok", "specjalist*", "انسان", "ادم", "شخص", "پشتیبان", "پشتیبانی", "پشتیبان*", "کارشناس", "کارشناس*", "مشاور*", "مسیول*", "همکار*", "نفر", "کسی",
    "客 服", "有 人", "服 务 员", "工 作 人 员", "店 员", "osobu", "osobom", "osoby", "osob", "boss", "rep", "persn", "nekog", "iko", "kimkolwiek", "kogokolwiek",
    "یکی",
    "vadov*", "virsinink*", "direktori*",
    NULL,
};

/* Such verbs. */
const char *const person_verbs[] = {
    "talk", "talking", "speak", "speaking", "chat", "connect", "transfer me", "contact", "reach", "get me", "give me", "put me through", "put me",
    "want a", "need a", "let me", "call me", "would like a", "looking for a", "can i have", "can i get", "kalbe*", "pakalb*", "snek*", "pasnek*",
    "susisiek*", "sujun*", "sujung*", "pakviesk*", "pakvies*", "perjung*", "noriu", "norec*", "reikia", "prasau", "bendrau*", "pabendrau*",
    "susirasy*", "ar yra", "ar cia yra", "pricat*", "pricam", "popricat*", "razgovar*", "porazgovar*", "spoji*", "prespoji*", "prebac*", "zelim",
    "hocu", "trebam", "treba mi", "daj", "dajte", "molim", "pozov*", "ima li", "javit*", "kontakt*", "cuti", "da cujem", "rozmawia*", "porozmawia*",
    "pogada*", "polacz*", "przelacz*", "skontakt*", "chce", "chcialbym", "chcialabym", "prosze", "potrzebuj*", "dajcie", "poprosz*", "czy jest",
    "mowic", "pomowic", "صحبت*", "حرف*", "وصل*", "متصل*", "میخوا*", "میخاهم", "لطفا", "ارتباط*", "گفتگو*", "چت*", "بدید", "بدین", "هست", "هستش",
    "انتقال*", "تماس بگیر*", "نیاز دارم", "找", "转", "要", "接", "请", "联 系", "叫", "跟", "和", "聊", "说 话", "对 话", "想", "帮 我", "换", "在 吗", "需 要",
    "help from", "working there", "answer me", "write to me", "someone to", "pasikalb*", "pakalbet*", "duok*", "tegul", "atsakyt*", "atsakys",
    "kviesk*", "nazov*", "nazove", "odpowie*", "pomoze mi", "napisze do", "wolajcie", "zawolaj*", "صدا کن*", "جواب بده", "جواب بدید", "بیاد",
    NULL,
};

/* Somebody tells what was said or done. */
const char *const person_reports[] = {
    "told", "said", "says", "promised", "was lovely", "was very", "was so", "was great", "was rude", "helped me", "spoke to", "at the shop",
    "at the store", "in the shop", "in the store", "sake", "pasake", "sakes", "pazadejo", "parase", "buvo labai", "bendravo", "rekao", "rekla",
    "rekli", "kazao", "kazala", "obecao", "obecala", "bio je", "bio ljubaz*", "bila ljubaz*", "bila je", "je bio", "je bila", "powiedzial*", "mowil*", "obiecal*", "napisal*",
    "byl mily", "byla mila", "byl bardzo", "گفت", "گفتن", "گفته", "گفتند", "قول داد*", "说 过", "跟 我 说 有", "告 诉 我", "说 有", "说 是", "之 前 说", "答 应", "昨 天",
    NULL,
};

/* About the service, not a wish for it: "what is the customer service phone number". Only weak words are taken back. */
const char *const person_about[] = {
    "phone number", "number", "email", "e mail", "hours", "open", "opening", "times", "address", "for someone", "someone else", "gift", "per person",
    "people wear", "how many people", "another person", "size", "wig", "hair", "telefon*", "numer*", "valand*", "darbo laik*", "el pastas", "pastas",
    "kitam zmogui", "dovan*", "broj*", "radno vrijeme", "radno vreme", "mejl*", "mail", "poklon*", "drugoj osobi", "drugu osobu", "godzin*", "adres*",
    "dla kogos", "innej osobie", "inna osoba", "prezent*", "شماره*", "تلفن*", "ساعت*", "ایمیل*", "ادرس*", "هدیه*", "شخص دیگر*", "کسی دیگر*", "电 话",
    "号 码", "邮 箱", "时 间", "几 点", "上 班", "地 址", "送 人", "别 人", "礼 物", "热 线", "个 人 信 息", "一 个 人", "两 个 人", "for customers", "somebody else", "anyone else", "anybody else", "each person", "one person",
    "two people", "people can", "dla jednej", "za jednu", "per asmeni", "kitas zmogus", "vieno zmogaus", "نفره", "یک نفره", "دو نفره", "تحویل",
    NULL,
};
// clang-format on
