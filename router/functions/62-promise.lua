-- Promises: what an agent said will be done, and by when. {S}:chat:N:promises holds them (ID -> JSON), {S}:promises the open ones
-- by due time, {S}:promises:next when something is to be done about one: a reminder before it is due, then word to the supervisors.
-- Kept by its due time it counts as kept, else as broken; a broken one stays open until it is kept after all.
do

local MOST, LONGEST, FARTHEST_MS = 20, 500, 366 * 86400000
local LOOK_AGAIN_MS = 10000 -- nobody is there to be reminded
local MOST_SHOWN = 50
local MOST_DUE = 100

local function keys(site, n)
  return site .. ':chat:' .. n .. ':promises', site .. ':promises', site .. ':promises:next'
end

local function sound(site, n)
  local of_chat, open, next_at = keys(site, n)
  check.kind(of_chat, 'hash')
  check.kind(open, 'zset')
  check.kind(next_at, 'zset')
end

-- p = {promise, text, due, agent, name, at, kept_at (0 = open), overdue}
local function encode(p)
  return json.object('promise', p.promise, 'text', json.text(p.text), 'due', string.format('%d', p.due), 'agent', json.text(p.agent),
    'name', json.text(p.name), 'at', string.format('%d', p.at), 'kept_at', string.format('%d', p.kept_at), 'overdue', tostring(p.overdue))
end

local function save(site, n, p)
  redis.call('HSET', site .. ':chat:' .. n .. ':promises', p.promise, encode(p))
end

-- All promises of a chat, oldest first.
local function all_of(site, n)
  local found, items = redis.call('HGETALL', site .. ':chat:' .. n .. ':promises'), {}
  for i = 2, #found, 2 do items[#items + 1] = json.read(found[i]) end
  table.sort(items, function(a, b) return a.promise < b.promise end)
  return items
end

-- The same as JSON.
function promise.of_chat(site, n)
  local items = {}
  for i, p in ipairs(all_of(site, n)) do items[i] = encode(p) end
  return json.array(items)
end

-- A promise with its chat and visitor, for lists; nil when it is not there.
local function shown(site, member)
  local n, id = member:match('^(%d+):(%d+)$')
  local text = n and redis.call('HGET', site .. ':chat:' .. n .. ':promises', id)
  if not text then return nil end
  return '{"chat":' .. n .. ',"visitor":' .. json.text(redis.call('HGET', site .. ':chat:' .. n, 'name') or '') .. ',' .. text:sub(2), json.read(text)
end

