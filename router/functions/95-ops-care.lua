-- For people with redis-cli: promises, follow-ups, and erasing a visitor.

ops.add('reading', 'fl_promises', 'open promises, soonest first', 0, 0, function(site, now)
  local rows = { { 'chat', 'id', 'due', 'left', 'agent', 'promise' } }
  for _, member in ipairs(redis.call('ZRANGE', site .. ':promises', 0, 99)) do
    local n, id = member:match('^(%d+):(%d+)$')
    local p = n and json.read(redis.call('HGET', site .. ':chat:' .. n .. ':promises', id) or '')
    if p then
      local left = p.due - now
      rows[#rows + 1] = { n, id, clock.stamp(p.due), left > 0 and clock.span(left) or 'overdue ' .. clock.span(-left), p.agent, ops.cut(p.text, 80) }
    end
  end
  local total = redis.call('ZCARD', site .. ':promises')
  if total > 100 then rows[#rows + 1] = { '', '', '', '', '', 'and ' .. (total - 100) .. ' more' } end
  return #rows == 1 and 'no promise is open' or ops.columns(rows)
end)

ops.add('writing', 'fl_kept N ID', 'marks promise ID of chat N as kept', 2, 2, function(site, now, args)
  local c = chat.hold(site, args[1])
  local _, p = promise.done(site, now, c, args[2], { id = 'ops', name = 'ops' })
  return 'promise ' .. p.promise .. ' of chat ' .. c.n .. ' is kept' .. (p.overdue and ', though late' or '')
end)

ops.add('reading', 'fl_followups', 'whose visitors will be asked whether it was really solved', 0, 0, function(site, now)
  local found, rows = redis.call('ZRANGE', site .. ':followups', 0, 99, 'WITHSCORES'), { { 'chat', 'asked', 'in', 'category', 'agent' } }
  for i = 1, #found, 2 do
    local v = redis.call('HMGET', site .. ':chat:' .. found[i], 'category', 'agent')
    local left = tonumber(found[i + 1]) - now
    rows[#rows + 1] = { found[i], clock.stamp(tonumber(found[i + 1])), left > 0 and clock.span(left) or 'when open', v[1] and v[1] ~= '' and v[1] or '-', v[2] or '-' }
  end
  return #rows == 1 and 'nobody is to be asked' or ops.columns(rows)
end)

ops.add('moving', 'fl_erase VISITOR', 'erases a visitor and all their chats, everywhere in the store; fl_chat names the visitor', 1, 1, function(site, now, args)
  local vid = check.vid(args[1])
  if redis.call('EXISTS', site .. ':visitor:' .. vid) == 0 then bad('there is no visitor ' .. vid .. '; fl_chat N tells whose chat it is.') end
  local n = archive.erase(site, now, vid)
  match.run(site, now)
  return 'erased: ' .. ops.many(n, 'chat') .. ' and all that was known of the visitor'
end)
