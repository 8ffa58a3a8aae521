-- Words of the desk that a shop may change: ready replies (canned.LANG.NAME) and the phrase guard's list (phrase.LANG.PHRASE).
-- {S}:words (a hash) holds only what differs from what ships. A ready reply that is "" is taken out. Of the guard, the shipped list
-- is the gateway's (faq/phrases/phrases.yaml): here "" leaves a phrase to it, "-" never warns of it, anything else are better words.

do
local MOST_WORDS = 1000

-- {visitor}, {agent} and {shop} are filled in by whoever inserts the reply.
words.shipped = {
  en = {
    { 'greeting', 'Hello {visitor}, I am {agent} from {shop}. I have read everything you wrote, so there is no need to repeat it.' },
    { 'sympathy', 'I understand how annoying this is, {visitor}. Thank you for telling us.' },
    { 'apology', 'I am sorry about this, {visitor}. Let us put it right now.' },
    { 'clarify', 'So that I help with the right thing: could you tell me a little more about what happened?' },
    { 'assure', 'I am looking into it now and will stay with you until it is solved.' },
    { 'recap', 'To sum up what we agreed: ' },
    { 'thanks', 'Thank you for writing, {visitor}. Is there anything else I can do for you?' },
  },
  lt = {
    { 'greeting', 'Sveiki, {visitor}, čia {agent} iš „{shop}“. Perskaičiau viską, ką rašėte, todėl kartoti nereikia.' },
    { 'sympathy', 'Suprantu, kaip tai nemalonu, {visitor}. Ačiū, kad pranešėte.' },
    { 'apology', 'Labai apgailestauju dėl šių nepatogumų, {visitor}. Tuoj pat viską sutvarkysime.' },
    { 'clarify', 'Kad padėčiau tiksliai, gal galėtumėte šiek tiek plačiau papasakoti, kas nutiko?' },
    { 'assure', 'Jau tikrinu ir liksiu su Jumis, kol viskas bus išspręsta.' },
    { 'recap', 'Trumpai, ką sutarėme: ' },
    { 'thanks', 'Dėkoju, kad parašėte, {visitor}. Ar galiu dar kuo nors padėti?' },
  },
  bs = {
    { 'greeting', 'Dobar dan, {visitor}, ovdje {agent}, {shop}. Vidim sve što ste napisali, ne morate ponavljati.' },
    { 'sympathy', 'Razumijem koliko je ovo neugodno, {visitor}. Hvala što ste nam javili.' },
    { 'apology', 'Žao nam je zbog ovoga, {visitor}. Odmah ćemo to riješiti.' },
    { 'clarify', 'Da vam tačno pomognem: možete li mi reći malo više o tome šta se desilo?' },
    { 'assure', 'Upravo provjeravam i ostajem s vama dok se ne riješi.' },
    { 'recap', 'Ukratko, dogovorili smo se: ' },
    { 'thanks', 'Hvala što ste nam pisali, {visitor}. Mogu li još nešto učiniti za vas?' },
  },
  pl = {
    { 'greeting', 'Dzień dobry, {visitor}, z tej strony {agent}, {shop}. Znam już całą rozmowę, nie trzeba niczego powtarzać.' },
    { 'sympathy', 'Rozumiem, jakie to uciążliwe, {visitor}. Dziękujemy za zgłoszenie.' },
    { 'apology', 'Bardzo przepraszamy za tę sytuację, {visitor}. Zaraz to naprawimy.' },
    { 'clarify', 'Żeby dobrze pomóc: czy można prosić o kilka słów więcej o tym, co się stało?' },
    { 'assure', 'Już to sprawdzam i zostanę na czacie, aż sprawa będzie załatwiona.' },
    { 'recap', 'Podsumowując nasze ustalenia: ' },
    { 'thanks', 'Dziękujemy za wiadomość, {visitor}. Czy mogę jeszcze w czymś pomóc?' },
  },
  fa = {
    { 'greeting', 'سلام {visitor}، من {agent} از {shop} هستم. همهٔ نوشته‌های شما را خوانده‌ام و نیازی به تکرار نیست.' },
    { 'sympathy', 'می‌دانم که این موضوع چقدر آزاردهنده است، {visitor}. ممنون که خبر دادید.' },
    { 'apology', 'از این بابت متأسفم، {visitor}. همین حالا آن را درست می‌کنیم.' },
    { 'clarify', 'برای این‌که درست کمک کنم، ممکن است کمی بیشتر دربارهٔ آنچه پیش آمده بنویسید؟' },
    { 'assure', 'در حال بررسی هستم و تا حل شدن موضوع کنار شما می‌مانم.' },
    { 'recap', 'خلاصهٔ آنچه با هم قرار گذاشتیم: ' },
    { 'thanks', 'از پیام شما سپاسگزارم، {visitor}. کار دیگری هست که بتوانم انجام دهم؟' },
  },
  zh = {
    { 'greeting', '您好，{visitor}！我是{shop}的{agent}。您之前写的内容我都看过了，不用再重复。' },
    { 'sympathy', '我理解这件事让您很困扰，{visitor}。谢谢您告诉我们。' },
    { 'apology', '非常抱歉给您带来不便，{visitor}。我们马上处理。' },
    { 'clarify', '为了更准确地帮您，能再多说一点具体情况吗？' },
    { 'assure', '我正在查，会一直陪您到问题解决。' },
    { 'recap', '总结一下我们商定的内容：' },
    { 'thanks', '谢谢您的来信，{visitor}。还有什么我可以帮您的吗？' },
  },
}

