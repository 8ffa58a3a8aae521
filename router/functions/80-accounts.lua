-- Accounts of agents: add, disable, invite, log in. Secrets arrive hashed; Redis never sees a password or a token.

do
local INVITE_S = 48 * 3600
local SESSION_S = 12 * 3600
local SLIDE_S = SESSION_S - 900 -- a session is renewed at most every 15 minutes, to spare a write per request

-- Languages and queues of an agent, checked; "" keeps what was.
local function check_langs(langs)
  for _, lang in ipairs(split(langs)) do check.lang(lang) end
  return table.concat(split(langs), ',')
end

local function check_queues(site, queues)
  local known = settings.list(site, 'queues')
  for _, queue in ipairs(split(queues)) do
    if not contains(known, queue) then
      refuse('no_such_queue', 'There is no queue "' .. queue:sub(1, 40) .. '"; there are: ' .. table.concat(known, ', ') .. '.')
    end
  end
  return table.concat(split(queues), ',')
end

-- Adds an agent or changes one, who is enabled then; "" keeps what was. who = {name, langs, queues, supervisor}. -> created 0|1
function staff.put(site, now, id, who)
  check.text(who.name, 0, 80, 'The name')
  local langs, queues = check_langs(who.langs), check_queues(site, who.queues)
  if who.supervisor ~= '' and who.supervisor ~= '0' and who.supervisor ~= '1' then bad('Supervisor is 0 or 1.') end
  local base = site .. ':agent:' .. id
  local known = redis.call('HGET', base, 'name')
  if not known then
    redis.call('HSET', base, 'name', id, 'langs', '', 'queues', settings.queue(site, 'general'), 'capacity', 4, 'state', 'away', 'load', 0, 'idle_since', now,
      'supervisor', 0)
  end
  redis.call('HSET', base, 'disabled', 0)
  for field, value in pairs({ name = who.name, langs = langs, queues = queues, supervisor = who.supervisor }) do
    if value ~= '' then redis.call('HSET', base, field, value) end
  end
  redis.call('SADD', site .. ':agents', id)
  return known and 0 or 1
end

-- agent_add(now, A, name, langs, queues, supervisor 0|1|"") -> ok, created 0|1. A known agent is changed and enabled; "" keeps. no: no_such_queue
register.moving('agent_add', function(site, now, args)
  local id = check.agent(args[2])
  local was = people.read(site, 'agent.' .. id)
  local created = staff.put(site, now, id, { name = args[3] or '', langs = args[4] or '', queues = args[5] or '', supervisor = args[6] or '' })
  people.changed(site, now, { id = '', name = '' }, 'set', id, was)
  desk.changed(site)
  match.run(site, now)
  return { 'ok', created }
end)

