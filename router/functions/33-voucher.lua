-- Vouchers for those who had to wait too long: a pool of codes, each given once. {S}:vouchers holds those not yet given by when
-- they were added, {S}:vouchers:given which chat got which. A code never comes back: what was given is refused when it is added.

local MOST = 100000

function vouchers.sound(site)
  check.kind(site .. ':vouchers', 'zset')
  check.kind(site .. ':vouchers:given', 'hash')
end

-- Gives the oldest code to a chat that has none, if there is any. The event is written first: if it cannot be, the code stays.
function vouchers.give(site, now, c)
  local code = redis.call('ZRANGE', site .. ':vouchers', 0, 0)[1]
  if not code or contains(split(c.told), 'voucher') then return end
  c.told = c.told == '' and 'voucher' or c.told .. ',voucher'
  chat.append(site, now, c, 'notice', json.object('code', '"voucher"', 'params', json.object('voucher', json.text(code), 'text', json.text(settings.text(site, 'voucher_text')))),
    nil, 'told', c.told)
  redis.call('ZREM', site .. ':vouchers', code)
  redis.call('HSET', site .. ':vouchers:given', code, c.n .. ' ' .. now)
  chat.count(site, now, 'vouchers')
end

-- Adds codes; returns how many were new. Refuses malformed ones, all or nothing.
function vouchers.add(site, now, codes)
  vouchers.sound(site)
  for _, code in ipairs(codes) do
    if #code < 3 or #code > 40 or code:find('[^%w_.-]') then bad('A voucher code has 3 to 40 letters, digits, ".", "_" or "-"; "' .. code:sub(1, 40) .. '" has not.') end
  end
  local room, added = MOST - redis.call('ZCARD', site .. ':vouchers') - redis.call('HLEN', site .. ':vouchers:given'), 0
  if #codes > room then bad('The pool holds at most ' .. MOST .. ' codes, given ones included.') end
  for i, code in ipairs(codes) do
    if redis.call('HEXISTS', site .. ':vouchers:given', code) == 0 then
      added = added + redis.call('ZADD', site .. ':vouchers', 'NX', string.format('%.3f', now + i / 1000), code)
    end
  end
  return added
end

-- {code, chat, at} of those given, the newest first, at most `most`.
function vouchers.given(site, most)
  local all, given = redis.call('HGETALL', site .. ':vouchers:given'), {}
  for i = 1, #all, 2 do
    local n, at = all[i + 1]:match('^(%d+) (%d+)$')
    given[#given + 1] = { code = all[i], n = n or '?', at = tonumber(at or 0) }
  end
  table.sort(given, function(a, b) return a.at > b.at or a.at == b.at and a.code < b.code end)
  for i = #given, most + 1, -1 do given[i] = nil end
  return given
end

-- The supervisor of a command, else a refusal.
local function supervisor(site, id)
  if not staff.load(site, id).supervisor then refuse('forbidden', 'Only supervisors keep the vouchers.') end
end

-- vouchers(now, A) -> ok, json {"left","given":[{"voucher","chat","at"}]}: the newest 50 given; for supervisors. no: forbidden
register.reading('vouchers', function(site, _, args)
  supervisor(site, args[2])
  local given = vouchers.given(site, 50)
  for i, g in ipairs(given) do given[i] = json.object('voucher', json.text(g.code), 'chat', g.n, 'at', g.at) end
  return { 'ok', json.object('left', redis.call('ZCARD', site .. ':vouchers'), 'given', json.array(given)) }
end)

-- vouchers_add(now, A, code1, ...) -> ok, added: at most 500 a call; those that are or were in the pool are passed over. no: forbidden
register.writing('vouchers_add', function(site, now, args)
  supervisor(site, args[2])
  local codes = { unpack(args, 3) }
  if #codes < 1 or #codes > 500 then bad('Give 1 to 500 codes.') end
  return { 'ok', vouchers.add(site, now, codes) }
end)
