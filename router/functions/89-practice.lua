-- Practice: an agent's own dashboard plays the visitor of a recorded dialogue. Redis only passes the wish on: a practice chat has no
-- number, no transcript, no entry in the feed and no counter, so nothing can mistake it for a real one.

do
-- Tells an agent's dashboards to begin a practice chat: `play` is the name of a dialogue they know, or a dialogue of its own,
-- [["visitor"|"agent", text], …]. Nothing of it is kept anywhere. by = whose wish it is.
local function begin(site, now, id, play, by)
  local agent = staff.load(site, id)
  if tonumber(redis.call('ZSCORE', site .. ':leases', id) or 0) <= now then refuse('agent_busy', agent.name .. ' is not there.') end
  place.nudge(site, id, 'D 0 ' .. json.object('type', '"practice"', 'play', play, 'by', json.text(by)))
end

-- Checks a dialogue and gives its JSON: a name, or at most 100 turns of 1 to 2000 characters, with a visitor's among them.
local function playable(text)
  if not text or #text > 65536 then bad('A dialogue has at most 65536 bytes.') end
  if not text:find('^%s*%[') then
    if #text > 40 or text:find('[^%w_-]') then bad('A dialogue is named by letters, digits, "-" or "_"; "" takes any.') end
    return json.text(text)
  end
  local done, turns = pcall(cjson.decode, text)
  if not done or type(turns) ~= 'table' or #turns < 1 or #turns > 100 then bad('A dialogue is a list of 1 to 100 turns.') end
  local parts, spoken = {}, 0
  for i, turn in ipairs(turns) do
    if type(turn) ~= 'table' or (turn[1] ~= 'visitor' and turn[1] ~= 'agent') or type(turn[2]) ~= 'string' then bad('A turn is ["visitor", text] or ["agent", text].') end
    check.text(turn[2], 1, 2000, 'A turn')
    spoken = spoken + (turn[1] == 'visitor' and 1 or 0)
    parts[i] = json.strings({ turn[1], turn[2] })
  end
  if spoken == 0 then bad('A dialogue needs a turn of the visitor.') end
  return json.array(parts)
end

-- practice(now, A, agent, dialogue) -> ok: a practice chat for an agent, asked for by A (a supervisor, or the agent); dialogue: a
-- name ("" = any) or [["visitor"|"agent",text],…]. no: forbidden | no_such_agent | agent_busy (not there)
register.writing('practice', function(site, now, args)
  local by, play = staff.load(site, args[2]), playable(args[4] or '')
  if by.id ~= args[3] and not by.supervisor then refuse('forbidden', 'Only a supervisor sends a practice chat to somebody else.') end
  begin(site, now, args[3], play, by.name)
  return { 'ok' }
end)

ops.practice = function(site, now, id, text)
  begin(site, now, check.agent(id), playable(text or ''), '')
end
end
