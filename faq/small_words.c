/* Words that say nothing about the topic, in the languages of the widget. */
#include "faq/known.h"

// clang-format off
const char *const small_words[] = {
    /* en */
    "a about after again all already also always am an and another any anyone anything are arent as asap ask at available "
    "away back be because been before being best both but by bye can cant could couldnt dear did didnt do does doesnt doing "
    "dont done each else ever every example explain few find first for from further get gets getting give go going gonna "
    "good got guess guys had has hasnt have havent having he hello help her here hey hi him his hope how hows i id if ill im in "
    "inform information info into is isnt it its ive just kind kindly know let lets like little ll long look looking lot made "
    "make many maybe me mean mind more most much must my myself need needed needs never new next nice no not now of off "
    "ok okay on once one only or other our out over own please pls plz possible process provide quick quickly really "
    "reason regarding right said same say see seem send share she should show sir since so some someone something soon "
    "still such sure take tell than thank thanks that thats the their them then there theres these they thing things think "
    "this those though through til till time to today tomorrow too tried try trying two u unable understand until up ur us use used using "
    "very via wanna want wanted wants was wasnt way we well went were werent what whats when whenever where wheres whether "
    "which while who whom whose why whys will wish with within without wont work working works would wouldnt yes yet you "
    "youre your yours may might shall sir madam mam bro dear team morning evening afternoon hii hlo hola wat wht abt plzz kindly regards m re ve d s interested interest prefer query enquiry inquiry doubt confirm mention clarify exactly properly regards kind type suitable assist assistance question details detail able allow allowed anyway currently actually",
    /* en: more of what say around a question */
    "absolutely across ago along although amongst anyhow anymore anything anytime anyways anywhere appreciate around aside asked asking aware basically "
    "became become becomes becoming began begin believe beside between bit came certain certainly come comes coming completely concerned concerning "
    "confused considering consider couple curious definitely depending despite due during either elaborate else "
    "enough entire especially even eventually everyone everything everywhere exact fact figure figured finally fine follow followed following follows fully given gives "
    "glad gone guy happen happened happening happens happy hardly heard hear hello hence herself himself however idea ideas immediately "
    "indeed instead involved itself keep keeps kept knew knowing knows last lately later latest least less let likely literally lots luck main mainly "
    "matter means meant meanwhile mention mentioned merely moment mostly myself namely near nearly necessary neither none nobody nor normally noticed "
    "obviously often ones onto ought ourselves particular particularly past per perhaps place placed plus possibly probably procedure processes properly "
    "put puts quite ran rather reach ready real realize recent recently related remain request require required requires rest run running saw saying says seeing seem "
    "seemed seems seen set several show showed showing shown shows similar simple simply situation solution solve somehow sometime sometimes somewhat somewhere sort speak specific specifically specified "
    "stay step steps straight stuff suggest suggestion suggestions suppose supposed surely taken takes taking talk talking telling tells themselves therefore thinking thought together told tomorrow totally towards toward "
    "true trying turn turned understood unless unlike unsure upon urgent urgently useful usually various waiting ways went whatever whichever whoever whose willing wish wishing won wonder wondered wondering "
    "worried yesterday yet yourself yup yeah ya yep hmm hm oh ohh ah bye",
    /* hi, in Latin letters, as customers in India write among English words */
    "aap aapka aapke aapki aapko aaj aata abhi agar apka apke apki apko ap aur baare bare bata batao batau bataye bataiye bataiyega bhai bhaiya bhi chahata chahiye chaiye chahta chahti dedo dena dijiye dijie diya "
    "gaya gayi gya gyi hai hain he ho hoga hogi hona hone hota hoti hote hua hui hu hum humko hume hun jata jati jaye jayega jayegi ji jee ka kab kaha kahan kaise kaisa kaisi kaun kar kare karein karen karke karna karne karo karu karun "
    "kese kha ki kijiye kis kisi kitna kitne kitni kiya ko koi konsa kon kr kra kre krna krne kro kru kuch kya kyo kyon kyu kyun lena lene liya liye lo main mai mein mera mere meri mil mila mile milega milegi milta milti mujhe muje mujko na nahi nahin nai nhi "
    "pe par pata raha rahe rahi rha rhe rhi sab sakta sakte sakti sakta se sirf tha thi to toh wala wale wali wo woh yaar ya ye yeh yaha yahan yar",
    /* lt */
    "aciu ach ai ar as asmuo atsiprasau aš be bei bet bus buti buvo butu cia dabar dar daug del dideli es esu esate gal "
    "galeciau galetumete gali galim galima galiu galite gera geras gerai gerb ir is iki iš ja jai jau jei jeigu ji jie jis jos ju jums jus "
    "jusu juos kad kada kai kaip kaipgi kam kas ka ko koks kokia kokie kokio kokius kol kur kuri kuris kurie kurios labas laba "
    "labai man mano mane manes mes mums musu na nuo ne nebe nera noreciau noriu norim norime o padekit padekite padeti pagal "
    "paaiskinkite pas pasakykite per po prasau prie pries reik reikia reikes sau savo siandien sis si sita sitas sveiki su "
    "ta tada taip tai tas tie to toks tokia tu turi turiu turime uz uzduoti yra zinau zinoti zinote klausimas informacija",
    /* bs, hr, sr */
    "a ako ali bi bih bila bili bilo bio biti bismo biste bude budem ce cu cemo da dali dan dobar dobro do dje drugi gdje gde "
    "hocu hoce htio htjela hteo htela hvala i ili im ima imam imamo imate iz ja je jel jer jesam jesu jos juce kad kada kako "
    "kao kod koja koje koji koju kojem kome kroz li me mene meni mi mogu moguce moj moja moje moju molim moram moze mozete mozemo na nam nas ne "
    "nego neka neki neko nesto ni nije nisam nisu nema niti njega o od ok on ona oni ono ova ovaj ove ovo pa po pod "
    "postovani pozdrav pri prije pre pomoc pomozite recite sa sad sada sam samo se si smo ste sta sto su svi sve ta taj tako te ti to "
    "toga treba trebam trebao trebala u uz va vam vas vasa vase vec vi vrlo za zanima zasto zelim zelio zelila zdravo znati znam pitanje",
    /* pl */
    "a aby ach ale bardzo bede bedzie bez bo by byc byl byla bylo byly chce chcialabym chcialbym ci cie co cos czy czemu czym dla do "
    "dobry dziekuje dzien dzis gdy gdzie go i ich ile im inny ja jak jaka jaki jakie jakim jako jakos je jego jej jest jestem "
    "jesli jeszcze jezeli juz kiedy kto ktora ktore ktory ktorym lub ma mam macie mi mial mialem mialam mna mnie moc moge moi moj moja "
    "moje mojego mojej moim moze mozecie mozna moglbym moglabym musze my na nad nam nas nasz nie niz no o od ok on ona one oni "
    "oraz po pod pomoc pomozcie potrzebuje pani panstwo pan prosba prosze przed przez przy sa sie siebie skad sobie sposob ta tak taki "
    "tam te tego tej ten to trzeba tu twoj ty tylko tym u w wam was wasz wasza wasze we wie wiem wiedziec witam wiec wszystko z za ze zeby zrobic pytanie",
    /* fa */
    "و در به از که را این آن با برای است هست هستم هستید بود باشد شد شود می کنم کنید کند کرد کنیم کرده من ما شما تو او آنها یک هم تا یا اگر اما "
    "ولی چه چی چیه چطور چطوری چگونه چرا کی کجا کجاست کدام چند چقدر آیا لطفا ممنون مرسی سلام خوب بله نه دارم دارید دارد داره میشه میشود "
    "میتونم میتوانم میتونید میخوام میخواهم خواستم بدونم بدانم بگید بگویید باید شاید خیلی هر همه هیچ دیگه دیگر الان حالا امروز "
    "فردا بعد قبل روی رو تون مون خودم خود ام ای اید اند است سوال کمک راهنمایی لطفاً وقت بخیر",
    /* zh */
    "的 了 是 我 你 您 们 在 有 和 吗 呢 吧 啊 呀 这 那 个 怎 么 什 可 以 能 要 想 请 问 不 没 会 到 多 少 好 谢 就 也 都 还 上 下 去 来 给 为 何 如 哪 "
    "里 里面 几 时 候 候 对 从 把 被 让 做 用 说 看 知 道 一 二 两 三 后 前 中 亲 麻 烦 帮 忙 需 现 天 今 明",
    NULL};
// clang-format on
