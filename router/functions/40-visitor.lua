-- What a visitor does in a chat: say, ask for a person, end it. visitor_say is the hot path: few calls, nothing decoded.

-- The reply to a mid that was accepted before, or a refusal when it then carried something else.
local function accepted_before(site, n, phase, seq, kind, body)
  local e = redis.call('XRANGE', site .. ':chat:' .. n .. ':log', seq .. '-0', seq .. '-0')[1]
  local f = e and e[2]
  if not f or f[4] ~= kind or (body and f[6] ~= body) then
    refuse('mid_reused', 'This mid was already used for something else; make a new one for each message.')
  end
  return { 'ok', n, seq, f[2], '1', phase, '0' }
end
chat.accepted_before = accepted_before

-- Language and page of an open chat, when they are told and are news: field, value, … for HSET.
local function news(site, now, c, lang, page)
  local told = {}
  if lang and lang ~= '' and lang ~= c.lang then told = { 'lang', check.lang(lang) } end
  if page and page ~= '' and page ~= c.page then
    local pages = chat.visited(redis.call('HGET', site .. ':chat:' .. c.n, 'pages'), check.page(page), now)
    for _, word in ipairs({ 'page', page, 'pages', pages }) do told[#told + 1] = word end
  end
  return unpack(told)
end
chat.news = news

-- The reply to a mid that an earlier chat of this visitor accepted, nil when none did. It was sent again and stored elsewhere meanwhile, and
-- comes late, by a gateway that hung or a way that was long. `elder`: the chat before, while its mids are remembered (see chat.open).
local MOST_ELDERS = 5
local function accepted_by_elder(site, elder, field, kind, body)
  for _ = 1, MOST_ELDERS do
    if (elder or '') == '' then return nil end
    local base = site .. ':chat:' .. elder
    local seq = redis.call('HGET', base .. ':mids', field)
    local v = redis.call('HMGET', base, 'phase', 'elder')
    if seq and v[1] then return accepted_before(site, elder, v[1], seq, kind, body) end
    elder = v[2]
  end
end

-- Only what visitor_say needs of the newest chat; nil when there is none.
local function brief(site, vid)
  local n = redis.call('HGET', site .. ':visitor:' .. vid, 'chat')
  if not n then return nil end
  local v = redis.call('HMGET', site .. ':chat:' .. n, 'phase', 'seq', 'last_at', 'lang', 'page', 'elder')
  if not v[1] then broken('chat ' .. n .. ' of a visitor is missing') end
  return { n = n, phase = v[1], seq = tonumber(v[2]), last_at = tonumber(v[3] or 0), lang = v[4], page = v[5], elder = v[6] }
end

-- Appends under a mid that has just been claimed; gives the mid back when the transcript takes nothing.
local function append_claimed(site, now, c, field, body, ...)
  local done, seq, at = pcall(chat.append, site, now, c, 'message', body, nil, ...)
  if done then return seq, at end
  local length = redis.pcall('XLEN', site .. ':chat:' .. c.n .. ':log')
  if type(length) ~= 'number' or length <= c.seq then redis.call('HDEL', site .. ':chat:' .. c.n .. ':mids', field) end
  error(seq, 0)
end
chat.append_claimed = append_claimed

-- visitor_say(now, vid, mid, body, preview, lang, page, profile, queue) -> ok, chat, seq, at, dup, phase, opened
-- Opens a chat when none is open; only then are profile and queue looked at. no: mid_reused.
function chat.say(site, now, args)
  local vid, mid, body, preview = check.vid(args[2]), check.mid(args[3]), check.body(args[4]), args[5] or ''
  if #preview > 600 then bad('A preview has at most 600 bytes.') end
  local c, opened, field = brief(site, vid), '0', 'v:' .. mid
  local mids = c and site .. ':chat:' .. c.n .. ':mids'
  if c and c.phase == 'closed' then
    local seq = redis.call('HGET', mids, field)
    if seq then return accepted_before(site, c.n, 'closed', seq, 'message', body) end
  end
  local known = c and accepted_by_elder(site, c.elder, field, 'message', body)
  if known then return known end
  if c and c.phase == 'closed' then c = nil end
  if c then
    news(site, now, c, args[6], args[7]) -- refuses what is malformed, before the first write
  else
    check.kind(site .. ':unheard', 'zset')
    c = chat.open(site, now, vid, { lang = args[6], page = args[7], profile = args[8], queue = args[9] })
    mids, opened = site .. ':chat:' .. c.n .. ':mids', '1'
  end
  if redis.call('HSETNX', mids, field, string.format('%d', c.seq + 1)) == 0 then
    return accepted_before(site, c.n, c.phase, redis.call('HGET', mids, field), 'message', body)
  end
  local seq, at = append_claimed(site, now, c, field, body, 'last_text', preview, news(site, now, c, args[6], args[7]))
  if c.phase == 'auto' then
    redis.call('ZADD', site .. ':unheard', string.format('%d', now + settings.number(site, 'unheard_ms')), c.n)
  elseif c.phase ~= 'active' then
    desk.changed(site)
  end
  return { 'ok', c.n, seq, at, '0', c.phase, opened }
end
register.writing('visitor_say', chat.say)

-- visitor_human(now, vid, mid, lang, page, profile, queue) -> ok, chat, seq, at, dup, phase, opened
-- A person is wanted: auto -> queued (reason asked), opening a chat when none is open. Already waiting or served: dup 1.
register.moving('visitor_human', function(site, now, args)
  local vid, mid, field, opened = check.vid(args[2]), check.mid(args[3]), 'v:' .. args[3], '0'
  local c = chat.newest(site, vid)
  local seq = c and redis.call('HGET', site .. ':chat:' .. c.n .. ':mids', field)
  if seq then return accepted_before(site, c.n, c.phase, seq, 'queued') end
  local known = c and accepted_by_elder(site, redis.call('HGET', site .. ':chat:' .. c.n, 'elder'), field, 'queued')
  if known then return known end
  if c and c.phase ~= 'auto' and c.phase ~= 'closed' then
    chat.set(site, c, 'human', 1)
    return { 'ok', c.n, c.seq, c.last_at, '1', c.phase, '0' }
  end
  local changes = c and c.phase ~= 'closed' and { news(site, now, c, args[4], args[5]) } or {}
  if not c or c.phase == 'closed' then
    c, opened = chat.open(site, now, vid, { lang = args[4], page = args[5], profile = args[6], queue = args[7] }), '1'
  end
  if #changes > 0 then chat.set(site, c, unpack(changes)) end
  redis.call('HSET', site .. ':chat:' .. c.n .. ':mids', field, c.seq + 1)
  place.leave(site, now, c, 'asked')
  local at
  seq, at = place.queue(site, now, c, 'asked')
  place.settle(site, now, c)
  return { 'ok', c.n, seq, at, '0', c.phase, opened }
end)

-- visitor_end(now, vid, [chat]) -> ok, seq; with a chat only when it is still the newest. no: no_such_chat | closed
register.moving('visitor_end', function(site, now, args)
  local c = chat.newest(site, args[2])
  if not c then refuse('no_such_chat', 'There is no chat to end.') end
  if c.phase == 'closed' or (args[3] and args[3] ~= '' and args[3] ~= c.n) then refuse('closed', 'The chat is already closed.') end
  local seq = place.close(site, now, c, 'visitor', {})
  match.run(site, now)
  return { 'ok', seq }
end)

-- The chat a rating is for: the one named, else the newest closed one, also when a new one is open.
local function rated_chat(site, vid, named)
  if named and named ~= '' then
    local c = chat.hold(site, named)
    if c.visitor ~= vid then refuse('no_such_chat', 'This visitor has no chat ' .. named .. '.') end
    return c
  end
  for _, n in ipairs(redis.call('LRANGE', site .. ':visitor:' .. vid .. ':chats', 0, 1)) do
    local c = chat.hold(site, n)
    if c.phase == 'closed' then return c end
  end
end

-- rate(now, vid, score, text, [chat]) -> ok, seq: once a chat. no: not_closed | already | no_such_chat
register.writing('rate', function(site, now, args)
  local vid, score, text = check.vid(args[2]), check.number(args[3], 1, 5, 'The score'), check.text(args[4] or '', 0, 2000, 'The text')
  local c = rated_chat(site, vid, args[5])
  if not c or c.phase ~= 'closed' then refuse('not_closed', 'Only a closed chat can be rated.') end
  if c.score ~= '' then refuse('already', 'This chat was already rated.') end
  chat.set(site, c, 'score', score)
  measure.rates(site, now, c, score, text)
  local body = '{"score":' .. score .. ',"text":' .. json.text(text) .. '}'
  return { 'ok', (chat.append(site, now, c, 'rated', body, body:sub(1, -2) .. ',"agent":' .. json.text(c.agent) .. '}')) }
end)
