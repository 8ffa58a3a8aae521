-- Everything an agent must know of a chat, so that nobody has to repeat themselves: handover, home, desk, transcript.

do
-- Earlier closed chats of the same visitor, newest first, at most 10.
local function earlier(site, c)
  local found = {}
  for _, n in ipairs(redis.call('LRANGE', site .. ':visitor:' .. c.visitor .. ':chats', 0, 20)) do
    local v = redis.call('HMGET', site .. ':chat:' .. n, 'phase', 'opened', 'closed_at', 'outcome', 'category', 'agent', 'score')
    if tonumber(n) < tonumber(c.n) and v[1] == 'closed' and #found < 10 then
      found[#found + 1] = json.object('chat', n, 'opened', v[2] or 0, 'closed_at', v[3] or 0, 'outcome', json.text(v[4] or ''),
        'category', json.text(v[5] or ''), 'agent', json.text(v[6] or ''), 'score', v[7] or 'null')
    end
  end
  return json.array(found)
end

local function visitor_json(site, c)
  local known = redis.call('HGET', site .. ':visitor:' .. c.visitor, 'profile')
  return '{"id":"' .. c.visitor .. '",' .. profile.members(known) .. ',"lang":' .. json.text(c.lang) .. ',' .. profile.places(site, c)
    .. ',"earlier":' .. earlier(site, c) .. '}'
end

-- The automatic answers and whether each helped.
local function tried_json(site, c)
  local items, seqs, verdicts = {}, split(c.answer_seqs), { yes = 'true', no = 'false' }
  for i, pair in ipairs(split(c.tried)) do
    local faq, verdict = pair:match('^(.*)=(.*)$')
    local e = redis.call('XRANGE', site .. ':chat:' .. c.n .. ':log', seqs[i] .. '-0', seqs[i] .. '-0')[1]
    local body = e and json.read(e[2][6]) or {}
    items[i] = json.object('faq', json.text(faq), 'title', json.text(type(body.title) == 'string' and body.title or faq), 'ok', verdicts[verdict] or 'null')
  end
  return json.array(items)
end

local function notes_json(site, c)
  local newest, items = redis.call('XREVRANGE', site .. ':chat:' .. c.n .. ':notes', '+', '-', 'COUNT', 50), {}
  for i = #newest, 1, -1 do
    local f = newest[i][2]
    items[#items + 1] = json.object('at', f[2], 'agent', json.text(f[4]), 'name', json.text(f[6]), 'text', json.text(f[8]), 'mid', json.text(f[10]))
  end
  return json.array(items)
end

-- {"id","name"} of an agent, or null.
local function person(site, id)
  if id == '' then return 'null' end
  return json.object('id', json.text(id), 'name', json.text(redis.call('HGET', site .. ':agent:' .. id, 'name') or id))
end

-- Members all views of a chat share.
local function members(site, now, c)
  local waits = c.phase == 'queued' or c.phase == 'offered'
  local waited = waits and math.max(0, now - c.waiting_since) or c.waited_ms
  return '"chat":' .. c.n .. ',"phase":"' .. c.phase .. '","queue":' .. json.text(c.queue) .. ',"lang":' .. json.text(c.lang) .. ',"reason":' .. json.text(c.reason)
    .. ',"waited_s":' .. math.floor(waited / 1000) .. ',"waiting_since":' .. c.waiting_since .. ',"opened":' .. c.opened .. ',"head":' .. c.seq
    .. ',"v_seen":' .. c.v_seen .. ',"a_seen":' .. c.a_seen .. ',"agent":' .. person(site, c.agent) .. ',"visitor":' .. visitor_json(site, c)
    .. ',"tried":' .. tried_json(site, c) .. ',"transfers":[' .. c.moves .. '],"notes":' .. notes_json(site, c)
    .. ',"promises":' .. promise.of_chat(site, c.n) .. ',"followup":' .. json.text(c.followup) .. ',"channel":' .. json.text(c.channel)
end

-- The hand-over of a chat; its transcript is the newest 500 events or about `bytes`, `first` the seq of the first of them.
function handover.of(site, now, c, bytes)
  local events, first = chat.newest_events(site, c.n, 500, bytes)
  return '{' .. members(site, now, c) .. ',"first":' .. first .. ',"transcript":' .. json.array(events) .. '}'
end

-- handover(now, chat, A) -> ok, json. A "" = no check; else owner, offered, a supervisor, or one who serves the queue of a waiting chat.
-- no: no_such_chat | forbidden
register.reading('handover', function(site, now, args)
  local c = chat.load(site, args[2])
  if args[3] and args[3] ~= '' then
    local agent = staff.load(site, args[3])
    local serves = (c.phase == 'queued' or c.phase == 'auto') and contains(agent.queues, c.queue)
    if not (agent.supervisor or c.agent == agent.id or c.offered_to == agent.id or serves) then
      refuse('forbidden', 'Chat ' .. c.n .. ' is not yours to see.')
    end
  end
  return { 'ok', handover.of(site, now, c, 131072) }
end)

-- transcript(now, chat) -> ok, json: the whole chat for export (at most its first 20,000 events). no: no_such_chat
register.reading('transcript', function(site, now, args)
  local c = chat.load(site, args[2])
  return { 'ok', '{' .. members(site, now, c) .. ',"closed_at":' .. c.closed_at .. ',"outcome":' .. json.text(c.outcome)
    .. ',"category":' .. json.text(c.category) .. ',"need":' .. json.text(c.need) .. ',"score":' .. (c.score ~= '' and c.score or 'null')
    .. ',"transcript":' .. json.array(chat.events(site, c.n, 1, 20000, 16777216)) .. '}' }
end)
end
