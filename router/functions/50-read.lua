-- Reading a transcript, and how far each side has read it.

local PAGE_BYTES = 131072

-- resume(now, vid, after, [chat, [at]]) -> ok, chat|0, phase, head, agent json|"", place, events json (seq > after; a page: `read` on),
-- wait "low-high" in seconds as told last, or "", followup (the chat the visitor is to be asked about, 0 = none), page JSON as told last.
-- The newest chat, a closed one too. `after` counts in `chat` when that is given; all is sent when it cannot be meant. `at` is when the
-- event `after` happened: another one there means that the store has lost what the visitor saw, and went on with something else.
register.reading('resume', function(site, now, args)
  local after = check.number(args[3] or '0', 0, 1e9, 'The seq')
  local n = redis.call('HGET', site .. ':visitor:' .. check.vid(args[2]), 'chat')
  if not n then return { 'ok', '0', '', '0', '', '0', '[]', '', '0', '' } end
  local c, agent = chat.load(site, n), ''
  if after > c.seq or (args[4] and args[4] ~= '' and args[4] ~= n) then after = 0 end
  if after > 0 and (args[5] or '') ~= '' then
    local last = redis.call('XRANGE', site .. ':chat:' .. n .. ':log', after .. '-0', after .. '-0')[1]
    if not last or last[2][2] ~= args[5] then after = 0 end
  end
  if c.agent ~= '' and (c.phase == 'active' or c.phase == 'closed') then
    local name = redis.call('HGET', site .. ':agent:' .. c.agent, 'name') or c.agent
    agent = json.object('id', json.text(c.agent), 'name', json.text(name))
  end
  return { 'ok', n, c.phase, c.seq, agent, place.number(site, c), json.array(chat.events(site, n, after + 1, 200, PAGE_BYTES)),
    c.phase == 'queued' and c.told_wait or '', followup.asked(site, now, c), c.page }
end)

-- read(now, chat, from, limit) -> ok, head, events json (seq >= from; at most limit and about 128 KiB). no: no_such_chat
register.reading('read', function(site, _, args)
  local from, limit = check.number(args[3], 0, 1e9, 'The seq'), check.number(args[4], 1, 500, 'The limit')
  local c = chat.load(site, args[2])
  return { 'ok', c.seq, json.array(chat.events(site, c.n, from, limit, PAGE_BYTES)) }
end)

-- seen(now, chat, who v|a, seq) -> ok: never goes back, never beyond the head. no: no_such_chat
register.writing('seen', function(site, _, args)
  local n, who, seq = check.chat(args[2]), args[3], check.number(args[4], 0, 1e9, 'The seq')
  if who ~= 'v' and who ~= 'a' then bad('Say v for the visitor or a for the agents.') end
  local field, base = who .. '_seen', site .. ':chat:' .. n
  local v = redis.call('HMGET', base, 'seq', field)
  if not v[1] then refuse('no_such_chat', 'There is no chat ' .. n .. '.') end
  seq = math.min(seq, tonumber(v[1]))
  if seq <= tonumber(v[2] or 0) then return { 'ok' } end
  redis.call('HSET', base, field, seq)
  if who == 'v' then
    chat.tell(site, n, 'A', '{"type":"seen","chat":' .. n .. ',"seq":' .. seq .. '}')
  else
    chat.tell(site, n, 'V', '{"type":"seen","seq":' .. seq .. '}')
  end
  return { 'ok' }
end)
