-- Honest waiting: what a visitor who waits for a person is told, when, and each thing once; opening hours; alerts for supervisors.
-- {S}:ladder holds each waiting chat by when it is looked at next; only the tick looks. An entry whose chat no longer waits is
-- dropped at its time, so that joining and saying cost nothing. Notices are events {code, params}; the widget words them:
--   busy {waiting}      more people wait than usual, or it takes longer: why
--   waiting, longer, sorry {minutes}   30 s, 60 s, 3 min without a person's word; sorry may be followed by a voucher (33-voucher.lua)
--   reading {name}      the same, when a person has joined and not written yet
--   nobody {}           nobody who serves the queue is at work; again in each stretch of waiting
--   closed {opens}      the shop closed while the visitor waited
--   language {lang, speaks}   nobody at work speaks the visitor's language; who does come speaks these

local LOOK_MS = 5000      -- a waiting chat is looked at this often
local SHUT_MS = 60000     -- the same while its queue is closed
local STEPS = { { 'waiting', 'wait_first_s' }, { 'longer', 'wait_second_s' }, { 'sorry', 'wait_sorry_s' } }
local TONGUES = { hr = 'bs', sr = 'bs', sh = 'bs', cnr = 'bs' }

-- A language for comparing: its primary code, and those whose speakers understand each other as one (as faq/language.h has it).
function waiting.tongue(lang)
  local primary = lang:match('^%a+') or ''
  return TONGUES[primary] or primary
end

-- Opening hours ---------------------------------------------------------------------------------------------------------

-- Is the queue open, and when does that change (ms, 0: unknown)? {S}:open has "1 ms" or "0 ms" of each queue, as the gateways
-- reckon it out of the setting `hours`; without an entry a queue is always open.
function waiting.open(site, now, queue)
  local told = redis.call('HGET', site .. ':open', queue)
  local is, turns = (told or ''):match('^([01]) (%d+)$')
  if not is then return true, 0 end
  turns = tonumber(turns)
  if turns > 0 and now >= turns then return is == '0', 0 end
  return is == '1', turns
end

