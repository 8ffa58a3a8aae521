-- Search over past chats: no index (it would cost every message, and erasing a person would have to find it), but a walk from the
-- newest chat back, in slices so small that nobody else waits for long; whoever searches asks for the next slice.

do
local MOST_COST = 300  -- of a slice: about 1 for an event read, 3 for a chat looked at; a few milliseconds
local MOST_HITS = 20    -- of a slice
local MOST_EVENTS = 300 -- of a chat: the newest

-- Letters as they are compared: Latin ones small and without marks, Arabic ones in the Persian form, no zero-width joiners.
local PLAIN = { ['À Á Â Ã Ä Å à á â ã ä å Ā ā Ă ă Ą ą'] = 'a', ['Ç ç Ć ć Ĉ ĉ Ċ ċ Č č'] = 'c', ['Ď ď Đ đ'] = 'd', ['È É Ê Ë è é ê ë Ē ē Ĕ ĕ Ė ė Ę ę Ě ě'] = 'e',
  ['Ĝ ĝ Ğ ğ Ġ ġ Ģ ģ'] = 'g', ['Ì Í Î Ï ì í î ï Ĩ ĩ Ī ī Ĭ ĭ Į į İ ı'] = 'i', ['Ķ ķ'] = 'k', ['Ĺ ĺ Ļ ļ Ľ ľ Ł ł'] = 'l', ['Ñ ñ Ń ń Ņ ņ Ň ň'] = 'n',
  ['Ò Ó Ô Õ Ö Ø ò ó ô õ ö ø Ō ō Ŏ ŏ Ő ő'] = 'o', ['Ŕ ŕ Ŗ ŗ Ř ř'] = 'r', ['Ś ś Ŝ ŝ Ş ş Š š'] = 's', ['Ţ ţ Ť ť'] = 't', ['Ù Ú Û Ü ù ú û ü Ũ ũ Ū ū Ŭ ŭ Ů ů Ű ű Ų ų'] = 'u',
  ['Ý ý ÿ Ÿ Ŷ ŷ'] = 'y', ['Ź ź Ż ż Ž ž'] = 'z', ['ي ى'] = 'ی', ['ك'] = 'ک', ['ة'] = 'ه' }
local folds -- letter -> plain one; made when it is first needed: while the library loads there is nothing to make it with

local function fold(text)
  if not folds then
    folds = {}
    for letters, plain in pairs(PLAIN) do for letter in letters:gmatch('[^ ]+') do folds[letter] = plain end end
  end
  if text:find('[\128-\255]') then text = text:gsub('\226\128[\139-\141]', ''):gsub('[\195-\219][\128-\191]', folds) end
  return text:lower()
end

-- The words of a query, folded; at most 8.
local function terms(text)
  local found = {}
  for word in fold(text or ''):gmatch('%S+') do if #found < 8 then found[#found + 1] = word end end
  return found
end

local function holds_all(text, wanted)
  for _, word in ipairs(wanted) do if not text:find(word, 1, true) then return false end end
  return true
end

