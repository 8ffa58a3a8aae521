-- fl_fsck: do phase, place, owner, seq, mids and loads of chats agree? Reads only; the last line says ok or how many faults.
-- fl_repair: the same look, and mends what can be mended without guessing. The chat's own hash is believed before the indices,
-- the transcript before the hash's seq. A fault is told with what mends it; without that, a person must judge.
-- Redis serves nobody else meanwhile, so it looks at every chat that is in a place, and at the newest ones; others when asked.

do
local MOST = 2000
local MOST_LINES = 100
local PHASES = { auto = true, queued = true, offered = true, active = true, closed = true }

-- Collects faults; keeps the first lines, counts all. With `mending`, those that can be are mended as they are found.
local function ledger(mending)
  local l = { lines = {}, faults = 0, mended = 0 }
  function l.fault(text, mend)
    if mending and mend then
      mend()
      l.mended = l.mended + 1
      text = 'mended: ' .. text
    else
      l.faults = l.faults + 1
    end
    if l.faults + l.mended <= MOST_LINES then l.lines[#l.lines + 1] = text end
  end
  return l
end

-- Takes a chat out of places as find_places names them.
local function take_out(site, n, places)
  for _, name in ipairs(places) do redis.call('ZREM', site .. ':' .. name:gsub('^queue ', 'queue:'), n) end
end

local function count_load(site, id)
  redis.call('HSET', site .. ':agent:' .. id, 'load', redis.call('SCARD', site .. ':agent:' .. id .. ':chats'))
end

local function let_go(site, n, agents)
  for _, id in ipairs(agents) do
    redis.call('SREM', site .. ':agent:' .. id .. ':chats', n)
    count_load(site, id)
  end
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
    if redis.call('EXISTS', site .. ':chat:' .. n) == 0 then
      l.fault('chat ' .. n .. ': is in ' .. table.concat(at[n], ' and ') .. ' but does not exist', function() take_out(site, n, at[n]) end)
    end
  end
  for n, agents in pairs(held) do
    if redis.call('EXISTS', site .. ':chat:' .. n) == 0 then
      l.fault('chat ' .. n .. ': is held by ' .. table.concat(agents, ' and ') .. ' but does not exist', function() let_go(site, n, agents) end)
    end
  end
  return at, held
end

local function check_agents(site, now, l)
  for _, id in ipairs(redis.call('SMEMBERS', site .. ':agents')) do
    local base = site .. ':agent:' .. id
    local v = redis.call('HMGET', base, 'name', 'state', 'load', 'disabled')
    local chats = redis.call('SCARD', base .. ':chats')
    local what, holds = 'agent ' .. id .. ': ', ops.many(chats, 'chat')
    if not v[1] then
      l.fault(what .. 'is listed but does not exist', chats == 0 and function() redis.call('SREM', site .. ':agents', id) end)
    elseif v[2] ~= 'online' and v[2] ~= 'away' then
      l.fault(what .. 'state is ' .. tostring(v[2]) .. ', not online or away', function() redis.call('HSET', base, 'state', 'away') end)
    end
    if tonumber(v[3] or 0) ~= chats then
      l.fault(what .. 'load is ' .. tostring(v[3]) .. ' but it holds ' .. holds, v[1] and function() count_load(site, id) end)
    end
    if v[4] == '1' and chats > 0 then l.fault(what .. 'is disabled but holds ' .. holds) end
    if chats > 0 and not redis.call('ZSCORE', site .. ':leases', id) then
      -- A lease that runs out soon: a gateway renews it, or the tick takes the chats back.
      l.fault(what .. 'holds ' .. holds .. ' without a lease', function() redis.call('ZADD', site .. ':leases', now + 10000, id) end)
    end
  end
end

-- Puts a chat where its phase says, and nowhere else.
local function put_right(site, now, c, found)
  take_out(site, c.n, found)
  if c.phase == 'queued' then
    redis.call('ZADD', site .. ':queue:' .. c.queue, c.place_at > 0 and c.place_at or c.waiting_since > 0 and c.waiting_since or now, c.n)
  elseif c.phase == 'offered' then
    redis.call('ZADD', site .. ':offers', now + settings.number(site, 'offer_s') * 1000, c.n)
  elseif c.phase == 'active' then
    redis.call('ZADD', site .. ':active', now, c.n)
  end
end

-- The chat is held by its owner, and by nobody else.
local function hold_right(site, c, holders, owner)
  let_go(site, c.n, holders)
  if owner then
    redis.call('SADD', site .. ':agent:' .. owner .. ':chats', c.n)
    count_load(site, owner)
  end
end

-- The place must be the one the phase says, the holder the one the chat names.
local function check_place(site, now, what, c, at, held, l)
  local want = { queued = 'queue ' .. c.queue, offered = 'offers', active = 'active' }
  local owner = c.phase == 'active' and c.agent or c.phase == 'offered' and c.offered_to or nil
  local places, agents = at[c.n] or {}, held[c.n] or {}
  local found, holders = table.concat(places, ' and '), table.concat(agents, ' and ')
  local right = found == (want[c.phase] or '') or (c.phase == 'auto' and found == 'unheard')
  -- A queue that is no more, or an owner nobody knows: where the chat belongs must be judged.
  local possible = (c.phase ~= 'queued' or contains(settings.list(site, 'queues'), c.queue))
    and (not owner or redis.call('HEXISTS', site .. ':agent:' .. owner, 'name') == 1)
  if not right then
    l.fault(what .. 'is ' .. c.phase .. ' but in ' .. (found ~= '' and found or 'no place') .. (want[c.phase] and ' instead of ' .. want[c.phase] or ''),
      possible and function() put_right(site, now, c, places) end)
  end
  if holders ~= (owner or '') then
    l.fault(what .. 'is ' .. c.phase .. (owner and ' with ' .. owner or '') .. ' but held by ' .. (holders ~= '' and holders or 'nobody'),
      possible and function() hold_right(site, c, agents, owner) end)
  end
  if c.phase ~= 'offered' and c.offered_to ~= '' then
    l.fault(what .. 'is ' .. c.phase .. ' yet offered to ' .. c.offered_to, function() redis.call('HSET', site .. ':chat:' .. c.n, 'offered_to', '') end)
  end
  if c.phase == 'active' and c.human ~= '1' then
    l.fault(what .. 'is with a person, yet automatic answers are not shut off', function() redis.call('HSET', site .. ':chat:' .. c.n, 'human', 1) end)
  end
end

-- The transcript runs 1, 2, 3 … to seq.
local function check_log(site, what, c, l)
  local log = site .. ':chat:' .. c.n .. ':log'
  local length, last = redis.call('XLEN', log), redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  local first = last and redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  local whole = length == 0 or first[1] == '1-0' and last[1] == length .. '-0'
  if length ~= c.seq then
    l.fault(what .. 'seq is ' .. c.seq .. ' but the transcript has ' .. ops.many(length, 'event'), whole and function()
      redis.call('HSET', site .. ':chat:' .. c.n, 'seq', length)
      c.seq = length
    end)
  end
  if last and not (first[1] == '1-0' and last[1] == c.seq .. '-0') then
    l.fault(what .. 'the transcript runs from ' .. first[1] .. ' to ' .. last[1] .. ' instead of 1-0 to ' .. c.seq .. '-0')
  end
end

-- What was accepted is in the transcript, and is remembered for the chat's life and a day.
local function check_mids(site, what, c, l)
  local key = site .. ':chat:' .. c.n .. ':mids'
  local mids = redis.call('HGETALL', key)
  for i = 1, #mids, 2 do
    -- Without it the sender's retry is taken as new, which it is.
    local function forget() redis.call('HDEL', key, mids[i]) end
    if mids[i]:sub(1, 2) == 'n:' then
      local note = redis.call('XRANGE', site .. ':chat:' .. c.n .. ':notes', mids[i + 1], mids[i + 1])[1]
      if not note then l.fault(what .. mids[i] .. ' points to a note that is not there', forget) end
    elseif (tonumber(mids[i + 1]) or 0) < 1 or tonumber(mids[i + 1]) > c.seq then
      l.fault(what .. mids[i] .. ' points to event ' .. mids[i + 1] .. ', which is not there', forget)
    end
  end
  local ttl = #mids > 0 and redis.call('TTL', key)
  if c.phase == 'closed' and ttl == -1 then
    l.fault(what .. 'is closed but its mids never go', function() redis.call('EXPIRE', key, 86400) end)
  elseif c.phase ~= 'closed' and ttl and ttl >= 0 then
    l.fault(what .. 'is ' .. c.phase .. ' but its mids go in ' .. ttl .. ' s', function() redis.call('PERSIST', key) end)
  end
end

-- The visitor knows the chat, or a newer one.
local function check_visitor(site, what, c, l)
  local visitor = site .. ':visitor:' .. c.visitor
  local newest = redis.call('HGET', visitor, 'chat')
  local function know()
    redis.call('HSET', visitor, 'chat', c.n, 'lang', c.lang)
    if not redis.call('LPOS', visitor .. ':chats', c.n) then redis.call('LPUSH', visitor .. ':chats', c.n) end
  end
  if not newest then
    l.fault(what .. 'its visitor does not exist', c.visitor ~= '' and know)
  elseif c.phase ~= 'closed' and newest ~= c.n then
    local another = redis.call('HGET', site .. ':chat:' .. newest, 'visitor') ~= c.visitor
    l.fault(what .. 'is ' .. c.phase .. ' although the visitor has the newer chat ' .. newest, (another or tonumber(newest) < tonumber(c.n)) and know)
  end
end

-- The first key of a chat that has a wrong type, in words; nil when all are right.
local function wrong_type(site, n)
  local base, kinds = site .. ':chat:' .. n, { [''] = 'hash', [':log'] = 'stream', [':mids'] = 'hash', [':notes'] = 'stream', [':promises'] = 'hash' }
  for suffix, kind in pairs(kinds) do
    local found = redis.call('TYPE', base .. suffix).ok
    if found ~= 'none' and found ~= kind then return 'key ' .. base .. suffix .. ' is a ' .. found .. ' where a ' .. kind .. ' belongs' end
  end
end

local function check_chat(site, now, n, at, held, l)
  local what = 'chat ' .. n .. ': '
  local v = redis.call('HMGET', site .. ':chat:' .. n, 'phase', 'visitor', 'queue', 'agent', 'offered_to', 'seq', 'human', 'place_at', 'waiting_since', 'lang')
  if not v[1] then
    -- Erased, or too old to be kept; unless pieces of it are left.
    local base, pieces = site .. ':chat:' .. n, {}
    for _, suffix in ipairs({ '', ':log', ':notes', ':mids', ':promises' }) do pieces[#pieces + 1] = base .. suffix end
    if redis.call('EXISTS', unpack(pieces)) > 0 then l.fault(what .. 'does not exist, but pieces of it are left') end
    return
  end
  local c = { n = n, phase = v[1], visitor = v[2] or '', queue = v[3] or '', agent = v[4] or '', offered_to = v[5] or '',
    seq = tonumber(v[6] or 0) or 0, human = v[7], place_at = tonumber(v[8] or 0) or 0, waiting_since = tonumber(v[9] or 0) or 0, lang = v[10] or 'en' }
  if not PHASES[c.phase] then return l.fault(what .. 'has the unknown phase ' .. c.phase) end
  check_place(site, now, what, c, at, held, l)
  check_log(site, what, c, l)
  check_mids(site, what, c, l)
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

local function look(site, now, args, mending)
  local newest, l = tonumber(redis.call('GET', site .. ':next_chat') or 0), ledger(mending)
  local from = args[1] and check.number(args[1], 1, 1e15, 'FROM')
  local last = from and math.min(newest, from + check.number(args[2] or tostring(MOST), 1, 100000, 'COUNT') - 1) or newest
  place.sound(site)
  local at, held = find_places(site, l)
  local chosen, part = numbers(from, last, newest, at)
  check_agents(site, now, l)
  for _, n in ipairs(chosen) do
    local done, why = pcall(check_chat, site, now, n, at, held, l)
    if not done then l.fault('chat ' .. n .. ': ' .. (wrong_type(site, n) or tostring(type(why) == 'table' and why.err or why))) end
  end
  for _, check_more in ipairs(ops.checks) do check_more(site, now, l, chosen) end
  local told = l.faults + l.mended
  if told > MOST_LINES then l.lines[#l.lines + 1] = 'and ' .. (told - MOST_LINES) .. ' more' end
  return l, ' in ' .. ops.many(#chosen, 'chat') .. part, 'ok: ' .. ops.many(#chosen, 'chat') .. ' checked' .. part
end

ops.add('reading', 'fl_fsck [FROM [COUNT]]', 'checks agents, all waiting and served chats and the newest 2000 (or COUNT from number FROM)', 0, 2, function(site, now, args)
  if args[1] == 'repair' then bad('fl_fsck only reads; to mend: FCALL fl_repair 1 ' .. site .. '.') end
  local l, where, ok = look(site, now, args)
  l.lines[#l.lines + 1] = l.faults == 0 and ok or ops.many(l.faults, 'fault') .. where
  return l.lines
end)

-- Mending one thing may bring another to light (a load counted before its chats were put right), so it looks again.
ops.add('moving', 'fl_repair [FROM [COUNT]]', 'mends what fl_fsck finds and can be mended without guessing; says what is left', 0, 2, function(site, now, args)
  local lines, mended = {}, 0
  for _ = 1, 4 do
    local l, where = look(site, now, args, true)
    mended = mended + l.mended
    if l.mended == 0 then
      for _, line in ipairs(l.lines) do lines[#lines + 1] = line end
      lines[#lines + 1] = (l.faults == 0 and 'ok: ' or '') .. ops.many(mended, 'fault') .. ' mended, ' .. l.faults .. ' left' .. where
      break
    end
    for _, line in ipairs(l.lines) do if line:sub(1, 7) == 'mended:' then lines[#lines + 1] = line end end
  end
  if mended > 0 then desk.changed(site) end
  return lines
end)
end