-- Every agent, with "disabled" and "login" (has a password).
function staff.list(site, now)
  local ids, items = redis.call('SMEMBERS', site .. ':agents'), {}
  table.sort(ids)
  for _, id in ipairs(ids) do
    local item, disabled = desk.agent(site, now, id)
    local login = redis.call('EXISTS', site .. ':login:' .. id) == 1
    if item then items[#items + 1] = item:sub(1, -2) .. ',"disabled":' .. tostring(disabled) .. ',"login":' .. tostring(login) .. '}' end
  end
  return json.array(items)
end

-- agent_list(now) -> ok, json: agent items with "disabled" and "login" (has a password)
register.reading('agent_list', function(site, now)
  return { 'ok', staff.list(site, now) }
end)

-- Ends every session of an agent and logs their sockets out.
local function end_sessions(site, id)
  local key = site .. ':agent:' .. id .. ':sessions'
  for _, hash in ipairs(redis.call('SMEMBERS', key)) do redis.call('DEL', site .. ':session:' .. hash) end
  redis.call('DEL', key)
  place.nudge(site, id, 'X')
end

-- No login, no sessions, the agent's chats go to the front of their queues.
function staff.disable(site, now, id)
  local base = site .. ':agent:' .. id
  if redis.call('EXISTS', base) == 0 then refuse('no_such_agent', 'There is no agent ' .. id .. '.') end
  check.kind(base .. ':chats', 'set')
  check.kind(base .. ':sessions', 'set')
  staff.release(site, now, id, 'away')
  redis.call('HSET', base, 'disabled', 1, 'state', 'away')
  redis.call('ZREM', site .. ':leases', id)
  end_sessions(site, id)
  desk.changed(site)
  match.run(site, now)
  place.tell_all(site, now)
end

-- agent_disable(now, A) -> ok: no login, no sessions, the agent's chats go to the front of their queues. no: no_such_agent
register.moving('agent_disable', function(site, now, args)
  local id = check.agent(args[2])
  local was = people.read(site, 'agent.' .. id)
  staff.disable(site, now, id)
  people.changed(site, now, { id = '', name = '' }, 'set', id, was)
  return { 'ok' }
end)

function staff.invite(site, id, token_hash)
  local agent, hash = staff.load(site, id), check.hash(token_hash)
  redis.call('SET', site .. ':invite:' .. hash, agent.id, 'EX', INVITE_S)
end

-- invite_put(now, A, hash) -> ok: the invitation with this token hash lets A set a password, for 48 h. no: no_such_agent | forbidden
register.writing('invite_put', function(site, _, args)
  staff.invite(site, args[2], args[3])
  return { 'ok' }
end)

-- invite_use(now, hash, password_hash) -> ok, A: sets the password, once; ends A's older sessions. no: invite_gone
register.writing('invite_use', function(site, _, args)
  local hash, password = check.hash(args[2]), args[3] or ''
  if #password < 8 or #password > 256 then bad('A password hash has 8 to 256 characters.') end
  local id = redis.call('GET', site .. ':invite:' .. hash)
  if not id or redis.call('HGET', site .. ':agent:' .. id, 'disabled') ~= '0' then
    refuse('invite_gone', 'This invitation was used already or is older than 48 hours; ask for a new one.')
  end
  check.kind(site .. ':agent:' .. id .. ':sessions', 'set')
  redis.call('SET', site .. ':login:' .. id, password)
  redis.call('DEL', site .. ':invite:' .. hash)
  end_sessions(site, id)
  return { 'ok', id }
end)

-- login(now, A) -> ok, password hash. no: unknown (never added, disabled, or no password yet)
register.reading('login', function(site, _, args)
  local id = check.agent(args[2])
  local password = redis.call('GET', site .. ':login:' .. id)
  if not password or redis.call('HGET', site .. ':agent:' .. id, 'disabled') ~= '0' then refuse('unknown', 'This agent cannot log in.') end
  return { 'ok', password }
end)

-- session_put(now, hash, A) -> ok: the cookie with this hash is A's, for 12 h from its last use. no: no_such_agent | forbidden
register.writing('session_put', function(site, _, args)
  local hash, agent = check.hash(args[2]), staff.load(site, args[3])
  local key = site .. ':agent:' .. agent.id .. ':sessions'
  check.kind(key, 'set')
  for _, old in ipairs(redis.call('SMEMBERS', key)) do
    if redis.call('EXISTS', site .. ':session:' .. old) == 0 then redis.call('SREM', key, old) end
  end
  redis.call('SET', site .. ':session:' .. hash, agent.id, 'EX', SESSION_S)
  redis.call('SADD', key, hash)
  return { 'ok' }
end)

-- session_get(now, hash) -> ok, A, name, langs, queues, supervisor 0|1. no: gone
register.renewing('session_get', function(site, _, args)
  local key = site .. ':session:' .. check.hash(args[2])
  local id = redis.call('GET', key)
  local v = id and redis.call('HMGET', site .. ':agent:' .. id, 'name', 'langs', 'queues', 'supervisor', 'disabled')
  if not v or not v[1] or v[5] == '1' then refuse('gone', 'This session has ended; log in again.') end
  if redis.call('TTL', key) < SLIDE_S then redis.call('EXPIRE', key, SESSION_S) end
  return { 'ok', id, v[1], v[2] or '', v[3] or '', v[4] == '1' and '1' or '0' }
end)

-- session_del(now, hash) -> ok, also when there is none
register.writing('session_del', function(site, _, args)
  local hash = check.hash(args[2])
  local id = redis.call('GET', site .. ':session:' .. hash)
  redis.call('DEL', site .. ':session:' .. hash)
  if id then redis.call('SREM', site .. ':agent:' .. id .. ':sessions', hash) end
  return { 'ok' }
end)

-- blocked(now, ip) -> ok, 0|1
register.reading('blocked', function(site, _, args)
  return { 'ok', redis.call('EXISTS', site .. ':blocked:' .. check.text(args[2], 1, 64, 'An address')) }
end)
end