-- The shipped text of a ready reply, or "".
local function shipped(lang, name)
  for _, reply in ipairs(words.shipped[lang] or {}) do if reply[1] == name then return reply[2] end end
  return ''
end

-- "canned" or "phrase", the language and the rest of a name; nil when it is no name of a word.
function words.parts(name)
  local kind, lang, rest = name:match('^(%l+)%.(%l%l%l?)%.(.+)$')
  if kind == 'canned' or kind == 'phrase' then return kind, lang, rest end
end

function words.default(name)
  local kind, lang, rest = words.parts(name)
  return kind == 'canned' and shipped(lang, rest) or ''
end

function words.text(site, name)
  return redis.call('HGET', site .. ':words', name) or words.default(name)
end

-- nil, or what is wrong with this value for this word.
function words.fault(site, name, value)
  local kind, _, rest = words.parts(name)
  local n, longest = code_points(value), kind == 'canned' and 2000 or 200
  if kind == 'canned' and (code_points(rest) > 32 or rest:find('[%s%c/]')) then return 'is named by 1 to 32 characters without blanks and "/"' end
  if kind == 'phrase' and (code_points(rest) > 100 or rest:find('%c')) then return 'holds a phrase of 1 to 100 characters' end
  if n > longest then return 'takes at most ' .. longest .. ' characters' end
  if (kind == 'phrase' and value or value:gsub('\n', '')):find('%c') then return 'takes text without control characters' end
  if redis.call('HEXISTS', site .. ':words', name) == 0 and redis.call('HLEN', site .. ':words') >= MOST_WORDS then
    return 'would be one too many: a shop may change ' .. MOST_WORDS .. ' words; take others back first'
  end
end

function words.write(site, name, value)
  if value == words.default(name) then redis.call('HDEL', site .. ':words', name) else redis.call('HSET', site .. ':words', name, value) end
  redis.call('PUBLISH', site .. ':config', 'words')
end

-- The names in {S}:words of one kind, sorted, each with its parts: {name, lang, rest, value}.
function words.own(site, wanted)
  local flat, own = redis.call('HGETALL', site .. ':words'), {}
  for i = 1, #flat, 2 do
    local kind, lang, rest = words.parts(flat[i])
    if kind == wanted then own[#own + 1] = { name = flat[i], lang = lang, rest = rest, value = flat[i + 1] } end
  end
  table.sort(own, function(a, b) return a.name < b.name end)
  return own
end

-- The ready replies in force: {lang -> list of {name, text, own}}; shipped ones first, in their order.
function words.canned(site)
  local by_lang, changed = {}, {}
  for _, w in ipairs(words.own(site, 'canned')) do changed[w.name] = w end
  for lang, replies in pairs(words.shipped) do
    by_lang[lang] = {}
    for _, reply in ipairs(replies) do
      local name = 'canned.' .. lang .. '.' .. reply[1]
      local w = changed[name]
      if not w then table.insert(by_lang[lang], { reply[1], reply[2], false }) elseif w.value ~= '' then table.insert(by_lang[lang], { reply[1], w.value, true }) end
      changed[name] = nil
    end
  end
  for _, w in ipairs(words.own(site, 'canned')) do
    if changed[w.name] and w.value ~= '' then
      by_lang[w.lang] = by_lang[w.lang] or {}
      table.insert(by_lang[w.lang], { w.rest, w.value, true })
    end
  end
  return by_lang
end

-- canned(now) -> ok, json {"en":[{"name","text","own"}],...}: the ready replies in force; own = not as it ships
register.reading('canned', function(site)
  local langs, parts, by_lang = {}, {}, words.canned(site)
  for lang in pairs(by_lang) do langs[#langs + 1] = lang end
  table.sort(langs)
  for i, lang in ipairs(langs) do
    local items = {}
    for k, c in ipairs(by_lang[lang]) do items[k] = json.object('name', json.text(c[1]), 'text', json.text(c[2]), 'own', tostring(c[3])) end
    parts[i] = json.text(lang) .. ':' .. json.array(items)
  end
  return { 'ok', '{' .. table.concat(parts, ',') .. '}' }
end)

-- phrases(now) -> ok, json [{"lang","say","better"}]: what differs from the shipped list of the guard; better "-" = no warning
register.reading('phrases', function(site)
  local items = {}
  for i, w in ipairs(words.own(site, 'phrase')) do items[i] = json.object('lang', json.text(w.lang), 'say', json.text(w.rest), 'better', json.text(w.value)) end
  return { 'ok', json.array(items) }
end)
end
