-- What an agent does with a chat: accept, decline, take, say, note, transfer, close.

-- accept(now, A, chat) -> ok, seq. A second time: ok with the head. no: closed | offer_gone
register.moving('accept', function(site, now, args)
  local agent, c = staff.hold(site, args[2]), chat.hold(site, args[3])
  if c.phase == 'closed' then refuse('closed', 'Chat ' .. c.n .. ' is closed.') end
  if c.phase == 'active' and c.agent == agent.id then return { 'ok', c.seq } end
  if c.offered_to ~= agent.id then refuse('offer_gone', 'Chat ' .. c.n .. ' is no longer offered to you.') end
  staff.alive(site, now, agent.id)
  return { 'ok', place.join(site, now, c, agent.id, agent.name) }
end)

-- decline(now, A, chat) -> ok: back to its place, and not offered to A again for 60 s. no: offer_gone
register.moving('decline', function(site, now, args)
  local agent, c = staff.hold(site, args[2]), chat.hold(site, args[3])
  if c.phase ~= 'offered' or c.offered_to ~= agent.id then refuse('offer_gone', 'Chat ' .. c.n .. ' is no longer offered to you.') end
  place.leave(site, now, c, 'declined')
  place.back(site, c)
  chat.set(site, c, 'passed:' .. agent.id, now + 60000)
  chat.count(site, now, 'declined', 1, { agent = agent.id, queue = c.queue })
  place.settle(site, now, c)
  return { 'ok' }
end)

-- take(now, A, chat) -> ok, seq: any waiting or automatic chat of A's queues; a supervisor takes any open one.
-- no: closed | not_yours | forbidden
register.moving('take', function(site, now, args)
  local agent, c = staff.hold(site, args[2]), chat.hold(site, args[3])
  if c.phase == 'closed' then refuse('closed', 'Chat ' .. c.n .. ' is closed.') end
  if c.phase == 'active' and c.agent == agent.id then return { 'ok', c.seq } end
  if not agent.supervisor then
    if c.phase == 'active' then refuse('not_yours', 'Chat ' .. c.n .. ' is with another agent; a supervisor can take it.') end
    if c.offered_to ~= agent.id and not contains(agent.queues, c.queue) then
      refuse('forbidden', 'Chat ' .. c.n .. ' waits in the queue ' .. c.queue .. ', which you do not serve.')
    end
  end
  staff.alive(site, now, agent.id)
  if c.phase == 'active' then
    local name = redis.call('HGET', site .. ':agent:' .. c.agent, 'name') or c.agent
    chat.append(site, now, c, 'left', json.object('agent', json.text(c.agent), 'name', json.text(name), 'reason', '"taken"'))
  end
  local seq = place.join(site, now, c, agent.id, agent.name)
  match.run(site, now)
  return { 'ok', seq }
end)

-- agent_say(now, A, chat, mid, body) -> ok, chat, seq, at, dup. The chat must be active with A. no: mid_reused | not_yours | closed
register.writing('agent_say', function(site, now, args)
  local id, n, mid, body = check.agent(args[2]), check.chat(args[3]), check.mid(args[4]), check.body(args[5])
  local base, field = site .. ':chat:' .. n, 'a:' .. id .. ':' .. mid
  local v = redis.call('HMGET', base, 'phase', 'seq', 'last_at', 'agent', 'first_reply_at', 'turn_at', 'asked_at', 'queue')
  if not v[1] then refuse('no_such_chat', 'There is no chat ' .. n .. '.') end
  local c = { n = n, phase = v[1], seq = tonumber(v[2]), last_at = tonumber(v[3] or 0) }
  local function repeated()
    local r = chat.accepted_before(site, n, c.phase, redis.call('HGET', base .. ':mids', field), 'message', body)
    return { r[1], r[2], r[3], r[4], r[5] }
  end
  if c.phase ~= 'active' or v[4] ~= id then
    if redis.call('HEXISTS', base .. ':mids', field) == 1 then return repeated() end
    staff.load(site, id)
    if c.phase == 'closed' then refuse('closed', 'Chat ' .. n .. ' is closed.') end
    refuse('not_yours', 'Chat ' .. n .. ' is not yours.')
  end
  local about = redis.call('HMGET', site .. ':agent:' .. id, 'name', 'disabled')
  if not about[1] or about[2] == '1' then staff.load(site, id) end
  if redis.call('HSETNX', base .. ':mids', field, string.format('%d', c.seq + 1)) == 0 then return repeated() end
  local seq, at = chat.append_claimed(site, now, c, field, body)
  if (v[6] or '') ~= '' then measure.speaks(site, n, id, at, { v[5], v[6], v[7], v[8] }) end
  return { 'ok', n, seq, at, '0' }
end)

-- Adds a private note and tells the agents; returns its time and entry.
local function add_note(site, now, c, agent, mid, text)
  local entry = redis.call('XADD', site .. ':chat:' .. c.n .. ':notes', '*', 'at', now, 'agent', agent.id, 'name', agent.name, 'text', text, 'mid', mid)
  chat.tell(site, c.n, 'A', json.object('type', '"note"', 'chat', c.n, 'at', now, 'agent', json.text(agent.id), 'name', json.text(agent.name),
    'text', json.text(text), 'mid', json.text(mid)))
  return entry
end

