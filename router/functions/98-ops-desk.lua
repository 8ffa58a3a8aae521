-- For people with redis-cli: what supervisors set and look up in the dashboard.

ops.add('reading', 'fl_history [COUNT]', 'the newest changes of settings, words and people, each with the id that fl_undo takes', 0, 1, function(site, _, args)
  local count, rows = check.number(args[1] or '20', 1, 500, 'COUNT'), {}
  for _, e in ipairs(redis.call('XREVRANGE', site .. ':changes', '+', '-', 'COUNT', count)) do
    local f = e[2]
    rows[#rows + 1] = { e[1], clock.stamp(tonumber(f[2])), f[4] ~= '' and f[4] or '-', f[8], ops.cut(f[10], 60), '"' .. ops.cut(f[12], 40) .. '" -> "' .. ops.cut(f[14], 40) .. '"' }
  end
  if #rows == 0 then return 'nothing was changed yet' end
  return ops.columns(rows)
end)

ops.add('moving', 'fl_undo ID', 'puts back what was before a change, unless it was changed again since', 1, 1, function(site, now, args)
  local name, is = changes.undo(site, now, { id = '', name = '' }, args[1])
  return name .. ' is "' .. ops.cut(is, 60) .. '" again'
end)

ops.add('reading', 'fl_canned [LANG]', 'the ready replies; change one with fl_set canned.LANG.NAME TEXT', 0, 1, function(site, _, args)
  local rows, langs, by_lang = {}, {}, words.canned(site)
  for lang in pairs(by_lang) do if not args[1] or lang == args[1] then langs[#langs + 1] = lang end end
  table.sort(langs)
  for _, lang in ipairs(langs) do
    for _, c in ipairs(by_lang[lang]) do rows[#rows + 1] = { 'canned.' .. lang .. '.' .. c[1], c[3] and 'own' or 'shipped', ops.cut(c[2], 100) } end
  end
  if #rows == 0 then return 'no ready replies in ' .. ops.cut(args[1] or 'any language', 20) end
  return ops.columns(rows)
end)

ops.add('reading', 'fl_phrases', 'what was added to the phrase guard\'s list or taken off ("-"); change it with fl_set \'phrase.LANG.WORDS\' BETTER', 0, 0, function(site)
  local rows = {}
  for i, w in ipairs(words.own(site, 'phrase')) do rows[i] = { w.name, w.value } end
  if #rows == 0 then return 'the list is as it ships' end
  return ops.columns(rows)
end)

ops.add('reading', 'fl_search WORDS [BEFORE]', 'chats in which all these words were said, the newest first; go on with BEFORE', 1, 2, function(site, _, args)
  local q, before, rows = search.query(cjson.encode({ q = args[1] })), check.number(args[2] or '0', 0, 1e15, 'BEFORE'), {}
  if #q.text == 0 then bad('Say what to look for.') end
  local hits, on, looked, oldest = search.slice(site, q, before)
  for i, hit in ipairs(hits) do
    local h = cjson.decode(hit)
    rows[i] = { h.chat, clock.stamp(h.opened), h.phase, h.name ~= '' and ops.cut(h.name, 30) or '-', h.text }
  end
  local lines = ops.columns(rows)
  lines[#lines + 1] = ops.many(#hits, 'chat') .. ' found in ' .. ops.many(looked, 'chat') .. (oldest > 0 and ' back to ' .. clock.stamp(oldest) or '')
    .. (on > 0 and '; older ones with BEFORE ' .. string.format('%d', on) or '')
  return lines
end)

ops.add('writing', 'fl_practice AGENT [NAME]', 'a practice chat for an agent who is there; NAME is one of the dialogues that ship; counted nowhere', 1, 2, function(site, now, args)
  ops.practice(site, now, args[1], args[2])
  return args[1] .. ' gets a practice chat'
end)
