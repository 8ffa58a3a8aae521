/* The words of asides, folded, in the languages of the widget. */
#include "faq/aside.h"

#include <stddef.h>

#include "faq/phrase_list.h"

// clang-format off
static const char *const told[] = {
    /* en */
    "i already know", "already know how", "i know how to", "i know that", "i know you", "did not help", "didnt help", "doesnt help", "does not help", "not helpful",
    "not about", "isnt about", "not talking about", "wasnt talking about", "not what i meant", "not what i said", "i didnt say", "i did not say", "never said",
    "never asked", "im not saying", "just saying", "never mind", "nevermind", "forget it", "wrong answer", "not an answer", "you misunderst*", "stop sending me",
    "as i said", "like i said", "already tried that", "already did that", "ive tried that", "i tried that", "done that already", "all sorted", "sorted now", "solved now",
    "found it thanks", "it worked", "works now", "was rude", "so rude", "very rude", "was lovely", "was great", "is great", "looks great", "well done", "brilliant service",
    "shouted", "yelled", "my lawn", "my fence", "my gate", "my car", "my dog", "the dog", "tip the", "a tip", "give a tip", "home page", "homepage", "before lunch i",
    "is a disgrace", "what a joke", "i just think", "just wanted to tell", "just letting you know", "just so you know", "all good", "went through", "was very", "an apology", "like you said", "as you said", "phishing", "used my card", "apologise", "apologize", "for your information", "school project", "homework",
    /* lt */
    "jau zinau", "as zinau", "zinau kaip", "nepadejo", "nepadeda", "ne apie", "nekalbu apie", "nesakiau", "as nesakau", "ne tai turejau", "ne tas atsakymas",
    "blogas atsakymas", "jau bandziau", "jau bandem", "jau dariau", "uzmirskit*", "pamirskit*", "nebeaktualu", "neaktualu", "jau issisprend*", "jau radau", "jau susitvark*",
    "kaip ir sakiau", "jau sakiau", "ne taip supratot", "ne taip supratote", "saunuol*", "saunu", "nuostab*", "pagirti", "pagyr*", "buvo nemandag*", "nemandag*", "grubus", "grubiai",
    "pieveles", "veja", "tvora", "tvoros", "mano sun*", "su suniu", "arbatpinig*", "pagrindini puslapi", "namu darb*", "tiesiog sakau", "viskas gerai", "atsiprasymo", "kaip sakete", "kaip saket", "pasinaudojo mano kort*", "siaip sakau", "noriu pasidziaug*",
    /* bs */
    "vec znam", "ja znam kako", "ma znam", "dobro znam", "nije pomoglo", "ne pomaze", "ne radi se o", "nije rijec o", "nije rec o", "nije u pitanju", "ne govorim o", "ne pricam o",
    "nisam rekao", "nisam rekla", "nisam trazio", "nisam trazila", "ne mislim na", "nisam mislio na", "nisam mislila na", "vec sam probao", "vec sam probala", "vec sam pokusa*",
    "to sam vec", "zaboravite", "nema veze", "samo kazem", "svaka cast", "pogresan odgovor", "krivi odgovor", "to nije odgovor", "niste razumj*", "niste razum*", "niste me razum*",
    "rijeseno je", "reseno je", "vec rijeseno", "nasla sam hvala", "nasao sam hvala", "neljubaz*", "nepristoj*", "drzak", "bahat*", "travnjak", "ogradu", "moj pas", "mog psa", "sa psom",
    "s psom", "baksis", "napojnic*", "pocetnu stranicu", "pocetna stranica", "kako sam rekao", "kako sam rekla", "domaci rad", "domacu zadacu", "bravo", "sve u redu", "kako ste rekli", "kako ste mi rekli", "koristio moju kart*", "izvinjenj*", "isprik*",
    /* pl */
    "juz wiem", "ja wiem jak", "dobrze wiem", "nie pomoglo", "nie pomaga", "to nie pomog*", "nie chodzi o", "nie chodzi mi o", "nie o to chodzi", "nie o to mi chodzi", "nie mowie o", "nie mowilem",
    "nie mowilam", "nie prosilem", "nie prosilam", "juz probowa*", "juz to robi*", "juz tak robi*", "niewazne", "zapomnijcie", "zla odpowiedz", "to nie jest odpowiedz", "to nie odpowiedz",
    "zle zrozum*", "nie zrozum*", "nieaktualne", "juz znalaz*", "juz zalatwi*", "sprawa zalatwiona", "tylko mowie", "jak mowilem", "jak mowilam", "brawo", "opryskliw*", "niemil*", "nieuprzejm*",
    "niegrzeczn*", "chamsk*", "trawnik*", "plot", "ogrodzeni*", "moj pies", "mojego psa", "z psem", "napiwek", "napiwk*", "strone glowna", "strony glownej", "stare kartony",
    "starych kartonow", "praca domowa", "chcialem pochwal*", "chcialam pochwal*", "pozdrowcie", "wszystko ok", "jak kazaliscie", "jak mowiliscie", "uzyl mojej kart*", "wszystko w porzadku", "przeprosin*", "przeprosil*",
    /* fa */
    "خودم میدونم", "من میدونم", "میدونم چطور*", "میدونم چجوری", "میدونم که", "کمکی نکرد", "کمک نکرد", "کمکم نکرد", "فایده نداشت", "فایدهای نداشت", "بی فایده", "جوابم این نبود",
    "منظورم این نبود", "منظورم این نیست", "منظورم اون نبود", "من نگفتم", "من که نگفتم", "نگفتم که", "ولش کن*", "بیخیال", "بی خیال", "قبلا امتحان کردم", "امتحان کردم نشد",
    "این کارو کردم", "همین کارو کردم", "حل شد", "پیداش کردم", "اشتباه متوجه", "متوجه نشدید", "متوجه نشدین", "جواب من نبود", "بی ادب*", "بی احترامی", "بداخلاق*", "بد اخلاق*", "سگم*", "با سگ*",
    "انعام*", "چمن*", "صفحه اصلی", "صفحه اول", "تکلیف مدرسه", "دمتون گرم", "دستتون درد نکنه عالی", "محشره", "حرف نداره", "همه چی خوبه", "همونطور که گفتین", "همونطور که گفتید", "طبق گفته شما", "عذرخواهی*", "معذرت خواهی*",
    /* zh */
    "没 说 要", "没 说 过", "我 没 说", "我 知 道 怎 么", "已 经 知 道", "早 就 知 道", "没 帮 助", "没 有 帮 助", "没 帮 上", "没 解 决", "答 非 所 问", "不 是 这 个 意 思", "不 是 那 个 意 思",
    "不 是 说", "不 是 我 要 的", "无 关", "算 了", "当 我 没 说", "试 过 了", "已 经 试", "解 决 了", "弄 好 了", "搞 定 了", "找 到 了 谢", "理 解 错", "复 制 粘 贴", "说 了 多 少", "我 就 问",
    "就 是 说 说", "态 度", "没 礼 貌", "凶", "草 坪", "我 的 狗", "带 狗", "小 费", "首 页", "主 页", "作 业", "点 赞", "好 评", "太 棒", "真 棒", "没 事 了", "按 你 说", "照 你 说", "有 人 用 我", "盗 刷", "道 歉", "很 赞", "别 取 消", "不 用 取 消",
    NULL};

