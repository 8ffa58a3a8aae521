-- Agents at work: who they are, whether they are there, and getting their chats back when they are not.

do
-- The agent of a command: known and not disabled, else a refusal.
function staff.load(site, id)
  check.agent(id)
  local v = redis.call('HMGET', site .. ':agent:' .. id, 'name', 'state', 'capacity', 'queues', 'supervisor', 'disabled', 'load')
  if not v[1] then refuse('no_such_agent', 'There is no agent ' .. id .. '.') end
  if v[6] == '1' then refuse('forbidden', 'Agent ' .. id .. ' is disabled.') end
  return { id = id, name = v[1], state = v[2] or 'away', capacity = tonumber(v[3] or 0), queues = split(v[4] or ''), supervisor = v[5] == '1',
    load = tonumber(v[6 + 1] or 0) }
end

-- The same for a command that moves chats.
function staff.hold(site, id)
  local agent = staff.load(site, id)
  check.kind(site .. ':agent:' .. id .. ':chats', 'set')
  return agent
end

-- The chat when it is active with this agent (or with anybody, for a supervisor); else a refusal.
function staff.own(site, agent, n)
  local c = chat.hold(site, n)
  if c.phase == 'closed' then refuse('closed', 'Chat ' .. n .. ' is closed.') end
  if c.phase ~= 'active' or (c.agent ~= agent.id and not agent.supervisor) then
    refuse('not_yours', 'Chat ' .. n .. ' is not yours' .. (c.offered_to == agent.id and '; accept it first.' or '.'))
  end
  return c
end

-- Proof of life: an agent who acts holds a lease for at least lease_s from now.
function staff.alive(site, now, id)
  redis.call('ZADD', site .. ':leases', 'GT', now + settings.number(site, 'lease_s') * 1000, id)
end

