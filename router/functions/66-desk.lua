-- The whole desk: who waits, who works; and home, all a dashboard needs when it opens.

local MOST_WAITING = 500
local HOME_BYTES = 163840

-- Wakes the dashboards; they fetch `desk` themselves, a few times a second at most.
function desk.changed(site)
  redis.call('PUBLISH', site .. ':desk', '')
end

-- One agent as dashboards show it; nil when there is no such agent.
function desk.agent(site, now, id)
  local v = redis.call('HMGET', site .. ':agent:' .. id, 'name', 'state', 'load', 'capacity', 'langs', 'queues', 'supervisor', 'disabled')
  if not v[1] then return nil end
  local there = tonumber(redis.call('ZSCORE', site .. ':leases', id) or 0) > now
  return json.object('id', json.text(id), 'name', json.text(v[1]), 'state', json.text(there and v[2] or 'offline'), 'load', v[3] or 0, 'capacity', v[4] or 0,
    'langs', json.strings(split(v[5] or '')), 'queues', json.strings(split(v[6] or '')), 'supervisor', v[7] == '1' and 'true' or 'false'), v[8] == '1'
end

-- All agents who are not disabled, by id.
local function agents_json(site, now)
  local ids, items = redis.call('SMEMBERS', site .. ':agents'), {}
  table.sort(ids)
  for _, id in ipairs(ids) do
    local item, disabled = desk.agent(site, now, id)
    if item and not disabled then items[#items + 1] = item end
  end
  return json.array(items)
end

-- Everybody who waits, offered or not, as {n, score}, in the order of their places.
function desk.waiting(site)
  local waiting = {}
  for _, queue in ipairs(settings.list(site, 'queues')) do
    local found = redis.call('ZRANGE', site .. ':queue:' .. queue, 0, MOST_WAITING - 1, 'WITHSCORES')
    for i = 1, #found, 2 do waiting[#waiting + 1] = { n = found[i], score = tonumber(found[i + 1]) } end
  end
  for _, n in ipairs(redis.call('ZRANGE', site .. ':offers', 0, MOST_WAITING - 1)) do
    waiting[#waiting + 1] = { n = n, score = tonumber(redis.call('HGET', site .. ':chat:' .. n, 'place_at') or 0) }
  end
  table.sort(waiting, function(a, b) return a.score < b.score or a.score == b.score and tonumber(a.n) < tonumber(b.n) end)
  return waiting
end

-- How many wait in all.
function desk.total(site)
  local total = redis.call('ZCARD', site .. ':offers')
  for _, queue in ipairs(settings.list(site, 'queues')) do total = total + redis.call('ZCARD', site .. ':queue:' .. queue) end
  return total
end

local function queue_json(site)
  local items = {}
  for i, w in ipairs(desk.waiting(site)) do
    if i > MOST_WAITING then break end
    local v = redis.call('HMGET', site .. ':chat:' .. w.n, 'phase', 'name', 'lang', 'queue', 'waiting_since', 'reason', 'offered_to', 'last_text')
    if v[1] then
      items[#items + 1] = json.object('chat', w.n, 'name', json.text(v[2] or ''), 'lang', json.text(v[3] or ''), 'queue', json.text(v[4] or ''),
        'phase', json.text(v[1]), 'waiting_since', v[5] or 0, 'reason', json.text(v[6] or ''),
        'offered_to', v[7] and v[7] ~= '' and json.text(v[7]) or 'null', 'preview', json.text(v[8] or ''))
    end
  end
  return json.array(items)
end

-- What supervisors should look at: chats, newest first, at most 50, with why.
function desk.alerts(site)
  local found, items = redis.call('ZREVRANGE', site .. ':alerts', 0, 49, 'WITHSCORES'), {}
  for i = 1, #found, 2 do
    local code, n = found[i]:match('^(%a+):(%d+)$')
    local v = n and redis.call('HMGET', site .. ':chat:' .. n, 'phase', 'name', 'transfers')
    if v and v[1] then
      items[#items + 1] = json.object('code', json.text(code), 'chat', n, 'name', json.text(v[2] or ''), 'n', v[3] or 0, 'at', found[i + 1])
    end
  end
  return json.array(items)
end

-- desk(now) -> ok, json {"queue":[…],"waiting":N,"agents":[…],"overdue":[…],"now":ms,"alerts":[…]}; the queue is cut at 500
register.reading('desk', function(site, now)
  return { 'ok', json.object('queue', queue_json(site), 'waiting', desk.total(site), 'agents', agents_json(site, now),
    'overdue', promise.overdue(site, now), 'now', now,
    'alerts', desk.alerts(site)) }
end)

-- The chats of an agent: those that are theirs, oldest first, and those offered.
local function own_chats(site, now, id)
  local chats, offers, held = {}, {}, redis.call('SMEMBERS', site .. ':agent:' .. id .. ':chats')
  table.sort(held, function(a, b) return tonumber(a) < tonumber(b) end)
  local bytes = math.floor(HOME_BYTES / math.max(1, #held))
  for _, n in ipairs(held) do
    local c = chat.load(site, n)
    if c.phase == 'active' then
      chats[#chats + 1] = handover.of(site, now, c, bytes)
    elseif c.phase == 'offered' then
      local deadline = tonumber(redis.call('ZSCORE', site .. ':offers', n) or 0)
      offers[#offers + 1] = json.object('chat', n, 'deadline', deadline, 'left_ms', math.max(0, deadline - now), 'handover', handover.of(site, now, c, bytes))
    end
  end
  return json.array(chats), json.array(offers)
end

-- home(now, A) -> ok, json {"agent","chats","offers","queue","waiting","agents","promises","overdue","categories","queues","site","now"}
register.reading('home', function(site, now, args)
  local agent = staff.load(site, args[2])
  local chats, offers = own_chats(site, now, agent.id)
  local shop = json.object('site', json.text(site:sub(2, -2)), 'name', json.text(settings.text(site, 'shop_name')), 'accent', json.text(settings.text(site, 'accent')),
    'languages', json.strings(settings.list(site, 'languages')), 'default_lang', json.text(settings.text(site, 'default_lang')),
    'clock_s', settings.number(site, 'clock_s'), 'offer_s', settings.number(site, 'offer_s'), 'tz', json.text(settings.zone(site)),
    'ask_record', settings.number(site, 'ask_record') == 1 and 'true' or 'false')
  return { 'ok', json.object('agent', (desk.agent(site, now, agent.id)), 'chats', chats, 'offers', offers, 'queue', queue_json(site), 'waiting', desk.total(site),
    'agents', agents_json(site, now), 'promises', promise.of_agent(site, agent.id), 'overdue', promise.overdue(site, now),
    'categories', json.strings(settings.list(site, 'categories')), 'queues', json.strings(settings.list(site, 'queues')),
    'site', shop, 'now', now, 'alerts', desk.alerts(site), 'praise', json.array(report.praise(site, agent.id, 1))) }
end)
