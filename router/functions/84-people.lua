-- People in the hands of supervisors: who works here, with which name, languages and queues. Every change is kept (82-change.lua):
-- agent.NAME is the JSON {"name","langs","queues","supervisor","disabled"} of an agent, "" = there is none. How
-- many chats at once is the agent's own to say (presence).

do
local MOST_PEOPLE = 1000

-- The agent as text, "" when there is none.
function people.read(site, name)
  local v = redis.call('HMGET', site .. ':agent:' .. name:sub(7), 'name', 'langs', 'queues', 'supervisor', 'disabled')
  if not v[1] then return '' end
  return json.object('name', json.text(v[1]), 'langs', json.text(v[2] or ''), 'queues', json.text(v[3] or ''), 'supervisor', v[4] == '1' and 1 or 0,
    'disabled', v[5] == '1' and 1 or 0)
end

-- Keeps what an act did to an agent, and has the agent's dashboards come back with their new rights.
function people.changed(site, now, by, what, id, was)
  local is = people.read(site, 'agent.' .. id)
  if was == is then return end
  changes.keep(site, now, by, what, 'agent.' .. id, was, is)
  if was ~= '' and not is:find('"disabled":1', 1, true) then place.nudge(site, id, 'R') end
end

local function fault(_, name, value)
  if #name > 38 or name:sub(7):find('[^a-z0-9_.-]') then return 'is no name of an agent' end
  local p = json.read(value)
  if value ~= '' and not (p and type(p.name) == 'string' and type(p.langs) == 'string' and type(p.queues) == 'string') then
    return 'takes {"name","langs","queues","supervisor","disabled"}'
  end
end

local function write(site, now, name, value)
  local id, p = name:sub(7), json.read(value)
  if not p then return staff.disable(site, now, id) end
  local kept = {}
  for _, queue in ipairs(split(p.queues)) do if contains(settings.list(site, 'queues'), queue) then kept[#kept + 1] = queue end end
  redis.call('HSET', site .. ':agent:' .. id, 'name', ops.cut(p.name, 80), 'langs', p.langs, 'queues', table.concat(kept, ','), 'supervisor', tonumber(p.supervisor) == 1 and 1 or 0, 'disabled', 0)
  redis.call('SADD', site .. ':agents', id)
  if tonumber(p.disabled) == 1 then return staff.disable(site, now, id) end
  place.nudge(site, id, 'R')
  desk.changed(site)
  match.run(site, now)
end

-- Only undo comes this way; what adds and changes people is below, with its own checks.
changes.kinds[#changes.kinds + 1] = { known = function(name) return name:find('^agent%.[a-z0-9_.-]+$') end, read = people.read, default = function() return '' end, fault = fault, write = write }

-- agent_put(now, A, agent, name, langs, queues, supervisor 0|1|"") -> ok, created 0|1: by a supervisor; "" keeps what
-- was; a disabled agent is enabled again. no: forbidden | no_such_queue | bad_argument
register.moving('agent_put', function(site, now, args)
  local by, id, boss = changes.supervisor(site, args[2]), check.agent(args[3]), args[7] or ''
  if by.id == id and boss == '0' then refuse('forbidden', 'Another supervisor has to take this right from you.') end
  local was = people.read(site, 'agent.' .. id)
  if was == '' and redis.call('SCARD', site .. ':agents') >= MOST_PEOPLE then bad('A site has at most ' .. MOST_PEOPLE .. ' agents.') end
  check.kind(site .. ':changes', 'stream')
  local created = staff.put(site, now, id, { name = args[4] or '', langs = args[5] or '', queues = args[6] or '', supervisor = boss })
  people.changed(site, now, by, 'set', id, was)
  desk.changed(site)
  match.run(site, now)
  return { 'ok', created }
end)

-- agent_off(now, A, agent) -> ok: agent_disable by a supervisor, but not of themselves. no: forbidden | no_such_agent
register.moving('agent_off', function(site, now, args)
  local by, id = changes.supervisor(site, args[2]), check.agent(args[3])
  if by.id == id then refuse('forbidden', 'Another supervisor has to disable you.') end
  check.kind(site .. ':changes', 'stream')
  local was = people.read(site, 'agent.' .. id)
  staff.disable(site, now, id)
  people.changed(site, now, by, 'set', id, was)
  return { 'ok' }
end)

-- agent_invite(now, A, agent, hash) -> ok: invite_put by a supervisor. no: forbidden | no_such_agent
register.writing('agent_invite', function(site, _, args)
  changes.supervisor(site, args[2])
  staff.invite(site, args[3], args[4])
  return { 'ok' }
end)

-- people(now, A) -> ok, json as of agent_list. no: forbidden
register.reading('people', function(site, now, args)
  changes.supervisor(site, args[2])
  return { 'ok', staff.list(site, now) }
end)
end