-- opening(now, queue1, open1 0|1, turns1 ms, ...) -> ok: the hours of all queues that have any. Told by gateways when it changes.
register.writing('opening', function(site, _, args)
  check.kind(site .. ':open', 'hash')
  if #args % 3 ~= 1 then bad('Each queue needs 0 or 1, and when that changes.') end
  local known, gone = {}, {}
  for i = 2, #args, 3 do
    if #args[i] > 32 or not args[i]:find('^[a-z0-9_-]+$') then bad('A queue is named by 1 to 32 small letters, digits, "_" or "-".') end
    known[args[i]] = check.number(args[i + 1], 0, 1, 'Open') .. ' ' .. string.format('%d', check.number(args[i + 2], 0, 99999999999999, 'When it changes'))
  end
  for _, queue in ipairs(redis.call('HKEYS', site .. ':open')) do
    if not known[queue] then gone[#gone + 1] = queue end
  end
  if #gone > 0 then redis.call('HDEL', site .. ':open', unpack(gone)) end
  for queue, value in pairs(known) do redis.call('HSET', site .. ':open', queue, value) end
  return { 'ok' }
end)

-- Supervisors -----------------------------------------------------------------------------------------------------------

-- Something supervisors should look at: shown on their desk until the chat is closed, and told on the feed.
function waiting.alert(site, now, c, code, n)
  redis.call('ZADD', site .. ':alerts', now, code .. ':' .. c.n)
  feed.add(site, now, c.n, 'alert', '{"code":"' .. code .. '","n":' .. n .. '}')
end

-- The ladder ------------------------------------------------------------------------------------------------------------

-- A stretch of waiting begins: looked at by the next tick.
function waiting.begin(site, now, c)
  redis.call('ZADD', site .. ':ladder', now, c.n)
  c.told = (',' .. c.told .. ','):gsub(',nobody,', ','):gsub(',closed,', ','):gsub('^,+', ''):gsub(',+$', '')
  redis.call('HSET', site .. ':chat:' .. c.n, 'told', c.told)
end

-- {queue = {n, speaks = {tongue, …}}} of everybody at work, and the queues of it as "a,b".
local function at_work(site, now)
  local people, names = {}, {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', site .. ':leases', '(' .. now, '+inf')) do
    local v = redis.call('HMGET', site .. ':agent:' .. id, 'state', 'disabled', 'queues', 'langs')
    if v[1] == 'online' and v[2] ~= '1' then
      for _, queue in ipairs(split(v[3] or '')) do
        local there = people[queue] or { n = 0, speaks = {} }
        people[queue], there.n = there, there.n + 1
        for _, lang in ipairs(split(v[4] or '')) do
          if not contains(there.speaks, waiting.tongue(lang)) then table.insert(there.speaks, waiting.tongue(lang)) end
        end
      end
    end
  end
  for queue in pairs(people) do names[#names + 1] = queue end
  table.sort(names)
  return people, table.concat(names, ',')
end

local function notice(site, now, c, code, params, ...)
  chat.append(site, now, c, 'notice', '{"code":"' .. code .. '","params":' .. (params or '{}') .. '}', nil, ...)
end

-- The same, unless it was told.
local function once(site, now, c, code, params)
  if contains(split(c.told), code) then return false end
  c.told = c.told == '' and code or c.told .. ',' .. code
  notice(site, now, c, code, params, 'told', c.told)
  return true
end

-- Nobody who could come speaks the visitor's language: once, before or just after somebody joined.
local function tell_language(site, now, c, there)
  local lang, speaks = waiting.tongue(c.lang), there.speaks
  if c.phase == 'active' then
    speaks = {}
    for i, one in ipairs(split(redis.call('HGET', site .. ':agent:' .. c.agent, 'langs') or '')) do speaks[i] = waiting.tongue(one) end
  end
  if lang == '' or #speaks == 0 or contains(speaks, lang) then return end
  once(site, now, c, 'language', json.object('lang', json.text(lang), 'speaks', json.strings(speaks)))
end

-- More wait than usual, or have waited long, or will: why.
local function tell_surge(site, now, c, waited)
  local total = redis.call('ZCARD', site .. ':queue:' .. c.queue)
  local long = settings.number(site, 'surge_wait_s')
  local ahead = tonumber(c.told_wait:match('^(%d+)') or 0)
  if total > settings.number(site, 'surge_waiting') or waited >= long * 1000 or ahead >= long then
    return once(site, now, c, 'busy', json.object('waiting', math.max(total, 1)))
  end
end

-- The highest step that is due and was not told; what it passes over is told no more. Returns when the next one is due.
local function tell_step(site, now, c, waited)
  local due, next_at
  for i = c.step + 1, #STEPS do
    local after = settings.number(site, STEPS[i][2]) * 1000
    if waited >= after then due = i elseif not next_at then next_at = c.waiting_since + after end
  end
  if due then
    if c.phase == 'active' then
      notice(site, now, c, 'reading', json.object('name', json.text(redis.call('HGET', site .. ':agent:' .. c.agent, 'name') or c.agent)), 'step', due)
    else
      notice(site, now, c, STEPS[due][1], due == #STEPS and json.object('minutes', math.floor(waited / 60000)), 'step', due)
      if due == #STEPS then vouchers.give(site, now, c) end
    end
  end
  return next_at
end

-- The queue is closed: told once, unless the chat came while it was. Its clock begins anew at the opening.
local function look_shut(site, now, c, opens)
  if c.shut == '' then chat.set(site, c, 'shut', '1') end
  if c.reason ~= 'closed_hours' and not contains(split(c.told), 'closed') then
    local queued = redis.call('XREVRANGE', site .. ':chat:' .. c.n .. ':log', '+', '-', 'COUNT', 1)[1]
    if not (queued and queued[2][6]:find('"opens":', 1, true)) then once(site, now, c, 'closed', opens > 0 and json.object('opens', opens)) end
  end
  return math.min(opens > now and opens or now + SHUT_MS, now + SHUT_MS)
end

-- Looks at one chat of the ladder; returns when to look again, nil for never.
local function look(site, now, c, people)
  local active = c.phase == 'active'
  if active and c.turn_at == '' or not active and c.phase ~= 'queued' and c.phase ~= 'offered' then return nil end
  local open, opens = waiting.open(site, now, c.queue)
  if not open and not active then return look_shut(site, now, c, opens) end
  if c.shut == '1' and not active then chat.set(site, c, 'shut', '', 'waiting_since', now) end
  local waited, there = now - c.waiting_since, people[c.queue] or { n = 0, speaks = {} }
  if c.phase == 'queued' and there.n == 0 then
    once(site, now, c, 'nobody')
  elseif c.phase == 'queued' then
    tell_surge(site, now, c, waited)
  end
  tell_language(site, now, c, there)
  local next_at = tell_step(site, now, c, waited)
  if active then return next_at end
  return math.min(next_at or now + LOOK_MS, now + LOOK_MS)
end

-- For the tick: looks at what is due (each and due as it has them). Returns the queues somebody is at work for, as "a,b".
function waiting.turn(site, now, each, due)
  local people, names = at_work(site, now)
  each(due(site, ':ladder', now), 'chat', function(n)
    redis.call('ZREM', site .. ':ladder', n)
    if redis.call('EXISTS', site .. ':chat:' .. n) == 0 then return end
    local again = look(site, now, chat.hold(site, n), people)
    if again then redis.call('ZADD', site .. ':ladder', again, n) end
  end)
  return names
end