static const char *const joining[] = {
    /* en; "and" alone joins halves of one question too */
    "also", "and do you", "and can i", "and can you", "and how", "and is", "and are", "and when", "and where", "and whats", "and will", "as well as", "another thing", "second question",
    /* lt */
    "ir ar", "ir kaip", "ir kiek", "ir kada", "ir kur", "ir dar", "o ar", "o kiek", "o kaip", "taip pat", "be to", "dar klausim*",
    /* bs */
    "takoder", "takode", "uz to", "osim toga", "usput", "i kako", "i kad", "i kada", "i da li", "i moze", "i mogu", "i gde", "i koliko", "i sta", "i imate", "i jos",
    /* pl */
    "oraz", "do tego", "poza tym", "przy okazji", "jeszcze pytanie", "dodatkowo", "i jeszcze", "i czy", "i kiedy", "i gdzie", "i jak", "i ile", "i czemu", "i dlaczego", "i co",
    "i macie", "i moge", "a drug*",
    /* fa */
    "و", "هم", "ضمنا", "همچنین", "در ضمن",
    /* zh */
    "还 有", "另 外", "顺 便", "同 时", "而 且", "再 问",
    NULL};
// clang-format on

const char *aside_told(const char *folded)
{
    return phrase_list_in(told, folded);
}

bool aside_joins(const char *folded)
{
    return phrase_list_in(joining, folded) != NULL;
}

const char *aside_unfolded(void)
{
    const char *unfolded = phrase_list_unfolded(told);
    return unfolded != NULL ? unfolded : phrase_list_unfolded(joining);
}
