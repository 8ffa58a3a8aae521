-- fl_fsck: do phase, place, owner, seq, mids and loads of all chats agree? Reads only; the last line says ok or how many faults.

local MOST = 10000
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
  if c.phase == 'active' and c.human == 0 then l.fault(what .. 'is with a person, yet automatic answers are not shut off') end
end

-- The transcript runs 1, 2, 3 … to seq, and what was accepted is in it.
local function check_log(site, what, c, l)
  local log = site .. ':chat:' .. c.n .. ':log'
  local length = redis.call('XLEN', log)
  local first, last = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1], redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  if length ~= c.seq then l.fault(what .. 'seq is ' .. c.seq .. ' but the transcript has ' .. ops.many(length, 'event')) end
  if length > 0 and (first[1] ~= '1-0' or last[1] ~= c.seq .. '-0') then
    l.fault(what .. 'the transcript runs from ' .. first[1] .. ' to ' .. last[1] .. ' instead of 1-0 to ' .. c.seq .. '-0')
  end
  local mids = redis.call('HGETALL', site .. ':chat:' .. c.n .. ':mids')
  for i = 1, #mids, 2 do
    if mids[i]:sub(1, 2) == 'n:' then
      if #redis.call('XRANGE', site .. ':chat:' .. c.n .. ':notes', mids[i + 1], mids[i + 1]) == 0 then l.fault(what .. mids[i] .. ' points to a note that is not there') end
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

local function check_chat(site, n, at, held, l)
  local what, base = 'chat ' .. n .. ': ', site .. ':chat:' .. n
  for suffix, kind in pairs({ [''] = 'hash', [':log'] = 'stream', [':mids'] = 'hash', [':notes'] = 'stream' }) do
    local found = redis.call('TYPE', base .. suffix).ok
    if found ~= 'none' and found ~= kind then return l.fault(what .. 'key ' .. base .. suffix .. ' is a ' .. found .. ' where a ' .. kind .. ' belongs') end
  end
  local loaded, c = pcall(chat.load, site, n)
  if not loaded then return l.fault(what .. 'does not exist') end
  if not PHASES[c.phase] then return l.fault(what .. 'has the unknown phase ' .. c.phase) end
  check_place(what, c, at, held, l)
  check_log(site, what, c, l)
  check_visitor(site, what, c, l)
end

ops.add('reading', 'fl_fsck [FROM [COUNT]]', 'checks agents, places and the newest 10000 chats (or COUNT from number FROM)', 0, 2, function(site, _, args)
  local newest = tonumber(redis.call('GET', site .. ':next_chat') or 0)
  local count = args[2] and check.number(args[2], 1, 100000, 'COUNT') or MOST
  local from = args[1] and check.number(args[1], 1, 1e15, 'FROM') or math.max(1, newest - count + 1)
  local l = ledger()
  place.sound(site)
  local at, held = find_places(site, l)
  check_agents(site, l)
  local last, checked = math.min(newest, from + count - 1), 0
  for n = from, last do
    check_chat(site, string.format('%d', n), at, held, l)
    checked = checked + 1
  end
  if l.faults > MOST_LINES then l.lines[#l.lines + 1] = 'and ' .. (l.faults - MOST_LINES) .. ' more' end
  local part = checked < newest and ' (numbers ' .. from .. ' to ' .. last .. ' of ' .. newest .. ')' or ''
  l.lines[#l.lines + 1] = l.faults == 0 and 'ok: ' .. ops.many(checked, 'chat') .. ' checked' .. part
    or ops.many(l.faults, 'fault') .. ' in ' .. ops.many(checked, 'chat') .. part
  return l.lines
end)
