-- For people with redis-cli: FCALL_RO fl_help 1 '{main}'. Replies are lines; a wrong use answers one line "error: …".

-- In the order of fl_help: {usage, what}.
ops.list = {}
-- What fl_fsck looks at besides chats and agents: check(site, now, ledger).
ops.checks = {}

-- Registers fl_NAME: body(site, now, args) -> a line or an array of lines. kind: reading, writing or moving.
function ops.add(kind, usage, what, least, most, body)
  ops.list[#ops.list + 1] = { usage, what }
  redis.register_function { function_name = usage:match('^%S+'), flags = kind == 'reading' and { 'no-writes' } or {}, callback = function(keys, args)
    local reply, no = guarded(function()
      local site = check.site(keys)
      outbox.begin(site)
      if kind == 'moving' then place.sound(site) end
      if #args < least or #args > most then return 'error: usage: ' .. usage .. '  (' .. what .. ')' end
      return body(site, check.now('0'), args)
    end)
    if no then return { 'error: ' .. no[3] } end
    return type(reply) == 'table' and reply or { reply }
  end }
end

-- Rows of cells as aligned lines; the last cell of a row is not padded.
function ops.columns(rows)
  local widths, lines = {}, {}
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do widths[i] = math.max(widths[i] or 0, code_points(tostring(cell))) end
  end
  for r, row in ipairs(rows) do
    local cells = {}
    for i, cell in ipairs(row) do
      cell = tostring(cell)
      cells[i] = i < #row and cell .. string.rep(' ', widths[i] - code_points(cell)) or cell
    end
    lines[r] = table.concat(cells, '  ')
  end
  return lines
end

-- "1 chat", "3 chats"
function ops.many(n, noun)
  return n .. ' ' .. noun .. (n == 1 and '' or 's')
end

-- The first characters of a text, on one line.
function ops.cut(text, most)
  text = text:gsub('%c', ' ')
  if code_points(text) <= most then return text end
  local kept, n = {}, 0
  for character in text:gmatch('[%z\1-\127\192-\255][\128-\191]*') do
    n = n + 1
    if n > most - 3 then break end
    kept[n] = character
  end
  return table.concat(kept) .. '...'
end

ops.add('reading', 'fl_help', 'lists these commands', 0, 0, function()
  local rows = {}
  for i, entry in ipairs(ops.list) do rows[i] = entry end
  return ops.columns(rows)
end)

ops.add('reading', 'fl_version', 'the version of this library', 0, 0, function()
  return tostring(VERSION)
end)

-- Agents by what they are: online, away, offline.
local function agent_states(site, now)
  local n = { online = 0, away = 0, offline = 0 }
  for _, id in ipairs(redis.call('SMEMBERS', site .. ':agents')) do
    local v = redis.call('HMGET', site .. ':agent:' .. id, 'state', 'disabled')
    local there = tonumber(redis.call('ZSCORE', site .. ':leases', id) or 0) > now
    local state = there and v[1] or 'offline'
    if v[2] ~= '1' and n[state] then n[state] = n[state] + 1 end
  end
  return n
end

local function longest_wait(site, now)
  local first = desk.waiting(site)
  local since = now
  for _, w in ipairs(first) do since = math.min(since, tonumber(redis.call('HGET', site .. ':chat:' .. w.n, 'waiting_since') or now)) end
  return clock.span(now - since)
end

ops.add('reading', 'fl_status', 'the shop at a glance: gateways, agents, waiting, today', 0, 0, function(site, now)
  local agents, total = agent_states(site, now), desk.total(site)
  local rows = {
    { 'site', site:sub(2, -2) .. ', library ' .. VERSION .. ', ' .. clock.stamp(now) },
    { 'agents', agents.online .. ' online, ' .. agents.away .. ' away, ' .. agents.offline .. ' offline' },
    { 'waiting', ops.many(total, 'chat') .. ' (' .. redis.call('ZCARD', site .. ':offers') .. ' offered)'
      .. (total > 0 and ', longest ' .. longest_wait(site, now) or '') },
    { 'active', ops.many(redis.call('ZCARD', site .. ':active'), 'chat') },
    { 'unheard', ops.many(redis.call('ZCARD', site .. ':unheard'), 'chat') },
  }
  local alive = redis.call('ZRANGEBYSCORE', site .. ':gateways', '(' .. now, '+inf')
  if #alive == 0 then rows[#rows + 1] = { 'gateway', 'none alive: nobody is served until one runs' } end
  for _, id in ipairs(alive) do
    local v = redis.call('HMGET', site .. ':gateway:' .. id, 'pid', 'started', 'sockets', 'draining')
    rows[#rows + 1] = { 'gateway', id .. ', pid ' .. (v[1] or '?') .. ', ' .. ops.many(tonumber(v[3] or 0), 'socket') .. ', up '
      .. clock.span(now - tonumber(v[2] or now)) .. (v[4] and ', draining' or '') }
  end
  local s = redis.call('HMGET', site .. ':stats:' .. measure.day(site, now), 'chats', 'answers', 'joined', 'within_60s')
  for _, queue in ipairs(settings.list(site, 'queues')) do
    local open, turns = waiting.open(site, now, queue)
    if redis.call('HEXISTS', site .. ':open', queue) == 1 then
      rows[#rows + 1] = { 'hours', queue .. (open and ' open' or ' closed') .. (turns > 0 and ' until ' .. clock.stamp(turns) or '') }
    end
  end
  rows[#rows + 1] = { 'today', ops.many(tonumber(s[1] or 0), 'chat') .. ', ' .. ops.many(tonumber(s[2] or 0), 'automatic answer') .. ', '
    .. (s[3] or 0) .. ' joined by a person, ' .. (s[4] or 0) .. ' of them within ' .. settings.number(site, 'clock_s') .. ' s' }
  return ops.columns(rows)
end)

ops.add('reading', 'fl_queue', 'who waits, longest first', 0, 0, function(site, now)
  local rows = { { 'chat', 'queue', 'waiting', 'lang', 'reason', 'offered to', 'visitor' } }
  for i, w in ipairs(desk.waiting(site)) do
    local v = redis.call('HMGET', site .. ':chat:' .. w.n, 'queue', 'waiting_since', 'lang', 'reason', 'offered_to', 'name')
    if i > 100 then rows[#rows + 1] = { '', '', '', '', '', '', 'and ' .. (desk.total(site) - 100) .. ' more' } break end
    rows[#rows + 1] = { w.n, v[1] or '?', clock.span(now - tonumber(v[2] or now)), v[3] or '', v[4] or '', v[5] and v[5] ~= '' and v[5] or '-',
      v[6] and v[6] ~= '' and ops.cut(v[6], 40) or '-' }
  end
  if #rows == 1 then return 'nobody waits' end
  return ops.columns(rows)
end)

ops.add('reading', 'fl_agents', 'who works, with load and lease', 0, 0, function(site, now)
  local ids, rows = redis.call('SMEMBERS', site .. ':agents'), { { 'agent', 'state', 'load', 'langs', 'queues', 'lease', 'name' } }
  table.sort(ids)
  for _, id in ipairs(ids) do
    local v = redis.call('HMGET', site .. ':agent:' .. id, 'state', 'load', 'capacity', 'langs', 'queues', 'name', 'supervisor', 'disabled')
    local left = tonumber(redis.call('ZSCORE', site .. ':leases', id) or 0) - now
    local state = v[8] == '1' and 'disabled' or left > 0 and v[1] or 'offline'
    rows[#rows + 1] = { id, state, (v[2] or 0) .. ' of ' .. (v[3] or 0), v[4] and v[4] ~= '' and v[4] or '-', v[5] and v[5] ~= '' and v[5] or '-',
      left > 0 and math.ceil(left / 1000) .. ' s' or '-', (v[6] or '?') .. (v[7] == '1' and ' (supervisor)' or '') }
  end
  if #rows == 1 then return 'no agents yet; add one with: firstline agent add NAME' end
  return ops.columns(rows)
end)

-- What an event says, in a few words.
local function event_words(kind, body)
  local b = json.read(body) or {}
  local by_kind = {
    message = function() return (b.from == 'agent' and tostring(b.name or b.agent) or 'visitor') .. ': ' .. tostring(b.text) end,
    answer = function() return tostring(b.faq) .. ': ' .. tostring(b.text) end,
    helped = function() return tostring(b.faq) .. (b.ok and ' helped' or ' did not help') end,
    queued = function() return tostring(b.queue) .. ', ' .. tostring(b.reason) end,
    joined = function() return tostring(b.name) end,
    left = function() return tostring(b.name) .. ', ' .. tostring(b.reason) end,
    transferred = function() return tostring(b.from_name) .. ' to ' .. tostring(type(b.to) == 'table' and b.to.name) .. ': ' .. tostring(b.reason) end,
    closed = function() return 'by ' .. tostring(b.by) .. (b.outcome ~= '' and ', ' .. tostring(b.outcome) or '') end,
    rated = function() return tostring(b.score) .. ' of 5 ' .. tostring(b.text) end,
    promise = function() return tostring(b.name) .. ', by ' .. clock.stamp(tonumber(b.due) or 0) .. ': ' .. tostring(b.text) end,
    kept = function() return tostring(b.name) .. (b.late and ', late: ' or ': ') .. tostring(b.text) end,
    followup = function() return b.ok and 'really solved' or 'not solved after all' end,
  }
  return by_kind[kind] and by_kind[kind]() or body
end

ops.add('reading', 'fl_chat N', 'one chat: where it is, and its last 20 events', 1, 1, function(site, now, args)
  local c = chat.load(site, args[1])
  local whom = c.phase == 'active' and ' with ' .. c.agent or c.phase == 'offered' and ' to ' .. c.offered_to or ''
  local waits = c.phase == 'queued' or c.phase == 'offered'
  local rows = {
    { 'chat', c.n .. ', ' .. c.phase .. whom .. (c.outcome ~= '' and ', ' .. c.outcome .. ' (' .. c.category .. ')' or '') },
    { 'visitor', (c.name ~= '' and c.name .. ', ' or '') .. c.visitor },
    { 'opened', clock.stamp(c.opened) .. ', queue ' .. c.queue .. ', language ' .. c.lang },
    { 'waited', clock.span(waits and now - c.waiting_since or c.waited_ms) .. (c.phase == 'queued' and ', place ' .. place.number(site, c) or '')
      .. (c.reason ~= '' and ', reason ' .. c.reason or '') },
    { 'automatic', ops.many(c.answers, 'answer') .. (c.tried ~= '' and ' (' .. c.tried .. ')' or '') },
    { 'events', c.seq .. ', the last ' .. clock.span(now - c.last_at) .. ' ago' },
  }
  local lines, events = ops.columns(rows), {}
  local newest = redis.call('XREVRANGE', site .. ':chat:' .. c.n .. ':log', '+', '-', 'COUNT', 20)
  for i = #newest, 1, -1 do
    local f = newest[i][2]
    events[#events + 1] = { newest[i][1]:match('^%d+'), clock.stamp(tonumber(f[2])), f[4], ops.cut(event_words(f[4], f[6]), 80) }
  end
  for _, line in ipairs(ops.columns(events)) do lines[#lines + 1] = line end
  return lines
end)