-- {q, who, category, outcome, agent, from, to} out of the JSON of a query.
function search.query(text)
  local q = json.read(text) or bad('A search is a JSON object.')
  for _, name in ipairs({ 'q', 'who', 'category', 'outcome', 'agent' }) do
    if q[name] ~= nil and (type(q[name]) ~= 'string' or #q[name] > 800) then bad('In a search ' .. name .. ' is a text of at most 800 bytes.') end
  end
  for _, name in ipairs({ 'from', 'to' }) do
    if q[name] ~= nil and (type(q[name]) ~= 'number' or q[name] < 0 or q[name] > 1e14) then bad('In a search ' .. name .. ' is a moment in milliseconds.') end
  end
  return { text = terms(q.q), who = terms(q.who), category = q.category or '', outcome = q.outcome or '', agent = q.agent or '', from = q.from or 0, to = q.to or 1e15 }
end

-- A piece of a text around its first searched word, which the caller marks.
local function snippet(text, word)
  local at = fold(text):find(word, 1, true) or 1
  local from = math.max(1, at - 60) -- folding may shift bytes a little: it only chooses where the piece begins
  while from > 1 and text:byte(from) and text:byte(from) >= 128 and text:byte(from) < 192 do from = from - 1 end
  return (from > 1 and '…' or '') .. ops.cut(text:sub(from), 160)
end

-- Does the chat hold all words, each anywhere in what was said or noted at its end? -> a snippet and its seq, or nil; and the cost
local function said(site, n, wanted, need)
  local missing, shown, at, left = {}, nil, 0, #wanted
  for _, word in ipairs(wanted) do missing[word] = true end
  local function any(folded)
    for word in pairs(missing) do if folded:find(word, 1, true) then return true end end
  end
  local function look(text, seq)
    local folded = fold(text)
    for word in pairs(missing) do
      if folded:find(word, 1, true) then
        missing[word], left = nil, left - 1
        if word == wanted[1] or not shown then shown, at = snippet(text, word), seq end
      end
    end
  end
  if need ~= '' then look(need, 0) end
  local log = redis.call('XREVRANGE', site .. ':chat:' .. n .. ':log', '+', '-', 'COUNT', MOST_EVENTS)
  for _, e in ipairs(log) do
    if left == 0 then break end
    local kind = e[2][4]
    local body = (kind == 'message' or kind == 'answer') and any(fold(e[2][6])) and json.read(e[2][6]) -- few are worth reading as JSON
    if body and type(body.text) == 'string' then look(body.text, tonumber(e[1]:match('^%d+'))) end
  end
  return left == 0 and (shown or '') or nil, at, #log
end

-- The chat as a hit when it is one, else nil; and what looking cost.
function search.look(site, n, q)
  local v = redis.call('HMGET', site .. ':chat:' .. n, 'opened', 'phase', 'visitor', 'name', 'category', 'outcome', 'agent', 'score', 'lang', 'queue', 'need', 'closed_at')
  local opened = tonumber(v[1] or 0)
  if not v[1] or opened < q.from or opened > q.to then return nil, 1, opened end
  if q.category ~= '' and v[5] ~= q.category or q.outcome ~= '' and v[6] ~= q.outcome or q.agent ~= '' and v[7] ~= q.agent then return nil, 1, opened end
  if #q.who > 0 then
    local about = redis.call('HGET', site .. ':visitor:' .. (v[3] or ''), 'profile') or ''
    if not holds_all(fold((v[3] or '') .. ' ' .. (v[4] or '') .. ' ' .. about), q.who) then return nil, 3, opened end
  end
  local text, at, cost = '', 0, 0
  if #q.text > 0 then text, at, cost = said(site, n, q.text, v[11] or '') end
  if not text then return nil, 3 + cost, opened end
  return json.object('chat', n, 'opened', opened, 'closed_at', v[12] or 0, 'phase', json.text(v[2] or ''), 'name', json.text(v[4] or ''), 'lang', json.text(v[9] or ''),
    'queue', json.text(v[10] or ''), 'category', json.text(v[5] or ''), 'outcome', json.text(v[6] or ''), 'agent', json.text(v[7] or ''),
    'score', v[8] or 'null', 'seq', at, 'text', json.text(text)), 3 + cost, opened
end

-- One slice, from the chat before `before` (0: the newest) back. -> hits (JSON texts), where to go on (0 = that was all), looked, oldest
function search.slice(site, q, before)
  local n = before > 0 and before - 1 or tonumber(redis.call('GET', site .. ':next_chat') or 0)
  local hits, cost, looked, oldest = {}, 0, 0, 0
  while n >= 1 and cost < MOST_COST and #hits < MOST_HITS do
    local hit, spent, opened = search.look(site, string.format('%d', n), q)
    hits[#hits + 1] = hit
    cost, looked, n = cost + spent, looked + 1, n - 1
    if opened > 0 then oldest = opened end
    if opened > 0 and opened < q.from then n = 0 end -- numbers follow time: all others are older
  end
  return hits, n >= 1 and n + 1 or 0, looked, oldest
end

-- search(now, A, before chat|0, json query) -> ok, json {"hits":[…],"next":chat|0,"looked":N,"oldest":ms,"newest":chat}: one slice, the
-- newest first. query {q (words in what was said), who (name, e-mail, account …), category, outcome, agent, from, to (opened, ms)}.
register.reading('search', function(site, _, args)
  staff.load(site, args[2])
  local before, q = check.number(args[3] or '0', 0, 1e15, 'The chat'), search.query(args[4])
  local hits, on, looked, oldest = search.slice(site, q, before)
  return { 'ok', json.object('hits', json.array(hits), 'next', string.format('%d', on), 'looked', looked, 'oldest', string.format('%d', oldest),
    'newest', redis.call('GET', site .. ':next_chat') or 0) }
end)

-- history(now, A, vid) -> ok, json [hits]: every chat of a visitor that is still kept, the newest first
register.reading('history', function(site, _, args)
  staff.load(site, args[2])
  local hits, q = {}, search.query('{}')
  for _, n in ipairs(redis.call('LRANGE', site .. ':visitor:' .. check.vid(args[3]) .. ':chats', 0, 49)) do
    hits[#hits + 1] = search.look(site, n, q)
  end
  return { 'ok', json.array(hits) }
end)
end
