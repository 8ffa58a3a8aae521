-- For people with redis-cli: the pool of vouchers.

ops.add('reading', 'fl_vouchers', 'how many voucher codes are left, and the last 20 given', 0, 0, function(site)
  local left, given = redis.call('ZCARD', site .. ':vouchers'), redis.call('HLEN', site .. ':vouchers:given')
  local rows = { ops.many(left, 'code') .. ' left, ' .. given .. ' given' }
  for _, g in ipairs(vouchers.given(site, 20)) do rows[#rows + 1] = g.code .. '  chat ' .. g.n .. '  ' .. clock.stamp(g.at) end
  return rows
end)

ops.add('writing', 'fl_voucher_add CODE …', 'adds voucher codes to the pool, at most 500 at once', 1, 500, function(site, now, args)
  local added = vouchers.add(site, now, args)
  return ops.many(added, 'code') .. ' added' .. (added < #args and ', ' .. (#args - added) .. ' known before' or '') .. '; '
    .. ops.many(redis.call('ZCARD', site .. ':vouchers'), 'code') .. ' left'
end)

ops.add('writing', 'fl_voucher_drop CODE', 'takes a code that was not given yet out of the pool', 1, 1, function(site, _, args)
  vouchers.sound(site)
  if redis.call('ZREM', site .. ':vouchers', args[1]) == 0 then
    bad('"' .. ops.cut(args[1], 40) .. '" is not in the pool' .. (redis.call('HEXISTS', site .. ':vouchers:given', args[1]) == 1 and '; it was given.' or '.'))
  end
  return args[1] .. ' is out of the pool; ' .. ops.many(redis.call('ZCARD', site .. ':vouchers'), 'code') .. ' left'
end)