-- All held chats of an agent, latest first, so that putting each in front leaves the longest waiting foremost.
local function held_chats(site, id)
  local held = {}
  for _, n in ipairs(redis.call('SMEMBERS', site .. ':agent:' .. id .. ':chats')) do held[#held + 1] = chat.hold(site, n) end
  table.sort(held, function(a, b)
    return a.waiting_since > b.waiting_since or a.waiting_since == b.waiting_since and tonumber(a.n) > tonumber(b.n)
  end)
  return held
end

-- Takes the offers of an agent back to their places; returns how many.
function staff.take_back_offers(site, now, id, why, in_front)
  local n = 0
  for _, c in ipairs(held_chats(site, id)) do
    if c.phase == 'offered' then
      place.leave(site, now, c, why)
      place.back(site, c, in_front)
      n = n + 1
    end
  end
  return n
end

-- Takes one active chat from its agent, to the front of its queue with everything in it. reason is of the queued event.
function staff.take_back(site, now, c, why, reason)
  local agent = c.agent
  local name = redis.call('HGET', site .. ':agent:' .. agent, 'name') or agent
  chat.append(site, now, c, 'left', json.object('agent', json.text(agent), 'name', json.text(name), 'reason', json.text(why)))
  place.leave(site, now, c, why)
  return place.queue(site, now, c, reason, true)
end

-- An agent is gone (why agent_lost or away): active chats to the front, offers back (to the front too when away). -> how many
function staff.release(site, now, id, why)
  local moved = 0
  for _, c in ipairs(held_chats(site, id)) do
    if c.phase == 'active' then
      staff.take_back(site, now, c, why, why == 'agent_lost' and 'agent_lost' or 'returned')
    elseif c.phase == 'offered' then
      place.leave(site, now, c, why == 'away' and why or 'missed')
      place.back(site, c, why == 'away')
    end
    moved = moved + 1
  end
  return moved
end

-- presence(now, A, state online|away, capacity ""|1..50) -> ok. online: may be offered chats. away: offers go back, active chats stay.
register.moving('presence', function(site, now, args)
  local agent, state, capacity = staff.hold(site, args[2]), args[3], args[4] or ''
  if state ~= 'online' and state ~= 'away' then bad('The state is online or away.') end
  if capacity == '' then capacity = agent.capacity else capacity = check.number(capacity, 1, 50, 'The capacity') end
  if state == 'away' then staff.take_back_offers(site, now, agent.id, 'away') end
  local base = site .. ':agent:' .. agent.id
  redis.call('HSET', base, 'state', state, 'capacity', capacity)
  if state ~= agent.state then redis.call('HSET', base, 'idle_since', now) end
  place.nudge(site, agent.id, 'P ' .. state .. ' ' .. capacity)
  desk.changed(site)
  match.run(site, now)
  return { 'ok' }
end)

local LONGEST_LEASE_MS, OUTAGE_GRACE_MS = 300000, 10000

-- Renews one lease; returns whether the agent was not there before. "=ttl" sets exactly, else a longer one is kept.
local function renew(site, now, id, ttl)
  local exact = ttl:sub(1, 1) == '='
  local till = now + check.number(exact and ttl:sub(2) or ttl, 0, LONGEST_LEASE_MS, 'A lease in ms')
  local v = redis.call('HMGET', site .. ':agent:' .. id, 'name', 'disabled')
  if not v[1] or v[2] == '1' then return false end
  local was = tonumber(redis.call('ZSCORE', site .. ':leases', id) or 0)
  local stands = was > till and was <= now + LONGEST_LEASE_MS and not exact
  if not stands then redis.call('ZADD', site .. ':leases', till, id) end
  return was <= now
end

-- Time in which no gateway could renew anything (Redis was away, everything was off, the clock jumped forward) is held against
-- nobody: agents and offers that ran out in it get OUTAGE_GRACE_MS to be renewed. An outage shows in the gateway's own
-- lease: renewed every 5 s for 20 s, it has run out, or it is new and no other gateway is alive.
local function forgive_outage(site, now, gateway)
  local mine = redis.call('ZSCORE', site .. ':gateways', gateway)
  if mine and tonumber(mine) > now or not mine and redis.call('ZCOUNT', site .. ':gateways', '(' .. now, '+inf') > 0 then return end
  local till = now + OUTAGE_GRACE_MS
  for _, key in ipairs({ ':leases', ':offers' }) do
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', site .. key, '-inf', till)) do redis.call('ZADD', site .. key, till, member) end
  end
end

-- lease(now, gateway, sockets, pid, A1, ttl1, A2, ttl2, ...) -> ok: this gateway lives (20 s), and so do these agents (ttl ms).
-- Unknown and disabled agents are passed over. An agent who comes (back) is matched at once.
register.moving('lease', function(site, now, args)
  local gateway = args[2] or ''
  if #gateway > 64 or not gateway:find('^[%w_.:-]+$') then bad('A gateway is named by 1 to 64 letters, digits, ".", "_", ":" or "-".') end
  local sockets, pid = check.number(args[3], 0, 1e9, 'The number of sockets'), check.number(args[4], 0, 1e9, 'The pid')
  if #args % 2 ~= 0 then bad('Each agent needs a lease time.') end
  for i = 5, #args, 2 do
    check.agent(args[i])
    check.number(args[i + 1]:gsub('^=', ''), 0, LONGEST_LEASE_MS, 'A lease in ms')
  end
  local base, came = site .. ':gateway:' .. gateway, false
  check.kind(base, 'hash')
  forgive_outage(site, now, gateway)
  redis.call('ZADD', site .. ':gateways', now + 20000, gateway)
  redis.call('HSETNX', base, 'started', now)
  redis.call('HSET', base, 'pid', pid, 'sockets', sockets)
  for i = 5, #args, 2 do came = renew(site, now, args[i], args[i + 1]) or came end
  if came then
    desk.changed(site)
    match.run(site, now)
  end
  return { 'ok' }
end)
end
