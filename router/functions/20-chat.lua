-- One chat: load it, open it, append an event to it. A loaded chat is a table of its hash, with n = its number as text.

local TEXTS = { 'phase', 'visitor', 'lang', 'queue', 'agent', 'offered_to', 'reason', 'answered', 'tried', 'answer_seqs', 'pref', 'outcome', 'category', 'need',
  'page', 'last_text', 'moves', 'name', 'score', 'followup', 'channel', 'address',
  'people', 'complaint', 'turn_at',
  'told', 'told_wait', 'shut' }
local NUMBERS = { 'seq', 'last_at', 'opened', 'waiting_since', 'waited_ms', 'place_at', 'told_place', 'human', 'answers', 'last_answer_at', 'transfers',
  'first_joined_at', 'first_reply_at', 'closed_at', 'v_seen', 'a_seen',
  'asked_at', 'closes',
  'step', 'held_since' }
local FIELDS = {}
for i = 1, #TEXTS do FIELDS[i] = TEXTS[i] end
for i = 1, #NUMBERS do FIELDS[#TEXTS + i] = NUMBERS[i] end

-- The whole chat, or a refusal. Texts default to "", numbers to 0.
function chat.load(site, n)
  check.chat(n)
  local values = redis.call('HMGET', site .. ':chat:' .. n, unpack(FIELDS))
  if not values[1] then refuse('no_such_chat', 'There is no chat ' .. n .. '.') end
  local c = { n = n }
  for i = 1, #TEXTS do c[TEXTS[i]] = values[i] or '' end
  for i = 1, #NUMBERS do c[NUMBERS[i]] = tonumber(values[#TEXTS + i] or 0) or 0 end
  return c
end

-- The same for a function that is going to write: the chat's other keys must be what they should be.
function chat.hold(site, n)
  local c = chat.load(site, n)
  local base = site .. ':chat:' .. n
  check.kind(base .. ':log', 'stream')
  check.kind(base .. ':mids', 'hash')
  check.kind(base .. ':notes', 'stream')
  check.kind(site .. ':visitor:' .. c.visitor, 'hash')
  return c
end

-- The visitor's newest chat, held; nil when there is none.
function chat.newest(site, vid)
  local n = redis.call('HGET', site .. ':visitor:' .. check.vid(vid), 'chat')
  return n and chat.hold(site, n) or nil
end

-- Sets fields of a held chat, in Redis and in c.
function chat.set(site, c, ...)
  redis.call('HSET', site .. ':chat:' .. c.n, ...)
  local given = { ... }
  for i = 1, #given, 2 do c[given[i]] = given[i + 1] end
end

-- The event as clients get it, live or out of the transcript; before = what stands in front of it.
function chat.frame(n, seq, at, kind, body, before)
  local tail = body:sub(2)
  return (before or '') .. '{"type":"event","chat":' .. n .. ',"seq":' .. seq .. ',"at":' .. at .. ',"kind":"' .. kind .. (tail == '}' and '"' or '",') .. tail
end

-- Appends one event to the transcript and tells everybody; `...` = further fields of the chat to set, field, value, …
-- `at` never runs backwards within a chat, whatever the clock does. The feed gets feed_body when it should know more than
-- the visitor. The first write can fail without a trace. Returns seq and at, as text: Redis formats numbers slowly.
function chat.append(site, now, c, kind, body, feed_body, ...)
  local base, seq, at = site .. ':chat:' .. c.n, c.seq + 1, now > c.last_at and now or c.last_at
  local seq_text, at_text = string.format('%d', seq), string.format('%d', at)
  redis.call('XADD', base .. ':log', seq_text .. '-0', 'at', at_text, 'kind', kind, 'body', body)
  redis.call('HSET', base, 'seq', seq_text, 'last_at', at_text, ...)
  outbox.wake(site, base, chat.frame(c.n, seq_text, at_text, kind, body, 'E' .. seq_text .. ' '))
  redis.pcall('XADD', site .. ':feed', '*', 'at', at_text, 'chat', c.n, 'seq', seq_text, 'kind', kind, 'body', feed_body or body)
  c.seq, c.last_at = seq, at
  return seq_text, at_text
end

-- A wake-up for one side only: to = 'V' (the visitor's sockets) or 'A' (the agents').
function chat.tell(site, n, to, frame)
  outbox.wake(site, site .. ':chat:' .. n, to .. ' ' .. frame)
end

-- Frames of events from `from` on: at most `count` and about `bytes`.
function chat.events(site, n, from, count, bytes)
  local frames, size = {}, 0
  for i, e in ipairs(redis.call('XRANGE', site .. ':chat:' .. n .. ':log', from .. '-0', '+', 'COUNT', count)) do
    local f = e[2]
    frames[i] = chat.frame(n, e[1]:match('^%d+'), f[2], f[4], f[6])
    size = size + #frames[i]
    if size > bytes then break end
  end
  return frames
