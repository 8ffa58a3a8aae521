-- The clockwork any gateway may turn: idempotent, bounded, no leader. Nothing due: nothing is written.

local MOST = 100

-- The members of a zset whose time has come, the most overdue first.
local function due(site, key, now)
  return redis.call('ZRANGEBYSCORE', site .. key, '-inf', now, 'LIMIT', 0, MOST)
end

-- Does act(item) for each; one broken item must not stop the others. Returns how many were done.
local function each(items, what, act)
  local n = 0
  for _, item in ipairs(items) do
    local done, why = pcall(act, item)
    if done then
      n = n + 1
    else
      redis.log(redis.LOG_WARNING, 'firstline: ' .. what .. ' ' .. item .. ': ' .. tostring(type(why) == 'table' and (why.err or why.no[3]) or why))
    end
  end
  return n
end

-- An entry whose chat is gone or in another phase belongs nowhere: drops it and returns nil.
local function due_chat(site, key, n, phase)
  local now_in = redis.call('HGET', site .. ':chat:' .. n, 'phase')
  if now_in == phase then return chat.hold(site, n) end
  redis.call('ZREM', site .. key, n)
  error('was in ' .. key .. ' but is ' .. tostring(now_in or 'missing') .. '; dropped', 0)
end

local function expire_gateways(site, now)
  each(due(site, ':gateways', now), 'gateway', function(id)
    redis.call('ZREM', site .. ':gateways', id)
    redis.call('DEL', site .. ':gateway:' .. id)
  end)
end

-- Lost agents: their state stays as they chose it, their chats go to whoever is there. At most about 200 chats a call.
local function expire_leases(site, now)
  local budget = 200
  return each(due(site, ':leases', now), 'agent', function(id)
    if budget <= 0 then error('left for the next tick', 0) end
    budget = budget - staff.release(site, now, id, 'agent_lost')
    redis.call('ZREM', site .. ':leases', id)
    desk.changed(site)
  end)
end

local function expire_offers(site, now)
  return each(due(site, ':offers', now), 'chat', function(n)
    local c = due_chat(site, ':offers', n, 'offered')
    local agent = c.offered_to
    place.leave(site, now, c, 'missed')
    place.back(site, c)
    chat.set(site, c, 'passed:' .. agent, now + 30000)
    chat.count(site, now, 'missed', 1, { agent = agent, queue = c.queue })
  end)
end

local function move_unheard(site, now)
  return each(due(site, ':unheard', now), 'chat', function(n)
    local c = due_chat(site, ':unheard', n, 'auto')
    questions.keep(site, now, c)
    place.leave(site, now, c, 'no_answer')
    place.queue(site, now, c, 'no_answer')
  end)
end

-- tick(now, gateway, offset) -> ok, leases expired, offers missed, unheard moved to a queue, chats offered, queues with somebody at
-- work ("a,b"). offset: seconds the shop's clock is ahead of UTC; "" = not told.
-- A gateway whose own lease has run out has seen an outage; nothing expires until it has renewed (see forgive_outage).
register.moving('tick', function(site, now, args)
  local offset = args[3] or ''
  if offset ~= '' then check.number(offset, -86400, 86400, 'The offset') end
  check.kind(site .. ':offset', 'string')
  vouchers.sound(site)
  measure.set_offset(site, offset)
  local mine, leases, offers = redis.call('ZSCORE', site .. ':gateways', args[2] or ''), 0, 0
  if not mine or tonumber(mine) > now then
    expire_gateways(site, now)
    leases = expire_leases(site, now)
    offers = expire_offers(site, now)
  end
  outbox.left(site)
  local unheard = move_unheard(site, now)
  local offered = match.run(site, now)
  local staffed = waiting.turn(site, now, each, due)
  place.tell_all(site, now)
  promise.tick(site, now)
  followup.tick(site, now)
  archive.tick(site, now)
  feed.trim(site)
  return { 'ok', leases, offers, unheard, offered, staffed }
end)
