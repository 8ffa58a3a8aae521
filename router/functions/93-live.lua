-- What supervisors do and see while the shop is open: the live board, and keeping a visitor out.
do

local MOST_ACTIVE = 500

-- One served chat; nil when its hash is gone. says = whose the newest words are, said_at when they came.
local function active_json(site, n, since)
  local v = redis.call('HMGET', site .. ':chat:' .. n, 'phase', 'name', 'lang', 'queue', 'agent', 'transfers', 'last_text', 'turn_at')
  if not v[1] then return nil end
  local says, said_at = '', '0'
  local e = redis.call('XREVRANGE', site .. ':chat:' .. n .. ':log', '+', '-', 'COUNT', 1)[1]
  if e and e[2][4] == 'message' then
    says, said_at = e[2][6]:match('^{"from":"(%l+)"') or '', e[2][2]
  end
  return json.object('chat', n, 'name', json.text(v[2] or ''), 'lang', json.text(v[3] or ''), 'queue', json.text(v[4] or ''), 'agent', json.text(v[5] or ''),
    'transfers', v[6] or 0, 'preview', json.text(v[7] or ''), 'since', since, 'replied', (v[8] or '') == '' and 'true' or 'false', 'says', json.text(says),
    'said_at', said_at)
end

-- live(now, A) -> ok, json {"now","clock_s","today":{figures},"queues":[{figures}],"active":[…],"total","alerts":[…]}: what is served now, the longest
-- first, cut at 500, and the figures of the shop's day so far, as rows of a report. no: no_such_agent | forbidden
register.reading('live', function(site, now, args)
  local agent = staff.load(site, args[2])
  if not agent.supervisor then refuse('forbidden', 'Only a supervisor sees the live board.') end
  local found, items = redis.call('ZRANGE', site .. ':active', 0, MOST_ACTIVE - 1, 'WITHSCORES'), {}
  for i = 1, #found, 2 do items[#items + 1] = active_json(site, found[i], found[i + 1]) end
  local today, queues = report.today(site, now)
  return { 'ok', json.object('now', now, 'clock_s', settings.number(site, 'clock_s'), 'today', today, 'queues', queues, 'active', json.array(items),
    'total', redis.call('ZCARD', site .. ':active'), 'alerts', desk.alerts(site)) }
end)

-- block(now, A, chat, hours) -> ok, seq: closes the chat and lets its visitor open none for 1 to 8760 hours; 0 = lets them in again.
-- Whoever has or had the chat, or a supervisor. no: not_yours
register.moving('block', function(site, now, args)
  local agent, c, hours = staff.hold(site, args[2]), chat.hold(site, args[3]), check.number(args[4], 0, 8760, 'The hours')
  if c.agent ~= agent.id and not agent.supervisor then refuse('not_yours', 'Chat ' .. c.n .. ' is not yours.') end
  local key = site .. ':blocked:' .. c.visitor
  if hours == 0 then
    redis.call('DEL', key)
    return { 'ok', c.seq }
  end
  redis.call('SET', key, now, 'EX', hours * 3600)
  if c.phase ~= 'closed' then
    place.close(site, now, c, 'agent', { agent = agent.id, name = agent.name })
    match.run(site, now)
  end
  return { 'ok', c.seq }
end)
end