end

-- Frames of the newest events, oldest first, and the seq of the first of them.
function chat.newest_events(site, n, count, bytes)
  local newest, size, first = {}, 0, 1
  for i, e in ipairs(redis.call('XREVRANGE', site .. ':chat:' .. n .. ':log', '+', '-', 'COUNT', count)) do
    local f, seq = e[2], e[1]:match('^%d+')
    local frame = chat.frame(n, seq, f[2], f[4], f[6])
    size = size + #frame
    if i > 1 and size > bytes then break end
    newest[i], first = frame, tonumber(seq)
  end
  local frames = {}
  for i = #newest, 1, -1 do frames[#frames + 1] = newest[i] end
  return frames, first
end

-- The next chat number that nothing in the store bears (a counter restored from an old copy must not overwrite a chat).
local function next_number(site)
  local n = tonumber(redis.call('GET', site .. ':next_chat') or 0) or 0
  repeat
    n = n + 1
    local base = site .. ':chat:' .. n
  until redis.call('EXISTS', base, base .. ':log', base .. ':mids', base .. ':notes') == 0
  return n
end

local MOST_PAGES = 20

-- The pages a visitor went through in a chat, with one more: JSON objects {"url","title","at"}, comma between, the newest last.
function chat.visited(known, page, now)
  local list, told = (json.read('{"pages":[' .. (known or '') .. ']}') or {}).pages or {}, json.read(page) or {}
  local function text(member) return json.text(type(told[member]) == 'string' and told[member] or '') end
  local kept = {}
  for i = math.max(1, #list - MOST_PAGES + 2), #list do
    kept[#kept + 1] = json.object('url', json.text(list[i].url), 'title', json.text(list[i].title), 'at', string.format('%d', list[i].at))
  end
  kept[#kept + 1] = json.object('url', text('url'), 'title', text('title'), 'at', now)
  return table.concat(kept, ',')
end

-- Opens a chat for a visitor, phase auto, with no event yet. said = {lang, page, profile, queue}, as the gateway told.
function chat.open(site, now, vid, said)
  local visitor = site .. ':visitor:' .. vid
  check.kind(visitor .. ':chats', 'list')
  check.kind(site .. ':ages', 'zset')
  if redis.call('EXISTS', site .. ':blocked:' .. vid) == 1 then refuse('blocked', 'This visitor is kept out for a while.') end
  local known = redis.call('HMGET', visitor, 'agent', 'lang', 'profile', 'chat')
  local lang, page = check.lang(said.lang), check.page(said.page)
  local about, name = profile.merge(known[3], said.profile, true)
  if lang == '' then lang = known[2] or settings.text(site, 'default_lang') end
  local c = { n = tostring(next_number(site)), phase = 'auto', visitor = vid, lang = lang, page = page, queue = settings.queue(site, said.queue),
    pref = known[1] or '', name = name, agent = '', offered_to = '', reason = '', seq = 0, last_at = 0, waited_ms = 0, told_place = 0, human = 0,
    first_joined_at = 0, waiting_since = 0, place_at = 0, people = '', complaint = '', asked_at = 0, closes = 0, transfers = 0,
    told = '', told_wait = '', held_since = 0 }
  redis.call('SET', site .. ':next_chat', c.n)
  redis.call('HSET', site .. ':chat:' .. c.n, 'phase', 'auto', 'visitor', vid, 'lang', lang, 'queue', c.queue, 'seq', 0, 'opened', now, 'human', 0,
    'answers', 0, 'pref', c.pref, 'page', page, 'pages', page ~= '' and chat.visited('', page, now) or '', 'name', name)
  -- What was sent to the chat before may still come, by a way that was stuck: see accepted_by_elder.
  if known[4] and redis.call('EXISTS', site .. ':chat:' .. known[4] .. ':mids') == 1 then redis.call('HSET', site .. ':chat:' .. c.n, 'elder', known[4]) end
  redis.call('HSETNX', visitor, 'first_at', now)
  redis.call('HSET', visitor, 'chat', c.n, 'lang', lang, 'page', page, 'profile', about)
  redis.call('LPUSH', visitor .. ':chats', c.n)
  followup.withdraw(site, vid)
  archive.begins(site, now, c.n)
  chat.count(site, now, 'chats', 1, { queue = c.queue, hour = true })
  feed.add(site, now, c.n, 'opened', json.object('visitor', json.text(vid), 'lang', json.text(lang), 'queue', json.text(c.queue)))
  return c
end
