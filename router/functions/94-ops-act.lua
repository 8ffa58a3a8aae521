-- For people with redis-cli: the commands that change something. Each says in one line what it did, or why not.

local function setting_row(site, row)
  local value = settings.text(site, row[1])
  local limits = row[2] == 'number' and ' (' .. row[4] .. ' to ' .. row[5] .. ', default ' .. row[3] .. ')'
    or (value ~= row[3] and ' (default "' .. ops.cut(row[3], 40) .. '")' or '')
  return { row[1], row[2] == 'number' and value or '"' .. ops.cut(value, 60) .. '"', row[6] .. limits }
end

local function known_setting(name)
  return settings.row[name] or refuse('bad_argument', 'there is no setting "' .. ops.cut(name, 40) .. '"; fl_get lists them.')
end

ops.add('reading', 'fl_get [NAME]', 'settings in force, their ranges and meaning', 0, 1, function(site, _, args)
  if args[1] and words.parts(args[1]) then return args[1] .. '  "' .. words.text(site, args[1]) .. '"' end
  if args[1] then return ops.columns({ setting_row(site, known_setting(args[1])) }) end
  local rows = {}
  for i, row in ipairs(settings.all) do rows[i] = setting_row(site, row) end
  return ops.columns(rows)
end)

ops.add('writing', 'fl_set NAME [VALUE]', 'changes a setting at once, everywhere; without VALUE: back to its default', 1, 2, function(site, now, args)
  local name = args[1]
  if name:find('^agent%.') then bad('people are changed with: firstline agent add.') end
  local was, is = changes.set(site, now, { id = '', name = '' }, 'set', name, args[2])
  local row = settings.row[name]
  local quote = row and row[2] == 'number' and '' or '"'
  if was == is then return name .. ' stays ' .. quote .. ops.cut(is, 60) .. quote end
  return name .. ' is now ' .. quote .. ops.cut(is, 60) .. quote .. ' (was ' .. quote .. ops.cut(was, 60) .. quote .. ')'
end)

ops.add('moving', 'fl_close N', 'closes a chat, whatever its phase', 1, 1, function(site, now, args)
  local c = chat.hold(site, args[1])
  if c.phase == 'closed' then bad('chat ' .. c.n .. ' is already closed.') end
  local was = c.phase
  place.close(site, now, c, 'ops', {})
  match.run(site, now)
  return 'chat ' .. c.n .. ' closed (was ' .. was .. ')'
end)

ops.add('moving', 'fl_requeue N', 'puts a chat back into its queue, in front when an agent had it', 1, 1, function(site, now, args)
  local c = chat.hold(site, args[1])
  if c.phase == 'closed' then bad('chat ' .. c.n .. ' is closed; the visitor\'s next message opens a new one.') end
  if c.phase == 'queued' then bad('chat ' .. c.n .. ' already waits in queue ' .. c.queue .. ' at place ' .. place.number(site, c) .. '.') end
  local was, from = c.phase, c.phase == 'offered' and c.offered_to or c.agent
  if was == 'active' then
    staff.take_back(site, now, c, 'requeued', 'returned')
  else
    place.leave(site, now, c, 'requeued')
    if was == 'offered' then place.back(site, c) else place.queue(site, now, c, 'returned') end
  end
  if from ~= '' then chat.set(site, c, 'passed:' .. from, now + 60000) end
  place.settle(site, now, c)
  return 'chat ' .. c.n .. ' is back in queue ' .. c.queue .. ' (was ' .. was .. (from ~= '' and ' with ' .. from or '') .. ')'
end)

ops.add('moving', 'fl_away AGENT', 'sends an agent away; their chats and offers go to the front of the queue', 1, 1, function(site, now, args)
  local agent = staff.hold(site, args[1])
  local moved = staff.release(site, now, agent.id, 'away')
  redis.call('HSET', site .. ':agent:' .. agent.id, 'state', 'away')
  place.nudge(site, agent.id, 'P away ' .. agent.capacity)
  desk.changed(site)
  match.run(site, now)
  place.tell_all(site, now)
  return agent.id .. ' is away; ' .. ops.many(moved, 'chat') .. ' went to the front of the queue'
end)

ops.add('writing', 'fl_drain GATEWAY', 'asks a gateway to send its clients elsewhere and end', 1, 1, function(site, now, args)
  local alive = redis.call('ZRANGEBYSCORE', site .. ':gateways', '(' .. now, '+inf')
  if not contains(alive, args[1]) then
    bad('no gateway "' .. ops.cut(args[1], 40) .. '" is alive; there ' .. (#alive > 0 and 'are: ' .. table.concat(alive, ', ') or 'is none') .. '.')
  end
  redis.call('HSET', site .. ':gateway:' .. args[1], 'draining', 1)
  redis.call('PUBLISH', site .. ':gateway:' .. args[1], 'drain')
  return 'gateway ' .. args[1] .. ' was asked to drain'
end)

-- The address as given, when it looks like IPv4 or IPv6; or a visitor, 32 hexadecimal digits.
local function address(text)
  if #text == 32 and not text:find('%X') then return text:lower() end
  local a, b, c, d = text:match('^(%d+)%.(%d+)%.(%d+)%.(%d+)$')
  local four = a and tonumber(a) < 256 and tonumber(b) < 256 and tonumber(c) < 256 and tonumber(d) < 256
  local six = #text <= 45 and text:find('^[%x:.]+$') and text:find(':.*:')
  return (four or six) and text:lower() or bad('"' .. ops.cut(text, 45) .. '" is no IP address.')
end

ops.add('writing', 'fl_block IP HOURS', 'refuses visitors from an address, or one by their id, for 1 to 8760 hours', 2, 2, function(site, now, args)
  local ip, hours = address(args[1]), check.number(args[2], 1, 8760, 'HOURS')
  redis.call('SET', site .. ':blocked:' .. ip, now, 'EX', hours * 3600)
  redis.call('PUBLISH', site .. ':config', 'block ' .. ip)
  return ip .. ' is blocked for ' .. ops.many(hours, 'hour') .. ', until ' .. clock.stamp(now + hours * 3600000)
end)

ops.add('writing', 'fl_unblock IP', 'lets an address, or a visitor, in again', 1, 1, function(site, _, args)
  local ip = address(args[1])
  if redis.call('DEL', site .. ':blocked:' .. ip) == 0 then bad(ip .. ' is not blocked.') end
  redis.call('PUBLISH', site .. ':config', 'unblock ' .. ip)
  return ip .. ' may come in again'
end)
