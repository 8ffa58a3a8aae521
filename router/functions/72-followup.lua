-- Follow-up: a day after a complaint was closed, in shop hours, its visitor is asked whether it was really solved: in the widget on
-- the next visit (visitor's field `followup`), and by whoever reads the feed, a mailer say. "No" reopens the chat in front, for
-- the agent who had it. {S}:followups: chat -> when to ask. A chat opened meanwhile is the visitor's own answer: the question goes.

do
local ASKED_FOR_MS = 30 * 86400000 -- so long the widget asks
local MOST = 100

-- A chat was just closed: is its visitor to be asked later?
function followup.plan(site, now, c)
  local hours = settings.number(site, 'followup_h')
  if c.phase ~= 'closed' or hours == 0 then return end
  if c.outcome ~= 'unsolved' and not contains(settings.list(site, 'followup_categories'), c.category) then return end
  redis.pcall('ZADD', site .. ':followups', now + hours * 3600000, c.n)
end

-- A new chat of the visitor: nothing older is asked about.
function followup.withdraw(site, vid)
  redis.call('HDEL', site .. ':visitor:' .. vid, 'followup')
end

-- The chat to ask about when this, the visitor's newest, is resumed; 0 = none.
function followup.asked(site, now, c)
  local v = redis.call('HMGET', site .. ':visitor:' .. c.visitor, 'followup', 'followup_at')
  return c.phase == 'closed' and v[1] == c.n and now - tonumber(v[2] or 0) < ASKED_FOR_MS and c.n or '0'
end

local function ask(site, now, n)
  redis.call('ZREM', site .. ':followups', n)
  local c = chat.hold(site, n)
  local visitor = site .. ':visitor:' .. c.visitor
  local v = redis.call('HMGET', visitor, 'chat', 'profile')
  if c.phase ~= 'closed' or v[1] ~= n or c.followup ~= '' then return false end
  chat.set(site, c, 'followup', 'asked')
  redis.call('HSET', visitor, 'followup', n, 'followup_at', now)
  local about = json.read(v[2]) or {}
  local function told(member) return json.text(type(about[member]) == 'string' and about[member] or '') end
  feed.add(site, now, n, 'followup', json.object('visitor', json.text(c.visitor), 'name', told('name'), 'email', told('email'), 'phone', told('phone'),
    'lang', json.text(c.lang), 'category', json.text(c.category), 'need', json.text(c.need), 'agent', json.text(c.agent),
    'channel', json.text(c.channel), 'address', json.text(c.address), 'closed_at', string.format('%d', c.closed_at)))
  chat.tell(site, n, 'V', '{"type":"followup","chat":' .. n .. '}')
  chat.count(site, now, 'followups')
  return true
end

-- While its queue is closed the question waits until it opens.
local function step(site, now, n)
  local open, turns = waiting.open(site, now, redis.call('HGET', site .. ':chat:' .. n, 'queue') or '')
  if open then return ask(site, now, n) end
  redis.call('ZADD', site .. ':followups', math.max(turns, now + 60000), n)
end

-- Asks what is due, at most 100 at once.
function followup.tick(site, now)
  local due = redis.pcall('ZRANGEBYSCORE', site .. ':followups', '-inf', now, 'LIMIT', 0, MOST)
  for _, n in ipairs(due.err and {} or due) do
    local fine, why = pcall(step, site, now, n)
    if not fine then
      redis.log(redis.LOG_WARNING, 'firstline: follow-up of chat ' .. n .. ': ' .. tostring(type(why) == 'table' and (why.err or why.no[3]) or why))
      redis.call('ZREM', site .. ':followups', n)
    end
  end
end

-- followup(now, vid, chat, yes 0|1) -> ok, seq, phase: was it really solved? "0" reopens the chat. no: not_now | already | no_such_chat
register.moving('followup', function(site, now, args)
  local vid, c, yes = check.vid(args[2]), chat.hold(site, args[3]), args[4]
  if yes ~= '0' and yes ~= '1' then bad('Say 1 when it was solved, 0 when not.') end
  if c.visitor ~= vid then refuse('no_such_chat', 'This visitor has no chat ' .. c.n .. '.') end
  if c.followup == 'yes' or c.followup == 'no' then refuse('already', 'This question was already answered.') end
  if c.phase ~= 'closed' or redis.call('HGET', site .. ':visitor:' .. vid, 'followup') ~= c.n then
    refuse('not_now', 'Nothing is asked about this chat now.')
  end
  followup.withdraw(site, vid)
  chat.set(site, c, 'followup', yes == '1' and 'yes' or 'no')
  chat.count(site, now, yes == '1' and 'followup_yes' or 'followup_no')
  local seq = chat.append(site, now, c, 'followup', json.object('ok', yes == '1' and 'true' or 'false'))
  if yes == '0' then
    place.reopen(site, now, c, 'not_solved')
  end
  return { 'ok', seq, c.phase }
end)
end