local function list(site, members, wanted)
  local items = {}
  for _, member in ipairs(members) do
    local text, p = shown(site, member)
    if text and (not wanted or wanted(p)) then items[#items + 1] = text end
  end
  return json.array(items)
end

-- The open promises an agent made, soonest first; of the shop's 1,000 soonest.
function promise.of_agent(site, id)
  return list(site, redis.call('ZRANGE', site .. ':promises', 0, 999), function(p) return p.agent == id end)
end

-- The most overdue ones of everybody.
function promise.overdue(site, now)
  return list(site, redis.call('ZRANGEBYSCORE', site .. ':promises', '-inf', now, 'LIMIT', 0, MOST_SHOWN))
end

-- The chat of a promise, for an agent who has or had it, or a supervisor.
local function chat_of(site, agent, n)
  local c = chat.hold(site, n)
  if c.agent ~= agent.id and not agent.supervisor then refuse('not_yours', 'Chat ' .. n .. ' is not yours.') end
  sound(site, n)
  return c
end

-- Tells every tab of the maker how the promise stands.
local function tell_maker(site, n, p)
  local text = shown(site, n .. ':' .. p.promise)
  place.nudge(site, p.agent, 'D ' .. n .. ' {"type":"promise","chat":' .. n .. ',"promise":' .. text .. '}')
end

-- promise(now, A, chat, text, due) -> ok, id, seq. Also for a chat that is closed. The same text and due time again: the same id.
-- no: not_yours
register.writing('promise', function(site, now, args)
  local agent = staff.load(site, args[2])
  local c, text = chat_of(site, agent, args[3]), check.text(args[4], 1, LONGEST, 'A promise')
  local due, all = check.number(args[5], 1, 99999999999999, 'The due time'), all_of(site, args[3])
  for _, p in ipairs(all) do
    if p.agent == agent.id and p.text == text and p.due == due then return { 'ok', p.promise, c.seq } end
  end
  if due <= now or due > now + FARTHEST_MS then bad('A promise is due later than now, and within 366 days.') end
  if #all >= MOST then bad('A chat holds at most ' .. MOST .. ' promises.') end
  local p = { promise = #all + 1, text = text, due = due, agent = agent.id, name = agent.name, at = now, kept_at = 0, overdue = false }
  local member = c.n .. ':' .. p.promise
  save(site, c.n, p)
  redis.call('ZADD', site .. ':promises', due, member)
  redis.call('ZADD', site .. ':promises:next', math.max(now, due - settings.number(site, 'remind_s') * 1000), member)
  local seq = chat.append(site, now, c, 'promise', json.object('promise', p.promise, 'text', json.text(text), 'due', string.format('%d', due),
    'tz', json.text(settings.zone(site)), 'agent', json.text(agent.id), 'name', json.text(agent.name)))
  chat.count(site, now, 'promises_made', 1, { agent = agent.id, queue = c.queue })
  tell_maker(site, c.n, p)
  return { 'ok', p.promise, seq }
end)

-- Marks a promise as kept, by an agent or by ops ({id, name}).
local function done(site, now, c, id, agent)
  local p = json.read(redis.call('HGET', site .. ':chat:' .. c.n .. ':promises', id) or '')
  if not p then bad('Chat ' .. c.n .. ' has no promise ' .. ops.cut(id, 20) .. '.') end
  if p.kept_at > 0 then refuse('already', 'This promise was already kept.') end
  local late, member = p.overdue or now > p.due, c.n .. ':' .. id
  if late and not p.overdue then chat.count(site, now, 'promises_broken', 1, { agent = p.agent, queue = c.queue }) end
  p.kept_at, p.overdue = now, late
  save(site, c.n, p)
  redis.call('ZREM', site .. ':promises', member)
  redis.call('ZREM', site .. ':promises:next', member)
  if not late then chat.count(site, now, 'promises_kept', 1, { agent = p.agent, queue = c.queue }) end
  local seq = chat.append(site, now, c, 'kept', json.object('promise', id, 'text', json.text(p.text), 'late', tostring(late),
    'agent', json.text(agent.id), 'name', json.text(agent.name)))
  tell_maker(site, c.n, p)
  if late then desk.changed(site) end
  return seq, p
end

-- kept(now, A, chat, id) -> ok, seq. Whoever made the promise, has the chat, or is a supervisor. no: not_yours | already
register.writing('kept', function(site, now, args)
  local agent, id = staff.load(site, args[2]), args[4] or ''
  local c = chat.hold(site, args[3])
  local p = json.read(redis.call('HGET', site .. ':chat:' .. c.n .. ':promises', id) or '')
  if not (p and p.agent == agent.id) then chat_of(site, agent, c.n) end
  sound(site, c.n)
  return { 'ok', (done(site, now, c, id, agent)) }
end)

local function is_there(site, now, id)
  return id ~= '' and tonumber(redis.call('ZSCORE', site .. ':leases', id) or 0) > now
end

-- Who hears of a promise: its agent, else who has the chat now, else supervisors who are there, else everybody who is.
local function hearers(site, now, c, p)
  if is_there(site, now, p.agent) then return { p.agent } end
  if c.phase == 'active' and is_there(site, now, c.agent) then return { c.agent } end
  local here = redis.call('ZRANGEBYSCORE', site .. ':leases', '(' .. now, '+inf')
  local supervisors = {}
  for _, id in ipairs(here) do
    if redis.call('HGET', site .. ':agent:' .. id, 'supervisor') == '1' then supervisors[#supervisors + 1] = id end
  end
  return #supervisors > 0 and supervisors or here
end

local function tell_due(site, n, p, whom)
  local frame = '{"type":"due","chat":' .. n .. ',"promise":' .. shown(site, n .. ':' .. p.promise) .. '}'
  for _, id in ipairs(whom) do place.nudge(site, id, 'D ' .. n .. ' ' .. frame) end
end

-- The time is over: counted as broken, told to supervisors and to the agent, and on the feed.
local function escalate(site, now, c, p, member)
  p.overdue = true
  save(site, c.n, p)
  redis.call('ZREM', site .. ':promises:next', member)
  chat.count(site, now, 'promises_broken', 1, { agent = p.agent, queue = c.queue })
  feed.add(site, now, c.n, 'promise_overdue', encode(p))
  local whom = { p.agent }
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', site .. ':leases', '(' .. now, '+inf')) do
    if id ~= p.agent and redis.call('HGET', site .. ':agent:' .. id, 'supervisor') == '1' then whom[#whom + 1] = id end
  end
  tell_due(site, c.n, p, whom)
  desk.changed(site)
end

local function remind(site, now, c, p, member)
  local whom = hearers(site, now, c, p)
  if #whom == 0 then return redis.call('ZADD', site .. ':promises:next', math.min(p.due, now + LOOK_AGAIN_MS), member) end
  redis.call('ZADD', site .. ':promises:next', p.due, member)
  feed.add(site, now, c.n, 'promise_due', encode(p))
  tell_due(site, c.n, p, whom)
end

local function step(site, now, member)
  local n, id = member:match('^(%d+):(%d+)$')
  local p = n and json.read(redis.call('HGET', site .. ':chat:' .. n .. ':promises', id) or '')
  if not p or p.kept_at > 0 or p.overdue then return redis.call('ZREM', site .. ':promises:next', member) end
  local c = chat.load(site, n)
  if now >= p.due then escalate(site, now, c, p, member) else remind(site, now, c, p, member) end
end

-- Reminds and escalates what is due; one broken entry must not stop the others.
function promise.tick(site, now)
  local next_at = site .. ':promises:next'
  local due = redis.pcall('ZRANGEBYSCORE', next_at, '-inf', now, 'LIMIT', 0, MOST_DUE)
  for _, member in ipairs(due.err and {} or due) do
    local fine, why = pcall(step, site, now, member)
    if not fine then
      redis.log(redis.LOG_WARNING, 'firstline: promise ' .. member .. ': ' .. tostring(type(why) == 'table' and (why.err or why.no[3]) or why))
      redis.call('ZADD', next_at, now + LOOK_AGAIN_MS, member)
    end
  end
end

-- Forgets the promises of a chat that is removed.
function promise.forget(site, n)
  local of_chat, open, next_at = keys(site, n)
  for _, id in ipairs(redis.call('HKEYS', of_chat)) do
    redis.call('ZREM', open, n .. ':' .. id)
    redis.call('ZREM', next_at, n .. ':' .. id)
  end
  redis.call('DEL', of_chat)
end

-- For ops: marks one as kept.
promise.done = done
end
