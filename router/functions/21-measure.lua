-- Measures: counted where things happen, as plain numbers of the shop's day, {S}:stats:YYYY-MM-DD, kept 400 days. A counter stands
-- there for the whole shop ("joined") and, where that has a meaning, for whom and what it happened to: "agent:ana:joined",
-- "queue:returns:joined", "category:delivery:closed_solved", "faq:parcel:answers", "hour:09:chats". 92-report.lua makes figures of them.
-- What a person is measured by is counted only in what people do (join, speak, close …): automatic time is no person's.
--
-- Lua has no zone data, so a gateway tells with each tick how far the shop's clock is ahead of UTC: {S}:offset, in seconds.

do
local KEPT_S = 400 * 86400
local MOST_PRAISE, MOST_COMPLAINTS = 50, 5000
local LOW_SCORE = 2 -- a score up to this is a complaint

-- How far the shop's clock is ahead of UTC, ms.
function measure.offset(site)
  local offset = redis.pcall('GET', site .. ':offset')
  return (type(offset) == 'string' and tonumber(offset) or 0) * 1000
end

-- A gateway tells the offset in seconds; nothing is written while it stays.
function measure.set_offset(site, offset)
  if offset ~= '' and redis.call('GET', site .. ':offset') ~= offset then redis.call('SET', site .. ':offset', offset) end
end

-- The shop's day a moment lies in.
function measure.day(site, now)
  return clock.day(now + measure.offset(site))
end

local function add(key, field, by)
  if redis.pcall('HINCRBY', key, field, by) == tonumber(by) then redis.pcall('EXPIRE', key, KEPT_S) end
end

-- Adds to a counter of the shop's day, and of those in `who`: {agent =, queue =, category =, faq =, hour = true}; a "" is nobody.
-- Counters must never fail a chat.
function chat.count(site, now, name, by, who)
  local shown = now + measure.offset(site)
  local key = site .. ':stats:' .. clock.day(shown)
  by = string.format('%d', by or 1)
  add(key, name, by)
  for kind, id in pairs(who or {}) do
    if kind == 'hour' then id = string.format('%02d', math.floor(shown / 3600000) % 24) end
    if id ~= '' then add(key, kind .. ':' .. id .. ':' .. name, by) end
  end
end

-- A chat comes to wait for the first time: unless somebody joined already, its clock begins, unless the shop is closed.
function measure.waits(site, now, c)
  if c.first_joined_at > 0 then return end
  chat.count(site, now, 'queued', 1, { queue = c.queue })
  if c.reason ~= 'closed_hours' then chat.set(site, c, 'asked_at', now) end
end

-- A person joins: the first of the chat stops the clock. Each agent counts a chat once, however often they come back to it.
function measure.joins(site, now, c, agent, waited)
  local first, people = c.first_joined_at == 0, split(c.people)
  chat.set(site, c, 'turn_at', now)
  if not contains(people, agent) then
    people[#people + 1] = agent
    chat.set(site, c, 'people', table.concat(people, ','))
    if not first then add(site .. ':stats:' .. measure.day(site, now), 'agent:' .. agent .. ':joined', 1) end
  end
  if not first then return end
  local who = { agent = agent, queue = c.queue }
  chat.set(site, c, 'first_joined_at', now)
  chat.count(site, now, 'joined', 1, { agent = agent, queue = c.queue, hour = true })
  if c.reason == 'closed_hours' then return end
  if c.asked_at == 0 then chat.set(site, c, 'asked_at', now) end
  chat.count(site, now, 'timed', 1, { agent = agent, queue = c.queue, hour = true })
  chat.count(site, now, 'waited_ms', waited, who)
  if waited <= settings.number(site, 'clock_s') * 1000 then
    chat.count(site, now, 'within_60s', 1, { agent = agent, queue = c.queue, hour = true })
  end
end

-- An agent's first words since they joined. v = {first_reply_at, turn_at, asked_at, queue} of the chat.
function measure.speaks(site, n, agent, at, v)
  local who = { agent = agent, queue = v[4] or '' }
  at = tonumber(at)
  redis.call('HSET', site .. ':chat:' .. n, 'turn_at', '', 'first_reply_at', v[1] or at)
  chat.count(site, at, 'reply_n', 1, who)
  chat.count(site, at, 'reply_ms', math.max(0, at - tonumber(v[2])), who)
  if v[1] or not v[3] then return end
  chat.count(site, at, 'response_n', 1, { queue = v[4] or '' })
  chat.count(site, at, 'response_ms', math.max(0, at - tonumber(v[3])), { queue = v[4] or '' })
end

-- An agent's turn ends, however: what they had the chat for is handling time.
function measure.turn_ends(site, now, c)
  local joined, who = tonumber(redis.call('ZSCORE', site .. ':active', c.n) or now), { agent = c.agent, queue = c.queue }
  chat.count(site, now, 'turns', 1, who)
  chat.count(site, now, 'handled_ms', math.max(0, now - joined), who)
end

local function complain(site, now, c, who)
  if c.complaint ~= '' then return end
  chat.set(site, c, 'complaint', 1)
  chat.count(site, now, 'complaints', 1, who)
  local key = site .. ':complaints'
  if redis.pcall('ZADD', key, now, c.n) == 1 then redis.call('ZREMRANGEBYRANK', key, 0, -MOST_COMPLAINTS - 1) end
end

-- A chat is closed; `was` its phase before, said as place.close has it.
function measure.closes(site, now, c, was, said)
  local outcome = said.outcome
  local who = { agent = was == 'active' and c.agent or said.agent or '', queue = c.queue, category = said.category or '' }
  if (was == 'queued' or was == 'offered') and c.first_joined_at == 0 then chat.count(site, now, 'abandoned', 1, { queue = c.queue }) end
  if outcome then
    chat.count(site, now, 'closed_' .. outcome, 1, who)
  elseif c.first_joined_at > 0 then
    chat.count(site, now, 'closed_unrecorded', 1, who)
  end
  if outcome == 'solved' and c.transfers == 0 and c.closes == 0 and not c.people:find(',', 1, true) then
    chat.count(site, now, 'solved_first', 1, who)
  end
  chat.set(site, c, 'closes', c.closes + 1)
  if outcome == 'unsolved' then complain(site, now, c, who) end
end

-- The visitor rated the closed chat. A 5 with words reaches the agent.
function measure.rates(site, now, c, score, text)
  local who = { agent = c.agent, queue = c.queue, category = c.category }
  chat.count(site, now, 'rated_count', 1, who)
  chat.count(site, now, 'rated_sum', score, who)
  if score <= LOW_SCORE then complain(site, now, c, who) end
  if score < 5 or text == '' or c.agent == '' then return end
  chat.count(site, now, 'praise', 1, who)
  local key = site .. ':agent:' .. c.agent .. ':praise'
  if type(redis.pcall('LPUSH', key, c.n)) == 'number' then redis.call('LTRIM', key, 0, MOST_PRAISE - 1) end
  place.nudge(site, c.agent, 'D ' .. c.n .. ' {"type":"praise","chat":' .. c.n .. ',"name":' .. json.text(c.name) .. ',"text":' .. json.text(text) .. '}')
end
end
