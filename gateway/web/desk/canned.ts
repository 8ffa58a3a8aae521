/* Ready replies in the visitor's language: greeting, sympathy, apology, clarifying question, assurance, recap, thanks. {visitor} {agent} {shop} are filled in. */

export interface Canned {
  name: string;
  text: string;
}

type Name = 'greeting' | 'sympathy' | 'apology' | 'clarify' | 'assure' | 'recap' | 'thanks';

const TEXTS: Record<string, Record<Name, string>> = {
  en: {
    greeting: 'Hello {visitor}, I am {agent} from {shop}. I have read everything you wrote, so there is no need to repeat it.',
    sympathy: 'I understand how annoying this is, {visitor}. Thank you for telling us.',
    apology: 'I am sorry about this, {visitor}. Let us put it right now.',
    clarify: 'So that I help with the right thing: could you tell me a little more about what happened?',
    assure: 'I am looking into it now and will stay with you until it is solved.',
    recap: 'To sum up what we agreed: ',
    thanks: 'Thank you for writing, {visitor}. Is there anything else I can do for you?',
  },
  lt: {
    greeting: 'Sveiki, {visitor}, čia {agent} iš „{shop}“. Perskaičiau viską, ką rašėte, todėl kartoti nereikia.',
    sympathy: 'Suprantu, kaip tai nemalonu, {visitor}. Ačiū, kad pranešėte.',
    apology: 'Labai apgailestauju dėl šių nepatogumų, {visitor}. Tuoj pat viską sutvarkysime.',
    clarify: 'Kad padėčiau tiksliai, gal galėtumėte šiek tiek plačiau papasakoti, kas nutiko?',
    assure: 'Jau tikrinu ir liksiu su Jumis, kol viskas bus išspręsta.',
    recap: 'Trumpai, ką sutarėme: ',
    thanks: 'Dėkoju, kad parašėte, {visitor}. Ar galiu dar kuo nors padėti?',
  },
  bs: {
    greeting: 'Dobar dan, {visitor}, ovdje {agent}, {shop}. Vidim sve što ste napisali, ne morate ponavljati.',
    sympathy: 'Razumijem koliko je ovo neugodno, {visitor}. Hvala što ste nam javili.',
    apology: 'Žao nam je zbog ovoga, {visitor}. Odmah ćemo to riješiti.',
    clarify: 'Da vam tačno pomognem: možete li mi reći malo više o tome šta se desilo?',
    assure: 'Upravo provjeravam i ostajem s vama dok se ne riješi.',
    recap: 'Ukratko, dogovorili smo se: ',
    thanks: 'Hvala što ste nam pisali, {visitor}. Mogu li još nešto učiniti za vas?',
  },
  pl: {
    greeting: 'Dzień dobry, {visitor}, z tej strony {agent}, {shop}. Znam już całą rozmowę, nie trzeba niczego powtarzać.',
    sympathy: 'Rozumiem, jakie to uciążliwe, {visitor}. Dziękujemy za zgłoszenie.',
    apology: 'Bardzo przepraszamy za tę sytuację, {visitor}. Zaraz to naprawimy.',
    clarify: 'Żeby dobrze pomóc: czy można prosić o kilka słów więcej o tym, co się stało?',
    assure: 'Już to sprawdzam i zostanę na czacie, aż sprawa będzie załatwiona.',
    recap: 'Podsumowując nasze ustalenia: ',
    thanks: 'Dziękujemy za wiadomość, {visitor}. Czy mogę jeszcze w czymś pomóc?',
  },
  fa: {
    greeting: 'سلام {visitor}، من {agent} از {shop} هستم. همهٔ نوشته‌های شما را خوانده‌ام و نیازی به تکرار نیست.',
    sympathy: 'می‌دانم که این موضوع چقدر آزاردهنده است، {visitor}. ممنون که خبر دادید.',
    apology: 'از این بابت متأسفم، {visitor}. همین حالا آن را درست می‌کنیم.',
    clarify: 'برای این‌که درست کمک کنم، ممکن است کمی بیشتر دربارهٔ آنچه پیش آمده بنویسید؟',
    assure: 'در حال بررسی هستم و تا حل شدن موضوع کنار شما می‌مانم.',
    recap: 'خلاصهٔ آنچه با هم قرار گذاشتیم: ',
    thanks: 'از پیام شما سپاسگزارم، {visitor}. کار دیگری هست که بتوانم انجام دهم؟',
  },
  zh: {
    greeting: '您好，{visitor}！我是{shop}的{agent}。您之前写的内容我都看过了，不用再重复。',
    sympathy: '我理解这件事让您很困扰，{visitor}。谢谢您告诉我们。',
    apology: '非常抱歉给您带来不便，{visitor}。我们马上处理。',
    clarify: '为了更准确地帮您，能再多说一点具体情况吗？',
    assure: '我正在查，会一直陪您到问题解决。',
    recap: '总结一下我们商定的内容：',
    thanks: '谢谢您的来信，{visitor}。还有什么我可以帮您的吗？',
  },
};

/** Canned replies in `lang` (English when there are none) whose name or text begins a word with `word`. */
export function cannedFor(lang: string, word: string): Canned[] {
  const set: Partial<Record<Name, string>> = TEXTS[lang.split('-')[0] ?? ''] ?? TEXTS.en ?? {};
  const wanted = word.toLocaleLowerCase();
  return Object.entries(set)
    .map(([name, text]) => ({ name, text }))
    .filter((c) => c.name.startsWith(wanted) || c.text.toLocaleLowerCase().includes(wanted));
}

/** The text with its blanks filled; a name we do not know goes together with the comma before it. */
export function fill(text: string, values: Record<'visitor' | 'agent' | 'shop', string>): string {
  const named = values.visitor ? text : text.replace(/[,，،]?\s*\{visitor\}/g, '');
  return named.replace(/\{(visitor|agent|shop)\}/g, (_, name: 'visitor' | 'agent' | 'shop') => values[name]);
}
