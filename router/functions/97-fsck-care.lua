-- fl_fsck, further: promises and ages agree with the chats.

-- Open promises are listed by their due time, and nothing else is.
local function check_listed(site, _, l)
  for _, key in ipairs({ ':promises', ':promises:next' }) do
    for _, member in ipairs(redis.call('ZRANGE', site .. key, 0, 1999)) do
      local n, id = member:match('^(%d+):(%d+)$')
      local p = n and json.read(redis.call('HGET', site .. ':chat:' .. n .. ':promises', id) or '')
      if not p or p.kept_at > 0 then
        l.fault('promise ' .. member .. ': is in ' .. key:sub(2) .. ' but ' .. (p and 'kept' or 'does not exist'), function() redis.call('ZREM', site .. key, member) end)
      end
    end
  end
end

local function check_promises(site, what, n, l)
  local found = redis.call('HGETALL', site .. ':chat:' .. n .. ':promises')
  for i = 1, #found, 2 do
    local p, member = json.read(found[i + 1]), n .. ':' .. found[i]
    local listed = tonumber(redis.call('ZSCORE', site .. ':promises', member) or 0)
    if not p then
      l.fault(what .. 'promise ' .. found[i] .. ' cannot be read')
    elseif p.kept_at == 0 and listed ~= p.due then
      l.fault(what .. 'promise ' .. found[i] .. ' is open but not listed as such', function()
        redis.call('ZADD', site .. ':promises', p.due, member)
        if not p.overdue then redis.call('ZADD', site .. ':promises:next', p.due, member) end
      end)
    end
  end
end

ops.checks[#ops.checks + 1] = function(site, now, l, chosen)
  for _, key in ipairs({ ':promises', ':promises:next', ':followups', ':ages' }) do check.kind(site .. key, 'zset') end
  check_listed(site, now, l)
  for _, n in ipairs(chosen) do
    if redis.call('EXISTS', site .. ':chat:' .. n) == 1 then
      local done, why = pcall(check_promises, site, 'chat ' .. n .. ': ', n, l)
      if not done then l.fault('chat ' .. n .. ': ' .. tostring(type(why) == 'table' and why.err or why)) end
      if not redis.call('ZSCORE', site .. ':ages', n) then
        l.fault('chat ' .. n .. ': its age is not known, so it would be kept for ever', function()
          redis.call('ZADD', site .. ':ages', tonumber(redis.call('HGET', site .. ':chat:' .. n, 'last_at') or now), n)
        end)
      end
    end
  end
end
