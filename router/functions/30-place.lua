-- The places of chats: the only code that moves one from place to place, so that phase, place and load cannot disagree.

-- All shared keys must have their types before a function moves anything.
function place.sound(site)
  for _, name in ipairs({ ':offers', ':unheard', ':active', ':leases', ':gateways', ':ladder', ':alerts' }) do check.kind(site .. name, 'zset') end
  check.kind(site .. ':agents', 'set')
  for _, queue in ipairs(settings.list(site, 'queues')) do check.kind(site .. ':queue:' .. queue, 'zset') end
end

-- Tells one agent's sockets a short wake-up line.
local function nudge(site, agent, line)
  outbox.wake(site, site .. ':agent:' .. agent, line)
end
place.nudge = nudge

local function gain(site, now, agent, n)
  local base = site .. ':agent:' .. agent
  redis.call('SADD', base .. ':chats', n)
  redis.call('HSET', base, 'load', redis.call('SCARD', base .. ':chats'), 'idle_since', now)
end

local function drop(site, now, agent, n)
  local base = site .. ':agent:' .. agent
  redis.call('SREM', base .. ':chats', n)
  redis.call('HSET', base, 'load', redis.call('SCARD', base .. ':chats'), 'idle_since', now)
end

-- Takes a chat out of whatever place its phase says. why is what the agent is told: accepted, declined, missed, closed, …
function place.leave(site, now, c, why)
  if c.phase == 'auto' then
    redis.call('ZREM', site .. ':unheard', c.n)
  elseif c.phase == 'queued' then
    redis.call('ZREM', site .. ':queue:' .. c.queue, c.n)
  elseif c.phase == 'offered' then
    redis.call('ZREM', site .. ':offers', c.n)
    drop(site, now, c.offered_to, c.n)
    nudge(site, c.offered_to, 'G ' .. c.n .. ' ' .. why)
  elseif c.phase == 'active' then
    measure.turn_ends(site, now, c)
    redis.call('ZREM', site .. ':active', c.n)
    waiting.served(site, now, c, why)
    drop(site, now, c.agent, c.n)
    nudge(site, c.agent, 'L ' .. c.n .. ' ' .. why)
  end
  desk.changed(site)
end

-- The score in front of everybody in a queue, yet never behind where the waiting time alone would place the chat.
local function front(site, queue, since)
  local first = redis.call('ZRANGE', site .. ':queue:' .. queue, 0, 0, 'WITHSCORES')
  return first[2] and math.min(since, first[2] - 1) or since
end

-- Into the queue, for a reason. Earlier waiting counts. The chat has left its place before. No event yet. While the queue is closed
-- the reason is that; `shut` makes its clock begin anew at the opening (see 32-waiting.lua).
function place.wait(site, now, c, reason, in_front)
  local queue, since = settings.queue(site, c.queue), now - c.waited_ms
  local open = waiting.open(site, now, queue)
  if reason == 'asked' or reason == 'not_helped' then chat.set(site, c, 'human', 1) end
  if not open and c.first_joined_at == 0 then reason = 'closed_hours' end
  local score = in_front and front(site, queue, since) or since
  local first = c.reason == ''
  redis.call('ZADD', site .. ':queue:' .. queue, score, c.n)
  chat.set(site, c, 'phase', 'queued', 'queue', queue, 'reason', reason, 'waiting_since', since, 'place_at', score, 'agent', '', 'offered_to', '',
    'shut', open and '' or '1')
  waiting.begin(site, now, c)
  if first then measure.waits(site, now, c) end
end

-- The same, with its event.
function place.queue(site, now, c, reason, in_front)
  place.wait(site, now, c, reason, in_front)
  local open, opens = waiting.open(site, now, c.queue)
  local body = { 'queue', json.text(c.queue), 'reason', json.text(c.reason) }
  if not open and opens > 0 then body[5], body[6] = 'opens', opens end
  return chat.append(site, now, c, 'queued', json.object(unpack(body)))
end

-- An offer that came to nothing: back to the place the chat had, or in front. The chat has left the offers before.
function place.back(site, c, in_front)
  local queue = settings.queue(site, c.queue)
  local score = in_front and front(site, queue, c.waiting_since) or c.place_at
  redis.call('ZADD', site .. ':queue:' .. queue, score, c.n)
  chat.set(site, c, 'phase', 'queued', 'queue', queue, 'place_at', score, 'offered_to', '')
end

-- Offers a chat, which has left its place, to one agent.
function place.offer(site, now, c, agent)
  local deadline = now + settings.number(site, 'offer_s') * 1000
  redis.call('ZADD', site .. ':offers', deadline, c.n)
  gain(site, now, agent, c.n)
  chat.set(site, c, 'phase', 'offered', 'offered_to', agent, 'agent', '', 'held_since', now)
  nudge(site, agent, 'O ' .. c.n .. ' ' .. deadline)
  place.tell(site, c.n, c.told_place, c.told_wait, 1, '')
  desk.changed(site)
