-- Erase and keep: chats are removed keep_days after their last event, a few with each tick; and everything of one visitor at once.
-- {S}:ages: every chat -> the last activity known of it when it was looked at last; it is looked at when that is too long ago.
do

local SLICE = 10 -- chats a tick
local PAGE = 1000
-- Called with (site, chats as a set {n = true}, vid or nil): other modules forget what they hold of these chats.
archive.hooks = {}

function archive.begins(site, now, n)
  redis.call('ZADD', site .. ':ages', now, n)
end

-- Removes entries of a stream for which `goes(fields)`; all of it, page by page.
local function sift(key, goes)
  local from = '-'
  if redis.call('TYPE', key).ok ~= 'stream' then return end
  repeat
    local page, ids = redis.call('XRANGE', key, from, '+', 'COUNT', PAGE), {}
    for _, e in ipairs(page) do
      local fields = {}
      for i = 1, #e[2], 2 do fields[e[2][i]] = e[2][i + 1] end
      if goes(fields) then ids[#ids + 1] = e[1] end
      from = '(' .. e[1]
    end
    if #ids > 0 then redis.call('XDEL', key, unpack(ids)) end
  until #page < PAGE
end

-- What the streams of the site hold of these chats.
local function sift_streams(site, chats)
  for _, name in ipairs({ ':feed', ':feed:dead', ':unanswered' }) do
    sift(site .. name, function(f) return chats[f.chat] end)
  end
  sift(site .. ':outbox', function(f) return chats[(f.to or ''):match(':chat:(%d+)$') or (f.line or ''):match('^D (%d+) ')] end)
end

-- The keys of one closed or automatic chat, and its places in lists.
local function remove_chat(site, now, c)
  local base = site .. ':chat:' .. c.n
  if c.phase ~= 'closed' then place.leave(site, now, c, 'closed') end
  promise.forget(site, c.n)
  redis.call('DEL', base, base .. ':log', base .. ':notes', base .. ':mids')
  redis.call('ZREM', site .. ':followups', c.n)
  redis.call('ZREM', site .. ':ages', c.n)
  redis.pcall('ZREM', site .. ':complaints', c.n)
  for _, id in ipairs(split(c.people)) do redis.pcall('LREM', site .. ':agent:' .. id .. ':praise', 0, c.n) end
end

local function remove_visitor(site, vid)
  redis.call('DEL', site .. ':visitor:' .. vid, site .. ':visitor:' .. vid .. ':chats', site .. ':blocked:' .. vid)
end

-- The visitor no longer has this chat; without any they are forgotten.
local function unlist(site, c)
  local visitor = site .. ':visitor:' .. c.visitor
  redis.call('LREM', visitor .. ':chats', 0, c.n)
  local newest = redis.call('LINDEX', visitor .. ':chats', 0)
  if not newest then return remove_visitor(site, c.visitor) end
  if redis.call('HGET', visitor, 'chat') == c.n then redis.call('HSET', visitor, 'chat', newest) end
  if redis.call('HGET', visitor, 'followup') == c.n then redis.call('HDEL', visitor, 'followup') end
end

local function run_hooks(site, chats, vid)
  for _, forget in ipairs(archive.hooks) do forget(site, chats, vid) end
end

-- Looks at one chat whose time may have come; true when it was removed.
local function look(site, now, n, before)
  if redis.call('EXISTS', site .. ':chat:' .. n) == 0 then return redis.call('ZREM', site .. ':ages', n) == 0 end
  local c = chat.hold(site, n)
  local last = math.max(c.last_at, c.opened)
  if last > before or (c.phase ~= 'closed' and c.phase ~= 'auto') then
    redis.call('ZADD', site .. ':ages', math.max(last, before + 86400000), n)
    return false
  end
  remove_chat(site, now, c)
  unlist(site, c)
  run_hooks(site, { [n] = true })
  return true
end

-- The oldest entries of a stream go when they are older than the chats that are kept.
local function age_stream(key, before)
  for _ = 1, redis.call('TYPE', key).ok == 'stream' and 5 * SLICE or 0 do
    local e, at = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1], 0
    for i = 1, e and #e[2] or 0, 2 do if e[2][i] == 'at' then at = tonumber(e[2][i + 1]) or 0 end end
    if not e or at > before then return end
    redis.call('XDEL', key, e[1])
  end
end

-- Removes what is too old, at most SLICE chats.
function archive.tick(site, now)
  local days = settings.number(site, 'keep_days')
  if days == 0 then return end
  local before = now - days * 86400000
  local old = redis.pcall('ZRANGEBYSCORE', site .. ':ages', '-inf', before, 'LIMIT', 0, SLICE)
  for _, n in ipairs(old.err and {} or old) do
    local fine, why = pcall(look, site, now, n, before)
    if not fine then
      redis.log(redis.LOG_WARNING, 'firstline: keeping chat ' .. n .. ': ' .. tostring(type(why) == 'table' and (why.err or why.no[3]) or why))
      redis.call('ZADD', site .. ':ages', before + 86400000, n)
    end
  end
  for _, name in ipairs({ ':feed', ':feed:dead', ':unanswered' }) do age_stream(site .. name, before) end
end

-- Everything of one visitor goes, at once. Open chats are closed first, so that whoever serves them sees an end. -> how many chats
function archive.erase(site, now, vid)
  local chats, list, numbers = {}, {}, redis.call('LRANGE', site .. ':visitor:' .. vid .. ':chats', 0, -1)
  local newest = redis.call('HGET', site .. ':visitor:' .. vid, 'chat')
  if newest and not contains(numbers, newest) then numbers[#numbers + 1] = newest end
  for _, n in ipairs(numbers) do
    if redis.call('EXISTS', site .. ':chat:' .. n) == 1 then list[#list + 1] = chat.hold(site, n) end
    chats[n] = true
  end
  for _, c in ipairs(list) do
    if c.phase ~= 'closed' then place.close(site, now, c, 'ops', {}) end
    remove_chat(site, now, c)
  end
  remove_visitor(site, vid)
  sift_streams(site, chats)
  run_hooks(site, chats, vid)
  feed.add(site, now, '0', 'erased', json.object('chats', json.array(numbers)))
  return #list
end
end
