-- The FAQ set: replaced as a whole under a new revision, which makes every gateway compile it anew.

local MOST_ENTRIES = 5000

-- faq_put(now, expected rev|"", n, id1, json1, ...) -> ok, rev. no: moved_on when the set is no longer the expected one
register.writing('faq_put', function(site, _, args)
  local expected, n = args[2] or '', check.number(args[3], 0, MOST_ENTRIES, 'The number of entries')
  if #args ~= 3 + 2 * n then bad('There must be an id and a text for each of the ' .. n .. ' entries.') end
  local rev, seen = redis.call('GET', site .. ':faq:rev') or '0', {}
  check.kind(site .. ':faq', 'hash')
  if expected ~= '' and expected ~= rev then refuse('moved_on', 'The FAQ was changed meanwhile: its revision is ' .. rev .. '.') end
  for i = 4, #args, 2 do
    local id = args[i]
    if #id > 64 or not id:find('^[%w_.-]+$') or seen[id] then bad('The entry id "' .. id:sub(1, 64) .. '" is malformed or given twice.') end
    if #args[i + 1] > 65536 or not json.read(args[i + 1]) then bad('The entry ' .. id .. ' is not a JSON object of at most 65536 bytes.') end
    seen[id] = true
  end
  redis.call('DEL', site .. ':faq')
  for i = 4, #args, 1000 do redis.call('HSET', site .. ':faq', unpack(args, i, math.min(i + 999, #args))) end
  rev = redis.call('INCR', site .. ':faq:rev')
  redis.call('PUBLISH', site .. ':config', 'faq ' .. rev)
  return { 'ok', rev }
end)

-- faq_all(now) -> ok, rev, json array of the entries, by id
register.reading('faq_all', function(site)
  local flat, ids, by_id, items = redis.call('HGETALL', site .. ':faq'), {}, {}, {}
  for i = 1, #flat, 2 do
    ids[#ids + 1] = flat[i]
    by_id[flat[i]] = flat[i + 1]
  end
  table.sort(ids)
  for i, id in ipairs(ids) do items[i] = by_id[id] end
  return { 'ok', redis.call('GET', site .. ':faq:rev') or '0', json.array(items) }
end)
