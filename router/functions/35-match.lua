-- The matcher: gives waiting chats to agents. Longest waiting first over all queues; at most 100 chats a call.
-- An agent is free who is online, not disabled, holds a lease and has load < capacity. The best for a chat is the one it
-- prefers, else who speaks its language (see waiting.tongue), else any; among equals who has been idle longest.

do
local MOST = 100

-- Free agents, each {id, queues = set, langs = set, room, idle, load}.
local function free_agents(site, now)
  local free = {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', site .. ':leases', '(' .. now, '+inf')) do
    local v = redis.call('HMGET', site .. ':agent:' .. id, 'state', 'disabled', 'load', 'capacity', 'queues', 'langs', 'idle_since')
    local load = tonumber(v[3] or 0) or 0
    local room = (tonumber(v[4] or 0) or 0) - load
    if v[1] == 'online' and v[2] ~= '1' and room > 0 then
      local agent = { id = id, queues = {}, langs = {}, room = room, load = load, idle = tonumber(v[7] or 0) or 0 }
      for _, queue in ipairs(split(v[5] or '')) do agent.queues[queue] = true end
      for _, lang in ipairs(split(v[6] or '')) do agent.langs[waiting.tongue(lang)] = true end
      free[#free + 1] = agent
    end
  end
  return free
end

-- The chats longest waiting among the queues that somebody free serves: {n, queue, score}.
local function waiting_chats(site, free)
  local found_chats = {}
  for _, queue in ipairs(settings.list(site, 'queues')) do
    local served = false
    for _, agent in ipairs(free) do served = served or agent.queues[queue] end
    local found = served and redis.call('ZRANGE', site .. ':queue:' .. queue, 0, MOST - 1, 'WITHSCORES') or {}
    for i = 1, #found, 2 do found_chats[#found_chats + 1] = { n = found[i], queue = queue, score = tonumber(found[i + 1]) } end
  end
  table.sort(found_chats, function(a, b) return a.score < b.score or a.score == b.score and tonumber(a.n) < tonumber(b.n) end)
  return found_chats
end

-- Is a better than b for a chat with this language and preference?
local function better(a, b, lang, pref)
  if (a.id == pref) ~= (b.id == pref) then return a.id == pref end
  local a_speaks, b_speaks = a.langs[lang] or false, b.langs[lang] or false
  if a_speaks ~= b_speaks then return a_speaks end
  if a.idle ~= b.idle then return a.idle < b.idle end
  if a.load ~= b.load then return a.load < b.load end
  return a.id < b.id
end

-- The best free agent for a waiting chat who has not just passed on it; nil when there is none.
local function best_for(site, now, candidate, free)
  local fields, able = { 'phase', 'lang', 'pref', 'told_place', 'told_wait' }, {}
  for _, agent in ipairs(free) do
    if agent.room > 0 and agent.queues[candidate.queue] then
      able[#able + 1] = agent
      fields[#fields + 1] = 'passed:' .. agent.id
    end
  end
  if #able == 0 then return nil end
  local v, best = redis.call('HMGET', site .. ':chat:' .. candidate.n, unpack(fields)), nil
  if v[1] ~= 'queued' then return nil end
  local lang = waiting.tongue(v[2] or '')
  for i, agent in ipairs(able) do
    if tonumber(v[5 + i] or 0) < now and (not best or better(agent, best, lang, v[3] or '')) then best = agent end
  end
  return best, tonumber(v[4] or 0), v[5] or ''
end

local function run(site, now)
  local free = free_agents(site, now)
  if #free == 0 then return 0 end
  local offered, room = 0, 0
  for _, agent in ipairs(free) do room = room + agent.room end
  for i, waiting_chat in ipairs(waiting_chats(site, free)) do
    if room == 0 or i > MOST then break end
    local best, told_place, told_wait = best_for(site, now, waiting_chat, free)
    if best then
      redis.call('ZREM', site .. ':queue:' .. waiting_chat.queue, waiting_chat.n)
      place.offer(site, now, { n = waiting_chat.n, told_place = told_place, told_wait = told_wait }, best.id)
      best.room, best.load, best.idle, room, offered = best.room - 1, best.load + 1, now, room - 1, offered + 1
    end
  end
  return offered
end

-- Offers what can be offered; returns how many. A fault in here must not undo the answer of the function that called: the
-- chats stay in their queue and the next tick tries again.
function match.run(site, now)
  local done, offered = pcall(run, site, now)
  if done then return offered end
  redis.log(redis.LOG_WARNING, 'firstline: matching failed: ' .. tostring(type(offered) == 'table' and (offered.err or offered.no[3]) or offered))
  return 0
end
end
