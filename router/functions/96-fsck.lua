-- fl_fsck: do phase, place, owner, seq, mids and loads of chats agree? Reads only; the last line says ok or how many faults.
-- Redis serves nobody else meanwhile, so it looks at every chat that is in a place, and at the newest ones; others when asked.

local MOST = 2000
local MOST_LINES = 100
local PHASES = { auto = true, queued = true, offered = true, active = true, closed = true }

-- Collects faults; keeps the first lines, counts all.
local function ledger()
  local l = { lines = {}, faults = 0 }
  function l.fault(text)
    l.faults = l.faults + 1
    if l.faults <= MOST_LINES then l.lines[#l.lines + 1] = text end
  end
  return l
end

-- Where every chat is found: {n = {"queue general", "offers", …}}, and who holds it: {n = {agent, …}}.
local function find_places(site, l)
  local at, held = {}, {}
  local function put(map, n, what)
    map[n] = map[n] or {}
    table.insert(map[n], what)
  end
  for _, queue in ipairs(settings.list(site, 'queues')) do
    for _, n in ipairs(redis.call('ZRANGE', site .. ':queue:' .. queue, 0, -1)) do put(at, n, 'queue ' .. queue) end
  end
  for _, name in ipairs({ 'offers', 'active', 'unheard' }) do
    for _, n in ipairs(redis.call('ZRANGE', site .. ':' .. name, 0, -1)) do put(at, n, name) end
  end
  for _, id in ipairs(redis.call('SMEMBERS', site .. ':agents')) do
    for _, n in ipairs(redis.call('SMEMBERS', site .. ':agent:' .. id .. ':chats')) do put(held, n, id) end
  end
  for n in pairs(at) do
    if redis.call('EXISTS', site .. ':chat:' .. n) == 0 then l.fault('chat ' .. n .. ': is in ' .. table.concat(at[n], ' and ') .. ' but does not exist') end
  end
  return at, held
end

local function check_agents(site, l)
  for _, id in ipairs(redis.call('SMEMBERS', site .. ':agents')) do
    local v = redis.call('HMGET', site .. ':agent:' .. id, 'name', 'state', 'load', 'disabled')
    local chats = redis.call('SCARD', site .. ':agent:' .. id .. ':chats')
    local what = 'agent ' .. id .. ': '
    if not v[1] then l.fault(what .. 'is listed but does not exist') end
    if v[1] and v[2] ~= 'online' and v[2] ~= 'away' then l.fault(what .. 'state is ' .. tostring(v[2]) .. ', not online or away') end
    if tonumber(v[3] or 0) ~= chats then l.fault(what .. 'load is ' .. tostring(v[3]) .. ' but it holds ' .. ops.many(chats, 'chat')) end
    if v[4] == '1' and chats > 0 then l.fault(what .. 'is disabled but holds ' .. ops.many(chats, 'chat')) end
    if chats > 0 and not redis.call('ZSCORE', site .. ':leases', id) then l.fault(what .. 'holds ' .. ops.many(chats, 'chat') .. ' without a lease') end
  end
end

-- The place must be the one the phase says, the holder the one the chat names.
local function check_place(what, c, at, held, l)
  local want = { queued = 'queue ' .. c.queue, offered = 'offers', active = 'active' }
  local owner = c.phase == 'active' and c.agent or c.phase == 'offered' and c.offered_to or nil
  local found, holders = table.concat(at[c.n] or {}, ' and '), table.concat(held[c.n] or {}, ' and ')
  local right = found == (want[c.phase] or '') or (c.phase == 'auto' and found == 'unheard')
  if not right then
    l.fault(what .. 'is ' .. c.phase .. ' but in ' .. (found ~= '' and found or 'no place') .. (want[c.phase] and ' instead of ' .. want[c.phase] or ''))
  end
  if holders ~= (owner or '') then
    l.fault(what .. 'is ' .. c.phase .. (owner and ' with ' .. owner or '') .. ' but held by ' .. (holders ~= '' and holders or 'nobody'))
  end
  if c.phase ~= 'offered' and c.offered_to ~= '' then l.fault(what .. 'is ' .. c.phase .. ' yet offered to ' .. c.offered_to) end
  if c.phase == 'active' and c.human ~= '1' then l.fault(what .. 'is with a person, yet automatic answers are not shut off') end
end

-- The transcript runs 1, 2, 3 … to seq, and what was accepted is in it.
local function check_log(site, what, c, l)
  local log = site .. ':chat:' .. c.n .. ':log'
  local length, last = redis.call('XLEN', log), redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  if length ~= c.seq then l.fault(what .. 'seq is ' .. c.seq .. ' but the transcript has ' .. ops.many(length, 'event')) end
  if last and (length ~= c.seq or last[1] ~= c.seq .. '-0') then
    local first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
    if first[1] ~= '1-0' or last[1] ~= c.seq .. '-0' then
      l.fault(what .. 'the transcript runs from ' .. first[1] .. ' to ' .. last[1] .. ' instead of 1-0 to ' .. c.seq .. '-0')
    end
  end
  local mids = redis.call('HGETALL', site .. ':chat:' .. c.n .. ':mids')
  for i = 1, #mids, 2 do
    if mids[i]:sub(1, 2) == 'n:' then
      local note = redis.call('XRANGE', site .. ':chat:' .. c.n .. ':notes', mids[i + 1], mids[i + 1])[1]
      if not note then l.fault(what .. mids[i] .. ' points to a note that is not there') end
    elseif (tonumber(mids[i + 1]) or 0) < 1 or tonumber(mids[i + 1]) > c.seq then
      l.fault(what .. mids[i] .. ' points to event ' .. mids[i + 1] .. ', which is not there')
    end
  end
end

local function check_visitor(site, what, c, l)
  local newest = redis.call('HGET', site .. ':visitor:' .. c.visitor, 'chat')
  if not newest then
    l.fault(what .. 'its visitor does not exist')
  elseif c.phase ~= 'closed' and newest ~= c.n then
    l.fault(what .. 'is ' .. c.phase .. ' although the visitor has the newer chat ' .. newest)
  end
end

-- The first key of a chat that has a wrong type, in words; nil when all are right.
local function wrong_type(site, n)
  local base, kinds = site .. ':chat:' .. n, { [''] = 'hash', [':log'] = 'stream', [':mids'] = 'hash', [':notes'] = 'stream' }
  for suffix, kind in pairs(kinds) do
    local found = redis.call('TYPE', base .. suffix).ok
    if found ~= 'none' and found ~= kind then return 'key ' .. base .. suffix .. ' is a ' .. found .. ' where a ' .. kind .. ' belongs' end
  end
end

local function check_chat(site, n, at, held, l)
  local what = 'chat ' .. n .. ': '
  local v = redis.call('HMGET', site .. ':chat:' .. n, 'phase', 'visitor', 'queue', 'agent', 'offered_to', 'seq', 'human')
  if not v[1] then return l.fault(what .. 'does not exist') end
  local c = { n = n, phase = v[1], visitor = v[2] or '', queue = v[3] or '', agent = v[4] or '', offered_to = v[5] or '',
    seq = tonumber(v[6] or 0) or 0, human = v[7] }
  if not PHASES[c.phase] then return l.fault(what .. 'has the unknown phase ' .. c.phase) end
  check_place(what, c, at, held, l)
  check_log(site, what, c, l)
  check_visitor(site, what, c, l)
end

-- The numbers to look at, and words for the part of all chats they are.
local function numbers(from, last, newest, at)
  local chosen = {}
  for n = from or math.max(1, newest - MOST + 1), last do chosen[#chosen + 1] = string.format('%d', n) end
  if from then return chosen, ' (numbers ' .. from .. ' to ' .. last .. ' of ' .. newest .. ')' end
  local least = newest - #chosen
  for n, places in pairs(at) do
    if (tonumber(n) or 0) <= least and places[1] ~= 'unheard' then chosen[#chosen + 1] = n end
  end
  return chosen, #chosen < newest and ' (the newest, and all that wait or are served; older ones with FROM)' or ''
end

ops.add('reading', 'fl_fsck [FROM [COUNT]]', 'checks agents, all waiting and served chats and the newest 2000 (or COUNT from number FROM)', 0, 2, function(site, _, args)
  local newest, l = tonumber(redis.call('GET', site .. ':next_chat') or 0), ledger()
  local from = args[1] and check.number(args[1], 1, 1e15, 'FROM')
  local last = from and math.min(newest, from + check.number(args[2] or tostring(MOST), 1, 100000, 'COUNT') - 1) or newest
  place.sound(site)
  local at, held = find_places(site, l)
  check_agents(site, l)
  local chosen, part = numbers(from, last, newest, at)
  for _, n in ipairs(chosen) do
    local done, why = pcall(check_chat, site, n, at, held, l)
    if not done then l.fault('chat ' .. n .. ': ' .. (wrong_type(site, n) or tostring(type(why) == 'table' and why.err or why))) end
  end
  if l.faults > MOST_LINES then l.lines[#l.lines + 1] = 'and ' .. (l.faults - MOST_LINES) .. ' more' end
  l.lines[#l.lines + 1] = l.faults == 0 and 'ok: ' .. ops.many(#chosen, 'chat') .. ' checked' .. part
    or ops.many(l.faults, 'fault') .. ' in ' .. ops.many(#chosen, 'chat') .. part
  return l.lines
end)