-- note(now, A, chat, mid, text) -> ok, at, dup: private, for agents; also once the chat is closed. no: not_yours | mid_reused
register.writing('note', function(site, now, args)
  local agent, c, mid = staff.load(site, args[2]), chat.hold(site, args[3]), check.mid(args[4])
  local text = check.text(args[5], 1, 4000, 'A note')
  local mids, field = site .. ':chat:' .. c.n .. ':mids', 'n:' .. agent.id .. ':' .. mid
  local entry = redis.call('HGET', mids, field)
  if entry then
    local e = redis.call('XRANGE', site .. ':chat:' .. c.n .. ':notes', entry, entry)[1]
    if not e or e[2][8] ~= text then refuse('mid_reused', 'This mid was already used for another note; make a new one.') end
    return { 'ok', e[2][2], '1' }
  end
  if c.agent ~= agent.id and c.offered_to ~= agent.id and not agent.supervisor then refuse('not_yours', 'Chat ' .. c.n .. ' is not yours.') end
  local fresh = redis.call('EXISTS', mids) == 0
  redis.call('HSET', mids, field, add_note(site, now, c, agent, mid, text))
  if fresh and c.phase == 'closed' then redis.call('EXPIRE', mids, 86400) end
  return { 'ok', now, '0' }
end)

-- Whom a transfer goes to: {json of `to`, agent or queue}; refuses whom it cannot go to.
local function target(site, now, c, to_kind, to)
  if to_kind == 'queue' then
    if not contains(settings.list(site, 'queues'), to) then refuse('no_such_queue', 'There is no queue of this name.') end
    return { queue = to, text = json.object('queue', json.text(to), 'name', json.text(to)) }
  end
  if to_kind ~= 'agent' then bad('A transfer goes to an agent or a queue.') end
  local found, other = pcall(staff.hold, site, to)
  if not found then
    if other.no and other.no[2] == 'bad_argument' then error(other, 0) end
    refuse('no_such_agent', 'There is no agent of this name at work.')
  end
  if to == c.agent then bad('The chat is already with this agent.') end
  local lease = tonumber(redis.call('ZSCORE', site .. ':leases', to) or 0)
  if other.state ~= 'online' or lease <= now or other.load >= other.capacity then
    refuse('agent_busy', other.name .. ' cannot take a chat now; choose another, or a queue.')
  end
  return { agent = to, text = json.object('agent', json.text(to), 'name', json.text(other.name)) }
end

-- transfer(now, A, chat, to_kind agent|queue, to, reason, note) -> ok, seq of `transferred`. To an agent: an offer to exactly
-- that one. To a queue: to the place its waiting deserves. no: reason_required | no_such_agent | agent_busy | no_such_queue
register.moving('transfer', function(site, now, args)
  local agent = staff.hold(site, args[2])
  local c, reason, note = staff.own(site, agent, args[3]), (args[6] or ''):match('^%s*(.-)%s*$'), args[7] or ''
  if reason == '' then refuse('reason_required', 'Say why the chat is transferred; the visitor sees it.') end
  check.text(reason, 1, 500, 'The reason')
  check.text(note, 0, 4000, 'The note')
  local to, from, from_queue = target(site, now, c, args[4], args[5]), c.agent, c.queue
  local from_name = redis.call('HGET', site .. ':agent:' .. from, 'name') or from
  if note ~= '' then add_note(site, now, c, agent, '', note) end
  local seq, at = chat.append(site, now, c, 'transferred', json.object('from', json.text(from), 'from_name', json.text(from_name), 'to', to.text,
    'reason', json.text(reason)))
  place.leave(site, now, c, 'transfer')
  local move = json.object('from', json.text(from), 'to', json.text(to.agent or to.queue), 'reason', json.text(reason), 'at', at)
  chat.set(site, c, 'transfers', c.transfers + 1, 'moves', #c.moves > 60000 and move or c.moves == '' and move or c.moves .. ',' .. move,
    'pref', to.agent or '', 'queue', to.queue or c.queue, 'passed:' .. from, now + 60000)
  chat.count(site, now, 'transfers', 1, { agent = from, queue = from_queue })
  if c.transfers >= settings.number(site, 'transfers_alert') then waiting.alert(site, now, c, 'transfers', c.transfers) end
  place.wait(site, now, c, 'transfer')
  if to.agent then
    redis.call('ZREM', site .. ':queue:' .. c.queue, c.n)
    place.offer(site, now, c, to.agent)
    match.run(site, now)
  else
    place.settle(site, now, c)
  end
  return { 'ok', seq }
end)

-- What is recorded when a chat is closed. With ask_record 0 it may be left out.
local function record(site, outcome, category, need)
  local asked = settings.number(site, 'ask_record') == 1
  if outcome ~= 'solved' and outcome ~= 'unsolved' and (asked or outcome ~= '') then bad('The outcome is solved or unsolved.') end
  if not contains(settings.list(site, 'categories'), category) and (asked or category ~= '') then
    bad('The category must be one of the shop\'s: ' .. settings.text(site, 'categories') .. '.')
  end
  return outcome ~= '' and outcome or nil, category, check.text(need or '', 0, 500, 'What was needed')
end

-- close(now, A, chat, outcome solved|unsolved, category, need) -> ok, seq. The chat must be active with A; a supervisor closes any open one.
-- outcome and category may be "" when the setting ask_record is 0. no: closed | not_yours
register.moving('close', function(site, now, args)
  local agent, c = staff.hold(site, args[2]), chat.hold(site, args[3])
  if c.phase == 'closed' then refuse('closed', 'Chat ' .. c.n .. ' is already closed.') end
  if not agent.supervisor then staff.own(site, agent, c.n) end
  local outcome, category, need = record(site, args[4] or '', args[5] or '', args[6])
  local seq = place.close(site, now, c, 'agent', { agent = agent.id, name = agent.name, outcome = outcome, category = category, need = need })
  match.run(site, now)
  return { 'ok', seq }
end)
