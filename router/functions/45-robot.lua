-- The limited automatic reply: an answer is dropped here when a person joined or was asked for, or a limit is reached.
-- tried = "faq=-,faq=yes,faq=no" and answer_seqs = "3,7" run in parallel, in the order of the answers.

-- The chat of an automatic act, still in phase auto and where the gateway last saw it (expect_seq 0: anywhere).
local function auto_chat(site, n, expect)
  local c = chat.hold(site, n)
  expect = check.number(expect or '0', 0, 1e9, 'The expected seq')
  if c.phase ~= 'auto' then return c, 'not_auto', 'The chat is no longer automatic; it is ' .. c.phase .. '.' end
  if expect ~= 0 and c.seq ~= expect then return c, 'moved_on', 'The chat has moved on to seq ' .. c.seq .. '.' end
  return c
end

-- answer(now, chat, faq, body, expect_seq) -> ok, seq. body = {"faq","title","text","link","lang"}
-- no: person_asked | not_auto | moved_on | limit | too_soon | repeated
register.writing('answer', function(site, now, args)
  local faq, body = args[3] or '', check.body(args[4])
  if #faq > 64 or not faq:find('^[%w_.-]+$') then bad('An FAQ entry is named by 1 to 64 letters, digits, ".", "_" or "-".') end
  local c, code, why = auto_chat(site, args[2], args[5])
  if c.human == 1 then refuse('person_asked', 'A person was asked for or has joined.') end
  if code then refuse(code, why) end
  check.kind(site .. ':unheard', 'zset')
  local most, gap = settings.number(site, 'answers_max'), settings.number(site, 'answers_gap_s') * 1000
  if contains(split(c.answered), faq) then refuse('repeated', 'This entry was already sent in this chat.') end
  if c.answers >= most then refuse('limit', 'The chat has had its ' .. most .. ' automatic answers.') end
  if c.answers > 0 and math.max(now, c.last_at) - c.last_answer_at < gap then refuse('too_soon', 'The last automatic answer is too recent.') end
  local seq, at = chat.append(site, now, c, 'answer', body)
  local function add(csv, item) return csv == '' and item or csv .. ',' .. item end
  chat.set(site, c, 'answers', c.answers + 1, 'last_answer_at', at, 'answered', add(c.answered, faq), 'tried', add(c.tried, faq .. '=-'),
    'answer_seqs', add(c.answer_seqs, seq))
  redis.call('ZREM', site .. ':unheard', c.n)
  chat.count(site, now, 'answers', 1, { faq = faq })
  entries.count(site, faq, 'answers')
  return { 'ok', seq }
end)

-- enqueue(now, chat, reason, expect_seq) -> ok, seq: auto -> queued; reason no_answer|limit|asked|closed_hours. no: not_auto | moved_on
register.moving('enqueue', function(site, now, args)
  local reason = args[3]
  if not contains({ 'no_answer', 'limit', 'asked', 'closed_hours' }, reason) then bad('The reason is no_answer, limit, asked or closed_hours.') end
  local c, code, why = auto_chat(site, args[2], args[4])
  if code then refuse(code, why) end
  if reason == 'no_answer' then questions.keep(site, now, c) end
  place.leave(site, now, c, reason)
  local seq = place.queue(site, now, c, reason)
  place.settle(site, now, c)
  return { 'ok', seq }
end)

-- helped(now, vid, seq, yes 0|1) -> ok, seq, phase. seq is that of an answer; judged once. "0" in phase auto brings a person.
-- no: no_such_chat | closed | already
register.moving('helped', function(site, now, args)
  local of, yes = check.number(args[3], 1, 1e9, 'The seq'), args[4]
  if yes ~= '0' and yes ~= '1' then bad('Say 1 when the answer helped, 0 when not.') end
  local c = chat.newest(site, args[2])
  if not c then refuse('no_such_chat', 'There is no chat.') end
  if c.phase == 'closed' then refuse('closed', 'The chat is closed.') end
  local seqs, tried = split(c.answer_seqs), split(c.tried)
  for i = 1, #tried do
    if seqs[i] == tostring(of) then
      local faq, verdict = tried[i]:match('^(.*)=(.*)$')
      if verdict ~= '-' then refuse('already', 'This answer was already judged.') end
      tried[i] = faq .. '=' .. (yes == '1' and 'yes' or 'no')
      local body = json.object('faq', json.text(faq), 'ok', yes == '1' and 'true' or 'false', 'of', of)
      local seq = chat.append(site, now, c, 'helped', body)
      chat.set(site, c, 'tried', table.concat(tried, ','))
      chat.count(site, now, yes == '1' and 'helped_yes' or 'helped_no', 1, { faq = faq })
      entries.count(site, faq, yes == '1' and 'yes' or 'no')
      if yes == '0' and c.phase == 'auto' then
        place.leave(site, now, c, 'not_helped')
        place.queue(site, now, c, 'not_helped')
        place.settle(site, now, c)
      end
      return { 'ok', seq, c.phase }
    end
  end
  bad('There is no automatic answer with this seq.')
end)