end

-- The chat, in any open phase, becomes an agent's own.
function place.join(site, now, c, agent, name)
  local waits = c.phase == 'queued' or c.phase == 'offered'
  local waited = waits and math.max(0, now - c.waiting_since) or c.waited_ms
  if c.offered_to ~= agent then chat.set(site, c, 'held_since', now) end
  -- Taken over after a person has spoken: nobody waits, so nothing is told, though a look may still be planned.
  if c.phase == 'active' and c.turn_at == '' then redis.call('ZREM', site .. ':ladder', c.n) end
  place.leave(site, now, c, c.offered_to == agent and 'accepted' or 'taken')
  redis.call('ZADD', site .. ':active', now, c.n)
  gain(site, now, agent, c.n)
  chat.set(site, c, 'phase', 'active', 'agent', agent, 'offered_to', '', 'human', 1, 'waited_ms', waited, 'told_place', 0, 'told_wait', '')
  measure.joins(site, now, c, agent, waited)
  redis.call('HSET', site .. ':visitor:' .. c.visitor, 'agent', agent)
  local seq = chat.append(site, now, c, 'joined', json.object('agent', json.text(agent), 'name', json.text(name)))
  nudge(site, agent, 'J ' .. c.n)
  return seq
end

-- Ends a chat. by = visitor, agent or ops; said = {agent, name, outcome, category, need}, all may be nil. The event goes out
-- before the agent is told that the chat is gone, so that the agent's side sees the end, too.
function place.close(site, now, c, by, said)
  local was = c.phase
  local body = '{"by":"' .. by .. '","outcome":"' .. (said.outcome or '') .. '"'
  if said.agent then body = body .. ',"agent":' .. json.text(said.agent) .. ',"name":' .. json.text(said.name) end
  local more = ',"visitor":"' .. c.visitor .. '","category":' .. json.text(said.category or '') .. ',"need":' .. json.text(said.need or '') .. '}'
  local seq, at = chat.append(site, now, c, 'closed', body .. '}', body .. more)
  place.leave(site, now, c, 'closed')
  chat.set(site, c, 'phase', 'closed', 'closed_at', now, 'outcome', said.outcome or '', 'category', said.category or '', 'need', said.need or '',
    'offered_to', '')
  redis.call('EXPIRE', site .. ':chat:' .. c.n .. ':mids', 86400)
  redis.call('ZREM', site .. ':alerts', 'transfers:' .. c.n)
  if (was == 'queued' or was == 'offered') and c.first_joined_at == 0 then waiting.gave_up(site, now, c) end
  measure.closes(site, now, c, was, said)
  followup.plan(site, now, c)
  return seq, at
end

-- A closed chat waits again, in front, for the agent who had it.
function place.reopen(site, now, c, reason)
  redis.call('PERSIST', site .. ':chat:' .. c.n .. ':mids')
  chat.set(site, c, 'waited_ms', 0, 'closed_at', 0, 'outcome', '', 'category', '', 'need', '', 'human', 1, 'pref', c.agent, 'told_place', 0)
  local seq = place.queue(site, now, c, reason, true)
  desk.changed(site)
  place.settle(site, now, c)
  return seq
end

-- The visitor's place: 1 = next; 0 = not waiting.
function place.number(site, c)
  if c.phase == 'offered' then return 1 end
  return c.phase == 'queued' and (redis.call('ZRANK', site .. ':queue:' .. c.queue, c.n) or -1) + 1 or 0
end

-- Tells a visitor their place, and how long it may take ("low-high" in seconds, "": not known), when either is news.
function place.tell(site, n, told_place, told_wait, number, wait)
  if told_place == number and told_wait == wait then return end
  redis.call('HSET', site .. ':chat:' .. n, 'told_place', number, 'told_wait', wait)
  chat.tell(site, n, 'V', '{"type":"queue","place":' .. number .. waiting.member(wait) .. '}')
end

-- Tells the first 100 of each queue where they stand now.
function place.tell_all(site, now)
  for _, queue in ipairs(settings.list(site, 'queues')) do
    local first = redis.call('ZRANGE', site .. ':queue:' .. queue, 0, 99)
    local waits = #first > 0 and waiting.estimates(site, now, queue)
    for i, n in ipairs(first) do
      local v = redis.call('HMGET', site .. ':chat:' .. n, 'told_place', 'told_wait')
      place.tell(site, n, tonumber(v[1] or 0), v[2] or '', i, waits[i] or '')
    end
  end
end

-- After a chat came to wait: find agents, and tell its visitor the place when none was found.
function place.settle(site, now, c)
  match.run(site, now)
  local at = redis.call('HMGET', site .. ':chat:' .. c.n, 'phase', 'told_place', 'told_wait')
  c.phase = at[1]
  if c.phase ~= 'queued' then return end
  local number = place.number(site, c)
  place.tell(site, c.n, tonumber(at[2] or 0), at[3] or '', number, waiting.estimates(site, now, c.queue)[number] or '')
end
